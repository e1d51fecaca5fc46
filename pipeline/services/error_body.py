"""What a service said when it refused something, as a sentence, and when it wants to be asked again."""

import email.utils
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

LONGEST_WAIT = 24 * 3600.0
"""A Retry-After of more than so many seconds is ignored."""
_GOOGLES_DELAY = re.compile(rb'"retryDelay":\s*"(\d{1,6}(?:\.\d{1,9})?)s"')
"""In the details of an error of Google's services (google.rpc.RetryInfo)."""
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


def asked_to_wait(response: "httpx.Response", now: float) -> float | None:
    """Return the seconds that a refusal asks to wait, by its headers or its body, at epoch second `now`; None if by none."""
    asked = _seconds(response.headers.get("retry-after", ""), now)
    if asked is not None or not response.is_error:
        return asked
    if milliseconds := re.fullmatch(r"\d{1,9}", response.headers.get("retry-after-ms", "")):
        return int(milliseconds[0]) / 1000
    delay = _GOOGLES_DELAY.search(response.content)
    return float(delay[1]) if delay else None


def _seconds(value: str, now: float) -> float | None:
    """Return the seconds of Retry-After, which is a number or a date (RFC 9110, 10.2.3); None if it is no such time."""
    try:
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
            asked = float(value)
        else:
            asked = email.utils.parsedate_to_datetime(value).timestamp() - now
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return max(0.0, asked) if asked <= LONGEST_WAIT else None
