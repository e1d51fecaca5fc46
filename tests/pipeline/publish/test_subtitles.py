"""Cues that can be read, in files that players show as they were written."""

import re
import subprocess
from pathlib import Path

import pytest

from lectern.pipeline.episode.model import Line, Word
from lectern.pipeline.publish.subtitles import Cue, CaptionWord, cues, srt, timed_words, vtt
from lectern.pipeline.services.voice import SpokenWord, VoiceRequest, VoiceTake
from lectern.pipeline.timeline.model import SoundStrip
from lectern.pipeline.voice.recipe import VOICE

TEXT = (
    "Welcome back to the workshop. Today we will build a small bouncing robot in Blender, step by step. First, open "
    "the side panel and choose the physics tab; then press the big play button. Don't worry if nothing moves yet, "
    "because we still have to add a rigid body. By the way, version 5.2 shipped in 2026, and it costs $0! Could "
    "anything be better?"
)

ODD = Cue(start=3661.5, end=3663.0, lines=("if a < b && c --> d:", "use <div>, <i>x</i>, {\\an8} & 🙂"))


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> list[CaptionWord]:
    """A paragraph as eSpeak NG says it, by Ada, answered by Ben, then by Ben in the next scene."""
    said = TEXT.split()
    request = VoiceRequest(provider="espeak", voice="en-us+f3", words=tuple(said))
    take = VOICE.make(request, tmp_path_factory.mktemp("voice"), None)
    turn = take.duration + 0.3
    parts = [(0.0, "ada", "one"), (turn, "ben", "one"), (2 * turn, "ben", "two")]
    return [
        CaptionWord(written=said[w.index], start=w.start + shift, end=w.end + shift, speaker=speaker, scene=scene)
        for shift, speaker, scene in parts
        for w in take.words
    ]


def test_cues_are_at_most_two_lines_of_42_characters(words: list[CaptionWord]) -> None:
    lines = [cue.lines for cue in cues(words)]
    assert max(map(len, lines)) == 2
    assert max(len(line) for cue in lines for line in cue) <= 42


def test_cues_can_be_read_in_their_time(words: list[CaptionWord]) -> None:
    speeds = [sum(map(len, cue.lines)) / (cue.end - cue.start) for cue in cues(words)]
    lengths = [cue.end - cue.start for cue in cues(words)]
    assert max(speeds) <= 17.01
    assert 1.0 <= min(lengths) and max(lengths) <= 7.0


def test_every_word_stands_once_and_from_when_it_is_said(words: list[CaptionWord]) -> None:
    found = cues(words)
    assert " ".join(line for cue in found for line in cue.lines) == " ".join(word.written for word in words)
    assert {cue.start for cue in found} <= {word.start for word in words}


def test_two_frames_lie_between_cues(words: list[CaptionWord]) -> None:
    found = cues(words)
    assert min(b.start - a.end for a, b in zip(found, found[1:], strict=False)) >= 2 / 30 - 1e-9


def test_no_cue_holds_words_of_two_speakers_or_scenes(words: list[CaptionWord]) -> None:
    starts = {cue.start for cue in cues(words)}
    changes = [b.start for a, b in zip(words, words[1:], strict=False) if (a.speaker, a.scene) != (b.speaker, b.scene)]
    assert len(changes) == 2 and set(changes) <= starts


def test_most_cues_end_with_a_clause(words: list[CaptionWord]) -> None:
    ends = [cue.lines[-1][-1] for cue in cues(words)]
    assert sum(end in ".,;!?" for end in ends) >= 0.8 * len(ends)


def test_a_word_longer_than_a_line_stands_alone() -> None:
    long = CaptionWord(written="https://example.org/" + "x" * 60, start=0, end=5, speaker="a", scene="s")
    after = CaptionWord(written="see.", start=5, end=5.4, speaker="a", scene="s")
    assert [cue.lines for cue in cues([long, after])] == [(long.written,), ("see.",)]


def test_no_words_make_no_cues() -> None:
    assert cues([]) == ()
    assert vtt(()) == "WEBVTT\n"


def test_vtt_escapes_what_it_would_take_for_markup() -> None:
    assert vtt([ODD]) == (
        "WEBVTT\n\n01:01:01.500 --> 01:01:03.000\n"
        "if a &lt; b &amp;&amp; c --&gt; d:\nuse &lt;div&gt;, &lt;i&gt;x&lt;/i&gt;, {\\an8} &amp; 🙂\n"
    )


def test_srt_is_numbered_and_has_commas_in_its_times() -> None:
    plain = Cue(start=0.0, end=1.25, lines=("One", "two"))
    assert srt([plain, plain]) == (
        "1\n00:00:00,000 --> 00:00:01,250\nOne\ntwo\n\n2\n00:00:00,000 --> 00:00:01,250\nOne\ntwo\n"
    )


def shown(file: Path) -> str:
    """What ffmpeg would put on the screen."""
    command = ["ffmpeg", "-loglevel", "error", "-i", str(file), "-f", "ass", "-"]
    dialogue = subprocess.run(command, capture_output=True, text=True, check=True).stdout.rpartition(",,")[2]
    return re.sub(r"\u200b|\u2060", "", dialogue).strip().replace("\\N", "\n")


def test_a_player_shows_srt_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "film.srt").write_text(srt([ODD]), encoding="utf-8")
    assert shown(tmp_path / "film.srt").replace("\\{", "{") == "\n".join(ODD.lines)


def test_words_are_where_the_strips_of_their_recording_are() -> None:
    line = Line(id="a", speaker="ada", words=tuple(Word(written=w, spoken=w, line=1) for w in ("one", "two", "three")))
    spoken = tuple(SpokenWord(index=i, start=0.1 + i, end=0.9 + i) for i in range(3))
    take = VoiceTake(audio="a.wav", duration=3.0, words=spoken, phonemes=(), tier="service")
    common = {"scene": "s", "name": "", "track": "voice", "source": "a.wav"}
    strips = [
        SoundStrip(id="2", start=120, end=150, source_start=1.0, **common),  # the narration waits before "two"
        SoundStrip(id="1", start=30, end=60, **common),
    ]
    found = timed_words(line, take, strips, 30)
    assert [(word.written, round(word.start, 6), round(word.end, 6)) for word in found] == [
        ("one", 1.1, 1.9),
        ("two", 4.1, 4.9),
    ]
