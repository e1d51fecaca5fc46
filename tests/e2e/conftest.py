"""A real Blender 5.2 for the tests, with Lectern's zip installed in it.

`LECTERN_BLENDER` names a Blender program to use. Without it, on Debian, `real_blender.sh` installs one, once, into
`LECTERN_BLENDER_ROOT` (default: ~/.cache/lectern-tests/blender-5.2). The installation begins with the first test, whichever
that is, so that it is done when a Blender is needed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
ARCHIVE_FAULT = 75
BLENDER_ROOT = Path(os.environ.get("LECTERN_BLENDER_ROOT", Path.home() / ".cache/lectern-tests/blender-5.2"))
INSTALL = ("nice", str(HERE / "real_blender.sh"), str(BLENDER_ROOT))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to install the real Blender, in one of the workers, if any test needs it."""
    needed = any("real_blender" in getattr(item, "fixturenames", ()) for item in session.items)
    first = os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0"
    if needed and first and not session.config.option.collectonly and "LECTERN_BLENDER" not in os.environ:
        subprocess.Popen(INSTALL, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@dataclass(frozen=True)
class RealBlender:
    """A Blender program and the profile it uses. `enter` is what a command line starts with (a chroot, or nothing)."""

    program: str
    profile: Path
    enter: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, *arguments: str | Path) -> list[str]:
        """The command line of this Blender with `arguments`."""
        return [*self.inside(self.program), *map(str, arguments)]

    def inside(self, *command: str | Path) -> list[str]:
        """`command` where this Blender lives, with its profile."""
        home = str(self.profile)
        told = {"BLENDER_USER_RESOURCES": home, "HOME": home, "LANG": "C.UTF-8", **self.environment}
        return [*self.enter, "env", *(f"{k}={v}" for k, v in told.items()), *map(str, command)]

    def run(self, *arguments: str | Path, code: int | None = 0, seconds: float = 240) -> str:
        """Runs Blender to its end and returns what it wrote; `code` is the exit code it must have (None: any)."""
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=seconds)
        said = done.stdout + done.stderr
        assert code is None or done.returncode == code, f"exit code {done.returncode}:\n{said[-6000:]}"
        return said

    def with_display(self, display: str) -> "RealBlender":
        """This Blender with a window on `display`, drawn by the processor."""
        return replace(self, environment={"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1"})

    @property
    def python(self) -> str:
        """The Python it runs (major.minor)."""
        said = self.run("-b", "--factory-startup", "--python-expr", "import sys; print('PY', *sys.version_info[:2])")
        return ".".join(next(line for line in said.splitlines() if line.startswith("PY ")).split()[1:])


@pytest.fixture(scope="session")
def shared() -> Iterator[Path]:
    """A folder that the chroot sees at the same place."""
    folder = Path(tempfile.mkdtemp(prefix="lectern-e2e-", dir="/tmp" if os.name == "posix" else None))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def real_blender(shared: Path) -> RealBlender:
    """A real Blender 5.2 with an empty profile."""
    profile = shared / "profile"
    profile.mkdir()
    if program := os.environ.get("LECTERN_BLENDER"):
        return RealBlender(program, profile)
    _install()
    return RealBlender("blender", profile, INSTALL[1:])


@pytest.fixture(scope="session")
def zips(shared: Path, real_blender: RealBlender) -> Path:
    """The folder with the zip for this machine's Blender, packed by the tool that packs the releases."""
    target = f"{_platform()}/{real_blender.python}"
    subprocess.run(
        [sys.executable, ROOT / "tools/extension.py", "--target", target, "--output", shared / "dist"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return shared / "dist"


@pytest.fixture(scope="session")
def installed(real_blender: RealBlender, zips: Path) -> RealBlender:
    """The real Blender with the zip installed and switched on, as a person would from the command line."""
    archive = next(zips.glob("*.zip"))
    said = real_blender.run("--command", "extension", "install-file", "-r", "user_default", "-e", archive)
    assert "lectern" in said
    return real_blender


@pytest.fixture(scope="session")
def in_both_blenders(installed: RealBlender, shared: Path) -> Callable[..., tuple[str, dict[int, list[np.ndarray]]]]:
    """What a real Blender says that opens an episode, and frames of it (RGB), as that and as the module renders them."""
    script = shared / "frames_of_episode.py"
    script.write_bytes((HERE / script.name).read_bytes())

    def seen(episode: Path, *frames: int) -> tuple[str, dict[int, list[np.ndarray]]]:
        asked, places = list(map(str, frames)), [shared / f"{episode.name}-{who}" for who in ("real", "module")]
        said = installed.run("-b", "--python", script, "--", episode, places[0], *asked)
        command = [sys.executable, script, "--", episode, places[1], *asked]
        subprocess.run(command, check=True, capture_output=True)
        return said, {
            frame: [np.asarray(Image.open(f"{place}-{frame}.png"), int) for place in places] for frame in frames
        }

    return seen


def _install() -> None:
    """Wait until the real Blender is there: another process may be installing it."""
    done = subprocess.run(INSTALL, capture_output=True, text=True)
    if done.returncode == ARCHIVE_FAULT:
        pytest.skip(f"Debian's archive can't install Blender today:\n{done.stderr}")
    assert done.returncode == 0, f"real_blender.sh failed:\n{done.stdout}{done.stderr}"


def _platform() -> str:
    system = {"linux": "linux", "darwin": "macos", "win32": "windows"}[sys.platform]
    return f"{system}-{'arm64' if os.uname().machine in ('aarch64', 'arm64') else 'x64'}"
