"""`lectern say`: a few words in a character's voice, with or without an episode."""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ..base import audio
from ..base.errors import LecternError
from ..base.files import inside_of
from ..base.frozen import Frozen
from ..base.profile import profile_folder
from ..build.costs import CostApproval, decline_costs, require_agreement, voice_costs
from ..build.recipes import recipes
from ..characters.cards import character_called
from ..episode.characters import Character
from ..episode.errors import EpisodeErrors
from ..episode.folder import language_in, pronunciation, settings_in
from ..episode.model import Episode
from ..episode.script import parse_script
from ..episode.source import SCRIPT
from ..episode.speaking import fallback_policy, speaker_with, with_voice
from ..jobs.recipe import JobContext, Recipe
from ..providers.episode_providers import Providers, plugins_of
from ..services.voice import VoiceRequest, VoiceTake
from ..trust.allowed import Trust
from ..trust.services import placed_programs
from ..voice.line_request import line_requests
from .voice import allow_voices

BREATH = 0.35
"""Seconds between two paragraphs."""


class SpokenText(Frozen):
    """A text that was spoken: `file` is a WAV (mono, 48 kHz, 16 bit)."""

    file: Path
    character: str
    seconds: float


def say(
    text: str,
    output: Path,
    *,
    folder: Path,
    character: str = "ada",
    voice: str = "",
    config: Path | None = None,
    language: str = "",
    trust: Trust = False,
    agree: CostApproval = decline_costs,
) -> SpokenText:
    """Write `text` as `character` says it to the WAV file `output`, or as `voice` does, whoever has it.

    `text` is narration as in a script: `{pause: 1}` and `word{say: …}` work, an empty line starts a new paragraph.
    It is in `language`, without which that of the episode in `folder` holds, and else English. Characters and settings
    are those that hold in `folder`, which need not be an episode. Raises LecternError where the voice doesn't speak the
    language, NotTrusted unless what the voice runs is trusted (`trust` allows it), and CostDeclined if it costs something
    and `agree` says no.
    """
    if output.suffix.lower() != ".wav":
        raise LecternError(f"{output}: a voice is written as .wav; name a file like {output.stem or 'voice'}.wav")
    spoken = language or language_in(folder)
    speaker = speaker_with(voice) if voice else character_called(character, folder.resolve(), config)
    episode = episode_of(text, speaker, folder.resolve(), config, spoken)
    with placed_programs(episode) as programs, tempfile.TemporaryDirectory(prefix="lectern-say-") as drafts:
        providers = Providers(episode.settings, plugins_of(episode.folder, config), programs)
        try:
            allow_voices(episode, config, providers, trust=trust)
        except EpisodeErrors as errors:
            raise _without_script(errors) from errors
        sound = spoken_sound(episode, providers, Path(drafts), agree)
    place = output.absolute()
    audio.write(place, sound, inside=inside_of(place, folder.resolve()))
    return SpokenText(file=output, character=voice or character, seconds=len(sound) / audio.RATE)


def episode_of(text: str, speaker: Character, folder: Path, config: Path | None, language: str) -> Episode:
    """Return an episode in which `speaker` says nothing but `text`, which is in `language`."""
    try:
        script = f"---\nnarrator: {speaker.id}\nlanguage: {json.dumps(language)}\n---\n# Say\n\n{text.strip()}\n"
        values = parse_script(script, folder, (speaker,), pronunciation(folder, config))
    except EpisodeErrors as errors:
        raise _without_script(errors) from errors
    if not values["scenes"][0].lines or len(values["scenes"]) > 1:
        raise LecternError("There is nothing to say: give a sentence, in quotes, without headings.")
    settings = settings_in(folder, config)
    speaker = with_voice(speaker, language, fallback_policy(settings.film))
    return Episode(**values, title="", folder=folder, characters=(speaker,), settings=settings)


def _without_script(errors: EpisodeErrors) -> LecternError:
    """Return the faults of a text without their lines, for there is no script."""
    return LecternError("\n".join(p.message if p.file == SCRIPT else str(p) for p in errors.problems))


def spoken_sound(
    episode: Episode, providers: Providers, drafts: Path, agree: CostApproval = decline_costs
) -> np.ndarray:
    """Return the sound of the episode's lines: (samples, 1). Raises CostDeclined if it costs something and nobody agrees."""
    requests = line_requests(providers.registry, episode, episode.scenes)
    require_agreement(voice_costs(providers.registry, requests.values(), episode.settings.transcription), agree)
    recipe, context = recipes(providers)["voice"], JobContext.scratch(_ledger_folder(episode.folder))
    sounds = [
        _synthesize(recipe, request, drafts / str(number), context) for number, request in enumerate(requests.values())
    ]
    rest = np.zeros((round(BREATH * audio.RATE), 1), np.float32)
    return np.concatenate([part for sound in sounds for part in (rest, sound)][1:])


def _synthesize(recipe: Recipe[Any, Any], request: VoiceRequest, folder: Path, context: JobContext) -> np.ndarray:
    folder.mkdir()
    take: VoiceTake = recipe.make(request, folder, context)
    return audio.read(folder / take.audio)


def _ledger_folder(folder: Path) -> Path:
    """Return the episode's folder, or one in the profile: outside of an episode, that keeps the answers that were paid for."""
    return folder if (folder / SCRIPT).exists() else profile_folder() / "say"
