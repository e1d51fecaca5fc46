"""The commands about services: what there is, whether it answers, and the keys."""

import getpass
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import LecternError
from ..services.keys import is_local
from .arguments import Verbs, add_json, add_verb
from .call import DONE, FINDINGS, call
from .console import format_table, print_result, print_values

if TYPE_CHECKING:
    from ..studio.service import TestedCard

MOST_VOICES = 12
"""How many voices of a service are named on the screen."""


def add_service(every: Verbs) -> None:
    """Add `service` and its commands."""
    service = add_verb(every, "service", run_list, "list and test voices and other services, and keep their keys")
    each = service.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listed = add_verb(each, "list", run_list, "list every voice and service, where it is, and where its key comes from")
    test = add_verb(each, "test", run_test, "ask a service whether it works, free of charge")
    test.add_argument(
        "name", metavar="NAME", nargs="?", help="the service (default: all that the settings or a character use)"
    )
    for verb in (listed, test):
        whose = "the episode or studio whose settings and characters are meant"
        verb.add_argument("--in", dest="folder", metavar="DIR", type=Path, default=Path(), help=whose)
        add_json(verb)
    key = add_verb(each, "key", run_key, "keep the key of HOST in your profile; it is typed, or comes on the input")
    key.add_argument("host", metavar="HOST", help="like api.openai.com, with the port if there is one")
    key.add_argument("--remove", action="store_true", help="forget the key")


def run_list(options: Namespace) -> int:
    """List the services."""
    from ..studio.service import service_list

    cards = call(service_list, options, folder=options.folder)
    heading = ("service", "what for", "where", "key from", "used by")
    rows = [(c.name, c.kind, c.host or "this computer", c.key or "-", ", ".join(c.used) or "-") for c in cards]
    print_values(options, cards, format_table([heading, *rows]))
    return DONE


def run_test(options: Namespace) -> int:
    """Ask services whether they work."""
    from ..studio.service import service_test

    found = call(service_test, options, folder=options.folder)
    lines = [line for each in found for line in _test_lines(each, named=options.name is not None)]
    nothing = "Nothing is set up that could be tested; name a service: lectern service list"
    print_values(options, found, lines or [nothing])
    return DONE if all(each.ok for each in found) else FINDINGS


def run_key(options: Namespace) -> int:
    """Keep a key that is typed, or comes on the input."""
    from ..studio.service import store_service_key

    stored = store_service_key(options.host, "" if options.remove else _secret(options.host))
    if not options.quiet:
        first = f"\n{stored.first} is set, too, and is looked at first." if stored.first else ""
        kept = "no longer" if options.remove else "now"
        print_result(f"The key of {stored.host} is {kept} kept in {stored.file}{first}")
    return DONE


def _test_lines(found: "TestedCard", named: bool) -> list[str]:
    card = found.service
    away = card.host and not is_local(f"http://{card.host}")
    key = f" (key from {card.key})" if card.key else " (no key)" if away else ""
    lines = [f"{'ok   ' if found.ok else 'FAULT'}  {card.name}, {card.kind}{key}: {found.what}"]
    if named and found.voices:
        lines.append(f"       voices: {_some_voices(found.voices)}")
    return lines


def _some_voices(voices: Sequence[str]) -> str:
    more = len(voices) - MOST_VOICES
    return ", ".join(voices[:MOST_VOICES]) + (f" and {more} more (--json names all)" if more > 0 else "")


def _secret(host: str) -> str:
    """Return the key from the terminal, which does not show it, or the input; others could see it on the command line."""
    if sys.stdin is None:
        typed = ""
    else:
        typed = getpass.getpass(f"Key for {host}: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not typed.strip():
        raise LecternError(
            f"no key was given; type it, or send it: lectern service key {host} < FILE (--remove forgets one)"
        )
    return typed.strip()
