"""What an editor's person does, before any browser draws it."""

from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.editor.buffer import Buffer, TextEdit, indent_of
from lectern.pipeline.capture.editor.edit_log import EditLog, EditLogEntry, read_log, write_log
from lectern.pipeline.capture.editor.keystrokes import (
    Hunk,
    diff_hunks,
    insert_line,
    keystrokes,
    remove_line,
    smallest_edit,
)
from lectern.pipeline.capture.editor.metrics import EditorMetrics, text_columns

CODE = "def total(items):\n\n    result = 0\n\tfor item in items:\n        result += 1  # ja\n    return result"


def test_the_strokes_write_exactly_what_was_asked_for_and_indentation_comes_at_once() -> None:
    made = keystrokes(CODE, 14.0, "seed")
    assert "".join(stroke.text for stroke in made) == CODE
    assert [s.text for s in made if len(s.text) > 1] == ["\n    ", "\n\t", "\n        ", "\n    "]
    assert keystrokes("    x", 14.0, "s")[0].text == "    "
    assert made == keystrokes(CODE, 14.0, "seed") != keystrokes(CODE, 14.0, "another")
    assert 0.05 < sum(s.delay for s in made) / len(made) < 0.12


def test_a_difference_made_hunk_by_hunk_ends_in_the_new_text() -> None:
    texts = ["a\nb\nc\nd\n", "a\nB\nC\nc\n", "", "x", "a\nb\nc\nd", "b\n\n\nd\ne\n"]
    for before in texts:
        for after in texts:
            buffer, shift = Buffer("f", before), 0
            for hunk in diff_hunks(before, after):
                at, gone = hunk.first + shift, hunk.last - hunk.first
                for number, line in enumerate(hunk.added):
                    buffer.apply([insert_line(buffer, at + gone + number, line)], 0, 0)
                for _ in range(gone):
                    buffer.apply([remove_line(buffer, at)], 0, 0)
                shift += len(hunk.added) - gone
            assert buffer.text == after, (before, after)


def test_the_difference_names_the_lines_that_change() -> None:
    assert diff_hunks("a\nb\nc\n", "a\nx\ny\nc\nd\n") == [Hunk(1, 2, ("x", "y")), Hunk(3, 3, ("d",))]


def test_what_a_program_did_to_a_file_is_the_smallest_change() -> None:
    assert smallest_edit("one two three", "one 2 three") == TextEdit(4, 7, "2")
    assert smallest_edit("aa", "aaa") == TextEdit(2, 2, "a")
    assert smallest_edit("", "x") == TextEdit(0, 0, "x")


def test_lines_and_texts_are_found_or_the_fault_says_what_there_is() -> None:
    buffer = Buffer("shop.py", "one\ntwo two\nthree\n")
    assert buffer.text[slice(*buffer.span_of(2, 3))] == "two two\nthree"
    assert buffer.find("three") == (12, 17)
    assert buffer.find("two", nth=2) == (8, 11)
    assert buffer.find("t", within=(3, 3)) == (12, 13)
    with pytest.raises(LecternError, match="shop.py has 3 lines, so there is no line 4"):
        buffer.span_of(3, 4)
    with pytest.raises(LecternError, match='there is no line 55; a text "55" is written {text: "55"}'):
        buffer.span_of(55, 55)
    with pytest.raises(LecternError, match=r'"two" occurs 2 times in shop.py \(lines 2, 2\)'):
        buffer.find("two")
    with pytest.raises(LecternError, match='there is no "four" in lines 1-2 of shop.py'):
        buffer.find("four", within=(1, 2))


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("subtotal = total\n", 11),
        ("total\ntotal = 1\n", 0),
        ("totals\n  total\n", 9),
        ("total + total\n", None),
        ("subtotal, totals\n", None),
        ("total\n total\n", None),
    ],
)
def test_what_a_text_is_more_exactly_is_meant_before_what_contains_it(text: str, start: int | None) -> None:
    if start is not None:
        assert Buffer("a.py", text).find("total") == (start, start + 5)
        return
    with pytest.raises(LecternError, match='"total" occurs 2 times in a.py'):
        Buffer("a.py", text).find("total")


def test_a_step_of_indentation_is_the_files_own_or_its_languages() -> None:
    assert indent_of("a.py", "if x:\n  y\n") == "  "
    assert indent_of("a.py", "") == "    " and indent_of("a.ts", "") == "  " and indent_of("main.go", "") == "\t"


def test_letters_are_legible_and_everything_is_a_whole_number_of_pixels() -> None:
    sheet = EditorMetrics((1504, 900))
    assert sheet.letters >= 30 and sheet.letter == (18, 44) and sheet.cell == (18, 40)
    assert (sheet.size[0] - sheet.gutter) // sheet.letter[0] >= 76
    for room in (sheet.room(True), sheet.room(False)):
        assert (room[1] - sheet.above) % sheet.letter[1] == 0
    assert sheet.tabs + sheet.room(True)[1] + sheet.panel == 900
    assert sheet.terminal[1] * sheet.cell[1] < sheet.panel
    for scale in (0.5, 0.8, 1.3, 2.0, 3.0):
        assert EditorMetrics((1504, 900), scale).letters * 3 % 5 == 0
    assert text_columns("a\tb") == 5 and text_columns("日本 x") == 6


def test_a_log_is_read_as_it_was_written(tmp_path: Path) -> None:
    opened = EditLogEntry(time=0.0, kind="open", data={"file": "a", "text": "x\u2028y"})
    entries = (opened, EditLogEntry(time=1.5, kind="o", data="\x1b[1m"))
    log = EditLog(size=(800, 600), duration=2.25, entries=entries)
    write_log(tmp_path / "session.edits", log)
    assert read_log(tmp_path / "session.edits") == log


@pytest.mark.parametrize("percent", range(50, 305, 5))
def test_no_cell_of_the_terminal_is_lower_than_its_letters_are_drawn(percent):
    sheet = EditorMetrics((1600, 900), percent / 100)
    above, below = (
        int(part * sheet.letters + 0.5) for part in (1.02, 0.3)
    )  # as JetBrains Mono says, and browsers round it
    assert sheet.cell[1] >= above + below
    assert sheet.terminal[0] > 0
