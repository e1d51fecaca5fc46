"""Transparent videos, in all that people keep them in."""

from pathlib import Path
from typing import NamedTuple

import av
import numpy as np


class Carrier(NamedTuple):
    """A kind of file with alpha: its suffix, codec, pixels, and the codec's options."""

    suffix: str
    codec: str
    pix: str
    options: dict[str, str]


CARRIERS = (
    Carrier(".webm", "libvpx-vp9", "yuva420p", {"auto-alt-ref": "0", "crf": "10"}),
    Carrier(".webm", "libvpx", "yuva420p", {"auto-alt-ref": "0", "crf": "10", "b": "2M"}),
    Carrier(".mov", "prores_ks", "yuva444p10le", {"profile": "4444"}),
    Carrier(".mov", "qtrle", "argb", {}),
    Carrier(".mov", "png", "rgba", {}),
    Carrier(".mkv", "ffv1", "bgra", {}),
    Carrier(".png", "apng", "rgba", {}),
)


def still_video(folder: Path, carrier: Carrier, picture: np.ndarray, count: int) -> Path:
    """Write a video of `count` pictures that all are `picture` (RGBA) into the folder."""
    file = folder / f"still{carrier.suffix}"
    with av.open(str(file), "w", format="apng" if carrier.codec == "apng" else None) as container:
        stream = container.add_stream(carrier.codec, rate=30, options=carrier.options)
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt = carrier.pix
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(picture, format="rgba")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file
