"""What speaking and faces would run or contact, and which key goes where."""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..base.errors import LecternError
from ..base.files import digest
from ..base.program_files import program_copy, program_files
from ..episode.characters import Character, NamedProvider
from ..episode.model import Episode
from ..providers.episode_faces import photographed_characters, provided_steps, reach_of_step
from ..providers.episode_providers import user_keys
from ..providers.episode_voices import reach_of, untrusted_registry
from ..services.cloned_voices import cloned_voice
from ..services.provider import Reach
from ..services.registry import Registry, known_providers
from ..services.setting_types import argv_of
from ..services.transcription import TranscriptionProvider
from ..services.voice import VoiceProvider, VoiceReference
from .programs import where_set
from .request import PermissionKind, PermissionRequest, service_request


def voice_service_permissions(episode: Episode, config: Path | None) -> Iterator[PermissionRequest]:
    """Yield the programs that voices run, and where lines and recordings are sent."""
    registry = untrusted_registry(episode)
    for character in episode.characters:  # also who says nothing yet: their voice can be heard in the panel
        reach = reach_of(episode, character, registry)
        if character.clone:
            yield _of_cloned_voice(character, character.clone)
        if reach != Reach():
            yield _of_voice(episode, character, reach, config)
    yield from _of_transcription(episode, config, registry)


def face_permissions(episode: Episode, character: Character) -> Iterator[PermissionRequest]:
    """Yield the programs that the steps of a face run, and the services that its picture and voice are sent to."""
    where, registry = f"characters/{Path(character.file).name}", known_providers()
    for kind, step in provided_steps(character):
        try:
            reach = reach_of_step(registry, kind, step)
        except LecternError:  # wrong settings: the episode's check reports them
            reach = Reach(unknown=True)
        what = f"{step.provider}{_settings_clause(step)}"
        if reach.command:
            yield _program(episode, where, what)
        elif reach.host:
            yield service_request(reach.host, where, f"{_sent(reach, character.name)}; {what}")
        elif reach.unknown:
            sent = f"{step.provider} is sent the face and the voice of {character.name}; {what}"
            yield _program(episode, where, sent, "provider")


def _settings_clause(step: NamedProvider) -> str:
    """Return a step's settings, as the end of a sentence."""
    said = ", ".join(f"{name} = {value}" for name, value in step.settings)
    return f": {said}" if said else ""


def _program(episode: Episode, where: str, what: str, kind: PermissionKind = "program") -> PermissionRequest:
    """Return the request for a program that runs in a copy of the episode's files: with all of these, by content."""
    files = program_files(episode.folder, _program_arguments(episode))
    number = f"{len(files)} file{'' if len(files) == 1 else 's'}"
    return PermissionRequest(
        kind=kind,
        where=where,
        what=f"{what}; it can load everything in {episode.folder.name}/, {number}" if files else what,
        content=digest(json.dumps(files)),
        files=files,
        personal=True,
    )


@contextmanager
def placed_programs(episode: Episode) -> Iterator[Path | None]:
    """Yield the folder in which programs of the episode run: a copy of the files that they can load; None without any.

    Requests for the episode as it is in that folder are about exactly what will run.
    """
    if not _runs_programs(episode):
        yield None
        return
    with program_copy(episode.folder, _program_arguments(episode)) as copy:
        yield copy


def _runs_programs(episode: Episode) -> bool:
    """Return whether a voice, a face or transcription may run a program in the episode's folder."""
    requests = (
        *voice_service_permissions(episode, None),
        *(request for c in photographed_characters(episode) for request in face_permissions(episode, c)),
    )
    return any(request.kind in ("program", "provider") for request in requests)


def _program_arguments(episode: Episode) -> tuple[str, ...]:
    """Return all that the commands of voices, faces and transcription name: files of the episode are among it."""
    steps = (step for c in photographed_characters(episode) for _, step in provided_steps(c))
    pairs = (
        *(pair for step in steps for pair in step.settings),
        *(pair for character in episode.characters for pair in character.settings),
        *(pair for _, section in episode.settings.voice for pair in section),
        *(episode.settings.transcription.settings if episode.settings.transcription else ()),
    )
    return tuple(argument for name, value in pairs if name == "command" for argument in _split(value))


def _split(command: str) -> tuple[str, ...]:
    try:
        return argv_of(command)
    except ValueError:  # the provider says what is wrong with it
        return ()


def _sent(reach: Reach, name: str) -> str:
    """Return what goes to a host, and with which key, as a sentence."""
    return f"{reach.host} is sent {reach.sends.replace('{character}', name)}{key_clause(reach.host)}"


def key_clause(host: str) -> str:
    """Return which key goes to `host`, as the end of a sentence ("" if there is none)."""
    key = user_keys().source(host)
    return f", with the key from {key}" if key else ""


def _of_transcription(episode: Episode, config: Path | None, registry: Registry) -> Iterator[PermissionRequest]:
    """Yield where recordings are sent to be written down, if a voice may need that."""
    choice = episode.settings.transcription
    if choice is None or not any(_may_need_transcription(registry, c) for c in episode.characters):
        return
    provider = registry.find(TranscriptionProvider, choice.provider)
    reach = provider.reach(provider.settings_from(dict(choice.settings)))
    where = where_set(config, ("transcription", "base_url"))
    if reach.host:
        yield service_request(reach.host, where, _sent(reach, ""))
    elif reach != Reach():
        settings = ", ".join(f"{name} = {value}" for name, value in choice.settings)
        what = shlex.join(reach.command) or f"transcription by {choice.provider} {settings}".rstrip()
        yield _program(episode, where, what, "program" if reach.command else "provider")


def _may_need_transcription(registry: Registry, character: Character) -> bool:
    """Return whether recordings of a character may be written down; of what is not known yet, they may."""
    if character.provider not in registry.names(VoiceProvider):
        return True
    return "transcription" in registry.find(VoiceProvider, character.provider).needs


def _of_cloned_voice(character: Character, clone: VoiceReference) -> PermissionRequest:
    """Return the request to speak with a voice of the person's: no sandbox holds what is said with it."""
    voice = cloned_voice(clone.name)
    whose = f", the voice of {voice.consent.whose}" if voice else ""
    return PermissionRequest(
        kind="voice",
        where=f"characters/{Path(character.file).name or f'{character.id}.json'}",
        what=f'{character.name} speaks with your cloned voice "{clone.name}"{whose}, whatever the script has {character.name} say',
        personal=True,
    )


def _of_voice(episode: Episode, character: Character, reach: Reach, config: Path | None) -> PermissionRequest:
    """Return the program that a voice runs, or the host it contacts and the key that goes there."""
    where = f"characters/{Path(character.file).name or f'{character.id}.json'}"
    if ("voice", character.provider) in _set_in(episode) and not _overrides(character):
        where = where_set(config, ("voice", character.provider))
    if reach.command:
        given = ", which is given your recording" if character.clone and character.clone.file else ""
        return _program(episode, where, shlex.join(reach.command) + given)
    if reach.host:
        return service_request(reach.host, where, _sent(_with_recording(reach, character), character.name))
    settings = ", ".join(f"{name} = {value}" for name, value in character.settings)
    what = f"{character.provider}, voice {character.voice} {settings}".rstrip()
    return PermissionRequest(kind="provider", where=where, what=what, personal=True)


def _with_recording(reach: Reach, character: Character) -> Reach:
    """Return where a voice reaches; if a recording goes with every line, it is sent that, too."""
    clone = character.clone
    return reach.model_copy(update={"sends": f"{reach.sends}, and your recording"}) if clone and clone.file else reach


def _set_in(episode: Episode) -> set[tuple[str, str]]:
    return {("voice", name) for name, _ in episode.settings.voice}


def _overrides(character: Character) -> bool:
    """Return whether the character's own file says where its voice is reached."""
    return bool({"base_url", "command"} & dict(character.settings).keys())
