"""A desktop's programs in the sandbox, with their window manager: they reach the screen, and nothing else."""

import os
import shutil
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from lectern.pipeline.capture.desktop.display import open_display
from lectern.pipeline.capture.desktop.programs import Programs
from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.capture.terminal.shell_folders import open_shell_folders
from lectern.pipeline.episode.capture_block import Environment

NEEDED = ("Xtigervnc", "openbox", "xmessage", "xwininfo", "bwrap")
pytestmark = pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)}")


def test_a_program_and_its_window_manager_run_in_the_sandbox(tmp_path: Path) -> None:
    own = (("LD_PRELOAD", "./none.so"), ("PATH", f".:{os.environ['PATH']}"))
    app = "xmessage hello"
    request = CaptureRequest(
        kind="desktop", size=(640, 480), steps=(), app=app, environment=Environment(sandbox=True, env=own)
    )
    with ExitStack() as stack:
        place = stack.enter_context(open_shell_folders(request, tmp_path))
        for program in ("sh", "openbox", "dbus-run-session"):
            (place.work / program).write_text(f"#!/bin/sh\ntouch {tmp_path}/left\n")
        shown = stack.enter_context(open_display(request.size, 96, place.rc))
        programs = Programs(request, place, shown, stack)
        programs.start(app)
        end = time.monotonic() + 20
        while "640x480+0+0" not in (seen := windows(shown.name, shown.authority)) and time.monotonic() < end:
            programs.check()
            time.sleep(0.1)
        assert '"xmessage"' in seen and "640x480+0+0" in seen
        programs.later_windows_have_frames()
        programs.check()
    assert not (tmp_path / "left").exists()


def windows(display: str, authority: Path) -> str:
    environment = {**os.environ, "DISPLAY": display, "XAUTHORITY": str(authority)}
    tree = subprocess.run(["xwininfo", "-root", "-tree"], env=environment, capture_output=True, text=True).stdout
    return "\n".join(line for line in tree.splitlines() if "xmessage" in line)
