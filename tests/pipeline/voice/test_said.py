"""Words are compared by their sounds: spellings are alike, other words are not."""

import pytest

from lectern.pipeline.voice.said import HEARD, compare, likeness


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("git bisect finds it", "Git Bisekt finds it."),
        ("the server says four hundred four", "The server says 404"),
        ("we use State here", "We useState here"),
        ("cube control runs", "Kube control runs"),
        ("their colour", "there color"),
    ],
)
def test_another_spelling_is_heard_as_written(written: str, heard: str) -> None:
    found = compare(written.split(), heard.split(), "en")
    assert min(found.shares) >= HEARD and found.extra == ()


def test_a_missing_word_is_the_only_one_that_is_not_heard() -> None:
    found = compare("the word is completely gone now".split(), "the word is gone now".split(), "en")
    assert [share >= HEARD for share in found.shares] == [True, True, True, False, True, True]


def test_what_nobody_wrote_is_extra() -> None:
    found = compare("run the tests".split(), "run the tests please subscribe".split(), "en")
    assert found.extra == (3, 4)


def test_another_sentence_is_unlike_and_silence_is_like_nothing() -> None:
    words = "each test halves the search".split()
    assert likeness(words, "buy some milk and bread".split(), "en") < 0.5
    assert likeness(words, [], "en") == 0.0
    assert likeness(words, words, "en") == 1.0


def test_a_language_that_espeak_does_not_know_is_compared_by_letters() -> None:
    found = compare(["wadoga", "tovu"], ["wadoga", "xixi"], "xx-unknown")
    assert [share >= HEARD for share in found.shares] == [True, False]
