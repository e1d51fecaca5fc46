"""script.md: prose is spoken, a fenced block says what is on the screen, a heading starts a scene."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from ..errors import SourceError
from .blocks import read_avatar, read_overlay, read_scene
from .capture import read_capture
from .clip import clip_body, read_clip
from .errors import EpisodeErrors, an, did_you_mean, listed
from .fields import Desk
from .frontmatter import read_front_matter, split
from .ids import IDENTIFIER, content_id, slug
from .later import SCRIPT, check_music, read_later
from .markdown import line_of, tokens_of
from .model import AvatarBlock, Character, Clip, Later, Overlay, Scene
from .narration import Narration, Prose, narration_of
from .nodes import Mapping, Node, Scalar, canonical, read_yaml
from .screen import Capture
from .spoken.dictionary import Dictionary
from .spoken.speech import Speech
from .words import plain_title

BLOCKS = ("scene", "capture", "overlay", "avatar", "shot", "clip", "music", "note")
NARRATOR = "ada"
"""Who speaks where a script does not say."""

LANGUAGE = "en"
"""What is spoken where a script does not say."""

Block = Overlay | Capture | AvatarBlock | Clip | Later


def parse_script(
    script: str, folder: Path, characters: Sequence[Character], dictionary: Dictionary = Dictionary()
) -> dict[str, Any]:
    """What script.md says, by the names of `Episode`'s fields; `script` has newlines only.

    `dictionary` is how the episode's and its studios' words are said.

    Raises EpisodeErrors with every fault that was found.
    """
    desk = Desk(SCRIPT, folder, characters)
    try:
        front, body = split(script, SCRIPT)
        values = read_front_matter(front, desk)
        sections = _sections(tokens_of(body), body.split("\n"), desk)
        speech = Speech(values.get("language", LANGUAGE), dictionary)
        scenes = _scenes(sections, values.get("narrator", NARRATOR), speech, desk)
    except SourceError as error:
        raise EpisodeErrors([*desk.problems, error]) from error
    desk.problems += check_music(scenes, SCRIPT)
    if desk.problems:
        raise EpisodeErrors(desk.problems)
    return {"narrator": NARRATOR, **values, "scenes": scenes}


@dataclass(frozen=True)
class _Fence:
    """A fenced block as it stands in the script."""

    name: str
    body: str
    line: int


@dataclass
class _Section:
    """A heading and what is below it; `id` is the one written behind the title."""

    title: str
    id: str | None
    line: int
    prose: list[Prose] = field(default_factory=list)
    fences: list[_Fence] = field(default_factory=list)


def _sections(tokens: list[Token], lines: list[str], desk: Desk) -> list[_Section]:
    """The script cut at its headings; what can't stand in a script is reported."""
    cutting = _Cutting(lines, desk)
    for index, token in enumerate(tokens):
        cutting.take(token, tokens[index + 1] if index + 1 < len(tokens) else None)
    if not cutting.sections and not desk.problems:
        desk.report(1, 'there is no scene; a scene starts with a heading, like "# Hello"')
    return cutting.sections


@dataclass
class _Cutting:
    lines: list[str]
    desk: Desk
    sections: list[_Section] = field(default_factory=list)
    depth: int = 0
    tables: int = 0

    def take(self, token: Token, after: Token | None) -> None:
        if token.type in ("list_item_open", "list_item_close"):
            self.depth += token.nesting
        elif token.type in ("table_open", "table_close"):
            self._table(token)
        elif token.type == "heading_open" and after:
            self._heading(token, after)
        elif token.type == "paragraph_open" and after:
            self._paragraph(after)
        elif token.type == "fence":
            self._fence(token)
        elif token.type in _STRANGE:
            self.desk.report(line_of(token), _STRANGE[token.type])

    def _table(self, token: Token) -> None:
        self.tables += token.nesting
        if token.nesting > 0:
            way_out = "say what matters in it, and show it with an overlay block"
            self.desk.report(line_of(token), f"a table can't be spoken; {way_out}")

    def _heading(self, token: Token, inline: Token) -> None:
        line = line_of(token)
        if token.markup in ("=", "-"):
            self.desk.report(line + 1, f'this line of "{token.markup}" makes the text above it a heading; '
                             'write headings with "#", and leave an empty line above "---"')
        if token.level:
            self.desk.report(line, "a heading stands on its own, not in a list or a quotation")
        title, id = self._title(inline, line)
        self.sections.append(_Section(title, id, line))

    def _title(self, inline: Token, line: int) -> tuple[str, str | None]:
        """A heading's text and the id in its braces."""
        braces = [t for t in inline.children or [] if t.type == "brace"]
        ids = [t for t in braces if t.content.startswith("{#") and t.content.endswith("}")]
        for brace in braces:
            if brace not in ids:
                way_out = "it takes no marks; only an id, like {#intro}"
                self.desk.report(line, f'"{brace.content}": a heading is not spoken, so {way_out}')
        title = plain_title(inline.children or [])
        if not title:
            self.desk.report(line, 'this heading has no title; write one behind the "#"')
        id = ids[0].content[2:-1].strip() if ids else None
        if len(ids) > 1 or (id is not None and not IDENTIFIER.fullmatch(id)):
            given = listed(t.content for t in ids)
            self.desk.report(
                line, f"a heading has one id of letters, digits, hyphens, dots and underscores, not {given}"
            )
        return title, id

    def _paragraph(self, inline: Token) -> None:
        if self._section(line_of(inline), "prose") and not self.tables:
            prose = Prose(tuple(inline.children or ()), line_of(inline), self.depth > 0)
            self.sections[-1].prose.append(prose)

    def _fence(self, token: Token) -> None:
        line, name = line_of(token), token.info.strip()
        if name not in BLOCKS:
            self.desk.report(line, _unknown_block(name))
        elif token.level:
            self.desk.report(line, f"{an(name)} block stands at the left margin, not in a list or a quotation")
        elif not self._is_closed(token):
            self.desk.report(line, f'this {name} block is never closed; end it with a line "{token.markup}"')
        elif name != "note" and self._section(line, f"{an(name)} block"):
            self.sections[-1].fences.append(_Fence(name, token.content, line))

    def _is_closed(self, token: Token) -> bool:
        start, end = token.map or (0, 0)
        last = self.lines[end - 1].strip() if end - 1 > start else ""
        return len(last) >= len(token.markup) and not last.strip(token.markup[0])

    def _section(self, line: int, what: str) -> bool:
        if not self.sections:
            way_out = 'put a heading above it, like "# Hello"'
            self.desk.report(line, f"{what} before the first heading belongs to no scene; {way_out}")
        return bool(self.sections)


def _unknown_block(name: str) -> str:
    exist = f"there are: {listed(BLOCKS)}"
    if not name:
        return f"this fenced block does not say what it is; {exist}"
    first = name.split()[0]
    if first in BLOCKS:
        return f'"{name}": nothing but "{first}" stands behind the fence; the rest belongs into the block'
    near = did_you_mean(first, BLOCKS)
    return f'there is no "{name}" block{near}; {exist} (code is shown by an overlay block of "kind: code")'


_STRANGE = {
    "hr": 'a rule ("---") says nothing; a heading starts a scene, and the front matter starts on the very first line',
    "html_block": "HTML can't be spoken; notes to yourself go into a note block",
    "code_block": "a paragraph that starts with four spaces or a tab is code in Markdown; take them away, or show code "
    'with an overlay block of "kind: code"',
}


def _scenes(sections: Iterable[_Section], narrator: str, speech: Speech, desk: Desk) -> tuple[Scene, ...]:
    names: dict[str, int] = {}
    return tuple(_scene(section, narrator, speech, names, desk) for section in sections)


def _scene(section: _Section, narrator: str, speech: Speech, names: dict[str, int], desk: Desk) -> Scene:
    """A section read in full. `names` are the ids taken so far and their lines."""
    settings = _settings(section, desk)
    id = _scene_id(section, settings.pop("id", None), names, desk)
    narration = narration_of(section.prose, id, narrator, desk.characters, SCRIPT, speech)
    desk.problems += narration.problems
    scene_desk = replace(desk, scene=id, marks=narration.places, narrated=bool(narration.lines))
    blocks = _blocks([f for f in section.fences if f.name != "scene"], id, names, scene_desk)
    return Scene(id=id, title=section.title, line=section.line, **settings, **_sorted(blocks, narration))


def _settings(section: _Section, desk: Desk) -> dict[str, Any]:
    fences = [fence for fence in section.fences if fence.name == "scene"]
    for fence in fences[1:]:
        desk.report(fence.line, f"a scene has one scene block, and there is one on line {fences[0].line} already")
    if not fences:
        return {}
    return _guarded(lambda node: read_scene(node, desk), fences[0], desk) or {}


def _guarded[T](read: Callable[[Node], T], fence: _Fence, desk: Desk) -> T | None:
    """What `read` makes of a fence's body; None where that is faulty."""
    before = len(desk.problems)
    try:
        result = read(_body(fence))
    except SourceError as error:
        desk.problems.append(error)
    return result if len(desk.problems) == before else None


def _body(fence: _Fence) -> Node:
    read = clip_body if fence.name == "clip" else read_yaml
    node = read(fence.body, SCRIPT, fence.line + 1)
    if node is None:
        raise SourceError(SCRIPT, fence.line, f"this {fence.name} block is empty")
    return node


def _scene_id(section: _Section, block_id: str | None, names: dict[str, int], desk: Desk) -> str:
    if section.id and block_id and section.id != block_id:
        message = f'the heading calls this scene "{section.id}" and its scene block "{block_id}"; keep one of them'
        desk.report(section.line, message)
    id = section.id or block_id or slug(section.title)
    _claim(id, section.line, names, desk, f'; give this heading an id of its own, like {{#{id}-2}}')
    return id


def _claim(id: str, line: int, names: dict[str, int], desk: Desk, advice: str) -> None:
    """Takes an id. Case counts for nothing, as ids become names of files."""
    if id.casefold() in names:
        desk.report(line, f'the id "{id}" is used on line {names[id.casefold()]} already{advice}')
    names.setdefault(id.casefold(), line)


def _blocks(fences: Iterable[_Fence], scene: str, names: dict[str, int], desk: Desk) -> list[Block]:
    read = (_block(fence, scene, names, desk) for fence in fences)
    return [block for block in read if block is not None]


def _block(fence: _Fence, scene: str, names: dict[str, int], desk: Desk) -> Block | None:
    def read(node: Node) -> Block:
        written = node.get("id") if isinstance(node, Mapping) else None
        given = written.text if isinstance(written, Scalar) else ""
        id = given or content_id(fence.name, scene, canonical(node))
        _claim_block(id, bool(given), fence, names, desk)
        return _read(fence, node, id, desk)

    return _guarded(read, fence, desk)


def _claim_block(id: str, explicit: bool, fence: _Fence, names: dict[str, int], desk: Desk) -> None:
    if explicit or id not in names:
        _claim(id, fence.line, names, desk, "; every id is used once in an episode")
    else:
        desk.report(fence.line, f"this {fence.name} block says the same as the one on line {names[id]}; "
                    'give one of them an "id:", so that edits can tell them apart')


def _read(fence: _Fence, node: Node, id: str, desk: Desk) -> Block:
    match fence.name:
        case "capture":
            return read_capture(node, id, fence.line, desk)
        case "overlay":
            return read_overlay(node, id, fence.line, desk)
        case "avatar":
            return read_avatar(node, id, fence.line, desk)
        case "clip":
            return read_clip(node, id, fence.line, desk)
        case _:
            return read_later(fence.name, node, id, fence.line, desk)


def _sorted(blocks: list[Block], narration: Narration) -> dict[str, tuple[Any, ...]]:
    """The scene's content by the names of `Scene`'s fields."""
    kinds = {"captures": Capture, "overlays": Overlay, "avatars": AvatarBlock, "clips": Clip, "later": Later}
    return {"lines": narration.lines} | {
        name: tuple(block for block in blocks if isinstance(block, kind)) for name, kind in kinds.items()
    }
