"""A language model over HTTP: the protocol as servers speak it, and as they break it."""

import json

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.chat.chat import arguments_of, tool_result
from lectern.pipeline.services.chat.service import ServiceChat
from lectern.pipeline.services.chat.settings import ChatSettings
from lectern.pipeline.services.chat.values import ChatTool
from lectern.pipeline.services.http import HttpClient
from lectern.pipeline.services.keys import Keys

CLICK = ChatTool(name="click", description="Click.", parameters='{"type": "object", "properties": {}}')


def chat(server, **settings) -> ServiceChat:
    keys = Keys({"LECTERN_KEYS": f"{server.base.removeprefix('http://')}=sesame"})
    return ServiceChat(
        HttpClient(keys, sleep=lambda seconds: None), ChatSettings(base_url=server.base, model="m", **settings)
    )


def answer(reply, message: dict, finish: str = "stop"):
    found = {"choices": [{"message": message, "finish_reason": finish}], "usage": {"total_tokens": 7}}
    return reply(json.dumps(found).encode(), kind="application/json")


def test_a_turn_carries_the_conversation_the_tools_and_the_key(server, reply) -> None:
    calls = [{"id": "a", "type": "function", "function": {"name": "click", "arguments": '{"x": 1}'}},
             {"type": "function", "function": {"name": "look", "arguments": {}}}]  # fmt: skip
    server.on("POST", "/chat/completions", answer(reply, {"content": None, "tool_calls": calls}))
    said = chat(server, temperature=0.0).reply([{"role": "user", "content": "Go"}], [CLICK])
    (asked,) = server.asked
    assert asked.headers["authorization"] == "Bearer sesame"
    body = asked.json()
    assert (body["model"], body["temperature"], body["stream"], body["tool_choice"]) == ("m", 0.0, False, "auto")
    assert body["tools"][0]["function"]["name"] == "click"
    assert [(c.id, c.name, c.arguments) for c in said.calls] == [("a", "click", '{"x": 1}'), ("call_1", "look", "{}")]
    assert (said.tokens, said.text, said.cut) == (7, "", False)
    assert tool_result(said.calls[0], "ok") == {"role": "tool", "tool_call_id": "a", "name": "click", "content": "ok"}


def test_arguments_that_are_no_json_are_told_and_do_not_go_back_to_the_server(server, reply) -> None:
    call = {"id": "a", "type": "function", "function": {"name": "click", "arguments": '{"x":'}}
    server.on("POST", "/chat/completions", answer(reply, {"content": "", "tool_calls": [call]}))
    said = chat(server).reply([], [CLICK])
    with pytest.raises(LecternError, match="the arguments of click are not JSON"):
        arguments_of(said.calls[0])
    assert json.loads(said.message)["tool_calls"][0]["function"]["arguments"] == "{}"


def test_refusals_and_answers_that_break_off_are_known(server, reply) -> None:
    server.on("POST", "/chat/completions", answer(reply, {"content": None, "refusal": "No."}),
              answer(reply, {"content": [{"type": "text", "text": "half"}]}, "length"))  # fmt: skip
    assert chat(server).reply([], []).refusal == "No."
    half = chat(server).reply([], [])
    assert (half.text, half.cut) == ("half", True)


def test_a_turn_that_fails_for_a_while_is_asked_for_again(server, reply) -> None:
    good = answer(reply, {"content": "Hello"})
    server.on("POST", "/chat/completions", reply(b"", status=500), reply(b"", lost=True), good)
    assert chat(server).reply([], []).text == "Hello"
    server.on("POST", "/chat/completions", reply(b"", status=429, headers={"Retry-After": "1"}), good)
    assert chat(server).reply([], []).text == "Hello"
    assert server.count("POST") == 5


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, b'{"error": {"message": "out of memory"}}', "failed \\(500: out of memory\\), 3 times"),
        (429, b"", "asked too often, or its quota is used up"),
        (401, b"", "is it the right one"),
        (404, b'{"error": "model not found"}', "404: model not found"),
        (200, b'{"error": "model is loading"}', "another shape than OpenAI's chat completions \\(model is loading\\)"),
        (200, b"<html>", "no JSON"),
        (200, b'{"choices": []}', "another shape"),
    ],
)
def test_what_a_server_can_not_do_is_told(server, reply, status: int, body: bytes, said: str) -> None:
    server.on("POST", "/chat/completions", reply(body, status=status))
    with pytest.raises(LecternError, match=said):
        chat(server).reply([], [])


def test_a_server_that_is_silent_is_waited_for_no_longer_than_allowed(server, reply) -> None:
    server.on("POST", "/chat/completions", reply(b"", held=30.0))
    with pytest.raises(LecternError, match="did not answer within 1 s"):
        chat(server).reply([], [], seconds=1.0)
    assert server.count("POST") == 1


def test_a_model_has_to_be_named_and_one_on_this_computer_is_free(server) -> None:
    with pytest.raises(LecternError, match="names no language model"):
        ServiceChat(HttpClient(), ChatSettings())
    assert chat(server).cost(10) is None
    cloud = ChatSettings(base_url="https://models.example/v1", model="m", price=0.01)
    assert ServiceChat(HttpClient(), cloud).cost(10).price == pytest.approx(0.1)
    assert ServiceChat(HttpClient(), cloud.model_copy(update={"price": None})).cost(10).price is None


# Other providers: the same conversation in their words

LOOK = {"id": "a", "type": "function", "function": {"name": "look", "arguments": '{"at": 1}'}}
TALK = [
    {"role": "system", "content": "You click."}, {"role": "user", "content": "Go"},
    {"role": "assistant", "content": "", "tool_calls": [LOOK]},
    {"role": "tool", "tool_call_id": "a", "name": "look", "content": "a button"}, {"role": "user", "content": "On"},
]  # fmt: skip


def replied(reply, found: object):
    return reply(json.dumps(found).encode(), kind="application/json")


def test_anthropics_models_are_asked_in_blocks_and_answer_in_blocks(server, reply) -> None:
    blocks = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "I click."},
              {"type": "tool_use", "id": "b", "name": "click", "input": {"x": 1}}]  # fmt: skip
    usage = {"input_tokens": 5, "cache_read_input_tokens": 2, "output_tokens": 3}
    server.on("POST", "/messages", replied(reply, {"content": blocks, "stop_reason": "tool_use", "usage": usage}))
    said = chat(server, provider="anthropic").reply(TALK, [CLICK])
    (asked,) = server.asked
    assert (asked.headers["x-api-key"], asked.headers["anthropic-version"]) == ("sesame", "2023-06-01")
    body = asked.json()
    assert (body["system"], body["tools"][0]["input_schema"]["type"], body["max_tokens"]) == (
        "You click.",
        "object",
        16000,
    )
    assert [(turn["role"], [block["type"] for block in turn["content"]]) for turn in body["messages"]] == [
        ("user", ["text"]), ("assistant", ["tool_use"]), ("user", ["tool_result", "text"]),
    ]  # fmt: skip
    assert body["messages"][1]["content"][0]["input"] == {"at": 1}
    assert (said.text, said.calls[0].name, json.loads(said.calls[0].arguments), said.tokens) == (
        "I click.",
        "click",
        {"x": 1},
        10,
    )
    server.on("POST", "/messages", replied(reply, {"content": [], "stop_reason": "refusal"}),
              replied(reply, {"content": [{"type": "text", "text": "half"}], "stop_reason": "max_tokens"}))  # fmt: skip
    assert chat(server, provider="anthropic").reply(TALK, []).refusal
    assert chat(server, provider="anthropic").reply(TALK, []).cut


def test_gemini_is_asked_in_parts_and_answers_in_parts(server, reply) -> None:
    parts = [
        {"text": "hm", "thought": True},
        {"text": "I click."},
        {"functionCall": {"name": "click", "args": {"x": 1}}},
    ]
    found = {
        "candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}],
        "usageMetadata": {"totalTokenCount": 9},
    }
    server.on("POST", "/models/m:generateContent", replied(reply, found))
    said = chat(server, provider="gemini", max_tokens=7).reply(TALK, [CLICK])
    (asked,) = server.asked
    assert asked.headers["x-goog-api-key"] == "sesame"
    body = asked.json()
    assert body["systemInstruction"]["parts"] == [{"text": "You click."}]
    assert body["generationConfig"] == {"maxOutputTokens": 7}
    assert body["tools"][0]["functionDeclarations"][0]["name"] == "click"
    assert [(turn["role"], [next(iter(part)) for part in turn["parts"]]) for turn in body["contents"]] == [
        ("user", ["text"]), ("model", ["functionCall"]), ("user", ["functionResponse", "text"]),
    ]  # fmt: skip
    assert (said.text, said.calls[0].name, json.loads(said.calls[0].arguments), said.tokens) == (
        "I click.",
        "click",
        {"x": 1},
        9,
    )
    server.on("POST", "/models/m:generateContent", replied(reply, {"promptFeedback": {"blockReason": "SAFETY"}}),
              replied(reply, {"candidates": [{"finishReason": "RECITATION"}]}))  # fmt: skip
    assert chat(server, provider="gemini").reply(TALK, []).refusal == "blocked: SAFETY"
    assert chat(server, provider="gemini").reply(TALK, []).refusal == "stopped: RECITATION"


@pytest.mark.parametrize(
    ("provider", "path", "name"), [("anthropic", "/messages", "Anthropic's messages"), ("gemini", "/models/m:generateContent", "Gemini's")]
)  # fmt: skip
def test_an_answer_of_another_kind_of_service_is_told(server, reply, provider: str, path: str, name: str) -> None:
    server.on("POST", path, replied(reply, {"error": {"message": "no such model"}}))
    with pytest.raises(LecternError, match=rf"another shape than {name}.*no such model"):
        chat(server, provider=provider).reply(TALK, [])


def test_a_provider_has_a_usual_address() -> None:
    assert ChatSettings(provider="anthropic", model="m").address == "https://api.anthropic.com/v1"
    assert ChatSettings(model="m").address == "http://localhost:11434/v1"
    assert ChatSettings(provider="gemini", model="m", base_url="http://localhost:1/v").address == "http://localhost:1/v"


def test_the_models_of_every_provider_are_looked_for(server, reply) -> None:
    for provider, found in (
        ("openai", {"data": [{"id": "other"}]}), ("anthropic", {"data": [{"id": "other"}]}), ("gemini", {"models": [{"name": "models/other"}]}),
    ):  # fmt: skip
        server.on("GET", "/models", replied(reply, found))
        assert "has no model m; it has: other" in chat(server, provider=provider).test().what


# Thinking


@pytest.mark.parametrize(
    ("provider", "thinking", "sent"),
    [
        ("openai", "off", {"reasoning_effort": "none", "max_tokens": 100}),
        ("openai", "high", {"reasoning_effort": "high", "max_tokens": 24_100}),
        ("anthropic", "off", {"thinking": {"type": "disabled"}, "max_tokens": 100}),
        ("anthropic", "low", {"thinking": {"type": "enabled", "budget_tokens": 2_000}, "max_tokens": 2_100}),
        (
            "gemini",
            "medium",
            {"generationConfig": {"maxOutputTokens": 8_100, "thinkingConfig": {"thinkingBudget": 8_000}}},
        ),
        (
            "gemini",
            "off",
            {"generationConfig": {"maxOutputTokens": 100, "thinkingConfig": {"thinkingBudget": 0}}},
        ),
    ],
)
def test_how_much_a_model_thinks_is_said_as_each_service_wants_it_beside_the_answer(
    server, reply, provider: str, thinking: str, sent: dict
) -> None:
    server.on("POST", {"openai": "/chat/completions", "anthropic": "/messages"}.get(provider, "/models/m:generateContent"),
              replied(reply, ANSWERS[provider]))  # fmt: skip
    assert chat(server, provider=provider, thinking=thinking, max_tokens=100).reply(TALK).text == "ok"
    (asked,) = server.asked
    assert {name: asked.json().get(name) for name in sent} == sent


ANSWERS = {
    "openai": {"choices": [{"message": {"content": "ok"}, "finish_reason": "stop"}]},
    "anthropic": {"content": [{"type": "text", "text": "ok"}], "stop_reason": "end_turn"},
    "gemini": {"candidates": [{"content": {"parts": [{"text": "ok"}]}, "finishReason": "STOP"}]},
}


def test_nothing_is_said_about_thinking_where_nobody_has_set_it(server, reply) -> None:
    server.on("POST", "/messages", replied(reply, ANSWERS["anthropic"]))
    chat(server, provider="anthropic").reply(TALK)
    assert "thinking" not in server.asked[0].json() and server.asked[0].json()["max_tokens"] == 16_000


def test_what_a_model_may_think_counts_in_what_it_may_cost() -> None:
    free, thinks = (
        ServiceChat(HttpClient(), ChatSettings(base_url="https://models.example/v1", model="m", thinking=level))
        for level in (None, "high")
    )
    assert thinks.cost(1).tokens.output - free.cost(1).tokens.output == 24_000


def test_thoughts_go_back_to_the_services_that_want_them_as_they_were(server, reply) -> None:
    blocks = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "tool_use", "id": "b", "name": "click", "input": {"x": 1}},
    ]
    server.on("POST", "/messages", replied(reply, {"content": blocks, "stop_reason": "tool_use"}))
    parts = [{"functionCall": {"name": "click", "args": {"x": 1}}, "thoughtSignature": "s"}]
    server.on("POST", "/models/m:generateContent",
              replied(reply, {"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}]}))  # fmt: skip
    for provider, turns, inside, own in (
        ("anthropic", "messages", "content", blocks),
        ("gemini", "contents", "parts", parts),
    ):
        model = chat(server, provider=provider, thinking="low")
        said = model.reply(TALK, [CLICK])
        model.reply([*TALK, json.loads(said.message), tool_result(said.calls[0], "done")], [CLICK])
        assert server.asked[-1].json()[turns][-2][inside] == own


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"provider": "codex", "thinking": "low"}, "option of its own"),
        ({"provider": "anthropic", "model": "m", "thinking": "low", "temperature": 0.2}, "leave out temperature"),
    ],
)
def test_thinking_that_can_not_be_had_is_refused_with_the_way_out(settings: dict, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        ChatSettings(**settings)
