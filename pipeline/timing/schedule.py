"""When everything in a scene happens: lines, words, marks, and which moment of a capture is seen when."""

from collections.abc import Mapping

from ..base.clock import frame_at
from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from ..capture.take import CaptureTake
from ..episode.model import Scene
from ..services.voice import Phoneme, VoiceTake
from .fit import NarrationPause
from .narration import Holds, TimedLine, TimedPhoneme, TimedWord, add_hold, mark_places, time_narration
from .segments import CaptureSegment, scene_seconds, segment_captures

MAX_ROUNDS = 60
"""Footage that has not settled on its marks after so many pauses is reported, and shown as it is."""


class SceneSchedule(Frozen):
    """One scene in time. All values are seconds of the scene; marks, parts, segments and the end lie on the frame grid."""

    scene: str
    fps: int
    duration: float
    lines: tuple[TimedLine, ...] = ()
    words: tuple[TimedWord, ...] = ()
    phonemes: tuple[TimedPhoneme, ...] = ()
    mark_times: tuple[tuple[str, float], ...] = ()
    segments: tuple[CaptureSegment, ...] = ()
    pauses: tuple[NarrationPause, ...] = ()
    findings: tuple[FilmFinding, ...] = ()

    @property
    def marks(self) -> dict[str, float]:
        """When each mark is spoken, by name."""
        return dict(self.mark_times)

    @property
    def frames(self) -> int:
        """How many frames the scene lasts."""
        return frame_at(self.duration, self.fps)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who speaks, in the order in which they are first heard."""
        return tuple(dict.fromkeys(line.speaker for line in self.lines))

    def phonemes_of(self, speaker: str) -> tuple[Phoneme, ...]:
        """Return the phonemes of one speaker."""
        return tuple(timed.phoneme for timed in self.phonemes if timed.speaker == speaker)

    def stresses_of(self, speaker: str) -> tuple[float, ...]:
        """Return when each emphasised word of this speaker begins."""
        return tuple(word.start for word in self.words if word.speaker == speaker and word.emphasis)

    def listening(self, speaker: str) -> tuple[tuple[float, float], ...]:
        """Return the spans in which somebody else is heard."""
        return tuple((p.start, p.end) for line in self.lines if line.speaker != speaker for p in line.parts)


def schedule(
    scene: Scene, recordings: Mapping[str, VoiceTake], captures: Mapping[str, CaptureTake], fps: int
) -> SceneSchedule:
    """Place a scene in time: the narration sets the pace and pauses where footage can't be fitted to its marks.

    `recordings` are the voice takes by line id, `captures` the capture takes by capture id. Raises SourceError where
    one is missing.
    """
    holds: Holds = {}
    for _round in range(MAX_ROUNDS):
        narration = time_narration(scene, recordings, holds, fps)
        segments, wanted = segment_captures(scene, narration, captures, fps)
        if not wanted:
            break
        holds = add_hold(scene, holds, wanted, fps)
    unsettled = FilmFinding(f'the footage of scene "{scene.id}" does not settle on its marks', scene.line)
    return SceneSchedule(
        scene=scene.id,
        fps=fps,
        duration=scene_seconds(scene, narration, segments, fps),
        lines=narration.lines,
        words=narration.words,
        phonemes=narration.phonemes,
        mark_times=tuple(narration.marks.items()),
        segments=segments,
        pauses=tuple(
            NarrationPause(mark=m, seconds=holds[at]) for m, at in mark_places(scene).items() if holds.get(at)
        ),
        findings=(unsettled,) if wanted else (),
    )
