"""The commands that plan and revise an episode, and what language models are asked for it."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import LecternError
from .arguments import Verbs, add_episode, add_json, add_verb
from .call import DONE, FINDINGS, call, existing_folder
from .console import count, format_table, print_error, print_json, print_result, print_values

if TYPE_CHECKING:
    from ..studio.language_model import ModelChoice
    from ..studio.messages import MessageListener


def add_planning(every: Verbs) -> None:
    """Add `plan`, `ideas`, `revise` and `prompts`."""
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
    plan.add_argument(
        "--length", metavar="TIME", default="", help="how long the film of an idea shall be, like 60s-90s"
    )
    ideas = add_verb(every, "ideas", run_ideas, "suggest films about the project in DIR, with reasons and files")
    ideas.add_argument("folder", metavar="DIR", type=Path)
    ideas.add_argument("--count", metavar="N", type=int, default=8, help="how many at most (default: 8)")
    ideas.add_argument("--rules", action="store_true", help="without a language model, also where one is set")
    revise = _add_revise(every)
    tried = "try the captures that the model writes, in the sandbox and without a network, and have what fails mended"
    for verb in (plan, revise):
        verb.add_argument("--rehearse", action="store_true", help=tried)
    for verb in (plan, ideas, revise):
        _add_choice(verb)
        add_json(verb)
    _add_prompts(every)


def _add_revise(every: Verbs) -> ArgumentParser:
    revise = add_verb(
        every, "revise", run_revise, "have a language model change the episode in DIR as you wish, as a proposed change"
    )
    revise.add_argument("folder", metavar="DIR", type=Path)
    revise.add_argument("wish", metavar="WISH", help='what shall be different, like "a shorter intro"')
    revise.add_argument("--about", metavar="ID", default="", help="the scene or the strip that the wish is about")
    goes_on = "go on from this earlier wish, and from the change that it has proposed (a run, see lectern runs)"
    revise.add_argument("--after", metavar="RUN", default="", help=goes_on)
    return revise


def _add_choice(verb: ArgumentParser) -> None:
    verb.add_argument("--model", metavar="NAME", default="", help="another model of the same service")
    levels = ("off", "low", "medium", "high")
    verb.add_argument("--thinking", choices=levels, default="", help="how much it thinks before it answers")
    variant = "a variant of the prompt, like revise.formal (see lectern prompts)"
    verb.add_argument("--prompt", metavar="ID", default="", help=variant)


def _add_prompts(every: Verbs) -> None:
    prompts = add_verb(
        every, "prompts", run_prompts, "list, show and copy what language models are asked for the episode in DIR"
    )
    add_episode(prompts)
    actions = ("list", "show", "copy", "schema")
    prompts.add_argument("action", metavar="|".join(actions), nargs="?", default="list", choices=actions)
    prompts.add_argument("id", metavar="ID", nargs="?", default="", help="the prompt")
    add_json(prompts)


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
    from ..studio.plan_idea import plan_idea

    made = call(
        plan_idea,
        options,
        folder=options.folder,
        project=options.source,
        choice=_choice(options),
        listen=_listener(options),
    )
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


def run_ideas(options: Namespace) -> int:
    """Print what films the project could have."""
    from ..studio.ideas import ideas

    found = call(
        ideas, options, folder=existing_folder(options.folder), choice=_choice(options), listen=_listener(options)
    )
    if options.json:
        print_json(found)
        return DONE
    who = (
        "by rules, from what the project says of itself"
        if found.by == "rules"
        else f"by the language model ({found.run})"
    )
    print_error(f"{count(len(found.ideas), 'idea')} {who}")
    for number, idea in enumerate(found.ideas, 1):
        print_result(f"{number}. {idea.title}\n   {idea.idea}\n   because {idea.reason}\n   {', '.join(idea.files)}")
    print_error("One becomes an episode with: lectern plan NEW-DIR --idea TEXT --from DIR")
    return DONE


def run_revise(options: Namespace) -> int:
    """Print the proposed change."""
    from ..studio.revise import revise

    made = call(revise, options, choice=_choice(options), listen=_listener(options))
    if options.json:
        print_json(made)
        return DONE
    for finding in made.findings:
        print_error(f"finding: {finding}")
    if not made.change:
        print_result(made.note)
        return DONE
    print_result(made.diff.rstrip())
    print_result(f"{made.note}\n{count(made.rounds, 'answer')}, {made.tokens} tokens. Nothing is changed yet:")
    print_result(
        f"  lectern changes {options.folder} apply {made.change}\n  lectern changes {options.folder} refuse {made.change}"
    )
    return DONE


def run_prompts(options: Namespace) -> int:
    """List, show and copy prompts."""
    from ..studio.prompts import own_prompt, prompt, prompt_schema, prompts

    folder = existing_folder(options.folder)
    if options.action == "schema":
        print_json(prompt_schema())
        return DONE
    if options.action == "list":
        cards = prompts(folder)
        rows = [
            (c.id, "yours" if c.own else "Lectern's", c.about, f"{c.file}:{c.line}: {c.fault}" if c.fault else c.file)
            for c in cards
        ]
        print_values(options, cards, format_table([("prompt", "whose", "what it does", "file"), *rows]))
        return FINDINGS if any(card.fault for card in cards) else DONE
    if not options.id:
        raise LecternError(f"which prompt? Say: lectern prompts {options.folder} {options.action} ID")
    if options.action == "copy":
        print_result(str(own_prompt(folder, options.id)))
        return DONE
    found = prompt(folder, options.id)
    if options.json:
        print_json(found)
    else:
        print_result(f"{found.file}\n\nsystem: {found.prompt.system}\n\nuser: {found.prompt.user}")
    return DONE


def _choice(options: Namespace) -> "ModelChoice":
    from ..studio.language_model import ModelChoice

    return ModelChoice(model=options.model, thinking=options.thinking, prompt=options.prompt)


def _listener(options: Namespace) -> "MessageListener":
    from ..studio.messages import ignore_message

    return ignore_message if options.quiet or options.json else print_error
