"""What a person does at a desktop, step by step."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ...episode.screen import Step, Target
from ...errors import LecternError
from ...geometry import Box
from ..claims import instead
from ..keys import browser_keys
from ..pixels.reader import MISSING
from ..pixels.sight import Unclear
from ..secrets import secret
from ..take import PointerPoint
from .find import find
from .view import View

PATIENCE = 30.0
"""Seconds after which a condition that was waited for has failed."""
EXPECTED = 5.0
"""Seconds within which what a step expects must be on the screen."""
NOTCH = 100
"""Pixels of a `scroll` that one notch of the wheel stands for: programs decide themselves how far they go."""
FELT = 2.0
"""Pixels between two points of the pointer's way from which what is dragged is seen to move in every frame."""
_NOTCHES = 60
"""Notches after which something that is scrolled to is taken not to come."""


@dataclass
class Doing:
    """One step under way. `moment` becomes the epoch seconds at which it acts, `target` what it acts on."""

    phase: str
    index: int
    step: Step
    scene: View
    moment: float = field(default_factory=time.time)
    target: Box | None = None

    @property
    def seed(self) -> str:
        return f"{self.scene.request.seed}:{self.phase}:{self.index}"

    def find(self, target: Target | None = None) -> Box:
        wanted = target or self.step.target
        if wanted is None:
            raise LecternError("it has no target; name a text, an image or a position")
        return find(self.scene, wanted)

    def go_to(self, target: Target | None = None) -> None:
        """Moves the pointer onto a target, which becomes the step's unless it is a mere position."""
        box = self.find(target)
        self.target = box if box.w and box.h else None
        self.scene.move(self.scene.px(box.centre), self.seed)


def do(doing: Doing) -> None:
    """Does the step; LecternError where it can't be done, or what it expects is not there afterwards."""
    if doing.step.action not in _ACTS:
        raise LecternError(f"a desktop has no such step; it has {', '.join(sorted(_ACTS))}")
    _ACTS[doing.step.action](doing)
    claim = doing.step.expect
    if claim and not doing.scene.until(lambda: _shows(doing.scene, claim), EXPECTED):
        raise LecternError(f'"{claim}" should be on the screen, and is not. It reads: {instead(claim, _text(doing.scene))}')


def _click(doing: Doing) -> None:
    doing.go_to()
    doing.scene.cast.settle(0.12, 0.5)
    doing.moment = doing.scene.click(doing.step.button, doing.step.times)


def _hover(doing: Doing) -> None:
    begun = len(doing.scene.pointer)
    doing.go_to()
    inside = [p.time for p in doing.scene.pointer[begun:] if doing.target is None or _holds(doing.target, p)]
    doing.moment = inside[0] if inside and doing.target else time.time()


def _drag(doing: Doing) -> None:
    scene, goal = doing.scene, doing.step.to and doing.find(doing.step.to)
    if goal is None:
        raise LecternError("a drag needs to: where it ends")
    doing.go_to()
    scene.cast.settle(0.12, 0.5)
    doing.moment = scene.press(True)
    scene.wait(0.1)
    begun = len(scene.pointer)
    scene.move(scene.px(goal.centre), doing.seed)
    scene.moving.extend(_felt(scene, begun))
    scene.wait(0.1)
    scene.press(False)


def _felt(scene: View, begun: int) -> list[tuple[float, float]]:
    """The span in which the pointer moved by `FELT` px or more from point to point, since point `begun`."""
    width, height = scene.request.size
    pairs = pairwise(scene.pointer[begun:])
    quick = [(a.time, b.time) for a, b in pairs if math.hypot((b.x - a.x) * width, (b.y - a.y) * height) >= FELT]
    return [(quick[0][0], quick[-1][1])] if quick else []


def _scroll(doing: Doing) -> None:
    scene, wanted = doing.scene, doing.step.value.strip()
    if wanted and doing.step.target:
        doing.go_to()
    doing.moment = time.time()
    if wanted:
        _turn(scene, _notches(wanted))
    else:
        doing.target = _scrolled_to(doing)


def _scrolled_to(doing: Doing) -> Box:
    """Turns the wheel until the target is seen, or nothing moves any more."""
    scene, target = doing.scene, doing.step.target
    for _ in range(_NOTCHES // 3):
        try:
            return find(scene, target or Target(), patience=0)
        except Unclear as error:
            if error.count:
                raise
            before = scene.picture()
            _turn(scene, 3)
            scene.cast.settle(0.15, 1.0)
            if np.array_equal(before, scene.picture()):
                break
    return doing.find()


def _notches(pixels: str) -> int:
    try:
        distance = float(pixels)
    except ValueError:
        raise LecternError(f'it scrolls by pixels ("400", "-200") or to a target, not by "{pixels}"') from None
    return round(distance / NOTCH) or (1 if distance > 0 else -1)


def _turn(scene: View, notches: int) -> None:
    for _ in range(abs(notches)):
        scene.page.mouse.wheel(0, NOTCH if notches > 0 else -NOTCH)
        scene.wait(0.09)


def _type(doing: Doing) -> None:
    scene, step = doing.scene, doing.step
    if step.target:
        _click(doing)
        scene.cast.settle(0.12, 0.5)
    doing.moment = scene.write(_secret(doing) if step.secret else step.value, doing.seed)
    if step.enter:
        scene.wait(0.3)
        scene.page.keyboard.press("Enter")


def _secret(doing: Doing) -> str:
    """What is typed and never shown: where nobody reads the screen, nobody knows whether it is shown."""
    if not doing.scene.sight.reads:
        raise LecternError(f"a secret is only typed where it can be made sure that it isn't seen, but {MISSING}")
    doing.scene.secrets[doing.phase, doing.index] = value = secret(doing.step.secret)
    return value


def _press(doing: Doing) -> None:
    if doing.step.target:
        _click(doing)
        doing.scene.cast.settle(0.12, 0.5)
    doing.moment = time.time()
    for name, key in zip(doing.step.value.split(), browser_keys(doing.step.value), strict=True):
        doing.scene.strike(name, key)
        doing.scene.wait(0.16)


def _run(doing: Doing) -> None:
    scene = doing.scene
    if scene.programs is None:
        raise LecternError("a desktop that is reached by its url runs nothing; start the program there with clicks and keys")
    before, doing.moment = scene.picture(), time.time()
    scene.programs.start(doing.step.value)
    if not scene.until(lambda: not np.array_equal(before, scene.picture()), PATIENCE):
        raise LecternError(f"it showed nothing within {PATIENCE:g} s")
    scene.cast.settle(0.5, 5.0)


def _highlight(doing: Doing) -> None:
    box = doing.find()
    doing.target = box if box.w and box.h else None
    doing.moment = time.time()


def _wait(doing: Doing) -> None:
    wait, scene = doing.step.wait, doing.scene
    if wait is None or not (wait.text or wait.gone or wait.idle or wait.target):
        raise LecternError("a desktop waits for text, gone, idle or a target")
    if wait.idle is not None:
        if not _stands_still(scene, wait.idle):
            raise LecternError(f"the screen did not stand still for {wait.idle:g} s within {PATIENCE:g} s")
    elif wait.target is not None:
        doing.target = find(scene, wait.target, PATIENCE)
    else:
        _wait_for_text(scene, wait.text or wait.gone or "", there=wait.gone is None)


def _stands_still(scene: View, seconds: float) -> bool:
    """Waits until it does for so long; whether it did."""
    if scene.filming:
        return scene.cast.settle(seconds, PATIENCE)
    before, since, end = scene.picture(), time.monotonic(), time.monotonic() + PATIENCE
    while time.monotonic() - since < seconds and time.monotonic() < end:
        scene.wait(0.1)
        if not np.array_equal(before, now := scene.picture()):
            before, since = now, time.monotonic()
    return time.monotonic() - since >= seconds


def _wait_for_text(scene: View, text: str, there: bool) -> None:
    if not scene.until(lambda: _stands(scene, text) == there, PATIENCE):
        came = f"did not come within {PATIENCE:g} s. It reads: {instead(text, _text(scene))}"
        raise LecternError(f'"{text}" {came if there else f"was still there after {PATIENCE:g} s"}')


_ACTS: dict[str, Callable[[Doing], None]] = {
    "click": _click, "hover": _hover, "drag": _drag, "scroll": _scroll, "type": _type, "press": _press, "run": _run,
    "highlight": _highlight, "wait": _wait,
}  # fmt: skip


def _stands(scene: View, text: str) -> bool:
    picture = scene.picture()
    return bool(scene.meanwhile(lambda: scene.sight.find_text(picture, text)))


def _shows(scene: View, claim: str) -> bool:
    picture = scene.picture()
    return scene.meanwhile(lambda: scene.sight.shows(picture, claim))


def _text(scene: View) -> str:
    picture = scene.picture()
    return scene.meanwhile(lambda: scene.sight.text(picture))


def _holds(box: Box, point: PointerPoint) -> bool:
    return box.x <= point.x <= box.right and box.y <= point.y <= box.bottom
