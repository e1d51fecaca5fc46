"""What captures would run, contact and give away."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from ..base.files import digest
from ..capture.request import is_material, note_content
from ..episode.capture_block import Capture, FixtureFile
from ..episode.source import SCRIPT
from ..episode.steps import Step, StepInFilm
from .request import PermissionKind, PermissionRequest, files_below, hash_of_files, host_request

_MOST_NAMES = 40
"""How many names of the files of a folder are listed; all of them count."""
_ON_PAGE = ("open", "click", "hover", "drag", "type", "press", "select", "upload", "tab", "dialog")
_ACTS = {
    "terminal": ("run", "type", "paste", "press", "scroll"),
    "editor": ("run", "type", "paste", "press", "edit", "diff", "save"),
    "ide": ("run", *_ON_PAGE),
    "browser": _ON_PAGE,
}
"""The actions of a kind that decide what happens, where it runs something or is somebody (a program is scrolled by keys)."""


def capture_permissions(episode: Path, captures: Iterable[Capture]) -> Iterator[PermissionRequest]:
    """Yield what recording `captures` would do; a recorded cast and footage only show what is there.

    A step that captures do again which go on from others is looked at once for each meaning that it has there.
    """
    seen: set[tuple[int, object]] = set()
    for capture in captures:
        if capture.cast or capture.kind == "footage":
            continue
        yield from _of_screen(episode, capture)
        meaning = (capture.kind, capture.shell, _runs(capture), capture.environment.login, _servers(capture))
        for step in capture.every_step:
            if (known := (id(step), meaning)) not in seen:
                seen.add(known)
                yield from _of_step(episode, capture, step)


def _of_screen(episode: Path, capture: Capture) -> Iterator[PermissionRequest]:
    """Yield what is so before the first step."""
    where, environment = f"{SCRIPT}:{capture.line}", capture.environment
    if capture.folder:
        yield _of_folder(episode, capture)
    if capture.url:
        yield from _of_step(episode, capture, Step(action="open", value=capture.url, line=capture.line))
    if capture.serve:
        yield PermissionRequest(kind="browser", where=where, what=f"serve {capture.serve}")
    if capture.app:
        yield PermissionRequest(kind="desktop", where=where, what=f"app {capture.app}")
    yield from (host_request(host, where) for host in environment.hosts)
    if environment.login:
        what = f'your profile "{environment.login}", logged in as you, is used at {_destinations(capture)}'
        yield PermissionRequest(kind="login", where=where, what=what, personal=True)
    if environment.sandbox:
        network = "with" if environment.network else "without"
        yield PermissionRequest(
            kind="sandbox",
            where=where,
            what=f"what it runs has a home of its own, {network} network",
            reaches_out=environment.network,
        )
    if environment.root and not environment.sandbox:
        kind: PermissionKind = "desktop" if capture.app else "terminal"
        yield PermissionRequest(kind=kind, where=where, what="what it runs is root's, if Lectern is")
    if _runs(capture):
        yield from (
            PermissionRequest(kind="variable", where=where, what=f"{name}={value}") for name, value in environment.env
        )
        yield from (_of_fixture(episode, fixture, where) for fixture in environment.files)


def _of_folder(episode: Path, capture: Capture) -> PermissionRequest:
    """Return what is copied of the episode, file by file; a folder outside of it is refused by the recorder."""
    root, folder = episode.resolve(), (episode / capture.folder).resolve()
    below = files_below(folder) if folder.is_relative_to(root) else []
    files = [file for file in below if is_material(file.relative_to(root))]
    digests = tuple((file.relative_to(root).as_posix(), note_content(file)) for file in files)
    number = f"{len(files)} file{'' if len(files) == 1 else 's'}"
    names = ", ".join(file.relative_to(folder).as_posix() for file in files[:_MOST_NAMES])
    more = ", …" if len(files) > _MOST_NAMES else ""
    return PermissionRequest(
        kind="folder",
        where=f"{SCRIPT}:{capture.line}",
        what=f"everything in {capture.folder} is copied for it, {number}: {names}{more}"
        if files
        else f"{capture.folder} is copied for it: empty",
        content=digest(json.dumps(digests)),
        files=digests,
    )


def _of_fixture(episode: Path, fixture: FixtureFile, where: str) -> PermissionRequest:
    file = episode / fixture.file
    inside = file.resolve().is_relative_to(episode.resolve())
    content = note_content(file.resolve()) if fixture.file and inside and file.is_file() else digest(fixture.text)
    return PermissionRequest(kind="file", where=where, what=f"{fixture.path} is laid out for it", content=content)


def _of_step(episode: Path, capture: Capture, step: Step) -> Iterator[PermissionRequest]:
    where = f"{SCRIPT}:{step.line or capture.line}"
    if step.secret:
        what = f"{step.secret} of yours is typed into {_destinations(capture)}"
        yield PermissionRequest(kind="secret", where=where, what=what, personal=True)
    if step.action == "upload" and _servers(capture):
        what = f"{step.value} is sent to {_destinations(capture)}"
        yield PermissionRequest(kind="file", where=where, what=what, content=_file_digest(episode, step))
    if step.action == "open" and capture.kind != "editor":
        yield from _of_address(episode, step.value, where)
    if capture.kind == "terminal" and step.action in _ACTS["terminal"]:
        yield PermissionRequest(
            kind="terminal", where=where, what=_typed(capture, step), content=f"{capture.shell} {_step_text(step)}"
        )
    elif capture.kind != "footage" and (
        capture.kind == "desktop" or (_has_consequences(capture) and step.action in _ACTS.get(capture.kind, ()))
    ):
        personal = capture.kind == "ide"  # what it runs, runs wherever the IDE is
        yield PermissionRequest(kind=capture.kind, where=where, what=_step_text(step), personal=personal)


def _has_consequences(capture: Capture) -> bool:
    """Return whether what is done there has consequences beyond a page: it runs, or is done in the person's name."""
    return _runs(capture) or bool(capture.environment.login)


def _runs(capture: Capture) -> bool:
    """Return whether something is run: all that is typed and edited may then be part of it."""
    return (
        capture.kind in ("terminal", "desktop", "ide")
        or bool(capture.serve)
        or any(step.action == "run" for step in capture.every_step)
    )


def _destinations(capture: Capture) -> str:
    """Return where a login or a secret goes: the hosts, else the kind of screen."""
    servers = ", ".join(_servers(capture))
    screen = {"browser": "pages of the episode"}.get(capture.kind, f"a {capture.kind}")
    return servers or screen


def _servers(capture: Capture) -> tuple[str, ...]:
    opened = [capture.url, *(step.value for step in capture.every_step if step.action == "open")]
    hosts = [_host(address) for address in opened if "//" in address]
    return tuple(dict.fromkeys(host for host in (*hosts, *(h.lower() for h in capture.environment.hosts)) if host))


def _typed(capture: Capture, step: Step) -> str:
    """Return what a terminal gets, as a person reads it; two steps may read alike, so it alone proves nothing."""
    what = step.value if step.action == "run" else f"{step.action} {step.value}".rstrip()
    left = " (without Enter)" if step.action in ("type", "paste") and not step.enter else ""
    return f"{'' if capture.shell == 'bash' else f'{capture.shell}: '}{what}{left}"


def _step_text(step: Step) -> str:
    """Return all of a step that decides what it does, on one line."""
    of_the_film = {*StepInFilm.model_fields, "expect"}
    return step.model_dump_json(exclude_defaults=True, exclude=of_the_film)


def _of_address(episode: Path, address: str, where: str) -> Iterator[PermissionRequest]:
    """Yield a server or a file outside the episode; a page of the episode is harmless."""
    parts = urlsplit(address)
    if parts.netloc:
        yield host_request(_host(address), where)
    elif parts.scheme in ("about", "data"):
        return
    elif parts.scheme or not (episode / parts.path).resolve().is_relative_to(episode.resolve()):
        yield PermissionRequest(kind="file", where=where, what=address, personal=True)


def _host(address: str) -> str:
    return urlsplit(address).netloc.rpartition("@")[2].lower()


def _file_digest(episode: Path, step: Step) -> str:
    file = episode / step.value
    return hash_of_files([file], episode) if file.is_file() else ""
