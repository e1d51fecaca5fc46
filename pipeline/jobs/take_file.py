"""A finished take on disk: its files, and the `take.json` that describes them, signed by who made them.

A take lies in the episode's folder, which may come from a stranger. So only what this person's Lectern made is used.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from ..base.errors import LecternError
from ..base.files import content_digest, digest, read_own
from ..base.frozen import Frozen
from ..base.profile import episode_state
from ..base.signature import is_signed, signature_of

CARD = "take.json"
SIGNATURE = "take.sig"

type TakeState = Literal["whole", "missing", "foreign", "damaged"]
"""Whether a take can be used, isn't there, was not made (or was changed since) here, or is not as it was made."""


class TakeFile(NamedTuple):
    """A file of a finished take, as timelines and recordings refer to it: by a path relative to the episode."""

    kind: str
    key: str
    name: str

    @classmethod
    def parse(cls, source: str) -> "TakeFile":
        """Read a path as it is written. Raises LecternError for one that is no take's file."""
        media, _, rest = source.partition("/")
        kind, _, rest = rest.partition("/")
        key, _, name = rest.partition("/")
        if media != "media" or not name:
            raise LecternError(f"{source} is not a file of a take (media/KIND/KEY/FILE).")
        return cls(kind, key, name)

    def __str__(self) -> str:
        """Return the path, with forward slashes."""
        return f"media/{self.kind}/{self.key}/{self.name}"


def read_card(folder: Path) -> dict[str, Any] | None:
    """Return what `take.json` in `folder` says, None if it is missing or can't be read."""
    try:
        card = json.loads(_content(folder / CARD))
    except (ValueError, RecursionError):
        return None
    return card if isinstance(card, dict) and {"files", "result"} <= card.keys() else None


def write_card(folder: Path, kind: str, key: str, card: Mapping[str, Any]) -> None:
    """Write `take.json` of the take `kind`/`key` into `folder`, with the hashes of its files, and sign it."""
    made = {str(file.relative_to(folder).as_posix()): _facts(file) for file in take_files(folder)}
    text = json.dumps({**card, "files": made}, ensure_ascii=False, indent=1).encode("utf-8")
    (folder / CARD).write_bytes(text)
    (folder / SIGNATURE).write_text(signature_of(_signed(kind, key, text)), encoding="ascii")


def take_state(folder: Path) -> TakeState:
    """Return whether the take in the folder `media/KIND/KEY` can be used: only one that this person's Lectern made can.

    The content of its files is compared once; later only if one of them was touched.
    """
    if not folder.exists():
        return "missing"
    text, signature = _content(folder / CARD), _content(folder / SIGNATURE)
    if not is_signed(_signed(folder.parent.name, folder.name, text), signature.decode("ascii", "replace")):
        return "foreign"
    files = {folder / name: facts for name, facts in json.loads(text)["files"].items()}
    if not _is_verified(folder, files):
        if any(_facts(file) != facts for file, facts in files.items()):
            return "damaged"
        note_verified(folder)
    return "whole"


def is_whole(folder: Path) -> bool:
    """Return whether a take that this person's Lectern made is in the folder `media/KIND/KEY`, as it was made."""
    return take_state(folder) == "whole"


def adopt_take(folder: Path) -> bool:
    """Sign the take in the folder `media/KIND/KEY`, which this person made elsewhere; return False if it is not whole."""
    card = read_card(folder)
    if card is None or not isinstance(card["files"], dict):
        return False
    for name, facts in card["files"].items():
        size = facts.get("size") if isinstance(facts, dict) else facts  # as a number: before takes were signed
        if file_size(folder / name) != size or (isinstance(facts, dict) and _facts(folder / name) != facts):
            return False
    write_card(folder, folder.parent.name, folder.name, card)
    return True


def note_verified(folder: Path) -> None:
    """Note that the files of the take in `folder` have been compared with their hashes, as they are now."""
    card = read_card(folder)
    assert card is not None
    note = _note_of(folder)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(_state_of(folder, [folder / name for name in card["files"]]), encoding="ascii")


def read_take[T: Frozen](folder: Path, result: type[T]) -> T:
    """Return the description of the finished take in `folder`. Raises LecternError if there is none."""
    card = read_card(folder)
    if card is None:
        raise LecternError(f"{folder} holds no finished take. Build again.")
    try:
        return result.model_validate(card["result"])
    except ValidationError as error:
        raise LecternError(f"{folder} was made by another version of Lectern. Delete it and build again.") from error


def take_files(folder: Path) -> list[Path]:
    """Return every file of the take in `folder`, sorted, without those that describe it."""
    own = {folder / CARD, folder / SIGNATURE}
    return sorted(file for file in folder.rglob("*") if file.is_file() and file not in own)


def file_size(file: Path) -> int:
    """Return a file's size in bytes, -1 if there is no such file."""
    try:
        return file.stat().st_size
    except OSError:
        return -1


def _signed(kind: str, key: str, text: bytes) -> bytes:
    """Return what is signed: the description, and of which take it is."""
    return f"{kind}/{key}\n".encode() + text


def _facts(file: Path) -> dict[str, Any] | None:
    """Return a file's size in bytes and its SHA-256, None if it can't be read."""
    found = content_digest(file)
    return {"size": file_size(file), "sha256": found} if found else None


def _content(file: Path) -> bytes:
    """Return what is in a file that describes a take, nothing if it can't be read or is too large for one."""
    try:
        return read_own(file, inside=file.parents[3]) or b""
    except (OSError, LecternError):
        return b""


def _is_verified(folder: Path, files: Iterable[Path]) -> bool:
    try:
        return _note_of(folder).read_text(encoding="ascii") == _state_of(folder, files)
    except (OSError, ValueError):
        return False


def _note_of(folder: Path) -> Path:
    """Return the file that says in which state the files of the take in `folder` were compared with their hashes."""
    return episode_state(folder.parents[2]) / "verified" / folder.parent.name / folder.name


def _state_of(folder: Path, files: Iterable[Path]) -> str:
    """Return a digest that changes whenever one of the `files` of the take in `folder`, or its signature, is touched."""
    seen = (
        (str(file), s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino)
        for file in (folder / SIGNATURE, *files)
        if (s := file.stat())
    )
    return digest(json.dumps(sorted(seen)), 40)
