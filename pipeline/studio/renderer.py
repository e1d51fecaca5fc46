"""The renderer: a Blender without a window, or a Python with the bpy module, in a process of its own."""

import importlib.metadata
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from ..episode.model import BlenderSettings
from ..errors import LecternError
from .launch import ROOT

Task = Literal["compile", "collect", "render", "still", "bake", "key"]
Report = Callable[[float], None]

OLDEST = (5, 2)
PATIENCE = 300.0
"""Seconds without a word after which Blender counts as hung."""
KILLED = -9
"""The code of a process that was ended by SIGKILL, which it can't answer."""
ATTEMPTS = 4
"""So often a task is begun whose Blender is killed."""
HEADLESS = ROOT / "addon" / "headless.py"

ALLOCATOR = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "999999999",
    "MALLOC_TOP_PAD_": "67108864",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""glibc keeps the memory of frames instead of asking for it again for each: 2 page faults a frame, not 227; and asks for
large pages, which takes 1.5 CPU ms off a frame."""


class Renderer(Protocol):
    """Does Blender's tasks; see `addon/tasks.py` for what each wants and gives."""

    def run(self, task: Task, request: Mapping[str, Any], report: Report = ...) -> dict[str, Any]:
        """The task's result. What `report` raises (a cancel) ends the task and is passed on.

        LecternError if the task fails.
        """
        ...


class _Killed(LecternError):
    """Somebody, or the system, ended Blender with SIGKILL."""


class BlenderProcess:
    """A `Renderer` that starts `command` with a task for each run."""

    def __init__(self, command: tuple[str, ...], patience: float = PATIENCE) -> None:
        self.command, self._patience = command, patience

    def run(self, task: Task, request: Mapping[str, Any], report: Report = lambda done: None) -> dict[str, Any]:
        """See `Renderer`. A Blender that was killed from outside (for want of memory, say) is started again."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._run(task, request, report)
            except _Killed:
                continue
        return self._run(task, request, report)

    def _run(self, task: Task, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="lectern-") as folder:
            file = Path(folder) / "request.json"
            file.write_text(json.dumps(request, default=str), encoding="utf-8")
            process = self._start(task, file)
            try:
                return _result(task, process, _lines(process, self._patience), report)
            finally:
                process.kill()
                process.wait()

    def _start(self, task: Task, request: Path) -> subprocess.Popen[str]:
        try:
            return subprocess.Popen(
                [*self.command, task, str(request)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace", env=_environment(),
            )  # fmt: skip
        except OSError as error:
            raise LecternError(f"{self.command[0]} can't be started ({error.strerror}); {_WAY_OUT}") from error


_WAY_OUT = (
    "install Blender 5.2 or newer and name it as `program` under [blender] in lectern.toml, or install the bpy module: "
    "pip install bpy==5.2.3"
)


def find_renderer(settings: BlenderSettings = BlenderSettings(), running: str | None = None) -> BlenderProcess:
    """The Blender to use: the one of lectern.toml, the one Lectern runs in, the bpy module, or `blender` on the path.

    `running` is that Blender's program; without it, what the extension told its child processes. LecternError with the
    way out if there is none that is new enough.
    """
    running = os.environ.get("LECTERN_BLENDER", "") if running is None else running
    if settings.program:
        return _program(os.path.expanduser(settings.program))
    if running:
        return BlenderProcess(_blender_command(running))
    if _module_version() >= OLDEST:
        return BlenderProcess((sys.executable, str(HEADLESS)))
    if found := shutil.which("blender"):
        return _program(found)
    raise LecternError(f"there is no Blender to make the film with; {_WAY_OUT}")


def _program(program: str) -> BlenderProcess:
    version = _program_version(program)
    if version < OLDEST:
        said = ".".join(map(str, version)) or "of unknown version"
        raise LecternError(f"{program} is Blender {said}, and Lectern needs 5.2; {_WAY_OUT}")
    return BlenderProcess(_blender_command(program))


def _blender_command(program: str) -> tuple[str, ...]:
    return program, "--background", "--factory-startup", "--python-exit-code", "1", "--python", str(HEADLESS), "--"


def _module_version() -> tuple[int, ...]:
    """The version of the bpy module; () without one. (Blender's own scripts hold a `bpy` that is none.)"""
    try:
        return tuple(int(part) for part in importlib.metadata.version("bpy").split(".")[:2])
    except importlib.metadata.PackageNotFoundError:
        return ()


def _program_version(program: str) -> tuple[int, ...]:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LecternError(f"{program} can't be started ({error}); {_WAY_OUT}") from error
    found = re.search(r"^Blender (\d+)\.(\d+)", said, re.MULTILINE)
    return tuple(map(int, found.groups())) if found else ()


def _environment() -> dict[str, str]:
    """This process's environment, where the packages are, and an allocator that suits frames."""
    packages = os.pathsep.join(path for path in sys.path if path and Path(path, "pydantic_core").is_dir())
    return {**os.environ, **ALLOCATOR, "LECTERN_PACKAGES": packages, "PYTHONUNBUFFERED": "1"}


def _lines(process: subprocess.Popen[str], patience: float) -> Iterator[str]:
    """What the process says, as it says it; LecternError if it falls silent."""
    said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(process, said), daemon=True).start()
    while True:
        try:
            line = said.get(timeout=patience)
        except queue.Empty:
            said_nothing = f"Blender has not answered for {patience:.0f} seconds and was ended; build again"
            raise LecternError(said_nothing) from None
        if line is None:
            return
        yield line


def _listen(process: subprocess.Popen[str], said: "queue.SimpleQueue[str | None]") -> None:
    with process.stdout:
        for line in process.stdout:
            said.put(line.strip())
    said.put(None)


def _result(task: Task, process: subprocess.Popen[str], lines: Iterator[str], report: Report) -> dict[str, Any]:
    other: list[str] = []
    for line in lines:
        message = _message(line)
        if "done" in message:
            report(message["done"])
        elif "result" in message:
            return message["result"]
        elif "error" in message:
            raise _failure(task, message)
        elif line:
            other = [*other[-19:], line]
    fault = _Killed if process.wait() == KILLED else LecternError
    raise fault(f"Blender ended during “{task}” with code {process.returncode}:\n" + "\n".join(other[-8:]))


def _message(line: str) -> dict[str, Any]:
    try:
        message = json.loads(line) if line.startswith("{") else {}
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _failure(task: Task, message: dict[str, Any]) -> LecternError:
    if message.get("expected"):
        return LecternError(message["error"])
    trace = message.get("trace", message["error"])
    return LecternError(f"Blender failed during “{task}”, a fault of Lectern, please report it:\n{trace}")
