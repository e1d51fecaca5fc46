"""``POST /models/MODEL:generateContent`` of Google's Gemini API."""

import json
from collections.abc import Mapping
from typing import Any

from ..usage import TokenUsage
from .settings import ChatSettings
from .values import ChatEvent, ChatMessage, ChatQuestion, ChatReply, ToolCall, count_of, object_of, turn, without_unset


class GeminiFormat:
    """Gemini's generateContent."""

    header, scheme, name = "x-goog-api-key", "", "Gemini's generateContent"
    headers: Mapping[str, str] = {}

    def path(self, model: str, stream: bool = False) -> str:
        """Return the path of a model."""
        return f"/models/{model}:{'streamGenerateContent?alt=sse' if stream else 'generateContent'}"

    def body(self, settings: ChatSettings, question: ChatQuestion, stream: bool = False) -> dict[str, Any]:
        """Return the conversation in parts."""
        system = [{"text": str(m["content"])} for m in question.messages if m["role"] == "system"]
        contents: list[dict[str, Any]] = []
        for message in (m for m in question.messages if m["role"] != "system"):
            role, parts = ("model" if message["role"] == "assistant" else "user"), _parts(message)
            if contents and contents[-1]["role"] == role:
                contents[-1]["parts"] += parts
            elif parts:
                contents.append({"role": role, "parts": parts})
        tuning = without_unset({"temperature": settings.temperature, "maxOutputTokens": settings.most_tokens})
        tuning |= {"thinkingConfig": {"thinkingBudget": settings.thought_tokens}} if settings.thinking else {}
        tuning |= (
            {"responseMimeType": "application/json", "responseJsonSchema": question.schema} if question.schema else {}
        )
        body: dict[str, Any] = {"contents": contents, **without_unset({"generationConfig": tuning or None})}
        if system:
            body["systemInstruction"] = {"parts": system}
        if question.tools:
            declared = [
                {"name": t.name, "description": t.description, "parametersJsonSchema": json.loads(t.parameters)}
                for t in question.tools
            ]
            body["tools"] = [{"functionDeclarations": declared}]
        return body

    def reply(self, found: Any) -> ChatReply:
        """Return the first candidate; one that was blocked is a refusal."""
        used = _usage(found.get("usageMetadata"))
        if blocked := (found.get("promptFeedback") or {}).get("blockReason"):
            return turn("", (), f"blocked: {blocked}", False, used)
        candidate = found["candidates"][0]
        parts, stop = list((candidate.get("content") or {}).get("parts") or ()), candidate.get("finishReason", "STOP")
        text = "".join(part.get("text", "") for part in parts if not part.get("thought"))
        calls = tuple(
            ToolCall(id=part["functionCall"].get("id") or f"call_{number}", name=part["functionCall"]["name"],
                     arguments=json.dumps(part["functionCall"].get("args") or {}, ensure_ascii=False))
            for number, part in enumerate(part for part in parts if "functionCall" in part)
        )  # fmt: skip
        refusal = "" if stop in ("STOP", "MAX_TOKENS") else f"stopped: {stop}"
        own = parts if any("thoughtSignature" in part for part in parts) else ()
        return turn(text, calls, refusal, stop == "MAX_TOKENS", used, own)

    def collector(self) -> "_GeminiPieces":
        """Return what puts the pieces of an answer together."""
        return _GeminiPieces()


class _GeminiPieces:
    def __init__(self) -> None:
        self._parts: list[dict[str, Any]] = []
        self._found: dict[str, Any] = {}
        self._stop: str | None = None

    def add(self, piece: Any) -> list[ChatEvent]:
        """Take a piece, which is an answer of its own with some of the parts."""
        self._found |= without_unset({name: piece.get(name) for name in ("usageMetadata", "promptFeedback")})
        if not piece.get("candidates"):
            return []
        candidate = piece["candidates"][0]
        parts = list((candidate.get("content") or {}).get("parts") or ())
        self._parts += parts
        self._stop = candidate.get("finishReason") or self._stop
        return [ChatEvent("thought" if part.get("thought") else "text", str(part.get("text", ""))) for part in parts]

    def whole(self) -> Any:
        """Return an answer with all parts; None if its end has not come."""
        if (self._found.get("promptFeedback") or {}).get("blockReason"):
            return self._found
        if self._stop is None:
            return None
        return {**self._found, "candidates": [{"content": {"parts": self._parts}, "finishReason": self._stop}]}


def _usage(found: Any) -> TokenUsage:
    """Return the tokens; those of the cache are among the prompt's, those of thoughts beside the answer's."""
    cached = count_of(found, "cachedContentTokenCount")
    prompt = count_of(found, "promptTokenCount") + count_of(found, "toolUsePromptTokenCount")
    thought, output = count_of(found, "thoughtsTokenCount"), count_of(found, "candidatesTokenCount")
    if not prompt and not output:
        return TokenUsage(prompt=count_of(found, "totalTokenCount"))
    return TokenUsage(prompt=max(prompt - cached, 0), cached=cached, thought=thought, output=output)


def _parts(message: ChatMessage) -> list[dict[str, Any]]:
    if own := message.get("own"):  # with the signatures of its thoughts, which it wants to have back
        return list(own)
    if message["role"] == "tool":
        return [{"functionResponse": {"name": message["name"], "response": {"result": str(message["content"])}}}]
    text = str(message.get("content") or "")
    calls = [
        {"functionCall": {"name": c["function"]["name"], "args": object_of(c["function"]["arguments"])}}
        for c in message.get("tool_calls") or ()
    ]
    return [*([{"text": text}] if text else []), *calls]
