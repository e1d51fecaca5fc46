"""What speaking and faces would run or contact, and which key goes where."""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from ...avatar.live.providers.command import PRESETS
from ...episode.model import Character, Episode, Provider
from ...services.argv import argv_of
from ...services.keys import host_of
from ...voice.reach import ESPEAK, Reach, reach_of
from ..faces import address_of, outside
from ..voices import keys
from .danger import Danger
from .programs import own_folder, own_program, where_set


def voice_dangers(episode: Episode, config: Path | None) -> Iterator[Danger]:
    """The programs that voices run, and where lines and recordings are sent."""
    for character in _speakers(episode):
        yield from _of_voice(episode, character, config)
    yield from _of_transcription(episode, config)


def face_dangers(episode: Episode, character: Character) -> Iterator[Danger]:
    """The programs that the steps of a face run, and the services that its picture and voice are sent to."""
    where = f"characters/{Path(character.file).name}"
    for kind, step in outside(character):
        settings = dict(step.settings)
        if step.provider in PRESETS or settings.keys() & {"command", "home"}:
            yield Danger(kind="program", where=where, what=f"{step.provider}{_told(step)}", content=_own_files(episode, settings))
        else:
            address = address_of(kind, step)
            host = host_of(address) if address else ""
            sent = f"{host or step.provider} is sent the face and the voice of {character.name}{with_key(host)}"
            yield Danger(kind="host", where=where, what=f"{sent}; {step.provider}{_told(step)}")


def _told(step: Provider) -> str:
    """A step's settings, as the end of a sentence."""
    said = ", ".join(f"{name} = {value}" for name, value in step.settings)
    return f": {said}" if said else ""


def _own_files(episode: Episode, settings: Mapping[str, str]) -> str:
    """The hash of what of a step's program lies in the episode: files that its command names, the folder that it starts in."""
    try:
        argv = argv_of(settings.get("command", ""))
    except ValueError:  # `refuse_faces` says what is wrong with it
        argv = ()
    named = (own_program(episode, argument) for argument in argv)
    return "".join((*named, own_folder(episode, settings.get("home", ""))))


def with_key(host: str) -> str:
    """Which key goes to `host`, as the end of a sentence ("" where there is none)."""
    key = keys().source(host)
    return f", with the key from {key}" if key else ""


def _of_transcription(episode: Episode, config: Path | None) -> Iterator[Danger]:
    """Where recordings are sent to be written down. eSpeak NG's are not."""
    settings = episode.settings.transcription
    if settings and any(c.provider != ESPEAK for c in episode.characters):
        host = host_of(settings.base_url)
        sent = f"{host} is sent recordings whose words can't be found otherwise{with_key(host)}"
        yield Danger(kind="host", where=where_set(config, ("transcription", "base_url")), what=sent)


def _speakers(episode: Episode) -> tuple[Character, ...]:
    """Whose voice leaves this computer, or runs something on it; also who says nothing yet, and can be heard in the panel."""
    return tuple(c for c in episode.characters if reach_of(episode, c) != Reach())


def _of_voice(episode: Episode, character: Character, config: Path | None) -> Iterator[Danger]:
    """The program that a voice runs, or the host it contacts and the key that goes there."""
    reach = reach_of(episode, character)
    where = f"characters/{Path(character.file).name or f'{character.id}.json'}"
    if ("voice", character.provider) in _set_in(episode) and not _overrides(character):
        where = where_set(config, ("voice", character.provider))
    if reach.command:
        files = "".join(own_program(episode, argument) for argument in reach.command)
        yield Danger(kind="program", where=where, what=shlex.join(reach.command), content=files)
    elif reach.host:
        sent = f"{reach.host} is sent what {character.name} {reach.sends}{with_key(reach.host)}"
        yield Danger(kind="host", where=where, what=sent)
    else:
        settings = ", ".join(f"{name} = {value}" for name, value in character.settings)
        yield Danger(kind="provider", where=where, what=f"{character.provider}, voice {character.voice} {settings}".rstrip())


def _set_in(episode: Episode) -> set[tuple[str, str]]:
    return {("voice", name) for name, _ in episode.settings.voice}


def _overrides(character: Character) -> bool:
    """Whether the character's own file says where its voice is reached."""
    return bool({"base_url", "command"} & dict(character.settings).keys())
