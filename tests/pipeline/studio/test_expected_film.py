"""What a film is expected to show: where things lie over the footage, and when they are wholly seen."""

from lectern.pipeline.base.geometry import FULL, Box
from lectern.pipeline.build.expected_film import _camera_moves, _covers, _opaque_span, _phrases
from lectern.pipeline.services.voice import Phoneme
from lectern.pipeline.timeline.camera import camera_rests
from lectern.pipeline.timeline.model import CameraKeyframe, Keyframe, MovieStrip


def strip(**fields: object) -> MovieStrip:
    given = {"id": "a/x/0", "scene": "a", "name": "x", "track": "Pointer", "start": 20, "end": 60, "source": "x.mov"}
    return MovieStrip.model_validate({**given, **fields})


def test_a_strip_is_wholly_seen_between_its_fades() -> None:
    keys = (
        Keyframe(frame=20, value=0),
        Keyframe(frame=26, value=1),
        Keyframe(frame=54, value=1),
        Keyframe(frame=60, value=0),
    )
    assert _opaque_span(strip(opacity=keys), 1000) == (26, 55)
    assert _opaque_span(strip(opacity=keys[:2]), 1000) == (26, 60)
    assert _opaque_span(strip(), 1000) == (20, 60)
    assert _opaque_span(strip(opacity=(Keyframe(frame=20, value=0.5),)), 1000) == (20, 20)


def test_a_pointer_covers_where_it_is_frame_by_frame() -> None:
    moved = strip(
        box=Box(x=0.1, y=0.1, w=0.1, h=0.2),
        position_x=(Keyframe(frame=20, value=0.2), Keyframe(frame=60, value=0.6)),
        position_y=(Keyframe(frame=20, value=0.5),),
    )
    covers = {cover.start: cover for cover in _covers(moved, 40)}
    assert sorted(covers) == list(range(28, 53))
    assert covers[40].end == 41
    assert (round(covers[40].box.x, 6), round(covers[40].box.y, 6)) == (0.35, 0.4)


def test_a_card_over_everything_covers_everything_while_it_is_there() -> None:
    (cover,) = _covers(strip(track="Cards", start=0, end=45), 40)
    assert (cover.start, cover.end, cover.box) == (28, 45, FULL)
    assert list(_covers(strip(track="Cards", start=0, end=20), 40)) == []
    assert list(_covers(strip(track="Picture A"), 40)) == []


def test_the_view_moves_between_keys_that_differ() -> None:
    keys = tuple(CameraKeyframe(frame=frame, scale=scale) for frame, scale in ((10, 1), (28, 1.4), (50, 1.4), (68, 1)))
    assert list(_camera_moves([strip(camera=keys)])) == [(10, 28), (50, 68)]


def test_sounds_close_together_are_one_phrase() -> None:
    sounds = [Phoneme(symbol="a", start=start, end=start + 0.1) for start in (0.0, 0.1, 0.3, 0.6)]
    assert [[p.start for p in phrase] for phrase in _phrases(sounds)] == [[0.0, 0.1, 0.3], [0.6]]


def test_a_narrator_who_becomes_smaller_covers_less_from_frame_to_frame() -> None:
    """She shrinks into the lower left corner from frame 30 to 50, eased by a sine."""
    keys = CameraKeyframe(frame=30), CameraKeyframe(frame=50, scale=0.5, x=1.0, y=0.0)
    narrator = strip(track="Narrator A", start=0, end=90, box=Box(x=0.0, y=0.6, w=0.2, h=0.4), camera=keys)
    boxes = {cover.start: cover.box for cover in _covers(narrator, 40)}
    assert [round(boxes[frame].h, 3) for frame in (30, 35, 40, 45, 50)] == [0.4, 0.371, 0.3, 0.229, 0.2]
    assert all(round(box.x, 6) == 0.0 and round(box.bottom, 6) == 1.0 for box in boxes.values())
    assert list(camera_rests(narrator, 0, 90)) == [(0, 30), (50, 90)]
