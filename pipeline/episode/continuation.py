"""What a capture says that goes on from an earlier one, and what it has from that."""

from ..base.errors import SourceError
from ..base.frozen import Frozen
from .nodes import Node, ScalarNode, describe_node
from .steps import Step
from .values import IDENTIFIER_VALUE, ValidationContext, value


class EarlierSteps(Frozen):
    """What was done in the scene of this id, in a capture that goes on in a later one."""

    scene: str
    steps: tuple[Step, ...]


class Continuation(Frozen):
    """Which capture goes on: `name` is its id or its scene's ("": the last of the kind); `line` says so in the script."""

    name: str
    line: int


def _read_continuation(node: Node, context: ValidationContext) -> Continuation | None:
    if isinstance(node, ScalarNode) and node.text.lower() in ("true", "yes", "false", "no"):
        return Continuation(name="", line=node.line) if node.text.lower() in ("true", "yes") else None
    try:
        return Continuation(name=IDENTIFIER_VALUE.read(node, context), line=node.line)
    except SourceError as error:
        wanted = "true (the last capture of this kind before this one), or the id of a capture or of its scene"
        raise node.fault(f"expected {wanted}, not {describe_node(node)}") from error


CONTINUATION = value(_read_continuation, {"anyOf": [{"type": "boolean"}, IDENTIFIER_VALUE.schema("")]})
