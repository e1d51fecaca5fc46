"""Each line in the film's own sound: as loud as planned, whole, in time, clear of music and noise, and not distorted."""

import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.film.sound import master
from lectern.pipeline.quality.heard import ExpectedLine, ExpectedWord
from lectern.pipeline.quality.lips import SpeechSpan
from lectern.pipeline.quality.voices import STEP, heard_speech, measure_voices, voice_findings, voice_track

RATE = audio.RATE
STARTS = (1.0, 5.0, 9.0)
LONG = 3.0
SECONDS = 13.0


def voice(seconds: float, seed: int) -> np.ndarray:
    """Something like speech: syllables of a buzz, at other heights and lengths, with pauses between words."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 140 * k * time) / k for k in range(1, 20))
    level = np.zeros(len(time))
    at = 0.0
    while at < seconds - 0.3:
        long = random.uniform(0.08, 0.22)
        a, b = round(at * RATE), round((at + long) * RATE)
        level[a:b] = np.hanning(b - a) * random.uniform(0.5, 1.0)
        at += long + random.choice([0.0, 0.02, 0.3], p=[0.5, 0.3, 0.2])
    return (0.12 * buzz * level).astype(np.float32)


def lines() -> tuple[ExpectedLine, ...]:
    return tuple(
        ExpectedLine(
            id=f"line-{n}",
            scene="a",
            line=10 + n,
            speaker="ada",
            words=(ExpectedWord(spoken="word", written="word", start=start, end=start + LONG - 0.3),),
        )
        for n, start in enumerate(STARTS)
    )


@pytest.fixture(scope="module")
def planned() -> np.ndarray:
    film = np.zeros((round(SECONDS * RATE), 2), np.float32)
    for n, start in enumerate(STARTS):
        said = voice(LONG, n)
        film[round(start * RATE) : round(start * RATE) + len(said)] += said[:, None]
    return film


@pytest.fixture(scope="module")
def film(planned: np.ndarray) -> np.ndarray:
    return master(planned)


def findings(planned: np.ndarray, film: np.ndarray) -> list[str]:
    return [str(one) for one in voice_findings(measure_voices(film, voice_track(planned, lines()), lines()))]


def span(number: int) -> slice:
    return slice(round((STARTS[number] - 0.1) * RATE), round((STARTS[number] + LONG) * RATE))


def test_a_film_that_sounds_as_planned_has_no_findings(planned: np.ndarray, film: np.ndarray) -> None:
    found = measure_voices(film, voice_track(planned, lines()), lines())
    assert voice_findings(found) == ()
    assert all(
        abs(one.gain) < 1 and one.late == 0 and one.holes == () and one.clear and one.clear > 30 for one in found
    )


def test_the_whole_film_may_be_louder_or_softer_than_planned(planned: np.ndarray, film: np.ndarray) -> None:
    assert findings(planned, film * 0.2) == []


@pytest.mark.parametrize(("factor", "said"), [(0.3, "quieter"), (3.0, "louder")])
def test_a_line_that_is_quieter_or_louder_than_the_others_is_found(
    planned: np.ndarray, film: np.ndarray, factor: float, said: str
) -> None:
    wrong = film.copy()
    wrong[span(1)] *= factor
    assert findings(planned, wrong) == [
        f'script.md:11: scene "a", 5.0 s: ada is {abs(20 * np.log10(factor)):.0f} dB {said} than planned, beside the rest of the film'
    ]


def test_a_line_without_sound_is_found(planned: np.ndarray, film: np.ndarray) -> None:
    wrong = film.copy()
    wrong[span(2)] = 0
    assert [text[:44] for text in findings(planned, wrong)] == ['script.md:12: scene "a", 9.0 s: ada is not heard'[:44]]


def test_a_hole_in_a_line_is_found_at_its_time(planned: np.ndarray, film: np.ndarray) -> None:
    track = voice_track(planned, lines())
    wrong = film.copy()
    wrong[round(6.0 * RATE) : round(6.5 * RATE)] = 0
    (found,) = (one for one in measure_voices(wrong, track, lines()) if one.holes)
    assert found.id == "line-1"
    assert all(6.0 - STEP <= start < end <= 6.5 + STEP for start, end in found.holes)
    assert "the voice of ada is cut from" in voice_findings([found])[0].message


def test_a_soft_last_word_that_is_silent_is_found(planned: np.ndarray, film: np.ndarray) -> None:
    first, line, *others = lines()
    (word,) = line.words
    cut = word.end - 1.0
    words = (word.model_copy(update={"end": cut}), word.model_copy(update={"start": cut}))
    expected = (first, line.model_copy(update={"words": words}), *others)
    soft, right, wrong = planned.copy(), film.copy(), film.copy()
    for sound, level in ((soft, 0.2), (right, 0.2), (wrong, 0)):
        sound[round(cut * RATE) : round((word.end + 0.3) * RATE)] *= level
    track = voice_track(soft, expected)
    assert all(one.holes == () for one in measure_voices(right, track, expected))
    (found,) = (one for one in measure_voices(wrong, track, expected) if one.holes)
    assert found.id == "line-1" and found.holes == ((round(cut, 2), round(word.end, 2)),)


@pytest.mark.parametrize("late", [-0.3, 0.2, 0.4])
def test_sound_that_comes_at_another_time_is_found(planned: np.ndarray, film: np.ndarray, late: float) -> None:
    found = measure_voices(np.roll(film, round(late * RATE), axis=0), voice_track(planned, lines()), lines())
    assert [one.late for one in found] == [pytest.approx(late, abs=0.001)] * 3
    assert len(voice_findings(found)) == 3


def test_music_under_a_voice_is_found_where_it_is_loud_alone(planned: np.ndarray, film: np.ndarray) -> None:
    time = np.arange(len(film)) / RATE
    music = sum(np.sin(2 * np.pi * f * time) for f in (220, 277, 330, 440, 660)).astype(np.float32)[:, None]
    level = np.sqrt(np.mean(film[span(0)] ** 2)) / np.sqrt(np.mean(music**2))
    assert findings(planned, film + music * level * 0.08) == []
    said = findings(planned, film + music * level * 0.6)
    assert len(said) == 3 and all("louder than the music or noise under the voice" in text for text in said)


def test_a_distorted_voice_is_found(planned: np.ndarray, film: np.ndarray) -> None:
    wrong = master(np.clip(film * 12, -0.5, 0.5))
    assert any("is distorted" in text for text in findings(planned, wrong))


def test_a_film_without_sound_or_without_lines_has_nothing_to_measure(planned: np.ndarray, film: np.ndarray) -> None:
    assert measure_voices(np.zeros((0, 2), np.float32), voice_track(planned, lines()), lines()) == ()
    assert measure_voices(film, voice_track(planned, ()), ()) == ()


def music(samples: int, level: float) -> np.ndarray:
    time = np.arange(samples) / RATE
    wave = sum(np.sin(2 * np.pi * f * time) * np.exp(-2 * (time % 0.4)) for f in (220, 277, 330, 440))
    return (wave / np.sqrt(np.mean(wave**2)) * level).astype(np.float32)[:, None]


@pytest.mark.parametrize("late", [0.0, 0.07, -0.27])
def test_where_voices_are_heard_is_known_to_a_hundredth_of_a_second_even_under_music(
    planned: np.ndarray, film: np.ndarray, late: float
) -> None:
    track = voice_track(planned, lines())
    level = 0.06 * float(np.sqrt(np.mean(film[span(0)] ** 2)))
    heard = np.roll(film, round(late * RATE), axis=0) + music(len(film), level)
    speeches = (SpeechSpan(character="ada", start=1.0, end=2.0, pressed=((1.5, 1.6),)),)
    moved, spans = heard_speech(track, speeches, measure_voices(heard, track, lines()), lines())
    assert [one[0] - plan[0] for one, plan in zip(spans, track.spans, strict=True)] == pytest.approx(
        [late] * len(spans), abs=0.011
    )
    assert (moved[0].start, moved[0].pressed[0][0]) == pytest.approx((1.0 + late, 1.5 + late), abs=0.011)


def test_words_that_are_not_as_they_were_recorded_are_known(planned: np.ndarray, film: np.ndarray) -> None:
    track = voice_track(planned, lines())
    assert [one.altered for one in measure_voices(film, track, lines())] == [(), (), ()]
    wrong = film.copy()
    wrong[span(1)] = wrong[span(1)][::-1]
    assert [len(one.altered) for one in measure_voices(wrong, track, lines())] == [0, 1, 0]
