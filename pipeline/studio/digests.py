"""What is in a file, as a short name of its content."""

import hashlib
from functools import cache
from pathlib import Path


def digest_of(file: Path) -> str:
    """The hash of what is in a file; a file that was changed since is read again."""
    facts = file.stat()
    return _read(file, facts.st_mtime_ns, facts.st_size)


@cache
def _read(file: Path, changed: int, size: int) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()[:32]
