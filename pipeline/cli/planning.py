"""The command that plans an episode."""

from argparse import Namespace
from pathlib import Path

from ..base.errors import LecternError
from .arguments import Verbs, add_verb
from .call import DONE, FINDINGS, call
from .console import count, print_error, print_json, print_result


def add_planning(every: Verbs) -> None:
    """Add `plan`."""
    plan = add_verb(
        every,
        "plan",
        run_plan,
        "make an episode of what you have (commands, a tape, a cast, an outline, a deck, a recorded browser), or of an idea",
    )
    plan.add_argument("folder", metavar="DIR", type=Path, help="a folder that is empty, or not there yet")
    what = "shell commands (.sh, .txt), a VHS tape (.tape), an asciinema cast (.cast), an outline or a Slidev or Marp deck (.md), or "
    what += "what Playwright recorded (.py, .js, .ts, a trace as .zip)"
    what += "; with --idea, the folder of a project that it is about"
    plan.add_argument("--from", dest="source", metavar="FILE", type=Path, help=what)
    plan.add_argument(
        "--idea",
        metavar="TEXT",
        default="",
        help="what the film is about: the language model of lectern.toml writes it",
    )
    plan.add_argument("--json", action="store_true", help="for programs")


def run_plan(options: Namespace) -> int:
    """Write the episode, and say what could not be taken over."""
    from ..studio.plan import plan

    if options.idea:
        return _run_idea(options)
    if options.source is None:
        raise LecternError("plan from what? Say --from FILE, or --idea TEXT")
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


def _run_idea(options: Namespace) -> int:
    from ..studio.messages import ignore_message
    from ..studio.plan_idea import plan_idea

    listen = ignore_message if options.quiet or options.json else print_error
    made = call(plan_idea, options, folder=options.folder, project=options.source, listen=listen)
    if options.json:
        print_json(made)
        return DONE
    for finding in made.findings:
        print_error(f"finding: {finding.file}:{finding.line}: {finding.message}")
    written = "\n".join(f"  {file}" for file in made.files)
    waits = f"\nscript.md is as it was. To take this over:\n  lectern changes {options.folder} apply {made.change}"
    print_result(f"{made.brief}\n{written}" if made.files else f"{made.brief}{waits}")
    print_result(
        f"about {made.seconds:.0f} s of film; {count(made.rounds, 'answer')} for the script, {made.tokens} tokens"
    )
    return DONE
