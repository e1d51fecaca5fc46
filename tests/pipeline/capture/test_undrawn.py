"""Letters that a recording shows as boxes are a finding, and only those."""

import pytest

from lectern.pipeline.base import fonts
from lectern.pipeline.base.fonts import FontFace
from lectern.pipeline.base.geometry import Box
from lectern.pipeline.base.undrawn import undrawn
from lectern.pipeline.capture.blanks import undrawn_findings
from lectern.pipeline.capture.take import BrowserBar, CaptureTake, TextBox, VisibleText
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Scene


def told(kind: str, *shown: str, **more: object) -> list[str]:
    boxes = tuple(TextBox(text=text, box=Box(x=0, y=0, w=1, h=0.1)) for text in shown)
    take = CaptureTake(
        kind=kind,
        size=(640, 360),
        pictures="p",
        times=(0.0,),
        duration=1.0,
        events=(),
        text=(VisibleText(time=0, boxes=boxes),),
        **more,
    )
    scene = Scene(id="a", title="A", line=1, captures=(Capture(id="c", kind=kind, line=5),))
    return [finding.message for finding in undrawn_findings((scene,), {"c": take})]


@pytest.mark.parametrize("kind", ["terminal", "editor"])
def test_icons_that_were_shown_are_named_once(kind: str) -> None:
    (found,) = told(kind, "\uf07c src", "\uf07c docs \U000f0a1e", "plain ❯")
    assert found.startswith(f'scene "a": the {kind} shows boxes for U+F07C, U+F0A1E: icons of a "Nerd Font"')


def test_what_no_font_of_the_system_has_is_named_with_its_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system_faces", lambda letter: ())
    monkeypatch.setattr(fonts, "_SERVED", {})
    fonts.browser_face.cache_clear()
    (found,) = told("terminal", "\u0e02 and \u0378")
    fonts.browser_face.cache_clear()
    assert "boxes for \u0e02 (U+0E02), \u0378 (U+0378): no font here has them; install one" in found


def test_a_font_of_the_system_is_asked_once_for_a_script(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(fonts, "_SERVED", {})
    monkeypatch.setattr(fonts, "has_letter", lambda face, letter: face.file == "thai")
    monkeypatch.setattr(fonts, "_system_faces", lambda letter: asked.append(letter) or (FontFace("thai"),))
    fonts.browser_face.cache_clear()
    assert undrawn("\u0e01\u0e02\u0e03") == () and asked == ["\u0e01"]
    fonts.browser_face.cache_clear()


def test_pages_have_fonts_of_their_own_but_windows_bars_do_not() -> None:
    assert told("browser", "\uf07c") == []
    (found,) = told("browser", "\uf07c", bars=(BrowserBar(time=0, tabs=("\uf09b Home",)),))
    assert "the window's bar shows boxes for U+F09B" in found
    assert told("terminal", "ok", title="~ ❯ bash é") == []
