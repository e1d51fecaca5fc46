"""What other tools, and language models, call things, and what to write in a script: for the messages about a wrong name.

The words are in assets/synonyms.toml. A word whose meaning is sure is taken for it (`canonical.py`) and is not there.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from ..base.assets import ASSETS
from .errors import nearly_same, suggestion
from .film_size import size_advice
from .nodes import quoted_in_sentence

FILE = ASSETS / "synonyms.toml"
_OF_EDITORS = ("edit", "select")
"""Actions that not every screen has, and that some sentences say to write."""
_EVERY_BLOCK = "every block"
_VALUE, _SHORT = "{value}", 40
"""The placeholder of the author's value in a sentence, and the letters up to which that is repeated."""
_IN_BACKTICKS = re.compile(r"`([^`]+)`")


@cache
def sentences() -> dict[str, Any]:
    """Return the file's tables: sentences of messages, and the words that each answers."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def block_advice(name: str, allowed: Iterable[str]) -> tuple[str, str]:
    """Return what a message adds about a block that does not exist, and what to write `instead` ("": nobody knows)."""
    return _advice(name, (sentences()["blocks"],), allowed)


def action_advice(name: str, allowed: Iterable[str]) -> tuple[str, str]:
    """Return what a message adds about an action that does not exist, and what to write instead."""
    known = tuple(allowed)
    fitting = {text: words for text, words in sentences()["actions"].items() if _names_another(text, known) == ""}
    return _advice(name, (fitting,), known)


def _names_another(sentence: str, allowed: tuple[str, ...]) -> str:
    """Return the action of an editor that a sentence says to write where that is not one of `allowed`; else ""."""
    named = _IN_BACKTICKS.search(sentence)
    action = named[1].partition(":")[0] if named else ""
    return action if action in _OF_EDITORS and action not in allowed else ""


def lacking_action(name: str, kind: str) -> tuple[str, str]:
    """Return what a message adds about an action that a capture of `kind` lacks, and what to write instead."""
    return _advice(name, (sentences()["lacking"].get(kind, {}),), ())


def kind_advice(name: str, what: str, allowed: Iterable[str]) -> tuple[str, str]:
    """Return what a message adds about a kind that `what` (a block, as messages name it) does not have."""
    advice, instead = _advice(name, _about(sentences()["kinds"], what), allowed)
    return advice.replace(": ", "; ", 1) if advice.startswith(": ") else advice, instead


def key_advice(key: str, what: str, allowed: Iterable[str], value: str = "") -> tuple[str, str]:
    """Return what a message adds about a key that `what` (as messages name it) does not have, and what to write instead.

    `value` is the author's, which a sentence can repeat.
    """
    if what in ("the front matter", "lectern.toml", "[film]") and (found := size_advice(key, value, what))[0]:
        return found
    keys = sentences()["keys"]
    general = (keys[_EVERY_BLOCK],) if what.endswith(" block") and "capture" not in what else ()
    advice, instead = _advice(key, (*_about(keys, what), *general), allowed)
    shown = quoted_in_sentence(value) if value and len(value) <= _SHORT and "\n" not in value else "..."
    return advice.replace(_VALUE, shown), instead.replace(_VALUE, shown)


def _about(tables: Mapping[str, Any], what: str) -> tuple[Mapping[str, list[str]], ...]:
    topics = sorted((topic for topic in tables if topic in what), key=len, reverse=True)
    return tuple(tables[topic] for topic in topics)


def _advice(word: str, tables: Iterable[Mapping[str, list[str]]], allowed: Iterable[str]) -> tuple[str, str]:
    plain, allowed = word.casefold().replace("-", "_"), tuple(allowed)
    for sentence in (sentence for table in tables for sentence, words in table.items() if plain in words):
        instead = _IN_BACKTICKS.search(sentence)
        quote = "" if '"' in sentence else '"'
        return f": {sentence.replace('`', quote)}", instead[1] if instead else ""
    near = nearly_same(word, allowed)
    return suggestion(near), near
