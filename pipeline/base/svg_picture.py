"""An author's SVG as a picture: whatever is in the file, nothing outside of it is read."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from io import BytesIO
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import resvg_py
from PIL import Image

from .assets import font_file
from .errors import LecternError
from .fonts import FontFace
from .svg import FONTS, INTER
from .text_runs import is_plain

LARGER_SIDE = 2400
"""Px of the larger side, as an SVG is drawn: more than a film shows of it."""
MOST_ELEMENTS = 100_000
"""Elements that are drawn at most, those that are used again counted again."""
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);", re.I)
_INSIDE = re.compile(rf"#|{_PICTURE.pattern}", re.I)
_OUTSIDE = re.compile(r"url\(\s*[\"']?(?!\s*[#\"'])(?!data:)|@import", re.I)
_LENGTH = re.compile(r"([\d.]+(?:e[+-]?\d+)?)\s*(?:px|pt|pc|mm|cm|in|em|ex)?", re.I)


def is_svg(head: bytes) -> bool:
    """Return whether a file that begins so is an SVG, or means to be one."""
    return bool(
        re.match(
            rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*>\s*)*<(?:\w+:)?svg\b", head, re.S
        )
    )


def svg_picture(source: bytes, name: str, check: Callable[[bytes], None]) -> Image.Image:
    """Draw an SVG (RGBA, `LARGER_SIDE` px), its text in Lectern's fonts where they have its letters.

    `check` looks at each picture in it: what can't be read would be left out. Raises LecternError, which calls the SVG `name`, where
    it is none, reads other files, or is too much to be drawn.
    """
    root = _root(source, name)
    for picture in _pictures_within(root, name):
        check(picture)
    width, height = _size(root, name)
    text = "".join(root.itertext())
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=ElementTree.tostring(root, encoding="unicode"),
            width=width,
            height=height,
            skip_system_fonts=is_plain(text, FontFace(str(INTER))),
            font_files=[str(font_file(font)) for font in FONTS],
            monospace_family="JetBrains Mono",
            font_family="Inter",
            serif_family="Inter",
            sans_serif_family="Inter",
            cursive_family="Inter",
            fantasy_family="Inter",
        )
    except ValueError as error:
        raise LecternError(f"Lectern can't draw {name}: {error}") from error
    with Image.open(BytesIO(bytes(png))) as image:
        return image.convert("RGBA")


def _root(source: bytes, name: str) -> Element:
    """Return the SVG's element, in which nothing leads out of the file."""
    if b"<!ENTITY" in source or b"\0" in source[:4]:
        raise LecternError(f"{name} declares entities, which a picture needs none of; write out what they stand for")
    try:
        root = ElementTree.fromstring(source)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise LecternError(f"{name} is no SVG: {error}") from error
    for element in root.iter():
        for key, given in element.attrib.items():
            if (_is_address(key) and not _INSIDE.match(given.strip()) and _local(element) != "a") or _OUTSIDE.search(
                given
            ):
                raise _leads_out(name, given)
        if _local(element) == "style" and _OUTSIDE.search(element.text or ""):
            raise _leads_out(name, "a style sheet")
    _require_few_elements(root, name)
    return root


def _pictures_within(root: Element, name: str) -> Iterator[bytes]:
    """Yield the pictures that an SVG holds (data:image/png;base64,...)."""
    for address in (value for element in root.iter() for key, value in element.attrib.items() if _is_address(key)):
        if not _PICTURE.match(address.strip()):
            continue
        head, _, content = address.partition(",")
        try:
            data = unquote_to_bytes(content)
            yield b64decode(b"".join(data.split()), validate=True) if head.endswith(";base64") else data
        except ValueError as error:
            raise LecternError(
                f"a picture in {name} was cut off or damaged ({error}); put it into the SVG again"
            ) from error


def _is_address(key: str) -> bool:
    return key.rpartition("}")[2] in ("href", "src")


def _leads_out(name: str, what: str) -> LecternError:
    shown = what if len(what) <= 60 else f"{what[:57]}..."
    return LecternError(
        f"{name} reads {shown}; a picture holds all that it shows, so put that into it (data:image/png;base64,...)"
    )


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _require_few_elements(root: Element, name: str) -> None:
    """Raise LecternError for an SVG that uses its elements so often that drawing it would take forever."""
    named = {element.get("id"): element for element in root.iter()}
    counted: dict[Element, int] = {}

    def count(element: Element, above: frozenset[Element]) -> int:
        if element in above or len(above) > 200:
            return 0
        if element not in counted:
            address = next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == "href"), "")
            used = named.get(address.removeprefix("#")) if _local(element) == "use" else None
            below = [*element, *([used] if used is not None else [])]
            counted[element] = min(1 + sum(count(one, above | {element}) for one in below), 2 * MOST_ELEMENTS)
        return counted[element]

    if count(root, frozenset()) > MOST_ELEMENTS:
        raise LecternError(f"{name} draws more than {MOST_ELEMENTS:,} elements; make it simpler, or save it as PNG")


def _size(root: Element, name: str) -> tuple[int, int]:
    """Return the px at which an SVG is drawn: its own shape, `LARGER_SIDE` wide or high."""
    box = [float(n) for n in re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", root.get("viewBox", ""))]
    lengths = [_LENGTH.fullmatch(root.get(side, "").strip()) for side in ("width", "height")]
    wide, high = (float(found[1]) if found else 0.0 for found in lengths)
    if not (wide > 0 and high > 0):
        wide, high = (box[2], box[3]) if len(box) == 4 else (0.0, 0.0)
    if not (wide > 0 and high > 0):
        raise LecternError(f'{name} does not say how large it is; write <svg viewBox="0 0 800 600" ...>')
    factor = LARGER_SIDE / max(wide, high)
    return max(1, round(wide * factor)), max(1, round(high * factor))
