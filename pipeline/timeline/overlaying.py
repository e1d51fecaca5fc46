"""Overlays as strips: their rectangles, pictures and texts."""

from collections.abc import Iterable

from ..layout.model import ColourPlace, ImagePlace, OverlayPlace, TextPlace
from .frames import FADE, fades, head, strip_frames
from .model import ColourStrip, MovieStrip, SceneSpan, TextStrip
from .takes import SceneTakes


def overlay_strips(
    place: OverlayPlace, take: SceneTakes, span: SceneSpan
) -> Iterable[ColourStrip | MovieStrip | TextStrip]:
    """A strip for every part of an overlay, the lowest first."""
    for colour in place.colours:
        make = _cover if colour.part == "cover" else _colour
        yield make(colour, place.overlay, take, span)
    for image in place.images:
        yield _image(image, place.overlay, take, span)
    for text in place.texts:
        yield _text(text, place.overlay, take, span)


def _card(part: str, overlay: str, span: SceneSpan, frames: tuple[int, int]) -> dict[str, object]:
    """What every part but text begins with, and how it comes and goes."""
    return {**head(f"{overlay}/{part}", f"{span.id}: {part}", "Cards", span, *frames), "opacity": fades(*frames)}


def _colour(part: ColourPlace, overlay: str, take: SceneTakes, span: SceneSpan) -> ColourStrip:
    frames = strip_frames(part.start, part.end, take, span)
    return ColourStrip(**_card(part.part, overlay, span, frames), colour=part.colour, box=part.box)


def _cover(part: ColourPlace, overlay: str, take: SceneTakes, span: SceneSpan) -> MovieStrip:
    """The scene's plate over its footage, behind a card."""
    return MovieStrip(**_card("cover", overlay, span, strip_frames(part.start, part.end, take, span)), source=take.plate)


def _image(part: ImagePlace, overlay: str, take: SceneTakes, span: SceneSpan) -> MovieStrip:
    frames = strip_frames(part.start, part.end, take, span)
    return MovieStrip(**_card(part.part, overlay, span, frames), source=take.images[part.file], box=part.box)


def _text(part: TextPlace, overlay: str, take: SceneTakes, span: SceneSpan) -> TextStrip:
    """A text that what follows comes over stays until that has faded in."""
    start, end = strip_frames(part.start, part.end, take, span)
    under = part.leaves == "under"
    end = min(end + FADE, span.end) if under else end
    return TextStrip(
        **head(f"{overlay}/{part.part}", f"{span.id}: {part.text.splitlines()[0][:32]}", "Text", span, start, end),
        **part.model_dump(include=_AS_LAID_OUT),
        box=part.box,
        opacity=fades(start, end, goes=not under),
    )


_AS_LAID_OUT = {"text", "font", "size", "colour", "plate", "roundness", "padding", "align"}
"""What a text strip has from the layout as it is."""
