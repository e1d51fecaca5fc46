"""The code of an overlay: from the script or from a file of the episode, and which of its lines light up when."""

from pathlib import Path
from typing import Annotated, Any

from ..base.frozen import Frozen
from .fields import Key, check_span, declared, mapping_schema, read_fields
from .nodes import Node, ScalarNode, SequenceNode
from .source import read_text
from .targets import LINES
from .values import MarkName, Schema, ValidationContext, entries, value


class LitLines(Frozen):
    """Lines of an overlay's code (the first and the last, from 1) that light up at a mark (None: with the overlay)."""

    lines: Annotated[tuple[int, int], LINES, Key("The lines, like `3` or `3-5`")]
    at: Annotated[MarkName | None, Key("The mark at which they light up", default="with the overlay")] = None
    until: Annotated[
        MarkName | None,
        Key("The mark at which they go out", default="as others light up, or with the overlay"),
    ] = None
    line: int = 0


def _read_lit(node: Node, context: ValidationContext) -> LitLines:
    if isinstance(node, ScalarNode):
        return LitLines(lines=LINES.read(node, context), line=node.line)
    values = read_fields(node, "a highlight", declared(LitLines), context)
    check_span(values, node.line, context)
    return LitLines(**{"lines": (1, 1), **values, "line": node.line})


_LIT: Schema = {"anyOf": [LINES.schema(""), mapping_schema(declared(LitLines))]}
_SEVERAL = entries(value(_read_lit, _LIT), "lines")


def _read_highlight(node: Node, context: ValidationContext) -> tuple[LitLines, ...]:
    """Return the lines of a list, or of one entry alone."""
    if not isinstance(node, SequenceNode):
        return (_read_lit(node, context),)
    several: tuple[LitLines, ...] = _SEVERAL.read(node, context)
    return several


HIGHLIGHT = value(_read_highlight, {"anyOf": [_LIT, _SEVERAL.schema("")]})


def with_code(values: dict[str, Any], context: ValidationContext) -> dict[str, Any]:
    """Return the values of an overlay of code with the text of its file; lines that it lacks are reported."""
    if values.get("file"):
        path = context.folder / values["file"]
        values = values | {"text": read_text(path, Path(values["file"]).as_posix())}
    count = len(str(values.get("text", "")).rstrip("\n").split("\n"))
    for lit in (lit for lit in values.get("highlight", ()) if lit.lines[1] > count):
        has = f"{count} line" + ("s" if count != 1 else "")
        context.report(lit.line, f'"highlight": the code has {has}, so there is no line {lit.lines[1]}')
    return values
