"""What services make in their own time: asked for once, looked after until it is there, fetched once, and kept.

The answer to the submit, which names the prediction, is written down before the first look. A build that is killed
therefore goes on looking at the same prediction; it never pays for a second one.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from ..errors import LecternError
from ..model import Frozen
from .http import Answer, AnswerLost, Http, Refused, Service
from .ledger import Ledger, write_whole

LOOK_SECONDS = 2.0
"""Seconds between two looks."""
STEP_SECONDS = 0.5
"""Seconds between two questions whether it is still wanted."""
PATIENCE = 2 * 3600.0
"""Seconds until a build gives up looking. What was asked for is not lost: the next build goes on."""
GONE = (404, 410)

Check = Callable[[bytes, str], None]
"""Raises LecternError where a fetched result (bytes, content type) is no good."""


class State(Frozen):
    """How a prediction stands. `outputs` are addresses; `error` is the service's own words; `seconds` what it computed."""

    status: Literal["under way", "done", "failed"]
    outputs: tuple[str, ...] = ()
    error: str = ""
    seconds: float = 0.0


class Made(Frozen):
    """What came of it."""

    content: bytes
    state: State


class Predictor(Protocol):
    """A service that makes predictions. Answers are JSON; `kept` is that of the submit."""

    service: Service

    def submit(self, model: str, inputs: dict[str, Any]) -> bytes:
        """Asks for a prediction, once; returns the answer."""
        ...

    def upload(self, file: Path, kind: str) -> str:
        """Puts a file of content type `kind` where the service finds it; returns its address."""
        ...

    def state(self, answer: Any) -> State:
        """What an answer says, of the submit or of a look."""
        ...

    def look(self, kept: Any) -> Any:
        """How the prediction stands now: an answer like that of the submit."""
        ...

    def cancel(self, kept: Any) -> None:
        """Stops the prediction at the service."""
        ...


@dataclass(frozen=True)
class ServiceBench:
    """What a provider may use while it asks services: the episode, where questions are kept, and a name of this one.

    `report(done)` raises where it is not wanted any more.
    """

    episode: Path
    asked: Path
    request: str
    report: Callable[[float], None] = lambda done: None
    clock: Callable[[], float] = time.monotonic

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.asked)

    def kept(self, suffix: str) -> Path:
        """A file of this question's."""
        return self.asked / f"{self.request}.{suffix}"


def predicted(
    bench: ServiceBench, http: Http, at: Predictor, model: str, inputs: Callable[[], dict[str, Any]], check: Check
) -> Made:
    """What `model` makes of `inputs` (called only if it has to be asked for): the first of its outputs.

    LecternError where the service failed or sent something else. What `report` raises (a cancel) passes after the
    prediction was cancelled at the service.
    """
    bench.report(0.0)
    state = _finished(bench) or _awaited(bench, http, at, _asked(bench, at, model, inputs))
    return Made(content=_fetched(bench, http, at.service, state, check), state=state)


def addresses_in(output: Any) -> tuple[str, ...]:
    """The addresses in an output, which may be any JSON."""
    if isinstance(output, str):
        return (output,) if output.startswith(("http://", "https://")) else ()
    inner = output.values() if isinstance(output, dict) else output if isinstance(output, list) else ()
    return tuple(address for value in inner for address in addresses_in(value))


def within(answer: Any, *path: str) -> Any:
    """What stands in an answer at a path of names; None where there is nothing."""
    for name in path:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def number(value: Any) -> float:
    """A number of an answer; 0.0 where there is none."""
    return float(value) if isinstance(value, (int, float)) else 0.0


def fetched(http: Http, service: Service, address: str, check: Check) -> bytes:
    """A result that was paid for, once it is whole."""
    answer = http.download(service, address)
    try:
        check(answer.body, answer.kind)
    except LecternError as error:
        raise LecternError(f"{error}; build again: it is fetched again, not paid for again") from error
    return answer.body


def _asked(bench: ServiceBench, at: Predictor, model: str, inputs: Callable[[], dict[str, Any]]) -> Any:
    kept = bench.ledger.kept(bench.request)
    if kept is None:
        asked = inputs()  # uploads cost nothing: who is stopped in the middle of one has asked for nothing
        what = f"{at.service.name} to run {model}"
        kept = bench.ledger.once(bench.request, what, lambda: _readable(at, at.submit(model, asked)))
    return _json(kept, at)


def _readable(at: Predictor, answer: bytes) -> bytes:
    """Only an answer that names a prediction is kept."""
    at.state(_json(answer, at))
    return answer


def _json(answer: bytes, at: Predictor) -> Any:
    try:
        return Answer(body=answer).json(at.service)
    except LecternError as error:
        raise AnswerLost(f"{error}. It may have been made, and charged; look into your account there") from error


def _awaited(bench: ServiceBench, http: Http, at: Predictor, kept: Any) -> State:
    try:
        state = _watched(bench, http, at, kept)
    except Refused as error:
        if error.status in GONE:
            bench.ledger.forget(bench.request)
        raise
    if state.status == "failed":
        bench.ledger.forget(bench.request)
        raise LecternError(f"{at.service.name} could not make it ({state.error or 'it gave no reason'}); build again to ask anew")
    write_whole(bench.kept("done"), state.model_dump_json().encode())
    return state


def _watched(bench: ServiceBench, http: Http, at: Predictor, kept: Any) -> State:
    started, state = bench.clock(), at.state(kept)
    while state.status == "under way":
        waited = bench.clock() - started
        if waited > PATIENCE:
            raise LecternError(
                f"{at.service.name} has been at it for {waited / 60:.0f} minutes; build again later: it is not asked for twice"
            )
        _pause(bench, http, at, kept, waited)
        state = at.state(at.look(kept))
    return state


def _pause(bench: ServiceBench, http: Http, at: Predictor, kept: Any, waited: float) -> None:
    """Waits for the next look, asking in between whether it is still wanted. How much is done is only guessed."""
    for _ in range(round(LOOK_SECONDS / STEP_SECONDS)):
        try:
            bench.report(0.9 * waited / (waited + 60.0))
        except LecternError:
            _cancel(bench, at, kept)
            raise
        http.wait(STEP_SECONDS)


def _cancel(bench: ServiceBench, at: Predictor, kept: Any) -> None:
    """Where the service can't be told, what was asked for stays written down, and a later build finds it."""
    with suppress(LecternError):
        at.cancel(kept)
        bench.ledger.forget(bench.request)


def _finished(bench: ServiceBench) -> State | None:
    """What an earlier process found to be done."""
    try:
        return State.model_validate_json(bench.kept("done").read_bytes())
    except (OSError, ValueError):
        return None


def _fetched(bench: ServiceBench, http: Http, service: Service, state: State, check: Check) -> bytes:
    result = bench.kept("result")
    if result.is_file():
        return result.read_bytes()
    if not state.outputs:
        _forget(bench)
        raise LecternError(f"{service.name} says it is done, but names no result; build again to ask anew")
    try:
        content = fetched(http, service, state.outputs[0], check)
    except Refused as error:
        if error.status in GONE:
            _forget(bench)
        raise
    write_whole(result, content)
    return content


def _forget(bench: ServiceBench) -> None:
    bench.ledger.forget(bench.request)
    bench.kept("done").unlink(missing_ok=True)
