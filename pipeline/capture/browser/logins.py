"""Where a person has logged in: kept in their own profile folder, lent to captures, and never part of an episode."""

import json
import re
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, sync_playwright

from ...base.errors import LecternError
from ...base.files import write_atomic
from ...base.profile import profile_folder
from ..chromium import launch_chromium

_SAVE_INTERVAL = 1.0
"""Seconds between two looks at what there is to be kept."""


def logins_folder() -> Path:
    """Return where logins are kept."""
    return profile_folder() / "logins"


def read_login(name: str) -> dict[str, Any]:
    """Return cookies and storage of the login `name`, as Playwright takes them. Raises LecternError where there is none."""
    try:
        state: dict[str, Any] = json.loads(_login_file(name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        kept = ", ".join(sorted(f.stem for f in logins_folder().glob("*.json"))) or "none"
        raise LecternError(
            f'nobody has logged in as "{name}" here: run lectern login {name} ADDRESS (there are: {kept})'
        ) from None
    except ValueError as error:
        raise LecternError(
            f"{_login_file(name)} can't be read ({error}); run lectern login {name} ADDRESS again"
        ) from error
    return state


def log_in(name: str, address: str, program: str = "", headless: bool = False) -> Path:
    """Open a window at `address` in which a person logs in, and keep what it remembers when it is closed as `name`.

    Returns the file, which only the person may read.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise LecternError(f'"{name}" is no name for a login; use letters, digits, dots, hyphens and underscores')
    state: dict[str, Any] | None = None
    with sync_playwright() as playwright:
        kept = _login_file(name)
        browser = launch_chromium(playwright, program, headless=headless)
        context = browser.new_context(no_viewport=True, storage_state=kept if kept.is_file() else None)
        page = context.pages[0] if context.pages else context.new_page()
        page.goto(address)
        while any(not p.is_closed() for p in context.pages):
            state = _storage_state(context) or state
            _wait_interval(context)
    if state is None:
        raise LecternError("the window was closed before there was anything to keep")
    return _save_login(name, state)


def _storage_state(context: BrowserContext) -> dict[str, Any] | None:
    try:
        return dict(context.storage_state(indexed_db=True))
    except Error:  # the last page went away meanwhile
        return None


def _wait_interval(context: BrowserContext) -> None:
    try:
        context.pages[0].wait_for_timeout(_SAVE_INTERVAL * 1000)
    except (Error, IndexError):  # the last page went away meanwhile
        time.sleep(0)


def _save_login(name: str, state: dict[str, Any]) -> Path:
    file = _login_file(name)
    write_atomic(file, json.dumps(state), inside=None, private=True)
    return file


def _login_file(name: str) -> Path:
    return logins_folder() / f"{name}.json"
