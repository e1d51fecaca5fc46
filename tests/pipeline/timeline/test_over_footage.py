"""What the event log says becomes strips over the footage: where the camera shows it, when it is seen, hiding nothing."""

import math

import pytest
from staged import CONTENT, FRAME, PROSE, THEME, capture, episode, laid_out, line, scene, take, takes

from lectern.pipeline.base.box_track import path_cameras, track_boxes
from lectern.pipeline.base.clock import frame_at
from lectern.pipeline.base.geometry import Box, box_of_pixels
from lectern.pipeline.capture.take import BlurredRegions, CaptureTake, KeyPress
from lectern.pipeline.drawing.outline import OUTLINE
from lectern.pipeline.drawing.spotlight import SPOTLIGHT
from lectern.pipeline.episode.blocks import Overlay
from lectern.pipeline.episode.model import Scene
from lectern.pipeline.timeline.background import BackgroundSpan, background_spans
from lectern.pipeline.timeline.camera import camera_keys, cameras_on, close_ups
from lectern.pipeline.timeline.edits import Edit, edits_of
from lectern.pipeline.timeline.emphasis import SHORTEST, emphases
from lectern.pipeline.timeline.redaction import cut_to_frames, redacted_regions
from lectern.pipeline.timeline.resolve import resolve
from lectern.pipeline.timeline.takes import OverlayClip
from lectern.pipeline.timing.retime import scene_time_of
from lectern.pipeline.timing.schedule import SceneSchedule

SECRET = box_of_pixels(300, 400, 260, 40, CONTENT)


def shown(**fields: object) -> CaptureTake:
    """Three steps of a terminal, the second with a zoom."""
    of = capture("shell", "one", "two", "three")
    made = take(of, rows=4)
    events = tuple(e.model_copy(update={**fields, "zoom": 1.6 if e.index == 1 else None}) for e in made.events)
    return made.model_copy(update={"events": events})


def staged(made: CaptureTake, **more: object):
    of = scene("new", line("b1", one=2, two=6, three=12), captures=(capture("shell", "one", "two", "three"),), **more)
    return of, *laid_out(of, {"shell": made})


def filmed(scenes: tuple[Scene, ...], schedules: tuple[SceneSchedule, ...]) -> BackgroundSpan:
    """The stretch of the film in which the only capture is seen."""
    return next(span for span in background_spans(scenes, schedules) if span.capture)


def test_a_spotlight_burns_from_the_steps_effect_until_the_next_step_and_one_at_a_time() -> None:
    made = shown(spotlight=True)
    _, when, layout = staged(made)
    found = [e.clip for e in emphases(when, layout, {"shell": made}, THEME, FRAME) if e.recipe is SPOTLIGHT]
    assert [clip.part for clip in found] == ["spotlight-0", "spotlight-1", "spotlight-2"]
    assert found[0].start == frame_at(when.marks["one"], 30)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))
    assert all(e.end - e.start >= SHORTEST * 30 - 1 or i < 2 for i, e in enumerate(found))


def test_a_highlight_stays_until_its_own_mark() -> None:
    made = shown()
    first = made.events[0].model_copy(update={"action": "highlight", "until": "three"})
    made = made.model_copy(update={"events": (first, *made.events[1:])})
    _, when, layout = staged(made)
    (found,) = emphases(when, layout, {"shell": made}, THEME, FRAME)
    assert found.recipe is OUTLINE
    assert (found.clip.start, found.clip.end) == tuple(frame_at(when.marks[m], 30) for m in ("one", "three"))


@pytest.mark.parametrize(("points", "least"), [({"action": "highlight"}, 1.0), ({"spotlight": True}, 0.3)])
def test_what_points_is_seen_in_its_first_frame_and_not_when_it_has_faded_in(
    points: dict[str, object], least: float
) -> None:
    made = shown(**points)
    of, when, layout = staged(made)
    clips = tuple(e.clip for e in emphases(when, layout, {"shell": made}, THEME, FRAME))
    clips = tuple(clip.model_copy(update={"source": "a.mov"}) for clip in clips)
    end = scene("end", line("c1"))
    found = takes((of, end), {"shell": made})
    one = found.scenes[0].model_copy(update={"overlay_clips": clips})
    found = found.model_copy(update={"scenes": (one, found.scenes[1])})
    strips = [s for s in resolve(episode(of, end), found).strips if s.name in ("Spotlight", "Highlight")]
    assert len(strips) == 3
    for strip in strips:
        at_start = [key.value for key in strip.opacity if key.frame == strip.start]
        assert (at_start or [1.0])[0] >= least and strip.opacity[-1].value == 0


def test_what_is_pointed_at_lies_where_the_camera_shows_it_on_every_frame() -> None:
    made = shown(spotlight=True)
    _, when, layout = staged(made)
    _, found, _ = emphases(when, layout, {"shell": made}, THEME, FRAME)
    window = layout.captures[0].window
    text = [t.box for t in made.text[0].boxes]
    inside = [b for b in text if b.overlaps(made.events[1].target)]
    widest = max(b.right for b in inside)
    frames = range(found.clip.start, found.clip.end)
    for camera, box in zip(
        cameras_on(layout.camera_moves, frames, 30), track_boxes(found.request.track, len(frames)), strict=True
    ):
        seen = camera.see(made.events[1].target.within(window))
        assert box.x == pytest.approx(seen.x, abs=1e-6) and box.right <= seen.right + 1e-6
        assert box.right == pytest.approx(min(seen.right, camera.see(Box(x=widest, y=0, w=0, h=0).within(window)).x))


def test_close_ups_are_exactly_the_frames_on_which_the_camera_is_close() -> None:
    made = shown()
    _, when, layout = staged(made)
    (one,) = close_ups(layout, 0, when.frames, 30)
    near = cameras_on(layout.camera_moves, range(when.frames), 30)
    assert [i for i, camera in enumerate(near) if camera.scale > 1.0005] == list(range(one.start, one.end))
    assert list(path_cameras(one.cameras, one.end - one.start)) == near[one.start : one.end]


def test_the_camera_between_its_keys_goes_as_blenders_sine_does() -> None:
    _, _, layout = staged(shown())
    start, end = camera_keys(layout.camera_moves, 0, 10_000, 30, 0)[:2]
    halfway = cameras_on(layout.camera_moves, [(start.frame + end.frame) // 2], 30)[0]
    assert end.frame - start.frame == 18
    assert halfway.scale == pytest.approx((start.scale + end.scale) / 2)


def test_a_secret_is_hidden_on_every_frame_that_shows_it_and_a_frame_before_and_after() -> None:
    moved = Box(x=SECRET.x, y=SECRET.y - 0.1, w=SECRET.w, h=SECRET.h)
    entries = (
        BlurredRegions(time=2.0, boxes=(SECRET,)),
        BlurredRegions(time=3.2, boxes=(moved,)),
        BlurredRegions(time=4.2, boxes=()),
    )
    made = shown().model_copy(update={"blurred": entries})
    of, when, layout = staged(made)
    (segment,) = when.segments
    span = filmed((of,), (when,)).footage
    (one,) = redacted_regions(segment, layout, made, span, 30)
    first, last = (scene_time_of(segment.plan, t) for t in (2.0, 4.2))
    assert one.start == math.ceil(first * 30) - 1 and 1 <= one.end - last * 30 < 2.5
    at = dict(zip(range(one.start, one.end), track_boxes(one.regions, one.end - one.start), strict=True))
    change = round(scene_time_of(segment.plan, 3.2) * 30)
    assert at[change].y == pytest.approx(moved.y) and at[change].bottom == pytest.approx(SECRET.bottom), (
        "old and new place"
    )
    assert [at[f].pixels(CONTENT) for f in (one.start, one.end - 1)] == [b.pixels(CONTENT) for b in (SECRET, moved)]


def test_regions_keep_apart_and_those_outside_the_picture_are_cut() -> None:
    other = Box(x=0.7, y=0.95, w=0.5, h=0.2)
    made = shown().model_copy(update={"blurred": (BlurredRegions(time=0.0, boxes=(SECRET, other)),)})
    of, when, layout = staged(made)
    found = redacted_regions(when.segments[0], layout, made, filmed((of,), (when,)).footage, 30)
    places = sorted((f.regions[0].box for f in found), key=lambda b: b.x)
    assert places[0].pixels(CONTENT) == SECRET.pixels(CONTENT) and (places[1].right, places[1].bottom) == (
        pytest.approx(1.0),
        pytest.approx(1.0),
    )


def test_redactions_in_the_crosses_and_strips_between_them_leave_no_frame_bare() -> None:
    made = shown().model_copy(update={"blurred": (BlurredRegions(time=0.0, boxes=(SECRET,)),)})
    of = scene("new", line("b1", one=2, two=6, three=12), captures=(capture("shell", "one", "two", "three"),))
    before, after = scene("intro", line("a1")), scene("end", line("c1"))
    scenes = tuple(s.model_copy(update={"transition": "fade"}) for s in (before, of, after))
    times = (laid_out(before)[0], laid_out(of, {"shell": made}), laid_out(after)[0])
    schedules = (times[0], times[1][0], times[2])
    background = filmed(scenes, schedules)
    span = background.footage
    (one,) = redacted_regions(times[1][0].segments[0], times[1][1], made, span, 30)
    assert (one.start, one.end) == (span.first, span.first + span.frames) and span.first < 0
    strip = cut_to_frames(one, *background.resting)
    assert strip and strip.start == 7 and strip.end == schedules[1].frames - 7, "where the crosses are over"


def test_badges_hide_nothing_and_stand_below_the_middle_of_the_window() -> None:
    keys = tuple(KeyPress(time=1.6 + 0.2 * i, keys="Down") for i in range(3)) + (KeyPress(time=3.2, keys="Control+S"),)
    said = Overlay(id="said", kind="caption", text="Three times down, then save", at="one")
    made = shown().model_copy(update={"keys": keys})
    _, when, layout = staged(made, overlays=(said,))
    downs, save = layout.badges
    assert [(c.keys, len(c.presses)) for c in downs.chords] == [(("Down",), 3)]
    assert [c.keys for c in save.chords] == [("Control", "S")]
    assert downs.start == pytest.approx(scene_time_of(when.segments[0].plan, 1.602), abs=0.01)
    (caption,) = layout.overlays
    others = [(n.box, n.start, n.end) for n in layout.narrators] + [
        (caption.box, caption.texts[0].start, caption.texts[0].end)
    ]
    for badge in layout.badges:
        assert not any(badge.box.overlaps(b) and s < badge.end and badge.start < e for b, s, e in others)
        assert not any(badge.box.overlaps(t.box.within(layout.captures[0].window)) for t in made.text[0].boxes)
        assert badge.box.bottom <= layout.captures[0].window.bottom
    assert save.box.centre[0] == pytest.approx(layout.captures[0].window.centre[0], abs=1e-3)
    assert not layout.findings


def test_keys_of_a_step_that_hides_its_badge_are_not_shown_and_a_crowded_badge_is_said() -> None:
    made = shown(badge=False).model_copy(update={"keys": (KeyPress(time=1.6, keys="Enter"),)})
    assert staged(made)[2].badges == ()
    full = take(capture("shell", "one", "two", "three"), rows=21, columns=80)
    full = full.model_copy(update={"keys": (KeyPress(time=1.6, keys="Enter"),)})
    _, _, layout = staged(full)
    assert len(layout.badges) == 1
    free = not any(layout.badges[0].box.overlaps(t.box.within(layout.captures[0].window)) for t in full.text[0].boxes)
    assert free or any("keys Enter" in str(finding) for finding in layout.findings)


def test_clips_over_footage_are_strips_on_tracks_of_their_own_that_edits_move_and_delete() -> None:
    of = scene("new", line("b1", PROSE, one=2, two=6, three=12), captures=(capture("shell", "one", "two", "three"),))
    keys = OverlayClip(capture="shell", part="keys-0", name="Keys", track="Keys", start=30, end=75, source="media/badge/k/badge.mov",
                  box=box_of_pixels(800, 850, 200, 108, FRAME))  # fmt: skip
    light = OverlayClip(
        capture="shell",
        part="spotlight-1",
        name="Spotlight",
        track="Spotlight",
        start=40,
        end=90,
        source="media/spotlight/k/s.mov",
    )
    made = takes((of, scene("end", line("c1"))), {"shell": shown()})
    made = made.model_copy(
        update={"scenes": (made.scenes[0].model_copy(update={"overlay_clips": (keys, light)}), made.scenes[1])}
    )
    film = episode(of, scene("end", line("c1")))
    plain = {s.id: s for s in resolve(film, made).strips}
    order = {t.name: t.channel for t in resolve(film, made).tracks}
    assert order["Picture B"] < order["Spotlight"] < order["Narrator A"] < order["Keys"] < order["Voice"]
    assert [k.value for k in plain["new/shell/keys-0"].opacity] == [0, 1, 1, 0]
    x, y = keys.box.centre
    by_hand = {"move": 12, "x": x + 0.1, "y": y - 0.05}
    edits = edits_of([*(Edit(strip="new/shell/keys-0", property=name, value=value) for name, value in by_hand.items()),
                      Edit(strip="new/shell/spotlight-1", property="muted", value=True)])  # fmt: skip
    changed = {s.id: s for s in resolve(film, made, edits).strips}
    assert "new/shell/spotlight-1" not in changed
    moved = changed["new/shell/keys-0"]
    assert (moved.start, moved.end) == (42, 87) and moved.opacity[0].frame == 42
    assert moved.box.x == pytest.approx(keys.box.x + 0.1) and moved.box.y == pytest.approx(keys.box.y - 0.05)
