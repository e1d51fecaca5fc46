"""How language models are spoken to: what a turn looks like for OpenAI's kind of services, Anthropic's and Gemini's.

A conversation is kept in OpenAI's words (``role``, ``content``, ``tool_calls``); the other two are translated to and from.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

from ..base.frozen import Frozen

ANTHROPIC_VERSION = "2023-06-01"
ANTHROPIC_TOKENS = 4096
"""The longest answer that is asked of Anthropic's models, which want to be told one."""
Provider = Literal["openai", "anthropic", "gemini"]


class ChatSettings(BaseModel):
    """Which language model is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: Provider = Field(
        "openai",
        description="How it is spoken to: `openai` (so do Ollama, llama.cpp, LM Studio), `anthropic` or `gemini`",
    )
    base_url: str = Field(
        "", description="Where it is; empty: where its provider is, for `openai` Ollama on this computer"
    )
    model: str = Field("", description="The model; it has to be one that calls tools")
    temperature: float | None = Field(None, ge=0, le=2, description="How freely it answers; unset: as the service does")
    max_tokens: int | None = Field(None, ge=1, description="The longest answer; unset: as the service does")
    timeout: float = Field(120.0, gt=0, le=3600, description="Seconds to wait for an answer")
    price: float | None = Field(
        None, ge=0, description="What a request costs; unset: unknown, or free on this computer"
    )
    currency: str = Field("USD", description="The currency of the price")

    @property
    def address(self) -> str:
        """The address of the service."""
        return self.base_url or FORMATS[self.provider].usual


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
    """What a model answered; `message` is its turn of the conversation as JSON, `tokens` what the turn used."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    refusal: str = ""
    cut: bool = False
    message: str = "{}"
    tokens: int = 0


JsonSchema = Mapping[str, Any]
ChatMessage = Mapping[str, Any]
"""A turn of a conversation, in OpenAI's words."""


class ChatQuestion(NamedTuple):
    """What asks for a turn: the conversation so far, the tools, and the JSON schema that its text shall fit (None: any text)."""

    messages: Sequence[ChatMessage]
    tools: Sequence[ChatTool] = ()
    schema: JsonSchema | None = None


class ChatFormat(Protocol):
    """How one kind of services is spoken to: `usual` address, `header` and `scheme` of its key, `name` for messages."""

    usual: str
    header: str
    scheme: str
    name: str
    headers: Mapping[str, str]

    def path(self, model: str) -> str:
        """Return where a turn is asked for, below the address."""

    def body(self, settings: ChatSettings, question: ChatQuestion) -> dict[str, Any]:
        """Return what asks for the next turn."""

    def reply(self, found: Any) -> ChatReply:
        """Return a turn. Raises KeyError, IndexError, TypeError or AttributeError for an answer of another shape."""


class OpenAIFormat:
    """``POST /chat/completions`` (openai-openapi 2.3.0): OpenAI, Ollama, llama.cpp, LM Studio, vLLM and their like."""

    usual, header, scheme, name = "http://localhost:11434/v1", "Authorization", "Bearer ", "OpenAI's chat completions"
    headers: Mapping[str, str] = {}

    def path(self, model: str) -> str:
        """Return the path, the same for all models."""
        return "/chat/completions"

    def body(self, settings: ChatSettings, question: ChatQuestion) -> dict[str, Any]:
        """Return the conversation as it is."""
        tuning = {"temperature": settings.temperature, "max_tokens": settings.max_tokens}
        body: dict[str, Any] = {
            "model": settings.model,
            "messages": list(question.messages),
            "stream": False,
            **_set(tuning),
        }
        if question.tools:
            functions = [
                {"name": t.name, "description": t.description, "parameters": json.loads(t.parameters)}
                for t in question.tools
            ]
            body |= {"tools": [{"type": "function", "function": f} for f in functions], "tool_choice": "auto"}
        if question.schema:
            form = {"name": "answer", "strict": True, "schema": question.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body

    def reply(self, found: Any) -> ChatReply:
        """Return the first choice."""
        choice = found["choices"][0]
        message = choice["message"]
        calls = tuple(_call(number, call) for number, call in enumerate(message.get("tool_calls") or ()))
        text, cut = _join_content(message.get("content") or ""), choice.get("finish_reason") == "length"
        used = (found.get("usage") or {}).get("total_tokens") or 0
        return _turn(text, calls, str(message.get("refusal") or ""), cut, used)


class AnthropicFormat:
    """``POST /v1/messages`` of Anthropic's API."""

    usual, header, scheme, name = "https://api.anthropic.com/v1", "x-api-key", "", "Anthropic's messages"
    headers: Mapping[str, str] = {"anthropic-version": ANTHROPIC_VERSION}

    def path(self, model: str) -> str:
        """Return the path, the same for all models."""
        return "/messages"

    def body(self, settings: ChatSettings, question: ChatQuestion) -> dict[str, Any]:
        """Return the conversation in blocks, in which turns of one side are one turn."""
        system = "\n\n".join(str(m["content"]) for m in question.messages if m["role"] == "system")
        turns: list[dict[str, Any]] = []
        for message in (m for m in question.messages if m["role"] != "system"):
            role, blocks = ("assistant" if message["role"] == "assistant" else "user"), _anthropic_blocks(message)
            if turns and turns[-1]["role"] == role:
                turns[-1]["content"] += blocks
            elif blocks:
                turns.append({"role": role, "content": blocks})
        body: dict[str, Any] = {
            "model": settings.model,
            "max_tokens": settings.max_tokens or ANTHROPIC_TOKENS,
            "messages": turns,
            **_set({"system": system or None, "temperature": settings.temperature}),
        }
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
            ToolCall(id=block["id"], name=block["name"], arguments=json.dumps(block["input"], ensure_ascii=False))
            for block in blocks
            if block["type"] == "tool_use"
        )
        usage = found.get("usage") or {}
        counted = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
        refusal = text or "it refuses to answer" if stop == "refusal" else ""
        cut = stop in ("max_tokens", "model_context_window_exceeded")
        return _turn("" if refusal else text, calls, refusal, cut, sum(usage.get(name) or 0 for name in counted))


class GeminiFormat:
    """``POST /models/MODEL:generateContent`` of Google's Gemini API."""

    usual, header, scheme = "https://generativelanguage.googleapis.com/v1beta", "x-goog-api-key", ""
    name = "Gemini's generateContent"
    headers: Mapping[str, str] = {}

    def path(self, model: str) -> str:
        """Return the path of a model."""
        return f"/models/{model}:generateContent"

    def body(self, settings: ChatSettings, question: ChatQuestion) -> dict[str, Any]:
        """Return the conversation in parts."""
        system = [{"text": str(m["content"])} for m in question.messages if m["role"] == "system"]
        contents: list[dict[str, Any]] = []
        for message in (m for m in question.messages if m["role"] != "system"):
            role, parts = ("model" if message["role"] == "assistant" else "user"), _gemini_parts(message)
            if contents and contents[-1]["role"] == role:
                contents[-1]["parts"] += parts
            elif parts:
                contents.append({"role": role, "parts": parts})
        tuning = _set({"temperature": settings.temperature, "maxOutputTokens": settings.max_tokens})
        tuning |= (
            {"responseMimeType": "application/json", "responseJsonSchema": question.schema} if question.schema else {}
        )
        body: dict[str, Any] = {"contents": contents, **_set({"generationConfig": tuning or None})}
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
        used = (found.get("usageMetadata") or {}).get("totalTokenCount") or 0
        if blocked := (found.get("promptFeedback") or {}).get("blockReason"):
            return _turn("", (), f"blocked: {blocked}", False, used)
        candidate = found["candidates"][0]
        parts, stop = list((candidate.get("content") or {}).get("parts") or ()), candidate.get("finishReason", "STOP")
        text = "".join(part.get("text", "") for part in parts if not part.get("thought"))
        calls = tuple(
            ToolCall(id=part["functionCall"].get("id") or f"call_{number}", name=part["functionCall"]["name"],
                     arguments=json.dumps(part["functionCall"].get("args") or {}, ensure_ascii=False))
            for number, part in enumerate(part for part in parts if "functionCall" in part)
        )  # fmt: skip
        refusal = "" if stop in ("STOP", "MAX_TOKENS") else f"stopped: {stop}"
        return _turn(text, calls, refusal, stop == "MAX_TOKENS", used)


FORMATS: dict[Provider, ChatFormat] = {
    "openai": OpenAIFormat(),
    "anthropic": AnthropicFormat(),
    "gemini": GeminiFormat(),
}


def _anthropic_blocks(message: ChatMessage) -> list[dict[str, Any]]:
    if message["role"] == "tool":
        return [{"type": "tool_result", "tool_use_id": message["tool_call_id"], "content": str(message["content"])}]
    text = str(message.get("content") or "")
    calls = [
        {"type": "tool_use", "id": c["id"], "name": c["function"]["name"], "input": _object(c["function"]["arguments"])}
        for c in message.get("tool_calls") or ()
    ]
    return [*([{"type": "text", "text": text}] if text else []), *calls]


def _gemini_parts(message: ChatMessage) -> list[dict[str, Any]]:
    if message["role"] == "tool":
        return [{"functionResponse": {"name": message["name"], "response": {"result": str(message["content"])}}}]
    text = str(message.get("content") or "")
    calls = [
        {"functionCall": {"name": c["function"]["name"], "args": _object(c["function"]["arguments"])}}
        for c in message.get("tool_calls") or ()
    ]
    return [*([{"text": text}] if text else []), *calls]


def _turn(text: str, calls: tuple[ToolCall, ...], refusal: str, cut: bool, tokens: int) -> ChatReply:
    return ChatReply(
        text=text, calls=calls, refusal=refusal, cut=cut, message=_assistant_message(text, calls), tokens=tokens
    )


def _call(number: int, call: Any) -> ToolCall:
    """Return a call; some servers leave its id out, or send its arguments as an object."""
    wanted = call["function"]
    arguments = wanted.get("arguments")
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)
    return ToolCall(id=str(call.get("id") or f"call_{number}"), name=str(wanted["name"]), arguments=text)


def _assistant_message(text: str, calls: tuple[ToolCall, ...]) -> str:
    """Return the model's turn as it goes back to it; some servers refuse what follows arguments that are no JSON."""
    turn: dict[str, Any] = {"role": "assistant", "content": text}
    if calls:
        turn["tool_calls"] = [
            {
                "id": c.id,
                "type": "function",
                "function": {"name": c.name, "arguments": json.dumps(_object(c.arguments), ensure_ascii=False)},
            }
            for c in calls
        ]
    return json.dumps(turn, ensure_ascii=False)


def _object(arguments: str) -> dict[str, Any]:
    """Return arguments as an object; an empty one for what is none."""
    try:
        found = json.loads(arguments)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _join_content(content: Any) -> str:
    """Return text, which may come in parts, as one."""
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content)


def _set(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
