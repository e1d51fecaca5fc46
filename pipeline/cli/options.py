"""What can be said on the command line."""

import argparse
from collections.abc import Sequence
from functools import cache

from . import (
    agents,
    captures,
    changes,
    characters,
    cloned_voices,
    episodes,
    planning,
    recording,
    runs,
    scenarios,
    scenes,
    services,
    voices,
)
from .arguments import CommandParser, add_general
from .call import EXIT_CODES


@cache
def parser(program: str) -> argparse.ArgumentParser:
    """Return the parser of `program`'s arguments; the `handler` of what it returns does what was asked."""
    top = CommandParser(
        prog=program, description="A script becomes a narrated video on Blender's timeline.", epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add_general(top, first=True)
    every = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    episodes.add_making(every)
    episodes.add_looking(every)
    voices.add_speaking(every)
    recording.add_recording(every)
    cloned_voices.add_cloned_voices(every)
    captures.add_capturing(every)
    changes.add_edits(every)
    scenarios.add_scenario(every)
    scenes.add_scenes(every)
    planning.add_planning(every)
    agents.add_agents(every)
    runs.add_runs(every)
    characters.add_character(every)
    services.add_service(every)
    return top


def joined_verbs(argv: Sequence[str]) -> list[str]:
    """Return the arguments with a verb of two words as one: `voice clone`; after `voice`, all else is an episode's folder."""
    words = list(argv)
    options_with_value = ("-c", "--config-file")
    verb = next(
        (
            i
            for i, word in enumerate(words)
            if not word.startswith("-") and words[max(0, i - 1)] not in options_with_value
        ),
        len(words),
    )
    if words[verb : verb + 1] == ["voice"] and words[verb + 1 : verb + 2] in (["clone"], ["list"], ["forget"]):
        words[verb : verb + 2] = [f"voice {words[verb + 1]}"]
    return words
