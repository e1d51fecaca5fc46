"""Programs that start others without end, or take all memory: what bounds them, and that nothing is left of them."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from lectern.pipeline.capture.sandbox import bubblewrap
from lectern.pipeline.capture.sandbox.bubblewrap import sandbox_missing
from lectern.pipeline.capture.terminal.shell import Shell
from lectern.pipeline.capture.terminal.shell_folders import ShellFolders
from lectern.pipeline.episode.capture_block import Environment
from lectern.pipeline.jobs.supervised import SupervisedProcess

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these are Linux's ways")
BOXED = pytest.mark.skipif(bool(sandbox_missing()), reason="needs bubblewrap")

MANY = """
import os, time
started = 0
try:
    while started < 200:
        if not os.fork():
            time.sleep(4567)
        started += 1
except OSError as error:
    print("refused", error.errno, "after", started, flush=True)
time.sleep(4567)
"""
"""Starts more processes than it may."""
HOPS = """
import os, time
end = time.monotonic() + 20
while time.monotonic() < end:
    if os.fork():
        os._exit(0)
"""
"""Is another process all the time, each of them too short to be found and killed (for 20 seconds, should nobody end it)."""


@pytest.fixture
def place(tmp_path: Path) -> ShellFolders:
    home, rc = tmp_path / "home", tmp_path / "rc"
    home.mkdir()
    rc.mkdir()
    (home / "many.py").write_text(MANY)
    (home / "hops.py").write_text(HOPS)
    return ShellFolders(home, home, rc)


def said(shell: Shell, command: str, until: str) -> str:
    shell.send(f"{command}\r")
    heard, end = "", time.monotonic() + 20
    while until not in heard and time.monotonic() < end:
        heard += shell.read(0.1).decode(errors="replace")
    return heard


def running(word: str) -> list[psutil.Process]:
    return [p for p in psutil.process_iter(["cmdline"]) if word in " ".join(p.info["cmdline"] or ())]


@BOXED
def test_a_sandbox_has_a_bound_of_processes_and_all_of_them_end(place: ShellFolders, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bubblewrap, "MOST_PROCESSES", 40)
    with closing(Shell("bash", 80, 24, place, Environment(sandbox=True))) as shell:
        heard = said(shell, "python3 many.py", "refused")
        assert "refused 11 after" in heard and 5 < int(heard.split("after")[1].split()[0]) < 40, heard
        assert len(running("many.py")) > 5
    assert running("many.py") == []


@pytest.mark.parametrize("sandbox", [False, pytest.param(True, marks=BOXED)])
def test_linux_ends_what_a_shell_runs_first_where_memory_runs_out(place: ShellFolders, sandbox: bool):
    with closing(Shell("bash", 80, 24, place, Environment(sandbox=sandbox))) as shell:
        assert "<1000>" in said(shell, 'echo "<$(cat /proc/self/oom_score_adj)>"', "<1000>")


@pytest.fixture
def supervised(place: ShellFolders, tmp_path: Path) -> Iterator[Callable[[str], SupervisedProcess]]:
    """Starts a program of the place as a desktop's are started."""
    yield lambda name: SupervisedProcess(
        [sys.executable, name], tmp_path / "log", {**os.environ, "HOME": str(place.home)}, place.home
    )


def test_a_program_that_is_always_another_process_ends_with_its_supervisor(supervised):
    with closing(supervised("hops.py")) as program:
        assert program.ended is None
        time.sleep(0.3)
    time.sleep(0.2)
    assert running("hops.py") == []


def test_a_program_that_is_always_another_process_ends_with_its_shell(place: ShellFolders):
    with closing(Shell("bash", 80, 24, place)) as shell:
        said(shell, f"{sys.executable} hops.py & echo $((6 * 7))", "42")
        time.sleep(0.3)
    assert running("hops.py") == []


def test_a_supervisor_that_is_held_or_killed_leaves_nothing(supervised):
    for harm in (psutil.Process.suspend, psutil.Process.kill):
        with closing(supervised("many.py")) as program:
            while not running("many.py"):
                time.sleep(0.02)
            harm(psutil.Process(program.pid))
        assert running("many.py") == []
