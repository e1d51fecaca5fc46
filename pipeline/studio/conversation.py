"""Conversations about an episode: wishes that follow one another, what they are about, and what a model has said so far.

Each wish is a run (`lectern revise`); those that follow one another have the first one's id as their thread.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ..base.errors import LecternError
from ..changes.contents import Contents, text_of
from ..changes.model import Changeset
from ..changes.store import ChangesetStore
from ..jobs.runs import Run
from .places import explain
from .runs import run_called, runs
from .scenes import scenes

WISH = "revise"
"""The kind of the runs that are turns of a conversation."""
MOST_TURNS, LONGEST_DIFF = 8, 6_000
_NOTE = re.compile(r'"note"\s*:\s*"((?:[^"\\]|\\.)*)')
_THEY = {"applied": "It was applied", "refused": "They refused it", "reverted": "It was applied, and taken back",
         "superseded": "Another one took its place", "proposed": "It is not applied yet"}  # fmt: skip


class Before(NamedTuple):
    """What was said before in a thread (its id, "": it begins now), and the change of it that waits to be applied."""

    thread: str = ""
    text: str = ""
    waiting: Changeset | None = None

    def told(self) -> dict[str, str]:
        """Return what a run notes of it."""
        return {"thread": self.thread} if self.thread else {}


def thread_of(run: Run) -> str:
    """Return the conversation that a wish belongs to: the id of its first run."""
    return str(run.about.get("thread") or run.id)


def said_before(folder: Path, after: str) -> Before:
    """Return the conversation that the run `after` is a turn of ("": none). Raises LecternError if that is no wish."""
    if not after:
        return Before()
    last = run_called(folder, after)
    if last.kind != WISH:
        raise LecternError(f"{last.id} is no wish that one could go on from: it is {last.kind}")
    thread, store = thread_of(last), ChangesetStore(folder)
    turns = [run for run in runs(folder)[::-1] if run.kind == WISH and thread_of(run) == thread and run.state == "done"]
    known = {change.id: change for change in store.all()}
    told = [text for run in turns[-MOST_TURNS:] for text in _turn(run, known)]
    waiting = known.get(str(turns[-1].result.get("change"))) if turns else None
    waits = waiting is not None and waiting.state == "proposed" and not store.outdated(waiting)
    return Before(thread, "\n".join(told), waiting if waits else None)


def _turn(run: Run, known: Mapping[str, Changeset]) -> Iterator[str]:
    yield f"They wished: {run.title}\nYou answered: {run.result.get('note', '')}"
    if change := known.get(str(run.result.get("change"))):
        yield f"You proposed this change. {_THEY[change.state]}:\n{change.diff[:LONGEST_DIFF]}"


def proposed_texts(folder: Path, change: Changeset | None) -> dict[str, str | None]:
    """Return what files would read with a change that waits."""
    contents = Contents(folder)
    return {
        one.file: None if one.after is None else text_of(contents.get(one.after), one.file)
        for one in (change.files if change else ())
    }


def context_of(folder: Path, about: str) -> str:
    """Return what a wish is about, in words: `about` is the id of a strip or a scene ("": the whole film).

    Raises LecternError if the last build has no such strip and the script no such scene.
    """
    if not about:
        return ""
    if "/" in about:
        card = explain(folder, about)
        where = f"line {card.line} of script.md, " if card.line else ""
        said = f' ("{" ".join(card.text.split())[:200]}")' if card.text else ""
        return f"It is about the {card.kind} {card.title}{said}: {where}in the scene {card.scene}, from {card.start:.1f} s on.\n"
    found = next((card for card in scenes(folder) if card.id == about), None)
    if found is None:
        raise LecternError(f'there is no scene "{about}"')
    return f'It is about the scene {found.id} ("{found.title}"), line {found.line} of script.md.\n'


def note_so_far(answer: str) -> str:
    """Return what a model says to the person in an answer that is still arriving, which is JSON with a `note`."""
    found = _NOTE.search(answer)
    if found is None:
        return ""
    said = found[1]
    while said:
        try:
            return str(json.loads(f'"{said}"', strict=False))
        except ValueError:  # it breaks off in the middle of an escape
            said = said[:-1]
    return ""
