"""Open pictures of an episode and of services, whatever is in the file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from warnings import catch_warnings, simplefilter

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from .errors import LecternError
from .geometry import Size
from .svg_picture import is_svg, svg_picture

MOST_PIXELS = 64_000_000
"""Pixels that a picture, or a frame of a video, has at most: one of 8K has 33 million. Decoded, one takes four bytes."""
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "AVIF")
"""What is taken for a picture, besides SVG. Pillow can read more, some of it by starting other programs."""
_TAKEN = "PNG, JPEG, WebP, AVIF, GIF, TIFF, BMP and SVG"


_HEAD = 4096
"""Bytes in which an SVG has said that it is one."""
MOST_SVG = 5_000_000
"""Bytes of an SVG at most: a drawing by hand has some thousand."""


_ANIMATED = ("GIF", "PNG", "WEBP", "AVIF")


@contextmanager
def open_picture(source: Path | bytes, name: str = "") -> Iterator[Image.Image]:
    """Yield a picture that is in a file, or in `source` itself and called `name`. Its pixels are decoded when they are used.

    Raises LecternError if it isn't a picture, or has more than `MOST_PIXELS`.
    """
    name = name or (source.name if isinstance(source, Path) else "the picture")
    if (svg := _svg_within(source)) is not None:
        yield svg_picture(svg, name, _require_whole_within(name))
        return
    opened = False
    try:
        with catch_warnings():
            simplefilter("ignore", Image.DecompressionBombWarning)  # a bound of our own is below
            Image.init()
            known = [name for name in FORMATS if name in Image.OPEN]
            image = Image.open(source if isinstance(source, Path) else BytesIO(source), formats=known)
        with image:
            require_few_pixels(image.width, image.height, name)
            opened = True
            yield image
    except Image.DecompressionBombError as error:
        raise LecternError(f"{name} has too many pixels; {_WAY_OUT}") from error
    except UnidentifiedImageError as error:
        raise LecternError(f"Lectern can't read {name} as a picture; save it again as one of {_TAKEN}") from error
    except (OSError, SyntaxError, ValueError) as error:
        if opened:
            raise LecternError(
                f"{name} was cut off or damaged ({error}); copy it again, or save it again as PNG or JPEG"
            ) from error
        raise LecternError(f"Lectern can't read {name} as a picture: {error}; save it again as PNG or JPEG") from error


def require_whole(source: Path | bytes, name: str = "") -> None:
    """Decode the picture that `open_picture` opens: its first one, if it moves.

    Raises LecternError where that fails, so also where its file was cut off. JPEG, WebP and others say nothing by which a changed
    byte in the middle could be known.
    """
    with open_picture(source, name) as image:
        image.load()


def _require_whole_within(name: str) -> Callable[[bytes], None]:
    return lambda picture: require_whole(picture, f"a picture in {name}")


def _svg_within(source: Path | bytes) -> bytes | None:
    """Return the SVG in a file or in `source`; None where there is something else. Raises LecternError if it is too large."""
    if isinstance(source, bytes):
        return source if is_svg(source[:_HEAD]) else None
    try:
        with source.open("rb") as file:
            if not is_svg(file.read(_HEAD)):
                return None
        if source.stat().st_size > MOST_SVG:
            raise LecternError(f"{source.name} is an SVG of more than {MOST_SVG // 1_000_000} MB; save it as PNG")
        return source.read_bytes()
    except OSError:
        return None  # Pillow says what is wrong with it


def is_animation(image: Image.Image) -> bool:
    """Return whether a picture moves: several in a TIFF are pages, and two in a JPEG are views of the same thing."""
    return image.format in _ANIMATED and bool(getattr(image, "is_animated", False))


def seen(image: Image.Image) -> Image.Image:
    """Return a picture as viewers show it, as RGBA: turned as its camera says, its colours in sRGB, 16 bits reduced to 8."""
    upright = _with_8_bits(ImageOps.exif_transpose(image))
    profile = upright.info.get("icc_profile")
    return (_in_srgb(upright, profile) if profile else upright).convert("RGBA")


def seen_size(image: Image.Image) -> Size:
    """Return the size that `seen` gives a picture, without decoding it."""
    turned = image.getexif().get(ExifTags.Base.Orientation, 1) in (5, 6, 7, 8)
    return (image.height, image.width) if turned else image.size


def _with_8_bits(image: Image.Image) -> Image.Image:
    """Return greys of 16 or 32 bits as 8 bits, which Pillow would cut off at 255 instead; other pictures as they are."""
    if image.mode != "F" and not image.mode.startswith("I"):
        return image
    grey = np.asarray(image, np.float32)
    white = 65535.0 if image.mode != "F" else 1.0 if grey.max(initial=0.0) <= 1 else 255.0
    reduced = Image.fromarray(np.clip(grey / white * 255 + 0.5, 0, 255).astype(np.uint8))
    reduced.info = image.info
    return reduced


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return a picture whose colours are those of an ICC profile in sRGB; as it is where the profile is damaged."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image
        alpha = image.convert("RGBA").getchannel("A")
        plain = image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")
        shown = ImageCms.profileToProfile(plain, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image
    assert shown is not None  # it isn't changed in place
    shown.putalpha(alpha)
    return shown


def require_few_pixels(width: int, height: int, name: str) -> None:
    """Raise LecternError for a picture that would fill the memory."""
    if width * height > MOST_PIXELS:
        raise LecternError(f"{name} has {width} x {height} pixels; {_WAY_OUT}")


_WAY_OUT = f"Lectern takes pictures of up to {MOST_PIXELS // 1_000_000} million pixels, so make it smaller"
