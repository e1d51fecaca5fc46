"""`gone:` waits for the end of what was there; what never was there is a slip of the script's."""

from types import SimpleNamespace

import pytest

from lectern.pipeline.base.assets import page_file
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.browser.step_context import wait_until_gone
from lectern.pipeline.capture.chromium import chromium
from lectern.pipeline.capture.desktop import actions
from lectern.pipeline.capture.editor.edit_log import EditLogEntry, past_texts
from lectern.pipeline.capture.editor.session import EditorSession
from lectern.pipeline.capture.editor.terminal_actions import wait_for_terminal
from lectern.pipeline.capture.terminal.asciicast import CastOutput
from lectern.pipeline.capture.terminal.session import TerminalSession
from lectern.pipeline.episode.steps import Step, Wait


class Page:
    """A page, as a step sees it, that says another thing at each look; `past` is what it took away. A look takes 0.1 s."""

    def __init__(self, *said: str, past: str = "") -> None:
        self.said, self.past, self.time = list(said), past, 0.0
        self.session, self.tabs, self.film = self, self, self

    def attend(self) -> None:
        pass

    def now(self) -> float:
        return self.time

    def wait(self, seconds: float) -> None:
        self.time += 0.1
        if len(self.said) > 1:
            self.said.pop(0)

    def page_text(self) -> str:
        return self.said[0]

    def past_text(self) -> str:
        return self.past


def test_a_text_that_never_was_on_the_page_is_told_with_what_is_there():
    with pytest.raises(LecternError, match='"Loding" was never on the page, so it can\'t go; there is .*Loaded'):
        wait_until_gone(Page("Loaded"), "Loding", 30.0)


@pytest.mark.parametrize(
    "page",
    [
        Page("Loading", "Loading", "Loaded"),
        Page("Start", "Start", "Loading", "Loaded"),  # it comes a moment after the click
        Page("Loaded", past="Loading\nStart"),  # it was there and has gone before anybody looked
        Page("Start", *["Loading …"] * 100, "Loaded"),
        Page("", "Loading", ""),
    ],
)
def test_what_was_there_and_goes_was_waited_for(page: Page):
    wait_until_gone(page, "Loading", 30.0)
    assert "Loading" not in page.page_text()


def test_what_stays_is_told_as_before():
    with pytest.raises(LecternError, match='"Loading" was still there after 3 s'):
        wait_until_gone(Page("Loading"), "Loading", 3.0)


class Desktop:
    """A desktop that shows the texts `said`, one for each look, and has shown `filmed` before."""

    def __init__(self, *said: str, filmed: tuple[str, ...] = ()) -> None:
        self.said, self.filming = list(said), bool(filmed)
        frames = [SimpleNamespace(picture=lambda size, text=text: text) for text in (*filmed, said[0])]
        self.film, self.request = SimpleNamespace(frames=frames), SimpleNamespace(size=(8, 8))
        self.sight = SimpleNamespace(find_text=lambda picture, text: [1] if text in picture else [], text=str)

    def picture(self) -> str:
        return self.said.pop(0) if len(self.said) > 1 else self.said[0]

    def meanwhile(self, make):
        return make()

    def until(self, condition, seconds: float) -> bool:
        return any(condition() for _ in range(20))


def test_a_text_that_never_was_on_the_desktop_is_told():
    with pytest.raises(LecternError, match='"Saving" was never on the screen, so it can\'t go; there is .*Saved'):
        actions._wait_for_text(Desktop("Saved", filmed=("Start", "Open")), "Saving", False, 30.0)


@pytest.mark.parametrize(
    "desktop",
    [
        Desktop("Saving", "Saving", "Saved"),
        Desktop("Start", "Start", "Saving", "Saved"),
        Desktop("Saved", filmed=("Start", "Saving", "Almost")),
    ],
)
def test_what_was_on_the_desktop_and_goes_was_waited_for(desktop: Desktop):
    actions._wait_for_text(desktop, "Saving", False, 30.0)
    assert desktop.said == ["Saved"]


@pytest.mark.browser
def test_a_page_remembers_what_it_took_away():
    with chromium() as browser:
        page = browser.new_page()
        page.add_init_script(path=page_file("observe.js"))
        page.goto("data:text/html,<p id=a>Loading pears</p><p id=b>Loading figs</p><p id=c hidden>Loading plums</p>")
        page.evaluate("a.remove(); b.firstChild.data = 'Done'")
        page.evaluate("0")
        said = page.evaluate("lecternPage.pastText()")
        assert all(word in said for word in ("pears", "figs", "plums", "Done")) and "apples" not in said


def written(*texts: str) -> TerminalSession:
    """A terminal to which the texts were written."""
    session = TerminalSession.__new__(TerminalSession)
    session._outputs = [CastOutput(time=float(i), text=text) for i, text in enumerate(texts)]
    return session


@pytest.mark.parametrize(
    ("texts", "was_there"),
    [
        (("Loading …", "\r\x1b[KDone"), True),
        (("\x1b[1mLoad", "ing\x1b[0m"), True),
        (("a very long line that is wrapped Loa\r\nding",), True),
        (("\x1b[2;5HL\x1b[32mo\x1b[0mading",), True),
        (("Loded", "ing"), False),
        ((), False),
    ],
)
def test_a_terminal_knows_what_was_ever_written_to_it(texts: tuple[str, ...], was_there: bool):
    assert written(*texts).has_written("Loading") is was_there


def entry(kind: str, data: object) -> EditLogEntry:
    return EditLogEntry(time=0.0, kind=kind, data=data)


LOG = [
    entry("open", {"file": "a.py", "text": "# TODO: sort\nprint(1)\n"}),
    entry("edit", {"changes": [[0, 13, ""]], "selection": [0, 0]}),
    entry("tab", {"file": "a.py", "changed": True}),
    entry("open", {"file": "b.py", "text": "pass\n"}),
    entry("edit", {"changes": [[0, 4, "fig"]], "selection": [3, 3]}),
]
"""One file is opened and a line of it taken away, then another one is, and a word of it replaced."""


def test_an_editor_knows_what_its_files_ever_said():
    assert list(past_texts(LOG)) == ["# TODO: sort\nprint(1)\n", "print(1)\n", "pass\n", "fig\n"]


@pytest.mark.parametrize(
    ("gone", "fault"),
    [
        ("TODO: sort", ""),
        ("pass", ""),
        ("Loading", ""),
        ("fig", '"fig" is on the screen, and nothing runs'),
        ("TDO", '"TDO" was never on the screen, so it can\'t go; there is .*fig'),
    ],
)
def test_what_an_editor_never_said_can_not_go(gone: str, fault: str):
    editor = EditorSession.__new__(EditorSession)
    editor._entries, editor.terminal, editor.filmed = LOG, None, False
    editor.text = editor.answer = lambda: "fig\n"  # type: ignore[method-assign]
    if gone == "Loading":
        editor._entries = [*LOG, entry("edit", {"changes": [[0, 3, "Loading"]], "selection": [0, 0]})]
    current = SimpleNamespace(
        editor=editor, step=Step(action="wait", wait=Wait(gone=gone)), patience=lambda usual: usual
    )
    if not fault:
        return wait_for_terminal(current)
    with pytest.raises(LecternError, match=fault):
        wait_for_terminal(current)
