"""Draws a pose: hair behind, body, head, with the treatment's shadow under and its light on them.

One affine map turns the whole head, bilinear from sprites with 1.5 times the clip's resolution: as sharp as drawing the
vectors again, equally sharp at any fraction of a pixel, and without the bright seams of a bicubic map's overshoot.
Pictures have straight alpha, except those that are resampled, which are premultiplied.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin

from PIL import Image

from .alpha_bleed import bleed_alpha
from .arms import Arms, lean_point, leaning_svg
from .artwork import Artwork, markup
from .features import mouth
from .grid import PixelBox, extent, grow_box, on_grid, rasterize_svg
from .head import Head
from .pose import REST, Pose
from .rig import ArmPose

FINER = 1.5
"""Pixels of the head's sprite for each pixel of the clip."""

PARTS = 4
TILT_STEP = 0.05
SHIFT_STEP = 0.25
"""The steps of poses: parts of the whole, degrees, pixels."""

CHEST = 130.0
"""Height that a breath stretches, in canvas units from the bottom, where no arms say how high the shoulders are."""

ANGLE_STEP, HAND_STEP, LEAN_STEP = 1.0, 3.0, 0.25
"""The steps of arms and of the upper body, in degrees."""

LEANS = 14.0
"""How far the body moves at most as it leans, in canvas units."""

BREATH_STEP = 0.4
"""The steps of the breath of an upper body, in canvas units: each is drawn anew wherever it leans."""

UPRIGHT = 0.5
"""How much of the body's lean the head takes back, to stay upright."""

REACH = 16.0
"""How far the head may move from its rest, in canvas units."""


@dataclass(frozen=True)
class Plates:
    """The treatment's plates behind the figure and on it; `on_head` has the resolution of the head's sprites."""

    behind: Image.Image
    on_body: Image.Image
    on_head: Image.Image


class Figure:
    """A character at a size of `pixels`, ready to be drawn in any pose."""

    def __init__(self, artwork: Artwork, pixels: int, plates: Plates | None = None) -> None:
        self.artwork, self.pixels, self.plates = artwork, pixels, plates
        self.scale = pixels / artwork.canvas
        self._head = Head(artwork, self.scale * FINER, plates.on_head if plates else None)
        whole = extent(artwork, markup(artwork.groups["hair_back"], artwork.groups["head"]))
        self._head_box = on_grid(grow_box(whole, REACH, artwork.canvas), self.scale)
        self._arms = Arms(artwork, artwork.rig, self.scale) if artwork.rig else None
        self._body_box = self._body_room(extent(artwork, self._body_svg(0, 0)))
        self._back_sprite = self._head.back()
        self._back = lru_cache(maxsize=48)(self._draw_back)
        self._body = lru_cache(maxsize=64)(self._draw_body)
        self._frame = lru_cache(maxsize=8)(self._draw)
        clear = Image.new("RGBA", (pixels, pixels))
        self._ground = clear
        self._ground = bleed_alpha(plates.behind if plates else clear, self._frame(REST))
        self._frame.cache_clear()

    def draw(self, pose: Pose) -> Image.Image:
        """Return the picture of `pose`, square with straight alpha; the same object if nothing has changed."""
        return self._frame(quantize_pose(pose, self.scale))

    def mouth_box(self) -> tuple[float, float, float, float]:
        """Return left, top, width, height of the box of all mouths, as fractions of the picture."""
        left, top, right, bottom = extent(self.artwork, mouth(self.artwork, "B") + mouth(self.artwork, "D"))
        canvas = self.artwork.canvas
        return left / canvas, top / canvas, (right - left) / canvas, (bottom - top) / canvas

    def silhouettes(self) -> dict[str, Image.Image]:
        """Return the figure at rest, its body and its head, as the treatment needs them; named as in `Plates`."""
        body = Image.new("RGBA", (self.pixels, self.pixels))
        body.paste(self._body(0.0, 0.0), self._body_box[:2])
        return {"behind": self._frame(REST), "on_body": body, "on_head": self._head.silhouette()}

    def layers(self, pose: Pose) -> list[tuple[Image.Image, PixelBox]]:
        """Return the layers of a quantized pose, back to front, each with its box in the picture."""
        moved = self._head_move(pose)
        layers = [
            (self._ground, (0, 0, self.pixels, self.pixels)),
            (self._back(*moved), self._head_box),
            (self._body(_step(pose.breath, BREATH_STEP) if self._arms else pose.breath, pose.lean), self._body_box),
            (self._turned(self._head.front(pose), *moved), self._head_box),
        ]
        if self._arms:
            layers.insert(3, self._arms.plate("far", pose.far, pose.lean))
            layers.append(self._arms.plate("near", pose.near, pose.lean))
        return layers

    def _head_move(self, pose: Pose) -> tuple[float, float, float]:
        """Return tilt, dx and dy of the head, which goes with the body as that leans."""
        rig = self.artwork.rig
        if not (rig and pose.lean):
            return pose.tilt, pose.dx, pose.dy
        x, y = lean_point(self.artwork.pivot, rig.waist, pose.lean)
        tilt = pose.tilt + (1 - UPRIGHT) * pose.lean
        return tilt, pose.dx + x - self.artwork.pivot[0], pose.dy + y - self.artwork.pivot[1]

    def _draw(self, pose: Pose) -> Image.Image:
        (ground, _), *layers = self.layers(pose)
        picture = ground.copy()
        for layer, box in layers:
            picture.alpha_composite(layer, box[:2])
        return picture

    def _draw_back(self, tilt: float, dx: float, dy: float) -> Image.Image:
        return self._turned(self._back_sprite, tilt, dx, dy)

    def _turned(self, sprite: Image.Image, tilt: float, dx: float, dy: float) -> Image.Image:
        left, top, right, bottom = self._head_box
        matrix = self._matrix(tilt, dx, dy)
        size, bilinear = (right - left, bottom - top), Image.Resampling.BILINEAR
        return sprite.transform(size, Image.Transform.AFFINE, matrix, bilinear).convert("RGBA")

    def _matrix(self, tilt: float, dx: float, dy: float) -> tuple[float, ...]:
        """Return the affine map from pixels of the head's box in the picture to pixels of the head's sprite."""
        c, s = cos(radians(tilt)) * FINER, sin(radians(tilt)) * FINER
        px, py = (n * self.scale for n in self.artwork.pivot)
        x, y = self._head_box[0] - px - dx * self.scale, self._head_box[1] - py - dy * self.scale
        left, top = px * FINER - self._head.box[0], py * FINER - self._head.box[1]
        return c, s, c * x + s * y + left, -s, c, -s * x + c * y + top

    def _draw_body(self, breath: float, lean: float) -> Image.Image:
        body = rasterize_svg(self.artwork, self._body_svg(breath, lean), self._body_box, self.scale)
        if self.plates:
            body.alpha_composite(self.plates.on_body.crop(self._body_box))
        return body

    def _body_svg(self, breath: float, lean: float) -> str:
        canvas, rig = self.artwork.canvas, self.artwork.rig
        chest = canvas - rig.near.shoulder[1] if rig else CHEST
        stretched = f"translate(0 {canvas}) scale(1 {1 + breath / chest:.5f}) translate(0 {-canvas})"
        parts = (self.artwork.groups[name] for name in ("body", "neck", "collar"))
        svg = f'<g transform="{stretched}">{markup(*parts)}</g>'
        return leaning_svg(svg, rig, lean) if rig else svg

    def _body_room(self, part: tuple[float, float, float, float]) -> PixelBox:
        """Return the box in which the body breathes and leans; a bust, which only breathes, has the whole width."""
        leans = bool(self.artwork.rig)
        left, top, right, _ = on_grid(grow_box(part, LEANS if leans else 4, self.artwork.canvas), self.scale)
        return (left, top, min(right, self.pixels), self.pixels) if leans else (0, top, self.pixels, self.pixels)


def quantize_pose(pose: Pose, scale: float) -> Pose:
    """Return `pose` rounded to the steps of poses, at `scale` px a canvas unit."""
    still = pose.opening >= 1 or pose.mouth_from == pose.mouth_to
    return Pose(
        mouth_from=pose.mouth_to if still else pose.mouth_from,
        mouth_to=pose.mouth_to,
        opening=1.0 if still else _step(pose.opening, 1 / PARTS),
        lid=pose.lid,
        gaze_x=_step(pose.gaze_x, 1 / PARTS),
        gaze_y=_step(pose.gaze_y, 1 / PARTS),
        brow=_step(pose.brow, 1 / PARTS),
        slant=_step(pose.slant, 0.5),
        smile=_step(pose.smile, 0.5),
        turn=_step(pose.turn, 1 / PARTS),
        pitch=_step(pose.pitch, 1 / PARTS),
        tilt=_step(pose.tilt, TILT_STEP),
        dx=_step(pose.dx, SHIFT_STEP / scale),
        dy=_step(pose.dy, SHIFT_STEP / scale),
        breath=_step(pose.breath, SHIFT_STEP / scale),
        lean=_step(pose.lean, LEAN_STEP),
        near=_arm_step(pose.near),
        far=_arm_step(pose.far),
    )


def _arm_step(arm: ArmPose | None) -> ArmPose | None:
    return arm and ArmPose(
        _step(arm.upper, ANGLE_STEP), _step(arm.fore, ANGLE_STEP), _step(arm.hand, HAND_STEP), arm.shape
    )


def _step(value: float, step: float) -> float:
    return round(value / step) * step + 0.0
