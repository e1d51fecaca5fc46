"""The scenes of an episode, and how far each of them and what is in it is made."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from ..base.clock import seconds_at
from ..base.episode_paths import EpisodePaths
from ..base.files import digest, read_own, write_atomic
from ..base.frozen import Frozen
from ..episode.folder import read_episode
from ..episode.model import Episode, Scene
from ..episode.scene_edit import scene_source
from ..episode.source import SCRIPT, exact_text
from ..timeline.model import StripId, Timeline, read_timeline

SceneState = Literal["made", "changed", "new", "off"]
"""Whether a scene is on the timeline as it is written, as it was written before, not yet, or is left out of the film."""
_BUILT = "built_scenes.json"
_DIGESTS = TypeAdapter(dict[str, str])


class TakeCard(Frozen):
    """Something that is made for a scene: what it is, its id, the `line` of script.md, and whether the last build had it."""

    kind: Literal["line", "capture", "overlay", "clip"]
    id: str
    label: str
    line: int
    made: bool


class SceneCard(Frozen):
    """A scene: `line` is that of its heading, `number` counts those in the film (0: left out), times are seconds of the film."""

    id: str
    title: str
    number: int
    line: int
    state: SceneState
    start: float = 0.0
    duration: float = 0.0
    takes: tuple[TakeCard, ...] = ()


def scenes(folder: Path, *, config: Path | None = None) -> tuple[SceneCard, ...]:
    """Return the scenes of the episode in `folder`. Raises EpisodeErrors for a script that can't be read."""
    return scene_cards(read_episode(folder, config), last_timeline(folder))


def last_timeline(folder: Path) -> Timeline | None:
    """Return the timeline of the last build; None if there is none. Raises LecternError if it can't be read."""
    file = EpisodePaths(folder=folder).timeline
    return read_timeline(file) if file.exists() else None


def scene_cards(episode: Episode, film: Timeline | None) -> tuple[SceneCard, ...]:
    """Return the scenes of an episode that was read, given the timeline of its last build."""
    script, built = exact_text(episode.folder / SCRIPT, SCRIPT), _built_scenes(episode.folder)
    spans = {span.id: span for span in film.scenes} if film else {}
    owners = {StripId.parse(strip.id)[:2] for strip in (*film.strips, *film.off)} if film else set()
    cards, number = list[SceneCard](), 0
    for scene in episode.scenes:
        number += scene.enabled
        span, fps = spans.get(scene.id), film.fps if film else 1
        takes = tuple(_takes(scene, owners))
        as_built = built.get(scene.id) == digest(scene_source(script, scene.line)) if built else not _unmade(takes)
        card = SceneCard(
            id=scene.id, title=scene.title, number=number if scene.enabled else 0, line=scene.line, takes=takes,
            state="off" if not scene.enabled else "new" if span is None else "made" if as_built else "changed",
            start=seconds_at(span.start, fps) if span else 0.0,
            duration=seconds_at(span.end - span.start, fps) if span else 0.0,
        )  # fmt: skip
        cards.append(card)
    return tuple(cards)


def note_built(episode: Episode, script: str) -> None:
    """Note from which `script` the timeline was made, so that changed scenes can be told."""
    digests = {scene.id: digest(scene_source(script, scene.line)) for scene in episode.scenes}
    write_atomic(
        EpisodePaths(folder=episode.folder).state / _BUILT, _DIGESTS.dump_json(digests), inside=None, private=True
    )


def _takes(scene: Scene, owners: set[tuple[str, str]]) -> Iterator[TakeCard]:
    """Yield what is made for a scene, in the order of the script."""
    named = [
        *(("line", line.id, " ".join(word.written for word in line.words), line.line) for line in scene.lines),
        *(("capture", block.id, f"{block.kind} capture", block.line) for block in scene.captures),
        *(("overlay", block.id, block.text or block.kind, block.line) for block in scene.overlays),
        *(("clip", block.id, block.name or block.file or "clip", block.line) for block in scene.clips),
    ]
    for kind, id, label, line in sorted(named, key=lambda take: take[3]):
        made = (scene.id, id) in owners
        yield TakeCard.model_validate({"kind": kind, "id": id, "label": label, "line": line, "made": made})


def _unmade(takes: Sequence[TakeCard]) -> bool:
    return any(not take.made for take in takes if take.kind == "line")


def _built_scenes(folder: Path) -> dict[str, str]:
    """Return the hash of each scene's text as it was built last, by its id; nothing if that isn't known."""
    try:
        return _DIGESTS.validate_json(read_own(EpisodePaths(folder=folder).state / _BUILT, inside=None) or b"{}")
    except ValidationError:  # of another version
        return {}
