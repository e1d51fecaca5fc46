"""Turns a goal into steps: a model works them out at the recorder's own screen, then they are replayed without it."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...base.errors import LecternError
from ...base.frozen import Frozen
from ...episode.capture_block import Limits
from ...episode.steps import Step
from ...jobs.recipe import JobContext
from ..browser.hosts import hosts_of
from ..fault import StepFault
from ..recipes import record
from ..recorder import do_hidden, open_screen
from ..request import CaptureRequest, without_film_fields
from .agent import ChatModel, RehearsalTask, work_out_steps
from .browser_policy import BrowserPolicy
from .desktop_policy import DesktopPolicy
from .editor_policy import EditorPolicy
from .policy import Policy
from .terminal_policy import TerminalPolicy
from .tools import REHEARSED_KINDS
from .turns import ATTEMPTS


class RehearsalResult(Frozen):
    """The steps that reach the goal, the `hosts` that the script must list for them, and what it took."""

    steps: tuple[Step, ...]
    hosts: tuple[str, ...] = ()
    shows: str
    turns: int
    tokens: int
    seconds: float
    log: tuple[str, ...] = ()


def rehearse_goal(
    request: CaptureRequest,
    task: RehearsalTask,
    model: ChatModel,
    context: JobContext,
    tell: Callable[[str], None] = lambda line: None,
    policy: type[Policy[Any]] | None = None,
) -> RehearsalResult:
    """Work out the steps of `request`, and replay them from a fresh start. Raises LecternError if either fails.

    `policy` is the agent's access to the screen (None: what is usual for this kind).
    """
    if request.kind not in REHEARSED_KINDS:
        raise LecternError(
            f'a goal is worked out for {", ".join(REHEARSED_KINDS)}; write the "steps" of this {request.kind}'
        )
    began = time.monotonic()
    end, note = began + task.limits.seconds, ""
    for _ in range(ATTEMPTS):
        with _open_access(request, task.limits, context, policy or _POLICIES[request.kind]) as at:
            worked = work_out_steps(task, at, model, end, note, tell)
            hosts = _extra_hosts(at.visited(), request, worked.steps)
        fault = _replay_fault(_final_request(request, tuple(worked.steps), hosts), context, tell)
        if fault is None:
            return RehearsalResult(steps=tuple(worked.steps), hosts=hosts, shows=worked.shows, turns=worked.turns,
                             tokens=worked.tokens, seconds=time.monotonic() - began, log=tuple(worked.log))  # fmt: skip
        note = f"You tried before, but repeated from a fresh start your steps failed: {fault.summary}. Begin again, more carefully."
    raise LecternError(f'"{task.goal}" was reached, but repeated from a fresh start the steps fail: {fault}')


_POLICIES: dict[str, type[Policy[Any]]] = {
    "browser": BrowserPolicy, "desktop": DesktopPolicy, "editor": EditorPolicy, "ide": BrowserPolicy, "terminal": TerminalPolicy,
}  # fmt: skip


@contextmanager
def _open_access(
    request: CaptureRequest, limits: Limits, context: JobContext, policy: type[Policy[Any]]
) -> Iterator[Policy[Any]]:
    """Open the screen of the request's kind and do its hidden steps. It may also go to the limits' hosts."""
    environment = request.environment.model_copy(update={"hosts": (*request.environment.hosts, *limits.hosts)})
    request = request.model_copy(update={"environment": environment})
    with policy.opening(), open_screen(request, context.episode) as screen:
        access = policy(screen, request, limits, context)
        do_hidden(screen, request, context)
        screen.begin()
        yield access


def _final_request(request: CaptureRequest, steps: tuple[Step, ...], hosts: tuple[str, ...]) -> CaptureRequest:
    """Return the request that is recorded once the steps are in the script."""
    environment = request.environment.model_copy(update={"hosts": (*request.environment.hosts, *hosts)})
    return request.model_copy(update={"steps": without_film_fields(steps), "environment": environment})


def _replay_fault(request: CaptureRequest, context: JobContext, tell: Callable[[str], None]) -> StepFault | None:
    """Record the steps without a model, and return the fault if one fails."""
    tell("replayed from a fresh start")
    with tempfile.TemporaryDirectory(prefix="lectern-rehearsal-", ignore_cleanup_errors=True) as scratch:
        try:
            record(request, Path(scratch), context)
        except StepFault as fault:
            return fault
    return None


def _extra_hosts(visited: tuple[str, ...], request: CaptureRequest, steps: list[Step]) -> tuple[str, ...]:
    """Return the hosts that the script has to list because no step opens them."""
    known = hosts_of(request.model_copy(update={"steps": tuple(steps)}))
    return tuple(host for host in visited if not known.allow(f"https://{host}/"))
