"""Attempts on somebody's computer: each a folder below `attempts/`, with an `attempt.toml` that says what it tries.

The folder is an episode. In its files `@OUT@` is a folder outside of it and `@PORT@` a service of this computer. What git
can't hold, or what is too large, is made from tables of attempt.toml: links, pipes, bombs.
"""

import gzip
import os
import shutil
import struct
import tomllib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .prepared import prepare

HOME = Path(__file__).parent / "attempts"


@dataclass(frozen=True)
class Attempt:
    """What `tries` says is tried.

    `ends`: "refused" (exit code 2), "asks" (3: for trust), "held" (0, or 1 of a check) or "any" of these; `says` is a pattern
    of what is said then. `needs` is a mark of pytest. `commands` are given one after the other; DIR stands behind the verb.
    `pages` are files that several attempts have, by where they are: the name of one in the folder `pages`.
    """

    name: str
    tries: str
    ends: str
    says: str = ""
    needs: str = ""
    commands: tuple[str, ...] = ("check", "build")
    pages: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Attempt":
        """Read attempt.toml in `folder`."""
        said = tomllib.loads((folder / "attempt.toml").read_text(encoding="utf-8"))
        plain = {key: value for key, value in said.items() if key not in _MAKERS}
        plain["commands"] = tuple(plain.get("commands", ("check", "build")))
        return cls(folder.name, made={key: said[key] for key in _MAKERS if key in said}, **plain)

    def lay_out(self, episode: Path, values: Mapping[str, str]) -> None:
        """Write the episode into the folder `episode`; `values` are what `@NAME@` stands for in its files."""
        shutil.copytree(HOME / self.name, episode, ignore=shutil.ignore_patterns("attempt.toml"))
        for path, page in self.pages.items():
            (episode / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(HOME.parent / "pages" / page, episode / path)
        for file in (file for file in episode.rglob("*") if file.is_file()):
            content = file.read_bytes()
            for name, value in values.items():
                content = content.replace(f"@{name}@".encode(), value.encode())
            file.write_bytes(content)
        for kind, rows in self.made.items():
            for row in rows:
                filled = {key: _filled(value, values) for key, value in row.items()}
                path = episode / filled.pop("path", "")
                path.parent.mkdir(parents=True, exist_ok=True)
                _MAKERS[kind](path, **filled)


def attempts() -> list[Attempt]:
    """Return all attempts, by name."""
    return [Attempt.read(folder) for folder in sorted(HOME.iterdir())]


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    for name, text in values.items():
        value = value.replace(f"@{name}@", text) if isinstance(value, str) else value
    return value


def _repeat(path: Path, text: str, times: int, head: str, tail: str) -> None:
    parts = (text.replace("@N@", str(n)) for n in range(times)) if "@N@" in text else (text * times,)
    path.write_text(head + "".join(parts) + tail, encoding="utf-8")


def _sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def _bomb(path: Path, kind: str, size: int) -> None:
    path.write_bytes(_png(size) if kind == "png" else gzip.compress(bytes(1 << 20), 9) * (size >> 20))


def _png(size: int) -> bytes:
    """Return a white picture of `size` x `size` pixels, of one bit each; of a very large one, only the beginning."""
    row, packer = b"\0" + b"\xff" * ((size + 7) // 8), zlib.compressobj(1)
    packed = b"".join(packer.compress(row) for _ in range(min(size, 20_000))) + packer.flush()
    parts = (b"IHDR", struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)), (b"IDAT", packed), (b"IEND", b"")
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


_MAKERS: dict[str, Callable[..., object]] = {
    "link": lambda path, to: path.symlink_to(to),
    "hardlink": lambda path, to: os.link(to, path),
    "pipe": os.mkfifo,
    "executable": lambda path: path.chmod(0o755),
    "file": lambda path, text: path.write_text(text, encoding="utf-8"),
    "repeat": _repeat,
    "sparse": _sparse,
    "bytes": lambda path, hexadecimal: path.write_bytes(bytes.fromhex(hexadecimal)),
    "bomb": _bomb,
    "prepared": prepare,
}
"""What makes the things that a table of attempt.toml asks for."""
