"""How long a film will be, before anything is recorded: from its words, pauses, cards and clips."""

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ..base.frozen import Frozen
from ..episode.film_scenes import film_scenes
from ..episode.frontmatter import tolerated
from ..episode.model import Episode, Line, Scene
from .clip_cues import clips_need_until
from .narration import rest_between
from .overlay_cues import overlays_need_until
from .segments import SHORTEST_SCENE

LETTER = 0.075
"""Seconds that a letter of what is spoken takes, with the pauses at commas and full stops: about 180 words a minute."""
_LETTER_OF = MappingProxyType(
    {
        ("hibari", "heart"): 0.074,
        ("kokoro", "am_michael"): 0.081,
        ("kokoro", "am_puck"): 0.067,
        ("kokoro", "bf_emma"): 0.074,
    }
)
"""The same of the narrators that come with Lectern, by provider and voice; `_LETTER_BY` is that of a provider's others."""
_LETTER_BY = MappingProxyType({"espeak": 0.089})
STEP = 1.0
"""Seconds that a step takes in a scene in which nothing is said."""
_SPEED = "speed"
"""The setting with which providers are told how much faster a voice speaks."""


class ExpectedScene(Frozen):
    """How long a scene is expected to last, and how much of that is narration; in seconds."""

    id: str
    line: int
    seconds: float
    spoken: float


def expected_scenes(episode: Episode, paces: Mapping[str, float] = MappingProxyType({})) -> tuple[ExpectedScene, ...]:
    """Return what is expected of every scene of the film. Recordings differ from it by a few percent, services by more.

    `paces` are the seconds that a letter takes by speaker, where that was measured.
    """
    return tuple(_expected(episode, scene, paces) for scene in film_scenes(episode))


_WORD = 0.42
"""Seconds that a word takes where nothing is said yet."""


def length_finding(episode: Episode, length: tuple[float, float], scenes: Iterable[ExpectedScene]) -> str:
    """Return what is said of a film that will be much shorter or longer than `length`; "" where it fits.

    The words to add or to take away lead well into the length, so that the estimate's own error can't make a second round.
    """
    scenes = tuple(scenes)
    seconds, spoken = sum(scene.seconds for scene in scenes), sum(scene.spoken for scene in scenes)
    least, most = tolerated(length)
    if least <= seconds <= most:
        return ""
    words = sum(len(line.words) for scene in episode.scenes if scene.enabled for line in scene.lines)
    middle, short = sum(length) / 2, seconds < least
    aim = min(length[0] * 1.05, middle) if short else max(length[1] * 0.95, middle)
    each = spoken / words if words else _WORD
    number = math.ceil(abs(aim - seconds) / each / 10) * 10
    way = f"too short; {number} more words" if short else f"too long; {number} fewer words"
    wanted = f"{length[0]:.0f} to {length[1]:.0f} s" if length[0] < length[1] else f"{length[0]:.0f} s"
    return (
        f"the film will be about {seconds:.0f} s long ({words} words), but its length should be {wanted}: it is {way} "
        f"make it about {seconds + (number if short else -number) * each:.0f} s (or write another length:)"
    )


def _expected(episode: Episode, scene: Scene, paces: Mapping[str, float]) -> ExpectedScene:
    end, marks, before = scene.before, dict[str, float](), None
    for line in scene.lines:
        end += 0.0 if before is None else rest_between(before, line)
        before, letter = line, (paces.get(line.speaker) or letter_seconds(episode, line.speaker)) / line.speed
        starts = _word_starts(line, end, letter)
        marks |= {mark.name: starts[mark.word] for mark in line.marks}
        end = starts[-1]
    spoken = end + scene.after if scene.lines else 0.0
    shown = 0.0 if scene.lines else STEP * sum(len(capture.steps) for capture in scene.captures)
    drawn = max(overlays_need_until(scene, marks), clips_need_until(scene, marks))
    seconds = max(spoken, shown, drawn, SHORTEST_SCENE)
    return ExpectedScene(
        id=scene.id, line=scene.line, seconds=seconds, spoken=end - scene.before if scene.lines else 0.0
    )


def _word_starts(line: Line, start: float, letter: float) -> list[float]:
    """Return when each word of a line starts, and when the last one ends."""
    starts = [start]
    for index, word in enumerate(line.words):
        rest = sum(rest.seconds for rest in line.rests if rest.word == index)
        starts[-1] += rest
        starts.append(starts[-1] + letter * len(word.spoken))
    starts[-1] += sum(rest.seconds for rest in line.rests if rest.word == len(line.words))
    return starts


def letter_seconds(episode: Episode, speaker: str) -> float:
    """Return the seconds that a letter is expected to take in the voice of a character whose pace was never measured."""
    character = episode.character(speaker)
    usual = _LETTER_BY.get(character.provider, LETTER)
    return _LETTER_OF.get((character.provider, character.voice), usual) / _speed(episode, speaker)


def _speed(episode: Episode, speaker: str) -> float:
    """Return how much faster than usual a character speaks."""
    character = episode.character(speaker)
    shared = dict(episode.settings.voice).get(character.provider, ())
    try:
        return float({**dict(shared), **dict(character.settings)}.get(_SPEED, 1.0)) or 1.0
    except ValueError:
        return 1.0
