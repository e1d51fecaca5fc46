"""`lectern usage`: what services were asked for episodes, and what that used and cost."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from ..base.frozen import Frozen
from ..base.profile import asked_folder
from ..episode.folder import settings_in
from ..episode.source import SCRIPT
from ..services.budget import Budget
from ..services.ledger import Ledger, LedgerEntry
from ..services.prices import write_template
from ..services.usage import TokenUsage
from .episodes import episodes

type Grouping = Literal["episode", "provider", "model", "day", "run"]


class UsageRow(Frozen):
    """What belongs together: requests with their tokens, characters, seconds (of sound or picture) and pictures.

    `price` is the sum of what is known, by currency; `unknown` is how many requests have no known price, `lost` how many had no
    answer and may have been charged.
    """

    name: str
    requests: int
    failed: int
    lost: int
    unknown: int
    tokens: TokenUsage
    characters: int
    seconds: float
    pictures: int
    price: dict[str, float]


class EpisodeBudget(Frozen):
    """The budget of an episode, and what of it is spent."""

    episode: str
    budget: Budget
    spent: float


class UsageReport(Frozen):
    """Usage in rows, the sum of all, and the budgets of the episodes that have one."""

    by: str
    rows: tuple[UsageRow, ...]
    total: UsageRow
    budgets: tuple[EpisodeBudget, ...] = ()


def usage(folder: Path, *, by: Grouping = "model", since: str = "") -> UsageReport:
    """Return what was used for the episode in `folder`, or for all episodes of the studio there, since a day (YYYY-MM-DD).

    Free requests to language models are counted, too.
    """
    folders = [folder] if (folder / SCRIPT).is_file() else [card.folder for card in episodes(folder)] or [folder]
    named = [
        (each, entry) for each in folders for entry in Ledger(asked_folder(each)).entries() if _day(entry) >= since
    ]
    groups = dict.fromkeys(sorted(_group(each, entry, by) for each, entry in named))
    rows = tuple(_row(name, (entry for each, entry in named if _group(each, entry, by) == name)) for name in groups)
    return UsageReport(
        by=by, rows=rows, total=_row("all", (entry for _, entry in named)), budgets=tuple(_budgets(folders))
    )


def prices() -> Path:
    """Return the file with the person's prices, with an explanation in it where it was not there yet."""
    return write_template()


def _budgets(folders: Iterable[Path]) -> Iterable[EpisodeBudget]:
    for folder in folders:
        if budget := settings_in(folder).budget:
            spent = sum(
                entry.usage.price or 0.0
                for entry in Ledger(asked_folder(folder)).entries()
                if entry.counts and entry.usage.currency == budget.currency
            )
            yield EpisodeBudget(episode=folder.name, budget=budget, spent=round(spent, 6))


def _group(folder: Path, entry: LedgerEntry, by: Grouping) -> str:
    names = {
        "episode": folder.name,
        "provider": entry.where or entry.usage.service,
        "model": entry.usage.model or entry.usage.service,
        "day": _day(entry),
        "run": entry.run or "no run",
    }
    return names[by]


def _row(name: str, entries: Iterable[LedgerEntry]) -> UsageRow:
    all_of = tuple(entries)
    counted = [entry.usage for entry in all_of if entry.counts]
    price: dict[str, float] = {}
    for one in counted:
        if one.price:
            price[one.currency] = round(price.get(one.currency, 0.0) + one.price, 6)
    return UsageRow(
        name=name,
        requests=sum(one.requests for one in counted),
        failed=sum(not entry.counts for entry in all_of),
        lost=sum(entry.state == "lost" for entry in all_of),
        unknown=sum(one.price is None for one in counted),
        tokens=sum((one.tokens for one in counted), TokenUsage()),
        characters=sum(one.characters for one in counted),
        seconds=round(sum(one.seconds for one in counted), 3),
        pictures=sum(one.pictures for one in counted),
        price=price,
    )


def _day(entry: LedgerEntry) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(entry.at))
