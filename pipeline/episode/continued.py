"""A capture that goes on from an earlier one: what was done there is done again, unseen, and it looks as it was left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .capture_block import Capture, Environment
from .continuation import EarlierSteps
from .errors import did_you_mean, list_names, with_article
from .model import Scene
from .values import ValidationContext

_SAME = ("shell", "folder", "serve", "port", "deterministic")
"""What a capture that goes on has from the first one, besides its environment."""
_OWN = {"terminal": "shell, folder", "editor": "shell, folder", "browser": "server, folder"}
"""The same in words, for the kinds that go on."""


def continued(scenes: Sequence[Scene], context: ValidationContext) -> tuple[Scene, ...]:
    """Return the scenes with what captures that go on have from the earlier ones. What can't go on is reported."""
    before: list[_Earlier] = []
    found: list[Scene] = []
    for scene in scenes:
        captures = []
        for capture in scene.captures:
            earlier = _meant(capture, before, context) if capture.continue_ else None
            captures.append(_continued(capture, earlier, context) if earlier else capture)
            ids = {capture.id, *(earlier.ids if earlier else ())}
            before.append(_Earlier(scene, captures[-1], frozenset(ids)))
        found.append(scene.model_copy(update={"captures": tuple(captures)}))
    return tuple(found)


@dataclass(frozen=True)
class _Earlier:
    """A capture, and the `ids` under which it goes on: its own, and those of the ones that it goes on from."""

    scene: Scene
    capture: Capture
    ids: frozenset[str]

    def is_meant(self, name: str) -> bool:
        """Return whether it goes on where `name` does: "" is any, else an id, or that of its scene."""
        return not name or name in self.ids or name == self.scene.id


def _meant(capture: Capture, before: Sequence[_Earlier], context: ValidationContext) -> _Earlier | None:
    """Return the last one that a capture can mean to go on from; None where there is none, which is reported."""
    name, line = (capture.continue_.name, capture.continue_.line) if capture.continue_ else ("", 0)
    found = [one for one in before if one.capture.kind == capture.kind and one.is_meant(name)]
    if not found:
        context.report(line, _nothing_before(capture, name, before))
        return None
    if found[-1].capture.cast:
        message = "is a recording that is played, so nothing goes on after it; remove continue:"
        context.report(line, f"the terminal of line {found[-1].capture.line} {message}")
        return None
    return found[-1]


def _continued(capture: Capture, from_: _Earlier, context: ValidationContext) -> Capture:
    """Return the capture with what it has from the one that it goes on from."""
    scene, earlier = from_.scene, from_.capture
    line = capture.continue_.line if capture.continue_ else capture.line
    for name in _other_values(capture, earlier):
        context.report(
            line,
            f'the {earlier.kind} of line {earlier.line} in scene "{scene.id}" goes on here, with its own {_OWN[earlier.kind]} and '
            f"environment, so this one can't have another {name}:; remove {name}:, or continue:",
        )
    return capture.model_copy(update=_inherited(capture, scene, earlier))


def _nothing_before(capture: Capture, name: str, before: Sequence[_Earlier]) -> str:
    """Return why nothing can go on in a capture."""
    kind = capture.kind
    others = next((one.capture for one in reversed(before) if name and one.is_meant(name)), None)
    if others:
        return f'"{name}" is a capture of kind: {others.kind}, and {with_article(kind)} goes on from {with_article(kind)} only'
    scenes = list(dict.fromkeys(one.scene.id for one in before if one.capture.kind == kind))
    wrote = any(one.capture.kind == "editor" for one in before)
    if not scenes and kind == "terminal" and wrote:
        return (
            "no terminal comes before this one, and what an editor wrote is not in it: each begins with the folder as it is in the "
            "episode; run it in the editor's own block, by a step - run: COMMAND, or make the same change in hidden: of this one, "
            "in place of continue:"
        )
    if not scenes:
        return f"no {kind} comes before this one, so there is none that goes on here; remove continue:"
    return (
        f'no {kind} before this one has the id "{name}", and no scene of that id has one'
        f"{did_you_mean(name, scenes)}; {kind}s are in: {list_names(scenes)}"
    )


def _other_values(capture: Capture, earlier: Capture) -> Iterator[str]:
    """Yield what is written in a capture and is otherwise in the one that goes on."""
    written = capture.model_fields_set
    yield from (name for name in _SAME if name in written and getattr(capture, name) != getattr(earlier, name))
    own = capture.environment
    for name in Environment.model_fields:
        if name in own.model_fields_set and getattr(own, name) != getattr(earlier.environment, name):
            yield name


def _inherited(capture: Capture, scene: Scene, earlier: Capture) -> dict[str, Any]:
    steps = EarlierSteps(scene=scene.id, steps=earlier.steps)
    return {
        **{name: getattr(earlier, name) for name in (*_SAME, "environment", "hidden")},
        "blur": tuple(dict.fromkeys((*earlier.blur, *capture.blur))),
        "earlier": (*earlier.earlier, steps),
    }
