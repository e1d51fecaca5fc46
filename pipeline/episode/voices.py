"""`[voice.NAME]` of lectern.toml: the settings of a voice provider, or of a voice service under a name of one's own."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from ..base.errors import SourceError
from ..base.frozen import Frozen
from ..base.toml import line_of_key
from ..services.policy import SettingPairs
from ..services.provider import AnyProvider
from ..services.registry import known_providers
from ..services.transcription import TranscriptionProvider
from ..services.voice import VoiceProvider
from .errors import did_you_mean, list_names
from .toml import fault_message

LIKE = "like"
"""The key that names the provider which a name of one's own behaves like."""

DEFAULT_TRANSCRIPTION = "openai"

SECRETS = ("key", "api_key", "token", "password", "secret")


class TranscriptionChoice(Frozen):
    """`[transcription]` of lectern.toml: which provider transcribes recordings, and its settings as text."""

    provider: str = DEFAULT_TRANSCRIPTION
    settings: SettingPairs = ()


def settings_of_kind(kind: type[AnyProvider]) -> Mapping[str, type[BaseModel]]:
    """Return the settings of each provider of a kind that comes with Lectern or with an installed package, by name."""
    registry = known_providers()
    return {name: registry.find(kind, name).settings for name in registry.names(kind)}


def transcription_choice(
    values: dict[str, Any], text: str, shown: str, problems: list[SourceError]
) -> TranscriptionChoice | None:
    """Return the section, if there is one; everything wrong with it goes to `problems`."""
    table, path = values.get("transcription"), ("transcription",)
    if table is None:
        return None
    if not isinstance(table, dict):
        problems.append(
            SourceError(shown, line_of_key(text, path), '"transcription" is a table: write [transcription]')
        )
        return None
    provider, known = str(table.get("provider", DEFAULT_TRANSCRIPTION)), settings_of_kind(TranscriptionProvider)
    faults = _settings_faults(path, table, known.get(provider), "provider")
    if provider not in known:
        near = did_you_mean(provider, known)
        message = f'"provider": no transcription provider is called "{provider}"{near}; there are: {list_names(known)}'
        faults = [((*path, "provider"), message)]
    problems += [SourceError(shown, line_of_key(text, key), message) for key, message in faults]
    pairs = tuple((key, as_text(value)) for key, value in table.items() if key != "provider")
    return TranscriptionChoice(provider=provider, settings=pairs)


def as_text(value: object) -> str:
    """Return a value of TOML as settings hold it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def voice_sections(
    values: dict[str, Any], text: str, shown: str, problems: list[SourceError]
) -> tuple[tuple[str, SettingPairs], ...]:
    """Return the sections by name, values as text; everything wrong with them goes to `problems`.

    The settings of a plug-in file's provider are checked once the person has allowed it to run.
    """
    tables = values.get("voice", {})
    if not isinstance(tables, dict):
        problems.append(SourceError(shown, line_of_key(text, ("voice",)), '"voice" is a table: write [voice.NAME]'))
        return ()
    known = settings_of_kind(VoiceProvider) if tables else {}
    for name, table in tables.items():
        faults = _faults(name, table, known)
        problems += [SourceError(shown, line_of_key(text, path), message) for path, message in faults]
    return tuple((name, _pairs(table)) for name, table in tables.items() if isinstance(table, dict))


def _pairs(table: dict[str, Any]) -> SettingPairs:
    return tuple((key, as_text(value)) for key, value in table.items())


def _faults(name: str, table: Any, known: Mapping[str, type[BaseModel]]) -> list[tuple[tuple[str, ...], str]]:
    """Return (key, what is wrong) for everything that is wrong with a section."""
    path: tuple[str, ...] = ("voice", name)
    if not isinstance(table, dict):
        whose = "which voice somebody has is in characters/NAME.json"
        way = "write the settings of a provider below a line like [voice.espeak]"
        return [(path, f'"{name}" below [voice] is not a table of settings: {whose}; {way}')]
    secrets: list[tuple[tuple[str, ...], str]] = [
        ((*path, key), _secret(key)) for key in table if key.lower() in SECRETS
    ]
    like = table.get(LIKE, name)
    if LIKE in table and (name in known or like not in known):
        return [*secrets, ((*path, LIKE), _unknown_like_message(name, like, known))]
    return secrets or _settings_faults(path, table, known.get(like), LIKE)


def _settings_faults(
    path: tuple[str, ...], table: dict[str, Any], kind: type[BaseModel] | None, aside: str
) -> list[tuple[tuple[str, ...], str]]:
    """Return what is wrong with a section of settings of a `kind`, whose key `aside` is none of them."""
    if kind is None:
        return []
    try:
        kind.model_validate({key: as_text(value) for key, value in table.items() if key != aside})
    except ValidationError as error:
        found = [(fault, (*path, str(fault["loc"][0]))) for fault in error.errors()]
        return [(key, fault_message(fault, key, kind)) for fault, key in found]
    return []


def _unknown_like_message(name: str, like: Any, known: Mapping[str, object]) -> str:
    if name in known:
        return f'"{LIKE}": {name} is a voice of Lectern\'s own; give the section another name'
    near = did_you_mean(str(like), known)
    return f'"{LIKE}": "{like}" is not one of Lectern\'s voices{near}; there are: {list_names(known)}'


def _secret(key: str) -> str:
    return f'"{key}": a key never belongs here, where it is published with the episode; set the service\'s variable instead'
