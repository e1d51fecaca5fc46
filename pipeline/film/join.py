"""Join segments and sound into the film: pictures are copied, not encoded again."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from heapq import merge
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.rational import AVRational
from av.subtitles.stream import SubtitleStream
from av.video.stream import VideoStream

from ..base import audio
from ..base.arrays import Samples
from ..base.errors import LecternError
from ..base.files import replacing
from ..base.video import fraction
from .card import FilmCard, SubtitleCue

type AnyPacket = Packet[Any]

_FRAME = 1024
"""Samples of an AAC frame."""
_CLOCK = Fraction(1, 1000)
"""The time base of subtitles and chapters."""
_ASS_HEADER = (
    b"[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour\n"
    b"Style: Default,Arial,16,&Hffffff\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
)
"""The style that ffmpeg's encoder of timed text gives the track."""
_LANGUAGES = {
    "en": "eng",
    "de": "deu",
    "fr": "fra",
    "es": "spa",
    "it": "ita",
    "pt": "por",
    "nl": "nld",
    "pl": "pol",
    "ru": "rus",
    "uk": "ukr",
    "tr": "tur",
    "ar": "ara",
    "hi": "hin",
    "ja": "jpn",
    "ko": "kor",
    "zh": "zho",
}
"""The codes of ISO 639-2, which MP4 needs, by those of ISO 639-1."""


def join(
    segments: Sequence[Path], sound: Path, out: Path, card: FilmCard = FilmCard(), *, inside: Path | None = None
) -> int:
    """Write the film to `out` (MP4) from rendered segments in order and its mastered sound; return how many frames it has.

    The sound is cut, or filled with silence, to exactly the picture's length. `inside` is the episode of `out`, see
    `base.files`. Raises LecternError where segments were not encoded alike.
    """
    _check_alike(segments)
    with replacing(out, inside=inside) as draft:
        return _write(segments, sound, draft, card)


def _write(segments: Sequence[Path], sound: Path, out: Path, card: FilmCard) -> int:
    frames = sum(map(_frame_count, segments))
    options = {"movflags": "+faststart"}
    with av.open(str(out), "w", format="mp4", options=options) as film, av.open(str(segments[0])) as first:
        source = first.streams.video[0]
        length = frames / fraction(source.average_rate)
        picture = film.add_stream_from_template(source)
        picture.time_base = source.time_base
        voice = film.add_stream("aac", audio.RATE, audio.AAC_OPTIONS, layout="stereo", bit_rate=audio.AAC_BIT_RATE)
        tracks: list[Iterator[AnyPacket]] = [_picture_packets(segments, picture), _sound_packets(sound, voice, length)]
        if card.subtitles:
            tracks.append(_subtitle_packets(card.subtitles, _subtitle_stream(film, card.language), length))
        _describe(film, card, length)
        for packet in merge(*tracks, key=_time):
            film.mux(packet)
    return frames


def _time(packet: AnyPacket) -> Fraction:
    return (packet.dts or 0) * fraction(packet.time_base)


def _describe(film: OutputContainer, card: FilmCard, length: Fraction) -> None:
    film.metadata.update({"title": card.title, "comment": card.description, "encoder": "Lectern"})
    times = [round(second * 1000) for second in (*(chapter.start for chapter in card.chapters), float(length))]
    film.set_chapters(
        [
            {
                "id": number,
                "start": start,
                "end": end,
                "time_base": AVRational(1, 1000),
                "metadata": {"title": chapter.title},
            }
            for number, (chapter, (start, end)) in enumerate(zip(card.chapters, pairwise(times), strict=True))
        ]
    )


# Pictures


def _check_alike(segments: Sequence[Path]) -> None:
    """Raise LecternError unless all segments have the same settings: the film holds them once, for one decoder."""
    kinds: dict[tuple[object, ...], Path] = {_kind(segment): segment for segment in segments}
    if len(kinds) > 1:
        raise LecternError(
            f"the segments {' and '.join(map(str, kinds.values()))} were not encoded alike; "
            "delete media/segment and build again"
        )


def _kind(segment: Path) -> tuple[object, ...]:
    with av.open(str(segment)) as file:
        stream = file.streams.video[0]
        return bytes(stream.codec_context.extradata or b""), stream.time_base, stream.average_rate


def _frame_count(segment: Path) -> int:
    with av.open(str(segment)) as file:
        return file.streams.video[0].frames


def _picture_packets(segments: Sequence[Path], picture: VideoStream) -> Iterator[AnyPacket]:
    """Yield the packets of all segments on one clock, each frame one frame after the last."""
    begin = 0
    for segment in segments:
        with av.open(str(segment)) as file:
            stream = file.streams.video[0]
            ticks = int(1 / (fraction(stream.average_rate) * fraction(stream.time_base)))
            for number, packet in enumerate(packet for packet in file.demux(stream) if packet.size):
                packet.pts = packet.dts = (begin + number) * ticks
                packet.duration, packet.stream = ticks, picture
                yield packet
            begin += stream.frames


# Sound


def _sound_packets(sound: Path, voice: AudioStream, length: Fraction) -> Iterator[AnyPacket]:
    """Yield AAC of exactly `length`. The encoder's run-in has times before 0, which become the track's edit list."""
    samples = _pad_or_trim(audio.read(sound), round(length * audio.RATE))
    for start in range(0, len(samples), _FRAME):
        block = np.ascontiguousarray(samples[start : start + _FRAME].T)
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = audio.RATE, start, Fraction(1, audio.RATE)
        yield from voice.encode(frame)
    yield from voice.encode(None)


def _pad_or_trim(samples: Samples, count: int) -> Samples:
    """Return `samples` in stereo, cut or filled with silence to `count`."""
    stereo = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples
    return np.pad(stereo[:count], ((0, max(0, count - len(stereo))), (0, 0)))


# Captions


def _subtitle_stream(film: OutputContainer, language: str) -> SubtitleStream:
    stream = film.add_stream("mov_text")
    stream.codec_context.subtitle_header = _ASS_HEADER
    stream.metadata["language"] = _LANGUAGES.get(language.split("-")[0], "und")
    stream.time_base = stream.codec_context.time_base = _CLOCK
    return stream


def _subtitle_packets(cues: Sequence[SubtitleCue], stream: SubtitleStream, length: Fraction) -> Iterator[AnyPacket]:
    """Yield 3GPP timed text (TS 26.245): length and UTF-8; the time between cues is filled with empty ones."""
    now = 0
    for cue in cues:
        start, end = round(cue.start * 1000), min(round(cue.end * 1000), int(length * 1000))
        if start > now:
            yield _text_packet("", now, start, stream)
        if end > start:
            yield _text_packet("\n".join(cue.lines), start, end, stream)
        now = max(now, end)
    if now < length * 1000:
        yield _text_packet("", now, int(length * 1000), stream)


def _text_packet(text: str, start: int, end: int, stream: SubtitleStream) -> AnyPacket:
    written = text.encode()
    packet: AnyPacket = av.Packet(len(written).to_bytes(2, "big") + written)
    packet.stream, packet.time_base = stream, _CLOCK
    packet.pts = packet.dts = start
    packet.duration = end - start
    return packet
