"""Pictures, clips and masks as services send them: looked at before they are kept, and put to use."""

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from ...avatar.alpha_bleed import bleed_alpha
from ...base.errors import LecternError
from ...base.picture import open_picture
from ...faces.video_io import facts_of

PORTRAIT = "source.png"
WHOLE = 250
"""The mask from which a pixel counts as the figure alone."""


def check_picture(content: bytes, kind: str, who: str) -> None:
    """Raise LecternError if `content` (of the content type `kind`) is no whole picture."""
    try:
        with open_picture(content) as picture:
            picture.load()
    except LecternError as error:
        size = f"{kind or 'no type'}, {len(content)} bytes"
        raise LecternError(f"{who} sent something that is no whole picture ({size})") from error


def check_video(content: bytes, kind: str, who: str) -> None:
    """Raise LecternError if `content` (of the content type `kind`) is no whole video."""
    with tempfile.TemporaryDirectory(prefix="lectern-") as folder:
        file = Path(folder, "clip")
        file.write_bytes(content)
        try:
            facts_of(file, who)
        except LecternError as error:
            size = f"{kind or 'no type'}, {len(content)} bytes"
            raise LecternError(f"{error} ({size})") from error


def save(content: bytes, folder: Path) -> str:
    """Write a picture and return its file's name."""
    (folder / PORTRAIT).write_bytes(content)
    return PORTRAIT


def save_video(content: bytes, folder: Path, stem: str) -> str:
    """Write a clip with the suffix of what it is, and return its file's name."""
    suffix = "webm" if content[:4] == b"\x1aE\xdf\xa3" else "mp4"
    (folder / f"{stem}.{suffix}").write_bytes(content)
    return f"{stem}.{suffix}"


def apply_mask(pixels: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return a picture cut out by the mask of its figure: RGBA, uint8, with straight alpha.

    What the mask calls mixed takes the colour of the figure beside it, so no background shows at the edge.
    """
    sure = mask >= WHOLE
    alone = Image.fromarray(np.dstack([pixels[..., :3], sure.astype(np.uint8) * 255]), "RGBA")
    beside = np.asarray(bleed_alpha(alone, Image.new("RGBA", alone.size)))[..., :3]
    return np.dstack([np.where(sure[..., None], pixels[..., :3], beside), mask])
