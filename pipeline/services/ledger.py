"""What was asked of paid services, so that a process that dies neither loses an answer nor asks a second time."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ..base.disk_space import system_fault
from ..base.errors import LecternError
from ..base.files import write_atomic
from .http import ResponseLost

KEPT = 7 * 24 * 3600
"""Seconds that answers are kept. The take that is made of them holds what matters."""


class Ledger:
    """Answers and open questions in the files of `folder`."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._clock = folder, clock

    def kept(self, key: str) -> bytes | None:
        """Return the answer to the question `key`, None if it was never asked.

        Raises `ResponseLost`, this once, if an earlier process asked and died before the answer came.
        """
        answer = self._file(key, "answer")
        if answer.is_file():
            return answer.read_bytes()
        _refuse_open(self._file(key, "asked"))
        return None

    def once(self, key: str, what: str, ask: Callable[[], bytes]) -> bytes:
        """Return the answer to the question `key`: the one that is `kept`, else that of `ask`, which is then kept.

        `what` tells the person what it was, should this process die meanwhile. After a LecternError of `ask` they know,
        and the question is closed; after anything else, and if the answer can't be written down, it stays open.
        """
        kept = self.kept(key)
        if kept is not None:
            return kept
        question = self._file(key, "asked")
        self._sweep()
        write_answer(question, json.dumps({"what": what, "at": self._clock()}).encode())
        try:
            given = ask()
        except LecternError:
            question.unlink(missing_ok=True)
            raise
        write_answer(self._file(key, "answer"), given)
        question.unlink(missing_ok=True)
        return given

    def forget(self, key: str) -> None:
        """Drop a kept answer that has come to nothing, so that the next build asks again."""
        self._file(key, "answer").unlink(missing_ok=True)

    def _file(self, key: str, suffix: str) -> Path:
        return self._folder / f"{key}.{suffix}"

    def _sweep(self) -> None:
        """Throw away what is old, except open questions. Others may be at it, too."""
        for old in (file for file in self._folder.glob("*") if file.suffix != ".asked"):
            with suppress(FileNotFoundError):
                if self._clock() - old.stat().st_mtime > KEPT:
                    old.unlink()


def write_answer(file: Path, content: bytes) -> None:
    """Write a file whole. Raises LecternError if that is impossible."""
    try:
        write_atomic(file, content, inside=None, private=True)
    except OSError as error:
        raise system_fault(error) or LecternError(f"Lectern can't write {file} ({error.strerror})") from error


def _refuse_open(question: Path) -> None:
    try:
        what = json.loads(question.read_text(encoding="utf-8"))["what"]
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError):
        what = "something"
    question.unlink(missing_ok=True)
    raise ResponseLost(
        f"Lectern was stopped while it waited for {what}. Nobody knows whether it was made, and charged; so it was not "
        f"asked for again. Look into your account there, and build again to ask once more"
    )
