"""The Markdown of a script: CommonMark, plus braces, every inline token knowing its line."""

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, backtick, html_inline, image, link
from markdown_it.token import Token

Rule = Callable[[StateInline, bool], bool]


def tokens_of(text: str) -> list[Token]:
    """The block tokens of a script (newlines only, no front matter). Braces outside code are tokens of type `brace`."""
    return _PARSER.parse(text)


def line_of(token: Token) -> int:
    """The line (from 1) at which a block token starts."""
    return (token.map or [0, 0])[0] + 1


def lines_after(token: Token) -> int | None:
    """How many line ends of its paragraph lie before the end of an inline token that may hold some itself."""
    return token.meta.get("lines")


def _brace(state: StateInline, silent: bool) -> bool:
    """`{…}` up to the next closing brace; one that never closes, or was never opened, is a token without it."""
    sign = state.src[state.pos]
    if sign not in "{}":
        return False
    end = state.src.find("}", state.pos, state.posMax)
    stop = end + 1 if sign == "{" and end >= 0 else state.pos + 1
    if not silent:
        state.push("brace", "", 0).content = state.src[state.pos : stop]
    state.pos = stop
    return True


def _placed(rule: Rule) -> Rule:
    """The rule, noting on its last token how many lines of the paragraph are behind it."""

    def run(state: StateInline, silent: bool) -> bool:
        before = len(state.tokens)
        done = rule(state, silent)
        if done and len(state.tokens) > before:
            state.tokens[-1].meta["lines"] = state.src.count("\n", 0, state.pos)
        return done

    return run


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    for name, rule in (("backticks", backtick), ("link", link), ("image", image), ("html_inline", html_inline)):
        parser.inline.ruler.at(name, _placed(rule))
    parser.inline.ruler.after("backticks", "brace", _placed(_brace))
    return parser


_PARSER = _parser()
