"""Write words so that Markdown and the script's own signs leave them as they are."""

import re

_MARKDOWN = re.compile(r"([\\`*_{}<>#~|$])")
_LIST_ITEM = re.compile(r"(\d+)([.)])(?=\s|$)")


def escape_prose(text: str) -> str:
    """Return a text that is read as it is, without the brackets in which a noise would stand."""
    plain = _MARKDOWN.sub(r"\\\1", text.replace("[", "").replace("]", ""))
    plain = _LIST_ITEM.sub(r"\1\\\2", plain, count=1) if _LIST_ITEM.match(plain) else plain
    return f"\\{plain}" if plain[:1] in ("-", "+", "=", ":") else plain
