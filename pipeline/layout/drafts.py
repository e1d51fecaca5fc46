"""The overlays as designed: every kind drawn up in pixels from its own left top corner, to be put somewhere later."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from ..episode.model import Overlay
from ..geometry import Box, Size, box_of_pixels
from .cues import Cue
from .model import ColourPlace, ImagePlace, OverlayPlace, TextPlace
from .theme import Theme
from .type import block_size, break_lines, line_height, text_width

LEAST = 28
"""Nothing is set smaller than this at 1080 lines."""
TITLE_LINES = 3
MEASURE = 1240
"""No line of text is made wider than this (px at 1080 lines)."""
LARGE = (1160, 760)
"""A picture of which one side is so long (px at 1080 lines) can be read; narrators make room for that."""


@dataclass(frozen=True)
class Draft:
    """An overlay of `width` x `height` px whose parts have their boxes in px."""

    width: float
    height: float
    texts: tuple[TextPlace, ...] = ()
    colours: tuple[ColourPlace, ...] = ()
    images: tuple[ImagePlace, ...] = ()
    fits: bool = True


@dataclass(frozen=True)
class Desk:
    """What every draft needs: the theme, how many px a px at 1080 lines is, and when the overlay shows."""

    theme: Theme
    scale: float
    start: float
    end: float

    def px(self, pixels: float) -> int:
        return round(pixels * self.scale)

    def text(
        self,
        part: str,
        text: str,
        font: str,
        size: int,
        colour: str,
        x: float,
        y: float,
        plate: str | None = None,
        roundness: float = 0.0,
        padding: int = 0,
    ) -> TextPlace:
        """Text whose box (padding included) has its left top corner at `x`, `y` px."""
        w, h = block_size(text, font, size)
        return TextPlace(
            part=part,
            text=text,
            font=font,
            size=size,
            colour=colour,
            plate=plate,
            roundness=roundness,
            padding=padding,
            box=Box(x=x, y=y, w=w + 2 * padding, h=h + 2 * padding),
            start=self.start,
            end=self.end,
        )

    def colour(self, part: str, colour: str, x: float, y: float, w: float, h: float) -> ColourPlace:
        return ColourPlace(part=part, colour=colour, box=Box(x=x, y=y, w=w, h=h), start=self.start, end=self.end)


def desk(theme: Theme, frame: Size, cue: Cue) -> Desk:
    """The desk for a film of `frame` px."""
    return Desk(theme=theme, scale=frame[1] / 1080, start=cue.start, end=cue.end)


def put(draft: Draft, overlay: str, x: float, y: float, frame: Size) -> OverlayPlace:
    """The draft with its left top corner at `x`, `y` px of the frame."""

    def placed[P: (TextPlace, ColourPlace, ImagePlace)](part: P) -> P:
        b = part.box
        left, top = round(b.x + x), round(b.y + y)
        return part.model_copy(update={"box": box_of_pixels(left, top, round(b.w), round(b.h), frame)})

    return OverlayPlace(
        overlay=overlay,
        box=box_of_pixels(round(x), round(y), round(draft.width), round(draft.height), frame),
        texts=tuple(map(placed, draft.texts)),
        colours=tuple(map(placed, draft.colours)),
        images=tuple(map(placed, draft.images)),
    )


# Cards


def title(text: str, subtitle: str, width: float, at: Desk, number: str = "") -> Draft:
    """Big type under an accent bar (a chapter: under its number), the subtitle below."""
    theme = at.theme
    head = (
        _number(number, at)
        if number
        else Draft(at.px(96), at.px(8), colours=(at.colour("bar", theme.accent, 0, 0, at.px(96), at.px(8)),))
    )
    size, lines, fits = _display(text, min(width, at.px(MEASURE)), at)
    big = at.text("text", "\n".join(lines), theme.display, size, theme.text, 0, head.height + at.px(26))
    texts = [*head.texts, big]
    bottom = big.box.bottom
    if subtitle:
        small = at.px(theme.subtitle_size)
        broken = break_lines(subtitle, theme.sans, small, min(width, at.px(MEASURE)))
        texts.append(at.text("subtitle", "\n".join(broken), theme.sans, small, theme.muted, 0, bottom + at.px(22)))
        bottom = texts[-1].box.bottom
    wide = max(b.box.right for b in (*texts, *head.colours))
    return Draft(wide, bottom, tuple(texts), head.colours, fits=fits and wide <= width)


def _number(number: str, at: Desk) -> Draft:
    """A chapter's number, which is accent enough."""
    text = at.text("number", number, at.theme.display, at.px(60), at.theme.accent, 0, 0)
    return Draft(text.box.w, text.box.h, (text,))


def _display(text: str, width: float, at: Desk) -> tuple[int, tuple[str, ...], bool]:
    for size in (at.theme.title_size, 92, 80, 68, 56):
        lines = break_lines(text, at.theme.display, at.px(size), width)
        wide = max(text_width(line, at.theme.display, at.px(size)) for line in lines)
        if wide <= width and len(lines) <= TITLE_LINES:
            return at.px(size), lines, True
    return at.px(56), lines, wide <= width


# Plates over a picture


def lower_third(overlay: Overlay, width: float, at: Desk) -> Draft:
    """One or two lines on a plate, the first in the accent colour: three layers, for each costs every frame a pass."""
    theme, pad = at.theme, at.px(28)
    inner = width - 2 * pad
    lines = break_lines(overlay.text, theme.sans_bold, at.px(theme.body_size), inner)
    texts = [
        at.text("text", "\n".join(lines), theme.sans_bold, at.px(theme.body_size), theme.accent, pad, at.px(18))
    ]
    if overlay.subtitle:
        small = break_lines(overlay.subtitle, theme.sans, at.px(theme.small_size), inner)
        y = texts[0].box.bottom + at.px(2)
        texts.append(at.text("subtitle", "\n".join(small), theme.sans, at.px(theme.small_size), theme.text, pad, y))
    w, h = max(t.box.right for t in texts) + pad, texts[-1].box.bottom + at.px(18)
    return Draft(w, h, tuple(texts), (at.colour("plate", theme.plate, 0, 0, w, h),), fits=w <= width)


def one_line(overlay: Overlay, at: Desk) -> Draft:
    """The lower third where there is little room: its first line alone, small, on a plate of its own."""
    text = " ".join(overlay.text.split())
    piece = at.text("text", text, at.theme.sans_bold, at.px(30), at.theme.text, 0, 0, at.theme.plate, 0.2, at.px(12))
    return Draft(piece.box.w, piece.box.h, (piece,))


def callout(overlay: Overlay, width: float, at: Desk) -> Draft:
    """A label in the accent colour."""
    theme, pad, size = at.theme, at.px(18), at.px(34)
    lines = break_lines(overlay.text, theme.sans_bold, size, width - 2 * pad)
    piece = at.text("text", "\n".join(lines), theme.sans_bold, size, theme.accent_text, 0, 0, theme.accent, 0.25, pad)
    return Draft(piece.box.w, piece.box.h, (piece,))


def caption(overlay: Overlay, width: float, at: Desk) -> Draft:
    """A line on a plate."""
    theme, pad, size = at.theme, at.px(18), at.px(36)
    lines = break_lines(overlay.text, theme.sans, size, width - 2 * pad)
    piece = at.text("text", "\n".join(lines), theme.sans, size, theme.text, 0, 0, theme.plate, 0.2, pad)
    return Draft(piece.box.w, piece.box.h, (piece.model_copy(update={"align": "center"}),))


# Lists, code, pictures


def bullets(overlay: Overlay, cue: Cue, width: float, height: float, at: Desk, panel: bool) -> Draft:
    """A list that grows: one text strip for all entries that are there, replaced as the next one comes.

    `panel` puts it on a plate, for a picture behind it.
    """
    pad = at.px(40) if panel else 0
    for size in (at.theme.body_size, 36, 32, LEAST):
        for spread in (True, False):
            draft = _list(overlay, cue, min(width, at.px(MEASURE)) - 2 * pad, at.px(size), spread, at, pad)
            if draft.height <= height and draft.width <= width:
                return _on_panel(draft, at) if panel else draft
    return replace(_on_panel(draft, at) if panel else draft, fits=False)


def _list(overlay: Overlay, cue: Cue, width: float, size: int, spread: bool, at: Desk, pad: int) -> Draft:
    theme = at.theme
    texts, bars, top = _heading(overlay.text, width, at, pad)
    dot, indent = _hanging(theme.sans, size)
    room = width - text_width(dot, theme.sans, size)
    broken = [f"\n{indent}".join(break_lines(item, theme.sans, size, room)) for item in overlay.items]
    rows = [dot + item for item in broken]
    times = [*cue.items, cue.end]
    entries: list[TextPlace] = []
    for count in range(1, len(rows) + 1):
        if times[count] > times[count - 1] or (count == len(rows) and not entries):
            when = Desk(theme=theme, scale=at.scale, start=times[count - 1], end=times[count])
            shown = ("\n\n" if spread else "\n").join(rows[:count])
            entries.append(when.text(f"items-{count}", shown, theme.sans, size, theme.text, pad, top))
    texts += entries
    leaving = [t if t.end >= cue.end else t.model_copy(update={"leaves": "under"}) for t in texts]
    wide = max(t.box.right for t in texts) + pad
    return Draft(wide, max(t.box.bottom for t in texts) + pad, tuple(leaving), bars)


def _heading(text: str, width: float, at: Desk, pad: int) -> tuple[list[TextPlace], tuple[ColourPlace, ...], float]:
    """The heading under an accent bar (on a panel: in the accent colour, without a bar), and where it ends."""
    if not text:
        return [], (), pad
    size = at.px(at.theme.heading_size)
    lines = "\n".join(break_lines(text, at.theme.sans_bold, size, width))
    bar = at.colour("bar", at.theme.accent, 0, 0, at.px(72), at.px(6))
    colour = at.theme.accent if pad else at.theme.text
    piece = at.text("text", lines, at.theme.sans_bold, size, colour, pad, pad or at.px(22))
    return [piece], () if pad else (bar,), piece.box.bottom + at.px(30)


@cache
def _hanging(font: str, size: int) -> tuple[str, str]:
    """What an entry begins with, and the spaces of the same width before its other lines."""
    space = text_width(" ", font, size)
    dots = [f"•{' ' * count}" for count in (2, 3, 4)]
    spaces = [" " * round(text_width(dot, font, size) / space) for dot in dots]
    misses = [abs(text_width(d, font, size) - len(s) * space) for d, s in zip(dots, spaces, strict=True)]
    best = misses.index(min(misses))
    return dots[best], spaces[best]


def _on_panel(draft: Draft, at: Desk) -> Draft:
    panel = at.colour("panel", at.theme.plate, 0, 0, draft.width, draft.height)
    return replace(draft, colours=(panel, *draft.colours))


def code(overlay: Overlay, width: float, height: float, at: Desk) -> Draft:
    """Code on a card, what it is above it; its lines are never broken, the type gets smaller instead."""
    theme, pad, bar = at.theme, at.px(40), at.px(56)
    text = overlay.text.rstrip("\n").expandtabs(4)
    for size in (theme.code_size, 32, 30, LEAST):
        body = at.text("text", text, theme.mono, at.px(size), theme.terminal["foreground"], pad, bar + pad * 0.75)
        w, h = body.box.right + pad, body.box.bottom + pad * 0.75
        if w <= width and h <= height:
            break
    label = overlay.subtitle or overlay.language
    texts = (body,) if not label else (body, _label(label, bar, at, pad))
    wide = max(w, *(t.box.right + pad for t in texts))
    card = at.colour("card", theme.window, 0, 0, wide, h)
    return Draft(wide, h, texts, (card,), fits=wide <= width and h <= height)


def _label(text: str, bar: int, at: Desk, pad: int) -> TextPlace:
    high = line_height(at.theme.sans, at.px(LEAST))
    return at.text("label", text, at.theme.sans, at.px(LEAST), at.theme.window_text, pad, (bar - high) / 2)


def image(
    overlay: Overlay, width: float, height: float, at: Desk, sizes: Mapping[str, Size], least: Size = LARGE
) -> Draft:
    """The picture as large as it fits (at most twice its own size), its text below; one side is `least` px long."""
    own = sizes.get(overlay.file or "", (1200, 800))
    words = " ".join((overlay.text or overlay.subtitle).split())
    below = line_height(at.theme.sans, at.px(at.theme.small_size)) + at.px(20) if words else 0
    factor = min(width / own[0], (height - below) / own[1], 2 * at.scale)
    w, h = round(own[0] * factor), round(own[1] * factor)
    picture = ImagePlace(
        part="image", file=overlay.file or "", box=Box(x=0, y=0, w=w, h=h), start=at.start, end=at.end
    )
    texts = (
        (at.text("text", words, at.theme.sans, at.px(at.theme.small_size), at.theme.muted, 0, h + at.px(20)),)
        if words
        else ()
    )
    wide = max([w, *(t.box.w for t in texts)])
    large = w >= at.px(least[0]) or h >= at.px(least[1]) or factor >= 2 * at.scale
    return Draft(wide, h + below, texts, (), (picture,), fits=wide <= width and large)
