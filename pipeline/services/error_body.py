"""What a service said when it refused something, as a sentence."""

import json
import re
from typing import Any

LONGEST = 300
"""Characters of a service's own words that a message quotes."""


def error_message_in(body: bytes) -> str:
    """Return the message in an error's body: JSON of the shapes that services use (OpenAI, FastAPI, RFC 7807), or text."""
    text = body.decode("utf-8", "replace").strip()
    try:
        found = _message(json.loads(text))
    except ValueError:
        found = _plain(text)
    found = " ".join(found.split())
    return found if len(found) <= LONGEST else found[: LONGEST - 1] + "…"


def _message(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(filter(None, map(_validation_message, value)))
    if not isinstance(value, dict):
        return ""
    for key in ("message", "msg", "error", "detail", "details", "title"):
        if value.get(key):
            return _message(value[key])
    return ""


def _validation_message(fault: Any) -> str:
    """Return one entry of a list of faults; FastAPI names the field in `loc`."""
    where = ".".join(map(str, fault.get("loc", ()))) if isinstance(fault, dict) else ""
    return ": ".join(filter(None, [where, _message(fault)]))


def _plain(text: str) -> str:
    """Return text without markup; of a page, its title."""
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    if title:
        return title[1]
    shown = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    return shown if shown.isprintable() and "\ufffd" not in shown else ""
