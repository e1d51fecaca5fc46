"""A cast is what asciinema writes, and keys are what terminals send."""

import json
from statistics import mean

import pytest

from lectern.pipeline.capture.cadence import cadence
from lectern.pipeline.capture.terminal.cast import Cast, Output, read_cast, write_cast
from lectern.pipeline.capture.fault import StepFault
from lectern.pipeline.capture.keys import browser_keys, terminal_keys
from lectern.pipeline.capture.terminal.imported import spans_of
from lectern.pipeline.capture.terminal.replay import Replay
from lectern.pipeline.capture.terminal.screen import Look
from lectern.pipeline.episode.keyboard import NAMES
from lectern.pipeline.episode.screen import Step, Wait
from lectern.pipeline.errors import LecternError, SourceError

OUTPUTS = Output(time=0, text="❯ "), Output(time=1.25, text="a\r\n\x1b[1m")
CAST = Cast(columns=80, rows=21, duration=2.5, outputs=OUTPUTS)


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
        ('{"version": 1, "width": 80, "height": 24, "stdout": []}', "a.cast:1: .* of version 2 or 3: version: Input should be gr"),
        ('{"version": 3}', "a.cast:1: .*width: Field required"),
        ('{"version": 2, "width": 0, "height": 24}', "a.cast:1: .*width: Input should be greater than 0"),
        ("", "a.cast:1: this is not the first line of an asciinema recording .*Invalid JSON: EOF"),
        (HEADER + '\n\n[0.5, "o", "a"]\n[0.7, "o", "cut o', "a.cast:4: this is not an event of asciinema's: Invalid JSON: EOF"),
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
    (tmp_path / "a.cast").write_text('{"version": 3, "term": {"cols": 80, "rows": 24}}\n[0.5, "o", "a"]\n[0.2, "o", "b"]\n[1, "x", "0"]\n')
    cast = read_cast(tmp_path / "a.cast")
    assert (cast.columns, cast.rows, cast.duration) == (80, 24, 1.7)
    assert cast.outputs == (Output(time=0.5, text="a"), Output(time=0.7, text="b"))


def test_a_file_that_is_no_text_is_no_cast(tmp_path):
    (tmp_path / "a.cast").write_bytes(b"\x1f\x8b\x08\x00")
    with pytest.raises(LecternError, match="a.cast is not a recording of asciinema's"):
        read_cast(tmp_path / "a.cast")


def test_only_what_is_seen_of_a_cast_is_kept(tmp_path):
    events = '[0.5, "i", "ls"]\n[0.6, "o", "a\u2028b"]\n[0.7, "r", "100x20"]\n[0.8, "r", "90x30"]\n[1.5, "m", "there"]\n'
    (tmp_path / "a.cast").write_text(f"{HEADER}\n{events}")
    cast = read_cast(tmp_path / "a.cast")
    assert cast.outputs == (Output(time=0.6, text="a\u2028b"),)
    assert (cast.columns, cast.rows, cast.duration) == (100, 30, 1.5)
    assert [(r.time, r.columns, r.rows) for r in cast.resizes] == [(0, 80, 24), (0.7, 100, 20), (0.8, 90, 30)]
    write_cast(tmp_path / "b.cast", cast)
    assert read_cast(tmp_path / "b.cast") == cast


def test_a_moment_is_when_it_says_and_in_its_turn():
    looks = tuple(Look(text=(), lines=(), top=0, cursor=0, full=False, written=text) for text in ("$", "$ make", "done"))
    shown = Replay("", (0.0, 1.0, 2.0), looks)
    wait, moment = Step(action="wait", wait=Wait(text="done")), Step(action="moment", moment=2.4)
    spans, _ = spans_of((wait, moment), CAST, shown)
    assert [(span.start, span.met) for span in spans] == [(2.0, 2.0), (2.4, 2.4)]
    with pytest.raises(StepFault, match=r"steps\[2\] \(wait\): the step above is done later, at 2.40 s"):
        spans_of((moment, wait), CAST, shown)
    with pytest.raises(StepFault, match=r"steps\[1\] \(moment\): 9 s is beyond the end of the cast, which lasts 2.50 s"):
        spans_of((Step(action="moment", moment=9),), CAST, shown)


def test_typing_has_the_wanted_speed_and_is_never_even():
    text = "git log --oneline --graph main..idea " * 6
    delays = [delay for delay, _ in cadence(text, 14.0, "1")]
    assert "".join(key for _, key in cadence(text, 14.0, "1")) == text
    assert mean(delays) == pytest.approx(1 / 14, rel=0.08)
    assert max(delays) > 2 * min(delays[1:])


def test_the_same_seed_types_in_the_same_rhythm_and_another_does_not():
    assert cadence("ls -la", 14.0, "1") == cadence("ls -la", 14.0, "1") != cadence("ls -la", 14.0, "2")


@pytest.mark.parametrize(
    ("names", "sent"),
    [("Ctrl+C", ["\x03"]), ("Down Down Enter", ["\x1b[B", "\x1b[B", "\r"]), ("Alt+f", ["\x1bf"]), ("+", ["+"]),
     ("Ctrl+Left ArrowUp Shift+F5", ["\x1b[1;5D", "\x1b[A", "\x1b[15;2~"]), ("Shift+Tab Ctrl+Space", ["\x1b[Z", "\x00"])],
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
