"""The cloned voices of this person: their recordings, whose they are, and what services call them.

They are in the profile, each in a folder of its own below `voices`, which only this person can read; never in an episode.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from ..base.errors import LecternError
from ..base.files import digest, read_bounded, write_atomic
from ..base.frozen import Frozen
from ..base.profile import profile_folder, remove_from_profile
from .cloning import VoiceSample
from .keys import host_of
from .policy import SettingPairs
from .setting_types import argv_of
from .voice import VoiceReference, VoiceRequest

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
"""What a cloned voice may be called: a folder's name on every disk, and an id at every service."""

PLACE = ("base_url", "command")
"""The settings that say where a provider reaches: a cloned voice is asked for there alone, whatever an episode says."""

OWN_VOICE = "mine"
"""Whose voice it is, where the person at the keyboard speaks of their own."""

_OWN = frozenset({OWN_VOICE, "me", "my own", "my voice"})

RECORDING = "recording.wav"
_RECORD = "voice.json"
_MOST_BYTES = 50_000_000


class Consent(Frozen):
    """That a voice may be cloned: whose it is, what was said about it, by whom, and when (ISO 8601)."""

    whose: str
    statement: str
    by: str
    at: str


class Enrolment(Frozen):
    """A cloned voice at a `provider`, which may be like another one (`base`): `voice` is what that calls it.

    `consent` is what was said about it. `place` are the settings that say where the provider reaches, as they were; `settings` the
    others, for a provider that had a name of its own. `plugin` is the hash of the plug-in that it comes from, and `shared_with` names
    providers that can use the voice, too. `made`: Lectern made it, so that forgetting it deletes it. `file` is the recording as it goes
    along with every line ("": none does), `text` what is said in it, and `digest` the hash of both.
    """

    provider: str
    base: str
    voice: str
    consent: Consent
    place: SettingPairs = ()
    settings: SettingPairs = ()
    plugin: str = ""
    shared_with: tuple[str, ...] = ()
    made: bool = True
    file: str = ""
    text: str = ""
    digest: str = ""

    @property
    def where(self) -> str:
        """The host that has it or is asked for it, or the program."""
        place = dict(self.place)
        if "base_url" in place:
            return host_of(place["base_url"])
        return argv_of(place["command"])[0] if "command" in place else "this computer"


class ClonedVoice(Frozen):
    """A voice by its name: the recording (`digest` of the file that was given, `seconds` of it in use), and where it is.

    `text` is what is said in the recording, as far as that had to be known. The last of `enrolments` is used where a character names
    no provider.
    """

    name: str
    language: str = "en"
    seconds: float = 0.0
    digest: str = ""
    text: str = ""
    enrolments: tuple[Enrolment, ...] = Field(min_length=1)

    @property
    def consent(self) -> Consent:
        """What was said when the voice was first cloned: whose it is holds for all providers."""
        return self.enrolments[0].consent

    def at(self, provider: str) -> Enrolment | None:
        """Return the voice at `provider`; None if it was not cloned there."""
        own = (e for e in self.enrolments if provider == e.provider)
        return next(own, None) or next((e for e in self.enrolments if provider in e.shared_with), None)


def is_own_voice(whose: str) -> bool:
    """Return whether an answer to whose voice it is means the person who answers."""
    return whose.strip().casefold() in _OWN


def consent_statement(whose: str) -> str:
    """Return the sentence that somebody says yes to before a voice is cloned."""
    may = "may be cloned and used in films that are made with Lectern"
    return f"This is my own voice; it {may}." if is_own_voice(whose) else f"{whose} has agreed that this voice {may}."


def voice_folder(name: str) -> Path:
    """Return the folder of a cloned voice. Raises LecternError if no voice can have that name."""
    if not NAME.fullmatch(name):
        raise LecternError(
            f'"{name}" can\'t be the name of a cloned voice: use small letters, digits and hyphens, like my-voice'
        )
    return profile_folder() / "voices" / name


def cloned_voice(name: str) -> ClonedVoice | None:
    """Return the person's cloned voice of that name, None if there is none. Raises LecternError if it can't be read."""
    if not NAME.fullmatch(name):
        return None
    file = voice_folder(name) / _RECORD
    try:
        return ClonedVoice.model_validate_json(read_bounded(file, _MOST_BYTES))
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise LecternError(
            f"{file} is damaged ({error.error_count()} faults): delete its folder, and clone the voice again"
        ) from error


def cloned_voices() -> tuple[ClonedVoice, ...]:
    """Return all cloned voices of this person, by name."""
    names = sorted(file.parent.name for file in (profile_folder() / "voices").glob(f"*/{_RECORD}"))
    return tuple(voice for name in names if (voice := cloned_voice(name)))


def store_cloned_voice(voice: ClonedVoice, files: Mapping[str, bytes] | None = None) -> None:
    """Keep a voice in the profile, with recordings by their file names."""
    folder = voice_folder(voice.name)
    for name, content in (files or {}).items():
        write_atomic(folder / name, content, inside=None, private=True)
    write_atomic(folder / _RECORD, voice.model_dump_json(indent=1), inside=None, private=True)


def remove_cloned_voice(name: str) -> None:
    """Delete a voice from the profile, with its recordings."""
    remove_from_profile(voice_folder(name))


def sample_digest(wav: bytes, text: str) -> str:
    """Return the hash of a recording and what is said in it."""
    return digest(wav + b"\0" + text.encode(), 32)


def reference_sample(request: VoiceRequest) -> VoiceSample | None:
    """Return the recording that a line is spoken like; None if the line is in a voice of the provider's.

    Raises LecternError if it is gone, or another one than when the build began.
    """
    if request.reference is None:
        return None
    wanted = request.reference
    voice = cloned_voice(wanted.name)
    found = next((e for e in voice.enrolments if e.digest == wanted.digest), None) if voice else None
    file = voice_folder(wanted.name) / (found.file if found else wanted.file)
    wav = file.read_bytes() if file.is_file() else b""
    if voice is None or found is None or sample_digest(wav, found.text) != wanted.digest:
        raise LecternError(f'the cloned voice "{wanted.name}" was changed or forgotten meanwhile; build again')
    return VoiceSample(voice.name, file, wav, found.text, voice.language, voice.consent.statement)


def reference_to(voice: ClonedVoice, enrolment: Enrolment) -> VoiceReference:
    """Return what a character holds of its cloned voice."""
    return VoiceReference(name=voice.name, file=enrolment.file, digest=enrolment.digest)
