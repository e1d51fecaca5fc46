"""Colour under transparent pixels, so that an edge shows no fringe wherever straight alpha is resampled."""

import numpy as np
from PIL import Image


def bled(picture: Image.Image, around: Image.Image) -> Image.Image:
    """`picture` whose wholly transparent pixels carry the colours that lie nearest to them in it and in `around`.

    Nothing of it shows; only the colours under alpha 0 change. Push-pull: averages of ever larger blocks fill the gaps.
    """
    both = around.copy()
    both.alpha_composite(picture)
    filled = np.asarray(_filled(both.convert("RGBa")))
    pixels = np.array(picture)
    clear = pixels[..., 3] == 0
    pixels[clear, :3] = filled[clear, :3]
    return Image.fromarray(pixels, "RGBA")


def _filled(premultiplied: Image.Image) -> Image.Image:
    straight = np.array(premultiplied.convert("RGBA"))
    if min(premultiplied.size) > 1:
        half = tuple((n + 1) // 2 for n in premultiplied.size)
        coarse = _filled(premultiplied.resize(half, Image.Resampling.BOX))
        gaps = straight[..., 3] == 0
        straight[gaps] = np.asarray(coarse.resize(premultiplied.size, Image.Resampling.NEAREST))[gaps]
    return Image.fromarray(straight, "RGBA")
