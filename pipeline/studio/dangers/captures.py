"""What captures would run, contact and give away."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from ...capture.request import is_material
from ...episode.screen import Capture, LaidFile, Step
from .danger import Danger, files_below, hash_of_files

_ON_PAGE = ("open", "click", "hover", "drag", "type", "press", "select", "upload", "tab", "dialog")
_ACTS = {
    "terminal": ("run", "type", "press", "scroll"),
    "editor": ("run", "type", "press", "edit", "diff", "save"),
    "ide": ("run", *_ON_PAGE),
    "browser": _ON_PAGE,
}
"""The actions of a kind that decide what happens, where it runs something or is somebody (a program is scrolled by keys)."""


def capture_dangers(episode: Path, capture: Capture) -> Iterator[Danger]:
    """What recording `capture` would do; a recorded cast and footage only show what is there."""
    if capture.cast or capture.kind == "footage":
        return
    yield from _of_screen(episode, capture)
    for step in _steps(capture):
        yield from _of_step(episode, capture, step)


def _of_screen(episode: Path, capture: Capture) -> Iterator[Danger]:
    """What is so before the first step."""
    where, environment = f"script.md:{capture.line}", capture.environment
    if capture.folder and capture.kind != "browser":
        yield _of_folder(episode, capture)
    if capture.url:
        yield from _of_step(episode, capture, Step(action="open", value=capture.url, line=capture.line))
    if capture.app:
        yield Danger(kind="desktop", where=where, what=f"app {capture.app}")
    yield from (Danger(kind="host", where=where, what=host.lower()) for host in environment.hosts)
    if environment.login:
        what = f'your profile "{environment.login}", logged in as you, is used at {_places(capture)}'
        yield Danger(kind="login", where=where, what=what)
    if environment.sandbox:
        network = "with" if environment.network else "without"
        yield Danger(kind="sandbox", where=where, what=f"what it runs has a home of its own, {network} network")
    if _runs(capture):
        yield from (Danger(kind="variable", where=where, what=f"{name}={value}") for name, value in environment.env)
        yield from (_of_laid(episode, laid, where) for laid in environment.files)


def _of_folder(episode: Path, capture: Capture) -> Danger:
    """What is copied of the episode, file by file; a folder outside of it is refused by the recorder."""
    root, folder = episode.resolve(), (episode / capture.folder).resolve()
    below = files_below(folder) if folder.is_relative_to(root) else []
    files = [file for file in below if is_material(file.relative_to(root))]
    names = ", ".join(file.relative_to(folder).as_posix() for file in files)
    return Danger(
        kind="folder",
        where=f"script.md:{capture.line}",
        what=f"{capture.folder} is copied for it: {names or 'empty'}",
        content=hash_of_files(files, root),
    )


def _of_laid(episode: Path, laid: LaidFile, where: str) -> Danger:
    file = episode / laid.file
    written = hashlib.sha256(laid.text.encode()).hexdigest()
    held = hash_of_files([file], episode) if laid.file and file.is_file() else written
    return Danger(kind="file", where=where, what=f"{laid.path} is laid out for it", content=held)


def _of_step(episode: Path, capture: Capture, step: Step) -> Iterator[Danger]:
    where = f"script.md:{step.line or capture.line}"
    if step.secret:
        yield Danger(kind="secret", where=where, what=f"{step.secret} of yours is typed into {_places(capture)}")
    if step.action == "upload" and _servers(capture):
        what = f"{step.value} is sent to {_places(capture)}"
        yield Danger(kind="file", where=where, what=what, content=_held(episode, step))
    if step.action == "open" and capture.kind != "editor":
        yield from _of_address(episode, step.value, where)
    if capture.kind == "terminal" and step.action in _ACTS["terminal"]:
        yield Danger(kind="terminal", where=where, what=_typed(capture, step), content=f"{capture.shell} {_said(step)}")
    elif capture.kind == "desktop" or (_answers(capture) and step.action in _ACTS.get(capture.kind, ())):
        yield Danger(kind=capture.kind, where=where, what=_said(step))


def _answers(capture: Capture) -> bool:
    """Whether what is done there has consequences beyond a page: it runs, or it is done in the person's name."""
    return _runs(capture) or bool(capture.environment.login)


def _runs(capture: Capture) -> bool:
    """Whether something is run: all that is typed and edited may then be part of it."""
    return capture.kind in ("terminal", "desktop", "ide") or any(step.action == "run" for step in _steps(capture))


def _steps(capture: Capture) -> tuple[Step, ...]:
    return (*capture.hidden, *capture.steps, *capture.finally_)


def _places(capture: Capture) -> str:
    """Where a login or a secret goes: the hosts, else the kind of screen."""
    servers = ", ".join(_servers(capture))
    screen = {"browser": "pages of the episode"}.get(capture.kind, f"a {capture.kind}")
    return servers or screen


def _servers(capture: Capture) -> tuple[str, ...]:
    opened = [capture.url, *(step.value for step in _steps(capture) if step.action == "open")]
    hosts = [_host(address) for address in opened if "//" in address]
    return tuple(dict.fromkeys(host for host in (*hosts, *(h.lower() for h in capture.environment.hosts)) if host))


def _typed(capture: Capture, step: Step) -> str:
    """What a terminal gets, as a person reads it; two steps may read alike, so this alone is no proof of what is done."""
    what = step.value if step.action == "run" else f"{step.action} {step.value}".rstrip()
    left = " (without Enter)" if step.action == "type" and not step.enter else ""
    return f"{'' if capture.shell == 'bash' else f'{capture.shell}: '}{what}{left}"


def _said(step: Step) -> str:
    """All of a step that decides what it does, on one line."""
    of_the_film = {"at", "until", "zoom", "expect", "line", "badge", "spotlight"}
    return step.model_dump_json(exclude_defaults=True, exclude=of_the_film)


def _of_address(episode: Path, address: str, where: str) -> Iterator[Danger]:
    """A page of the episode is harmless; any server, and any file outside the episode, is not."""
    parts = urlsplit(address)
    if parts.netloc:
        yield Danger(kind="host", where=where, what=_host(address))
    elif parts.scheme in ("about", "data"):
        return
    elif parts.scheme or not (episode / parts.path).resolve().is_relative_to(episode.resolve()):
        yield Danger(kind="file", where=where, what=address)


def _host(address: str) -> str:
    return urlsplit(address).netloc.rpartition("@")[2].lower()


def _held(episode: Path, step: Step) -> str:
    file = episode / step.value
    return hash_of_files([file], episode) if file.is_file() else ""
