"""Playwright's code (Python, JavaScript, TypeScript) as whole statements: names stand for what they were given."""

import re
from collections.abc import Iterator, Mapping

STRING = r"""(?P<q>['"`])(?P<text>(?:\\.|(?!(?P=q)).)*)(?P=q)"""
_QUOTED = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`""")
_COMMENT = ("//", "#", "/*", "*", '"""')
_BLOCK = re.compile(r"(?:=>|\)|\bdo|\btry|\belse)\s*\{$|:$")
"""How a line ends that begins a block of its own, which is no part of its statement."""
_GIVEN = re.compile(
    r"(?:(?:const|let|var)\s+)?(?P<name>[A-Za-z_]\w*)(?:\s*:\s*[\w.<>\[\]]+)?\s*=\s*(?P<value>[^=>].*?);?$"
)
_PLAIN_PATTERN = re.compile(r"(?<=[(:,=])\s*/(?P<plain>(?:[\w\s,.'!&@-]|\\[/.?!()-])+)/[a-z]*(?=\s*[,)}])")
_COMPILED = re.compile(rf"re\.compile\(\s*r?{STRING}(?:\s*,[^)]*)?\)")
_ACTS = re.compile(
    r"\.(?:click|fill|goto|press|check|type|hover|tap|dblclick|new_?page|newPage|value)\b", re.IGNORECASE
)
MOST_LINES = 40
"""Lines that a statement has at most; more is something else."""


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each statement that is about a page, on one line, with the line at which it begins.

    Locators and texts that were given to names before are in their place, and patterns that are plain texts are texts.
    """
    known: dict[str, str] = {}
    for number, statement in _whole(text.splitlines()):
        plain = _plain(_named(statement, known))
        given = _GIVEN.fullmatch(plain)
        if given and (_QUOTED.fullmatch(given["value"]) or _is_locator(given["value"])):
            known[given["name"]] = re.sub(r"^await\s+", "", given["value"])
        elif re.search(r"\bpage\w*\.|\bexpect\(", plain):
            yield number, plain


def _is_locator(value: str) -> bool:
    return bool(re.match(r"(?:await\s+)?page\w*\.(?:get|locator)", value)) and not _ACTS.search(value)


def _whole(lines: list[str]) -> Iterator[tuple[int, str]]:
    at = 0
    while at < len(lines):
        first, statement = at + 1, lines[at].strip()
        at += 1
        if not statement or statement.startswith(_COMMENT):
            continue
        while at < len(lines) and at - first < MOST_LINES and _goes_on(statement, lines[at].strip()):
            statement = f"{statement}{'' if lines[at].strip().startswith(('.', ')')) else ' '}{lines[at].strip()}"
            at += 1
        yield first, statement


def _goes_on(statement: str, following: str) -> bool:
    """Return whether the line after it belongs to a statement: it is open, or is a chain of calls."""
    if following.startswith("."):
        return True
    bare = _QUOTED.sub("", statement)
    return not _BLOCK.search(bare) and sum(bare.count(sign) for sign in "([{") > sum(bare.count(sign) for sign in ")]}")


def _named(statement: str, known: Mapping[str, str]) -> str:
    """Return a statement with what its names were given."""
    for name, value in known.items():
        if _QUOTED.fullmatch(value):
            whole = value.replace("\\", r"\\")
            statement = re.sub(rf"(?<=[(,:=])(\s*){name}(?=\s*[,)}}])", rf"\g<1>{whole}", statement)
            statement = statement.replace(f"${{{name}}}", value[1:-1])
        else:
            pieces = re.split(rf"(?<![\w.'\"]){name}(?=\s*\.)|(?<=expect\(){name}(?=\))", statement)
            statement = value.join(pieces)
    return statement


def _plain(statement: str) -> str:
    """Return a statement in which patterns that are plain texts are texts."""
    statement = _COMPILED.sub(
        lambda found: found[0] if re.search(r"[\[\]()*+?|^$]|\\[wdsb]", found["text"]) else _text(found["text"]),
        statement,
    )
    return _PLAIN_PATTERN.sub(lambda found: " " + _text(re.sub(r"\\(.)", r"\1", found["plain"])), statement)


def _text(words: str) -> str:
    return '"' + words.replace('"', '\\"') + '"'
