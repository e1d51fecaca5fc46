"""Lectern's command line: `lectern VERB …`, `python -m lectern …`, `blender -b --command lectern …`."""

import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..errors import LecternError
from .options import parser
from .screen import complain, prepare

FAULT, NOT_TRUSTED, OWN_FAULT, INTERRUPTED = 2, 3, 4, 130


def main(argv: Sequence[str] | None = None, program: str = "lectern") -> int:
    """Runs the command line `argv` (default: this process's own) and returns the exit code; never exits by itself."""
    prepare()
    try:
        options = parser(program).parse_args(argv)
        with _interruptible():
            return options.handler(options)
    except SystemExit as end:  # argparse has said what it had to say
        return end.code if isinstance(end.code, int) else FAULT
    except LecternError as error:
        complain(str(error))
        return NOT_TRUSTED if _is_trust(error) else FAULT
    except KeyboardInterrupt:
        complain("Interrupted. What was made is kept; the same command goes on from there.")
        return INTERRUPTED
    except BrokenPipeError:  # `lectern timeline | head`
        sys.stdout = None
        return 0
    except Exception:  # the process's one boundary
        complain(f"{traceback.format_exc()}\nThis is a fault in Lectern, not in your episode. Please report the lines above.")
        return OWN_FAULT


@contextmanager
def _interruptible() -> Iterator[None]:
    """Being asked to end, or a terminal that is closed, is like Ctrl-C here: what was started is ended, too."""
    names = [n for n in ("SIGTERM", "SIGHUP") if hasattr(signal, n)] if _in_main_thread() else []
    before = {name: signal.signal(getattr(signal, name), signal.default_int_handler) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _is_trust(error: LecternError) -> bool:
    from ..studio.trust import NotTrusted

    return isinstance(error, NotTrusted)
