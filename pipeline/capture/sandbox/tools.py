"""The tools that a person has outside of the system's folders: what a sandbox shows of them, and what it doesn't.

A folder of PATH is shown, and what is installed beside it or behind its links: the libraries of a Python, the toolchains
of a cargo. What else lies there (settings, tokens, histories, other projects) stays unseen.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/opt", "/nix/store", "/snap")
"""The folders that belong to the system and not to a person."""
_INSTALLED = ("bin", "sbin", "shims", "lib", "lib32", "lib64", "libexec", "include", "ssl", "share")
"""What an installation consists of, beside its folder of programs."""
_SHARED_HOMES = (".local", ".cargo", "go", ".npm-global", ".bun", ".deno")
"""Folders of a home whose `bin` is beside other things than its own installation."""
_TOOL_HOMES = {"RUSTUP_HOME": ".rustup", "PYENV_ROOT": ".pyenv", "RBENV_ROOT": ".rbenv", "ASDF_DATA_DIR": ".asdf",
               "VOLTA_HOME": ".volta", "GOROOT": "", "JAVA_HOME": ""}  # fmt: skip
"""Variables that say where tools keep what they run, and where in the home that is if nothing is said."""
_DEPTH = 4
"""How many installations may lead to each other: a tool's to its Python's, and that one to its own."""


def tool_homes(home: Path, variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables that tools need to find what they run, although their home is another one than `home`."""
    named = {name: variables.get(name) or (str(home / usual) if usual else "") for name, usual in _TOOL_HOMES.items()}
    return {name: folder for name, folder in named.items() if folder and _is_shown(Path(folder), home)}


def tool_folders(path: str, home: Path, variables: Mapping[str, str] = os.environ) -> list[Path]:
    """Return the folders and files of the person in `home` that programs of `path` need, none of them in the system.

    A folder of `path` that holds the home, or is it, is left out.
    """
    found: dict[Path, None] = {}
    for folder in path.split(os.pathsep):
        if os.path.isabs(folder) and os.path.isdir(folder):
            found |= dict.fromkeys(_installation(Path(folder), home, _DEPTH))
    found |= dict.fromkeys(map(Path, tool_homes(home, variables).values()))
    shown = [place for place in found if _is_shown(place, home)]
    return [place for place in shown if not any(parent in shown for parent in place.parents)]


def shim_folders(path: str) -> list[Path]:
    """Return the folders of `path` in which pyenv and its like keep a script for each program, and write one for a new one."""
    folders = [Path(folder) for folder in path.split(os.pathsep) if os.path.isabs(folder)]
    return list(dict.fromkeys(folder.resolve() for folder in folders if folder.name == "shims" and folder.is_dir()))


def _installation(folder: Path, home: Path, depth: int) -> Iterator[Path]:
    """Yield a folder of programs, as it is named and where it is, with what they need beside it and behind its links."""
    real = folder.resolve()
    yield from (folder, real)
    if not _is_shown(real, home):
        return
    if real.name in ("bin", "shims") and real.parent != home:
        yield from _beside(real, home)
    if depth:
        targets = {Path(entry.path).resolve() for entry in os.scandir(real) if entry.is_symlink()}
        for place in {target.parent for target in targets if target.is_file()} - {real}:
            yield from _installation(place, home, depth - 1)


def _beside(programs: Path, home: Path) -> Iterator[Path]:
    """Yield what belongs to the installation of a folder of programs."""
    prefix = programs.parent
    if programs.name == "shims":  # they are nothing without what is above them
        yield prefix
    elif prefix in [home / name for name in _SHARED_HOMES]:
        yield prefix / "lib"
    elif not (prefix / ".git").exists():  # that is a project with programs of its own
        yield from (prefix / name for name in (*_INSTALLED, "pyvenv.cfg"))


def _is_shown(place: Path, home: Path) -> bool:
    """Return whether a place exists, is not shown anyway, and is neither the home nor a folder that holds it."""
    return place.exists() and not home.is_relative_to(place) and not any(map(place.is_relative_to, SYSTEM))
