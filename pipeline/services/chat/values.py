"""What a language model is asked and what it answers, in the words that all of Lectern uses: OpenAI's."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from ...base.frozen import Frozen
from ..usage import TokenUsage


class ChatTool(Frozen):
    """Something a model may ask for. `parameters` is the JSON schema of its arguments, as text."""

    name: str
    description: str
    parameters: str


class ToolCall(Frozen):
    """A tool that a model asks for; `arguments` as it wrote them, which need not be JSON."""

    id: str
    name: str
    arguments: str


class ChatReply(Frozen):
    """What a model answered; `message` is its turn of the conversation as JSON, `usage` the tokens of the turn.

    `cut`: it breaks off. `refusal` is why it doesn't answer. `price` is what the answer itself says that it costs, in USD.
    """

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    refusal: str = ""
    cut: bool = False
    message: str = "{}"
    usage: TokenUsage = TokenUsage()
    price: float | None = None

    @property
    def tokens(self) -> int:
        """All tokens of the turn."""
        return self.usage.total


JsonSchema = Mapping[str, Any]
ChatMessage = Mapping[str, Any]
"""A turn of a conversation, in OpenAI's words."""


class ChatQuestion(NamedTuple):
    """What asks for a turn: the conversation so far, the tools, and the JSON schema that its text shall fit (None: any text)."""

    messages: Sequence[ChatMessage]
    tools: Sequence[ChatTool] = ()
    schema: JsonSchema | None = None


class ChatEvent(NamedTuple):
    """Something that happens while a model answers: a piece of text, of what it thinks, or that it is asked again (and why)."""

    kind: Literal["text", "thought", "again"]
    text: str


class ChatWatch(NamedTuple):
    """Whoever follows an answer: `heard` gets it piece by piece, `stop` says whether it is no longer wanted.

    None: nobody listens, nobody stops it. `stop` is asked several times a second, from another thread.
    """

    heard: Callable[[ChatEvent], None] | None = None
    stop: Callable[[], bool] | None = None


UNWATCHED = ChatWatch()


def turn(
    text: str, calls: Sequence[ToolCall] = (), refusal: str = "", cut: bool = False, usage: TokenUsage = TokenUsage(),
    own: Sequence[Mapping[str, Any]] = (),
) -> ChatReply:  # fmt: skip
    """Return a model's turn, with the message that goes back to it: in a service's `own` words, where it wants to have those back."""
    message = json.dumps(_message(text, calls) | ({"own": [*own]} if own else {}), ensure_ascii=False)
    return ChatReply(text=text, calls=tuple(calls), refusal=refusal, cut=cut, message=message, usage=usage)


def object_of(arguments: str) -> dict[str, Any]:
    """Return arguments as an object; an empty one for what is none."""
    try:
        found = json.loads(arguments)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def count_of(usage: Any, *path: str) -> int:
    """Return a number of tokens in an answer, 0 where there is none."""
    for name in path:
        usage = usage.get(name) if isinstance(usage, dict) else None
    return usage if isinstance(usage, int) and not isinstance(usage, bool) and usage > 0 else 0


def without_unset(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that are set."""
    return {name: value for name, value in values.items() if value is not None}


def _message(text: str, calls: Sequence[ToolCall]) -> dict[str, Any]:
    """Return the model's turn as it goes back to it; some servers refuse what follows arguments that are no JSON."""
    said: dict[str, Any] = {"role": "assistant", "content": text}
    if calls:
        said["tool_calls"] = [
            {
                "id": c.id,
                "type": "function",
                "function": {"name": c.name, "arguments": json.dumps(object_of(c.arguments), ensure_ascii=False)},
            }
            for c in calls
        ]
    return said
