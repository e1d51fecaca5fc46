"""The kinds of values that an author writes: how each is read, and its JSON Schema."""

import math
import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Protocol

from ..base.errors import SourceError
from ..base.files import as_on_disk, can_be_path
from .errors import did_you_mean, list_names, nearly_same, suggestion
from .ids import IDENTIFIER
from .nodes import MappingNode, Node, Respelling, ScalarNode, SequenceNode, describe_node
from .synonyms import kind_advice

Schema = dict[str, Any]
"""A JSON Schema (draft 2020-12)."""


class NamedCharacter(Protocol):
    """A character as scripts name it: by its id or its name."""

    @property
    def id(self) -> str:
        """The character's id."""
        ...

    @property
    def name(self) -> str:
        """The character's name, as people read it."""
        ...


def find_character[C: NamedCharacter](characters: Iterable[C], name: str) -> C | None:
    """Return the character with this id or name, in any case; None if there is none."""
    folded = name.strip().casefold()
    return next((c for c in characters if folded in (c.id.casefold(), c.name.casefold())), None)


@dataclass
class ValidationContext:
    """What a value is checked against, and the faults found so far.

    `marks` are the (line, word) places of the marks of the scene being read; `scene` is its id, None outside a scene;
    `kind` is the kind of the capture being read ("": unknown, or no capture).
    """

    file: str
    folder: Path
    characters: Sequence[NamedCharacter] = ()
    scene: str | None = None
    marks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    narrated: bool = True
    kind: str = ""
    problems: list[SourceError] = field(default_factory=list)
    respellings: list[Respelling] = field(default_factory=list)

    def report(self, line: int, message: str) -> None:
        """Add a fault at `line` of the file."""
        self.problems.append(SourceError(self.file, line, message))


ValueReader = Callable[[Node, ValidationContext], Any]


@dataclass(frozen=True, eq=False)
class Value:
    """A kind of value, as part of a field's type: ``Annotated[str, Value(…)]``.

    `read` returns the value that a node holds, or raises SourceError; `schema` is its JSON Schema within a capture of
    the given kind; `limits` are what else the docs say of it, such as "0 to 5"; `unit` is that of a number, such as "seconds".
    """

    read: ValueReader
    schema: Callable[[str], Schema]
    limits: str = ""
    unit: str = ""


def value(read: ValueReader, schema: Schema, limits: str = "") -> Value:
    """Return a kind of value that is the same everywhere."""
    return Value(read, lambda kind: schema, limits)


SCALAR: Schema = {"type": ["string", "number", "boolean"]}
"""A text: scripts take every value as it is written, so a number or a flag is a text, too."""


def parse_text(node: Node, context: ValidationContext) -> str:
    """Return a text that says something, without its last line end."""
    if (
        isinstance(node, MappingNode)
        and node.entries
        and all(re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", k) for k in node.keys())
    ):
        first = node.entries[0][1]
        raise node.fault(f"a script has one language, so write the text alone: {describe_node(first)}")
    if isinstance(node, SequenceNode):
        raise node.fault("expected one text, not a list; for each of several, write a step or a block of its own")
    if not isinstance(node, ScalarNode) or not node.text.strip():
        raise node.fault(f"expected a text, not {describe_node(node)}")
    if node.comment:
        raise node.fault(
            f'YAML ends a value at " #", so {describe_node(replace(node, text=node.comment))} would be lost; '
            "put the text into quotes, or the comment on a line of its own"
        )
    return node.text.removesuffix("\n")


def parse_exact_text(node: Node, context: ValidationContext) -> str:
    """Return a text that is put in somewhere, or nothing; a line end within quotes belongs to it, and that of a block doesn't."""
    text = parse_any_text(node, context)
    return node.text if isinstance(node, ScalarNode) and not node.block else text


def parse_any_text(node: Node, context: ValidationContext) -> str:
    """Return a text, which may be empty."""
    return node.text if isinstance(node, ScalarNode) and not node.text.strip() else parse_text(node, context)


def parse_flag(node: Node, context: ValidationContext) -> bool:
    """Return the truth of `true`, `yes`, `on` and their opposites."""
    found = _FLAGS.get(node.text.lower()) if isinstance(node, ScalarNode) else None
    if found is None:
        raise node.fault(f"expected true or false, not {describe_node(node)}")
    return found


_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def choice(*allowed: str, of: str = "") -> Value:
    """Return the kind of value that is one of `allowed`; `of` is what they are the kinds of ("overlay block")."""

    def read(node: Node, context: ValidationContext) -> str:
        if isinstance(node, ScalarNode) and node.text in allowed:
            return node.text
        advice, instead = kind_advice(node.text, of, allowed) if isinstance(node, ScalarNode) else ("", "")
        others = f"is no kind of {of}" if advice.startswith(";") and of else f"is not one of: {list_names(allowed)}"
        raise node.fault(f"{describe_node(node)} {others}{advice}", allowed, instead)

    return value(read, {"enum": list(allowed)}, ", ".join(f"`{name}`" for name in allowed))


_NUMBER = r"[-+]?(\d+(\.\d*)?|\.\d+)"


def number(least: float, most: float, unit: str = "") -> Value:
    """Return the kind of number from `least` to `most`."""
    wanted = f"a number{' of ' + unit if unit else ''} from {least:g} to {most:g}"

    def read(node: Node, context: ValidationContext) -> float:
        found = as_number(node)
        if found is None or not least <= found <= most:
            raise node.fault(f"expected {wanted}, not {describe_node(node)}")
        return found

    return Value(read, lambda kind: number_schema(least, most), f"{least:g} to {most:g}", unit)


def whole(least: int, most: int) -> Value:
    """Return the kind of whole number from `least` to `most`."""

    def read(node: Node, context: ValidationContext) -> int:
        found = as_number(node)
        if found is None or found != int(found) or not least <= found <= most:
            raise node.fault(f"expected a whole number from {least} to {most}, not {describe_node(node)}")
        return int(found)

    return value(read, number_schema(least, most) | {"multipleOf": 1}, f"{least} to {most}")


def number_schema(least: float | None, most: float | None) -> Schema:
    """Return the schema of a number, which may be in quotes."""
    bounds = {"minimum": least, "maximum": most}
    schema: Schema = {"type": ["number", "string"], "pattern": f"^{_NUMBER}$"}
    return schema | {name: bound for name, bound in bounds.items() if bound is not None}


def as_number(node: Node) -> float | None:
    """Return the number that a scalar is, or None."""
    if not isinstance(node, ScalarNode) or not re.fullmatch(_NUMBER, node.text, re.ASCII):
        return None
    found = float(node.text)
    return found if math.isfinite(found) else None


def _read_identifier(node: Node, context: ValidationContext) -> str:
    if not isinstance(node, ScalarNode) or not IDENTIFIER.fullmatch(node.text):
        raise node.fault(f"an id is made of letters, digits, hyphens, dots and underscores, not {describe_node(node)}")
    return node.text


def parse_mark(node: Node, context: ValidationContext) -> str:
    """Return the name of a mark of the scene, with or without its braces."""
    name = parse_text(node, context).strip("{}")
    if name not in context.marks and re.fullmatch(r"[\d.:]+\s*(?:s|sec|seconds?|ms|m|min)?", name):
        way = "put a mark like {here} before the word at which it happens, and write its name: here"
        raise node.fault(
            f"a moment is a word of the narration, not a time like {describe_node(node)}; {way}", context.marks
        )
    if not context.narrated:
        raise node.fault(
            f'scene "{context.scene}" says nothing, so it has no mark "{name}"; marks belong in the prose: {{{name}}}'
        )
    if name not in context.marks:
        near, marks = nearly_same(name, context.marks), list_names(context.marks)
        own = "" if near else " (a block is seen in its own scene only, up to its end at most)"
        if name in ("start", "begin", "beginning", "end"):
            own = f"; the scene's {'end' if name == 'end' else 'start'} needs none, so leave this line out"
        message = f'there is no mark "{name}" in scene "{context.scene}"{suggestion(near)}; its marks are: {marks}{own}'
        raise node.fault(message, context.marks, near)
    return name


def _read_point(node: Node, context: ValidationContext) -> tuple[float, float]:
    """Return two fractions, from the left and from the top."""
    values = [as_number(item) for item in node.items] if isinstance(node, SequenceNode) else []
    if len(values) != 2 or not all(v is not None and 0 <= v <= 1 for v in values):
        raise node.fault(f"a place is two fractions from 0 to 1, like [0.5, 0.25], not {_describe_items(node)}")
    return values[0] or 0.0, values[1] or 0.0


def _describe_items(node: Node) -> str:
    if not isinstance(node, SequenceNode):
        return describe_node(node)
    return "[" + ", ".join(i.text if isinstance(i, ScalarNode) else describe_node(i) for i in node.items) + "]"


def _read_place(node: Node, context: ValidationContext) -> tuple[float, float] | None:
    return None if isinstance(node, ScalarNode) and node.text == "auto" else _read_point(node, context)


def parse_file(node: Node, context: ValidationContext) -> str:
    """Return the path, relative to the episode, of a file in it; a link that leads out of the episode is refused."""
    name = parse_text(node, context)
    if not can_be_path(name) or Path(name).is_absolute():
        raise node.fault(f'"{name}" is not a path within the episode; name files relative to its folder')
    name = as_on_disk(context.folder, name)
    if sequence := _sequence_fault(name, context.folder):
        raise node.fault(sequence)
    if not (context.folder / name).is_file():
        near = did_you_mean(name, _neighbours(context.folder / name, context))
        raise node.fault(f'there is no file "{name}" in {context.folder.name}{near}')
    if not (context.folder / name).resolve().is_relative_to(context.folder.resolve()):
        raise node.fault(f'"{name}" lies outside the episode; copy it into {context.folder.name}/')
    return name


def _sequence_fault(name: str, folder: Path) -> str:
    """Return what to do about a sequence of pictures that is meant by a pattern or by its folder; "" for anything else."""
    pattern = re.sub(r"#+", lambda signs: f"%0{len(signs[0])}d", name)
    if (folder / name).is_dir():
        pictures = sorted(file.name for file in (folder / name).iterdir() if _NUMBERED.search(file.name))
        if not pictures:
            return f'"{name}" is a folder; name a file in it'
        digits = _NUMBERED.sub(lambda found: f"%0{len(found[1])}d.{found[2]}", pictures[0])
        pattern = f"{name.rstrip('/')}/{digits}"
    elif not re.search(r"%\d*d", pattern) or (folder / name).is_file():
        return ""
    video = f"{Path(pattern).parent.name or 'video'}.mov"
    make = f"ffmpeg -framerate 25 -i {shlex.quote(pattern)} -c:v png {shlex.quote(video)}"
    way = f"this makes a video of them that keeps what is transparent: {make}"
    return f'"{name}" is a sequence of pictures, and Lectern takes one file; {way}'


_NUMBERED = re.compile(r"(\d+)\.(png|jpe?g|webp|tiff?|bmp|exr|dpx)$", re.I)


def _neighbours(path: Path, context: ValidationContext) -> list[str]:
    """Return the files beside a path, named like it."""
    if not path.parent.is_dir():
        return []
    inside = path.parent.is_relative_to(context.folder)
    prefix = path.parent.relative_to(context.folder) if inside else path.parent
    return [(prefix / other.name).as_posix() for other in path.parent.iterdir() if other.is_file()]


def _read_character(node: Node, context: ValidationContext) -> str:
    """Return the id of a character, who may be called by name."""
    name = parse_text(node, context)
    if known := find_character(context.characters, name):
        return known.id
    ids = [character.id for character in context.characters]
    near = nearly_same(name, ids)
    another = "" if near else f'; another one is made with "lectern character new {name}"'
    message = f'there is no character "{name}"{suggestion(near)}; the characters are: {list_names(ids)}{another}'
    raise node.fault(message, ids, near)


def entries(of: Value, what: str) -> Value:
    """Return the kind of list that has at least one entry; `what` names its entries in messages."""

    def read(node: Node, context: ValidationContext) -> tuple[Any, ...]:
        if not isinstance(node, SequenceNode) or not node.items:
            instead = "an empty one" if isinstance(node, SequenceNode) else describe_node(node)
            raise node.fault(f"expected a list of {what}, not {instead}")
        return tuple(found for item in node.items for found in _entry(of.read, item, context))

    return Value(read, lambda kind: {"type": "array", "items": of.schema(kind), "minItems": 1}, of.limits)


def _entry(reader: ValueReader, item: Node, context: ValidationContext) -> tuple[Any, ...]:
    """Return the entry alone, or nothing once its fault is reported."""
    try:
        return (reader(item, context),)
    except SourceError as error:
        context.problems.append(error)
        return ()


POINT_SCHEMA: Schema = {
    "type": "array", "items": number_schema(0, 1), "minItems": 2, "maxItems": 2,
    "description": "Fractions of the width and the height, from the top left: [0.5, 0.25]",
}  # fmt: skip

TEXT = value(parse_text, SCALAR | {"pattern": r"\S"})
ANY_TEXT = value(parse_any_text, SCALAR)
EXACT_TEXT = value(parse_exact_text, SCALAR)
_FLAG_WORDS = "|".join(spelled for name in _FLAGS for spelled in (name, name.title(), name.upper()))
FLAG = value(parse_flag, {"type": ["boolean", "string"], "pattern": f"^({_FLAG_WORDS})$"}, "`true` or `false`")
IDENTIFIER_VALUE = value(_read_identifier, SCALAR | {"pattern": r"^[^\s!-/:-@\[-\^`{-~][^\s!-,/:-@\[-\^`{-~]*$"})
MARK = value(parse_mark, SCALAR | {"pattern": r"\S", "description": "A mark of the scene's prose"})
POINT = value(_read_point, POINT_SCHEMA)
PLACE = value(_read_place, {"anyOf": [{"const": "auto"}, POINT_SCHEMA]})
FILE = value(parse_file, SCALAR | {"pattern": r"\S", "description": "A file of the episode"})
CHARACTER = value(_read_character, SCALAR | {"pattern": r"\S", "description": "The id or the name of a character"})

Identifier = Annotated[str, IDENTIFIER_VALUE]
MarkName = Annotated[str, MARK]
FramePoint = Annotated[tuple[float, float], POINT]
FileName = Annotated[str, FILE]
CharacterId = Annotated[str, CHARACTER]
