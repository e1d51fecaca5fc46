from collections.abc import Callable
from pathlib import Path

import pytest
from support.written import misfit, script_data

from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.respelled import respell

DESIGN = """---
title: A package manager in five minutes
narrator: ada
length: 5m ±2m
---

# Why one tool {#why}

Every Python project starts with the same four tools. {four}Today we use one.

```overlay
kind: title
text: One tool
subtitle: A package manager in five minutes
```

# Step 1: a new project {#new}

Let us make a project. {init}One command does it, {tree}and this is what it wrote.

```capture
kind: terminal
steps:
  - type: uv init hello
    at: init
  - wait: {idle: 0.5}
  - type: tree hello
    at: tree
    zoom: true
```

```overlay
kind: lower-third
text: Step 1. A new project
at: init
```

**Ben:** And if I already have a requirements file?

**Ada:** Then you import it.
"""


@pytest.fixture
def design() -> str:
    """The example of the design page, word for word."""
    return DESIGN


@pytest.fixture
def reading(tmp_path: Path) -> Callable[[str | bytes], Episode]:
    """Reads a script, in an episode called `film` with a picture and a video; what can be read fits the schema,
    too, unless only its author can write it so.
    """
    folder = tmp_path / "film"
    folder.mkdir()
    for name in ("logo.png", "robot.mp4", "install.cast"):
        (folder / name).write_bytes(b"")

    def read(script: str | bytes) -> Episode:
        (folder / "script.md").write_bytes(script.encode() if isinstance(script, str) else script)
        episode = read_episode(folder)
        canonical, _, left = respell((folder / "script.md").read_text("utf-8"))
        assert left or misfit(script_data(canonical)) == ""
        return episode

    return read
