"""Goals that have no steps yet, and what working them out would do."""

from pathlib import Path

from ..build.costs import Costs, estimate
from ..capture.rehearsal.turns import most_requests
from ..episode.capture_block import Capture
from ..episode.folder import settings_file
from ..episode.model import Episode, Scene
from ..episode.source import SCRIPT
from ..providers.episode_providers import http_client
from ..services.chat.models import open_chat
from ..trust.captures import capture_permissions
from ..trust.programs import settings_permissions
from ..trust.request import PermissionRequest, host_request
from .language_model import model_of, model_permissions


def open_goals(
    episode: Episode, scene: str | None = None, capture: str | None = None
) -> tuple[tuple[Scene, Capture], ...]:
    """Return the captures whose goal has no steps yet; a `capture` that is named may have some, and gets others."""
    scenes = [s for s in episode.scenes if s.enabled and scene in (None, s.id)]
    found = [(s, c) for s in scenes for c in s.captures if c.goal is not None]
    if capture is not None:
        return tuple((s, c) for s, c in found if c.id == capture)
    return tuple((s, c) for s, c in found if not c.steps)


def rehearsal_permissions(
    episode: Episode, goals: tuple[tuple[Scene, Capture], ...], config: Path | None = None
) -> tuple[PermissionRequest, ...]:
    """Return what working out goals would do: the steps around them, and whatever the model chooses."""
    config = config or settings_file(episode.folder)
    settings = model_of(episode).settings
    return (
        *(
            request
            for _, c in goals
            for request in (*capture_permissions(episode.folder, (c,)), *_chooser_permissions(c, settings.title))
        ),
        *model_permissions(episode, config, "what is on the screen"),
        *settings_permissions(episode, config),
    )


def agent_permissions(
    episode: Episode, goals: tuple[tuple[Scene, Capture], ...], who: str, config: Path | None = None
) -> tuple[PermissionRequest, ...]:
    """Return what working out goals would do where the agent `who` chooses the steps, and is shown what is on the screen."""
    config = config or settings_file(episode.folder)
    each = ((*capture_permissions(episode.folder, (c,)), *_chooser_permissions(c, who)) for _, c in goals)
    sees = (
        PermissionRequest(kind="model", where=f"{SCRIPT}:{c.line}", what=f"{who} is shown what is on the screen")
        for _, c in goals
    )
    return (*(request for requests in each for request in requests), *sees, *settings_permissions(episode, config))


def rehearsal_costs(episode: Episode, goals: tuple[tuple[Scene, Capture], ...]) -> Costs:
    """Return what a model may charge for working out goals, at most."""
    chat = open_chat(http_client(), model_of(episode).settings)
    return estimate([chat.cost(most_requests(capture.limits)) for _, capture in goals])


def _chooser_permissions(capture: Capture, who: str) -> tuple[PermissionRequest, ...]:
    limits, where = capture.limits, f"{SCRIPT}:{capture.line}"
    bounds = [f"at most {limits.steps} steps", *(f"also {word}" for word in limits.allow)]
    what = f"{who} chooses {_agent_abilities(capture)} ({', '.join(bounds)}), to reach: {capture.goal}"
    hosts = (host_request(host, where) for host in limits.hosts)
    return (PermissionRequest(kind="model", where=where, what=what), *hosts)


def _agent_abilities(capture: Capture) -> str:
    """Return what a model may do there."""
    rights = "in a sandbox" if capture.environment.sandbox else "with your rights"
    if capture.kind == "terminal":
        return f"commands that run {rights}"
    if capture.kind == "editor":
        return f"what is written into a copy of the files, and commands that run {rights}"
    if capture.app:
        return f"what is clicked and typed, and programs that run {rights}"
    return "what is clicked and typed" + (", and commands that the IDE runs" if capture.kind == "ide" else "")
