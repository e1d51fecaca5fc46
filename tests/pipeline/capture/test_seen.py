"""What a step in a browser expects has to be seen: not scrolled out of the picture, nor only as it was typed."""

from types import SimpleNamespace

import pytest

from lectern.pipeline.base.assets import page_file
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.browser import actions, screen
from lectern.pipeline.capture.chromium import chromium
from lectern.pipeline.capture.text_claims import says_somewhere
from lectern.pipeline.episode.steps import Step, Wait

ENTERED = Step(action="type", value="Ada", enter=True, expect="Ada")


class Page:
    """A page that says `said` in all and `seen` in the picture (each its last for ever), whose field holds `field`. A look takes 0.1 s."""

    def __init__(
        self, step: Step, said: list[str], seen: list[str], field: str = "", phase: str = "steps", kind: str = "browser"
    ) -> None:
        self.step, self.said, self.seen, self.field, self.time, self.moment = step, said, seen, field, 0.0, 0.0
        self.placed, self.request = SimpleNamespace(phase=phase), SimpleNamespace(kind=kind)
        self.session, self.tabs, self.film = self, self, self

    def patience(self, usual: float) -> float:
        return 2.0

    def attend(self) -> None:
        pass

    def now(self) -> float:
        return self.time

    def wait(self, seconds: float) -> None:
        self.time += 0.1
        self.said, self.seen = self.said[1:] or self.said, self.seen[1:] or self.seen

    def page_text(self, typed: str = "") -> str:
        return f"{self.said[0]}\n{self.field if self.field != typed else ''}"

    def visible_text(self) -> str:
        return f"{self.seen[0]}\n{self.field}"


def check(page: Page) -> None:
    """Do to a page what is done after each of its steps."""
    shown = screen.BrowserScreen(page, None, None)  # type: ignore[arg-type]
    shown._check_expectation(page)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "text", "there"),
    [
        ("1 item", "1\nitem in the cart", True),
        ("Add to cart", "ADD TO CART", True),
        ("foobar", "foo\nbar", True),
        ("1024 bytes", "1,024 bytes", True),
        ("2 items", "1 item", False),
    ],
)
def test_what_is_drawn_in_pieces_or_in_capitals_is_seen(words: str, text: str, there: bool) -> None:
    assert says_somewhere(words, text) is there


@pytest.mark.parametrize(
    ("page", "effect"),
    [
        (Page(Step(action="click", expect="Done"), ["Done"], ["Done"]), 0.0),
        (Page(Step(action="click", expect="Done"), ["Done"], ["", "", "Done"]), 0.0),  # it fades in
        (Page(Step(action="type", value="x", enter=True, expect="Done"), ["", "", "Done"], ["Done"]), 0.1),
        (Page(Step(action="run", value="make", expect="Done"), ["", "Done"], [""], kind="ide"), 0.0),
        (Page(ENTERED, ["Hello", "Hello", "Hello Ada"], ["Hello Ada"], field="Ada"), 0.1),
        (Page(Step(action="type", value="Ada", expect="Ada"), ["Hello"], ["Hello"], field="Ada"), 0.0),
        (Page(Step(action="click", expect="Done"), ["Done"], [""], phase="hidden"), 0.0),
    ],
)  # fmt: skip
def test_what_is_expected_comes_into_sight_and_what_is_entered_takes_effect_with_it(page: Page, effect: float) -> None:
    check(page)
    assert page.moment == pytest.approx(effect)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (Page(Step(action="click", expect="Total"), ["Cart\nTotal"], ["Cart"]), r"outside the picture: write - scroll: \{text: Total\}"),
        (Page(ENTERED, ["Hello"], ["Hello"], field="Ada"), "only as it was typed: expect a text that the page answers"),
        (Page(Step(action="click", expect="Tota1"), ["Cart\nTotal"], ["Cart\nTotal"]), 'there is "Total", "Cart"'),
    ],
)  # fmt: skip
def test_what_is_not_seen_is_told_with_the_way_out(page: Page, told: str) -> None:
    with pytest.raises(LecternError, match=rf'"{page.step.expect}" should be on the screen, and is not; .*{told}'):
        check(page)


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (Page(Step(action="wait", wait=Wait(text="Total")), ["", "Total"], ["", "", "", "Total"]), ""),
        (Page(Step(action="wait", wait=Wait(text="Total")), ["Total"], [""], phase="hidden"), ""),
        (Page(Step(action="wait", wait=Wait(text="Total")), ["Total"], ["Cart"]), r"outside the picture; write - scroll: \{text: Total\} instead"),
        (Page(Step(action="wait", wait=Wait(text="Total")), ["Cart"], ["Cart"]), '"Total" did not come within 2 s'),
    ],
)  # fmt: skip
def test_a_text_that_is_waited_for_has_to_come_into_the_picture(page: Page, fault: str) -> None:
    if not fault:
        actions._wait(page)  # type: ignore[arg-type]
        return
    with pytest.raises(LecternError, match=fault):
        actions._wait(page)  # type: ignore[arg-type]


@pytest.mark.browser
def test_a_page_tells_what_it_says_without_the_field_that_was_typed_into() -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.add_init_script(path=page_file("observe.js"))
        page.goto("data:text/html,<p>Hello</p><input value=Ada><input value=Ben>")
        said, answered = page.evaluate("[lecternPage.pageText(''), lecternPage.pageText('Ada')]")
        assert said.split() == ["Hello", "Ada", "Ben"] and answered.split() == ["Hello", "Ben"]
