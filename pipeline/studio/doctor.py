"""`lectern doctor`: whether this computer has what Lectern needs, found out by doing it, with the way out where not."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..episode.model import Settings
from ..errors import LecternError
from ..model import Frozen
from .profile import profile_folder

OLDEST_PYTHON = (3, 13)
OLDEST_BLENDER = (5, 2)
ENCODERS = ("libx264", "libx264rgb", "qtrle", "aac")
FONTS = Path(__file__).parents[2] / "assets" / "fonts"
ENOUGH_DISK = 5e9
"""Bytes: the takes and segments of a film of ten minutes, and some air."""


class Finding(Frozen):
    """What was found of one part. `way_out` says how to mend it where not `ok`; without an `essential` one nothing works."""

    name: str
    ok: bool
    found: str
    way_out: str = ""
    essential: bool = True


def doctor(settings: Settings = Settings()) -> tuple[Finding, ...]:
    """Looks at every part Lectern stands on; starts a browser and speaks a word for it. Takes a few seconds."""
    return (
        _python(),
        _blender(settings.blender.program),
        _try("Chromium", lambda: _chromium(settings.capture.chromium), "pip install playwright"),
        _try("speech (eSpeak NG)", _speech, "pip install espeakng-loader"),
        _try("video (PyAV)", _encoders, "pip install --upgrade av"),
        _fonts(),
        _try("job queue (SQLite)", _database, "use a Python from python.org, uv, or Blender: its SQLite is recent"),
        _terminal(),
        _page_fonts(),
        _profile(),
        _disk(Path.cwd()),
    )


def install_line(apt: str, brew: str, winget: str, platform: str = sys.platform) -> str:
    """The command that installs something on this platform ("" where there is none)."""
    if platform == "win32":
        return f"winget install {winget}" if winget else ""
    if platform == "darwin":
        return f"brew install {brew}" if brew else ""
    return f"sudo apt install {apt}" if apt else ""


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    way = install_line("python3.13", "python@3.13", "Python.Python.3.13")
    return Finding(
        name="Python", ok=sys.version_info >= OLDEST_PYTHON, found=f"{version} ({sys.executable})",
        way_out=f"{way}  (or: uv python install 3.13)",
    )  # fmt: skip


def _blender(program: str) -> Finding:
    found = _blender_module() if not program else None
    program = program or os.environ.get("LECTERN_BLENDER", "") or "blender"
    found = found or _blender_program(program)
    ways = ["pip install bpy==5.2.*  (the Blender module)", install_line("", "--cask blender", "BlenderFoundation.Blender")]
    ways.append('or Blender 5.2 from blender.org, named in lectern.toml: [blender] program = "/path/to/blender"')
    return Finding(name="Blender", way_out="\n".join(filter(None, ways)), **_judged(found, program))


def _judged(found: tuple[str, str] | None, program: str) -> dict[str, object]:
    """Whether a Blender, as (version, where), is new enough."""
    if found is None:
        return {"ok": False, "found": f"no bpy module, and no program {program}"}
    version, where = found
    new_enough = tuple(int(n) for n in re.findall(r"\d+", version)[:2]) >= OLDEST_BLENDER
    return {"ok": new_enough, "found": f"{version} ({where})" + ("" if new_enough else "; 5.2 or newer is needed")}


def _blender_module() -> tuple[str, str] | None:
    if "bpy" in sys.modules and hasattr(sys.modules["bpy"], "app"):
        return sys.modules["bpy"].app.version_string, "the Blender Lectern runs in"
    if importlib.util.find_spec("bpy") is None:
        return None
    try:
        return importlib.metadata.version("bpy"), "the bpy module"
    except importlib.metadata.PackageNotFoundError:
        return None


def _blender_program(program: str) -> tuple[str, str] | None:
    path = shutil.which(os.path.expanduser(program))
    if path is None:
        return None
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"Blender (\S+)", said)
    return (version[1], path) if version else None


def _try(name: str, look: Callable[[], str], package: str) -> Finding:
    """What `look` returns, or why it could not."""
    try:
        return Finding(name=name, ok=True, found=look())
    except ImportError as error:
        return Finding(name=name, ok=False, found=str(error), way_out=package)
    except LecternError as error:
        return Finding(name=name, ok=False, found="does not work", way_out=str(error))


def _chromium(program: str) -> str:
    from ..capture.chromium import chromium, find_chromium

    with chromium(program) as browser:
        return f"{browser.version} ({find_chromium(program)})"


def _speech() -> str:
    from ..services.voice import VoiceRequest
    from ..voice.espeak import Espeak

    with tempfile.TemporaryDirectory() as folder:
        take = Espeak().speak(VoiceRequest(provider="espeak", voice="en-us", words=("Hello",)), Path(folder))
    return f'says "Hello" in {take.duration:.2f} s'


def _encoders() -> str:
    import av

    missing = [name for name in ENCODERS if name not in av.codecs_available]
    if missing:
        raise LecternError(f"this PyAV {av.__version__} can't write {', '.join(missing)}: pip install --force-reinstall av")
    return f"{av.__version__}, writes {', '.join(ENCODERS)}"


def _fonts() -> Finding:
    fonts = [f for f in FONTS.glob("*") if f.suffix in (".otf", ".ttf")]
    return Finding(
        name="fonts of the film", ok=len(fonts) >= 5, found=f"{len(fonts)} in {FONTS}",
        way_out="install Lectern again: its assets/fonts folder is not complete",
    )  # fmt: skip


def _database() -> str:
    import sqlite3

    from ..jobs.database import open_database

    with tempfile.TemporaryDirectory() as folder:
        open_database(Path(folder) / "try.sqlite").close()
    return sqlite3.sqlite_version


def _terminal() -> Finding:
    posix = importlib.util.find_spec("termios") is not None
    bash = shutil.which("bash") if posix else None
    found = bash or ("there is no bash" if posix else "Windows has no pseudo-terminal that Lectern knows yet")
    way = install_line("bash", "bash", "") or "build episodes with terminal captures inside WSL; all others work here"
    return Finding(name="terminal captures", ok=bash is not None, found=found, way_out=way, essential=False)


def _page_fonts() -> Finding:
    """A page without any font of the system shows boxes; macOS and Windows always have some."""
    listing = shutil.which("fc-list")
    count = len(subprocess.run([listing], capture_output=True, check=False).stdout.splitlines()) if listing else 0
    ok = count > 0 or not sys.platform.startswith("linux")
    found = f"{count} found" if listing else "of the system"
    return Finding(
        name="fonts of web pages", ok=ok, found=found, way_out="sudo apt install fonts-dejavu-core fonts-noto-core", essential=False
    )


def _profile() -> Finding:
    folder = profile_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            ok = True
    except OSError:
        ok = False
    way = f"make {folder} a folder you can write; your trust in episodes is kept there"
    return Finding(name="your profile", ok=ok, found=str(folder), way_out=way)


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    return Finding(
        name="free disk", ok=free >= ENOUGH_DISK, found=f"{free / 1e9:.0f} GB at {folder}", essential=False,
        way_out="a film of ten minutes needs up to 5 GB; make room, or work on another disk",
    )  # fmt: skip
