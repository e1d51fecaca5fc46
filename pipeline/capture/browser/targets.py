"""Finding what a step names: exactly one thing on the page or in its frames, or an error that says what is there instead."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Literal

from playwright.sync_api import Error, Frame, Locator, Page

from ...base.errors import LecternError
from ...episode.targets import Target
from ..chromium import playwright_reason, retry_on_navigation
from ..fault import target_text

PATIENCE = 5.0
"""Seconds within which a target has to appear."""
_POLL_SECONDS = 0.05
TextMatch = Literal["exact", "whole", "part"]
MATCHES: tuple[TextMatch, ...] = ("exact", "whole", "part")
_AROUND = r"[\s.,:;!?…*•▸▾›»()\[\]<>\"'-]*"
"""What may be around a name that is there as a whole (a pattern of JavaScript's)."""
_MOST_NAMED = 6
"""How many of several things a message names."""


def find_element(
    page: Page, target: Target, patience: float | None = None, rest: Callable[[float], None] | None = None
) -> Locator:
    """Return the one visible element that `target` names.

    It is waited for `patience` seconds (None: `PATIENCE`). `rest` lets seconds pass between two looks (the page's own
    clock may not be that of the wall).
    """
    patience = PATIENCE if patience is None else patience
    until = time.monotonic() + patience
    tries = patience / _POLL_SECONDS
    while True:
        count = 0
        for match in MATCHES:
            found = matching_elements(page, target, match)
            count = len(found)
            if chosen := _unique_match(found, target):
                return chosen
            if count > 1 and target.nth is None:
                raise LecternError(_not_found_message(page, target, count, found))
        tries -= 1
        if tries < 0 or time.monotonic() > until and rest is None:
            raise LecternError(_not_found_message(page, target, count))
        rest(_POLL_SECONDS) if rest else page.wait_for_timeout(_POLL_SECONDS * 1000)


def matching_elements(page: Page, target: Target, match: TextMatch) -> list[Locator]:
    """Return all visible elements that `target` may mean.

    It names them exactly, as a whole (in any case, whatever spaces and punctuation are around it), or by a part of what they say.
    """
    found: list[Locator] = []
    for frame in frames_of(page, target.frame):
        locator = _locator(frame, target, match).filter(visible=True)
        count = _count(locator, target)
        found += [locator] if count == 1 else [locator.nth(i) for i in range(count)]
    return found


def frames_of(page: Page, wanted: str | None = None) -> list[Frame]:
    """Return the page's frames, or only those in the iframe called `wanted` (its name, title or selector).

    An iframe whose address the browser refuses (``file:``, ``view-source:``) has none, and would never answer a question.
    """
    frames = [frame for frame in page.frames if not frame.is_detached() and (frame.url or not frame.parent_frame)]
    return frames if wanted is None else [frame for frame in frames if _is_inside_frame(frame, wanted)]


def _unique_match(found: list[Locator], target: Target) -> Locator | None:
    if target.nth is not None:
        return found[target.nth - 1] if len(found) >= target.nth else None
    return found[0] if len(found) == 1 else None


def _is_inside_frame(frame: Frame, wanted: str) -> bool:
    lineage = iter(_enclosing_frames(frame))
    return any(_frame_has_name(one, wanted) for one in lineage)


def _enclosing_frames(frame: Frame) -> Iterator[Frame]:
    """Yield the frame and those around it, but for the page itself."""
    while frame.parent_frame is not None:
        yield frame
        frame = frame.parent_frame


def _frame_has_name(frame: Frame, wanted: str) -> bool:
    if frame.name == wanted:
        return True
    try:
        return bool(frame.frame_element().evaluate(_FRAME_NAME_SCRIPT, wanted))
    except Error:  # it went away meanwhile
        return False


_FRAME_NAME_SCRIPT = """(e, wanted) => {
  if ([e.name, e.id, e.title, e.ariaLabel].includes(wanted)) return true;
  try { return e.matches(wanted); } catch { return false; }
}"""


def _locator(frame: Frame, target: Target, match: TextMatch) -> Locator:
    def pattern(text: str) -> str | re.Pattern[str]:
        return re.compile(f"^{_AROUND}{_in_any_blanks(text)}{_AROUND}$", re.IGNORECASE) if match == "whole" else text

    exact = match == "exact"
    if target.selector:
        return frame.locator(target.selector)
    if target.role and target.name:
        return frame.get_by_role(target.role, name=pattern(target.name), exact=exact)  # type: ignore[arg-type]
    if target.role:
        return frame.get_by_role(target.role)  # type: ignore[arg-type]
    if target.label:
        return frame.get_by_label(pattern(target.label), exact=exact)
    if target.placeholder:
        return frame.get_by_placeholder(pattern(target.placeholder), exact=exact)
    if target.text or target.name:
        return frame.get_by_text(pattern(target.text or target.name or ""), exact=exact)
    raise LecternError(f"{target_text(target)} can't be found on a page; name a text, a role, a label or a selector")


def _in_any_blanks(text: str) -> str:
    return r"\s+".join(map(re.escape, text.split()))


def _count(locator: Locator, target: Target) -> int:
    try:
        return retry_on_navigation(locator.count)
    except Error as error:
        if "detached" in error.message:
            return 0
        raise LecternError(f"{target_text(target)} can't be looked for: {playwright_reason(error)}") from error


def _not_found_message(page: Page, target: Target, count: int, found: Sequence[Locator] = ()) -> str:
    if target.frame is not None and not frames_of(page, target.frame):
        frames = [_frame_name(frame) for frame in frames_of(page) if frame.parent_frame]
        return f'there is no frame "{target.frame}". There are: {", ".join(frames) or "no frames at all"}'
    if page.url == "about:blank":
        return 'no page is open yet; a capture begins with "open: …", best under "hidden"'
    there = "; ".join(_nearest(_candidates(page), target)) or "nothing that has a name"
    if count and target.nth is not None:
        return f"{target_text(target)} is there {'once' if count == 1 else f'{count} times'} only. There are: {there}"
    if count:
        names = ", ".join(filter(None, map(_said_by, found[:_MOST_NAMED]))) or there
        return f"{target_text(target)} names {count} things; say more (nth, role and name, or a selector). They are: {names}"
    return f"nothing on the page is {target_text(target)}. There are: {there}"


def _said_by(element: Locator) -> str:
    """Return what an element is and says, like ``link "Prices"`` ("" where it says nothing, or has gone)."""
    try:
        role = str(element.evaluate(_ROLE, timeout=1000))
        text = " ".join((element.inner_text(timeout=1000) or element.get_attribute("aria-label") or "").split())
    except Error:
        return ""
    return f'{role} "{text[:60]}"'.lstrip() if text else ""


_ROLE = """element => element.getAttribute("role") || {A: "link", BUTTON: "button", H1: "heading", H2: "heading",
  H3: "heading", H4: "heading", TH: "columnheader", TD: "cell", LI: "listitem", OPTION: "option", P: "paragraph"}[element.tagName] || ""
"""
"""What an element is, as a target's `role` names it, as far as its tag tells."""


def _candidates(page: Page) -> list[str]:
    found: list[str] = []
    for frame in frames_of(page):
        try:
            found += frame.evaluate("window.lecternPage?.candidates() ?? []")
        except Error:  # it went away meanwhile
            continue
    return found


def _nearest(names: list[str], target: Target, most: int = 15) -> list[str]:
    """Return as many of `names` as a message holds, those first that come near to what `target` says."""
    words = " ".join(filter(None, (target.text, target.name, target.label, target.placeholder))).casefold()
    near = get_close_matches(words, [name.casefold().partition(' "')[2].rstrip('"') for name in names], n=3, cutoff=0.6)
    return sorted(names, key=lambda name: not any(f'"{one}"' in name.casefold() for one in near))[:most]


def _frame_name(frame: Frame) -> str:
    """Return what a script may call a frame."""
    try:
        title = frame.frame_element().evaluate("e => e.title || e.ariaLabel || e.name || e.id")
    except Error:  # it went away meanwhile
        title = ""
    return f'"{title}"' if title else frame.url
