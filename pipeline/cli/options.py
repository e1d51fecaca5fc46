"""What can be said on the command line."""

import argparse
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ..base.errors import visible
from . import agents, captures, changes, characters, cloned_voices, episodes, planning, scenes, services, voices
from .call import EXIT_CODES

CommandHandler = Callable[[argparse.Namespace], int]


class CommandParser(argparse.ArgumentParser):
    """A parser whose complaints, which quote what was typed, can't steer the terminal."""

    def error(self, message: str) -> NoReturn:
        """End with the exit code of a wrong command line."""
        super().error(visible(message))


if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[Any]


@cache
def parser(program: str) -> argparse.ArgumentParser:
    """Return the parser of `program`'s arguments; the `handler` of what it returns does what was asked."""
    top = CommandParser(
        prog=program, description="A script becomes a narrated video on Blender's timeline.", epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    _general(top, first=True)
    every = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_making(every)
    _add_looking(every)
    _add_speaking(every)
    _add_cloned_voices(every)
    _add_capturing(every)
    _add_edits(every)
    scenes.add_scenes(every, _verb)
    planning.add_planning(every, _verb)
    agents.add_agents(every, _verb)
    _add_character(every)
    _add_service(every)
    return top


def _add_making(every: "Verbs") -> None:
    new = _verb(every, "new", episodes.run_new, "write a small episode to start from into DIR")
    new.add_argument("folder", metavar="DIR", type=Path)
    build = _verb(every, "build", episodes.run_build, "make the film of the episode in DIR; only what changed is made")
    _episode(build)
    render = _verb(
        every, "render", episodes.run_render, "render the film, or one scene, from its timeline as it stands in Blender"
    )
    _episode(render)
    _scene(render)
    for verb in (build, render):
        verb.add_argument("--json", action="store_true", help="for programs: a line of JSON for each event, on stdout")
    _episode(
        _verb(every, "adopt", episodes.run_adopt, "use the takes of DIR that you made on another computer of yours")
    )
    worker = _verb(every, "worker", episodes.run_worker, None)
    _episode(worker)
    worker.add_argument("--run", metavar="RUN", required=True)
    worker.add_argument("--programs", type=Path)
    worker.add_argument("--plug-in", dest="plugins", metavar="HASH:FILE", action="append", default=[])


def _add_looking(every: "Verbs") -> None:
    timeline = _verb(every, "timeline", episodes.run_timeline, "show every strip of the film")
    check = _verb(every, "check", episodes.run_check, "look for faults in the script without making anything")
    judged = "measure the finished film, listen to it, and show in renders/report.html how good it is"
    verify = _verb(every, "verify", episodes.run_verify, judged)
    for verb in (timeline, check, verify):
        _episode(verb)
    check.add_argument("--fix", action="store_true", help="write into script.md what it was read as, and nothing else")
    find = _verb(every, "find", episodes.run_find, "tell where in the film of the episode in DIR a text can be read")
    _episode(find)
    find.add_argument("text", metavar="TEXT")
    designed = _verb(every, "clips", episodes.run_clips, "list the designed clips, with what each takes and an example")
    designed.add_argument("name", metavar="NAME", nargs="?", default="", help="only this one")
    _verb(every, "skill", episodes.run_skill, "print how to write a script on one page, for language models")
    schema = _verb(
        every, "schema", episodes.run_schema, "print what may be written in a file or a block, as JSON Schema"
    )
    what = "script, settings, character, or block with the name of a block (default: script)"
    schema.add_argument("of", metavar="WHAT", nargs="?", default="script", help=what)
    schema.add_argument("block", metavar="BLOCK", nargs="?", default="", help="scene, capture, overlay, …")
    looks = _verb(every, "themes", episodes.run_themes, "list what a film can look like")
    pictures = "write a picture of each into this folder, as PNG files"
    looks.add_argument("--pictures", metavar="FOLDER", type=Path, help=pictures)
    looks.add_argument(
        "--in", dest="folder", metavar="DIR", type=Path, default=Path(), help="the episode that is meant"
    )
    doctor = _verb(every, "doctor", episodes.run_doctor, "look whether this computer has what Lectern needs")
    for verb in (timeline, check, verify, find, designed, looks, doctor):
        _json(verb)


def _add_speaking(every: "Verbs") -> None:
    say = _verb(every, "say", voices.run_say, "say TEXT in a character's voice and write it as WAV; needs no episode")
    say.add_argument("text", metavar="TEXT", nargs="?", default="")
    say.add_argument("--character", metavar="NAME", default="ada", help="who says it (default: ada)")
    say.add_argument("--voice", metavar="NAME", default="", help="in this voice instead (see lectern voices)")
    say.add_argument("-o", "--output", metavar="FILE", type=Path, help="the WAV file to write")
    told = "print what the voice would be told, word by word with phonemes, and say nothing"
    say.add_argument("--spoken", action="store_true", help=told)
    at = "instead of TEXT, what is said at this line of the episode's script.md (with --spoken)"
    say.add_argument("--line", metavar="N", type=int, default=0, help=at)
    spoken = "what language TEXT is in, like de (default: the episode's, else English)"
    say.add_argument("--language", metavar="CODE", default="", help=spoken)
    whose = "the episode whose characters are meant"
    say.add_argument("--in", dest="folder", metavar="DIR", type=Path, default=Path(), help=whose)
    _json(say)
    who = _verb(every, "voices", voices.run_voices, "list the voices that can speak here, and let each say a sentence")
    speaks = "the language that they speak, like de (default: that of the episode, else English)"
    who.add_argument("--language", metavar="CODE", default="", help=speaks)
    who.add_argument("--all", dest="every", action="store_true", help="the voices of all languages")
    folder = "write what each says into this folder, as WAV files"
    who.add_argument("--samples", metavar="FOLDER", type=Path, help=folder)
    who.add_argument("--in", dest="folder", metavar="DIR", type=Path, default=Path(), help="the episode that is meant")
    _json(who)
    written = "write down what is said in FILE (a recording or a film): as text, with times, or as an episode"
    transcribe = _verb(every, "transcribe", voices.run_transcribe, written)
    transcribe.add_argument("file", metavar="FILE", type=Path)
    into = "a new folder, for an episode with this script that the recording speaks"
    transcribe.add_argument("-o", "--output", metavar="DIR", type=Path, help=into)
    heard = "what language is spoken, like de (default: it is heard)"
    transcribe.add_argument("--language", metavar="CODE", default="", help=heard)
    _json(transcribe)
    voice = _verb(every, "voice", voices.run_voice, "make the voices of the episode in DIR alone, and show their times")
    voice.add_argument("--provider", metavar="NAME", help="everybody in this provider's voice")
    avatar = _verb(
        every, "avatar", voices.run_avatar, "make the narrators of the episode in DIR alone, as transparent clips"
    )
    for verb in (voice, avatar):
        _episode(verb)
        _scene(verb)
        _json(verb)


def _add_cloned_voices(every: "Verbs") -> None:
    clone = _verb(
        every,
        "voice clone",
        cloned_voices.run_clone,
        "make a voice of your own from a recording, for every film of yours",
    )
    clone.add_argument("name", metavar="NAME", help="what characters call it: small letters, digits, hyphens")
    what = (
        "the recording: 10 to 60 s of one person's speech (default: that of NAME, to clone it with one more provider)"
    )
    clone.add_argument("file", metavar="FILE", type=Path, nargs="?", help=what)
    how = "with what to clone it, as lectern.toml or `lectern service list` calls it (default: the one that is set up)"
    clone.add_argument("--with", dest="provider", metavar="PROVIDER", default="", help=how)
    there = "the service has the voice already, and calls it ID: nothing is sent"
    clone.add_argument("--voice", metavar="ID", default="", help=there)
    clone.add_argument("--text", metavar="TEXT", default="", help="what is said in the recording, word by word")
    clone.add_argument("--language", metavar="CODE", default="", help="what it is said in, like de (default: en)")
    clone.add_argument("--whose", metavar="PERSON", default="", help="whose voice it is (default: you are asked)")
    agreed = "that it may be cloned and used in films, in a sentence of yours (default: you are asked)"
    clone.add_argument("--consent", metavar="SENTENCE", default="", help=agreed)
    clone.add_argument("--by", metavar="PERSON", default="", help="who says so (default: the name of your account)")
    listed = _verb(every, "voice list", cloned_voices.run_list, "list the voices that you have cloned")
    forget = _verb(
        every, "voice forget", cloned_voices.run_forget, "delete a cloned voice here, and at the services that keep it"
    )
    forget.add_argument("name", metavar="NAME")
    forget.add_argument("--with", dest="provider", metavar="PROVIDER", default="", help="only what this one has")
    forget.add_argument("--only-here", action="store_true", help="contact nobody: services keep what they have")
    for verb in (clone, forget):
        whose = "the episode or studio whose settings are meant"
        verb.add_argument("--in", dest="folder", metavar="DIR", type=Path, default=Path(), help=whose)
    for verb in (clone, listed, forget):
        _json(verb)


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


def _add_capturing(every: "Verbs") -> None:
    login = _verb(
        every, "login", captures.run_login, "log in at ADDRESS in a window, so that captures can use it as NAME"
    )
    login.add_argument("name", metavar="NAME")
    login.add_argument("address", metavar="ADDRESS")
    login.add_argument("--browser", metavar="PROGRAM", default="", help="the Chromium to use (default: it is found)")
    capture = _verb(
        every, "capture", captures.run_capture, "record the captures of the episode in DIR alone, or look at them"
    )
    capture.add_argument(
        "--check", action="store_true", help="do them all once more, keep nothing, and say what is no longer so"
    )
    capture.add_argument(
        "--sheet", metavar="FILE", type=Path, help="draw a contact sheet: a picture of every step (PNG)"
    )
    capture.add_argument("--step", metavar="N", type=int, help="with --png: the screen after this step, counted from 1")
    capture.add_argument("--png", metavar="FILE", type=Path, help="where the picture of the step goes")
    rehearse = _verb(
        every,
        "rehearse",
        captures.run_rehearse,
        "have a language model work out the goals in DIR, as a change to apply",
    )
    for verb in (capture, rehearse):
        _episode(verb)
        _scene(verb)
        verb.add_argument("--capture", metavar="ID", help="only this capture (its id)")
    _json(capture)


def _add_edits(every: "Verbs") -> None:
    proposed = _verb(
        every,
        "changes",
        changes.run_changes,
        "list, show, apply, refuse and take back proposed changes of the episode in DIR",
    )
    _episode(proposed)
    actions = ("list", "show", "apply", "refuse", "revert", "undo", "redo")
    proposed.add_argument("action", metavar="|".join(actions), nargs="?", default="list", choices=actions)
    proposed.add_argument("id", metavar="ID", nargs="?", help="the change (the beginning of its id will do)")
    forced = "also where the same places have changed since; what was there is kept"
    proposed.add_argument("--force", action="store_true", help=forced)
    _json(proposed)
    by_hand = _verb(
        every, "edits", changes.run_edits, "list what was changed by hand on the timeline of DIR, or take it back"
    )
    _episode(by_hand)
    hands = ("list", "reset", "apply", "drop")
    by_hand.add_argument("action", metavar="|".join(hands), nargs="?", default="list", choices=hands)
    by_hand.add_argument("strip", metavar="STRIP", nargs="?", default="", help="the strip to give back to the script, "
                         "or whose edits to apply to another, or to drop since the script no longer makes it")  # fmt: skip
    by_hand.add_argument(
        "property", metavar="PROPERTY", nargs="?", default="", help="reset only this (default: all of it)"
    )
    by_hand.add_argument("--to", metavar="STRIP", default="", help="the strip to apply the edits to")
    _json(by_hand)


def _add_character(every: "Verbs") -> None:
    character = _verb(every, "character", characters.run_list, "list, show, make, remove, test and replace narrators")
    each = character.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _episode(listed := _verb(each, "list", characters.run_list, "list the characters that the episode in DIR can use"))
    show = _verb(each, "show", characters.run_show, "show all that is known of a character")
    _named(show, "the character")
    new = _verb(each, "new", characters.run_new, "write a new character to change, into the episode in DIR")
    _named(new, "what a script calls the character")
    what = "a character to copy, a layered SVG, or a photograph (default: ada)"
    new.add_argument("--from", dest="source", metavar="WHO", default="ada", help=what)
    new.add_argument("--name", metavar="NAME", help="the name that people read (default: made of the id)")
    new.add_argument("--studio", action="store_true", help="for every episode of the studio")
    _add_character_voice(each)
    remove = _verb(
        each,
        "remove",
        characters.run_remove,
        "delete a character of the episode in DIR, unless somebody speaks with it",
    )
    _named(remove, "the character")
    pictures = _verb(
        each, "thumbnails", characters.run_thumbnails, "draw a small picture of every character, and name its file"
    )
    _episode(pictures)
    test = _verb(
        each, "test", characters.run_test, "look for faults in a layered SVG, or in all drawings of the episode in DIR"
    )
    test.add_argument("target", metavar="DIR|FILE.svg", type=Path, nargs="?", default=Path())
    test.add_argument("-o", "--output", metavar="FILE", type=Path, help="where the contact sheet goes (PNG)")
    _add_replace(each)
    for verb in (listed, show, new, remove, pictures, test):
        _json(verb)


def _add_character_voice(each: "Verbs") -> None:
    voice = _verb(
        each, "voice", characters.run_voice, "have a character of the episode in DIR speak with another voice"
    )
    voice.add_argument("id", metavar="NAME", help="the character")
    voice.add_argument("voice", metavar="VOICE", help="the voice (lectern voices lists them)")
    voice.add_argument(
        "--provider", metavar="NAME", default="", help="who has it (default: is found, if it is built in)"
    )
    _episode(voice)
    _json(voice)


def _add_service(every: "Verbs") -> None:
    service = _verb(every, "service", services.run_list, "list and test voices and other services, and keep their keys")
    each = service.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listed = _verb(
        each, "list", services.run_list, "list every voice and service, where it is, and where its key comes from"
    )
    test = _verb(each, "test", services.run_test, "ask a service whether it works, free of charge")
    test.add_argument(
        "name", metavar="NAME", nargs="?", help="the service (default: all that the settings or a character use)"
    )
    for verb in (listed, test):
        whose = "the episode or studio whose settings and characters are meant"
        verb.add_argument("--in", dest="folder", metavar="DIR", type=Path, default=Path(), help=whose)
        _json(verb)
    key = _verb(
        each, "key", services.run_key, "keep the key of HOST in your profile; it is typed, or comes on the input"
    )
    key.add_argument("host", metavar="HOST", help="like api.openai.com, with the port if there is one")
    key.add_argument("--remove", action="store_true", help="forget the key")


def _add_replace(each: "Verbs") -> None:
    replace = _verb(
        each, "replace", characters.run_replace, "let another character speak, in the whole episode or in one scene"
    )
    replace.add_argument("new", metavar="NAME", help="who speaks from now on")
    _episode(replace)
    replace.add_argument("--for", dest="old", metavar="NAME", help="in whose place (default: the narrator)")
    replace.add_argument("--scene", metavar="ID", help="only in this scene (the {#id} of its heading)")
    replace.add_argument("--swap", action="store_true", help="and the other way round, where both speak")
    _json(replace)


def _named(verb: argparse.ArgumentParser, what: str) -> None:
    verb.add_argument("id", metavar="NAME", help=what)
    _episode(verb)


def _scene(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--scene", metavar="ID", help="only this scene (the {#id} of its heading)")


def _json(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="for programs: JSON on stdout")


def _verb(every: "Verbs", name: str, handler: CommandHandler, about: str | None) -> argparse.ArgumentParser:
    """Add a command that does what `about` says; one that says nothing is Lectern's own and not listed."""
    if about is None:
        verb = every.add_parser(name)
    else:
        verb = every.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    verb.set_defaults(handler=handler, verb=name)
    _general(verb, first=False)
    return verb


def _episode(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "folder", metavar="DIR", type=Path, nargs="?", default=Path(), help="the episode (default: this folder)"
    )


def _general(parser: argparse.ArgumentParser, first: bool) -> None:
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
