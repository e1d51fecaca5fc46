"""The commands that make voices and narrators alone."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import LecternError
from ..episode.source import SCRIPT
from .arguments import Verbs, add_episode, add_json, add_scene, add_verb
from .call import DONE, call
from .console import count, format_table, print_error, print_json, print_result, print_values, shorten_text

if TYPE_CHECKING:
    from ..studio.spoken import ToldWord
    from ..studio.voices import VoiceCard


def add_speaking(every: Verbs) -> None:
    """Add the commands of voices and narrators."""
    say = add_verb(every, "say", run_say, "say TEXT in a character's voice and write it as WAV; needs no episode")
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
    add_json(say)
    who = add_verb(every, "voices", run_voices, "list the voices that can speak here, and let each say a sentence")
    speaks = "the language that they speak, like de (default: that of the episode, else English)"
    who.add_argument("--language", metavar="CODE", default="", help=speaks)
    who.add_argument("--all", dest="every", action="store_true", help="the voices of all languages")
    folder = "write what each says into this folder, as WAV files"
    who.add_argument("--samples", metavar="FOLDER", type=Path, help=folder)
    who.add_argument("--in", dest="folder", metavar="DIR", type=Path, default=Path(), help="the episode that is meant")
    add_json(who)
    written = "write down what is said in FILE (a recording or a film): as text, with times, or as an episode"
    transcribe = add_verb(every, "transcribe", run_transcribe, written)
    transcribe.add_argument("file", metavar="FILE", type=Path)
    into = "a new folder, for an episode with this script that the recording speaks"
    transcribe.add_argument("-o", "--output", metavar="DIR", type=Path, help=into)
    heard = "what language is spoken, like de (default: it is heard)"
    transcribe.add_argument("--language", metavar="CODE", default="", help=heard)
    add_json(transcribe)
    _add_parts_alone(every)


def _add_parts_alone(every: Verbs) -> None:
    voice = add_verb(every, "voice", run_voice, "make the voices of the episode in DIR alone, and show their times")
    voice.add_argument("--provider", metavar="NAME", help="everybody in this provider's voice")
    avatar = add_verb(
        every, "avatar", run_avatar, "make the narrators of the episode in DIR alone, as transparent clips"
    )
    for verb in (voice, avatar):
        add_episode(verb)
        add_scene(verb)
        add_json(verb)


def run_say(options: Namespace) -> int:
    """Say a text, or show what would be said."""
    from ..studio.say import say

    if options.spoken or options.line:
        return _show_spoken(options)
    if options.output is None or not options.text:
        missing = (
            "TEXT" if options.output else "-o FILE, the WAV file to write, or --spoken, which shows what would be said"
        )
        raise LecternError(f"say needs {missing}")
    spoken = call(say, options)
    if not options.quiet:
        print_result(f"{spoken.file}  {spoken.seconds:.1f} s, {spoken.character}")
    return DONE


def _show_spoken(options: Namespace) -> int:
    from ..studio.spoken import spoken

    lines = call(spoken, options)
    shown = [f"{each.character}, {each.provider} {each.voice}".rstrip() for each in lines]
    rows = [
        [("written", "spoken", "phonemes", ""), *((w.written, w.spoken, w.phonemes, _manner(w)) for w in line.words)]
        for line in lines
    ]
    texts = [text for name, table in zip(shown, rows, strict=True) for text in (name, *format_table(table))]
    print_values(options, lines, texts)
    return DONE


def _manner(word: "ToldWord") -> str:
    pause = f"after {word.pause:g} s" if word.pause else ""
    return ", ".join(part for part in (pause, "emphasised" if word.emphasis else "") if part)


def run_voices(options: Namespace) -> int:
    """List the voices that can speak here; with `--samples`, hear them."""
    from ..studio.voices import voices

    cards = call(voices, options)
    heading = ("provider", "voice", "language", "sex", "speed", "licence", "")
    rows = [
        (c.provider, c.voice, c.language, c.sex, f"{c.speed:g} x" if c.speed else "", c.licence, _about(c))
        for c in cards
    ]
    more = (
        ""
        if options.every
        else "Other languages: --language de, or --all. What services have: lectern service test NAME."
    )
    print_values(options, cards, [*format_table([heading, *rows]), *([more] if more else [])])
    return DONE


def _about(card: "VoiceCard") -> str:
    return card.missing or ("cloned" if card.cloned else str(card.sample or ""))


def run_transcribe(options: Namespace) -> int:
    """Write down what is said in a recording."""
    from ..studio.transcribe import transcribe

    found = call(transcribe, options)
    if options.json:
        print_json(found)
    elif found.script:
        scenes = count(found.lines[-1].scene, "scene")
        print_result(
            f"{found.script}  {count(len(found.words), 'word')} in {count(len(found.lines), 'line')}, {scenes}, {found.seconds:.1f} s"
        )
    else:
        print_result("\n\n".join(line.text for line in found.lines))
    return DONE


def run_voice(options: Namespace) -> int:
    """Make the voices, and show them as a table."""
    from ..studio.voice import voice

    lines = call(voice, options)
    heading = ("line", "speaker", "provider", "seconds", "times from", "sure", "text")
    rows = [
        (str(s.line), s.speaker, s.provider, f"{s.seconds:.2f}", s.tier, f"{s.confidence:.0%}", shorten_text(s.text))
        for s in lines
    ]
    for finding in (finding for s in lines for finding in (s.finding, s.note and f"{SCRIPT}:{s.line}: {s.note}")):
        if finding:
            print_error(f"finding: {finding}")
    total = f"{sum(s.seconds for s in lines):.1f} s are spoken in {count(len(lines), 'line')}."
    print_values(options, lines, [*format_table([heading, *rows]), total])
    return DONE


def run_avatar(options: Namespace) -> int:
    """Make the narrators, and show their clips as a table."""
    from ..studio.avatar import avatar

    clips = call(avatar, options)
    heading = ("scene", "character", "side", "pixels", "seconds", "file")
    rows = [
        (c.scene, c.character, f"{c.side}{' (mirrored)' * c.mirrored}", str(c.pixels), f"{c.seconds:.2f}", c.file)
        for c in clips
    ]
    print_values(options, clips, format_table([heading, *rows]))
    return DONE
