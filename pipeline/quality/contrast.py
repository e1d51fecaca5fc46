"""Can the film's texts be read? Their contrast with what really lies behind them, their size and their margins.

The least contrast is that of WCAG 2.2 (w3.org/TR/WCAG22, success criterion 1.4.3).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from PIL import ImageColor

from ..contrast import luminance, ratio
from ..geometry import Box, Size
from ..model import Frozen
from .frames import Look, Picture

LEAST = 4.5
"""The contrast that text must have."""
MARGIN = 0.05
"""The share of the frame, at each edge, in which no text may lie."""
SMALLEST = 28
"""px at 1080 lines below which text can't be read on a telephone."""
LOOKS = 4
"""So often a text is looked at while it is shown."""
LIKE = 60
"""A pixel within so much (of 255, in the most different channel) of the text's colour may be text."""
EDGE = 3
"""px around text in which its edge and the half resolution of colours (4:2:0) tell nothing of what is behind."""
FULL = 0.8
"""No text fills more than this of a square as large as it is high: such a square is as bright as the text itself."""
THERE = 0.02
"""Text shows in at least this share of its box."""
PIXEL = 1e-4


class Text(Frozen):
    """A text that is wholly seen in `box` from frame `start` to `end` (exclusive); `size` in px, colour sRGB hex."""

    id: str
    scene: str
    text: str
    colour: str
    size: int
    box: Box
    start: int
    end: int


class Legibility(Frozen):
    """The least contrast of a text with what is behind it, found at `frame`; 0.0: the text isn't seen there at all."""

    id: str
    scene: str
    text: str
    contrast: float
    frame: int


def text_look(texts: Sequence[Text]) -> Look[dict[int, float]]:
    """The contrast of every text at some of its frames, by the text's index."""
    by_frame: dict[int, list[int]] = {}
    for index, text in enumerate(texts):
        for number in looked_at(text):
            by_frame.setdefault(number, []).append(index)

    def see(number: int, picture: Picture) -> dict[int, float]:
        return {i: contrast_in(picture.rgb(texts[i].box), texts[i].colour, texts[i].size) for i in by_frame[number]}

    return Look(frozenset(by_frame), see)


def judge_texts(texts: Sequence[Text], seen: Mapping[int, dict[int, float]]) -> tuple[Legibility, ...]:
    """The worst moment of every text; one whose frames the film doesn't have isn't seen."""
    at = ((text, [(seen[n][i], n) for n in looked_at(text) if n in seen]) for i, text in enumerate(texts) if looked_at(text))
    worst = ((text, min(moments, default=(0.0, text.start))) for text, moments in at)
    return tuple(
        Legibility(id=t.id, scene=t.scene, text=t.text, contrast=round(ratio, 2), frame=n) for t, (ratio, n) in worst
    )


def text_findings(texts: Sequence[Text], found: Iterable[Legibility], size: Size, fps: int) -> tuple[str, ...]:
    """What a viewer would notice."""
    unread = (_unread(one, fps) for one in found if one.contrast < LEAST)
    return (*unread, *(said for text in texts for said in _misplaced(text, size)))


def looked_at(text: Text) -> list[int]:
    """The frames in which a text is looked at: spread over its time, the first and the last among them."""
    return sorted({int(n) for n in np.linspace(text.start, text.end - 1, LOOKS)}) if text.end > text.start else []


def contrast_in(box: np.ndarray, colour: str, size: int) -> float:
    """The least contrast (1..21) of text of `colour`, `size` px high, with the pixels behind it in `box` (uint8 RGB).

    0.0 where there is no text in the box.
    """
    text = np.array(ImageColor.getrgb(colour)[:3], np.uint8)
    like = np.abs(box.astype(np.int16) - text).max(axis=2) < LIKE
    if like.mean() < THERE:
        return 0.0
    behind, light = ~_spread(like, EDGE), luminance(box)
    own = float(luminance(text[None, None])[0, 0])
    return min(_squares(like, behind, light, own, max(size, 16)), default=1.0)


def _squares(like: np.ndarray, behind: np.ndarray, light: np.ndarray, own: float, side: int) -> Iterator[float]:
    """The contrast in every square of `side` px that tells something."""
    for top in range(0, like.shape[0], side):
        for left in range(0, like.shape[1], side):
            part = np.s_[top : top + side, left : left + side]
            if behind[part].sum() > side:
                yield ratio(own, float(light[part][behind[part]].mean()))
            elif like[part].mean() > FULL and like[part].size >= side * side:
                yield 1.0


def _spread(mask: np.ndarray, by: int) -> np.ndarray:
    """`mask` grown by so many pixels to all sides."""
    for axis in (0, 1):
        padded = np.pad(mask, [(by, by) if axis == a else (0, 0) for a in (0, 1)])
        mask = np.lib.stride_tricks.sliding_window_view(padded, 2 * by + 1, axis).any(axis=-1)
    return mask


def _unread(one: Legibility, fps: int) -> str:
    where = f'scene "{one.scene}", {one.frame / fps:.1f} s: the text "{one.text}" ({one.id})'
    if one.contrast == 0:
        return f"{where} is not seen"
    return f"{where} has a contrast of {one.contrast}:1 with what is behind it; {LEAST}:1 are needed"


def _misplaced(text: Text, size: Size) -> Iterator[str]:
    where = f'scene "{text.scene}": the text "{text.text}" ({text.id})'
    if min(text.box.x, text.box.y, 1 - text.box.right, 1 - text.box.bottom) < MARGIN - PIXEL:
        yield f"{where} reaches into the margin of {MARGIN:.0%}"
    if text.size * 1080 / size[1] < SMALLEST:
        yield f"{where} is {text.size * 1080 / size[1]:.0f} px high at 1080 lines; {SMALLEST} are needed"
