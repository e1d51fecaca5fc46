"""``POST /v1/messages`` of Anthropic's API."""

import json
from collections.abc import Mapping
from typing import Any

from ..usage import TokenUsage
from .settings import ChatSettings
from .values import (
    ChatEvent,
    ChatMessage,
    ChatQuestion,
    ChatReply,
    ToolCall,
    count_of,
    object_of,
    turn,
    without_unset,
)

VERSION = "2023-06-01"
ANSWER_TOKENS = 16_000
"""The longest answer that is asked for where nobody says: this service wants to be told, and others where there is a budget."""


_THOUGHTS = ("thinking", "redacted_thinking")
"""Blocks that the service wants to have back as they were, signed, where the model has called tools after them."""


class AnthropicFormat:
    """Anthropic's messages."""

    header, scheme, name = "x-api-key", "", "Anthropic's messages"
    headers: Mapping[str, str] = {"anthropic-version": VERSION}

    def path(self, model: str, stream: bool = False) -> str:
        """Return the path, the same for all models."""
        return "/messages"

    def body(self, settings: ChatSettings, question: ChatQuestion, stream: bool = False) -> dict[str, Any]:
        """Return the conversation in blocks, in which turns of one side are one turn."""
        system = "\n\n".join(str(m["content"]) for m in question.messages if m["role"] == "system")
        turns: list[dict[str, Any]] = []
        for message in (m for m in question.messages if m["role"] != "system"):
            role, blocks = ("assistant" if message["role"] == "assistant" else "user"), _blocks(message)
            if turns and turns[-1]["role"] == role:
                turns[-1]["content"] += blocks
            elif blocks:
                turns.append({"role": role, "content": blocks})
        body: dict[str, Any] = {
            "model": settings.model,
            "max_tokens": settings.most_tokens or ANSWER_TOKENS + settings.thought_tokens,
            "messages": turns,
            **without_unset({"system": system or None, "temperature": settings.temperature, "stream": stream or None}),
        }
        if settings.thinking:
            body["thinking"] = (
                {"type": "enabled", "budget_tokens": settings.thought_tokens}
                if settings.thought_tokens
                else {"type": "disabled"}
            )
        if question.tools:
            body["tools"] = [
                {"name": t.name, "description": t.description, "input_schema": json.loads(t.parameters)}
                for t in question.tools
            ]
        if question.schema:
            body["output_config"] = {"format": {"type": "json_schema", "schema": question.schema}}
        return body

    def reply(self, found: Any) -> ChatReply:
        """Return the blocks as one turn."""
        blocks, stop = list(found["content"]), found.get("stop_reason")
        text = "".join(block["text"] for block in blocks if block["type"] == "text")
        calls = tuple(
            ToolCall(id=block["id"], name=block["name"], arguments=_arguments(block["input"]))
            for block in blocks
            if block["type"] == "tool_use"
        )
        refusal = text or "it refuses to answer" if stop == "refusal" else ""
        cut = stop in ("max_tokens", "model_context_window_exceeded")
        own = [_whole(block) for block in blocks] if any(block["type"] in _THOUGHTS for block in blocks) else ()
        return turn("" if refusal else text, calls, refusal, cut, _usage(found.get("usage")), own)

    def collector(self) -> "_AnthropicPieces":
        """Return what puts the pieces of an answer together."""
        return _AnthropicPieces()


class _AnthropicPieces:
    def __init__(self) -> None:
        self._blocks: dict[int, dict[str, Any]] = {}
        self._usage: dict[str, Any] = {}
        self._stop: str | None = None
        self._ended = False

    def add(self, piece: Any) -> list[ChatEvent]:
        """Take an event of the stream."""
        kind = piece["type"]
        if kind == "message_start":
            self._usage |= without_unset(piece["message"].get("usage") or {})
        elif kind == "content_block_start":
            block = dict(piece["content_block"])
            self._blocks[piece["index"]] = block | ({"input": ""} if block["type"] == "tool_use" else {})
        elif kind == "content_block_delta":
            return self._delta(self._blocks[piece["index"]], piece["delta"])
        elif kind == "message_delta":
            self._stop = piece["delta"].get("stop_reason") or self._stop
            self._usage |= without_unset(piece.get("usage") or {})
        self._ended = self._ended or kind == "message_stop"
        return []

    def _delta(self, block: dict[str, Any], delta: Any) -> list[ChatEvent]:
        if delta["type"] == "text_delta":
            block["text"] = block.get("text", "") + delta["text"]
            return [ChatEvent("text", delta["text"])]
        if delta["type"] == "input_json_delta":
            block["input"] += delta["partial_json"]
        if delta["type"] == "signature_delta":
            block["signature"] = block.get("signature", "") + delta["signature"]
        if delta["type"] == "thinking_delta":
            block["thinking"] = block.get("thinking", "") + delta["thinking"]
            return [ChatEvent("thought", delta["thinking"])]
        return []

    def whole(self) -> Any:
        """Return a message; None if its end has not come."""
        if not self._ended:
            return None
        blocks = [block for _, block in sorted(self._blocks.items())]
        return {"content": blocks, "stop_reason": self._stop, "usage": self._usage}


def _usage(found: Any) -> TokenUsage:
    """Return the tokens; those of the prompt are counted without those of the cache."""
    thought, output = count_of(found, "output_tokens_details", "thinking_tokens"), count_of(found, "output_tokens")
    return TokenUsage(
        prompt=count_of(found, "input_tokens"), cached=count_of(found, "cache_read_input_tokens"),
        written=count_of(found, "cache_creation_input_tokens"), thought=thought, output=max(output - thought, 0),
    )  # fmt: skip


def _arguments(given: Any) -> str:
    """Return arguments, which come as an object, or from a stream as the text that was to become one."""
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)


def _whole(block: dict[str, Any]) -> dict[str, Any]:
    """Return a block as it goes back: a call from a stream has its arguments as text."""
    if block["type"] != "tool_use" or not isinstance(block["input"], str):
        return block
    return block | {"input": object_of(block["input"])}


def _blocks(message: ChatMessage) -> list[dict[str, Any]]:
    if own := message.get("own"):
        return list(own)
    if message["role"] == "tool":
        return [{"type": "tool_result", "tool_use_id": message["tool_call_id"], "content": str(message["content"])}]
    text = str(message.get("content") or "")
    calls = [
        {
            "type": "tool_use",
            "id": c["id"],
            "name": c["function"]["name"],
            "input": object_of(c["function"]["arguments"]),
        }
        for c in message.get("tool_calls") or ()
    ]
    return [*([{"type": "text", "text": text}] if text else []), *calls]
