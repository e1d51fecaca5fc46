"""Somebody's agent works out a goal over MCP, at the very screen that is recorded, under the limits of the script."""

import os
import re
import shlex
from contextlib import ExitStack
from pathlib import Path

import anyio
import psutil
import pytest
from mcp import Client
from test_rehearsal import OTHERS, PAGE, SUM

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.desktop.bridge import serve_desktop
from lectern.pipeline.capture.desktop.display import open_display
from lectern.pipeline.changes.store import ChangesetStore
from lectern.pipeline.jobs.supervised import SupervisedProcess
from lectern.pipeline.mcp.hands import PlaywrightMcp
from lectern.pipeline.mcp.stage import stage_server
from lectern.pipeline.studio.stage import AgentStage
from lectern.pipeline.trust.grants import NotTrusted

pytestmark = pytest.mark.browser

SCRIPT = """# Shop {#shop}

Mia has {name}a name, and {cart}one lamp goes into the cart.

```capture
kind: browser
id: cart
hidden:
  - open: pages/shop.html
goal: Put one lamp into Mia's cart
limits: {steps: 6}
```

# Counting {#counting}

Two files.

```capture
kind: terminal
id: files
goal: Make two files and count them
limits: {steps: 4}
```
"""
PLAIN = PAGE.replace("if (confirm('Two of them?')) ", "").replace("takes 2 ", "takes 1 ")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    folder = tmp_path / "ep"
    (folder / "pages").mkdir(parents=True)
    (folder / "pages" / "shop.html").write_text(PLAIN)
    (folder / "script.md").write_text(SCRIPT)
    return folder


def _worked_out(folder: Path, capture: str, *calls: tuple[str, dict[str, object]]) -> list[tuple[bool, str]]:
    """What an agent is answered (whether it failed, and the text), call by call."""
    stage = AgentStage(folder, capture, trust=True)

    async def talk() -> list[tuple[bool, str]]:
        async with Client(stage_server(stage)) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            assert {"look", "wait", "done", "give_up"} <= names
            answers = [await client.call_tool(name, given) for name, given in calls]
            return [(bool(answer.is_error), answer.content[0].text) for answer in answers]

    try:
        return anyio.run(talk)
    finally:
        stage.close()


def test_an_agents_clicks_at_a_page_come_back_as_steps_in_a_change(folder: Path) -> None:
    answers = _worked_out(
        folder,
        "cart",
        ("look", {}),
        ("click", {"target": {"role": "button", "name": "Delete everything"}}),
        ("type", {"text": "Mia", "into": {"label": "Name"}, "at": "name"}),
        ("click", {"target": {"role": "button", "name": "Put into cart"}, "at": "cart"}),
        ("wait", {"text": "takes 1"}),
        ("done", {"shows": "Mia takes 1 small"}),
        ("look", {}),
    )
    assert "Goal: Put one lamp" in answers[0][1] and 'button "Put into cart"' in answers[0][1]
    assert answers[1][0] and 'refused because of "delete"' in answers[1][1].lower()
    assert answers[5][0] is False, answers
    id = re.search(r"change ([0-9a-f]{8})", answers[5][1])[1]
    assert answers[6][0] and "has ended" in answers[6][1]
    change = ChangesetStore(folder).get(id)
    assert (change.who, change.state) == ("an agent", "proposed") and (folder / "script.md").read_text() == SCRIPT
    added = [
        line[1:].strip() for line in change.diff.splitlines() if line.startswith("+") and not line.startswith("+++")
    ]
    assert added[:2] == ["steps:", "- type: Mia"] and "at: cart" in added and any("Delete" in a for a in added) is False


def test_a_terminal_is_driven_too_and_its_limits_hold(folder: Path) -> None:
    answers = _worked_out(
        folder,
        "files",
        ("run", {"command": "touch a b"}),
        ("run", {"command": "ls | wc -l"}),
        ("done", {"shows": "2"}),
    )
    assert [failed for failed, _ in answers] == [False] * 3, answers
    assert "- run: touch a b" in ChangesetStore(folder).all()[0].diff
    answers = _worked_out(folder, "files", *(("run", {"command": f"echo {n}"}) for n in range(5)))
    assert answers[4][0] and "the 4 steps of its limits are used up" in answers[4][1]
    assert len(ChangesetStore(folder).all()) == 1


def test_files_in_an_editor_are_changed_and_run_by_an_agent(folder: Path) -> None:
    (folder / "work").mkdir()
    (folder / "work" / "sum.py").write_text(SUM)
    (folder / "script.md").write_text(OTHERS.replace("kind: editor", "kind: editor\nid: sums"))
    answers = _worked_out(
        folder,
        "sums",
        ("open", {"path": "sum.py"}),
        ("edit", {"lines": "2", "with": "    return a + b"}),
        ("run", {"command": "rm sum.py"}),
        ("run", {"command": "python3 sum.py", "at": "runs"}),
        ("done", {"shows": "7"}),
    )
    assert "2     return a + b" in answers[1][1] and 'refused because of "rm"' in answers[2][1]
    assert [failed for failed, _ in answers] == [False, False, True, False, False], answers
    diff = ChangesetStore(folder).all()[0].diff
    assert "+  - edit: 2" in diff and "+  - run: python3 sum.py" in diff and "rm" not in diff
    assert (folder / "work" / "sum.py").read_text() == SUM


REMOTE = """# Far {{#far}}

A computer that {{asks}}is far away.

```capture
kind: desktop
id: view
url: "{address}"
goal: Ask the computer that is far away for its name
```
"""


@pytest.mark.thorough
def test_a_program_on_a_desktop_is_used_by_an_agent(folder: Path) -> None:
    (folder / "script.md").write_text(OTHERS.replace("kind: desktop", "kind: desktop\nid: notes"))
    answers = _worked_out(
        folder,
        "notes",
        ("look", {}),
        ("click", {"target": {"text": "Search"}}),
        ("type", {"text": " and butter", "into": {"position": [0.5, 0.5]}}),
        ("click", {"target": {"text": "Document"}}),
        ("done", {"shows": "Line Ending"}),
    )
    assert re.search(r"\[0\.\d+, 0\.\d+\] Buy bread", answers[0][1]) and 'refused because of "Search"' in answers[1][1]
    assert [failed for failed, _ in answers] == [False, True, False, False, False], answers
    assert "+  - click: Document" in ChangesetStore(folder).all()[0].diff


@pytest.mark.thorough
def test_a_remote_desktop_in_a_web_view_is_used_by_an_agent(folder: Path) -> None:
    with ExitStack() as stack:
        shown = stack.enter_context(open_display((1200, 720), 96, folder))
        environment = {**os.environ, "DISPLAY": shown.name, "XAUTHORITY": str(shown.authority), "HOME": str(folder)}
        ask = "while read -p 'Your wish: ' wish; do clear; echo You wish: $wish; done"
        xterm = ["xterm", "-geometry", "60x12+0+0", "-fa", "JetBrains Mono", "-fs", "16", "-e", "bash", "-c", ask]
        stack.callback(SupervisedProcess(xterm, folder / "log", environment).close)
        address = stack.enter_context(serve_desktop(shown.socket, folder)).address
        (folder / "script.md").write_text(REMOTE.format(address=address))
        answers = _worked_out(
            folder,
            "view",
            ("look", {}),
            ("type", {"text": "your name", "into": {"position": [0.3, 0.3]}, "at": "asks"}),
            ("press", {"keys": "Enter"}),
            ("wait", {"text": "You wish"}),
            ("done", {"shows": "You wish: your name"}),
        )
    assert "Your wish" in answers[0][1]
    assert [failed for failed, _ in answers] == [False] * 5, answers
    assert "+  - type: your name" in ChangesetStore(folder).all()[0].diff


def test_nothing_is_opened_before_its_person_has_allowed_it(folder: Path) -> None:
    with pytest.raises(NotTrusted) as refused:
        AgentStage(folder, "files")
    assert any("an agent chooses commands" in request.what for request in refused.value.requests)
    with pytest.raises(LecternError, match="those with one are: cart, files"):
        AgentStage(folder, "other")


def test_an_agent_that_goes_leaves_nothing_running(folder: Path) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    stage = AgentStage(folder, "files", trust=True)
    assert "Goal: Make two files" in stage.call("look", {}).text
    stage.close()
    assert {child.pid for child in psutil.Process().children(recursive=True) if child.is_running()} <= before
    assert "the agent has gone" in stage._relay._ended.text


PLAYWRIGHT_MCP = os.environ.get("LECTERN_PLAYWRIGHT_MCP", "")
"""The command line of a real Playwright MCP, like "node …/@playwright/mcp/cli.js"."""


@pytest.mark.skipif(not PLAYWRIGHT_MCP, reason="LECTERN_PLAYWRIGHT_MCP names no Playwright MCP")
def test_playwright_mcp_acts_in_the_browser_that_is_recorded_and_its_calls_become_steps(folder: Path) -> None:
    stage = AgentStage(folder, "cart", trust=True, hands=PlaywrightMcp(tuple(shlex.split(PLAYWRIGHT_MCP))))
    try:
        names = {tool.name for tool in stage.tools}
        assert "browser_click" in names and "browser_run_code_unsafe" not in names and "browser_evaluate" not in names
        seen = stage.call("look", {}).text

        def ref(what: str) -> str:
            return re.search(rf"{what} \[ref=(\w+)\]", seen)[1]

        assert "refused because of" in stage.call("browser_click", {"target": ref('button "Delete everything"')}).text
        assert "there is no ref e999" in stage.call("browser_click", {"target": "e999"}).text
        assert "no submit" in stage.call("browser_type", {"target": "e1", "text": "x", "submit": True}).text
        away = stage.call("browser_navigate", {"url": "https://elsewhere.example/"}).text
        assert away.startswith("failed"), away
        typed = stage.call("browser_type", {"target": ref('textbox "Name"'), "text": "Mia", "at": "name"}).text
        assert typed.startswith("done"), typed
        clicked = stage.call("browser_click", {"target": ref('button "Put into cart"'), "at": "cart"}).text
        assert clicked.startswith("done"), clicked
        stage.call("wait", {"text": "takes 1"})
        ended = stage.call("done", {"shows": "Mia takes 1 small"})
        assert ended.change, ended.text
    finally:
        stage.close()
    diff = ChangesetStore(folder).get(ended.change).diff
    assert "- type: Mia" in diff and "role: textbox" in diff and "name: Put into cart" in diff and "Delete" not in diff
