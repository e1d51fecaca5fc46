"""The overlays as designed: every kind set in pixels from its own left top corner, to be placed later."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from ..base.geometry import Box, Size, box_of_pixels
from ..base.text_runs import runs_right_to_left
from ..base.theme import Theme
from ..episode.blocks import Overlay
from ..timing.overlay_cues import OverlayCue
from .model import ColourPlace, ImagePlace, OverlayPlace, TextPlace
from .text import block_size, break_lines, line_height, text_width

LEAST = 28
"""The smallest type (px at 1080 lines)."""
TITLE_LINES = 3
"""The most lines of a title."""
TEXT_WIDTH = 1240
"""The widest line of text (px at 1080 lines)."""
LIST_SIZES = (56, 48, 44)
"""Type of a list that is the picture of its scene (px at 1080 lines), largest first."""
FEW = 4
"""The most entries of a list in the largest type."""
CODE_SIZES = (52, 46, 40)
"""Type of code where there is room (px at 1080 lines), largest first."""
HEADING = 1.15
"""How much larger a list's heading is than its entries, at least."""
LARGE = (1160, 760)
"""A picture with one side as long as this (px at 1080 lines) can be read; narrators make room for it."""


@dataclass(frozen=True)
class OverlayDraft:
    """An overlay of `width` x `height` px whose parts have their boxes in px; `fits`: it is no larger than asked for."""

    width: float
    height: float
    texts: tuple[TextPlace, ...] = ()
    colours: tuple[ColourPlace, ...] = ()
    images: tuple[ImagePlace, ...] = ()
    fits: bool = True


@dataclass(frozen=True)
class TypesettingContext:
    """What every draft needs: the theme, `scale` (px for a px at 1080 lines), and when the overlay shows (seconds).

    `room` is the width in px between the frame's margins: a word that is longer has to be cut.
    """

    theme: Theme
    scale: float
    room: float
    start: float
    end: float

    def px(self, pixels: float) -> int:
        """Return the px of the frame for `pixels` at 1080 lines."""
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
        """Return text whose box (padding included) has its left top corner at `x`, `y` px."""
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
        """Return a rectangle of `w` x `h` px with its left top corner at `x`, `y` px."""
        return ColourPlace(part=part, colour=colour, box=Box(x=x, y=y, w=w, h=h), start=self.start, end=self.end)


def typesetting_context(theme: Theme, frame: Size, cue: OverlayCue) -> TypesettingContext:
    """Return the context for an overlay that shows as `cue` says in a film of `frame` px."""
    return TypesettingContext(
        theme=theme, scale=frame[1] / 1080, room=frame[0] * (1 - 2 * theme.margin), start=cue.start, end=cue.end
    )


def place_draft(draft: OverlayDraft, overlay: str, x: float, y: float, frame: Size) -> OverlayPlace:
    """Return the draft with its left top corner at `x`, `y` px of the frame, its boxes as fractions of it."""

    def placed[P: (TextPlace, ColourPlace, ImagePlace)](part: P) -> P:
        b = part.box
        box = box_of_pixels(round(b.x + x), round(b.y + y), round(b.w), round(b.h), frame)
        return part.model_copy(update={"box": box})

    return OverlayPlace(
        overlay=overlay,
        box=box_of_pixels(round(x), round(y), round(draft.width), round(draft.height), frame),
        texts=tuple(map(placed, draft.texts)),
        colours=tuple(map(placed, draft.colours)),
        images=tuple(map(placed, draft.images)),
    )


# Cards


def draft_title(text: str, subtitle: str, width: float, page: TypesettingContext, number: str = "") -> OverlayDraft:
    """Set a title: big type under an accent bar (a chapter: under its number), the subtitle below."""
    theme = page.theme
    head = (
        _draft_number(number, page)
        if number
        else OverlayDraft(
            page.px(96), page.px(8), colours=(page.colour("bar", theme.accent, 0, 0, page.px(96), page.px(8)),)
        )
    )
    size, lines, fits = _set_title(text, min(width, page.px(TEXT_WIDTH)), page)
    big = page.text("text", "\n".join(lines), theme.display, size, theme.text, 0, head.height + page.px(26))
    texts = [*head.texts, big]
    bottom = big.box.bottom
    if subtitle:
        small = page.px(theme.subtitle_size)
        broken = break_lines(subtitle, theme.sans, small, min(width, page.px(TEXT_WIDTH)))
        texts.append(page.text("subtitle", "\n".join(broken), theme.sans, small, theme.muted, 0, bottom + page.px(22)))
        bottom = texts[-1].box.bottom
    wide = max(box.right for box in [*(t.box for t in texts), *(c.box for c in head.colours)])
    return _from_its_side(OverlayDraft(wide, bottom, tuple(texts), head.colours, fits=fits and wide <= width))


def _from_its_side(draft: OverlayDraft) -> OverlayDraft:
    """Return the draft as it is, or mirrored if its text runs from right to left: then all of it begins on the right."""
    if not runs_right_to_left("\n".join(text.text for text in draft.texts)):
        return draft

    def mirrored[P: (TextPlace, ColourPlace)](part: P) -> P:
        box = part.box
        return part.model_copy(update={"box": Box(x=draft.width - box.right, y=box.y, w=box.w, h=box.h)})

    return replace(draft, texts=tuple(map(mirrored, draft.texts)), colours=tuple(map(mirrored, draft.colours)))


def _draft_number(number: str, page: TypesettingContext) -> OverlayDraft:
    """Set a chapter's number, which takes the place of the accent bar."""
    text = page.text("number", number, page.theme.display, page.px(60), page.theme.accent, 0, 0)
    return OverlayDraft(text.box.w, text.box.h, (text,))


def _set_title(text: str, width: float, page: TypesettingContext) -> tuple[int, tuple[str, ...], bool]:
    """Return the largest size (px) in which the title fits, its lines, and whether it fits at all."""
    font = page.theme.display
    for size in (page.theme.title_size, 92, 80, 68, 56):
        lines = break_lines(text, font, page.px(size), width, math.inf)
        if max(text_width(line, font, page.px(size)) for line in lines) <= width and len(lines) <= TITLE_LINES:
            return page.px(size), lines, True
    lines = break_lines(text, font, page.px(56), width)
    return page.px(56), lines, max(text_width(line, font, page.px(56)) for line in lines) <= width


# Plates over a picture


def draft_lower_third(overlay: Overlay, width: float, page: TypesettingContext) -> OverlayDraft:
    """Set one or two lines on a plate, the first in the accent colour.

    Three layers and no more: each costs every frame a pass in Blender.
    """
    theme, pad = page.theme, page.px(28)
    inner = width - 2 * pad
    lines = break_lines(overlay.text, theme.sans_bold, page.px(theme.body_size), inner, page.room - 2 * pad)
    texts = [
        page.text("text", "\n".join(lines), theme.sans_bold, page.px(theme.body_size), theme.accent, pad, page.px(18))
    ]
    if overlay.subtitle:
        small = break_lines(overlay.subtitle, theme.sans, page.px(theme.small_size), inner, page.room - 2 * pad)
        y = texts[0].box.bottom + page.px(2)
        texts.append(page.text("subtitle", "\n".join(small), theme.sans, page.px(theme.small_size), theme.text, pad, y))
    w, h = max(t.box.right for t in texts) + pad, texts[-1].box.bottom + page.px(18)
    plate = page.colour("plate", theme.plate, 0, 0, w, h)
    return _from_its_side(OverlayDraft(w, h, tuple(texts), (plate,), fits=w <= width))


def draft_one_line(overlay: Overlay, page: TypesettingContext) -> OverlayDraft:
    """Set a lower third where there is little room: its first line alone, small, on a plate of its own."""
    text = " ".join(overlay.text.split())
    piece = page.text(
        "text", text, page.theme.sans_bold, page.px(30), page.theme.text, 0, 0, page.theme.plate, 0.2, page.px(12)
    )
    return OverlayDraft(piece.box.w, piece.box.h, (piece,))


def draft_callout(overlay: Overlay, width: float, page: TypesettingContext) -> OverlayDraft:
    """Set a label in the accent colour."""
    theme, pad, size = page.theme, page.px(18), page.px(34)
    lines = break_lines(overlay.text, theme.sans_bold, size, width - 2 * pad, page.room - 2 * pad)
    piece = page.text("text", "\n".join(lines), theme.sans_bold, size, theme.accent_text, 0, 0, theme.accent, 0.25, pad)
    return OverlayDraft(piece.box.w, piece.box.h, (piece,))


def draft_caption(overlay: Overlay, width: float, page: TypesettingContext) -> OverlayDraft:
    """Set a line on a plate."""
    theme, pad, size = page.theme, page.px(18), page.px(36)
    lines = break_lines(overlay.text, theme.sans, size, width - 2 * pad, page.room - 2 * pad)
    piece = page.text("text", "\n".join(lines), theme.sans, size, theme.text, 0, 0, theme.plate, 0.2, pad)
    return OverlayDraft(piece.box.w, piece.box.h, (piece.model_copy(update={"align": "center"}),))


# Lists, code, pictures


def draft_bullets(
    overlay: Overlay, cue: OverlayCue, width: float, height: float, page: TypesettingContext, panel: bool
) -> OverlayDraft:
    """Set a list that grows: one text for all entries that are there, replaced as the next one comes.

    `panel` puts it on a plate, for a picture behind it.
    """
    pad = page.px(40) if panel else 0
    room = min(width, page.px(TEXT_WIDTH)) - 2 * pad
    large = () if panel else LIST_SIZES if len(overlay.items) <= FEW else LIST_SIZES[1:]
    for size in (*large, page.theme.body_size, 36, 32, LEAST):
        for spread in (True, False):
            draft = _draft_list(overlay, cue, room, page.px(size), spread, page, pad)
            if draft.height <= height and draft.width <= width:
                return _on_panel(draft, page) if panel else draft
    return replace(_on_panel(draft, page) if panel else draft, fits=False)


def _draft_list(
    overlay: Overlay, cue: OverlayCue, width: float, size: int, spread: bool, page: TypesettingContext, pad: int
) -> OverlayDraft:
    """Set a list at `size` px, its entries `spread` with blank lines between them, `pad` px from the edges."""
    theme = page.theme
    texts, bars, top = _draft_heading(overlay.text, width, page, pad, 0 if pad else round(HEADING * size))
    dot, indent = _bullet_and_indent(theme.sans, size)
    room = width - text_width(dot, theme.sans, size)
    longest = room if size <= page.px(LEAST) else math.inf  # a smaller size is better than a word in two parts
    broken = [f"\n{indent}".join(break_lines(item, theme.sans, size, room, longest)) for item in overlay.items]
    rows = [dot + item for item in broken]
    times = [*cue.items, cue.end]
    entries: list[TextPlace] = []
    for count in range(1, len(rows) + 1):
        if times[count] > times[count - 1] or (count == len(rows) and not entries):
            moment = replace(page, start=times[count - 1], end=times[count])
            shown = ("\n\n" if spread else "\n").join(rows[:count])
            entries.append(moment.text(f"items-{count}", shown, theme.sans, size, theme.text, pad, top))
    texts = [t if t.end >= cue.end else t.model_copy(update={"leaves": "under"}) for t in (*texts, *entries)]
    wide = max(t.box.right for t in texts) + pad
    return _from_its_side(OverlayDraft(wide, max(t.box.bottom for t in texts) + pad, tuple(texts), bars))


def _draft_heading(
    text: str, width: float, page: TypesettingContext, pad: int, least: int
) -> tuple[list[TextPlace], tuple[ColourPlace, ...], float]:
    """Set the heading, `least` px at least, under an accent bar (on a panel: in the accent colour, without a bar).

    Returns its texts, its bars, and the px at which it ends.
    """
    if not text:
        return [], (), pad
    size = max(page.px(page.theme.heading_size), least)
    lines = "\n".join(break_lines(text, page.theme.sans_bold, size, width))
    bar = page.colour("bar", page.theme.accent, 0, 0, page.px(72), page.px(6))
    colour = page.theme.accent if pad else page.theme.text
    piece = page.text("text", lines, page.theme.sans_bold, size, colour, pad, pad or page.px(22))
    return [piece], () if pad else (bar,), piece.box.bottom + page.px(30)


@cache
def _bullet_and_indent(font: str, size: int) -> tuple[str, str]:
    """Return what an entry begins with, and the spaces of the same width before its other lines."""
    space = text_width(" ", font, size)
    dots = [f"•{' ' * count}" for count in (2, 3, 4)]
    spaces = [" " * round(text_width(dot, font, size) / space) for dot in dots]
    misses = [abs(text_width(d, font, size) - len(s) * space) for d, s in zip(dots, spaces, strict=True)]
    best = misses.index(min(misses))
    return dots[best], spaces[best]


def _on_panel(draft: OverlayDraft, page: TypesettingContext) -> OverlayDraft:
    panel = page.colour("panel", page.theme.plate, 0, 0, draft.width, draft.height)
    return replace(draft, colours=(panel, *draft.colours))


def draft_code(
    overlay: Overlay, cue: OverlayCue, width: float, height: float, page: TypesettingContext
) -> OverlayDraft:
    """Set code on a card, its label above it; lines are never broken, the type gets smaller instead.

    Lines that light up have a band behind them for that time.
    """
    theme, pad, bar = page.theme, page.px(40), page.px(56)
    text = overlay.text.rstrip("\n").expandtabs(4)
    for size in (*(size for size in CODE_SIZES if size > theme.code_size), theme.code_size, 32, 30, LEAST):
        body = page.text("text", text, theme.mono, page.px(size), theme.terminal["foreground"], pad, bar + pad * 0.75)
        w, h = body.box.right + pad, body.box.bottom + pad * 0.75
        if w <= width and h <= height:
            break
    label = overlay.title or overlay.language
    texts = (body,) if not label else (body, _draft_label(label, bar, page, pad))
    wide = max(w, *(t.box.right + pad for t in texts))
    card = page.colour("card", theme.window, 0, 0, wide, h)
    bands = _lit_bands(overlay, cue, body, wide, page)
    return OverlayDraft(wide, h, texts, (card, *bands), fits=wide <= width and h <= height)


def _lit_bands(
    overlay: Overlay, cue: OverlayCue, body: TextPlace, width: float, page: TypesettingContext
) -> tuple[ColourPlace, ...]:
    """Return the bands of `width` px behind the lines of code that light up, for as long as they do while `page` shows."""
    high = body.box.h / (body.text.count("\n") + 1)
    colour = page.theme.terminal.get("selectionBackground", page.theme.surface_line)
    bands = []
    for number, (lit, (since, until)) in enumerate(zip(overlay.highlight, cue.lit, strict=True), 1):
        shown = replace(page, start=max(since, page.start), end=min(until, page.end))
        if shown.end > shown.start:
            first, last = lit.lines
            place = (0, body.box.y + (first - 1) * high, width, (last - first + 1) * high)
            bands.append(shown.colour(f"lines-{number}", colour, *place))
    return tuple(bands)


def _draft_label(text: str, bar: int, page: TypesettingContext, pad: int) -> TextPlace:
    high = line_height(page.theme.sans, page.px(LEAST))
    return page.text("label", text, page.theme.sans, page.px(LEAST), page.theme.window_text, pad, (bar - high) / 2)


def draft_image(
    overlay: Overlay,
    width: float,
    height: float,
    page: TypesettingContext,
    sizes: Mapping[str, Size],
    least: Size = LARGE,
) -> OverlayDraft:
    """Set a picture as large as it fits (at most twice its own size), its text below.

    `sizes` are the pixel sizes of pictures by file. It fits only if one side is at least as long as in `least`.
    """
    own = sizes.get(overlay.file or "", (1200, 800))
    words = " ".join((overlay.text or overlay.subtitle).split())
    small, gap = page.px(page.theme.small_size), page.px(20)
    below = line_height(page.theme.sans, small) + gap if words else 0
    factor = min(width / own[0], (height - below) / own[1], 2 * page.scale)
    w, h = round(own[0] * factor), round(own[1] * factor)
    picture = ImagePlace(
        part="image", file=overlay.file or "", box=Box(x=0, y=0, w=w, h=h), start=page.start, end=page.end
    )
    texts = (page.text("text", words, page.theme.sans, small, page.theme.muted, 0, h + gap),) if words else ()
    wide = max([w, *(t.box.w for t in texts)])
    large = w >= page.px(least[0]) or h >= page.px(least[1]) or factor >= 2 * page.scale
    return OverlayDraft(wide, h + below, texts, (), (picture,), fits=wide <= width and large)
