"""What services make in their own time: submitted once, polled until it is done, fetched once, and kept.

The answer to the submit, which names the prediction, is written down before the first poll. So the next build after one
that was killed polls the same prediction, and never pays for a second one.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.renderer import Renderer
from .http import HttpClient, HttpResponse, HttpStatusError, ResponseLost, Service
from .ledger import Ledger, write_answer
from .usage import Usage

POLL_SECONDS = 2.0
"""Seconds between two polls."""
REPORT_SECONDS = 0.5
"""Seconds between two progress reports, each of which may say that the take is no longer wanted."""
PATIENCE = 2 * 3600.0
"""Seconds until a build stops polling. What was asked for is not lost: the next build polls again."""
GONE = (404, 410)

Check = Callable[[bytes, str], None]
"""Raises LecternError where a fetched result (bytes, content type) is no good."""


class PredictionStatus(Frozen):
    """The state of a prediction. `outputs` are addresses; `error` is the service's own words; `seconds` what it computed."""

    status: Literal["under way", "done", "failed"]
    outputs: tuple[str, ...] = ()
    error: str = ""
    seconds: float = 0.0


class PredictionResult(Frozen):
    """The content of a prediction's first output, and the status with which the prediction ended."""

    content: bytes
    state: PredictionStatus


class Predictor(Protocol):
    """A service that makes predictions. Answers are JSON; `submitted` is the answer to the submit."""

    service: Service

    def submit(self, model: str, inputs: dict[str, Any]) -> bytes:
        """Ask for a prediction, once, and return the answer."""
        ...

    def upload(self, file: Path, kind: str) -> str:
        """Put a file of content type `kind` where the service finds it, and return its address."""
        ...

    def state(self, answer: Any) -> PredictionStatus:
        """Return the status in an answer to a submit or a poll."""
        ...

    def poll(self, submitted: Any) -> Any:
        """Ask for the prediction's current status; return the answer."""
        ...

    def cancel(self, submitted: Any) -> None:
        """Stop the prediction at the service."""
        ...


@dataclass(frozen=True)
class PredictionContext:
    """What a provider may use while it works: the episode, HTTP, Blender, and the folder `asked` of paid requests.

    `request` names what is being made, unique to it. `report(done)` raises once that is no longer wanted. `programs` is a
    copy of the episode's files, in which its programs run (None: the episode itself).
    """

    episode: Path
    asked: Path
    request: str
    report: Callable[[float], None] = lambda done: None
    clock: Callable[[], float] = time.monotonic
    http: HttpClient = HttpClient()
    renderer: Renderer | None = None
    programs: Path | None = None

    @property
    def ledger(self) -> Ledger:
        """What was asked of paid services."""
        return Ledger(self.asked)

    def file(self, suffix: str) -> Path:
        """Return the file of this request with a suffix, such as ``result``."""
        return self.asked / f"{self.request}.{suffix}"


def run_prediction(
    context: PredictionContext,
    at: Predictor,
    model: str,
    inputs: Callable[[], dict[str, Any]],
    check: Check,
    usage: Usage | None = None,
) -> PredictionResult:
    """Return what `model` makes of `inputs` (called only if it has to be asked for): the first of its outputs.

    `usage` is what it will use, for the ledger.

    Raises LecternError if the service failed or sent something else. What `report` raises (a cancel) passes after the
    prediction was cancelled at the service.
    """
    context.report(0.0)
    state = _read_finished(context) or _await_prediction(context, at, _submit_once(context, at, model, inputs, usage))
    return PredictionResult(content=_fetch_once(context, at.service, state, check), state=state)


def addresses_in(output: Any) -> tuple[str, ...]:
    """Return the addresses in an output, which may be any JSON."""
    if isinstance(output, str):
        return (output,) if output.startswith(("http://", "https://")) else ()
    inner = output.values() if isinstance(output, dict) else output if isinstance(output, list) else ()
    return tuple(address for value in inner for address in addresses_in(value))


def value_at(answer: Any, *path: str) -> Any:
    """Return the value in an answer at a path of names; None if there is none."""
    for name in path:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def number_or_zero(value: Any) -> float:
    """Return a number of an answer; 0.0 where there is none."""
    return float(value) if isinstance(value, (int, float)) else 0.0


def fetch_output(http: HttpClient, service: Service, address: str, check: Check) -> bytes:
    """Return a result that was paid for, once it is whole."""
    answer = http.download(service, address)
    try:
        check(answer.body, answer.kind)
    except LecternError as error:
        raise LecternError(f"{error}; build again: it is fetched again, not paid for again") from error
    return answer.body


def _submit_once(
    context: PredictionContext, at: Predictor, model: str, inputs: Callable[[], dict[str, Any]], usage: Usage | None
) -> Any:
    kept = context.ledger.kept(context.request)
    if kept is None:
        asked = inputs()  # uploads cost nothing: who is stopped in the middle of one has asked for nothing
        what = f"{at.service.name} to run {model}"
        kept = context.ledger.once(
            context.request, what, lambda: _require_prediction(at, at.submit(model, asked)), usage
        )
    return _json(kept, at)


def _require_prediction(at: Predictor, answer: bytes) -> bytes:
    """Return the answer if it names a prediction: no other one is kept. Raises LecternError otherwise."""
    at.state(_json(answer, at))
    return answer


def _json(answer: bytes, at: Predictor) -> Any:
    try:
        return HttpResponse(body=answer).json(at.service)
    except LecternError as error:
        raise ResponseLost(f"{error}. It may have been made, and charged; look into your account there") from error


def _await_prediction(context: PredictionContext, at: Predictor, submitted: Any) -> PredictionStatus:
    try:
        state = _poll_until_done(context, at, submitted)
    except HttpStatusError as error:
        if error.status in GONE:
            context.ledger.forget(context.request)
        raise
    if state.status == "failed":
        context.ledger.forget(context.request)
        raise LecternError(
            f"{at.service.name} could not make it ({state.error or 'it gave no reason'}); build again to ask for it again"
        )
    write_answer(context.file("done"), state.model_dump_json().encode())
    return state


def _poll_until_done(context: PredictionContext, at: Predictor, submitted: Any) -> PredictionStatus:
    started, state = context.clock(), at.state(submitted)
    while state.status == "under way":
        waited = context.clock() - started
        if waited > PATIENCE:
            raise LecternError(
                f"{at.service.name} has been at it for {waited / 60:.0f} minutes; build again later: it is not asked for twice"
            )
        _pause(context, at, submitted, waited)
        state = at.state(at.poll(submitted))
    return state


def _pause(context: PredictionContext, at: Predictor, submitted: Any, waited: float) -> None:
    """Wait until the next poll, and report in between; how much is done is only guessed."""
    for _ in range(round(POLL_SECONDS / REPORT_SECONDS)):
        try:
            context.report(0.9 * waited / (waited + 60.0))
        except LecternError:
            _cancel(context, at, submitted)
            raise
        context.http.wait(REPORT_SECONDS)


def _cancel(context: PredictionContext, at: Predictor, submitted: Any) -> None:
    """Cancel the prediction. If the service can't be reached, the request stays in the ledger, and a later build finds it."""
    with suppress(LecternError):
        at.cancel(submitted)
        context.ledger.forget(context.request)


def _read_finished(context: PredictionContext) -> PredictionStatus | None:
    """Return the final status if an earlier process has seen it."""
    try:
        return PredictionStatus.model_validate_json(context.file("done").read_bytes())
    except (OSError, ValueError):
        return None


def _fetch_once(context: PredictionContext, service: Service, state: PredictionStatus, check: Check) -> bytes:
    result = context.file("result")
    if result.is_file():
        return result.read_bytes()
    if not state.outputs:
        _forget(context)
        raise LecternError(f"{service.name} says it is done, but names no result; build again to ask for it again")
    try:
        content = fetch_output(context.http, service, state.outputs[0], check)
    except HttpStatusError as error:
        if error.status in GONE:
            _forget(context)
        raise
    write_answer(result, content)
    return content


def _forget(context: PredictionContext) -> None:
    context.ledger.forget(context.request)
    context.file("done").unlink(missing_ok=True)
