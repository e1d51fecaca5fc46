"""The request that a clip is drawn from, and its take."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ...base.errors import SourceError
from ...base.files import digest
from ...base.frozen import Frozen
from ...base.geometry import Size
from ...base.theme import Theme
from ...episode.blocks import Clip
from ...episode.clip import unknown_name
from ...episode.gallery import FOLDER, gallery
from ...episode.model import Episode, Scene
from ...episode.source import SCRIPT
from ..take import VisibleText

TEXT_SUFFIXES = (".html", ".htm", ".css", ".js", ".mjs", ".svg", ".json")
"""Files that may name other files."""
_PATH = re.compile(r"[\w@%+~./-]+\.\w{1,5}")


class ClipFault(Frozen):
    """Why a clip can't be shown: at `line` (0: nowhere in particular) of `file` ("": the HTML of the block itself)."""

    message: str
    file: str = ""
    line: int = 0


class ClipRequest(Frozen):
    """Everything that a clip's pictures depend on.

    `html` is drawn, or if it is empty the page at `address` (a file of the episode, or a designed clip). `files` are
    the files of the episode that it may load, with their hashes. `variables` is what its scripts find in `lectern`, as
    JSON. A `fault` that is known beforehand is shown instead.
    """

    html: str = ""
    address: str = ""
    files: tuple[tuple[str, str], ...] = ()
    designed: str = ""
    variables: str
    size: Size
    fps: int
    frames: int
    fault: ClipFault | None = None


class ClipTake(Frozen):
    """A transparent video of `frames` frames, `drawn` of which differ from the one before; `text` is what can be read, and when."""

    video: str
    size: Size
    frames: int
    text: tuple[VisibleText, ...]
    drawn: int
    fault: ClipFault | None = None


def clip_request(
    episode: Episode, scene: Scene, clip: Clip, theme: Theme, size: Size, frames: int, marks: Mapping[str, float]
) -> ClipRequest:
    """Return the request for `clip` at `size` px and so many frames; `marks` are seconds from its first frame.

    Raises SourceError if a file that it names can't be read.
    """
    folder, fps = episode.folder, episode.settings.film.fps
    fault = unknown_name(clip)
    try:
        files = clip_files(folder, clip)
    except OSError as error:
        raise SourceError(SCRIPT, clip.line, f"{error.filename} can't be read ({error.strerror})") from error
    return ClipRequest(
        html=clip.html,
        address=f"https://episode/{clip.file}"
        if clip.file
        else f"https://lectern/clips/{clip.name}/index.html"
        if clip.name and not fault
        else "",
        files=tuple((file, _hash([folder / file])) for file in files),
        designed=_hash(sorted(_designed_files(clip.name))) if clip.name and not fault else "",
        variables=json.dumps(_variables(episode, scene, clip, theme, size, frames / fps, marks), ensure_ascii=False),
        size=size,
        fps=fps,
        frames=frames,
        fault=ClipFault(message=fault) if fault else None,
    )


def _variables(
    episode: Episode, scene: Scene, clip: Clip, theme: Theme, size: Size, seconds: float, marks: Mapping[str, float]
) -> dict[str, Any]:
    high = episode.settings.film.height
    return {
        "with": json.loads(clip.values or "{}"),
        "film": episode.title,
        "scene": scene.title,
        "number": episode.chapter_number(clip.id),
        "theme": theme_variables(theme),
        "fonts": theme_fonts(theme),
        "marks": {name: round(time, 6) for name, time in marks.items()},
        "seconds": round(seconds, 6),
        "fps": episode.settings.film.fps,
        "width": size[0],
        "height": size[1],
        "unit": round(high / 1080, 6),
        "place": clip.place,
    }


def theme_variables(theme: Theme) -> dict[str, Any]:
    """Return the theme's colours and sizes, by the names that clips use."""
    named = theme.model_dump(
        include={"surface", "surface_line", "text", "muted", "accent", "accent_text", "plate", "radius"}
    )
    top, bottom = theme.background
    shades = {name: theme.terminal[name] for name in ("red", "green", "yellow", "blue", "magenta", "cyan")}
    return {**named, "background_top": top, "background_bottom": bottom, **shades}


def theme_fonts(theme: Theme) -> dict[str, dict[str, str]]:
    """Return the theme's font files by family and weight."""
    return {
        "sans": {"400": theme.sans, "600": theme.sans_bold},
        "display": {"700": theme.display},
        "mono": {"400": theme.mono, "700": theme.mono.replace("Regular", "Bold")},
    }


def clip_files(folder: Path, clip: Clip) -> tuple[str, ...]:
    """Return the files of the episode that a clip names, and those that they name in turn."""
    found = dict.fromkeys((*((clip.file,) if clip.file else ()), *clip.files))
    queue: list[tuple[str, str]] = [(clip.html + clip.values, ""), *((_read(folder / file), file) for file in found)]
    while queue:
        text, of = queue.pop()
        for name in _files_named(folder, text, Path(of).parent):
            if name not in found:
                found[name] = None
                queue.append((_read(folder / name), name))
    return tuple(sorted(found))


def _files_named(folder: Path, text: str, base: Path) -> Iterable[str]:
    for path in dict.fromkeys(_PATH.findall(text)):
        for name in ((base / path.lstrip("/")), Path(path.lstrip("/"))):
            file = (folder / name).resolve()
            if file.is_relative_to(folder.resolve()) and file.is_file():
                yield file.relative_to(folder.resolve()).as_posix()


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace") if file.suffix.lower() in TEXT_SUFFIXES else ""


def _designed_files(name: str) -> list[Path]:
    return (
        [file for home in (FOLDER, FOLDER / name) for file in home.iterdir() if file.is_file()]
        if name in gallery()
        else []
    )


def _hash(files: Iterable[Path]) -> str:
    named = (file.name.encode() + b"\0" + bytes.fromhex(digest(file.read_bytes())) for file in files)
    return digest(b"".join(named), 32)
