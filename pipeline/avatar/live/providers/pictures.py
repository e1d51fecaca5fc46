"""Pictures and clips as services send them: looked at before they are kept."""

import io
import tempfile
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from ....errors import LecternError
from ..film import facts_of

PORTRAIT = "source.png"
SUFFIXES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"RIFF": "webp"}


def check_picture(content: bytes, kind: str, who: str) -> None:
    """LecternError where `content` (of the content type `kind`) is no whole picture."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        told = f"{kind or 'no type'}, {len(content)} bytes"
        raise LecternError(f"{who} sent something that is no whole picture ({told})") from error


def check_video(content: bytes, kind: str, who: str) -> None:
    """LecternError where `content` (of the content type `kind`) is no whole video."""
    with tempfile.TemporaryDirectory(prefix="lectern-") as folder:
        file = Path(folder, "clip")
        file.write_bytes(content)
        try:
            facts_of(file, who)
        except LecternError as error:
            told = f"{kind or 'no type'}, {len(content)} bytes"
            raise LecternError(f"{error} ({told})") from error


def save(content: bytes, folder: Path) -> str:
    """Writes a picture; returns its file's name."""
    (folder / PORTRAIT).write_bytes(content)
    return PORTRAIT


def save_video(content: bytes, folder: Path, stem: str) -> str:
    """Writes a clip with the suffix of what it is."""
    suffix = "webm" if content[:4] == b"\x1aE\xdf\xa3" else "mp4"
    (folder / f"{stem}.{suffix}").write_bytes(content)
    return f"{stem}.{suffix}"
