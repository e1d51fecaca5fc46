"""A cast is what asciinema writes, and keys are what terminals send."""

import gzip
import json
from statistics import mean

import pytest

from lectern.pipeline.base.errors import LecternError, SourceError
from lectern.pipeline.build.production import note_findings
from lectern.pipeline.capture.drawn import Drawing
from lectern.pipeline.capture.fault import StepFault
from lectern.pipeline.capture.hand import typing_delays
from lectern.pipeline.capture.keys import browser_keys, terminal_keys
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.capture.terminal.asciicast import Asciicast, CastOutput, read_cast, write_cast
from lectern.pipeline.capture.terminal.import_cast import spans_of
from lectern.pipeline.capture.terminal.page import TerminalSnapshot
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.keyboard import NAMES
from lectern.pipeline.episode.model import Scene
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Wait

OUTPUTS = CastOutput(time=0, text="❯ "), CastOutput(time=1.25, text="a\r\n\x1b[1m")
CAST = Asciicast(columns=80, rows=21, duration=2.5, outputs=OUTPUTS)


def test_a_cast_reads_back_as_it_was_written(tmp_path):
    write_cast(tmp_path / "a.cast", CAST)
    assert read_cast(tmp_path / "a.cast") == CAST


def test_a_cast_is_asciinema_version_2(tmp_path):
    write_cast(tmp_path / "a.cast", CAST)
    header, first, *_ = (json.loads(line) for line in (tmp_path / "a.cast").read_text().splitlines())
    assert (header["version"], header["width"], header["height"]) == (2, 80, 21)
    assert first == [0, "o", "❯ "]


HEADER = '{"version": 2, "width": 80, "height": 24}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"version": 4, "width": 80, "height": 24}', "a.cast:1: .*version: Input should be less than or equal to 3"),
        ('{"version": 1, "width": 80, "height": 24, "stdout": [["soon", "a"]]}', "a.cast:1: .* of version 1: stdout: 0: 0: Input"),
        ('{"version": 3}', "a.cast:1: .*width: Field required"),
        ('{"version": 2, "width": 0, "height": 24}', "a.cast:1: .*width: Input should be greater than 0"),
        ("", "a.cast:1: this is not the first line of an asciinema recording .*Invalid JSON: EOF"),
        (HEADER + '\n\n[0.5, "o", "a"]\n[0.7, "o", "cut o\n[0.8, "o", "b"]', "a.cast:4: this is not an event of asciinema's: Invalid JSON"),
        (HEADER + '\n# by hand\n[0.5, "o"]', "a.cast:3: .*Field required"),
        (HEADER + '\n[0.5, "o", "a"]\n{"time": 1}', "a.cast:3: .*valid array"),
        (HEADER + '\n[-1, "o", "a"]', "a.cast:2: .*greater than or equal to 0"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_cast_is_told_with_its_line(tmp_path, text, said):
    (tmp_path / "a.cast").write_text(text)
    with pytest.raises(SourceError, match=said):
        read_cast(tmp_path / "a.cast")


def test_version_3_counts_from_event_to_event(tmp_path):
    (tmp_path / "a.cast").write_text(
        '{"version": 3, "term": {"cols": 80, "rows": 24}}\n[0.5, "o", "a"]\n[0.2, "o", "b"]\n[1, "x", "0"]\n'
    )
    cast = read_cast(tmp_path / "a.cast")
    assert (cast.columns, cast.rows, cast.duration) == (80, 24, 1.7)
    assert cast.outputs == (CastOutput(time=0.5, text="a"), CastOutput(time=0.7, text="b"))


@pytest.mark.parametrize("limit", ["2", "0.5", "null", "0"])
@pytest.mark.parametrize("version", [2, 3])
def test_rests_are_as_short_as_players_make_them(tmp_path, version, limit):
    gaps = [4.0, 0.3, 1.0, 60.0, 0.0]
    times = gaps if version == 3 else [round(sum(gaps[: n + 1]), 3) for n in range(len(gaps))]
    head = '"width": 80, "height": 24' if version == 2 else '"term": {"cols": 80, "rows": 24}'
    lines = [f'{{"version": {version}, {head}, "idle_time_limit": {limit}}}', *(f'[{t}, "o", "x"]' for t in times)]
    (tmp_path / "a.cast").write_text("\n".join(lines))
    longest = float(limit) if limit in ("2", "0.5") else 1000
    shown = [min(gap, longest) for gap in gaps]
    cast = read_cast(tmp_path / "a.cast")
    assert [output.time for output in cast.outputs] == pytest.approx([sum(shown[: n + 1]) for n in range(len(gaps))])
    assert cast.duration == pytest.approx(sum(shown))


def test_a_file_that_is_no_text_is_no_cast(tmp_path):
    (tmp_path / "a.cast").write_bytes(b"\x1f\x8b\x08\x00")
    with pytest.raises(LecternError, match="a.cast is not a recording of asciinema's"):
        read_cast(tmp_path / "a.cast")


V3 = '{"version": 3, "term": {"cols": 20, "rows": 5}}\n[0.5, "o", "a"]\n'


@pytest.mark.parametrize(
    ("data", "said", "notes"),
    [
        ((HEADER + '\n[0.5, "o", "a"]\n[0.7, "o", "cut o').encode(), "a", ["a.cast:3 is cut off; what is before it is shown"]),
        ((HEADER + '\n[0.5, "o", "a"]\n[0.7, "o", "é').encode()[:-1], "a", ["a.cast:3 is cut off; what is before it is shown"]),
        ((HEADER + '\n[0.5, "o", "a"]\n[0.').encode(), "a", ["a.cast:3 is cut off; what is before it is shown"]),
        (b"\xef\xbb\xbf" + (HEADER + '\n[0.5, "o", "bom"]\n').encode(), "bom", []),
        ((HEADER + '\n\n[0.5, "o", "a"]\n\n').replace("\n", "\r\n").encode(), "a", []),
        ((HEADER + '\n[0.5, "o", "half \\ud83d"]\n[0.6, "o", "\\ude00 whole"]\n').encode(), "half 😀 whole", []),
        ((HEADER + '\n[0.5, "o", "\\ud83d\\ude00"]\n').encode(), "😀", []),
        ((HEADER + '\n[0.5, "o", "\\\\ud83d"]\n').encode(), "\\ud83d", []),
        ((HEADER + '\n[0.5, "o", "a\\ud83d"]\n').encode(), "a\ufffd", ["halves of letters"]),
        ((HEADER + '\n[0.5, "o", "\\ude00b"]\n').encode(), "\ufffdb", ["halves of letters"]),
        (gzip.compress((HEADER + '\n[0.5, "o", "zip"]\n').encode(), mtime=0), "zip", []),
        (V3.encode(), "a", []),
        (b'{"version": 1, "width": 80, "height": 24,\n "duration": 1.5, "stdout": [[0.2, "a"],\n[0.3, "b"]]}', "ab", []),
    ],
)  # fmt: skip
def test_what_is_whole_of_a_cast_is_read_and_what_is_not_is_noted(tmp_path, data, said, notes):
    (tmp_path / "a.cast").write_bytes(data)
    cast = read_cast(tmp_path / "a.cast")
    assert ("".join(output.text for output in cast.outputs), cast.outputs[-1].time) == (said, cast.duration)
    assert len(cast.notes) == len(notes) and all(told in note for told, note in zip(notes, cast.notes, strict=True))
    assert cast.duration == (0.6 if "whole" in said else 0.5)


def test_the_report_tells_what_a_recording_lacks_with_its_line():
    take = CaptureTake(
        kind="terminal", size=(9, 9), pictures="", times=(0.0,), duration=1.0, events=(), notes=("a.cast:3 is cut off",)
    )
    scene = Scene(id="one", title="", captures=(Capture(kind="terminal", id="c", line=7),), line=1)
    assert list(map(str, note_findings((scene,), {"c": take}))) == ['script.md:7: scene "one": a.cast:3 is cut off']


def test_only_what_is_seen_of_a_cast_is_kept(tmp_path):
    events = (
        '[0.5, "i", "ls"]\n[0.6, "o", "a\u2028b"]\n[0.7, "r", "100x20"]\n[0.8, "r", "90x30"]\n[1.5, "m", "there"]\n'
    )
    (tmp_path / "a.cast").write_text(f"{HEADER}\n{events}")
    cast = read_cast(tmp_path / "a.cast")
    assert cast.outputs == (CastOutput(time=0.6, text="a\u2028b"),)
    assert (cast.columns, cast.rows, cast.duration) == (100, 30, 1.5)
    assert [(r.time, r.columns, r.rows) for r in cast.resizes] == [(0, 80, 24), (0.7, 100, 20), (0.8, 90, 30)]
    write_cast(tmp_path / "b.cast", cast)
    assert read_cast(tmp_path / "b.cast") == cast


def test_a_moment_is_when_it_says_and_in_its_turn():
    looks = tuple(
        TerminalSnapshot(boxes=(), lines=(), top=0, cursor=0, full=False, written=text)
        for text in ("$", "$ make", "done")
    )
    shown = Drawing((0.0, 1.0, 2.0), looks)
    wait, moment = Step(action="wait", wait=Wait(text="done")), Step(action="moment", moment=2.4)
    spans, _ = spans_of((wait, moment), CAST, shown)
    assert [(span.start, span.effect) for span in spans] == [(2.0, 2.0), (2.4, 2.4)]
    with pytest.raises(StepFault, match=r"steps\[2\] \(wait\): the step above is done later, at 2.40 s"):
        spans_of((moment, wait), CAST, shown)
    with pytest.raises(
        StepFault, match=r"steps\[1\] \(moment\): 9 s is beyond the end of the cast, which lasts 2.50 s"
    ):
        spans_of((Step(action="moment", moment=9),), CAST, shown)


def test_a_cast_without_steps_is_shown_as_it_is():
    look = TerminalSnapshot(boxes=(), lines=(), top=0, cursor=0, full=False, written="$")
    assert spans_of((), CAST, Drawing((0.0,), (look,))) == ([], ())


@pytest.mark.parametrize(
    ("gone", "effect", "fault"),
    [
        ("Loading", 2.0, ""),
        ("$", 1.0, ""),
        ("Lading", 0.0, '"Lading" was never on the screen, so it can\'t go; there is "\\$"'),
        ("done", 0.0, '"done" does not go'),
    ],
)
def test_what_goes_in_a_cast_was_there_before(gone, effect, fault):
    looks = tuple(
        TerminalSnapshot(boxes=(), lines=(), top=0, cursor=0, full=False, written=text)
        for text in ("$", "Loading", "done")
    )
    steps, shown = (Step(action="wait", wait=Wait(gone=gone)),), Drawing((0.0, 1.0, 2.0), looks)
    if not fault:
        spans, _ = spans_of(steps, CAST, shown)
        assert [span.effect for span in spans] == [effect]
        return
    with pytest.raises(StepFault, match=fault):
        spans_of(steps, CAST, shown)


def test_typing_has_the_wanted_speed_and_is_never_even():
    text = "git log --oneline --graph main..idea " * 6
    delays = [delay for delay, _ in typing_delays(text, 14.0, "1")]
    assert "".join(key for _, key in typing_delays(text, 14.0, "1")) == text
    assert mean(delays) == pytest.approx(1 / 14, rel=0.08)
    assert max(delays) > 2 * min(delays[1:])


def test_the_same_seed_types_in_the_same_rhythm_and_another_does_not():
    assert (
        typing_delays("ls -la", 14.0, "1") == typing_delays("ls -la", 14.0, "1") != typing_delays("ls -la", 14.0, "2")
    )


@pytest.mark.parametrize(
    ("names", "sent"),
    [
        ("Ctrl+C", ["\x03"]),
        ("Down Down Enter", ["\x1b[B", "\x1b[B", "\r"]),
        ("Alt+f", ["\x1bf"]),
        ("+", ["+"]),
        ("Ctrl+Left ArrowUp Shift+F5", ["\x1b[1;5D", "\x1b[A", "\x1b[15;2~"]),
        ("Shift+Tab Ctrl+Space", ["\x1b[Z", "\x00"]),
    ],
)
def test_keys_are_sent_as_a_terminal_sends_them(names, sent):
    assert terminal_keys(names) == sent


@pytest.mark.parametrize("name", ["Hyper+C", "Foo", "Ctrl+1"])
def test_a_key_that_no_terminal_has_is_an_error_with_examples(name):
    with pytest.raises(LecternError, match=r"Ctrl\+C"):
        terminal_keys(name)


def test_a_terminal_and_a_browser_have_all_keys_that_a_script_may_name():
    assert all(sent != name for name, sent in zip(NAMES, terminal_keys(" ".join(NAMES)), strict=True))
    assert browser_keys(" ".join(NAMES).lower()) == browser_keys(" ".join(NAMES))


def test_keys_of_a_browser_have_the_names_playwright_knows():
    assert browser_keys("Ctrl+A Esc Down") == ["Control+A", "Escape", "ArrowDown"]
