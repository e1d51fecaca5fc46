"""`lectern doctor`: whether this computer has what Lectern needs, found by trying it, and what to install where it is missing."""

import importlib.metadata
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from ..base.assets import ASSETS
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.hangs import run_briefly
from ..base.profile import profile_folder
from ..episode.settings import BlenderSettings, Settings

OLDEST_PYTHON = (3, 13)
ENCODERS = ("libx264", "libx264rgb", "qtrle", "aac")
FONTS = ASSETS / "fonts"
DEFAULTS = Settings()
ENOUGH_DISK = 5e9
"""Bytes: the takes and segments of a film of ten minutes, and some air."""


class Finding(Frozen):
    """What was found of one part. `way_out` says how to mend it unless `ok`; without an `essential` one nothing works."""

    name: str
    ok: bool
    found: str
    way_out: str = ""
    essential: bool = True


def doctor(settings: Settings = DEFAULTS) -> tuple[Finding, ...]:
    """Try out every part that Lectern needs: this starts a browser and speaks a word, and takes a few seconds."""
    return (
        _python(),
        _trial_run("Blender", lambda: _blender(settings.blender), _BLENDER),
        _trial_run("Chromium", lambda: _chromium(settings.capture.chromium), _CHROMIUM),
        _trial_run("pages frame by frame", _stepped, _HEADLESS),
        _trial_run("speech (eSpeak NG)", _speech, "pip install espeakng-loader"),
        *_neural_voices(),
        _trial_run("video (PyAV)", _encoders, "pip install --upgrade av"),
        _fonts(),
        _trial_run(
            "job queue (SQLite)", _database, "use a Python from python.org, uv, or Blender: its SQLite is recent"
        ),
        _terminal(),
        _desktop(),
        _reader(),
        _page_fonts(),
        _profile(),
        _disk(Path.cwd()),
    )


def install_line(apt: str, brew: str, winget: str, platform: str = sys.platform) -> str:
    """Return the command that installs something on this platform ("" where there is none)."""
    if platform == "win32":
        return f"winget install {winget}" if winget else ""
    if platform == "darwin":
        return f"brew install {brew}" if brew else ""
    return f"sudo apt install {apt}" if apt else ""


_CHROMIUM = (
    install_line("chromium", "--cask chromium", "Google.Chrome")
    + "  (and for a Python of your own: pip install playwright)"
)
_HEADLESS = install_line("chromium-headless-shell", "", "") or "python -m playwright install --only-shell chromium"
_BLENDER = install_line("", "--cask blender", "BlenderFoundation.Blender") or "get Blender 5.2 from blender.org"


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    way = install_line("python3.13", "python@3.13", "Python.Python.3.13")
    return Finding(
        name="Python", ok=sys.version_info >= OLDEST_PYTHON, found=f"{version} ({sys.executable})",
        way_out=f"{way}  (or: uv python install 3.13)",
    )  # fmt: skip


def _blender(settings: BlenderSettings) -> str:
    from ..base.renderer import find_renderer

    program = find_renderer(settings.program).command[0]
    if program == sys.executable:
        return f"the bpy module {importlib.metadata.version('bpy')}"
    return program


def _trial_run(name: str, look: Callable[[], str], install: str) -> Finding:
    """Return what `look` finds, or why it failed; `install` is the way out if its parts are missing."""
    try:
        return Finding(name=name, ok=True, found=look())
    except (ImportError, LecternError) as error:
        return Finding(name=name, ok=False, found=str(error), way_out=install)


def _chromium(program: str) -> str:
    from ..capture.chromium import chromium, find_chromium

    with chromium(program) as browser:
        return f"{browser.version} ({find_chromium(program)})"


def _stepped() -> str:
    from ..capture.stepped_page import find_headless_shell, stepped_page

    with stepped_page((64, 64), 30) as page:
        page.load("about:blank")
        page.step()
    return str(find_headless_shell())


def _speech() -> str:
    from ..services.voice import VoiceRequest
    from ..voice.espeak import speak_line

    with tempfile.TemporaryDirectory() as folder:
        take = speak_line(VoiceRequest(provider="espeak", voice="en-us", words=("Hello",)), Path(folder))
    return f'says "Hello" in {take.duration:.2f} s'


def _neural_voices() -> Iterator[Finding]:
    """Yield which neural voices are installed. They are not loaded: that takes a second."""
    from ..episode.speaking import USUAL
    from ..voice.neural_models import MODELS, WAY_OUT

    for name, model in MODELS.items():
        missing = model.missing()
        yield Finding(
            name=f"speech ({name})", ok=not missing, found=missing or "is installed", way_out=WAY_OUT if missing else "",
            essential=name == USUAL,
        )  # fmt: skip


def _encoders() -> str:
    import av

    missing = [name for name in ENCODERS if name not in av.codecs_available]
    if missing:
        raise LecternError(
            f"this PyAV {av.__version__} can't write {', '.join(missing)}: pip install --force-reinstall av"
        )
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


def _desktop() -> Finding:
    from ..capture.desktop.bridge import find_websockify
    from ..capture.desktop.display import find_server

    found = _trial_run("desktop captures", lambda: f"{find_server()} and {find_websockify()}", "")
    manager = "" if shutil.which("openbox") else "; without openbox, windows have no frames"
    way = (
        install_line("tigervnc-standalone-server websockify openbox", "", "")
        or "build episodes with desktop captures on Linux, or in WSL"
    )
    text = found.found + manager if found.ok else "TigerVNC's X server or websockify is missing"
    return found.model_copy(update={"found": text, "way_out": way, "essential": False})


def _reader() -> Finding:
    from ..capture.pixels.text_reader import find_reader

    reader = find_reader()
    found = reader.name if reader else "nothing reads text on desktops and in videos"
    way = install_line("tesseract-ocr", "tesseract", "UB-Mannheim.TesseractOCR")
    return Finding(name="text in pictures", ok=reader is not None, found=found, way_out=way, essential=False)


def _terminal() -> Finding:
    posix = importlib.util.find_spec("termios") is not None
    bash = shutil.which("bash") if posix else None
    found = bash or ("there is no bash" if posix else "Windows has no pseudo-terminal that Lectern knows yet")
    way = install_line("bash", "bash", "") or "build episodes with terminal captures inside WSL; all others work here"
    return Finding(name="terminal captures", ok=bash is not None, found=found, way_out=way, essential=False)


def _page_fonts() -> Finding:
    """Look for fonts of the system: pages without any show boxes. macOS and Windows always have some."""
    listing = shutil.which("fc-list") if sys.platform.startswith("linux") else None
    count = len(run_briefly([listing]).stdout.splitlines()) if listing else None
    return Finding(
        name="fonts of web pages", ok=count != 0, found="the system's" if count is None else f"{count} files",
        way_out="sudo apt install fonts-dejavu-core fonts-noto-core", essential=False,
    )  # fmt: skip


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
