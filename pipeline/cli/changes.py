"""The commands about changes: those proposed for the script, and those that a person made on the timeline."""

import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import LecternError
from ..changes.author import author
from .arguments import Verbs, add_episode, add_json, add_verb
from .call import DONE, existing_folder
from .console import format_table, print_error, print_json, print_result, print_values

if TYPE_CHECKING:
    from ..changes.model import Changeset
    from ..changes.store import ChangesetStore
    from ..timeline.edits import Edit


def add_edits(every: Verbs) -> None:
    """Add `changes` and `edits`."""
    proposed = add_verb(
        every,
        "changes",
        run_changes,
        "list, show, apply, refuse and take back proposed changes of the episode in DIR",
    )
    add_episode(proposed)
    actions = ("list", "show", "apply", "refuse", "revert", "undo", "redo", "replay")
    proposed.add_argument("action", metavar="|".join(actions), nargs="?", default="list", choices=actions)
    proposed.add_argument("id", metavar="ID", nargs="?", help="the change (the beginning of its id will do); "
                          "replay goes back or forward to the state after it, or to the \"start\"")  # fmt: skip
    forced = "also where the same places have changed since; what was there is kept"
    proposed.add_argument("--force", action="store_true", help=forced)
    add_json(proposed)
    by_hand = add_verb(
        every, "edits", run_edits, "list what was changed by hand on the timeline of DIR, or take it back"
    )
    add_episode(by_hand)
    hands = ("list", "reset", "apply", "drop")
    by_hand.add_argument("action", metavar="|".join(hands), nargs="?", default="list", choices=hands)
    by_hand.add_argument("strip", metavar="STRIP", nargs="?", default="", help="the strip to give back to the script, "
                         "or whose edits to apply to another, or to drop since the script no longer makes it")  # fmt: skip
    by_hand.add_argument(
        "property", metavar="PROPERTY", nargs="?", default="", help="reset only this (default: all of it)"
    )
    by_hand.add_argument("--scene", metavar="SCENE", default="", help="reset all strips of this scene")
    by_hand.add_argument("--all", action="store_true", help="reset all strips of the film")
    by_hand.add_argument("--to", metavar="STRIP", default="", help="the strip to apply the edits to")
    add_json(by_hand)


def run_changes(options: Namespace) -> int:
    """List, show, apply, refuse and take back changes."""
    from ..changes.store import ChangesetStore
    from ..studio.scenarios import collect_open

    store, action = ChangesetStore(existing_folder(options.folder)), options.action
    store.recover()
    if action == "list":
        return _print_changes(options, store)
    if action not in ("show", "refuse"):
        collect_open(options.folder)
    if action == "replay":
        return _replay(options, store)
    if action in ("undo", "redo"):
        change = store.last_applied() if action == "undo" else store.last_reverted()
    elif not options.id:
        raise LecternError(f"which change? Say: lectern changes {options.folder} {action} ID")
    else:
        change = store.get(options.id)
    if action == "show":
        about = "\n".join([*_change_lines(change, store.outdated(change)), "", change.diff])
        print_json(change) if options.json else print_result(about)
        return DONE
    change = _decide(store, action, change.id, options.force)
    print_json(change) if options.json else print_result(f"{change.id} is {change.state}: {change.names}")
    return DONE


def _replay(options: Namespace, store: "ChangesetStore") -> int:
    if not options.id:
        raise LecternError(f"to which change? Say: lectern changes {options.folder} replay ID (or start)")
    done = store.replay(options.id, author())
    if options.json:
        print_values(options, done, ())
    else:
        print_result("\n".join(f"{c.id} is {c.state}: {c.names}" for c in done) or "The files are in that state.")
    return DONE


def _decide(store: "ChangesetStore", action: str, id: str, force: bool) -> "Changeset":
    if action in ("apply", "redo"):
        return store.apply(id, author(), force=force)
    if action in ("revert", "undo"):
        return store.revert(id, author(), force=force)
    return store.refuse(id, author())


def _print_changes(options: Namespace, store: "ChangesetStore") -> int:
    found = store.all()
    for damage in store.damaged():
        print_error(damage)
    if options.json:
        print_values(options, found, ())
        return DONE
    heading = ("change", "state", "files", "proposed", "by", "why")
    rows = [
        (c.id, _state_label(c.state, store.outdated(c)), c.names, _format_time(c.history[0].when), c.who, c.why)
        for c in found
    ]
    print_result("\n".join(format_table([heading, *rows])) if found else "There are no changes.")
    return DONE


def _state_label(state: str, outdated: bool) -> str:
    return "outdated" if state == "proposed" and outdated else state


def _change_lines(change: "Changeset", outdated: bool) -> list[str]:
    trail = [
        f"  {_format_time(e.when)}  {e.what} by {e.who}{', by force' * e.forced}" + (f": {e.note}" if e.note else "")
        for e in change.history
    ]
    return [f"{change.id}  {change.names}  {_state_label(change.state, outdated)}", *trail]


def _format_time(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def run_edits(options: Namespace) -> int:
    """List the edits of an episode, give a strip back to the script, or what was edited on one to another."""
    from ..studio.edits import apply_edits_elsewhere, drop_edits, episode_edits, orphaned_edits

    folder, action, strip = existing_folder(options.folder), options.action, options.strip
    if action == "apply" and not (strip and options.to):
        which = "to which strip" if strip else "which strip"
        raise LecternError(f"{which}? Say: lectern edits {options.folder} apply {strip or 'STRIP'} --to STRIP")
    match action:
        case "list":
            found = episode_edits(folder).edits
            told = "" if found else "Nothing was changed by hand."
        case "reset":
            found = _reset(options, folder)
            told = "The script decides again; the next build shows it. These edits are gone:"
        case "apply":
            found = apply_edits_elsewhere(folder, strip, options.to, wait=options.wait)
            told = f"The edits of {strip} are now those of {options.to}; the next build shows it:"
        case _:
            found, told = drop_edits(folder, strip, wait=options.wait), "These edits are gone:"
    if options.json:
        print_values(options, found, ())
        return DONE
    print_result("\n".join((*([told] if told else ()), *([_table(found)] if found else ()))))
    if action == "list" and (gone := sorted({edit.strip for edit in orphaned_edits(folder)})):
        print_result(
            f"\nThe script no longer makes {', '.join(gone)}. Their edits wait: apply them to another strip "
            f"(lectern edits {options.folder} apply STRIP --to STRIP), or drop them (lectern edits {options.folder} drop)."
        )
    return DONE


def _reset(options: Namespace, folder: Path) -> "tuple[Edit, ...]":
    """Give a property, a strip, a scene or the film back to the script; return the edits that are gone."""
    from ..studio.edits import reset_all_edits, reset_edits

    if sum(map(bool, (options.strip, options.scene, options.all))) != 1:
        ways = "reset STRIP [PROPERTY], reset --scene SCENE, or reset --all"
        raise LecternError(f"which strip, or which scene? Say: lectern edits {options.folder} {ways}")
    if options.strip:
        return reset_edits(folder, options.strip, options.property, wait=options.wait)
    return reset_all_edits(folder, options.scene, wait=options.wait)


def _table(edits: "tuple[Edit, ...]") -> str:
    from ..studio.edits import edit_label, value_label

    rows = [(e.strip, e.property, edit_label(e), value_label(e.script), value_label(e.value)) for e in edits]
    return "\n".join(format_table([("strip", "property", "what", "in the script", "by hand"), *rows]))
