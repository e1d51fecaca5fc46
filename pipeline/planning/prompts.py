"""What language models are asked, in files: those that come with Lectern, and a person's own, which go before them."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import ConfigDict, ValidationError

from ..base.assets import ASSETS
from ..base.errors import LecternError, SourceError
from ..base.files import digest, read_bounded
from ..base.frozen import Frozen

FOLDER = "prompts"
LARGEST = 200_000
"""The most bytes that a prompt may have."""
_PLACE = re.compile(r"\{(\w+)\}")


class Prompt(Frozen):
    """A prompt: what a model is told it is (`system`) and what it is asked (`user`), with places like ``{idea}``."""

    model_config = ConfigDict(extra="forbid")

    id: str
    system: str
    user: str

    def filled(self, values: Mapping[str, str]) -> list[dict[str, str]]:
        """Return the conversation that begins with this prompt, every place filled."""

        def fill(text: str) -> str:
            return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)

        return [{"role": "system", "content": fill(self.system)}, {"role": "user", "content": fill(self.user)}]


class PromptFile(Frozen):
    """A prompt, the file that it is in, and the hash of that, by which a run tells what was asked."""

    prompt: Prompt
    file: Path
    hash: str


def read_prompt(id: str, folder: Path, places: tuple[str, ...]) -> PromptFile:
    """Return the prompt `id` from `prompts/ID.json` in `folder` or a folder above it, else Lectern's own; read anew each time.

    Raises SourceError with the line of a mistake: JSON that breaks off, a missing or unknown key, a place that is none of `places`.
    """
    file = next(
        (own for base in (folder, *folder.parents) if (own := base / FOLDER / f"{id}.json").is_file()),
        ASSETS / FOLDER / f"{id}.json",
    )
    try:
        text = read_bounded(file, LARGEST).decode("utf-8")
        given = json.loads(text)
        prompt = Prompt.model_validate(given)
    except json.JSONDecodeError as error:
        raise SourceError(file, error.lineno, f"it is no JSON: {error.msg}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        key = str(fault["loc"][0]) if fault["loc"] else ""
        raise SourceError(file, _line_of(text, f'"{key}"'), f"{key or 'the prompt'}: {fault['msg']}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise LecternError(f"{file} can't be read as a prompt: {error}") from error
    if prompt.id != id:
        raise SourceError(file, _line_of(text, '"id"'), f'its id is "{prompt.id}", and its name says "{id}"')
    for name in _PLACE.findall(prompt.system + prompt.user):
        if name not in places:
            raise SourceError(
                file, _line_of(text, f"{{{name}}}"), f"nothing fills {{{name}}}; there are: {', '.join(places)}"
            )
    return PromptFile(prompt=prompt, file=file, hash=digest(text))


def _line_of(text: str, part: str) -> int:
    return text[: max(text.find(part), 0)].count("\n") + 1
