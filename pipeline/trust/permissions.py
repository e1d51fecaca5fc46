"""Everything that an episode would run or contact, as the requests that a person is asked to allow."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ..base.errors import LecternError
from ..episode.folder import read_episode, settings_file
from ..episode.model import Episode
from ..episode.source import SCRIPT
from ..providers.episode_faces import photographed_characters
from .allowed import allowed_form
from .captures import capture_permissions
from .programs import plugin_permissions, settings_permissions
from .request import PermissionRequest
from .services import face_permissions, voice_service_permissions


def permission_requests(
    episode: Episode, config: Path | None = None, programs: Path | None = None
) -> tuple[PermissionRequest, ...]:
    """Return everything of `episode` that runs on the person's computer or reaches beyond it, in the script's order.

    `config` is the lectern.toml in use, where it is not the nearest above the episode; `programs` is where its programs
    run, if that is a copy of it (see `placed_programs`).
    """
    config, placed = config or settings_file(episode.folder), _placed(episode, programs)
    return (
        *_recording_requests(episode),
        *voice_service_permissions(placed, config),
        *(request for c in photographed_characters(episode) for request in face_permissions(placed, c)),
        *settings_permissions(episode, config),
        *plugin_permissions(episode.folder, config),
    )


def voice_permissions(
    episode: Episode, config: Path | None = None, programs: Path | None = None
) -> tuple[PermissionRequest, ...]:
    """Return what of `permission_requests` speaking alone would run or contact."""
    config = config or settings_file(episode.folder)
    placed = _placed(episode, programs)
    return (*voice_service_permissions(placed, config), *plugin_permissions(episode.folder, config))


def recording_permissions(episode: Episode, config: Path | None = None) -> tuple[PermissionRequest, ...]:
    """Return what of `permission_requests` recording the captures alone would run or contact."""
    config = config or settings_file(episode.folder)
    return (
        *_recording_requests(episode),
        *settings_permissions(episode, config),
        *plugin_permissions(episode.folder, config),
    )


def fully_trusted_requests(folder: Path, config: Path | None = None) -> tuple[PermissionRequest, ...]:
    """Return what the episode in `folder` would run, if there is one and this person allows it; else nothing.

    Who allows it in the sandbox allows what it would run there.
    """
    if not (folder / SCRIPT).is_file():
        return ()
    try:
        requests_of = partial(permission_requests, config=config)
        form = allowed_form(read_episode(folder, config), requests_of)
        return requests_of(form) if form else ()
    except LecternError:  # an episode with faults is not trusted as a whole
        return ()


def _recording_requests(episode: Episode) -> Iterator[PermissionRequest]:
    captures = [capture for scene in episode.scenes if scene.enabled for capture in scene.captures]
    yield from dict.fromkeys(capture_permissions(episode.folder, captures))  # what is done again is asked once


def _placed(episode: Episode, programs: Path | None) -> Episode:
    """Return the episode as it is where its programs run."""
    return episode.model_copy(update={"folder": programs}) if programs else episode
