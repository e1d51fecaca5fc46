"""How the command line shows how far a build is: as a bar, as lines, or as events for programs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from tqdm import tqdm

from ..base.errors import visible
from ..jobs.summary import QueueSummary, time_left
from .console import print_error, print_json_line, shorten_text, with_folder

if TYPE_CHECKING:
    from ..build.take_scheduler import ProgressListener

BAR = "{percentage:3.0f}% |{bar:30}| {postfix}"
LABEL_WIDTH = 60


@contextmanager
def progress(quiet: bool, events: bool = False) -> "Iterator[ProgressListener]":
    """Yield a listener that shows how far a build is: a bar on a terminal, lines elsewhere, nothing if `quiet`.

    With `events`, it writes a line of JSON for each of them.
    """
    if events:
        yield ProgressEvents()
    elif quiet:
        yield lambda summary: None
    elif sys.stderr is not None and sys.stderr.isatty():
        with tqdm(total=1.0, bar_format=BAR, file=sys.stderr, leave=False) as bar:
            yield lambda summary: _draw(bar, summary)
    else:
        yield ProgressLines()


def print_event(event: str, **values: Any) -> None:
    """Write what has just happened for programs: an object on a line of its own, on stdout."""
    print_json_line(TypeAdapter(Any).dump_python({"event": event, **values}, mode="json"))


class ProgressLines:
    """Prints a line for each job and step, once, when it is first seen under way."""

    def __init__(self) -> None:
        self._printed: set[int | str] = set()

    def __call__(self, summary: QueueSummary) -> None:
        """Print a line for each note and fault, and for what is newly under way."""
        for sentence in _sentences(summary):
            print_error(sentence)
        for id, label in [(job.id, job.label) for job in summary.running] + [(summary.step, summary.step)]:
            if label and id not in self._printed:
                self._printed.add(id)
                print_error(f"[{_percent(summary)}] {label}{_left(summary)}")


class ProgressEvents:
    """Prints the events of a build; see `docs/commands.md`."""

    def __init__(self) -> None:
        self._last: dict[str, Any] = {}

    def __call__(self, summary: QueueSummary) -> None:
        """Print what is new."""
        for note in summary.notes:
            print_event("note", message=note)
        for fault in summary.faults:
            print_event("fault", message=fault)
        doing = [summary.step] if summary.step else [job.label for job in summary.running]
        known = {"fraction": round(summary.fraction, 3), "doing": doing}
        if known != self._last and not summary.notes:
            self._last = known
            left = summary.seconds_left
            print_event("progress", **known, seconds_left=None if left is None else round(left))


def _sentences(summary: QueueSummary) -> Iterator[str]:
    yield from (f"note: {note}" for note in summary.notes)
    yield from (f"failed: {fault}" for fault in summary.faults)


def _draw(bar: "tqdm[None]", summary: QueueSummary) -> None:
    for sentence in _sentences(summary):
        bar.write(visible(with_folder(sentence)), file=sys.stderr)
    if summary.notes:
        return
    bar.n = min(summary.fraction, 1.0)
    doing = summary.step or ", ".join(job.label for job in summary.running)
    bar.set_postfix_str(visible(f"{shorten_text(doing, LABEL_WIDTH)}{_left(summary)}"), refresh=True)


def _percent(summary: QueueSummary) -> str:
    return f"{min(int(summary.fraction * 100), 99):2d}%"


def _left(summary: QueueSummary) -> str:
    """Return how long the rest will take, as a person says it; "" where that is not known."""
    if summary.seconds_left is None:
        return ""
    return f" ({time_left(summary.seconds_left)} left)"
