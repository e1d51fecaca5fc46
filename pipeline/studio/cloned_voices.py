"""`lectern voice list` and `forget`: the voices that this person has cloned."""

from pathlib import Path
from typing import Any

from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..episode.folder import settings_in
from ..episode.settings import Settings
from ..providers.episode_providers import Providers, plugins_of
from ..services.cloned_voices import (
    ClonedVoice,
    Enrolment,
    cloned_voice,
    cloned_voices,
    remove_cloned_voice,
    store_cloned_voice,
)
from ..services.cloning import Cloning
from ..services.registry import Registry
from ..services.voice import VoiceProvider
from ..trust.allowed import Trust
from ..trust.permissions import fully_trusted_requests


class EnrolmentCard(Frozen):
    """A cloned voice at a provider, whose host or program is `where`.

    `voice` is what that calls it; "": it is given the recording with every line.
    """

    provider: str
    voice: str
    where: str


class ClonedVoiceCard(Frozen):
    """A cloned voice as a person wants to see it: whose it is, what was said about that, by whom and when, and with what it is cloned.

    `findings` are what would make the recording better, when it was just cloned.
    """

    name: str
    whose: str
    consent: str
    by: str
    at: str
    language: str
    seconds: float
    providers: tuple[EnrolmentCard, ...]
    findings: tuple[str, ...] = ()


class ForgottenVoice(Frozen):
    """What became of a voice: `deleted` names the places where it was deleted, `left` says where it still is, and why."""

    name: str
    deleted: tuple[str, ...]
    left: tuple[str, ...]


def voice_list() -> tuple[ClonedVoiceCard, ...]:
    """Return all cloned voices of this person, by name. Contacts nobody."""
    return tuple(card_of_voice(voice) for voice in cloned_voices())


def forget_voice(
    name: str,
    *,
    folder: Path,
    provider: str = "",
    config: Path | None = None,
    trust: Trust = False,
    only_here: bool = False,
) -> ForgottenVoice:
    """Delete a cloned voice with its recordings, and at the services that keep it; with `provider`, only what that has.

    `only_here` contacts nobody. Raises LecternError if there is no such voice, or if a service could not delete it: then it is kept here.
    """
    voice = voice_called(name)
    going = [e for e in voice.enrolments if not provider or e.provider == provider]
    if not going:
        there = ", ".join(e.provider for e in voice.enrolments)
        raise LecternError(f'"{name}" is not cloned with {provider}; it is with: {there}')
    registry = trusted_registry(folder, config, settings_in(folder, config), trust)
    deleted: list[str] = []
    left: list[str] = []
    for enrolment in going:
        problem = _not_ours(enrolment) or ("you said so" if only_here else _withdraw(enrolment, registry))
        if problem:
            left.append(f"{enrolment.where}: {problem}")
        elif enrolment.voice:
            deleted.append(enrolment.where)
        voice = _without(voice, enrolment)
    return ForgottenVoice(name=name, deleted=tuple(deleted), left=tuple(left))


def voice_called(name: str) -> ClonedVoice:
    """Return a cloned voice. Raises LecternError, with those there are, if there is none of that name."""
    if voice := cloned_voice(name):
        return voice
    known = ", ".join(voice.name for voice in cloned_voices()) or "none yet"
    raise LecternError(f'there is no cloned voice "{name}"; there are: {known}')


def trusted_registry(folder: Path, config: Path | None, settings: Settings, trust: Trust) -> Registry:
    """Return the providers that serve `folder`; its plug-ins are among them if the person trusts all of the episode there."""
    trusted = trust is True or fully_trusted_requests(folder, config)
    return Providers(settings, plugins_of(folder, config) if trusted else ()).registry


def card_of_voice(voice: ClonedVoice, findings: tuple[str, ...] = ()) -> ClonedVoiceCard:
    """Return a voice as a person wants to see it."""
    said = voice.consent
    return ClonedVoiceCard(
        name=voice.name,
        whose=said.whose,
        consent=said.statement,
        by=said.by,
        at=said.at,
        language=voice.language,
        seconds=voice.seconds,
        providers=tuple(EnrolmentCard(provider=e.provider, voice=e.voice, where=e.where) for e in voice.enrolments),
        findings=findings,
    )


def _not_ours(enrolment: Enrolment) -> str:
    return "" if enrolment.made else "Lectern has not made it there; delete it there yourself, if you want"


def _withdraw(enrolment: Enrolment, registry: Registry) -> str:
    """Delete a voice at its service; return why it is still there ("": it isn't). Raises LecternError if it could not be deleted."""
    if not enrolment.voice:
        return ""
    if enrolment.base not in registry.names(VoiceProvider):
        return f"the provider {enrolment.base} is not here; delete the voice {enrolment.voice} there yourself"
    provider: Any = registry.find(VoiceProvider, enrolment.base)
    if not isinstance(provider, Cloning) or registry.origin(VoiceProvider, enrolment.base) != enrolment.plugin:
        return (
            f"the provider {enrolment.base} is another one than then; delete the voice {enrolment.voice} there yourself"
        )
    settings = provider.settings_from({**dict(enrolment.settings), **dict(enrolment.place)})  # type: ignore[attr-defined]
    try:
        gone = provider.withdraw(registry.tools.http, settings, enrolment.voice)
    except LecternError as error:
        raise LecternError(
            f"{error}\nThe voice was not forgotten. With --only-here it is forgotten here, and stays at {enrolment.where}."
        ) from error
    return "" if gone else f"it has no way to delete a voice: delete {enrolment.voice} there yourself"


def _without(voice: ClonedVoice, enrolment: Enrolment) -> ClonedVoice:
    """Return the voice without an enrolment, as it is kept from now on; with its last one, it is deleted."""
    rest = tuple(e for e in voice.enrolments if e != enrolment)
    if not rest:
        remove_cloned_voice(voice.name)
        return voice
    kept = voice.model_copy(update={"enrolments": rest})
    store_cloned_voice(kept)
    return kept
