"""Changes that an agent makes: planned on copies and checked, applied by the hash of the change alone, read back, taken back."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.lock import LockHeld
from ..build.paces import paces_of
from ..changes.contents import Contents, content_of, hash_of, shown_text
from ..changes.diff import unified_diff
from ..changes.model import Changeset, ChangeState
from ..changes.store import ChangesetStore, StaleChangeset
from ..episode.model import Episode
from ..timing.expected_length import expected_scenes
from .clone_check import readable_episode
from .paging import MOST, piece_of
from .scenarios import collect_open, compare_scenarios, scenarios

Outcome = Literal["applied", "refused", "unchanged", "unknown"]
_PATIENCE = 5.0
"""Seconds for which a change waits for another one that is being decided about."""
_MOST = 40


class Shift(Frozen):
    """A scene that begins at another time than before, as the pace of the voices lets expect: seconds."""

    scene: str
    before: float
    after: float


class Effect(Frozen):
    """What a change has done to the script's scenes, marks and blocks, named SCENE or SCENE/ID: at most 40 of each."""

    changed: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    shifted: tuple[Shift, ...] = ()


class Decision(Frozen):
    """What has become of a change. `unknown` is no success: look at the files, or ask once more with the same id.

    `why` says what stands in the way and what to do; `repeated`: it was so already, nothing was written now.
    `files` are those that were written, with their SHA-256 as read back.
    """

    outcome: Outcome
    id: str
    state: ChangeState
    why: str = ""
    repeated: bool = False
    files: dict[str, str] = {}
    effect: Effect = Effect()


class HistoryItem(Frozen):
    """A changeset: who has proposed it, why, for which files, and what has become of it, oldest first."""

    id: str
    state: ChangeState
    who: str
    why: str
    files: tuple[str, ...]
    events: tuple[str, ...]


class HistoryPage(Frozen):
    """Some changesets, the newest first; the next ones with `next_cursor`, if there is one."""

    items: tuple[HistoryItem, ...]
    next_cursor: str = ""


class DiffPage(Frozen):
    """A unified diff, or a piece of it; the rest with `next_cursor`, if there is one."""

    id: str
    diff: str
    next_cursor: str = ""


def apply_edit(folder: Path, id: str, who: str = "an agent") -> Decision:
    """Apply the change that was planned as `id`, and read back what it has written; asked again, it is applied once."""
    return _decided(folder, id, "applied", ("proposed",), lambda store: store.apply(id, who))


def revert_edit(folder: Path, id: str, who: str = "an agent") -> Decision:
    """Take an applied change back, and read back what that has written; asked again, it is taken back once."""
    return _decided(folder, id, "reverted", ("applied",), lambda store: store.revert(id, who))


def _decided(
    folder: Path,
    id: str,
    wanted: ChangeState,
    before: tuple[ChangeState, ...],
    act: Callable[[ChangesetStore], Changeset],
) -> Decision:
    store = ChangesetStore(folder)
    found, old, until = exactly(store, id), readable_episode(folder), time.monotonic() + _PATIENCE
    while True:
        try:
            store.recover()
            found = store.get(id)
            if found.state in before:
                collect_open(folder)
            if found.state == wanted:
                return _read_back(folder, found, wanted, None, repeated=True)
            if found.state not in before:
                why = f"it was {found.state}" if found.state != "proposed" else "it was not applied"
                return Decision(
                    outcome="refused", id=id, state=found.state, why=f"{why}: plan it anew if it is still wanted"
                )
            return _read_back(folder, act(store), wanted, old)
        except StaleChangeset as stale:
            return Decision(
                outcome="refused",
                id=id,
                state=found.state,
                why=f"{stale}\nSee conflicts, then resolve or plan it anew"[:MOST],
            )
        except LockHeld as held:
            if time.monotonic() > until:
                return Decision(outcome="refused", id=id, state=found.state, why=f"{held} Nothing was written")
            time.sleep(0.05)
        except LecternError as error:
            return Decision(outcome="refused", id=id, state=found.state, why=f"{error}"[:MOST])
        except OSError as error:
            return Decision(
                outcome="unknown", id=id, state=found.state, why=f"writing failed: {error.strerror}; ask once more"
            )


def exactly(store: ChangesetStore, id: str) -> Changeset:
    """Return the changeset with this whole id. Raises LecternError for one that is only its beginning."""
    found = store.get(id)
    if found.id != id:
        raise LecternError(
            f"{id} is only the beginning of the id {found.id}: give the whole id that plan_edit has answered"
        )
    return found


def _read_back(
    folder: Path, change: Changeset, wanted: ChangeState, old: Episode | None, repeated: bool = False
) -> Decision:
    """Return what the files hold now, against what was to be written into them."""
    written = change.history[-1].written
    found = {one.file: hash_of(content_of(folder, one.file)) or "" for one in written}
    differ = [one.file for one in written if found[one.file] != (one.after or "")]
    if differ and not repeated:
        why = f"{', '.join(differ)} holds something else than was written: another program has changed it in the same moment"
        return Decision(outcome="unknown", id=change.id, state=change.state, why=why, files=found)
    effect = _effect(old, readable_episode(folder)) if not repeated else Effect()
    note = f"since then, {', '.join(differ)} was changed again" if differ else ""
    return Decision(
        outcome="applied", id=change.id, state=wanted, files=found, effect=effect, repeated=repeated, why=note
    )


def _effect(old: Episode | None, new: Episode | None) -> Effect:
    if old is None or new is None:
        return Effect()
    was, now = (dict(_parts(episode)) for episode in (old, new))
    times = [_starts(episode) for episode in (old, new)]
    shifted = [
        Shift(scene=id, before=at, after=times[1][id])
        for id, at in times[0].items()
        if id in was and id in now and abs(times[1].get(id, at) - at) >= 0.05
    ]
    return Effect(
        changed=tuple(id for id in was if id in now and was[id] != now[id])[:_MOST],
        appeared=tuple(id for id in now if id not in was)[:_MOST],
        vanished=tuple(id for id in was if id not in now)[:_MOST],
        shifted=tuple(shifted[:_MOST]),
    )


def _parts(episode: Episode) -> Iterator[tuple[str, str]]:
    """Yield scenes, marks and blocks by name with what is in them, without the lines of script.md that they are at."""
    for scene in episode.scenes:
        marks = {mark.name for line in scene.lines for mark in line.marks}
        yield (
            scene.id,
            repr(
                [scene.title, scene.enabled, [[line.speaker, [w.written for w in line.words]] for line in scene.lines]]
            ),
        )
        yield from ((f"{scene.id}/{name}", "mark") for name in sorted(marks))
        blocks: tuple[Any, ...] = (*scene.captures, *scene.overlays, *scene.clips, *scene.shots, *scene.music)
        for block in blocks:
            yield f"{scene.id}/{block.id}", repr(_without_lines(block.model_dump(mode="json")))


def _without_lines(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_lines(inner) for key, inner in value.items() if not key.endswith("line")}
    return [_without_lines(inner) for inner in value] if isinstance(value, list) else value


def _starts(episode: Episode) -> dict[str, float]:
    at, found = 0.0, dict[str, float]()
    for scene in expected_scenes(episode, paces_of(episode)):
        found[scene.id] = round(at, 2)
        at += scene.seconds
    return found


# Looking at changes


def history(folder: Path, cursor: str = "") -> HistoryPage:
    """Return the episode's changesets, the newest first, a page at a time."""
    store = ChangesetStore(folder)
    store.recover()
    cards = [
        HistoryItem(
            id=c.id, state=c.state, who=c.who, why=c.why[:300], files=tuple(one.file for one in c.files),
            events=tuple(f"{e.what} by {e.who}{': ' * bool(e.note)}{e.note[:200]}" for e in c.history[-6:]),
        )
        for c in reversed(store.all())
    ]  # fmt: skip
    items, rest = piece_of(cards, cursor)
    return HistoryPage(items=items, next_cursor=rest)


def diff(folder: Path, id: str, to: Literal["proposed", "now"] = "proposed", cursor: str = "") -> DiffPage:
    """Return what a changeset makes of the files that it was written against; or what has become of them until `now`.

    Of the name of a scenario: how the files as they are become those of that.
    """
    if id in {scenario.name for scenario in scenarios(folder)}:
        text = compare_scenarios(folder, id)
    else:
        change = ChangesetStore(folder).get(id)
        text = change.diff if to == "proposed" else "".join(_until_now(folder, change))
    shown, rest = piece_of(text.splitlines(keepends=True), cursor)
    return DiffPage(id=id, diff="".join(line[:MOST] for line in shown), next_cursor=rest)


def _until_now(folder: Path, change: Changeset) -> Iterator[str]:
    contents = Contents(folder)
    for one in change.files:
        was, now = shown_text(contents.get(one.before)), shown_text(content_of(folder, one.file))
        yield unified_diff(was, now, one.file)
