"""Replicate's predictions (replicate-python; replicate.com/docs/topics/predictions/lifecycle)."""

import re
from pathlib import Path
from typing import Any

from ..errors import LecternError
from .http import Http, Service
from .prediction import State, addresses_in, number, within

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
            seconds = number(within(answer, "metrics", "predict_time"))
            return State(status="done", outputs=addresses_in(answer.get("output")), seconds=seconds)
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


def _text(answer: Any, *path: str) -> str:
    found = within(answer, *path)
    if not isinstance(found, str) or not found:
        raise LecternError(f'Replicate sent an answer without "{".".join(path)}"; is its address right?')
    return found
