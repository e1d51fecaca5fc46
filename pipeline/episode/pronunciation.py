"""pronunciation.toml, and `[pronunciation]` of lectern.toml: how the words of an episode or a studio are said."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..base.errors import SourceError
from ..base.toml import line_of_key, parse_toml
from .errors import EpisodeErrors
from .source import read_text, shown_path
from .spoken.dictionary import Dictionary, Entry, merge_entries
from .spoken.phonetic import is_phonetic, marked, phonetic_fault
from .spoken.speech import is_silent

MOST_ENTRIES = 20_000
MOST_LETTERS = 500
"""Characters of a pronunciation: each word of the script that has it is as long as that."""
PRONUNCIATION_FILE, TABLE = "pronunciation.toml", "pronunciation"


def read_pronunciation(files: Iterable[Path], episode: Path) -> Dictionary:
    """Return the dictionary of `files` (nearest first, those that exist); of two entries the nearer counts.

    Raises EpisodeErrors with the faults of all files.
    """
    problems: list[SourceError] = []
    found = [_entries(path, shown_path(path, episode), problems) for path in files if path.is_file()]
    if problems:
        raise EpisodeErrors(problems)
    return Dictionary(merge_entries(found))


def pronunciation_table(
    values: dict[str, Any], text: str, shown: str, problems: list[SourceError], path: tuple[str, ...] = (TABLE,)
) -> tuple[Entry, ...]:
    """Return the entries of the table at `path` of a TOML file; everything wrong with them goes to `problems`."""
    table = values.get(path[0], {}) if path else values
    if not isinstance(table, dict):
        problems.append(SourceError(shown, line_of_key(text, path), f'"{TABLE}" is a table: write [{TABLE}]'))
        return ()
    if len(table) > MOST_ENTRIES:
        problems.append(
            SourceError(shown, 1, f"{len(table):,} pronunciations are more than the {MOST_ENTRIES:,} that are read")
        )
        return ()
    faults = [(word, fault) for word, spoken in table.items() if (fault := _fault(word, spoken))]
    problems += [SourceError(shown, line_of_key(text, (*path, word)), fault) for word, fault in faults]
    return () if faults else tuple((_plain(word), marked(_plain(spoken))) for word, spoken in table.items())


def _entries(file: Path, shown: str, problems: list[SourceError]) -> tuple[Entry, ...]:
    path = () if file.name == PRONUNCIATION_FILE else (TABLE,)
    try:
        text = read_text(file, shown)
        return pronunciation_table(parse_toml(text, shown), text, shown, problems, path)
    except SourceError as error:
        problems.append(error)
        return ()


def _fault(word: str, spoken: Any) -> str | None:
    """Return what is wrong with an entry."""
    if isinstance(spoken, dict):
        return (
            f'"{word}" is a table here; put a word with a dot into quotes: "{word}.{next(iter(spoken), "x")}" = "..."'
        )
    if not isinstance(spoken, str):
        return f'"{word}": a pronunciation is a text in quotes, like "you vee", not {spoken!r}'
    if is_silent(word) or not any(map(str.isalnum, spoken)):
        return f'"{word}" = "{spoken}": a word and its pronunciation need at least one letter or digit'
    if is_phonetic(spoken) and (fault := phonetic_fault(_plain(spoken))):
        return f'"{word}": {fault}'
    if len(spoken) > MOST_LETTERS:
        return f'"{word}": its pronunciation has {len(spoken):,} characters, and a word has {MOST_LETTERS} at most'
    words, parts = len(word.split()), len(spoken.split())
    if parts < words:
        return f'"{word}" has {words} words, so its pronunciation needs {words} or more; "{spoken}" has {parts}'
    return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
