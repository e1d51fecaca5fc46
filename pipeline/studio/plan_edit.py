"""`lectern ask DIR plan_edit`: a batch of operations becomes a changeset, checked on a copy before it is offered; nothing is written."""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from ..base.errors import LecternError
from ..base.files import digest
from ..base.frozen import Frozen
from ..changes.contents import Contents, content_of, text_of
from ..changes.merge import EDITS, merge_texts
from ..changes.model import Changeset, Overlap
from ..changes.scenarios import Scenarios
from ..changes.store import ChangesetStore
from ..timeline.editable import BY_NAME, Plain
from ..timeline.edits import Edit, Edits, by_property, edits_of, edits_text, read_edits
from ..timeline.model import BLENDERS_TYPES
from ..voice.recording_files import takes_of
from .check import Diagnostic
from .clone_check import faults_of
from .element_changes import chosen_name, chosen_names, is_chosen, recordings_folder
from .paging import MOST
from .places import built_timeline
from .proposals import exactly
from .reading import written_text

LARGEST_TEXT = 1_000_000
AGENT = "an agent"
"""Who proposes what comes through here."""
type PlainText = Annotated[str, Field(max_length=LARGEST_TEXT)]


class Operation(Frozen):
    """One step of a plan. `hash` is that of the file as it was read: if given and no longer so, the plan is refused.

    write: `file` shall read `text` · replace: in `file`, `find` (exactly once, or `every`) becomes `text` · delete: `file` ·
    set: `property` of `strip` is `value` · reset: the script decides about `property` ("": all) of `strip` again · choose: the
    `line` (its id) is spoken by its own recording `take` (a file name) · branch: begin the `scenario` · switch: go to it ·
    merge: bring its changes here; these three stand alone.
    """

    op: Literal["write", "replace", "delete", "set", "reset", "choose", "branch", "switch", "merge"]
    file: str = ""
    text: PlainText = ""
    find: PlainText = ""
    every: bool = False
    hash: str = ""
    strip: str = ""
    property: str = ""
    value: Plain | None = None
    line: str = ""
    take: str = ""
    scenario: str = ""


class Planned(Frozen):
    """What is proposed: apply it by its `id`, which is a hash of the change itself. `diff` is its beginning, see the tool diff.

    refused: `problems` or `why` say what is wrong, and nothing is proposed. unchanged: all is so already.
    """

    outcome: Literal["proposed", "refused", "unchanged"]
    id: str = ""
    diff: str = ""
    why: str = ""
    problems: tuple[Diagnostic, ...] = ()
    files: tuple[str, ...] = ()


class Conflicts(Frozen):
    """Where a proposed change meets what somebody else has written meanwhile: how it was, what each has made of it.

    `resolution` is what is proposed instead, if it was said what is taken.
    """

    id: str
    overlaps: tuple[Overlap, ...]
    resolution: Planned | None = None


class _Unfit(LecternError):
    """An operation that doesn't fit the episode as it is."""


def plan_edit(folder: Path, operations: Sequence[Operation], why: str, run: str = "") -> Planned:
    """Return what a batch of operations would make of the episode's files, as a changeset that waits to be applied."""
    if any(operation.op in ("branch", "switch", "merge") for operation in operations):
        return _planned_scenario(folder, operations)
    texts: dict[str, str | None] = {}
    recordings: dict[str, bytes | None] = {}
    edits = before = read_edits(folder)
    try:
        for number, operation in enumerate(operations, 1):
            if operation.op in ("set", "reset"):
                edits = _edited(folder, edits, operation, number)
            elif operation.op == "choose":
                recordings |= _chosen(folder, operation, number)
            else:
                texts[operation.file] = _rewritten(folder, texts, operation, number)
    except _Unfit as error:
        return Planned(outcome="refused", why=str(error))
    if edits != before:
        texts[EDITS] = edits_text(edits)
    return _proposed(folder, texts, why, run, recordings=recordings)


def _planned_scenario(folder: Path, operations: Sequence[Operation]) -> Planned:
    (operation, *others), known = operations, Scenarios(folder)
    if others:
        return Planned(
            outcome="refused", why=f"{operations[0].op} and other operations don't go together: plan it alone"
        )
    try:
        if operation.op == "merge":
            change = known.propose_merge(operation.scenario, AGENT)
        else:
            change = known.propose_switch(operation.scenario, AGENT, new=operation.op == "branch")
    except LecternError as error:
        return Planned(outcome="refused", why=f"{error}"[:MOST])
    files = tuple(one.file for one in change.files if one.before != one.after)
    return Planned(outcome="proposed", id=change.id, diff=change.diff[:MOST], files=files)


def conflicts(folder: Path, id: str, take: Collection[int] | None = None) -> Conflicts:
    """Return the places in which files have changed since a change of them was proposed, with both values.

    With `take` (see `resolve`), also the change that is proposed instead.
    """
    store = ChangesetStore(folder)
    overlaps = store.overlaps(exactly(store, id))
    return Conflicts(id=id, overlaps=overlaps, resolution=None if take is None else resolve(folder, id, take))


def resolve(folder: Path, id: str, take: Collection[int] = ()) -> Planned:
    """Propose a change anew that met another one: of the places that `conflicts` counts (from 0), those in `take` as proposed.

    The other places stay as they are. What a person has set on a strip always stays.
    """
    store, contents = ChangesetStore(folder), Contents(folder)
    change, texts, counted = store.get(id), dict[str, str | None](), 0
    if change.state != "proposed":
        return Planned(outcome="refused", id=id, why=f"{id} was {change.state}: there is nothing to resolve")
    for one in change.files:
        was, new = (text_of(contents.get(name), one.file) for name in (one.before, one.after))
        now = text_of(content_of(folder, one.file), one.file)
        met = len(merge_texts(one.file, was, new, now).overlaps)
        taken = {number - counted for number in take if counted <= number < counted + met}
        if taken and one.file == EDITS:
            return Planned(
                outcome="refused",
                id=id,
                why="a person has set that property meanwhile, and it stays: leave it out of take",
            )
        texts[one.file] = merge_texts(one.file, was, new, now, taken).text
        counted += met
    return _proposed(folder, texts, f"{change.why} (rebased)", change.run, supersedes=(change.id,))


def _proposed(
    folder: Path, texts: Mapping[str, str | None], why: str, run: str, supersedes: Sequence[str] = (), *,
    recordings: Mapping[str, bytes | None] = MappingProxyType({}),
) -> Planned:  # fmt: skip
    """Propose what texts shall read; `recordings` are own recordings under other names, None: there is none of this name."""
    moved = {name: content for name, content in recordings.items() if content_of(folder, name) != content}
    if not moved and all(written_text(folder, name) == text for name, text in texts.items()):
        return Planned(outcome="unchanged", why="the files say that already")
    if problems := faults_of(folder, texts):
        return Planned(outcome="refused", why="the episode could not be read any more", problems=problems[:20])
    absent = [name for name, content in recordings.items() if content is None and name not in moved]
    change = ChangesetStore(folder).propose({**texts, **moved}, AGENT, why, run, supersedes, absent=absent)
    files = tuple(one.file for one in change.files)
    return Planned(outcome="proposed", id=change.id, diff=change.diff[:MOST], files=files)


def _rewritten(folder: Path, texts: dict[str, str | None], operation: Operation, number: int) -> str | None:
    """Return what a file shall hold after an operation, as the operations before it left it."""
    file = operation.file
    if file == EDITS:
        raise _Unfit(f"operation {number}: {EDITS} is changed with set and reset")
    on_disk = written_text(folder, file)
    if operation.hash and (on_disk is None or digest(on_disk) != operation.hash):
        raise _Unfit(f"operation {number}: {file} has changed since you have read it: read it again, then plan anew")
    now = texts.get(file, on_disk)
    if operation.op == "write":
        return operation.text
    if now is None:
        raise _Unfit(f"operation {number}: there is no file {file}")
    if operation.op == "delete":
        return None
    times = now.count(operation.find) if operation.find else 0
    if times == 0 or (times > 1 and not operation.every):
        more = (
            "give more of the text around it, or every"
            if times
            else "read the file, and give it exactly as it is written"
        )
        raise _Unfit(f"operation {number}: the text to find is {times} times in {file}: {more}")
    return now.replace(operation.find, operation.text)


def _chosen(folder: Path, operation: Operation, number: int) -> dict[str, bytes | None]:
    """Return the recordings of a line under the names that they have if one is chosen; no other may be called chosen then."""
    try:
        names = chosen_names(folder, operation.line, operation.take)
        place = recordings_folder(folder, operation.line)
    except LecternError as error:
        raise _Unfit(f"operation {number}: {error}") from None
    inside = place.relative_to(folder)
    contents = {name: content_of(folder, (inside / name).as_posix()) for name in names}
    others = {chosen_name(file.name): None for file in takes_of(place, operation.line) if not is_chosen(file.name)}
    found = {**others, **dict.fromkeys(names), **{new: contents[old] for old, new in names.items()}}
    return {(inside / name).as_posix(): content for name, content in found.items()}


def _edited(folder: Path, edits: Edits, operation: Operation, number: int) -> Edits:
    strip, name = operation.strip, operation.property
    known = by_property(edits)
    mine = _own_edits(folder)
    theirs = [
        e for key, e in known.items() if e.strip == strip and name in ("", key[1]) and e.model_dump_json() not in mine
    ]
    if theirs:
        what = ", ".join(e.property for e in theirs)
        raise _Unfit(f"operation {number}: a person has set {what} of {strip}, and that stays: ask them, or leave it")
    if operation.op == "reset":
        return edits.without(strip, name)
    film = built_timeline(folder)
    found = next((s for s in (*film.strips, *film.off) if s.id == strip), None)
    if found is None:
        raise _Unfit(f'operation {number}: the last build has no strip "{strip}": see timeline')
    fitting = [p.name for p in BY_NAME.values() if BLENDERS_TYPES[found.kind] in p.types and p.name != "copy_of"]
    if name not in fitting or operation.value is None:
        raise _Unfit(f"operation {number}: a strip of this kind has {', '.join(fitting)}; and set needs a value")
    try:
        edit = Edit(strip=strip, property=name, value=operation.value)
    except ValidationError:
        raise _Unfit(f"operation {number}: {name} can't have that value") from None
    return edits_of((*edits.edits, edit))


def _own_edits(folder: Path) -> frozenset[str]:
    """Return the edits that applied changesets have written, each as JSON: all others are a person's."""
    contents, found = Contents(folder), set[str]()
    for change in ChangesetStore(folder).all():
        if change.state == "applied" and change.who == AGENT:
            found |= _added(contents, change)
    return frozenset(found)


def _added(contents: Contents, change: Changeset) -> set[str]:
    found = set[str]()
    for one in (each for each in change.files if each.file == EDITS):
        texts = [text_of(contents.get(name), EDITS) for name in (one.after, one.before)]
        after, before = ({_as_json(line) for line in text.splitlines()[1:-1]} for text in texts)
        found |= after - before
    return found


def _as_json(line: str) -> str:
    return Edit.model_validate(json.loads(line.removeprefix(","))).model_dump_json()
