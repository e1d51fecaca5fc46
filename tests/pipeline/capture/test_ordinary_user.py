"""Where Lectern is root, programs outside of a sandbox run as an ordinary user, and show nothing else."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from lectern.pipeline.capture.desktop.programs import Programs
from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.capture.sandbox import ordinary_user
from lectern.pipeline.capture.sandbox.ordinary_user import OWNER, as_ordinary_user, can_be_ordinary, root_notes
from lectern.pipeline.capture.terminal.shell import Shell
from lectern.pipeline.capture.terminal.shell_folders import ShellFolders, open_shell_folders
from lectern.pipeline.episode.capture_block import Environment

ROOT = pytest.mark.skipif(
    not (ordinary_user.runs_as_root() and can_be_ordinary()), reason="needs root that may make namespaces"
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[ShellFolders]:
    with open_shell_folders(CaptureRequest(kind="terminal", size=(640, 480), steps=()), tmp_path) as folders:
        yield folders


def run(place: ShellFolders, script: str, environment: Environment = Environment()) -> list[str]:
    """What a program of a capture says; the folder's files are read afterwards by whoever Lectern is."""
    argv = [*as_ordinary_user(place, environment), "sh", "-c", script]
    done = subprocess.run(argv, cwd=place.work, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    assert done.stderr == ""
    return done.stdout.splitlines()


@ROOT
def test_a_program_is_an_ordinary_users_and_has_no_rights(place):
    (place.work / "laid.txt").write_text("laid out before")
    said = run(place, "id -u; id -un; id -gn; echo ~me; stat -c %U:%G laid.txt; grep CapEff /proc/self/status")
    assert said == [str(OWNER), "me", "me", str(place.home), "me:me", f"CapEff:\t{0:016x}"]


@ROOT
def test_what_it_writes_can_be_read_and_removed_and_a_folder_of_roots_own_has_its_tools(place, tmp_path):
    (tmp_path / "bin").mkdir(mode=0o700)
    (tmp_path / "bin/tool").write_text("#!/bin/sh\necho from roots own folder > sub/made\n")
    (tmp_path / "bin/tool").chmod(0o700)
    run(place, f"mkdir -m 700 sub && PATH={tmp_path}/bin:$PATH tool")
    made = place.work / "sub/made"
    assert made.read_text() == "from roots own folder\n" and made.stat().st_uid == os.geteuid()


@ROOT
def test_a_script_may_ask_for_root(place):
    assert run(place, "id -u", Environment(root=True)) == ["0"]


@ROOT
def test_a_shell_has_no_prompt_of_roots(place):
    shell = Shell("bash", 80, 24, place, Environment())
    try:
        said, end = b"", time.monotonic() + 20
        shell.send("P='<\\$>'; echo \"${P@P} $EUID-$(id -un)-$(stat -c %U $(tty))\"\r")
        while b"<$> 61184-me-me" not in said and time.monotonic() < end:
            said += shell.read(0.1)
    finally:
        shell.close()
    assert b"<$> 61184-me-me" in said and b"<#>" not in said.replace(b"<\\#>", b"")


@ROOT
def test_programs_and_the_window_manager_of_a_desktop_are_an_ordinary_users(place, monkeypatch):
    request = CaptureRequest(kind="desktop", size=(640, 480), steps=(), app="sh")
    manager = place.home / "openbox"
    manager.write_text("#!/bin/sh\nid -un > manager\n")
    manager.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place.home}:{os.environ['PATH']}")
    shown = SimpleNamespace(name=":7", authority=place.rc / "authority", server=SimpleNamespace(ended=None, held=""))
    with ExitStack() as stack:
        programs = Programs(request, place, shown, stack)
        programs.start("sh -c 'id -un > program'")
        end = time.monotonic() + 20
        files = [place.work / name for name in ("program", "manager")]
        while not all(file.exists() and file.read_text() for file in files) and time.monotonic() < end:
            time.sleep(0.02)
        assert [file.read_text() for file in files] == ["me\n", "me\n"]


def test_programs_that_stay_roots_are_told(monkeypatch):
    monkeypatch.setattr(ordinary_user, "runs_as_root", lambda: True)
    monkeypatch.setattr(ordinary_user, "can_be_ordinary", lambda: False)
    assert "runs as root" in root_notes(Environment())[0] and "root: true" in root_notes(Environment())[0]
    assert root_notes(Environment(root=True)) == root_notes(Environment(sandbox=True)) == ()
    monkeypatch.setattr(ordinary_user, "can_be_ordinary", lambda: True)
    assert root_notes(Environment()) == ()


def test_nothing_changes_for_an_ordinary_user(place, monkeypatch):
    monkeypatch.setattr(ordinary_user, "runs_as_root", lambda: False)
    assert as_ordinary_user(place, Environment()) == () == root_notes(Environment())
