"""The sidebar panel in the window of a real Blender: opened, trusted, built, looked at."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytestmark = [pytest.mark.blender, pytest.mark.film]

HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "build" / "pictures"

SCRIPT = """---
title: Three words
---

# Hello {#hello}

Say three words.

```overlay
kind: lower-third
text: Hello
subtitle: from a panel
```

# Goodbye {#goodbye}

{look}Look at this.

```capture
kind: terminal
steps:
  - run: echo three words
    at: look
```
"""


@pytest.fixture(scope="module")
def screen(real_blender) -> Iterator[str]:
    """A display to draw on: a virtual one, where there is a program for it."""
    if not real_blender.enter and not shutil.which("Xvfb"):
        yield os.environ.get("DISPLAY", "")
        return
    read, write = os.pipe()
    options = ("-displayfd", str(write), "-screen", "0", "1600x900x24", "+extension", "GLX", "-nolisten", "tcp")
    server = subprocess.Popen(real_blender.inside("Xvfb", *options), pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as number:
        yield f":{number.readline().strip()}"
    server.terminate()
    server.wait()


@pytest.fixture(scope="module")
def seen(installed, screen, shared) -> dict:
    """What happened in the window."""
    episode, out = shared / "three-words", shared / "pictures"
    episode.mkdir()
    out.mkdir()
    (episode / "script.md").write_text(SCRIPT)
    steps = shared / "window_steps.py"
    steps.write_bytes((HERE / steps.name).read_bytes())
    window = ("--window-geometry", "0", "0", "1600", "900")
    said = installed.with_display(screen).run(*window, "--python", steps, "--", episode, out, code=None)
    assert (out / "seen.json").exists(), said[-4000:]
    shutil.copytree(out, PICTURES, dirs_exist_ok=True)
    found = json.loads((out / "seen.json").read_text())
    assert "fault" not in found, found["fault"]
    return found


def test_the_panel_shows_the_episode_and_asks_for_trust(seen):
    assert seen["title"] == "Three words"
    assert (seen["trusted_before"], seen["trusted_by_escape"], seen["trusted"]) == (False, False, True)


def test_a_build_in_the_background_shows_its_progress(seen):
    assert seen["build"] == ["FINISHED"]
    between = [p for p in seen["progress"] if 0 < p < 1]
    assert len(set(between)) >= 2 and between == sorted(between)
    assert any(activity.endswith(" left)") for activity in seen["activity"])


def test_the_built_film_lies_on_the_timeline(seen):
    assert (seen["state"], seen["error"]) == ("DONE", "")
    assert seen["strips"] >= 6 and seen["selected"] == 0
    assert seen["scenes"][0] == ["hello", 1] and seen["scenes"][1][1] > 30


def test_a_handle_in_the_preview_drags_all_of_an_overlay_and_a_word_takes_a_click(seen):
    moved, parts = seen["dragged"]
    assert moved == pytest.approx(1 / 8, abs=0.05) and parts == 2  # the bar, and the heading
    assert seen["word"][0] == seen["word"][1]


def test_building_leaves_the_packages_of_the_persons_extensions_alone(seen, installed):
    packages = {p.name for p in installed.profile.glob("extensions/.local/lib/python*/site-packages/*")}
    assert {"pydantic", "pydantic_core", "av", "playwright"} <= packages


def test_the_characters_have_faces_and_a_copy_of_one_takes_a_scene(seen):
    assert seen["characters"] == [[id, True] for id in ("ada", "ben", "kai", "ruth")]
    assert (seen["with_copy"][2], seen["selected_character"]) == (["ben-copy", True], 2)
    assert seen["lines"] == {"ada": 1, "ben": 0, "ben-copy": 1, "kai": 0, "ruth": 0}
    assert seen["sample_error"] == ""


def test_the_voices_are_listed_and_those_that_the_extension_lacks_say_so(seen):
    assert seen["voices"]["heart"] == ["hibari", ""]
    assert seen["voices"]["am_michael"][0] == "kokoro" and "pip install" in seen["voices"]["am_michael"][1]


def test_faces_are_seen_in_the_sidebar(seen):
    """Ben's skin, about the place of the chosen one's portrait."""
    picture = np.asarray(Image.open(PICTURES / "characters.png").convert("RGB")).astype(int)
    r, g, b = np.moveaxis(picture[:, 1200:1300], -1, 0)
    assert ((r > g + 30) & (g > b + 10)).sum() > 300


@pytest.mark.parametrize(
    "name", ["opened", "stranger", "trust", "building", "built", "preview", "new-character", "characters", "voices"]
)
def test_the_window_was_drawn(seen, name):
    picture = np.asarray(Image.open(PICTURES / f"{name}.png").convert("RGB"))
    assert picture.shape == (900, 1600, 3)
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 100
