"""Letters that no font here has are named with their line, before anything is made."""

import json

import pytest
from staged import THEME, capture, episode, line, scene

from lectern.pipeline.base import text_runs
from lectern.pipeline.episode.blocks import Clip, Overlay
from lectern.pipeline.layout import letters
from lectern.pipeline.layout.letters import lettering_faults

UNKNOWN = "\u0378"
"""A code point that Unicode has not given to any letter."""


def callout(**fields: object) -> Overlay:
    return Overlay.model_validate({"id": "c", "kind": "callout", "text": "plain", "line": 7} | fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": f"a{UNKNOWN}b"},
        {"kind": "title", "subtitle": UNKNOWN},
        {"kind": "bullets", "items": ("one", UNKNOWN)},
        {"kind": "code", "text": f"print('{UNKNOWN}')"},
        {"kind": "caption", "text": UNKNOWN},
    ],
)
def test_letters_without_a_font_are_named_with_the_line_of_their_block(fields: dict[str, object]) -> None:
    (fault,) = lettering_faults(episode(scene("new", line("a"), overlays=(callout(**fields),))), THEME)
    assert fault.line == 7
    assert "U+0378" in fault.message and "install a font" in fault.message


def test_so_are_those_of_a_window_and_of_a_heading_that_is_shown() -> None:
    shell = capture("shell").model_copy(update={"title": UNKNOWN, "line": 9})
    (fault,) = lettering_faults(episode(scene("new", line("a"), captures=(shell,))), THEME)
    assert fault.line == 9


def test_so_are_those_of_a_designed_clip() -> None:
    table = Clip(
        id="t", name="table", values=json.dumps({"columns": ["A", "\uf09b"], "rows": [["日本", UNKNOWN]]}), line=8
    )
    (fault,) = lettering_faults(episode(scene("new", line("a")).model_copy(update={"clips": (table,)})), THEME)
    assert fault.line == 8 and "U+F09B" in fault.message and "U+0378" in fault.message and "日" not in fault.message


def test_text_in_the_films_own_font_has_no_fault() -> None:
    assert lettering_faults(episode(scene("new", line("a"), overlays=(callout(text="Grüße → ✓\n“2”"),))), THEME) == ()


def test_without_shaping_the_fault_says_what_to_install_and_plain_letters_have_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (letters, text_runs):
        monkeypatch.setattr(module, "can_shape", lambda: False)
    one = episode(scene("new", line("a"), overlays=(callout(text="नमस्ते"), callout(id="d", text="Grüße"))))
    (fault,) = lettering_faults(one, THEME)
    assert "FriBiDi" in fault.message and "libfribidi0" in fault.message
