"""What commands are declared with: the parser, a command, and the arguments that several take."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from ..base.errors import visible

type Verbs = argparse._SubParsersAction[Any]
"""What commands are added to."""

CommandHandler = Callable[[argparse.Namespace], int]


class CommandParser(argparse.ArgumentParser):
    """A parser whose complaints, which quote what was typed, can't steer the terminal."""

    def error(self, message: str) -> NoReturn:
        """End with the exit code of a wrong command line."""
        super().error(visible(message))


def add_verb(every: Verbs, name: str, handler: CommandHandler, about: str | None) -> argparse.ArgumentParser:
    """Add a command that does what `about` says; one that says nothing is Lectern's own and not listed."""
    if about is None:
        verb = every.add_parser(name)
    else:
        verb = every.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    verb.set_defaults(handler=handler, verb=name)
    add_general(verb, first=False)
    return verb


def add_episode(verb: argparse.ArgumentParser) -> None:
    """Add DIR, the folder of an episode."""
    verb.add_argument(
        "folder", metavar="DIR", type=Path, nargs="?", default=Path(), help="the episode (default: this folder)"
    )


def add_scene(verb: argparse.ArgumentParser) -> None:
    """Add --scene."""
    verb.add_argument("--scene", metavar="ID", help="only this scene (the {#id} of its heading)")


def add_json(verb: argparse.ArgumentParser) -> None:
    """Add --json."""
    verb.add_argument("--json", action="store_true", help="for programs: JSON on stdout")


def add_general(parser: argparse.ArgumentParser, first: bool) -> None:
    """Add the options that may come before or after the command; only the first parser gives them their defaults."""
    group = parser.add_argument_group("general")

    def default(value: object) -> object:
        return value if first else argparse.SUPPRESS

    group.add_argument(
        "-c", "--config-file", dest="config", metavar="FILE", type=Path, default=default(None),
        help="these settings, in place of the nearest lectern.toml",
    )  # fmt: skip
    group.add_argument(
        "--quiet", action="store_true", default=default(False), help="say nothing but faults and results"
    )
    group.add_argument(
        "--no-wait", dest="wait", action="store_false", default=default(True),
        help="end with a message if another process works on the episode, instead of waiting for it",
    )  # fmt: skip
    group.add_argument(
        "--trust", action="store_true", default=default(False), help="allow what the episode runs, as it is now"
    )
    group.add_argument(
        "--trust=sandboxed", dest="trust", action="store_const", const="sandboxed", default=default(False),
        help="allow it, too, but with its programs in a sandbox, where nothing of yours is",
    )  # fmt: skip
    group.add_argument(
        "--yes",
        action="store_true",
        default=default(False),
        help="pay what the services ask for it, without a question",
    )
