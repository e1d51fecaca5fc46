"""Looking things up in an episode: what there is, what is written in a file, and where words are said or shown."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import digest
from ..base.frozen import Frozen
from ..build.report import read_report
from ..changes.contents import content_of, text_of
from ..changes.model import is_changeable
from ..episode.folder import read_episode
from ..episode.gallery import gallery
from ..episode.source import LARGEST, SCRIPT, plain_text
from ..timeline.model import shown_text
from .library import library
from .paging import MOST, piece_of
from .scenarios import scenarios
from .scenes import last_timeline, scene_cards
from .status import written_files

Listing = Literal["scenes", "marks", "files", "characters", "takes", "clips", "scenarios", "outputs"]


class Listed(Frozen):
    """Something of the episode: its `id` or file, what it is called, its `line` in script.md, and how it stands."""

    id: str
    title: str = ""
    line: int = 0
    state: str = ""
    scene: str = ""


class ListPage(Frozen):
    """Some of what there is; the next ones with `next_cursor`, if there is one."""

    items: tuple[Listed, ...]
    next_cursor: str = ""


class TextSlice(Frozen):
    """Lines `first` to `last` (from 1, inclusive) of the `lines` of a file, whose whole content has the SHA-256 `hash`."""

    file: str
    text: str
    first: int
    last: int
    lines: int
    hash: str


class FoundText(Frozen):
    """A place with the words: in script.md at `line`, said or shown in the last build's film from `start` to `end` seconds."""

    kind: Literal["script", "said", "shown"]
    text: str
    scene: str = ""
    line: int = 0
    strip: str = ""
    start: float = 0.0
    end: float = 0.0


class SearchPage(Frozen):
    """Some of the places; the next ones with `next_cursor`, if there is one."""

    items: tuple[FoundText, ...]
    next_cursor: str = ""


def list_things(folder: Path, kind: Listing = "scenes", cursor: str = "") -> ListPage:
    """Return what there is of a kind in the episode in `folder`, a page at a time."""
    items, rest = piece_of(_things(folder, kind), cursor)
    return ListPage(items=items, next_cursor=rest)


def _things(folder: Path, kind: Listing) -> Iterator[Listed]:
    if kind == "files":
        yield from (Listed(id=f.file, title=f"{f.bytes} bytes", state=f.hash) for f in written_files(folder))
    elif kind == "clips":
        yield from (Listed(id=clip.name, title=clip.about) for clip in gallery().values())
    elif kind == "scenarios":
        for each in scenarios(folder):
            differs = f"differs: {', '.join(each.differs)}" if each.differs else ""
            yield Listed(id=each.name, title=differs, state="current" if each.current else "", scene=each.parent)
    elif kind == "outputs":
        renders = EpisodePaths(folder=folder).renders
        files = sorted(renders.iterdir()) if renders.is_dir() and not renders.is_symlink() else ()
        for file in (file for file in files if file.is_file() and not file.is_symlink()):
            yield Listed(id=file.relative_to(folder).as_posix(), title=f"{file.stat().st_size} bytes")
    else:
        yield from _of_the_script(folder, kind)


def _of_the_script(folder: Path, kind: Listing) -> Iterator[Listed]:
    episode, film = read_episode(folder), last_timeline(folder)
    if kind == "characters":
        for each in library(episode, film):
            if each.kind == "character":
                yield Listed(id=each.id, title=each.name, state=each.place)
        return
    if kind == "marks":
        for scene in episode.scenes:
            for line in scene.lines:
                for mark in line.marks:
                    word = line.words[mark.word].written if mark.word < len(line.words) else ""
                    yield Listed(id=f"{scene.id}/{mark.name}", title=word, line=line.line, scene=scene.id)
        return
    for card in scene_cards(episode, film):
        if kind == "scenes":
            yield Listed(id=card.id, title=card.title, line=card.line, state=card.state)
        else:
            yield from (
                Listed(
                    id=t.id, title=f"{t.kind}: {t.label}", line=t.line, state="made" if t.made else "new", scene=card.id
                )
                for t in card.takes
            )


def read_slice(folder: Path, file: str = SCRIPT, first: int = 1, lines: int = 200) -> TextSlice:
    """Return some lines of a file of the episode that a person writes, at most 24,000 characters.

    Raises LecternError for a file outside, a link, what is no text in UTF-8, and more than 8 MB.
    """
    whole = written_text(folder, file)
    if whole is None:
        near = ", ".join(card.file for card in written_files(folder)[:20])
        raise LecternError(f"there is no file {file}; there are: {near}")
    every = plain_text(whole).split("\n")
    if every[-1] == "":
        every.pop()
    if first > max(1, len(every)):
        raise LecternError(f"{file} has {len(every)} lines, so there is none with the number {first}")
    taken, room = list[str](), MOST
    for line in every[first - 1 : first - 1 + lines]:
        room -= len(line) + 1
        if room < 0 and taken:
            break
        taken.append(line[:MOST])
    last = first + len(taken) - 1
    return TextSlice(file=file, text="\n".join(taken), first=first, last=last, lines=len(every), hash=digest(whole))


def written_text(folder: Path, file: str) -> str | None:
    """Return the exact text of a file of the episode that a person writes, None if there is none; raises as `read_slice` does."""
    if not is_changeable(file):
        raise LecternError(
            f"{file[:200]} is not a file of the episode that a person writes: give a path like script.md"
        )
    content = content_of(folder, file)
    if content is None:
        return None
    if len(content) > LARGEST:
        raise LecternError(f"{file} has {len(content)} bytes, and Lectern reads text files of up to {LARGEST}")
    return text_of(content, file)


def search(folder: Path, text: str, cursor: str = "") -> SearchPage:
    """Return where `text` is written in script.md, said in the last build's film, or shown by its overlays.

    Case and the number of spaces don't matter. What captures show is found by `lectern find`, which may have to record them.
    """
    wanted = _plain(text)
    if not wanted:
        raise LecternError("there is nothing to look for: give some words")
    found = (*_in_script(folder, wanted), *_said(folder, wanted), *_shown(folder, wanted))
    items, rest = piece_of(found, cursor)
    return SearchPage(items=items, next_cursor=rest)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _in_script(folder: Path, wanted: str) -> Iterator[FoundText]:
    for number, line in enumerate(plain_text(written_text(folder, SCRIPT) or "").split("\n"), 1):
        if wanted in _plain(line):
            yield FoundText(kind="script", text=line.strip()[:500], line=number)


def _said(folder: Path, wanted: str) -> Iterator[FoundText]:
    report = read_report(EpisodePaths(folder=folder))
    for line in report.expected.lines if report else ():
        said = " ".join(word.written for word in line.words)
        if wanted in _plain(said):
            yield FoundText(
                kind="said", text=said[:500], scene=line.scene, line=line.line, start=line.start, end=line.end
            )


def _shown(folder: Path, wanted: str) -> Iterator[FoundText]:
    film = last_timeline(folder)
    for strip in film.strips if film else ():
        block = shown_text(strip)
        if film and block and wanted in _plain(block.text):
            start, end = strip.start / film.fps, strip.end / film.fps
            yield FoundText(
                kind="shown",
                text=block.text[:500],
                scene=strip.scene,
                strip=strip.id,
                start=round(start, 3),
                end=round(end, 3),
            )
