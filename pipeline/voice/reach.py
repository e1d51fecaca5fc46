"""What a character's voice would contact or run."""

from ..episode.model import Character, Episode
from ..errors import LecternError
from ..model import Frozen
from ..services.keys import host_of
from ..services.voice_settings import BUILT_IN, CommandSettings, ServiceSettings, validated
from .command import PRESETS

ESPEAK = "espeak"


class Reach(Frozen):
    """Where a voice reaches: to a `host`, to a program (`command`), or, as a plug-in's (`unknown`), anywhere.

    `sends` says what of the character goes to the host. All empty: it stays within Lectern.
    """

    host: str = ""
    sends: str = ""
    command: tuple[str, ...] = ()
    unknown: bool = False


def reach_of(episode: Episode, character: Character) -> Reach:
    """Where the voice of `character` reaches; LecternError where its settings are wrong."""
    standing = dict(dict(episode.settings.voice).get(character.provider, ()))
    kind = standing.pop("like", character.provider)
    if kind == ESPEAK:
        return Reach()
    if kind not in BUILT_IN:
        return Reach(unknown=True)
    values = {**standing, **dict(character.settings)}
    settings = validated(BUILT_IN[kind], values, character.voice)
    if isinstance(settings, CommandSettings):
        return _program(settings.command or PRESETS.get(kind, ()), character)
    if isinstance(settings, ServiceSettings):
        sends = "is recorded as saying" if kind == "elevenlabs-convert" else "says"
        return Reach(host=host_of(settings.base_url), sends=sends)
    return Reach()


def _program(command: tuple[str, ...], character: Character) -> Reach:
    if not command:
        section = f"[voice.{character.provider}]"
        raise LecternError(f"the voice of {character.name} is a command without one; write it to {section} of lectern.toml")
    return Reach(command=command)
