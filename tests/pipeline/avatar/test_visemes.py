"""Phonemes become mouth shapes."""

from lectern.pipeline.avatar.visemes import CLOSURES, runs, shapes_of, silences, visemes
from lectern.pipeline.services.voice import Phoneme

ENGLISH = (
    "p b t d k ɡ m n ŋ f v θ ð s z ʃ ʒ h tʃ dʒ l ɹ j w ɾ ʔ iː ɪ ᵻ e ɛ æ ə ɐ ʌ ɜː ɚ ɝ ɑː ɒ ɔː ʊ uː i a "
    "eɪ aɪ ɔɪ aʊ oʊ əʊ ɪə eə ʊə iə aɪɚ aɪə əl ɑːɹ ɔːɹ oːɹ ʊɹ ɪɹ ɛɹ n̩ l̩ t̬ ˈæ ˌoʊ"
).split()
ELSEWHERE = "ʑ ɽ ʐ ɟ ʈ ɣ ʋ ɵ tʲ ʂ ɖ ç ɕ ɲ ʎ y ø œ ɯ ʁ x χ ts".split()


def said(*sounds: tuple[str, float], start: float = 1.0) -> tuple[Phoneme, ...]:
    phonemes = []
    for symbol, seconds in sounds:
        phonemes.append(Phoneme(symbol=symbol, start=start, end=start + seconds))
        start += seconds
    return tuple(p for p in phonemes if p.symbol != "_")


def test_every_english_phoneme_has_a_shape() -> None:
    assert [symbol for symbol in ENGLISH if not shapes_of(symbol)] == []
    assert shapes_of("ʃ") == "F" and shapes_of("aɪ") == "DB" and shapes_of("ˈæ") == "C" and shapes_of("ɔːɹ") == "EE"


def test_phonemes_of_other_languages_are_known_too() -> None:
    from lectern.pipeline.avatar.visemes import SOUNDS

    assert {c for symbol in ELSEWHERE for c in symbol if c not in "ʲ" and c not in SOUNDS} == set()


def test_pause_marks_have_no_shape_and_unknown_sounds_open_the_mouth() -> None:
    assert shapes_of("_:") == "" and shapes_of("") == ""
    assert shapes_of("ʘ") == "C"


def test_the_mouth_opens_one_frame_before_the_sound() -> None:
    track = visemes(said(("ɑː", 0.4)), 60, 30)
    assert "".join(track[:29]) == "X" * 29 and track[30] == "D"
    assert 28 <= track.index("D") <= 30


def test_the_mouth_shuts_when_the_last_sound_before_a_silence_has_ended() -> None:
    track = visemes(said(("ɑː", 0.4)), 60, 30)
    assert "".join(track[39:44]) == "DDDXX"


def test_closures_are_seen_however_short_they_are() -> None:
    track = visemes(said(("ɑː", 0.2), ("p", 0.02), ("ɑː", 0.2), ("f", 0.025), ("iː", 0.2)), 60, 30)
    assert "A" in track and "G" in track


def test_no_shape_but_a_closure_lasts_a_single_frame() -> None:
    sounds = [("ð", 0.03), ("ə", 0.03), ("k", 0.03), ("w", 0.04), ("ɪ", 0.03), ("k", 0.05), ("b", 0.05), ("ɹ", 0.03)]
    track = visemes(said(*sounds * 4), 90, 30)
    inner = list(runs(track))[1:-1]
    assert [shape for shape, _, size in inner if size < 2 and shape not in CLOSURES] == []


def test_the_mouth_is_shut_in_long_silences_and_parted_in_short_ones() -> None:
    phonemes = said(("ɑː", 0.3), ("_", 0.5), ("ɑː", 0.3), ("_", 0.07), ("iː", 0.3))
    track = visemes(phonemes, 90, 30)
    assert set(track[39 : 30 + 22]) == {"X"}
    assert "X" not in track[54:70]


def test_the_first_and_the_last_frame_are_shut_even_where_speech_fills_the_clip() -> None:
    track = visemes(said(("ɑː", 2.0), start=0.0), 60, 30)
    assert track[0] == "X" and track[-1] == "X" and set(track[1:-1]) == {"D"}


def test_nothing_said_is_a_shut_mouth() -> None:
    assert visemes((), 10, 30) == ("X",) * 10
    assert silences((), 2.0) == [(0.0, 2.0)]
