"""What a person pastes into an agent's settings, so that it can edit an episode by `lectern mcp`."""

import json
import os
import shlex
import shutil
import sys
from pathlib import Path

from ..base.frozen import Frozen

INSTALL = 'pip install "lectern[mcp]"'
"""How the protocol's package is installed, which is no part of the extension."""


class AgentSettings(Frozen):
    """The settings of the server as JSON, as most agents read them, and as a command of Claude Code; `note`: what is missing."""

    settings: str
    command: str
    note: str = ""


def agent_settings(folder: Path) -> AgentSettings:
    """Return what makes the episode in `folder` known to an agent, with the paths of this computer."""
    found = program()
    run = [found or "lectern", "mcp", str(folder.absolute())]
    settings = json.dumps({"mcpServers": {"lectern": {"command": run[0], "args": run[1:]}}}, ensure_ascii=False)
    note = "" if found else f"There is no lectern command here: {INSTALL} makes one, outside of Blender"
    return AgentSettings(settings=settings, command=f"claude mcp add lectern -- {shlex.join(run)}", note=note)


def program() -> str:
    """Return the path of the `lectern` command, "" where there is none: beside this Python, or where commands are."""
    name = "lectern.exe" if os.name == "nt" else "lectern"
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.is_file() else shutil.which("lectern") or ""
