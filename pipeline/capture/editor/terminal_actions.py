"""What steps do in the terminal below the files."""

from collections.abc import Callable
from random import Random

from ...base.errors import LecternError
from ..keys import terminal_keys
from ..secrets import secret_value
from ..terminal.actions import INTERACTIVE_HINT, PATIENCE
from ..terminal.outcome import failed_command
from ..terminal.session import TerminalSession
from ..text_claims import APPEARS, contains_words, never_there
from .session import EditorSession
from .step_context import TERMINAL, EditorPlace, EditorStepContext


def run_in_terminal(current: EditorStepContext) -> None:
    """Type the command below the files; the panel that opens for it is the first that is seen of it."""
    editor = current.editor
    current.place = EditorPlace("terminal")
    current.act()
    editor.save_all()
    if editor.filmed:
        editor.show_panel()
        editor.look_at(TERMINAL)
        editor.rest(0.35)
    editor.scroll_terminal_back()
    with editor.at_terminal() as session:
        session.type(current.step.value, current.speed, current.seed)
        session.enter()
        if current.placed.following is None or current.placed.following.action != "wait":
            if not session.ended(PATIENCE, current.step.timeout):
                raise LecternError(f"its end did not come within {current.patience(PATIENCE):g} s; {INTERACTIVE_HINT}")
    editor.reread()


def type_in_terminal(current: EditorStepContext) -> None:
    """Type the step's text, or its secret, into the terminal."""
    current.place = EditorPlace("terminal")
    current.act()
    current.editor.look_at(TERMINAL)
    current.editor.scroll_terminal_back()
    with current.editor.at_terminal() as session:
        if current.step.secret:
            session.type_secret(secret_value(current.step.secret))
        elif current.step.action == "paste":
            session.paste(current.step.value)
        else:
            session.type(current.step.value, current.speed, current.seed)
        if current.step.enter:
            session.enter()
            session.settle(3.0)


def press_in_terminal(current: EditorStepContext) -> None:
    """Press the step's keys in the terminal."""
    editor, random = current.editor, Random(current.seed)
    current.place = EditorPlace("terminal")
    editor.look_at(TERMINAL)
    editor.scroll_terminal_back()
    for name, sent in zip(current.step.value.split(), terminal_keys(current.step.value), strict=True):
        editor.note_key(name)
        with editor.at_terminal() as session:
            session.press(sent)
            session.rest(random.uniform(0.14, 0.24))
    with editor.at_terminal() as session:
        session.settle(3.0)


def wait_for_terminal(current: EditorStepContext) -> None:
    """Wait for what the step waits for. Raises LecternError where it doesn't come."""
    editor, wanted, patience = current.editor, current.step.wait, current.patience(PATIENCE)
    assert wanted is not None
    if editor.terminal is None:
        return _require_already_met(current)
    current.place = EditorPlace("terminal") if editor.panel else None
    with editor.at_terminal() as session:
        if wanted.text is not None:
            _wait_until(current, session, lambda: _terminal_contains(editor, wanted.text or ""), f'"{wanted.text}"')
        elif wanted.gone is not None:
            if not session.patiently(lambda: editor.was_seen(wanted.gone or ""), APPEARS, current.step.timeout):
                raise never_there(wanted.gone, "screen", editor.text())
            what = f'the end of "{wanted.gone}"'
            _wait_until(current, session, lambda: not _terminal_contains(editor, wanted.gone or ""), what)
        elif wanted.idle is not None:
            if not session.idle(wanted.idle, patience):
                raise LecternError(f"{wanted.idle:g} s without output did not come within {patience:g} s")
        else:
            _wait_until(current, session, lambda: session.at_prompt, "the prompt")
            if wanted.exit not in (None, session.state.status):
                raise LecternError(f"the command ended with status {session.state.status}, not {wanted.exit}")
    editor.reread()


def _require_already_met(current: EditorStepContext) -> None:
    """Raise LecternError unless what is waited for is there: where no program runs, nothing comes by itself."""
    editor, wanted = current.editor, current.step.wait
    assert wanted is not None
    if wanted.text is not None and not _terminal_contains(editor, wanted.text):
        raise LecternError(f'"{wanted.text}" is not on the screen, and nothing runs that could bring it')
    if wanted.gone is not None and not editor.was_seen(wanted.gone):
        raise never_there(wanted.gone, "screen", editor.text())
    if wanted.gone is not None and _terminal_contains(editor, wanted.gone):
        raise LecternError(f'"{wanted.gone}" is on the screen, and nothing runs that could take it away')
    if wanted.prompt or wanted.exit is not None:
        raise LecternError("nothing was run that has a prompt or a status; run something first")
    editor.rest(wanted.idle or 0.0)


def _wait_until(current: EditorStepContext, session: TerminalSession, met: Callable[[], bool], what: str) -> None:
    if not session.patiently(met, PATIENCE, current.step.timeout):
        raise LecternError(f"{what} did not come within {current.patience(PATIENCE):g} s")


def require_success(current: EditorStepContext) -> None:
    """Raise LecternError, with what the terminal shows, where a command has failed that nobody wants to fail."""
    session = current.editor.terminal
    if session and (failed := failed_command(current.placed, current.request, session)):
        raise LecternError(f"{failed}; the terminal shows:\n{session.last_lines()}")


def _terminal_contains(editor: EditorSession, text: str) -> bool:
    return contains_words(text, editor.answer())
