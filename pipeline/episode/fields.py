"""A field that an author writes is declared once, in the type of a model's attribute; reader, schema and docs follow.

    size: Annotated[float | None, number(0.1, 1, "frame heights"), Key("The height of the narrator")] = None

An attribute without a `Key` is not written by authors.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from ..base.errors import SourceError
from .errors import list_names
from .nodes import MappingNode, Node, ScalarNode, describe_node
from .synonyms import key_advice
from .values import FLAG, TEXT, Schema, ValidationContext, Value, choice, parse_text


@dataclass(frozen=True, eq=False)
class Key:
    """What the docs, editors and schemas say of a field.

    `about` says what it is; `name` is its key where the attribute has another name; `default` describes what holds
    without it, where the attribute's default does not say so; `more` (links) and `example` are for the docs alone.
    `required` None: as the attribute is.
    """

    about: str
    name: str = ""
    default: str = ""
    more: str = ""
    example: str = ""
    required: bool | None = None


BLOCK_ID = Key("An id, so that edits and takes stay with the block when its content changes", required=False)
"""The `id` that every block can have."""


@dataclass(frozen=True)
class DeclaredField:
    """A field of a model as authors write it: `name` is its key, `attribute` where its value goes.

    `reason` is what a message adds where it is required and missing.
    """

    name: str
    attribute: str
    value: Value
    key: Key
    required: bool = False
    default: Any = None
    reason: str = ""

    def schema(self, kind: str = "") -> Schema:
        """Return its JSON Schema, with what it is and its default."""
        own = self.value.schema(kind)
        about = {"description": self.key.about.replace("`", "")}
        plain = isinstance(self.default, str | bool | int | float) and self.default != ""
        return own | about | ({"default": self.default} if plain else {})


Fields = Mapping[str, DeclaredField]
"""Fields by their keys."""


@dataclass(frozen=True)
class Offer:
    """What a message about an unknown key names in place of the mapping and its keys: `what` takes `names`."""

    what: str
    names: tuple[str, ...]


@cache
def declared(model: type[BaseModel]) -> Fields:
    """Return the fields of `model` that authors write, in their order."""
    return {field.name: field for field in _declared(model)}


def _declared(model: type[BaseModel]) -> Iterator[DeclaredField]:
    for attribute, info in model.model_fields.items():
        key = next((item for item in info.metadata if isinstance(item, Key)), None)
        if key is not None:
            required = info.is_required() if key.required is None else key.required
            default = None if info.is_required() else info.get_default()
            found = _value_of(info.annotation, info.metadata)
            yield DeclaredField(
                key.name or info.alias or attribute, info.alias or attribute, found, key, required, default
            )


def _value_of(annotation: Any, metadata: Iterable[Any] = ()) -> Value:
    """Return the kind of value of a type."""
    given = next((item for item in metadata if isinstance(item, Value)), None)
    if given is not None:
        return given
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value_of(args[0], args[1:])
    if origin in (Union, UnionType):
        return _value_of(next(arg for arg in args if arg is not type(None)))
    return choice(*args) if origin is Literal else {str: TEXT, bool: FLAG}[annotation]


def subset(fields: Fields, names: Iterable[str]) -> Fields:
    """Return the fields with these keys, in the order of `names`."""
    return {name: fields[name] for name in names}


def read_fields(
    node: Node | None,
    what: str,
    fields: Fields,
    context: ValidationContext,
    told: Container[str] = (),
    offer: Offer | None = None,
) -> dict[str, Any]:
    """Return the values of a mapping by the names of the attributes; everything wrong with them goes to `context`.

    `what` is the mapping in messages: "an overlay block"; `told` are keys that another message says to write; `offer` is
    what an unknown key was probably meant for. Raises SourceError where `node` is no mapping.
    """
    if not isinstance(node, MappingNode):
        line = node.line if node else 1
        raise SourceError(context.file, line, f'{what} is made of "key: value" lines, not of {describe_node(node)}')
    values: dict[str, Any] = {}
    strange: list[tuple[ScalarNode, str]] = []
    for key, entry in distinct(node, context):
        if key.text not in fields:
            strange.append((key, entry.text if isinstance(entry, ScalarNode) else ""))
        else:
            read_field(fields[key.text], entry, context, values)
    faults = _unknown_keys(strange, what, tuple(fields), offer)
    context.problems.extend(faults)
    missing = {name: field for name, field in fields.items() if name not in told and name not in keys_to_write(faults)}
    report_missing(keys_of(node), what, missing, node.line, context)
    return values


def keys_to_write(faults: Iterable[SourceError]) -> set[str]:
    """Return the keys that faults say to write instead: who does that lacks them no more."""
    return {fault.details.instead.partition(":")[0] for fault in faults}


def _unknown_keys(
    keys: Iterable[tuple[ScalarNode, str]], what: str, allowed: tuple[str, ...], offer: Offer | None
) -> list[SourceError]:
    """Return the faults of keys that don't exist, each with its value: one for all that the same sentence answers."""
    answers: dict[str, tuple[list[ScalarNode], str, str]] = {}
    for key, value in keys:
        advice, instead = key_advice(key.text, what, allowed, value)
        same = answers.setdefault(advice if advice.startswith(":") else key.text, ([], advice, instead))
        same[0].append(key)
    return [
        same[0].fault(_unknown_message([key.text for key in same], what, allowed, advice, offer), allowed, instead)
        for same, advice, instead in answers.values()
    ]


def _unknown_message(
    keys: Iterable[str], what: str, allowed: Iterable[str], advice: str, offer: Offer | None = None
) -> str:
    unknown = f"has no {list_names(f'"{key}"' for key in keys)}{advice}"
    if advice.startswith(":"):  # it says what to write
        return f"{what} {unknown}"
    if offer:
        return f"{offer.what} {unknown}; it takes: {list_names(offer.names)}"
    return f"{what} {unknown}; its keys are: {list_names(allowed)}"


def report_missing(given: Container[str], what: str, fields: Fields, line: int, context: ValidationContext) -> None:
    """Report the required fields that are not among the keys `given`."""
    for field in (field for name, field in fields.items() if field.required and name not in given):
        options = field.value.limits.replace("`", "") if field.value.limits.startswith("`") else ""
        reason = field.reason or (f"one of {options}" if options else "")
        context.report(line, f'{what} needs "{field.name}"{f": {reason}" if reason else ""}')


def distinct(node: MappingNode, context: ValidationContext) -> Iterator[tuple[ScalarNode, Node]]:
    """Yield the entries of a mapping; a key that is there twice is reported and given once."""
    first: dict[str, ScalarNode] = {}
    for key, entry in node.entries:
        if key.text in first:
            context.problems.append(key.fault(_twice(first[key.text], key)))
        else:
            first[key.text] = key
            yield key, entry


def _twice(first: ScalarNode, key: ScalarNode) -> str:
    """Return what is said of a key that is there twice: by the names that the author wrote."""
    one, other = first.written or first.text, key.written or key.text
    if one == other:
        return f'the key "{one}" is there twice (first on line {first.line})'
    if one == key.text or other == key.text:
        also = other if one == key.text else one
        return (
            f'"{also}" is read as "{key.text}", and "{key.text}" is written, too (line {first.line}); keep one of them'
        )
    return f'"{one}" (line {first.line}) and "{other}" are both read as "{key.text}"; keep one of them'


def read_pairs(node: Node, context: ValidationContext, wanted: str) -> tuple[tuple[str, str], ...]:
    """Return the names and texts of a mapping; `wanted` says in a fault what should have been written."""
    if not isinstance(node, MappingNode):
        raise node.fault(f"{wanted}, not {describe_node(node)}")
    return tuple((key.text, parse_text(entry, context)) for key, entry in distinct(node, context))


def unknown_key(key: str, what: str, allowed: tuple[str, ...], value: str = "") -> tuple[str, str]:
    """Return the message about a key that does not exist, and what to write instead ("": nobody knows)."""
    advice, instead = key_advice(key, what, allowed, value)
    return _unknown_message((key,), what, allowed, advice), instead


def read_field(field: DeclaredField, node: Node, context: ValidationContext, values: dict[str, Any]) -> None:
    """Put the value of a field into `values`, or its fault, which names the field, into `context`."""
    try:
        values[field.attribute] = field.value.read(node, context)
    except SourceError as error:
        same = error.line == node.line
        context.problems.append(error.reworded(f'"{field.name}": {error.message}') if same else error)


def keys_of(node: Node | None) -> tuple[str, ...]:
    """Return the keys of a mapping, each once; none of anything else."""
    return tuple(dict.fromkeys(node.keys())) if isinstance(node, MappingNode) else ()


@dataclass(frozen=True)
class Rule:
    """How many of `keys` may be written: with a message for `missing` at least one, with one for `many` at most one.

    `{given}` and `{count}` in a message are what is written. `on_fence`: its fault belongs to the line of the block's fence.
    """

    keys: tuple[str, ...]
    missing: str = ""
    many: str = ""
    on_fence: bool = False

    def fault(self, given: Iterable[str]) -> str:
        """Return what is wrong with the keys `given`; "" where nothing is."""
        found = [key for key in self.keys if key in set(given)]
        message = self.missing if not found else self.many if len(found) > 1 else ""
        return message.replace("{given}", list_names(found)).replace("{count}", str(len(found)))

    def schema(self) -> Schema:
        """Return the rule as JSON Schema."""
        each = [{"required": [key]} for key in self.keys]
        if self.missing:
            return each[0] if len(each) == 1 else {"oneOf" if self.many else "anyOf": each}
        return {"not": {"anyOf": [{"required": list(pair)} for pair in combinations(self.keys, 2)]}}


@dataclass(frozen=True)
class Needs:
    """A key that goes with another one."""

    key: str
    other: str
    message: str
    on_fence: bool = False

    def fault(self, given: Iterable[str]) -> str:
        """Return what is wrong with the keys `given`; "" where nothing is."""
        found = set(given)
        return self.message if self.key in found and self.other not in found else ""

    def schema(self) -> Schema:
        """Return the rule as JSON Schema."""
        return {"dependentRequired": {self.key: [self.other]}}


Rules = tuple[Rule | Needs, ...]


def check_rules(rules: Rules, node: Node, fence: int, context: ValidationContext) -> None:
    """Report every rule that the keys of `node` break; `fence` is the line of the block's fence."""
    given = keys_of(node)
    for rule, fault in ((rule, rule.fault(given)) for rule in rules):
        if fault:
            context.report(fence if rule.on_fence else node.line, fault)


def check_span(values: Mapping[str, Any], line: int, context: ValidationContext) -> None:
    """Report an `until` that is not spoken after its `at`."""
    at, until = values.get("at", ""), values.get("until", "")
    start, end = context.marks.get(at), context.marks.get(until)
    if start and end and end <= start:
        context.report(line, f'"until: {until}" is not said after "at: {at}"')


def mapping_schema(fields: Fields, rules: Rules = (), kind: str = "") -> Schema:
    """Return the JSON Schema of a mapping with these fields and no others."""
    schema: Schema = {
        "type": "object",
        "properties": {name: field.schema(kind) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.required],
        "additionalProperties": False,
    }
    checks = [rule.schema() for rule in rules]
    return {key: part for key, part in schema.items() if part != []} | ({"allOf": checks} if checks else {})
