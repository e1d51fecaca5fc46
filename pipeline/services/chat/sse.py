"""Answers that arrive in pieces, as server-sent events (WHATWG HTML, 9.2)."""

import json
from collections.abc import Callable
from typing import Any, Protocol

from .values import ChatEvent

PASSING_WORDS = ("overloaded", "rate_limit", "timeout", "unavailable", "internal", "api_error", "server_error")
BROKEN = (KeyError, IndexError, TypeError, AttributeError, ValueError)
"""What reading an answer of another shape raises."""


class StreamFailed(Exception):
    """The service sent an error in the middle of an answer; `passing`: the same question may be answered later."""

    def __init__(self, words: str, passing: bool) -> None:
        self.words, self.passing = words, passing
        super().__init__(words)


class StreamBroken(Exception):
    """A piece of an answer is no JSON, or of another shape than those of the service."""


class Collector(Protocol):
    """Puts the pieces of an answer together, to what the service would have sent at once."""

    def add(self, piece: Any) -> list[ChatEvent]:
        """Take a piece, and return what is new in it. Raises as `ChatFormat.reply` does for one of another shape."""
        ...

    def whole(self) -> Any:
        """Return the answer; None if its end has not come."""
        ...


class EventStream:
    """Reads server-sent events from pieces of bytes, however they are cut, and gives their JSON to a collector."""

    def __init__(self, collector: Collector, heard: Callable[[ChatEvent], None]) -> None:
        self._collector, self._heard, self._rest = collector, heard, b""
        self.seen = False
        """Whether any event has come: a server may send everything at once instead."""

    def feed(self, chunk: bytes) -> None:
        """Take some bytes. Raises StreamFailed or StreamBroken."""
        *lines, self._rest = (self._rest + chunk).replace(b"\r\n", b"\n").split(b"\n")
        for line in lines:
            if line.startswith(b"data:") and (data := line[5:].strip()) != b"[DONE]":
                self._event(data)

    def whole(self) -> Any:
        """Return the answer; None if its end has not come."""
        return self._collector.whole()

    def _event(self, data: bytes) -> None:
        if not data:
            return
        self.seen = True
        try:
            piece = json.loads(data)
            failure = piece.get("error")
            events = [] if failure else self._collector.add(piece)
        except BROKEN as error:
            raise StreamBroken(str(error)) from error
        if failure:
            raise _failure(failure)
        for event in events:
            if event.text:
                self._heard(event)


def _failure(error: Any) -> StreamFailed:
    about = error if isinstance(error, dict) else {"message": error}
    words = str(about.get("message") or about)[:300]
    kind = f"{about.get('type', '')} {about.get('code', '')} {about.get('status', '')}".lower()
    return StreamFailed(words, any(word in kind for word in PASSING_WORDS) or about.get("code") in (429, 500, 503, 529))
