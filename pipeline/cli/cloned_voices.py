"""The commands about cloned voices: making one from a recording, listing them, forgetting one."""

import getpass
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import LecternError
from .arguments import Verbs, add_json, add_verb
from .call import DONE, call, existing_folder
from .console import format_table, print_error, print_json, print_result, print_values

if TYPE_CHECKING:
    from ..studio.clone import CloneAnswer, CloningPlan
    from ..studio.cloned_voices import ClonedVoiceCard

READ_ALOUD = (
    "A recording is best in a quiet room, 20 to 40 s of plain reading. For example: “When the light falls at an angle, the surface "
    "answers with a colour of its own. Nobody planned that; it was found by accident, on a Tuesday, in a workshop by the river. What "
    "would you have done? I would have asked the neighbours, and then, perhaps, the river itself.”"
)
"""A paragraph with every kind of sentence, for whoever doesn't know what to read."""


def add_cloned_voices(every: Verbs) -> None:
    """Add `voice clone`, `voice list` and `voice forget`."""
    clone = add_verb(
        every,
        "voice clone",
        run_clone,
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
    listed = add_verb(every, "voice list", run_list, "list the voices that you have cloned")
    forget = add_verb(every, "voice forget", run_forget, "delete a cloned voice here, and at the services that keep it")
    forget.add_argument("name", metavar="NAME")
    forget.add_argument("--with", dest="provider", metavar="PROVIDER", default="", help="only what this one has")
    forget.add_argument("--only-here", action="store_true", help="contact nobody: services keep what they have")
    for verb in (clone, forget):
        whose = "the episode or studio whose settings are meant"
        verb.add_argument("--in", dest="folder", metavar="DIR", type=Path, default=Path(), help=whose)
    for verb in (clone, listed, forget):
        add_json(verb)


def run_clone(options: Namespace) -> int:
    """Clone a voice, after asking for consent."""
    from ..studio.clone import clone_voice

    card = call(clone_voice, options, ask=lambda plan: _ask(plan, options))
    if options.json:
        print_json(card)
        return DONE
    for finding in card.findings:
        print_error(f"finding: {finding}")
    if not options.quiet:
        print_result(
            f'The voice "{card.name}" is kept in your profile. Characters speak with it where their file says '
            f'"voice": "{card.name}"; to hear it, write that into a character and give: lectern say "Hello" --character NAME -o hello.wav'
        )
    return DONE


def run_list(options: Namespace) -> int:
    """List the cloned voices as a table."""
    from ..studio.cloned_voices import voice_list

    cards = voice_list()
    heading = ("voice", "whose", "consent", "seconds", "with")
    rows = [(c.name, c.whose, f"{c.at[:10]}, by {c.by}", f"{c.seconds:.1f}", _with(c)) for c in cards]
    nothing = [f"You have cloned no voice yet: lectern voice clone NAME FILE.wav --with PROVIDER\n\n{READ_ALOUD}"]
    print_values(options, cards, format_table([heading, *rows]) if rows else nothing)
    return DONE


def run_forget(options: Namespace) -> int:
    """Delete a cloned voice, after asking."""
    from ..studio.cloned_voices import forget_voice, voice_called

    voice = voice_called(options.name)
    going = [e for e in voice.enrolments if not options.provider or e.provider == options.provider]
    kept = sorted({e.where for e in going if e.voice and e.made}) if not options.only_here else []
    there = f", and at {', '.join(kept)}" if kept else ""
    _require_yes(options, f'The voice "{voice.name}" of {voice.consent.whose} is deleted from your profile{there}.')
    gone = call(forget_voice, options, folder=existing_folder(options.folder))
    if options.json:
        print_json(gone)
        return DONE
    for place in gone.left:
        print_error(f"finding: it is still at {place}")
    if not options.quiet:
        also = f" It was deleted at {', '.join(gone.deleted)}, too." if gone.deleted else ""
        print_result(
            f'The voice "{gone.name}" was forgotten.{also} Takes that were made with it stay in their episodes.'
        )
    return DONE


def _with(card: "ClonedVoiceCard") -> str:
    return ", ".join(f"{e.provider} ({e.where}{f': {e.voice}' if e.voice else ''})" for e in card.providers)


def _ask(plan: "CloningPlan", options: Namespace) -> "CloneAnswer":
    """Return what the person says about the voice: on the command line, or else at the terminal."""
    from ..services.cloned_voices import is_own_voice
    from ..studio.clone import CloneAnswer

    by = options.by or _account()
    if options.whose and options.consent:
        whose = by if is_own_voice(options.whose) else options.whose
        return CloneAnswer(whose, options.consent, by)
    if not _is_terminal():
        raise LecternError(
            "A voice is cloned only if somebody says whose it is, and that it may be cloned. Nobody can be asked here, so say it on the "
            'command line: --whose "NAME" --consent "SENTENCE". Nothing was sent.'
        )
    print_error(_plan_text(plan))
    whose = options.whose or input("Whose voice is it? Write a name, or mine: ").strip()
    statement = options.consent or _statement(whose)
    whose = by if is_own_voice(whose) else whose
    text = input("What is said in the recording? Word by word: ").strip() if plan.wants_text else ""
    return CloneAnswer(whose, statement, by, text)


def _account() -> str:
    """Return the name of the person's account. Raises LecternError if it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise LecternError("your account has no name here: say who you are with --by NAME") from None


def _statement(whose: str) -> str:
    """Return the sentence that the person says yes to. Raises LecternError if they don't."""
    from ..services.cloned_voices import consent_statement

    sentence = consent_statement(whose)
    if not whose or input(f"{sentence} Is that so? [yes/no] ").strip().casefold() not in ("y", "yes"):
        raise LecternError("Nothing was cloned, and nothing was sent.")
    return sentence


def _plan_text(plan: "CloningPlan") -> str:
    check = plan.check
    length = f" from {check.seconds:.1f} s of speech" if check else ""
    findings = "".join(f"\n  {finding}" for finding in check.findings) if check else ""
    return f'The voice "{plan.name}" will be made with {plan.provider}{length}. {plan.sent}{findings}'


def _require_yes(options: Namespace, what: str) -> None:
    """Raise LecternError unless the person, at the terminal or with --yes, agrees."""
    if options.yes:
        return
    if not _is_terminal():
        raise LecternError(f"{what} Nobody can be asked here: add --yes if you want that. Nothing was deleted.")
    print_error(what)
    if input("Go on? [y/N] ").strip().casefold() not in ("y", "yes"):
        raise LecternError("Nothing was deleted.")


def _is_terminal() -> bool:
    return bool(sys.stdin and sys.stdin.isatty() and sys.stderr.isatty())
