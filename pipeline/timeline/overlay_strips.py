"""What lies over a scene as strips: overlays (rectangles, pictures, texts), clips, and what is drawn over footage."""

from collections.abc import Iterator, Mapping

from ..base.text_block import TextBlock
from ..layout.model import ColourPlace, ImagePlace, OverlayPlace, TextPlace
from .background import BackgroundSpan, picture_keys
from .frames import FADE, fades, strip_fields, strip_frames
from .model import ColourStrip, MovieStrip, SceneSpan, TextStrip
from .takes import SceneTakes


def text_overlay_strips(
    place: OverlayPlace, take: SceneTakes, span: SceneSpan
) -> Iterator[ColourStrip | MovieStrip | TextStrip]:
    """Yield a strip for every part of an overlay, the lowest first."""
    for colour in place.colours:
        yield _colour_strip(colour, place.overlay, take, span)
    for image in place.images:
        yield _image_strip(image, place.overlay, take, span)
    for text in place.texts:
        yield _text_strip(text, place.overlay, take, span)


def clip_strips(take: SceneTakes, span: SceneSpan) -> Iterator[MovieStrip]:
    """Yield every clip of the scene, and below one that covers the footage the scene's background.

    Their first pictures are drawn to come in by themselves, so that they only fade out.
    """
    for place in take.layout.clips:
        start, end = strip_frames(place.start, place.end, take, span)
        if place.covers:
            yield MovieStrip(
                **strip_fields(place.clip, "cover", f"{place.clip}: cover", "Clips", span, start, end),
                source=take.plate,
                opacity=fades(start, end),
            )
        yield MovieStrip(
            **strip_fields(place.clip, "clip", f"Clip: {place.clip}", "Clips", span, start, end),
            source=take.clips[place.clip],
            box=place.box,
            opacity=fades(start, end, fade_in=False),
        )


def overlay_clip_strips(
    take: SceneTakes, span: SceneSpan, filmed: Mapping[str, BackgroundSpan]
) -> Iterator[MovieStrip]:
    """Yield a strip for every clip over the footage of the captures `filmed`.

    What the camera does is drawn in the clips; only where a transition moves the footage, they move along.
    """
    for clip in take.overlay_clips:
        below = filmed.get(clip.capture)
        moves = below is not None and (clip.start < below.resting[0] or clip.end > below.resting[1])
        start, end = span.start + clip.start, span.start + clip.end
        yield MovieStrip(
            **strip_fields(clip.capture, clip.part, clip.name, clip.track, span, start, end),
            source=clip.source,
            box=clip.box,
            camera=picture_keys(below, (), take.schedule.fps) if below and moves else (),
            opacity=fades(start, end, fade_in=clip.first < 1, first=clip.first) if clip.fades else (),
        )


def _colour_strip(part: ColourPlace, overlay: str, take: SceneTakes, span: SceneSpan) -> ColourStrip | MovieStrip:
    """Return a rectangle; a cover, which lies behind a card over footage, is the scene's plate."""
    start, end = strip_frames(part.start, part.end, take, span)
    fields = strip_fields(overlay, part.part, f"{span.id}: {part.part}", "Cards", span, start, end)
    if part.part == "cover":
        return MovieStrip(**fields, source=take.plate, opacity=fades(start, end))
    return ColourStrip(**fields, colour=part.colour, box=part.box, opacity=fades(start, end))


def _image_strip(part: ImagePlace, overlay: str, take: SceneTakes, span: SceneSpan) -> MovieStrip:
    start, end = strip_frames(part.start, part.end, take, span)
    fields = strip_fields(overlay, part.part, f"{span.id}: {part.part}", "Cards", span, start, end)
    return MovieStrip(**fields, source=take.images[part.file], box=part.box, opacity=fades(start, end))


def _text_strip(part: TextPlace, overlay: str, take: SceneTakes, span: SceneSpan) -> TextStrip | MovieStrip:
    """Return a text, or its picture; one that the next text covers stays until that has faded in."""
    start, end = strip_frames(part.start, part.end, take, span)
    under = part.leaves == "under"
    end = min(end + FADE, span.end) if under else end
    name = f"{span.id}: {part.text.splitlines()[0][:32]}"
    fields = strip_fields(overlay, part.part, name, "Text", span, start, end)
    block = {field: getattr(part, field) for field in TextBlock.model_fields}
    opacity = fades(start, end, fade_out=not under)
    if source := take.lettering.get(f"{overlay}/{part.part}"):
        return MovieStrip(**fields, source=source, box=part.box, opacity=opacity, text=TextBlock(**block))
    return TextStrip(**fields, **block, opacity=opacity)
