"""The preview's tools: what is hidden, free places, handles and the words that are said, as they are computed for drawing."""

import wave
from pathlib import Path

import bpy
import pytest
from panel_drawn import drawn
from two_scenes import SPANS, episode, film

from lectern.addon import snapshot
from lectern.addon.build import compile_last_timeline
from lectern.addon.mark_moves import moved_marks
from lectern.addon.preview import handles
from lectern.addon.preview.boxes import canvas_of, known_strips, strip_box
from lectern.addon.preview.draw import HIDDEN, SEEN, heat_colours
from lectern.addon.preview.moving import Held
from lectern.addon.preview.overview import overview, overviews, placed
from lectern.addon.preview.paint import inside
from lectern.addon.preview.words import WordSpot, caption_at, said_after, word_spots
from lectern.addon.sequencer.owned import owned_strips
from lectern.operators.preview import box_moved
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.geometry import Box
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.quality.preview_data import LineWords, PreviewData, SaidWord, write_preview_data
from lectern.pipeline.quality.visibility import SightSpan, hidden_shares, hidden_sights, seen_shares
from lectern.pipeline.timeline.edits import read_edits
from lectern.pipeline.timeline.model import ColourStrip, Keyframe, Marker, SoundStrip, TextStrip, Timeline, Track

ADA, BAR, WORDS = Box(x=0, y=0.5, w=0.25, h=0.5), Box(x=0.6, y=0.7, w=0.02, h=0.2), Box(x=0.65, y=0.7, w=0.2, h=0.2)
SIGHT = SightSpan("total: 12", 0.1, 0.6, 0.3, 0.65, 0, 15)
DATA = PreviewData(
    sights={"first": (SIGHT,)},
    lines={"line-1": LineWords("ada", (SaidWord("Some", 0.1, 0.3), SaidWord("words.", 0.4, 0.7)))},
)


def _film() -> Timeline:
    first, second = SPANS
    here = {"scene": "first", "start": 0, "end": 30}
    own = (
        ColourStrip(id="first/ada/0", name="Ada", track="Narrator A", colour="#ff0000", box=ADA, **here),
        ColourStrip(id="first/note/bar", name="bar", track="Cards", colour="#00ff00", box=BAR,
                    opacity=(Keyframe(frame=0, value=0.0), Keyframe(frame=10, value=1.0)), **here),
        TextStrip(id="first/note/text", name="note", track="Text 1", text="The bug", font="Inter-Regular.otf", size=60,
                  colour="#ffffff", box=WORDS, **here),
        SoundStrip(id="second/line-1/voice-0", scene="second", name="voice", track="Voice", start=second.start,
                   end=second.end, source="media/voice/1/voice.wav"),
    )  # fmt: skip
    tracks = ("Screen", "Cards", "Narrator A", "Text 1", "Voice")
    made = film()
    return made.model_copy(
        update={
            "strips": (*made.strips, *own),
            "tracks": tuple(Track(name=name, channel=i) for i, name in enumerate(tracks, 1)),
        }
    )


@pytest.fixture
def scene(panel, tmp_path: Path) -> bpy.types.Scene:
    """The scene of an episode that was built, with a narrator, an overlay of two parts, and a voice."""
    folder = episode(tmp_path / "ep", timeline=False)
    (folder / "renders/timeline.json").write_text(_film().model_dump_json())
    sound = folder / "media/voice/1/voice.wav"
    sound.parent.mkdir(parents=True)
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(bytes(2 * 72_000))
    write_preview_data(EpisodePaths(folder=folder), DATA)
    assert bpy.ops.lectern.open_episode(directory=str(folder)) == {"FINISHED"}
    return bpy.context.scene


def _choose(scene: bpy.types.Scene, id: str) -> bpy.types.Strip:
    strip = owned_strips(scene)[id]
    scene.sequence_editor.active_strip = strip
    return strip


def _near(box: Box, other: Box, px: float = 1.0) -> bool:
    return box.is_near(other, px / 1080)


def test_the_box_of_a_strip_is_that_of_its_layout_and_goes_where_it_is_moved(scene):
    known, canvas = known_strips(snapshot.current().film), canvas_of(scene)
    for id, box in (("first/ada/0", ADA), ("first/note/bar", BAR), ("first/note/text", WORDS)):
        strip = owned_strips(scene)[id]
        assert _near(strip_box(strip, known[id], canvas), box)
        strip.transform.offset_x += 192
        strip.transform.offset_y += 108
        assert _near(strip_box(strip, known[id], canvas), box.model_copy(update={"x": box.x + 0.1, "y": box.y - 0.1}))


def test_what_a_narrator_hides_is_told_until_she_is_moved_away(scene, panel):
    strip = _choose(scene, "first/ada/0")
    assert placed(scene)[0].hides() == 'hides "total: 12", for 0.5 s'
    assert overview(scene, 1).hidden_spans == ((0, 15),)
    assert 'It hides "total: 12", for 0.5 s' in " ".join(drawn()) and "something is hidden for 0.5 s" in " ".join(
        drawn()
    )
    strip.transform.offset_x += 0.3 * 1920
    assert placed(scene)[0].hides() == ""
    assert [seen.hidden_spans for seen in overviews(scene)] == [(), ()]


def test_a_strip_of_the_persons_own_hides_things_too_and_a_muted_one_does_not(scene):
    strip = _choose(scene, "first/ada/0")
    strip.mute = True
    assert overview(scene, 1).hidden == ()
    own = scene.sequence_editor.strips.new_effect("mine", "COLOR", 20, 1, length=10)
    own.width, own.height, own.transform.offset_x, own.transform.offset_y = 400, 300, -600, -120
    assert [(h.over, h.end) for h in overview(scene, 1).hidden] == [("mine", 10)]


def test_the_map_is_red_where_something_is_hidden_and_blue_where_it_is_seen(scene):
    seen = overview(scene, 1)
    picture = heat_colours(seen.seen_map, seen.hidden_map)
    hidden, only_seen = picture[33, 15], picture[33, 27]  # at (0.16, 0.62) and (0.29, 0.62)
    assert tuple(hidden[:3]) == pytest.approx(HIDDEN) and tuple(only_seen[:3]) == pytest.approx(SEEN)
    assert hidden[3] > only_seen[3] > 0 and picture[5, 5, 3] == 0


def test_an_overlay_moves_and_scales_with_all_its_parts(scene):
    _choose(scene, "first/note/text")
    assert bpy.ops.lectern.move_element(x=0.4, y=0.3) == {"FINISHED"}
    box = placed(scene)[0].box
    assert box.centre == pytest.approx((0.4, 0.3), abs=0.001) and box.w == pytest.approx(0.25, abs=0.001)
    bar, text = (owned_strips(scene)[f"first/note/{part}"].transform for part in ("bar", "text"))
    bar_moved = bar.offset_x - (BAR.centre[0] - 0.5) * 1920, bar.offset_y - (0.5 - BAR.centre[1]) * 1080
    assert bar_moved == pytest.approx((text.offset_x, text.offset_y), abs=1)
    bpy.ops.lectern.move_element(width=0.5)
    assert _near(placed(scene)[0].box, Box(x=0.15, y=0.1, w=0.5, h=0.4), 2)
    assert bar.scale_x == pytest.approx(2, abs=0.01) == text.scale_x


def test_what_was_moved_and_scaled_stays_through_the_next_compile(scene, tmp_path):
    scripted = EpisodePaths(folder=tmp_path / "ep").scripted
    scripted.parent.mkdir(parents=True, exist_ok=True)
    scripted.write_text(_film().model_dump_json())
    for id, place in (("first/note/text", {"x": 0.5, "y": 0.3, "width": 0.4}), ("first/ada/0", {"x": 0.8, "y": 0.7})):
        _choose(scene, id)
        bpy.ops.lectern.move_element(**place)
    before = {id: placed(scene)[0].box for id in ("first/note/text", "first/ada/0") if _choose(scene, id)}
    compile_last_timeline(tmp_path / "ep", scene)
    snapshot.refresh(scene)
    for id, box in before.items():
        _choose(scene, id)
        assert _near(placed(scene)[0].box, box, 2)
    assert {edit.strip for edit in read_edits(tmp_path / "ep").edits} == {
        "first/ada/0",
        "first/note/bar",
        "first/note/text",
    }


def test_snapping_goes_to_margins_and_a_free_place(scene):
    _choose(scene, "first/ada/0")
    bpy.ops.lectern.move_element(x=0.455, y=0.505, snap=True)
    assert placed(scene)[0].hides() == ""
    _choose(scene, "first/note/text")
    bpy.ops.lectern.move_element(x=0.172, y=0.205, snap=True)
    assert (placed(scene)[0].box.x, placed(scene)[0].box.y) == pytest.approx((0.05, 0.1), abs=0.006)


def test_keyframes_go_along_and_a_cancelled_drag_leaves_everything_as_it_was(scene):
    strip = _choose(scene, "first/ada/0")
    for frame, x in ((1, -600.0), (20, -400.0)):
        strip.transform.offset_x = x
        strip.transform.keyframe_insert("offset_x", frame=frame)
    scene.frame_set(1)
    held = Held(scene, [strip], canvas_of(scene))
    held.put(Box(x=0.1, y=0.1, w=0.2, h=0.2), Box(x=0.2, y=0.1, w=0.2, h=0.2))
    for frame, x in ((1, -408.0), (20, -208.0)):
        scene.frame_set(frame)
        assert strip.transform.offset_x == pytest.approx(x, abs=0.01)
    held.put_back()
    scene.frame_set(20)
    assert strip.transform.offset_x == pytest.approx(-400, abs=0.01)


def test_a_mirrored_strip_follows_the_pointer_all_the_same(scene):
    strip = _choose(scene, "first/ada/0")
    strip.use_flip_x, strip.transform.offset_x = True, -strip.transform.offset_x
    assert _near(placed(scene)[0].box, ADA)
    bpy.ops.lectern.move_element(x=0.5)
    assert placed(scene)[0].box.centre[0] == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize(
    "id, reason",
    [
        ("", "No strip is active"),
        ("plate:first", "fills the frame"),
        ("second/line-1/voice-0", "no place in the frame"),
    ],
)
def test_what_has_no_place_can_not_be_moved_and_says_why(scene, id, reason):
    scene.sequence_editor.active_strip = owned_strips(scene).get(id)
    assert reason in placed(scene)[1]
    with pytest.raises(RuntimeError, match=reason):
        bpy.ops.lectern.move_element(x=0.5)


def test_words_stand_where_their_strip_is_and_are_gone_to_by_what_is_said(scene):
    assert [(w.written, round(w.start, 2), round(w.end, 2)) for w in word_spots(scene)] == [
        ("Some", 34.0, 40.0), ("words.", 43.0, 52.0)
    ]  # fmt: skip
    bpy.ops.lectern.go_to_word(words="some WORDS")
    assert scene.frame_current == 34
    strip = _choose(scene, "second/line-1/voice-0")
    strip.content_start += 6
    assert next(word_spots(scene)).start == pytest.approx(40)
    strip.left_handle = 45
    assert [w.written for w in word_spots(scene)] == ["words."]
    with pytest.raises(RuntimeError, match="Nobody says"):
        bpy.ops.lectern.go_to_word(words="other words")


def test_a_marker_that_is_dragged_takes_the_mark_to_the_nearest_word(scene, tmp_path):
    script = tmp_path / "ep/script.md"
    script.write_text(script.read_text().replace("More words.", "{more}More words. And more."))
    line = read_episode(tmp_path / "ep").scenes[1].lines[0]
    words = tuple(SaidWord(w.written, 0.2 * n, 0.2 * n + 0.2, n) for n, w in enumerate(line.words))
    write_preview_data(
        EpisodePaths(folder=tmp_path / "ep"), DATA.model_copy(update={"lines": {line.id: LineWords("ada", words)}})
    )
    made = _film()
    voice = made.strips[-1].model_copy(update={"id": f"second/{line.id}/voice-0"})
    made = made.model_copy(
        update={"strips": (*made.strips[:-1], voice), "markers": (Marker(name="second/more", frame=30),)}
    )
    (tmp_path / "ep/renders/timeline.json").write_text(made.model_dump_json())
    compile_last_timeline(tmp_path / "ep", scene)
    snapshot.refresh(scene)
    assert [*moved_marks(scene)] == [] and not bpy.ops.lectern.take_marks.poll()
    marker = scene.timeline_markers["second/more"]
    marker.frame = 44  # nearest to "And", at 43
    assert bpy.ops.lectern.take_marks() == {"FINISHED"}
    assert "More words. {more}And more." in script.read_text()
    assert marker.frame == 43 and [*moved_marks(scene)] == [] and not marker.select
    marker.frame = 44  # where an undo of the drag's own step would lead
    assert [*moved_marks(scene)] == []
    marker.frame = 90  # behind the last word, also of the next scene
    bpy.ops.lectern.take_marks()
    assert "More words. And more.{more}" in script.read_text() and marker.frame == 55


def test_the_caption_is_that_of_the_films_subtitles():
    spots = tuple(
        WordSpot(word, 1 + 12 * n, 12 + 12 * n, 3, "ada", "a")
        for n, word in enumerate(
            "Git can find the one change that broke it, and you need not read a single line.".split()
        )
    )
    assert caption_at(spots, 5, 30) == (
        "Git can find the one change that broke it,",
        "and you need not read a single line.",
    )
    assert caption_at(spots, 900, 30) == ()
    assert (said_after(spots, "the one", 0).start, said_after(spots, "single", 500).start) == (37, 181)


def test_a_corner_scales_from_the_other_one_and_keeps_the_proportions():
    box = Box(x=0.4, y=0.4, w=0.2, h=0.1)
    for part, across, down, still in (
        ("TOP_LEFT", -0.1, -0.05, (0.6, 0.5)), ("BOTTOM_RIGHT", 0.1, 0.05, (0.4, 0.4)),
        ("TOP_RIGHT", 0.1, -0.05, (0.4, 0.5)), ("BOTTOM_LEFT", -0.1, 0.05, (0.6, 0.4)),
    ):  # fmt: skip
        found = box_moved(box, part, across, down)
        assert (found.w, found.h) == pytest.approx((0.3, 0.15))
        assert any((x, y) == pytest.approx(still) for x in (found.x, found.right) for y in (found.y, found.bottom))
    assert box_moved(box, "TOP_LEFT", 0.5, 0.5).w == pytest.approx(0.02)


def test_handles_are_at_the_corners_and_above_the_box_or_in_it_at_the_upper_edge():
    box = inside((100, 100, 1100, 600), Box(x=0.1, y=0.2, w=0.2, h=0.4))
    assert box == pytest.approx((200, 300, 400, 500))
    places = handles.handle_places(box, 1, 900)
    assert places["MOVE"] == (300, 522) and places["BOTTOM_RIGHT"] == pytest.approx((400, 300))
    assert handles.handle_places(box, 1, 520)["MOVE"] == (300, 478)


def test_what_is_drawn_is_switched_by_an_operator(scene, panel):
    assert panel.preview_shows == {"HANDLES", "WORDS"}
    bpy.ops.lectern.show_in_preview(what="HEAT")
    bpy.ops.lectern.show_in_preview(what="WORDS")
    assert panel.preview_shows == {"HANDLES", "HEAT"}


def test_before_a_build_the_panel_says_what_is_missing(panel, tmp_path):
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep")))
    assert "build the episode" in " ".join(drawn())


def test_scenes_of_five_hundred_sights_take_no_more_memory_than_a_grid():
    sights = [SightSpan(f"row {n}", 0.1, 0.1, 0.9, 0.12, n, n + 40) for n in range(500)]
    hidden = hidden_sights(sights, [])
    assert seen_shares(sights, 540).shape == hidden_shares(hidden, 540).shape == (54, 96)
