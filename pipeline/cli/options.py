"""What can be said on the command line."""

import argparse
from collections.abc import Callable
from pathlib import Path

from . import verbs

Handler = Callable[[argparse.Namespace], int]

EXIT_CODES = """exit codes:
  0    done, nothing to complain of
  1    check has findings, or doctor misses something
  2    the script, the settings or the command line have a fault; the message says where and how to mend it
  3    the episode would run things that you have not allowed (see --trust)
  4    a fault in Lectern itself
  130  interrupted; what was made is kept, and the same command goes on from there"""


def parser(program: str) -> argparse.ArgumentParser:
    """The parser of `program`'s arguments; the result's `handler` does what was asked."""
    top = argparse.ArgumentParser(
        prog=program, description="A script becomes a narrated video on Blender's timeline.", epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    _general(top, first=True)
    every = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_making(every)
    _add_looking(every)
    return top


def _add_making(every: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    new = _verb(every, "new", verbs.new, "write a small episode to start from into DIR")
    new.add_argument("folder", metavar="DIR", type=Path)
    _episode(_verb(every, "build", verbs.build, "make the film of the episode in DIR; only what changed is made"))
    render = _verb(every, "render", verbs.render, "render the film, or one scene, from its timeline as it stands in Blender")
    _episode(render)
    render.add_argument("--scene", metavar="ID", help="only this scene (the {#id} of its heading)")
    _episode(_verb(every, "worker", verbs.worker, None))


def _add_looking(every: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    timeline = _verb(every, "timeline", verbs.timeline, "show every strip of the film")
    check = _verb(every, "check", verbs.check, "look for faults in the script without making anything")
    for verb in (timeline, check):
        _episode(verb)
    doctor = _verb(every, "doctor", verbs.doctor, "look whether this computer has what Lectern needs")
    for verb in (timeline, check, doctor):
        verb.add_argument("--json", action="store_true", help="for programs: JSON on stdout")


def _verb(
    every: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, handler: Handler, says: str | None
) -> argparse.ArgumentParser:
    """A command; one that says nothing is Lectern's own and not listed."""
    named = {"help": says, "description": says[0].upper() + says[1:] + "."} if says else {}
    verb = every.add_parser(name, **named)
    verb.set_defaults(handler=handler, verb=name)
    _general(verb, first=False)
    return verb


def _episode(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("folder", metavar="DIR", type=Path, nargs="?", default=Path(), help="the episode (default: this folder)")


def _general(parser: argparse.ArgumentParser, first: bool) -> None:
    """The options that may stand before or after the command; only the first parser gives them their defaults."""
    group = parser.add_argument_group("general")

    def default(value: object) -> object:
        return value if first else argparse.SUPPRESS

    group.add_argument(
        "-c", "--config-file", metavar="FILE", type=Path, default=default(None),
        help="these settings, in place of the nearest lectern.toml",
    )  # fmt: skip
    group.add_argument("--quiet", action="store_true", default=default(False), help="say nothing but faults and results")
    group.add_argument(
        "--trust", action="store_true", default=default(False), help="allow what the episode runs, as it is now"
    )
