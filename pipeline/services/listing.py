"""Testing a connection: reading what a service lists, which is free, and what voices it has."""

from typing import Any

from ..errors import LecternError
from .http import Http, Service
from .usage import Tested


def tested(http: Http, service: Service, path: str, voices: str = "") -> Tested:
    """Whether reading `path` works; with the voices that `voices` lists, where the service has that."""
    try:
        listed = http.get(service, path).json(service)
    except LecternError as error:
        return Tested(ok=False, what=str(error))
    found = names_in(listed) if voices == path else _voices(http, service, voices)
    told = f", {len(found)} voice{'s' if len(found) > 1 else ''}" if found else ""
    return Tested(ok=True, what=f"{service.name} answers at {service.base}{told}", voices=found)


def names_in(listed: Any) -> tuple[str, ...]:
    """The names in a list of voices: texts, or objects with an id or a name, perhaps below "voices" or "data"."""
    if isinstance(listed, dict):
        inner = next((listed[key] for key in ("voices", "data", "models") if isinstance(listed.get(key), list)), None)
        return tuple(listed) if inner is None else names_in(inner)
    if not isinstance(listed, list):
        return ()
    return tuple(filter(None, map(_name, listed)))


def _voices(http: Http, service: Service, path: str) -> tuple[str, ...]:
    try:
        return names_in(http.get(service, path).json(service)) if path else ()
    except LecternError:
        return ()  # OpenAI itself lists none


def _name(entry: Any) -> str:
    if isinstance(entry, str):
        return entry
    if not isinstance(entry, dict):
        return ""
    return next((str(entry[key]) for key in ("voice_id", "id", "name") if entry.get(key)), "")
