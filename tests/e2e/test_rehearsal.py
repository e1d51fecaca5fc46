"""A goal is worked out by a model at a real page and a real shell, accepted, and filmed without the model."""

import re
from pathlib import Path

import pytest
from scripted_model import ScriptedModel, calls
from support.assets import THEME
from support.contexts import context_in

from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import capture_request
from lectern.pipeline.changes.store import ChangesetStore
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.unsupported import refuse_unsupported
from lectern.pipeline.studio.rehearse import rehearse
from lectern.pipeline.trust.grants import NotTrusted

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><meta charset=utf-8><title>Shop</title>
<body style="font: 16px sans-serif">
<form onsubmit="event.preventDefault(); if (confirm('Two of them?')) setTimeout(() => said.textContent = name_.value + ' takes 2 ' + lamp.value, 300)">
<label>Name <input id=name_></label>
<label>Lamp <select id=lamp><option>small<option>large</select></label>
<button>Put into cart</button></form>
<p id=said></p>
<button onclick="said.textContent = 'All gone'">Delete everything</button>
<a href="https://elsewhere.example/">Elsewhere</a>"""
SCRIPT = """# Shop {#shop}

Mia has {name}a name, and {cart}two lamps go into the cart.

```capture
kind: browser
id: cart
hidden:
  - open: pages/shop.html
goal: Put two large lamps into Mia's cart
```

# Counting {#counting}

Two files.

```capture
kind: terminal
id: files
goal: Make two files and count them
limits: {steps: 6}
```
"""

OTHERS = """# Files {#files}

Change it, {runs}and run it.

```capture
kind: editor
folder: work
goal: Let the program add up right, and run it
```

# Windows {#windows}

Any program.

```capture
kind: desktop
app: mousepad notes.txt
environment:
  files:
    - {path: notes.txt, text: Buy bread}
limits: {never: [Search]}
goal: Add butter to the notes and show the line endings
```
"""


@pytest.fixture
def episode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    folder = tmp_path / "episode"
    (folder / "pages").mkdir(parents=True)
    (folder / "pages/shop.html").write_text(PAGE)
    (folder / "script.md").write_text(SCRIPT)
    return folder


FILM = "[film]\nwidth = 960\nheight = 540\n"


def _settings(folder: Path, model: ScriptedModel) -> None:
    (folder / "lectern.toml").write_text(f'{FILM}[model]\nbase_url = "{model.base}"\nmodel = "scripted"\n')


NAME = {"label": "Name"}
BROWSER = (
    calls(("look", {})),
    calls(("click", {"target": {"role": "button", "name": "Delete everything"}})),
    calls(("click", {"target": {"role": "link", "name": "Elsewhere"}})),
    calls(("type", '{"text": "Mia", "into": {"label": "Name"')),
    calls(
        ("type", {"text": "Mia", "into": NAME, "at": "name"}), ("select", {"what": "large", "from": {"label": "Lamp"}})
    ),
    calls(("click", {"target": {"role": "button", "name": "Put into cart"}})),
    calls(("dialog", {"how": "accept", "at": "cart"})),
    calls(("done", {"shows": "Mia takes 22"})),
    calls(("wait", {"text": "Mia takes 2 large"})),
    calls(("done", {"shows": "Mia takes 2 large"})),
)
TERMINAL = (
    calls(("run", {"command": "rm -rf /"})),
    calls(("type", {"text": "rm -rf", "enter": False}), ("type", {"text": " ~"})),
    calls(("press", {"keys": "Ctrl+C"})),
    calls(("run", {"command": "touch one two"})),
    calls(("run", {"command": "ls | wc -l"})),
    calls(("done", {"shows": "2"})),
)


def test_a_goal_is_worked_out_accepted_and_filmed_without_the_model(episode: Path, tmp_path: Path) -> None:
    with ScriptedModel(*BROWSER, *TERMINAL) as model:
        _settings(episode, model)
        with pytest.raises(NotTrusted, match="scripted chooses commands that run with your rights"):
            rehearse(episode)
        assert model.asked == []
        (change,) = rehearse(episode, trust=True)
    assert (episode / "script.md").read_text() == SCRIPT
    told = [m["content"] for m in model.asked[-1]["messages"] if m["role"] == "tool"]
    results = [m["content"] for asked in model.asked for m in asked["messages"] if m["role"] == "tool"]
    assert any('refused because of "delete"' in r for r in results)
    assert any("elsewhere.example" in r for r in results)
    assert any("are not JSON" in r for r in results)
    assert any('does not show "Mia takes 22"; it shows "Mia takes 2 large"' in r for r in results)
    assert sum('refused because of "rm"' in r for r in told) == 2

    ChangesetStore(episode).apply(change.id, "Mia")
    written = (episode / "script.md").read_text()
    assert "\nsteps:\n  - type: Mia\n    into: {label: Name}\n    at: name\n" in written
    parsed = read_episode(episode)
    assert refuse_unsupported(parsed) == ()
    cart, files = (scene.captures[0] for scene in parsed.scenes)
    assert cart.goal == "Put two large lamps into Mia's cart"
    assert [step.at for step in cart.steps if step.at] == ["name", "cart"]
    assert cart.steps[-1].expect == "Mia takes 2 large"
    assert [step.value for step in files.steps if step.action == "run"] == ["touch one two", "ls | wc -l"]
    take = CAPTURE.make(capture_request(parsed, cart, THEME, (752, 450)), tmp_path, context_in(episode))
    assert len(take.events) == len(cart.steps)


SUM = "def add(a, b):\n    return a - b\n\n\nprint(add(3, 4))\n"
EDITOR = (
    calls(("open", {"path": "sum.py"})),
    calls(("select", {"what": "a - b"}), ("highlight", {"target": {"lines": "1-2"}})),
    calls(
        ("edit", {"lines": 2, "with": "    total = a + b\n\n    return total"}), ("type", {"text": {"secret": "HOME"}})
    ),
    calls(("run", {"command": "rm sum.py"})),
    calls(("run", {"command": "python3 sum.py", "at": "runs"})),
    calls(("done", {"shows": "7"})),
)
DESKTOP = (
    calls(("run", {"command": "sudo mousepad"})),
    calls(("click", {"target": {"text": "Search"}})),
    calls(("type", {"text": " and butter", "into": {"position": [0.5, 0.5]}})),
    calls(("press", {"keys": "Enter"})),
    calls(("click", {"target": {"text": "Document"}})),
    calls(("done", {"shows": "Line Ending"})),
)


def test_goals_are_worked_out_in_files_and_on_a_desktop(episode: Path) -> None:
    (episode / "work").mkdir()
    (episode / "work/sum.py").write_text(SUM)
    (episode / "script.md").write_text(OTHERS)
    with ScriptedModel(*EDITOR, *DESKTOP) as model:
        _settings(episode, model)
        (change,) = rehearse(episode, trust=True)
    asked = {tuple(m["content"] for m in turn["messages"] if m["role"] == "tool") for turn in model.asked}
    told = [said for results in asked for said in results]
    refused = ("rm", "sudo", "Search")
    assert {word: any(f'refused because of "{word}"' in said for said in told) for word in refused} == dict.fromkeys(
        refused, True
    )
    assert "failed: type: text takes no object" in told
    assert any(
        "[sum.py, not saved, cursor in line 4]\n   1 def add(a, b):\n   2     total = a + b" in said for said in told
    )
    assert any(re.search(r"\[0\.\d\d, 0\.\d\d\] and butter", said) for said in told)

    ChangesetStore(episode).apply(change.id, "Mia")
    assert (
        "  - edit: 2\n    with: |2-\n          total = a + b\n\n          return total\n"
        in (episode / "script.md").read_text()
    )
    files, windows = (scene.captures[0] for scene in read_episode(episode).scenes)
    assert [step.action for step in files.steps] == ["open", "select", "highlight", "edit", "run", "wait"]
    assert (files.steps[2].target.lines, files.steps[4].at) == ((1, 2), "runs")
    assert windows.steps[0].target.position == (0.5, 0.5) and windows.steps[-1].expect == "Line Ending"
