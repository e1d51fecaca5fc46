"""A planned episode: scenes with what is said and shown, the files it needs, and what could not be taken over."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from ..base.frozen import Frozen


class Refusal(Frozen):
    """Something at `line` of the source that the episode does not do, and `why`."""

    line: int
    text: str
    why: str


class PlannedBlock(Frozen):
    """A block of the script: its name ("capture", "overlay", …) and its values, as YAML would hold them."""

    name: str
    values: Mapping[str, Any]


class ScenePlan(Frozen):
    """A scene: paragraphs of Markdown with marks, and blocks."""

    title: str
    paragraphs: tuple[str, ...] = ()
    blocks: tuple[PlannedBlock, ...] = ()


class PlannedEpisode(Frozen):
    """An episode. `files` are those beside the script, by their path; `taken` is how many entries of the source are in it."""

    title: str
    scenes: tuple[ScenePlan, ...]
    files: Mapping[str, bytes] = Field(default_factory=dict)
    taken: int = 0
    refused: tuple[Refusal, ...] = ()
