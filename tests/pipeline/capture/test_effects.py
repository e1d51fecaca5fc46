"""The word comes with the thing: a command takes effect with its output, a click when the button is up."""

import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.geometry import FULL, Box
from lectern.pipeline.capture.desktop.actions import do_step
from lectern.pipeline.capture.desktop.typed import TypedTexts
from lectern.pipeline.capture.effects import effect_of
from lectern.pipeline.capture.request import with_film_fields
from lectern.pipeline.capture.take import CaptureTake, PointerPoint, StepEvent, TextBox, VisibleText
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.steps import Step


def shown(*screens: tuple[float, str]) -> tuple[VisibleText, ...]:
    return tuple(
        VisibleText(time=time, boxes=tuple(TextBox(text=line, box=FULL) for line in text.splitlines()))
        for time, text in screens
    )


def terminal(*screens: tuple[float, str], events: tuple[StepEvent, ...], kind: str = "terminal") -> CaptureTake:
    times = tuple(time for time, _ in screens)
    return CaptureTake.model_validate(
        {
            "kind": kind,
            "size": (8, 8),
            "pictures": "p",
            "times": times,
            "duration": times[-1] + 1,
            "events": events,
            "text": shown(*screens),
        }
    )


def event(action: str, start: float, effect: float, end: float, index: int = 0) -> StepEvent:
    return StepEvent(index=index, action=action, start=start, effect=effect, end=end)


RUN = event("run", 0.3, 0.35, 2.0)
TYPED = ((0.0, "$"), (0.35, "$ p"), (0.6, "$ print 54"))
"""What is seen while `print 54` is typed."""


def test_a_command_takes_effect_when_its_output_comes_and_not_with_its_first_letter() -> None:
    take = terminal(*TYPED, (1.4, "$ print 54\n54\n$"), events=(RUN,))
    assert effect_of(RUN, Step(action="run", value="print 54"), take) == 1.4


def test_it_takes_effect_with_the_text_that_it_expects() -> None:
    take = terminal(*TYPED, (1.0, "$ print 54\nworking"), (1.7, "$ print 54\nworking\nready\n$"), events=(RUN,))
    assert effect_of(RUN, Step(action="run", value="print 54", expect="ready"), take) == 1.7


def test_what_it_expects_is_not_met_by_the_command_as_it_was_typed() -> None:
    take = terminal(*TYPED, (1.4, "$ print 54\n54\n$"), events=(RUN,))
    assert effect_of(RUN, Step(action="run", value="print 54", expect="54"), take) == 1.4


def test_it_takes_effect_with_what_it_expects_also_where_the_command_says_the_same() -> None:
    take = terminal(*TYPED, (1.0, "$ print 54\nworking"), (1.7, "$ print 54\nworking\n54\n$"), events=(RUN,))
    assert effect_of(RUN, Step(action="run", value="print 54", expect="54"), take) == 1.7


def test_a_command_that_says_nothing_takes_effect_with_the_next_prompt() -> None:
    take = terminal(*TYPED, (1.2, "$ print 54\n$"), events=(RUN,))
    assert effect_of(RUN, Step(action="run", value="print 54"), take) == 1.2


def test_a_command_that_is_wrapped_is_known_and_so_is_one_that_was_run_before() -> None:
    wrapped = terminal((0.0, "$"), (0.4, "$ pri"), (0.6, "$ pri\nnt 54"), (1.1, "$ pri\nnt 54\n54"), events=(RUN,))
    assert effect_of(RUN, Step(action="run", value="print 54"), wrapped) == 1.1
    first = "$ print 54\n54\n"
    again = terminal(*((t, first + text) for t, text in TYPED), (1.1, first + "$ print 54\n54"), events=(RUN,))
    assert effect_of(RUN, Step(action="run", value="print 54"), again) == 1.1


def test_where_the_command_is_never_seen_the_first_change_is_its_effect() -> None:
    take = terminal((0.0, "full screen"), (0.35, "other screen"), events=(RUN,))
    assert effect_of(RUN, Step(action="run", value="print 54"), take) == 0.35


@pytest.mark.parametrize(
    ("step", "effect"),
    [
        (Step(action="type", value="print 54", enter=True), 1.4),
        (Step(action="type", value="print 54"), 0.35),
        (Step(action="press", value="Enter"), 0.6),
        (Step(action="press", value="Tab"), 0.35),
        (Step(action="wait"), 0.35),
    ],
)
def test_what_ends_with_enter_is_answered_and_typing_alone_is_its_own_effect(step: Step, effect: float) -> None:
    typed = ((0.0, "$"), (0.6, "$ print 54")) if step.action == "press" else TYPED
    take = terminal(*typed, (1.4, "$ print 54\n54\n$"), events=(RUN,))
    assert effect_of(event(step.action, 0.3, 0.35, 2.0), step, take) == effect


def test_output_that_comes_after_the_next_step_has_begun_is_not_this_ones() -> None:
    first, second = event("run", 0.3, 0.35, 0.7), event("run", 0.8, 0.9, 2.0, index=1)
    take = terminal(*TYPED, (0.9, "$ print 54\n$ x"), events=(first, second))
    assert effect_of(first, Step(action="run", value="print 54"), take) == 0.35


def clicked(times: tuple[float, ...], effect: float) -> tuple[StepEvent, CaptureTake]:
    click = event("click", 0.0, effect, 2.0)
    pointer = tuple(
        PointerPoint(time=t, x=0.5, y=0.5, pressed=down) for t, down in ((0.5, False), (1.0, True), (1.07, False))
    )
    take = CaptureTake(
        kind="browser", size=(8, 8), pictures="p", times=times, duration=2.0, events=(click,), pointer=pointer
    )
    return click, take


def test_a_click_takes_effect_with_what_it_brings_and_not_with_the_pressed_button() -> None:
    click, take = clicked((0.0, 1.02, 1.12), 1.02)
    assert effect_of(click, Step(action="click"), take) == 1.12


def test_a_click_that_acts_as_the_button_goes_down_keeps_its_effect() -> None:
    click, take = clicked((0.0, 1.02, 1.6), 1.02)
    assert effect_of(click, Step(action="click"), take) == 1.02


def test_a_page_that_answers_late_is_waited_for() -> None:
    click, take = clicked((0.0, 1.12, 1.9), 1.9)
    assert effect_of(click, Step(action="click"), take) == 1.9


def test_takes_that_were_made_before_get_the_effect_too() -> None:
    step = Step(action="run", value="print 54", at="sum", line=7)
    take = terminal(*TYPED, (1.4, "$ print 54\n54\n$"), events=(RUN,))
    assert with_film_fields(take, Capture(id="c", kind="terminal", steps=(step,))).events[0].effect == 1.4


class Desk:
    """A desktop, as a step sees it, whose picture reads another thing at each look. A look takes 0.1 s."""

    def __init__(self, *read: str) -> None:
        self.read, self.page, self.keyboard, self.film = list(read), self, self, self
        self.sight, self.typed = self, TypedTexts()

    def write(self, text: str, seed: str, speed: float | None) -> float:
        time.sleep(0.05)
        return time.time() - 0.05

    def wait(self, seconds: float) -> None:
        time.sleep(0.01)

    def press(self, key: str) -> None:
        self.entered = time.time()

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        return any(condition() for _ in range(20))

    def picture(self) -> str:
        return self.read.pop(0) if len(self.read) > 1 else self.read[0]

    def meanwhile(self, make: Callable[[], bool]) -> bool:
        time.sleep(0.02)
        return make()

    def shows(self, picture: str, claim: str) -> bool:
        self.shown = time.time()
        return claim in picture

    def saying(self, picture: str, claim: str) -> list[TextBox]:
        return [TextBox(text=picture, box=Box(x=0, y=0, w=1, h=1))] if claim in picture else []

    def text_boxes(self, picture: str) -> list[TextBox]:
        return self.saying(picture, "")


@pytest.mark.parametrize(("expect", "late"), [(None, False), ("Done", True)])
def test_what_is_entered_at_a_desktop_acts_with_enter_or_when_what_it_expects_comes(expect, late) -> None:
    desk = Desk("Ada", "Ada", "Ada", "Ada Done")
    step = Step(action="type", value="Ada", enter=True, expect=expect)
    current = SimpleNamespace(session=desk, step=step, seed="s", moment=0.0)
    do_step(current)
    assert desk.entered - 0.005 <= current.moment
    assert (current.moment > desk.entered + 0.015) is late and (not late or current.moment <= desk.shown)


def test_what_was_entered_at_a_desktop_is_no_answer_to_itself() -> None:
    step = Step(action="type", value="Ada", enter=True, expect="Ada")
    with pytest.raises(LecternError, match="but as it was typed; name a text that the program answers"):
        do_step(SimpleNamespace(session=Desk("Ada"), step=step, seed="s", moment=0.0))
