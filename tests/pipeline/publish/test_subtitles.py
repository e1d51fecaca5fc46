"""Cues that can be read, in files that players show as they were written."""

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from support.contexts import context_in
from support.providers import VOICE

from lectern.pipeline.episode.model import Line, Word
from lectern.pipeline.film.card import SubtitleCue
from lectern.pipeline.publish.subtitles import cues, srt, timed_words, vtt
from lectern.pipeline.services.voice import SpokenWord, VoiceRequest, VoiceTake
from lectern.pipeline.timeline.model import SoundStrip
from lectern.pipeline.timing.narration import TimedWord

TEXT = (
    "Welcome back to the workshop. Today we will build a small bouncing robot in Blender, step by step. First, open "
    "the side panel and choose the physics tab; then press the big play button. Don't worry if nothing moves yet, "
    "because we still have to add a rigid body. By the way, version 5.2 shipped in 2026, and it costs $0! Could "
    "anything be better?"
)

ODD = SubtitleCue(start=3661.5, end=3663.0, lines=("if a < b && c --> d:", "use <div>, <i>x</i>, {\\an8} & 🙂"))


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> list[TimedWord]:
    """A paragraph as eSpeak NG says it, by Ada, answered by Ben, then by Ben in the next scene."""
    said = TEXT.split()
    request = VoiceRequest(provider="espeak", voice="en-us+f3", words=tuple(said))
    folder = tmp_path_factory.mktemp("voice")
    take = VOICE.make(request, folder, context_in(folder))
    turn = take.duration + 0.3
    parts = [(0.0, "ada", "one"), (turn, "ben", "one"), (2 * turn, "ben", "two")]
    return [
        TimedWord(written=said[w.index], start=w.start + shift, end=w.end + shift, speaker=speaker, scene=scene)
        for shift, speaker, scene in parts
        for w in take.words
    ]


def test_cues_are_at_most_two_lines_of_42_characters(words: list[TimedWord]) -> None:
    lines = [cue.lines for cue in cues(words)]
    assert max(map(len, lines)) == 2
    assert max(len(line) for cue in lines for line in cue) <= 42


def test_cues_can_be_read_in_their_time(words: list[TimedWord]) -> None:
    speeds = [sum(map(len, cue.lines)) / (cue.end - cue.start) for cue in cues(words)]
    lengths = [cue.end - cue.start for cue in cues(words)]
    assert max(speeds) <= 17.01
    assert 1.0 <= min(lengths) and max(lengths) <= 7.0


def test_every_word_stands_once_and_from_when_it_is_said(words: list[TimedWord]) -> None:
    found = cues(words)
    assert " ".join(line for cue in found for line in cue.lines) == " ".join(word.written for word in words)
    assert {cue.start for cue in found} <= {word.start for word in words}


def test_two_frames_lie_between_cues(words: list[TimedWord]) -> None:
    found = cues(words)
    assert min(b.start - a.end for a, b in zip(found, found[1:], strict=False)) >= 2 / 30 - 1e-9


def test_no_cue_holds_words_of_two_speakers_or_scenes(words: list[TimedWord]) -> None:
    starts = {cue.start for cue in cues(words)}
    changes = [b.start for a, b in zip(words, words[1:], strict=False) if (a.speaker, a.scene) != (b.speaker, b.scene)]
    assert len(changes) == 2 and set(changes) <= starts


def test_most_cues_end_with_a_clause(words: list[TimedWord]) -> None:
    ends = [cue.lines[-1][-1] for cue in cues(words)]
    assert sum(end in ".,;!?" for end in ends) >= 0.8 * len(ends)


def test_an_address_longer_than_a_line_is_broken_behind_its_slashes() -> None:
    address = "https://example.org/a/very/long/address/that/never/ends/and/goes/on/and/on/for/ever.html"
    spoken = [said("See", 0, 0.3), said(address, 0.3, 6), said("now.", 6.1, 6.4)]
    lines = [line for cue in cues(spoken) for line in cue.lines]
    assert "".join(lines).replace(" ", "") == f"See{address}now."
    assert max(map(len, lines)) <= 42
    assert all(line.endswith("/") for line in lines[:-1])


@pytest.mark.parametrize("word", [
    "Donaudampfschifffahrtsgesellschaftskapitänswitwe",
    "SELECT_every_thing_from_the_table_of_users_where",
    "0123456789" * 9,
    "x" * 43,
    "a" * 100,
    "github.com?query=one&other=two&third=three&fourth=four",
])  # fmt: skip
def test_a_word_longer_than_a_line_is_broken_and_loses_no_letter(word: str) -> None:
    found = cues([said("See", 0, 0.3), said(word, 0.3, 8), said("now.", 8.1, 8.4)])
    lines = [line for cue in found for line in cue.lines]
    assert "".join(lines).replace(" ", "") == f"See{word}now."
    assert max(map(len, lines)) <= 42 and all(len(cue.lines) <= 2 for cue in found)


@pytest.mark.parametrize(
    "text",
    [
        "今日はターミナルでファイルを探す方法を学びます。まず、端末を開いてください。それから、次の命令を入力します。",
        "今天我们学习如何在终端中查找文件。首先，请打开终端，然后输入下面的命令：「查找」。",
        "오늘은터미널에서파일을찾는방법을배웁니다먼저터미널을열어주세요그다음명령을입력합니다",
    ],
)
def test_a_script_without_blanks_is_broken_between_its_characters(text: str) -> None:
    found = cues([said(text, 0, 12)])
    lines = [line for cue in found for line in cue.lines]
    assert "".join(lines) == text
    assert max(map(len, lines)) <= 17
    assert all(len(cue.lines) <= 2 for cue in found)
    assert not [line for line in lines if line[0] in "、。，：」" or line[-1] in "「"]


def test_cues_never_overlap_however_short_the_words_are() -> None:
    short = [said("Hi.", 1.0, 1.1), said("Yes.", 1.13, 1.2, "b"), said("No.", 1.21, 1.3), said("Well.", 1.31, 1.4, "b")]
    silent = [said("a", 1.0, 1.0), said("b.", 1.0, 1.0, "b"), said("c.", 1.0, 1.0), said("d", 1.0, 1.0, "b")]
    for words in (short, silent):
        found = cues(words)
        assert [cue.lines[0] for cue in found] == [word.written for word in words]
        assert all(cue.end - cue.start >= 0.1 - 1e-9 for cue in found)
        assert all(before.end <= after.start for before, after in pairwise(found))


@pytest.mark.parametrize("times", [
    ((0.0, 2.0), (1.0, 3.0)),
    ((0.0, 5.0), (1.0, 2.0), (1.5, 3.0)),
    ((0.0, 1.0), (0.0, 1.0)),
    ((2.0, 3.0), (1.0, 2.0)),
    ((0.0, 9.0), (0.5, 9.0), (1.0, 9.0), (8.0, 9.0)),
    ((1.0, 1.4), (1.2, 1.6), (1.4, 1.8), (1.6, 2.0)),
])  # fmt: skip
def test_cues_of_speakers_who_talk_at_once_follow_each_other(times: tuple[tuple[float, float], ...]) -> None:
    found = cues([said(f"Word{i}.", *span, "ab"[i % 2]) for i, span in enumerate(times)])
    assert [cue.lines for cue in found] == [(f"Word{i}.",) for i in range(len(times))]
    assert all(cue.start < cue.end for cue in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


def said(written: str, start: float, end: float, speaker: str = "a") -> TimedWord:
    return TimedWord(written=written, start=start, end=end, speaker=speaker, scene="s")


def test_no_words_make_no_cues() -> None:
    assert cues([]) == ()
    assert vtt(()) == "WEBVTT\n"


def test_vtt_escapes_what_it_would_take_for_markup() -> None:
    assert vtt([ODD]) == (
        "WEBVTT\n\n01:01:01.500 --> 01:01:03.000\n"
        "if a &lt; b &amp;&amp; c --&gt; d:\nuse &lt;div&gt;, &lt;i&gt;x&lt;/i&gt;, {\\an8} &amp; 🙂\n"
    )


def test_srt_is_numbered_and_has_commas_in_its_times() -> None:
    plain = SubtitleCue(start=0.0, end=1.25, lines=("One", "two"))
    assert srt([plain, plain]) == (
        "1\n00:00:00,000 --> 00:00:01,250\nOne\ntwo\n\n2\n00:00:00,000 --> 00:00:01,250\nOne\ntwo\n"
    )


def spoken_evenly(text: str, start: float = 0.0) -> list[TimedWord]:
    """The words of a text, three a second."""
    return [
        TimedWord(written=word, start=start + at / 3, end=start + (at + 1) / 3, speaker="ada", scene="one")
        for at, word in enumerate(text.split())
    ]


def shown(file: Path) -> str:
    """What ffmpeg would put on the screen."""
    command = ["ffmpeg", "-loglevel", "error", "-i", str(file), "-f", "ass", "-"]
    dialogue = subprocess.run(command, capture_output=True, text=True, check=True).stdout.rpartition(",,")[2]
    return re.sub(r"\u200b|\u2060", "", dialogue.replace("\\N", "\n")).strip()


def test_a_player_shows_srt_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "film.srt").write_text(srt([ODD]), encoding="utf-8")
    assert shown(tmp_path / "film.srt") == "\n".join(ODD.lines).translate(str.maketrans("{}", "｛｝"))


@pytest.mark.parametrize(
    "text",
    ["C:\\New\\names\\here", "a \\h b", "{s:1 and {Y:i and {\\an8", "<String> & <b>", "1 --> 2", "50 % {", "} else"],
)
def test_srt_loses_no_text(tmp_path: Path, text: str) -> None:
    (tmp_path / "film.srt").write_text(srt([ODD.model_copy(update={"lines": (text,)})]), encoding="utf-8")
    assert shown(tmp_path / "film.srt").replace("\\{", "{") == text


@pytest.mark.parametrize("text", ["Use {name} here.", "{a {b} c}", "f({x:1}, {y:2})", "${HOME}/bin"])
def test_what_is_in_braces_is_no_comment(tmp_path: Path, text: str) -> None:
    (tmp_path / "film.srt").write_text(srt([ODD.model_copy(update={"lines": (text,)})]), encoding="utf-8")
    assert shown(tmp_path / "film.srt") == text.replace("{", "｛").replace("}", "｝")
    assert text in vtt([ODD.model_copy(update={"lines": (text,)})])


@pytest.mark.parametrize(
    "text",
    [
        "שלום, עולם!",
        "Python היא שפה נהדרת.",
        "الملف test.py جاهز الآن، أليس كذلك؟",
        "(README.md) זה הקובץ שאנחנו צריכים…",
        "این فایل ۲۰ خط دارد.",
    ],
)
def test_a_line_from_right_to_left_says_so(text: str) -> None:
    (cue,) = cues(spoken_evenly(text))
    assert [line.strip("\u200f\u202b\u202c") for line in cue.lines] == [text]
    assert all(line.startswith("\u200f\u202b") and line.endswith("\u202c") for line in cue.lines)


def test_other_lines_have_no_marks_of_direction() -> None:
    hebrew = spoken_evenly("הקובץ נקרא כך והוא כאן.") + spoken_evenly("README.md.", 9)
    english = spoken_evenly("The word שלום means peace here.")
    assert "\u202b" in cues(hebrew)[0].lines[0] and "\u202b" not in cues(hebrew)[-1].lines[0]
    assert "\u202b" not in "".join(line for cue in cues(english) for line in cue.lines)


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
