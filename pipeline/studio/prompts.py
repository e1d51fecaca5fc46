"""`lectern prompts`: what language models are asked, to look at and to change."""

from pathlib import Path
from typing import Any

from ..base.errors import LecternError, SourceError
from ..base.frozen import Frozen
from ..planning.prompts import PROMPTS, Prompt, PromptFile, copy_prompt, kind_of, prompt_ids, read_prompt


class PromptCard(Frozen):
    """A prompt: what it does, the file that is used, whether that is the person's own, its hash, and what is wrong with it."""

    id: str
    about: str
    places: tuple[str, ...]
    file: str = ""
    own: bool = False
    hash: str = ""
    fault: str = ""
    line: int = 0


def prompts(folder: Path) -> tuple[PromptCard, ...]:
    """Return the prompts as they are used for the episode or studio in `folder`; one with a mistake says where it is."""
    return tuple(_card(id, folder) for id in prompt_ids(folder))


def prompt(folder: Path, id: str) -> PromptFile:
    """Return a prompt as it is used. Raises SourceError with the line of a mistake."""
    return read_prompt(id, folder)


def own_prompt(folder: Path, id: str) -> Path:
    """Write a copy of a prompt into the episode or studio, to be changed; return the file."""
    return copy_prompt(id, folder)


def prompt_schema() -> dict[str, Any]:
    """Return the JSON Schema of the files."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Prompt.model_json_schema()}


def _card(id: str, folder: Path) -> PromptCard:
    use = PROMPTS[kind_of(id)]
    try:
        found = read_prompt(id, folder)
    except SourceError as error:
        return PromptCard(
            id=id, about=use.about, places=use.places, file=error.file, own=True, fault=error.message, line=error.line
        )
    except LecternError as error:
        return PromptCard(id=id, about=use.about, places=use.places, own=True, fault=str(error))
    return PromptCard(id=id, about=use.about, places=use.places, file=str(found.file), own=found.own, hash=found.hash)
