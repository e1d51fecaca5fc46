"""Check the film as a file: what players and YouTube read before they show anything."""

from pathlib import Path

import av

from ..base.errors import FilmFinding
from ..base.frozen import Frozen
from ..base.geometry import Size

BT709, LIMITED = 1, 1
"""Numbers of ITU-T H.273 (colours) and ffmpeg (range: 1 is limited, "tv")."""


class StreamMeasures(Frozen):
    """The film's tracks. `colours` are primaries, transfer, matrix and range; `sound_seconds` is 0.0 without sound."""

    codec: str
    pixels: str
    size: Size
    rate: float
    frames: int
    seconds: float
    colours: tuple[int, int, int, int]
    sound_codec: str
    sound_rate: int
    sound_seconds: float


def measure_stream(film: Path) -> StreamMeasures:
    """Read what the file declares, and count the frames that are really in it."""
    with av.open(str(film)) as file:
        picture = file.streams.video[0]
        context = picture.codec_context
        sound = next(iter(file.streams.audio), None)
        return StreamMeasures(
            codec=context.name,
            pixels=context.pix_fmt or "",
            size=(context.width, context.height),
            rate=float(picture.average_rate or 0),
            frames=sum(1 for packet in file.demux(picture) if packet.size),
            seconds=_seconds(picture),
            colours=(context.color_primaries, context.color_trc, context.colorspace, context.color_range),
            sound_codec=sound.codec_context.name if sound else "",
            sound_rate=sound.codec_context.sample_rate if sound else 0,
            sound_seconds=_seconds(sound) if sound else 0.0,
        )


def stream_findings(stream: StreamMeasures, size: Size, fps: int, frames: int) -> tuple[FilmFinding, ...]:
    """Return where the file differs from the plan."""
    wanted = {
        "codec": (stream.codec, "h264"),
        "pixel format": (stream.pixels, "yuv420p"),
        "size": (f"{stream.size[0]}x{stream.size[1]}", f"{size[0]}x{size[1]}"),
        "frame rate": (stream.rate, float(fps)),
        "number of frames": (stream.frames, frames),
        "colour tags": (stream.colours, (BT709, BT709, BT709, LIMITED)),
        "sound": (stream.sound_codec or "missing", "aac"),
        "sampling rate": (stream.sound_rate, 48000),
    }
    wrong = [f"the film's {name} is {found}, not {plan}" for name, (found, plan) in wanted.items() if found != plan]
    apart = abs(stream.seconds - stream.sound_seconds)
    wrong += [f"picture and sound differ in length by {apart:.3f} s"] if apart > 1 / fps else []
    return tuple(map(FilmFinding, wrong))


def _seconds(stream: av.video.stream.VideoStream | av.audio.stream.AudioStream) -> float:
    return round(float((stream.duration or 0) * stream.time_base), 4)
