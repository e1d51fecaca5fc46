"""Temporary files of a process that is killed are removed by the next one, those of a living one are not."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from lectern.pipeline.base.process import identity
from lectern.pipeline.base.scratch import daemons, named_folder, own_scratch

LEAVES = """
import subprocess, sys, tempfile
from lectern.pipeline.base.scratch import named_folder, own_scratch
with own_scratch(), named_folder("abcd1234"):
    tempfile.mkdtemp(prefix="lectern-browser-")
    subprocess.run([sys.executable, "-c", "import tempfile; tempfile.mkdtemp(prefix='blender_')"])
    print("there", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for everybody's temporary files."""
    for name in ("TEMP", "TMP", "LECTERN_TEMP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def left_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.rglob("*") if not entry.name.startswith("lectern-of-"))


def leave() -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", LEAVES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "there\n"
    return process


def test_what_killed_processes_left_is_removed_by_the_next(shared: Path) -> None:
    for _ in range(3):
        process = leave()
        process.kill()
        process.communicate()
    assert len([name for name in left_in(shared) if name.startswith("blender_")]) == 1  # the last one's
    with own_scratch():
        pass
    assert left_in(shared) == []


def test_what_a_living_process_has_stays(shared: Path) -> None:
    process = leave()
    before = left_in(shared)
    with own_scratch():
        assert Path(tempfile.mkdtemp()).is_relative_to(shared)
    assert left_in(shared) == before and any(name.startswith("lectern-browser-") for name in before)
    process.communicate("")
    assert left_in(shared) == []


def test_a_child_uses_its_parents_folder_and_nothing_is_changed_afterwards(shared: Path) -> None:
    before = dict(os.environ)
    with own_scratch():
        folder = os.environ["TMPDIR"]
        with own_scratch():
            assert tempfile.gettempdir() == os.environ["TMPDIR"] == folder
    assert (tempfile.gettempdir(), dict(os.environ)) == (str(shared), before)


def test_a_folder_that_is_shown_has_the_same_path_on_every_run(shared: Path) -> None:
    with own_scratch(), named_folder("0123abcd") as first, named_folder("0123abcd") as second:
        assert (first, second) == (shared / "lectern-0123abcd", shared / "lectern-0123abcd-2")
        assert (first / "owner").read_text() == identity()
    assert left_in(shared) == []


def test_a_folder_that_somebody_else_has_put_there_is_not_used(
    shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    trap = tmp_path_factory.mktemp("trap")
    (shared / f"lectern-of-{os.getuid()}").symlink_to(trap)
    with own_scratch():
        tempfile.mkdtemp()
    assert list(trap.iterdir()) == []


def test_daemons_of_a_folder_are_found_by_their_home_while_it_is_open(shared: Path) -> None:
    with named_folder("0123abcd") as folder:
        daemon = subprocess.Popen(["sleep", "60"], env={"HOME": str(folder / "home"), "PATH": os.environ["PATH"]})
        try:
            assert daemon.pid in [process.pid for process in daemons()]
        finally:
            daemon.kill()
            daemon.wait()
    assert daemons() == []
