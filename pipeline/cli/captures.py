"""The commands about captures: recorded alone, previewed, checked against today, and worked out; and logins for them."""

import shlex
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from ..base.errors import LecternError
from .arguments import Verbs, add_episode, add_json, add_scene, add_verb
from .call import DONE, FINDINGS, call
from .console import count, format_table, print_error, print_json, print_result, print_values


def add_capturing(every: Verbs) -> None:
    """Add the commands of captures."""
    login = add_verb(every, "login", run_login, "log in at ADDRESS in a window, so that captures can use it as NAME")
    login.add_argument("name", metavar="NAME")
    login.add_argument("address", metavar="ADDRESS")
    login.add_argument("--browser", metavar="PROGRAM", default="", help="the Chromium to use (default: it is found)")
    capture = add_verb(
        every, "capture", run_capture, "record the captures of the episode in DIR alone, or look at them"
    )
    capture.add_argument(
        "--check", action="store_true", help="do them all once more, keep nothing, and say what is no longer so"
    )
    capture.add_argument(
        "--sheet", metavar="FILE", type=Path, help="draw a contact sheet: a picture of every step (PNG)"
    )
    capture.add_argument("--step", metavar="N", type=int, help="with --png: the screen after this step, counted from 1")
    capture.add_argument("--png", metavar="FILE", type=Path, help="where the picture of the step goes")
    rehearse = add_verb(
        every,
        "rehearse",
        run_rehearse,
        "have a language model work out the goals in DIR, as a change to apply",
    )
    for verb in (capture, rehearse):
        add_episode(verb)
        add_scene(verb)
        verb.add_argument("--capture", metavar="ID", help="only this capture (its id)")
    add_json(capture)


def run_login(options: Namespace) -> int:
    """Open a browser window to log in; keep what it remembers under a name."""
    from ..capture.browser.logins import log_in

    print_result(f'Log in, then close the window. Captures with "login: {options.name}" will start from there.')
    file = log_in(options.name, options.address, options.browser)
    print_result(f"Kept in {file}; only you can read it, and it is part of no episode.")
    return DONE


def run_capture(options: Namespace) -> int:
    """Record captures, or look at them."""
    if options.capture and not options.step:
        raise LecternError("--capture names the capture of a preview: it goes with --step N and --png FILE")
    if options.check:
        return _check(options)
    if options.png or options.step:
        return _preview(options)
    return _sheet(options) if options.sheet else _record(options)


def run_rehearse(options: Namespace) -> int:
    """Work out goals."""
    from ..studio.messages import ignore_message
    from ..studio.rehearse import rehearse

    for change in call(rehearse, options, listen=ignore_message if options.quiet else print_error):
        apply = f"lectern changes {shlex.quote(str(options.folder))} apply {change.id}"
        print_result(f"{change.diff}\nscript.md is as it was. To take this over:\n  {apply}")
    return DONE


def _record(options: Namespace) -> int:
    from ..studio.capture import capture

    made = call(capture, options)
    heading = ("scene", "capture", "kind", "steps", "seconds", "pictures", "dropped")
    rows = [
        (c.scene, c.capture, c.kind, str(c.steps), f"{c.seconds:.1f}", str(c.pictures), f"{c.dropped:.1%}")
        for c in made
    ]
    print_values(options, made, format_table([heading, *rows]))
    _print_findings(finding for one in made for finding in one.findings)
    return DONE


def _sheet(options: Namespace) -> int:
    from ..studio.capture import sheet

    drawn = call(sheet, options, file=options.sheet)
    print_result(str(drawn.file))
    _print_findings(drawn.findings)
    return DONE


def _print_findings(findings: Iterable[str]) -> None:
    for finding in findings:
        print_error(f"finding: {finding}")


def _preview(options: Namespace) -> int:
    from ..studio.capture import preview

    if not (options.png and options.step):
        raise LecternError("a preview needs both: --step N and --png FILE")
    print_result(str(call(preview, options, file=options.png)))
    return DONE


def _check(options: Namespace) -> int:
    from ..studio.capture import stale_captures, stale_lines
    from ..studio.messages import ignore_message

    found = call(stale_captures, options, listen=ignore_message if options.quiet or options.json else print_error)
    stale = any(one.stale for one in found)
    if options.json:
        print_json([{**one.model_dump(mode="json"), "stale": one.stale} for one in found])
    elif stale:
        print_result("\n".join(stale_lines(found)))
    elif not options.quiet:
        print_result(_in_order(len(found), sum(one.compared for one in found)))
    return FINDINGS if stale else DONE


def _in_order(number: int, compared: int) -> str:
    done, left = f"{count(number, 'capture')} can be done as written", number - compared
    if left:
        return f'{done}; not compared: {left} (nothing is kept of it, or it says "check: false").'
    return f"{done}, and {'looks as it did' if number == 1 else 'look as they did'}."
