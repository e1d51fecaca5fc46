"""The film as a file and as a sound, measured where it is right and where it is wrong."""

from pathlib import Path

import made_films
import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.quality.film import ExpectedFilm, findings, measure
from lectern.pipeline.quality.lips import SpeechSpan
from lectern.pipeline.quality.sound import measure_sound, sound_findings
from lectern.pipeline.quality.stream import measure_stream, stream_findings

SIZE, FPS = made_films.SIZE, made_films.FPS
SPOKEN = SpeechSpan(character="ada", start=1.0, end=2.0)


def film(folder: Path, frames: int = 60, sound: float = 2.0, **how: object) -> Path:
    heard = made_films.tone(sound, (0, sound)) if sound else None
    return made_films.write_film(folder / "film.mp4", [made_films.plain()] * frames, heard, **how)


def wrong(file: Path) -> tuple[str, ...]:
    return tuple(map(str, stream_findings(measure_stream(file), SIZE, FPS, 60)))


def test_a_film_as_planned_has_no_findings(tmp_path: Path) -> None:
    assert wrong(film(tmp_path)) == ()


def test_missing_frames_are_found(tmp_path: Path) -> None:
    assert "the film's number of frames is 58, not 60" in wrong(film(tmp_path, frames=58))


def test_another_frame_rate_is_found(tmp_path: Path) -> None:
    assert "the film's frame rate is 25.0, not 30.0" in wrong(film(tmp_path, fps=25))


def test_another_size_is_found(tmp_path: Path) -> None:
    said = stream_findings(measure_stream(film(tmp_path)), (1920, 1080), FPS, 60)
    assert tuple(map(str, said)) == ("the film's size is 320x180, not 1920x1080",)


def test_missing_colour_tags_are_found(tmp_path: Path) -> None:
    assert "the film's colour tags is (2, 2, 2, 0), not (1, 1, 1, 1)" in wrong(film(tmp_path, tagged=False))


def test_a_film_without_sound_is_found(tmp_path: Path) -> None:
    assert "the film's sound is missing, not aac" in wrong(film(tmp_path, sound=0))


def test_sound_shorter_than_the_picture_is_found(tmp_path: Path) -> None:
    assert any("differ in length by 0.5" in said for said in wrong(film(tmp_path, sound=1.5)))


def sounding(sound: np.ndarray, *speeches: SpeechSpan) -> tuple[str, ...]:
    return tuple(map(str, sound_findings(measure_sound(sound, speeches), -14.0, -1.0)))


def at(loudness: float) -> np.ndarray:
    """Four seconds of a tone at so many LUFS."""
    tone = made_films.tone(4.0, (0, 4))
    return tone * np.float32(audio.factor(loudness - audio.measure(tone).integrated))


def test_sound_as_wanted_has_no_findings() -> None:
    assert sounding(at(-14.3), SPOKEN) == ()


@pytest.mark.parametrize("loudness", (-16.0, -13.0))
def test_a_film_too_loud_or_too_quiet_is_found(loudness: float) -> None:
    assert sounding(at(loudness)) == (f"the film's loudness is {loudness} LUFS, -14.0 are wanted",)


def test_peaks_over_the_ceiling_are_found() -> None:
    sound = at(-14)
    sound[1000::12000] = 0.95
    assert any("true peak" in said for said in sounding(sound))


def test_clipping_is_found() -> None:
    clipped = np.clip(at(-14) * 8, -1, 1)
    assert measure_sound(clipped, ()).clipped == pytest.approx(4 * 440 * 2 * 2, rel=0.01)
    assert measure_sound(at(-14), ()).clipped == 0


def test_a_long_silence_is_found() -> None:
    sound = np.concatenate([at(-14), np.zeros((9 * made_films.RATE, 2), np.float32), at(-14)])
    assert sounding(sound) == ("nothing is heard for 9.0 s",)


def test_a_line_that_nobody_hears_is_found() -> None:
    sound = at(-14)
    sound[made_films.RATE : 2 * made_films.RATE] = 0
    assert sounding(sound, SPOKEN) == ("ada can't be heard from 1.0 to 2.0 s",)


def test_a_silent_film_is_found() -> None:
    assert "the film has no sound" in sounding(np.zeros((made_films.RATE, 2), np.float32), SPOKEN)


def test_the_whole_film_is_measured_at_once(tmp_path: Path) -> None:
    promise = ExpectedFilm(frames=60, fps=FPS, size=SIZE, loudness=-14, true_peak=-1, speeches=(SPOKEN,))
    file = made_films.write_film(tmp_path / "film.mp4", [made_films.plain()] * 60, at(-14)[: 2 * made_films.RATE])
    assert findings(measure(file, promise), promise) == ()
    silent = film(tmp_path, sound=0)
    said = set(map(str, findings(measure(silent, promise), promise)))
    assert {"the film has no sound", "ada can't be heard from 1.0 to 2.0 s"} < said
