"""Trust: what an episode would run is shown to the person, and runs once they have allowed exactly that.

Kept in the person's profile, never in the episode, as the hash of everything that would run; any change asks again.
"""

import hashlib
import json
import os
import time
from pathlib import Path

from ..episode.folder import read_episode, settings_file
from ..episode.later import SCRIPT
from ..episode.model import Episode
from ..errors import LecternError
from ..services.profile import profile_folder
from .dangers.captures import capture_dangers
from .dangers.danger import Danger
from .dangers.programs import plugin_dangers, setting_dangers
from .dangers.services import face_dangers, voice_dangers as _of_voices
from .faces import photographed


class NotTrusted(LecternError):
    """The episode would run `dangers`, and this person has not allowed them."""

    def __init__(self, dangers: tuple[Danger, ...]) -> None:
        self.dangers = dangers
        super().__init__(
            "This episode would do the following on your computer, and you have not allowed it yet:\n\n"
            f"{_table(dangers)}\n\n"
            "Nothing was run. If you want all of it to run, give the command again with --trust, or press Trust in "
            "Lectern's panel in Blender. You are asked again when any of it changes."
        )


def dangers(episode: Episode, config: Path | None = None) -> tuple[Danger, ...]:
    """Everything of `episode` that runs on the person's computer or reaches beyond it, in the order of the script.

    `config` is the lectern.toml in use, where it is not the nearest above the episode.
    """
    config = config or settings_file(episode.folder)
    captures = (capture for scene in episode.scenes if scene.enabled for capture in scene.captures)
    return (
        *(danger for capture in captures for danger in capture_dangers(episode.folder, capture)),
        *_of_voices(episode, config),
        *(danger for c in photographed(episode) for danger in face_dangers(episode, c)),
        *setting_dangers(episode, config),
        *plugin_dangers(episode.folder, config),
    )


def voice_dangers(episode: Episode, config: Path | None = None) -> tuple[Danger, ...]:
    """What of `dangers` speaking alone would run or contact."""
    config = config or settings_file(episode.folder)
    return (*_of_voices(episode, config), *plugin_dangers(episode.folder, config))


def recording_dangers(episode: Episode, config: Path | None = None) -> tuple[Danger, ...]:
    """What of `dangers` recording the captures alone would run or contact."""
    config = config or settings_file(episode.folder)
    captures = (capture for scene in episode.scenes if scene.enabled for capture in scene.captures)
    recorded = (danger for capture in captures for danger in capture_dangers(episode.folder, capture))
    return (*recorded, *setting_dangers(episode, config), *plugin_dangers(episode.folder, config))


def covers(dangers: tuple[Danger, ...], others: tuple[Danger, ...]) -> bool:
    """Whether whoever allows `dangers` allows all of `others`, wherever they stand."""
    return {_said_of(d) for d in others} <= {_said_of(d) for d in dangers}


def trusted_whole(folder: Path, config: Path | None = None) -> tuple[Danger, ...]:
    """What the episode in `folder` would run, if there is one and this person allows all of it; else nothing."""
    if not (folder / SCRIPT).is_file():
        return ()
    try:
        whole = dangers(read_episode(folder, config), config)
    except LecternError:  # an episode with faults is not trusted as a whole
        return ()
    return whole if is_trusted(whole) else ()


def is_trusted(dangers: tuple[Danger, ...], profile: Path | None = None) -> bool:
    """Whether this person allowed exactly `dangers`. Nothing dangerous needs no trust."""
    return not dangers or _digest(dangers) in _granted(_file(profile))


def require_trust(dangers: tuple[Danger, ...], profile: Path | None = None) -> None:
    """Raises `NotTrusted`, which shows what would run, unless this person allowed it."""
    if not is_trusted(dangers, profile):
        raise NotTrusted(dangers)


def trust(dangers: tuple[Danger, ...], episode: Path, profile: Path | None = None) -> None:
    """Notes that this person allows exactly `dangers`. Called for a person's `--trust` or button, and for nothing else."""
    file = _file(profile)
    granted = _granted(file)
    granted[_digest(dangers)] = {"episode": str(episode), "trusted_at": time.time(), "things": len(dangers)}
    _write_private(file, json.dumps(granted, indent=1, ensure_ascii=False))


def _digest(dangers: tuple[Danger, ...]) -> str:
    """The hash of what would run. Lines are left out: prose may be edited without being asked again."""
    said = [_said_of(d) for d in dangers]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _said_of(danger: Danger) -> tuple[str, str, str]:
    return danger.kind, danger.what, danger.content


def _table(dangers: tuple[Danger, ...]) -> str:
    wide = max(len(d.where) for d in dangers)
    return "\n".join(f"  {d.where:<{wide}}  {d.kind:<8}  {visible(d.what)}" for d in dangers)


def visible(text: str) -> str:
    """Text in which nothing can hide: line ends, escape sequences and direction marks are spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _file(profile: Path | None) -> Path:
    return (profile or profile_folder()) / "trust.json"


def _granted(file: Path) -> dict[str, dict[str, object]]:
    try:
        granted = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise LecternError(f"{file} can't be read ({error}). Delete it: you will be asked for your trust again.") from error
    return granted


def _write_private(file: Path, text: str) -> None:
    """Writes a file that only this person can read, to a sibling that is renamed."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    draft.replace(file)
