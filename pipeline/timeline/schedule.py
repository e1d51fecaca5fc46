"""When everything of a scene happens: lines, words, marks, and which moment of a capture is seen when."""

from collections.abc import Mapping

from ..capture.plan import FitPlan, Pause
from ..capture.take import CaptureTake
from ..clock import frame_at
from ..episode.model import Scene
from ..model import Frozen
from ..services.voice import Phoneme, VoiceTake
from .telling import Heard, TimedLine, TimedWord, Told, Waits, mark_places, tell, wait_more
from .views import View, scene_seconds, show

ROUNDS = 60


class SceneSchedule(Frozen):
    """One scene in time. All values are seconds of the scene; marks, parts, views and the end lie on the frame grid."""

    scene: str
    fps: int
    duration: float
    lines: tuple[TimedLine, ...] = ()
    words: tuple[TimedWord, ...] = ()
    heard: tuple[Heard, ...] = ()
    mark_times: tuple[tuple[str, float], ...] = ()
    views: tuple[View, ...] = ()
    pauses: tuple[Pause, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def marks(self) -> dict[str, float]:
        return dict(self.mark_times)

    @property
    def plans(self) -> dict[str, FitPlan]:
        return {view.capture: view.plan for view in self.views}

    @property
    def frames(self) -> int:
        return frame_at(self.duration, self.fps)

    @property
    def speakers(self) -> tuple[str, ...]:
        """In the order in which they are first heard."""
        return tuple(dict.fromkeys(line.speaker for line in self.lines))

    def phonemes_of(self, speaker: str) -> tuple[Phoneme, ...]:
        return tuple(h.phoneme for h in self.heard if h.speaker == speaker)

    def stresses_of(self, speaker: str) -> tuple[float, ...]:
        """When an emphasised word of this speaker begins."""
        return tuple(w.start for w in self.words if w.speaker == speaker and w.emphasis)

    def speaking(self, speaker: str) -> tuple[tuple[float, float], ...]:
        """The spans in which this speaker is heard."""
        return tuple((p.start, p.end) for line in self.lines if line.speaker == speaker for p in line.parts)

    def listening(self, speaker: str) -> tuple[tuple[float, float], ...]:
        """The spans in which another is heard."""
        return tuple((p.start, p.end) for line in self.lines if line.speaker != speaker for p in line.parts)


def schedule(
    scene: Scene, voices: Mapping[str, VoiceTake], captures: Mapping[str, CaptureTake], fps: int
) -> SceneSchedule:
    """The scene in time: narration sets the pace and waits where footage can't be fitted to its marks.

    `voices` by line id, `captures` by capture id. Raises LecternError where a recording is missing.
    """
    waits: Waits = {}
    for _round in range(ROUNDS):
        told = tell(scene, voices, waits, fps)
        views, wanted = show(scene, told, captures, fps)
        if not wanted:
            break
        waits = wait_more(scene, waits, wanted, fps)
    late = tuple(
        f'script.md:{scene.line}: the footage of scene "{scene.id}" does not settle on its marks' for _ in wanted[:1]
    )
    return _assembled(scene, told, views, waits, late, fps)


def _assembled(
    scene: Scene, told: Told, views: tuple[View, ...], waits: Waits, late: tuple[str, ...], fps: int
) -> SceneSchedule:
    places = mark_places(scene)
    pauses = tuple(Pause(mark=m, seconds=waits[at]) for m, at in places.items() if waits.get(at))
    return SceneSchedule(
        scene=scene.id,
        fps=fps,
        duration=scene_seconds(scene, told, views, fps),
        lines=told.lines,
        words=told.words,
        heard=told.heard,
        mark_times=tuple(told.marks.items()),
        views=views,
        pauses=pauses,
        findings=late,
    )
