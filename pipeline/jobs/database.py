"""The SQLite file: opened strictly, brought up to date by numbered migrations."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ..errors import LecternError

MIGRATIONS = Path(__file__).parent / "migrations"
WAIT_SECONDS = 30


class Damaged(LecternError):
    """The database can't be read. `set_aside()` is the way out: all it holds can be made again."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(
            f"{path} is damaged ({reason}). It holds nothing that can't be made again: rename or delete it "
            "(with its -wal and -shm files) and build again. The takes in media/ are kept and used."
        )


def open_database(path: Path, migrations: Path = MIGRATIONS) -> sqlite3.Connection:
    """A connection in WAL mode with foreign keys enforced, checked and migrated.

    Raises `Damaged` where the file can't be read, LecternError where it can't be used (a newer Lectern's, no rights).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        return _prepared(db, path, migrations)
    except (sqlite3.OperationalError, OSError) as error:
        raise LecternError(f"{path} can't be opened ({error}). Can this folder be written?") from error
    except sqlite3.DatabaseError as error:
        raise Damaged(path, str(error)) from error


def set_aside(path: Path) -> Path:
    """Renames a damaged database, so that the next opening starts a new one; returns its new name."""
    number = next(n for n in range(1, 1000) if not _aside(path, n).exists())
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(_aside(path, number).with_name(_aside(path, number).name + suffix))
    return _aside(path, number)


def _aside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.damaged-{number}")


def _prepared(db: sqlite3.Connection, path: Path, migrations: Path) -> sqlite3.Connection:
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    _enforce_foreign_keys(db, path)
    _check(db, path)
    _migrate(db, path, sorted(migrations.glob("[0-9]*.sql")))
    return db


def _enforce_foreign_keys(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA foreign_keys = ON")
    if db.execute("PRAGMA foreign_keys").fetchone()[0] != 1:
        raise LecternError(f"This Python's SQLite {sqlite3.sqlite_version} doesn't enforce foreign keys; {path} needs it.")


def _check(db: sqlite3.Connection, path: Path) -> None:
    found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        db.close()
        raise Damaged(path, found)


def _migrate(db: sqlite3.Connection, path: Path, files: list[Path]) -> None:
    if _version(db) == len(files):
        return
    db.execute("BEGIN EXCLUSIVE")  # another process may be at it; the version is read again below
    try:
        version = _version(db)
        if version > len(files):
            raise LecternError(f"{path} was made by a newer Lectern: update Lectern, or rename the file to start anew.")
        for file in files[version:]:
            for statement in _statements(file.read_text(encoding="utf-8")):
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {len(files)}")
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _version(db: sqlite3.Connection) -> int:
    return db.execute("PRAGMA user_version").fetchone()[0]


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one (`executescript` would commit between them)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
