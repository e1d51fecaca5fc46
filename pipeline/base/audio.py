"""Recordings as arrays: read, written, filtered, and how loud they are.

All sound is `Samples`: float32, shape (samples, channels), 48 kHz, full scale ±1.
"""

import itertools
import wave
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.filter.context import FilterContext
from numpy.typing import NDArray

from .arrays import MonoSamples, Samples
from .errors import LecternError
from .files import replacing
from .frozen import Frozen

RATE = 48000
LONGEST = 7200
"""Seconds of sound that are read of a file that Lectern did not write."""
SILENCE = -70.0
"""LUFS: the absolute gate of BS.1770. What is quieter counts as silence."""

CANCELLED = 0.25
"""The fraction of a channel's strength below which the mean of both is no mixture. That of one silent channel has half of it."""

OFFSET = 0.01
"""The fraction of the peak from which on the mean of all samples is an offset and no chance."""

LAYOUTS = {1: "mono", 2: "stereo"}

AAC_BIT_RATE = 192_000
AAC_OPTIONS = {"aac_coder": "fast"}
"""How a film's sound is encoded. ffmpeg's default coder, "twoloop", puts clicks of up to full scale into speech
(measured: error -34 dB, worst sample off by 1.3; "fast": -48 dB, 0.02)."""

type Filter = tuple[str, str]
"""A filter of ffmpeg and its arguments."""


class Loudness(Frozen):
    """Integrated loudness in LUFS (ITU-R BS.1770-4; -70 for silence) and true peak in dBTP (-120 for silence)."""

    integrated: float
    true_peak: float


def read(path: Path) -> Samples:
    """Read the first sound stream of a file, mono or stereo; more channels become stereo.

    Raises LecternError where there is no such file, or no sound in it.
    """
    if not path.is_file():
        raise LecternError(f"{path}: there is no such recording; build the episode again to make it")
    if (own := _read_own(path)) is not None:
        return own
    with av.open(str(path)) as file:
        if not file.streams.audio:
            raise LecternError(f"{path}: there is no sound in this file; name a recording")
        return _decoded(file)


def require_sound(path: Path) -> None:
    """Raise LecternError where there is no such file, or nothing in it that can be heard; nothing else of it is read."""
    if not path.is_file():
        raise LecternError(f"there is no file {path.name}")
    try:
        with av.open(str(path)) as file:
            if file.streams.audio:
                return
    except av.error.FFmpegError:
        pass
    raise LecternError(f"{path.name} has no sound in it that can be read; use a WAV, FLAC, MP3, Ogg or M4A file")


def _read_own(path: Path) -> Samples | None:
    """Read a file as `write` writes it (16 bits), which needs no decoder; return None for all others."""
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getframerate(), file.getsampwidth()) != (RATE, 2) or file.getnchannels() not in LAYOUTS:
                return None
            content = file.readframes(file.getnframes())
            pcm = np.frombuffer(content[: len(content) - len(content) % (2 * file.getnchannels())], "<i2")
            if not len(pcm):
                return None  # its header was never finished, or there is nothing: FFmpeg knows which
            recording: Samples = np.divide(pcm.reshape(-1, file.getnchannels()), 32768, dtype=np.float32)
            return recording
    except (wave.Error, EOFError):
        return None


def to_mono(audio: Samples) -> MonoSamples:
    """Return the mean of the channels, without the constant offset of cheap sound cards, which clicks where a recording is cut.

    Where the channels cancel each other out, as those of a microphone that is wired crosswise, return the louder one.
    """
    if not len(audio):
        return audio.mean(axis=1) if audio.shape[1] else np.zeros(0, np.float32)
    offset = audio.mean(axis=0, dtype=np.float64).astype(np.float32)
    audio = audio - np.where(np.abs(offset) > OFFSET * np.abs(audio).max(), offset, np.float32(0))
    mean, strength = audio.mean(axis=1), np.sqrt((audio**2).mean(axis=0))
    if np.sqrt((mean**2).mean()) >= CANCELLED * strength.max():
        return mean
    return np.ascontiguousarray(audio[:, int(strength.argmax())])


def write(path: Path, audio: Samples, bits: int = 16, *, inside: Path | None = None) -> None:
    """Write a WAV of 16 or 24 bits; what lies beyond full scale is clipped. `inside` as of `base.files`."""
    with replacing(path, inside=inside) as draft, wave.open(str(draft), "wb") as file:
        file.setnchannels(audio.shape[1])
        file.setsampwidth(bits // 8)
        file.setframerate(RATE)
        file.writeframes(_pcm(audio, bits))


def apply_filter(audio: Samples, chain: Iterable[Filter], rate: int = RATE) -> Samples:
    """Return `audio` (at `rate` Hz) after a chain of ffmpeg's filters, at 48 kHz."""
    chain = (*chain, ("aresample", str(RATE)), ("aformat", f"sample_fmts=flt:sample_rates={RATE}"))
    blocks = [_block(frame, audio.shape[1]) for frame in _run(audio, chain, rate)]
    return np.concatenate([audio[:0], *blocks])


def measure(audio: Samples) -> Loudness:
    """Measure how loud `audio` is, with ffmpeg's ebur128."""
    found = Loudness(integrated=SILENCE, true_peak=-120.0)
    for frame in _run(audio, (("ebur128", "metadata=1:peak=true"),), RATE):
        if "lavfi.r128.I" in frame.metadata:  # the last frame, which only flushes, has none
            found = _loudness(frame.metadata, audio.shape[1])
    return found


def integrated(audio: Samples) -> float:
    """Return how loud `audio` is (LUFS), without its true peak, which is more than half of what `measure` costs."""
    frames = (frame.metadata for frame in _run(audio, (("ebur128", "metadata=1"),), RATE))
    told = [float(data["lavfi.r128.I"]) for data in frames if "lavfi.r128.I" in data]
    return max(SILENCE, told[-1]) if told else SILENCE


def through_aac(audio: Samples, bit_rate: int = AAC_BIT_RATE) -> Samples:
    """Return `audio` as it is heard after AAC, which moves peaks; the encoder's delay comes first."""
    encoder, decoder = av.CodecContext.create("aac", "w"), av.CodecContext.create("aac", "r")
    encoder.rate, encoder.layout, encoder.format = RATE, LAYOUTS[audio.shape[1]], "fltp"
    encoder.bit_rate, encoder.time_base, encoder.options = bit_rate, Fraction(1, RATE), AAC_OPTIONS
    encoder.open()
    decoder.extradata = encoder.extradata
    packets = (packet for frame in _frames_of(audio, encoder.frame_size) for packet in encoder.encode(frame))
    parts = [frame.to_ndarray().T for packet in packets for frame in decoder.decode(packet)]
    return np.concatenate([audio[:0], *parts])


def _frames_of(audio: Samples, size: int) -> Iterator[av.AudioFrame | None]:
    for start in range(0, len(audio), size):
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(audio[start : start + size].T), format="fltp", layout=LAYOUTS[audio.shape[1]]
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame
    yield None


def decibels(factor: float) -> float:
    """Convert an amplitude to dB; 0 gives -120."""
    return 20 * float(np.log10(max(factor, 1e-6)))


def factor(decibels: float) -> float:
    """Convert dB to an amplitude."""
    return float(10 ** (decibels / 20))


def _loudness(metadata: dict[str, str], channels: int) -> Loudness:
    peaks = [float(metadata[f"lavfi.r128.true_peaks_ch{channel}"]) for channel in range(channels)]
    return Loudness(integrated=max(SILENCE, float(metadata["lavfi.r128.I"])), true_peak=decibels(max(peaks)))


def _decoded(file: av.container.InputContainer) -> Samples:
    stream = file.streams.audio[0]
    channels = min(2, stream.channels)
    blocks, length = [np.zeros((0, channels), np.float32)], 0
    for block in _blocks(file, stream, channels):
        blocks.append(block)
        length += len(block)
        if length > LONGEST * RATE:  # silence of days fits into a small file
            raise LecternError(f"{file.name} is longer than {LONGEST // 3600} hours, the most that is read; cut it")
    return np.concatenate(blocks)


def _blocks(file: av.container.InputContainer, stream: av.AudioStream, channels: int) -> Iterator[Samples]:
    """Yield the stream's sound at 48 kHz, piece by piece."""
    resampler = av.AudioResampler(format="flt", layout=LAYOUTS[channels], rate=RATE)
    frames = itertools.chain(file.decode(stream), (None,))
    yield from (_block(part, channels) for frame in frames for part in resampler.resample(frame))


def _block(frame: av.AudioFrame, channels: int) -> Samples:
    return np.asarray(frame.to_ndarray(), np.float32).reshape(-1, channels)


def _pcm(audio: Samples, bits: int) -> bytes:
    scale = 2 ** (bits - 1)
    whole: NDArray[np.int32] = np.clip(np.round(audio * scale), -scale, scale - 1).astype("<i4")
    if bits == 16:
        return whole.astype("<i2").tobytes()
    return np.ascontiguousarray(whole.reshape(-1, 1).view(np.uint8)[:, :3]).tobytes()


def _run(audio: Samples, chain: Iterable[Filter], rate: int) -> Iterator[av.AudioFrame]:
    """Yield the frames that come out of a filter graph which is fed a second at a time."""
    graph, source, sink = _graph(chain, rate, LAYOUTS[audio.shape[1]])
    for start in range(0, len(audio), rate):
        source.push(_frame(audio[start : start + rate], start, rate))
        yield from _pull_frames(sink)
    source.push(None)
    yield from _pull_frames(sink)


def _graph(chain: Iterable[Filter], rate: int, layout: str) -> tuple[av.filter.Graph, FilterContext, FilterContext]:
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=rate, format="flt", layout=layout, time_base=Fraction(1, rate))
    last = source
    for name, arguments in (*chain, ("abuffersink", None)):
        node = graph.add(name, arguments)
        last.link_to(node)
        last = node
    graph.configure()
    return graph, source, last


def _frame(block: Samples, start: int, rate: int) -> av.AudioFrame:
    packed = np.ascontiguousarray(block, np.float32).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=LAYOUTS[block.shape[1]])
    frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
    return frame


def _pull_frames(sink: FilterContext) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, av.AudioFrame)
        yield frame
