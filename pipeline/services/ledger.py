"""What was asked of paid services, so that a process that dies neither loses an answer nor asks a second time."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from ..errors import LecternError
from .http import AnswerLost

KEPT = 7 * 24 * 3600
"""Seconds that answers are kept. The take that is made of them holds what matters."""


class Ledger:
    """Answers and open questions in the files of `folder`."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._clock = folder, clock

    def once(self, key: str, what: str, ask: Callable[[], bytes]) -> bytes:
        """The answer to the question `key`: the one that is kept, else that of `ask`, which is then kept.

        Where an earlier process asked and died before the answer came, raises `AnswerLost` this once; `what` says to
        the person what it was. What `ask` raises is passed on, and the question is open no more: the person was told.
        """
        answer, open_question = self._folder / f"{key}.answer", self._folder / f"{key}.asked"
        if answer.is_file():
            return answer.read_bytes()
        _refuse_open(open_question)
        self._prepare()
        _write(open_question, json.dumps({"what": what, "at": self._clock()}).encode())
        try:
            given = ask()
            _write(answer, given)
        finally:
            open_question.unlink(missing_ok=True)
        return given

    def forget(self, key: str) -> None:
        """Drops a kept answer that has come to nothing, so that the next build asks anew."""
        (self._folder / f"{key}.answer").unlink(missing_ok=True)

    def _prepare(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for old in self._folder.glob("*.answer"):
            if self._clock() - old.stat().st_mtime > KEPT:
                old.unlink(missing_ok=True)


def _refuse_open(question: Path) -> None:
    try:
        what = json.loads(question.read_text(encoding="utf-8"))["what"]
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError):
        what = "something"
    question.unlink(missing_ok=True)
    raise AnswerLost(
        f"Lectern was stopped while it waited for {what}. Nobody knows whether it was made, and charged; so it was not "
        f"asked for again. Look into your account there, and build again to ask anew"
    )


def _write(file: Path, content: bytes) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    except OSError as error:
        raise LecternError(f"{file} can't be written ({error.strerror}); is the disk full?") from error
