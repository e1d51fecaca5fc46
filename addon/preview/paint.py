"""What both drawings need: filled rectangles, lines and words in the pixels of a region."""

from collections.abc import Iterable

from ...pipeline.base.geometry import Box

type Colour = tuple[float, float, float, float]
type Rectangle = tuple[float, float, float, float]
"""Left, bottom, right and top in px of a region."""


def fill(rectangles: Iterable[Rectangle], colour: Colour) -> None:
    """Fill rectangles with one colour."""
    corners: list[tuple[float, float]] = []
    indices: list[tuple[int, int, int]] = []
    for left, bottom, right, top in rectangles:
        first = len(corners)
        corners += [(left, bottom), (right, bottom), (right, top), (left, top)]
        indices += [(first, first + 1, first + 2), (first, first + 2, first + 3)]
    if corners:
        _draw("TRIS", corners, colour, indices)


def lines(ends: Iterable[tuple[float, float]], colour: Colour, width: float = 1.0) -> None:
    """Draw lines, each between two points that follow each other in `ends`."""
    import gpu

    points = [*ends]
    if points:
        gpu.state.line_width_set(width)
        _draw("LINES", points, colour)
        gpu.state.line_width_set(1.0)


def outline(rectangle: Rectangle, colour: Colour, width: float = 1.0) -> None:
    """Draw the four sides of a rectangle."""
    left, bottom, right, top = rectangle
    corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
    lines([point for i in range(4) for point in (corners[i], corners[(i + 1) % 4])], colour, width)


def _draw(
    kind: str, points: list[tuple[float, float]], colour: Colour, indices: list[tuple[int, int, int]] | None = None
) -> None:
    import gpu
    from gpu_extras.batch import batch_for_shader

    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    gpu.state.blend_set("ALPHA")
    shader.uniform_float("color", colour)
    if indices is None:
        batch_for_shader(shader, kind, {"pos": points}).draw(shader)
    else:
        batch_for_shader(shader, kind, {"pos": points}, indices=indices).draw(shader)
    gpu.state.blend_set("NONE")


def width_of(text: str, size: float) -> float:
    """Return how wide words are, in px."""
    import blf

    blf.size(0, size)
    return float(blf.dimensions(0, text)[0])


def write(text: str, x: float, y: float, size: float, colour: Colour = (1, 1, 1, 1)) -> None:
    """Write words from a point on their base line."""
    import blf

    blf.size(0, size)
    blf.color(0, *colour)
    blf.position(0, x, y, 0)
    blf.draw(0, text)


def inside(frame: Rectangle, box: Box) -> Rectangle:
    """Return where a box, in fractions of a frame, lies in the region in which the frame is the rectangle `frame`."""
    left, bottom, right, top = frame
    w, h = right - left, top - bottom
    return left + box.x * w, top - box.bottom * h, left + box.right * w, top - box.y * h
