"""Draws the head as one picture: a base for each position of the jaw, and a patch of features in it.

The patch is small, so a new expression costs little; each base is drawn once.
"""

from collections.abc import Hashable
from functools import lru_cache
from math import ceil
from typing import Any

from PIL import Image

from .artwork import Artwork, markup
from .features import Feature, face, features, jaw
from .grid import PixelBox, extent, moved_box, on_grid, rasterize_svg, union
from .pose import REST, Pose

SLIDE = 3.0
"""How far the features slide over the face when the head turns or nods, in canvas units."""


class Head:
    """A character's head at `scale` pixels a unit, without tilt or shift; `box` contains it.

    `light` (as large as the whole canvas at this scale) is composited on it.
    """

    def __init__(self, artwork: Artwork, scale: float, light: Image.Image | None) -> None:
        self.artwork, self.scale = artwork, scale
        head = artwork.groups["head"]
        at = list(head).index(artwork.groups["features"])
        self._under, self._over = list(head)[:at], list(head)[at + 1 :]
        self.box = on_grid(extent(artwork, markup(artwork.groups["hair_back"], head)), scale)
        self._features = [(f, on_grid(extent(artwork, f.reach), scale)) for f in features(artwork)]
        self._patch = self._patch_box()
        self._front = self._draw_front(light)
        self._face = lru_cache(maxsize=None)(self._draw_face)
        self._base = lru_cache(maxsize=None)(self._draw_base)
        self._sprite = lru_cache(maxsize=1500)(self._draw_sprite)
        self._picture = lru_cache(maxsize=24)(self._draw)

    def front(self, pose: Pose) -> Image.Image:
        """Return what is in front of the body, premultiplied."""
        return self._picture(_expression(pose))

    def back(self) -> Image.Image:
        """Return what is behind the body, premultiplied."""
        return rasterize_svg(self.artwork, markup(self.artwork.groups["hair_back"]), self.box, self.scale).convert(
            "RGBa"
        )

    def silhouette(self) -> Image.Image:
        """Return the head at rest and the hair behind it, on the whole canvas, with straight alpha."""
        picture = self.back().convert("RGBA")
        picture.alpha_composite(self.front(REST).convert("RGBA"))
        size = ceil(self.artwork.canvas * self.scale)
        canvas = Image.new("RGBA", (size, size))
        canvas.paste(picture, self.box[:2])
        return canvas

    def _draw(self, pose: Pose) -> Image.Image:
        step = jaw(pose)
        place = moved_box(self._patch, -self.box[0], -self.box[1])
        patch = self._face(step).crop(place)
        x, y = (round(part * SLIDE * self.scale) for part in (pose.turn, pose.pitch))
        for number, (feature, box) in enumerate(self._features):
            at = box[0] + x - self._patch[0], box[1] + y - self._patch[1]
            patch.alpha_composite(self._sprite(number, feature.state(pose)), at)
        patch.alpha_composite(self._front.crop(place))
        picture = self._base(step).copy()
        picture.paste(patch.convert("RGBa"), place[:2])
        return picture

    def _patch_box(self) -> PixelBox:
        """Return the box that contains all features wherever they slide; it may extend beyond the head's box."""
        left, top, right, bottom = union(box for _, box in self._features)
        margin = ceil(SLIDE * self.scale) + 1
        return left - margin, top - margin, right + margin, bottom + margin

    def _draw_front(self, light: Image.Image | None) -> Image.Image:
        front = rasterize_svg(self.artwork, markup(*self._over), self.box, self.scale)
        if light:
            front.alpha_composite(light.crop(self.box))
        return front

    def _draw_face(self, step: int) -> Image.Image:
        parts = (face(self.artwork, step) if e.get("id") == "face" else markup(e) for e in self._under)
        return rasterize_svg(self.artwork, "".join(parts), self.box, self.scale)

    def _draw_base(self, step: int) -> Image.Image:
        base = self._face(step).copy()
        base.alpha_composite(self._front)
        return base.convert("RGBa")

    def _draw_sprite(self, number: int, state: Hashable) -> Image.Image:
        feature: Feature[Any] = self._features[number][0]
        return rasterize_svg(self.artwork, feature.svg(state), self._features[number][1], self.scale)


def _expression(pose: Pose) -> Pose:
    """Return the pose without what only moves the whole head."""
    return pose._replace(tilt=REST.tilt, dx=REST.dx, dy=REST.dy, breath=REST.breath)
