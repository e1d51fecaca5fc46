"""Finds everything that an artist has to change before a drawing can be a narrator, each with its way out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np

from ..base.errors import SourceError
from .arms_check import gaping_joints
from .artwork import (
    ARMED,
    BUST,
    COLOUR,
    GEOMETRY,
    INSIDE,
    LIDS,
    NUMBER,
    REQUIRED,
    SHAPES,
    SVG,
    UPPER_BODY,
    XLINK,
    Artwork,
    DrawingError,
    groups_of,
    markup,
    parse_svg,
    read_artwork,
    rules_of,
    same_structure,
)  # fmt: skip
from .drawing import Figure
from .grid import COARSE, rasterize_svg
from .meter import CLOSED, mouth_openness
from .pose import Pose
from .rig import ARMS, has_arms, missing_of_arms, parts_of_arm, read_rig
from .svg_path import absolute
from .take import NarratorTake

ROOM_ABOVE = 12
"""Units above the head that it needs to nod."""

ROOM_BESIDE = 30
"""Units on both sides of the bust that its shadow needs."""

BELOW_LEANING = 8
"""Units below the canvas to which an upper body has to be drawn, so that none of its lower edge is seen when it leans."""

BELOW = 40
"""Units by which parts may extend below the canvas."""

SEEN_OPEN = 0.1
"""The least openness of a mouth that says "ah"."""

LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
PLACES = {
    **dict.fromkeys(("hair_back", "body", "neck", "collar", "head"), ""),
    **dict.fromkeys(("face", "features"), "head"),
    **dict.fromkeys(("face_0", "face_1"), "face"),
    **dict.fromkeys(("brow_n", "brow_f", "mouths", *(f"eyes_{lid}" for lid in range(LIDS))), "features"),
    **{f"mouth_{shape}": "mouths" for shape in SHAPES},
    **{f"arm_{arm}": "" for arm in ARMS},
    **{part: f"arm_{arm}" for arm in ARMS for part in parts_of_arm(arm)},
}
"""The group in which each group has to be; "": none."""

OPEN = ("head", "face", "face_0", "face_1", "features", "mouths", *(f"mouth_{shape}" for shape in SHAPES))
"""Groups of which only the contents are used, so that attributes of the group have no effect."""

DRAWN = ("g", "path", "rect", "circle", "ellipse", "use", "polygon", "polyline", "line")
SAYS_NOTHING = ("id", "display", "class")
REFERENCE = re.compile(r"url\(#([^)]+)\)")


@dataclass(frozen=True)
class DrawingFault:
    """Something to change in a drawing: the line, and a message with the way out."""

    line: int
    message: str


def faults(file: Path) -> list[DrawingFault]:
    """Return everything that keeps the drawing in `file` from being a good narrator, by line."""
    try:
        root = parse_svg(file)
    except SourceError as error:
        return [DrawingFault(error.line, error.message)]
    except DrawingError as error:
        return [DrawingFault(1, error.message)]
    drawing = _ArtworkUnderCheck(file.read_text("utf-8"), root)
    canvas = list(_of_canvas(drawing))
    looks = (_of_classes, _of_groups, _of_eyes, _of_blends, _of_contents)
    found = [*canvas, *(fault for look in looks for fault in look(drawing))]
    if not (canvas or drawing.missing):
        found += [*_of_extent(drawing, artwork := read_artwork(file)), *_of_mouths(drawing, artwork)]
        joints = gaping_joints(artwork, artwork.rig) if artwork.rig else ()
        found += [drawing.fault(group, message) for group, message in joints]
    return sorted(found, key=lambda fault: fault.line)


class _ArtworkUnderCheck:
    """A drawing, and what the checks need to know of it."""

    def __init__(self, text: str, root: Element) -> None:
        self.root, self.groups = root, groups_of(root)
        self.parents = {child: parent for parent in root.iter() for child in parent}
        self.missing = [*(name for name in REQUIRED if name not in self.groups), *missing_of_arms(self.groups)]
        self.canvas = UPPER_BODY if has_arms(self.groups) else BUST
        self._lines = text.splitlines()

    def at(self, id: str) -> int:
        """Return the line of the element with this id, or the first line."""
        forms = (f'id="{id}"', f"id='{id}'")
        return next((n for n, line in enumerate(self._lines, 1) if any(s in line for s in forms)), 1)

    def fault(self, id: str, message: str) -> DrawingFault:
        """Return a fault at the element with this id."""
        return DrawingFault(self.at(id), message)


def _of_canvas(drawing: _ArtworkUnderCheck) -> Iterator[DrawingFault]:
    root = drawing.root
    if root.tag != f"{{{SVG}}}svg":
        yield DrawingFault(1, "this is not SVG: its first element is not <svg>")
    size = drawing.canvas
    if root.get("viewBox", "").split() != ["0", "0", str(size), str(size)]:
        way_out = f'write viewBox="0 0 {size} {size}" for a figure {ARMED[size]}'
        yield DrawingFault(1, f'{way_out}, instead of "{root.get("viewBox", "")}"')
    if root.get("data-facing") not in ("left", "right"):
        yield DrawingFault(1, '<svg> needs data-facing="left" or data-facing="right": where the character looks')
    numbers = [float(n) for n in NUMBER.findall(root.get("data-head-pivot", ""))]
    if len(numbers) != 2 or not all(0 <= n <= size for n in numbers):
        yield DrawingFault(1, '<svg> needs data-head-pivot="x y": the base of the neck, about which the head turns')
    if size == UPPER_BODY:
        try:
            read_rig(root)
        except ValueError as error:
            yield DrawingFault(1, f"{error}; docs/narrators.md says what it is")


def _of_classes(drawing: _ArtworkUnderCheck) -> Iterator[DrawingFault]:
    rules = rules_of(drawing.root)
    for name in (name for name in INSIDE if not COLOUR.search(rules.get(name, ""))):
        like = f".{name} {{ fill:#5a1a24 }}"
        yield DrawingFault(
            1,
            f'the style sheet needs a class "{name}" with a colour, like {like}: the quality check uses it to see '
            "whether the mouth is shut",
        )


def _of_groups(drawing: _ArtworkUnderCheck) -> Iterator[DrawingFault]:
    labels = {e.get(LABEL): e.get("id", "") for e in drawing.root.iter() if e.get(LABEL)}
    for name in drawing.missing:
        label = f'; the layer labelled "{name}" has the id "{labels.get(name)}": labels don\'t count'
        hint = label if name in labels else ""
        yield drawing.fault(labels.get(name, ""), f'there is no group with id="{name}"{hint}')
    for name, home in PLACES.items():
        if name in drawing.groups and _parent_id(drawing, name) != home:
            where = f'directly in the group "{home}"' if home else "outside of all other groups"
            yield drawing.fault(name, f'the group "{name}" has to be {where}')
    for name in (name for name in OPEN if name in drawing.groups):
        attributes = [key for key in _attributes(drawing.groups[name]) if (name, key) != ("mouths", "transform")]
        if attributes:
            way_out = "apply it to the elements in the group"
            yield drawing.fault(
                name, f'the group "{name}" has {", ".join(attributes)}, which has no effect here; {way_out}'
            )


def _parent_id(drawing: _ArtworkUnderCheck, name: str) -> str | None:
    parent = drawing.parents.get(drawing.groups[name])
    return "" if parent is drawing.root else parent.get("id") if parent is not None else None


def _attributes(element: Element) -> list[str]:
    """Return those of SVG's own attributes that have an effect, except hiding."""
    shown = re.sub(r"display\s*:\s*(none|inline|block)\s*;?", "", element.get("style", "")).strip()
    return [k for k in element.attrib if "}" not in k and k not in SAYS_NOTHING and (k != "style" or shown)]


def _of_eyes(drawing: _ArtworkUnderCheck) -> Iterator[DrawingFault]:
    for name in (f"eyes_{lid}" for lid in range(LIDS - 1) if f"eyes_{lid}" in drawing.groups):
        irises = [e for e in drawing.groups[name].iter(f"{{{SVG}}}g") if e.get("class") == "gaze"]
        if len(irises) != 2:
            yield drawing.fault(
                name, f'"{name}" needs two groups of class="gaze", one for each iris that moves, but has {len(irises)}'
            )
        elif any(float(n) for e in irises for n in NUMBER.findall(e.get("transform", ""))):
            way_out = 'write transform="translate(0 0)" and place what is in it'
            yield drawing.fault(
                name, f'in "{name}" Lectern replaces the transform of the "gaze" groups to move the irises; {way_out}'
            )


def _of_blends(drawing: _ArtworkUnderCheck) -> Iterator[DrawingFault]:
    """Yield faults of mouths, and of the face with the jaw up and down, that can't be blended."""
    pairs = [("face_0", "face_1"), *(("mouth_X", f"mouth_{shape}") for shape in SHAPES[1:])]
    for first, second in (pair for pair in pairs if all(name in drawing.groups for name in pair)):
        a, b = (drawing.groups[name] for name in (first, second))
        if difference := _difference(a, b):
            way_out = f'copy "{first}", and move its points without adding or removing any'
            yield drawing.fault(second, f'"{second}" can\'t be blended with "{first}": {difference}; {way_out}')


def _difference(a: Element, b: Element) -> str:
    if not same_structure(a, b):
        return f"it contains {_inventory(b)}, the other {_inventory(a)}"
    changes = (
        f'the <{_kind(x)}> of class "{x.get("class", "")}" has another "{key}" ({other}, not {_shape(value)})'
        for x, y in zip(a.iter(), b.iter(), strict=True)
        for key, value in _blendable(x).items()
        if _shape(value) != (other := _shape(_blendable(y).get(key, "")))
    )
    return next(changes, "")


def _blendable(element: Element) -> dict[str, str]:
    return {k: absolute(v) if k == "d" else v for k, v in element.attrib.items() if k in GEOMETRY}


def _shape(value: str) -> str:
    """Return what has to be the same in attributes that are blended: everything but the numbers."""
    if any(c.isalpha() for c in value):
        return " ".join(NUMBER.sub("", value).split())
    return f"{len(NUMBER.findall(value))} numbers"


def _inventory(group: Element) -> str:
    return ", ".join(f"<{_kind(e)}>" for e in list(group.iter())[1:]) or "nothing"


def _kind(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _of_contents(drawing: _ArtworkUnderCheck) -> Iterator[DrawingFault]:
    for element in drawing.root.iter():
        if _kind(element) in ("text", "image"):
            way_out = "turn it into paths" if _kind(element) == "text" else "draw it, or trace it"
            yield drawing.fault(
                element.get("id", ""), f"Lectern does not draw <{_kind(element)}> in a narrator; {way_out}"
            )
    kept = {e.get("id") for defs in drawing.root.iter(f"{{{SVG}}}defs") for e in defs.iter()}
    for part in _parts(drawing):
        name = part.get("id", "")
        for target in sorted(_references(part) - kept - {e.get("id") for e in part.iter()}):
            way_out = "put that into <defs> or into the group"
            yield drawing.fault(name, f'"{name}" refers to "#{target}", which is outside of it; {way_out}')


def _parts(drawing: _ArtworkUnderCheck) -> Iterator[Element]:
    """Yield the elements that are drawn on their own."""
    named = (
        drawing.groups.get(name) for name in ("head", "face", "features", "mouths", *(f"arm_{arm}" for arm in ARMS))
    )
    holders = [drawing.root, *(group for group in named if group is not None)]
    return (part for holder in holders for part in holder if part not in holders and _kind(part) in DRAWN)


def _references(part: Element) -> set[str]:
    values = [value for e in part.iter() for value in e.attrib.values()]
    links = [e.get(key, "") for e in part.iter() for key in ("href", f"{{{XLINK}}}href")]
    return {*(t for value in values for t in REFERENCE.findall(value)), *(k[1:] for k in links if k.startswith("#"))}


def _of_extent(drawing: _ArtworkUnderCheck, artwork: Artwork) -> Iterator[DrawingFault]:
    mouths = drawing.groups["mouths"]
    placed = {
        part: f'<g transform="{mouths.get("transform", "")}">{markup(part)}</g>'
        if drawing.parents[part] is mouths
        else markup(part)
        for part in _parts(drawing)
    }
    if _beyond(
        _full_extent(artwork, "".join(placed.values())), drawing.canvas
    ):  # all at once, because each of them takes 20 ms
        for part, svg in placed.items():
            name = part.get("id") or f"a <{_kind(part)}>"
            for side in _beyond(_full_extent(artwork, svg), drawing.canvas):
                yield drawing.fault(
                    part.get("id", ""), f'"{name}" extends beyond the canvas {side} and would be cut off'
                )
    yield from _of_room(drawing, artwork)


def _of_room(drawing: _ArtworkUnderCheck, artwork: Artwork) -> Iterator[DrawingFault]:
    bust = _full_extent(artwork, markup(*(artwork.groups[name] for name in ("body", "neck", "collar"))))
    head = _full_extent(artwork, markup(artwork.groups["hair_back"], artwork.groups["head"]))
    lowest = drawing.canvas + (BELOW_LEANING if artwork.rig else 0)
    if bust[3] < lowest - 1:
        short = f"{lowest - bust[3]:.0f} units above {lowest}"
        yield drawing.fault("body", f"the bust ends {short} and would float; draw it down to {lowest}")
    if bust[0] < ROOM_BESIDE or bust[2] > drawing.canvas - ROOM_BESIDE:
        free = max(0.0, min(bust[0], drawing.canvas - bust[2]))
        yield drawing.fault("body", f"the bust leaves {free:.0f} units beside it; its shadow needs 34")
    if 0 <= head[1] < ROOM_ABOVE:
        yield drawing.fault("head", f"there are {head[1]:.0f} units above the head; it needs {ROOM_ABOVE} to nod")


def _full_extent(artwork: Artwork, svg: str) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of what `svg` covers, also outside the canvas."""
    room = artwork.canvas // 2
    moved = f'<g transform="translate({room} {room})">{svg}</g>'
    size = int(2 * artwork.canvas * COARSE)
    box = rasterize_svg(artwork, moved, (0, 0, size, size), COARSE).getbbox()
    if not box:
        return 0.0, 0.0, 0.0, 0.0
    left, top, right, bottom = (n / COARSE - room for n in box)
    return left, top, right, bottom


def _beyond(box: tuple[float, float, float, float], canvas: int) -> list[str]:
    left, top, right, bottom = box
    over = {"on the left": -left, "at the top": -top, "on the right": right - canvas, "below": bottom - canvas}
    return [f"by {units:.0f} units {side}" for side, units in over.items() if units > (BELOW if side == "below" else 2)]


def _of_mouths(drawing: _ArtworkUnderCheck, artwork: Artwork) -> Iterator[DrawingFault]:
    """Yield faults of mouths that the quality check would take for open or shut by mistake."""
    if not all(name in artwork.colours for name in INSIDE):
        return
    figure = Figure(artwork, artwork.canvas // 2)
    inside = tuple(artwork.colours[name] for name in INSIDE)
    take = NarratorTake(video="", pixels=figure.pixels, frames=1, visemes="X", mouth=figure.mouth_box(), inside=inside)
    for shape in "XAD":
        seen = mouth_openness(np.asarray(figure.draw(Pose(shape, shape))), take)
        if shape != "D" and seen >= CLOSED:
            why = f'{seen:.0%} of it has a colour of "cavity" or "teeth"'
            yield drawing.fault(
                f"mouth_{shape}",
                f'"mouth_{shape}" is a shut mouth but looks open ({why}); shut it, or give these classes other colours',
            )
        if shape == "D" and seen < SEEN_OPEN:
            way_out = 'draw that in the classes "cavity" and "teeth"'
            yield drawing.fault(
                "mouth_D", f'"mouth_D" is wide open but shows little of its inside ({seen:.0%}); {way_out}'
            )
