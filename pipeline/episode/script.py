"""script.md: prose is spoken, a fenced block says what is on the screen, a heading starts a scene."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from ..base.errors import SourceError
from .blocks import AvatarBlock, Clip, Overlay, Shot, read_avatar, read_overlay, read_shot
from .canonical import block_name, canonical_block, canonical_brace, with_kind
from .capture_block import Capture, read_capture
from .characters import Character
from .clip import clip_body, read_clip
from .continued import continued
from .errors import EpisodeErrors, list_names, with_article
from .fields import declared, read_fields
from .frontmatter import FrontMatter, read_front_matter, split
from .ids import IDENTIFIER, content_id, slug, used_twice
from .located import located
from .markdown import line_of, lines_after, tokens_of
from .markdown_faults import definition_fault, heading_faults, list_fault, paragraph_faults
from .model import Scene
from .music import Music, misplaced_music, read_music
from .narration import Narration, Prose, narration_of, with_used_cues
from .nodes import MappingNode, Node, Respelling, ScalarNode, canonical_text, column_of, path_of, read_yaml
from .prose_faults import STRANGE_MARKDOWN
from .source import BLOCKS, MOST_LINES, SCRIPT, plural_of
from .spoken.dictionary import NO_ENTRIES, Dictionary
from .spoken.speech import SpeechRules
from .unsupported import unknown_block
from .values import ValidationContext
from .words import plain_title

LONGEST_PARAGRAPH = 20_000
"""Characters: more than twenty minutes of speech."""
Block = Overlay | Capture | AvatarBlock | Clip | Shot | Music


def parse_script(
    script: str, folder: Path, characters: Sequence[Character], dictionary: Dictionary = NO_ENTRIES
) -> dict[str, Any]:
    """Return what script.md says, by the names of `Episode`'s attributes; `script` has newlines only.

    `dictionary` is how the episode's and its studios' words are said.

    Raises EpisodeErrors with every fault that was found.
    """
    context = ValidationContext(SCRIPT, folder, characters)
    try:
        if (lines := script.count("\n")) > MOST_LINES:
            raise SourceError(SCRIPT, lines, f"a script has {MOST_LINES:,} lines at most; make several films of it")
        front, body = split(script, SCRIPT)
        film = _front_matter(front, context)
        sections = _sections(tokens_of(body), body.split("\n"), context)
        scenes = continued(_scenes(sections, film.narrator, SpeechRules(film.language, dictionary), context), context)
    except SourceError as error:
        raise EpisodeErrors(located([*context.problems, error], {SCRIPT: script})) from error
    context.problems += misplaced_music(((scene.id, scene.music) for scene in scenes), SCRIPT)
    read = {**film.model_dump(exclude_unset=True), "narrator": film.narrator, "scenes": scenes}
    read["respellings"] = tuple(sorted(context.respellings, key=lambda found: found.line))
    if context.problems:
        raise EpisodeErrors(located(context.problems, {SCRIPT: script}), read)
    return read


def _front_matter(yaml: str, context: ValidationContext) -> FrontMatter:
    """Return what the front matter says: nothing where it is no YAML. Raises SourceError where it is in a newer format."""
    try:
        node = read_yaml(yaml, SCRIPT, 2)
    except SourceError as error:
        context.problems.append(error)
        return FrontMatter()
    if node is None:
        return FrontMatter()
    node, found = canonical_block("front matter", node, yaml)
    context.respellings += found
    film = read_front_matter(node, context)
    context.problems[:] = [
        fault.detailed(column=column_of(yaml, fault), path=path_of(node, fault).removeprefix("."))
        for fault in context.problems
    ]
    return film


@dataclass(frozen=True)
class _Fence:
    """A fenced block as it is in the script; `kind` is what it is named by, where that is a kind (```terminal)."""

    name: str
    body: str
    line: int
    kind: str = ""


@dataclass
class _Section:
    """A heading and what is below it; `id` is the one written after the title."""

    title: str
    id: str | None
    line: int
    prose: list[Prose] = field(default_factory=list)
    fences: list[_Fence] = field(default_factory=list)


def _sections(tokens: list[Token], lines: list[str], context: ValidationContext) -> list[_Section]:
    """Cut the script at its headings; what can't be in a script is reported."""
    cutting = _SectionCutter(lines, context)
    for index, token in enumerate(tokens):
        cutting.take(token, tokens[index + 1] if index + 1 < len(tokens) else None)
        if token.type == "ordered_list_open" and (fault := list_fault(tokens, index)):
            context.problems.append(fault)
    if not cutting.sections and not context.problems:
        context.report(1, 'there is no scene; a scene starts with a heading, like "# Hello"')
    return cutting.sections


@dataclass
class _SectionCutter:
    lines: list[str]
    context: ValidationContext
    sections: list[_Section] = field(default_factory=list)
    depth: int = 0
    tables: int = 0

    def take(self, token: Token, after: Token | None) -> None:
        """Add a token, given the one after it."""
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
        elif token.type == "definition":
            self.context.problems.append(definition_fault(token, self.context.characters))
        elif token.type in STRANGE_MARKDOWN:
            self.context.report(line_of(token), STRANGE_MARKDOWN[token.type].format(token.markup[:3]))

    def _table(self, token: Token) -> None:
        self.tables += token.nesting
        if token.nesting > 0:
            way_out = "show it with a clip block, name: table (columns: and rows: below with:)"
            self.context.report(line_of(token), f"a table can't be spoken; {way_out}")

    def _heading(self, token: Token, inline: Token) -> None:
        line = line_of(token)
        if token.markup in ("=", "-"):
            self.context.report(
                line + 1,
                f'this line of "{token.markup}" makes the text above it a heading; '
                'write headings with "#", and leave an empty line above "---"',
            )
        if token.level:
            self.context.report(line, "write a heading on its own, not in a list or a quotation")
        title, id = self._title(inline, line)
        self.sections.append(_Section(title, id, line))

    def _title(self, inline: Token, line: int) -> tuple[str, str | None]:
        """Return a heading's text and the id in its braces."""
        braces = [t for t in inline.children or [] if t.type == "brace"]
        ids = [t for t in braces if t.content.startswith("{#") and t.content.endswith("}")]
        for brace in braces:
            if brace not in ids:
                way_out = "it takes no marks; only an id, like {#intro}"
                self.context.report(line, f'"{brace.content}": a heading is not spoken, so {way_out}')
        self.context.problems += heading_faults(inline)
        title = plain_title(inline.children or [])
        if not title:
            self.context.report(line, 'this heading has no title; write one after the "#"')
        id = ids[0].content[2:-1].strip() if ids else None
        if len(ids) > 1 or (id is not None and not IDENTIFIER.fullmatch(id)):
            given, first = list_names(t.content for t in ids), re.match(r"[\w.-]+", id or "")
            way = (
                f"; write {{#{first[0]}}}: the heading itself is the title, and everything else goes into blocks"
                if first
                else ""
            )
            self.context.report(
                line, f"a heading has one id of letters, digits, hyphens, dots and underscores, not {given}{way}"
            )
        return title, id

    def _paragraph(self, inline: Token) -> None:
        if self._section(line_of(inline), "prose") and not self.tables:
            line, length = line_of(inline), len(inline.content)
            if length > LONGEST_PARAGRAPH:
                way_out = f"start a new one after {LONGEST_PARAGRAPH:,} at most"
                raise SourceError(
                    SCRIPT,
                    line,
                    f"this paragraph has {length:,} characters, and a voice takes no breath in it; {way_out}",
                )
            self.context.problems += paragraph_faults(inline)
            tokens = tuple(self._as_meant(token, line) for token in inline.children or ())
            self.sections[-1].prose.append(Prose(tokens, line, self.depth > 0))

    def _as_meant(self, token: Token, line: int) -> Token:
        """Return a token of a paragraph that starts at `line`, a brace as it is meant."""
        meant = canonical_brace(token.content) if token.type == "brace" else token.content
        if meant == token.content:
            return token
        respelling = Respelling(line=line + (lines_after(token) or 0), written=token.content, meant=meant)
        self.context.respellings.append(respelling)
        return token.copy(content=meant)

    def _fence(self, token: Token) -> None:
        line, written = line_of(token), token.info.strip()
        name, key = block_name(written, token.content)
        if name not in BLOCKS:
            self.context.problems.append(unknown_block(name, line))
        elif token.level:
            self.context.report(
                line, f"start {with_article(name)} block at the left margin, not in a list or a quotation"
            )
        elif not self._is_closed(token):
            self.context.report(line, f'this {name} block is never closed; end it with a line "{token.markup}"')
        elif name != "note" and self._section(line, f"{with_article(name)} block"):
            self.sections[-1].fences.append(_Fence(name, token.content, line, written if key else ""))

    def _is_closed(self, token: Token) -> bool:
        start, end = token.map or (0, 0)
        last = self.lines[end - 1].strip() if end - 1 > start else ""
        return len(last) >= len(token.markup) and not last.strip(token.markup[0])

    def _section(self, line: int, what: str) -> bool:
        if not self.sections:
            way_out = 'put a heading above it, like "# Hello"'
            self.context.report(line, f"{what} before the first heading belongs to no scene; {way_out}")
        return bool(self.sections)


def _scenes(
    sections: Iterable[_Section], narrator: str, speech: SpeechRules, context: ValidationContext
) -> tuple[Scene, ...]:
    names: dict[str, int] = {}
    numbered = enumerate(sections)
    return tuple(_scene(section, f"scenes[{n}]", narrator, speech, names, context) for n, section in numbered)


def _scene(
    section: _Section, path: str, narrator: str, speech: SpeechRules, names: dict[str, int], context: ValidationContext
) -> Scene:
    """Return a section read in full. `names` are the ids taken so far and their lines."""
    settings = _settings(section, path, context)
    id = _scene_id(section, settings.pop("id", None), names, context)
    prose = with_used_cues(section.prose, (fence.body for fence in section.fences))
    narration = narration_of(prose, id, narrator, context.characters, SCRIPT, speech)
    context.problems += narration.problems
    inside = replace(context, scene=id, marks=narration.places, narrated=bool(narration.lines))
    blocks = _blocks([f for f in section.fences if f.name != "scene"], id, path, names, inside)
    written = settings | _content(blocks, narration)
    return Scene(id=id, title=section.title, line=section.line, **written)


def _settings(section: _Section, path: str, context: ValidationContext) -> dict[str, Any]:
    fences = [fence for fence in section.fences if fence.name == "scene"]
    for fence in fences[1:]:
        context.report(fence.line, f"a scene has one scene block, and there is one on line {fences[0].line} already")
    if not fences:
        return {}
    return _read_or_report(lambda node: _scene_values(node, context), fences[0], path, context) or {}


def _scene_values(node: Node, context: ValidationContext) -> dict[str, Any]:
    """Return what a scene block sets, by the names of `Scene`'s attributes."""
    return read_fields(node, "a scene block", declared(Scene), context)


def _read_or_report[T](read: Callable[[Node], T], fence: _Fence, path: str, context: ValidationContext) -> T | None:
    """Return what `read` makes of a fence's body, which is at `path` of the script; None where nothing can be made of it."""
    before, node, result = len(context.problems), None, None
    try:
        node = _body(fence, context)
        result = read(node)
    except SourceError as error:
        context.problems.append(error)
    context.problems[before:] = [_placed(fault, fence, node, path) for fault in context.problems[before:]]
    return result


def _placed(fault: SourceError, fence: _Fence, node: Node | None, path: str) -> SourceError:
    """Return a fault of a block with its column, and the way to what it is about."""
    return fault.detailed(column=column_of(fence.body, fault), path=path + (path_of(node, fault) if node else ""))


def _body(fence: _Fence, context: ValidationContext) -> Node:
    """Return a block's content as it is meant."""
    read = clip_body if fence.name == "clip" else read_yaml
    node = read(fence.body, SCRIPT, fence.line + 1)
    if node is None:
        raise SourceError(SCRIPT, fence.line, f"this {fence.name} block is empty")
    if fence.kind:
        node, respelling = with_kind(fence.kind, node, fence.body)
        context.respellings.append(respelling.model_copy(update={"line": fence.line}))
    node, found = canonical_block(fence.name, node, fence.body)
    context.respellings += found
    return node


def _scene_id(section: _Section, block_id: str | None, names: dict[str, int], context: ValidationContext) -> str:
    if section.id and block_id and section.id != block_id:
        message = f'the heading calls this scene "{section.id}" and its scene block "{block_id}"; keep one of them'
        context.report(section.line, message)
    id = section.id or block_id or slug(section.title)
    _claim_id(id, section.line, names, context, f"; give this heading an id of its own, like {{#{id}-2}}")
    return id


def _claim_id(id: str, line: int, names: dict[str, int], context: ValidationContext, advice: str) -> None:
    """Take an id. Case counts for nothing, as ids become names of files."""
    if id.casefold() in names:
        context.report(line, f'the id "{id}" is used on line {names[id.casefold()]} already{advice}')
    names.setdefault(id.casefold(), line)


def _blocks(
    fences: Iterable[_Fence], scene: str, path: str, names: dict[str, int], context: ValidationContext
) -> list[Block]:
    seen: Counter[str] = Counter()
    blocks: list[Block | None] = []
    for fence in fences:
        blocks.append(_block(fence, scene, f"{path}.{plural_of(fence.name)}[{seen[fence.name]}]", names, context))
        seen[fence.name] += 1
    return [block for block in blocks if block is not None]


def _block(fence: _Fence, scene: str, path: str, names: dict[str, int], context: ValidationContext) -> Block | None:
    def read(node: Node) -> Block:
        written = node.get("id") if isinstance(node, MappingNode) else None
        given = written.text if isinstance(written, ScalarNode) else ""
        id = given or content_id(fence.name, scene, canonical_text(node))
        _claim_block(id, bool(given), fence, names, context)
        return _READERS[fence.name](node, id, fence.line, context)

    return _read_or_report(read, fence, path, context)


def _claim_block(id: str, explicit: bool, fence: _Fence, names: dict[str, int], context: ValidationContext) -> None:
    if explicit or id not in names:
        _claim_id(id, fence.line, names, context, used_twice(id, f"kind: {fence.kind}\n{fence.body}"))
    else:
        context.report(
            fence.line,
            f"this {fence.name} block says the same as the one on line {names[id]}; "
            'give one of them an "id:", so that edits can tell them apart',
        )


_READERS: dict[str, Callable[[Node, str, int, ValidationContext], Block]] = {
    "capture": read_capture,
    "overlay": read_overlay,
    "avatar": read_avatar,
    "shot": read_shot,
    "clip": read_clip,
    "music": read_music,
}


def _content(blocks: list[Block], narration: Narration) -> dict[str, tuple[Any, ...]]:
    """Return the scene's content by the names of `Scene`'s attributes."""
    kinds = {
        "captures": Capture,
        "overlays": Overlay,
        "avatars": AvatarBlock,
        "clips": Clip,
        "shots": Shot,
        "music": Music,
    }
    return {"lines": narration.lines} | {
        name: tuple(block for block in blocks if isinstance(block, kind)) for name, kind in kinds.items()
    }
