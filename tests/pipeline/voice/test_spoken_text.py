"""What the text rules make of a script is really said, each word at its time; what is emphasised is heard as such."""

from pathlib import Path

import numpy as np
import pytest
from support.contexts import context_in
from support.providers import VOICE, registry_with

from lectern.pipeline.episode.characters import Character
from lectern.pipeline.episode.model import Line, Word
from lectern.pipeline.episode.script import parse_script
from lectern.pipeline.services.voice import VoiceProvider, VoiceRequest, VoiceTake
from lectern.pipeline.voice.espeak import record_untreated
from lectern.pipeline.voice.utterances import EspeakRecording

ADA = Character(id="ada", name="Ada", portrait="lectern:ada")

SENTENCES = (
    "In 2026, Python 3.13 parses 1,024 JSON files in 5.2 ms.",
    "Run `git commit --amend` and look at `.git/HEAD`, e.g. with `cat`.",
    "The API returns 404, i.e. the URL https://example.org/docs is gone.",
    "It costs $5.99 for 64 GiB & 8 CPUs, or ~20% less at 10:30.",
    "`snake_case` != `camelCase`, and `a -> b` is no `a => b`!",
    "On the 1st try it took 3–5 s; on the 2nd, -0.5 s.",
    "Open /etc/hosts, my_file.py and the CLI's YAML.",
    "A 1920x1080 film at 30 fps 🎉 is 12.5 MB/s.",
    "0x1F is 31 — and 1e-6 is *very* small.",
    "Write me@example.com, see step #3, 1/2 of it works.",
)


def line_of(text: str) -> Line:
    return parse_script(f"# A\n\n{text}\n", Path(), [ADA])["scenes"][0].lines[0]


def take_of(line: Line, folder: Path) -> VoiceTake:
    words = tuple(word.spoken for word in line.words)
    request = VoiceRequest(provider="espeak", voice="en-us+f3", words=words, emphasis=_stressed(line))
    return VOICE.make(request, folder, context_in(folder))


def _stressed(line: Line) -> tuple[int, ...]:
    return tuple(index for index, word in enumerate(line.words) if word.emphasis)


def syllables(word: Word) -> int:
    """About how many: groups of vowels, letters that stand alone."""
    parts = word.spoken.replace("-", " ").split()
    return sum(
        max(1, sum(a in "aeiouy" and b not in "aeiouy" for a, b in zip(p, p[1:] + " ", strict=True))) for p in parts
    )


@pytest.mark.parametrize("text", SENTENCES)
def test_every_word_of_a_technical_sentence_is_heard_as_long_as_it_takes_to_say(text: str, tmp_path: Path) -> None:
    line = line_of(text)
    take = take_of(line, tmp_path)
    assert [word.index for word in take.words] == list(range(len(line.words)))
    assert all(a.end <= b.start for a, b in zip(take.words, take.words[1:], strict=False))
    for word, span in zip(line.words, take.words, strict=True):
        assert 0.03 <= (span.end - span.start) / syllables(word) <= 0.6, (word, span)
    assert take.words[-1].end <= take.duration


def test_an_emphasised_word_is_louder_and_longer_and_the_words_around_it_stay_in_their_places(tmp_path: Path) -> None:
    words = ("This", "is", "really", "good", "&", "<fast>,", "one", "of", "the", "best.")
    plain, marked = (
        record_untreated(VoiceRequest(provider="espeak", voice="en-us+f3", words=words, emphasis=emphasis))
        for emphasis in ((), (2, 7))
    )
    assert [s.symbol for s in plain.sounds if s.word < 6] == [s.symbol for s in marked.sounds if s.word < 6]
    assert {s.word for s in marked.sounds} == set(range(10))
    before, after = (_sound(recording, 2) for recording in (plain, marked))
    assert len(after) > 1.1 * len(before)
    assert np.sqrt(np.mean(after**2)) > 1.4 * np.sqrt(np.mean(before**2))


def _sound(recording: EspeakRecording, word: int) -> np.ndarray:
    """The samples of a word."""
    sounds = [s for s in recording.sounds if s.word == word]
    first, end = (round(t * recording.rate) for t in (sounds[0].start, sounds[-1].end))
    return recording.pcm[first:end].astype(np.float64)


def test_a_line_without_emphasis_is_the_same_recording_as_ever() -> None:
    request = VoiceRequest(provider="espeak", voice="en-us+f3", words=("Good", "evening."))
    assert "emphasis" not in request.model_dump()
    assert "emphasis" in registry_with().find(VoiceProvider, "espeak").needs
