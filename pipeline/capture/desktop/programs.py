"""The programs of a desktop: started in its room, watched, and ended with it."""

import shlex
import shutil
import time
from contextlib import ExitStack

from ...errors import LecternError
from ...jobs.kept import Kept
from ..request import CaptureRequest
from ..terminal.place import Place
from .display import Display
from .room import dress, environment, runtime, windows_fill
from .sandbox import behind_glass

_MANAGERS = ("openbox", "matchbox-window-manager", "icewm", "xfwm4", "metacity", "marco", "kwin_x11", "twm")
_MANAGED = 0.3
"""Seconds that a window manager has before the first window."""


class Programs:
    """What runs on `shown`. Leaving `stack` ends it all."""

    def __init__(self, request: CaptureRequest, place: Place, shown: Display, stack: ExitStack) -> None:
        self._request, self._place, self._stack, self._shown = request, place, stack, shown
        self._environment = environment(request, shown, place)
        runtime(place).mkdir(mode=0o700)
        dress(place.home, request)
        self._running: list[Kept] = []
        self._manager = self._manage()

    def start(self, command: str) -> None:
        """Starts `command` (as in a shell, without its operators); LecternError where there is no such program."""
        argv = _words(command)
        if not argv or shutil.which(argv[0], path=self._environment["PATH"]) is None:
            name = argv[0] if argv else command
            raise LecternError(f'there is no program "{name}" on this computer; install it, or correct its name')
        if shutil.which("dbus-run-session"):  # a bus of its own: programs that are open elsewhere are not asked to help
            argv = ["dbus-run-session", "--", *argv]
        if self._request.environment.sandbox:
            path, network = self._environment["PATH"], self._request.environment.network
            argv = behind_glass(argv, self._place, self._shown, path, network)
        self._running.append(self._kept(argv, f"program-{len(self._running)}"))

    def later_windows_have_frames(self) -> None:
        """From now on, windows are as large as they want and can be moved; the first one fills the screen."""
        if self._manager and self._manager.name == "openbox":
            windows_fill(self._place.home, fill=False)
            self._stack.callback(self._kept(["openbox", "--reconfigure"], "reconfigure").close)

    def check(self, wanted: bool = True) -> None:
        """LecternError where a program has failed, or the screen is gone, or (if one is `wanted`) none runs any more."""
        if self._shown.server.ended is not None:
            raise LecternError(f"the desktop's X server has ended:\n{self._shown.server.last_words()}")
        ended = [program for program in self._running if program.ended is not None]
        failed = [program for program in ended if program.ended]
        if not failed and wanted and len(ended) == len(self._running):
            failed = ended
        for program in failed[-1:]:
            raise LecternError(f"the program has ended (exit status {program.ended}). It said:\n{program.last_words()}")

    def _manage(self) -> Kept | None:
        name = next((name for name in _MANAGERS if shutil.which(name)), None)
        if name is None:
            return None
        manager = self._kept([name, "--sm-disable"] if name == "openbox" else [name], "manager")
        time.sleep(_MANAGED)
        return manager

    def _kept(self, argv: list[str], log: str) -> Kept:
        program = Kept(argv, self._place.rc / f"{log}.log", self._environment, self._place.work)
        self._stack.callback(program.close)
        return program


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        raise LecternError(f"{command} has a quotation mark without its other half") from None
