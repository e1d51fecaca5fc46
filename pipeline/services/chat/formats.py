"""How services with language models are spoken to: what a turn looks like for each kind.

A conversation is kept in OpenAI's words (``role``, ``content``, ``tool_calls``); the other kinds are translated to and from.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from .anthropic import AnthropicFormat
from .gemini import GeminiFormat
from .openai import OpenAIFormat
from .settings import ChatSettings
from .sse import Collector
from .values import ChatQuestion, ChatReply


class ChatFormat(Protocol):
    """How one kind of services is spoken to: `header` and `scheme` of its key, `name` for messages."""

    header: str
    scheme: str
    name: str
    headers: Mapping[str, str]

    def path(self, model: str, stream: bool = False) -> str:
        """Return where a turn is asked for, below the address; with `stream`, in pieces."""

    def body(self, settings: ChatSettings, question: ChatQuestion, stream: bool = False) -> dict[str, Any]:
        """Return what asks for the next turn."""

    def reply(self, found: Any) -> ChatReply:
        """Return a turn. Raises KeyError, IndexError, TypeError or AttributeError for an answer of another shape."""

    def collector(self) -> Collector:
        """Return what puts the pieces of an answer together."""


FORMATS: dict[str, ChatFormat] = {
    "openai": OpenAIFormat(),
    "anthropic": AnthropicFormat(),
    "gemini": GeminiFormat(),
}
