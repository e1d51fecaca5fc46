"""The film as strips: spans tile, no two strips share a channel, and the same input gives the same bytes."""

from functools import cache
from itertools import pairwise

import pytest
from staged import PROSE, capture, episode, line, scene, take, takes

from lectern.pipeline.base.clock import frame_at
from lectern.pipeline.episode.blocks import Overlay
from lectern.pipeline.episode.film_scenes import film_scenes
from lectern.pipeline.episode.model import Scene
from lectern.pipeline.layout.camera import camera_at
from lectern.pipeline.timeline.background import background_spans
from lectern.pipeline.timeline.findings import film_findings, film_seconds, planned_narrator_share
from lectern.pipeline.timeline.model import CrossStrip, MovieStrip, SoundStrip, StripId, TextStrip, Timeline
from lectern.pipeline.timeline.resolve import resolve
from lectern.pipeline.timeline.search import find_text
from lectern.pipeline.timeline.takes import Takes

SHELL = capture("shell", "init", "tree", zoom=1.4)
SHOTS = {"shell": take(SHELL, pointer=True)}
TITLE = Overlay(id="title", kind="title", text="One tool", subtitle="In five minutes")
LIST = Overlay(
    id="list", kind="bullets", text="Remember", items=("one", "two", "three"), item_marks=("x", "y", "z"), at="x"
)
CODE = Overlay(id="code", kind="code", text="import this")
LOWER = Overlay(id="lower", kind="lower-third", text="Step 1", subtitle="A new project", at="init")


def film_of(transition: str = "fade") -> tuple[Scene, ...]:
    fields = {"transition": transition}
    return (
        scene("intro", line("a1"), overlays=(TITLE,), **fields),
        scene(
            "new",
            line("b1", init=7, tree=13),
            line("b2", PROSE, "ben"),
            captures=(SHELL,),
            overlays=(LOWER,),
            **fields,
        ),
        scene("code", line("c1"), overlays=(CODE,), **fields),
        scene("recap", line("d1", x=2, y=6, z=10), overlays=(LIST,), **fields),
        scene("end", overlays=(TITLE.model_copy(update={"id": "last"}),), **fields),
    )


@cache
def made(transition: str = "fade") -> tuple[Takes, Timeline]:
    scenes = film_of(transition)
    shot = takes(scenes, SHOTS)
    return shot, resolve(episode(*scenes), shot)


def movies(timeline: Timeline, *tracks: str) -> list[MovieStrip]:
    return [s for s in timeline.strips if isinstance(s, MovieStrip) and s.track in tracks]


@pytest.mark.parametrize("transition", ["fade", "cut"])
def test_the_spans_of_scenes_tile_the_film(transition: str) -> None:
    _, timeline = made(transition)
    assert timeline.scenes[0].start == 0 and timeline.scenes[-1].end == timeline.frames
    assert all(a.end == b.start for a, b in pairwise(timeline.scenes))


@pytest.mark.parametrize("transition", ["fade", "cut"])
def test_some_opaque_picture_fills_every_frame(transition: str) -> None:
    _, timeline = made(transition)
    covered = {f for s in movies(timeline, "Picture A", "Picture B") for f in range(s.start, s.end)}
    assert covered == set(range(timeline.frames))


def test_no_two_strips_share_a_channel_at_a_time() -> None:
    _, timeline = made()
    for track in timeline.tracks:
        strips = [s for s in timeline.strips if s.track == track.name]
        assert all(a.end <= b.start for a, b in pairwise(strips))


def test_strips_have_ids_of_their_own_and_stay_within_the_film() -> None:
    _, timeline = made()
    assert len({s.id for s in timeline.strips}) == len(timeline.strips)
    assert all(0 <= s.start < s.end <= timeline.frames for s in timeline.strips)


def test_the_same_takes_give_the_same_timeline_byte_for_byte() -> None:
    again = resolve(episode(*film_of()), takes(film_of(), SHOTS))
    assert again.model_dump_json() == made()[1].model_dump_json()


def test_a_fade_is_a_cross_whose_middle_is_the_cut() -> None:
    _, timeline = made("fade")
    by_id = {s.id: s for s in timeline.strips}
    for span in timeline.scenes[1:]:
        cross = next(s for s in timeline.strips if isinstance(s, CrossStrip) and s.start < span.start < s.end)
        assert (cross.end - cross.start, (cross.start + cross.end) // 2) == (12, span.start)
        first, second = by_id[cross.first], by_id[cross.second]
        assert (max(first.start, second.start), min(first.end, second.end)) == (cross.start, cross.end)


def test_a_cut_has_no_cross_between_scenes() -> None:
    _, timeline = made("cut")
    starts = {s.start for s in timeline.scenes[1:]}
    assert not any(s.start <= f <= s.end for s in timeline.strips if isinstance(s, CrossStrip) for f in starts)


def test_footage_is_made_for_exactly_the_frames_that_are_shown() -> None:
    scenes = film_of()
    shot, timeline = made()
    backgrounds = background_spans(scenes, tuple(t.schedule for t in shot.scenes))
    span = next(b.footage for b in backgrounds if (b.scene, b.capture) == ("new", "shell"))
    strip = next(s for s in movies(timeline, "Picture A", "Picture B") if "shell" in s.id)
    start = next(s.start for s in timeline.scenes if s.id == "new")
    assert (strip.start - start, strip.end - strip.start, strip.source_start) == (span.first, span.frames, 0)
    assert span.first == -6


def test_sound_picture_and_marker_of_a_mark_meet_on_one_frame() -> None:
    shot, timeline = made()
    start = next(s.start for s in timeline.scenes if s.id == "new")
    marker = next(m.frame for m in timeline.markers if m.name == "new/init")
    assert marker == start + frame_at(shot.scenes[1].schedule.marks["init"], 30)
    plate = next(s for s in timeline.strips if s.id == "new/lower/text")
    assert plate.start == marker


def test_every_part_of_every_line_is_heard_and_linked_to_who_says_it() -> None:
    shot, timeline = made()
    sounds = [s for s in timeline.strips if isinstance(s, SoundStrip)]
    assert len(sounds) == sum(len(x.parts) for t in shot.scenes for x in t.schedule.lines)
    by_id = {s.id: s for s in timeline.strips}
    for sound in sounds:
        assert [by_id[i].track[:8] for i in sound.linked] == ["Narrator"] * len(sound.linked) and sound.linked
    ben = next(s for s in sounds if "/b2/" in s.id)
    assert [by_id[i].name for i in ben.linked] == ["Ben"]


def test_a_narrators_clip_runs_with_her_scene() -> None:
    _, timeline = made()
    spans = {s.id: s for s in timeline.scenes}
    for strip in movies(timeline, "Narrator A", "Narrator B"):
        assert strip.source_start == strip.start - spans[strip.scene].start
        assert strip.box is not None


def test_a_narrator_who_stays_in_her_place_does_not_blink_at_the_cut() -> None:
    two = (scene("one", line("a")), scene("two", line("b")), scene("end", line("c")))
    timeline = resolve(episode(*two), takes(two))
    first, second, third = movies(timeline, "Narrator A")
    assert [k.value for k in first.opacity] == [0.0, 1.0]
    assert second.opacity == ()
    assert [k.value for k in third.opacity] == [1.0, 0.0]


def test_the_camera_has_two_keys_a_move_on_the_footage_alone() -> None:
    shot, timeline = made()
    strip = next(s for s in movies(timeline, "Picture A", "Picture B") if "shell" in s.id)
    assert len(strip.camera) == 2 * len(shot.scenes[1].layout.camera_moves) > 0
    assert strip.camera[0].scale == 1.0 and strip.camera[1].scale > 1.05
    assert all(not s.camera for s in movies(timeline, "Narrator A", "Narrator B", "Pointer"))


def test_the_pointers_tip_is_where_the_camera_shows_it() -> None:
    shot, timeline = made()
    start = next(s.start for s in timeline.scenes if s.id == "new")
    ripple = movies(timeline, "Ripple")[0]
    layout = shot.scenes[1].layout
    press = next(p for p in shot.scenes[1].pointer.points if p.pressed)
    camera = camera_at(layout.camera_moves, press.time)
    x, y = (press.x - camera.x) * camera.scale + 0.5, (press.y - camera.y) * camera.scale + 0.5
    assert ripple.start == start + frame_at(press.time, 30)
    assert ripple.box.centre == pytest.approx((x, y), abs=1 / 1000)
    pointer = next(s for s in movies(timeline, "Pointer") if s.start <= ripple.start < s.end)
    after = [k for k in pointer.position_x if k.frame >= ripple.start][0]
    assert pointer.position_x[0].frame >= pointer.start and after.value > 0


def test_on_a_phone_the_pointer_is_a_fingertip() -> None:
    scenes, phone = film_of("cut"), SHOTS["shell"].model_copy(update={"shape": "phone"})
    films = [resolve(episode(*scenes), takes(scenes, {"shell": shown})) for shown in (SHOTS["shell"], phone)]
    arrows, fingers = (movies(film, "Pointer") for film in films)
    assert {s.source for s in arrows} == {"media/pointer.mov"} and {s.source for s in fingers} == {"media/touch.mov"}


def test_the_pointer_is_there_only_while_it_moves_and_around_clicks() -> None:
    _, timeline = made()
    shown = sum(s.end - s.start for s in movies(timeline, "Pointer"))
    new = next(s for s in timeline.scenes if s.id == "new")
    assert 0 < shown < 0.6 * (new.end - new.start)


def test_a_growing_list_never_blinks() -> None:
    _, timeline = made()
    items = [s for s in timeline.strips if isinstance(s, TextStrip) and "/list/items" in s.id]
    assert [len(s.text.split("\n\n")) for s in items] == [1, 2, 3] or len(items) == 3
    by_start = sorted(items, key=lambda s: s.start)
    for one, other in pairwise(by_start):
        assert one.end == other.start + 6
        assert one.opacity[-1].value == 1.0 and other.opacity[1].frame == other.start + 6


def test_the_narrator_is_on_screen_nearly_always_and_the_films_length_is_judged() -> None:
    shot, _ = made()
    long = episode(*film_of(), length=(200.0, 300.0))
    assert planned_narrator_share(shot) >= 0.9
    (finding,) = map(str, film_findings(long, shot))
    assert f"{180 - film_seconds(shot):.0f} s shorter" in finding
    assert '"new"' in finding
    assert film_findings(episode(*film_of()), shot) == ()


def test_scenes_that_are_not_enabled_are_no_part_of_the_film() -> None:
    off = scene("off", line("x"), enabled=False)
    assert [s.id for s in film_scenes(episode(scene("a", line("a")), off))] == ["a", "end"]


def test_a_strips_id_names_its_scene_and_what_it_belongs_to() -> None:
    _, timeline = made()
    for strip in timeline.strips:
        id = StripId.parse(strip.id)
        assert (str(id), id.scene, id.owner) == (strip.id, strip.scene, strip.owner)
    assert {s.owner for s in movies(timeline, "Narrator")} <= {"ada", "ben", "kai"}


def test_text_that_blender_can_not_set_is_a_picture_in_the_same_place_and_can_be_found() -> None:
    greeting = TITLE.model_copy(update={"text": "नमस्ते"})
    scenes = (scene("intro", line("a1"), overlays=(greeting,)),)
    shot = takes(scenes, SHOTS)
    drawn = shot.scenes[0].model_copy(update={"lettering": {"title/text": "media/lettering/a/lettering.mov"}})
    plain = {s.id: s for s in resolve(episode(*scenes), shot).strips}
    timeline = resolve(episode(*scenes), shot.model_copy(update={"scenes": (drawn,)}))
    strips = {s.id: s for s in timeline.strips}
    text, picture = plain["intro/title/text"], strips["intro/title/text"]
    assert isinstance(text, TextStrip) and isinstance(picture, MovieStrip)
    assert (picture.box, picture.start, picture.end, picture.opacity) == (text.box, text.start, text.end, text.opacity)
    assert picture.source == "media/lettering/a/lettering.mov" and picture.text and picture.text.text == "नमस्ते"
    assert isinstance(strips["intro/title/subtitle"], TextStrip)
    assert [m.of for m in find_text("नमस्ते", timeline, shot, {})] == ["intro/title/text"]
