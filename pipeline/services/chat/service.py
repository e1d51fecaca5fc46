"""Language models behind HTTP."""

from typing import Any

from ...base.errors import LecternError
from ..http import LIST_BYTES, PASSING, HttpClient, HttpStatusError, ResponseLost, Service
from ..ledger import Ledger
from ..usage import ConnectionTest
from .anthropic import ANSWER_TOKENS
from .chat import ATTEMPTS, SILENCES, Chat
from .formats import FORMATS
from .settings import ChatSettings
from .sse import BROKEN, EventStream, StreamBroken, StreamFailed
from .values import ChatQuestion, ChatReply, ChatWatch

OVERLOADED = 529
_SPENT = ("quota", "billing", "credit", "insufficient")
"""Words of a refusal (429) that no waiting helps against."""


class ServiceChat(Chat):
    """A conversation with a service, in the words of its kind (`formats`)."""

    def __init__(self, http: HttpClient, settings: ChatSettings, ledger: Ledger | None = None) -> None:
        super().__init__(settings, ledger)
        if not settings.model:
            raise LecternError('lectern.toml names no language model; write [model], model = "NAME" and base_url there')
        self._http, self._format = http, FORMATS[settings.provider]

    def test(self) -> ConnectionTest:
        """Ask for the models, which is free."""
        service = self._service(self.settings.timeout)
        try:
            found = self._http.get(service, "/models", headers=self._format.headers).json(service)
        except LecternError as error:
            return ConnectionTest(ok=False, what=str(error))
        listed = (found.get("data") or found.get("models") or ()) if isinstance(found, dict) else ()
        names = [str(m.get("id") or m.get("name")).removeprefix("models/") for m in listed if isinstance(m, dict)]
        if names and self.settings.model not in names:
            there = ", ".join(names[:12])
            return ConnectionTest(ok=False, what=f"{service.base} has no model {self.settings.model}; it has: {there}")
        return ConnectionTest(ok=True, what=f"{service.name} answers at {service.base}")

    def _ask(self, question: ChatQuestion, seconds: float, watch: ChatWatch) -> ChatReply:
        wanted = None if question.tools else watch.heard  # calls are of use only when they are whole
        service = self._service(seconds, streams=wanted is not None)
        settings = self.settings
        if self._keeps_to_budget:
            settings = settings.model_copy(update={"max_tokens": settings.max_tokens or ANSWER_TOKENS})
        path = self._format.path(settings.model, wanted is not None)
        body = self._format.body(settings, question, wanted is not None)
        stream = EventStream(self._format.collector(), wanted) if wanted else None
        try:
            answer = self._http.submit(
                service, path, json=body, headers=self._format.headers, heard=stream.feed if stream else None,
                stop=watch.stop,
            )  # fmt: skip
            found = stream.whole() if stream and stream.seen else answer.json(service)
        except StreamFailed as error:
            message = f"{service.name} broke off: {error.words}"
            raise (
                HttpStatusError(message, OVERLOADED, error.words) if error.passing else LecternError(message)
            ) from error
        except StreamBroken as error:
            raise self._other_shape(service, str(error)) from error
        if found is None:
            raise ResponseLost(f"{service.name} broke off in the middle of its answer")
        return self._read(service, found)

    def _read(self, service: Service, found: Any) -> ChatReply:
        try:
            return self._format.reply(found)
        except BROKEN:
            raise self._other_shape(service, _error_in(found)) from None

    def _other_shape(self, service: Service, said: str) -> LecternError:
        return LecternError(
            f"{service.name} at {service.base} sent an answer of another shape than {self._format.name}"
            f"{f' ({said[:200]})' if said else ''}; is it a service of that kind?"
        )

    def _pause(self, error: LecternError, attempt: int) -> float | None:
        if isinstance(error, HttpStatusError):
            spent = error.status == 429 and any(word in error.words.casefold() for word in _SPENT)
            return float(attempt) if error.status in PASSING and not spent else None
        return float(attempt) if isinstance(error, ResponseLost) else None

    def _explained(self, error: LecternError, seconds: float) -> LecternError:
        """Return the error without the advice that goes for things that are made and charged."""
        service = self._service(seconds)
        if isinstance(error, HttpStatusError) and error.status >= 500:
            said = f"{error.status}: {error.words}" if error.words else str(error.status)
            return LecternError(f"{service.name} failed ({said}), {ATTEMPTS} times; if it stays so, look at its log")
        if isinstance(error, HttpStatusError) and error.status in (400, 404, 413, 422):
            quoted = f": {error.words}" if error.words else ""
            way_out = "[model] in lectern.toml says which model, with which max_tokens, is asked where"
            return LecternError(f"{service.name} at {service.base} refused this ({error.status}{quoted}); {way_out}")
        if not isinstance(error, ResponseLost):
            return error
        return LecternError(
            f"{service.name} at {service.base} did not answer within {service.timeout:.0f} s, or broke off; "
            "is it still loading the model? [model] timeout gives it more time"
        )

    def _wait(self, seconds: float, watch: ChatWatch) -> None:
        self._http.wait(seconds, watch.stop)

    def _service(self, seconds: float, streams: bool = False) -> Service:
        silence = max(1.0, min(self.settings.timeout, seconds))
        whole = max(1.0, min(self.settings.timeout * SILENCES, seconds)) if streams else silence
        return Service(
            name="The language model",
            base=self.settings.address,
            header=self._format.header,
            scheme=self._format.scheme,
            timeout=silence,
            answer_seconds=whole,
            answer_bytes=LIST_BYTES,
        )


def _error_in(found: Any) -> str:
    error = found.get("error") if isinstance(found, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    return str(message) if message else ""
