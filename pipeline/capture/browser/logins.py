"""Where a person has logged in: kept in their own profile folder, lent to captures, and never part of an episode."""

import json
import os
import re
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, sync_playwright

from ...errors import LecternError
from ...services.profile import profile_folder
from ..chromium import find_chromium, without_sandbox

_EVERY = 1.0
"""Seconds between two looks at what there is to be kept."""


def logins_folder() -> Path:
    """Where logins are kept."""
    return profile_folder() / "logins"


def kept_login(name: str) -> dict[str, Any]:
    """Cookies and storage of the login `name`, as Playwright takes them; LecternError where there is none."""
    try:
        return json.loads(_file(name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        kept = ", ".join(sorted(f.stem for f in logins_folder().glob("*.json"))) or "none"
        raise LecternError(f'nobody has logged in as "{name}" here: run lectern login {name} ADDRESS (there are: {kept})') from None
    except ValueError as error:
        raise LecternError(f"{_file(name)} can't be read ({error}); run lectern login {name} ADDRESS again") from error


def log_in(name: str, address: str, program: str = "", headless: bool = False) -> Path:
    """Opens a window at `address` in which a person logs in; what it remembers when it is closed is kept as `name`.

    Returns the file, which only the person may read.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise LecternError(f'"{name}" is no name for a login; use letters, digits, dots, hyphens and underscores')
    state: dict[str, Any] | None = None
    with sync_playwright() as playwright:
        context = _window(playwright.chromium, name, program, headless)
        page = context.pages[0] if context.pages else context.new_page()
        page.goto(address)
        while any(not p.is_closed() for p in context.pages):
            state = _state(context) or state
            _rest(context)
    if state is None:
        raise LecternError("the window was closed before there was anything to keep")
    return _keep(name, state)


def _window(chromium: Any, name: str, program: str, headless: bool) -> BrowserContext:
    try:
        browser = chromium.launch(executable_path=find_chromium(program), headless=headless, chromium_sandbox=not without_sandbox())
    except Error as error:
        raise LecternError(f"no window could be opened: {error.message.splitlines()[0]}") from error
    kept = _file(name)
    return browser.new_context(no_viewport=True, storage_state=kept if kept.is_file() else None)


def _state(context: BrowserContext) -> dict[str, Any] | None:
    try:
        return dict(context.storage_state(indexed_db=True))
    except Error:  # the last page went away meanwhile
        return None


def _rest(context: BrowserContext) -> None:
    try:
        context.pages[0].wait_for_timeout(_EVERY * 1000)
    except (Error, IndexError):  # the last page went away meanwhile
        time.sleep(0)


def _keep(name: str, state: dict[str, Any]) -> Path:
    file = _file(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as text:
        json.dump(state, text)
    beside.replace(file)
    return file


def _file(name: str) -> Path:
    return logins_folder() / f"{name}.json"
