"""The text in a window's bar: as much of it as there is room for, however small the window and long the text."""

import pytest

from lectern.pipeline.base.svg import svg_text_width
from lectern.pipeline.base.theme import Motif
from lectern.pipeline.capture.take import BrowserBar
from lectern.pipeline.drawing.frame_art import _TITLE, WindowColours, _bar, _fitting

COLOURS = WindowColours(
    background=("#000000", "#101010"),
    motif=Motif(kind="grid", colours=("#202020", "#303030"), opacities=(0.5, 0.5)),
    window="#202020",
    window_bar="#303030",
    window_text="#f0f0f0",
    surface="#404040",
    line="#505050",
    dots=("#ff0000", "#ffff00", "#00ff00"),
)


def width_of(text: str) -> float:
    return svg_text_width(text, _TITLE, bold=True)


def test_a_text_that_has_room_is_whole() -> None:
    assert _fitting("Terminal", width_of("Terminal")) == "Terminal"


@pytest.mark.parametrize("text", ["Terminal", "a long title of many words", "W" * 100_000, "日本語の長い題名です"])
def test_a_text_is_cut_to_the_last_letter_that_fits(text: str) -> None:
    shown = _fitting(text, 100)
    longer = text[: len(shown)].rstrip() + "…"
    assert shown.endswith("…") and text.startswith(shown[:-1]) and width_of(shown) <= 100 < width_of(longer)


@pytest.mark.parametrize("width", [-200.0, 0.0, 5.0])
def test_a_place_that_is_narrower_than_an_ellipsis_has_no_text(width: float) -> None:
    assert _fitting("Terminal", width) == _fitting("", width) == ""


@pytest.mark.parametrize(("kind", "title"), [
    ("terminal", "Terminal"), ("browser", "http://studio/a/page.html"), ("browser", BrowserBar(time=0, tabs=tuple("ab" * 40), shown=3)),
])  # fmt: skip
def test_a_window_of_a_small_film_has_a_bar(kind: str, title: str | BrowserBar) -> None:
    bar = _bar(COLOURS, 120, kind, title)
    assert bar.startswith("<rect") and 'width="-' not in bar
