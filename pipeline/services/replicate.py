"""Replicate's predictions (replicate-python; replicate.com/docs/topics/predictions/lifecycle)."""

import re
from pathlib import Path
from typing import Any

from ..errors import LecternError
from .http import Http, Service
from .prediction import State

BASE = "https://api.replicate.com"
FAILED = frozenset({"failed", "canceled", "aborted"})


class Replicate:
    """A `Predictor`. Models are called `owner/name`, `owner/name:version`, or by the version's 64 digits alone."""

    def __init__(self, http: Http, base: str = BASE, timeout: float = 120.0) -> None:
        self._http, self.service = http, Service(name="Replicate", base=base, timeout=timeout)

    def submit(self, model: str, inputs: dict[str, Any]) -> bytes:
        if ":" in model or re.fullmatch(r"[0-9a-f]{64}", model):
            return self._http.submit(self.service, "/v1/predictions", json={"version": model, "input": inputs}).body
        return self._http.submit(self.service, f"/v1/models/{model}/predictions", json={"input": inputs}).body

    def upload(self, file: Path, kind: str) -> str:
        content = {"content": (file.name, file.read_bytes(), kind)}
        answer = self._http.submit(_free(self.service), "/v1/files", files=content).json(self.service)
        return _text(answer, "urls", "get")

    def state(self, answer: Any) -> State:
        """Statuses that are not known end only with a time of completion."""
        _text(answer, "id")
        status, error = answer.get("status"), str(answer.get("error") or "")
        if status == "succeeded":
            return State(status="done", outputs=_addresses(answer.get("output")), seconds=_seconds(answer))
        if status in FAILED or (status not in ("starting", "processing") and answer.get("completed_at")):
            return State(status="failed", error=error or f"its status is {status}")
        return State(status="under way")

    def look(self, kept: Any) -> Any:
        return self._http.get(self.service, f"/v1/predictions/{_text(kept, 'id')}").json(self.service)

    def cancel(self, kept: Any) -> None:
        self._http.submit(_free(self.service), f"/v1/predictions/{_text(kept, 'id')}/cancel")


def _free(service: Service) -> Service:
    """The same service for what it does not charge."""
    return service.model_copy(update={"paid": False})


def _addresses(output: Any) -> tuple[str, ...]:
    """The addresses in an output, which may be any JSON."""
    if isinstance(output, str):
        return (output,) if output.startswith(("http://", "https://")) else ()
    inner = output.values() if isinstance(output, dict) else output if isinstance(output, list) else ()
    return tuple(address for value in inner for address in _addresses(value))


def _seconds(answer: Any) -> float:
    metrics = answer.get("metrics")
    seconds = metrics.get("predict_time") if isinstance(metrics, dict) else None
    return float(seconds) if isinstance(seconds, (int, float)) else 0.0


def _text(answer: Any, *path: str) -> str:
    for key in path:
        answer = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(answer, str) or not answer:
        raise LecternError(f'Replicate sent an answer without "{".".join(path)}"; is its address right?')
    return answer
