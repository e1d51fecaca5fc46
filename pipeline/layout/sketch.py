"""A quick picture of a laid-out scene, without Blender: what stands where at a moment."""

from PIL import Image, ImageDraw

from ..geometry import Box, Camera, Size
from .footage import camera_at
from .model import OverlayPlace, SceneLayout, TextPlace
from .theme import Theme
from .type import face, line_height, rgba

Rgba = tuple[int, int, int, int]


def sketch(
    layout: SceneLayout,
    time: float,
    theme: Theme,
    size: Size,
    footage: Image.Image | None = None,
    narrators: dict[str, Image.Image] | None = None,
) -> Image.Image:
    """The frame at `time` (seconds of the scene): RGBA, `size` px; `footage` is the window's content."""
    frame = _seen(_canvas(layout, time, theme, size, footage), camera_at(layout.cameras, time))
    for overlay in layout.overlays:
        _shapes(frame, overlay, time)
    for place in layout.narrators:
        if place.start <= time < place.end:
            _narrator(frame, place.box, theme, (narrators or {}).get(place.character))
    for overlay in layout.overlays:
        for text in overlay.texts:
            if text.start <= time < text.end:
                _text(frame, text)
    return frame


def _canvas(layout: SceneLayout, time: float, theme: Theme, size: Size, footage: Image.Image | None) -> Image.Image:
    canvas = Image.new("RGBA", size, _colour(theme.background[0]))
    for shot in layout.shots:
        if shot.start <= time < shot.end:
            _window(canvas, shot.window, theme, footage)
    return canvas


def _seen(canvas: Image.Image, camera: Camera) -> Image.Image:
    """The canvas through the camera."""
    w, h = canvas.size
    left, top = (camera.x - 0.5 / camera.scale) * w, (camera.y - 0.5 / camera.scale) * h
    return canvas.resize((w, h), box=(left, top, left + w / camera.scale, top + h / camera.scale))


def _colour(colour: str) -> Rgba:
    r, g, b, a = (round(255 * c) for c in rgba(colour))
    return r, g, b, a


def _fill(frame: Image.Image, box: Box, colour: str, radius: int = 0) -> None:
    over = Image.new("RGBA", frame.size, (0, 0, 0, 0))
    left, top, right, bottom = box.pixels(frame.size)
    ImageDraw.Draw(over).rounded_rectangle((left, top, right - 1, bottom - 1), radius, _colour(colour))
    frame.alpha_composite(over)


def _window(frame: Image.Image, window: Box, theme: Theme, footage: Image.Image | None) -> None:
    w, h = frame.size
    _fill(frame, Box(x=window.x, y=window.y - 52 / h, w=window.w, h=window.h + 66 / h), theme.window_bar, 14)
    _fill(frame, window, theme.window)
    if footage:
        left, top, right, bottom = window.pixels((w, h))
        frame.paste(footage.resize((right - left, bottom - top)), (left, top))


def _shapes(frame: Image.Image, overlay: OverlayPlace, time: float) -> None:
    for part in overlay.colours:
        if part.start <= time < part.end:
            _fill(frame, part.box, part.colour)
    for image in overlay.images:
        if image.start <= time < image.end:
            _fill(frame, image.box, "#8899aa")


def _narrator(frame: Image.Image, box: Box, theme: Theme, picture: Image.Image | None) -> None:
    left, top, right, bottom = box.pixels(frame.size)
    if picture:
        scaled = picture.convert("RGBA").resize((right - left, bottom - top))
        frame.alpha_composite(scaled, (left, top))
    else:
        _fill(frame, box, theme.surface_line, (right - left) // 3)


def _text(frame: Image.Image, text: TextPlace) -> None:
    left, top, right, bottom = text.box.pixels(frame.size)
    if text.plate:
        _fill(frame, text.box, text.plate, round(text.roundness * (bottom - top) / 2))
    draw = ImageDraw.Draw(frame)
    for number, line in enumerate(text.text.split("\n")):
        y = top + text.padding + number * line_height(text.font, text.size)
        wide = face(text.font, text.size).getlength(line)
        spare = right - left - 2 * text.padding - wide
        x = left + text.padding + spare * {"left": 0, "center": 0.5, "right": 1}[text.align]
        draw.text((x, y), line, font=face(text.font, text.size), fill=_colour(text.colour))
