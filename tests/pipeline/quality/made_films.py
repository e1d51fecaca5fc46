"""Small films whose faults are known."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

FPS, RATE = 30, 48000
SIZE = 320, 180


def write_film(
    file: Path, frames: Iterable[np.ndarray], sound: np.ndarray | None = None, fps: int = FPS, tagged: bool = True
) -> Path:
    """A film of RGB frames (BT.709, limited range) and of `sound` (samples, 2)."""
    shown = list(frames)
    with av.open(str(file), "w") as film:
        picture = film.add_stream("libx264", rate=fps, options={"crf": "18", "preset": "ultrafast"})
        picture.height, picture.width, picture.pix_fmt = *shown[0].shape[:2], "yuv420p"
        if tagged:
            context = picture.codec_context
            context.color_primaries, context.color_trc, context.colorspace, context.color_range = 1, 1, 1, 1
        how = {"options": {"aac_coder": "fast"}, "layout": "stereo", "bit_rate": 192_000}
        voice = film.add_stream("aac", RATE, **how) if sound is not None else None
        for number, frame in enumerate(shown):
            film.mux(picture.encode(_yuv(frame, number, fps)))
        film.mux(picture.encode(None))
        for packet in _sound_packets(voice, sound):
            film.mux(packet)
    return file


def plain(colour: tuple[int, int, int] = (20, 24, 48), size: tuple[int, int] = SIZE) -> np.ndarray:
    """A frame of one colour."""
    return np.full((size[1], size[0], 3), colour, np.uint8)


def tone(seconds: float, *spans: tuple[float, float], level: float = 0.2) -> np.ndarray:
    """(samples, 2): a 440 Hz tone in `spans`, silence elsewhere."""
    time = np.arange(round(seconds * RATE)) / RATE
    on = np.zeros(len(time), bool)
    for start, end in spans:
        on |= (time >= start) & (time < end)
    return np.repeat((np.sin(2 * np.pi * 440 * time) * on * level).astype(np.float32)[:, None], 2, axis=1)


def _yuv(frame: np.ndarray, number: int, fps: int) -> av.VideoFrame:
    rgb = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
    yuv = rgb.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
    yuv.pts, yuv.time_base = number, Fraction(1, fps)
    return yuv


def _sound_packets(voice: av.AudioStream | None, sound: np.ndarray | None) -> Iterable[av.Packet]:
    if voice is None or sound is None:
        return
    for start in range(0, len(sound), 1024):
        part = np.ascontiguousarray(sound[start : start + 1024].T)
        block = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
        block.sample_rate, block.pts, block.time_base = RATE, start, Fraction(1, RATE)
        yield from voice.encode(block)
    yield from voice.encode(None)
