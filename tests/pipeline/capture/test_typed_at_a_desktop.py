"""At a desktop, what was typed is no answer: a step that expects it, or waits for it, needs what comes after."""

from types import SimpleNamespace

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.geometry import Box
from lectern.pipeline.capture.desktop import actions
from lectern.pipeline.capture.desktop.typed import TypedTexts
from lectern.pipeline.capture.request import PhaseStep
from lectern.pipeline.capture.take import TextBox
from lectern.pipeline.capture.text_claims import claim_holds
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target, Wait

Lines = dict[float, str]
"""What a picture shows: lines by how far down they are."""


class Sight:
    """Reads pictures that are `Lines`."""

    def shows(self, picture: Lines, claim: str) -> bool:
        return claim_holds(claim, self.text(picture))

    def saying(self, picture: Lines, claim: str) -> list[TextBox]:
        at = ((Box(x=0.1, y=y, w=0.02 * len(line), h=0.03), line) for y, line in picture.items())
        return [TextBox(text=line, box=box) for box, line in at if claim_holds(claim, line)]

    find_text = saying

    def text(self, picture: Lines) -> str:
        return "\n".join(picture.values())


class Desktop:
    """Shows the pictures one after the other: another one with each press of Enter, each click and each typed text."""

    request = SimpleNamespace(seed=1)
    programs = None
    filming = True

    def __init__(self, *pictures: Lines) -> None:
        self.pictures, self.typed, self.sight = list(pictures), TypedTexts(), Sight()
        self.page = SimpleNamespace(keyboard=SimpleNamespace(press=self.go_on))
        self.film = SimpleNamespace(settle=lambda still, most: True)

    def go_on(self, *_: object, **__: object) -> float:
        self.pictures[:-1] = self.pictures[1:-1]
        return 0.0

    write = strike = click = go_on

    def picture(self) -> Lines:
        return self.pictures[0]

    def find(self, target: Target) -> Box:
        return Box(x=0.1, y=0.1, w=0.1, h=0.1)

    def meanwhile(self, make):
        return make()

    def until(self, condition, seconds: float) -> bool:
        return condition()

    def wait(self, seconds: float) -> None:
        pass

    px = move = lambda self, *_: None

    def do(self, *steps: Step) -> None:
        for index, step in enumerate(steps):
            actions.do_step(actions.DesktopStepContext(PhaseStep("steps", index, step), self))


SHELL = ({}, {0.1: "$ echo Done"})
FORM = ({0.1: "Name"}, {0.1: "Name", 0.2: "Ada"})


def typed(value: str, **more: object) -> Step:
    return Step(action="type", value=value, **more)


def clicked(expect: str | None = None) -> Step:
    return Step(action="click", target=Target(position=(0.5, 0.5)), expect=expect)


ENTER = Step(action="press", value="Enter")


@pytest.mark.parametrize(
    "pictures, steps",
    [
        ((*SHELL, SHELL[1]), [typed("echo Done", enter=True, expect="Done")]),
        ((*SHELL, {0.0: "$ echo Done"}), [typed("echo Done", enter=True, expect="Done")]),  # it has only moved
        ((*SHELL, SHELL[1]), [typed("echo "), typed("Done"), Step(action="press", value="Enter", expect="Done")]),
        ((*FORM, FORM[1]), [typed("Ada"), clicked("Ada")]),
        ((*FORM, FORM[1]), [typed("Ada", enter=True), Step(action="wait", wait=Wait(text="Ada"))]),
        (({}, {}, {0.1: "42"}, {0.1: "42"}), [Step(action="press", value="4 2 Enter", expect="42")]),
    ],
    ids=["echoed", "echoed and moved", "typed in parts", "in a form", "waited for", "pressed"],
)
def test_what_was_typed_is_no_answer(pictures: tuple[Lines, ...], steps: list[Step]):
    with pytest.raises(LecternError, match="but as it was typed; name a text that the program answers"):
        Desktop(*pictures).do(*steps)


@pytest.mark.parametrize(
    "pictures, steps",
    [
        ((*SHELL, {0.1: "$ echo Done", 0.2: "Done"}), [typed("echo Done", enter=True, expect="Done")]),
        ((*SHELL, {0.1: "$ echo Done Done"}), [typed("echo Done", enter=True, expect="Done")]),
        (({}, {0.1: "40+2"}, {0.1: "42"}), [typed("40+2", enter=True, expect="42")]),
        (({}, {0.1: "5+0"}, {0.1: "5"}), [typed("5+0", enter=True, expect="5")]),
        ((*FORM, {0.0: "Ada", 0.2: "Ada"}), [typed("Ada"), clicked("Ada")]),
        ((*FORM, {0.1: "Hello Ada"}), [typed("Ada"), clicked("Ada")]),
        ((*FORM, FORM[1]), [typed("Ada", expect="Ada")]),
        ((*FORM, FORM[1]), [typed("Ada"), Step(action="wait", wait=Wait(text="Ada"))]),
        ((*FORM, FORM[1], FORM[1]), [typed("Ada"), clicked(), Step(action="highlight", target=Target(text="Ada"), expect="Ada")]),
        ((*FORM, {0.0: "Ada"}, {0.0: "Ada"}), [typed("Ada"), ENTER, clicked(), Step(action="wait", wait=Wait(text="Ada"))]),
        ((*FORM, {0.1: "Name"}), [typed("Ada", enter=True, expect="Name")]),
    ],
    ids=["printed", "in the same line", "computed", "in its place", "beside", "as a part", "typed now", "waited for", "shown",
         "answered before", "never typed"],
)  # fmt: skip
def test_what_comes_after_it_is_an_answer(pictures: tuple[Lines, ...], steps: list[Step]):
    Desktop(*pictures).do(*steps)
