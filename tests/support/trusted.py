"""Episodes about which trust is asked, as the reader of scripts would return them."""

from pathlib import Path

from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Episode, Scene
from lectern.pipeline.episode.steps import Step


def run(value: str, line: int = 7) -> Step:
    return Step(action="run", value=value, line=line)


def open_(value: str) -> Step:
    return Step(action="open", value=value, line=9)


def episode(folder: Path, *captures: Capture, **more: object) -> Episode:
    scene = Scene(id="a", title="A", line=1, captures=captures)
    return Episode(folder=folder, title="T", narrator="ada", scenes=(scene,), **{"characters": (), **more})


def terminal(*steps: Step, **more: object) -> Capture:
    return Capture(id="c", kind="terminal", steps=steps, line=5, **more)


def browser(*steps: Step, **more: object) -> Capture:
    return Capture(id="b", kind="browser", steps=steps, line=5, **more)
