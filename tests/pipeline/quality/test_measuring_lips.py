"""Whether mouths go with their voices, measured on films that are right and on films that are wrong."""

from collections.abc import Callable
from pathlib import Path

import made_films
import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.base.errors import FilmFinding
from lectern.pipeline.base.geometry import box_of_pixels
from lectern.pipeline.quality.frames import probe_frames
from lectern.pipeline.quality.lips import (
    LipSyncResult,
    MouthArea,
    SpeechSpan,
    audible,
    judge_lips,
    lips_findings,
    lips_probe,
)

FPS, FRAMES = made_films.FPS, 120
SPOKEN = ((0.5, 1.2), (2.0, 3.0))
FACE, CAVITY = (240, 196, 160), (110, 30, 40)
MOUTH = MouthArea(
    scene="a",
    character="ada",
    start=0,
    end=FRAMES,
    inside=("#6e1e28", "#ffffff"),
    box=box_of_pixels(100, 80, 60, 40, made_films.SIZE),
)
SPEECHES = tuple(SpeechSpan(character="ada", start=start, end=end) for start, end in SPOKEN)


def frames_of(spans: tuple[tuple[float, float], ...], shift: int = 0) -> set[int]:
    return {n + shift for start, end in spans for n in range(round(start * FPS), round(end * FPS))}


def measured(
    folder: Path,
    open_: Callable[[int], object],
    speeches: tuple[SpeechSpan, ...] = SPEECHES,
    heard: tuple[tuple[float, float], ...] = SPOKEN,
) -> LipSyncResult:
    frames = [made_films.plain(FACE) for _ in range(FRAMES)]
    for number, frame in enumerate(frames):
        frame[96:100, 104:156] = (170, 70, 70)
        if open_(number):
            frame[92:108, 110:150] = CAVITY
    film = made_films.write_film(folder / "film.mp4", frames, made_films.tone(FRAMES / FPS, *heard))
    probe_frames(film, [probe := lips_probe([MOUTH])])
    return judge_lips([MOUTH], speeches, probe.seen, audible(audio.read(film)), FPS)[0]


def test_a_mouth_that_goes_with_its_voice_is_in_order(tmp_path: Path) -> None:
    lips = measured(tmp_path, frames_of(SPOKEN).__contains__)
    assert lips.gaping == () and [onset.late for onset in lips.onsets] == [0, 0]
    assert [onset.seconds for onset in lips.onsets] == pytest.approx([0.5, 2.0], abs=0.02)
    assert lips.silent == pytest.approx(2.3, abs=0.1)
    assert lips_findings([lips]) == ()


@pytest.mark.parametrize("shift", (-5, -2, 2, 5))
def test_a_mouth_is_as_late_as_it_opens(tmp_path: Path, shift: int) -> None:
    lips = measured(tmp_path, frames_of(SPOKEN, shift).__contains__)
    assert [onset.late for onset in lips.onsets] == [shift, shift]
    assert len([f for f in lips_findings([lips]) if "the voice at" in f.message]) == (2 if abs(shift) > 2 else 0)


@pytest.mark.parametrize("shift", (-4, -1, 1, 4))
def test_a_mouth_shuts_as_late_as_it_is_seen_shut(tmp_path: Path, shift: int) -> None:
    longer = frozenset(n for start, end in SPOKEN for n in range(round(start * FPS), round(end * FPS) + shift))
    lips = measured(tmp_path, longer.__contains__)
    assert [offset.late for offset in lips.offsets] == [shift, shift]
    assert len([f for f in lips_findings([lips]) if "shuts the mouth" in f.message]) == (2 if abs(shift) > 2 else 0)


def test_lips_that_press_for_a_last_m_are_not_early(tmp_path: Path) -> None:
    humming = tuple(s.model_copy(update={"shuts": 0.2}) for s in SPEECHES)
    lips = measured(tmp_path, frames_of(((0.5, 1.0), (2.0, 2.8))).__contains__, humming)
    assert [offset.late for offset in lips.offsets] == [0, 0]


def test_an_m_with_open_lips_is_found(tmp_path: Path) -> None:
    pressing = tuple(s.model_copy(update={"pressed": ((s.start + 0.3, s.start + 0.4),)}) for s in SPEECHES)
    lips = measured(tmp_path, (frames_of(SPOKEN) - {25}).__contains__, pressing)
    assert (lips.presses, lips.unpressed) == (2, (2.3,))
    (finding,) = lips_findings([lips])
    assert finding == FilmFinding('ada in scene "a" says m, p or b without shutting the lips at 2.3 s')
    assert finding.at == 2.3


@pytest.mark.parametrize("shift", (-10, 10))
def test_mouths_that_open_often_are_late_or_early_as_a_whole(tmp_path: Path, shift: int) -> None:
    syllables = ((0.5, 0.7), (0.8, 1.2), (1.6, 1.7), (1.8, 2.1), (2.5, 2.7), (2.75, 3.0))
    speeches = tuple(SpeechSpan(character="ada", start=start, end=end) for start, end in syllables)
    lips = measured(tmp_path, frames_of(syllables, shift).__contains__, speeches, syllables)
    assert lips.lag == shift
    assert {onset.late for onset in lips.onsets} == {shift}


def test_a_mouth_that_is_open_in_a_silence_is_found(tmp_path: Path) -> None:
    lips = measured(tmp_path, (frames_of(SPOKEN) | {45, 46}).__contains__)
    assert lips.gaping == (1.5, 1.53)
    (finding,) = lips_findings([lips])
    assert finding == FilmFinding('ada in scene "a" has the mouth open in silence at 1.5 s (2 frames)')
    assert finding.at == 1.5


def test_a_mouth_that_never_opens_is_found(tmp_path: Path) -> None:
    lips = measured(tmp_path, lambda n: False)
    assert [onset.late for onset in lips.onsets] == [None, None]
    assert lips_findings([lips])[0].message == 'ada in scene "a" speaks with the mouth shut at 0.5 s'


def test_lips_that_press_for_a_first_m_are_not_late(tmp_path: Path) -> None:
    humming = tuple(s.model_copy(update={"shut": 0.1}) for s in SPEECHES)
    lips = measured(tmp_path, frames_of(((0.6, 1.2), (2.1, 3.0))).__contains__, humming)
    assert [onset.late for onset in lips.onsets] == [0, 0]


def test_a_listener_s_mouth_is_shut_while_another_speaks(tmp_path: Path) -> None:
    ben_first = (SPEECHES[0].model_copy(update={"character": "ben"}), SPEECHES[1])
    assert measured(tmp_path, frames_of(SPOKEN[1:]).__contains__, ben_first).gaping == ()
    assert len(measured(tmp_path, frames_of(SPOKEN).__contains__, ben_first).gaping) > 10


def test_short_pauses_are_no_silences(tmp_path: Path) -> None:
    heard = ((0.5, 1.2), (1.45, 3.0))
    whole = (SpeechSpan(character="ada", start=0.5, end=3.0),)
    lips = measured(tmp_path, frames_of(((0.5, 3.0),)).__contains__, whole, heard)
    assert lips.gaping == () and len(lips.onsets) == 1


def test_spans_are_audible_above_thirty_decibels_below_the_film_s_loudness() -> None:
    tones = ((0.5, 1.0, 0.2), (1.5, 2.0, 0.001), (2.2, 2.7, 0.02))
    sound = sum(made_films.tone(3.0, (start, end), level=level) for start, end, level in tones)
    assert np.array(audible(sound)).ravel() == pytest.approx([0.5, 1.0, 2.2, 2.7], abs=0.011)
