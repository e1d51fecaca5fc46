"""lectern.toml, checked key by key."""

from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ..errors import SourceError
from .errors import EpisodeErrors
from .model import Settings
from .pronunciation import pronunciation_table
from .source import read_text
from .toml import fault_message, line_of_key, parsed
from .voices import voice_sections

FILE = "lectern.toml"


def read_settings(path: Path, shown: str) -> Settings:
    """The settings of a lectern.toml; EpisodeErrors with every wrong key and its line."""
    try:
        text = read_text(path, shown)
        values = parsed(text, shown)
    except SourceError as error:
        raise EpisodeErrors([error]) from error
    problems: list[SourceError] = []
    voices = voice_sections(values, text, shown, problems)
    said = pronunciation_table(values, text, shown, problems)
    try:
        settings = Settings.model_validate({**values, "voice": voices, "pronunciation": said}, strict=True)
    except ValidationError as error:
        problems += [_problem(fault, text, shown) for fault in error.errors()]
    if problems:
        raise EpisodeErrors(problems)
    return settings


def _problem(fault: Any, text: str, shown: str) -> SourceError:
    path = tuple(str(part) for part in fault["loc"])
    return SourceError(shown, line_of_key(text, path), fault_message(fault, path, _model_at(path[:-1])))


def _model_at(path: tuple[str, ...]) -> type[BaseModel] | None:
    """The model whose keys stand at `path`."""
    model: type[BaseModel] = Settings
    for key in path:
        field = model.model_fields.get(key)
        kinds = (get_args(field.annotation) or (field.annotation,)) if field else ()
        found = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if found is None:
            return None
        model = found
    return model
