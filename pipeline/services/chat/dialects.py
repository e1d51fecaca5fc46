"""How command-line agents are called and what their output looks like: flags and shapes of each."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ..usage import TokenUsage
from .settings import ChatSettings
from .values import ChatEvent, count_of

type Heard = Callable[[ChatEvent], None]


class Found(NamedTuple):
    """What a program has answered; `failure` is why it could not, `price` what it says that it has cost, in USD."""

    text: str = ""
    refusal: str = ""
    cut: bool = False
    failure: str = ""
    usage: TokenUsage = TokenUsage()
    price: float | None = None


class Reader(ABC):
    """Reads the output of one run: each line while it comes, and the answer at the end."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def line(self, text: str) -> None:
        """Take a line of the output."""
        for event in _objects(text):
            self._event(event)

    def _event(self, event: dict[str, Any]) -> None:
        """Take an event; by default, nothing is told while it works."""
        return

    @abstractmethod
    def answer(self, output: str, written: str) -> Found:
        """Return the answer in the whole `output`, or that was `written` to the file for it."""


class _PlainReader(Reader):
    """Any command: what it writes is the answer."""

    def line(self, text: str) -> None:
        self._heard(ChatEvent("text", f"{text}\n"))

    def answer(self, output: str, written: str) -> Found:
        return Found(text=written or output)


class _ClaudeReader(Reader):
    """`claude -p`: lines of JSON, of which the last is the result. Its subtype says success even of an error."""

    def _event(self, event: dict[str, Any]) -> None:
        inner = event.get("event") if event.get("type") == "stream_event" else None
        delta = inner.get("delta") if isinstance(inner, dict) else None
        if isinstance(delta, dict):
            self._heard(
                ChatEvent(
                    "thought" if delta.get("thinking") else "text",
                    str(delta.get("thinking") or delta.get("text") or ""),
                )
            )

    def answer(self, output: str, written: str) -> Found:
        results = [event for event in _objects(output) if event.get("type") == "result"]
        if not results:
            return Found(failure="it answered with something else than Claude Code's JSON" if output.strip() else "")
        result = results[-1]
        usage, structured = result.get("usage"), result.get("structured_output")
        text = json.dumps(structured, ensure_ascii=False) if structured is not None else str(result.get("result") or "")
        stop, subtype = result.get("stop_reason"), str(result.get("subtype") or "")
        failed = bool(result.get("is_error")) or subtype.startswith("error_")
        spent = result.get("total_cost_usd")
        return Found(
            text=text, refusal=text or "it refuses to answer" if stop == "refusal" else "", cut=stop == "max_tokens",
            failure=(text or subtype or "it gave no reason") if failed else "",
            usage=TokenUsage(
                prompt=count_of(usage, "input_tokens"), cached=count_of(usage, "cache_read_input_tokens"),
                written=count_of(usage, "cache_creation_input_tokens"), output=count_of(usage, "output_tokens"),
            ),
            price=float(spent) if isinstance(spent, int | float) else None,
        )  # fmt: skip


class _CodexReader(Reader):
    """`codex exec --json`: events, of which the last message of the agent is the answer."""

    def _event(self, event: dict[str, Any]) -> None:
        item = event.get("item")
        if event.get("type") == "item.completed" and isinstance(item, dict):
            kinds = {"agent_message": "text", "reasoning": "thought"}
            if (kind := kinds.get(str(item.get("type")))) and item.get("text"):
                self._heard(ChatEvent("text" if kind == "text" else "thought", str(item["text"])))

    def answer(self, output: str, written: str) -> Found:
        text, failure, usage = "", "", TokenUsage()
        for event in _objects(output):
            item, kind = event.get("item"), event.get("type")
            if kind == "item.completed" and isinstance(item, dict) and item.get("type") == "agent_message":
                text = str(item.get("text") or "")
            elif kind in ("turn.failed", "error"):
                failure = _message(event)
            elif kind == "turn.completed":
                failure, usage = "", usage + _codex_usage(event.get("usage"))
        if not text and not failure and output.strip():
            failure = "it answered with something else than the events of Codex"
        return Found(text=written or text, failure=failure, usage=usage)


class _GeminiReader(Reader):
    """`gemini -o json`: one object, perhaps after lines of its own."""

    def answer(self, output: str, written: str) -> Found:
        start, end = output.find("{"), output.rfind("}")
        found = next(_objects(output[start : end + 1].replace("\n", " ")), None) if 0 <= start < end else None
        if found is None or not ({"response", "error"} & found.keys()):
            return Found(
                failure="it answered with something else than the JSON of Gemini's command line"
                if output.strip()
                else ""
            )
        failure = _message(found) if found.get("error") else ""
        return Found(text=str(found.get("response") or ""), failure=failure, usage=_gemini_usage(found.get("stats")))


class Dialect(NamedTuple):
    """A kind of program: what is run, its arguments, whether it takes a schema, and the variables that it needs (none: all)."""

    program: tuple[str, ...]
    arguments: Callable[[ChatSettings, bool], tuple[str, ...]]
    reader: Callable[[Heard], Reader]
    takes_schema: bool = False
    variables: tuple[str, ...] = ()


def _claude(settings: ChatSettings, schema: bool) -> tuple[str, ...]:
    return (
        "-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages", "--tools", "", "--strict-mcp-config",
        "--no-session-persistence", *_named("--model", settings), *(("--json-schema", "{schema}") if schema else ()),
    )  # fmt: skip


def _codex(settings: ChatSettings, schema: bool) -> tuple[str, ...]:
    return (
        "exec", "--json", "-s", "read-only", "--ephemeral", "--skip-git-repo-check", "--ignore-user-config",
        *_named("-m", settings),
        *(("--output-schema", "{schema_file}") if schema else ()), "-o", "{answer_file}", "-",
    )  # fmt: skip


def _gemini(settings: ChatSettings, schema: bool) -> tuple[str, ...]:
    return ("-o", "json", "--approval-mode", "plan", *_named("-m", settings), "-p", "Answer what is above.")


def _named(option: str, settings: ChatSettings) -> tuple[str, ...]:
    return (option, settings.model) if settings.model else ()


DIALECTS: dict[str, Dialect] = {
    "claude-code": Dialect(("claude",), _claude, _ClaudeReader, True, ("ANTHROPIC_", "CLAUDE_", "AWS_", "DISABLE_")),
    "codex": Dialect(("codex",), _codex, _CodexReader, True, ("OPENAI_", "CODEX_")),
    "gemini-cli": Dialect(("gemini",), _gemini, _GeminiReader, False, ("GEMINI_", "GOOGLE_")),
    "command": Dialect((), lambda settings, schema: (), _PlainReader),
}


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the lines that are objects of JSON; agents write other things between them."""
    for line in text.splitlines():
        if not line.lstrip().startswith("{"):
            continue
        try:
            found = json.loads(line, strict=False)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield found


def _message(event: dict[str, Any]) -> str:
    error = event.get("error") or event.get("message")
    found = error.get("message") if isinstance(error, dict) else error
    return str(found or "it gave no reason")


def _codex_usage(found: Any) -> TokenUsage:
    cached, written = count_of(found, "cached_input_tokens"), count_of(found, "cache_write_input_tokens")
    thought, output = count_of(found, "reasoning_output_tokens"), count_of(found, "output_tokens")
    prompt = max(count_of(found, "input_tokens") - cached - written, 0)
    return TokenUsage(prompt=prompt, cached=cached, written=written, thought=thought, output=max(output - thought, 0))


def _gemini_usage(stats: Any) -> TokenUsage:
    """Return the tokens of all models that have worked: ``stats.models.NAME.tokens``."""
    models = stats.get("models") if isinstance(stats, dict) else None
    used = [one.get("tokens") for one in models.values() if isinstance(one, dict)] if isinstance(models, dict) else []
    each = (
        TokenUsage(
            prompt=max(count_of(one, "prompt") - count_of(one, "cached"), 0), cached=count_of(one, "cached"),
            thought=count_of(one, "thoughts"), output=count_of(one, "candidates"),
        )
        for one in used
    )  # fmt: skip
    return sum(each, TokenUsage())
