"""Programs of a desktop behind glass: as in a terminal's sandbox, and they see their own screen."""

import platform

from ..terminal.place import Place
from ..terminal.sandbox import HOME, RC, sandboxed
from .display import Display


def behind_glass(argv: list[str], place: Place, shown: Display, path: str, network: bool) -> list[str]:
    """The command that runs `argv` there. LecternError where there is no bubblewrap: nothing runs outside instead.

    It has this computer's name: window managers write any other behind the title.
    """
    glass = [platform.node() if part == "studio" else part for part in sandboxed(place, path, network)]
    screen = f"/tmp/.X11-unix/X{shown.name.lstrip(':')}"
    seen = {
        "HOME": str(HOME), "XAUTHORITY": str(RC / shown.authority.name), "XDG_RUNTIME_DIR": "/tmp",
        "XDG_CONFIG_HOME": f"{HOME}/.config", "XDG_DATA_HOME": f"{HOME}/.local/share", "XDG_CACHE_HOME": f"{HOME}/.cache",
    }  # fmt: skip
    told = [part for name, value in seen.items() for part in ("--setenv", name, value)]
    return [*glass[:-1], "--ro-bind", screen, screen, *told, glass[-1], *argv]
