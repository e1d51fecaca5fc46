"""Answers that arrive in pieces, of each kind of service: followed, stopped, broken off, refused, asked for again."""

import json
import threading
import time
from typing import Any

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.answer import Stopped
from lectern.pipeline.services.chat.service import ServiceChat
from lectern.pipeline.services.chat.settings import ChatSettings
from lectern.pipeline.services.chat.values import ChatEvent, ChatWatch
from lectern.pipeline.services.http import HttpClient
from lectern.pipeline.services.usage import TokenUsage

ASKED = [{"role": "user", "content": "Go"}]


def sse(*events: object) -> bytes:
    lines = (event if isinstance(event, str) else json.dumps(event) for event in events)
    return "".join(f"event: x\ndata: {line}\n\n" for line in lines).encode()


def opened(text: str, finish: str | None = None) -> dict[str, Any]:
    return {"choices": [{"delta": {"content": text}, "finish_reason": finish}]}


OPENAI = sse(
    {"choices": [{"delta": {"role": "assistant", "content": None}, "finish_reason": None}]},
    {"choices": [{"delta": {"reasoning_content": "hm"}}]},
    opened("Hel"), opened("lo"), opened("", "stop"),
    {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 4},
                              "completion_tokens_details": {"reasoning_tokens": 3}}},
    "[DONE]",
)  # fmt: skip
ANTHROPIC = sse(
    {"type": "message_start", "message": {"usage": {"input_tokens": 5, "cache_read_input_tokens": 4, "output_tokens": 1}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hel"}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "lo"}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"},
     "usage": {"output_tokens": 5, "output_tokens_details": {"thinking_tokens": 3}}},
    {"type": "message_stop"},
)  # fmt: skip
GEMINI = sse(
    {"candidates": [{"content": {"parts": [{"text": "hm", "thought": True}]}}]},
    {"candidates": [{"content": {"parts": [{"text": "Hel"}]}}]},
    {"candidates": [{"content": {"parts": [{"text": "lo"}]}, "finishReason": "STOP"}],
     "usageMetadata": {"promptTokenCount": 9, "cachedContentTokenCount": 4, "thoughtsTokenCount": 3, "candidatesTokenCount": 2}},
)  # fmt: skip
KINDS = {
    "openai": ("/chat/completions", OPENAI),
    "anthropic": ("/messages", ANTHROPIC),
    "gemini": ("/models/m:streamGenerateContent", GEMINI),
}


def chat(server: Any, provider: str = "openai", **settings: Any) -> ServiceChat:
    http = HttpClient(sleep=lambda seconds: None)
    return ServiceChat(http, ChatSettings(provider=provider, base_url=server.base, model="m", **settings))  # type: ignore[arg-type]


def streamed(reply: Any, body: bytes, **more: Any) -> Any:
    return reply(body, kind="text/event-stream", **more)


@pytest.mark.parametrize("provider", KINDS)
def test_an_answer_is_heard_in_pieces_and_comes_whole_with_its_tokens(server, reply, provider: str) -> None:
    path, body = KINDS[provider]
    server.on("POST", path, streamed(reply, body))
    heard: list[ChatEvent] = []
    said = chat(server, provider).reply(ASKED, watch=ChatWatch(heard.append))
    assert (said.text, said.cut, said.refusal) == ("Hello", False, "")
    assert said.usage == TokenUsage(prompt=5, cached=4, thought=3, output=2)
    assert [tuple(event) for event in heard] == [("thought", "hm"), ("text", "Hel"), ("text", "lo")]


@pytest.mark.parametrize("provider", KINDS)
def test_an_answer_that_breaks_off_is_asked_for_again_and_that_is_told(server, reply, provider: str) -> None:
    path, body = KINDS[provider]
    server.on(
        "POST", path, streamed(reply, body[: len(body) // 2]), streamed(reply, body, cut=40), streamed(reply, body)
    )
    heard: list[ChatEvent] = []
    assert chat(server, provider).reply(ASKED, watch=ChatWatch(heard.append)).text == "Hello"
    assert [event.kind for event in heard].count("again") == 2 and server.count("POST") == 3


@pytest.mark.parametrize(
    ("provider", "event", "told", "asked"),
    [
        ("openai", {"error": {"message": "the model crashed", "code": 500}}, "the model crashed.*3 times", 3),
        ("openai", {"error": "bad image"}, "broke off: bad image", 1),
        (
            "anthropic",
            {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
            "Overloaded",
            3,
        ),
        (
            "anthropic",
            {"type": "error", "error": {"type": "invalid_request_error", "message": "no"}},
            "broke off: no",
            1,
        ),
        ("gemini", {"error": {"code": 503, "status": "UNAVAILABLE", "message": "busy"}}, "busy", 3),
        ("openai", "{not json", "another shape than OpenAI", 1),
        ("gemini", [1], "another shape than Gemini", 1),
    ],
)
def test_an_error_in_the_middle_is_told_and_only_what_passes_is_asked_again(
    server, reply, provider: str, event: object, told: str, asked: int
) -> None:
    path, body = KINDS[provider]
    server.on("POST", path, streamed(reply, body[: len(body) // 3].rpartition(b"\n\n")[0] + b"\n\n" + sse(event)))
    with pytest.raises(LecternError, match=told):
        chat(server, provider).reply(ASKED, watch=ChatWatch(lambda event: None))
    assert server.count("POST") == asked


@pytest.mark.parametrize(
    ("provider", "body", "refusal", "cut"),
    [
        ("openai", sse(opened("ha"), opened("lf", "length")), "", True),
        ("openai", sse(opened("", "content_filter")), "filter", False),
        ("openai", sse({"choices": [{"delta": {"refusal": "No."}, "finish_reason": "stop"}]}), "No.", False),
        ("anthropic", ANTHROPIC.replace(b"end_turn", b"max_tokens"), "", True),
        ("anthropic", ANTHROPIC.replace(b"end_turn", b"refusal"), "Hello", False),
        ("gemini", GEMINI.replace(b"STOP", b"MAX_TOKENS"), "", True),
        ("gemini", GEMINI.replace(b"STOP", b"SPII"), "SPII", False),
        ("gemini", sse({"promptFeedback": {"blockReason": "SAFETY"}}), "blocked: SAFETY", False),
    ],
)
def test_refusals_and_cut_off_answers_are_known_in_pieces_too(server, reply, provider, body, refusal, cut) -> None:
    server.on("POST", KINDS[provider][0], streamed(reply, body))
    said = chat(server, provider).reply(ASKED, watch=ChatWatch(lambda event: None))
    assert refusal in said.refusal and bool(said.refusal) == bool(refusal) and said.cut == cut


def test_a_server_that_sends_all_at_once_is_understood_although_pieces_were_asked_for(server, reply) -> None:
    found = {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}
    server.on("POST", "/chat/completions", reply(json.dumps(found).encode(), kind="application/json"))
    assert chat(server).reply(ASKED, watch=ChatWatch(lambda event: None)).text == "Hello"
    assert server.asked[0].json()["stream"] is True


def test_an_answer_that_nobody_wants_any_more_is_stopped_at_once(server, reply) -> None:
    server.on("POST", "/chat/completions", streamed(reply, OPENAI, held=60.0))
    stopped = threading.Event()
    threading.Timer(0.3, stopped.set).start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        chat(server).reply(ASKED, watch=ChatWatch(stop=stopped.is_set))
    assert time.monotonic() - began < 30 and server.count("POST") == 1


@pytest.mark.parametrize("provider", KINDS)
def test_a_limit_of_requests_is_waited_out_but_one_that_is_used_up_is_told_at_once(
    server, reply, provider: str
) -> None:
    path, body = KINDS[provider]
    delay = b'{"error": {"message": "slow down", "details": [{"retryDelay": "3s"}]}}'
    server.on("POST", path, reply(delay, status=429), reply(b"", status=529), streamed(reply, body))
    waited: list[float] = []
    http = HttpClient(sleep=waited.append)
    settings = ChatSettings(provider=provider, base_url=server.base, model="m")  # type: ignore[arg-type]
    assert ServiceChat(http, settings).reply(ASKED, watch=ChatWatch(lambda event: None)).text == "Hello"
    assert waited[0] == 3.0
    server.on("POST", path, reply(b'{"error": {"message": "You exceeded your current quota"}}', status=429))
    before = server.count("POST")
    with pytest.raises(LecternError, match="quota"):
        ServiceChat(http, settings).reply(ASKED, watch=ChatWatch(lambda event: None))
    assert server.count("POST") == before + 1


def test_pieces_of_calls_are_joined_by_their_index() -> None:
    from lectern.pipeline.services.chat.openai import OpenAIFormat

    pieces = [
        {"tool_calls": [{"index": 0, "id": "a", "function": {"name": "click", "arguments": '{"x"'}}]},
        {"tool_calls": [{"index": 1, "id": "b", "function": {"name": "look", "arguments": ""}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": ": 1}"}}]},
    ]
    kind = OpenAIFormat()
    collector = kind.collector()
    for piece in pieces:
        collector.add({"choices": [{"delta": piece, "finish_reason": None}]})
    collector.add({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]})
    calls = kind.reply(collector.whole()).calls
    assert [(call.id, call.name, call.arguments) for call in calls] == [("a", "click", '{"x": 1}'), ("b", "look", "")]


def test_thoughts_that_came_in_pieces_go_back_whole_with_their_signature(server, reply) -> None:
    call = {"type": "tool_use", "id": "a", "name": "click", "input": {}}
    pieces = (
        {"type": "message_start", "message": {"usage": {}}},
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "thinking", "thinking": "", "signature": ""},
        },
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "h"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "m"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "sig"}},
        {"type": "content_block_start", "index": 1, "content_block": call},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"x": 1}'}},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}},
        {"type": "message_stop"},
    )
    server.on("POST", "/messages", streamed(reply, sse(*pieces)))
    said = chat(server, "anthropic", thinking="low").reply(ASKED, watch=ChatWatch(lambda event: None))
    thought = {"type": "thinking", "thinking": "hm", "signature": "sig"}
    assert json.loads(said.message)["own"] == [thought, {**call, "input": {"x": 1}}]
