"""Testing a connection: reading what a service lists, which is free, and what voices it has."""

from typing import Any

from ..base.errors import LecternError
from .http import HttpClient, Service
from .usage import ConnectionTest


def probe_connection(http: HttpClient, service: Service, path: str, voices: str = "") -> ConnectionTest:
    """Return whether reading `path` works; with the voices that `voices` lists, where the service has that."""
    try:
        listed = http.get(service, path).json(service)
    except LecternError as error:
        return ConnectionTest(ok=False, what=str(error))
    found = voice_names_in(listed) if voices == path else _voices(http, service, voices)
    count = f", {len(found)} voice{'s' if len(found) > 1 else ''}" if found else ""
    return ConnectionTest(ok=True, what=f"{service.name} answers at {service.base}{count}", voices=found)


def voice_names_in(listed: Any) -> tuple[str, ...]:
    """Return the names in a list of voices: texts, or objects with an id or a name, perhaps below "voices" or "data"."""
    if isinstance(listed, dict):
        inner = next(
            (
                listed[key]
                for key in ("voices", "data", "models", "reference_ids", "items")
                if isinstance(listed.get(key), list)
            ),
            None,
        )
        return tuple(listed) if inner is None else voice_names_in(inner)
    if not isinstance(listed, list):
        return ()
    return tuple(filter(None, map(_name, listed)))


def _voices(http: HttpClient, service: Service, path: str) -> tuple[str, ...]:
    try:
        return voice_names_in(http.get(service, path).json(service)) if path else ()
    except LecternError:
        return ()  # OpenAI itself lists none


def _name(entry: Any) -> str:
    if isinstance(entry, str):
        return entry
    if not isinstance(entry, dict):
        return ""
    return next((str(entry[key]) for key in ("voice_id", "id", "_id", "name") if entry.get(key)), "")
