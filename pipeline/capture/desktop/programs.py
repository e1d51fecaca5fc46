"""The programs of a desktop: started in its room, watched, and ended with it."""

import platform
import shlex
import shutil
import time
from contextlib import ExitStack

from ...base.errors import LecternError
from ...jobs.supervised import SupervisedProcess
from ..request import CaptureRequest
from ..sandbox.bubblewrap import HOME, RC, sandbox_command
from ..sandbox.network import VARIABLES, internet_of, network_hint
from ..sandbox.ordinary_user import as_ordinary_user
from ..terminal.shell_folders import ShellFolders
from .display import Display
from .environment import WINDOW_SETTINGS, environment, maximise_windows, runtime_folder, write_appearance

_MANAGERS = ("openbox", "matchbox-window-manager", "icewm", "xfwm4", "metacity", "marco", "kwin_x11", "twm")
_RUNTIME = ".runtime"
"""The folder for sockets of programs in a sandbox: theirs alone, as they want it to be."""
_LOOK_SECONDS = 1.0
"""Seconds between two looks at programs while a step waits."""
_MANAGED = 0.3
"""Seconds that a window manager has before the first window."""


class Programs:
    """What runs on `shown`. Leaving `stack` ends it all."""

    def __init__(self, request: CaptureRequest, place: ShellFolders, shown: Display, stack: ExitStack) -> None:
        self._request, self._place, self._stack, self._shown = request, place, stack, shown
        online = VARIABLES if request.environment.sandbox and request.environment.network else {}
        own = {} if request.environment.sandbox else dict(request.environment.env)
        self._environment = environment(request, shown, place) | online | own
        runtime_folder(place).mkdir(mode=0o700)
        (place.home / _RUNTIME).mkdir(mode=0o700)
        write_appearance(place.home, request)
        maximise_windows(place.rc, fill=True)
        self._running: list[SupervisedProcess] = []
        self._helpers = [shown.server]
        self._looked = time.monotonic()
        self._manager = self._manage()

    def start(self, command: str) -> None:
        """Start `command` (as in a shell, without its operators). Raises LecternError where there is no such program."""
        argv = _split_command(command)
        if not argv or shutil.which(argv[0], path=self._environment["PATH"]) is None:
            name = argv[0] if argv else command
            raise LecternError(f'there is no program "{name}" on this computer; install it, or correct its name')
        if shutil.which("dbus-run-session"):  # a bus of its own: programs that are open elsewhere are not asked to help
            argv = ["dbus-run-session", "--", *argv]
        self._running.append(self._kept(argv, f"program-{len(self._running)}"))
        if self._request.environment.sandbox and self._request.environment.network:
            self._go_online(self._running[-1])

    def _go_online(self, program: SupervisedProcess) -> None:
        try:
            self._stack.enter_context(internet_of(program.pid))
        except LecternError:
            if program.ended is None:  # why it ended, `check` says
                raise

    def later_windows_have_frames(self) -> None:
        """Let later windows be as large as they want and be moved; the first one fills the screen."""
        if self._manager == "openbox":
            maximise_windows(self._place.rc, fill=False)
            self._stack.callback(self._kept(["openbox", "--reconfigure"], "reconfigure", boxed=False).close)

    def rely_on(self, helper: SupervisedProcess) -> None:
        """Let `check` watch what the desktop can't be filmed without, too."""
        self._helpers.append(helper)

    def look(self) -> None:
        """Check what runs, once every `_LOOK_SECONDS`: for the waits within steps."""
        if time.monotonic() - self._looked > _LOOK_SECONDS:
            self.check(wanted=False)

    def check(self, wanted: bool = True) -> None:
        """Raise LecternError where a program has failed, or a helper is gone, or (if one is `wanted`) none runs any more."""
        self._looked = time.monotonic()
        for helper in self._helpers:
            if helper.ended is not None:
                raise LecternError(f"the desktop's {helper.name} has ended:\n{helper.last_words()}")
        if held := next(filter(None, (program.held for program in (*self._helpers, *self._running))), ""):
            raise LecternError(f"{held} was stopped (SIGSTOP), so nothing happens on the desktop any more; build again")
        ended = [program for program in self._running if program.ended is not None]
        failed = [program for program in ended if program.ended]
        if not failed and wanted and len(ended) == len(self._running):
            failed = ended
        for program in failed[-1:]:
            said = program.last_words()
            hint = network_hint(said, self._request.environment)
            raise LecternError(f"the program has ended (exit status {program.ended}). It said:\n{said}{hint}")

    def _manage(self) -> str | None:
        """Start a window manager and return its name, None if there is none on this computer."""
        name = next((name for name in _MANAGERS if shutil.which(name)), None)
        if name is None:
            return None
        settings = ["--sm-disable", "--config-file", str(self._place.rc / WINDOW_SETTINGS)] if name == "openbox" else []
        boxed = name != "openbox"  # with these settings, it starts no programs
        self._helpers.append(self._kept([name, *settings], "manager", boxed=boxed))
        time.sleep(_MANAGED)
        return name

    def _kept(self, argv: list[str], log: str, boxed: bool = True) -> SupervisedProcess:
        """Start what ends with the desktop, in the sandbox if there is one and it has to be `boxed`; as root only if it is to be."""
        inside, name = boxed and self._request.environment.sandbox, argv[0]
        argv = [*(self._sandbox() if inside else as_ordinary_user(self._place, self._request.environment)), *argv]
        program = SupervisedProcess(argv, self._place.rc / f"{log}.log", self._environment, self._place.work, name=name)
        self._stack.callback(program.close)
        return program

    def _sandbox(self) -> tuple[str, ...]:
        """Return what a program is started with. Raises LecternError without bubblewrap: nothing runs outside instead."""
        screen = f"/tmp/.X11-unix/X{self._shown.name.lstrip(':')}"
        seen = {
            "HOME": str(HOME), "XAUTHORITY": str(RC / self._shown.authority.name), "XDG_RUNTIME_DIR": str(HOME / _RUNTIME),
            "XDG_CONFIG_HOME": f"{HOME}/.config", "XDG_DATA_HOME": f"{HOME}/.local/share", "XDG_CACHE_HOME": f"{HOME}/.cache",
        }  # fmt: skip
        own = dict(self._request.environment.env)
        name = ("--hostname", platform.node())  # window managers write any other after the title
        shown = (*name, "--dir", "/tmp/.X11-unix", "--ro-bind", screen, screen)
        return sandbox_command(self._place, self._environment["PATH"], seen | own, shown)


def _split_command(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        raise LecternError(f"{command} has a quotation mark without its other half") from None
