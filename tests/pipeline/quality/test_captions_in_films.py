"""The captions in a film and beside it are those that were written, at their times."""

from pathlib import Path

import made_films
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.film.card import FilmCard, SubtitleCue
from lectern.pipeline.film.join import join
from lectern.pipeline.publish.subtitles import srt
from lectern.pipeline.quality.captions import caption_findings, measure_captions

CUES = (
    SubtitleCue(start=0.2, end=0.8, lines=("Hello {braces} and -->", "arrows <b>")),
    SubtitleCue(start=1.0, end=1.6, lines=("Second, with ümlauts",)),
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("captions")
    picture = made_films.write_film(folder / "picture.mp4", [made_films.plain()] * 60)
    audio.write(folder / "sound.wav", made_films.tone(2.0, (0.2, 1.8)))

    def made(*cues: SubtitleCue, beside: str | None = None) -> Path:
        out = folder / "film.mp4"
        join([picture], folder / "sound.wav", out, FilmCard(subtitles=cues))
        (folder / "film.srt").write_text(srt(cues) if beside is None else beside, encoding="utf-8")
        return out

    return made


def said(film: Path) -> tuple[str, ...]:
    return tuple(map(str, caption_findings(measure_captions(film, None, CUES))))


def shifted(by: float) -> tuple[SubtitleCue, ...]:
    return tuple(cue.model_copy(update={"start": cue.start + by, "end": cue.end + by}) for cue in CUES)


def test_captions_as_written_have_no_findings_whatever_letters_they_have(film) -> None:
    found = measure_captions(film(*CUES), None, CUES)
    assert caption_findings(found) == ()
    assert [(one.place, one.right) for one in found] == [("the film", 2), ("film.srt", 2)]


def test_captions_that_come_late_are_found_in_both_places(film) -> None:
    assert said(film(*shifted(0.4))) == tuple(
        f'all captions in {place} are shown 0.4 s too late, like "Hello {{braces}} and --> arrows <b>" at 0.2 s'
        for place in ("the film", "film.srt")
    )


def test_a_missing_caption_is_named(film) -> None:
    assert said(film(CUES[0])) == tuple(
        f'the caption "Second, with ümlauts" at 1.0 s is missing in {place}' for place in ("the film", "film.srt")
    )


def test_a_film_that_has_lost_its_captions_is_found(film) -> None:
    assert said(film(beside=srt(CUES))) == ("the captions in the film are missing",)


def test_a_damaged_file_beside_the_film_is_found(film) -> None:
    assert said(film(*CUES, beside="no captions at all")) == ("the captions in film.srt are missing",)


def test_a_film_that_should_have_none_is_not_looked_at(film) -> None:
    assert measure_captions(film(*CUES), None, ()) == ()
