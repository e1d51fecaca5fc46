"""What is stopped (SIGSTOP) during a capture is told in plain words within half a minute, and all of the capture is ended."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from e2e.harmed_capture import PARTS, SUPERVISOR
from small_episode import environment, write_episode
from support.further import further

from lectern.pipeline.capture.sandbox.bubblewrap import sandbox_missing

pytestmark = [pytest.mark.browser, pytest.mark.skipif(sys.platform != "linux", reason="a desktop needs Linux")]

SOAK = int(os.environ.get("LECTERN_TEST_KILLS", "8")) > 8
"""Whether every process of every capture is stopped (`make soak`), and not just one of each kind."""
USUAL = [("terminal", "bash --"), pytest.param("desktop", "websockify", marks=pytest.mark.thorough)]
EVERY = [
    *((capture, part) for capture, parts in PARTS.items() for part in parts),
    *(("desktop", SUPERVISOR + part) for part in PARTS["desktop"] if not part.startswith("dbus")),
]
HANGING = {
    "slow": ("kind: terminal\nsteps:\n  - run: sleep SECONDS\n    timeout: 2", "did not end within 2 s"),
    "desktop": ("kind: desktop\napp: sh -c 'kill -STOP $$'\nsteps:\n  - press: Enter", "sh was stopped"),
    "terminal": ("kind: terminal\nsteps:\n  - run: kill -STOP $$", "bash was stopped"),
    "editor": ("kind: editor\nsteps:\n  - run: kill -STOP $$", "bash was stopped"),
}
"""Captures that hang by themselves, and what is said of them."""
SECONDS = f"{10_000 + os.getpid()}"
"""How long no other process of this machine sleeps."""


def needs(capture: str) -> None:
    if "sandbox" in capture and sandbox_missing():
        pytest.skip("needs bubblewrap")
    if capture.startswith("desktop") and not all(map(shutil.which, ("Xtigervnc", "websockify", "openbox", "mousepad"))):
        pytest.skip("needs a desktop's programs")


@pytest.mark.kill
@pytest.mark.parametrize(("capture", "part"), EVERY if SOAK else USUAL)
@pytest.mark.parametrize("moment", (0.0, 0.3, 1.5, 4.0) if SOAK else (1.5,))
def test_a_process_that_is_stopped_is_told_and_all_of_its_capture_ended(capture: str, part: str, moment: float) -> None:
    needs(capture)
    script = Path(__file__).with_name("harmed_capture.py")
    tests = {**os.environ, "PYTHONPATH": str(script.parents[1])}
    run = subprocess.run(
        [sys.executable, script, capture, part, str(moment)], stdout=subprocess.PIPE, text=True, timeout=120, env=tests
    )
    said = json.loads(run.stdout)
    assert "was stopped" in said["told"] and said["left"] == [], said


@pytest.mark.parametrize("captures", further([("slow", "desktop"), tuple(HANGING)], 1))
def test_a_build_names_every_capture_that_hangs_and_leaves_no_process(
    tmp_path: Path, captures: tuple[str, ...]
) -> None:
    needs("desktop")
    scenes = (f"# A {{#{name}}}\n\n```capture\n{HANGING[name][0]}\n```\n\nA word.\n" for name in captures)
    script = "---\ntitle: Hanging\n---\n\n" + "\n".join(scenes).replace("SECONDS", SECONDS)
    folder, profile = write_episode(tmp_path / "film", script), tmp_path / "profile"
    command = [sys.executable, "-m", "lectern", "--trust", "--quiet", "build", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, env=environment(profile), timeout=150)
    said = run.stdout + run.stderr
    assert run.returncode == 2 and "Traceback" not in said
    for scene in captures:
        assert any(f'scene "{scene}"' in line and HANGING[scene][1] in line for line in said.splitlines()), said
    end = time.monotonic() + 10
    while (left := started_with(profile)) and time.monotonic() < end:
        time.sleep(0.1)
    assert left == []


def started_with(profile: Path) -> list[str]:
    """The living processes that have the profile in what they inherited, or that hang as the script says."""
    found = []
    for process in psutil.process_iter(["environ", "cmdline", "status"]):
        about = process.info
        inherited = str(profile) in (about["environ"] or {}).get("LECTERN_CONFIG_HOME", "")
        if about["status"] != psutil.STATUS_ZOMBIE and (inherited or about["cmdline"] == ["sleep", SECONDS]):
            found.append(" ".join(about["cmdline"] or ()))
    return found
