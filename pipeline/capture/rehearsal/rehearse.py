"""A goal becomes steps: worked out by a model at the recorder's own screen, then proven once without it."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ...episode.screen import Step
from ...errors import LecternError
from ...jobs.recipe import Bench
from ...model import Frozen
from ..browser.hosts import hosts_of
from ..fault import StepFault
from ..recipes import record
from ..request import CaptureRequest, bare
from .agent import Model, Task, work_out
from .stand import stand
from .tools import KINDS
from .turns import ATTEMPTS


class Rehearsed(Frozen):
    """The steps that reach the goal, the `hosts` beyond those that are opened, and what it took."""

    steps: tuple[Step, ...]
    hosts: tuple[str, ...] = ()
    shows: str
    turns: int
    tokens: int
    seconds: float
    log: tuple[str, ...] = ()


def rehearse(
    request: CaptureRequest, task: Task, model: Model, bench: Bench, tell: Callable[[str], None] = lambda line: None
) -> Rehearsed:
    """Works out the steps of `request`, and replays them from a fresh start; LecternError where either fails."""
    if request.kind not in KINDS:
        raise LecternError(f'a goal is worked out for {", ".join(KINDS)}; write the "steps" of this {request.kind}')
    began = time.monotonic()
    end, note = began + task.limits.seconds, ""
    for attempt in range(1, ATTEMPTS + 1):
        with stand(request, task.limits, bench) as at:
            worked = work_out(task, at, model, end, note, tell)
            hosts = _beyond(at.visited(), request, worked.steps)
        fault = _fault(_filmed(request, tuple(worked.steps), hosts), bench, tell)
        if fault is None:
            return Rehearsed(steps=tuple(worked.steps), hosts=hosts, shows=worked.shows, turns=worked.turns,
                             tokens=worked.tokens, seconds=time.monotonic() - began, log=tuple(worked.log))  # fmt: skip
        note = f"You tried before, but repeated from a fresh start your steps failed: {fault.told}. Begin again, more carefully."
    raise LecternError(f'"{task.goal}" was reached, but repeated from a fresh start the steps fail: {fault}')


def _filmed(request: CaptureRequest, steps: tuple[Step, ...], hosts: tuple[str, ...]) -> CaptureRequest:
    """What will be filmed once the steps stand in the script."""
    environment = request.environment.model_copy(update={"hosts": (*request.environment.hosts, *hosts)})
    return request.model_copy(update={"steps": bare(steps), "environment": environment})


def _fault(request: CaptureRequest, bench: Bench, tell: Callable[[str], None]) -> StepFault | None:
    """What goes wrong when the steps are done once more, without a model."""
    tell("replayed from a fresh start")
    with tempfile.TemporaryDirectory(prefix="lectern-rehearsal-", ignore_cleanup_errors=True) as scratch:
        try:
            record(request, Path(scratch), bench)
        except StepFault as fault:
            return fault
    return None


def _beyond(visited: tuple[str, ...], request: CaptureRequest, steps: list[Step]) -> tuple[str, ...]:
    """The hosts that the script has to list because no step opens them."""
    known = hosts_of(request.model_copy(update={"steps": tuple(steps)}))
    return tuple(host for host in visited if not known.allow(f"https://{host}/"))
