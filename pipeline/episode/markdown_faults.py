"""Markdown that would lose text or be read aloud as signs: what a paragraph holds before it is taken apart."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from ..base.errors import FaultDetails, SourceError
from .markdown import line_of
from .source import SCRIPT
from .values import NamedCharacter


@dataclass(frozen=True)
class _Sign:
    """What people write for other tools: how it looks, what a message says of it, and what to write instead."""

    pattern: re.Pattern[str]
    message: str
    instead: Callable[[re.Match[str]], str] = lambda found: ""


ALOUD = "would be read aloud"
_COLOUR = r"(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8}|[0-9A-F]{3,4}|[0-9A-F]{6}|[0-9A-F]{8})\b"
_BARE = r"(?<![\\\w$`])"
_SIGNS = (
    _Sign(
        re.compile(r"\A\[[ xX]\](?=\s)"), f"{ALOUD}: a list of narration has no boxes; remove it, or show the list with an "
        "overlay block of kind: bullets",
    ),
    _Sign(
        re.compile(r"\A\[!(\w+)\]"), f"{ALOUD}; what is not narration goes into a note block", lambda found: "```note"
    ),
    _Sign(re.compile(r"(?m)^:{3,}\s*\w*"), f"{ALOUD}; a block starts with three backticks, like ```note", lambda found: "```note"),
    _Sign(
        re.compile(rf"\A(#{{1,6}})(?!{_COLOUR})(?=[^\W\d_])(.*)"),
        f"{ALOUD}; a heading has a space after the #; write \\# for the character itself",
        lambda found: f"{found[1]} {found[2]}",
    ),
    _Sign(re.compile(r"\A#{7,}"), f"{ALOUD}; a heading has one # (a scene)", lambda found: "#"),
    _Sign(
        re.compile(_BARE + r"\[\[([^\[\]|]+)(?:\|([^\[\]]+))?\]\]"), f"{ALOUD} with its brackets; write only the words",
        lambda found: (found[2] or found[1]).strip(),
    ),
    _Sign(
        re.compile(_BARE + r"(?:\$\$.+?\$\$|\$(?=[^\s\d$])[^$\n]*[\\^_=+*/<>][^$\n]*(?<=[^\s$])\$(?!\w))", re.S),
        "is a formula, and Lectern reads no formulas; write what is said, and show the formula as a picture or a clip",
    ),
    _Sign(re.compile(_BARE + r":[a-z][a-z0-9]*(?:_[a-z0-9]+)*:(?![\w:])"), f"{ALOUD}; remove the emoji's name"),
    _Sign(re.compile(r"(?<!\\)\^\[[^\]]*\]"), "is a footnote, and narration has none; say it, or remove it"),
    _Sign(re.compile(_BARE + r"\[\]\([^)]*\)"), "is a link without words, so nothing of it is said; write its words between [ and ]"),
    _Sign(re.compile(r"(?m)^\*\[([^\]]+)\]:"), f"{ALOUD}; write how a word is said right after it: word{{say: ...}}"),
    _Sign(
        re.compile(r"(?<!\\)\\\Z"), "at the end of a paragraph breaks no line; remove it, and write \\\\ for the "
        "character itself",
    ),
    _Sign(re.compile(r"<!--(?!.*-->)", re.S), "is a comment that is never closed; notes to yourself go into a note block",
        lambda found: "```note",
    ),
)  # fmt: skip
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", re.S)


def paragraph_faults(inline: Token) -> Iterator[SourceError]:
    """Yield what a paragraph holds that other tools take for something, and a voice would read as signs."""
    prose = _CODE.sub(lambda code: "`" * len(code[0]), inline.content)
    for sign in _SIGNS:
        for found in sign.pattern.finditer(prose):
            line = line_of(inline) + prose.count("\n", 0, found.start())
            shown, instead = " ".join(found[0].split())[:40], sign.instead(found)
            yield SourceError(SCRIPT, line, f'"{shown}" {sign.message}', FaultDetails(found=found[0], instead=instead))


def heading_faults(inline: Token) -> Iterator[SourceError]:
    """Yield what is in a heading and would be in no title."""
    for child in inline.children or ():
        if child.type in ("image", "html_inline"):
            what = "a picture" if child.type == "image" else f"HTML ({child.content})"
            yield SourceError(SCRIPT, line_of(inline), f"{what} in a heading is shown nowhere; a heading is text")


def definition_fault(token: Token, characters: Iterable[NamedCharacter]) -> SourceError:
    """Return the fault of a link's definition that no link uses: Markdown swallows it, and it was meant to be said."""
    name, file, line = token.content, SCRIPT, line_of(token)
    names = {known.casefold(): one.name for one in characters for known in (one.name, one.id)}
    if speaker := names.get(name.casefold()):
        instead = f"**{speaker}:**"
        message = f'"[{name}]:" is a link\'s definition in Markdown, so the line is not said; who speaks is in bold: {instead}'
        return SourceError(file, line, message, FaultDetails(found=f"[{name}]:", instead=instead))
    message = (
        f'"[{name}]:" is a link\'s definition in Markdown and no link uses it, so the line is not said; write \\[{name}]: if it '
        "is to be, and remove it if not"
    )
    return SourceError(file, line, message, FaultDetails(found=f"[{name}]:"))


LARGEST_ITEM = 31
"""The largest number that a list's first entry is expected to have."""


def list_fault(tokens: Sequence[Token], index: int) -> SourceError | None:
    """Return the fault of a list that nobody meant as one: a sentence that starts with a year, a number or a date."""
    start = tokens[index]
    number = int(start.attrs.get("start", 1))
    text = next((token.content for token in tokens[index:] if token.type == "inline"), "")
    month = re.match(r"[^\W\d_]+", text)
    dated = number <= LARGEST_ITEM and month is not None and month[0].casefold() in _MONTHS
    if number <= LARGEST_ITEM and not dated:
        return None
    written = f"{number}{start.markup}"
    message = f'"{written}" starts a list in Markdown, so the number is not said; write {number}\\{start.markup} to have it said'
    return SourceError(
        SCRIPT, line_of(start), message, FaultDetails(found=written, instead=f"{number}\\{start.markup}")
    )


_MONTHS = frozenset(
    "januar jänner februar märz april mai juni juli august september oktober november dezember januari februari maart mei augustus "
    "oktober december januára januar marts juni juli maj ledna února března dubna května června července srpna září října "
    "listopadu prosince stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października grudnia tammikuuta "
    "helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta "
    "joulukuuta mars desember".split()
)
"""Months of languages that write the day of a month with a full stop: "3. Oktober"."""
