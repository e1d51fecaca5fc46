"""Changing the scenes of script.md as wholes: their order, copies, new ones, and blocks in them.

As in `edit`, a script is exact text and every byte that isn't asked for stays. A scene reaches from its heading to its last
line that isn't empty; the empty lines between scenes stay where they are. Scenes are named by the line of their heading.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from ..base.errors import LecternError, SourceError
from .canonical import block_name
from .edit import LineIndex, field_source, set_field
from .frontmatter import split
from .markdown import line_of, tokens_of
from .nodes import MappingNode, ScalarNode, quoted, read_yaml
from .source import SCRIPT, plain_text

_ID = re.compile(r"[ \t]*\{#([^}]*)\}")
_HEADING = re.compile(r"(?P<marks>\s{0,3}#{1,6}[ \t]+)(?P<title>.*?)(?P<id>[ \t]*\{#[^}]*\})?(?P<rest>[ \t]*#*[ \t]*)$")


@dataclass(frozen=True)
class SceneSource:
    """Where a scene is in a script: the `line` of its heading, and its text from `start` to `end` without empty lines after it."""

    line: int
    start: int
    end: int


def scene_sources(script: str) -> tuple[SceneSource, ...]:
    """Return where every scene is, in order."""
    index = LineIndex(script)
    lines = [line_of(token) for token in _tokens(script) if token.type == "heading_open" and not token.level]
    starts = [index.start(line) for line in lines]
    found = zip(lines, starts, [*starts[1:], len(script)], strict=True)
    return tuple(SceneSource(line, start, start + len(script[start:end].rstrip())) for line, start, end in found)


def scene_source(script: str, line: int) -> str:
    """Return the text of the scene whose heading is at `line`. Raises SourceError if there is none."""
    return _text(script, _at(script, line))


def move_scene(script: str, line: int, by: int) -> str:
    """Return the script with a scene `by` places further down (up, if negative), as far as there are any."""
    scenes = scene_sources(script)
    at = scenes.index(_at(script, line))
    to = min(max(at + by, 0), len(scenes) - 1)
    order = [text for n, text in enumerate(_texts(script)) if n != at]
    order.insert(to, _text(script, scenes[at]))
    changed, place = script[: scenes[0].start], scenes[0].start
    for scene, text in zip(scenes, order, strict=True):
        changed += script[place : scene.start] + text
        place = scene.end
    return _checked(changed + script[place:], order)


def remove_scene(script: str, line: int) -> str:
    """Return the script without a scene. Raises LecternError for the only one."""
    scenes = scene_sources(script)
    at = scenes.index(_at(script, line))
    if len(scenes) == 1:
        raise LecternError("this is the only scene, and a film needs one: write another one first")
    if at + 1 < len(scenes):
        changed = script[: scenes[at].start] + script[scenes[at + 1].start :]
    else:
        changed = script[: scenes[at - 1].end] + script[scenes[at].end :]
    return _checked(changed, [text for n, text in enumerate(_texts(script)) if n != at])


def insert_scene(script: str, after: int | None, source: str) -> str:
    """Return the script with a scene, `source`, below the one at line `after` (None: as the first)."""
    scenes, texts, end = scene_sources(script), list(_texts(script)), _line_end(script)
    source = plain_text(source).strip("\n").rstrip().replace("\n", end)
    if after is None:
        place = scenes[0].start if scenes else len(script)
        changed = script[:place] + source + (2 * end if scenes else end) + script[place:]
        texts.insert(0, source)
    else:
        scene = _at(script, after)
        changed = script[: scene.end] + 2 * end + source + script[scene.end :]
        texts.insert(scenes.index(scene) + 1, source)
    return _checked(changed, texts)


def duplicate_scene(script: str, line: int, id: str, taken: Sequence[str]) -> str:
    """Return the script with a copy of a scene below it, called `id`; ids of blocks in it that are `taken` get a number."""
    source = scene_source(script, line)
    return insert_scene(script, line, _with_own_ids(_with_heading_id(source, id), id, taken))


def rename_scene(script: str, line: int, title: str, id: str) -> str:
    """Return the script with another title of a scene, whose `id` is written down so that it stays what it is."""
    index, scene = LineIndex(script), _at(script, line)
    found = _HEADING.fullmatch(index.text(line))
    if not found or not title.strip() or "\n" in title:
        raise SourceError(SCRIPT, line, "a scene's title is one line of text; change this heading in the script")
    heading, end = f"{found['marks']}{title.strip()}{found['id'] or f' {{#{id}}}'}", index.end(line)
    texts = [heading + script[end : scene.end] if other == scene else text for other, text in _numbered(script)]
    return _checked(script[: scene.start] + heading + script[end:], texts)


def enable_scene(script: str, line: int, enabled: bool) -> str:
    """Return the script with a scene in the film, or left out of it."""
    fence = next((f for f in _fences(script, _at(script, line)) if f.info.strip() == "scene"), None)
    if fence is None:
        end = _line_end(script)
        block = f"{end}{end}```scene{end}enabled: false{end}```"
        place = LineIndex(script).end(line)
        return script if enabled else script[:place] + block + script[place:]
    keys = _keys(fence)
    if not enabled:
        return set_field(script, line_of(fence), ("enabled",), "false")
    if keys == ["enabled"]:
        return _without_block(script, fence)
    return set_field(script, line_of(fence), ("enabled",), None) if "enabled" in keys else script


def add_block(script: str, line: int, name: str, body: str) -> str:
    """Return the script with a block at the end of a scene: a fence called `name` around `body`."""
    scene, end = _at(script, line), _line_end(script)
    fence = "`" * max(3, max((len(run) + 1 for run in re.findall(r"`+", body)), default=3))
    block = f"{fence}{name}\n{plain_text(body).strip(chr(10))}\n{fence}".replace("\n", end)
    texts = [text + (2 * end + block if s == scene else "") for s, text in _numbered(script)]
    return _checked(script[: scene.end] + 2 * end + block + script[scene.end :], texts)


def remove_block(script: str, line: int) -> str:
    """Return the script without the block whose fence opens at `line`. Raises SourceError if there is none."""
    fence = next((t for t in _tokens(script) if t.type == "fence" and line_of(t) == line), None)
    if fence is None:
        raise SourceError(SCRIPT, line, "no block starts here; the script may have changed since it was read")
    return _without_block(script, fence)


def _without_block(script: str, fence: Token) -> str:
    """Return the script without a block and the empty lines before it."""
    first, last = fence.map or (0, 0)
    index = LineIndex(script)
    start = len(script[: index.start(first + 1)].rstrip())
    return script[:start] + script[index.end(last) :]


def _with_heading_id(source: str, id: str) -> str:
    """Return a scene's text with another id in its heading."""
    heading, mark, rest = source.partition("\n")
    ending = "\r" if heading.endswith("\r") else ""
    return f"{_ID.sub('', heading.removesuffix(ending))} {{#{id}}}{ending}{mark}{rest}"


def _with_own_ids(source: str, id: str, taken: Sequence[str]) -> str:
    """Return the text of the scene `id` with ids of its blocks that are not `taken`, and `continues` of them following."""
    used, renamed, changed = {id.casefold() for id in (id, *taken)}, dict[str, str](), source
    for fence in (fence for fence in _all_fences(source) if "id" in _keys(fence)):
        line = line_of(fence)
        if fence.info.strip() == "scene":
            changed = set_field(changed, line, ("id",), id)
        else:
            old = field_source(changed, line, ("id",)).strip("\"'")
            numbers = (f"{old}-{n}" for n in range(2, len(used) + 3))
            renamed[old] = next(new for new in numbers if new.casefold() not in used)
            used.add(renamed[old].casefold())
            changed = set_field(changed, line, ("id",), quoted(renamed[old]))
    for fence in _all_fences(changed):
        if "continues" in _keys(fence):
            old = field_source(changed, line_of(fence), ("continues",)).strip("\"'")
            if old in renamed:
                changed = set_field(changed, line_of(fence), ("continues",), quoted(renamed[old]))
    return changed


def _keys(fence: Token) -> list[str]:
    """Return the keys of a block; none where it isn't YAML."""
    try:
        node = read_yaml(fence.content, SCRIPT, line_of(fence) + 1)
    except SourceError:
        return []
    return [key.text for key, _ in node.entries if isinstance(key, ScalarNode)] if isinstance(node, MappingNode) else []


def _checked(changed: str, texts: Sequence[str]) -> str:
    """Return the script if its scenes are `texts`. Raises LecternError rather than change anything else."""
    if list(_texts(changed)) != list(texts):
        raise LecternError(
            "this change would alter more of the script than was asked for; look at its fences, empty lines and headings"
        )
    return changed


def _at(script: str, line: int) -> SceneSource:
    found = next((scene for scene in scene_sources(script) if scene.line == line), None)
    if found is None:
        raise SourceError(SCRIPT, line, "no scene starts here; the script may have changed since it was read")
    return found


def _text(script: str, scene: SceneSource) -> str:
    return script[scene.start : scene.end]


def _texts(script: str) -> Iterator[str]:
    return (_text(script, scene) for scene in scene_sources(script))


def _numbered(script: str) -> Iterator[tuple[SceneSource, str]]:
    return ((scene, _text(script, scene)) for scene in scene_sources(script))


def _tokens(script: str) -> list[Token]:
    return tokens_of(split(plain_text(script), SCRIPT)[1])


def _all_fences(script: str) -> list[Token]:
    return [t for t in _tokens(script) if t.type == "fence" and block_name(t.info.strip(), t.content)[0] != "note"]


def _fences(script: str, scene: SceneSource) -> list[Token]:
    index = LineIndex(script)
    return [fence for fence in _all_fences(script) if scene.start <= index.start(line_of(fence)) < scene.end]


def _line_end(script: str) -> str:
    first = re.search(r"\r\n|\r|\n", script)
    return first[0] if first else "\n"
