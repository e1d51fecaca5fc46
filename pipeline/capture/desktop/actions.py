"""What a person does at a desktop, step by step."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np

from ...base.errors import LecternError
from ...base.geometry import Box
from ...episode.targets import Target
from ..effects import is_answered
from ..keys import browser_keys
from ..pixels.screen_vision import AmbiguousTarget
from ..pixels.text_reader import MISSING
from ..request import PhaseStep
from ..screen import StepInProgress
from ..secrets import secret_value
from ..text_claims import APPEARS, claim_holds, nearest_lines, never_there
from .remote_desktop import RemoteDesktop

PATIENCE = 30.0
"""Seconds after which a condition that was waited for has failed."""
EXPECTED = 5.0
"""Seconds within which what a step expects must be on the screen."""
ECHO = 2.0
"""Seconds within which a program shows what it shows of a secret: a busy one answers late."""
LOOKED_BACK = 12
"""Pictures in which a text is looked for that has gone already."""
NOTCH = 100
"""Pixels of a `scroll` that one notch of the wheel stands for: programs decide themselves how far they go."""
MOTION_PIXELS = 2.0
"""Pixels between two points of the pointer's way from which what is dragged is seen to move in every frame."""
_LOOKING = ("highlight", "hover", "scroll")
"""Actions that bring nothing up: a text that is expected of them is one to look at."""
_NOTCHES = 60
"""Notches after which something that is scrolled to is taken not to come."""


@dataclass
class DesktopStepContext(StepInProgress):
    """One step under way. `moment` becomes the epoch seconds at which it acts, `target` what it acts on."""

    placed: PhaseStep
    session: RemoteDesktop
    moment: float = field(default_factory=time.time)
    target: Box | None = None

    @property
    def seed(self) -> str:
        """What makes this step's movements differ from those of others."""
        return self.placed.seed(self.session.request.seed)

    def find(self, target: Target | None = None) -> Box:
        """Return the box of `target` (None: the step's own). Raises LecternError where it isn't there exactly once."""
        wanted = target or self.step.target
        if wanted is None:
            raise LecternError("it has no target; name a text, an image or a position")
        return self.session.find(wanted)

    def go_to(self, target: Target | None = None) -> None:
        """Move the pointer onto a target, which becomes the step's unless it is a mere position."""
        box = self.find(target)
        self.target = box if box.w and box.h else None
        self.session.move(self.session.px(box.centre), self.seed)


def do_step(current: DesktopStepContext) -> None:
    """Do the step. Raises LecternError where it can't be done, or what it expects is not there afterwards."""
    if current.step.action not in _ACTIONS:
        raise LecternError(f"a desktop has no such step; it has {', '.join(sorted(_ACTIONS))}")
    if current.step.action not in (*_LOOKING, "wait", "type", "press") or current.step.target:
        current.session.typed.end(current.session.picture)
    _ACTIONS[current.step.action](current)
    claim, missed = current.step.expect, 0.0

    def holds() -> bool:
        nonlocal missed
        looked = time.time()
        held = _claim_holds(current)
        missed = missed if held else looked
        return held

    if claim and not current.session.until(holds, EXPECTED):
        raise LecternError(f'"{claim}" should be on the screen, and is not{_what_instead(current.session, claim)}')
    if is_answered(current.step):
        current.moment = max(current.moment, missed)


def _click(current: DesktopStepContext) -> None:
    current.go_to()
    current.session.film.settle(0.12, 0.5)
    current.moment = current.session.click(current.step.button, current.step.times)


def _hover(current: DesktopStepContext) -> None:
    begun = len(current.session.pointer)
    current.go_to()
    inside = [
        p.time for p in current.session.pointer[begun:] if current.target is None or current.target.contains(p.x, p.y)
    ]
    current.moment = inside[0] if inside and current.target else time.time()


def _drag(current: DesktopStepContext) -> None:
    session = current.session
    if current.step.to is None:
        raise LecternError("a drag needs to: where it ends")
    goal = current.find(current.step.to)
    current.go_to()
    session.film.settle(0.12, 0.5)
    current.moment = session.press(True)
    session.wait(0.1)
    begun = len(session.pointer)
    session.move(session.px(goal.centre), current.seed)
    session.moving.extend(_pointer_motion(session, begun))
    session.wait(0.1)
    session.press(False)


def _pointer_motion(session: RemoteDesktop, begun: int) -> list[tuple[float, float]]:
    """Return the span in which the pointer moved by `MOTION_PIXELS` px or more from point to point, since point `begun`."""
    width, height = session.request.size
    pairs = pairwise(session.pointer[begun:])
    quick = [
        (a.time, b.time) for a, b in pairs if math.hypot((b.x - a.x) * width, (b.y - a.y) * height) >= MOTION_PIXELS
    ]
    return [(quick[0][0], quick[-1][1])] if quick else []


def _scroll(current: DesktopStepContext) -> None:
    session, wanted = current.session, current.step.value.strip()
    if wanted and current.step.target:
        current.go_to()
    current.moment = time.time()
    if wanted:
        _turn_wheel(session, _notches(wanted))
    else:
        current.target = _scroll_to_target(current)


def _scroll_to_target(current: DesktopStepContext) -> Box:
    """Turn the wheel until the target is seen, or nothing moves any more."""
    session, target = current.session, current.step.target
    for _ in range(_NOTCHES // 3):
        try:
            return session.find(target or Target(), patience=0)
        except AmbiguousTarget as error:
            if error.count:
                raise
            before = session.picture()
            _turn_wheel(session, 3)
            session.film.settle(0.15, 1.0)
            if np.array_equal(before, session.picture()):
                break
    return current.find()


def _notches(pixels: str) -> int:
    try:
        distance = float(pixels)
    except ValueError:
        raise LecternError(f'it scrolls by pixels ("400", "-200") or to a target, not by "{pixels}"') from None
    return round(distance / NOTCH) or (1 if distance > 0 else -1)


def _turn_wheel(session: RemoteDesktop, notches: int) -> None:
    for _ in range(abs(notches)):
        session.page.mouse.wheel(0, NOTCH if notches > 0 else -NOTCH)
        session.wait(0.09)


def _type(current: DesktopStepContext) -> None:
    session, step = current.session, current.step
    if step.target:
        _click(current)
        session.film.settle(0.12, 0.5)
    current.moment = session.write(_secret_to_type(current) if step.secret else step.value, current.seed, step.speed)
    if step.secret:
        _await_echo(session, time.time())
    else:
        session.typed.note(step.value)
    if step.enter:
        session.wait(0.3)
        session.typed.end(session.picture)
        current.moment = time.time()
        session.page.keyboard.press("Enter")


def _await_echo(session: RemoteDesktop, since: float) -> None:
    """Wait until a program shows something of the secret that was typed: whether it can be read is looked for only then."""
    if session.filming:
        session.until(lambda: session.film.changed_after(since) is not None, ECHO)


def _secret_to_type(current: DesktopStepContext) -> str:
    """Return what is typed and never shown: where nobody reads the screen, nobody knows whether it is shown."""
    if not current.session.sight.reads:
        raise LecternError(f"a secret is only typed where it can be made sure that it isn't seen, but {MISSING}")
    value = secret_value(current.step.secret)
    current.session.typed_secrets[current.placed.phase, current.placed.index] = value
    return value


def _press(current: DesktopStepContext) -> None:
    if current.step.target:
        _click(current)
        current.session.film.settle(0.12, 0.5)
    session, current.moment = current.session, time.time()
    for name, key in zip(current.step.value.split(), browser_keys(current.step.value), strict=True):
        if len(name) == 1:
            session.typed.note(name)
        else:
            session.typed.end(session.picture)
        session.strike(name, key)
        session.wait(0.16)


def _run(current: DesktopStepContext) -> None:
    session = current.session
    if session.programs is None:
        raise LecternError(
            "a desktop that is reached by its url runs nothing; start the program there with clicks and keys"
        )
    before, current.moment, patience = session.picture(), time.time(), current.patience(PATIENCE)
    session.programs.start(current.step.value)
    if not session.until(lambda: not np.array_equal(before, session.picture()), patience):
        raise LecternError(f"it showed nothing within {patience:g} s")
    session.film.settle(0.5, 5.0)


def _highlight(current: DesktopStepContext) -> None:
    box = current.find()
    current.target = box if box.w and box.h else None
    current.moment = time.time()


def _wait(current: DesktopStepContext) -> None:
    wait, session, patience = current.step.wait, current.session, current.patience(PATIENCE)
    if wait is None or not (wait.text or wait.gone or wait.idle or wait.target):
        raise LecternError("a desktop waits for text, gone, idle or a target")
    if wait.idle is not None:
        if not _wait_until_still(session, wait.idle, patience):
            raise LecternError(f"the screen did not stand still for {wait.idle:g} s within {patience:g} s")
    elif wait.target is not None:
        current.target = session.find(wait.target, patience)
    else:
        _wait_for_text(session, wait.text or wait.gone or "", wait.gone is None, patience)


def _wait_until_still(session: RemoteDesktop, seconds: float, patience: float) -> bool:
    """Wait until the screen stands still for so long, and return whether it did."""
    if session.filming:
        return session.film.settle(seconds, patience)
    before, since, end = session.picture(), time.monotonic(), time.monotonic() + patience
    while time.monotonic() - since < seconds and time.monotonic() < end:
        session.wait(0.1)
        if not np.array_equal(before, now := session.picture()):
            before, since = now, time.monotonic()
    return time.monotonic() - since >= seconds


def _wait_for_text(session: RemoteDesktop, text: str, there: bool, patience: float) -> None:
    if not there and not _was_there(session, text, min(APPEARS, patience)):
        raise never_there(text, "screen", _text(session))
    if there and not session.until(lambda: _is_answered(session, text), patience):
        raise LecternError(f'"{text}" did not come within {patience:g} s{_what_instead(session, text)}')
    if not there and not session.until(lambda: not _contains_words(session, text), patience):
        raise LecternError(f'"{text}" was still there after {patience:g} s')


def _was_there(session: RemoteDesktop, text: str, seconds: float) -> bool:
    """Return whether a text is on the screen, or was while the last pictures were filmed, or comes within `seconds`."""
    if _contains_words(session, text):
        return True
    for frame in reversed(session.film.frames[-LOOKED_BACK - 1 : -1] if session.filming else []):
        picture = frame.picture(session.request.size)
        if session.meanwhile(partial(session.sight.find_text, picture, text)):
            return True
    return session.until(lambda: _contains_words(session, text), seconds)


_ACTIONS: dict[str, Callable[[DesktopStepContext], None]] = {
    "click": _click, "hover": _hover, "drag": _drag, "scroll": _scroll, "type": _type, "press": _press, "run": _run,
    "highlight": _highlight, "wait": _wait,
}  # fmt: skip


def _contains_words(session: RemoteDesktop, text: str) -> bool:
    picture = session.picture()
    return bool(session.meanwhile(lambda: session.sight.find_text(picture, text)))


def _is_answered(session: RemoteDesktop, text: str) -> bool:
    """Return whether a text that a step waits for is on the screen, and not only because it was typed."""
    picture, sight = session.picture(), session.sight

    def look() -> bool:
        found = sight.find_text(picture, text)
        return bool(found) and session.typed.is_left(text, found, lambda before: sight.find_text(before, text))

    return session.meanwhile(look)


def _claim_holds(current: DesktopStepContext) -> bool:
    """Return whether what a step expects is on the screen; of one that is to bring it up, not only because it was typed."""
    session, step, claim = current.session, current.step, current.step.expect or ""
    picture, sight = session.picture(), session.sight

    def look() -> bool:
        if not sight.shows(picture, claim):
            return False
        if step.action in _LOOKING or (step.action == "type" and not step.enter and claim_holds(claim, step.value)):
            return True
        return session.typed.is_left(claim, sight.saying(picture, claim), lambda before: sight.saying(before, claim))

    return session.meanwhile(look)


def _what_instead(session: RemoteDesktop, text: str) -> str:
    """Return the end of a sentence about a text that is not on the screen: what is there instead."""
    picture = session.picture()
    if session.meanwhile(lambda: session.sight.shows(picture, text)):
        return " but as it was typed; name a text that the program answers"
    return f". It reads: {nearest_lines(text, _text(session))}"


def _text(session: RemoteDesktop) -> str:
    picture = session.picture()
    return session.meanwhile(lambda: session.sight.text(picture))
