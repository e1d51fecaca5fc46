"""New lines are listened to before the film is laid out: what a voice has garbled is spoken once more, and the better take kept.

Only voices that take a seed and cost nothing are asked again; of others, `lectern verify` says what is wrong with the film.
What was heard is kept in the person's profile, by the key of the take, so that a line is listened to once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event

import numpy as np
from pydantic import TypeAdapter, ValidationError

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.errors import LecternError
from ..base.files import read_own, write_atomic
from ..episode.model import Line, Scene
from ..jobs.take_file import CARD
from ..quality.heard import ExpectedLine, ExpectedWord, HeardLine
from ..quality.hearing import hear_film
from ..services.registry import Registry
from ..services.voice import VoiceProvider, VoiceRequest, VoiceTake
from ..voice.whisper_process import WhisperProcess, ear_installed, ear_samples, whisper_process
from .build import Build
from .take_scheduler import TakeHandle

SEED = "seed"
"""The setting of a voice that speaks the same words otherwise."""
ANOTHER = 1
"""What the seed of the second try is more than that of the first."""
LOOKS = 0.2
"""Seconds after which it is looked again whether the lines are spoken."""
BETWEEN = 0.6
"""Seconds of silence between two lines that are listened to together."""
_HEARD = TypeAdapter(dict[str, HeardLine])

type Voices = Mapping[str, TakeHandle[VoiceTake]]
"""The voice takes of a film, by the id of their line."""
type SpeakAgain = Callable[[Scene, Line, VoiceRequest], TakeHandle[VoiceTake]]
"""Asks for a line in another request."""


@dataclass(frozen=True)
class _Spoken:
    """A line with its take."""

    scene: Scene
    line: Line
    handle: TakeHandle[VoiceTake]


@contextmanager
def hearing_ahead(
    build: Build, voices: Voices, requests: Mapping[str, VoiceRequest], ear: WhisperProcess | None = None
) -> Iterator[None]:
    """Listen to the lines, once all of them are spoken, while the block goes on: recording takes longer than speaking.

    `better_voices` then knows what was heard. What fails here is told there, where it is done again.
    """
    listener = ear or (whisper_process() if ear_installed() else None)
    lines = _listened_to(build, voices, requests)
    if listener is None or not lines:
        yield
        return
    over = Event()
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(_hear_when_spoken, build, listener, lines, over)
        try:
            yield
        finally:
            over.set()
        with suppress(LecternError, OSError):
            ahead.result()


def _hear_when_spoken(build: Build, ear: WhisperProcess, lines: Sequence[_Spoken], over: Event) -> None:
    while not all((one.handle.folder / CARD).exists() for one in lines):
        if over.wait(LOOKS):
            return
    _heard(build, ear, lines)


def better_voices(
    build: Build,
    voices: Voices,
    requests: Mapping[str, VoiceRequest],
    again: SpeakAgain,
    ear: WhisperProcess | None = None,
) -> tuple[Voices, tuple[str, ...]]:
    """Return the takes that a film is made of, the better of two for lines that failed, and what was done, in sentences.

    `requests` are those of the lines' takes, by the line's id. Without an ear, all takes stay as they are.
    """
    listener = ear or (whisper_process() if ear_installed() else None)
    lines = _listened_to(build, voices, requests)
    if listener is None or not lines:
        return voices, ()
    try:
        first = _heard(build, listener, lines)
        failed = [one for one in lines if first[one.handle.key].problems]
        tries = {
            one.line.id: _Spoken(one.scene, one.line, again(one.scene, one.line, _another(requests[one.line.id])))
            for one in failed
        }
        build.scheduler.make()
        second = _heard(build, listener, list(tries.values()))
    except LecternError as error:
        build.scheduler.note(f"The lines could not be listened to: {error}")
        return voices, ()
    kept, told = dict(voices), []
    for one in failed:
        other = tries[one.line.id].handle
        better = _worth(second[other.key]) > _worth(first[one.handle.key])
        kept[one.line.id] = other if better else one.handle
        told.append(_sentence(one, first[one.handle.key], second[other.key], better=better))
    return kept, tuple(told)


def _listened_to(build: Build, voices: Voices, requests: Mapping[str, VoiceRequest]) -> list[_Spoken]:
    return [
        _Spoken(scene, line, voices[line.id])
        for scene in build.scenes
        for line in scene.lines
        if _may_speak_again(build.providers.registry, requests[line.id])
    ]


def _may_speak_again(registry: Registry, request: VoiceRequest) -> bool:
    """Return whether a voice speaks the same words otherwise with another seed, for nothing, where nobody has chosen one."""
    provider = registry.find(VoiceProvider, request.provider)
    if SEED not in provider.settings.model_fields or SEED in dict(request.settings):
        return False
    return provider.cost(provider.settings_of(request), request) is None


def _another(request: VoiceRequest) -> VoiceRequest:
    return request.model_copy(update={"settings": tuple(sorted((*request.settings, (SEED, str(ANOTHER)))))})


def _worth(heard: HeardLine) -> tuple[int, float]:
    return -len(heard.problems), heard.share


def _sentence(one: _Spoken, first: HeardLine, second: HeardLine, *, better: bool) -> str:
    problem = first.problems[0]
    wrong = f'"{problem.words or problem.heard}" was not heard as it is written'
    outcome = "the second take is better and in the film" if better else "the first one was no worse and stayed"
    still = "" if not (second if better else first).problems else " (neither is right)"
    return f"script.md:{one.line.line}: {wrong}; {one.line.speaker} said the line once more, and {outcome}{still}"


# Listening


def _heard(build: Build, ear: WhisperProcess, lines: Sequence[_Spoken]) -> dict[str, HeardLine]:
    """Return what is heard in takes, by their keys. Only those are listened to that never were."""
    known = _known(build)
    new = [one for one in {one.handle.key: one for one in lines}.values() if one.handle.key not in known]
    if new:
        sound, expected = _one_after_another(new)
        found = hear_film(ear, ear_samples(sound), expected, build.episode.language)
        known |= {one.id: one for one in found}
        content = _HEARD.dump_json({key: known[key] for key in sorted(known)}, indent=1)
        write_atomic(build.paths.heard_lines, content.decode(), inside=None)
    return {one.handle.key: known[one.handle.key] for one in lines}


def _known(build: Build) -> dict[str, HeardLine]:
    try:
        return _HEARD.validate_json(read_own(build.paths.heard_lines, inside=None) or b"{}")
    except ValidationError:  # of another version
        return {}


def _one_after_another(lines: Sequence[_Spoken]) -> tuple[MonoSamples, tuple[ExpectedLine, ...]]:
    """Return takes in one sound, and their lines, called as the keys of the takes, at their places in it."""
    pieces, expected, place = [np.zeros(0, np.float32)], [], 0.0
    silence = np.zeros(round(BETWEEN * audio.RATE), np.float32)
    for one in lines:
        take = one.handle.take
        sound = audio.to_mono(audio.read(one.handle.folder / take.audio))
        words = tuple(
            ExpectedWord(
                spoken=one.line.words[word.index].spoken,
                written=one.line.words[word.index].written,
                start=place + word.start,
                end=place + word.end,
            )
            for word in take.words
        )
        expected.append(
            ExpectedLine(
                id=one.handle.key, scene=one.scene.id, line=one.line.line, speaker=one.line.speaker, words=words
            )
        )
        pieces += [sound, silence]
        place += (len(sound) + len(silence)) / audio.RATE
    return np.concatenate(pieces), tuple(expected)
