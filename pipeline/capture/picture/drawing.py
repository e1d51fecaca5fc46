"""Vector drawings become pixels, with Lectern's own fonts and no others."""

from io import BytesIO

import numpy as np
import resvg_py
from PIL import Image

from ..carried import font

FONTS = ("Inter-Regular.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf")


def drawn(svg: str) -> np.ndarray:
    """The picture of an SVG in its own size: uint8 RGBA, straight alpha."""
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        skip_system_fonts=True,
        font_files=[str(font(name)) for name in FONTS],
        sans_serif_family="Inter",
    )
    return np.asarray(Image.open(BytesIO(bytes(png))).convert("RGBA"))
