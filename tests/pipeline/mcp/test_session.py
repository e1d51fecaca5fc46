"""One session from the brief to the verified film, with a film that is there already and a build that only says it is done."""

import sys
from pathlib import Path

import anyio
import pytest
from agents_episode import made_episode
from mcp import Client
from test_looking import _write_film

from lectern.pipeline.mcp.server import server_of
from lectern.pipeline.studio import started_jobs

DONE = """print('{"event": "done", "film": "renders/film.mp4"}')"""
VERIFIED = """print('{"film": "renders/film.mp4", "score": 100, "findings": []}')"""


@pytest.mark.media
def test_a_session_needs_few_calls_and_few_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    folder = made_episode(tmp_path / "ep")
    _write_film(folder / "renders" / "film.mp4")
    for work, code in (("build", DONE), ("verify", VERIFIED)):
        monkeypatch.setitem(started_jobs._COMMANDS, work, (code,))
    monkeypatch.setattr(started_jobs, "child_command", lambda code, *_: [sys.executable, "-I", "-S", "-c", code])
    spent, answers = [0], dict[str, object]()

    async def talk() -> None:
        async with Client(server_of(folder)) as client:

            async def ask(tool: str, **given: object) -> dict:
                answer = await client.call_tool(tool, given)
                assert not answer.is_error, answer.content[0].text
                spent.append(len(answer.content[0].text) / 3.5)
                answers[tool] = answer.structured_content
                return answer.structured_content or {}

            async def change(**operation: object) -> None:
                planned = await ask("plan_edit", operations=[operation], why="better")
                assert (await ask("apply_edit", id=planned["id"]))["outcome"] == "applied"

            before = (await ask("status"))["revision"]
            await change(op="write", file="brief.md", text="For beginners.\n")
            await change(op="replace", file="script.md", find="it is warm", text="it is hot")
            assert (await ask("check")).get("problems", []) == []
            await ask("build", id="one")
            assert (await ask("job", id="one", wait=20))["state"] == "done"
            await ask("activity", step=0.5)
            await ask("see_sheet")
            room = (await ask("place", scene="one", width=0.3, height=0.1))["places"][0]["box"]
            await change(op="set", strip="one/card/text", property="x", value=room["x"] + 0.15)
            await ask("verify", id="two")
            assert (await ask("job", id="two", wait=20))["result"]["score"] == 100
            assert (await ask("status", since=before))["revision"] != before

    anyio.run(talk)
    assert len(spent) - 1 == 16 and max(spent) <= 10_000 and sum(spent) < 4_000
    assert '"x"' in (folder / "edits.json").read_text() and "it is hot" in (folder / "script.md").read_text()
