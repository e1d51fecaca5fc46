"""Three-way merges of files: what two have changed in different places becomes one, and where they met is shown."""

import json
import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from merge3 import Merge3

from .model import Overlap

EDITS = "edits.json"
"""The file whose lines are edits, each of one property of one strip: they merge by those."""
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


class Merged(NamedTuple):
    """The text that holds both changes, and the places that both have changed; with those, the text is only the current one's."""

    text: str
    overlaps: tuple[Overlap, ...]


def merge_texts(file: str, before: str, proposed: str, current: str, taken: Collection[int] = ()) -> Merged:
    """Return `current` with the change that leads from `before` to `proposed`.

    A script merges by paragraphs, blocks and headings, edits.json by strip and property, any other file by lines. Of the places
    that both have changed, those whose numbers (from 0) are `taken` are as proposed, and the others as they are.
    """
    if current == before or proposed == current:
        return Merged(proposed, ())
    if file == EDITS and (merged := _merge_edits(file, before, proposed, current)):
        return merged
    split = _paragraphs if file.endswith(".md") else _lines
    merge = Merge3(split(before), split(current), split(proposed))
    pieces: list[str] = []
    overlaps: list[Overlap] = []
    for region in merge.merge_groups():
        if region[0] == "conflict":
            texts = ["".join(piece) for piece in region[1:]]
            pieces.append(texts[2 if len(overlaps) in taken else 1])
            overlaps.append(Overlap(file=file, before=texts[0], current=texts[1], proposed=texts[2]))
        else:
            pieces += region[1]
    return Merged("".join(pieces), tuple(overlaps))


def _lines(text: str) -> list[str]:
    """Return the lines with what ends them; a lone carriage return ends none."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _paragraphs(text: str) -> list[str]:
    """Return paragraphs, headings and whole blocks between fences, each with the empty lines that follow it."""
    found, fence, ended = list[str](), "", False
    for line in _lines(text):
        mark = _FENCE.match(line)
        starts = not found or (not fence and (ended and bool(line.strip()) or mark is not None or line.startswith("#")))
        found = [*found, line] if starts else [*found[:-1], found[-1] + line]
        if fence:
            closed = mark is not None and mark[1].startswith(fence) and not line.strip().strip(fence[0])
            fence, ended = ("", True) if closed else (fence, False)
        elif mark:
            fence, ended = mark[1], False
        else:
            ended = not line.strip() or line.startswith("#")
    return found


def _merge_edits(file: str, before: str, proposed: str, current: str) -> Merged | None:
    """Return edits merged by strip and property; None if one of the texts is no list of edits, one a line."""
    texts = [_edits(text) for text in (before, proposed, current)]
    if any(text is None for text in texts):
        return None
    old, new, now = (text or {} for text in texts)
    result, overlaps = dict(now), list[Overlap]()
    for key in old.keys() | new.keys():
        was, wanted, there = old.get(key), new.get(key), now.get(key)
        if wanted == was or wanted == there:
            continue
        if there != was:
            overlaps.append(Overlap(file=file, before=was or "", proposed=wanted or "", current=there or ""))
        elif wanted is None:
            result.pop(key)
        else:
            result[key] = wanted
    if overlaps:
        return Merged(current, tuple(sorted(overlaps, key=lambda one: (one.before, one.proposed, one.current))))
    head = _lines(current or proposed)[0]
    return Merged(head + "".join(f",{result[key]}\n" for key in sorted(result)) + "]\n", ())


def _edits(text: str) -> dict[tuple[str, str], str] | None:
    """Return the lines of edits.json by strip and property, as they are written; an empty text has none."""
    lines = text.splitlines()
    if not text:
        return {}
    if len(lines) < 2 or lines[-1] != "]" or not all(line.startswith(",{") for line in lines[1:-1]):
        return None
    found: dict[tuple[str, str], str] = {}
    for line in lines[1:-1]:
        try:
            edit: Any = json.loads(line[1:])
        except (ValueError, RecursionError):
            return None
        if not isinstance(edit, dict):
            return None
        found[str(edit.get("strip")), str(edit.get("property"))] = line[1:]
    return found


def side_by_side(overlaps: Sequence[Overlap]) -> str:
    """Return what two have made of the same places, for people."""
    return "\n".join(
        f"{one.file}\n  was:      {_shown(one.before)}\n  proposed: {_shown(one.proposed)}\n  is now:   {_shown(one.current)}"
        for one in overlaps
    )


def _shown(text: str) -> str:
    return text.strip().replace("\n", "\n            ") or "(nothing)"
