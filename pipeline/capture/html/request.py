"""What a clip is drawn from, and what it came to."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ...episode.gallery import FOLDER, gallery
from ...episode.clip import unknown_name
from ...episode.model import Clip, Episode, Scene
from ...errors import SourceError
from ...geometry import Size
from ...layout.theme import Theme
from ...model import Frozen
from ..take import VisibleText

READ = (".html", ".htm", ".css", ".js", ".mjs", ".svg", ".json")
"""Files that may name others."""
_PATH = re.compile(r"[\w@%+~./-]+\.\w{1,5}")


class ClipFault(Frozen):
    """Why a clip can't be shown: at `line` (0: nowhere in particular) of `file` ("": the HTML of the block itself)."""

    message: str
    file: str = ""
    line: int = 0


class ClipRequest(Frozen):
    """All that a clip's pictures depend on.

    `html` is drawn, else the page at `address` (a file of the episode, or a designed clip); `files` of the episode with
    their hashes are all it may ask for; `variables` is what its scripts find in `lectern`, as JSON; `fault` is shown
    instead where it is known beforehand.
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
    """A transparent video of `frames` frames; `text` is what can be read on it through time, `drawn` of them differ."""

    video: str
    size: Size
    frames: int
    text: tuple[VisibleText, ...]
    drawn: int
    fault: ClipFault | None = None


def clip_request(
    episode: Episode, scene: Scene, clip: Clip, theme: Theme, size: Size, frames: int, marks: Mapping[str, float]
) -> ClipRequest:
    """`clip` at `size` px for so many frames; `marks` are seconds from its first frame on. SourceError where a file is gone."""
    folder, fps = episode.folder, episode.settings.film.fps
    fault = unknown_name(clip)
    try:
        files = _used(folder, clip)
    except OSError as error:
        raise SourceError("script.md", clip.line, f"{error.filename} can't be read ({error.strerror})") from error
    return ClipRequest(
        html=clip.html,
        address=f"https://episode/{clip.file}" if clip.file else f"https://lectern/clips/{clip.name}/index.html" if clip.name and not fault else "",
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
        "number": chapter_of(episode, clip),
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


def chapter_of(episode: Episode, clip: Clip) -> int:
    """The how-manieth chapter of the film a designed chapter card opens; 0 for other clips."""
    clips = [c.id for s in episode.scenes if s.enabled for c in s.clips if c.name == "chapter"]
    return clips.index(clip.id) + 1 if clip.id in clips else 0


def theme_variables(theme: Theme) -> dict[str, Any]:
    """The theme's colours and sizes, by the names that clips know."""
    named = theme.model_dump(include={"surface", "surface_line", "text", "muted", "accent", "accent_text", "plate", "radius"})
    top, bottom = theme.background
    shades = {name: theme.terminal[name] for name in ("red", "green", "yellow", "blue", "magenta", "cyan")}
    return {**named, "background_top": top, "background_bottom": bottom, **shades}


def theme_fonts(theme: Theme) -> dict[str, dict[str, str]]:
    """The theme's font files by family and weight."""
    return {
        "sans": {"400": theme.sans, "600": theme.sans_bold},
        "display": {"700": theme.display},
        "mono": {"400": theme.mono, "700": theme.mono.replace("Regular", "Bold")},
    }


def _used(folder: Path, clip: Clip) -> tuple[str, ...]:
    """The files of the episode that a clip names, and those that they name in turn."""
    found = dict.fromkeys((*((clip.file,) if clip.file else ()), *clip.files))
    queue: list[tuple[str, str]] = [(clip.html + clip.values, ""), *((_read(folder / file), file) for file in found)]
    while queue:
        text, of = queue.pop()
        for name in _named(folder, text, Path(of).parent):
            if name not in found:
                found[name] = None
                queue.append((_read(folder / name), name))
    return tuple(sorted(found))


def _named(folder: Path, text: str, base: Path) -> Iterable[str]:
    for path in dict.fromkeys(_PATH.findall(text)):
        for name in ((base / path.lstrip("/")), Path(path.lstrip("/"))):
            file = (folder / name).resolve()
            if file.is_relative_to(folder.resolve()) and file.is_file():
                yield file.relative_to(folder.resolve()).as_posix()


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace") if file.suffix.lower() in READ else ""


def _designed_files(name: str) -> list[Path]:
    return [file for home in (FOLDER, FOLDER / name) for file in home.iterdir() if file.is_file()] if name in gallery() else []


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:32]
