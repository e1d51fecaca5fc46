"""What hands do at a real shell: they type at a speed, paste, and wait for as long as they are told to."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.request import CaptureRequest, PhaseStep
from lectern.pipeline.capture.terminal.actions import TerminalStepContext, do_step
from lectern.pipeline.capture.terminal.session import TerminalSession, open_shell_session
from lectern.pipeline.capture.terminal.shell_folders import open_shell_folders
from lectern.pipeline.episode.steps import Step, Wait

REQUEST = CaptureRequest(kind="terminal", size=(640, 360), steps=())


class Cells:
    columns, rows = 80, 24


class Paper:
    """A terminal's screen that keeps all that is written on it."""

    cells = Cells()

    def __init__(self) -> None:
        self.written = ""

    def write(self, output: bytes) -> str:
        self.written += output.decode()
        return ""

    def text(self) -> str:
        return self.written

    def answer_text(self, latest: bool) -> str:
        return self.written

    def note_typing(self, begins: bool) -> None:
        pass


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Iterator[TerminalSession]:
    with open_shell_folders(REQUEST, tmp_path_factory.mktemp("episode")) as place:
        with open_shell_session(place, REQUEST, Paper()) as opened:
            yield opened


def do(session: TerminalSession, step: Step) -> float:
    """Do a step, and return the seconds that it takes in the recording."""
    before = session.now
    do_step(TerminalStepContext(PhaseStep("steps", 0, step), session, None, REQUEST, hurry=False))  # type: ignore[arg-type]
    return session.now - before


def test_pasted_lines_stand_in_the_shell_until_enter_is_pressed(session: TerminalSession) -> None:
    do(session, Step(action="paste", value="echo pl$((1+1))um\necho fi$((1+1))g"))
    assert session.at_prompt and "pl2um" not in session.text()
    do(session, Step(action="press", value="Enter"))
    assert session.ended(5) and "pl2um" in session.text() and "fi2g" in session.text()


def test_pasting_takes_no_time_and_can_press_enter(session: TerminalSession) -> None:
    text = "echo " + "long" * 60
    assert do(session, Step(action="paste", value=text, enter=True)) < 0.5
    assert session.ended(5)


def test_a_program_that_wants_no_brackets_gets_the_lines_as_they_are(session: TerminalSession) -> None:
    do(session, Step(action="type", value="sed s/^/got-/", enter=True))
    do(session, Step(action="paste", value="apple\npear\n"))
    assert session.until(lambda: "got-pear" in session.text(), 5) and "200~" not in session.text()
    do(session, Step(action="press", value="Ctrl+D"))
    assert session.ended(5)


def test_a_step_can_type_at_a_speed_of_its_own(session: TerminalSession) -> None:
    slow, fast = (do(session, Step(action="run", value="echo hello world", speed=speed)) for speed in (5, 50))
    assert slow > 2.5 and fast < 1


def test_a_step_has_a_limit_of_its_own(session: TerminalSession) -> None:
    with pytest.raises(Exception, match=r"did not end within 0\.2 s"):
        do(session, Step(action="run", value="while true; do :; done", timeout=0.2))
    session.interrupt()
    assert session.at_prompt


def test_a_program_that_answers_late_is_scrolled_when_the_step_ends(session: TerminalSession) -> None:
    slow = "while read -rsn3 key; do sleep 0.2; printf moved-; done"
    do(session, Step(action="type", value=f"echo scr$((1+1))ll; {slow}", enter=True))
    assert session.until(lambda: "scr2ll" in session.text(), 5)
    page = SimpleNamespace(full=True, cells=SimpleNamespace(height=20))
    step = PhaseStep("steps", 0, Step(action="scroll", value="60"))
    do_step(TerminalStepContext(step, session, page, REQUEST, hurry=False))  # type: ignore[arg-type]
    assert session.text().partition("scr2ll")[2].count("moved-") == 3
    do(session, Step(action="press", value="Ctrl+C"))
    assert session.ended(5)


def test_a_text_that_was_never_written_can_not_go(session: TerminalSession) -> None:
    do(session, Step(action="run", value="echo Load$((1+1))ing"))
    with pytest.raises(LecternError, match=r'"Loa2ding" was never on the screen, so it can\'t go; there is .*Load2ing'):
        do(session, Step(action="wait", wait=Wait(gone="Loa2ding")))
    with pytest.raises(LecternError, match=r'"Load2ing" did not go within 0\.2 s'):
        do(session, Step(action="wait", wait=Wait(gone="Load2ing"), timeout=0.2))


def test_a_recording_that_goes_on_begins_with_all_that_was_written_and_scrolled_before(
    session: TerminalSession,
) -> None:
    session.begin()
    do(session, Step(action="run", value="echo fig"))
    session.press("x", "X")
    session.scroll(-4, 0.3)
    session.go_on()
    cast = session.cast()
    assert (session.now, len(cast.outputs), cast.outputs[0].time, session.keys) == (0.0, 1, 0.0, [])
    assert "fig" in cast.outputs[0].text.split("echo fig")[1]
    assert [(scroll.time, scroll.lines) for scroll in cast.scrolls] == [(0.0, -4)]
    session.press("\x03")
    assert [scroll.lines for scroll in session.cast().scrolls] == [-4, 0]
