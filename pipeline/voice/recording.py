"""A person's own recording as a voice: of one line, or the line's part of a whole scene's."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from .. import audio
from ..errors import LecternError
from ..services.transcription import Transcriber
from ..services.usage import Tested, Usage
from ..services.voice import Lane, Need, Phoneme, VoiceBench, VoiceRequest, VoiceTake
from ..services.voice_settings import RecordingSettings
from .parts import Part, Timed
from .sound import bounds, read_mono
from .speaking import Speaker, Sure, written
from .tiers import Timing, timed
from .timing import in_order
from .words import Span

LEAD, TAIL = 0.15, 0.3
"""Seconds of a scene's recording that are kept around a line, where the lines beside it leave room."""

MIDDLE = 0.25
"""The part of a gap, before its middle, that is taken for the room's quiet: at its edges the words still sound."""


class Recording(Speaker[RecordingSettings]):
    """The provider. `voice` means nothing to it."""

    needs: frozenset[Need] = frozenset({"language", "recording", "transcription"})

    def speak_at(self, bench: VoiceBench, request: VoiceRequest, folder: Path) -> VoiceTake:
        """Finds the words in the recording and makes the take of it."""
        sure = recorded_part(bench.episode, request, self.listener(bench, request))
        take = written(folder, (whole_line(request),), [replace(sure, timed=rested(sure.timed, request.pauses))])
        return take.model_copy(update={"synthetic": False})

    def lane(self, request: VoiceRequest) -> Lane | None:
        """Nobody is asked."""
        return None

    def test(self, settings: RecordingSettings) -> Tested:
        """There is nothing that could be out of reach."""
        return Tested(ok=True, what=f"recordings are looked for in the episode's folder {settings.folder}")

    def cost(self, request: VoiceRequest) -> Usage | None:
        return None


def recorded_part(episode: Path, request: VoiceRequest, listener: Transcriber | None = None) -> Sure:
    """The request's part of its recording, with times; LecternError where there is none or it changed meanwhile."""
    recording = request.recording
    if recording is None:
        raise LecternError(f"the voice {request.provider} needs a recording; build the episode that has it")
    file = episode / recording.file
    if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != recording.digest:
        raise LecternError(f"{recording.file} was changed or taken away during the build; build again")
    sound = read_mono(file, recording.file)
    if not np.abs(sound).max(initial=0.0) > 0:
        raise LecternError(f"{recording.file} is silent; record it again, or choose another take")
    start, end = bounds(sound)
    words = (*recording.before, *request.words, *recording.after)
    found = timed(sound[start:end], words, request.language or "en", listener)
    spans = in_order([(word.start, word.end) for word in found.words], (end - start) / audio.RATE)
    return _cut(sound[start:end], spans, found, len(recording.before), len(request.words))


def rested(timed: Timed, pauses: tuple[tuple[int, float], ...]) -> Timed:
    """`timed` with rests that are at least as long as the script's. A person may have paused there already."""
    for index, seconds in sorted(pauses, reverse=True):
        if 0 < index < len(timed.spans):
            timed = _lengthened(timed, index, seconds)
    return timed


def whole_line(request: VoiceRequest) -> Part:
    """The line in one part, with the rests before and after it."""
    rests = dict.fromkeys((0, len(request.words)), 0.0)
    rests.update({index: seconds for index, seconds in request.pauses if index in rests})
    return Part(0, 0, request.words, rests[0], rests[len(request.words)])


def _cut(sound: np.ndarray, spans: tuple[Span, ...], found: Timing, first: int, count: int) -> Sure:
    """Words `first` to `first + count` of a recording."""
    here = spans[first : first + count]
    before = spans[first - 1][1] if first else 0.0
    after = spans[first + count][0] if first + count < len(spans) else len(sound) / audio.RATE
    start = max(before, here[0][0] - LEAD) if first else 0.0
    end = min(after, here[-1][1] + TAIL) if first + count < len(spans) else after
    piece = sound[round(start * audio.RATE) : round(end * audio.RATE)]
    within = (p for p in found.phonemes if here[0][0] <= p.start < here[-1][1])
    moved = tuple(Phoneme(symbol=p.symbol, start=p.start - start, end=p.end - start) for p in within)
    part = Timed(piece, tuple((a - start, b - start) for a, b in here), moved)
    return Sure(part, found.tier, found.confidence, found.listening, found.note)


def _lengthened(timed: Timed, index: int, seconds: float) -> Timed:
    """A rest before word `index` of at least `seconds`: the room's own quiet goes on, back and forth."""
    quiet_from, quiet_to = timed.spans[index - 1][1], timed.spans[index][0]
    missing = seconds - (quiet_to - quiet_from)
    if missing <= 0:
        return timed
    middle = round((quiet_from + quiet_to) / 2 * audio.RATE)
    quiet = timed.sound[middle - round((quiet_to - quiet_from) * MIDDLE * audio.RATE) : middle]
    if not len(quiet):
        quiet = np.zeros(1, np.float32)
    more = np.resize(np.concatenate([quiet[::-1], quiet]), round(missing * audio.RATE))
    return Timed(
        np.concatenate([timed.sound[:middle], more, timed.sound[middle:]]),
        tuple((a + missing, b + missing) if i >= index else (a, b) for i, (a, b) in enumerate(timed.spans)),
        tuple(_after(p, quiet_to, missing) for p in timed.phonemes),
    )


def _after(phoneme: Phoneme, time: float, shift: float) -> Phoneme:
    if phoneme.start < time - 1e-6:
        return phoneme
    return Phoneme(symbol=phoneme.symbol, start=phoneme.start + shift, end=phoneme.end + shift)
