"""The commands about what models, agents and builds do, and what that costs."""

import time
from argparse import Namespace
from typing import TYPE_CHECKING

from ..base.errors import LecternError
from .arguments import Verbs, add_episode, add_json, add_verb
from .call import DONE, FINDINGS, call, existing_folder
from .console import format_table, print_error, print_json, print_json_line, print_result, print_values, shorten_text

if TYPE_CHECKING:
    from ..jobs.runs import Run, RunEvent
    from ..studio.usage import UsageRow


def add_runs(every: Verbs) -> None:
    """Add `runs` and `usage`."""
    runs = add_verb(
        every, "runs", run_runs, "show what models, agents and builds do for the episode in DIR, event by event"
    )
    add_episode(runs)
    runs.add_argument("id", metavar="RUN", nargs="?", default="", help="only this run, with its events")
    runs.add_argument("--follow", action="store_true", help="go on: events as they happen, of RUN until it has ended")
    after = "only events with a number above N: a reader that was ended goes on where it was"
    runs.add_argument("--after", metavar="N", type=int, default=0, help=after)
    runs.add_argument("--cancel", action="store_true", help="end RUN; what it has made is kept")
    usage = add_verb(
        every, "usage", run_usage, "show what services were asked for the episode or studio in DIR, and what it cost"
    )
    add_episode(usage)
    grouped = ("episode", "provider", "model", "day", "run")
    usage.add_argument("--by", choices=grouped, default="model", help="what a row is (default: a model)")
    usage.add_argument("--since", metavar="DAY", default="", help="only from this day on, like 2026-11-30")
    usage.add_argument(
        "--prices", action="store_true", help="name the file with your prices; it is made where there is none"
    )
    for verb in (runs, usage):
        add_json(verb)


def run_runs(options: Namespace) -> int:
    """List runs, show or follow their events, or cancel one."""
    from ..studio.runs import cancel_run, follow_runs, run_called, run_events, runs

    folder = existing_folder(options.folder)
    if options.cancel:
        if not options.id:
            raise LecternError(f"which run? Say: lectern runs {options.folder} RUN --cancel")
        print_result(f"{cancel_run(folder, options.id).id} is asked to end")
        return DONE
    if not options.id and not options.follow:
        return _print_runs(options, runs(folder))
    id = run_called(folder, options.id).id if options.id else ""
    if options.follow:
        for event in follow_runs(folder, id, options.after):
            _print_event(options, event)
    else:
        after = options.after
        while found := run_events(folder, id, after):
            for event in found:
                _print_event(options, event)
            after = found[-1].seq
    return DONE if not id or run_called(folder, id).state in ("done", "running") else FINDINGS


def run_usage(options: Namespace) -> int:
    """Print what was used."""
    from ..studio.usage import prices, usage

    if options.prices:
        print_result(str(prices()))
        return DONE
    report = call(usage, options)
    if options.json:
        print_json(report)
        return DONE
    heading = (
        options.by,
        "requests",
        "tokens in / cached / thought / out",
        "characters",
        "seconds",
        "pictures",
        "cost",
    )
    rows = [heading, *map(_usage_row, report.rows), *([_usage_row(report.total)] if len(report.rows) > 1 else [])]
    print_result("\n".join(format_table(rows)) if report.rows else "Nothing was asked of a service yet.")
    for one in report.budgets:
        print_result(f"{one.episode}: {one.spent:.4f} of {one.budget.limit:.2f} {one.budget.currency} are spent")
    if report.total.unknown:
        print_error(f"The price of {report.total.unknown} requests is not known: lectern usage --prices")
    return DONE


def _print_runs(options: Namespace, found: "tuple[Run, ...]") -> int:
    rows = [
        (
            run.id,
            run.state,
            _when(run.started_at),
            _length(run),
            shorten_text(run.title),
            shorten_text(run.error.partition("\n")[0]),
        )
        for run in found
    ]
    nothing = ["Nothing has run for this episode yet."]
    print_values(
        options, found, format_table([("run", "state", "began", "took", "what", "error"), *rows]) if rows else nothing
    )
    return DONE


def _print_event(options: Namespace, event: "RunEvent") -> None:
    if options.json:
        print_json_line(event.model_dump(mode="json"))
        return
    said = " ".join(f"{name}={_value(value)}" for name, value in event.data.items() if value not in ("", [], {}))
    print_result(f"{event.seq:>6}  {_when(event.at)}  {event.run}  {event.kind}  {said}".rstrip())


def _value(value: object) -> str:
    return shorten_text(" ".join(str(value).split()), 160)


def _when(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))


def _length(run: "Run") -> str:
    return f"{run.ended_at - run.started_at:.1f} s" if run.ended_at is not None and run.state != "lost" else "-"


def _usage_row(row: "UsageRow") -> tuple[str, ...]:
    tokens = row.tokens
    costs = " + ".join(f"{price:.4f} {currency}" for currency, price in row.price.items())
    unknown = f"{' + ' if costs else ''}{row.unknown} of unknown price" if row.unknown else ""
    lost = f"{row.requests} ({row.lost} without an answer)" if row.lost else str(row.requests)
    said = (
        f"{tokens.prompt + tokens.written} / {tokens.cached} / {tokens.thought} / {tokens.output}"
        if tokens.total
        else "-"
    )
    made = (str(row.characters or "-"), f"{row.seconds:g}" if row.seconds else "-", str(row.pictures or "-"))
    return (row.name, lost, said, *made, f"{costs}{unknown}" or "free")
