"""Everything of a film that is made before Blender is asked for anything."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..avatar.take import NarratorTake
from ..base.errors import FilmFinding
from ..capture.blanks import blank_findings, undrawn_findings
from ..capture.browser.smoothness import dropped_findings
from ..capture.in_vain import vain_findings
from ..capture.take import CaptureTake
from ..episode.model import Scene
from ..providers.episode_faces import face_findings
from ..timeline.findings import film_findings
from ..timeline.takes import Takes
from ..trust.secret_scan import secret_findings
from .build import Build
from .layout_scenes import ArrangedScene, clip_faults
from .record_takes import Recordings


@dataclass(frozen=True)
class Production:
    """What stages 1 to 4 of a build have made: all that its timeline is resolved from.

    `narrators` are the takes of drawn narrators, by the file of their clip (relative to the episode).
    """

    build: Build
    recordings: Recordings
    scenes: tuple[ArrangedScene, ...]
    takes: Takes
    narrators: Mapping[str, NarratorTake]

    @property
    def findings(self) -> tuple[FilmFinding, ...]:
        """What a person should know about the film."""
        episode, recorded = self.build.episode, self.recordings
        return (
            *film_findings(episode, self.takes),
            *(fault for scene in self.scenes for fault in clip_faults((scene.scene,), scene.clip_takes)),
            *face_findings(episode),
            *secret_findings(episode, recorded.captures),
            *recording_findings([scene.scene for scene in self.scenes], recorded.captures, recorded.capture_keys),
        )


def recording_findings(
    scenes: Sequence[Scene], takes: Mapping[str, CaptureTake], keys: Mapping[str, str]
) -> tuple[FilmFinding, ...]:
    """Return what a viewer would miss in recordings (by their captures' ids, as are the keys of their takes)."""
    return (
        *blank_findings(scenes, takes),
        *note_findings(scenes, takes),
        *vain_findings(scenes, takes),
        *undrawn_findings(scenes, takes),
        *dropped_findings(scenes, takes, keys),
    )


def note_findings(scenes: Iterable[Scene], takes: Mapping[str, CaptureTake]) -> Iterator[FilmFinding]:
    """Yield what recordings (by their captures' ids) say that a viewer misses in them, each with the line of its capture."""
    for scene in scenes:
        for capture in scene.captures:
            for note in takes[capture.id].notes if capture.id in takes else ():
                yield FilmFinding(f'scene "{scene.id}": {note}', capture.line)
