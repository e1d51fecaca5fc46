"""The seam where language models plug in: a conversation goes in; words and calls of tools come out."""

import json
import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..base.errors import LecternError
from ..base.frozen import Frozen
from .http import LIST_BYTES, PASSING, HttpClient, HttpStatusError, ResponseLost, Service
from .policy import is_charged
from .usage import ConnectionTest, Usage

ATTEMPTS = 3
"""How often a turn is requested if its answer is lost or the service fails."""


class ChatSettings(BaseModel):
    """Which language model is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field("http://localhost:11434/v1", description="Where the service is (as OpenAI's; here Ollama's)")
    model: str = Field("", description="The model; it has to be one that calls tools")
    temperature: float | None = Field(None, ge=0, le=2, description="How freely it answers; unset: as the service does")
    max_tokens: int | None = Field(None, ge=1, description="The longest answer; unset: as the service does")
    timeout: float = Field(120.0, gt=0, le=3600, description="Seconds to wait for an answer")
    price: float | None = Field(
        None, ge=0, description="What a request costs; unset: unknown, or free on this computer"
    )
    currency: str = Field("USD", description="The currency of the price")


class ChatTool(Frozen):
    """Something a model may ask for. `parameters` is the JSON schema of its arguments, as text."""

    name: str
    description: str
    parameters: str


class ToolCall(Frozen):
    """A tool that a model asks for; `arguments` as it wrote them, which need not be JSON."""

    id: str
    name: str
    arguments: str


class ChatReply(Frozen):
    """What a model answered; `message` is its turn of the conversation as JSON, `tokens` what the turn used."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    refusal: str = ""
    cut: bool = False
    message: str = "{}"
    tokens: int = 0


ChatMessage = Mapping[str, Any]
"""A turn of a conversation, in the protocol's own words."""


class Chat:
    """``POST /chat/completions`` (openai-openapi 2.3.0): OpenAI, Ollama, llama.cpp, LM Studio, vLLM and their like.

    A turn that failed for a while is asked for again: what that may cost twice is a turn.
    """

    settings = ChatSettings

    def __init__(self, http: HttpClient, settings: ChatSettings) -> None:
        if not settings.model:
            raise LecternError('lectern.toml names no language model; write [model], model = "NAME" and base_url there')
        self._http, self._settings = http, settings

    def reply(
        self, messages: Sequence[ChatMessage], tools: Sequence[ChatTool], seconds: float | None = None
    ) -> ChatReply:
        """Return the model's next turn, waiting for at most `seconds`. Raises LecternError with the way out."""
        body = {"model": self._settings.model, "messages": list(messages), "stream": False, **self._tuning()}
        if tools:
            body |= {"tools": [_declared(tool) for tool in tools], "tool_choice": "auto"}
        end = time.monotonic() + (seconds if seconds is not None else ATTEMPTS * self._settings.timeout)
        for attempt in range(1, ATTEMPTS + 1):
            service = self._service(end - time.monotonic())
            try:
                return _reply(service, self._http.submit(service, "/chat/completions", json=body).json(service))
            except (ResponseLost, HttpStatusError) as error:
                if not _is_transient(error) or attempt == ATTEMPTS or time.monotonic() + attempt >= end:
                    raise _without_charge_advice(service, error) from error
            self._http.wait(float(attempt))
        raise AssertionError("the last attempt returns or raises")

    def cost(self, requests: int) -> Usage | None:
        """Return what so many turns would use at most; None if they are free."""
        price = self._settings.price
        if not is_charged(price, self._settings.base_url):
            return None
        known = None if price is None else price * requests
        return Usage(service="Language model", model=self._settings.model, requests=requests, price=known,
                     currency=self._settings.currency, wait=4.0 * requests, at_most=True)  # fmt: skip

    def test(self) -> ConnectionTest:
        """Return whether it answers, found out by asking for its models, which is free."""
        service = self._service()
        try:
            found = self._http.get(service, "/models").json(service)
        except LecternError as error:
            return ConnectionTest(ok=False, what=str(error))
        names = (
            [str(m.get("id")) for m in found.get("data", ()) if isinstance(m, dict)] if isinstance(found, dict) else []
        )
        if names and self._settings.model not in names:
            there = ", ".join(names[:12])
            return ConnectionTest(ok=False, what=f"{service.base} has no model {self._settings.model}; it has: {there}")
        return ConnectionTest(ok=True, what=f"{service.name} answers at {service.base}")

    def _service(self, seconds: float = math.inf) -> Service:
        timeout = min(self._settings.timeout, seconds)
        wait = max(1.0, timeout)
        name, base = "The language model", self._settings.base_url
        return Service(name=name, base=base, timeout=wait, answer_seconds=wait, answer_bytes=LIST_BYTES)

    def _tuning(self) -> dict[str, Any]:
        tuning = {"temperature": self._settings.temperature, "max_tokens": self._settings.max_tokens}
        return {name: value for name, value in tuning.items() if value is not None}


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


def _declared(tool: ChatTool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": json.loads(tool.parameters)}
    return {"type": "function", "function": function}


def _reply(service: Service, found: Any) -> ChatReply:
    try:
        choice = found["choices"][0]
        message = choice["message"]
        calls = tuple(_call(number, call) for number, call in enumerate(message.get("tool_calls") or ()))
        used = (found.get("usage") or {}).get("total_tokens") or 0
        text, refusal = message.get("content") or "", message.get("refusal") or ""
    except (KeyError, IndexError, TypeError, AttributeError):
        raise LecternError(
            f"{service.name} at {service.base} sent an answer of another shape than OpenAI's chat completions"
            f"{_error_in(found)}; is it a service of that kind?"
        ) from None
    cut = choice.get("finish_reason") == "length"
    return ChatReply(
        text=_join_content(text),
        calls=calls,
        refusal=str(refusal),
        cut=cut,
        message=_assistant_message(text, calls),
        tokens=used,
    )


def _call(number: int, call: Any) -> ToolCall:
    """Return a call; some servers leave its id out, or send its arguments as an object."""
    wanted = call["function"]
    arguments = wanted.get("arguments")
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)
    return ToolCall(id=str(call.get("id") or f"call_{number}"), name=str(wanted["name"]), arguments=text)


def _assistant_message(text: Any, calls: tuple[ToolCall, ...]) -> str:
    """Return the model's turn as it goes back to it; some servers refuse what follows arguments that are no JSON."""
    turn: dict[str, Any] = {"role": "assistant", "content": text or ""}
    if calls:
        turn["tool_calls"] = [
            {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": _valid_json(c.arguments)}}
            for c in calls
        ]
    return json.dumps(turn, ensure_ascii=False)


def _valid_json(arguments: str) -> str:
    try:
        json.loads(arguments)
    except ValueError:
        return "{}"
    return arguments


def _join_content(content: Any) -> str:
    """Return text, which may come in parts, as one."""
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content)


def _error_in(found: Any) -> str:
    error = found.get("error") if isinstance(found, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    return f" ({str(message)[:200]})" if message else ""
