"""A small episode with everything in it that has to meet a mark, and Lectern's command line to build it with."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from lectern.pipeline.cli.main import main

SCRIPT = """---
title: Three green numbers
narrator: ada
---

# Three green numbers {#start}

```overlay
kind: title
text: Three numbers
subtitle: and one of them is green
```

Maybe you can count to three. A computer can.

# Counting {#count}

```scene
transition: cut
```

```capture
kind: terminal
steps:
  - run: seq 3
    at: numbers
    expect: "3"
  - run: echo that is all
    at: all
```

```overlay
kind: lower-third
text: Counting
subtitle: seq writes numbers
at: lower
```

Ask for {numbers}three numbers. {lower}Here they come, one by one. And {all}that is all.

# A button {#page}

```scene
transition: cut
```

```capture
kind: browser
steps:
  - open: page.html
  - click: {role: button, name: Paint}
    at: press
```

Now the {press}press of a button. It is green.
"""

DISTURBED = """---
title: Disturbed
---

# Counting {#count}

```capture
kind: terminal
steps:
  - run: seq 3
    at: numbers
```

Ask for {numbers}three.

# Words {#end}

```avatar
visible: false
```

Done.
"""
"""One that is built quickly, for builds that are disturbed: a narrator in one scene, and no card at the end."""

PAGE = """<!doctype html><meta charset=utf-8><title>Paint</title>
<style>
  body { margin: 0; font: 24px/1.5 sans-serif; background: #101830; color: #f0f4ff; padding: 40px }
  button { font: inherit; padding: 10px 30px; border: 0; color: #101830; background: #ffb454 }
  #sheet { margin-top: 30px; width: 900px; height: 240px; background: #303860 }
</style>
<button onclick="document.getElementById('sheet').style.background='#00d040'">Paint</button><div id=sheet></div>"""

WATCHED = """
import sys
seen = []
sys.addaudithook(lambda event, args: seen.append(event) if event in
    ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system") else None)
from lectern.pipeline.cli.main import main
code = main(sys.argv[1:])
print("STARTED", len(seen))
raise SystemExit(code)
"""
"""The command line, counting the processes that it starts."""


def write_episode(folder: Path, script: str = SCRIPT, settings: str = "") -> Path:
    """Writes the episode into `folder`."""
    folder.mkdir(parents=True)
    (folder / "script.md").write_text(script)
    (folder / "page.html").write_text(PAGE)
    if settings:
        (folder / "lectern.toml").write_text(settings)
    return folder


def lectern(profile: Path, *arguments: str | Path, code: int = 0) -> str:
    """Runs the command line with the person's `profile` in this process; returns all that it said."""
    said = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        patch.setenv("LECTERN_CONFIG_HOME", str(profile))
        ended = main(list(map(str, arguments)))
    text = said.buffer.getvalue().decode()
    assert ended == code, f"exit code {ended}:\n{text[-4000:]}"
    return text


def program(profile: Path, *arguments: str | Path) -> str:
    """The same, as a person starts it: in a process of its own, which must end well."""
    return _run([sys.executable, "-m", "lectern", *map(str, arguments)], profile, 0)


def watched(profile: Path, *arguments: str | Path, code: int = 0) -> tuple[str, int]:
    """The same, with the number of processes that it started."""
    said = _run([sys.executable, "-c", WATCHED, *map(str, arguments)], profile, code)
    return said, int(said.rpartition("STARTED ")[2].split()[0])


def takes(folder: Path) -> dict[str, tuple[int, int]]:
    """Every finished take of an episode ("kind/key"), and the file and moment of its card."""
    cards = folder.glob("media/*/[0-9a-f]*/take.json")
    return {f"{card.parts[-3]}/{card.parts[-2]}": (card.stat().st_ino, card.stat().st_mtime_ns) for card in cards}


def read(file: Path) -> dict:
    return json.loads(file.read_text(encoding="utf-8"))


def environment(profile: Path) -> dict[str, str]:
    return {**os.environ, "LECTERN_CONFIG_HOME": str(profile)}


def _run(command: list[str], profile: Path, code: int) -> str:
    done = subprocess.run(command, capture_output=True, text=True, env=environment(profile), timeout=600)
    said = done.stdout + done.stderr
    assert done.returncode == code, f"exit code {done.returncode}:\n{said[-4000:]}"
    return said
