"""The command about scenarios: branches of the script."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import LecternError
from ..changes.author import author
from .arguments import Verbs, add_json, add_verb
from .call import DONE, existing_folder
from .console import format_table, print_json, print_result, print_values

if TYPE_CHECKING:
    from ..changes.scenarios import Scenario

ACTIONS = ("list", "new", "switch", "compare", "merge")


def add_scenario(every: Verbs) -> None:
    """Add `scenario`."""
    about = "list, begin, compare, switch to and merge scenarios: branches of the script of the episode in DIR"
    verb = add_verb(every, "scenario", run_scenario, about)
    verb.add_argument("folder", metavar="DIR", type=Path)
    verb.add_argument("action", metavar="|".join(ACTIONS), nargs="?", default="list", choices=ACTIONS)
    verb.add_argument("name", metavar="NAME", nargs="?", default="", help="the scenario")
    with_what = "what to compare it with (default: the script as it is now)"
    verb.add_argument("other", metavar="OTHER", nargs="?", default="", help=with_what)
    numbers = 'where both have changed the same place: "all" as in NAME, "none", or their numbers, like 0,2'
    verb.add_argument("--take", metavar="N", default="", help=numbers)
    add_json(verb)


def run_scenario(options: Namespace) -> int:
    """List, begin, compare, switch to and merge scenarios."""
    from ..studio import scenarios as studio

    folder, action, name = existing_folder(options.folder), options.action, options.name
    if action == "list":
        return _print_scenarios(options, studio.scenarios(folder))
    if not name:
        raise LecternError(f"which scenario? Say: lectern scenario {options.folder} {action} NAME")
    if action == "compare":
        text = studio.compare_scenarios(folder, name, options.other)
        print_json({"diff": text}) if options.json else print_result(text or f"There is no difference to {name}.")
        return DONE
    if action == "merge":
        change = studio.merge_scenario(folder, name, author(), _taken(options.take))
        told = f"{name} is merged: lectern changes {options.folder} revert {change.id} takes it back"
    elif action == "new":
        change, told = (
            studio.begin_scenario(folder, name, author()),
            f"{name} begins here, and is the current scenario",
        )
    else:
        change, told = studio.switch_scenario(folder, name, author()), f"{name} is the current scenario"
    print_json(change) if options.json else print_result(told)
    return DONE


def _taken(numbers: str) -> range | set[int] | None:
    """Return the places that are taken from the other scenario; None: it was not said."""
    if numbers in ("", "all", "none"):
        return {"": None, "all": range(100_000), "none": range(0)}[numbers]
    try:
        return {int(number) for number in numbers.split(",")}
    except ValueError:
        raise LecternError(f'--take is "all", "none" or numbers like 0,2, not "{numbers}"') from None


def _print_scenarios(options: Namespace, found: "tuple[Scenario, ...]") -> int:
    if options.json:
        print_values(options, found, ())
        return DONE
    heading = ("scenario", "", "began in", "differs from the files as they are")
    rows = [(each.name, "current" * each.current, each.parent, ", ".join(each.differs)) for each in found]
    print_result("\n".join(format_table([heading, *rows])))
    return DONE
