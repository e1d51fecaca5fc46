"""renders/report.json: what the film is made of, and what a person should know about it."""

from ..avatar.recipe import NARRATOR
from ..avatar.take import NarratorTake
from ..clock import seconds_at
from ..model import Frozen
from ..publish.chapters import why_no_chapters
from ..publish.credits import credits_of
from ..quality.cover import Hidden, Scene, hidden_things, narrator_share, smallest_narrator
from ..quality.film import Promise
from ..timeline.model import MovieStrip, SceneSpan, Timeline
from .arranging import Arranged
from .delivering import Parts
from .faces import steps_of
from .files import write
from .places import Places
from .production import Production
from .promised import promise_of
from .voice import unsure
from .workshop import Workshop


class LineReport(Frozen):
    """A spoken line: where its times come from and how sure they are."""

    line: str
    speaker: str
    start: float
    tier: str
    confidence: float


class PauseReport(Frozen):
    """The voice waits `seconds` before the word at `mark`, because the footage can't be any faster."""

    mark: str
    seconds: float


class SceneReport(Frozen):
    """One scene, in seconds of the film."""

    id: str
    title: str
    start: float
    duration: float
    lines: tuple[LineReport, ...]
    pauses: tuple[PauseReport, ...]
    narrators: tuple[str, ...]


class Report(Frozen):
    """The whole film. `loudness` in LUFS, `true_peak` in dBTP, `hidden` what covers what, `promise` what must be seen and heard,
    `no_chapters` why YouTube would show none ("": it shows them)."""

    title: str
    fingerprint: str
    duration: float
    frames: int
    fps: int
    size: tuple[int, int]
    loudness: float
    true_peak: float
    narrator_share: float
    smallest_narrator: float | None
    synthetic: tuple[str, ...]
    scenes: tuple[SceneReport, ...]
    hidden: tuple[Hidden, ...]
    promise: Promise
    findings: tuple[str, ...]
    no_chapters: str = ""


def write_report(places: Places, report: Report) -> None:
    """Writes the report, whole."""
    write(places.report, report.model_dump_json(indent=1))


def read_report(places: Places) -> Report | None:
    """The report of the last build; None where there is none, or one of another version."""
    try:
        return Report.model_validate_json(places.report.read_bytes())
    except (OSError, ValueError):
        return None


def report_of(
    production: Production, timeline: Timeline, shop: Workshop, parts: Parts, fingerprint: str, blocked: tuple[str, ...]
) -> Report:
    """What is to be said about a finished film."""
    sound = shop.result(parts.sound)
    hidden = hidden_text(production, timeline)
    return Report(
        title=production.episode.title,
        fingerprint=fingerprint,
        duration=seconds_at(timeline.frames, timeline.fps),
        frames=timeline.frames,
        fps=timeline.fps,
        size=timeline.size,
        loudness=sound.loudness,
        true_peak=sound.true_peak,
        narrator_share=narrator_share(timeline),
        smallest_narrator=smallest_narrator(timeline),
        synthetic=_synthetic(production, timeline),
        scenes=tuple(_scene(a, s, production, timeline.fps) for a, s in zip(production.arranged, timeline.scenes, strict=True)),
        hidden=hidden,
        promise=promise_of(production, timeline, _narrator_takes(timeline, shop)),
        no_chapters=why_no_chapters(timeline),
        findings=(
            *production.findings,
            *_unsure(production),
            *_unheard(production),
            *blocked,
            *(_hidden(h, timeline.fps) for h in hidden),
        ),
    )


def hidden_text(production: Production, timeline: Timeline) -> tuple[Hidden, ...]:
    """What hides what in the film."""
    scenes = {a.scene.id: Scene(schedule=a.schedule, layout=a.layout, clips=a.clips) for a in production.arranged}
    return hidden_things(timeline, scenes, production.recordings.captures)


def _narrator_takes(timeline: Timeline, shop: Workshop) -> dict[str, NarratorTake]:
    """The takes of the narrators on the timeline, by the source of their clips."""
    sources = {s.source for s in timeline.strips if isinstance(s, MovieStrip) and s.source.startswith(f"media/{NARRATOR.kind}/")}
    return {source: shop.described(NARRATOR, source) for source in sorted(sources)}


def _synthetic(production: Production, timeline: Timeline) -> tuple[str, ...]:
    """Whose voice or face no person or pencil made, and who made it."""
    episode, said = production.episode, []
    for credit in credits_of(episode, timeline, production.recordings.voices):
        character = episode.character(credit.id)
        if credit.voice == "synthetic":
            said.append(f"{credit.name}: {character.provider} {character.voice}")
        if credit.photographed:
            said.append(f"{credit.name}: the face, by {', '.join(step.provider for _, step in steps_of(character))}")
    return tuple(said)


def _scene(arranged: Arranged, span: SceneSpan, production: Production, fps: int) -> SceneReport:
    start = seconds_at(span.start, fps)
    takes = production.recordings.voices
    return SceneReport(
        id=span.id,
        title=span.title,
        start=start,
        duration=seconds_at(span.end - span.start, fps),
        lines=tuple(
            LineReport(
                line=line.id, speaker=line.speaker, start=round(start + line.start, 3), tier=takes[line.id].tier,
                confidence=takes[line.id].confidence,
            )  # fmt: skip
            for line in arranged.schedule.lines
        ),
        pauses=tuple(PauseReport(mark=p.mark, seconds=round(p.seconds, 3)) for p in arranged.schedule.pauses),
        narrators=tuple(f"{p.character}, {p.side}, {p.pixels} px" for p in arranged.layout.narrators),
    )


def _unsure(production: Production) -> list[str]:
    """Lines whose words may be heard at other times than marks, captions and lips believe."""
    takes = production.recordings.voices
    lines = [line for a in production.arranged for line in a.scene.lines]
    return [said for line in lines if (said := unsure(line, takes[line.id]))]


def _unheard(production: Production) -> list[str]:
    """Lines that were to be written down by a service, which failed."""
    recordings = production.recordings
    lines = [line for a in production.arranged for line in a.scene.lines]
    return [
        f"script.md:{line.line}: {recordings.voices[line.id].note}. So the words' times are by loudness; to try again, delete "
        f"{recordings.voice_sources[line.id].rpartition('/')[0]} and build"
        for line in lines
        if recordings.voices[line.id].note
    ]


def _hidden(hidden: Hidden, fps: int) -> str:
    return f'scene "{hidden.scene}", {seconds_at(hidden.frame, fps):.1f} s: {hidden.over} hides "{hidden.under}"'

