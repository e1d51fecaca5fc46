"""An agent makes a film through MCP alone, with a real build; and once more while a person edits it in an open Blender."""

import os
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import av
import numpy as np
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from scripted_agent import ScriptedAgent, cost_table, work_through, write_empty

from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.launch import child_environment
from lectern.pipeline.timeline.edits import read_edits

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.thorough, pytest.mark.film]

PERSON = """
import sys, time
from pathlib import Path
import bpy, lectern
from lectern.addon import editing, following
from lectern.addon.sequencer.owned import owned_strips
folder = Path(sys.argv[1])
lectern.register()
bpy.ops.lectern.open_episode(directory=str(folder))
scene = bpy.context.scene
following.follow(scene)
print("open", flush=True)
sys.stdin.readline()
strip = owned_strips(scene)["hello/note/text"]
strip.color = (0.0, 0.0, 0.0, 1.0)
strip.box_color = (0.0, 1.0, 0.0, 1.0)
bpy.ops.ed.undo_push(message="Coloured")
editing.answer_builds(scene)
print("edited", flush=True)
while True:
    editing.answer_builds(scene)
    time.sleep(0 if following.follow(scene) == 0 else 0.05)
    print("seen", [strip.transform.offset_x for id, strip in owned_strips(scene).items() if "/ada/" in id], flush=True)
"""


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    return tmp_path / "profile"


def _session(
    folder: Path, meanwhile: Callable[[], Awaitable[None]] | None = None
) -> tuple[dict[str, Any], ScriptedAgent]:
    passed = {name: value for name, value in os.environ.items() if name.startswith("LECTERN")}
    program = StdioServerParameters(
        command=sys.executable, args=[str(ROOT), "mcp", str(folder)], env={**child_environment(), **passed}
    )

    async def talk() -> tuple[dict[str, Any], ScriptedAgent]:
        async with Client(program) as client:
            agent = ScriptedAgent(client)
            return await work_through(agent, meanwhile), agent

    return anyio.run(talk)


def _frame(folder: Path, seconds: float) -> np.ndarray:
    with av.open(str(EpisodePaths(folder=folder).film)) as film:
        return next(f for f in film.decode(video=0) if f.time >= seconds).to_ndarray(format="rgb24").astype(int)


def test_an_agent_makes_a_film_and_mends_it(tmp_path: Path, profile: Path) -> None:
    folder = write_empty(tmp_path / "ep")
    done, agent = _session(folder)
    assert "hello/note/text 100%" in " ".join(done["covered"]) and done["free"] == []
    assert done["result"]["findings"] == [] and done["status"]["film"]["findings"] == 0
    assert {change["state"] for change in done["history"]["items"]} == {"applied"} and len(
        done["history"]["items"]
    ) == 5
    assert "and an answer comes" in (folder / "script.md").read_text()
    assert "answer comes." in (folder / "renders" / "film.srt").read_text().replace("\n", " ")
    assert len(agent.calls) <= 60 and sum(call[1] + call[2] for call in agent.calls) < 12_000, cost_table(agent)
    assert max(call[2] for call in agent.calls) <= 10_000


@pytest.fixture
def person(profile: Path) -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PERSON, str(folder)]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return started[0]

    yield start
    for each in started:
        each.kill()
        each.wait()


def test_what_a_person_edits_in_blender_meanwhile_and_what_the_agent_does_are_both_in_the_film(
    tmp_path: Path, person: Callable[[Path], subprocess.Popen[str]]
) -> None:
    folder = write_empty(tmp_path / "ep")
    seen: list[str] = []

    def read(blender: subprocess.Popen[str], wanted: str) -> None:
        while not (line := blender.stdout.readline()).startswith(wanted):
            assert line, "Blender has ended"

    async def meanwhile() -> None:
        blender = person(folder)
        await anyio.to_thread.run_sync(partial(read, blender, "open"))
        blender.stdin.write("\n")
        blender.stdin.flush()
        await anyio.to_thread.run_sync(partial(read, blender, "edited"))
        threading.Thread(target=lambda: seen.extend(blender.stdout), daemon=True).start()

    done, _ = _session(folder, meanwhile)
    assert done["free"] == [] and done["moved"]["outcome"] == "applied"
    by_hand = {(edit.strip, edit.property) for edit in read_edits(folder).edits}
    assert ("hello/note/text", "box_colour") in by_hand and ("hello/ada/0", "x") in by_hand, by_hand
    green = (np.abs(_frame(folder, 2.0) - (0, 255, 0)).sum(axis=2) < 90).sum()
    assert green > 500
    assert len(set(seen)) > 1, "the open Blender did not show what the agent has moved"
