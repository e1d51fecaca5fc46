"""The command that plans an episode."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .call import DONE, FINDINGS, call
from .console import count, print_error, print_json, print_result

if TYPE_CHECKING:
    from .options import Verbs


def add_planning(every: "Verbs", verb: Callable[..., ArgumentParser]) -> None:
    """Add `plan`; `verb` adds a command."""
    plan = verb(
        every,
        "plan",
        run_plan,
        "make an episode, without any model, of what you have: commands, a tape, a cast, an outline, a deck, a recorded browser",
    )
    plan.add_argument("folder", metavar="DIR", type=Path, help="a folder that is empty, or not there yet")
    what = "shell commands (.sh, .txt), a VHS tape (.tape), an asciinema cast (.cast), an outline or a Slidev or Marp deck (.md), or "
    what += "what Playwright recorded (.py, .js, .ts, a trace as .zip)"
    plan.add_argument("--from", dest="source", metavar="FILE", type=Path, required=True, help=what)
    plan.add_argument("--json", action="store_true", help="for programs")


def run_plan(options: Namespace) -> int:
    """Write the episode, and say what could not be taken over."""
    from ..studio.plan import plan

    made = call(plan, options, folder=options.folder)
    if options.json:
        print_json(made)
    else:
        for each in made.refused:
            print_error(f"{options.source}:{each.line}: {each.text}: {each.why}")
        print_result(
            f"{made.script}  {count(made.scenes, 'scene')}, {count(made.taken, 'line')} of {options.source.name}"
        )
    return FINDINGS if made.refused else DONE
