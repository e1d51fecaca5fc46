"""What was asked of services, and what it used.

So a process that dies neither loses an answer nor asks a second time, and a budget is never passed.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from ..base.disk_space import system_fault
from ..base.errors import LecternError
from ..base.files import read_own, write_atomic
from ..base.frozen import Frozen
from ..base.lock import locked
from ..base.process import alive, identity
from .budget import Budget
from .http import HttpStatusError, NotSent, ResponseLost
from .prices import FILE, PriceList, read_prices
from .usage import Usage

KEPT = 7 * 24 * 3600
"""Seconds that answers are kept. The take that is made of them holds what matters."""
ENTRIES, BUDGET = "usage.jsonl", "budget.json"
LARGEST = 64_000_000
"""The most bytes of entries that are read."""


class BudgetExceeded(LecternError):
    """A request would pass the episode's budget, or nobody knows whether it would; it was not sent."""


class LedgerEntry(Frozen):
    """A request, at epoch second `at`: `what` was asked of `where` (a host or program), and what it has used.

    "asked": its process waits for an answer, or has died meanwhile; "lost": no answer came, and it may have been charged;
    "failed": it was refused, and cost nothing. `usage` is an estimate until it is "answered". `run` is the run that asked.
    """

    id: str
    at: float
    state: Literal["asked", "answered", "failed", "lost"]
    what: str
    where: str = ""
    usage: Usage
    process: str = ""
    run: str = ""

    @property
    def counts(self) -> bool:
        """Whether it may have been charged."""
        return self.state != "failed"


class Ledger:
    """Answers, open questions and what all requests have used, in the files of `folder`; `run` is noted with each request."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float] = time.time,
        prices: Callable[[], PriceList] = read_prices,
        run: str = "",
    ) -> None:
        self._folder, self._clock, self._prices, self._run = folder, clock, prices, run

    def of_run(self, run: str) -> "Ledger":
        """Return the same ledger, in which requests are noted as those of a run."""
        return Ledger(self._folder, self._clock, self._prices, run)

    def kept(self, key: str) -> bytes | None:
        """Return the answer to the question `key`, None if it was never asked.

        Raises `ResponseLost`, this once, if an earlier process asked and died before the answer came.
        """
        answer = self._file(key, "answer")
        if answer.is_file():
            return answer.read_bytes()
        _refuse_open(self._file(key, "asked"))
        return None

    def once(self, key: str, what: str, ask: Callable[[], bytes], usage: Usage | None = None) -> bytes:
        """Return the answer to the question `key`: the one that is `kept`, else that of `ask`, which is then kept.

        `what` tells the person what it was, should this process die meanwhile. After a LecternError of `ask` they know,
        and the question is closed; after anything else, and if the answer can't be written down, it stays open. `usage` is what it
        will use, about (None: nobody knows). Raises BudgetExceeded, before it is asked, if that would pass the budget.
        """
        kept = self.kept(key)
        if kept is not None:
            return kept
        question = self._file(key, "asked")
        self._sweep()
        entry = self._open(what, usage or Usage(service=what))
        write_answer(question, json.dumps({"what": what, "at": self._clock()}).encode())
        try:
            with self._failing(entry):
                given = ask()
        except LecternError:
            question.unlink(missing_ok=True)
            raise
        write_answer(self._file(key, "answer"), given)
        question.unlink(missing_ok=True)
        self._note(entry.model_copy(update={"state": "answered"}))
        return given

    def charged[T](
        self, what: str, estimate: Usage, ask: Callable[[], T], used: Callable[[T], Usage], where: str = ""
    ) -> T:
        """Return what `ask` returns, and note what that has `used`; nothing is kept of the answer.

        Raises BudgetExceeded, before it is asked, if the estimate would pass the budget.
        """
        entry = self._open(what, estimate, where)
        with self._failing(entry):
            given = ask()
        self._note(entry.model_copy(update={"state": "answered", "usage": self._prices().applied(used(given))}))
        return given

    def forget(self, key: str) -> None:
        """Drop a kept answer that has come to nothing, so that the next build asks again."""
        self._file(key, "answer").unlink(missing_ok=True)

    # What was used

    def entries(self) -> tuple[LedgerEntry, ...]:
        """Return all requests as they stand, the oldest first; a line that was cut off by a kill is left out."""
        found: dict[str, LedgerEntry] = {}
        for line in (read_own(self._folder / ENTRIES, inside=None, most=LARGEST) or b"").splitlines():
            with suppress(ValidationError):
                entry = LedgerEntry.model_validate_json(line)
                found[entry.id] = entry
        return tuple(map(_as_it_stands, found.values()))

    def budget(self) -> Budget | None:
        """Return the budget, None if there is none."""
        content = read_own(self._folder / BUDGET, inside=None)
        return Budget.model_validate_json(content) if content else None

    def set_budget(self, budget: Budget | None) -> None:
        """Have all further requests keep to `budget` (None: to none)."""
        if budget == self.budget():
            return
        if budget is None:
            (self._folder / BUDGET).unlink(missing_ok=True)
        else:
            write_answer(self._folder / BUDGET, budget.model_dump_json().encode())

    def _open(self, what: str, estimate: Usage, where: str = "") -> LedgerEntry:
        """Note a request that is about to be sent. Raises BudgetExceeded if it may not be."""
        usage = self._prices().applied(estimate)
        entry = LedgerEntry(
            id=uuid.uuid4().hex[:16], at=self._clock(), state="asked", what=what[:200], where=where, usage=usage,
            process=identity(), run=self._run,
        )  # fmt: skip
        with self._alone():
            if budget := self.budget():
                _require_within(budget, self.entries(), usage, what)
            self._append(entry)
        return entry

    @contextmanager
    def _failing(self, entry: LedgerEntry) -> Iterator[None]:
        """Note if a request fails: what was never sent or was refused cost nothing, all else may have been charged."""
        try:
            yield
        except BaseException as error:
            free = isinstance(error, NotSent) or (isinstance(error, HttpStatusError) and error.status < 500)
            self._note(entry.model_copy(update={"state": "failed" if free else "lost"}))
            raise

    def _note(self, entry: LedgerEntry) -> None:
        with self._alone():
            self._append(entry)

    def _append(self, entry: LedgerEntry) -> None:
        try:
            with (self._folder / ENTRIES).open("ab") as file:
                file.write(entry.model_dump_json().encode() + b"\n")
        except OSError as error:
            fault = system_fault(error)
            raise fault or LecternError(f"Lectern can't write {self._folder / ENTRIES} ({error.strerror})") from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from asking meanwhile: together they must not pass the budget."""
        with locked(self._folder / "usage.lock", "noting what a service has used", "the ledger is being written"):
            yield

    def _file(self, key: str, suffix: str) -> Path:
        return self._folder / f"{key}.{suffix}"

    def _sweep(self) -> None:
        """Throw away old answers. Others may be at it, too."""
        for old in (
            file for file in self._folder.glob("*") if file.suffix not in (".asked", ".jsonl", ".json", ".lock")
        ):
            with suppress(FileNotFoundError):
                if self._clock() - old.stat().st_mtime > KEPT:
                    old.unlink()


def write_answer(file: Path, content: bytes) -> None:
    """Write a file whole. Raises LecternError if that is impossible."""
    try:
        write_atomic(file, content, inside=None, private=True)
    except OSError as error:
        raise system_fault(error) or LecternError(f"Lectern can't write {file} ({error.strerror})") from error


def _as_it_stands(entry: LedgerEntry) -> LedgerEntry:
    """Return an entry; one whose process is gone without a word is lost."""
    if entry.state == "asked" and alive(entry.process) is False:
        return entry.model_copy(update={"state": "lost"})
    return entry


def _require_within(budget: Budget, entries: tuple[LedgerEntry, ...], usage: Usage, what: str) -> None:
    """Raise BudgetExceeded unless a request surely keeps to the budget with all that was asked before."""
    if usage.price == 0:
        return
    keep = f"the budget of {budget.limit:.2f} {budget.currency} ([budget] in lectern.toml)"
    name = usage.model or usage.service
    if usage.price is None:
        way_out = f'write it into {FILE} of your profile (lectern usage --prices), as [price."{name}"]'
        raise BudgetExceeded(
            f"{what} was not asked for: what {name} charges is not known, so {keep} can't be kept; {way_out}"
        )
    spent = [one.usage for one in entries if one.counts and one.usage.price]
    other = next((one.currency for one in (usage, *spent) if one.currency != budget.currency), "")
    if other:
        raise BudgetExceeded(
            f"{what} was not asked for: some prices are in {other}, so {keep} can't be kept; use one currency"
        )
    before = sum(one.price or 0.0 for one in spent)
    if before + usage.price > budget.limit + 1e-9:
        raise BudgetExceeded(
            f"{what} was not asked for: it may cost {usage.price:.4f} {budget.currency}, and {before:.4f} of {keep} are spent. "
            "Raise it if you want to go on"
        )


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
