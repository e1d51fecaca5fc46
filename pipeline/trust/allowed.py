"""In which form this person allows an episode: as it is, or with all its programs in the sandbox."""

from collections.abc import Callable
from typing import Literal

from ..base.errors import LecternError
from ..capture.sandbox.bubblewrap import sandbox_missing
from ..episode.capture_block import Capture
from ..episode.model import Episode
from .grants import FULL_TRUST, NotTrusted, changes_since_grant, grant_trust, is_own, is_trusted, withdraw_trust
from .request import PermissionRequest

type Trust = bool | Literal["sandboxed"]
"""What a person says on the command line: nothing, that all of it may run, or that it may run in the sandbox."""

type RequestsOf = Callable[[Episode], tuple[PermissionRequest, ...]]
"""What an episode would run or contact, as far as it is asked for."""

_BOXED = ("terminal", "editor", "desktop")
"""The kinds of captures whose programs Lectern starts itself."""


def in_sandbox(episode: Episode) -> Episode:
    """Return the episode with everything that its captures run in the sandbox, whatever the script says."""
    scenes = (s.model_copy(update={"captures": tuple(map(_boxed, s.captures))}) for s in episode.scenes)
    return episode.model_copy(update={"scenes": tuple(scenes)})


def allowed_form(episode: Episode, requests_of: RequestsOf) -> Episode | None:
    """Return the episode as this person has allowed it: as it is, or in the sandbox; None if they have not."""
    forms = (episode, in_sandbox(episode))
    return next((form for form in forms if is_trusted(requests_of(form))), None)


def allow(episode: Episode, requests_of: RequestsOf, trust: Trust) -> Episode:
    """Return the episode in the form that this person allows, by `trust` or earlier.

    Raises NotTrusted, with what would run, where they don't; and with "sandboxed" also where something can't be in the
    sandbox. Raises LecternError where this computer has none.
    """
    requests, boxed = requests_of(episode), in_sandbox(episode)
    if trust == "sandboxed":
        require_sandbox(requests_of(boxed))
        withdraw_trust(requests)
        grant_trust(requests_of(boxed), episode.folder, sandboxed=True)
        return boxed
    if trust:
        grant_trust(requests, episode.folder)
        return episode
    form = allowed_form(episode, requests_of)
    if form is None:
        raise NotTrusted(requests, _advice(episode, requests_of))
    return form


def require_sandbox(requests: tuple[PermissionRequest, ...]) -> None:
    """Raise NotTrusted for what no sandbox can hold, LecternError where something needs a sandbox and there is none."""
    if personal := tuple(request for request in requests if request.personal):
        why = "No sandbox holds this: it runs with your rights, or in your name. Nothing was run."
        raise NotTrusted(personal, f"{why} Take it out of the episode, or allow all of it with --trust.")
    if any(request.kind == "sandbox" for request in requests) and (problem := sandbox_missing()):
        raise LecternError(problem)


def _advice(episode: Episode, requests_of: RequestsOf) -> str:
    """Return what a person can do who has not allowed `episode` yet."""
    offer = _sandbox_offer(episode, requests_of)
    full = f"If you want all of it to run with your rights, {FULL_TRUST}"
    ways = f"{offer}\n\n{full}" if offer and not is_own(episode.folder) else f"{full}\n\n{offer}".rstrip()
    return f"{changes_since_grant(requests_of(episode), episode.folder)}Nothing was run. {ways}"


def _sandbox_offer(episode: Episode, requests_of: RequestsOf) -> str:
    """Return what to tell a person about the sandbox; "" where it would change nothing."""
    boxed = requests_of(in_sandbox(episode))
    if boxed == requests_of(episode):
        return ""
    if problem := sandbox_missing():
        return f"It can't run in a sandbox: {problem}."
    if personal := [f"{request.where} ({request.what})" for request in boxed if request.personal]:
        return f"It can't run in the sandbox, because no sandbox holds this: {', '.join(personal)}."
    whose = "" if is_own(episode.folder) else "It was neither made nor built on this computer before. "
    more = "".join(f"\n  {request.where}  {request.what}" for request in beyond_sandbox(boxed))
    return (
        f"{whose}With --trust=sandboxed its programs run in a sandbox: they can use the system and your tools, and see none of "
        f"your files.{' Beyond that, it asks for:' if more else ''}{more}"
    )


def suggests_sandbox(episode: Episode, requests_of: RequestsOf) -> bool:
    """Return whether the sandbox is the answer to suggest: the episode is somebody else's, and can run there."""
    boxed = requests_of(in_sandbox(episode))
    can = not any(request.personal for request in boxed) and not sandbox_missing()
    return can and boxed != requests_of(episode) and not is_own(episode.folder)


def beyond_sandbox(requests: tuple[PermissionRequest, ...]) -> tuple[PermissionRequest, ...]:
    """Return what of `requests` reaches out of the sandbox: servers, the internet, files of the episode."""
    return tuple(
        request for request in requests if request.reaches_out or request.kind in ("host", "model", "folder", "file")
    )


def _boxed(capture: Capture) -> Capture:
    if capture.cast or not (capture.kind in _BOXED or capture.serve):
        return capture
    environment = capture.environment.model_copy(update={"sandbox": True})
    return capture.model_copy(update={"environment": environment})
