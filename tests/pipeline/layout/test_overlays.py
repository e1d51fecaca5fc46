"""Overlays of every kind: drawn within the margins, large enough, beside everything else, at their time."""

import pytest
from staged import CONTENT, FRAME, PROSE, THEME, capture, episode, laid_out, line, scene, scheduled, take

from lectern.pipeline.base.geometry import Box, box_of_pixels
from lectern.pipeline.capture.take import TextBox, VisibleText
from lectern.pipeline.episode.blocks import Clip, Overlay, OverlayKind
from lectern.pipeline.episode.film_scenes import end_scene
from lectern.pipeline.episode.frontmatter import EndCard
from lectern.pipeline.layout.model import OverlayPlace
from lectern.pipeline.layout.solve import lay_out
from lectern.pipeline.layout.text import block_size

KINDS: tuple[OverlayKind, ...] = ("title", "chapter", "lower-third", "bullets", "callout", "code", "image", "caption")


def overlay(kind: OverlayKind, **fields: object) -> Overlay:
    made = {"id": kind, "kind": kind, "text": "One tool for all", "line": 12}
    more = {
        "bullets": {"items": ("pip", "venv", "pipx")},
        "image": {"file": "map.png"},
        "title": {"subtitle": "In five minutes"},
    }
    return Overlay.model_validate(made | more.get(kind, {}) | fields)


def sides(place: OverlayPlace) -> tuple[float, float, float, float]:
    return place.box.x, place.box.y, place.box.right, place.box.bottom


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("filmed", [False, True])
def test_every_kind_stays_within_margins_of_5_percent_and_away_from_the_narrator(
    kind: OverlayKind, filmed: bool
) -> None:
    shell = capture("shell", "init")
    one = scene("new", line("a", init=9), line("b"), captures=(shell,) if filmed else (), overlays=(overlay(kind),))
    _, layout = laid_out(one, {"shell": take(shell)}, map=(1200, 800))
    place = next(o for o in layout.overlays if o.overlay == kind)
    left, top, right, bottom = sides(place)
    assert layout.findings == ()
    assert min(left, top) >= 0.0499 and max(right, bottom) <= 0.9501
    assert not any(place.box.overlaps(n.box) for n in layout.narrators)


@pytest.mark.parametrize("kind", KINDS)
def test_all_type_is_at_least_28_px_and_its_box_holds_it(kind: OverlayKind) -> None:
    _, layout = laid_out(scene("new", line("a"), overlays=(overlay(kind),)), map=(1200, 800))
    for text in (t for o in layout.overlays for t in o.texts):
        w, h = block_size(text.text, text.font, text.size)
        assert text.size >= 28
        assert text.box.w * FRAME[0] >= w + 2 * text.padding - 1
        assert text.box.h * FRAME[1] >= h + 2 * text.padding - 1


def test_a_list_grows_at_its_marks_and_one_strip_of_text_shows_it_at_a_time() -> None:
    listed = overlay("bullets", item_marks=("one", "two", "three"))
    when, layout = laid_out(scene("new", line("a", one=2, two=6, three=10), overlays=(listed,)))
    items = [t for o in layout.overlays for t in o.texts if t.part.startswith("items")]
    said = [[entry.removeprefix("•").strip() for entry in t.text.split("\n\n")] for t in items]
    assert said == [["pip"], ["pip", "venv"], ["pip", "venv", "pipx"]]
    assert all(entry.startswith("•") for t in items for entry in t.text.split("\n\n"))
    assert [t.start for t in items] == [when.marks[m] for m in ("one", "two", "three")]
    assert [t.leaves for t in items] == ["under", "under", "fade"]


def test_code_is_never_broken_into_other_lines() -> None:
    source = 'with open("pyproject.toml", "rb") as file:\n    project = tomllib.load(file)["project"]'
    _, layout = laid_out(scene("new", line("a"), overlays=(overlay("code", text=source, language="python"),)))
    texts = {t.part: t for o in layout.overlays for t in o.texts}
    assert texts["text"].text == source
    assert "JetBrainsMono" in texts["text"].font
    assert texts["label"].text == "python"


LINES = "def mean(values):\n    total = sum(values)\n    return total / len(values)"


@pytest.mark.parametrize("filmed", [False, True])
def test_lines_of_code_light_up_at_their_marks_until_others_do(filmed: bool) -> None:
    lit = ({"lines": (1, 1), "at": "one"}, {"lines": (2, 3), "at": "two", "until": "three"}, {"lines": (3, 3)})
    code = overlay("code", text=LINES, highlight=lit)
    captures = (capture("shell", "two"),) if filmed else ()
    one = scene("new", line("a", one=2, two=6, three=10), captures=captures, overlays=(code,))
    when, layout = laid_out(one, {"shell": take(captures[0])} if filmed else {})
    place = next(o for o in layout.overlays if o.overlay == "code")
    body = next(text for text in place.texts if text.part == "text")
    bands = {c.part: c for c in place.colours if c.part.startswith("lines")}
    spans = [(bands[f"lines-{n}"].start, bands[f"lines-{n}"].end) for n in (1, 2, 3)]
    assert spans == [
        (when.marks["one"], when.marks["two"]),
        (when.marks["two"], when.marks["three"]),
        (body.start, when.marks["one"]),
    ]
    rows = [
        (
            round((bands[f"lines-{n}"].box.y - body.box.y) / body.box.h * 3, 1),
            round(bands[f"lines-{n}"].box.h / body.box.h * 3, 1),
        )
        for n in (1, 2, 3)
    ]
    assert rows == [(0.0, 1.0), (1.0, 2.0), (2.0, 1.0)]
    card = next(c for c in place.colours if c.part == "card")
    assert place.colours[0] == card and all(band.box.w == pytest.approx(card.box.w) for band in bands.values())


def test_code_over_a_capture_stays_until_its_last_lines_were_lit_for_a_while() -> None:
    shell = capture("shell", "init")
    code = overlay("code", text=LINES, at="init", highlight=({"lines": (2, 2), "at": "late"},))
    one = scene("new", line("a", init=1), line("b", late=14), captures=(shell,), overlays=(code,))
    when, layout = laid_out(one, {"shell": take(shell)})
    place = next(o for o in layout.overlays if o.overlay == "code")
    assert place.texts[0].end == pytest.approx(min(when.marks["late"] + 4.0, when.duration))


def test_a_title_is_a_card_before_the_capture_comes_into_view() -> None:
    shell = capture("shell", "init")
    when, layout = laid_out(
        scene("new", line("a", init=9), captures=(shell,), overlays=(overlay("title"),)), {"shell": take(shell)}
    )
    card = layout.overlays[0]
    assert layout.captures[0].start >= 2.0
    assert all(t.end <= layout.captures[0].start for t in card.texts)
    assert when.marks["init"] > layout.captures[0].start


def test_a_title_in_the_middle_of_a_capture_covers_all_of_it() -> None:
    shell = capture("shell", "init")
    late = overlay("title", at="later")
    _, layout = laid_out(
        scene("new", line("a", init=9), line("b", later=3), captures=(shell,), overlays=(late,)),
        {"shell": take(shell)},
    )
    cover = layout.overlays[0].colours[0]
    assert (cover.part, cover.box.w, cover.box.h) == ("cover", 1, 1)


def test_a_list_for_which_a_full_screen_has_no_room_gets_a_card_of_its_own() -> None:
    shell = capture("shell", "init")
    one = scene(
        "new", line("a", init=5), line("b", later=2), captures=(shell,), overlays=(overlay("bullets", at="later"),)
    )
    _, layout = laid_out(one, {"shell": take(shell, rows=21, columns=80)})
    assert layout.overlays[0].colours[0].part == "cover"
    assert layout.findings == ()


def test_a_lower_third_that_finds_no_room_is_said_with_its_line() -> None:
    shell = capture("shell", "init")
    wordy = overlay("lower-third", at="init", text="A very long plate that has to stand somewhere on this screen")
    one = scene("new", line("a", init=5), captures=(shell,), layout="full", overlays=(wordy,))
    _, layout = laid_out(one, {"shell": take(shell, rows=22, columns=94)})
    assert any(f.line == 12 and "hides something" in f.message for f in layout.findings)


def test_what_comes_next_on_a_stage_takes_the_place_of_what_was_there() -> None:
    both = (overlay("title"), overlay("bullets", at="one"))
    when, layout = laid_out(scene("new", line("a", one=6), overlays=both))
    title, listed = layout.overlays
    assert title.texts[0].end == when.marks["one"] == listed.texts[0].start


def test_two_cards_that_would_come_together_come_one_after_the_other() -> None:
    _, layout = laid_out(scene("new", line("a"), line("b"), overlays=(overlay("chapter"), overlay("bullets"))))
    first, listed = layout.overlays
    assert first.texts[0].end == listed.texts[0].start == pytest.approx(3.2)
    assert listed.texts[1].start >= listed.texts[0].start


@pytest.mark.parametrize(("number", "word"), [(1, 0), (2, 3), (9, 5), (10, 8), (12, 12)])
def test_a_chapter_card_shows_its_number_from_its_mark_on(number: int, word: int) -> None:
    scenes = [
        scene(f"s{i}", line(f"l{i}", m=word), overlays=(overlay("chapter", id=f"c{i}", at="m", line=20 * i),))
        for i in range(1, number + 1)
    ]
    when = scheduled(scenes[-1])
    placed = lay_out(scenes[-1], when, {}, episode(*scenes), THEME, {}).overlays
    (card,) = [place for place in placed if place.overlay == f"c{number}"]
    (shown,) = [piece for piece in card.texts if piece.text == f"{number:02d}"]
    assert shown.start == pytest.approx(when.marks["m"]) and shown.end > shown.start + 1


def test_an_overlay_at_a_position_has_its_centre_there() -> None:
    _, layout = laid_out(scene("new", line("a"), overlays=(overlay("callout", position=(0.7, 0.3)),)))
    place = next(o for o in layout.overlays if o.overlay == "callout")
    assert place.box.centre == pytest.approx((0.7, 0.3), abs=0.002)


@pytest.mark.parametrize("filmed", [False, True])
@pytest.mark.parametrize("position", [(0.02, 0.03), (0.98, 0.98)])
def test_a_card_at_a_position_near_an_edge_stays_within_the_margins(
    filmed: bool, position: tuple[float, float]
) -> None:
    shell = capture("shell", "init")
    one = scene(
        "new", line("a", init=9), captures=(shell,) if filmed else (), overlays=(overlay("title", position=position),)
    )
    _, layout = laid_out(one, {"shell": take(shell)})
    left, top, right, bottom = sides(next(o for o in layout.overlays if o.overlay == "title"))
    assert min(left, top) >= 0.0499 and max(right, bottom) <= 0.9501


def test_two_narrators_make_room_for_a_picture_that_has_to_be_read() -> None:
    one = scene("map", line("a"), line("b", PROSE, "ben"), overlays=(overlay("image"),))
    _, layout = laid_out(one, map=(1600, 900))
    assert layout.overlays[0].images[0].box.w * FRAME[0] >= 1160
    assert layout.findings == ()


def test_a_film_ends_with_a_card_unless_its_author_made_one() -> None:
    closing = end_scene(episode(scene("a", line("a"), line("b", PROSE, "ben"))))
    assert closing is not None
    assert (closing.overlays[0].text, closing.overlays[0].subtitle) == ("One tool", "Ada, Ben")
    assert end_scene(episode(scene("a", line("a"), overlays=(overlay("title"),)))) is None
    assert end_scene(episode(scene("a", line("a"), clips=(Clip(id="c", name="title", line=9),)))) is None
    assert end_scene(episode(scene("end", line("a")))) is None


def test_an_author_says_what_the_card_at_the_end_is() -> None:
    own = EndCard(text="Thank you", subtitle="lectern.example", seconds=12.0)
    closing = end_scene(episode(scene("a", line("a")), end=own))
    assert closing
    (card,) = closing.overlays
    assert (card.text, card.subtitle, card.seconds) == ("Thank you", "lectern.example", 12.0)
    assert end_scene(episode(scene("a", line("a")), end=None)) is None


LOW = box_of_pixels(28, 200, 1440, 660, CONTENT)


@pytest.mark.parametrize("seen", [{"boxes": (TextBox(text="x", box=LOW),)}, {"boxes": (), "caret": LOW}])
def test_a_lower_third_shows_for_a_shorter_time_rather_than_far_from_where_it_belongs(seen) -> None:
    shell = capture("shell", "init", "fill")
    shot = take(shell).model_copy(update={"text": (VisibleText(time=0.0, boxes=()), VisibleText(time=3.2, **seen))})
    one = scene("new", line("a", init=5, fill=16), captures=(shell,), overlays=(overlay("lower-third", at="init"),))
    when, layout = laid_out(one, {"shell": shot})
    text = layout.overlays[0].texts[0]
    assert text.end <= when.marks["fill"] < text.start + 5.0
    assert layout.overlays[0].box.bottom > 0.85


def test_a_callout_stands_beside_its_target_and_hides_nothing() -> None:
    shell = capture("shell", "init")
    shown = tuple(
        TextBox(text=text, box=box_of_pixels(28, 28 + 40 * row, 18 * len(text), 40, CONTENT))
        for text, row in (("first words", 0), ("3 passed in 1 s", 18))
    )
    filmed = take(shell).model_copy(update={"text": (VisibleText(time=0.0, boxes=shown),)})
    middles, told = {}, {}
    for target in ("first words", "passed", "never said"):
        one = scene(
            "new", line("a", init=9), captures=(shell,), overlays=(overlay("callout", target=target, at="init"),)
        )
        _, layout = laid_out(one, {"shell": filmed})
        (place,) = (o for o in layout.overlays if o.overlay == "callout")
        middles[target], told[target] = place.box.centre[1], tuple(map(str, layout.findings))
        window = layout.captures[0].window
        assert not any(place.box.overlaps(piece.box.within(window)) for piece in shown)
        if target == "passed":  # right of its line; above the first one is the window's title
            line_there = shown[1].box.within(window)
            assert 0 < place.box.x - line_there.right < 0.03
            assert place.box.y < line_there.centre[1] < place.box.bottom
    assert middles["first words"] < 0.3 < 0.6 < middles["passed"]
    assert (
        told["passed"] == ()
        and "never said" in told["never said"][0]
        and told["never said"][0].startswith("script.md:12: ")
    )


def _callout_at(target: str, *lines: str, columns: int = 18) -> tuple[Box, list[Box], tuple[str, ...]]:
    """Return the box of a callout about `target`, the boxes of the lines of a terminal in the frame, and what is told."""
    shell = capture("shell", "init")
    shown = tuple(
        TextBox(text=text, box=box_of_pixels(28, 28 + 40 * row, columns * len(text), 40, CONTENT))
        for row, text in enumerate(lines)
    )
    filmed = take(shell).model_copy(update={"text": (VisibleText(time=0.0, boxes=shown),)})
    one = scene("new", line("a", init=9), captures=(shell,), overlays=(overlay("callout", target=target, at="init"),))
    _, layout = laid_out(one, {"shell": filmed})
    (place,) = (o for o in layout.overlays if o.overlay == "callout")
    window = layout.captures[0].window
    return place.box, [piece.box.within(window) for piece in shown], tuple(map(str, layout.findings))


def test_what_a_callout_names_exactly_is_meant_before_what_contains_it() -> None:
    box, lines, told = _callout_at("60", "60", *[""] * 15, "160")
    assert box.is_near(lines[0], 0.3) and box.bottom < lines[-1].y and told == ()


def test_a_callout_in_a_long_line_stands_at_its_words_and_not_at_the_lines_end() -> None:
    box, lines, told = _callout_at("left", "", "", "", "", "", "left " + "x" * 70)
    assert box.x < lines[5].x + 0.25 and (box.y > lines[5].bottom or box.bottom < lines[5].y) and told == ()


def test_a_callout_that_stands_far_from_its_target_is_told() -> None:
    *_, told = _callout_at("here", *["x" * 78] * 9, "x" * 36 + " here " + "x" * 36, *["x" * 78] * 12)
    assert any('stands far from "here"' in each and each.startswith("script.md:12: ") for each in told), told


def test_the_title_of_code_stands_above_it() -> None:
    _, layout = laid_out(scene("new", line("a"), overlays=(overlay("code", title="a.py", language="python"),)))
    label, text = sorted((t for o in layout.overlays for t in o.texts), key=lambda piece: piece.box.y)
    assert (label.text, text.text) == ("a.py", "One tool for all")
