"""Finding what a step names: exactly one thing on the page, or an error that says what is there instead."""

import time
from collections.abc import Iterator

from playwright.sync_api import Error, Locator, Page

from ...episode.model import Target
from ...errors import LecternError

PATIENCE = 5.0
"""Seconds within which a target has to appear."""


def find(page: Page, target: Target, patience: float = PATIENCE) -> Locator:
    """The one visible element that `target` names; LecternError tells how many there are and what else there is."""
    end = time.monotonic() + patience
    while True:
        count = 0
        for locator in _readings(page, target):
            count = _count(locator, target)
            if count == 1:
                return locator
        if count > 1 or time.monotonic() > end:
            raise LecternError(_complaint(page, target, count))
        page.wait_for_timeout(50)


def described(target: Target) -> str:
    """A target as its author wrote it: ``role: button, name: Save``."""
    return ", ".join(f"{key}: {value}" for key, value in target.model_dump(exclude_none=True).items())


def _readings(page: Page, target: Target) -> Iterator[Locator]:
    """The exact reading first, then the loose one (part of the name, any case)."""
    for exact in (True, False):
        yield _located(page, target, exact).filter(visible=True)


def _located(page: Page, target: Target, exact: bool) -> Locator:
    if target.selector:
        return page.locator(target.selector)
    if target.role and target.name:
        return page.get_by_role(target.role, name=target.name, exact=exact)  # type: ignore[arg-type]
    if target.role:
        return page.get_by_role(target.role)  # type: ignore[arg-type]
    if target.label:
        return page.get_by_label(target.label, exact=exact)
    if target.placeholder:
        return page.get_by_placeholder(target.placeholder, exact=exact)
    return page.get_by_text(target.text or target.name or "", exact=exact)


def _count(locator: Locator, target: Target) -> int:
    try:
        return locator.count()
    except Error as error:
        raise LecternError(f"{described(target)} can't be looked for: {error.message.splitlines()[0]}") from error


def _complaint(page: Page, target: Target, count: int) -> str:
    there = "; ".join(page.evaluate("lecternPage.candidates()")) or "nothing that has a name"
    if count:
        return f"{described(target)} names {count} things; say more (role and name, or a selector). There are: {there}"
    return f"nothing on the page is {described(target)}. There are: {there}"
