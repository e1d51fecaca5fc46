"""What script.md was before each change that a panel or a command has made, so that it can be undone and done again.

It is kept with the build's state in the person's profile, never in the episode.
"""

from pathlib import Path

from pydantic import ValidationError

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import digest, read_own, write_atomic
from ..base.frozen import Frozen
from ..base.lock import locked
from ..episode.source import SCRIPT, exact_text

MOST_STATES = 60
"""How many states of a script are kept."""


class ScriptState(Frozen):
    """The script as it was after a change; `why` says which ("": it was changed elsewhere)."""

    text: str
    why: str = ""


class _States(Frozen):
    """The states of a script, oldest first; `at` is the position of the one that it was left in."""

    states: tuple[ScriptState, ...] = ()
    at: int = 0


class ScriptHistory:
    """The history of the script of the episode in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._script = folder, folder / SCRIPT
        self._file = EpisodePaths(folder=folder).state / "script_history.json"

    def write(self, before: str, after: str, why: str) -> None:
        """Write `after` to script.md, which says `before`. Raises LecternError if it says something else by now."""
        lock = self._file.with_name("changes.lock")
        with locked(lock, "changing the script", f"Nothing is changed in {self._folder.name}", wait=False):
            if exact_text(self._script, SCRIPT) != before:
                raise LecternError(f"{SCRIPT} was changed by another program just now: nothing was done; try again")
            known = self._read()
            states = known.states[: known.at + 1]
            if not states or states[-1].text != before:
                states = (*states, ScriptState(text=before))
            states = (*states, ScriptState(text=after, why=why))[-MOST_STATES:]
            write_atomic(self._script, after, inside=self._folder)
            self._note(_States(states=states, at=len(states) - 1))

    def step(self, by: int) -> str:
        """Undo the last change (`by` is -1) or do it again (1). Returns which change that was.

        Raises LecternError if there is none, or if the script was changed elsewhere since.
        """
        known = self._read()
        verb = "undo" if by < 0 else "do again"
        if not 0 <= known.at + by < len(known.states):
            raise LecternError(f"there is no change of {SCRIPT} to {verb}")
        if exact_text(self._script, SCRIPT) != known.states[known.at].text:
            raise LecternError(
                f"{SCRIPT} was changed elsewhere since, and that would be lost: {verb} it in the editor that changed it"
            )
        self._go(known, known.at + by)
        return known.states[max(known.at, known.at + by)].why or "a change from elsewhere"

    def restore(self, hash: str) -> bool:
        """Write the state with this hash (see `current`) if it is known and nothing would be lost; return whether it was."""
        known = self._read()
        at = next((n for n, state in enumerate(known.states) if digest(state.text, 16) == hash), None)
        if at is None or at == known.at or exact_text(self._script, SCRIPT) != known.states[known.at].text:
            return False
        self._go(known, at)
        return True

    def current(self) -> str:
        """Return the hash of the script as it was last left here, "" if nothing was changed yet."""
        known = self._read()
        return digest(known.states[known.at].text, 16) if known.states else ""

    def _go(self, known: _States, at: int) -> None:
        write_atomic(self._script, known.states[at].text, inside=self._folder)
        self._note(known.model_copy(update={"at": at}))

    def _read(self) -> _States:
        try:
            return _States.model_validate_json(read_own(self._file, inside=None) or b"{}")
        except ValidationError:  # of another version: it is only for undoing
            return _States()

    def _note(self, states: _States) -> None:
        write_atomic(self._file, states.model_dump_json(), inside=None, private=True)
