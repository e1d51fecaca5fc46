"""An agent without a model, which edits an episode through `lectern mcp` alone and counts what that costs."""

import base64
import io
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from mcp import Client
from PIL import Image

BRIEF = "# Brief\n\nFor beginners. They learn to say hello. A quarter of a minute, friendly, English.\n"
SCRIPT = """---
title: Saying hello
narrator: ada
---

# Hello {#hello}

Say {card}hello, and wait for an answer.

```overlay
id: note
kind: callout
text: Just say hello
at: card
```
"""
MENDED = "Say {card}hello, and an answer comes."


class ScriptedAgent:
    """Calls tools in one session, and notes the tokens of each: three and a half characters of JSON, or 750 px of a picture."""

    def __init__(self, client: Client) -> None:
        self._client, self.calls = client, list[tuple[str, int, int]]()

    async def ask(self, tool: str, **given: Any) -> Any:
        """What a tool answers; of a picture, its words and bytes."""
        answer = await self._client.call_tool(tool, given)
        assert not answer.is_error, f"{tool}: {answer.content[0].text}"
        text = answer.content[0].text
        picture = base64.b64decode(answer.content[1].data) if len(answer.content) > 1 else b""
        self.calls.append((tool, round(len(json.dumps(given)) / 3.5), round(len(text) / 3.5) + _tokens(picture)))
        return (text, picture) if picture else answer.structured_content

    async def change(self, why: str, *operations: dict[str, Any]) -> Any:
        """Plans and applies; what applying has answered."""
        planned = await self.ask("plan_edit", operations=operations, why=why)
        assert planned["outcome"] == "proposed", planned
        return await self.ask("apply_edit", id=planned["id"])

    async def do(self, work: str, id: str) -> dict[str, Any]:
        """Starts long work and waits for its end."""
        state = await self.ask(work, id=id)
        while state["state"] == "running":
            state = await self.ask("job", id=id, wait=25)
        assert state["state"] == "done", state
        return state["result"]

    async def set(self, why: str, **values: float) -> Any:
        """Sets properties of the narrator's strip."""
        strip = await self.narrator()
        return await self.change(
            why, *({"op": "set", "strip": strip, "property": p, "value": v} for p, v in values.items())
        )

    async def narrator(self) -> str:
        """The id of the narrator's strip."""
        code = (await self.ask("timeline", scene="hello"))["code"]
        return next(line.split('"')[1] for line in code.splitlines() if "track='Narrator" in line)

    async def covered(self) -> list[str]:
        """The rows of the film in which a narrator covers a text."""
        return [row for row in (await self.ask("activity", step=0.5))["rows"] if "covered: " in row]


async def work_through(agent: ScriptedAgent, meanwhile: Callable[[], Awaitable[None]] | None = None) -> dict[str, Any]:
    """Brief, plan, build, look, move the narrator off a text, change a sentence, build and verify; `meanwhile` a person works."""
    before = await agent.ask("status")
    await agent.change("agree on what it is", {"op": "write", "file": "brief.md", "text": BRIEF})
    await agent.change("as the brief says", {"op": "write", "file": "script.md", "text": SCRIPT})
    found = await agent.ask("check")
    assert found["problems"] == []
    await agent.ask("estimate")
    await agent.do("build", "first")
    await agent.set("the narrator in the middle", x=0.5, y=0.5)
    await agent.do("build", "middle")
    covered = await agent.covered()
    await agent.ask("see_sheet", at=[1.0, 2.0], cell=240)
    if meanwhile:
        await meanwhile()
    spot = _off_the_text(await agent.ask("place", scene="hello", width=0.395, height=0.703))
    moved = await agent.set("off the text", x=spot["x"] + spot["w"] / 2, y=1 - spot["h"] / 2)
    shorter = {"op": "replace", "file": "script.md", "find": "Say {card}hello, and wait for an answer.", "text": MENDED}
    said = await agent.change("shorter", shorter)
    await agent.do("build", "last")
    free = await agent.covered()
    seen = await agent.ask("see_frame", seconds=2.0, boxes=True)
    result = await agent.do("verify", "verify")
    history = await agent.ask("history")
    again = await agent.ask("status", since=before["revision"])
    return {"before": before, "covered": covered, "free": free, "moved": moved, "said": said, "seen": seen, "result": result,
            "history": history, "status": again}  # fmt: skip


def _off_the_text(room: dict[str, Any]) -> dict[str, float]:
    """The place at the bottom that shares least with texts: nobody stands in the air."""
    texts = [each["box"] for each in room["occupied"] if each["kind"] == "text"]

    def shared(box: dict[str, float]) -> float:
        wide = [min(box["x"] + box["w"], t["x"] + t["w"]) - max(box["x"], t["x"]) for t in texts]
        high = [min(box["y"] + box["h"], t["y"] + t["h"]) - max(box["y"], t["y"]) for t in texts]
        return sum(max(w, 0) * max(h, 0) for w, h in zip(wide, high, strict=True))

    low = [place["box"] for place in room["places"] if place["box"]["y"] + place["box"]["h"] > 0.9]
    return min(low, key=shared)


def cost_table(agent: ScriptedAgent) -> list[str]:
    """Each tool with how often it was called, and the tokens sent and received."""
    rows = []
    for tool in sorted({call[0] for call in agent.calls}):
        of = [call for call in agent.calls if call[0] == tool]
        rows.append(
            f"{tool:<12} {len(of):>3} calls {sum(c[1] for c in of):>6} sent {sum(c[2] for c in of):>6} received"
        )
    return rows


def _tokens(picture: bytes) -> int:
    if not picture:
        return 0
    width, height = Image.open(io.BytesIO(picture)).size
    return round(width * height / 750)


def write_empty(folder: Path) -> Path:
    """Writes an episode in which nothing is but its size."""
    folder.mkdir(parents=True)
    (folder / "script.md").write_text("# Nothing yet\n")
    (folder / "lectern.toml").write_text("[film]\nwidth = 640\nheight = 360\nprocesses = 1\n")
    return folder
