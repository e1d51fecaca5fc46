"""A picture and a mask of its figure become a cut-out, without the background's colour at its edge."""

import numpy as np
from PIL import Image

from ...bleed import bled

WHOLE = 250
"""The mask from which a pixel counts as the figure alone."""


def cut_out(pixels: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """RGBA, straight alpha. What the mask calls mixed takes the colour of the figure beside it."""
    sure = mask >= WHOLE
    alone = Image.fromarray(np.dstack([pixels[..., :3], sure.astype(np.uint8) * 255]), "RGBA")
    beside = np.asarray(bled(alone, Image.new("RGBA", alone.size)))[..., :3]
    return np.dstack([np.where(sure[..., None], pixels[..., :3], beside), mask])
