"""The commands about captures: recorded alone, previewed, checked against today, worked out, and changes of the script."""

import json
import shlex
import time
from argparse import Namespace
from typing import TYPE_CHECKING

from ..errors import LecternError
from .screen import asker, complain, progress, say
from .verbs import DONE, FINDINGS, episode_folder
from .voices import show as show_values
from .voices import table

if TYPE_CHECKING:
    from ..changes.book import Book
    from ..changes.model import Changeset


def capture(options: Namespace) -> int:
    """Records captures, or looks at them."""
    if options.capture and not options.step:
        raise LecternError("--capture names the capture of a preview: it goes with --step N and --png FILE")
    if options.check:
        return _check(options)
    if options.png or options.step:
        return _preview(options)
    from ..studio import captures

    folder, allowed = episode_folder(options.folder), {"config": options.config_file, "trusted": options.trust}
    with progress(options.quiet) as listen:
        if options.sheet:
            say(str(captures.sheet(folder, options.sheet, scene=options.scene, listen=listen, **allowed)))
            return DONE
        made = captures.capture(folder, scene=options.scene, listen=listen, **allowed)
    heading = ("scene", "capture", "kind", "steps", "seconds", "pictures", "dropped")
    rows = [
        (c.scene, c.capture, c.kind, str(c.steps), f"{c.seconds:.1f}", str(c.pictures), f"{c.dropped:.1%}") for c in made
    ]
    show_values(options, made, table([heading, *rows]))
    return DONE


def rehearse(options: Namespace) -> int:
    """Works out goals."""
    from ..studio.rehearsal import rehearse as work_out

    tell = (lambda line: None) if options.quiet else complain
    proposed = work_out(
        episode_folder(options.folder), scene=options.scene, capture=options.capture, config=options.config_file,
        trusted=options.trust, agree=asker(options.yes), tell=tell,
    )  # fmt: skip
    for change in proposed:
        accept = f"lectern changes {shlex.quote(str(options.folder))} accept {change.id}"
        say(f"{change.diff}\nscript.md is as it was. To take this over:\n  {accept}")
    return DONE


def changes(options: Namespace) -> int:
    """Lists, shows, accepts and rejects changes."""
    from ..changes.book import Book

    book = Book(episode_folder(options.folder))
    if options.action == "list":
        return _list(options, book)
    if not options.id:
        raise LecternError(f"which change? Say: lectern changes {options.folder} {options.action} ID")
    if options.action == "show":
        change = book.get(options.id)
        about = "\n".join([*_about(change, book.outdated(change)), "", change.diff])
        say(change.model_dump_json(indent=1) if options.json else about)
        return DONE
    done = book.accept(options.id, _person()) if options.action == "accept" else book.reject(options.id, _person())
    say(done.model_dump_json(indent=1) if options.json else f"{done.id} is {done.state}: {done.file}")
    return DONE


def _list(options: Namespace, book: "Book") -> int:
    found = book.all()
    if options.json:
        show_values(options, found, ())
        return DONE
    heading = ("change", "state", "file", "proposed", "by", "why")
    rows = [(c.id, _state(c.state, book.outdated(c)), c.file, _when(c.history[0].when), c.who, c.why) for c in found]
    say("\n".join(table([heading, *rows])) if found else "There are no changes.")
    return DONE


def _state(state: str, outdated: bool) -> str:
    return "outdated" if state == "proposed" and outdated else state


def _about(change: "Changeset", outdated: bool) -> list[str]:
    trail = [f"  {_when(e.when)}  {e.what} by {e.who}" + (f": {e.note}" if e.note else "") for e in change.history]
    return [f"{change.id}  {change.file}  {_state(change.state, outdated)}", *trail]


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def _person() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # nobody is known by this number
        return "somebody"


def _check(options: Namespace) -> int:
    from ..studio.captures import stale_captures, stale_lines

    tell = (lambda line: None) if options.quiet or options.json else complain
    found = stale_captures(
        episode_folder(options.folder), scene=options.scene, config=options.config_file, trusted=options.trust, tell=tell
    )
    stale = sum(one.stale for one in found)
    if options.json:
        say(json.dumps([{**one.model_dump(mode="json"), "stale": one.stale} for one in found], indent=1, ensure_ascii=False))
    elif stale:
        say("\n".join(stale_lines(found)))
    elif not options.quiet:
        say(_in_order(len(found), sum(one.compared for one in found)))
    return FINDINGS if stale else DONE


def _in_order(number: int, compared: int) -> str:
    what = f"{number} capture{'' if number == 1 else 's'} can be done as written"
    left = number - compared
    looks = "looks as it did" if number == 1 else "look as they did"
    return f"{what}, and {looks}." if not left else f'{what}; not compared: {left} (nothing is kept of it, or it says "check: false").'


def _preview(options: Namespace) -> int:
    from ..studio.captures import preview

    if not (options.png and options.step):
        raise LecternError("a preview needs both: --step N and --png FILE")
    say(str(preview(episode_folder(options.folder), options.png, step=options.step, scene=options.scene,
                    capture=options.capture, config=options.config_file, trusted=options.trust)))  # fmt: skip
    return DONE
