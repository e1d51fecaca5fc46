"""The seam where language models plug in: a conversation goes in; words and calls of tools come out."""

import json
import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..base.errors import LecternError
from .chat_formats import FORMATS, ChatMessage, ChatQuestion, ChatReply, ChatSettings, ChatTool, ToolCall
from .http import LIST_BYTES, PASSING, HttpClient, HttpStatusError, ResponseLost, Service
from .policy import is_charged
from .usage import ConnectionTest, Usage

ATTEMPTS = 3
"""How often a turn is requested if its answer is lost or the service fails."""


class Chat:
    """A conversation with the language model of the settings, in the words of its provider (`chat_formats`).

    A turn that failed for a while is asked for again: what that may cost twice is a turn.
    """

    settings = ChatSettings

    def __init__(self, http: HttpClient, settings: ChatSettings) -> None:
        if not settings.model:
            raise LecternError('lectern.toml names no language model; write [model], model = "NAME" and base_url there')
        self._http, self._settings, self._format = http, settings, FORMATS[settings.provider]

    def reply(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ChatTool],
        seconds: float | None = None,
        schema: Mapping[str, Any] | None = None,
    ) -> ChatReply:
        """Return the model's next turn, waiting for at most `seconds`; with a JSON `schema`, its text should fit that.

        Raises LecternError with the way out.
        """
        path = self._format.path(self._settings.model)
        body = self._format.body(self._settings, ChatQuestion(messages, tools, schema))
        end = time.monotonic() + (seconds if seconds is not None else ATTEMPTS * self._settings.timeout)
        for attempt in range(1, ATTEMPTS + 1):
            service = self._service(end - time.monotonic())
            try:
                answer = self._http.submit(service, path, json=body, headers=self._format.headers)
                return self._read(service, answer.json(service))
            except (ResponseLost, HttpStatusError) as error:
                if not _is_transient(error) or attempt == ATTEMPTS or time.monotonic() + attempt >= end:
                    raise _without_charge_advice(service, error) from error
            self._http.wait(float(attempt))
        raise AssertionError("the last attempt returns or raises")

    def _read(self, service: Service, found: Any) -> ChatReply:
        try:
            return self._format.reply(found)
        except (KeyError, IndexError, TypeError, AttributeError):
            raise LecternError(
                f"{service.name} at {service.base} sent an answer of another shape than {self._format.name}"
                f"{_error_in(found)}; is it a service of that kind?"
            ) from None

    def cost(self, requests: int) -> Usage | None:
        """Return what so many turns would use at most; None if they are free."""
        price = self._settings.price
        if not is_charged(price, self._settings.address):
            return None
        known = None if price is None else price * requests
        return Usage(service="Language model", model=self._settings.model, requests=requests, price=known,
                     currency=self._settings.currency, wait=4.0 * requests, at_most=True)  # fmt: skip

    def test(self) -> ConnectionTest:
        """Return whether it answers, found out by asking for its models, which is free."""
        service = self._service()
        try:
            found = self._http.get(service, "/models", headers=self._format.headers).json(service)
        except LecternError as error:
            return ConnectionTest(ok=False, what=str(error))
        listed = (found.get("data") or found.get("models") or ()) if isinstance(found, dict) else ()
        names = [str(m.get("id") or m.get("name")).removeprefix("models/") for m in listed if isinstance(m, dict)]
        if names and self._settings.model not in names:
            there = ", ".join(names[:12])
            return ConnectionTest(ok=False, what=f"{service.base} has no model {self._settings.model}; it has: {there}")
        return ConnectionTest(ok=True, what=f"{service.name} answers at {service.base}")

    def _service(self, seconds: float = math.inf) -> Service:
        timeout = min(self._settings.timeout, seconds)
        wait = max(1.0, timeout)
        return Service(
            name="The language model",
            base=self._settings.address,
            header=self._format.header,
            scheme=self._format.scheme,
            timeout=wait,
            answer_seconds=wait,
            answer_bytes=LIST_BYTES,
        )


def tool_result(call: ToolCall, text: str) -> dict[str, str]:
    """Return the turn that gives a model the result of its call."""
    return {"role": "tool", "tool_call_id": call.id, "name": call.name, "content": text}


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """Return a call's arguments. Raises LecternError, in words for the model, if they are no JSON object."""
    try:
        found = json.loads(call.arguments.strip() or "{}")
    except ValueError as error:
        raise LecternError(f"the arguments of {call.name} are not JSON ({error}); send one JSON object") from error
    if not isinstance(found, dict):
        raise LecternError(f"the arguments of {call.name} are no JSON object; send one like {{}}")
    return found


def _is_transient(error: LecternError) -> bool:
    passing = isinstance(error, HttpStatusError) and error.status in PASSING and error.status != 429
    return passing or isinstance(error, ResponseLost)


def _without_charge_advice(service: Service, error: LecternError) -> LecternError:
    """Return the error without the advice that goes for things that are made and charged."""
    if isinstance(error, HttpStatusError) and error.status >= 500:
        said = f"{error.status}: {error.words}" if error.words else str(error.status)
        return LecternError(f"{service.name} failed ({said}), {ATTEMPTS} times; if it stays so, look at its log")
    if not isinstance(error, ResponseLost):
        return error
    return LecternError(
        f"{service.name} at {service.base} did not answer within {service.timeout:.0f} s, or broke off; "
        "is it still loading the model? [model] timeout gives it more time"
    )


def _error_in(found: Any) -> str:
    error = found.get("error") if isinstance(found, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    return f" ({str(message)[:200]})" if message else ""
