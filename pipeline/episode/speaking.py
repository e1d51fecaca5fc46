"""Which voice speaks for a character: the one that its file names, or its fallback."""

import os
from typing import Any, cast, get_args

from ..base.errors import LecternError
from ..services.registry import Registry, known_providers
from ..services.voice import VoiceProvider
from .characters import Character, FallbackReason, FallbackVoice, in_cloned_voice
from .settings import FallbackPolicy, FilmSettings

FALLBACK_VOICES = "LECTERN_FALLBACK_VOICES"
"""The environment variable that overrides `fallback_voices` of lectern.toml."""

PERSONS_FALLBACK_VOICES = "LECTERN_PERSONS_FALLBACK_VOICES"
"""The one in which Blender's preferences tell what holds where lectern.toml says nothing."""

USUAL, OTHERWISE = "hibari", "espeak"
"""The providers of those who name no voice, and of those whose `voice` no neural provider has: then it is a language."""

VARIANT = "+"
"""What separates a language from its variant in the names of eSpeak NG's voices."""

ENGLISH_SAMPLE = "Hello. One bad commit among a thousand: git bisect finds it in ten steps. Which one was it?"
OTHER_SAMPLE = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10."
"""What a voice says of whose language no other text is known: every voice reads numbers in its own."""

_USUAL_FALLBACK = FallbackVoice(provider=OTHERWISE)


def with_voice(character: Character, language: str, policy: FallbackPolicy = "never") -> Character:
    """Return the character with the provider and the voice with which it speaks in a film of a `language`.

    A voice that is not named is the provider's usual one, or its own for the language. The fallback speaks where the voice
    doesn't speak the language, and where `policy` (`fallback_policy`) says so.
    """
    if character.clone:
        return character
    registry = known_providers()
    named = _named(character, registry)
    if named.provider not in registry.names(VoiceProvider):
        return named
    provider = registry.find(VoiceProvider, named.provider)
    usual = named.voice or provider.voice_in(language, provider.default_voice)
    chosen = named.model_copy(update={"voice": usual})
    other, because = named.fallback, _reason(provider, chosen, language, policy)
    if other is None or not because or other.provider not in registry.names(VoiceProvider):
        return chosen
    speaker = registry.find(VoiceProvider, other.provider)
    return chosen.model_copy(
        update={
            "provider": other.provider,
            "voice": speaker.voice_in(language, other.voice or speaker.default_voice),
            "settings": other.settings,
            "instead_of": f"{provider.title} {usual}",
            "because": because,
        }
    )


def speaker_with(voice: str, provider: str = "") -> Character:
    """Return somebody who speaks with `voice`, which may be a person's cloned one; without a `provider`, that which has it is found.

    Raises LecternError if there is no such provider, or if one whose voices are known has none of that name.
    """
    asked = in_cloned_voice(Character(id="speaker", name="Speaker", provider=provider, voice=voice), "")
    speaker = _named(asked, known_providers())
    found = known_providers().find(VoiceProvider, speaker.provider)
    known = [offered.voice for offered in found.offered()]
    if known and speaker.clone is None and voice.partition(VARIANT)[0].lower() not in known:
        raise LecternError(f'{found.title} has no voice "{voice}"; lectern voices --all shows those that there are')
    return speaker


def sample_text(language: str) -> str:
    """Return what a voice of a language (a code like ``en-GB``) says to be heard."""
    return ENGLISH_SAMPLE if language.partition("-")[0].lower() == "en" else OTHER_SAMPLE


def fallback_policy(film: FilmSettings) -> FallbackPolicy:
    """Return when fallbacks speak: as the environment says, else as lectern.toml does, else as the person prefers in Blender.

    Raises LecternError if a variable says what can't be.
    """
    written = film.fallback_voices if "fallback_voices" in film.model_fields_set else None
    return _told(FALLBACK_VOICES) or written or _told(PERSONS_FALLBACK_VOICES) or film.fallback_voices


def policy_source() -> str:
    """Return where it is said that fallbacks always speak."""
    if said := os.environ.get(FALLBACK_VOICES):
        return f"{FALLBACK_VOICES}={said}"
    preferred = os.environ.get(PERSONS_FALLBACK_VOICES) == "always"
    return "the fallback voices in Blender's preferences" if preferred else "fallback_voices in lectern.toml"


def _told(variable: str) -> FallbackPolicy | None:
    """Return the policy in a variable of the environment; None where it is not set. Raises LecternError for anything else."""
    said, allowed = os.environ.get(variable, ""), get_args(FallbackPolicy.__value__)
    if said and said not in allowed:
        raise LecternError(f'{variable} is "{said}"; it can be {", ".join(allowed)}')
    return cast(FallbackPolicy, said) if said else None


def _named(character: Character, registry: Registry) -> Character:
    """Return the character with a provider: if it names none, the one that has its voice."""
    if character.provider:
        return character
    if not character.voice:
        return character.model_copy(update={"provider": USUAL, "fallback": character.fallback or _USUAL_FALLBACK})
    names = registry.names(VoiceProvider)
    owner = next((name for name in names if character.voice in registry.find(VoiceProvider, name).voices), OTHERWISE)
    return character.model_copy(update={"provider": owner})


def _reason(
    provider: VoiceProvider[Any], character: Character, language: str, policy: FallbackPolicy
) -> FallbackReason:
    """Return why a character's fallback should speak; "" if its own voice should."""
    if policy == "always":
        return "asked"
    try:
        settings = provider.settings_from(dict(character.settings))
    except LecternError:
        return ""  # what is wrong with them is told as a fault of the character's file
    if provider.voices and character.voice not in provider.voices:
        return ""  # so is a voice that it doesn't have
    if provider.language_fault(settings, character.voice, language, ""):
        return "language"
    return "missing" if policy == "missing" and provider.missing() else ""
