"""Goals that have no steps yet, and what working them out would do."""

from pathlib import Path

from ..capture.rehearsal.turns import most_requests
from ..episode.folder import settings_file
from ..episode.model import Episode, Scene
from ..episode.screen import Capture
from ..errors import LecternError
from ..services.chat import Chat, ChatSettings
from ..services.keys import host_of
from .costs import Costs, estimate
from .dangers.captures import capture_dangers
from .dangers.danger import Danger
from .dangers.programs import setting_dangers, where_set
from .dangers.services import with_key
from .voices import services


def goals(episode: Episode, scene: str | None = None, capture: str | None = None) -> tuple[tuple[Scene, Capture], ...]:
    """The captures whose goal has no steps yet; a `capture` that is named may have some, and gets others."""
    scenes = [s for s in episode.scenes if s.enabled and scene in (None, s.id)]
    found = [(s, c) for s in scenes for c in s.captures if c.goal is not None]
    if capture is not None:
        return tuple((s, c) for s, c in found if c.id == capture)
    return tuple((s, c) for s, c in found if not c.steps)


def rehearsal_dangers(
    episode: Episode, wanted: tuple[tuple[Scene, Capture], ...], config: Path | None = None
) -> tuple[Danger, ...]:
    """What working out goals would do: the steps around them, and whatever the model chooses."""
    config = config or settings_file(episode.folder)
    where = where_set(config, ("model", "base_url"))
    settings = model_of(episode)
    host = host_of(settings.base_url)
    sent = f"{settings.model} at {host} is sent what is on the screen{with_key(host)}"
    return (
        *(danger for _, c in wanted for danger in (*capture_dangers(episode.folder, c), *_chosen(c, settings))),
        Danger(kind="model", where=where, what=sent),
        *setting_dangers(episode, config),
    )


def rehearsal_costs(episode: Episode, wanted: tuple[tuple[Scene, Capture], ...]) -> Costs:
    """What a model may charge for working out goals, at most."""
    chat = Chat(services(), model_of(episode))
    return estimate([chat.cost(most_requests(capture.limits)) for _, capture in wanted])


def model_of(episode: Episode) -> ChatSettings:
    """The language model of lectern.toml; LecternError, with what to write there, where there is none."""
    if episode.settings.model is None:
        raise LecternError(
            "no language model is set. Write into lectern.toml, for example:\n\n"
            '    [model]\n    base_url = "http://localhost:11434/v1"\n    model = "qwen3"\n\n'
            "or write the steps by hand"
        )
    return episode.settings.model


def _chosen(capture: Capture, settings: ChatSettings) -> tuple[Danger, ...]:
    limits, where = capture.limits, f"script.md:{capture.line}"
    bounds = [f"at most {limits.steps} steps", *(f"also {word}" for word in limits.allow)]
    what = f"{settings.model} chooses {_power(capture)} ({', '.join(bounds)}), to reach: {capture.goal}"
    hosts = (Danger(kind="host", where=where, what=host.lower()) for host in limits.hosts)
    return (Danger(kind="model", where=where, what=what), *hosts)


def _power(capture: Capture) -> str:
    """What a model may do there."""
    rights = "in a sandbox" if capture.environment.sandbox else "with your rights"
    if capture.kind == "terminal":
        return f"commands that run {rights}"
    if capture.kind == "editor":
        return f"what is written into a copy of the files, and commands that run {rights}"
    if capture.app:
        return f"what is clicked and typed, and programs that run {rights}"
    return "what is clicked and typed" + (", and commands that the IDE runs" if capture.kind == "ide" else "")
