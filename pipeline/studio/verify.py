"""`lectern verify`: is the finished film what the script says? Measures it, listens to it, and writes its certificate."""

import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import Field, ValidationError

from ..base import audio
from ..base.clock import time_code
from ..base.episode_paths import EpisodePaths
from ..base.errors import FilmFinding, LecternError
from ..base.files import content_digest, digest, read_own, write_atomic, write_changed
from ..base.frozen import Frozen
from ..build.report import Report, read_report
from ..jobs.runs import running
from ..quality.film import FilmMeasures, believed, findings, listen, look, measure
from ..quality.frames import decoded_frames
from ..quality.heard import HeardLine
from ..quality.page import CertificatePage, certificate_html
from ..quality.score import FilmScore, MeasureScore, score_of
from ..voice.whisper_process import INSTALL, MODEL, ear_installed, whisper_process

WIDE = 480
"""px of a picture on the page."""
MOST_PICTURES, MOST_SCENES = 24, 12
"""How many findings have a picture, and how many scenes."""
PEAKS = 500
"""Points of the waveform."""
LISTENING = 2
"""The version of the ear: what was heard by another one is heard again."""


class VerifyResult(Frozen):
    """What a film is worth: its `score` of 100, what it is made of, what a viewer would notice, and the `page` that shows it.

    `heard` is what was heard of every line; None: nobody listened, and `note` says why.
    """

    film: Path
    page: Path
    score: int
    whole: bool
    findings: tuple[FilmFinding, ...]
    measures: tuple[MeasureScore, ...]
    heard: tuple[HeardLine, ...] | None
    note: str = ""


class MeasuredFilm(Frozen):
    """A film as it was measured: its report, its measures, and what is to be said about both. `note`: why nobody listened."""

    report: Report
    measures: FilmMeasures | None
    noticed: tuple[FilmFinding, ...]
    note: str = ""

    @property
    def findings(self) -> tuple[FilmFinding, ...]:
        """What was noticed when it was built, and what a viewer would notice."""
        return (*self.noticed, *(findings(self.measures, self.report.expected) if self.measures else ()))


class _Heard(Frozen):
    """What was heard in a film, by the hash of the film and of what should be said in it."""

    film: str = Field(min_length=1)
    lines: tuple[HeardLine, ...]


def verify(folder: Path) -> VerifyResult:
    """Measure the film of the episode in `folder`, listen to it, and write renders/report.html. It is a run.

    Raises LecternError if there is no film, or if it can't be played.
    """
    paths = EpisodePaths(folder=folder)
    with running(paths.database, "verify", folder.name) as run:
        result = _verified(paths)
        run.result(score=result.score, whole=result.whole, findings=[str(one) for one in result.findings][:50])
    return result


def _verified(paths: EpisodePaths) -> VerifyResult:
    found = measured_film(paths)
    if found is None:
        raise LecternError(
            f"There is no film in {paths.renders} yet, or it is of an earlier Lectern. Build it, then verify it"
        )
    if found.measures is None:
        raise LecternError("\n".join(map(str, found.noticed)))
    score = score_of(found.measures, found.report.expected, found.noticed)
    write_changed(paths.certificate, certificate_html(_page(paths, found, found.measures, score)), inside=paths.folder)
    return VerifyResult(
        film=paths.film,
        page=paths.certificate,
        score=score.percent,
        whole=score.whole,
        findings=found.findings,
        measures=score.measures,
        heard=found.measures.heard,
        note=found.note,
    )


def measured_film(paths: EpisodePaths) -> MeasuredFilm | None:
    """Measure the film of the last build, and listen to it where an ear is installed; None where there is no film."""
    report = read_report(paths)
    if not report or not paths.film.exists():
        return None
    content, noticed = content_digest(paths.film), report.noticed
    if content != report.film:
        changed = f"{paths.film} is not the film that was built: it was changed, replaced or damaged since"
        noticed = (FilmFinding(changed), *noticed)
    try:
        measures, note = _measured(paths, report, content)
    except (OSError, EOFError, ValueError, IndexError, LecternError):  # FFmpeg's errors are of these, too
        played = FilmFinding(f"{paths.film} can't be played")
        return MeasuredFilm(report=report, measures=None, noticed=(played, *noticed))
    return MeasuredFilm(report=report, measures=measures, noticed=noticed, note=note)


def _measured(paths: EpisodePaths, report: Report, content: str) -> tuple[FilmMeasures, str]:
    """Return the measures of a film, and why nobody listened. Its pictures are decoded while its sound is listened to."""
    expected = report.expected
    with ThreadPoolExecutor(1) as pool:
        seen = pool.submit(look, paths.film, expected)
        heard, note = _heard(paths, report, content)
        measures = measure(paths.film, expected, paths.folder, seen.result())
    if heard is not None:
        heard = believed(heard, expected.lines, measures.voices)
    return measures.model_copy(update={"heard": heard}), note


def _heard(paths: EpisodePaths, report: Report, content: str) -> tuple[tuple[HeardLine, ...] | None, str]:
    """Return what is heard in the film, and why nobody listened if it is None. A film is listened to once."""
    lines = report.expected.lines
    if not lines:
        return (), ""
    if not ear_installed():
        return (
            None,
            f"Nobody listened to the film: Lectern's own ear ({MODEL}) isn't installed. Install it with: {INSTALL}",
        )
    spoken = "".join(line.model_dump_json() for line in lines)
    key = digest("\n".join([str(LISTENING), content, report.expected.language, spoken]))
    try:
        known = _Heard.model_validate_json(read_own(paths.heard, inside=None) or b"")
        if known.film == key:
            return known.lines, ""
    except ValidationError:
        pass  # nothing, or of another version
    try:
        heard = listen(paths.film, report.expected, whisper_process())
    except LecternError as error:
        return None, f"Nobody listened to the film: {error}"
    write_atomic(paths.heard, _Heard(film=key, lines=heard).model_dump_json(), inside=None)
    return heard, ""


# The page


def _page(paths: EpisodePaths, found: MeasuredFilm, measures: FilmMeasures, score: FilmScore) -> CertificatePage:
    report = found.report
    scenes = [(scene.title or scene.id, (scene.start, scene.start + scene.duration)) for scene in report.scenes]
    if len(scenes) > MOST_SCENES:
        scenes = [scenes[i] for i in np.linspace(0, len(scenes) - 1, MOST_SCENES).astype(int)]
    at = [one.at for row in score.measures for one in row.findings if one.at is not None][:MOST_PICTURES]
    return CertificatePage(
        title=report.title,
        seconds=report.duration,
        score=score,
        pictures=_pictures(paths.film, [*at, *((start + end) / 2 for _, (start, end) in scenes)], measures),
        waveform=_waveform(paths.film, measures),
        scenes=scenes,
        lines=report.expected.lines,
        heard=measures.heard,
        facts=_facts(report),
        synthetic=report.synthetic,
        respoken=report.respoken,
        film=content_digest(paths.film),
    )


def _facts(report: Report) -> tuple[str, ...]:
    width, height = report.size
    spoken = sum(len(line.words) for line in report.expected.lines)
    return (
        time_code(report.duration),
        f"{width} × {height}, {report.fps} fps",
        f"{len(report.scenes)} scenes",
        f"{spoken} words",
    )


def _pictures(film: Path, times: Iterable[float], measures: FilmMeasures) -> dict[float, bytes]:
    """Return what the film shows at some times (seconds), as JPEG."""
    rate, last = measures.stream.rate or 30.0, max(0, measures.stream.frames - 1)
    numbers = sorted({min(last, max(0, round(at * rate))) for at in times})
    return {number / rate: _jpeg(picture.image()) for number, picture in decoded_frames(film, numbers)} if last else {}


def _jpeg(picture: Image.Image) -> bytes:
    picture.thumbnail((WIDE, WIDE))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()


def _waveform(film: Path, measures: FilmMeasures) -> list[float]:
    """Return the film's peaks, PEAKS of them, as shares of the highest (0..1)."""
    if not measures.stream.sound_codec:
        return []
    mono = np.abs(audio.to_mono(audio.read(film)))
    edges = np.linspace(0, len(mono), PEAKS + 1).astype(int)[:-1]
    peaks = np.maximum.reduceat(mono, edges) if len(mono) >= PEAKS else mono
    return [round(float(peak / max(peaks.max(), 1e-6)), 3) for peak in peaks]
