"""Spoken words as phonemes for the neural voices: word by word, in their sentence."""

import random

import pytest

from lectern.pipeline.episode.spoken.phonetic import CLOSE, OPEN
from lectern.pipeline.voice import phonemes
from lectern.pipeline.voice.phonemes import (
    has_sounds,
    joined_phonemes,
    lexicon,
    phonemes_of_words,
    unknown_symbols,
)


def spelled(text, **more):
    return phonemes_of_words(text.split(), **more)


def test_each_word_has_its_own_phonemes_with_its_punctuation():
    assert spelled("The window, never.") == ("ðə", "wˈɪndO,", "nˈɛvəɹ.")


def test_a_word_is_read_as_its_sentence_needs_it():
    assert spelled("the apple the build") == ("ði", "ˈæpᵊl", "ðə", "bˈɪld")
    assert spelled("I will read it")[2] == "ɹˈid"
    assert spelled("I have read it")[2] == "ɹˈɛd"


def test_a_british_voice_reads_in_its_own_way():
    assert spelled("the data center", british=True)[2] != spelled("the data center")[2]


def test_given_phonemes_replace_those_of_the_word_and_keep_its_punctuation():
    words = phonemes_of_words(["Call", f"{OPEN}jˈuz stˈAt{CLOSE},", "now."])
    assert words == ("kˈɔl", "jˈuz stˈAt,", "nˈW.")


def test_a_spoken_form_of_several_words_stays_one_word():
    assert phonemes_of_words(["Run", "git bisect"]) == ("ɹˈʌn", "ɡˈɪt bIsˈɛkt")


@pytest.mark.parametrize("silent", ["😀", "", "漢字", "…", "—"])
def test_what_nobody_can_say_has_no_sounds_and_shifts_no_other_word(silent):
    words = phonemes_of_words(["one", silent, "two"])
    assert len(words) == 3
    assert words[0] == "wˈʌn" and words[2] == "tˈu"
    assert not has_sounds(words[1])


def test_the_joined_text_knows_whose_each_character_is():
    text, owners = joined_phonemes(["wˈʌn", "", "—", "tˈu."])
    assert text == "wˈʌn— tˈu."
    assert owners == (0, 0, 0, 0, 2, 3, 3, 3, 3, 3)


def test_symbols_outside_the_alphabet_are_named():
    assert unknown_symbols("stˈAt") == ""
    assert unknown_symbols("st#8#") == "#8"


def test_letters_that_stand_alone_or_between_hyphens_are_said_by_their_names():
    assert spelled("big O of log N. A-P-I's C-L-I") == ("bˈɪɡ", "ˈO", "ʌv", "lˈɔɡ", "ˈɛn.", "ˌApˌiˈIz", "sˌiˌɛlˈI")
    assert spelled("A-Z A-X's", british=True) == ("ˌAzˈɛd", "ˌAˈɛksɪz")


def test_the_lexicon_says_terms_in_any_case_with_what_is_around_them(monkeypatch):
    monkeypatch.setattr(phonemes, "lexicon", lambda british: {"sequel": "sˈikwəl", "Go": "ɡˈO", "regex": "ɹˈɛʤɛks"})
    assert spelled('(Sequel, "sequel\u2019s" Go go.') == ("(sˈikwəl,", '"sˈikwəlz"', "ɡˈO", "ɡˌO.")
    assert spelled("regex's") == ("ɹˈɛʤɛksᵻz",)


def test_an_authors_phonemes_are_taken_as_they_are_even_within_a_word():
    words = (f"{OPEN}jˈu vˈi{CLOSE},", f"{OPEN}jˈu vˈi{CLOSE}-based", "tools")
    assert phonemes_of_words(words) == ("jˈu vˈi,", "jˈu vˈibˈAst", "tˈulz")


@pytest.mark.parametrize("british", [False, True])
def test_the_lexicon_has_only_sounds_that_the_voices_know(british):
    assert len(lexicon(british)) > 100
    assert {word: wrong for word, said in lexicon(british).items() if (wrong := unknown_symbols(said))} == {}


def test_any_text_has_as_many_entries_as_words():
    signs = "aZé漢🎉'\u2019\"“”()[]{}<>.,;:!?…—–-_=+*/\\|&%$#@~^`0123²½ßʼ\u0301፩⟦⟧"
    noise = random.Random(7)
    for _ in range(60):
        words = ["".join(noise.choices(signs, k=noise.randint(0, 9))) for _ in range(noise.randint(0, 7))]
        assert len(phonemes_of_words(words)) == len(words)
