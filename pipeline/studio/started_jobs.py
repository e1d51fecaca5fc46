"""Long work for an agent: a process of its own, started once by the id that the caller chose, which survives whoever started it."""

import json
import os
import shlex
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Literal

import psutil
from pydantic import ValidationError

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import held, read_own, write_atomic
from ..base.frozen import Frozen
from ..base.launch import RUN, child_command, child_environment
from .check import check
from .jobs import cancel_job, jobs
from .proposals import Outcome

Work = Literal["build", "verify", "rehearse"]
State = Literal["running", "done", "failed", "cancelled", "unknown"]
_COMMANDS: dict[Work, tuple[str, ...]] = {
    "build": ("build",), "verify": ("verify",), "rehearse": ("capture", "--check"),
}  # fmt: skip
_POLL = 0.1
_MOST_SAID = 4000
_LARGEST_LOG = 20_000_000


class _StartedJob(Frozen):
    """A process as it was started: by its number and the epoch second at which it began (0: it never did)."""

    id: str
    work: Work
    pid: int = 0
    began: float = 0.0
    cancelled: bool = False


class LongJob(Frozen):
    """Some long work. unknown: its process is gone and has not said how it ended, which is no success.

    `fraction` (0..1) is done of it, `doing` are jobs that are being made; `result` is what it has answered when done.
    """

    outcome: Outcome
    id: str
    work: str = ""
    state: State = "unknown"
    fraction: float = 0.0
    doing: tuple[str, ...] = ()
    why: str = ""
    result: dict[str, Any] = {}


_children: list[subprocess.Popen[bytes]] = []
"""Processes that this one has started, so that they are waited for when they end."""


def start_work(folder: Path, id: str, work: Work = "build") -> LongJob:
    """Start building, verifying or rehearsing under the caller's `id`; asked again with it, tell how that work stands.

    Nothing is trusted and nothing is paid: where a person has to allow something first, it is refused with what they have to do.
    """
    if _started_job(folder, id):
        return job(folder, id)
    if work != "verify" and (hindrance := _hindrance(folder)):
        return LongJob(outcome="refused", id=id, work=work, state="failed", why=hindrance)
    if not _claimed(folder, id, work):
        return job(folder, id)
    place, (command, *options) = _place(folder), _COMMANDS[work]
    with (place / f"{id}.out").open("wb") as out, (place / f"{id}.err").open("wb") as err:
        process = subprocess.Popen(
            child_command(command, str(folder), *options, "--json"), stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            env={**child_environment(), RUN: id}, start_new_session=True,
        )  # fmt: skip
    _children.append(process)
    began = psutil.Process(process.pid).create_time()
    _note(folder, _StartedJob(id=id, work=work, pid=process.pid, began=began))
    return job(folder, id)


def _hindrance(folder: Path) -> str:
    """Return what a person has to do before the episode can be built; "" where nothing is in the way."""
    found = check(folder, film=False)
    if found.problems:
        return "\n".join(["The episode has faults:", *map(str, found.problems[:10])])
    if not found.permissions:
        return ""
    return (
        f"A build would run {len(found.permissions)} things on this computer that its person has not allowed. Only they can: "
        f"by `lectern build {shlex.quote(str(folder))}` in a terminal, which shows what it would run, or in Lectern's panel in Blender"
    )


def job(folder: Path, id: str, wait: float = 0.0) -> LongJob:
    """Return how some work stands, after at most `wait` seconds if it is still running."""
    until = time.monotonic() + wait
    while True:
        started = _started_job(folder, id)
        if started is None:
            raise LecternError(f"there is no job {id[:64]}: build or verify starts one under an id that you choose")
        running = _process(started) is not None
        if not running or time.monotonic() >= until:
            return _running(folder, started) if running else _ended(folder, started)
        time.sleep(_POLL)


def cancel(folder: Path, id: str) -> LongJob:
    """End some work, or one of the last build's jobs if `id` is its number; what is finished stays."""
    if id.isascii() and id.isdecimal() and _started_job(folder, id) is None:
        number = int(id[:12])
        if not any(each.id == number and each.state in ("running", "waiting") for each in jobs(folder)):
            return LongJob(outcome="unchanged", id=id, why="it neither waits nor runs")
        cancel_job(folder, number)
        return LongJob(outcome="applied", id=id, state="cancelled")
    started = _started_job(folder, id)
    if started is None:
        raise LecternError(f"there is no job {id[:64]}")
    process = _process(started)
    if process is None:
        return job(folder, id).model_copy(update={"outcome": "unchanged"})
    _note(folder, started.model_copy(update={"cancelled": True}))
    _end(process)
    ended = job(folder, id, wait=10.0)
    return (
        ended
        if ended.state != "running"
        else ended.model_copy(update={"outcome": "unknown", "why": "it is still ending"})
    )


def _end(process: psutil.Process) -> None:
    """Ask a process to end as Ctrl-C does; it ends what it has started."""
    try:
        process.send_signal(signal.SIGTERM)
    except psutil.NoSuchProcess:
        pass


def _running(folder: Path, job: _StartedJob) -> LongJob:
    said: dict[str, Any] = next((line for line in reversed(_lines(folder, job)) if line.get("event") == "progress"), {})
    return LongJob(
        outcome="unchanged", id=job.id, work=job.work, state="running", fraction=float(said.get("fraction", 0.0)),
        doing=tuple(map(str, said.get("doing", ())))[:8],
    )  # fmt: skip


def _ended(folder: Path, job: _StartedJob) -> LongJob:
    known = {"id": job.id, "work": job.work}
    result = _result(folder, job)
    if result and "failed" not in result:
        return LongJob(outcome="applied", state="done", fraction=1.0, result=result, **known)
    if job.cancelled:
        return LongJob(outcome="applied", state="cancelled", why="it was cancelled; what was made is kept", **known)
    said = _text(folder, job, "err").strip()[-_MOST_SAID:]
    if result or said:
        return LongJob(outcome="refused", state="failed", why=str(result.get("failed", said))[:_MOST_SAID], **known)
    why = "its process is gone and has not said how it ended: look at status, then start it under another id"
    return LongJob(outcome="unknown", state="unknown", why=why, **known)


def _result(folder: Path, job: _StartedJob) -> dict[str, Any]:
    """Return what finished work has answered, {"failed": why} if it failed, nothing if it has said neither."""
    if job.work != "build":
        try:
            found = json.loads(_text(folder, job, "out"))
        except ValueError:
            return {}
        if job.work == "rehearse":
            return {"captures": found[:50]}
        about = {key: found.get(key) for key in ("film", "page", "score", "whole", "note")}
        return about | {"findings": [str(one.get("message", "")) for one in found.get("findings", ())][:50]}
    last: dict[str, Any] = next(
        (line for line in reversed(_lines(folder, job)) if line.get("event") in ("done", "failed")), {}
    )
    if last.get("event") == "failed":
        return {"failed": last.get("message", "")}
    return {key: value for key, value in last.items() if key != "event"}


def _lines(folder: Path, job: _StartedJob) -> list[dict[str, Any]]:
    found = []
    for line in _text(folder, job, "out").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return [line for line in found if isinstance(line, dict)]


def _text(folder: Path, job: _StartedJob, suffix: str) -> str:
    content = read_own(_place(folder) / f"{job.id}.{suffix}", inside=None, most=_LARGEST_LOG)
    return (content or b"").decode("utf-8", "replace")


def _process(job: _StartedJob) -> psutil.Process | None:
    """Return the process that still works, None if it has ended; another one may have its number by now."""
    _children[:] = [child for child in _children if child.poll() is None]
    try:
        process = psutil.Process(job.pid) if job.pid else None
        same = process and abs(process.create_time() - job.began) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if same else None


def _place(folder: Path) -> Path:
    return EpisodePaths(folder=folder).state / "started_jobs"


def _claimed(folder: Path, id: str, work: Work) -> bool:
    """Take an id for some work; return whether nobody has it yet."""
    with held(_place(folder), None, make=True, mode=0o700) as place:
        try:
            handle = place.open(f"{id}.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            if place.kind(f"{id}.json"):
                return False
            raise
    with os.fdopen(handle, "w") as file:
        file.write(_StartedJob(id=id, work=work).model_dump_json())
    return True


def _note(folder: Path, job: _StartedJob) -> None:
    write_atomic(_place(folder) / f"{job.id}.json", job.model_dump_json(), inside=None, private=True)


def _started_job(folder: Path, id: str) -> _StartedJob | None:
    if not (id and len(id) <= 64 and id.isascii() and id.replace("-", "").replace("_", "").isalnum()):
        raise LecternError("an id of a job is up to 64 letters, digits, hyphens and underscores")
    content = read_own(_place(folder) / f"{id}.json", inside=None)
    try:
        return _StartedJob.model_validate_json(content) if content is not None else None
    except ValidationError:  # claimed this moment, or by a process that was killed then
        return _StartedJob(id=id, work="build")
