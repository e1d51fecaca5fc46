"""The command that records a person's own voice for a line."""

import sys
import threading
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import LecternError
from .arguments import Verbs, add_episode, add_json, add_verb
from .call import DONE, existing_folder
from .console import print_error, print_json, print_result

if TYPE_CHECKING:
    from ..base.arrays import MonoSamples


def add_recording(every: Verbs) -> None:
    """Add `record`."""
    record = add_verb(
        every,
        "record",
        run_record,
        "record your own voice for a line of the episode in DIR, from a microphone or a file",
    )
    record.add_argument("line", metavar="LINE", help="the line's id, or its number in script.md")
    add_episode(record)
    record.add_argument("--file", metavar="FILE", type=Path, help="take this recording, instead of the microphone")
    record.add_argument(
        "--seconds", metavar="S", type=float, default=0.0, help="stop after this time (default: when you press Enter)"
    )
    add_json(record)


def run_record(options: Namespace) -> int:
    """Record a line, or copy a recording of it."""
    from ..studio.element_changes import add_recording as add_file
    from ..studio.record import keep_recording, line_to_record

    folder = existing_folder(options.folder)
    line = line_to_record(folder, options.line, config=options.config)
    if options.file:
        if not options.file.is_file():
            raise LecternError(f"there is no file {options.file}")
        kept = add_file(folder, line.id, options.file)
    else:
        kept = keep_recording(folder, line.id, _heard(options, line.text))
    if options.json:
        print_json({"line": line.id, "file": kept.relative_to(folder).as_posix()})
    else:
        print_result(f"{kept.relative_to(folder)} is the newest take of {line.id}; the next build uses it.")
    return DONE


def _heard(options: Namespace, text: str) -> "MonoSamples":
    """Return what the microphone hears until Enter is pressed, or for the time that was asked for."""
    from ..voice.microphone import Microphone

    if not options.seconds and not sys.stdin.isatty():
        raise LecternError("nobody can press Enter here: say how long to record, with --seconds")
    microphone = Microphone()
    try:
        until = "" if options.seconds else " Press Enter when you have said it."
        print_error(f"Speak now: “{text}”{until}") if not options.quiet else None
        enough = threading.Event()
        if not options.seconds:
            threading.Thread(target=_wait_for_enter, args=(enough,), daemon=True).start()
        while microphone.goes_on and not (options.seconds and microphone.seconds >= options.seconds):
            if enough.wait(0.05):
                break
        return microphone.stop()
    except KeyboardInterrupt:
        microphone.close()
        raise


def _wait_for_enter(enough: threading.Event) -> None:
    sys.stdin.readline()
    enough.set()
