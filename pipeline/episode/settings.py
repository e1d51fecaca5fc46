"""lectern.toml, checked key by key."""

from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, ValidationError

from ..base.errors import SourceError
from ..base.frozen import Frozen
from ..services.chat import ChatSettings
from .errors import EpisodeErrors
from .pronunciation import pronunciation_table
from .source import read_text
from .toml import fault_message, line_of_key, parse_toml
from .voices import TranscriptionChoice, transcription_choice, voice_sections


class FilmSettings(Frozen):
    """`[film]` of lectern.toml."""

    width: int = Field(default=1920, ge=160, le=7680, multiple_of=2, description="pixels")
    height: int = Field(default=1080, ge=90, le=7680, multiple_of=2, description="pixels")
    fps: int = Field(default=30, ge=1, le=120, description="frames a second")
    loudness: float = Field(default=-14.0, ge=-40, le=-5, description="LUFS")
    true_peak: float = Field(default=-1.0, ge=-20, le=0, description="dBTP")
    theme: str = Field(default="lectern:night", description="one of Lectern's themes, or a JSON file of the episode")
    processes: int = Field(default=2, ge=1, le=64, description="how many takes are made at once")


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
    blender: BlenderSettings = BlenderSettings()
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
        description="the language model that works out goals",
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
    try:
        parsed = {"voice": voices, "transcription": listening, "pronunciation": words}
        settings = Settings.model_validate({**values, **parsed}, strict=True)
    except ValidationError as error:
        problems += [_problem(fault, text, shown) for fault in error.errors()]
    if problems:
        raise EpisodeErrors(problems)
    return settings


def _problem(fault: Any, text: str, shown: str) -> SourceError:
    path = tuple(str(part) for part in fault["loc"])
    return SourceError(shown, line_of_key(text, path), fault_message(fault, path, _model_at(path[:-1])))


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
