"""What steps do in the terminal below the files."""

from collections.abc import Callable
from random import Random

from ...errors import LecternError
from ..claims import stands
from ..keys import terminal_keys
from ..secrets import secret
from ..terminal.acts import LASTING, NO_SUCH_COMMAND, PATIENCE, UNKNOWN_COMMAND
from ..terminal.session import Session
from .doing import TERMINAL, Doing, Place
from .workbench import Workbench



def run(doing: Doing) -> None:
    """The command is typed below the files; the panel that opens for it is the first that is seen of it."""
    bench = doing.bench
    doing.place = Place("terminal")
    doing.act()
    bench.save_all()
    if bench.filmed:
        bench.show_panel()
        bench.look_at(TERMINAL)
        bench.rest(0.35)
    with bench.at_terminal() as session:
        session.type(doing.step.value, doing.speed, doing.seed)
        session.enter()
        if doing.follower is None or doing.follower.action != "wait":
            _until(session, lambda: session.at_prompt, "its end", LASTING)
            if session.status == NO_SUCH_COMMAND and not doing.step.expect:
                raise LecternError(UNKNOWN_COMMAND)
    bench.reread()


def type_into(doing: Doing) -> None:
    doing.place = Place("terminal")
    doing.act()
    doing.bench.look_at(TERMINAL)
    with doing.bench.at_terminal() as session:
        if doing.step.secret:
            session.type_secret(secret(doing.step.secret))
        else:
            session.type(doing.step.value, doing.speed, doing.seed)
        if doing.step.enter:
            session.enter()
            session.settle(3.0)


def press_in(doing: Doing) -> None:
    bench, random = doing.bench, Random(doing.seed)
    doing.place = Place("terminal")
    bench.look_at(TERMINAL)
    for name, sent in zip(doing.step.value.split(), terminal_keys(doing.step.value), strict=True):
        bench.note_key(name)
        with bench.at_terminal() as session:
            session.press(sent)
            session.rest(random.uniform(0.14, 0.24))
    with bench.at_terminal() as session:
        session.settle(3.0)


def wait(doing: Doing) -> None:
    bench, wanted = doing.bench, doing.step.wait
    assert wanted is not None
    if bench.session is None:
        return _already(doing)
    doing.place = Place("terminal") if bench.panel else None
    with bench.at_terminal() as session:
        if wanted.text is not None:
            _until(session, lambda: _shows(bench, wanted.text or ""), f'"{wanted.text}"')
        elif wanted.gone is not None:
            _until(session, lambda: not _shows(bench, wanted.gone or ""), f'the end of "{wanted.gone}"')
        elif wanted.idle is not None:
            if not session.idle(wanted.idle, PATIENCE):
                raise LecternError(f"{wanted.idle:g} s without output did not come within {PATIENCE:g} s")
        else:
            _until(session, lambda: session.at_prompt, "the prompt")
            if wanted.exit not in (None, session.status):
                raise LecternError(f"the command ended with status {session.status}, not {wanted.exit}")
    bench.reread()


def _already(doing: Doing) -> None:
    """Nothing changes by itself where no program runs: what is waited for is there, or never comes."""
    bench, wanted = doing.bench, doing.step.wait
    assert wanted is not None
    if wanted.text is not None and not _shows(bench, wanted.text):
        raise LecternError(f'"{wanted.text}" is not on the screen, and nothing runs that could bring it')
    if wanted.gone is not None and _shows(bench, wanted.gone):
        raise LecternError(f'"{wanted.gone}" is on the screen, and nothing runs that could take it away')
    if wanted.prompt or wanted.exit is not None:
        raise LecternError("nothing was run that has a prompt or a status; run something first")
    bench.rest(wanted.idle or 0.0)


def _until(session: Session, met: Callable[[], bool], what: str, instead: str = "") -> None:
    if not session.patiently(met, PATIENCE):
        raise LecternError("; ".join(filter(None, (f"{what} did not come within {PATIENCE:g} s", instead))))


def _shows(bench: Workbench, text: str) -> bool:
    return stands(text, bench.text())
