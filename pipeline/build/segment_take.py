"""A segment of the film as a take: Blender renders its scene from the .blend, and the video is checked before it counts.

Where the scene lies in the film is no part of the take, so it is read from the timeline that was last compiled.
"""

from functools import partial
from pathlib import Path

import av

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.geometry import Size
from ..base.renderer import Renderer, ReportProgress
from ..film.segments import Encoding, ForeignStrip, Segment, segments
from ..jobs.recipe import JobContext, Recipe
from ..timeline.model import read_timeline
from .blend_file import read_compiled

VIDEO = "segment.mp4"
THREADS = 1
"""Threads of a Blender that renders: one costs the least when several render beside each other."""


class SegmentRequest(Frozen):
    """All that a segment depends on; where it is in the film is no part of it and may change."""

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


def segment_request(segment: Segment, size: Size, fps: int, encoding: Encoding = Encoding()) -> SegmentRequest:
    """Return what to render for `segment`."""
    return SegmentRequest(
        scene=segment.scene, fingerprint=segment.fingerprint, frames=segment.end - segment.start,
        size=size, fps=fps, encoding=encoding,
    )  # fmt: skip


def segment_recipe(renderer: Renderer) -> Recipe[SegmentRequest, SegmentTake]:
    """Return the recipe of segments, which `renderer` renders."""
    make = partial(make_segment, renderer)
    return Recipe(kind="segment", version=1, request=SegmentRequest, result=SegmentTake, make=make)


def make_segment(renderer: Renderer, request: SegmentRequest, folder: Path, context: JobContext) -> SegmentTake:
    """Render the segment into `folder`. Raises LecternError if it doesn't come out as it was asked for."""
    video = folder / VIDEO
    render_segment(renderer, request, EpisodePaths(folder=context.episode), video, context.report)
    check_segment(video, request)
    return SegmentTake(video=VIDEO, frames=request.frames)


def render_segment(
    renderer: Renderer, request: SegmentRequest, paths: EpisodePaths, out: Path, report: ReportProgress
) -> None:
    """Render the segment to `out`. Raises LecternError unless the film still shows the picture that was asked for."""
    compiled = read_compiled(paths)
    segment = _current_segment(request, paths, compiled.foreign)
    where = {"blend": str(paths.blend), "start": segment.start, "end": segment.end, "state": compiled.blend}
    how = {"out": str(out), "threads": THREADS, **request.encoding.model_dump()}
    renderer.run("render", where | how, report)


def check_segment(video: Path, request: SegmentRequest) -> None:
    """Raise LecternError unless the file has exactly the frames, the size and the colours of `request`."""
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


def _current_segment(request: SegmentRequest, paths: EpisodePaths, foreign: tuple[ForeignStrip, ...]) -> Segment:
    timeline = read_timeline(paths.timeline)
    for segment in segments(timeline, foreign, request.encoding):
        if segment.scene == request.scene and segment.fingerprint == request.fingerprint:
            return segment
    raise LecternError(f'scene "{request.scene}" has changed since its render was asked for; build again')
