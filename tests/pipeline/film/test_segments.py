"""A segment is known by what is seen in it."""

from lectern.pipeline.film.segments import Encoding, ForeignStrip, segments
from lectern.pipeline.timeline.model import (
    CameraKeyframe,
    CrossStrip,
    Keyframe,
    MovieStrip,
    SceneSpan,
    SoundStrip,
    Timeline,
    Track,
)  # fmt: skip

TRACKS = (
    Track(name="A", channel=1),
    Track(name="B", channel=2),
    Track(name="Fades", channel=3),
    Track(name="Voice", channel=4),
)


def film(shift: int = 0, take: str = "1", volume: float = 1.0) -> Timeline:
    """Three scenes; the first is `shift` frames longer than it was."""
    cut = 60 + shift
    end = cut + 60
    strips = (
        MovieStrip(id="a/base", scene="a", name="A", track="A", start=0, end=cut + 6, source="media/plate/1/p.mov"),
        MovieStrip(
            id="b/base",
            scene="b",
            name="B",
            track="B",
            start=cut,
            end=cut + 60,
            source=f"media/footage/{take}/f.mov",
            camera=(CameraKeyframe(frame=cut + 20), CameraKeyframe(frame=cut + 30, scale=2.0)),
            opacity=(Keyframe(frame=cut, value=1),),
        ),
        CrossStrip(
            id="b/cross", scene="b", name="X", track="Fades", start=cut, end=cut + 6, first="a/base", second="b/base"
        ),
        MovieStrip(
            id="c/base",
            scene="c",
            name="C",
            track="A",
            start=end - 6,
            end=end + 30,
            source="media/footage/c/f.mov",
            camera=(CameraKeyframe(frame=end + 2), CameraKeyframe(frame=end + 9, scale=2.0)),
            opacity=(Keyframe(frame=end, value=1),),
        ),
        CrossStrip(
            id="c/cross", scene="c", name="X", track="Fades", start=end - 6, end=end, first="b/base", second="c/base"
        ),
        SoundStrip(
            id="b/voice", scene="b", name="V", track="Voice", start=cut, end=cut + 60, source="v.wav", volume=volume
        ),
    )
    spans = (
        SceneSpan(id="a", title="A", start=0, end=cut),
        SceneSpan(id="b", title="B", start=cut, end=end),
        SceneSpan(id="c", title="C", start=end, end=end + 30),
    )
    return Timeline(title="T", fps=30, size=(640, 360), frames=end + 30, tracks=TRACKS, scenes=spans, strips=strips)


def prints(*args: object, **kwargs: object) -> list[str]:
    return [segment.fingerprint for segment in segments(*args, **kwargs)]


def test_every_scene_is_a_segment_and_together_they_are_the_film() -> None:
    assert [(s.scene, s.start, s.end) for s in segments(film())] == [("a", 0, 60), ("b", 60, 120), ("c", 120, 150)]


def test_a_scene_that_only_moved_keeps_its_fingerprint() -> None:
    before, after = prints(film()), prints(film(shift=7))
    assert before[0] != after[0]
    assert before[2] == after[2]


def test_another_take_changes_only_the_scene_that_shows_it() -> None:
    before, after = prints(film()), prints(film(take="2"))
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]


def test_sound_is_no_part_of_the_picture() -> None:
    assert prints(film()) == prints(film(volume=0.5))


def test_a_strip_the_person_added_changes_the_scenes_it_is_seen_in() -> None:
    logo = ForeignStrip(name="Logo", type="IMAGE", start=100, end=130, channel=9, fingerprint="x")
    plain, with_logo = prints(film()), prints(film(), (logo,))
    assert plain[0] == with_logo[0]
    assert plain[1] != with_logo[1]
    assert with_logo != prints(film(), (logo.model_copy(update={"fingerprint": "y"}),))


def test_other_encoding_is_another_segment() -> None:
    assert set(prints(film())).isdisjoint(prints(film(), encoding=Encoding(crf=23)))
