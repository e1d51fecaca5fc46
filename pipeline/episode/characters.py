"""characters/*.json: the narrators of an episode, of the studios above it, and those that Lectern carries."""

import json
from collections.abc import Iterable
from pathlib import Path

from ..errors import SourceError
from .errors import EpisodeErrors
from .fields import Desk, Fields, choice, distinct, flag, number, read_fields, text
from .ids import IDENTIFIER
from .model import PHOTOGRAPHS, Character, Provider
from .nodes import Mapping, Node, Scalar, found, read_yaml
from .source import read_text, shown_path

BUILT_IN = Path(__file__).parents[2] / "assets" / "characters"


def read_characters(folders: Iterable[Path], episode: Path) -> tuple[Character, ...]:
    """The characters of `folders` (nearest first) and the built-in ones, by id; the nearest of an id wins.

    Raises EpisodeErrors with the faults of all files.
    """
    nearest: dict[str, Path] = {}
    for folder in (*folders, BUILT_IN):
        for path in sorted(folder.glob("*.json")):
            nearest.setdefault(path.stem, path)
    problems: list[SourceError] = []
    characters = [_character(path, shown_path(path, episode), problems) for _, path in sorted(nearest.items())]
    if problems:
        raise EpisodeErrors(problems)
    return tuple(character for character in characters if character)


def _character(path: Path, shown: str, problems: list[SourceError]) -> Character | None:
    desk = Desk(shown, path.parent)
    try:
        node = _json(read_text(path, shown), shown)
        values = read_fields(node, "a character", _FIELDS, desk, required=() if _has(node, "generate") else ("portrait",))
        _check_generated(node, desk)
        _check_names(path, node, desk)
    except SourceError as error:
        desk.problems.append(error)
    problems += desk.problems
    if desk.problems:
        return None
    return Character(**{"name": path.stem.replace("-", " ").title(), **values}, id=path.stem, file=str(path))


def _check_names(path: Path, node: Node, desk: Desk) -> None:
    if not IDENTIFIER.fullmatch(path.stem):
        desk.report(
            node.line,
            f'the file\'s name is the character\'s id, and "{path.stem}" is none; use letters, digits and hyphens',
        )


def _check_generated(node: Node, desk: Desk) -> None:
    """A generated portrait needs words, and no file."""
    if not _has(node, "generate"):
        return
    if _has(node, "portrait"):
        desk.report(node.line, 'a portrait is either a file ("portrait") or generated ("generate"); take one of them out')
    if not _has(node, "prompt"):
        desk.report(node.line, 'a portrait that is generated needs a "prompt": how the person looks')


def _has(node: Node, key: str) -> bool:
    return isinstance(node, Mapping) and key in node.keys()


def _json(source: str, shown: str) -> Node:
    """JSON as nodes with lines. Every JSON text is YAML, once its tabs, which can only be indentation, are spaces."""
    try:
        json.loads(source)
    except json.JSONDecodeError as error:
        raise SourceError(shown, error.lineno, f"this is not JSON: {error.msg}") from error
    except RecursionError as error:
        raise SourceError(shown, 1, "this is nested too deeply") from error
    node = read_yaml(source.replace("\t", " "), shown, 1)
    if node is None:
        raise SourceError(shown, 1, "this file is empty")
    return node


def _portrait(node: Node, desk: Desk) -> str:
    """`lectern:NAME`, or an SVG or a photograph beside the character's file."""
    name = text(node, desk)
    if not name.startswith("lectern:") and ("\0" in name or not (desk.folder / name).is_file()):
        raise node.fault(f'there is no file "{name}" beside this one (Lectern\'s own are called lectern:ada and so on)')
    if not name.startswith("lectern:") and not name.lower().endswith((".svg", *PHOTOGRAPHS)):
        raise node.fault(f'a portrait is an SVG drawing or a photograph ({", ".join(PHOTOGRAPHS)}), not "{name}"')
    return name


def _provider(node: Node, desk: Desk) -> Provider:
    """A provider's name, or names and values with the provider among them."""
    if isinstance(node, Scalar):
        return Provider(provider=text(node, desk))
    values = dict(_pairs(node, desk))
    if "provider" not in values:
        raise node.fault('a "provider" is wanted, like {"provider": "wavespeed", "resolution": "720p"}')
    return Provider(provider=values.pop("provider"), settings=tuple(sorted(values.items())))


def _pairs(node: Node, desk: Desk) -> tuple[tuple[str, str], ...]:
    if not isinstance(node, Mapping):
        raise node.fault(f'names and values are wanted, like {{"speed": "1.1"}}, not {found(node)}')
    return tuple((key.text, text(value, desk)) for key, value in distinct(node, desk))


def _any_text(node: Node, desk: Desk) -> str:
    """A text that may be empty."""
    return node.text if isinstance(node, Scalar) else text(node, desk)


_FIELDS: Fields = {
    "name": text,
    "portrait": _portrait,
    "facing": choice("left", "right"),
    "mirror": flag,
    "side": choice("auto", "left", "right"),
    "size": number(0.1, 1, "frame heights"),
    "provider": text,
    "voice": text,
    "settings": _pairs,
    "palette": _pairs,
    "prompt": _any_text,
    "rights": text,
    "generate": _provider,
    "motion": _provider,
    "lipsync": _provider,
    "matting": _provider,
}
