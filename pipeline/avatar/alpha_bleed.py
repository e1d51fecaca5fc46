"""Alpha bleeding: fills the colours of transparent pixels, so that resampled straight alpha shows no fringe."""

import numpy as np
from PIL import Image


def bleed_alpha(picture: Image.Image, around: Image.Image) -> Image.Image:
    """Return `picture` with its fully transparent pixels in the nearest colours of it and of `around`.

    The picture looks the same: only colours under alpha 0 change. Push-pull: averages of ever larger blocks fill the gaps.
    """
    both = around.copy()
    both.alpha_composite(picture)
    filled = np.asarray(_fill_transparent(both.convert("RGBa")))
    pixels = np.array(picture)
    clear = pixels[..., 3] == 0
    pixels[clear, :3] = filled[clear, :3]
    return Image.fromarray(pixels, "RGBA")


def _fill_transparent(premultiplied: Image.Image) -> Image.Image:
    straight = np.array(premultiplied.convert("RGBA"))
    if min(premultiplied.size) > 1:
        half = (premultiplied.width + 1) // 2, (premultiplied.height + 1) // 2
        coarse = _fill_transparent(premultiplied.resize(half, Image.Resampling.BOX))
        gaps = straight[..., 3] == 0
        straight[gaps] = np.asarray(coarse.resize(premultiplied.size, Image.Resampling.NEAREST))[gaps]
    return Image.fromarray(straight, "RGBA")
