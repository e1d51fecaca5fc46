"""Ask a language model for an answer of a given form, and let it mend what doesn't fit."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from ...base.errors import LecternError
from ..usage import TokenUsage
from .chat import Chat
from .transcript import json_in
from .values import UNWATCHED, ChatMessage, ChatWatch

ROUNDS = 3
"""How often a model is asked in all until its answer fits."""
_LEFT_OUT = {
    "title",
    "default",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "pattern",
    "format",
    "minimum",
    "maximum",
}
_FENCED = re.compile(r"```\w*\s*\n(.*)\n```", re.DOTALL)


class Structured[T: BaseModel](NamedTuple):
    """An answer, how often it was asked for, and the tokens of all turns."""

    value: T
    rounds: int
    usage: TokenUsage

    @property
    def tokens(self) -> int:
        """All tokens."""
        return self.usage.total


def ask_structured[T: BaseModel](
    chat: Chat,
    messages: Sequence[ChatMessage],
    form: type[T],
    faults: Callable[[T, int], Sequence[str]] = lambda value, round: (),
    watch: ChatWatch = UNWATCHED,
) -> Structured[T]:
    """Return an answer of the form `form` in which `faults` (of a value, in a round from 1) finds nothing.

    What is wrong is sent back, twice at most. `watch` follows all turns. Raises LecternError, with what was wrong last, if the
    answer never fits, or if the model refuses.
    """
    talk, used, schema = [*messages], TokenUsage(), _schema(form.model_json_schema())
    for number in range(1, ROUNDS + 1):
        reply = chat.reply(talk, (), schema=schema, watch=watch)
        used += reply.usage
        if reply.refusal:
            raise LecternError(f"the language model refuses: {reply.refusal}")
        value, wrong = _read(reply.text, form, reply.cut)
        wrong = wrong or list(faults(value, number) if value is not None else ())
        if value is not None and not wrong:
            return Structured(value, number, used)
        talk += [json.loads(reply.message), {"role": "user", "content": _mend(wrong)}]
    listed = "\n".join(wrong[:10])
    raise LecternError(f"the language model's answer does not fit, after {ROUNDS} tries:\n{listed}")


def _schema(found: Any) -> Any:
    """Return a schema without what some services refuse in one; the answer is checked for it all the same."""
    if isinstance(found, dict):
        return {
            name: _schema(value) for name, value in found.items() if name not in _LEFT_OUT or isinstance(value, dict)
        }
    return [_schema(value) for value in found] if isinstance(found, list) else found


def _read[T: BaseModel](text: str, form: type[T], cut: bool) -> tuple[T | None, list[str]]:
    """Return the answer, and what is wrong with it."""
    if cut:
        return None, ["the answer breaks off: it is too long; write less"]
    fenced = _FENCED.search(text)
    plain = fenced[1] if fenced and not text.lstrip().startswith("{") else text
    try:
        return form.model_validate(_loaded(plain)), []
    except ValidationError as error:
        return None, [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:10]]
    except (ValueError, RecursionError) as error:
        return None, [f"it is no JSON ({error})"]


def _loaded(text: str) -> Any:
    """Return the JSON that a text is, or else that stands in it. Raises ValueError or RecursionError for the text if it is none."""
    try:
        return json.loads(text, strict=False)
    except ValueError:
        found = json_in(text)
        if found is None:
            raise
        return found


def _mend(wrong: Sequence[str]) -> str:
    return "\n".join(["That does not fit yet:", *wrong[:30], "Answer with the whole JSON once more, with this mended."])
