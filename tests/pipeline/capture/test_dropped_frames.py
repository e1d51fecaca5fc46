"""Recordings that lack frames, in sentences."""

from lectern.pipeline.capture.browser.smoothness import dropped_findings
from lectern.pipeline.capture.take import CaptureTake, StepEvent
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Scene


def said(kind: str, **take) -> tuple[str, ...]:
    scene = Scene(id="shop", title="Shop", line=1, captures=(Capture(id="c", kind=kind, line=7),))
    events = (
        StepEvent(index=0, action="click", start=0, effect=0, end=2, line=9),
        StepEvent(index=1, action="scroll", start=2, effect=2, end=5, line=11),
    )
    made = CaptureTake(kind=kind, size=(8, 8), pictures="p", times=(0.0,), duration=5, events=events, **take)
    return tuple(map(str, dropped_findings((scene,), {"c": made}, {"c": "abc"})))


def test_a_recording_that_lacks_frames_is_told_with_the_step_and_both_ways_out():
    assert said("browser", dropped=0.01) == ()
    assert said("browser", dropped=0.042, gaps=((0.5, 0.7), (3.0, 3.5))) == (
        'script.md:11: scene "shop": 4.2% of the frames of what moves are missing in the recording (for 0.5 s none at all, 3.0 s into it): '
        'this computer was too busy. Close other programs, delete media/capture/abc and build again, or write "deterministic: true" below "kind" of its block',
    )


def test_a_desktop_has_no_clock_that_waits_for_its_frames():
    assert said("desktop", dropped=0.02)[0].endswith("missing in the recording: this computer was too busy. Close other programs, "
                                                     "delete media/capture/abc and build again")  # fmt: skip
