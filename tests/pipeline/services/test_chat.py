"""A language model over HTTP: the protocol as servers speak it, and as they break it."""

import json

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.chat import Chat, ChatSettings, ChatTool, arguments_of, tool_result
from lectern.pipeline.services.http import HttpClient
from lectern.pipeline.services.keys import Keys

CLICK = ChatTool(name="click", description="Click.", parameters='{"type": "object", "properties": {}}')


def chat(server, **settings) -> Chat:
    keys = Keys({"LECTERN_KEYS": f"{server.base.removeprefix('http://')}=sesame"})
    return Chat(HttpClient(keys, sleep=lambda seconds: None), ChatSettings(base_url=server.base, model="m", **settings))


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
        Chat(HttpClient(), ChatSettings())
    assert chat(server).cost(10) is None
    cloud = ChatSettings(base_url="https://models.example/v1", model="m", price=0.01)
    assert Chat(HttpClient(), cloud).cost(10).price == pytest.approx(0.1)
    assert Chat(HttpClient(), cloud.model_copy(update={"price": None})).cost(10).price is None
