"""Alignment, judged by voices of eSpeak NG that it does not know and whose times are known."""

from functools import lru_cache

import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.services.voice import CONFIDENT, VoiceRequest
from lectern.pipeline.voice.align import REFERENCES, Alignment, align
from lectern.pipeline.voice.espeak import record_untreated
from lectern.pipeline.voice.words import spoken_words

TEXT = (
    "A pull request is a question, not a demand. You ask somebody to read what you changed, and they answer with "
    "their own experience. Before you open one, look at the difference yourself. Small changes are read within "
    "the hour; large ones wait until Friday. If a test fails, read its message aloud."
).split()
OTHER = (
    "Sound travels slowly compared with light, so thunder follows lightning. Count the seconds between them and "
    "divide by three. A ship sends a short pulse towards the ground and listens for the echo."
).split()
ASIDE = "Let me say something that is not in the script at all.".split()

Pauses = tuple[tuple[int, float], ...]


@lru_cache(maxsize=32)
def said(
    words: tuple[str, ...], voice: str, rate: int = 165, shift: float = 1.0, pauses: Pauses = ()
) -> tuple[np.ndarray, np.ndarray]:
    """A recording (samples,) at 48 kHz, and the starts and ends of its words (words, 2)."""
    settings = (("rate", str(rate)), ("word_gap", "0"))
    found = record_untreated(
        VoiceRequest(provider="espeak", voice=voice, words=words, pauses=pauses, settings=settings)
    )
    sound = audio.apply_filter(found.pcm[:, None] / np.float32(32768), (), round(found.rate * shift))[:, 0]
    return sound, np.array(spoken_words(words, found.sounds, len(found.pcm) / found.rate)) / shift


def noisy(sound: np.ndarray, decibels: float) -> np.ndarray:
    strength = np.sqrt((sound**2).mean()) / audio.factor(decibels)
    return sound + np.random.default_rng(1).normal(0, strength, len(sound)).astype(np.float32)


def in_room(sound: np.ndarray) -> np.ndarray:
    """With the echo of half a second."""
    length = round(0.35 * audio.RATE)
    room = np.random.default_rng(2).normal(0, 1, length) * np.exp(-np.arange(length) / (0.08 * audio.RATE)) / 14
    room[0] = 1.0
    bins = 1 << (len(sound) + length).bit_length()
    return np.fft.irfft(np.fft.rfft(sound, bins) * np.fft.rfft(room, bins))[: len(sound)].astype(np.float32)


def starts(found: Alignment) -> np.ndarray:
    return np.array([word.start for word in found.words])


def assert_near(found: np.ndarray, true: np.ndarray, median: float, p95: float, most: float) -> None:
    """Errors in milliseconds."""
    errors = 1000 * np.abs(found - true)
    assert np.median(errors) <= median and np.percentile(errors, 95) <= p95 and errors.max() <= most, np.sort(errors)[
        -5:
    ]


@pytest.mark.parametrize(
    ("voice", "rate"),
    [("en-us+f3", 165), ("en-us+m3", 215), ("en-us+f5", 130), ("en-gb-scotland+f4", 175), ("en-us+whisper", 165)],
)
def test_words_are_found_at_any_pace_of_voices_it_does_not_know(voice: str, rate: int) -> None:
    assert voice not in REFERENCES
    sound, true = said(tuple(TEXT), voice, rate)
    found = align(sound, TEXT)
    assert_near(starts(found), true[:, 0], median=10, p95=40, most=120)
    assert_near(np.array([word.end for word in found.words]), true[:, 1], median=12, p95=80, most=160)
    assert found.confidence > 0.95


@pytest.mark.parametrize("decibels", [25, 15, 10])
def test_noise_does_not_move_the_words(decibels: float) -> None:
    sound, true = said(tuple(TEXT), "en-us+klatt4", 180)
    assert_near(starts(align(noisy(sound, decibels), TEXT)), true[:, 0], median=15, p95=60, most=150)


@pytest.mark.parametrize("shift", [0.85, 1.15])
def test_a_higher_or_lower_voice_is_found_as_well(shift: float) -> None:
    sound, true = said(tuple(TEXT), "en-us+m7", 170, shift)
    found = align(sound, TEXT)
    assert_near(starts(found), true[:, 0], median=15, p95=60, most=150)
    assert found.confidence > 0.9


def test_a_higher_voice_in_a_room_that_echoes_is_found_within_two_frames_of_film() -> None:
    sound, true = said(tuple(TEXT), "en-us+f3", 170, 1.15)
    assert_near(starts(align(in_room(sound), TEXT)), true[:, 0], median=35, p95=67, most=150)


def test_long_rests_anywhere_are_left_between_the_words() -> None:
    pauses = ((3, 1.7), (8, 0.6), (15, 2.5), (22, 0.9), (40, 1.2))
    sound, true = said(tuple(TEXT), "en-us+klatt6", 190, pauses=pauses)
    found = align(noisy(sound, 20), TEXT)
    assert_near(starts(found), true[:, 0], median=15, p95=60, most=150)
    rests = [found.words[word].start - found.words[word - 1].end for word, _ in pauses]
    assert rests == pytest.approx([seconds for _, seconds in pauses], abs=0.25)


def test_a_sentence_that_is_left_out_does_not_move_the_others() -> None:
    cut = slice(22, 31)
    kept = [*TEXT[: cut.start], *TEXT[cut.stop :]]
    sound, true = said(tuple(kept), "en-us+m7", 170)
    found = align(sound, TEXT)
    assert_near(np.delete(starts(found), range(cut.start, cut.stop)), true[:, 0], median=10, p95=40, most=120)
    assert set(found.unheard) <= set(range(cut.start, cut.stop)) and len(found.unheard) >= 7
    missing = [word for word in found.words if word.index in found.unheard]
    assert not [p for p in found.phonemes for word in missing if word.start <= p.start < word.end]
    assert CONFIDENT < found.confidence < 0.9


def test_a_sentence_that_is_added_does_not_move_the_others() -> None:
    sound, true = said((*TEXT[:22], *ASIDE, *TEXT[22:]), "en-us+f5", 170)
    found = align(sound, TEXT)
    assert_near(starts(found), np.delete(true[:, 0], range(22, 22 + len(ASIDE))), median=10, p95=40, most=250)


@pytest.mark.parametrize("voice", ["en-us+f3", "en-us+m3"])
def test_another_text_is_refused(voice: str) -> None:
    sound, _ = said(tuple(TEXT), voice)
    assert align(sound, OTHER).confidence < 0.2
    assert align(sound, TEXT[::-1]).confidence < 0.2


def test_a_short_line_is_told_from_another() -> None:
    sound, _ = said(("Press", "the", "big", "play", "button."), "en-us+f3")
    assert align(sound, "Press the big play button.".split()).confidence > 0.9
    assert align(sound, "Never argue about spaces.".split()).confidence < CONFIDENT


def test_two_or_three_words_are_believed_only_if_they_fit_well() -> None:
    pairs = [
        tuple(text.split()) for text in ("Open it.", "And now this.", "Press enter.", "Try that again.", "Not so fast.")
    ]
    voices = ("en-us+klatt4", "en-us+m7", "en-us+f5")
    right = [align(said(words, voice)[0], words).confidence for words in pairs for voice in voices]
    wrong = [
        align(said(words, voice)[0], other).confidence
        for words in pairs
        for other in pairs
        if other != words
        for voice in voices[:1]
    ]
    assert min(right) >= CONFIDENT and sorted(wrong)[-2] < CONFIDENT, (sorted(right), sorted(wrong))


@pytest.mark.parametrize("strength", [0.0, 0.1])
def test_a_recording_without_speech_is_refused(strength: float) -> None:
    sound = np.random.default_rng(3).normal(0, 1, 5 * audio.RATE).astype(np.float32) * np.float32(strength)
    assert align(sound, TEXT).confidence < 0.2


def test_numbers_and_dashes_have_their_times_in_order() -> None:
    words = "Version 5.2 – shipped in 2026, and it costs $0!".split()
    sound, true = said(tuple(words), "en-us+f3", 180)
    found = align(sound, words)
    times = [time for word in found.words for time in (word.start, word.end)]
    assert times == sorted(times) and times[-1] <= len(sound) / audio.RATE
    assert_near(starts(found), true[:, 0], median=15, p95=60, most=80)


def test_phonemes_are_where_they_sound() -> None:
    sound, _ = said(tuple(TEXT), "en-us+f3", 190)
    found = align(sound, TEXT)
    settings = (("rate", "190"), ("word_gap", "0"))
    true = record_untreated(
        VoiceRequest(provider="espeak", voice="en-us+f3", words=tuple(TEXT), settings=settings)
    ).sounds
    assert [p.symbol for p in found.phonemes] == [s.symbol for s in true]
    assert_near(
        np.array([p.start for p in found.phonemes]), np.array([s.start for s in true]), median=12, p95=50, most=160
    )
    times = [time for p in found.phonemes for time in (p.start, p.end)]
    assert times == sorted(times)


def test_another_language_is_compared_with_its_own_sounds() -> None:
    words = "Willkommen zurück in der Werkstatt. Heute bauen wir einen kleinen Roboter, Schritt für Schritt.".split()
    sound, true = said(tuple(words), "de+f3", 180)
    found = align(sound, words, "de")
    assert found.reference == "de" and found.confidence > 0.9
    assert_near(starts(found), true[:, 0], median=12, p95=50, most=80)


def test_regions_that_espeak_does_not_name_are_their_language() -> None:
    words = "Willkommen zurück in der Werkstatt.".split()
    sound, true = said(tuple(words), "de+f3", 180)
    assert_near(starts(align(sound, words, "de-DE")), true[:, 0], median=15, p95=60, most=80)


def test_the_same_recording_is_aligned_the_same_way_twice() -> None:
    sound, _ = said(tuple(TEXT), "en-us+f3")
    assert align(sound, TEXT) == align(sound, TEXT)
