"""renders/report.json: what the film is made of, and what a person should know about it."""

from collections.abc import Iterable, Iterator

from ..base.clock import seconds_at
from ..base.episode_paths import EpisodePaths
from ..base.errors import FilmFinding, LecternError, visible_json
from ..base.files import content_digest, digest, read_own, remove_file, write_atomic, write_changed
from ..base.frozen import Frozen
from ..episode.model import Episode, Line
from ..providers.episode_faces import steps_of
from ..providers.episode_voices import fallback_findings, voice_clause
from ..publish.chapters import why_no_chapters
from ..publish.description import Credit
from ..quality.film import ExpectedFilm
from ..quality.occlusion import Occlusion, PlannedScene, find_occlusions, narrator_share, smallest_narrator
from ..services.cloned_voices import cloned_voice
from ..services.voice import VoiceTake
from ..timeline.model import SceneSpan, Timeline
from ..voice.recipe import VOICE_KIND, doubt
from .expected_film import expected_film
from .join_film import Sidecars
from .layout_scenes import ArrangedScene
from .production import Production
from .record_takes import Recordings
from .render_film import FilmParts


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


class ClonedVoiceReport(Frozen):
    """A synthetic voice that was made from a person's recording: who speaks with it, its name, and when consent was recorded (a date).

    Whose voice it is stays in the profile of the person who made the film.
    """

    speaker: str
    voice: str
    provider: str
    consent: str


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
    """The whole film.

    `synthetic` says whose voice or face is made by a machine, and `cloned` which voices were made from a person's recording.
    `film` is the SHA-256 of the film's file, `loudness` in LUFS, `true_peak` in dBTP; `hidden` is what covers what,
    `expected` what has to be seen and heard; `findings` are sentences for people,
    and `noticed` the same with their places; `no_chapters` says why YouTube would show none ("": it shows them); `respoken` are
    lines that were spoken once more because they were not understood, in sentences.
    """

    title: str
    fingerprint: str
    film: str
    duration: float
    frames: int
    fps: int
    size: tuple[int, int]
    loudness: float
    true_peak: float
    narrator_share: float
    smallest_narrator: float | None
    synthetic: tuple[str, ...]
    cloned: tuple[ClonedVoiceReport, ...] = ()
    scenes: tuple[SceneReport, ...]
    hidden: tuple[Occlusion, ...]
    expected: ExpectedFilm
    findings: tuple[str, ...]
    noticed: tuple[FilmFinding, ...]
    no_chapters: str = ""
    respoken: tuple[str, ...] = ()


def write_report(paths: EpisodePaths, report: Report) -> None:
    """Write the report, whole, and note that it is this person's."""
    text = visible_json(report.model_dump_json(indent=1))
    write_changed(paths.report, text, inside=paths.folder)
    write_atomic(paths.film_note, digest(text), inside=None)


def forget_report(paths: EpisodePaths) -> None:
    """Make the last report count no more, because its film is about to be replaced."""
    remove_file(paths.film_note, inside=None)


def own_report(paths: EpisodePaths) -> Report | None:
    """Return the report of the last build by this person; None if there is none, or another one lies in its place."""
    report, note = read_report(paths), read_own(paths.film_note, inside=None)
    content = read_own(paths.report, inside=paths.folder) if report else b""
    return report if content and digest(content).encode() == note else None


def read_report(paths: EpisodePaths) -> Report | None:
    """Return the report of the last build; None where there is none, or one of another version."""
    try:
        content = read_own(paths.report, inside=paths.folder)
        return Report.model_validate_json(content) if content else None
    except (OSError, ValueError, LecternError):
        return None


def report_of(
    production: Production,
    timeline: Timeline,
    parts: FilmParts,
    sidecars: Sidecars,
    fingerprint: str,
    conflicts: tuple[str, ...],
) -> Report:
    """Return what is to be said about a finished film; `conflicts` are the person's changes that could not be kept."""
    sound, hidden = parts.sound.take, film_occlusions(production, timeline)
    noticed = _noticed(production, (*conflicts, *production.build.scheduler.notes), hidden, timeline.fps)
    return Report(
        title=production.build.episode.title,
        fingerprint=fingerprint,
        film=content_digest(production.build.paths.film),
        duration=seconds_at(timeline.frames, timeline.fps),
        frames=timeline.frames,
        fps=timeline.fps,
        size=timeline.size,
        loudness=sound.loudness,
        true_peak=sound.true_peak,
        narrator_share=narrator_share(timeline),
        smallest_narrator=smallest_narrator(timeline),
        synthetic=_synthetic(production.build.episode, sidecars.credits),
        cloned=_cloned(production.build.episode, sidecars.credits),
        scenes=tuple(
            _scene(scene, span, production.recordings, timeline.fps)
            for scene, span in zip(production.scenes, timeline.scenes, strict=True)
        ),
        hidden=hidden,
        expected=expected_film(production, timeline, sidecars.subtitles),
        no_chapters=why_no_chapters(timeline),
        respoken=production.recordings.respoken,
        findings=tuple(map(str, noticed)),
        noticed=noticed,
    )


def _noticed(
    production: Production, notes: Iterable[str], hidden: Iterable[Occlusion], fps: int
) -> tuple[FilmFinding, ...]:
    return (
        *fallback_findings(production.build.episode),
        *production.findings,
        *_doubts_about_lines(production),
        *map(FilmFinding, notes),
        *(_occlusion_finding(occlusion, fps) for occlusion in hidden),
    )


def film_occlusions(production: Production, timeline: Timeline) -> tuple[Occlusion, ...]:
    """Return what hides what in the film."""
    scenes = {
        scene.scene.id: PlannedScene(schedule=scene.schedule, layout=scene.layout, clips=scene.clip_takes)
        for scene in production.scenes
    }
    return find_occlusions(timeline, scenes, production.recordings.captures)


def _synthetic(episode: Episode, credits: Iterable[Credit]) -> tuple[str, ...]:
    """Return whose voice or face is neither a person's nor drawn, and who made it."""
    found = []
    for credit in credits:
        character = episode.character(credit.id)
        if credit.voice == "synthetic":
            found.append(f"{credit.name}: {voice_clause(character, episode.language)}")
        if credit.voice == "cloned" and character.clone:
            found.append(f'{credit.name}: {character.provider}, the cloned voice "{character.clone.name}"')
        if credit.photographed:
            found.append(f"{credit.name}: the face, by {', '.join(step.provider for _, step in steps_of(character))}")
    return tuple(found)


def _cloned(episode: Episode, credits: Iterable[Credit]) -> tuple[ClonedVoiceReport, ...]:
    """Return the cloned voices that are heard."""
    found = []
    for credit in credits:
        character = episode.character(credit.id)
        if credit.voice == "cloned" and character.clone:
            voice = cloned_voice(character.clone.name)
            when = voice.consent.at.partition("T")[0] if voice else ""
            found.append(
                ClonedVoiceReport(
                    speaker=credit.name, voice=character.clone.name, provider=character.provider, consent=when
                )
            )
    return tuple(found)


def _scene(scene: ArrangedScene, span: SceneSpan, recordings: Recordings, fps: int) -> SceneReport:
    start = seconds_at(span.start, fps)
    return SceneReport(
        id=span.id,
        title=span.title,
        start=start,
        duration=seconds_at(span.end - span.start, fps),
        lines=tuple(
            LineReport(
                line=line.id,
                speaker=line.speaker,
                start=round(start + line.start, 3),
                tier=recordings.voices[line.id].tier,
                confidence=recordings.voices[line.id].confidence,
            )
            for line in scene.schedule.lines
        ),
        pauses=tuple(PauseReport(mark=p.mark, seconds=round(p.seconds, 3)) for p in scene.schedule.pauses),
        narrators=tuple(f"{p.character}, {p.side}, {p.pixels} px" for p in scene.layout.narrators),
    )


def _lines(production: Production) -> list[tuple[Line, VoiceTake]]:
    voices = production.recordings.voices
    return [(line, voices[line.id]) for scene in production.scenes for line in scene.scene.lines]


def _doubts_about_lines(production: Production) -> Iterator[FilmFinding]:
    """Yield the lines whose words may be heard at other times than marks assume, and what people said otherwise."""
    lines = _lines(production)
    yield from (found for line, take in lines if (found := doubt(line, take)))
    for line, take in lines:
        if take.note:
            again = f"media/{VOICE_KIND}/{production.recordings.voice_handles[line.id].key}"
            by_loudness = "So the words' times are by loudness; to try again, delete"
            yield FilmFinding(f"{take.note}. {by_loudness} {again} and build", line.line)
    yield from (FilmFinding(unlike, line.line) for line, take in lines for unlike in take.unlike)


def _occlusion_finding(hidden: Occlusion, fps: int) -> FilmFinding:
    when = f"{seconds_at(hidden.frame, fps):.1f} s"
    return FilmFinding(f'scene "{hidden.scene}", {when}: {hidden.over} hides "{hidden.under}"')
