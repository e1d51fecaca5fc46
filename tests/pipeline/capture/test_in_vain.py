"""A step that changes nothing on the screen is told, and so is a text that is expected though it proves nothing."""

from typing import Any

import pytest

from lectern.pipeline.base.geometry import Box
from lectern.pipeline.capture.in_vain import empty_claims, fields_added_to, idle_steps, vain_findings
from lectern.pipeline.capture.take import BrowserBar, CaptureTake, PointerPoint, StepEvent, TextBox, VisibleText
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Scene
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target, Wait

SAVE = Target(text="Save")


def at(start: float, step: Step, effect: float | None = None, target: Box | None = None) -> tuple[Step, StepEvent]:
    """Return a step that takes a second, and acts half a second after its start unless `effect` says when it shows."""
    effect = start + 0.5 if effect is None else effect
    return step, StepEvent(index=0, action=step.action, start=start, effect=effect, end=start + 1.0, target=target)


def take_of(looks: str, *done: tuple[Step, StepEvent], kind: str = "browser", **more: Any) -> CaptureTake:
    """Return a take of which every letter of `looks` is what a tenth of a second looks like, as the recorder writes it."""
    shown = [index for index, look in enumerate(looks) if not index or look != looks[index - 1]]
    return CaptureTake(
        kind=kind,
        size=(8, 8),
        pictures="p",
        times=tuple(index / 10 for index in shown),
        looks=tuple([looks[i] for i in shown].index(looks[index]) for index in shown),
        duration=len(looks) / 10,
        events=tuple(event.model_copy(update={"index": index}) for index, (_, event) in enumerate(done)),
        **more,
    )


def idle(looks: str, *done: tuple[Step, StepEvent], kind: str = "browser", **more: Any) -> tuple[int, ...]:
    return idle_steps(take_of(looks, *done, kind=kind, **more), [step for step, _ in done])


def press(keys: str, **more: Any) -> Step:
    return Step(action="press", value=keys, **more)


CLICK = Step(action="click", target=SAVE)
LOOK = Step(action="highlight", target=SAVE)
WAIT = Step(action="wait", wait=Wait(text="Done"))
PRESSED = {
    "pointer": tuple(
        PointerPoint(time=time, x=0.5, y=0.5, pressed=pressed)
        for time, pressed in ((1.2, False), (1.5, True), (1.6, False))
    )
}
"""The mouse button is down from 1.5 to 1.6 s."""


@pytest.mark.parametrize("kind", ["browser", "terminal", "editor", "desktop"])
@pytest.mark.parametrize(
    "step", [press("Alt+Left"), Step(action="scroll", value="400"), Step(action="type", value="x"), CLICK]
)
def test_a_step_after_which_the_screen_is_as_before_changes_nothing(kind: str, step: Step) -> None:
    assert idle("a" * 30, at(1, step), kind=kind) == (0,)
    assert idle("a" * 15 + "b" * 15, at(1, step), kind=kind) == ()


def test_what_came_before_a_step_or_comes_with_the_next_is_not_its_effect() -> None:
    assert idle("a" * 12 + "b" * 8 + "b" * 5 + "c" * 15, at(1, press("F6")), at(2, LOOK), at(2, press("F7"))) == (0,)


def test_what_comes_while_it_is_waited_for_or_looked_at_is_its_effect() -> None:
    for meanwhile in (WAIT, LOOK):
        assert idle("a" * 25 + "b" * 15, at(1, CLICK), at(2, meanwhile), at(3, LOOK)) == ()


def test_what_the_next_step_waits_for_is_the_effect_of_this_one() -> None:
    pointer = (PointerPoint(time=2.8, x=0.5, y=0.5),)
    assert idle("a" * 25 + "b" * 15, at(1, CLICK), at(2, CLICK, effect=3.0), pointer=pointer) == (1,)


@pytest.mark.parametrize(
    "looks, changes",
    [
        ("a" * 13 + "h" * 2 + "p" + "h" * 19, False),  # under the pointer, pressed, and again as under the pointer
        ("a" * 13 + "h" * 2 + "p" + "ripl" + "h" * 15, False),
        ("a" * 13 + "h" * 2 + "p" + "h" * 9 + "t" * 5 + "h" * 5, True),  # a note that comes and goes
        ("a" * 13 + "h" * 2 + "p" + "n" * 19, True),
        ("a" * 35, False),
    ],
)
def test_a_button_that_only_looks_pressed_changes_nothing(looks: str, changes: bool) -> None:
    assert idle(looks, at(1, CLICK), **PRESSED) == (() if changes else (0,))


def test_another_address_in_the_window_s_bar_is_a_change() -> None:
    bars = (BrowserBar(time=0.0, address="shop"), BrowserBar(time=1.5, address="shop#prices"))
    assert idle("a" * 30, at(1, CLICK), bars=bars) == ()
    assert idle("a" * 30, at(0, CLICK), bars=bars[:1]) == (0,)


@pytest.mark.parametrize(
    "step",
    [
        press("Control+S"), press("Ctrl+Shift+S"), press("Control+C"), press("Tab"), press("F6", expect="Done"), WAIT, LOOK,
        Step(action="hover", target=SAVE), Step(action="open", value="a.html"), Step(action="scroll", target=SAVE),
        Step(action="type", secret="TOKEN"), Step(action="save", value="true"), Step(action="upload", value="a.csv"),
        Step(action="select", value="Blue"), Step(action="tab", value="2"), Step(action="moment", moment=1.0),
    ],
)  # fmt: skip
def test_what_needs_to_change_nothing_is_no_fault(step: Step) -> None:
    assert idle("a" * 30, at(1, step)) == ()


def test_the_first_of_several_keys_and_a_click_before_keys_may_show_nothing() -> None:
    prefix = at(1, press("Control+B")), at(2, press("c"))
    assert idle("a" * 26 + "b" * 10, *prefix, kind="terminal") == ()
    assert idle("a" * 36, *prefix, kind="terminal") == (1,)
    assert idle("a" * 36, at(1, press("F6")), at(2, WAIT), at(3, press("Control+S")), kind="editor") == ()
    assert idle("a" * 26 + "b" * 10, at(1, CLICK), at(2, Step(action="type", value="x"))) == ()
    assert idle("a" * 26 + "b" * 10, at(1, CLICK), at(2, Step(action="type", value="x", target=SAVE))) == (0,)


def test_what_is_entered_and_only_seen_to_be_typed_has_changed_the_screen() -> None:
    entered = Step(action="type", value="x", enter=True)
    step = at(1, entered, effect=1.6)
    assert idle("a" * 13 + "b" * 23, step) == () and idle("a" * 36, step) == (0,)


def test_keys_that_do_nothing_after_a_click_that_does_something_are_told() -> None:
    assert idle("a" * 16 + "b" * 20, at(1, CLICK), at(2, press("Alt+Left")), at(3, LOOK)) == (1,)


def test_a_take_whose_pictures_nobody_compared_says_nothing() -> None:
    take = take_of("a" * 30, at(1, CLICK)).model_copy(update={"looks": ()})
    assert idle_steps(take, [CLICK]) == ()


# Texts that prove nothing


def screen(time: float, *lines: str, top: float = 0.1) -> VisibleText:
    boxes = (TextBox(text=line, box=Box(x=0.1, y=top + i / 10, w=0.3, h=0.05)) for i, line in enumerate(lines))
    return VisibleText(time=time, boxes=tuple(boxes))


def claims(kind: str, step: Step, *text: VisibleText, target: Box | None = None) -> list[str]:
    take = take_of("a" * 40, at(1, step, target=target), kind=kind, text=text)
    return [said for _, said in empty_claims(take, [step])]


@pytest.mark.parametrize("kind", ["browser", "terminal", "editor", "desktop"])
@pytest.mark.parametrize(
    "before, after, empty",
    [
        (["3 items"], ["3 items"], True),
        (["2 items"], ["3 items"], False),
        (["3 items"], ["3 items", "3 items"], False),
        (["3 items"], ["3 items sold"], False),
        (["milk", "3 items"], ["bread", "3 items"], True),
    ],
)
def test_a_text_that_stood_there_before_the_step_proves_nothing(
    kind: str, before: list[str], after: list[str], empty: bool
) -> None:
    said = claims(kind, press("F6", expect="3 items"), screen(0.0, *before), screen(1.5, *after))
    assert bool(said) == empty
    assert said == [] or said[0].startswith('"3 items" is on the screen before "press F6" already')


def test_a_text_at_another_place_is_another_one_but_not_in_a_terminal_which_scrolls() -> None:
    moved = screen(0.0, "Prices"), screen(1.5, "Prices", top=0.5)
    assert not claims("browser", Step(action="click", target=SAVE, expect="Prices"), *moved)
    assert claims("terminal", press("q", expect="Prices"), *moved)


def test_a_text_that_is_only_looked_at_may_have_been_there_before() -> None:
    for step in (LOOK, WAIT, Step(action="scroll", value="400"), Step(action="hover", target=SAVE)):
        assert not claims("browser", step.model_copy(update={"expect": "Sum"}), screen(0.0, "Sum"), screen(1.5, "Sum"))


def test_the_answer_to_a_command_may_be_one_that_was_given_before() -> None:
    run = Step(action="run", value="make", expect="ok")
    again = screen(0.0, "ok"), screen(1.5, "ok")
    assert not claims("terminal", run, *again) and not claims("editor", run, *again)
    assert not claims("terminal", Step(action="type", value="make", enter=True, expect="ok"), *again)


def test_a_text_that_is_only_in_what_was_entered_proves_nothing() -> None:
    echo = Step(action="type", value="echo RESULT 42 > /x", enter=True, expect="RESULT 42")
    begun, typed = screen(0.0, "$"), screen(1.5, "$ echo RESULT 42 > /x")
    assert ["only as" in said for said in claims("desktop", echo, begun, typed)] == [True]
    assert not claims("desktop", echo, begun, screen(1.5, "$ echo RESULT 42 > /x", "RESULT 42"))
    find = Step(action="type", value="cats", enter=True, target=SAVE, expect="cats")
    field = Box(x=0.1, y=0.1, w=0.3, h=0.05)
    assert claims("browser", find, begun, screen(1.5, "cats"), target=field)
    assert not claims("browser", find, begun, screen(1.5, "cats", "cats are loud"), target=field)
    assert not claims("desktop", find.model_copy(update={"target": None}), begun, screen(1.5, "cats"))


def findings(kind: str, step: Step, **more: Any) -> list[str]:
    capture = Capture(id="c", kind=kind, steps=(step.model_copy(update={"line": 12}),), line=3, **more)
    scene = Scene(id="shop", title="Shop", line=1, captures=(capture,))
    take = take_of("a" * 30, at(1, step), kind=kind, text=(screen(0.0, "Sum"),))
    return list(map(str, vain_findings([scene], {"c": take})))


def test_it_is_in_the_report_with_its_line_the_step_and_the_way_out() -> None:
    (back,) = findings("browser", press("Alt+Left"))
    assert back.startswith(
        'script.md:12: scene "shop": "press Alt+Left" changes nothing on the screen, for the page gets'
    )
    assert back.endswith("write - open: ADDRESS")
    (dead,) = findings("browser", CLICK)
    assert (
        '"click Save" changes nothing on the screen; click something else, write hover: if the pointer alone brings it up, or leave it out'
        in dead
    )
    (empty,) = findings("desktop", press("F6", expect="Sum"))
    assert empty.startswith('script.md:12: scene "shop": "Sum" is on the screen before "press F6" already')
    assert findings("terminal", press("F6"), cast="a.cast") == []


FIELD = Box(x=0.1, y=0.4, w=0.5, h=0.1)
IN_IT = Box(x=0.12, y=0.42, w=0.2, h=0.06)


def added(*done: tuple[Step, StepEvent], held: str, now: str, place: Box = IN_IT) -> list[str]:
    """Return what is said of the steps where the field holds `held` before the last of them, and `now` after it."""
    entries = ((0.0, held), (done[-1][1].effect, now))
    text = tuple(VisibleText(time=time, boxes=(TextBox(text=text, box=place),)) for time, text in entries)
    take = take_of("ab" * 30, *done, text=text)
    return [message for _, message in fields_added_to(take, [step for step, _ in done])]


def typed(value: str) -> Step:
    return Step(action="type", value=value, target=Target(label="E-mail"))


def test_a_text_that_is_added_to_what_a_field_held_is_told_with_both() -> None:
    (told,) = added(at(1, CLICK), at(2, typed("me@x.org"), target=FIELD), held="me.x.org", now="me.x.orgme@x.org")
    assert 'adds to "me.x.org"' in told and "press: Control+A" in told


@pytest.mark.parametrize(
    ("before", "value", "held", "now", "place"),
    [
        (CLICK, "me@x.org", "Your e-mail", "me@x.org", IN_IT),  # a placeholder
        (CLICK, "me@x.org", "", "me@x.org", IN_IT),
        (press("Control+A"), "me@x.org", "old", "me@x.org", IN_IT),
        (typed("me"), "@x.org", "me", "me@x.org", IN_IT),  # goes on
        (CLICK, " and more", "some", "some and more", IN_IT),
        (CLICK, "b", "a", "ab", Box(x=0.1, y=0.8, w=0.2, h=0.05)),  # beside the field
    ],
)
def test_a_field_that_is_filled_gone_on_with_or_replaced_is_in_order(
    before: Step, value: str, held: str, now: str, place: Box
) -> None:
    assert added(at(1, before), at(2, typed(value), target=FIELD), held=held, now=now, place=place) == []
