"""``POST /chat/completions`` (openai-openapi 2.3.0): OpenAI, Ollama, llama.cpp, LM Studio, vLLM and their like."""

import json
from collections.abc import Mapping
from typing import Any

from ..usage import TokenUsage
from .settings import ChatSettings
from .values import ChatEvent, ChatQuestion, ChatReply, ToolCall, count_of, turn, without_unset


class OpenAIFormat:
    """OpenAI's chat completions."""

    header, scheme, name = "Authorization", "Bearer ", "OpenAI's chat completions"
    headers: Mapping[str, str] = {}

    def path(self, model: str, stream: bool = False) -> str:
        """Return the path, the same for all models."""
        return "/chat/completions"

    def body(self, settings: ChatSettings, question: ChatQuestion, stream: bool = False) -> dict[str, Any]:
        """Return the conversation as it is."""
        effort = "none" if settings.thinking == "off" else settings.thinking
        tuning = {"temperature": settings.temperature, "max_tokens": settings.most_tokens, "reasoning_effort": effort}
        body: dict[str, Any] = {
            "model": settings.model,
            "messages": list(question.messages),
            "stream": stream,
            **({"stream_options": {"include_usage": True}} if stream else {}),
            **without_unset(tuning),
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
        """Return the first choice; one that a filter has stopped is a refusal."""
        choice = found["choices"][0]
        message, stop = choice["message"], choice.get("finish_reason")
        calls = tuple(_call(number, call) for number, call in enumerate(message.get("tool_calls") or ()))
        filtered = "its filter stopped the answer" if stop == "content_filter" else ""
        refusal = str(message.get("refusal") or filtered)
        return turn(
            _join_content(message.get("content") or ""), calls, refusal, stop == "length", _usage(found.get("usage"))
        )

    def collector(self) -> "_OpenAIPieces":
        """Return what puts the pieces of an answer together."""
        return _OpenAIPieces()


class _OpenAIPieces:
    def __init__(self) -> None:
        self._message: dict[str, Any] = {"content": "", "refusal": ""}
        self._calls: list[dict[str, Any]] = []
        self._places: dict[object, int] = {}
        self._stop: str | None = None
        self._usage: Any = None

    def add(self, piece: Any) -> list[ChatEvent]:
        """Take a chunk: deltas of the first choice, or the usage, which comes last and without choices."""
        self._usage = piece.get("usage") or self._usage
        if not piece["choices"]:
            return []
        choice = piece["choices"][0]
        delta = choice.get("delta") or {}
        self._stop = choice.get("finish_reason") or self._stop
        text, refusal = _join_content(delta.get("content") or ""), str(delta.get("refusal") or "")
        self._message["content"] += text
        self._message["refusal"] += refusal
        for call in delta.get("tool_calls") or ():
            self._add_call(call)
        thought = delta.get("reasoning_content") or delta.get("reasoning") or ""
        return [ChatEvent("thought", str(thought)), ChatEvent("text", text or refusal)]

    def _add_call(self, piece: Any) -> None:
        """Take a piece of a call; pieces of one call have one index, or where a server sends none, one id."""
        key = piece.get("index", piece.get("id") or len(self._calls))
        if key not in self._places:
            self._places[key] = len(self._calls)
            self._calls.append({"id": "", "function": {"name": "", "arguments": ""}})
        call, function = self._calls[self._places[key]], piece.get("function") or {}
        call["id"] = call["id"] or piece.get("id") or ""
        call["function"]["name"] = call["function"]["name"] or function.get("name") or ""
        arguments = function.get("arguments") or ""
        call["function"]["arguments"] += arguments if isinstance(arguments, str) else json.dumps(arguments)

    def whole(self) -> Any:
        """Return a chat completion; None if no reason to finish has come."""
        if self._stop is None:
            return None
        message = {**self._message, "tool_calls": self._calls}
        return {"choices": [{"message": message, "finish_reason": self._stop}], "usage": self._usage}


def _usage(found: Any) -> TokenUsage:
    """Return the tokens; the details are parts of the totals. Some servers only send the total."""
    cached = count_of(found, "prompt_tokens_details", "cached_tokens")
    thought = count_of(found, "completion_tokens_details", "reasoning_tokens")
    prompt, output = count_of(found, "prompt_tokens"), count_of(found, "completion_tokens")
    if not prompt and not output:
        return TokenUsage(prompt=count_of(found, "total_tokens"))
    return TokenUsage(prompt=max(prompt - cached, 0), cached=cached, thought=thought, output=max(output - thought, 0))


def _call(number: int, call: Any) -> ToolCall:
    """Return a call; some servers leave its id out, or send its arguments as an object."""
    wanted = call["function"]
    arguments = wanted.get("arguments")
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)
    return ToolCall(id=str(call.get("id") or f"call_{number}"), name=str(wanted["name"]), arguments=text)


def _join_content(content: Any) -> str:
    """Return text, which may come in parts, as one."""
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content)
