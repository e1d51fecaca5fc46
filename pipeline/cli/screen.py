"""What the command line writes: results to stdout, progress and complaints to stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tqdm import tqdm

from ..errors import LecternError
from ..jobs.queue import Summary

if TYPE_CHECKING:
    from ..studio.costs import Agree

Listener = Callable[[Summary], None]
BAR = "{percentage:3.0f}% |{bar:30}| {n:.0f}/{total_fmt} {elapsed} {postfix}"
LABEL_WIDTH = 40


def prepare() -> None:
    """A stream that can't write a character (a Windows code page) writes its number and goes on."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """A result, to stdout."""
    print(text, flush=True)


def complain(text: str) -> None:
    """A fault, to stderr."""
    print(text, file=sys.stderr, flush=True)


def asker(yes: bool) -> "Agree":
    """Asks the person at the terminal whether a build may cost so much; `yes` says so beforehand, a program says no."""
    from ..studio.costs import Costs, question

    def ask(costs: Costs) -> bool:
        if yes or not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
            return yes
        complain(question(costs))
        if input("Go on? [y/N] ").strip().casefold() not in ("y", "yes"):
            raise LecternError("Nothing was asked for.")  # what it would cost has been said
        return True

    return ask


@contextmanager
def progress(quiet: bool) -> Iterator[Listener]:
    """A listener that shows how the jobs stand: a bar on a terminal, lines elsewhere, nothing if `quiet`."""
    if quiet:
        yield lambda summary: None
    elif sys.stderr is not None and sys.stderr.isatty():
        with tqdm(total=0, bar_format=BAR, file=sys.stderr, leave=False) as bar:
            yield lambda summary: _draw(bar, summary)
    else:
        yield Lines()


class Lines:
    """Says each job once, when it is first seen under way, with how many are done."""

    def __init__(self) -> None:
        self._said: set[int] = set()

    def __call__(self, summary: Summary) -> None:
        """Prints a line for each job that is newly under way."""
        for job in summary.running:
            if job.id not in self._said:
                self._said.add(job.id)
                complain(f"[{summary.number('done')}/{summary.number()}] {job.label}")


def _draw(bar: "tqdm[None]", summary: Summary) -> None:
    bar.total = summary.number()
    bar.n = summary.fraction * bar.total
    bar.set_postfix_str(_shortened(", ".join(job.label for job in summary.running)), refresh=True)


def _shortened(text: str) -> str:
    return text if len(text) <= LABEL_WIDTH else text[: LABEL_WIDTH - 1] + "…"
