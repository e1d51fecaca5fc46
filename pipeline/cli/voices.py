"""The commands that make voices and narrators alone."""

from argparse import Namespace

from ..episode.source import SCRIPT
from .call import DONE, call
from .console import count, format_table, print_error, print_result, print_values, shorten_text


def run_say(options: Namespace) -> int:
    """Say a text."""
    from ..studio.say import say

    spoken = call(say, options)
    if not options.quiet:
        print_result(f"{spoken.file}  {spoken.seconds:.1f} s, {spoken.character}")
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
