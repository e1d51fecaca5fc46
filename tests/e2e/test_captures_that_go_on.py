"""An editor and a browser go on in a later scene: the first picture is the last one of the scene before."""

from pathlib import Path

import numpy as np
import pytest
from support.assets import THEME
from support.contexts import context_in

from lectern.pipeline.capture.pictures import read_pictures
from lectern.pipeline.capture.recipes import record
from lectern.pipeline.capture.request import capture_request
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.episode.folder import read_episode

pytestmark = pytest.mark.browser

SIZE = (960, 540)
EDITOR = """# One {#one}

```capture
kind: editor
environment: {files: [{path: main.py, text: "x = 1\\n"}]}
steps:
  - open: main.py
  - type: "y = 2\\n"
  - run: python3 main.py && X=5 && echo ran
    expect: ran
  - press: Control+End
    on: editor
```

# Two {#two}

```capture
kind: editor
continue: true
steps:
  - press: Control+Z
  - run: cat main.py; echo $X
    expect: "5"
```
"""
PAGE = """<!doctype html><meta charset=utf-8><title>Shop</title><style>body { font: 24px sans-serif }</style>
<button onclick="localStorage.n = +(localStorage.n || 0) + 1; said.textContent = localStorage.n + ' in the cart'">Add</button>
<label>Name <input></label> <a href="index.html?cart" target=_blank>Cart</a><p id=said>Nothing yet</p>
<script>if (location.search) { said.textContent = "The cart holds " + localStorage.n }</script>"""
BROWSER = """# One {#one}

```capture
kind: browser
steps:
  - open: index.html
  - click: Add
    expect: 1 in the cart
  - type: Ada
    into: {label: Name}
```

# Two {#two}

```capture
kind: browser
continue: one
steps:
  - press: Control+S
  - click: Add
    expect: 2 in the cart
  - click: Cart
    expect: The cart holds 2
```
"""


def takes(folder: Path, script: str) -> tuple[CaptureTake, CaptureTake, np.ndarray, np.ndarray]:
    """Return both takes, the last picture of the first one, and the first of the second."""
    (folder / "script.md").write_text(script)
    episode = read_episode(folder)
    made = []
    for scene in episode.scenes:
        (place := folder / f"take-{scene.id}").mkdir()
        take = record(capture_request(episode, scene.captures[0], THEME, SIZE), place, context_in(folder))
        made.append((take, list(read_pictures(place / take.pictures))))
    (first, before), (second, after) = made
    return first, second, before[-1], after[0]


def seen(take: CaptureTake, entry: int) -> list[str]:
    return [box.text for box in take.text[entry].boxes]


def test_an_editor_goes_on_with_its_files_its_history_and_its_terminal(tmp_path: Path) -> None:
    first, second, last, begins = takes(tmp_path, EDITOR)
    assert seen(second, 0) == seen(first, -1) and "ran" in seen(second, 0)
    assert np.array_equal(begins, last)
    assert [event.action for event in second.events] == ["press", "run"]
    assert [key.keys for key in second.keys] == ["Control+Z"] and second.events[0].start < 1
    assert seen(second, -1)[-3:-1] == ["x = 1", "5"]


def test_a_browser_goes_on_with_its_page_what_is_filled_in_and_what_pages_keep(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(PAGE)
    first, second, last, begins = takes(tmp_path, BROWSER)
    assert seen(second, 0) == seen(first, -1) and "Ada" in seen(second, 0)
    assert np.array_equal(begins, last)
    assert [key.keys for key in second.keys] == ["Control+S"]
    assert not second.pointer[0].pressed and second.pointer[0].time < second.events[0].end
    assert "The cart holds 2" in seen(second, -1) and second.bars[-1].shown == 1
