"""Unified diffs of whole files, applied exactly where they were made, or not at all."""

import difflib
import re
from collections.abc import Iterator

from ..base.errors import LecternError

NO_END = "\\ No newline at end of file"
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@.*")


def unified_diff(old: str, new: str, name: str) -> str:
    """Return how `old` becomes `new`, as `patch` and `git apply` read it. Line ends are part of the lines."""
    found = difflib.unified_diff(_lines(old), _lines(new), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n{NO_END}\n" for line in found)


def applied(old: str, diff: str) -> str:
    """Return `old` with `diff` applied. Raises LecternError where a line is not what the diff says."""
    lines, done, new = _lines(old), 0, list[str]()
    for start, hunk in _hunks(diff):
        new += lines[done:start]
        done = start
        for mark, line in hunk:
            if mark in " -":
                if done >= len(lines) or lines[done] != line:
                    raise LecternError(f"the change does not fit: line {done + 1} has changed since it was proposed")
                done += 1
            if mark in " +":
                new.append(line)
    return "".join(new + lines[done:])


def _hunks(diff: str) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Yield how many lines are before each hunk, and its lines with their marks."""
    rows, at = _lines(diff), 0
    while at < len(rows):
        head = _HUNK.match(rows[at])
        at += 1
        if head is None:
            continue
        first, count = int(head[1]), int(head[2] or 1)
        hunk: list[tuple[str, str]] = []
        while at < len(rows) and not _HUNK.match(rows[at]):
            if rows[at].startswith(NO_END):
                mark, line = hunk.pop()
                hunk.append((mark, line.removesuffix("\n")))
            else:
                hunk.append((rows[at][:1], rows[at][1:]))
            at += 1
        yield (first - 1 if count else first), hunk


def _lines(text: str) -> list[str]:
    """Return the lines with what ends them; a lone carriage return ends none."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
