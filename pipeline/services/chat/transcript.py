"""A conversation as one text, for programs that take a text and answer with one; calls of tools are JSON in it."""

import json
from collections.abc import Sequence
from typing import Any

from .values import ChatMessage, ChatQuestion, ChatTool, ToolCall

_ONLY_JSON = "Answer with one JSON object and nothing else, without a fence around it"


def prompt_of(question: ChatQuestion, with_schema: bool) -> str:
    """Return the conversation, with what it may call and (if `with_schema`) the form that its answer has to have."""
    system = "\n\n".join(str(m["content"]) for m in question.messages if m["role"] == "system")
    said = [m for m in question.messages if m["role"] != "system"]
    parts = [system] if system else []
    parts += [str(said[0]["content"])] if len(said) == 1 else [_turn(message) for message in said]
    if question.tools:
        parts.append(_about_tools(question.tools))
    elif with_schema:
        parts.append(
            f"{_ONLY_JSON}. It has to fit this JSON Schema:\n{json.dumps(question.schema, ensure_ascii=False)}"
        )
    if question.tools or question.schema is not None:
        parts.append("Use no tools of your own: read no files, run nothing. Only answer.")
    return "\n\n".join(parts) + "\n"


def calls_in(text: str) -> tuple[str, tuple[ToolCall, ...]]:
    """Return what an answer says and calls; one that is not of that form says its text and calls nothing."""
    found = json_in(text)
    calls = found.get("calls") if isinstance(found, dict) else None
    if not isinstance(calls, list):
        return text, ()
    return str(found.get("text") or ""), tuple(
        ToolCall(id=f"call_{number}", name=str(call.get("name", "")), arguments=_arguments(call.get("arguments")))
        for number, call in enumerate(calls)
        if isinstance(call, dict)
    )


def json_in(text: str) -> Any:
    """Return the JSON that an answer is, or that stands in it between its first and last brace; None if there is none."""
    start, end = text.find("{"), text.rfind("}")
    for candidate in (text, text[start : end + 1] if 0 <= start < end else ""):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _turn(message: ChatMessage) -> str:
    if message["role"] == "tool":
        return f"## Result of {message.get('name', 'the call')}\n\n{message['content']}"
    calls = [
        {"name": c["function"]["name"], "arguments": c["function"]["arguments"]}
        for c in message.get("tool_calls") or ()
    ]
    said = [str(message.get("content") or ""), json.dumps({"calls": calls}, ensure_ascii=False) if calls else ""]
    who = "You" if message["role"] == "assistant" else "Question"
    return f"## {who}\n\n{chr(10).join(filter(None, said))}"


def _about_tools(tools: Sequence[ChatTool]) -> str:
    listed = "\n".join(f"- {tool.name}: {tool.description} Arguments: {tool.parameters}" for tool in tools)
    form = '{"text": "what you have to say", "calls": [{"name": "…", "arguments": {…}}]}'
    return f"What can be done for you is called by your answer:\n{listed}\n\n{_ONLY_JSON}:\n{form}"


def _arguments(given: Any) -> str:
    return given if isinstance(given, str) else json.dumps(given or {}, ensure_ascii=False)
