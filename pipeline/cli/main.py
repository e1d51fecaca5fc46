"""Lectern's command line: `lectern VERB …`, `python -m lectern …`, `blender -b --command lectern …`."""

import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..base.disk_space import system_fault
from ..base.errors import LecternError
from ..base.memory import memory_fault
from ..base.scratch import own_scratch
from .call import DONE, FAULT, INTERRUPTED, NOT_TRUSTED, OWN_FAULT
from .console import configure_terminal, name_files_from, print_error
from .options import joined_verbs, parser


def main(argv: Sequence[str] | None = None, program: str = "lectern") -> int:
    """Run the command line `argv` (default: this process's own) and return the exit code; never exits by itself."""
    configure_terminal()
    try:
        options = parser(program).parse_args(joined_verbs(sys.argv[1:] if argv is None else argv))
        name_files_from(getattr(options, "folder", None))
        with _interruptible(), own_scratch():
            code: int = options.handler(options)
            return code
    except SystemExit as end:  # argparse has said what it had to say
        return end.code if isinstance(end.code, int) else FAULT
    except LecternError as error:
        print_error(error.with_columns)
        return NOT_TRUSTED if _is_trust(error) else INTERRUPTED if _is_cancelled(error) else FAULT
    except KeyboardInterrupt:
        print_error("Interrupted. What was made is kept; the same command goes on from there.")
        return INTERRUPTED
    except BrokenPipeError:  # `lectern timeline | head`
        sys.stdout = None
        return DONE
    except Exception as error:  # the process's one boundary
        if isinstance(error, OSError) and (fault := system_fault(error)):
            print_error(str(fault))
            return FAULT
        if too_little := memory_fault(error, "Lectern"):
            print_error(str(too_little))
            return FAULT
        print_error(
            f"{traceback.format_exc()}\nThis is a fault in Lectern, not in your episode. Please report the lines above."
        )
        return OWN_FAULT
    finally:
        name_files_from(None)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Treat being asked to end, or a terminal that is closed, like Ctrl-C: what was started is ended, too."""
    names = [n for n in ("SIGTERM", "SIGHUP") if hasattr(signal, n)] if _in_main_thread() else []
    before = {name: signal.signal(getattr(signal, name), signal.default_int_handler) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _is_cancelled(error: LecternError) -> bool:
    from ..jobs.runs import RunCancelled
    from ..services.answer import Stopped

    return isinstance(error, RunCancelled | Stopped)


def _is_trust(error: LecternError) -> bool:
    from ..trust.grants import NotTrusted

    return isinstance(error, NotTrusted)
