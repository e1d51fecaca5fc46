"""`lectern voices`: who can speak here, and a sample of each."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from ..base import audio
from ..base.errors import LecternError
from ..base.files import inside_of
from ..base.frozen import Frozen
from ..episode.folder import language_in, settings_in
from ..episode.speaking import sample_text, speaker_with
from ..providers.episode_providers import Providers
from ..services.cloned_voices import cloned_voices
from ..services.registry import known_providers
from ..services.voice import VoiceProvider
from ..voice.espeak import primary_language
from .say import episode_of, spoken_sound


class VoiceCard(Frozen):
    """A voice that can speak here, as a person chooses it: the `provider` and the `voice` that a character's file names.

    `language` is a code like ``en-GB``, `speed` how many seconds it speaks in a second of one processor (None: unknown),
    `missing` what has to be installed first, `cloned` whether it is a person's cloned voice, and `sample` a WAV that was written.
    """

    provider: str
    voice: str
    language: str
    sex: Literal["woman", "man", ""] = ""
    speed: float | None = None
    licence: str = ""
    missing: str = ""
    cloned: bool = False
    sample: Path | None = None


def voices(
    folder: Path,
    *,
    language: str = "",
    every: bool = False,
    samples: Path | None = None,
    config: Path | None = None,
) -> tuple[VoiceCard, ...]:
    """Return the voices that speak `language`, without which that of the film in `folder` is meant; with `every`, all voices.

    They are the built-in ones and the person's cloned ones; those that can speak at once come first. What services
    have, `lectern service test` tells. With `samples`, each that is installed and built in says a sentence into a WAV
    in that folder. Raises LecternError if a sample can't be made.
    """
    wanted = language or language_in(folder)
    cards = tuple(sorted((c for c in _known() if every or _speaks(c, wanted)), key=lambda card: bool(card.missing)))
    if not cards:
        raise LecternError(
            f"no voice that comes with Lectern speaks {wanted}; lectern voices --all shows which languages there are, and "
            "docs/voices.md other providers"
        )
    return cards if samples is None else tuple(_with_samples(cards, samples, folder.resolve(), config))


def _known() -> Iterator[VoiceCard]:
    registry = known_providers()
    providers = [registry.find(VoiceProvider, name) for name in registry.names(VoiceProvider)]
    for provider in sorted(providers, key=lambda provider: provider.speed or 0.0):
        for offered in provider.offered():
            yield VoiceCard(
                provider=provider.name, **dict(offered), speed=provider.speed, licence=provider.licence, missing=provider.missing()
            )  # fmt: skip
    for voice in cloned_voices():
        yield VoiceCard(provider=voice.enrolments[-1].provider, voice=voice.name, language=voice.language, cloned=True)


def _speaks(card: VoiceCard, language: str) -> bool:
    return primary_language(card.language) == primary_language(language)


def _with_samples(cards: Iterable[VoiceCard], samples: Path, folder: Path, config: Path | None) -> Iterator[VoiceCard]:
    providers = Providers(settings_in(folder, config))
    for card in cards:
        if card.missing or card.cloned:
            yield card
            continue
        file = samples.absolute() / f"{card.provider}-{card.voice}.wav"
        write_sample(card.provider, card.voice, card.language, file, providers=providers, folder=folder, config=config)
        yield card.model_copy(update={"sample": file})


def write_sample(
    provider: str,
    voice: str,
    language: str,
    file: Path,
    *,
    providers: Providers,
    folder: Path,
    config: Path | None = None,
) -> None:
    """Write what a built-in voice sounds like into a WAV (mono, 48 kHz). Raises LecternError if it can't speak."""
    speaker = speaker_with(voice, provider)
    with tempfile.TemporaryDirectory(prefix="lectern-say-") as drafts:
        sound = spoken_sound(
            episode_of(sample_text(language), speaker, folder, config, language), providers, Path(drafts)
        )
    audio.write(file, sound, inside=inside_of(file, folder))
