"""The commands about services: what there is, whether it answers, and the keys."""

import getpass
import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import LecternError
from ..services.keys import is_local
from .screen import say
from .verbs import DONE, FINDINGS
from .voices import show, table

if TYPE_CHECKING:
    from ..studio.services import TestedCard

MOST_VOICES = 12
"""How many voices of a service are named on the screen."""


def listed(options: Namespace) -> int:
    """Lists the services."""
    from ..studio.services import service_list

    cards = service_list(options.folder, options.config_file, options.trust)
    heading = ("service", "what for", "where", "key from", "used by")
    rows = [(c.name, c.kind, c.host or "this computer", c.key or "-", ", ".join(c.used) or "-") for c in cards]
    show(options, cards, table([heading, *rows]))
    return DONE


def test(options: Namespace) -> int:
    """Asks services whether they work."""
    from ..studio.services import service_test

    found = service_test(options.folder, options.name, config=options.config_file, trusted=options.trust)
    if options.json:
        say(json.dumps([each.model_dump() for each in found], indent=1, ensure_ascii=False))
    else:
        lines = [line for each in found for line in _told(each, named=options.name is not None)]
        say("\n".join(lines or ["Nothing is set up that could be tested; name a service: lectern service list"]))
    return DONE if all(each.ok for each in found) else FINDINGS


def key(options: Namespace) -> int:
    """Keeps a key that is typed, or comes on the input."""
    from ..studio.services import keep_key

    kept = keep_key(options.host, "" if options.remove else _secret(options.host))
    if not options.quiet:
        first = f"\n{kept.first} is set, too, and is looked at first." if kept.first else ""
        say(f"The key of {kept.host} is {'no more' if options.remove else 'kept'} in {kept.file}{first}")
    return DONE


def _told(found: "TestedCard", named: bool) -> list[str]:
    card = found.service
    away = card.host and not is_local(f"http://{card.host}")
    key = f" (key from {card.key})" if card.key else " (no key)" if away else ""
    lines = [f"{'ok   ' if found.ok else 'FAULT'}  {card.name}, {card.kind}{key}: {found.what}"]
    if named and found.voices:
        lines.append(f"       voices: {_some(found.voices)}")
    return lines


def _some(voices: Sequence[str]) -> str:
    more = len(voices) - MOST_VOICES
    return ", ".join(voices[:MOST_VOICES]) + (f" and {more} more (--json names all)" if more > 0 else "")


def _secret(host: str) -> str:
    """The key from the terminal, where it is not shown, or from the input; never from the command line, which others see."""
    if sys.stdin is None:
        typed = ""
    else:
        typed = getpass.getpass(f"Key for {host}: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not typed.strip():
        raise LecternError(f"no key was given; type it, or send it: lectern service key {host} < FILE (--remove forgets one)")
    return typed.strip()
