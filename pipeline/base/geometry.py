"""Boxes and cameras in fractions of a picture, origin top left.

Layout, timeline, quality and Blender's side all compute with these, so they can't disagree.
"""

from collections.abc import Iterable

from .frozen import Frozen

type Size = tuple[int, int]
"""Width and height in pixels."""


class Box(Frozen):
    """A rectangle in fractions of its picture: left, top, width, height (0..1, origin top left)."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.h

    @property
    def centre(self) -> tuple[float, float]:
        """The point in the middle."""
        return self.x + self.w / 2, self.y + self.h / 2

    def contains(self, x: float, y: float) -> bool:
        """Return whether a point is in the box, or on its edge."""
        return self.x <= x <= self.right and self.y <= y <= self.bottom

    def overlaps(self, other: "Box") -> bool:
        """Return whether the two share more than an edge."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def is_near(self, other: "Box", far: float) -> bool:
        """Return whether no side is `far` or further from the same side of `other`."""
        sides = zip(
            (self.x, self.y, self.right, self.bottom), (other.x, other.y, other.right, other.bottom), strict=True
        )
        return all(abs(a - b) < far for a, b in sides)

    def common(self, other: "Box") -> "Box | None":
        """Return what the two share; None where that is an edge at most."""
        if not self.overlaps(other):
            return None
        left, top = max(self.x, other.x), max(self.y, other.y)
        return Box(x=left, y=top, w=min(self.right, other.right) - left, h=min(self.bottom, other.bottom) - top)

    def grown(self, dx: float, dy: float) -> "Box":
        """Return the box larger by `dx` on the left and right and `dy` above and below (smaller where negative)."""
        return Box(x=self.x - dx, y=self.y - dy, w=self.w + 2 * dx, h=self.h + 2 * dy)

    def within(self, frame: "Box") -> "Box":
        """Return this box of a picture that itself fills `frame`, in fractions of whatever holds `frame`."""
        return Box(x=frame.x + self.x * frame.w, y=frame.y + self.y * frame.h, w=self.w * frame.w, h=self.h * frame.h)

    def pixels(self, size: Size) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom in whole pixels of a picture of `size`."""
        w, h = size
        return round(self.x * w), round(self.y * h), round(self.right * w), round(self.bottom * h)


FULL = Box(x=0, y=0, w=1, h=1)


def box_of_pixels(x: float, y: float, w: float, h: float, size: Size) -> Box:
    """Return the box of a pixel rectangle (left, top, width, height) in a picture of `size`."""
    return Box(x=x / size[0], y=y / size[1], w=w / size[0], h=h / size[1])


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds all of `boxes` (at least one)."""
    items = list(boxes)
    left, top = min(b.x for b in items), min(b.y for b in items)
    return Box(x=left, y=top, w=max(b.right for b in items) - left, h=max(b.bottom for b in items) - top)


class Camera(Frozen):
    """A view of a picture: `scale` times larger, with its point (`x`, `y`) in the middle of the frame."""

    scale: float = 1.0
    x: float = 0.5
    y: float = 0.5

    def see(self, box: Box) -> Box:
        """Return where `box` of the picture lies in the frame."""
        return Box(
            x=(box.x - self.x) * self.scale + 0.5,
            y=(box.y - self.y) * self.scale + 0.5,
            w=box.w * self.scale,
            h=box.h * self.scale,
        )


def camera_on(target: Box, largest: float) -> Camera:
    """Return the closest view (at most `largest` times) that holds `target` and stays within the picture's edges."""
    scale = max(1.0, min(largest, 0.9 / max(target.w, target.h, 1e-6)))
    half = 0.5 / scale
    x, y = target.centre
    return Camera(scale=scale, x=min(max(x, half), 1 - half), y=min(max(y, half), 1 - half))
