"""A command that fails is never passed over, unless the script wants it to fail."""

from types import SimpleNamespace

import pytest

from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.capture.terminal.outcome import failed_command
from lectern.pipeline.capture.terminal.shell_state import ShellState
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Wait

PROMPT = "\x1b]133;A\a~ \x1b]133;B\a"
BEGUN = "\x1b]133;C\a"


def ended(status: int) -> str:
    return f"\x1b]133;D;{status}\a{PROMPT}"


def state(*exchange: tuple[str, str], refuses: bool = False) -> ShellState:
    """What is known of a shell after each of the keys was answered with a text."""
    shell = ShellState(refuses)
    shell.note_heard(ended(0))
    for keys, answer in exchange:
        shell.note_sent(keys)
        if "\r" in keys:
            shell.note_enter()
        shell.note_heard(answer)
    return shell


@pytest.mark.parametrize(
    ("exchange", "statuses"),
    [
        ([("false\r", BEGUN + ended(1))], (1,)),
        ([("false\rtrue\r", BEGUN + ended(1) + BEGUN + ended(0))], (1, 0)),
        ([("echo )\r", "syntax error" + ended(2))], (2,)),
        ([("sleep 9\r", BEGUN), ("\x03", "^C" + ended(130))], ()),
        ([("server\r", BEGUN), ("\x03", "bye" + ended(1)), ("false\r", BEGUN + ended(1))], (1,)),
        ([("vim\r", BEGUN), ("\x1a", "stopped" + ended(148))], ()),
        ([("\x03", "^C" + ended(130))], ()),
        ([("false\r", BEGUN + ended(1)), ("l", ended(1))], (1,)),
    ],
)
def test_how_commands_end_is_known_but_for_those_that_a_person_ends(exchange, statuses) -> None:
    shell = state(*exchange)
    assert shell.take_ended() == statuses and shell.take_ended() == ()


def test_a_command_that_is_typed_ahead_is_not_at_the_prompt_before_it_has_ended() -> None:
    assert not state(("sleep 1\rsleep 2\r", BEGUN + ended(0) + BEGUN)).at_prompt
    assert state(("sleep 1\rsleep 2\r", BEGUN + ended(0) + BEGUN + ended(0))).at_prompt


@pytest.mark.parametrize(("line", "status"), [("echo )\r", (2,)), ("\r", (0,)), ("# why\r", (0,))])
def test_a_line_that_fish_runs_nothing_of_has_failed(line, status) -> None:
    assert (
        state((line[:3], ended(0)), (line[3:], ended(0)), refuses=True).take_ended() == status
    )  # prompts are drawn again
    assert state(("htop\r", BEGUN), ("q", ended(0)), refuses=True).take_ended() == (0,)


FALSE = Step(action="run", value="false")
TYPED = Step(action="type", value="false", enter=True)
ASKED = Step(action="wait", wait=Wait(exit=1))
LOOKED = Step(action="highlight")


@pytest.mark.parametrize(
    ("steps", "status", "said"),
    [
        ([FALSE], 1, 'the command failed (status 1); where that is to be shown, write "exit: 1" beside it'),
        ([TYPED], 1, 'where that is to be shown, write "- wait: {exit: 1}" as the next step'),
        ([FALSE], 127, "there is no such command here"),
        ([FALSE.model_copy(update={"exit": 1})], 1, ""),
        ([FALSE.model_copy(update={"exit": 1})], 2, "it ended with status 2, and not with 1"),
        ([FALSE.model_copy(update={"exit": 1})], 0, "it ended with status 0, and not with 1"),
        ([TYPED, LOOKED, ASKED], 1, ""),
        ([TYPED, FALSE, ASKED], 1, "the command failed"),
        ([FALSE], 0, ""),
    ],
)
@pytest.mark.parametrize("phase", ["steps", "hidden", "finally_"])
def test_a_command_that_fails_is_told_unless_that_is_wanted(steps, status, said, phase) -> None:
    request = CaptureRequest.model_validate({"kind": "terminal", "size": (9, 9), "steps": (), phase: tuple(steps)})
    session = SimpleNamespace(state=state(("x\r", BEGUN + ended(status))))
    told = failed_command(request.phase(phase.rstrip("_"))[0], request, session)
    assert said in told and bool(said) == bool(told)
