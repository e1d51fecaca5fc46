"""What can be said on the command line."""

import argparse
from collections.abc import Callable
from pathlib import Path

from . import captures, cast, clips, logins, services, verbs, voices

Handler = Callable[[argparse.Namespace], int]

EXIT_CODES = """exit codes:
  0    done, nothing to complain of
  1    check has findings, doctor misses something, or a service does not work
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
    _add_speaking(every)
    _add_capturing(every)
    _add_character(every)
    _add_service(every)
    return top


def _add_making(every: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    new = _verb(every, "new", verbs.new, "write a small episode to start from into DIR")
    new.add_argument("folder", metavar="DIR", type=Path)
    _episode(_verb(every, "build", verbs.build, "make the film of the episode in DIR; only what changed is made"))
    render = _verb(every, "render", verbs.render, "render the film, or one scene, from its timeline as it stands in Blender")
    _episode(render)
    render.add_argument("--scene", metavar="ID", help="only this scene (the {#id} of its heading)")
    worker = _verb(every, "worker", verbs.worker, None)
    _episode(worker)
    worker.add_argument("--plug-in", dest="plugins", metavar="HASH:FILE", action="append", default=[])


def _add_looking(every: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    timeline = _verb(every, "timeline", verbs.timeline, "show every strip of the film")
    check = _verb(every, "check", verbs.check, "look for faults in the script without making anything")
    for verb in (timeline, check):
        _episode(verb)
    find = _verb(every, "find", verbs.find, "tell where in the film of the episode in DIR a text can be read")
    _episode(find)
    find.add_argument("text", metavar="TEXT")
    designed = _verb(every, "clips", clips.clips, "list the designed clips, with what each takes and an example")
    designed.add_argument("name", metavar="NAME", nargs="?", default="", help="only this one")
    doctor = _verb(every, "doctor", verbs.doctor, "look whether this computer has what Lectern needs")
    for verb in (timeline, check, find, designed, doctor):
        _json(verb)


def _add_speaking(every: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    say = _verb(every, "say", voices.say, "say TEXT in a character's voice and write it as WAV; needs no episode")
    say.add_argument("text", metavar="TEXT")
    say.add_argument("--character", metavar="NAME", default="ada", help="who says it (default: ada)")
    say.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the WAV file to write")
    whose = "the episode whose characters are meant"
    say.add_argument("--in", dest="folder", metavar="DIR", type=Path, default=Path(), help=whose)
    voice = _verb(every, "voice", voices.voice, "make the voices of the episode in DIR alone, and show their times")
    voice.add_argument("--provider", metavar="NAME", help="everybody in this provider's voice")
    avatar = _verb(every, "avatar", voices.avatar, "make the narrators of the episode in DIR alone, as transparent clips")
    for verb in (voice, avatar):
        _episode(verb)
        verb.add_argument("--scene", metavar="ID", help="only this scene (the {#id} of its heading)")
        _json(verb)


def _add_capturing(every: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    login = _verb(every, "login", logins.login, "log in at ADDRESS in a window, so that captures can use it as NAME")
    login.add_argument("name", metavar="NAME")
    login.add_argument("address", metavar="ADDRESS")
    login.add_argument("--browser", metavar="PROGRAM", default="", help="the Chromium to use (default: it is found)")
    capture = _verb(every, "capture", captures.capture, "record the captures of the episode in DIR alone, or look at them")
    capture.add_argument("--check", action="store_true", help="do them all once more, keep nothing, and say what is no longer so")
    capture.add_argument("--sheet", metavar="FILE", type=Path, help="draw a contact sheet: a picture of every step (PNG)")
    capture.add_argument("--step", metavar="N", type=int, help="with --png: the screen after this step, counted from 1")
    capture.add_argument("--png", metavar="FILE", type=Path, help="where the picture of the step goes")
    rehearse = _verb(every, "rehearse", captures.rehearse, "have a language model work out the goals in DIR, as a change to accept")
    for verb in (capture, rehearse):
        _episode(verb)
        verb.add_argument("--scene", metavar="ID", help="only this scene (the {#id} of its heading)")
        verb.add_argument("--capture", metavar="ID", help="only this capture (its id)")
    _json(capture)
    changes = _verb(every, "changes", captures.changes, "list, show, accept and reject proposed changes of the episode in DIR")
    _episode(changes)
    changes.add_argument("action", metavar="list|show|accept|reject", nargs="?", default="list",
                         choices=("list", "show", "accept", "reject"))  # fmt: skip
    changes.add_argument("id", metavar="ID", nargs="?", help="the change (the beginning of its id will do)")
    _json(changes)


def _add_character(every: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    character = _verb(every, "character", cast.listed, "list, show, make, remove, test and replace narrators")
    each = character.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _episode(listed := _verb(each, "list", cast.listed, "list the characters that the episode in DIR can use"))
    show = _verb(each, "show", cast.show, "show all that is known of a character")
    _named(show, "the character")
    new = _verb(each, "new", cast.new, "write a new character to change, into the episode in DIR")
    _named(new, "what a script calls the character")
    what = "a character to copy, a layered SVG, or a photograph (default: ada)"
    new.add_argument("--from", dest="source", metavar="WHO", default="ada", help=what)
    new.add_argument("--name", metavar="NAME", help="the name that people read (default: made of the id)")
    new.add_argument("--studio", action="store_true", help="for every episode of the studio")
    remove = _verb(each, "remove", cast.remove, "delete a character of the episode in DIR, unless somebody speaks with it")
    _named(remove, "the character")
    pictures = _verb(each, "thumbnails", cast.thumbnails, "draw a small picture of every character, and name its file")
    _episode(pictures)
    test = _verb(each, "test", cast.test, "look for faults in a layered SVG, or in all drawings of the episode in DIR")
    test.add_argument("target", metavar="DIR|FILE.svg", type=Path, nargs="?", default=Path())
    test.add_argument("-o", "--output", metavar="FILE", type=Path, help="where the contact sheet goes (PNG)")
    _add_replace(each)
    for verb in (listed, show, new, remove, pictures, test):
        _json(verb)


def _add_service(every: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    service = _verb(every, "service", services.listed, "list and test voices and other services, and keep their keys")
    each = service.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listed = _verb(each, "list", services.listed, "list every voice and service, where it is, and where its key comes from")
    test = _verb(each, "test", services.test, "ask a service whether it works, free of charge")
    test.add_argument("name", metavar="NAME", nargs="?", help="the service (default: all that the settings or a character use)")
    for verb in (listed, test):
        whose = "the episode or studio whose settings and characters are meant"
        verb.add_argument("--in", dest="folder", metavar="DIR", type=Path, default=Path(), help=whose)
        _json(verb)
    key = _verb(each, "key", services.key, "keep the key of HOST in your profile; it is typed, or comes on the input")
    key.add_argument("host", metavar="HOST", help="like api.openai.com, with the port if there is one")
    key.add_argument("--remove", action="store_true", help="forget the key")


def _add_replace(each: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    replace = _verb(each, "replace", cast.replace, "let another character speak, in the whole episode or in one scene")
    replace.add_argument("id", metavar="NAME", help="who speaks from now on")
    _episode(replace)
    replace.add_argument("--for", dest="old", metavar="NAME", help="in whose place (default: the narrator)")
    replace.add_argument("--scene", metavar="ID", help="only in this scene (the {#id} of its heading)")
    replace.add_argument("--swap", action="store_true", help="and the other way round, where both speak")
    _json(replace)


def _named(verb: argparse.ArgumentParser, what: str) -> None:
    verb.add_argument("id", metavar="NAME", help=what)
    _episode(verb)


def _json(verb: argparse.ArgumentParser) -> None:
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
    group.add_argument(
        "--yes", action="store_true", default=default(False), help="pay what the services ask for it, without a question"
    )
