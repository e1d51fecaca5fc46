"""`lectern export`: the film's timeline as a file that other editing programs read."""

import json
import os
from pathlib import Path
from urllib.parse import quote

import av

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import inside_of, write_atomic
from ..base.frozen import Frozen
from ..base.video import clip_seconds
from ..build.blend_file import read_compiled
from ..publish.otio import Media, otio_timeline
from ..timeline.edits import apply_edits, read_edits
from ..timeline.model import MovieStrip, SoundStrip, Timeline, read_timeline
from .places import built_timeline
from .proposals import Outcome
from .scenarios import collect_open
from .scenes import scenes

ENDING = ".otio"
_MOST = 40


class Exported(Frozen):
    """What was written into `file`: tracks, clips and markers, and the film's `seconds`.

    `left_out` says what the format has no words for, `missing` are files that the timeline shows and that are not there, and
    `stale` the scenes whose script has changed since the build that was exported.
    """

    outcome: Outcome
    file: str
    seconds: float
    tracks: int
    clips: int
    markers: int
    left_out: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()


def export(folder: Path, output: Path | None = None) -> Exported:
    """Write the timeline of the last build as OpenTimelineIO, with what a person has changed in Blender since.

    It goes to `output` (default: the .otio beside the film), and names media files relative to that. Nothing is made and
    nothing rendered. Raises LecternError if nothing was built yet, or `output` has another ending.
    """
    file = (output or EpisodePaths(folder=folder).film.with_suffix(ENDING)).absolute()
    if file.suffix.lower() != ENDING:
        raise LecternError(f"Lectern writes OpenTimelineIO, so the file ends with {ENDING}: {file.with_suffix(ENDING)}")
    film, more = _as_edited(folder)
    sources = {strip.source for strip in film.strips if isinstance(strip, MovieStrip | SoundStrip)}
    media = {source: Media(_address(folder / source, file.parent), _seconds(folder / source)) for source in sources}
    written, left_out = otio_timeline(film, media)
    write_atomic(file, json.dumps(written, indent=1, ensure_ascii=False) + "\n", inside=inside_of(file, folder))
    tracks = written["tracks"]["children"]
    return Exported(
        outcome="applied", file=_told(file, folder), seconds=round(film.frames / film.fps, 2), tracks=len(tracks),
        clips=sum(child["OTIO_SCHEMA"] == "Clip.2" for track in tracks for child in track["children"]),
        markers=len(written["tracks"]["markers"]), left_out=(*left_out, *more),
        missing=tuple(sorted(s for s in sources if not (folder / s).is_file()))[:_MOST],
        stale=tuple(card.id for card in scenes(folder) if card.state in ("changed", "new"))[:_MOST],
    )  # fmt: skip


def _as_edited(folder: Path) -> tuple[Timeline, tuple[str, ...]]:
    """Return the last build's timeline with the person's edits as they are now, and what of theirs is not in it."""
    film, scripted = built_timeline(folder), EpisodePaths(folder=folder).scripted
    collect_open(folder)
    lost: tuple[str, ...] = ()
    if scripted.is_file():
        film, lost = apply_edits(read_timeline(scripted), read_edits(folder))
    elif read_edits(folder).edits:
        lost = ("what was changed by hand since the build: that was made on another computer, so build here first",)
    own = len(read_compiled(EpisodePaths(folder=folder)).foreign)
    return film, (*lost, *([f"{own} strips that you have added in Blender yourself"] if own else []))


def _address(media: Path, folder: Path) -> str:
    """Return the address of a file as a reader of a timeline in `folder` finds it."""
    try:
        return quote(Path(os.path.relpath(media, folder)).as_posix())
    except ValueError:  # on another drive
        return media.absolute().as_uri()


def _seconds(file: Path) -> float:
    try:
        return clip_seconds(file)
    except (OSError, av.FFmpegError):
        return 0.0


def _told(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)
