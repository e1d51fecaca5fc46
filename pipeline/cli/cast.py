"""The commands about characters."""

import json
import shlex
from argparse import Namespace

from .screen import complain, say
from .verbs import DONE, FINDINGS, episode_folder
from .voices import show as show_values, table


def listed(options: Namespace) -> int:
    """Lists the characters."""
    from ..studio.characters import characters

    cards = characters(episode_folder(options.folder), options.config_file)
    heading = ("character", "name", "whose", "looks", "voice", "file")
    rows = [(c.id, c.name, c.home, c.facing, f"{c.provider} {c.voice}", c.file) for c in cards]
    show_values(options, cards, table([heading, *rows]))
    return DONE


def show(options: Namespace) -> int:
    """Shows one character."""
    from ..studio.characters import character

    card = character(options.id, episode_folder(options.folder), options.config_file)
    if options.json:
        say(card.model_dump_json(indent=1))
    else:
        known = {key: value for key, value in card.model_dump().items() if value not in ("", None, {})}
        say("\n".join(f"{key:<9} {_said(value)}" for key, value in known.items()))
    return DONE


def new(options: Namespace) -> int:
    """Writes a new character."""
    from ..studio.characters import new_character

    files = new_character(
        episode_folder(options.folder), options.id, source=options.source, name=options.name, studio=options.studio,
        config=options.config_file,
    )  # fmt: skip
    if options.json:
        say(json.dumps([str(file) for file in files]))
    else:
        say("\n".join(f"  {file}" for file in files))
        say(f"Change them, then look at the result: lectern character test {shlex.quote(str(options.folder))}")
    return DONE


def remove(options: Namespace) -> int:
    """Deletes a character."""
    from ..studio.characters import remove_character

    files = remove_character(episode_folder(options.folder), options.id, options.config_file)
    if options.json:
        say(json.dumps([str(file) for file in files]))
    elif not options.quiet:
        say("\n".join(f"  {file} is deleted" for file in files))
    return DONE


def thumbnails(options: Namespace) -> int:
    """Draws a small picture of every character."""
    from ..studio.characters import characters
    from ..studio.thumbnails import draw_thumbnails

    folder = episode_folder(options.folder)
    files = {id: str(file) for id, file in draw_thumbnails(folder, characters(folder, options.config_file)).items()}
    say(json.dumps(files, indent=1) if options.json else "\n".join(f"{id:<12} {file}" for id, file in files.items()))
    return DONE


def test(options: Namespace) -> int:
    """Looks for faults in drawings."""
    from ..studio.characters import check_characters

    found = check_characters(options.target, options.output, options.config_file)
    if options.json:
        say(found.model_dump_json(indent=1))
        return FINDINGS if found.faults else DONE
    for fault in found.faults:
        complain(fault)
    if not options.quiet:
        order = [] if found.faults else [f"{_number(found.drawings, 'drawing')} in order."]
        say("\n".join([*order, f"Contact sheet: {found.sheet}" if found.sheet else "Nothing can be drawn yet."]))
    return FINDINGS if found.faults else DONE


def replace(options: Namespace) -> int:
    """Lets another character speak."""
    from ..studio.recast import recast

    done = recast(
        episode_folder(options.folder), options.id, old=options.old, scene=options.scene, swap=options.swap,
        config=options.config_file,
    )  # fmt: skip
    if options.json:
        say(done.model_dump_json(indent=1))
    elif not options.quiet:
        roles = ", ".join(f"{new} in place of {old}" for old, new in done.roles.items())
        lines = _number(sum(done.lines.values()), "line")
        say(f"{roles}: {lines} in {_number(len(done.lines), 'scene')} of script.md. A build makes what depends on that.")
    return DONE


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _said(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} = {said}" for key, said in value.items())
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
