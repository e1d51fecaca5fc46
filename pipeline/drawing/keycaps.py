"""Key-caps: the keys that are pressed, drawn as caps that come as they are pressed and stay for a moment."""

from collections.abc import Iterator
from operator import not_
from pathlib import Path

from pydantic import Field

from ..base.arrays import RgbaImage
from ..base.frozen import Frozen
from ..base.geometry import Size
from ..base.lettering import fallback_fonts
from ..base.svg import INTER_BOLD, render_svg, svg_text, svg_text_width
from ..base.theme import Theme
from ..base.video import write_clip
from ..jobs.recipe import JobContext, Recipe
from .drawn_clip import DrawnClip, draw_changes

CAP = 68
"""Height of a cap in px (at 1080 lines, as all sizes here)."""
LETTERS = 32
"""Size of the letters on a cap."""
_PAD = 22
"""Between a cap's edge and its letters."""
_GAP = 16
"""Between the caps of a chord, and on each side of its plus."""
_CHORD_GAP = 34
"""Between two chords."""
_ROOM = 20
"""Around the whole, for the shadow."""
_PRESS_FRAMES = 5
"""Frames (at 30 a second) for which a cap is down."""
_DEPTH = 7
"""How far a cap stands out in px."""
_STROKE = 'fill="none" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"'

_SHAPES = {
    "meta": "M-4.5 -4.5H4.5V4.5H-4.5ZM-4.5 -4.5H-8.5A4 4 0 1 1 -4.5 -8.5ZM4.5 -4.5V-8.5A4 4 0 1 1 8.5 -4.5ZM4.5 4.5H8.5A4 4 0 1 1 "
    "4.5 8.5ZM-4.5 4.5V8.5A4 4 0 1 1 -8.5 4.5Z",
    "shift": "M0 -11L11 1H5V10H-5V1H-11Z",
    "up": "M0 10V-10M-8 -2L0 -10L8 -2",
    "down": "M0 -10V10M-8 2L0 10L8 2",
    "left": "M10 0H-10M-2 -8L-10 0L-2 8",
    "right": "M-10 0H10M2 -8L10 0L2 8",
    "enter": "M11 -9V2H-10M-3 -5L-10 2L-3 9",
    "tab": "M-11 0H7M0 -7L7 0L0 7M11 -8V8",
    "backspace": "M-12 0L-5 -9H12V9H-5ZM0 -4L7 4M7 -4L0 4",
}  # fmt: skip
"""Signs of about 24 x 24 px around their middle."""
_KEY_ALIASES = {
    "cmd": "meta", "command": "meta", "super": "meta", "win": "meta", "arrowup": "up", "arrowdown": "down", "arrowleft": "left",
    "arrowright": "right", "return": "enter",
}  # fmt: skip
_WORDS = {
    "control": "Ctrl", "ctrl": "Ctrl", "alt": "Alt", "option": "Alt", "escape": "Esc", "esc": "Esc", "space": "Space",
    "pageup": "PgUp", "pagedown": "PgDn", "delete": "Del", "insert": "Ins", "shift": "Shift", "enter": "Enter", "tab": "Tab",
    "home": "Home", "end": "End",
}  # fmt: skip


class Chord(Frozen):
    """Keys that are pressed together, at each of `presses` (frames of the clip): ``Ctrl+S`` once, ``Down`` three times."""

    keys: tuple[str, ...]
    presses: tuple[int, ...]


class BadgeRequest(Frozen):
    """The chords of one badge, in order, its colours (sRGB hex), and how many lines the film's frame has.

    `fallbacks` are the fonts beside Inter that its letters are drawn with, by name and digest.
    """

    chords: tuple[Chord, ...]
    face: str
    side: str
    letters: str
    accent: str
    lines: int
    fps: int
    fallbacks: tuple[str, ...] = Field(default=(), exclude_if=not_)


def badge_request(chords: tuple[Chord, ...], theme: Theme, lines: int, fps: int) -> BadgeRequest:
    """Return the request for a badge in the theme's colours in a film of so many lines."""
    return BadgeRequest(
        chords=chords,
        face=theme.plate[:7],
        side=theme.surface_line,
        letters=theme.text,
        accent=theme.accent,
        lines=lines,
        fps=fps,
        fallbacks=fallback_fonts(INTER_BOLD, "".join(_key_label(key) for chord in chords for key in chord.keys)),
    )


def keys_of(chord: str) -> tuple[str, ...]:
    """Return the keys of a chord as a script writes it: ``Control+S`` is Control and S; ``+`` is a key, too."""
    if len(chord) == 1:
        return (chord,)
    parts = chord.split("+")
    return (*parts[:-2], "+") if chord.endswith("++") else tuple(parts)


def badge_size(chords: tuple[Chord, ...], lines: int) -> Size:
    """Return width and height in px of a badge in a film of so many lines."""
    width = sum(_chord_width(chord) for chord in chords) + _CHORD_GAP * (len(chords) - 1)
    return round((width + 2 * _ROOM) * lines / 1080), round((CAP + 2 * _ROOM) * lines / 1080)


def make_badge(request: BadgeRequest, folder: Path, context: JobContext) -> DrawnClip:
    """Write a transparent clip."""
    size = badge_size(request.chords, request.lines)
    frames = write_clip(folder / "badge.mov", _pictures(request), size, request.fps)
    return DrawnClip(video="badge.mov", frames=frames)


BADGE: Recipe[BadgeRequest, DrawnClip] = Recipe(
    kind="badge", version=1, request=BadgeRequest, result=DrawnClip, make=make_badge
)


def _pictures(request: BadgeRequest) -> Iterator[RgbaImage]:
    down = round(_PRESS_FRAMES * request.fps / 30)
    frames = max(press for chord in request.chords for press in chord.presses) + down + 1
    states = ([_press_state(chord, frame, down) for chord in request.chords] for frame in range(frames))
    return draw_changes(states, lambda state: render_svg(_badge(request, state)))


def _press_state(chord: Chord, frame: int, down: int) -> tuple[int, float]:
    """Return how often the chord was pressed by now, and how far down it is (0..1)."""
    past = [press for press in chord.presses if press <= frame]
    return len(past), max(0.0, 1 - (frame - past[-1]) / down) if past else 0.0


def _badge(request: BadgeRequest, states: list[tuple[int, float]]) -> str:
    width, height = badge_size(request.chords, request.lines)
    scale = request.lines / 1080
    x, parts = float(_ROOM), []
    for chord, (count, pressed) in zip(request.chords, states, strict=True):
        if count:
            parts.append(_chord(request, chord, count, pressed, x))
        x += _chord_width(chord) + _CHORD_GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><defs>'
        '<filter id="s" x="-30%" y="-40%" width="160%" height="200%"><feGaussianBlur stdDeviation="6"/></filter></defs>'
        f'<g transform="scale({scale})">{"".join(parts)}</g></svg>'
    )


def _chord(request: BadgeRequest, chord: Chord, count: int, pressed: float, x: float) -> str:
    parts = []
    for number, key in enumerate(chord.keys):
        if number:
            parts.append(_plus(request, x + _GAP))
            x += 2 * _GAP + 16
        parts.append(_cap(request, key, x, pressed))
        x += _cap_width(key)
    return "".join(parts) + (_times(request, x + _GAP, count) if count > 1 else "")


def _cap(request: BadgeRequest, key: str, x: float, pressed: float) -> str:
    """Return shadow, the cap's side, its face (which sinks), an edge that lights up, the sign or the letters."""
    wide, sunk = _cap_width(key), _DEPTH * 0.75 * pressed
    high, y = CAP - _DEPTH, _ROOM + sunk
    box = f'x="{x}" width="{wide}" rx="13"'
    edge = request.accent if pressed else request.side
    return (
        f'<rect {box} y="{_ROOM + 6}" height="{CAP}" fill="#000" fill-opacity="0.5" filter="url(#s)"/>'
        f'<rect {box} y="{_ROOM + _DEPTH}" height="{high}" fill="{request.side}"/>'
        f'<rect {box} y="{_ROOM + _DEPTH}" height="{high}" fill="#000" fill-opacity="0.35"/>'
        f'<rect {box} y="{y}" height="{high}" fill="{request.face}"/>'
        f'<rect x="{x + 1}" y="{y + 1}" width="{wide - 2}" height="{high - 2}" rx="12" fill="{request.accent}" '
        f'fill-opacity="{0.16 * pressed:.3f}" stroke="{edge}" stroke-width="2"/>{_face(request, key, x, y + high / 2)}'
    )


def _face(request: BadgeRequest, key: str, x: float, y: float) -> str:
    shape, word = _shape(key), _key_label(key)
    sign = (
        f'<path transform="translate({x + _PAD + 12} {y})" d="{_SHAPES[shape]}" stroke="{request.letters}" {_STROKE}/>'
        if shape
        else ""
    )
    left = x + _PAD + (34 if shape else 0) + _extra_width(key) / 2
    return sign + (svg_text(word, left, y + LETTERS * 0.36, LETTERS, request.letters, bold=True) if word else "")


def _plus(request: BadgeRequest, x: float) -> str:
    y = _ROOM + CAP / 2
    return (
        f'<path d="M{x} {y}H{x + 16}M{x + 8} {y - 8}V{y + 8}" stroke="{request.face}" fill="none" stroke-width="10" '
        f'stroke-linecap="round"/><path d="M{x} {y}H{x + 16}M{x + 8} {y - 8}V{y + 8}" stroke="{request.letters}" {_STROKE}/>'
    )


def _times(request: BadgeRequest, x: float, count: int) -> str:
    wide, y = _times_width(count), _ROOM + CAP / 2
    return (
        f'<rect x="{x}" y="{y - 22}" width="{wide}" height="44" rx="22" fill="{request.accent}"/>'
        f'<text x="{x + wide / 2}" y="{y + 10}" text-anchor="middle" font-family="Inter" font-weight="600" font-size="28" '
        f'fill="{request.face}">x{count}</text>'
    )


def _chord_width(chord: Chord) -> float:
    caps = sum(_cap_width(key) for key in chord.keys) + (2 * _GAP + 16) * (len(chord.keys) - 1)
    return caps + (_GAP + _times_width(len(chord.presses)) if len(chord.presses) > 1 else 0)


def _cap_width(key: str) -> float:
    return _natural_width(key) + _extra_width(key)


def _natural_width(key: str) -> float:
    sign, word = (24 if _shape(key) else 0), _key_label(key)
    return 2 * _PAD + sign + (10 if sign and word else 0) + (_text_width(word, LETTERS) if word else 0)


def _extra_width(key: str) -> float:
    """Return by how much a cap is wider than its label needs: no cap is slim, and the space bar is long."""
    return max(0.0, (170 if key.lower() == "space" else CAP) - _natural_width(key))


def _times_width(count: int) -> float:
    return _text_width(f"x{count}", 28) + 30


def _text_width(text: str, size: int) -> float:
    return round(svg_text_width(text, size, bold=True))


def _shape(key: str) -> str:
    name = _KEY_ALIASES.get(key.lower(), key.lower())
    return name if name in _SHAPES else ""


def _key_label(key: str) -> str:
    """Return what is written on the cap; beside a sign that everybody knows, nothing is."""
    name = _KEY_ALIASES.get(key.lower(), key.lower())
    if name in _SHAPES:
        return _WORDS.get(name, "")
    return _WORDS.get(name) or (key.upper() if len(key) == 1 else key)
