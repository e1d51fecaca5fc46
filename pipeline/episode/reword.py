"""Write the words of a text strip, which somebody has changed on the timeline, where the script says them."""

import json
import re
from collections.abc import Iterator

from ..base.errors import LecternError
from .edit import KeyPath, field_source, set_field, texts_in

_ENTRY = re.compile(r"(?:^|\n+)\s*[•·–◦]\s+")
"""What the entries of a list begin with on the timeline."""
_OTHER = re.compile(r"true|false|yes|no|on|off|null|~|[-+.\d][\d.:_eE+-]*", re.IGNORECASE)
"""What YAML reads as another kind of value without quotes."""


def same_words(one: str, other: str) -> bool:
    """Return whether two texts say the same, wherever their lines are broken."""
    return one.split() == other.split()


def reworded(script: str, line: int, before: str, after: str, field: str = "") -> str | None:
    """Return the script with the words `after` where the block at `line` says `before`, and nothing else changed.

    Where it says them more than once, those of `field` are meant. Returns None if they are not there word for word, or if
    that can't be said in their place.
    """
    old, new = _entries(before), _entries(after)
    if len(old) != len(new):
        return None
    for was, now in zip(old, new, strict=True):
        if not same_words(was, now):
            changed = _with_words(script, line, was, now, field)
            if changed is None:
                return None
            script = changed
    return script


def _entries(text: str) -> list[str]:
    """Return the entries of a list, or the text itself."""
    return [entry for entry in _ENTRY.split(text) if entry.strip()] if _ENTRY.match(text) else [text]


def _with_words(script: str, line: int, was: str, now: str, field: str) -> str | None:
    places = [(path, text) for path, text in texts_in(script, line) if same_words(text, was)]
    if len(places) > 1:
        places = [(path, text) for path, text in places if path[0] == field]
    if len(places) != 1 or not now.strip():
        return None
    path, text = places[0]
    # the layout breaks lines, unless the author does
    value = now if "\n" in text.strip() else " ".join(now.split())
    for source in _sources(field_source(script, line, path), value):
        changed = _tried(script, line, path, source)
        if changed is not None and dict(texts_in(changed, line)).get(path, "").rstrip("\n") == value.rstrip("\n"):
            return changed
    return None


def _tried(script: str, line: int, path: KeyPath, source: str) -> str | None:
    try:
        return set_field(script, line, path, source)
    except LecternError:  # this is no way to write it here
        return None


def _sources(written: str, value: str) -> Iterator[str]:
    """Yield YAML for a text, first in the way in which the script has `written` the one before."""
    head, _, below = written.partition("\n")
    if head.startswith("|") and below:
        indent = re.match(r"\n*( *)", below)[1]  # type: ignore[index]
        yield "\n".join((head, *(f"{indent}{row}" if row else "" for row in value.split("\n"))))
    if written.startswith("'") and "\n" not in value:
        yield "'" + value.replace("'", "''") + "'"
    if not written.startswith(("'", '"', "|", ">")) and "\n" not in value and not _OTHER.fullmatch(value):
        yield value
    yield json.dumps(value, ensure_ascii=False)
