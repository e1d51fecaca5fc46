"""WaveSpeed's predictions (wavespeed-python; wavespeed.ai/docs)."""

from pathlib import Path
from typing import Any

from ..errors import LecternError
from .http import Http, Service
from .prediction import State, addresses_in, number, within

BASE = "https://api.wavespeed.ai"
FAILED = frozenset({"failed", "cancelled", "canceled", "timeout", "deleted"})
OK, TIMED_OUT = 200, 5004
"""Codes in an answer's body; the second says that a wait at the service is over and the prediction goes on."""


class WaveSpeed:
    """A `Predictor`. Models are called by their path, like `wavespeed-ai/infinitetalk`."""

    def __init__(self, http: Http, base: str = BASE, timeout: float = 120.0) -> None:
        self._http, self.service = http, Service(name="WaveSpeed", base=base, timeout=timeout)

    def submit(self, model: str, inputs: dict[str, Any]) -> bytes:
        body = {**inputs, "enable_sync_mode": False}
        return self._http.submit(self.service, f"/api/v3/{model}", json=body).body

    def upload(self, file: Path, kind: str) -> str:
        """Asks for a place, and puts the file there."""
        content, free = file.read_bytes(), self.service.model_copy(update={"paid": False})
        asked = {"filename": file.name, "size": len(content), "content_type": kind}
        data = _data(self._http.submit(free, "/api/v3/media/uploads", json=asked).json(self.service))
        place, headers, address = within(data, "upload", "url"), within(data, "upload", "headers"), data.get("download_url")
        if not isinstance(place, str) or not isinstance(address, str):
            raise LecternError("WaveSpeed gave no place to upload to; build again, and if it stays so, look at its status page")
        self._http.put(self.service, place, content, headers if isinstance(headers, dict) else {})
        return address

    def state(self, answer: Any) -> State:
        data = _data(answer)
        _id(data)
        status, error = data.get("status"), str(data.get("error") or "")
        if status == "completed":
            seconds = number(within(data, "timings", "inference")) / 1000
            return State(status="done", outputs=addresses_in(data.get("outputs")), seconds=seconds)
        return State(status="failed", error=error or f"its status is {status}") if status in FAILED else State(status="under way")

    def look(self, kept: Any) -> Any:
        """Reads the address that the submit gave, where it gave one."""
        data = _data(kept)
        url = within(data, "urls", "get") or self.service.url(f"/api/v3/predictions/{_id(data)}/result")
        return self._http.download(self.service, url).json(self.service)

    def cancel(self, kept: Any) -> None:
        self._http.delete(self.service, f"/api/v3/predictions/{_id(_data(kept))}")


def _data(answer: Any) -> dict[str, Any]:
    """What an answer is about; LecternError where its code says that it failed."""
    code = answer.get("code", OK) if isinstance(answer, dict) else None
    data = answer.get("data") if isinstance(answer, dict) else None
    if code not in (OK, TIMED_OUT) or not isinstance(data, dict):
        said = answer.get("message") if isinstance(answer, dict) else ""
        raise LecternError(f"WaveSpeed refused this ({code}: {said or 'no reason'}); look at the model's page for what it takes")
    return data


def _id(data: dict[str, Any]) -> str:
    if not isinstance(data.get("id"), str) or not data["id"]:
        raise LecternError("WaveSpeed sent an answer that names no prediction; is its address right?")
    return data["id"]
