"""What lies behind everything: the theme's gradient, without steps that an eye could see."""

import numpy as np

from ..geometry import Size

Rgb = np.ndarray


def gradient(colours: tuple[str, str], size: Size) -> Rgb:
    """A vertical gradient (uint8, height x width x 3): each row one colour, the error carried to the next row.

    Rows of one colour are what run-length encoding is best at; a difference of one level from row to row is not seen,
    where the edge of a band would be.
    """
    top, bottom = (np.array(rgb(colour), dtype=np.float64) for colour in colours)
    exact = top + (bottom - top) * np.linspace(0, 1, size[1])[:, None]
    rows, error = np.empty_like(exact), np.array([0.0, 0.33, 0.66]) - 0.5
    for y, row in enumerate(exact):
        rows[y] = np.floor(row + error + 0.5)
        error = error + row - rows[y]
    return np.repeat(np.clip(rows, 0, 255).astype(np.uint8)[:, None], size[0], axis=1)


def glowing(picture: Rgb, colour: str, centre: tuple[float, float], radius: float, strength: float) -> Rgb:
    """`picture` with a light of `colour` around `centre`, dithered with a fixed grain (fractions of the height)."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / height
    far = ((x - centre[0] * width / height) ** 2 + (y - centre[1]) ** 2) / radius**2
    light = (strength * np.exp(-2.2 * far))[..., None]
    grain = np.random.default_rng(1).random((height, width, 1), dtype=np.float32) - 0.5
    mixed = picture + (np.array(rgb(colour), dtype=np.float32) - picture) * light + grain * (light > 0.002)
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def over(picture: Rgb, drawing: np.ndarray) -> Rgb:
    """`drawing` (RGBA, straight alpha, of the same size) over `picture`."""
    alpha = drawing[..., 3:].astype(np.uint16)
    mixed = drawing[..., :3].astype(np.uint16) * alpha + picture.astype(np.uint16) * (255 - alpha)
    return ((mixed + 127) // 255).astype(np.uint8)


def rgb(colour: str) -> tuple[int, int, int]:
    """The three levels of ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
