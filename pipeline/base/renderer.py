"""Run Blender's tasks in a process of its own: a Blender without a window, or a Python with the bpy module."""

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
from typing import Any, Literal, Protocol, get_args

from .errors import LecternError
from .hangs import HANGS_AFTER, HangGuard, ended_if_hung, run_briefly
from .launch import ROOT
from .memory import scarce_memory

type Task = Literal["compile", "collect", "render", "still", "bake", "key"]
type ReportProgress = Callable[[float], None]
"""Called with the share that is done (0..1). What it raises ends the work: it is no longer wanted."""

TASKS: tuple[Task, ...] = get_args(Task.__value__)

OLDEST = (5, 2)
LONGEST_SILENCE = 3600.0
"""Seconds without a finished frame after which Blender is ended though it works: nobody waits that long for a frame."""
KILLED = -9
"""The exit code of a process that SIGKILL ended."""
ATTEMPTS = 4
"""How often a task is tried whose Blender gets killed."""
HEADLESS = ROOT / "addon" / "headless.py"

ALLOCATOR = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "999999999",
    "MALLOC_TOP_PAD_": "67108864",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""Makes glibc keep the memory of frames instead of asking for it again for each (2 page faults a frame, not 227), and ask
for large pages, which takes 1.5 CPU ms off a frame."""


class Renderer(Protocol):
    """Whatever runs Blender's tasks; see `addon/tasks.py` for what each needs and returns."""

    def run(self, task: Task, request: Mapping[str, Any], report: ReportProgress = ...) -> dict[str, Any]:
        """Run `task` and return its result; `report` is called with how much is done (0..1).

        What `report` raises (a cancel) ends the task and is passed on. Raises LecternError if the task fails.
        """
        ...


class DamagedBlend(LecternError):
    """Blender can't open a .blend file."""


class _RendererKilled(LecternError):
    """Somebody, or the system, ended Blender with SIGKILL."""


class BlenderProcess:
    """A `Renderer` that starts `command` with a task for each run."""

    def __init__(
        self, command: tuple[str, ...], patience: float = HANGS_AFTER, longest: float = LONGEST_SILENCE
    ) -> None:
        self.command, self._patience, self._longest = command, patience, longest

    def run(self, task: Task, request: Mapping[str, Any], report: ReportProgress = lambda done: None) -> dict[str, Any]:
        """Run `task`, see `Renderer`. A Blender that is killed from outside (for lack of memory, say) is started again."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._run(task, request, report)
            except _RendererKilled:
                continue
        return self._run(task, request, report)

    def _run(self, task: Task, request: Mapping[str, Any], report: ReportProgress) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="lectern-") as folder:
            file = Path(folder) / "request.json"
            file.write_text(json.dumps(request, default=str), encoding="utf-8")
            process = self._start(task, file)
            try:
                with ended_if_hung(process.pid, self._patience) as guard:
                    return _result(task, process, _lines(process, guard, self._patience, self._longest), report)
            finally:
                process.kill()
                process.wait()
                assert process.stdin is not None
                process.stdin.close()

    def _start(self, task: Task, request: Path) -> subprocess.Popen[str]:
        try:
            return subprocess.Popen(
                [*self.command, task, str(request)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace", env=_environment(),
            )  # fmt: skip
        except OSError as error:
            raise LecternError(f"{self.command[0]} can't be started ({error.strerror}); {_INSTALL_ADVICE}") from error


_INSTALL_ADVICE = (
    "install Blender 5.2 or newer and name it as `program` under [blender] in lectern.toml, or install the bpy module: "
    "pip install bpy==5.2.3"
)


class LazyRenderer:
    """A renderer that is found when it is first used: most workers never need one."""

    def __init__(self, program: str) -> None:
        self._program = program

    def run(self, task: Task, request: Mapping[str, Any], report: ReportProgress = lambda done: None) -> dict[str, Any]:
        """Run `task`, after looking for Blender."""
        return find_renderer(self._program).run(task, request, report)


def find_renderer(program: str = "", running: str | None = None) -> BlenderProcess:
    """Return the Blender to use: lectern.toml's, the one Lectern runs in, the bpy module, or `blender` on the path.

    `program` is lectern.toml's; `running` the one Lectern runs in (None: as the extension tells its child processes).
    Raises LecternError with the way out if there is none that is new enough.
    """
    running = os.environ.get("LECTERN_BLENDER", "") if running is None else running
    if program:
        return _program(os.path.expanduser(program))
    if running:
        return BlenderProcess(_blender_command(running))
    if _module_version() >= OLDEST:
        return BlenderProcess((sys.executable, str(HEADLESS)))
    if found := shutil.which("blender"):
        return _program(found)
    raise LecternError(f"Lectern can't find Blender, which makes the film; {_INSTALL_ADVICE}")


def _program(program: str) -> BlenderProcess:
    version = _program_version(program)
    if version < OLDEST:
        known = ".".join(map(str, version)) or "of unknown version"
        raise LecternError(f"{program} is Blender {known}, and Lectern needs 5.2; {_INSTALL_ADVICE}")
    return BlenderProcess(_blender_command(program))


def _blender_command(program: str) -> tuple[str, ...]:
    return (
        program,
        "--background",
        "--factory-startup",
        "--disable-autoexec",
        "--python-exit-code",
        "1",
        "--python",
        str(HEADLESS),
        "--",
    )


def _module_version() -> tuple[int, ...]:
    """Return the version of the bpy module; () without one: Blender's own scripts have a `bpy` that is none."""
    try:
        return tuple(int(part) for part in importlib.metadata.version("bpy").split(".")[:2])
    except importlib.metadata.PackageNotFoundError:
        return ()


def _program_version(program: str) -> tuple[int, ...]:
    try:
        output = run_briefly([program, "--version"]).stdout
    except (OSError, LecternError) as error:
        raise LecternError(f"{program} can't be started ({error}); {_INSTALL_ADVICE}") from error
    found = re.search(r"^Blender (\d+)\.(\d+)", output, re.MULTILINE)
    return tuple(map(int, found.groups())) if found else ()


def _environment() -> dict[str, str]:
    """Return this process's environment, with where the packages are and an allocator that suits frames.

    LECTERN_SUPERVISED has `addon/headless.py` end when its input does: with this process, however that ends.
    """
    packages = os.pathsep.join(path for path in sys.path if path and Path(path, "pydantic_core").is_dir())
    return {**os.environ, **ALLOCATOR, "LECTERN_PACKAGES": packages, "PYTHONUNBUFFERED": "1", "LECTERN_SUPERVISED": "1"}


def _lines(process: subprocess.Popen[str], guard: HangGuard, patience: float, longest: float) -> Iterator[str]:
    """Yield the process's output line by line. Raises LecternError if it hangs, or says nothing for very long."""
    output: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_pump_lines, args=(process, output), daemon=True).start()
    while True:
        try:
            line = output.get(timeout=longest)
        except queue.Empty:
            message = f"Blender has finished no frame for {longest / 60:.0f} minutes and was ended; build again"
            raise LecternError(message) from None
        if guard.hung:
            raise LecternError(f"Blender hung: it did nothing for {patience:g} seconds, and was ended; build again")
        if line is None:
            return
        yield line


def _pump_lines(process: subprocess.Popen[str], output: "queue.SimpleQueue[str | None]") -> None:
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            output.put(line.strip())
    output.put(None)


def _result(task: Task, process: subprocess.Popen[str], lines: Iterator[str], report: ReportProgress) -> dict[str, Any]:
    other: list[str] = []
    for line in lines:
        message = _message(line)
        if "done" in message:
            report(message["done"])
        elif "result" in message:
            result: dict[str, Any] = message["result"]
            return result
        elif "error" in message:
            raise _failure(task, message)
        elif line:
            other = [*other[-19:], line]
    fault = _RendererKilled if process.wait() == KILLED else LecternError
    code = f"{process.returncode}{scarce_memory()}"
    raise fault(f"Blender ended during “{task}” with code {code}:\n" + "\n".join(other[-8:]))


def _message(line: str) -> dict[str, Any]:
    try:
        message = json.loads(line) if line.startswith("{") else {}
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _failure(task: Task, message: dict[str, Any]) -> LecternError:
    if message.get("damaged"):
        return DamagedBlend(message["error"])
    if message.get("expected"):
        return LecternError(message["error"])
    trace = message.get("trace", message["error"])
    return LecternError(f"Blender failed during “{task}”, a fault of Lectern, please report it:\n{trace}")
