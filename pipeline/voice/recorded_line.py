"""A line in a person's own recording: of that line, or of a whole scene."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from ..base import audio
from ..base.errors import LecternError
from ..services.transcription import Transcriber
from ..services.voice import Phoneme, VoiceRequest
from .parts import Part, TimedPart
from .recording_files import recording_digest
from .retakes import compare_with_script
from .sound import read_mono, recorded_bounds
from .timing_tiers import time_words

LEAD, TAIL = 0.15, 0.3
"""Seconds of a scene's recording kept before and after a line, if the neighbouring lines leave room."""

MIDDLE = 0.25
"""The fraction of a gap, before its middle, that is used as room tone: at its edges the words still sound."""


def align_recorded_part(episode: Path, request: VoiceRequest, listener: Transcriber | None = None) -> TimedPart:
    """Return the line's part of its recording, with times.

    Raises LecternError if there is no recording, if it is silent, or if it has changed since the build began.
    """
    recording = request.recording
    if recording is None:
        raise LecternError(
            f"the voice {request.provider} needs a recording; it can only speak in a build of its episode"
        )
    file = episode / recording.file
    if not file.is_file() or recording_digest(file) != recording.digest:
        raise LecternError(f"{recording.file} was changed or deleted during the build; build again")
    sound = read_mono(file, recording.file)
    if not np.abs(sound).max(initial=0.0) > 0:
        raise LecternError(f"{recording.file} is silent; record it again, or choose another take")
    start, end = recorded_bounds(sound)
    words, language = (*recording.before, *request.words, *recording.after), request.language or "en"
    compared = compare_with_script(sound[start:end], words, language, recording.file, start / audio.RATE, listener)
    found = time_words(compared.sound, words, language, listener)
    first, last = len(recording.before), len(recording.before) + len(request.words)
    unlike = tuple(finding for word, finding in compared.findings if first <= word < last)
    return replace(_cut_words(found, first, len(request.words)), unlike=unlike)


def with_rests(timed: TimedPart, pauses: tuple[tuple[int, float], ...]) -> TimedPart:
    """Return a part with rests at least as long as the script's; the person may have paused there already."""
    for index, seconds in sorted(pauses, reverse=True):
        if 0 < index < len(timed.spans):
            timed = _lengthen_rests(timed, index, seconds)
    return timed


def whole_line(request: VoiceRequest) -> Part:
    """Return the line in one part, with the rests before and after it."""
    rests = dict.fromkeys((0, len(request.words)), 0.0)
    rests.update({index: seconds for index, seconds in request.pauses if index in rests})
    return Part(0, 0, request.words, rests[0], rests[len(request.words)])


def _cut_words(whole: TimedPart, first: int, count: int) -> TimedPart:
    """Return words `first` to `first + count` of a recording."""
    sound, spans = whole.sound, whole.spans
    here = spans[first : first + count]
    before = spans[first - 1][1] if first else 0.0
    after = spans[first + count][0] if first + count < len(spans) else len(sound) / audio.RATE
    start = max(before, here[0][0] - LEAD) if first else 0.0
    end = min(after, here[-1][1] + TAIL) if first + count < len(spans) else after
    piece = sound[round(start * audio.RATE) : round(end * audio.RATE)]
    within = (p for p in whole.phonemes if here[0][0] <= p.start < here[-1][1])
    moved = tuple(Phoneme(symbol=p.symbol, start=p.start - start, end=p.end - start) for p in within)
    return replace(whole, sound=piece, spans=tuple((a - start, b - start) for a, b in here), phonemes=moved)


def _lengthen_rests(timed: TimedPart, index: int, seconds: float) -> TimedPart:
    """Lengthen the rest before word `index` to at least `seconds` with room tone, played back and forth."""
    quiet_from, quiet_to = timed.spans[index - 1][1], timed.spans[index][0]
    missing = seconds - (quiet_to - quiet_from)
    if missing <= 0:
        return timed
    middle = round((quiet_from + quiet_to) / 2 * audio.RATE)
    quiet = timed.sound[middle - round((quiet_to - quiet_from) * MIDDLE * audio.RATE) : middle]
    if not len(quiet):
        quiet = np.zeros(1, np.float32)
    more = np.resize(np.concatenate([quiet[::-1], quiet]), round(missing * audio.RATE))
    return replace(
        timed,
        sound=np.concatenate([timed.sound[:middle], more, timed.sound[middle:]]),
        spans=tuple((a + missing, b + missing) if i >= index else (a, b) for i, (a, b) in enumerate(timed.spans)),
        phonemes=tuple(_after(p, quiet_to, missing) for p in timed.phonemes),
    )


def _after(phoneme: Phoneme, time: float, shift: float) -> Phoneme:
    if phoneme.start < time - 1e-6:
        return phoneme
    return Phoneme(symbol=phoneme.symbol, start=phoneme.start + shift, end=phoneme.end + shift)
