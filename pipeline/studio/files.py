"""Text files that are written whole or not at all."""

import os
from pathlib import Path


def write(file: Path, text: str) -> None:
    """Writes a file by way of a sibling; one that says the same already is not touched."""
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    sibling = file.with_name(f".{file.name}.new")
    sibling.write_text(text, encoding="utf-8")
    os.replace(sibling, file)
