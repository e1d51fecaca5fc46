"""`lectern ask DIR status`: how an episode stands, in one look that makes nothing and runs nothing."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import digest, read_own
from ..base.frozen import Frozen
from ..build.report import read_report
from ..changes.model import CLOSED, Changeset, is_changeable
from ..changes.store import ChangesetStore
from ..episode.errors import EpisodeErrors
from ..episode.folder import title_in
from .check import check
from .jobs import jobs
from .scenes import SceneCard, scenes

_MOST_FILES, _LARGEST_READ = 2000, 8_000_000
_BLENDERS = (".blend", ".blend1", ".blend2", ".blend@")


class FileCard(Frozen):
    """A file of the episode that a person writes: its size in bytes and the SHA-256 of what is in it ("": it is too large)."""

    file: str
    bytes: int
    hash: str


class StaleScene(Frozen):
    """A scene that the last build doesn't have as it is written: `changed` or `new`."""

    id: str
    state: str


class FilmState(Frozen):
    """The film of the last build: `seconds`, LUFS, dBTP, and how many findings its report has."""

    file: str
    seconds: float
    loudness: float
    true_peak: float
    findings: int


class Status(Frozen):
    """How an episode stands. `unchanged`: its revision is the one that was asked about, and only the jobs are told.

    `revision` is a digest of all that a person writes; looking never changes it. `problems` stop a build, `permissions` are
    things that a build would run and the person has not allowed. `jobs` by their state, `seconds` as the film is expected to be.
    `overruled` are the last changes of which a person has set something otherwise, who wins.
    """

    revision: str
    unchanged: bool = False
    title: str = ""
    scenes: int = 0
    seconds: float = 0.0
    stale: tuple[StaleScene, ...] = ()
    problems: tuple[str, ...] = ()
    permissions: int = 0
    proposed: int = 0
    overruled: tuple[str, ...] = ()
    film: FilmState | None = None
    jobs: dict[str, int] = {}


def status(folder: Path, since: str = "") -> Status:
    """Return how the episode in `folder` stands; short if its revision is still `since`."""
    now = revision(folder)
    counted = dict(Counter(job.state for job in jobs(folder)))
    if now == since:
        return Status(revision=now, unchanged=True, jobs=counted)
    found, problems, changes = check(folder, film=False), list[str](), ChangesetStore(folder).all()
    cards: tuple[SceneCard, ...] = ()
    try:
        cards = scenes(folder)
    except EpisodeErrors:
        pass  # its problems are among those that the check has found
    except LecternError as error:
        problems.append(str(error))
    problems += map(str, found.problems)
    return Status(
        revision=now, title=title_in(folder), scenes=len(cards), seconds=found.seconds,
        stale=tuple(StaleScene(id=card.id, state=card.state) for card in cards if card.state in ("changed", "new")),
        problems=tuple(problems[:10]), permissions=len(found.permissions), film=_film(folder), jobs=counted,
        proposed=sum(change.state == "proposed" for change in changes), overruled=tuple(_overruled(changes))[-5:],
    )  # fmt: skip


def _overruled(changes: Iterable[Changeset]) -> Iterator[str]:
    for change in changes:
        yield from (f"{change.id}: {event.note[:300]}" for event in change.history if event.what == "overruled")


def revision(folder: Path) -> str:
    """Return a digest of all files of the episode that a person writes."""
    return digest("\n".join(f"{card.file}\0{card.bytes}\0{card.hash}" for card in written_files(folder)), 16)


def written_files(folder: Path) -> tuple[FileCard, ...]:
    """Return the files of the episode that a person writes, without links and Blender's own, at most 2,000, by name."""
    return tuple(sorted(_cards(folder), key=lambda card: card.file))


def _cards(folder: Path) -> Iterator[FileCard]:
    seen = 0
    for place, inner, files in os.walk(folder):
        top = Path(place) == folder
        inner[:] = sorted(name for name in inner if name not in ("__pycache__", *(CLOSED if top else ())))
        for path in (Path(place, name) for name in sorted(files)):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink() or not path.is_file() or name.endswith(_BLENDERS) or not is_changeable(name):
                continue
            seen += 1
            if seen > _MOST_FILES:
                return
            yield _card(folder, path, name)


def _card(folder: Path, path: Path, name: str) -> FileCard:
    facts = path.stat(follow_symlinks=False)
    if facts.st_size > _LARGEST_READ:
        return FileCard(file=name, bytes=facts.st_size, hash=digest(str(facts.st_mtime_ns)))
    content = read_own(path, inside=folder, most=_LARGEST_READ)
    return FileCard(file=name, bytes=facts.st_size, hash=digest(content or b""))


def _film(folder: Path) -> FilmState | None:
    paths = EpisodePaths(folder=folder)
    report = read_report(paths)
    if report is None or not paths.film.exists():
        return None
    return FilmState(
        file=paths.film.relative_to(folder).as_posix(), seconds=report.duration, loudness=report.loudness,
        true_peak=report.true_peak, findings=len(report.findings),
    )  # fmt: skip
