"""Names that stay: of scenes, blocks and lines. Edits and takes hang on them, so none is made of a position."""

import hashlib
import re

IDENTIFIER = re.compile(r"\w[\w.-]*")
"""What an id or a mark may look like: ids become names of files, so there is nothing that a file system minds."""


def content_id(kind: str, *content: str) -> str:
    """Return an id made of what something says, such as ``overlay-3f9c21d07a``."""
    # Not `files.digest`: takes and edits hang on the ids that this has always made
    digest = hashlib.blake2b("\x1f".join((kind, *content)).encode("utf-8", "replace"), digest_size=5)
    return f"{kind}-{digest.hexdigest()}"


def slug(title: str) -> str:
    """Return the id pandoc gives a heading: lower case, words joined by hyphens, nothing before the first letter."""
    kept = "".join(c for c in title.lower() if c.isalnum() or c in "_-. " or c.isspace())
    joined = "-".join(kept.split())
    first = next((i for i, c in enumerate(joined) if c.isalpha()), len(joined))
    return joined[first:] or "section"


def used_twice(id: str, block: str) -> str:
    """Return what a message adds about an `id` that was taken before the block of this text had it."""
    found = re.search(r"^kind:\s*[\"']?(?:terminal|shell|bash|console|cli|tty|(?P<own>editor|browser))\b", block, re.M)
    kind = found and (found["own"] or "terminal")
    way = f"; where the {kind} of that id goes on here, write continue: {id} in place of id: {id}" if found else ""
    return f"; every id is used once in an episode{way}"
