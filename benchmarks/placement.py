"""Narrators and overlays over what real screens show: what they cover, and whether they are there where there is room.

    python benchmarks/placement.py EPISODE... [--frames 5]

Every recorded capture of the episodes is laid out in a scene of its own, with a lower third and a callout. Of each, so many frames
are looked at, spread over its time. What is covered is found by brute force, box by box, and so is whether the smallest narrator
has room at one of the lower corners.

Prints a line for each capture, and sums. Ends with 1 if text is covered, or a narrator is away for five seconds around a frame
in which there was room for her all that time.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "tests/pipeline/layout"))

from staged import FRAME, capture, episode, line, scene, scheduled  # noqa: E402
from support.assets import THEME  # noqa: E402

from lectern.pipeline.base.geometry import Box, box_of_pixels  # noqa: E402
from lectern.pipeline.capture.take import CaptureTake  # noqa: E402
from lectern.pipeline.episode.blocks import Overlay  # noqa: E402
from lectern.pipeline.layout.camera import camera_at  # noqa: E402
from lectern.pipeline.layout.model import SceneLayout  # noqa: E402
from lectern.pipeline.layout.narrator_moves import box_at  # noqa: E402
from lectern.pipeline.layout.narrators import SIZES  # noqa: E402
from lectern.pipeline.layout.obstacles import MARGIN  # noqa: E402
from lectern.pipeline.layout.solve import lay_out  # noqa: E402
from lectern.pipeline.timing.retime import retimed_text  # noqa: E402
from lectern.pipeline.timing.schedule import SceneSchedule  # noqa: E402

AROUND = 2.5
"""Seconds before and after a frame for which there has to be room, so that it is worth it to come."""
STEP = 0.1
"""Seconds between two looks at that time."""


@dataclass
class Found:
    """What was found in the frames of one capture."""

    frames: int = 0
    covered: int = 0
    seen: int = 0
    room: int = 0
    missed: int = 0


def main() -> int:
    """Lay out every capture, and tell what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("episodes", nargs="+", type=Path)
    parser.add_argument("--frames", type=int, default=5)
    options = parser.parse_args()
    total = Found()
    for name, take in (found for folder in options.episodes for found in takes_of(folder)):
        one = look(take, options.frames)
        print(
            f"{name:44} {one.frames:3} frames  covered {one.covered}  room {one.room}  seen {one.seen}  missed {one.missed}"
        )
        for field in vars(total):
            setattr(total, field, getattr(total, field) + getattr(one, field))
    print(
        f"{total.frames} frames: text is covered in {total.covered}; there was room in {total.room}, the narrator is seen in "
        f"{total.seen}, and was away where there was room in {total.missed}"
    )
    return 1 if total.covered or total.missed else 0


def takes_of(folder: Path) -> Iterator[tuple[str, CaptureTake]]:
    """Yield the finished captures of an episode, as they lie there."""
    for card in sorted(folder.glob("media/capture/*/take.json")):
        take = CaptureTake.model_validate(json.loads(card.read_text())["result"])
        if take.text:
            yield f"{folder.parent.name}/{folder.name} {take.kind} {card.parent.name[:6]}", take


def look(take: CaptureTake, frames: int) -> Found:
    """Lay out a capture, and look at its frames."""
    shell = capture("shell").model_copy(update={"kind": take.kind})
    overlays = (
        Overlay(id="third", kind="lower-third", text="A lower third", subtitle="about what is shown", line=1),
        Overlay(id="call", kind="callout", text="Look here", line=2),
    )
    lines = [line(f"l{n}") for n in range(max(1, round(take.duration / 5)))]
    shown = scene("new", *lines, captures=(shell,), overlays=overlays)
    when = scheduled(shown, {"shell": take})
    layout = lay_out(shown, when, {"shell": take}, episode(shown), THEME)
    found = Found()
    for number in range(frames):
        time = when.duration * (number + 0.5) / frames
        found.frames += 1
        texts, over = texts_at(take, when, layout, time), over_at(layout, time)
        found.covered += any(hits(one, text) for one in over for text in texts)
        away = not any(place.start <= time < place.end for place in layout.narrators)
        found.seen += not away
        room = has_room(take, when, layout, time)
        found.room += room
        found.missed += away and room
    return found


def texts_at(take: CaptureTake, when: SceneSchedule, layout: SceneLayout, time: float) -> list[Box]:
    """Return where text is in the frame."""
    found: list[Box] = []
    for segment in when.segments:
        if segment.start <= time < segment.end:
            entries = [e for e in retimed_text(take, segment.plan, segment.start, segment.end) if e.time <= time + 1e-9]
            window = layout.windows[segment.capture]
            camera = camera_at(layout.camera_moves, time)
            found += [camera.see(box.box.within(window)) for box in (entries[-1].boxes if entries else ())]
    return found


def over_at(layout: SceneLayout, time: float) -> list[Box]:
    """Return where narrators and overlays are."""
    narrators = [box_at(place, time) for place in layout.narrators if place.start <= time < place.end]
    overlays = [o.box for o in layout.overlays if o.texts and o.texts[0].start <= time < o.texts[0].end]
    return [*narrators, *(box for box in overlays if not layout.findings)]


def has_room(take: CaptureTake, when: SceneSchedule, layout: SceneLayout, time: float) -> bool:
    """Return whether the smallest narrator has room at one place around a time."""
    pixels, (width, height) = SIZES[-1], FRAME
    times = [time + n * STEP for n in range(round(-AROUND / STEP), round(AROUND / STEP) + 1)]
    if not times or times[0] < 0 or times[-1] > when.duration:
        return False
    taken = [text for t in times for text in texts_at(take, when, layout, t)]
    taken += [o.box for o in layout.overlays if o.texts and o.texts[0].start < times[-1] and o.texts[0].end > times[0]]
    places = [box_of_pixels(x, height - pixels, pixels, pixels, FRAME) for x in (0, width - pixels)]
    near = [place.grown(MARGIN / width, MARGIN / height) for place in places]
    return any(not any(hits(place, text) for text in taken) for place in near)


def hits(one: Box, other: Box) -> bool:
    """Return whether two boxes share more than a pixel's width."""
    return one.grown(-0.5 / FRAME[0], -0.5 / FRAME[1]).overlaps(other)


if __name__ == "__main__":
    sys.exit(main())
