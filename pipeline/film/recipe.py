"""How a segment of the film is made: Blender renders it, and it is checked before it counts."""

from collections.abc import Callable
from pathlib import Path

import av

from ..errors import LecternError
from ..geometry import Size
from ..jobs.recipe import Bench, Recipe
from ..model import Frozen
from .segments import Encoding, Segment

VIDEO = "segment.mp4"


class SegmentRequest(Frozen):
    """All that a segment depends on: not where it lies in the film, which may change without making it anew."""

    scene: str
    fingerprint: str
    frames: int
    size: Size
    fps: int
    encoding: Encoding


class SegmentTake(Frozen):
    """A rendered segment: `video` is H.264 in MP4 in the take's folder, no sound, beginning with a key frame."""

    video: str
    frames: int


Render = Callable[[SegmentRequest, Path, Callable[[float], None]], None]
"""Renders the segment into a file, saying how far it is (0..1)."""


def segment_request(segment: Segment, size: Size, fps: int, encoding: Encoding = Encoding()) -> SegmentRequest:
    """What is to be rendered for `segment`."""
    return SegmentRequest(
        scene=segment.scene, fingerprint=segment.fingerprint, frames=segment.end - segment.start,
        size=size, fps=fps, encoding=encoding,
    )  # fmt: skip


def segment_recipe(render: Callable[[Bench], Render]) -> Recipe:
    """The recipe of segments; `render(bench)` gives the way to render in the episode of the bench."""

    def make(request: SegmentRequest, folder: Path, bench: Bench) -> SegmentTake:
        video = folder / VIDEO
        render(bench)(request, video, bench.report)
        check_segment(video, request)
        return SegmentTake(video=VIDEO, frames=request.frames)

    return Recipe(kind="segment", version=1, request=SegmentRequest, result=SegmentTake, make=make)


def check_segment(video: Path, request: SegmentRequest) -> None:
    """Raises LecternError unless the file holds exactly the frames, the size and the colours that were asked for."""
    with av.open(str(video)) as file:
        stream = file.streams.video[0]
        packets = [packet for packet in file.demux(stream) if packet.size]
        found = {
            "frames": len(packets),
            "size": (stream.codec_context.width, stream.codec_context.height),
            "rate": float(stream.average_rate or 0),
            "pixels": stream.codec_context.pix_fmt,
            "key frame first": bool(packets) and packets[0].is_keyframe,
        }
    wanted = {
        "frames": request.frames, "size": tuple(request.size), "rate": float(request.fps), "pixels": "yuv420p",
        "key frame first": True,
    }  # fmt: skip
    wrong = [f"{name} {found[name]} instead of {value}" for name, value in wanted.items() if found[name] != value]
    if wrong:
        raise LecternError(f'the render of scene "{request.scene}" came out with {", ".join(wrong)}; build again')
