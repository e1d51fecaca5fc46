"""Edits are laid over a new timeline; what can't be carried over is said."""

import os
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.geometry import Box
from lectern.pipeline.timeline.editable import Curve, CurveKey
from lectern.pipeline.timeline.edits import (
    Edit,
    Edits,
    apply_edits,
    edits_of,
    read_edits,
    write_edits,
)
from lectern.pipeline.timeline.model import (
    CameraKeyframe,
    ColourStrip,
    CrossStrip,
    Keyframe,
    MovieStrip,
    SceneSpan,
    SoundStrip,
    Strip,
    TextStrip,
    Timeline,
    Track,
    as_scripted,
)  # fmt: skip

BOX = Box(x=0.1, y=0.2, w=0.2, h=0.1)
ONE = MovieStrip(id="one", scene="a", name="One", track="A", start=0, end=60, source="1.mov")
TWO = MovieStrip(id="two", scene="a", name="Two", track="B", start=50, end=110, source="2.mov", source_start=5,
                 box=BOX, opacity=(Keyframe(frame=50, value=0), Keyframe(frame=60, value=1)), position_x=(Keyframe(frame=50, value=0.3),))  # fmt: skip
CROSS = CrossStrip(id="x", scene="a", name="X", track="C", start=50, end=60, first="one", second="two")
TEXT = TextStrip(
    id="text",
    scene="a",
    name="Text",
    track="D",
    start=10,
    end=40,
    text="Old",
    font="f",
    size=40,
    colour="#fff",
    padding=8,
    box=BOX,
)
VOICE = SoundStrip(
    id="voice", scene="a", name="Voice", track="E", start=30, end=90, source="v.wav", source_start=1.0, volume=0.5
)


def film(*strips: Strip) -> Timeline:
    return Timeline(title="T", fps=30, size=(1920, 1080), frames=110, tracks=tuple(Track(name=n, channel=1) for n in "ABCDE"),
                    scenes=(SceneSpan(id="a", title="A", start=0, end=110),), strips=strips or (ONE, TWO, CROSS, TEXT, VOICE))  # fmt: skip


def by_hand(strip: str, script: dict[str, object] | None = None, **values: object) -> tuple[Edit, ...]:
    """Return an edit for each of `values` by property; `script` are the values that they replaced."""
    return tuple(Edit(strip=strip, property=k, value=v, script=(script or {}).get(k)) for k, v in values.items())


def edited(*edits: Edit, timeline: Timeline | None = None) -> dict[str, Strip]:
    timeline, conflicts = apply_edits(timeline or film(), edits_of(edits))
    assert conflicts == ()
    return {strip.id: strip for strip in timeline.strips}


def conflicts_of(*edits: Edit, timeline: Timeline | None = None) -> tuple[str, ...]:
    return apply_edits(timeline or film(), edits_of(edits))[1]


def test_without_edits_the_timeline_stays_as_it_is() -> None:
    assert apply_edits(film(), Edits()) == (film(), ())


def test_a_strip_moves_with_its_keyframes_and_stays_where_it_was_put() -> None:
    two = edited(*by_hand("two", move=-4, x=0.3, y=0.2))["two"]
    assert (two.start, two.end, two.source_start) == (46, 106, 5)
    assert [key.frame for key in (*two.opacity, *two.position_x)] == [46, 56, 46]
    assert two.box.centre == pytest.approx((0.3, 0.2)) and (two.box.w, two.box.h) == (BOX.w, BOX.h)
    assert [(v.property, v.value) for v in two.by_hand] == [("move", -4), ("x", 0.3), ("y", 0.2)]


def test_the_scripts_own_strip_can_be_had_from_an_edited_one() -> None:
    edits = (
        *by_hand("two", move=9, x=0.9, scale_x=2.0),
        *by_hand("text", text="New", size=0.1, move=3),
        *by_hand("voice", volume=2.0),
    )
    strips = edited(*edits)
    for script in (TEXT, VOICE):
        assert as_scripted(strips[script.id]).model_copy(update={"by_hand": (), "script": (), "opacity": ()}) == script.model_copy(
            update={"opacity": ()} if script is TEXT else {}
        )  # fmt: skip
    two = as_scripted(strips["two"])
    assert (two.start, two.end, two.box) == (TWO.start, TWO.end, TWO.box)
    assert two.position_x[0].frame == 59, "keys stay where the strip is"


def test_a_trimmed_strip_begins_later_in_its_source_and_a_sound_has_the_volume_that_was_set() -> None:
    strips = edited(*by_hand("two", trim_start=3, trim_end=10), *by_hand("voice", trim_start=15, volume=0.25))
    assert (strips["two"].start, strips["two"].end, strips["two"].source_start) == (53, 100, 8)
    assert (strips["voice"].start, strips["voice"].source_start, strips["voice"].volume) == (45, 1.5, 0.25)


def test_a_strip_can_be_slipped_in_place() -> None:
    two = edited(*by_hand("two", move=3, trim_start=-3, trim_end=3))["two"]
    assert (two.start, two.end, two.source_start) == (50, 110, 2)


def test_a_crossfade_lasts_as_long_as_its_pictures_overlap() -> None:
    cross = edited(*by_hand("two", move=-4))["x"]
    assert (cross.start, cross.end) == (46, 60)


def test_a_crossfade_of_pictures_that_no_longer_meet_is_dropped_and_told() -> None:
    timeline, conflicts = apply_edits(film(), edits_of(by_hand("one", trim_end=10)))
    assert "x" not in {strip.id for strip in timeline.strips} and "no longer overlap" in conflicts[0]


@pytest.mark.parametrize("property", ["muted", "deleted"])
def test_what_is_switched_off_is_no_part_of_the_film(property: str) -> None:
    assert "text" not in edited(*by_hand("text", **{property: True}))
    assert "text" in edited(*by_hand("text", **{property: False}))


def test_a_track_that_is_switched_off_takes_its_strips_along() -> None:
    assert set(edited(*by_hand("track:D", muted=True))) == {"one", "two", "x", "voice"}


def test_a_text_that_was_scaled_has_larger_letters() -> None:
    text = edited(*by_hand("text", {"size": 0.04}, size=0.06))["text"]
    assert (text.size, text.padding) == (60, 12)
    assert text.box.centre == pytest.approx(BOX.centre) and text.box.w == pytest.approx(BOX.w * 1.5)


def test_a_text_whose_anchor_was_moved_lies_elsewhere() -> None:
    text = edited(*by_hand("text", {"text_x": 0.1, "text_y": 0.2}, text_x=0.3, text_y=0.1))["text"]
    assert (text.box.x, text.box.y) == pytest.approx((BOX.x + 0.2, BOX.y - 0.1))


def test_a_picture_that_fills_the_frame_gets_a_box_when_it_is_scaled_also_in_one_direction() -> None:
    assert edited(*by_hand("one", {"scale_x": 1.0, "scale_y": 1.0}, scale_x=0.5, scale_y=0.5))["one"].box == Box(
        x=0.25, y=0.25, w=0.5, h=0.5
    )
    assert edited(*by_hand("one", {"scale_y": 1.0}, scale_y=0.5))["one"].box == Box(x=0, y=0.25, w=1, h=0.5)


def test_a_rectangle_has_the_size_and_the_place_that_it_was_given() -> None:
    bar = ColourStrip(id="bar", scene="a", name="Bar", track="A", start=0, end=9, colour="#123456", box=BOX)
    after = edited(*by_hand("bar", width=0.4, x=0.5), timeline=film(bar))["bar"]
    assert (after.box.x, after.box.w, after.box.y, after.box.h) == pytest.approx((0.3, 0.4, BOX.y, BOX.h))


def test_a_narrator_moved_by_keyframes_is_where_these_say() -> None:
    curve = Curve(keys=(CurveKey(frame=5, value=0.2), CurveKey(frame=35, value=0.8)))
    two = edited(*by_hand("two", x=curve, move=10), timeline=film(TWO))["two"]
    assert [(key.frame, key.value) for key in two.position_x] == [(60, 0.2), (90, 0.8)]
    assert [(key.frame, key.value) for key in as_scripted(two).position_x] == [(60, 0.3)]


def test_pieces_and_copies_are_strips_with_edits_of_their_own() -> None:
    piece = by_hand("voice#1f", copy_of="voice", trim_start=30)
    strips = edited(
        *by_hand("voice", trim_end=30, volume=0.1), *piece, *by_hand("two#9", copy_of="two", move=40, flip_x=True)
    )
    assert (strips["voice"].start, strips["voice"].end, strips["voice"].volume) == (30, 60, 0.1)
    assert (strips["voice#1f"].start, strips["voice#1f"].end, strips["voice#1f"].source_start) == (60, 90, 2.0)
    assert strips["voice#1f"].volume == 0.5, "a piece is as the script made it, but for its own edits"
    assert (strips["two#9"].start, strips["two"].start) == (90, 50)


def test_a_copy_of_what_is_gone_is_a_conflict() -> None:
    (said,) = conflicts_of(*by_hand("gone#1", copy_of="gone"))
    assert "gone#1" in said and "edits.json" in said


def test_a_strip_goes_to_another_track_or_to_one_above_all() -> None:
    timeline, _ = apply_edits(film(), edits_of((*by_hand("two", channel="D"), *by_hand("text", channel="By hand 2"))))
    strips = {strip.id: strip for strip in timeline.strips}
    assert (strips["two"].track, strips["text"].track) == ("D", "By hand 2")
    assert [(t.name, t.channel) for t in timeline.tracks[5:]] == [("By hand 1", 2), ("By hand 2", 3)]
    assert edited(*by_hand("two", channel="Nonsense"))["two"].track == "B"


def test_text_written_by_hand_is_shown_and_a_change_of_the_script_below_it_is_a_conflict() -> None:
    edit = by_hand("text", {"text": "Old"}, text="Mine")
    assert edited(*edit)["text"].text == "Mine"
    timeline, conflicts = apply_edits(film(TEXT.model_copy(update={"text": "New"})), edits_of(edit))
    assert timeline.strips[0].text == "Mine" and '"Old"' in conflicts[0] and '"New"' in conflicts[0]


def test_edits_of_strips_that_are_gone_are_told_and_kept() -> None:
    timeline, conflicts = apply_edits(film(), edits_of(by_hand("gone", move=2)))
    assert timeline == film() and '"gone"' in conflicts[0] and "edits.json" in conflicts[0]


def test_a_trim_that_leaves_nothing_is_left_out_and_told() -> None:
    timeline, conflicts = apply_edits(film(), edits_of(by_hand("text", trim_start=29, trim_end=1, move=5)))
    (text,) = [strip for strip in timeline.strips if strip.id == "text"]
    assert (text.start, text.end) == (15, 45) and "shorter than what was trimmed" in conflicts[0]
    assert [v.property for v in text.by_hand] == ["move"]


def test_edits_come_back_from_their_file_with_one_a_line(tmp_path: Path) -> None:
    curve = Curve(keys=(CurveKey(frame=1.5, value=0.25, interpolation="BEZIER", left=(-1, 0), right=(1, 0)),))
    edits = edits_of(
        (
            *by_hand("b", x=0.25, colour=(1.0, 0.5, 0.0)),
            *by_hand("a", {"text": "u"}, text="ü", opacity=curve, muted=True, move=3),
        )
    )
    write_edits(tmp_path, edits)
    assert read_edits(tmp_path) == edits
    assert [(e.strip, e.property) for e in edits.edits] == [
        ("a", "move"), ("a", "muted"), ("a", "opacity"), ("a", "text"), ("b", "colour"), ("b", "x")
    ]  # fmt: skip
    lines = (tmp_path / "edits.json").read_text().splitlines()
    assert (
        lines[0] == '[{"format": 2}'
        and lines[1] == ',{"strip": "a", "property": "move", "value": 3}'
        and lines[-1] == "]"
    )
    assert len(lines) == 1 + 6 + 1
    assert [file.name for file in tmp_path.iterdir()] == ["edits.json"]


def test_the_lines_of_two_people_merge(tmp_path: Path) -> None:
    """A line is whole by itself: what two people added can be put together in any order, as git does it."""
    write_edits(tmp_path, edits_of(by_hand("b", move=1)))
    first, middle, last = (tmp_path / "edits.json").read_text().splitlines()
    theirs = ',{"strip": "z", "property": "x", "value": 0.5}'
    (tmp_path / "edits.json").write_text("\n".join([first, theirs, middle, last]))
    assert read_edits(tmp_path) == edits_of((*by_hand("b", move=1), *by_hand("z", x=0.5)))


def test_what_is_taken_back_is_gone() -> None:
    edits = edits_of((*by_hand("a", move=1, x=0.5), *by_hand("b", x=0.5)))
    assert edits.without("a") == edits_of(by_hand("b", x=0.5))
    assert edits.without("a", "x") == edits_of((*by_hand("a", move=1), *by_hand("b", x=0.5)))


def test_without_a_file_there_are_no_edits_and_none_is_made_for_none(tmp_path: Path) -> None:
    assert read_edits(tmp_path) == Edits()
    write_edits(tmp_path, Edits())
    assert not (tmp_path / "edits.json").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [('{"strip": "a", "moved": 3}', "property: Field required"), ('{"strip": "a", "property": "run", "value": 1}', 'no property "run"')],
)  # fmt: skip
def test_a_damaged_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "edits.json").write_text(
        f'[{{"format": 2}}\n,{{"strip": "a", "property": "x", "value": 0.5}}\n,{line}\n]'
    )
    with pytest.raises(LecternError, match=rf"edits\.json:3: .*{said}"):
        read_edits(tmp_path)


def test_a_camera_moves_with_its_strip() -> None:
    zoomed = ONE.model_copy(update={"camera": (CameraKeyframe(frame=10), CameraKeyframe(frame=20, scale=2.0))})
    assert [key.frame for key in edited(*by_hand("one", move=5), timeline=film(zoomed))["one"].camera] == [15, 25]


def test_a_narrator_who_was_put_somewhere_stays_there_and_no_longer_makes_room() -> None:
    keys = (CameraKeyframe(frame=10), CameraKeyframe(frame=20, scale=0.5))
    smaller = ONE.model_copy(update={"camera": keys, "track": "Narrator A", "box": Box(x=0, y=0.6, w=0.2, h=0.4)})
    of = film(smaller).model_copy(update={"tracks": (Track(name="Narrator A", channel=1),)})
    moved = edited(*by_hand("one", x=0.5), timeline=of)["one"]
    assert moved.camera == () and as_scripted(moved).camera == keys
    assert edited(*by_hand("one", opacity=0.5), timeline=of)["one"].camera == keys


def test_text_written_by_hand_that_blender_can_not_show_is_a_conflict() -> None:
    strip = film(TEXT.model_copy(update={"font": "Inter-Regular.otf"}))
    assert [c for c in conflicts_of(*by_hand("text", text="नमस्ते"), timeline=strip) if "नमस्ते" in c and "script.md" in c]
    assert conflicts_of(*by_hand("text", text="Grüße"), timeline=strip) == ()


def test_text_written_by_hand_over_what_is_now_a_picture_is_a_conflict() -> None:
    picture = MovieStrip(
        **TEXT.model_dump(include={"id", "scene", "name", "track", "start", "end", "box"}), source="t.mov"
    )
    assert [c for c in conflicts_of(*by_hand("text", text="New"), timeline=film(picture)) if "picture of text" in c]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b"{}",
        b'[{"format": 3}]',
        b'[{"format": 2}, {}]',
        b'[{"format": 2}, {"strip": "a", "property": "x", "value": 1e999}]',
        b'[{"format": 2}, {"strip": "a", "property": "x", "value": NaN}]',
        b'[{"format": 2}, {"strip": "a", "property": "x", "value": 1e300}]',
        b'[{"format": 2}, {"strip": "a", "property": "x", "value": {"keys": []}}]',
        b'[{"format": 2}, {"strip": "a", "property": "x", "value": 0, "run": "x"}]',
        b'[{"format": 2}, {"strip": "a", "property": "__class__", "value": 0}]',
        b"[" * 100_000,
    ],
)
def test_edits_that_nothing_of_lecterns_wrote_are_refused_with_the_way_out(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "edits.json").write_bytes(content)
    with pytest.raises(LecternError, match="edits.json.*; fix it, or delete the file to drop all edits"):
        read_edits(tmp_path)


def test_a_pipe_in_place_of_the_edits_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "edits.json")
    with pytest.raises(LecternError, match="no ordinary file"):
        read_edits(tmp_path)
