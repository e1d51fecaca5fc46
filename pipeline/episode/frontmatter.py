"""The lines between `---` at the top of a script, and what they say of the whole film."""

import re
from typing import Annotated

from ..base.errors import SourceError
from ..base.frozen import Frozen
from .fields import Key, declared, mapping_schema, read_fields
from .film_size import size_advice
from .nodes import MappingNode, Node, ScalarNode, describe_node
from .values import SCALAR, CharacterId, ValidationContext, number, parse_text, value

FORMAT = 1
"""The newest format of scripts that this Lectern reads."""

_FENCE = re.compile(r"---[ \t]*")
_END = re.compile(r"(---|\.\.\.)[ \t]*")


def split(script: str, file: str) -> tuple[str, str]:
    """Return the front matter's YAML, and the script with it blanked out, so that every line keeps its number."""
    lines = script.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        return "", script
    end = next((i for i, line in enumerate(lines[1:], 1) if _END.fullmatch(line)), None)
    if end is None:
        raise SourceError(file, 1, 'the front matter starts here and never ends; close it with a line "---"')
    return "\n".join(lines[1:end]), "\n".join([*[""] * (end + 1), *lines[end + 1 :]])


def _check_format(node: Node) -> None:
    """Refuse a newer format: whatever else it says, this Lectern would misread it."""
    given = node.get("format") if isinstance(node, MappingNode) else None
    if isinstance(given, ScalarNode) and given.text.isdecimal() and int(given.text) > FORMAT:
        raise given.fault(
            f"this script is written in format {given.text} and this Lectern reads up to {FORMAT}; "
            "install a newer Lectern"
        )


def length_of(written: str) -> tuple[float, float] | None:
    """Return the least and most seconds that a wanted length allows; None if it can't be read.

    `5m ±2m` and `60s-90s` say both. What the film may miss them by is in `tolerated`.
    """
    first, sign, second = (part.strip() for part in [*_SIGN.split(written, maxsplit=1), "", ""][:3])
    both_ends = sign in ("-", "\u2013", "to")
    one = _seconds(first) or (_seconds(first + _unit(second)) if both_ends else None)
    other = _seconds(second) if sign else 0.0
    if one is None or other is None:
        return None
    least, most = (one, other) if both_ends else (one - other, one + other)
    return (least, most) if 0 < least <= most else None


def tolerated(length: tuple[float, float]) -> tuple[float, float]:
    """Return the least and most seconds that nobody minds where `length` is wanted: a tenth less, and a tenth more."""
    return length[0] * 0.9, length[1] * 1.1


_SIGN = re.compile(r"(±|\+/?-|-|\u2013|\bto\b)")


def _unit(written: str) -> str:
    """Return the unit at the end, for "60-90s"."""
    return (re.search(r"[a-z]*$", written) or [""])[0]


_TIME = r"(?:([\d.]+)\s*h(?:ours?)?)?\s*(?:([\d.]+)\s*m(?:in(?:ute)?s?)?)?\s*(?:([\d.]+)\s*s(?:ec(?:ond)?s?)?)?"


def _seconds(written: str) -> float | None:
    """Return `90s`, `1m30s`, `1.5m`, `2m 10s` and `1h` in seconds."""
    parts = re.fullmatch(_TIME, written.strip().lower(), re.ASCII)
    if clock := re.fullmatch(r"(\d{1,3}):([0-5]\d)", written.strip(), re.ASCII):
        return 60.0 * int(clock[1]) + int(clock[2])
    if not parts or not any(parts.groups()):
        return None
    try:
        return sum(float(part or 0) * size for part, size in zip(parts.groups(), (3600, 60, 1), strict=True))
    except ValueError:
        return None


_CODE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*"


def _read_language(node: Node, context: ValidationContext) -> str:
    if isinstance(node, ScalarNode) and re.fullmatch(_CODE, node.text, re.ASCII):
        return node.text
    raise node.fault(f"a language is a code like en, de or pt-BR, not {describe_node(node)}")


def _read_length(node: Node, context: ValidationContext) -> tuple[float, float]:
    span = length_of(node.text) if isinstance(node, ScalarNode) else None
    if span is None:
        raise node.fault(
            f"a length is like 5m ±2m, 60s-90s or 90s (a tenth more or less is fine), not {describe_node(node)}"
        )
    return span


def _read_format(node: Node, context: ValidationContext) -> str:
    """Return the format of the script; a film's shape, which is easily written here, is answered with where it belongs."""
    if isinstance(node, ScalarNode) and node.text == str(FORMAT):
        return node.text
    advice, instead = size_advice("format", node.text, "the front matter") if isinstance(node, ScalarNode) else ("", "")
    if advice:
        raise node.fault(
            f"this is the format of the script's text, which is {FORMAT}, and not the shape of the film{advice}",
            (),
            instead,
        )
    raise node.fault(
        f"this is the format of the script's text, which is {FORMAT}, not {describe_node(node)}; leave it out"
    )


LANGUAGE = value(_read_language, {"type": "string", "pattern": f"^{_CODE}$"})
LENGTH = value(_read_length, SCALAR | {"pattern": r"\d"})
FORMAT_NUMBER = value(_read_format, {"enum": [FORMAT, str(FORMAT)]})


class EndCard(Frozen):
    """The card at the end of the film."""

    text: Annotated[str, Key("What it says", default="the film's title")] = ""
    subtitle: Annotated[str, Key("A smaller line below", default="who speaks in the film")] = ""
    seconds: Annotated[
        float,
        number(1, 60, "seconds"),
        Key("How long it is seen; 8 to 20 s leave room for the tiles of a platform's end screen"),
    ] = 4.0


_NO_CARD = ("none", "no", "off", "false", "null", "~", "")


def _read_end(node: Node, context: ValidationContext) -> EndCard | None:
    """Return the card at the end as `end:` describes it; None where there is to be none."""
    if isinstance(node, ScalarNode):
        return None if node.text.lower() in _NO_CARD else EndCard(text=parse_text(node, context))
    return EndCard(**read_fields(node, "end", declared(EndCard), context))


END_CARD = value(_read_end, {"anyOf": [SCALAR, mapping_schema(declared(EndCard))]})


class FrontMatter(Frozen):
    """What the lines at the top of a script say of the whole film. `length` is (least, most) seconds wanted, or None."""

    title: Annotated[str, Key("The title of the film", default="the folder's name")] = ""
    narrator: Annotated[CharacterId, Key("The character who speaks when the script names nobody else")] = "ada"
    length: Annotated[
        tuple[float, float] | None,
        LENGTH,
        Key(
            "How long the film should be: `5m ±2m`, `60s-90s` or `90s`; a tenth more or less is fine",
            default="any length is fine",
        ),
    ] = None
    description: Annotated[str, Key("What the film is about, for the page where you publish it")] = ""
    language: Annotated[str, LANGUAGE, Key("The language of the narration, as a code: `en`, `de`, `pt-BR`")] = "en"
    end: Annotated[
        EndCard | None,
        END_CARD,
        Key(
            "The card at the end: `none`, its text, or a mapping of `text`, `subtitle` and `seconds`",
            default="for 4 s, the title and who speaks; none where the last scene ends with a title",
        ),
    ] = EndCard()
    format: Annotated[str, FORMAT_NUMBER, Key("The format of the script; a newer Lectern may read more than `1`")] = "1"


def read_front_matter(node: Node, context: ValidationContext) -> FrontMatter:
    """Return what the front matter says; faults go to `context`, but a newer format is raised at once."""
    _check_format(node)
    return FrontMatter(**read_fields(node, "the front matter", declared(FrontMatter), context))
