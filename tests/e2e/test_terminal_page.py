"""What the page that draws a terminal says of it: what was typed, and what was answered."""

import io
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser
from support.assets import THEME

from lectern.pipeline.capture.chromium import chromium
from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.capture.terminal.page import TerminalPage, cells_for_grid

pytestmark = pytest.mark.browser

SIZE = (1000, 900)
PROMPT = "\x1b]133;D;0\a\x1b]133;A\a~ > \x1b]133;B\a"
BEGUN = "\x1b]133;C\a"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium("") as opened:
        yield opened


@pytest.fixture(scope="module")
def opened(browser) -> Iterator[TerminalPage]:
    colours = tuple(sorted(THEME.terminal.items()))
    request = CaptureRequest(kind="terminal", size=SIZE, steps=(), colours=colours)
    with closing(TerminalPage(browser, request, cells_for_grid(40, 24, SIZE))) as page:
        yield page


@pytest.fixture
def page(opened) -> TerminalPage:
    """The page with nothing written yet: to open one for each test costs ten times as much."""
    opened.ask("() => { terminal.reset(); answers = []; typed = [] }")
    return opened


LONG = "grep -n the-needle in/a/long/path/to/a/haystack.txt"


@pytest.mark.parametrize(
    ("written", "answered", "latest"),
    [
        (PROMPT + "echo hi\r\n" + BEGUN + "hi\r\n" + PROMPT, "~ >\nhi\n~ >", "hi\n~ >"),
        (PROMPT + LONG + "\r\n" + BEGUN + "none\r\n" + PROMPT, "~ >\nnone\n~ >", "none\n~ >"),
        (PROMPT + "ls\r\n" + BEGUN + "a\r\n" + PROMPT + "ls b\r\n" + BEGUN, "~ >\na\n~ >", ""),
        (PROMPT + "for\r\n\x1b[1m… \x1b[0mdone\r\n" + BEGUN + "out\r\n", "~ >\nout", "out"),
        (PROMPT + "l\r\x1b[K" + PROMPT + "ls\r\n" + BEGUN + "a", "~ >\na", "a"),
        (PROMPT + "echo )\r\nbad )\r\n" + PROMPT, "~ >\nbad )\n~ >", "bad )\n~ >"),
        (PROMPT + "clear\r\n" + BEGUN + "\x1b[H\x1b[2J" + PROMPT, "~ >", "~ >"),
        (PROMPT + "vi\r\n" + BEGUN + "\x1b[?1049h\x1b[Htext", "text", "text"),
        (PROMPT + "seq 30\r\n" + BEGUN + "".join(f"{n}\r\n" for n in range(30)), None, None),
    ],
)
def test_what_was_typed_is_no_answer(page, written, answered, latest):
    page.write(written.encode())
    if answered is None:
        answered = latest = "\n".join(map(str, range(7, 30)))
    said = [page.answer_text(latest=only) for only in (False, True)]
    assert [text.split() for text in said] == [answered.split(), latest.split()]


def test_what_is_typed_into_a_program_is_no_answer_either(page):
    page.write(b">>> ")
    page.note_typing(begins=True)
    page.write(b"\x1b[36mx = 'plum'\x1b[0m")
    page.note_typing(begins=False)
    page.write(b"\r\nplums\r\n>>> ")
    assert "x = 'plum'" in page.text() and page.answer_text(latest=True).strip() == "plums\n>>>"


JOINED = (
    "ab", "e\u0301", "日本", "\u1112\u1161\u11ab", "क्षि", "👨‍👩‍👧‍👦", "👩‍💻", "👩🏽‍❤️‍💋‍👨🏻", "👍🏽", "👍︎", "❤", "❤️", "⚠️", "☎︎",
    "1️⃣", "🇩🇪", "🇩🇪🇫🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏳️‍🌈", "🏴‍☠️", "🫨", "🫩",
)  # fmt: skip
"""Letters that are made of several characters, and wide ones."""


def test_what_stands_behind_joined_letters_is_drawn_where_it_is_told_to_be(page):
    marks = [f"MARK{chr(65 + n)}" for n in range(len(JOINED))]
    lines = [f"{text}\x1b[38;2;255;0;255m{mark}\x1b[0m" for text, mark in zip(JOINED, marks, strict=True)]
    page.write(("\x1b[?25l" + "\r\n".join(lines)).encode())
    page.show([])
    drawn = np.asarray(Image.open(io.BytesIO(page.png())).convert("RGB")).astype(int)
    pink = (abs(drawn[:, :, 0] - drawn[:, :, 2]) < 12) & (drawn[:, :, 1] < 120) & (drawn[:, :, 0] > 200)
    cells = page.cells
    for row, mark in enumerate(marks):
        ((_, column, length),) = page.find(mark)[0]
        top = round(cells.top + row * cells.height)
        seen = np.where(pink[top : top + int(cells.height)].any(axis=0))[0]
        left = cells.left + column * cells.width
        assert left <= seen[0] < left + cells.width / 2 and length == len(mark), JOINED[row]
        assert left + (length - 1) * cells.width < seen[-1] < left + length * cells.width, JOINED[row]
    assert [page.find(mark)[0][0][1] for mark in marks[-2:]] == [2, 2]  # emoji of Unicode 15 and 16


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Find Next  Find  Find…", 1),
        ("Findings\r\nReplace and Find all", 1),
        ("Find\r\nFind Next", 0),
        ("Find", 0),
        ("Find and Find", None),
        ("Find  Find", None),
        ("reFind", 0),
    ],
)
def test_what_a_text_is_more_exactly_is_meant_before_what_contains_it(page, written, meant):
    page.write(written.encode())
    assert page.meant("Find") == meant


def test_lines_and_blocks_go_on_from_row_to_row_and_letters_stay_in_their_cells(page):
    rows = ("\u2588" * 5 + "x\u2502\u2503\u2551y", *["\u2588" * 5 + " \u2502\x1b[1m\u2503\x1b[0m\u2551 "] * 4)
    page.write(("\x1b[?25l\x1b[97m" + "\r\n".join(rows)).encode())
    page.show([])
    drawn, cells = np.asarray(Image.open(io.BytesIO(page.png())).convert("L")), page.cells
    top, bottom = cells.top, round(cells.top + len(rows) * cells.height)
    right = round(cells.left + 5 * cells.width)
    assert drawn[top:bottom, cells.left : right].min() > 200
    for column in (6, 7, 8):
        left = round(cells.left + column * cells.width)
        assert drawn[top:bottom, left : left + int(cells.width)].max(axis=1).min() > 200, column
    assert drawn[top + round(cells.height) : bottom, right + 3 : round(right + cells.width)].max() < 80
    assert [page.find(letter)[0][0][1] for letter in "xy"] == [5, 9]
    y = round(cells.left + 9 * cells.width)
    seen = np.where(drawn[top : top + int(cells.height), y : y + int(cells.width)].max(axis=0) > 150)[0]
    assert 0 < seen[0] and seen[-1] < cells.width - 1


@pytest.mark.parametrize(
    ("sequence", "left"),
    [
        ("L", ["one"]), ("M", ["one"]), ("S", []), ("T", []), ("I", ["one", "two" + " " * 36 + "!"]), ("Z", ["one", "!wo"]),
    ],
)  # fmt: skip
def test_a_sequence_counts_no_further_than_the_screen_goes(page, sequence, left):
    page.write(f"one\r\ntwo\x1b[2000000000{sequence}".encode())
    if sequence in "IZ":
        page.write(b"!")
    assert [line.rstrip() for line in page.text().splitlines() if line.strip()] == left


def test_a_letter_is_repeated_until_the_screen_is_full(page):
    page.write(b"two\x1b[2000000000b")
    said = "".join(page.text().split())
    assert set(said) == {"o"} and len(said) > page.cells.columns * (page.cells.rows - 1)


def test_what_is_concealed_is_not_seen(page):
    page.write(b"shown \x1b[8mplum\x1b[0m too")
    assert page.find("plum") == [] and len(page.find("too")) == 1
    assert page.answer_text(latest=False).split() == ["shown", "too"]
    assert [box.text for box in page.show([]).boxes] == ["shown", "too"] and "plum" in page.text()


@pytest.mark.parametrize("concealed", [
    "\x1b[8mplum\x1b[28m",
    "\x1b[1;8mplum\x1b[0m",
    "\x1b[8;31;44mplum\x1b[m",
    "\x1b[38;5;196m\x1b[8mplum\x1b[0m",
    "\x1b[4m\x1b[8mpl\x1b[1mum\x1b[0m",
    "\x1b[8mplum\x1b[28m\x1b[8mplum\x1b[0m",
])  # fmt: skip
def test_text_is_concealed_whatever_else_it_is(page, concealed):
    page.write(f"shown {concealed} too".encode())
    assert page.find("plum") == [] and page.find("pl") == []
    assert page.answer_text(latest=False).split() == ["shown", "too"]
    assert [box.text for box in page.show([]).boxes] == ["shown", "too"]


def test_a_line_that_is_wrapped_at_a_blank_keeps_it(page):
    page.write(b"0123456789012345678901234567890123456789"[:39] + b" apples")
    assert page.text().endswith("8 apples")


@pytest.mark.parametrize(
    ("written", "cut"),
    [
        ("a line that is a little longer than necessary", ["necessary"]),
        ("a line that ends just here, and goes on: x", []),
        ("one of forty letters exactly, ends here.| next", []),
        ("日本語日本語日本語日本語日本語日本語日本語日本語", []),
        ("0123456789 and then a hash, e83c5163316f89bfbde7", ["e83c5163316f89bfbde7"]),
        ("a line that is short\r\nand another one", []),
    ],
)
def test_words_that_the_edge_cuts_are_told(page, written, cut):
    page.write(written.encode())
    assert page.show([]).cut == tuple(cut)
