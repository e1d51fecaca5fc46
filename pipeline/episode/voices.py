"""`[voice.NAME]` of lectern.toml: the settings of a voice provider, or of a voice service under a name of one's own."""

from typing import Any

from pydantic import ValidationError

from ..errors import SourceError
from ..services.dealings import Pairs
from ..services.voice_settings import BUILT_IN, VoiceSettings, as_text
from .errors import did_you_mean, listed
from .toml import fault_message, line_of_key

LIKE = "like"
"""The key that names the built-in provider which a name of one's own behaves like."""

Key = tuple[str, ...]

SECRETS = ("key", "api_key", "token", "password", "secret")


def voice_sections(
    values: dict[str, Any], text: str, shown: str, problems: list[SourceError]
) -> tuple[tuple[str, Pairs], ...]:
    """The sections by name, values as text; everything wrong with them goes to `problems`.

    The settings of a provider that Lectern does not carry (a plug-in) are checked by it, when it speaks.
    """
    tables = values.get("voice", {})
    if not isinstance(tables, dict):
        problems.append(SourceError(shown, line_of_key(text, ("voice",)), '"voice" is a table: write [voice.NAME]'))
        return ()
    for name, table in tables.items():
        problems += [SourceError(shown, line_of_key(text, path), told) for path, told in _faults(name, table)]
    return tuple((name, _pairs(table)) for name, table in tables.items() if isinstance(table, dict))


def _pairs(table: dict[str, Any]) -> Pairs:
    return tuple((key, as_text(value)) for key, value in table.items())


def _faults(name: str, table: Any) -> list[tuple[Key, str]]:
    """(key, what is wrong) for all that is wrong with a section."""
    path = ("voice", name)
    if not isinstance(table, dict):
        return [(path, f'"voice.{name}" is no setting: the settings of a voice stand below a line [voice.{name}]')]
    secrets = [((*path, key), _secret(key)) for key in table if key.lower() in SECRETS]
    like = table.get(LIKE, name)
    if LIKE in table and (name in BUILT_IN or like not in BUILT_IN):
        return [*secrets, ((*path, LIKE), _like(name, like))]
    return secrets or _wrong(path, table, BUILT_IN.get(like))


def _wrong(path: Key, table: dict[str, Any], kind: type[VoiceSettings] | None) -> list[tuple[Key, str]]:
    if kind is None:
        return []
    try:
        kind.model_validate({key: as_text(value) for key, value in table.items() if key != LIKE})
    except ValidationError as error:
        found = [(fault, (*path, str(fault["loc"][0]))) for fault in error.errors()]
        return [(key, fault_message(fault, key, kind)) for fault, key in found]
    return []


def _like(name: str, like: Any) -> str:
    if name in BUILT_IN:
        return f'"{LIKE}": {name} is a voice of Lectern\'s own; give the section another name'
    near = did_you_mean(str(like), BUILT_IN)
    return f'"{LIKE}": "{like}" is none of Lectern\'s voices{near}; there are: {listed(BUILT_IN)}'


def _secret(key: str) -> str:
    return f'"{key}": keys are never written here, to be published with the episode; set the service\'s variable'
