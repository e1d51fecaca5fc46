"""`lectern say`: a few words in a character's voice, with or without an episode."""

import tempfile
from pathlib import Path

import numpy as np

from .. import audio
from ..episode.errors import EpisodeErrors
from ..episode.folder import pronunciation, settings_file
from ..episode.model import Episode, Settings
from ..episode.script import parse_script
from ..episode.settings import read_settings
from ..errors import LecternError
from ..jobs.recipe import Recipe
from ..model import Frozen
from ..services.profile import profile_folder
from ..services.voice import VoiceRequest, VoiceTake
from ..voice.wanted import line_requests
from .characters import character_called
from .costs import Agree, NotAgreed, refuse, voice_costs
from .plugins import plugins_of
from .recipes import recipes
from .voice import allow_voices
from .voices import voice_registry

BREATH = 0.35
"""Seconds between two paragraphs."""


class Said(Frozen):
    """What was said: `file` is a WAV (mono, 48 kHz, 16 bit)."""

    file: Path
    character: str
    seconds: float


def say(
    text: str, out: Path, *, character: str = "ada", folder: Path, config: Path | None = None, trusted: bool = False,
    agree: Agree = refuse,
) -> Said:  # fmt: skip
    """Writes `text` as `character` says it to `out`.

    `text` is narration as in a script: `{pause: 1}` and `word{say: …}` work, an empty line starts a new paragraph.
    Characters and settings are those that hold in `folder`, which need not be an episode; what the character's voice runs
    has to be trusted, and `agree` is asked before a service is paid.
    """
    if out.suffix.lower() != ".wav":
        raise LecternError(f"{out}: a voice is written as .wav; name a file like {out.stem or 'voice'}.wav")
    episode = _episode_of(text, character, folder.resolve(), config)
    allow_voices(episode, config, trusted)
    with tempfile.TemporaryDirectory(prefix="lectern-say-") as drafts:
        sound = _joined(_spoken(episode, config, Path(drafts), agree))
    out.parent.mkdir(parents=True, exist_ok=True)
    audio.write(out, sound)
    return Said(file=out, character=character, seconds=len(sound) / audio.RATE)


def _episode_of(text: str, character: str, folder: Path, config: Path | None) -> Episode:
    """An episode that says nothing but `text`."""
    who = character_called(character, folder, config)
    try:
        script = f"---\nnarrator: {who.id}\n---\n# Say\n\n{text.strip()}\n"
        values = parse_script(script, folder, (who,), pronunciation(folder, config))
    except EpisodeErrors as errors:
        raise LecternError("\n".join(problem.message for problem in errors.problems)) from errors
    if not values["scenes"][0].lines or len(values["scenes"]) > 1:
        raise LecternError("There is nothing to say: give a sentence, in quotes, without headings.")
    file = config or settings_file(folder)
    settings = read_settings(file, str(file)) if file else Settings()
    return Episode(**values, title="", folder=folder, characters=(who,), settings=settings)


def _spoken(episode: Episode, config: Path | None, drafts: Path, agree: Agree) -> list[np.ndarray]:
    """The sound of each of the episode's lines; NotAgreed where that costs something and the person says no."""
    plugins = plugins_of(episode.folder, config)
    recipe, known = recipes(episode.settings, plugins)["voice"], voice_registry(episode.settings, plugins)
    requests = line_requests(known, episode, episode.scenes)
    costs = voice_costs(known, requests.values(), episode.settings.transcription)
    if not costs.free and not agree(costs):
        raise NotAgreed(costs)
    bench = _Bench(episode.folder)
    return [_sound(recipe, request, drafts / str(number), bench) for number, request in enumerate(requests.values())]


def _sound(recipe: Recipe, request: VoiceRequest, folder: Path, bench: "_Bench") -> np.ndarray:
    folder.mkdir()
    take: VoiceTake = recipe.make(request, folder, bench)
    return audio.read(folder / take.audio)


class _Bench:
    """The bench of who says something without a build; outside of an episode the profile keeps what was paid for."""

    def __init__(self, folder: Path) -> None:
        self.episode = folder if (folder / "script.md").exists() else profile_folder() / "say"

    def take(self, kind: str, key: str) -> Path:
        raise LecternError(f"a voice needs no {kind}")

    def report(self, done: float) -> None:
        """Nobody listens."""


def _joined(sounds: list[np.ndarray]) -> np.ndarray:
    rest = np.zeros((round(BREATH * audio.RATE), 1), np.float32)
    return np.concatenate([part for sound in sounds for part in (rest, sound)][1:])
