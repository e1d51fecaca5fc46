"""Which letters of an episode can't be drawn on this computer, before anything is made."""

import json
from collections.abc import Iterator

from ..base.errors import SourceError
from ..base.fonts import can_shape, own_face
from ..base.text_runs import unsettable
from ..base.theme import Theme
from ..base.undrawn import named_letter, undrawn
from ..episode.blocks import Clip
from ..episode.model import Episode, Scene
from ..episode.source import SCRIPT

_INSTALL = "install a font that has them (`fc-list` shows those of Linux)"
_INSTALL_SHAPING = (
    "Pillow finds no FriBiDi, with which such letters are joined and ordered. Install it "
    "(Debian, Ubuntu: sudo apt install libfribidi0; macOS: brew install fribidi), or write something else"
)


def lettering_faults(episode: Episode, theme: Theme) -> tuple[SourceError, ...]:
    """Return a fault for every title, overlay, designed clip and window title with letters that no font here has, or can't be shaped."""
    scenes = [scene for scene in episode.scenes if scene.enabled]
    lacking = (
        *((line, unsettable(text, own_face(font))) for scene in scenes for line, text, font in _texts(scene, theme)),
        *((clip.line, undrawn(_values(clip), theme.sans)) for scene in scenes for clip in scene.clips if clip.name),
    )
    return tuple(SourceError(SCRIPT, line, _message(letters)) for line, letters in lacking if letters)


def _texts(scene: Scene, theme: Theme) -> Iterator[tuple[int, str, str]]:
    """Yield the line of each text that Lectern draws, the text, and its font."""
    if not scene.captures:
        yield scene.line, scene.title, theme.display
    for overlay in scene.overlays:
        font = theme.mono if overlay.kind == "code" else theme.sans
        yield overlay.line, "\n".join((overlay.text, overlay.subtitle, *overlay.items)), font
    for capture in scene.captures:
        yield capture.line, capture.title, theme.sans_bold


def _values(clip: Clip) -> str:
    """Return the values of a designed clip, as they are shown."""
    return json.dumps(json.loads(clip.values or "null"), ensure_ascii=False)


def _message(letters: tuple[str, ...]) -> str:
    named = ", ".join(map(named_letter, letters[:5]))
    more = f" and {len(letters) - 5} more" if len(letters) > 5 else ""
    if not can_shape():
        return f"Lectern can't draw {named}{more} here: {_INSTALL_SHAPING}"
    return f"no font here has {named}{more}; {_INSTALL}, or write something else"
