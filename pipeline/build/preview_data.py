"""Notes what Blender's preview needs to know of a film, from what its build has made."""

from collections.abc import Iterator

from ..base.clock import frame_at
from ..episode.model import Line
from ..layout.capture_obstacles import capture_sights
from ..layout.clip_places import clip_sights
from ..layout.solve import outside_spans
from ..quality.preview_data import LineWords, PreviewData, SaidWord
from ..quality.visibility import SightSpan
from ..services.voice import VoiceTake
from .layout_scenes import ArrangedScene
from .production import Production

_DIGITS = 4


def preview_data(production: Production) -> PreviewData:
    """Return what is known of a film before its strips are changed by hand."""
    build, voices = production.build, production.recordings.voices
    return PreviewData(
        sights={scene.scene.id: tuple(_sights(scene, production)) for scene in production.scenes},
        lines={
            line.id: LineWords(line.speaker, tuple(_words(line, voices[line.id])))
            for scene in production.scenes
            for line in scene.scene.lines
        },
        margin=build.theme.margin,
    )


def _words(line: Line, take: VoiceTake) -> Iterator[SaidWord]:
    for word in take.words:
        yield SaidWord(line.words[word.index].written, round(word.start, 3), round(word.end, 3), word.index)


def _sights(arranged: ArrangedScene, production: Production) -> Iterator[SightSpan]:
    layout, fps, frames = arranged.layout, production.build.fps, arranged.schedule.frames
    captures = capture_sights(
        arranged.schedule,
        production.recordings.captures,
        layout.windows.__getitem__,
        layout.camera_moves,
        production.build.size,
    )
    covered = [(c.start, c.end) for place in layout.overlays for c in place.colours if c.part == "cover"]
    covered += [(clip.start, clip.end) for clip in layout.clips if clip.covers]
    seen = ((what, *item) for what, box, s, e in captures for item in outside_spans([(box, s, e)], covered))
    for what, box, start, end in (*seen, *clip_sights(layout.clips, arranged.clip_takes)):
        first, last = max(frame_at(start, fps), 0), min(frame_at(end, fps), frames)
        if last > first:
            left, top, right, bottom = (round(edge, _DIGITS) for edge in (box.x, box.y, box.right, box.bottom))
            yield SightSpan(what, left, top, right, bottom, first, last)
