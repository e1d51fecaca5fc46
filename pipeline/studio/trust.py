"""Trust: what an episode would run is shown to the person, and runs once they have allowed exactly that.

Kept in the person's profile, never in the episode, as the hash of everything that would run; any change asks again.
"""

import hashlib
import json
import os
import shlex
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from ..episode.folder import settings_file
from ..episode.model import Capture, Character, Episode, Step
from ..episode.settings import FILE
from ..episode.toml import line_of_key
from ..errors import LecternError
from ..model import Frozen
from ..services.keys import host_of
from ..voice.reach import ESPEAK, Reach, reach_of
from .faces import outside, photographed
from .plugins import plugins_of
from .profile import profile_folder
from .voices import keys


class Danger(Frozen):
    """One thing that would run or be contacted: `where` is file:line, `what` a person reads, `content` a file's hash."""

    kind: Literal["terminal", "desktop", "editor", "folder", "host", "file", "plug-in", "program", "provider"]
    where: str
    what: str
    content: str = ""


class NotTrusted(LecternError):
    """The episode would run `dangers`, and this person has not allowed them."""

    def __init__(self, dangers: tuple[Danger, ...]) -> None:
        self.dangers = dangers
        super().__init__(
            "This episode would do the following on your computer, and you have not allowed it yet:\n\n"
            f"{_table(dangers)}\n\n"
            "Nothing was run. If you want all of it to run, build again with --trust, or press Trust in Lectern's panel in "
            "Blender. You are asked again when any of it changes."
        )


def dangers(episode: Episode, config: Path | None = None) -> tuple[Danger, ...]:
    """Everything of `episode` that runs on the person's computer or reaches beyond it, in the order of the script.

    `config` is the lectern.toml in use, where it is not the nearest above the episode.
    """
    config = config or settings_file(episode.folder)
    return (
        *(danger for scene in episode.scenes if scene.enabled for c in scene.captures for danger in _of_capture(episode, c)),
        *_of_voices(episode, config),
        *(danger for c in photographed(episode) for danger in _of_face(episode, c)),
        *_of_settings(episode, config),
        *_of_plugins(episode.folder, config),
    )


def voice_dangers(episode: Episode, config: Path | None = None) -> tuple[Danger, ...]:
    """What of `dangers` speaking alone would run or contact."""
    config = config or settings_file(episode.folder)
    return (*_of_voices(episode, config), *_of_plugins(episode.folder, config))


def covers(dangers: tuple[Danger, ...], others: tuple[Danger, ...]) -> bool:
    """Whether whoever allows `dangers` allows all of `others`, wherever they stand."""
    return {_said_of(d) for d in others} <= {_said_of(d) for d in dangers}


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


def _of_capture(episode: Episode, capture: Capture) -> Iterator[Danger]:
    if capture.folder and capture.kind != "browser":
        yield _of_folder(episode.folder, capture)
    for step in (*capture.hidden, *capture.steps, *capture.finally_):
        yield from _of_step(episode.folder, capture, step)


def _of_folder(episode: Path, capture: Capture) -> Danger:
    files = _files_below(episode / capture.folder)
    names = ", ".join(file.relative_to(episode / capture.folder).as_posix() for file in files)
    return Danger(
        kind="folder",
        where=f"script.md:{capture.line}",
        what=f"{capture.folder} is copied for it: {names or 'empty'}",
        content=_hash_of_files(files, episode),
    )


def _of_step(episode: Path, capture: Capture, step: Step) -> Iterator[Danger]:
    where = f"script.md:{step.line or capture.line}"
    if capture.kind == "terminal" and step.action in ("run", "type", "press"):
        what = step.value if step.action == "run" else f"{step.action} {step.value}"
        yield Danger(kind="terminal", where=where, what=what if capture.shell == "bash" else f"{capture.shell}: {what}")
    elif capture.kind == "desktop" or (capture.kind == "editor" and step.action == "run"):
        yield Danger(kind=capture.kind, where=where, what=_said(step))
    elif step.action == "open":
        yield from _of_address(episode, step.value, where)


def _said(step: Step) -> str:
    """All of a step that decides what it does, on one line."""
    return step.model_dump_json(exclude_defaults=True, exclude={"at", "until", "zoom", "expect", "line"})


def _of_address(episode: Path, address: str, where: str) -> Iterator[Danger]:
    """A page of the episode is harmless; any server, and any file outside the episode, is not."""
    parts = urlsplit(address)
    if parts.netloc:
        yield Danger(kind="host", where=where, what=parts.netloc.rpartition("@")[2].lower())
    elif parts.scheme in ("about", "data"):
        return
    elif parts.scheme or not (episode / parts.path).resolve().is_relative_to(episode.resolve()):
        yield Danger(kind="file", where=where, what=address)


def _of_voices(episode: Episode, config: Path | None) -> Iterator[Danger]:
    for character in _speakers(episode):
        yield from _of_voice(episode, character, config)
    yield from _of_transcription(episode, config)


def _of_transcription(episode: Episode, config: Path | None) -> Iterator[Danger]:
    """Where recordings are sent to be written down. eSpeak NG's are not."""
    settings = episode.settings.transcription
    if settings and any(c.provider != ESPEAK for c in episode.characters):
        host = host_of(settings.base_url)
        sent = f"{host} is sent recordings whose words can't be found otherwise{_with_key(host)}"
        yield Danger(kind="host", where=_where_set(config, ("transcription", "base_url")), what=sent)


def _with_key(host: str) -> str:
    key = keys().source(host)
    return f", with the key from {key}" if key else ""


def _speakers(episode: Episode) -> tuple[Character, ...]:
    """Who has a voice that leaves this computer, or runs something on it."""
    return tuple(c for c in episode.characters if reach_of(episode, c) != Reach())


def _of_voice(episode: Episode, character: Character, config: Path | None) -> Iterator[Danger]:
    """The program that a voice runs, or the host it contacts and the key that goes there."""
    reach = reach_of(episode, character)
    where = Path(character.file).name if character.file else f"characters/{character.id}.json"
    if ("voice", character.provider) in _set_in(episode) and not _overrides(character):
        where = _where_set(config, ("voice", character.provider))
    if reach.command:
        files = "".join(_own_program(episode, argument) for argument in reach.command)
        yield Danger(kind="program", where=where, what=shlex.join(reach.command), content=files)
    elif reach.host:
        sent = f"{reach.host} is sent what {character.name} {reach.sends}{_with_key(reach.host)}"
        yield Danger(kind="host", where=where, what=sent)
    else:
        settings = ", ".join(f"{name} = {value}" for name, value in character.settings)
        yield Danger(kind="provider", where=where, what=f"{character.provider}, voice {character.voice} {settings}".rstrip())


def _of_face(episode: Episode, character: Character) -> Iterator[Danger]:
    """The programs that the steps of a face run, and the services that its picture and voice are sent to."""
    where = f"characters/{Path(character.file).name}"
    for step in outside(character):
        settings = dict(step.settings)
        argv = shlex.split(settings.get("command", ""))
        files = "".join(_own_program(episode, argument) for argument in [*argv, settings.get("asset", "")] if argument)
        said = ", ".join(f"{name} = {value}" for name, value in step.settings)
        what = f"{step.provider} is sent the face and the voice of {character.name}"
        if argv or "home" in settings:
            yield Danger(kind="program", where=where, what=f"{step.provider}: {said}", content=files)
        else:
            yield Danger(kind="host", where=where, what=f"{what} ({said})" if said else what)


def _set_in(episode: Episode) -> set[tuple[str, str]]:
    return {("voice", name) for name, _ in episode.settings.voice}


def _overrides(character: Character) -> bool:
    """Whether the character's own file says where its voice is reached."""
    return bool({"base_url", "command"} & dict(character.settings).keys())


def _of_settings(episode: Episode, config: Path | None) -> Iterator[Danger]:
    programs = {("blender", "program"): episode.settings.blender.program, ("capture", "chromium"): episode.settings.capture.chromium}
    for key, program in programs.items():
        if program:
            yield Danger(kind="program", where=_where_set(config, key), what=program, content=_own_program(episode, program))


def _where_set(config: Path | None, key: tuple[str, str]) -> str:
    """The file and line of a setting."""
    if config is None or not config.is_file():
        return f"{FILE}:1"
    return f"{config.name}:{line_of_key(config.read_text(encoding='utf-8'), key)}"


def _own_program(episode: Episode, program: str) -> str:
    """The hash of a program that comes with the episode; one of the system may be updated without a question."""
    file = episode.folder / os.path.expanduser(program)
    inside = file.resolve().is_relative_to(episode.folder.resolve()) and file.is_file()
    return _hash_of_files([file], episode.folder) if inside else ""


def _of_plugins(episode: Path, config: Path | None) -> Iterator[Danger]:
    """The Python files of the `plugins/` folders of the episode and of the studio it belongs to."""
    for plugin in plugins_of(episode, config):
        yield Danger(kind="plug-in", where=f"plugins/{plugin.file.name}:1", what=str(plugin.file), content=plugin.digest)


def _files_below(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _hash_of_files(files: list[Path], base: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(os.path.relpath(file, base).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _digest(dangers: tuple[Danger, ...]) -> str:
    """The hash of what would run. Lines are left out: prose may be edited without being asked again."""
    said = [_said_of(d) for d in dangers]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _said_of(danger: Danger) -> tuple[str, str, str]:
    return danger.kind, danger.what, danger.content


def _table(dangers: tuple[Danger, ...]) -> str:
    wide = max(len(d.where) for d in dangers)
    return "\n".join(f"  {d.where:<{wide}}  {d.kind:<8}  {_visible(d.what)}" for d in dangers)


def _visible(text: str) -> str:
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
