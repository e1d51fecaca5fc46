"""What language models are asked, in files: those that come with Lectern, and a person's own, which go before them."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import ConfigDict, Field, ValidationError

from ..base.assets import ASSETS
from ..base.errors import LecternError, SourceError
from ..base.files import digest, make_folder, read_bounded, read_own, write_atomic
from ..base.frozen import Frozen
from ..episode.folder import settings_file

FOLDER = "prompts"
LARGEST = 200_000
"""The most bytes that a prompt may have."""
_PLACE = re.compile(r"\{(\w+)\}")


class PromptUse(NamedTuple):
    """What a prompt is for, and what fills its places."""

    about: str
    places: tuple[str, ...]


PROMPTS = {
    "brief": PromptUse("writes the brief of a film about an idea", ("idea", "project", "length")),
    "script": PromptUse("writes the script and its files from a brief", ("card", "brief", "project", "pace")),
    "ideas": PromptUse("suggests what films a project could have", ("project", "count")),
    "revise": PromptUse("changes an episode as somebody wishes", ("card", "wish", "files", "brief", "pace")),
    "rehearse": PromptUse("works out the steps to a goal at a screen", ("task",)),
}
"""The prompts that there are, by id."""


_ID = re.compile(r"(\w+)(\.[A-Za-z0-9_-]{1,40})?")
"""An id: what a prompt is for, and for a variant of one a dot and its name, like ``revise.formal``."""


def kind_of(id: str) -> str:
    """Return what a prompt is for, by its id, which may be that of a variant; "" if it is no id."""
    found = _ID.fullmatch(id)
    return found[1] if found and found[1] in PROMPTS else ""


class Prompt(Frozen):
    """A prompt: what a model is told it is (`system`) and what it is asked (`user`), with places like ``{idea}``."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="Which prompt it is, as its file is called")
    system: str = Field(description="What the model is told it is")
    user: str = Field(min_length=1, description="What it is asked; names in braces are filled")
    note: str = Field("", description="For people; no model sees it")

    def filled(self, values: Mapping[str, str]) -> list[dict[str, str]]:
        """Return the conversation that begins with this prompt, every place filled."""

        def fill(text: str) -> str:
            return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)

        return [{"role": "system", "content": fill(self.system)}, {"role": "user", "content": fill(self.user)}]


class PromptFile(Frozen):
    """A prompt, the file that it is in, and the hash of that, by which a run tells what was asked; `own`: it is the person's."""

    prompt: Prompt
    file: Path
    hash: str
    own: bool = False

    def told(self) -> dict[str, str]:
        """Return what a run notes of it."""
        return {"prompt": self.prompt.id, "file": str(self.file), "hash": self.hash}


def read_prompt(id: str, folder: Path) -> PromptFile:
    """Return the prompt `id` from `prompts/ID.json` of the episode in `folder`, else of its studio, else Lectern's own; read anew.

    A variant, like ``revise.formal``, is a person's own alone. Raises
    SourceError with the line of a mistake: JSON that breaks off, a missing or unknown key, a place that nothing fills;
    LinkRefused for a link.
    """
    if not kind_of(id):
        raise LecternError(f'there is no prompt "{id}"; there are: {", ".join(PROMPTS)}')
    for base in _bases(folder):
        file = base / FOLDER / f"{id}.json"
        if (content := read_own(file, inside=base, most=LARGEST)) is not None:
            return _checked(id, file, content, own=True)
    if id not in PROMPTS:
        there = ", ".join(prompt_ids(folder))
        raise LecternError(
            f'there is no prompt "{id}"; there are: {there}. Make it with: lectern prompts DIR copy {id}'
        )
    file = ASSETS / FOLDER / f"{id}.json"
    return _checked(id, file, read_bounded(file, LARGEST), own=False)


def prompt_ids(folder: Path) -> tuple[str, ...]:
    """Return the ids of all prompts, the variants in the episode and its studio among them."""
    files = (file for base in _bases(folder) for file in sorted((base / FOLDER).glob("*.*.json")))
    return tuple(dict.fromkeys([*PROMPTS, *(file.stem for file in files if kind_of(file.stem))]))


def copy_prompt(id: str, folder: Path) -> Path:
    """Write a copy of the prompt that is used for the episode or studio in `folder` into its own `prompts`, to be changed.

    A variant begins as a copy of what it is a variant of. Raises LecternError if there is one.
    """
    found, file = read_prompt(kind_of(id) or id, folder), folder / FOLDER / f"{id}.json"
    if file.exists():
        raise LecternError(f"{file} is there already")
    make_folder(file.parent, inside=folder)
    own = found.prompt.model_copy(update={"id": id}).model_dump(exclude_defaults=True)
    text = json.dumps(own, ensure_ascii=False, indent=2) + "\n"
    write_atomic(file, read_bounded(found.file, LARGEST) if id in PROMPTS else text, inside=folder)
    return file


def _bases(folder: Path) -> tuple[Path, ...]:
    """Return the folders that may have prompts: the episode, the folder that it is in, and the one with its lectern.toml."""
    folder, settings = folder.absolute(), settings_file(folder)
    return tuple(dict.fromkeys([folder, folder.parent, *([settings.absolute().parent] if settings else [])]))


def _checked(id: str, file: Path, content: bytes, own: bool) -> PromptFile:
    try:
        text = content.decode("utf-8")
        prompt = Prompt.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise SourceError(file, error.lineno, f"it is no JSON: {error.msg}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        key = str(fault["loc"][0]) if fault["loc"] else ""
        raise SourceError(file, _line_of(text, f'"{key}"'), f"{key or 'the prompt'}: {fault['msg']}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise LecternError(f"{file} can't be read as a prompt: {error}") from error
    if prompt.id != id:
        raise SourceError(file, _line_of(text, '"id"'), f'its id is "{prompt.id}", and its name says "{id}"')
    places = PROMPTS[kind_of(id)].places
    for name in _PLACE.findall(prompt.system + prompt.user):
        if name not in places:
            raise SourceError(
                file, _line_of(text, f"{{{name}}}"), f"nothing fills {{{name}}}; there are: {', '.join(places)}"
            )
    return PromptFile(prompt=prompt, file=file, hash=digest(content), own=own)


def _line_of(text: str, part: str) -> int:
    return text[: max(text.find(part), 0)].count("\n") + 1
