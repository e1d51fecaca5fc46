"""What sounds steadily is found: hum, hiss, a whistle. Voices, music, and a room that is quiet are none of these."""

import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.quality.noise import measure_noise, noise_findings, steady_levels

RATE = audio.RATE
SECONDS = 24
STEP = 0.05
SPOKEN = ((1.0, 6.0), (7.0, 12.0), (13.0, 18.0), (19.0, 23.0))
TIME = np.arange(SECONDS * RATE) / RATE
LOUDNESS = -20.0


def at(level: float, wave: np.ndarray) -> np.ndarray:
    """A sound at a level in dBFS (RMS)."""
    return (wave / np.sqrt(np.mean(wave**2)) * audio.factor(level)).astype(np.float32)


def hum(hertz: int) -> np.ndarray:
    return sum(np.sin(2 * np.pi * hertz * k * TIME) / k for k in range(1, 7))


@pytest.fixture(scope="module")
def voices() -> np.ndarray:
    """Syllables of a buzz that rises and falls, in the spans that are SPOKEN."""
    pitch = np.cumsum(140 + 40 * np.sin(2 * np.pi * 0.7 * TIME)) / RATE
    buzz = sum(np.sin(2 * np.pi * k * pitch) / k for k in range(1, 20))
    talks = np.zeros(len(TIME))
    for start, end in SPOKEN:
        talks[round(start * RATE) : round(end * RATE)] = 1
    return at(-20, buzz * np.abs(np.sin(2 * np.pi * 2.5 * TIME)) * talks)


@pytest.fixture(scope="module")
def white() -> np.ndarray:
    return np.random.default_rng(3).normal(0, 1, len(TIME))


def silent() -> np.ndarray:
    times = np.arange(round(SECONDS / STEP)) * STEP
    return ~np.any([(times > start - 0.1) & (times < end) for start, end in SPOKEN], axis=0)


def said(sound: np.ndarray, planned: tuple[float, ...] = ()) -> list[str]:
    return [str(one) for one in noise_findings(measure_noise(sound, LOUDNESS, silent(), STEP, planned))]


def test_voices_alone_have_no_noise(voices: np.ndarray) -> None:
    assert said(voices) == []


@pytest.mark.parametrize("hertz", [50, 60])
def test_a_hum_is_named_with_the_frequency_of_its_mains(voices: np.ndarray, hertz: int) -> None:
    (found,) = said(voices + at(-40, hum(hertz)))
    assert found.startswith(f"the mains hum ({hertz} Hz and its multiples) throughout the film, ")
    assert said(voices + at(-65, hum(hertz))) == []


def test_a_hum_of_100_hz_is_of_mains_of_50(voices: np.ndarray) -> None:
    assert "50 Hz and its multiples" in said(voices + at(-45, hum(100)))[0]


def test_hiss_is_noise_and_a_whistle_a_tone(voices: np.ndarray, white: np.ndarray) -> None:
    assert said(voices + at(-45, white))[0].startswith("a steady noise is heard throughout the film")
    assert said(voices + at(-50, np.sin(2 * np.pi * 1000 * TIME)))[0].startswith("a tone of 1000 Hz sounds throughout")
    assert said(voices + at(-62, white)) == []


def test_a_noise_in_a_part_of_the_film_is_told_with_its_times(voices: np.ndarray, white: np.ndarray) -> None:
    there = (TIME > 8) & (TIME < 20)
    (found,) = measure_noise(voices + at(-40, white) * there, LOUDNESS, silent(), STEP)
    assert not found.whole and (found.start, found.end) == (8.0, 20.0)
    assert noise_findings([found])[0].at == 8.0


def test_soft_music_is_no_noise(voices: np.ndarray) -> None:
    chords = ((220, 277.2, 329.6), (196, 246.9, 293.7), (174.6, 220.5, 261.6), (164.8, 207.7, 311.1))
    music = sum(
        ((TIME // 1.5).astype(int) % 4 == n) * np.exp(-2.5 * (TIME % 0.375)) * np.sin(2 * np.pi * tone * TIME)
        for n, chord in enumerate(chords)
        for tone in chord
    )
    assert said(voices + at(-44, music)) == []


def test_what_sounds_steadily_on_purpose_is_no_fault_unless_there_is_more_of_it(
    voices: np.ndarray, white: np.ndarray
) -> None:
    wind = at(-45, white)
    planned = steady_levels(wind, LOUDNESS, silent(), STEP)
    assert said(voices + wind, planned) == []
    assert len(said(voices + 4 * wind, planned)) == 1


def test_a_chord_that_is_planned_in_one_part_of_the_film_is_no_tone_there_and_elsewhere_it_is(
    voices: np.ndarray,
) -> None:
    later, earlier = (np.where((TIME > 12) == is_late, 1, 0) for is_late in (True, False))
    chord = np.sin(2 * np.pi * 220 * TIME)
    planned = steady_levels(at(-40, chord) * later, LOUDNESS, silent(), STEP)
    assert len(said(voices + at(-40, chord) * later)) == 1
    assert said(voices + at(-40, chord) * later, planned) == []
    assert len(said(voices + at(-40, chord) * earlier, planned)) == 1
