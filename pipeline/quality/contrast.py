"""Check that the film's texts can be read: their contrast with what is really behind them, their size, their margins.

The least contrast is that of WCAG 2.2 (w3.org/TR/WCAG22, success criterion 1.4.3).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..base.arrays import Mask, RgbImage
from ..base.colour import luminance, ratio, rgb_of
from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from ..base.geometry import Box, Size
from .frames import DecodedFrame, FrameProbe, probe_each

LEAST = 4.5
"""The contrast that text must have."""
MARGIN = 0.05
"""The share of the frame, at each edge, that must be free of text."""
SMALLEST = 28
"""px at 1080 lines below which text can't be read on a phone."""
LOOKS = 4
"""Frames in which a text is looked at while it shows."""
LIKE = 60
"""A pixel within so much (of 255, in the most different channel) of the text's colour may be text."""
EDGE = 3
"""px around text where its edge and the half resolution of colours (4:2:0) hide what is behind."""
FULL = 0.8
"""No text fills more than this of a square as large as it is high: such a square is as bright as the text itself."""
THERE = 0.02
"""Text shows in at least this share of its box."""
PIXEL = 1e-4


class TextArea(Frozen):
    """A text that is fully visible in `box` from frame `start` to `end` (exclusive); `size` in px, colour sRGB hex."""

    id: str
    scene: str
    text: str
    colour: str
    size: int
    box: Box
    start: int
    end: int


class TextContrast(Frozen):
    """The least contrast of a text with what is behind it, found at `frame`; 0.0: the text isn't visible there at all."""

    id: str
    scene: str
    text: str
    contrast: float
    frame: int


def text_probe(texts: Sequence[TextArea]) -> FrameProbe[dict[int, float]]:
    """Return the probe that measures the contrast of every text in some of its frames, by the text's index."""

    def see(index: int, picture: DecodedFrame) -> float:
        text = texts[index]
        return contrast_in(picture.rgb(text.box), text.colour, text.size)

    return probe_each([sampled_frames(text) for text in texts], see)


def judge_texts(texts: Sequence[TextArea], seen: Mapping[int, dict[int, float]]) -> tuple[TextContrast, ...]:
    """Return the worst moment of every text; one whose frames the film doesn't have counts as invisible."""
    at = (
        (text, [(seen[n][i], n) for n in sampled_frames(text) if n in seen])
        for i, text in enumerate(texts)
        if sampled_frames(text)
    )
    worst = ((text, min(moments, default=(0.0, text.start))) for text, moments in at)
    return tuple(
        TextContrast(id=t.id, scene=t.scene, text=t.text, contrast=round(ratio, 2), frame=n) for t, (ratio, n) in worst
    )


def text_findings(
    texts: Sequence[TextArea], found: Iterable[TextContrast], size: Size, fps: int
) -> tuple[FilmFinding, ...]:
    """Return what a viewer would notice."""
    unread = (FilmFinding(_contrast_message(one, fps), at=one.frame / fps) for one in found if one.contrast < LEAST)
    return (*unread, *(FilmFinding(message) for text in texts for message in _placement_messages(text, size)))


def sampled_frames(text: TextArea) -> list[int]:
    """Return the frames in which a text is looked at: spread over its time, with the first and the last."""
    return sorted({int(n) for n in np.linspace(text.start, text.end - 1, LOOKS)}) if text.end > text.start else []


def contrast_in(box: RgbImage, colour: str, size: int) -> float:
    """Return the least contrast (1..21) of text of `colour`, `size` px high, with the pixels behind it in `box`.

    It is 0.0 where there is no text in the box.
    """
    text = np.array(rgb_of(colour), np.uint8)
    like = np.abs(box.astype(np.int16) - text).max(axis=2) < LIKE
    if like.mean() < THERE:
        return 0.0
    behind, light = ~_dilate(like, EDGE), luminance(box)
    own = float(luminance(text[None, None])[0, 0])
    return min(_squares(like, behind, light, own, max(size, 16)), default=1.0)


def _squares(like: Mask, behind: Mask, light: NDArray[np.float64], own: float, side: int) -> Iterator[float]:
    """Yield the contrast in every square of `side` px in which it can be measured."""
    for top in range(0, like.shape[0], side):
        for left in range(0, like.shape[1], side):
            part = np.s_[top : top + side, left : left + side]
            if behind[part].sum() > side:
                yield ratio(own, float(light[part][behind[part]].mean()))
            elif like[part].mean() > FULL and like[part].size >= side * side:
                yield 1.0


def _dilate(mask: Mask, by: int) -> Mask:
    """Return `mask` grown by `by` pixels to all sides."""
    for axis in (0, 1):
        padded = np.pad(mask, [(by, by) if axis == a else (0, 0) for a in (0, 1)])
        mask = np.lib.stride_tricks.sliding_window_view(padded, 2 * by + 1, axis).any(axis=-1)
    return mask


def _contrast_message(one: TextContrast, fps: int) -> str:
    where = f'scene "{one.scene}", {one.frame / fps:.1f} s: the text "{one.text}" ({one.id})'
    if one.contrast == 0:
        return f"{where} is not seen"
    return f"{where} has a contrast of {one.contrast}:1 with what is behind it; {LEAST}:1 are needed"


def _placement_messages(text: TextArea, size: Size) -> Iterator[str]:
    where = f'scene "{text.scene}": the text "{text.text}" ({text.id})'
    if min(text.box.x, text.box.y, 1 - text.box.right, 1 - text.box.bottom) < MARGIN - PIXEL:
        yield f"{where} reaches into the margin of {MARGIN:.0%}"
    if text.size * 1080 / size[1] < SMALLEST:
        yield f"{where} is {text.size * 1080 / size[1]:.0f} px high at 1080 lines; {SMALLEST} are needed"
