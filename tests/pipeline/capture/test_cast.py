"""A cast is what asciinema writes, and keys are what terminals send."""

import json
from statistics import mean

import pytest

from lectern.pipeline.capture.cadence import cadence
from lectern.pipeline.capture.terminal.cast import Cast, Output, read_cast, write_cast
from lectern.pipeline.capture.keys import browser_keys, terminal_keys
from lectern.pipeline.errors import LecternError

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


def test_another_version_of_the_format_is_refused(tmp_path):
    (tmp_path / "b.cast").write_text('{"version": 1}\n')
    with pytest.raises(LecternError, match="not an asciinema v2 or v3"):
        read_cast(tmp_path / "b.cast")


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
    [("Ctrl+C", ["\x03"]), ("Down Down Enter", ["\x1b[B", "\x1b[B", "\r"]), ("Alt+f", ["\x1bf"]), ("+", ["+"])],
)
def test_keys_are_sent_as_a_terminal_sends_them(names, sent):
    assert terminal_keys(names) == sent


def test_a_key_that_no_terminal_has_is_an_error_with_examples():
    with pytest.raises(LecternError, match=r"Ctrl\+C"):
        terminal_keys("Hyper+C")


def test_keys_of_a_browser_have_the_names_playwright_knows():
    assert browser_keys("Ctrl+A Esc Down") == ["Control+A", "Escape", "ArrowDown"]
