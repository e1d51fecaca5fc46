"""A layered SVG taken apart into the groups that move (docs/narrators.md tells the convention)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from ..errors import LecternError
from .paths import absolute

CANVAS = 480
"""Width and height of the drawing's canvas in its own units."""

SHAPES = "XABCDEFGH"
"""The mouths, by their Rhubarb letter; X is rest."""

LIDS = 4
"""The eyes' states: 0 open to 3 closed."""

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
HIDDEN = re.compile(r"display\s*:\s*none;?")
HEX = re.compile(r"#[0-9a-fA-F]{6}")
NUMBER = re.compile(r"-?\d*\.?\d+")
COLOUR = re.compile(r"(fill|stroke)\s*:\s*(#[0-9a-fA-F]{3,8})")
IRIS = re.compile(r'<g [^>]*class="gaze"[^>]*>')
REQUIRED = (
    *("hair_back", "body", "neck", "collar"),
    *("head", "face", "face_0", "face_1", "features", "brow_n", "brow_f", "mouths"),
    *(f"mouth_{shape}" for shape in SHAPES),
    *(f"eyes_{lid}" for lid in range(LIDS)),
)
BLENDED = ("face_0", "face_1", *(f"mouth_{shape}" for shape in SHAPES))
"""The groups whose contents are blended into each other."""

GEOMETRY = frozenset(
    "d points transform cx cy r rx ry x y x1 y1 x2 y2 width height opacity fill-opacity stroke-width".split()
)
"""The attributes whose numbers are blended."""


@dataclass(frozen=True)
class Artwork:
    """A character's drawing.

    `pivot` is what the head turns about, in canvas units; `style` the SVG that every picture needs (classes and
    gradients), `colours` the classes' colours, `groups` the named groups.
    """

    file: str
    facing: Literal["left", "right"]
    pivot: tuple[float, float]
    style: str
    colours: dict[str, str]
    groups: dict[str, Element]


def read_artwork(file: Path | str, palette: Iterable[tuple[str, str]] = ()) -> Artwork:
    """Reads a character's SVG and recolours the classes that `palette` names.

    Raises LecternError where the file can't be read, or a group or a named class is missing.
    """
    root = parsed(Path(file))
    groups = groups_of(root)
    for missing in (name for name in REQUIRED if name not in groups):
        raise LecternError(f'{file}: a narrator needs a group with id="{missing}"; see docs/narrators.md')
    if root.get("viewBox", "").split() != ["0", "0", str(CANVAS), str(CANVAS)]:
        raise LecternError(f'{file}: a narrator is drawn on a canvas of viewBox="0 0 {CANVAS} {CANVAS}"')
    _write_alike(groups)
    rules = _recoloured(rules_of(root), palette, file)
    return Artwork(
        file=str(file),
        facing="left" if root.get("data-facing") == "left" else "right",
        pivot=_pivot(root, file),
        style=_style(rules) + markup(*root.iter(f"{{{SVG}}}defs")),
        colours={name: found[2] for name, body in rules.items() if (found := COLOUR.search(body))},
        groups=groups,
    )


def markup(*elements: Element | str) -> str:
    """The SVG text of `elements`, shown whether or not they rest hidden in the file."""
    return "".join(e if isinstance(e, str) else _serialised(e) for e in elements)


def inside(element: Element) -> str:
    """The SVG text of an element's children, without the element."""
    return markup(*element)


def moved(x: float, y: float, text: str) -> str:
    """`text` shifted by `x` right and `y` down in canvas units."""
    return f'<g transform="translate({x:.3f} {y:.3f})">{text}</g>' if x or y else text


def between(a: Element, b: Element, t: float) -> str:
    """The children of `a` changed by `t` (0..1) of the way into those of `b`, which are built of the same elements.

    In-betweens of drawn shapes by interpolating their numbers; where two are built differently the nearer one is taken.
    """
    if t <= 0 or t >= 1 or not alike(a, b):
        return inside(a if t < 0.5 else b)
    return "".join(_blended(x, y, t) for x, y in zip(a, b, strict=True))


def looking(eyes: Element, x: float, y: float) -> str:
    """Eyes whose irises (class `gaze`) are moved by `x` right and `y` down in canvas units."""
    return IRIS.sub(f'<g transform="translate({x:.3f} {y:.3f})">', markup(eyes))


def parsed(file: Path) -> Element:
    """The root of an SVG file; LecternError where it can't be read."""
    try:
        return ElementTree.fromstring(file.read_text("utf-8"))
    except FileNotFoundError:
        raise LecternError(f"{file}: there is no such drawing") from None
    except ElementTree.ParseError as error:
        raise LecternError(f"{file}:{error.position[0]}: this is not well-formed SVG: {error}") from None


def groups_of(root: Element) -> dict[str, Element]:
    """The elements that have an id, by it."""
    return {e.get("id", ""): e for e in root.iter() if e.get("id")}


def rules_of(root: Element) -> dict[str, str]:
    """What the drawing's style sheet says of its classes, by their names."""
    text = "".join(e.text or "" for e in root.iter(f"{{{SVG}}}style"))
    return {name: body.strip() for name, body in re.findall(r"\.([\w-]+)\s*\{([^}]*)\}", text)}


def _pivot(root: Element, file: Path | str) -> tuple[float, float]:
    said = root.get("data-head-pivot", "240 360")
    try:
        x, y = (float(n) for n in said.split())
    except ValueError:
        raise LecternError(f'{file}: data-head-pivot is two numbers, like "240 360", not "{said}"') from None
    return x, y


def _write_alike(groups: dict[str, Element]) -> None:
    """The paths of the parts that are blended are written in one way, whatever the editor."""
    for path in (e for name in BLENDED for e in groups[name].iter(f"{{{SVG}}}path")):
        path.set("d", absolute(path.get("d", "")))


def _style(rules: dict[str, str]) -> str:
    return "<style>" + "".join(f".{name}{{{body}}}" for name, body in rules.items()) + "</style>"


def _recoloured(rules: dict[str, str], palette: Iterable[tuple[str, str]], file: Path | str) -> dict[str, str]:
    result = dict(rules)
    for name, colour in palette:
        if name not in result:
            have = ", ".join(sorted(rules))
            raise LecternError(f'{file}: the palette names a class "{name}"; its classes are: {have}')
        if not HEX.fullmatch(colour):
            raise LecternError(f'{file}: the palette gives class "{name}" the colour "{colour}"; write it as #rrggbb')
        result[name] = COLOUR.sub(lambda found: f"{found[1]}:{colour}", result[name])
    return result


def _serialised(element: Element) -> str:
    tag = element.tag.rpartition("}")[2]
    return f"<{tag}{_attributes(element.attrib)}>{escape((element.text or '').strip())}{markup(*element)}</{tag}>"


def _attributes(attributes: dict[str, str]) -> str:
    """SVG's own attributes and links, shown: editors' additions and hiding are left out."""
    return "".join(
        f" {key.rpartition('}')[2]}={quoteattr(HIDDEN.sub('', value))}"
        for key, value in attributes.items()
        if key != "display" and ("}" not in key or key.startswith(f"{{{XLINK}}}"))
    )


def alike(a: Element, b: Element) -> bool:
    """Whether both hold the same kinds of elements in the same order."""
    return len(a) == len(b) and all(x.tag == y.tag and alike(x, y) for x, y in zip(a, b, strict=True))


def _blended(a: Element, b: Element, t: float) -> str:
    tag = a.tag.rpartition("}")[2]
    attributes = {key: _mixed(key, value, b.get(key, value), t) for key, value in a.attrib.items()}
    children = "".join(_blended(x, y, t) for x, y in zip(a, b, strict=True))
    return f"<{tag}{_attributes(attributes)}>{children}</{tag}>"


def _mixed(key: str, a: str, b: str, t: float) -> str:
    if key not in GEOMETRY or a == b or NUMBER.sub("#", a) != NUMBER.sub("#", b):
        return a
    other = iter(NUMBER.findall(b))
    return NUMBER.sub(lambda found: f"{float(found[0]) * (1 - t) + float(next(other)) * t:.2f}", a)
