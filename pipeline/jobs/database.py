"""The SQLite file: opened strictly, brought up to date by numbered migrations."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pydantic import ValidationError

from ..base.disk_space import LEAST_ROOM, no_room, room_in, system_fault
from ..base.errors import LecternError
from ..base.files import set_aside

MIGRATIONS = Path(__file__).parent / "migrations"
WAIT_SECONDS = 30


class DatabaseCorrupt(LecternError):
    """The database can't be read. All it holds can be made again; a build sets it aside and starts a new one."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"{path} is damaged ({reason}). It holds nothing that can't be made again: build again, and Lectern sets it "
            "aside. The takes in media/ are kept and used."
        )


def open_database(path: Path, migrations: Path = MIGRATIONS) -> sqlite3.Connection:
    """Return a connection in WAL mode with foreign keys enforced, checked and migrated.

    Raises `DatabaseCorrupt` where the file can't be read, LecternError where it can't be used (a newer Lectern's, no
    permission, locked by another process).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fault = system_fault(error, path.parent)
        raise fault or LecternError(f"{path} can't be opened ({error}). Can this folder be written?") from error
    with explaining_faults(path):
        db = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        return _prepared(db, path, migrations)


def set_damaged_aside(damage: DatabaseCorrupt) -> Path:
    """Rename a damaged database, so that a new one can begin; return where it is kept."""
    for beside in ("-wal", "-shm"):
        damage.path.with_name(damage.path.name + beside).unlink(missing_ok=True)
    return set_aside(damage.path, inside=None)


@contextmanager
def explaining_faults(path: Path) -> Iterator[None]:
    """Turn an error of SQLite while the database at `path` is used into a LecternError that says what is wrong with it."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a fault of the program that asks, not of the file
    except sqlite3.DatabaseError as error:
        raise _fault(path, error) from error
    except ValidationError as error:
        raise DatabaseCorrupt(path, f"{error.error_count()} values can't be read") from error


def _fault(path: Path, error: sqlite3.DatabaseError) -> LecternError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LecternError(
            f"{path} has been locked by another process for {WAIT_SECONDS} seconds. End it and build again."
        )
    if code == sqlite3.SQLITE_FULL:
        return no_room(path.parent)
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and room_in(path.parent) < LEAST_ROOM:
        return no_room(path.parent)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
        return DatabaseCorrupt(path, str(error))
    return LecternError(f"{path} can't be opened ({error}). Can this folder be written?")


def _prepared(db: sqlite3.Connection, path: Path, migrations: Path) -> sqlite3.Connection:
    files = sorted(migrations.glob("[0-9]*.sql"))
    try:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        _enforce_foreign_keys(db, path)
        _check(db, path)
        _migrate(db, path, files)
        _require_schema(db, path, files)
    except BaseException:
        db.close()
        raise
    return db


def _enforce_foreign_keys(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA foreign_keys = ON")
    if db.execute("PRAGMA foreign_keys").fetchone()[0] != 1:
        raise LecternError(
            f"This Python's SQLite {sqlite3.sqlite_version} doesn't enforce foreign keys; {path} needs it."
        )


def _check(db: sqlite3.Connection, path: Path) -> None:
    found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise DatabaseCorrupt(path, found)


def _migrate(db: sqlite3.Connection, path: Path, files: list[Path]) -> None:
    if _version(db) == len(files):
        return
    db.execute("BEGIN EXCLUSIVE")  # another process may be at it; the version is read again below
    try:
        version = _version(db)
        if version > len(files):
            raise LecternError(
                f"{path} was made by a newer Lectern: update Lectern, or rename the file to start a new one."
            )
        _run(db, files[version:])
        db.execute(f"PRAGMA user_version = {len(files)}")
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _run(db: sqlite3.Connection, files: Iterable[Path]) -> None:
    for file in files:
        for statement in _statements(file.read_text(encoding="utf-8")):
            db.execute(statement)


def _require_schema(db: sqlite3.Connection, path: Path, files: list[Path]) -> None:
    """Raise `DatabaseCorrupt` unless the database has exactly the tables, indexes and triggers of the migrations."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        _run(fresh, files)
        if _schema(db) != _schema(fresh):
            raise DatabaseCorrupt(path, "its tables are not those of Lectern")


def _schema(db: sqlite3.Connection) -> set[tuple[str, ...]]:
    return {tuple(row) for row in db.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")}


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script one by one (`executescript` would commit between them)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
