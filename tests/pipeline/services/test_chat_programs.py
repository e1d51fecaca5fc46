"""Command-line agents as language models: small programs that write what Claude Code, Codex and Gemini's command line write."""

import json
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest
from pydantic import BaseModel

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.answer import Stopped
from lectern.pipeline.services.chat.models import open_chat
from lectern.pipeline.services.chat.programs import ProgramChat
from lectern.pipeline.services.chat.settings import ChatSettings
from lectern.pipeline.services.chat.structured import ask_structured
from lectern.pipeline.services.chat.values import ChatEvent, ChatTool, ChatWatch
from lectern.pipeline.services.http import HttpClient
from lectern.pipeline.services.usage import TokenUsage

ASKED = [{"role": "system", "content": "You count."}, {"role": "user", "content": "How many?"}]
CLAUDE = {
    "type": "result", "subtype": "success", "is_error": False, "result": "four", "stop_reason": "end_turn", "total_cost_usd": 0.02,
    "usage": {"input_tokens": 3, "cache_read_input_tokens": 2, "cache_creation_input_tokens": 1, "output_tokens": 4},
}  # fmt: skip
PIECE = {
    "type": "stream_event",
    "event": {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "fo"}},
}
CODEX = [
    {"type": "thread.started", "thread_id": "t"},
    {"type": "item.completed", "item": {"type": "reasoning", "text": "hm"}},
    {"type": "item.completed", "item": {"type": "agent_message", "text": "four"}},
    {
        "type": "turn.completed",
        "usage": {"input_tokens": 6, "cached_input_tokens": 2, "output_tokens": 5, "reasoning_output_tokens": 1},
    },
]
GEMINI = {
    "response": "four",
    "stats": {"models": {"g": {"tokens": {"prompt": 5, "cached": 2, "thoughts": 1, "candidates": 4}}}},
}


@pytest.fixture
def program(tmp_path: Path) -> Any:
    """Write a program that notes how it was called and does what `body` says; return the command for it."""

    def written(body: str) -> tuple[str, ...]:
        file = tmp_path / "agent.py"
        head = f"import json, os, sys, time\nTHERE = {str(tmp_path)!r}\nASKED = sys.stdin.read()\n"
        note = (
            "json.dump([sys.argv[1:], ASKED, os.listdir('.'), dict(os.environ)], open(THERE + '/called.json', 'a')); "
        )
        file.write_text(f"{head}{note}open(THERE + '/called.json', 'a').write('\\n')\n{body}\n")
        return (sys.executable, str(file))

    return written


def called(tmp_path: Path) -> list[Any]:
    return [json.loads(line) for line in (tmp_path / "called.json").read_text().splitlines()]


def chat(provider: str, command: tuple[str, ...], **more: Any) -> ProgramChat:
    found = open_chat(HttpClient(), ChatSettings(provider=provider, command=command, **more))  # type: ignore[arg-type]
    assert isinstance(found, ProgramChat)
    found._wait = lambda seconds, watch: None  # type: ignore[method-assign]
    return found


def printed(*events: object) -> str:
    return "\n".join(f"print({json.dumps(json.dumps(event))}, flush=True)" for event in events)


@pytest.mark.parametrize(
    ("provider", "body", "usage", "flag", "heard"),
    [
        ("claude-code", printed("Loading", PIECE, CLAUDE), TokenUsage(prompt=3, cached=2, written=1, output=4), "--no-session-persistence", "fo"),
        ("codex", printed(*CODEX), TokenUsage(prompt=4, cached=2, thought=1, output=4), "--ephemeral", "four"),
        ("gemini-cli", printed("Loaded.", GEMINI), TokenUsage(prompt=3, cached=2, thought=1, output=4), "plan", ""),
        ("command", "print('four')", TokenUsage(), "", "four\n"),
    ],
)  # fmt: skip
def test_an_agent_is_asked_on_its_input_in_an_empty_folder_and_its_answer_is_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    program: Any,
    provider: str,
    body: str,
    usage: TokenUsage,
    flag: str,
    heard: str,
) -> None:
    monkeypatch.setenv("LECTERN_KEYS", "api.example.org=sesame")
    monkeypatch.setenv("MY_OWN_SECRET", "sesame")
    events: list[ChatEvent] = []
    said = chat(provider, program(body), model="m").reply(ASKED, watch=ChatWatch(events.append))
    assert (said.text.strip(), said.usage) == ("four", usage)
    assert said.price == (0.02 if provider == "claude-code" else None)
    ((arguments, prompt, files, environment),) = called(tmp_path)
    assert "You count." in prompt and prompt.rstrip().endswith("How many?") and files == []
    assert flag in ["", *arguments] and ("m" in arguments) == (provider != "command")
    assert "LECTERN_KEYS" not in environment and ("MY_OWN_SECRET" in environment) == (provider == "command")
    assert "".join(event.text for event in events if event.kind == "text") == heard


class Answer(BaseModel):
    count: int


@pytest.mark.parametrize(
    ("provider", "right"),
    [
        ("claude-code", printed(CLAUDE | {"result": "", "structured_output": {"count": 4}})),
        ("codex", printed({"type": "item.completed", "item": {"type": "agent_message", "text": '{"count": 4}'}})),
        ("gemini-cli", printed(GEMINI | {"response": 'Here it is: {"count": 4}. Bye.'})),
        ("command", "print('{\"count\": 4}')"),
    ],
)
def test_an_answer_of_a_form_is_mended_by_one_more_question(
    tmp_path: Path, program: Any, provider: str, right: str
) -> None:
    wrong = {
        "claude-code": printed(CLAUDE | {"result": "no json"}), "codex": printed(*CODEX), "gemini-cli": printed(GEMINI),
        "command": "print('no json')",
    }[provider]  # fmt: skip
    body = f"if 'does not fit' in ASKED:\n    {right}\nelse:\n    {wrong.replace(chr(10), chr(10) + '    ')}"
    found = ask_structured(chat(provider, program(body)), ASKED, Answer)
    assert (found.value.count, found.rounds) == (4, 2)
    first = called(tmp_path)[0]
    schema = json.dumps(first[0]) + first[1]
    assert "count" in schema or "schema.json" in schema


def test_an_answer_that_never_fits_is_refused_after_three(tmp_path: Path, program: Any) -> None:
    with pytest.raises(LecternError, match="after 3 tries"):
        ask_structured(chat("command", program("print('no')")), ASKED, Answer)
    assert len(called(tmp_path)) == 3


def test_tools_are_called_by_the_answer(program: Any, tmp_path: Path) -> None:
    click = ChatTool(name="click", description="Click.", parameters='{"type": "object"}')
    body = printed(
        GEMINI | {"response": 'Well: {"text": "I click.", "calls": [{"name": "click", "arguments": {"x": 1}}]}'}
    )
    said = chat("gemini-cli", program(body)).reply(ASKED, [click])
    assert (said.text, said.calls[0].name, json.loads(said.calls[0].arguments)) == ("I click.", "click", {"x": 1})
    assert "- click: Click." in called(tmp_path)[0][1]
    talk = [
        *ASKED,
        json.loads(said.message),
        {"role": "tool", "tool_call_id": "a", "name": "click", "content": "clicked"},
    ]
    chat("gemini-cli", program(body)).reply(talk, [click])
    assert "## Result of click\n\nclicked" in called(tmp_path)[1][1]


@pytest.mark.parametrize(
    ("provider", "body", "told", "asked"),
    [
        ("claude-code", printed(CLAUDE | {"is_error": True, "result": "Not logged in · Please run /login"}) + "\nsys.exit(1)",
         "Not logged in", 1),
        ("claude-code", printed(CLAUDE | {"subtype": "error_max_turns", "result": None}), "error_max_turns", 1),
        ("claude-code", printed(CLAUDE | {"is_error": True, "result": "API Error: 529 overloaded"}), "overloaded", 3),
        ("claude-code", "print('hello')", "something else than Claude Code's JSON", 1),
        ("codex", printed({"type": "turn.failed", "error": {"message": "stream error: 429 Too Many Requests"}}), "429", 3),
        ("codex", printed({"type": "error", "message": "bad model"}), "bad model", 1),
        ("gemini-cli", printed({"error": {"message": "quota gone"}}) + "\nsys.exit(1)", "quota gone", 1),
        ("command", "sys.stderr.write('no GPU here')\nsys.exit(3)", r"failed \(3\): no GPU here", 1),
        ("command", "pass", "without an answer", 3),
    ],
)  # fmt: skip
def test_what_an_agent_can_not_do_is_told_and_what_passes_is_asked_again(
    tmp_path: Path, program: Any, provider: str, body: str, told: str, asked: int
) -> None:
    with pytest.raises(LecternError, match=told):
        chat(provider, program(body)).reply(ASKED)
    assert len(called(tmp_path)) == asked


def test_refusals_and_cut_off_answers_of_an_agent_are_known(program: Any) -> None:
    assert chat("claude-code", program(printed(CLAUDE | {"stop_reason": "refusal"}))).reply(ASKED).refusal == "four"
    assert chat("claude-code", program(printed(CLAUDE | {"stop_reason": "max_tokens"}))).reply(ASKED).cut


def test_an_agent_that_takes_too_long_or_is_no_longer_wanted_ends_with_all_it_started(
    tmp_path: Path, program: Any
) -> None:
    hangs = program("import subprocess\nsubprocess.Popen(['sleep', '987'])\ntime.sleep(60)")
    with pytest.raises(LecternError, match="did not answer within 1 s"):
        chat("command", hangs, timeout=1.0).reply(ASKED)
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    with pytest.raises(Stopped):
        chat("command", hangs).reply(ASKED, watch=ChatWatch(stop=stop.is_set))
    assert not [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", "987"]]


def test_a_question_comes_as_an_argument_or_in_a_file_where_the_command_says_so(tmp_path: Path, program: Any) -> None:
    command = program("print(sys.argv[1] == 'Q' and open(sys.argv[3]).read() == sys.argv[2] and ASKED == '')")
    assert chat("command", (*command, "Q", "{prompt}", "{prompt_file}")).reply(ASKED).text.strip() == "True"
    with pytest.raises(LecternError, match=r"too long to be an argument"):
        chat("command", (*command, "{prompt}")).reply([{"role": "user", "content": "x" * 200_000}])


def test_a_program_that_is_not_there_or_not_named_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match="not installed, or not found"):
        chat("codex", ("/nowhere/codex",)).reply(ASKED)
    assert not chat("codex", ("/nowhere/codex",)).test().ok
    with pytest.raises(LecternError, match="no command; write one"):
        chat("command", ())
