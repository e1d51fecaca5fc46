"""Edits are laid over a new timeline; what can't be carried over is said."""

import os
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.geometry import Box
from lectern.pipeline.timeline.edits import (
    Edits,
    StripEdit,
    apply_edits,
    edits_of,
    merge_edits,
    read_edits,
    write_edits,
)
from lectern.pipeline.timeline.model import (
    CameraKeyframe,
    CrossStrip,
    Keyframe,
    MovieStrip,
    SceneSpan,
    SoundStrip,
    Strip,
    TextStrip,
    Timeline,
    Track,
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


def edited(*edits: StripEdit, timeline: Timeline | None = None) -> dict[str, Strip]:
    timeline, conflicts = apply_edits(timeline or film(), Edits(strips=edits))
    assert conflicts == ()
    return {strip.id: strip for strip in timeline.strips}


def test_no_edits_change_nothing() -> None:
    assert apply_edits(film(), Edits()) == (film(), ())


def test_a_moved_strip_takes_its_keys_along() -> None:
    two = edited(StripEdit(id="two", start_delta=-4, dx=0.1, dy=-0.05))["two"]
    assert (two.start, two.end, two.source_start) == (46, 106, 5)
    assert [key.frame for key in two.opacity] == [46, 56]
    assert two.position_x == (Keyframe(frame=46, value=0.4),)
    assert (two.box.x, two.box.y) == pytest.approx((0.2, 0.15))


def test_trims_take_the_beginning_of_the_source_away() -> None:
    strips = edited(StripEdit(id="two", trim_start=3, trim_end=10), StripEdit(id="voice", trim_start=15, volume=0.5))
    assert (strips["two"].start, strips["two"].end, strips["two"].source_start) == (53, 100, 8)
    assert (strips["voice"].start, strips["voice"].source_start, strips["voice"].volume) == (45, 1.5, 0.25)


def test_a_crossfade_follows_its_pictures() -> None:
    assert (
        edited(StripEdit(id="two", start_delta=-4))["x"].start,
        edited(StripEdit(id="two", start_delta=-4))["x"].end,
    ) == (46, 60)


def test_where_pictures_no_longer_overlap_there_is_a_cut_and_it_is_said() -> None:
    timeline, conflicts = apply_edits(film(), Edits(strips=(StripEdit(id="one", trim_end=10),)))
    assert "x" not in [strip.id for strip in timeline.strips]
    assert conflicts == ('the crossfade "X" has nothing to fade between any more; there is a cut',)


def test_a_muted_strip_is_not_in_the_film() -> None:
    assert "text" not in edited(StripEdit(id="text", muted=True))


def test_scaled_text_keeps_its_middle() -> None:
    text = edited(StripEdit(id="text", scale=1.5))["text"]
    assert (text.size, text.padding, text.box.centre) == (60, 12, pytest.approx(BOX.centre))


def test_a_scaled_picture_that_filled_the_frame_gets_a_box() -> None:
    assert edited(StripEdit(id="one", scale=0.5))["one"].box == Box(x=0.25, y=0.25, w=0.5, h=0.5)


def test_text_written_by_hand_wins_and_a_script_that_changed_too_is_told() -> None:
    edit = StripEdit(id="text", text="Mine", text_before="Old")
    assert edited(edit)["text"].text == "Mine"
    timeline, conflicts = apply_edits(film(TEXT.model_copy(update={"text": "New"})), Edits(strips=(edit,)))
    assert timeline.strips[0].text == "Mine"
    assert len(conflicts) == 1 and '"New"' in conflicts[0]


def test_an_edit_of_a_strip_that_is_gone_is_told_and_kept() -> None:
    timeline, conflicts = apply_edits(film(), Edits(strips=(StripEdit(id="gone", start_delta=2),)))
    assert timeline == film()
    assert conflicts == (
        'strip "gone" was edited by hand, but the script no longer makes it; its edit stays in edits.json',
    )


def test_a_trim_longer_than_the_strip_is_left_out_and_told() -> None:
    timeline, conflicts = apply_edits(
        film(), Edits(strips=(StripEdit(id="text", trim_start=29, trim_end=1, start_delta=5),))
    )
    text = next(strip for strip in timeline.strips if strip.id == "text")
    assert (text.start, text.end) == (15, 45)
    assert "shorter than what was trimmed" in conflicts[0]


def test_two_edits_in_turn_are_one() -> None:
    first = StripEdit(id="two", start_delta=2, dx=0.1, volume=0.5, text="A", text_before="Old")
    then = StripEdit(id="two", start_delta=-2, trim_end=4, scale=2, volume=2, muted=True)
    assert merge_edits(first, then) == StripEdit(
        id="two", trim_end=4, dx=0.1, scale=2, text="A", text_before="Old", muted=True
    )


def test_edits_come_back_from_their_file(tmp_path: Path) -> None:
    edits = edits_of([StripEdit(id="b", dx=0.25), StripEdit(id="a", text="ü"), StripEdit(id="nothing")])
    write_edits(tmp_path, edits)
    assert read_edits(tmp_path) == edits
    assert [edit.id for edit in edits.strips] == ["a", "b"]
    assert [file.name for file in tmp_path.iterdir()] == ["edits.json"]


def test_without_a_file_there_are_no_edits_and_none_is_made_for_none(tmp_path: Path) -> None:
    assert read_edits(tmp_path) == Edits()
    write_edits(tmp_path, Edits())
    assert not (tmp_path / "edits.json").exists()


def test_a_damaged_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "edits.json").write_text('{"strips": [{"id": "a", "moved": 3}]}')
    with pytest.raises(LecternError, match=r"edits\.json: strips\.0\.moved"):
        read_edits(tmp_path)


def test_a_camera_moves_with_its_strip() -> None:
    zoomed = ONE.model_copy(update={"camera": (CameraKeyframe(frame=10), CameraKeyframe(frame=20, scale=2.0))})
    assert [key.frame for key in edited(StripEdit(id="one", start_delta=5), timeline=film(zoomed))["one"].camera] == [
        15,
        25,
    ]


def test_text_written_by_hand_that_blender_can_not_show_is_a_conflict() -> None:
    strip = TEXT.model_copy(update={"font": "Inter-Regular.otf"})
    timeline, conflicts = apply_edits(film(strip), Edits(strips=(StripEdit(id="text", text="नमस्ते"),)))
    assert [c for c in conflicts if "नमस्ते" in c and "script.md" in c]
    _, none = apply_edits(film(strip), Edits(strips=(StripEdit(id="text", text="Grüße"),)))
    assert none == ()


def test_text_written_by_hand_over_what_is_now_a_picture_is_a_conflict() -> None:
    picture = MovieStrip(
        **TEXT.model_dump(include={"id", "scene", "name", "track", "start", "end", "box"}), source="t.mov"
    )
    _, conflicts = apply_edits(film(picture), Edits(strips=(StripEdit(id="text", text="New"),)))
    assert [c for c in conflicts if "picture of text" in c]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"strips": [{}]}',
        b'{"strips": [{"id": "a", "start_delta": 1000000000000000000}]}',
        b'{"strips": [{"id": "a", "scale": 1e999}]}',
        b'{"strips": [{"id": "a", "dx": NaN}]}',
        b'{"strips": [{"id": "a", "volume": -1}]}',
        b'{"strips": [{"id": "a", "run": "x"}]}',
        b"[" * 100_000,
    ],
)
def test_edits_that_nothing_of_lecterns_wrote_are_refused_with_the_way_out(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "edits.json").write_bytes(content)
    with pytest.raises(LecternError, match="edits.json: .*; fix it, or delete it to drop all edits"):
        read_edits(tmp_path)


def test_a_pipe_in_place_of_the_edits_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "edits.json")
    with pytest.raises(LecternError, match="no ordinary file"):
        read_edits(tmp_path)
