"""What the command line writes: results to stdout, progress and complaints to stderr."""

import json
import os
import re
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..base.errors import LecternError, visible, visible_json
from ..base.frozen import Frozen

if TYPE_CHECKING:
    from ..build.costs import CostApproval


_PLACE = re.compile(r"(?<![\w./~-])(?P<file>[\w-][\w./-]*\.\w+)(?=:\d+(?::\d+)?(?![\d.]))")
"""A file of an episode with a line."""
_folder: list[Path] = []


def configure_terminal() -> None:
    """Let a stream that can't write a character (a Windows code page) write its number and go on."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def print_result(text: str) -> None:
    """Write a result to stdout."""
    print(visible(with_folder(text)), flush=True)


def print_error(text: str) -> None:
    """Write a fault to stderr."""
    print(visible(with_folder(text)), file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """Write a result for programs: models, or anything that is made of them, as JSON on stdout."""
    text = json.dumps(
        value, indent=1, ensure_ascii=False, default=lambda model: model.model_dump(mode="json", by_alias=True)
    )
    print(visible_json(text), flush=True)


def print_json_line(value: Any) -> None:
    """Write a value of JSON on a line of its own, for programs that read along."""
    print(visible_json(json.dumps(value, ensure_ascii=False)), flush=True)


def print_values(options: Namespace, values: Iterable[Frozen], rows: Iterable[str]) -> None:
    """Write `values` as JSON if that was asked for, else `rows`."""
    if options.json:
        print_json(list(values))
    else:
        print_result("\n".join(rows))


def format_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows with their columns in line; the last column is as long as it is."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    ]


def shorten_text(text: str, most: int = 48) -> str:
    """Return the text, or as much of it as fits with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 line", "2 lines"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def cost_prompt(yes: bool) -> "CostApproval":
    """Return what asks the person at the terminal whether something may cost so much.

    `yes` says so beforehand; where nobody can be asked, the answer is no.
    """
    from ..build.costs import Costs, cost_question

    def ask(costs: Costs) -> bool:
        if yes or not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
            return yes
        print_error(cost_question(costs))
        if input("Go on? [y/N] ").strip().casefold() not in ("y", "yes"):
            raise LecternError("Nothing was asked for.")  # what it would cost has been said
        return True

    return ask


def name_files_from(folder: Path | None) -> None:
    """Let the places that are printed from now on be those of files in an episode's `folder`; None: they stay as they are."""
    _folder[:] = [folder] if folder else []


def with_folder(text: str) -> str:
    """Return a message with the folder in front of every file of the episode that is named with a line: a click opens it.

    The path is relative to the folder that one is in, or absolute if it leads out of it.
    """
    return _PLACE.sub(lambda place: str(_clickable(place["file"])), text) if _folder else text


def _clickable(name: str) -> Path:
    file = Path(os.path.abspath(_folder[0])) / name
    if not file.is_file():
        return Path(name)
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
