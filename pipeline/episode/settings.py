"""lectern.toml, checked key by key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, ValidationError

from ..base.errors import SourceError
from ..base.frozen import Frozen
from ..base.toml import line_of_key, parse_toml
from ..services.budget import Budget
from ..services.chat.settings import ChatSettings
from .brand import BrandSettings
from .errors import EpisodeErrors
from .pronunciation import pronunciation_table
from .source import read_text
from .toml import fault_message
from .voices import TranscriptionChoice, transcription_choice, voice_sections

type EventSounds = Literal["off", "few", "full"]
type FallbackPolicy = Literal["never", "missing", "always"]


class FilmSettings(Frozen):
    """`[film]` of lectern.toml."""

    width: int = Field(default=1920, ge=160, le=7680, multiple_of=2, description="pixels")
    height: int = Field(default=1080, ge=90, le=7680, multiple_of=2, description="pixels")
    fps: int = Field(default=30, ge=1, le=120, description="frames a second")
    loudness: float = Field(default=-14.0, ge=-40, le=-5, description="LUFS")
    true_peak: float = Field(default=-1.0, ge=-20, le=0, description="dBTP")
    theme: str = Field(
        default="lectern:night", description="one of Lectern's themes (`lectern themes`), or a JSON file of the episode"
    )
    processes: int = Field(default=2, ge=1, le=64, description="how many takes are made at once")
    fallback_voices: FallbackPolicy = Field(
        default="never",
        description='when characters speak with their `fallback` in a language that their voice speaks: "never"; "missing", where '
        'their voice is not installed; or "always", for drafts',
    )


class SoundSettings(Frozen):
    """`[sound]` of lectern.toml."""

    effects: EventSounds = Field(
        default="off",
        description='which events are heard: "off"; "few" (clicks, chapters, titles, lists, failures, and keys while nobody speaks); '
        'or "full" (keys under the voice, too)',
    )
    room: float = Field(
        default=-62.0, ge=-120, le=-50, description="dBFS of the room's tone, which is heard in pauses; -120: none"
    )


class CaptureSettings(Frozen):
    """`[capture]` of lectern.toml."""

    chromium: str = Field(default="", description="where Chromium is; empty: it is found")
    typing_speed: float = Field(default=14.0, gt=0, le=1000, description="characters a second")
    seed: int = Field(default=1, description="another seed types in another rhythm")
    secrets: Literal["report", "blur", "stop"] = Field(
        default="report", description='what is done about text that looks like a secret: "report", "blur" or "stop"'
    )


class BlenderSettings(Frozen):
    """`[blender]` of lectern.toml."""

    program: str = Field(default="", description="which Blender renders; empty: the one Lectern runs in, or its own")


class Settings(Frozen):
    """lectern.toml, the nearest above the episode."""

    film: FilmSettings = FilmSettings()
    capture: CaptureSettings = CaptureSettings()
    sound: SoundSettings = SoundSettings()
    blender: BlenderSettings = BlenderSettings()
    brand: BrandSettings = BrandSettings()
    voice: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = Field(
        default=(),
        exclude_if=lambda sections: not sections,
        description="[voice.NAME]: the settings of voice providers, by name; keys of services never belong here",
    )
    transcription: TranscriptionChoice | None = Field(
        default=None,
        exclude_if=lambda settings: settings is None,
        description="what transcribes recordings where the times of the words are uncertain",
    )
    model: ChatSettings | None = Field(
        default=None,
        exclude_if=lambda settings: settings is None,
        description="the language model that plans, revises and works out goals",
    )
    budget: Budget | None = Field(
        default=None,
        exclude_if=lambda settings: settings is None,
        description="what services may be paid for each episode in all",
    )
    pronunciation: tuple[tuple[str, str], ...] = Field(
        default=(),
        exclude_if=lambda entries: not entries,
        description="words, and how they are said",
    )


SETTINGS_FILE = "lectern.toml"


def read_settings(path: Path, shown: str) -> Settings:
    """Return the settings of a lectern.toml. Raises EpisodeErrors with every wrong key and its line."""
    try:
        text = read_text(path, shown)
        values = parse_toml(text, shown)
    except SourceError as error:
        raise EpisodeErrors([error]) from error
    problems: list[SourceError] = []
    voices = voice_sections(values, text, shown, problems)
    listening = transcription_choice(values, text, shown, problems)
    words = pronunciation_table(values, text, shown, problems)
    parsed = {"voice": voices, "transcription": listening, "pronunciation": words}
    try:
        settings = Settings.model_validate({**values, **parsed}, strict=True)
    except ValidationError as error:
        problems += [_problem(fault, text, shown) for fault in error.errors()]
        meant, within = _as_meant(values)
        problems += [
            _problem(fault, text, shown, within) for fault in _faults(meant | parsed) if fault["loc"][0] == "film"
        ]
        settings = _sound_part(meant | parsed)
    if problems:
        raise EpisodeErrors(problems, {"settings": settings})
    return settings


def _faults(values: Mapping[str, Any]) -> list[Any]:
    try:
        Settings.model_validate(values, strict=True)
    except ValidationError as error:
        return list(error.errors())
    return []


_ALSO_FILM = ("video", "output", "render")
"""What else the table [film] is called."""


def _as_meant(values: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, tuple[str, ...]]]:
    """Return the values with those of the film in its table, and the ways at which these are written, by their keys.

    So what is wrong with them besides their place is told at once.
    """
    film, where = dict[str, Any](), dict[str, tuple[str, ...]]()
    written: list[tuple[str, Any, tuple[str, ...]]] = []
    for name, value in values.items():
        if name in FilmSettings.model_fields and isinstance(value, dict):
            of_table = [(name if key == "name" else key, inner, (name, key)) for key, inner in value.items()]
            written += of_table
        elif name in FilmSettings.model_fields:
            written.append((name, value, (name,)))
        elif name in (*_ALSO_FILM, "film") and isinstance(value, dict):
            written += [(key, inner, (name, key)) for key, inner in value.items()]
    for key, value, path in written:
        film[key], where[key] = value, path
    others = {key: value for key, value in values.items() if key in Settings.model_fields and key != "film"}
    return {**others, "film": film}, where


def _sound_part(values: dict[str, Any]) -> Settings:
    """Return the settings without what is wrong in them."""
    for fault in _faults(values):
        table, *inner = fault["loc"]
        held = values.get(table)
        if len(inner) == 1 and isinstance(held, dict):
            held.pop(inner[0], None)
        else:
            values.pop(table, None)
    try:
        return Settings.model_validate(values, strict=True)
    except ValidationError:
        return Settings()


def _problem(fault: Any, text: str, shown: str, within: Mapping[str, tuple[str, ...]] | None = None) -> SourceError:
    """Return the fault of a key; `within` are the ways at which keys of the film are written, where these are others."""
    path = tuple(str(part) for part in fault["loc"])
    line = line_of_key(text, within.get(path[-1], path) if within else path)
    return SourceError(shown, line, fault_message(fault, path, _model_at(path[:-1])))


def _model_at(path: tuple[str, ...]) -> type[BaseModel] | None:
    """Return the model whose keys are at `path`."""
    model: type[BaseModel] = Settings
    for key in path:
        field = model.model_fields.get(key)
        kinds = (get_args(field.annotation) or (field.annotation,)) if field else ()
        found = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if found is None:
            return None
        model = found
    return model
