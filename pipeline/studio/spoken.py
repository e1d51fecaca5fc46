"""`lectern say --spoken`: what a voice is told, word by word, without speaking."""

from pathlib import Path
from typing import Any

from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..characters.cards import character_called
from ..episode.folder import language_in, read_episode
from ..episode.model import Episode, Line, Scene
from ..episode.spoken.phonetic import shown
from ..providers.episode_providers import Providers
from ..services.voice import VoiceProvider
from ..voice.line_request import line_request
from .say import episode_of


class ToldWord(Frozen):
    """A word as it is `written`, as it is `spoken`, and its `phonemes` ("": the voice finds them itself).

    `pause` is the rest before it, in seconds.
    """

    written: str
    spoken: str
    phonemes: str = ""
    emphasis: bool = False
    pause: float = 0.0


class ToldLine(Frozen):
    """What the voice of a `character` is told for a `line` of the script (0: there is no script)."""

    line: int
    character: str
    provider: str
    voice: str
    words: tuple[ToldWord, ...]


def spoken(
    text: str = "",
    *,
    folder: Path,
    character: str = "ada",
    line: int = 0,
    config: Path | None = None,
    language: str = "",
) -> tuple[ToldLine, ...]:
    """Return what a voice is told for `text`, a line each paragraph, or for `line` of the script in `folder`.

    Raises:
        LecternError: There is nothing to say, or no narration at that line.
    """
    if line:
        episode = read_episode(folder, config)
        lines = [_line_at(episode, line)]
    else:
        wanted = language or language_in(folder)
        speaker = character_called(character, folder.resolve(), config)
        episode = episode_of(text, speaker, folder.resolve(), config, wanted)
        lines = [(scene, each) for scene in episode.scenes for each in scene.lines]
    providers = Providers(episode.settings)  # without plug-ins: to run them needs trust
    return tuple(_told(providers, episode, scene, each, bool(line)) for scene, each in lines)


def _line_at(episode: Episode, number: int) -> tuple[Scene, Line]:
    """Return the line of narration that begins at `number` of the script, or the last one before it."""
    lines = [(scene, line) for scene in episode.scenes for line in scene.lines]
    before = [(scene, line) for scene, line in lines if line.line <= number]
    if not before:
        begin = f"; the first is at line {lines[0][1].line}" if lines else ""
        raise LecternError(f"there is no narration at line {number} of script.md{begin}")
    return before[-1]


def _told(providers: Providers, episode: Episode, scene: Scene, line: Line, scripted: bool) -> ToldLine:
    request = line_request(providers.registry, episode, scene, line)
    provider: VoiceProvider[Any] = providers.registry.find(VoiceProvider, request.provider)
    told = provider.phonemes(provider.settings_of(request), request) or ("",) * len(request.words)
    words = tuple(
        ToldWord(
            written=word.written,
            spoken=shown(said),
            phonemes=phonemes,
            emphasis=word.emphasis,
            pause=sum(rest.seconds for rest in line.rests if rest.word == index),
        )
        for index, (word, said, phonemes) in enumerate(zip(line.words, request.words, told, strict=True))
    )
    place = line.line if scripted else 0
    return ToldLine(line=place, character=line.speaker, provider=request.provider, voice=request.voice, words=words)
