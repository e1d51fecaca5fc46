"""Writing into script.md what it was read as: every other byte stays as it is."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from ..base.errors import LecternError, SourceError
from .canonical import block_name, canonical_block, canonical_brace, with_kind
from .clip import clip_body
from .edit import LineIndex
from .frontmatter import split
from .markdown import line_of, lines_after, tokens_of
from .nodes import Change, Node, Respelling, canonical_text, read_yaml
from .source import SCRIPT, plain_text

FRONT_MATTER = "front matter"


def respell(script: str) -> tuple[str, tuple[Respelling, ...], tuple[Respelling, ...]]:
    """Return the script in canonical form, what was changed in it, and what can't be changed without the author.

    `script` is as `source.exact_text` reads it. Raises LecternError if the result would mean anything else.
    """
    changed, done, refused = script, list[Respelling](), list[Respelling]()
    waiting = list(_respellings(script))
    while found := next((pair for pair in waiting if not _known(pair[1], refused)), None):
        after = _written(changed, *found)
        still = list(_respellings(after)) if after is not None else waiting
        if after is None or len(still) >= len(waiting) or _meaning(after) != _meaning(changed):
            refused.append(found[1])
        else:  # with fewer left to do, so this ends
            changed, waiting = after, still
            done.append(found[1])
    if _meaning(changed) != _meaning(script):
        raise LecternError("script.md would mean something else in canonical form; nothing was changed")
    return changed, tuple(done), tuple(one for _, one in waiting)


def _known(found: Respelling, refused: list[Respelling]) -> bool:
    return any((one.line, one.written) == (found.line, found.written) for one in refused)


def _respellings(script: str) -> Iterator[tuple[int, Respelling]]:
    """Yield what is read otherwise than it is written, each with the line of its block (0: it is in the prose)."""
    for line, name, kind, body in _blocks(script):
        node, named = _read(name, kind, body, line)
        if node is None:
            continue
        if named:
            yield line, named.model_copy(update={"line": line})
        yield from ((line, found) for found in canonical_block(name, node, body)[1])
    for line, token in _braces(script):
        if (meant := canonical_brace(token.content)) != token.content:
            yield 0, Respelling(line=line, written=token.content, meant=meant)


def _blocks(script: str) -> Iterator[tuple[int, str, str, str]]:
    """Yield line, name, kind (where that names it) and text of the front matter and of every block."""
    plain, lines = plain_text(script), LineIndex(script)
    front, body = split(plain, SCRIPT)
    if front:
        yield 1, FRONT_MATTER, "", front
    for token in tokens_of(body):
        if token.type == "fence" and token.map:
            within = range(token.map[0] + 2, token.map[1])
            text = "".join(f"{lines.text(number)}\n" for number in within)
            name, key = block_name(token.info.strip(), text)
            yield line_of(token), name, token.info.strip() if key else "", text


def _read(name: str, kind: str, body: str, line: int) -> tuple[Node | None, Respelling | None]:
    """Return the content of a block with the kind that names it; None where it is empty or faulty, which the reader says."""
    try:
        node = (clip_body if name == "clip" else read_yaml)(body, SCRIPT, line + 1)
        return with_kind(kind, node, body) if kind and node is not None else (node, None)
    except SourceError:
        return None, None


def _braces(script: str) -> Iterator[tuple[int, Token]]:
    for inline in (token for token in tokens_of(split(plain_text(script), SCRIPT)[1]) if token.type == "inline"):
        for token in inline.children or ():
            if token.type == "brace":
                yield line_of(inline) + (lines_after(token) or 0), token


def _written(script: str, block: int, found: Respelling) -> str | None:
    """Return the script with one respelling written into it; None where that can't be done."""
    lines = LineIndex(script)
    if not block:
        start, end = lines.start(found.line), lines.end(found.line)
        return script[:start] + script[start:end].replace(found.written, found.meant, 1) + script[end:]
    if not found.changes and not found.fence:
        return None
    after = script
    for start, end, text in sorted(found.changes, reverse=True):
        after = _with_change(after, lines, block, (start, end, text), script)
    if found.fence:
        start, end = lines.start(block), lines.end(block)
        fence = re.sub(r"^(\s*[`~]+\s*)\S+", lambda mark: mark[1] + found.fence, script[start:end])
        after = after[:start] + fence + after[end:]
    return after


def _with_change(script: str, lines: LineIndex, block: int, change: Change, original: str) -> str:
    start, end, text = change
    first, last = (_place(original, lines, block, index) for index in (start, end))
    newline = (re.search(r"\r\n|\r|\n", original) or ["\n"])[0]
    return script[:first] + text.replace("\n", newline) + script[last:]


def _place(script: str, lines: LineIndex, block: int, index: int) -> int:
    """Return where character `index` of the block's text is in the script."""
    number = block + 1
    while number <= lines.count and index > len(lines.text(number)):
        index -= len(lines.text(number)) + 1
        number += 1
    return lines.start(number) + index


def _meaning(script: str) -> list[tuple[str, str]]:
    """Return what a script says, whatever the way in which it is written."""
    parts: list[tuple[str, str]] = []
    for line, name, kind, body in _blocks(script):
        node, _ = _read(name, kind, body, line)
        parts.append((name, canonical_text(canonical_block(name, node, body)[0]) if node is not None else body))
    body = split(plain_text(script), SCRIPT)[1]
    for inline in (token for token in tokens_of(body) if token.type == "inline"):
        texts = (canonical_brace(t.content) if t.type == "brace" else t.content for t in inline.children or ())
        parts.append(("prose", "\x1f".join(texts)))
    return parts
