"""Plan an episode from an outline in Markdown, or from the slides of a deck (Slidev, Marp): points are said and listed, code is shown."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ..base.errors import SourceError
from ..episode.nodes import MappingNode, ScalarNode, read_yaml
from ..episode.prose import escape_prose
from .commands import why_not_run
from .model import PlannedBlock, PlannedEpisode, Refusal, ScenePlan
from .narration import marked, said_command, sentence

SHELLS = ("bash", "sh", "shell", "console", "zsh", "terminal", "shell-session", "shellsession", "sh-session")
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".svg")
_FRONT = re.compile(r"---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|$)", re.DOTALL)
_RULE = re.compile(r"---[ \t]*")
_SETTING = re.compile(r"[\w-]+:(?:\s|$)|[ \t]+\S")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_DIRECTIVE = re.compile(r"\s*[_$]?[A-Za-z]+\s*:")
_PROMPT = re.compile(r"^(?:[\w.-]+@[\w.-]+[^$#%❯>]{0,60})?[$%❯>]\s+|^[\w.-]+@[\w.-]+[^$#%❯>]{0,60}#\s+")
_DIVIDER = re.compile(r"^headingDivider:\s*(.+)$", re.MULTILINE)
_SLOT = re.compile(r"::[\w-]+::")
_HEADING = re.compile(r" {0,3}(#{1,6})\s")
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass
class _SceneDraft:
    """A scene that grows: prose, blocks, and the number of marks so far. `notes` are said in place of what is shown."""

    title: str
    prose: list[str] = field(default_factory=list)
    blocks: list[PlannedBlock] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    marks: int = 0

    def mark(self) -> str:
        self.marks += 1
        return f"m{self.marks}"


class _MarkdownPlan:
    """Reads Markdown into scenes; `folder` is where pictures are looked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refused, self.files, self.taken = list[Refusal](), dict[str, bytes](), 0
        self.has_terminal = False

    def refuse(self, line: int, text: str, why: str) -> None:
        self.refused.append(Refusal(line=line, text=" ".join(text.split())[:60], why=why))

    def fill(self, draft: _SceneDraft, tokens: list[Token], first: int) -> None:
        """Add what tokens say; `first` is the line (from 0) at which their text begins."""
        at = 0
        while at < len(tokens):
            end = _end_of(tokens, at)
            handler = _HANDLERS.get(tokens[at].type)
            line = first + (tokens[at].map or [0])[0] + 1
            if handler:
                before = len(self.refused)
                handler(self, draft, tokens[at:end], line)
                self.taken += len(self.refused) == before
            at = end

    def scene(self, draft: _SceneDraft) -> ScenePlan:
        """Return a draft as a scene: what is shown goes when the next thing comes."""
        blocks = [*draft.blocks]
        for number, block in enumerate(blocks[:-1]):
            following = blocks[number + 1].values.get("at")
            if block.name != "capture" and following:
                blocks[number] = PlannedBlock(name=block.name, values={**block.values, "until": following})
        return ScenePlan(title=draft.title, paragraphs=tuple(draft.prose), blocks=tuple(blocks))


def plan_outline(text: str, title: str, folder: Path) -> PlannedEpisode:
    """Return an episode with a scene for each heading; a single heading above all others is the title."""
    planner = _MarkdownPlan(folder)
    tokens = _MARKDOWN.parse(text)
    headings = [token for token in tokens if token.type == "heading_open"]
    tops = [token for token in headings if token.tag == "h1"]
    level = "h2" if len(tops) == 1 and len(headings) > 1 else (headings[0].tag if headings else "h1")
    drafts = [_SceneDraft(title)]
    at = 0
    while at < len(tokens):
        end = _end_of(tokens, at)
        if tokens[at].type == "heading_open" and (tokens[at].tag == level or tokens[at] in tops):
            name = _plain(tokens[at + 1])
            title = name if tokens[at] in tops and len(tops) == 1 else title
            drafts.append(_SceneDraft(name))
        else:
            planner.fill(drafts[-1], tokens[at:end], 0)
        at = end
    for draft in drafts[1:]:
        if draft.title != title:
            _fill_empty(draft)
    return _episode(planner, drafts, title)


def plan_deck(text: str, title: str, folder: Path) -> PlannedEpisode:
    """Return an episode with a scene for each slide, which says the presenter's notes where there are some."""
    planner = _MarkdownPlan(folder)
    settings, first = _front(text)
    title = settings.get("title") or title
    drafts = []
    for number, (slide, line, own) in enumerate(_slides(text, first)):
        for found in _COMMENT.finditer(slide):
            planner_line = line + slide[: found.start()].count("\n") + 1
            if _DIRECTIVE.match(found[1]):
                planner.refuse(planner_line, found[0], "the look is that of the film's theme")
        draft = _SceneDraft("")
        draft.notes = [note for note in _COMMENT.findall(slide) if not _DIRECTIVE.match(note)]
        body = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), slide)
        planner.fill(draft, _MARKDOWN.parse(body), line)
        draft.title = draft.title or (title if not number else f"Slide {number + 1}")
        _settings_of_slide(planner, draft, own)
        if draft.notes:
            draft.prose = [*_spoken_notes(draft.notes), *(p for p in draft.prose if p.startswith("{"))]
        _fill_empty(draft)
        drafts.append(draft)
    return _episode(planner, drafts, title)


def _settings_of_slide(planner: _MarkdownPlan, draft: _SceneDraft, own: Iterable[tuple[int, str, str]]) -> None:
    """Take over the picture of a slide's layout, and refuse slides that are in another file."""
    for line, name, value in own:
        if name == "image":
            _image(planner, draft, value, "", line)
        elif name == "src":
            planner.refuse(line, f"src: {value}", "its slides are in another file; plan that, too")


def _fill_empty(draft: _SceneDraft) -> None:
    """Let a slide or a heading with nothing below it say and show its title."""
    if not draft.prose and not draft.blocks:
        draft.prose.append(marked(sentence(draft.title), mark := draft.mark()))
        draft.blocks.append(PlannedBlock(name="overlay", values={"kind": "title", "text": draft.title, "at": mark}))


def is_deck(text: str) -> bool:
    """Return whether Markdown is a deck: its front matter is Marp's or Slidev's, or it has rules between slides."""
    settings, first = _front(text)
    return (
        bool(settings.keys() & {"marp", "theme", "layout", "transition", "class"})
        or len(list(_slides(text, first))) > 2
    )


def _episode(planner: _MarkdownPlan, drafts: Iterable[_SceneDraft], title: str) -> PlannedEpisode:
    scenes = tuple(planner.scene(draft) for draft in drafts if draft.prose or draft.blocks)
    return PlannedEpisode(
        title=title, scenes=scenes, files=planner.files, taken=planner.taken, refused=tuple(planner.refused)
    )


# Slides


def _front(text: str) -> tuple[dict[str, str], int]:
    """Return the front matter's texts, and at which letter the rest begins."""
    found = _FRONT.match(text)
    if not found:
        return {}, 0
    try:
        node = read_yaml(found[1] or "", "", 1)
    except SourceError:  # whatever it is to another program
        return {}, found.end()
    entries = node.entries if isinstance(node, MappingNode) else ()
    return {name.text: value.text for name, value in entries if isinstance(value, ScalarNode)}, found.end()


def _slides(text: str, first: int) -> Iterator[tuple[str, int, list[tuple[int, str, str]]]]:
    """Yield the slides, the line (from 0) at which each begins, and its own settings: line (from 1), name and value."""
    divides = (_DIVIDER.findall(text[:first]) or [""])[0]
    levels = {int(level) for level in re.findall(r"[1-6]", divides)}
    levels = levels if divides.startswith("[") else set(range(1, max(levels, default=0) + 1))
    own = list[tuple[int, str, str]]()
    begin = text[:first].count("\n")
    lines, slide, start, fenced = text[first:].split("\n"), list[str](), begin, ""
    number = 0
    while number < len(lines):
        line = lines[number]
        if mark := re.match(r" {0,3}(`{3,}|~{3,})", line):
            fenced = "" if fenced and mark[1].startswith(fenced) else (fenced or mark[1])
        heading = _HEADING.match(line)
        if not fenced and _RULE.fullmatch(line):
            if own or any(text.strip() for text in slide):
                yield "\n".join(slide), start, own
            end = _end_of_front(lines, number)
            own = [*_settings_in(lines[number + 1 : end], begin + number + 2)]
            slide, number = [], end
            start = begin + number + 1
        elif not fenced and heading and len(heading[1]) in levels:
            if any(text.strip() for text in slide):
                yield "\n".join(slide), start, own
            slide, start, own = [line], begin + number, []
        else:
            slide.append(line)
        number += 1
    if own or any(text.strip() for text in slide):
        yield "\n".join(slide), start, own


def _settings_in(lines: Iterable[str], first: int) -> Iterator[tuple[int, str, str]]:
    """Yield what is set of a slide that matters to a film: the picture of its layout, and where its slides are."""
    for number, line in enumerate(lines, first):
        name, _, value = line.partition(":")
        if name in ("src", "image") and value.strip():
            yield number, name, value.strip().strip("\"'")


def _end_of_front(lines: list[str], rule: int) -> int:
    """Return the line that ends the settings of a slide which begins after the line `rule`; that line if it has none."""
    for number in range(rule + 1, len(lines)):
        if _RULE.fullmatch(lines[number]):
            return number if number > rule + 1 else rule
        if not _SETTING.match(lines[number]):
            return rule
    return rule


def _spoken_notes(notes: Iterable[str]) -> Iterator[str]:
    for note in notes:
        for paragraph in re.split(r"\n\s*\n", note.strip()):
            if paragraph.strip():
                tokens = _MARKDOWN.parse(paragraph.strip())
                yield sentence(" ".join(_prose(token) for token in tokens if token.type == "inline"))


# What is on a slide or below a heading


def _heading(planner: _MarkdownPlan, draft: _SceneDraft, tokens: list[Token], line: int) -> None:
    if not draft.title:
        draft.title = _plain(tokens[1])
    else:
        draft.prose.append(sentence(_plain(tokens[1])))


def _paragraph(planner: _MarkdownPlan, draft: _SceneDraft, tokens: list[Token], line: int) -> None:
    for child in tokens[1].children or ():
        if child.type == "image":
            _image(planner, draft, str(child.attrs.get("src", "")), child.content, line)
    if tokens[1].content.startswith("$$"):
        planner.refuse(line, tokens[1].content, "formulas are not taken over; a clip block can show one")
        return
    if _SLOT.fullmatch(tokens[1].content.strip()):
        planner.refuse(line, tokens[1].content, "the look is that of the film's theme")
        return
    if text := _prose(tokens[1]):
        draft.prose.append(text)


def _image(planner: _MarkdownPlan, draft: _SceneDraft, source: str, alt: str, line: int) -> None:
    file = (planner.folder / source.lstrip("/")).resolve()
    is_inside = file.is_relative_to(planner.folder.resolve())
    if not is_inside or not file.is_file() or file.suffix.lower() not in PICTURES or ":" in source:
        planner.refuse(line, f"![{alt}]({source})", "it is no picture beside the file")
        return
    name = f"pictures/{file.name}"
    planner.files[name] = file.read_bytes()
    mark = draft.mark()
    draft.prose.append(marked(sentence(alt or "Look at this picture"), mark))
    draft.blocks.append(
        PlannedBlock(name="overlay", values={"kind": "image", "file": name, "alt": alt or file.stem, "at": mark})
    )


def _list(planner: _MarkdownPlan, draft: _SceneDraft, tokens: list[Token], line: int) -> None:
    items = []
    for text, more in _list_items(tokens):
        mark = draft.mark()
        items.append({"text": text, "at": mark})
        draft.prose.append(marked(" ".join([sentence(text), *map(sentence, more)]), mark))
    if items:
        values = {"kind": "bullets", "text": draft.title, "items": items, "at": items[0]["at"]}
        draft.blocks.append(PlannedBlock(name="overlay", values=values))


def _list_items(tokens: list[Token]) -> Iterator[tuple[str, list[str]]]:
    """Yield the text of each entry, and those of entries below it."""
    texts, depth = list[str](), 0
    for token in tokens:
        depth += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "inline":
            texts.append(_plain(token))
        elif token.type == "list_item_close" and depth == 0 and texts:
            yield texts[0], texts[1:]
            texts = []


def _fence(planner: _MarkdownPlan, draft: _SceneDraft, tokens: list[Token], line: int) -> None:
    language = tokens[0].info.split()[0].split("{")[0] if tokens[0].info.split() else ""
    if language.casefold() in SHELLS:
        _commands(planner, draft, tokens[0].content, line)
        return
    mark = draft.mark()
    draft.prose.append(marked("This is the code.", mark))
    values = {
        "kind": "code",
        "text": tokens[0].content.rstrip("\n") + "\n",
        **({"language": language} if language else {}),
        "at": mark,
    }
    draft.blocks.append(PlannedBlock(name="overlay", values=values))


def _commands(planner: _MarkdownPlan, draft: _SceneDraft, text: str, line: int) -> None:
    """Add a terminal that runs the commands: of a console with prompts, only the lines with one."""
    lines = [(line + n, each) for n, each in enumerate(text.splitlines(), 1) if each.strip()]
    if any(_PROMPT.match(each) for _, each in lines):
        lines = [(n, _PROMPT.sub("", each)) for n, each in lines if _PROMPT.match(each)]
    steps: list[dict[str, str]] = []
    for number, command in lines:
        if command.lstrip().startswith("#"):
            draft.prose.append(sentence(command.lstrip("# ")))
        elif why := why_not_run(command):
            planner.refuse(number, command, why)
        else:
            mark = draft.mark()
            draft.prose.append(said_command(len(steps), command, mark))
            steps.append({"run": command.strip(), "at": mark})
    if steps:
        start: dict[str, Any] = {"continue": True} if planner.has_terminal else {}
        planner.has_terminal = True
        draft.blocks.append(PlannedBlock(name="capture", values={"kind": "terminal", **start, "steps": steps}))


def _quote(planner: _MarkdownPlan, draft: _SceneDraft, tokens: list[Token], line: int) -> None:
    text = " ".join(_plain(token) for token in tokens if token.type == "inline")
    said, _, by = text.partition(" — ")
    mark = draft.mark()
    draft.prose.append(marked(sentence(said), mark))
    values = {"name": "quote", "at": mark, "with": {"text": said, **({"by": by} if by else {})}}
    draft.blocks.append(PlannedBlock(name="clip", values=values))


def _table(planner: _MarkdownPlan, draft: _SceneDraft, tokens: list[Token], line: int) -> None:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_plain(token))
    mark = draft.mark()
    draft.prose.append(marked("Here they are side by side.", mark))
    draft.blocks.append(
        PlannedBlock(name="clip", values={"name": "table", "at": mark, "with": {"columns": rows[0], "rows": rows[1:]}})
    )


def _html(planner: _MarkdownPlan, draft: _SceneDraft, tokens: list[Token], line: int) -> None:
    planner.refuse(line, tokens[0].content, "HTML and components are not taken over; a clip block can hold HTML")


_HANDLERS: dict[str, Callable[[_MarkdownPlan, _SceneDraft, list[Token], int], None]] = {
    "heading_open": _heading, "paragraph_open": _paragraph, "bullet_list_open": _list, "ordered_list_open": _list,
    "fence": _fence, "code_block": _fence, "blockquote_open": _quote, "table_open": _table, "html_block": _html,
}  # fmt: skip


def _end_of(tokens: list[Token], at: int) -> int:
    """Return the position after the block that begins at `at`."""
    depth = 0
    for position in range(at, len(tokens)):
        depth += tokens[position].nesting
        if depth <= 0:
            return position + 1
    return len(tokens)


def _plain(token: Token) -> str:
    """Return the words of a token, without its signs."""
    return " ".join(
        "".join(
            " " if c.type in ("softbreak", "hardbreak") else c.content
            for c in token.children or ()
            if c.type != "image"
        ).split()
    )


def _prose(token: Token) -> str:
    """Return the words of a paragraph as prose, code as code."""
    parts = []
    for child in token.children or ():
        if child.type == "code_inline":
            parts.append(f"`{child.content}`")
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "text":
            parts.append(escape_prose(child.content))
    return "".join(parts).strip()
