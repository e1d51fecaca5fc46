"""Reads a layered SVG, and takes it apart into the groups that move (docs/narrators.md has the convention)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from ..base.errors import LecternError, SourceError
from ..base.files import read_bounded
from .rig import Rig, has_arms, missing_of_arms, read_rig
from .svg_path import absolute

BUST, UPPER_BODY = 480, 720
"""Width and height of a drawing's canvas in its own units: of a bust, and of an upper body with arms."""

ARMED = {BUST: "without arms", UPPER_BODY: "with arms"}
"""What is drawn on which canvas."""

SHAPES = "XABCDEFGH"
"""The mouth shapes, by their Rhubarb letters; X is rest."""

LIDS = 4
"""The number of states of the eyes: 0 open to 3 closed."""

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
INSIDE = ("cavity", "teeth")
"""The classes whose colours are seen in an open mouth."""
BLENDED = ("face_0", "face_1", *(f"mouth_{shape}" for shape in SHAPES))
"""The groups whose contents are blended into each other."""

GEOMETRY = frozenset(
    "d points transform cx cy r rx ry x y x1 y1 x2 y2 width height opacity fill-opacity stroke-width".split()
)
"""The attributes whose numbers are blended."""


LARGEST = 8_000_000
"""Bytes of a drawing's file."""
MOST_ELEMENTS, DEEPEST = 20_000, 100
"""What a drawing has at most: elements, those that are used again counted again, and groups in each other."""


@dataclass(frozen=True)
class Artwork:
    """A character's drawing.

    `canvas` is the width and height of its canvas in its own units, and `pivot` the point on it about which the head turns;
    `style` the SVG that every picture needs (classes and gradients), `colours` the classes' colours, `groups` the named
    groups; `rig` says where the arms have their joints (None: a bust without arms).
    """

    file: str
    facing: Literal["left", "right"]
    canvas: int
    pivot: tuple[float, float]
    style: str
    colours: dict[str, str]
    groups: dict[str, Element]
    rig: Rig | None = None


class DrawingError(LecternError):
    """A drawing can't be a narrator: `message` says why, `file` is the SVG. Reads as ``ada.svg: …``."""

    def __init__(self, file: Path | str, message: str) -> None:
        self.file, self.message = str(file), message
        super().__init__(f"{file}: {message}")


def read_artwork(file: Path | str, palette: Iterable[tuple[str, str]] = ()) -> Artwork:
    """Read a character's SVG, and recolour the classes that `palette` names.

    Raises LecternError if the file can't be read, DrawingError if a group or a class of the palette is missing.
    """
    root = parse_svg(Path(file))
    groups = groups_of(root)
    for missing in (name for name in REQUIRED if name not in groups):
        raise DrawingError(file, f'a narrator needs a group with id="{missing}"; see docs/narrators.md')
    for missing in missing_of_arms(groups):
        raise DrawingError(file, f'arms need a group with id="{missing}"; see docs/narrators.md')
    canvas = UPPER_BODY if has_arms(groups) else BUST
    if root.get("viewBox", "").split() != ["0", "0", str(canvas), str(canvas)]:
        raise DrawingError(file, f'a narrator {ARMED[canvas]} needs viewBox="0 0 {canvas} {canvas}"')
    _write_alike(groups)
    rules = _recoloured(rules_of(root), palette, file)
    return Artwork(
        file=str(file),
        facing="left" if root.get("data-facing") == "left" else "right",
        canvas=canvas,
        pivot=_pivot(root, file),
        style=_style(rules) + markup(*root.iter(f"{{{SVG}}}defs")),
        colours={name: found[2] for name, body in rules.items() if (found := COLOUR.search(body))},
        groups=groups,
        rig=_rig(root, groups, file),
    )


def markup(*elements: Element | str) -> str:
    """Return the SVG text of `elements`, visible even if they are hidden in the file."""
    return "".join(e if isinstance(e, str) else _serialised(e) for e in elements)


def inner_svg(element: Element) -> str:
    """Return the SVG text of an element's children, without the element."""
    return markup(*element)


def translate_svg(x: float, y: float, text: str) -> str:
    """Return SVG text shifted by `x` right and `y` down, in canvas units."""
    return f'<g transform="translate({x:.3f} {y:.3f})">{text}</g>' if x or y else text


def interpolate_svg(a: Element, b: Element, t: float) -> str:
    """Return the SVG text of the blend shape between the children of `a` (`t` = 0) and those of `b` (`t` = 1).

    Shapes of the same elements are blended by interpolating their numbers. If they differ, the nearer one is returned.
    """
    if t <= 0 or t >= 1 or not same_structure(a, b):
        return inner_svg(a if t < 0.5 else b)
    return "".join(_blended(x, y, t) for x, y in zip(a, b, strict=True))


def shift_irises(eyes: Element, x: float, y: float) -> str:
    """Return the SVG text of eyes whose irises (class `gaze`) are moved by `x` right and `y` down, in canvas units."""
    return IRIS.sub(f'<g transform="translate({x:.3f} {y:.3f})">', markup(eyes))


def parse_svg(file: Path) -> Element:
    """Return the root of an SVG file.

    Raises SourceError if it is not well-formed, or would take too long to draw; DrawingError if there is no such file.
    """
    try:
        root = ElementTree.fromstring(read_bounded(file, LARGEST).decode("utf-8"))
    except FileNotFoundError:
        raise DrawingError(file, "there is no such drawing; name a file that exists") from None
    except UnicodeDecodeError:
        raise SourceError(file, 1, "this is not UTF-8; save it as plain, not as compressed, SVG") from None
    except ElementTree.ParseError as error:
        raise SourceError(file, error.position[0], f"this is not well-formed SVG: {error}") from None
    except LecternError as error:
        raise SourceError(file, 1, str(error)) from None
    if excess := _excess(root):
        raise SourceError(file, 1, f"{excess}; simplify the drawing")
    return root


def _excess(root: Element) -> str:
    """Return what a drawing has too much of, as a sentence; "" for one that can be drawn."""
    elements, depths = list(root.iter()), [(root, 1)]
    if len(elements) > MOST_ELEMENTS:
        return f"this has {len(elements):,} elements, and {MOST_ELEMENTS:,} is the most that a narrator is drawn of"
    while depths:
        element, depth = depths.pop()
        if depth > DEEPEST:
            return f"groups are more than {DEEPEST} deep in each other"
        depths += [(child, depth + 1) for child in element]
    drawn = _drawn_elements(root, {e.get("id", ""): e for e in elements if e.get("id")})
    return f"with all its <use>, this has more than {MOST_ELEMENTS:,} elements" if drawn > MOST_ELEMENTS else ""


def _drawn_elements(element: Element, by_id: dict[str, Element], depth: int = 0) -> int:
    """Return how many elements are drawn for one, those that are used again counted again; of very many, only that."""
    if depth > DEEPEST:  # it uses itself
        return MOST_ELEMENTS + 1
    used = [by_id[name] for key, value in element.items() if key.endswith("href") and (name := value[1:]) in by_id]
    total = 1
    for part in (*element, *used):
        total += _drawn_elements(part, by_id, depth + 1)
        if total > MOST_ELEMENTS:
            break
    return total


def groups_of(root: Element) -> dict[str, Element]:
    """Return all elements with an id, by their ids."""
    return {e.get("id", ""): e for e in root.iter() if e.get("id")}


def rules_of(root: Element) -> dict[str, str]:
    """Return the declarations of the drawing's style sheet, by the names of its classes."""
    text = "".join(e.text or "" for e in root.iter(f"{{{SVG}}}style"))
    return {name: body.strip() for name, body in re.findall(r"\.([\w-]+)\s*\{([^}]*)\}", text)}


def _pivot(root: Element, file: Path | str) -> tuple[float, float]:
    pivot = root.get("data-head-pivot", "240 360")
    try:
        x, y = (float(n) for n in pivot.split())
    except ValueError:
        message = f'write two numbers for data-head-pivot, like "240 360", instead of "{pivot}"'
        raise DrawingError(file, message) from None
    return x, y


def _rig(root: Element, groups: dict[str, Element], file: Path | str) -> Rig | None:
    if not has_arms(groups):
        return None
    try:
        return read_rig(root)
    except ValueError as error:
        raise DrawingError(file, str(error)) from None


def _write_alike(groups: dict[str, Element]) -> None:
    """Rewrite the paths of parts that are blended in one notation, whatever the editor."""
    for path in (e for name in BLENDED for e in groups[name].iter(f"{{{SVG}}}path")):
        path.set("d", absolute(path.get("d", "")))


def _style(rules: dict[str, str]) -> str:
    return "<style>" + "".join(f".{name}{{{body}}}" for name, body in rules.items()) + "</style>"


def _recoloured(rules: dict[str, str], palette: Iterable[tuple[str, str]], file: Path | str) -> dict[str, str]:
    result = dict(rules)
    for name, colour in palette:
        if name not in result:
            have = ", ".join(sorted(rules))
            raise DrawingError(file, f'the palette names a class "{name}"; its classes are: {have}')
        if not HEX.fullmatch(colour):
            raise DrawingError(
                file, f'the palette gives the class "{name}" the colour "{colour}"; write #rrggbb instead'
            )
        result[name] = COLOUR.sub(rf"\1:{colour}", result[name])
    return result


def _serialised(element: Element) -> str:
    tag = element.tag.rpartition("}")[2]
    return f"<{tag}{_attributes(element.attrib)}>{escape((element.text or '').strip())}{markup(*element)}</{tag}>"


def _attributes(attributes: dict[str, str]) -> str:
    """Return SVG's own attributes and links, without editors' additions and without what hides an element."""
    return "".join(
        f" {key.rpartition('}')[2]}={quoteattr(HIDDEN.sub('', value))}"
        for key, value in attributes.items()
        if key != "display" and ("}" not in key or key.startswith(f"{{{XLINK}}}"))
    )


def same_structure(a: Element, b: Element) -> bool:
    """Return whether both contain the same kinds of elements in the same order."""
    return len(a) == len(b) and all(x.tag == y.tag and same_structure(x, y) for x, y in zip(a, b, strict=True))


def _blended(a: Element, b: Element, t: float) -> str:
    tag = a.tag.rpartition("}")[2]
    attributes = {key: _interpolate_value(key, value, b.get(key, value), t) for key, value in a.attrib.items()}
    children = "".join(_blended(x, y, t) for x, y in zip(a, b, strict=True))
    return f"<{tag}{_attributes(attributes)}>{children}</{tag}>"


def _interpolate_value(key: str, a: str, b: str, t: float) -> str:
    if key not in GEOMETRY or a == b or NUMBER.sub("#", a) != NUMBER.sub("#", b):
        return a
    other = iter(NUMBER.findall(b))
    return NUMBER.sub(lambda found: f"{float(found[0]) * (1 - t) + float(next(other)) * t:.2f}", a)
