"""Finding what a step names: exactly one thing on the page or in its frames, or an error that says what is there instead."""

import time
from collections.abc import Callable, Iterator
from difflib import get_close_matches

from playwright.sync_api import Error, Frame, Locator, Page

from ...episode.screen import Target
from ...errors import LecternError
from ..fault import written

PATIENCE = 5.0
"""Seconds within which a target has to appear."""
_EVERY = 0.05


def find(
    page: Page, target: Target, patience: float | None = None, rest: Callable[[float], None] | None = None
) -> Locator:
    """The one visible element that `target` names; LecternError tells how many there are and what else there is.

    It is waited for `patience` seconds (None: `PATIENCE`). `rest` lets seconds pass between two looks (the page's own
    clock may not be that of the wall).
    """
    patience = PATIENCE if patience is None else patience
    until = time.monotonic() + patience
    tries = patience / _EVERY
    while True:
        count = 0
        for exact in (True, False):
            found = matches(page, target, exact)
            count = len(found)
            if chosen := _chosen(found, target):
                return chosen
            if count > 1 and target.nth is None:
                raise LecternError(_complaint(page, target, count))
        tries -= 1
        if tries < 0 or time.monotonic() > until and rest is None:
            raise LecternError(_complaint(page, target, count))
        rest(_EVERY) if rest else page.wait_for_timeout(_EVERY * 1000)


def matches(page: Page, target: Target, exact: bool) -> list[Locator]:
    """All visible elements that `target` may mean, `exact` or by part of the name in any case."""
    found: list[Locator] = []
    for frame in frames_of(page, target.frame):
        locator = _located(frame, target, exact).filter(visible=True)
        count = _count(locator, target)
        found += [locator] if count == 1 else [locator.nth(i) for i in range(count)]
    return found


def frames_of(page: Page, wanted: str | None = None) -> list[Frame]:
    """The page's frames, or only those in the iframe called `wanted` (its name, title or selector)."""
    frames = [frame for frame in page.frames if not frame.is_detached()]
    return frames if wanted is None else [frame for frame in frames if _is_inside(frame, wanted)]


def _chosen(found: list[Locator], target: Target) -> Locator | None:
    if target.nth is not None:
        return found[target.nth - 1] if len(found) >= target.nth else None
    return found[0] if len(found) == 1 else None


def _is_inside(frame: Frame, wanted: str) -> bool:
    lineage = iter(_lineage(frame))
    return any(_is_called(one, wanted) for one in lineage)


def _lineage(frame: Frame) -> Iterator[Frame]:
    """The frame and those around it, but for the page itself."""
    while frame.parent_frame is not None:
        yield frame
        frame = frame.parent_frame


def _is_called(frame: Frame, wanted: str) -> bool:
    if frame.name == wanted:
        return True
    try:
        return frame.frame_element().evaluate(_CALLED, wanted)
    except Error:  # it went away meanwhile
        return False


_CALLED = """(e, wanted) => {
  if ([e.name, e.id, e.title, e.ariaLabel].includes(wanted)) return true;
  try { return e.matches(wanted); } catch { return false; }
}"""


def _located(frame: Frame, target: Target, exact: bool) -> Locator:
    if target.selector:
        return frame.locator(target.selector)
    if target.role and target.name:
        return frame.get_by_role(target.role, name=target.name, exact=exact)  # type: ignore[arg-type]
    if target.role:
        return frame.get_by_role(target.role)  # type: ignore[arg-type]
    if target.label:
        return frame.get_by_label(target.label, exact=exact)
    if target.placeholder:
        return frame.get_by_placeholder(target.placeholder, exact=exact)
    if target.text or target.name:
        return frame.get_by_text(target.text or target.name or "", exact=exact)
    raise LecternError(f"{written(target)} can't be found on a page; name a text, a role, a label or a selector")


def _count(locator: Locator, target: Target) -> int:
    try:
        return locator.count()
    except Error as error:
        if "detached" in error.message:
            return 0
        raise LecternError(f"{written(target)} can't be looked for: {error.message.splitlines()[0]}") from error


def _complaint(page: Page, target: Target, count: int) -> str:
    if target.frame is not None and not frames_of(page, target.frame):
        frames = [_called(frame) for frame in page.frames if frame.parent_frame]
        return f'there is no frame "{target.frame}". There are: {", ".join(frames) or "no frames at all"}'
    if page.url == "about:blank":
        return 'no page is open yet; a capture begins with "open: …", best under "hidden"'
    there = "; ".join(_nearest(_candidates(page), target)) or "nothing that has a name"
    if count and target.nth is not None:
        return f"{written(target)} is there {'once' if count == 1 else f'{count} times'} only. There are: {there}"
    if count:
        return f"{written(target)} names {count} things; say more (nth, role and name, or a selector). There are: {there}"
    return f"nothing on the page is {written(target)}. There are: {there}"


def _candidates(page: Page) -> list[str]:
    found: list[str] = []
    for frame in frames_of(page):
        try:
            found += frame.evaluate("window.lecternPage?.candidates() ?? []")
        except Error:  # it went away meanwhile
            continue
    return found


def _nearest(names: list[str], target: Target, most: int = 15) -> list[str]:
    """As many of `names` as a message holds, those first that come near to what `target` says."""
    said = " ".join(filter(None, (target.text, target.name, target.label, target.placeholder))).casefold()
    near = get_close_matches(said, [name.casefold().partition(' "')[2].rstrip('"') for name in names], n=3, cutoff=0.6)
    return sorted(names, key=lambda name: not any(f'"{one}"' in name.casefold() for one in near))[:most]


def _called(frame: Frame) -> str:
    """What a script may call a frame."""
    try:
        title = frame.frame_element().evaluate("e => e.title || e.ariaLabel || e.name || e.id")
    except Error:  # it went away meanwhile
        title = ""
    return f'"{title}"' if title else frame.url
