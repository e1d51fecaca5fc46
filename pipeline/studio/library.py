"""Everything that can be put on a timeline: characters, takes, files of the episode and its studio, designed clips."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, get_args

from ..base.frozen import Frozen
from ..characters.cards import character_cards
from ..characters.thumbnails import thumbnail_file
from ..episode.gallery import gallery
from ..episode.model import Episode
from ..jobs.take_file import TakeFile
from ..timeline.model import StripId, Timeline
from .episodes import studio_of

LibraryKind = Literal["character", "image", "footage", "sound", "clip", "take"]
KINDS: tuple[LibraryKind, ...] = get_args(LibraryKind)
_SUFFIXES: dict[str, LibraryKind] = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"), "image"),
    **dict.fromkeys((".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v"), "footage"),
    **dict.fromkeys((".wav", ".mp3", ".m4a", ".flac", ".ogg", ".opus", ".aac"), "sound"),
}
_NOT_LOOKED_INTO = frozenset({"media", "renders", "plugins", "node_modules", "__pycache__"})
_DEEPEST = 4
_MOST_FOLDERS = 1000
_MOST_ITEMS = 2000


class LibraryItem(Frozen):
    """Something for the timeline: its `name` for people, its `id` (of a character or a clip), the `file` that shows it ("": none).

    `place` is the folder in which it is, as a person knows it; `picture` is a file to show in small ("": none).
    """

    kind: LibraryKind
    name: str
    id: str = ""
    file: str = ""
    place: str = ""
    picture: str = ""


def library(episode: Episode, film: Timeline | None) -> tuple[LibraryItem, ...]:
    """Return what there is for the timeline of an episode, of which `film` is the last build's.

    At most 2,000 things, looked for without following links.
    """
    found = (*_characters(episode), *_clips(), *_files(episode.folder), *_takes(episode, film))
    return tuple(
        sorted(found[:_MOST_ITEMS], key=lambda item: (KINDS.index(item.kind), item.place, item.name.casefold()))
    )


def matching(items: Iterable[LibraryItem], kind: str = "", text: str = "", place: str = "") -> tuple[LibraryItem, ...]:
    """Return the items of a kind, in a place, whose names and places contain every word of `text` ("": all)."""
    words = text.casefold().split()
    return tuple(
        item
        for item in items
        if kind in ("", item.kind)
        and place in ("", item.place)
        and all(word in f"{item.name} {item.place}".casefold() for word in words)
    )


def _characters(episode: Episode) -> Iterator[LibraryItem]:
    homes = {"lectern": "Lectern", "studio": "Studio", "episode": "Episode"}
    for card in character_cards(episode):
        picture = thumbnail_file(episode.folder, card)
        shown = str(picture) if picture and picture.exists() else ""
        yield LibraryItem(
            kind="character", name=card.name, id=card.id, file=card.file, place=homes[card.home], picture=shown
        )


def _clips() -> Iterator[LibraryItem]:
    for clip in gallery().values():
        yield LibraryItem(kind="clip", name=clip.name, id=clip.name, file=str(clip.page), place="Lectern")


def _files(folder: Path) -> Iterator[LibraryItem]:
    """Yield the files of the episode, then those of its studio that are in no episode."""
    studio, seen = studio_of(folder), set[str]()
    for root, label in ((folder, "Episode"), (studio, "Studio")):
        for file in _walk(root, outside=folder if root == studio else None):
            kind = _SUFFIXES.get(file.suffix.lower())
            if kind and str(file) not in seen:
                seen.add(str(file))
                inner = file.parent.relative_to(root).as_posix()
                place = label if inner == "." else f"{label}/{inner}"
                yield LibraryItem(
                    kind=kind, name=file.name, file=str(file), place=place, picture=str(file) if kind == "image" else ""
                )


def _walk(root: Path, outside: Path | None) -> Iterator[Path]:
    looked = 0
    for place, inner, files in os.walk(root):
        looked += 1
        is_other = Path(place) != root and "script.md" in files  # another episode's files are its own
        if outside == Path(place) or is_other or looked > _MOST_FOLDERS:
            inner.clear()
            continue
        if len(Path(place).relative_to(root).parts) >= _DEEPEST:
            inner.clear()
        inner[:] = sorted(name for name in inner if name not in _NOT_LOOKED_INTO and not name.startswith("."))
        here = (Path(place, name) for name in sorted(files))
        yield from (
            file for file in here if file.is_file() and not file.is_symlink()
        )  # who shows a pipe waits for ever


def _takes(episode: Episode, film: Timeline | None) -> Iterator[LibraryItem]:
    """Yield the recordings that the timeline uses: a voice, a capture's footage, a clip."""
    titles = {scene.id: scene.title for scene in episode.scenes}
    words = {line.id: " ".join(word.written for word in line.words) for scene in episode.scenes for line in scene.lines}
    seen = set[str]()
    for strip in film.strips if film else ():
        source = getattr(strip, "source", "")
        if source in seen or not source.startswith("media/"):
            continue
        seen.add(source)
        owner, kind = StripId.parse(strip.id).owner, TakeFile.parse(source).kind
        if kind in ("voice", "footage", "clip", "narrator"):
            name = words.get(owner, strip.name)
            place = f"Takes/{titles.get(strip.scene, strip.scene)}"
            yield LibraryItem(
                kind="take", name=f"{kind}: {name}", id=strip.id, file=str(episode.folder / source), place=place
            )
