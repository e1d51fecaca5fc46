"""The commands about characters."""

import shlex
from argparse import ArgumentParser, Namespace
from pathlib import Path

from .arguments import Verbs, add_episode, add_json, add_verb
from .call import DONE, FINDINGS, call
from .console import count, format_table, print_error, print_json, print_result, print_values


def add_character(every: Verbs) -> None:
    """Add `character` and its commands."""
    character = add_verb(every, "character", run_list, "list, show, make, remove, test and replace narrators")
    each = character.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_episode(listed := add_verb(each, "list", run_list, "list the characters that the episode in DIR can use"))
    show = add_verb(each, "show", run_show, "show all that is known of a character")
    _named(show, "the character")
    new = add_verb(each, "new", run_new, "write a new character to change, into the episode in DIR")
    _named(new, "what a script calls the character")
    what = "a character to copy, a layered SVG, or a photograph (default: ada)"
    new.add_argument("--from", dest="source", metavar="WHO", default="ada", help=what)
    new.add_argument("--name", metavar="NAME", help="the name that people read (default: made of the id)")
    new.add_argument("--studio", action="store_true", help="for every episode of the studio")
    _add_character_voice(each)
    remove = add_verb(
        each,
        "remove",
        run_remove,
        "delete a character of the episode in DIR, unless somebody speaks with it",
    )
    _named(remove, "the character")
    pictures = add_verb(
        each, "thumbnails", run_thumbnails, "draw a small picture of every character, and name its file"
    )
    add_episode(pictures)
    test = add_verb(
        each, "test", run_test, "look for faults in a layered SVG, or in all drawings of the episode in DIR"
    )
    test.add_argument("target", metavar="DIR|FILE.svg", type=Path, nargs="?", default=Path())
    test.add_argument("-o", "--output", metavar="FILE", type=Path, help="where the contact sheet goes (PNG)")
    _add_replace(each)
    for verb in (listed, show, new, remove, pictures, test):
        add_json(verb)


def _add_character_voice(each: Verbs) -> None:
    voice = add_verb(each, "voice", run_voice, "have a character of the episode in DIR speak with another voice")
    voice.add_argument("id", metavar="NAME", help="the character")
    voice.add_argument("voice", metavar="VOICE", help="the voice (lectern voices lists them)")
    voice.add_argument(
        "--provider", metavar="NAME", default="", help="who has it (default: is found, if it is built in)"
    )
    add_episode(voice)
    add_json(voice)


def _add_replace(each: Verbs) -> None:
    replace = add_verb(
        each, "replace", run_replace, "let another character speak, in the whole episode or in one scene"
    )
    replace.add_argument("new", metavar="NAME", help="who speaks from now on")
    add_episode(replace)
    replace.add_argument("--for", dest="old", metavar="NAME", help="in whose place (default: the narrator)")
    replace.add_argument("--scene", metavar="ID", help="only in this scene (the {#id} of its heading)")
    replace.add_argument("--swap", action="store_true", help="and the other way round, where both speak")
    add_json(replace)


def _named(verb: ArgumentParser, what: str) -> None:
    verb.add_argument("id", metavar="NAME", help=what)
    add_episode(verb)


def run_list(options: Namespace) -> int:
    """List the characters."""
    from ..characters.cards import characters

    cards = call(characters, options)
    heading = ("character", "name", "whose", "looks", "voice", "file")
    rows = [(c.id, c.name, c.home, c.facing, f"{c.provider} {c.voice}", c.file) for c in cards]
    print_values(options, cards, format_table([heading, *rows]))
    return DONE


def run_show(options: Namespace) -> int:
    """Show one character."""
    from ..characters.cards import character

    card = call(character, options)
    if options.json:
        print_json(card)
    else:
        known = {key: value for key, value in card.model_dump().items() if value not in ("", None, {})}
        print_result("\n".join(f"{key:<9} {_format_value(value)}" for key, value in known.items()))
    return DONE


def run_new(options: Namespace) -> int:
    """Write a new character."""
    from ..characters.new import new_character

    files = call(new_character, options)
    if options.json:
        print_json([str(file) for file in files])
    else:
        print_result("\n".join(f"  {file}" for file in files))
        folder = shlex.quote(str(options.folder))
        print_result(f"Change them, then look at the result: lectern character test {folder}")
    return DONE


def run_voice(options: Namespace) -> int:
    """Give a character another voice."""
    from ..characters.voice import give_voice

    file = call(give_voice, options)
    if options.json:
        print_json(str(file))
    elif not options.quiet:
        folder = shlex.quote(str(options.folder))
        print_result(f"{file}\nTo hear it: lectern say --character {options.id} --in {folder} -o hello.wav Hello")
    return DONE


def run_remove(options: Namespace) -> int:
    """Delete a character."""
    from ..characters.remove import remove_character

    files = call(remove_character, options)
    if options.json:
        print_json([str(file) for file in files])
    elif not options.quiet:
        print_result("\n".join(f"  {file} is deleted" for file in files))
    return DONE


def run_thumbnails(options: Namespace) -> int:
    """Draw a small picture of every character."""
    from ..characters.cards import characters
    from ..characters.thumbnails import draw_thumbnails

    files = {id: str(file) for id, file in draw_thumbnails(options.folder.resolve(), call(characters, options)).items()}
    if options.json:
        print_json(files)
    else:
        print_result("\n".join(f"{id:<12} {file}" for id, file in files.items()))
    return DONE


def run_test(options: Namespace) -> int:
    """Look for faults in drawings."""
    from ..characters.check import check_characters

    found = call(check_characters, options)
    if options.json:
        print_json(found)
        return FINDINGS if found.faults else DONE
    for fault in found.faults:
        print_error(fault)
    if not options.quiet:
        order = [] if found.faults else [f"{count(found.drawings, 'drawing')} in order."]
        sheet = f"Contact sheet: {found.sheet}" if found.sheet else "Nothing can be drawn yet."
        print_result("\n".join([*order, sheet]))
    return FINDINGS if found.faults else DONE


def run_replace(options: Namespace) -> int:
    """Let another character speak."""
    from ..characters.replace import recast

    done = call(recast, options)
    if options.json:
        print_json(done)
    elif not options.quiet:
        roles = ", ".join(f"{new} in place of {old}" for old, new in done.roles.items())
        changed = f"{count(sum(done.lines.values()), 'line')} in {count(len(done.lines), 'scene')}"
        print_result(f"{roles}: {changed} of script.md. A build makes what depends on that.")
    return DONE


def _format_value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} = {setting}" for key, setting in value.items())
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
