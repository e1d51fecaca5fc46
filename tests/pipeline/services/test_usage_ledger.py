"""What requests used and cost: prices in the person's file, a budget that is never passed, entries that survive a kill."""

import threading
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError, SourceError
from lectern.pipeline.services.budget import Budget
from lectern.pipeline.services.http import HttpStatusError, NotSent, ResponseLost
from lectern.pipeline.services.ledger import BudgetExceeded, Ledger, LedgerEntry
from lectern.pipeline.services.prices import PriceList, read_prices
from lectern.pipeline.services.usage import TokenUsage, Usage

PRICES = PriceList.model_validate(
    {"price": {
        "m": {"prompt": 2.0, "cached": 0.5, "output": 10.0},
        "speech": {"characters": 0.2}, "film": {"second": 0.05, "request": 0.01, "currency": "EUR"}, "images": {"picture": 0.04},
    }}
)  # fmt: skip


def ledger(folder: Path, prices: PriceList = PRICES) -> Ledger:
    return Ledger(folder, prices=lambda: prices)


def tokens(**used: int) -> Usage:
    return Usage(service="Language model", model="m", tokens=TokenUsage(**used))


def asked(at: Ledger, estimate: Usage, used: Usage | None = None) -> str:
    return at.charged("a thing", estimate, lambda: "made", lambda given: used or estimate, "api.example.org")


@pytest.mark.parametrize(
    ("usage", "price"),
    [
        (
            tokens(prompt=1_000_000, cached=1_000_000, written=1_000_000, thought=100_000, output=100_000),
            2 + 0.5 + 2 + 1 + 1,
        ),
        (Usage(service="ElevenLabs", model="speech", characters=500), 0.1),
        (Usage(service="film", seconds=10), 0.51),
        (Usage(service="pictures", model="images", requests=2, pictures=2), 0.08),
        (Usage(service="unknown"), None),
        (Usage(service="m", model="m", price=7.0), 7.0),
    ],
)
def test_a_price_is_that_of_the_model_or_the_service_by_what_was_used(usage: Usage, price: float | None) -> None:
    found = PRICES.applied(usage)
    assert found.price == (None if price is None else pytest.approx(price))
    assert found.currency == ("EUR" if usage.service == "film" else "USD")


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('[price."m"]\nprompt = 1', 1, "prompt and output belong together"),
        ('currency = "EUR"\n[price."m"]\npromt = 1', 3, "promt"),
        ('[price."m"]\ncharacters = -1', 2, "characters"),
        ('[price."m"]\ncharacters = "much"', 2, "characters"),
        ('[price."m"]\n', 1, "names no price"),
        ("[price", 1, "this is not TOML"),
    ],
)
def test_a_mistake_in_the_prices_is_told_with_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    (tmp_path / "prices.toml").write_text(text)
    with pytest.raises(SourceError, match=told) as caught:
        read_prices(tmp_path / "prices.toml")
    assert caught.value.line == line


def test_a_request_is_noted_with_what_it_has_used_in_the_end(tmp_path: Path) -> None:
    book = ledger(tmp_path).of_run("plan-1")
    asked(book, tokens(prompt=500_000, output=100_000), tokens(prompt=250_000, output=1_000))
    (entry,) = book.entries()
    assert (entry.state, entry.where, entry.run, entry.usage.tokens.prompt) == (
        "answered",
        "api.example.org",
        "plan-1",
        250_000,
    )
    assert entry.usage.price == pytest.approx(0.51)


def test_a_budget_stops_before_it_is_passed_and_not_after(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    book.set_budget(Budget(limit=1.0))
    made: list[str] = []
    for _ in range(5):
        with_output = tokens(prompt=0, output=30_000)  # at most 0.30
        try:
            made.append(asked(book, with_output, tokens(output=20_000)))  # in the end 0.20
        except BudgetExceeded as error:
            assert "may cost 0.3000 USD, and 0.8000 of the budget of 1.00 USD" in str(error)
    assert len(made) == 4
    book.set_budget(None)
    assert asked(book, tokens(output=30_000)) == "made"


def test_a_budget_can_not_be_kept_with_an_unknown_price_or_another_currency(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    book.set_budget(Budget(limit=100.0))
    with pytest.raises(BudgetExceeded, match=r'charges is not known.*prices.toml.*\[price."new"\]'):
        asked(book, Usage(service="Language model", model="new"))
    with pytest.raises(BudgetExceeded, match="some prices are in EUR"):
        asked(book, Usage(service="film", seconds=1))
    with pytest.raises(BudgetExceeded, match="is not known"):
        book.once("key", "a plug-in's request", lambda: b"made")
    assert asked(book, Usage(service="free", price=0.0)) == "made"
    assert not (tmp_path / "key.answer").exists()


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (NotSent("no network"), "failed"), (HttpStatusError("no", 400), "failed"), (HttpStatusError("oh", 500), "lost"),
        (ResponseLost("gone"), "lost"), (LecternError("unreadable"), "lost"), (KeyboardInterrupt(), "lost"),
    ],
)  # fmt: skip
def test_what_was_refused_costs_nothing_and_what_was_lost_may_have(
    tmp_path: Path, error: BaseException, state: str
) -> None:
    def fail() -> str:
        raise error

    book = ledger(tmp_path)
    with pytest.raises(type(error)):
        book.charged("a thing", tokens(output=1000), fail, lambda given: tokens())
    (entry,) = book.entries()
    assert entry.state == state and entry.counts == (state == "lost")


def test_a_request_whose_process_was_killed_counts_against_the_budget(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    asked(book, tokens(output=90_000))  # 0.90
    line = (tmp_path / "usage.jsonl").read_text()
    entry = LedgerEntry.model_validate_json(line.splitlines()[0])
    dead = entry.model_copy(update={"id": "dead", "state": "asked", "process": entry.process.replace("-", "9999-", 1)})
    (tmp_path / "usage.jsonl").write_text(f"{dead.model_dump_json()}\n{line}" + '{"id": "cut o')
    assert [one.state for one in book.entries()] == ["lost", "answered"]
    book.set_budget(Budget(limit=2.0))
    with pytest.raises(BudgetExceeded, match="1.8000 of the budget"):
        asked(book, tokens(output=30_000))


def _spend(folder: str) -> None:
    for _ in range(10):
        try:
            asked(ledger(Path(folder)), tokens(output=10_000))
        except BudgetExceeded:
            return


def test_workers_that_ask_at_once_do_not_pass_the_budget_together(tmp_path: Path) -> None:
    ledger(tmp_path).set_budget(Budget(limit=1.25))
    workers = [threading.Thread(target=_spend, args=(str(tmp_path),)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(ledger(tmp_path).entries()) == 12  # 0.10 each


def test_a_kept_answer_is_noted_once_and_never_paid_again(tmp_path: Path) -> None:
    book, used = ledger(tmp_path), Usage(service="ElevenLabs", model="speech", characters=1000)
    for _ in range(2):
        assert book.once("line", "ElevenLabs to say it", lambda: b"sound", used) == b"sound"
    (entry,) = book.entries()
    assert (entry.state, entry.usage.price, entry.usage.characters) == ("answered", pytest.approx(0.2), 1000)
