"""The Markdown of a script: CommonMark, plus braces, every inline token knowing its line."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_inline import StateInline, backtick, html_inline, image, link
from markdown_it.token import Token

_DEFINED = re.compile(r"[\s>*+-]*\[([^\]]+)\]:")
InlineRule = Callable[[StateInline, bool], bool]


def tokens_of(text: str) -> list[Token]:
    """Return the block tokens of a script (newlines only, no front matter). Braces outside code are tokens of type `brace`.

    The definitions of links that no link uses, of which Markdown says nothing, are tokens of type `definition` at the end.
    """
    known: dict[str, Any] = {}
    tokens = _PARSER.parse(text, known)
    return [*tokens, *_unused_definitions(tokens, known, text.split("\n"))]


def _unused_definitions(tokens: list[Token], known: dict[str, Any], lines: list[str]) -> Iterator[Token]:
    children = (child for token in tokens for child in token.children or ())
    used = {normalizeReference(child.meta["label"]) for child in children if "label" in child.meta}
    defined = known.get("references", {}).items()
    again = ((normalizeReference(one["label"]), one) for one in known.get("duplicate_refs", ()))
    for label, definition in (*(one for one in defined if one[0] not in used), *again):
        written = _DEFINED.match(lines[definition["map"][0]])
        name = written[1] if written else label
        yield Token("definition", "", 0, map=definition["map"], content=name)


def line_of(token: Token) -> int:
    """Return the line (from 1) at which a block token starts."""
    return (token.map or [0, 0])[0] + 1


def lines_after(token: Token) -> int | None:
    """Return how many line ends of its paragraph come before the end of an inline token that may hold some itself."""
    return token.meta.get("lines")


def _brace(state: StateInline, silent: bool) -> bool:
    """Read `{…}` up to the next closing brace; one that never closes, or was never opened, is a token without it."""
    sign = state.src[state.pos]
    if sign not in "{}":
        return False
    end = state.src.find("}", state.pos, state.posMax)
    stop = end + 1 if sign == "{" and end >= 0 else state.pos + 1
    if not silent:
        state.push("brace", "", 0).content = state.src[state.pos : stop]
    state.pos = stop
    return True


def _with_line_offset(rule: InlineRule) -> InlineRule:
    """Return the rule, noting on its last token how many lines of the paragraph are before it."""

    def run(state: StateInline, silent: bool) -> bool:
        before = len(state.tokens)
        done = rule(state, silent)
        if done and len(state.tokens) > before:
            state.tokens[-1].meta["lines"] = state.src.count("\n", 0, state.pos)
        return done

    return run


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"store_labels": True}).enable("table")
    for name, rule in (("backticks", backtick), ("link", link), ("image", image), ("html_inline", html_inline)):
        parser.inline.ruler.at(name, _with_line_offset(rule))
    parser.inline.ruler.after("backticks", "brace", _with_line_offset(_brace))
    return parser


_PARSER = _parser()
