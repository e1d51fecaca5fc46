"""Too little memory is told as that, with the limit that is in the way, and is no fault of Lectern."""

import errno
import subprocess
import sys
from types import SimpleNamespace

import pytest

from lectern.pipeline.base.memory import memory_fault, scarce_memory

LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (600_000_000, 600_000_000))
import lectern.pipeline.studio.reference as studio
from lectern.pipeline.cli.main import main
studio.skill = lambda: str(bytearray(900_000_000))
raise SystemExit(main(["skill"]))
"""


def test_what_python_says_without_memory_is_known_wherever_it_stands_in_the_chain() -> None:
    thread = RuntimeError("can't start new thread")
    library = ImportError("x.so: failed to map segment from shared object")
    wrapped = ValueError("frame")
    wrapped.__cause__ = thread
    for error in (MemoryError(), OSError(errno.ENOMEM, "Cannot allocate memory"), thread, library, wrapped):
        assert "there is too little memory for Blender" in str(memory_fault(error, "Blender"))
    for error in (ValueError("x"), RuntimeError("x"), ImportError("no module"), OSError(errno.ENOENT, "x")):
        assert memory_fault(error, "Blender") is None


def test_little_memory_is_told_and_enough_is_not_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"processes": 0, "container": 0}
    for name in limits:
        monkeypatch.setattr(f"lectern.pipeline.base.memory._limit_of_{name}", lambda name=name: limits[name])
    for free, told in ((8e9, ""), (2e8, " (200 MB are free)")):
        monkeypatch.setattr("psutil.virtual_memory", lambda free=free: SimpleNamespace(available=free))
        assert scarce_memory() == told
    limits["container"] = 10**9
    assert scarce_memory() == " (this container may use 1,000 MB)"


@pytest.mark.skipif(sys.platform != "linux", reason="the limit holds on Linux")
def test_the_command_line_names_the_limit_of_the_shell_and_shows_no_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "too little memory for Lectern (a process may use 600 MB here: ulimit -v)" in done.stderr
