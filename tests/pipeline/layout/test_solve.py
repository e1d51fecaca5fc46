"""Who stands where: nothing is covered, and somebody is nearly always there."""

import random
from itertools import combinations, pairwise

import pytest
from staged import CONTENT, FRAME, PROSE, capture, episode, in_frame, laid_out, line, scene, scheduled, take
from support.assets import THEME

from lectern.pipeline.base.geometry import Box, box_of_pixels
from lectern.pipeline.capture.take import TextBox, VisibleText
from lectern.pipeline.capture.window import window_around
from lectern.pipeline.episode.blocks import AvatarBlock, Overlay
from lectern.pipeline.episode.settings import FilmSettings, Settings
from lectern.pipeline.layout.camera import camera_at
from lectern.pipeline.layout.capture_windows import content_size
from lectern.pipeline.layout.model import NarratorPlace, SceneLayout
from lectern.pipeline.layout.narrator_moves import box_at
from lectern.pipeline.layout.solve import lay_out


def shared(one: Box, other: Box) -> float:
    """Square pixels that two boxes share."""
    w = min(one.right, other.right) - max(one.x, other.x)
    h = min(one.bottom, other.bottom) - max(one.y, other.y)
    return max(0.0, w) * max(0.0, h) * FRAME[0] * FRAME[1]


def present(layout: SceneLayout, duration: float) -> float:
    return sum(n.end - n.start for n in layout.narrators) / duration


def test_captures_are_recorded_at_the_pixel_size_of_their_window() -> None:
    assert content_size(scene(), FRAME) == (1504, 900)
    assert content_size(scene(layout="full"), FRAME) == (1728, 900)
    assert content_size(scene(layout="narrator-only"), FRAME) is None


def test_a_narrator_stands_on_the_side_that_she_does_not_face() -> None:
    _, layout = laid_out(scene("prose", line("a")))
    _, other = laid_out(scene("prose", line("b", speaker="ben")))
    assert (layout.narrators[0].side, layout.narrators[0].mirrored) == ("left", False)
    assert (other.narrators[0].side, other.narrators[0].mirrored) == ("right", False)


def test_a_narrator_sent_to_the_other_side_is_mirrored_so_that_she_looks_inwards() -> None:
    _, layout = laid_out(scene("prose", line("a"), avatars=(AvatarBlock(id="x", side="right"),)))
    assert (layout.narrators[0].side, layout.narrators[0].mirrored) == ("right", True)


def test_a_narrator_can_be_made_smaller_and_be_left_out() -> None:
    _, small = laid_out(scene("prose", line("a"), avatars=(AvatarBlock(id="x", size=0.3),)))
    _, none = laid_out(scene("prose", line("a"), avatars=(AvatarBlock(id="x", visible=False),)))
    assert small.narrators[0].pixels == 340
    assert none.narrators == ()


def test_a_scene_of_prose_alone_has_its_heading_and_a_large_narrator_all_the_time() -> None:
    when, layout = laid_out(scene("prose", line("a")))
    (heading,) = layout.overlays
    assert layout.narrators[0].pixels == 760
    assert heading.texts[0].text.replace("\n", " ") == "A new project"
    assert (heading.texts[0].start, heading.texts[0].end) == (0.0, when.duration)
    assert shared(heading.box, layout.narrators[0].box) == 0


@pytest.mark.parametrize(("width", "height"), [(1080, 1920), (1080, 1080), (540, 960)])
def test_a_card_of_an_upright_or_square_film_lies_above_the_narrator_and_breaks_no_word(
    width: int, height: int
) -> None:
    of = scene("prose", line("a")).model_copy(update={"title": "Understanding configuration"})
    film = episode(of, settings=Settings(film=FilmSettings(width=width, height=height)))
    layout = lay_out(of, scheduled(of), {}, film, THEME, {})
    (heading,), (ada,) = layout.overlays, layout.narrators
    assert heading.texts[0].text.split() == ["Understanding", "configuration"]
    assert heading.box.bottom <= ada.box.y and heading.box.x >= 0.02 and heading.box.right <= 0.98


def test_two_who_speak_stand_on_both_sides_and_face_each_other() -> None:
    when, layout = laid_out(scene("talk", line("a"), line("b", speaker="ben")))
    assert {(n.character, n.side, n.mirrored) for n in layout.narrators} == {
        ("ada", "left", False),
        ("ben", "right", False),
    }
    assert all((n.start, n.end) == (0.0, when.duration) for n in layout.narrators)


def test_two_who_are_sent_to_the_same_side_stand_there_in_turn() -> None:
    both = (AvatarBlock(id="x", side="right"),)
    shell = capture("shell", "init")
    for captures in ((), (shell,)):
        talk = scene("talk", line("a", init=9), line("b", speaker="ben"), line("c"), avatars=both, captures=captures)
        _, layout = laid_out(talk, {"shell": take(shell)})
        assert [n.character for n in layout.narrators] == ["ada", "ben", "ada"]
        assert all(a.end <= b.start for a, b in pairwise(layout.narrators))


def test_of_three_who_speak_one_always_listens_on_the_other_side() -> None:
    shell = capture("shell", "init")
    for captures in ((), (shell,)):
        lines = (line("a", speaker="kai", init=9), line("b", speaker="ben"), line("c"), line("d", speaker="kai"))
        when, layout = laid_out(scene("talk", *lines, captures=captures), {"shell": take(shell)})
        starts = [said.start - 0.2 for said in when.lines]
        assert {(n.character, n.side): (n.start, n.end) for n in layout.narrators[:2]} == {
            ("kai", "left"): (0.0, pytest.approx(starts[2])), ("ben", "right"): (0.0, when.duration),
        }  # fmt: skip
        assert [(n.character, n.side, n.end) for n in layout.narrators[2:]] == [
            ("ada", "left", pytest.approx(starts[3])), ("kai", "left", when.duration),
        ]  # fmt: skip
    _, layout = laid_out(scene("same", line("a"), line("b", speaker="kai")))
    assert {(n.side, n.mirrored) for n in layout.narrators} == {("left", False), ("right", True)}


def test_a_full_terminal_leaves_its_narrator_the_column_beside_the_window() -> None:
    shell = capture("shell", "init")
    _, layout = laid_out(
        scene("new", line("a", init=6), captures=(shell,)), {"shell": take(shell, rows=21, columns=81)}
    )
    window = window_around(layout.captures[0].window, FRAME)
    assert layout.narrators[0].pixels == 280
    assert shared(layout.narrators[0].box, window) == 0


def test_a_narrator_leaves_for_as_long_as_a_zoom_needs_her_place() -> None:
    shell = capture("shell", "init", zoom=1.6)
    low = TextBox(text="x", box=box_of_pixels(28, 820, 1440, 40, CONTENT))
    shot = take(shell, rows=0).model_copy(update={"text": (VisibleText(time=0.0, boxes=(low,)),)})
    shot = shot.model_copy(
        update={"events": (shot.events[0].model_copy(update={"target": box_of_pixels(28, 800, 700, 80, CONTENT)}),)}
    )
    when, layout = laid_out(
        scene(
            "new",
            line("a", init=6),
            line("b"),
            line("c"),
            captures=(shell,),
            avatars=(AvatarBlock(id="x", side="left"),),
        ),
        {"shell": shot},
    )
    assert [m.camera.scale > 1 for m in layout.camera_moves] == [True, False]
    for n in layout.narrators:
        for t in (n.start, (n.start + n.end) / 2, n.end - 0.01):
            seen = camera_at(layout.camera_moves, t).see(low.box.within(layout.captures[0].window))
            assert shared(box_at(n, t), seen) == 0
    assert present(layout, when.duration) >= 0.5


def test_a_zoom_has_arrived_before_its_steps_effect_and_holds_the_target() -> None:
    shell = capture("shell", "init", zoom=1.5)
    when, layout = laid_out(scene("new", line("a", init=8), line("b"), captures=(shell,)), {"shell": take(shell)})
    move = layout.camera_moves[0]
    assert move.start + move.seconds <= when.marks["init"]
    target = move.camera.see(take(shell).events[0].target.within(layout.captures[0].window))
    assert 0 <= target.x and target.right <= 1 and 0 <= target.y and target.bottom <= 1
    assert layout.findings == ()


@pytest.mark.parametrize("kind", ["terminal", "editor", "browser"])
def test_a_zoom_takes_whole_lines_into_view_where_it_can(kind: str) -> None:
    shell = capture("shell", "init", zoom=1.5)
    texts = [("a word", 28, 400, 130), ("and the rest of its line", 180, 400, 500), ("a line above", 28, 340, 700)]
    boxes = tuple(TextBox(text=t, box=box_of_pixels(x, y, w, 40, CONTENT)) for t, x, y, w in texts)
    filmed = take(shell).model_copy(update={"kind": kind, "text": (VisibleText(time=0.0, boxes=boxes),)})
    event = filmed.events[0].model_copy(
        update={"target": box_of_pixels(400, 400, 130, 40, CONTENT), "action": "highlight"}
    )
    _, layout = laid_out(
        scene("new", line("a", init=8), line("b"), captures=(shell,)),
        {"shell": filmed.model_copy(update={"events": (event,)})},
    )
    camera, window = layout.camera_moves[0].camera, layout.captures[0].window
    seen = [camera.see(piece.box.within(window)) for piece in boxes]
    assert camera.scale >= 1.25
    assert all(0 <= box.x and box.right <= 1 and 0 <= box.y and box.bottom <= 1 for box in seen), seen


@pytest.mark.parametrize("word", [9, 10, 11, 12])
def test_the_camera_is_back_and_still_before_the_next_marked_steps_effect(word: int) -> None:
    shell = capture("shell", "init", None, "tree", zoom=1.5)
    plain = [step.model_copy(update={"zoom": None}) for step in shell.steps[1:]]
    shell = shell.model_copy(update={"steps": (shell.steps[0], *plain)})
    when, layout = laid_out(
        scene("new", line("a", init=6, tree=word), line("b"), captures=(shell,)), {"shell": take(shell, every=0.6)}
    )
    closer, back = layout.camera_moves
    assert (closer.camera.scale, back.camera.scale) == (1.5, 1.0)
    assert back.start >= when.marks["init"] + 0.3  # the step is over
    assert back.start + back.seconds <= when.marks["tree"]


@pytest.mark.parametrize(
    ("target", "why"),
    [(None, "the step points at nothing"), (Box(x=0, y=0, w=1, h=1), "what the step is about is as large")],
)
def test_a_zoom_that_shows_nothing_closer_is_told(target: Box | None, why: str) -> None:
    shell = capture("shell", "init", zoom=1.5)
    filmed = take(shell)
    filmed = filmed.model_copy(update={"events": (filmed.events[0].model_copy(update={"target": target}),)})
    layout = laid_out(scene("new", line("a", init=8), line("b"), captures=(shell,)), {"shell": filmed})[1]
    assert not layout.camera_moves and str(layout.findings[0]).startswith(
        f"script.md:9: the zoom shows nothing closer: {why}"
    )


@pytest.mark.parametrize("seed", range(40))
def test_no_narrator_and_no_overlay_ever_covers_text(seed: int) -> None:
    """Random pages whose text comes and goes: 0 square pixels shared, whoever speaks."""
    dice = random.Random(seed)
    shell = capture("shell", "init", "tree", zoom=dice.choice([None, 1.4]))
    pages = tuple(
        VisibleText(time=t, boxes=tuple(_text(dice) for _ in range(dice.randint(0, 18)))) for t in (0.0, 1.6, 3.1)
    )
    shot = take(shell).model_copy(update={"text": pages})
    lines = [line("a", PROSE, "ada", init=5), line("b", PROSE, dice.choice(["ada", "ben"]), tree=6)]
    lower = Overlay(id="lt", kind="lower-third", text="A new project", subtitle="in one command", at="init")
    when, layout = laid_out(scene("new", *lines, captures=(shell,), overlays=(lower,)), {"shell": shot})
    assert _covered(layout, when, shot, [] if layout.findings else layout.overlays) == []


def _text(dice: random.Random) -> TextBox:
    x, y = dice.randrange(20, 1200), dice.randrange(20, 850)
    return TextBox(text="text", box=box_of_pixels(x, y, dice.randrange(40, 1490 - x), dice.randrange(24, 42), CONTENT))


def _covered(layout: SceneLayout, when: object, shot: object, overlays: object) -> list[object]:
    """Whatever hides text, looked at ten times a second."""
    from lectern.pipeline.timing.retime import retimed_text

    segment = when.segments[0]
    entries = retimed_text(shot, segment.plan, segment.start, segment.end)
    found = []
    for tick in range(int(when.duration * 10)):
        t = tick / 10
        now = [e for e in entries if e.time <= t + 1e-9]
        boxes = in_frame(layout.captures[0].window, now[-1].boxes) if now else []
        seen = [camera_at(layout.camera_moves, t).see(b) for b in boxes]
        over = [box_at(n, t) for n in layout.narrators if n.start <= t < n.end] + [
            o.box for o in overlays if o.texts[0].start <= t < o.texts[0].end
        ]
        found += [(t, a, b) for a in over for b in seen if shared(a, b) > 0]
        found += [(t, a, b) for a, b in combinations(over, 2) if shared(a, b) > 0]
    return found


def test_the_same_scene_is_laid_out_the_same_twice() -> None:
    shell = capture("shell", "init", "tree", zoom=1.4)
    made = [
        laid_out(scene("new", line("a", init=5, tree=9), captures=(shell,)), {"shell": take(shell)})[1]
        for _ in range(2)
    ]
    assert made[0].model_dump_json() == made[1].model_dump_json()


def narrator_height(place: NarratorPlace) -> float:
    return place.box.h


@pytest.mark.parametrize("rows", [0, 8, 21])
def test_every_narrator_is_at_least_18_percent_of_the_frame_high_and_stands_on_its_edge(rows: int) -> None:
    shell = capture("shell", "init")
    for speakers in (("ada", "ada"), ("ada", "ben")):
        lines = [line("a", PROSE, speakers[0], init=5), line("b", PROSE, speakers[1])]
        _, layout = laid_out(scene("new", *lines, captures=(shell,)), {"shell": take(shell, rows=rows, columns=80)})
        assert layout.narrators
        assert all(narrator_height(n) >= 0.18 and n.box.bottom == pytest.approx(1.0) for n in layout.narrators)
