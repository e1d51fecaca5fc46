"""A line in parts that a service takes, and the parts as one sound."""

from pathlib import Path

import numpy as np
import pytest
from speech import ask, tones

from lectern.pipeline.base import audio
from lectern.pipeline.jobs.recipe import Cancelled
from lectern.pipeline.services.voice import Phoneme
from lectern.pipeline.voice.parts import Part, TimedPart, join_parts, split_into_parts
from lectern.pipeline.voice.service_voice import SynthesizedPart, context_for, speak_parts
from lectern.pipeline.voice.timing import order_spans, phonemes_within, spans_of_characters, spans_of_tokens


def texts(text: str, most: int, **more: object) -> list[str]:
    return [part.text for part in split_into_parts(ask(text, "openai", **more), most)]


def test_a_line_that_fits_is_one_part() -> None:
    assert texts("One. Two. Three.", 16) == ["One. Two. Three."]


def test_cuts_are_after_sentences_else_after_clauses_else_anywhere() -> None:
    assert texts('He said "go." And we went, all of us.', 26) == ['He said "go."', "And we went, all of us."]
    assert texts("If it rains, we stay; if not, not.", 24) == ["If it rains, we stay;", "if not, not."]
    assert texts("a b c d", 3) == ["a b,", "c d"]
    assert texts("Donaudampfschifffahrt fährt.", 5) == ["Donaudampfschifffahrt,", "fährt."]


def test_every_word_is_in_one_part_and_in_its_place() -> None:
    text = " ".join(f"Sentence {i} is here, and it goes on." for i in range(20))
    parts = split_into_parts(ask(text, "openai", pauses=[(10, 1.0), (11, 0.5), (160, 2.0)]), 100)
    assert [word for part in parts for word in part.words] == text.split()
    assert all(part.first == sum(len(p.words) for p in parts[: part.number]) for part in parts)
    assert all(len(part.text) <= 101 for part in parts)
    assert sum(part.rest_before for part in parts if part.first in (10, 11)) == 1.5
    assert (parts[-1].rest_after, parts[0].rest_before) == (2.0, 0.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("北京时间今天，选手势如破竹零封对手速胜晋级。" * 60, 1),
        ("今日はターミナルでファイルを探す方法を学びます。" * 40 + " まず端末を開いてください。" * 3, 4),
        ("短句。" * 20 + "没有标点的很长很长的一句话" * 50 + "。结束。", 1),
        ("오늘은터미널에서파일을찾는방법을배웁니다" * 40, 1),
        ("Use `grep`用来查找文本。" * 40, 41),
    ],
)
def test_a_paragraph_without_blanks_is_sent_in_parts_that_fit(text: str, words: int) -> None:
    parts = split_into_parts(ask(text, "openai"), 300)
    assert all(len(part.text) <= 301 for part in parts) and len(parts) > 1
    assert "".join(word for part in parts for word in part.words) == text.replace(" ", "")
    one = np.ones(audio.RATE, np.float32)
    timed = [
        TimedPart(one, tuple((k / len(p.words), (k + 1) / len(p.words)) for k in range(len(p.words))), ())
        for p in parts
    ]
    whole = join_parts(parts, timed)
    assert len(whole.spans) == len(text.split()) == words
    assert all(a <= b for span in whole.spans for a, b in [span]) and list(whole.spans) == sorted(whole.spans)
    assert whole.spans[-1][1] > len(parts)  # the last word lasts until the last part has been said


@pytest.mark.parametrize("end", "。！？؟।։…"[:5])
def test_parts_end_with_the_sentences_of_other_scripts(end: str) -> None:
    said = [part.words[-1] for part in split_into_parts(ask(f"aaa bbb ccc{end} " * 20, "openai"), 40)]
    assert all(word.endswith(end) for word in said)


def test_parts_are_joined_at_their_rests_without_a_click() -> None:
    wave = np.sin(2 * np.pi * 300 * np.arange(audio.RATE) / audio.RATE).astype(np.float32)
    one = TimedPart(wave, ((0.1, 0.9),), (Phoneme(symbol="a", start=0.1, end=0.9),))
    parts = (Part(0, 0, ("x",), 0.0, 0.0, True), Part(1, 1, ("y",), 0.5, 0.25))
    whole = join_parts(parts, (one, one))
    assert whole.spans[1][0] - whole.spans[0][0] == pytest.approx(1.0 + 0.5 - 0.1, abs=1e-4)
    assert [p.start for p in whole.phonemes] == pytest.approx([span[0] for span in whole.spans])
    assert np.abs(np.diff(whole.sound)).max() < 0.05  # the wave itself moves by 0.04


def test_a_part_without_a_word_is_not_sent(tmp_path: object) -> None:
    sent: list[str] = []

    def say(part: Part) -> SynthesizedPart:
        sent.append(part.text)
        spans = tuple((0.4 + i * 0.4, 0.7 + i * 0.4) for i in range(len(part.words)))
        return SynthesizedPart(tones(part.text, audio.RATE), spans, (Phoneme(symbol="a", start=0.4, end=0.7),))

    request = ask("Now — look.", "openai", pauses=[(1, 0.5), (2, 0.5)])
    take = speak_parts(context_for(tmp_path, request), request, tmp_path, split_into_parts(request, 100), say)
    assert sent == ["Now,", "look."]
    assert len(take.words) == 3 and take.words[2].start - take.words[0].end > 0.8


def test_after_a_cancel_no_other_part_is_asked_for(tmp_path: Path) -> None:
    sent: list[str] = []

    def say(part: Part) -> SynthesizedPart:
        sent.append(part.text)
        return SynthesizedPart(tones(part.text, audio.RATE), ((0.4, 0.7),), ())

    def report(done: float) -> None:
        """As a worker's bench: it is not asked again at once, and says nothing then."""
        if len(sent) == 2 and done == pytest.approx(0.8 * 2 / 6):
            raise Cancelled("it was cancelled")

    parts = split_into_parts(ask("One. Two. Three. Four. Five. Six.", "openai"), 6)
    with pytest.raises(Cancelled):
        speak_parts(context_for(tmp_path, ask("x", "openai"), report=report), ask("x", "openai"), tmp_path, parts, say)
    assert sent == ["One.", "Two."]


def test_characters_that_are_not_the_words_give_no_times() -> None:
    assert spans_of_characters(("ab", "c"), list("ab c"), [0, 1, 2, 3], [1, 2, 3, 4]) == ((0.0, 2.0), (3.0, 4.0))
    assert spans_of_characters(("ab", "d"), list("ab c"), [0, 1, 2, 3], [1, 2, 3, 4]) is None
    assert spans_of_characters(("ab",), list("ab"), [0], [1]) is None
    assert spans_of_characters((), [], [], []) is None


def test_words_are_matched_by_letters_however_they_are_cut() -> None:
    tokens = [("state", 0.0, 0.5), ("-of-the-art", 0.5, 1.4), ("!", 1.4, 1.5), ("It's", 2.0, 2.4)]
    spans = spans_of_tokens(("state-of-the-art!", "—", "it’s"), tokens)
    assert spans[0] == pytest.approx((0.0, 1.4)) and spans[1] is None and spans[2] == pytest.approx((2.0, 2.4))
    assert spans_of_tokens(("quite", "other", "words"), tokens) is None


def test_times_rise_and_stay_within_the_recording() -> None:
    assert order_spans([(-0.1, 0.5), (0.4, 0.6), None, (0.9, 2.0)], 1.0) == (
        (0.0, 0.5),
        (0.5, 0.6),
        (0.6, 0.61),
        (0.9, 1.0),
    )


def test_phonemes_fill_the_time_of_their_word() -> None:
    found = phonemes_within(("hello", "you"), ((0.0, 2.0), (3.0, 3.5)), "en")
    first = [p for p in found if p.start < 2.0]
    assert (first[0].symbol, first[0].start, first[-1].end) == ("h", 0.0, pytest.approx(2.0))
    assert found[len(first)].start == pytest.approx(3.0) and found[-1].end == pytest.approx(3.5)
