"""What an episode's changesets tell about its scenarios: which there are, which is current, and what each of them holds."""

from collections.abc import Sequence
from typing import NamedTuple

from ..base.errors import LecternError
from .model import ChangeEvent, Changeset

MAIN = "main"
"""The scenario in which every episode begins."""
type Tree = dict[str, str | None]
"""The hashes of a scenario's files by name; None: there is no such file."""


class Switch(NamedTuple):
    """From one scenario to another: when (epoch seconds), and what was left and what was found there."""

    change: Changeset
    when: float
    start: str
    to: str
    left: Tree
    found: Tree


def switches(changes: Sequence[Changeset]) -> tuple[Switch, ...]:
    """Return all switches, the oldest first."""
    done = [
        (event, change) for change in changes if change.scenario for event in change.history if event.what == "applied"
    ]
    at, found = MAIN, list[Switch]()
    for event, change in sorted(done, key=lambda pair: (pair[0].when, pair[1].id)):
        found.append(Switch(change, event.when, at, change.scenario, *_trees(event)))
        at = change.scenario
    return tuple(found)


def current_scenario(changes: Sequence[Changeset]) -> str:
    """Return the name of the scenario whose files those of the episode are."""
    return switches(changes)[-1].to if switches(changes) else MAIN


def forks(changes: Sequence[Changeset]) -> dict[str, Switch]:
    """Return the switch with which each scenario but the first one began, by name."""
    found: dict[str, Switch] = {}
    for switch in switches(changes):
        if switch.to != MAIN:
            found.setdefault(switch.to, switch)
    return found


def left_tree(changes: Sequence[Changeset], name: str, until: float = float("inf")) -> Tree:
    """Return what a scenario held when it was left last, before `until`. Raises LecternError for one that never was."""
    left = [switch.left for switch in switches(changes) if switch.start == name and switch.when <= until]
    if not left:
        raise LecternError(f'there is no scenario "{name}"; there are: {", ".join([MAIN, *forks(changes)])}')
    return left[-1]


def common_tree(changes: Sequence[Changeset], one: str, other: str) -> Tree:
    """Return what two scenarios had in common last: where one began in the other, or was merged into it."""
    known = forks(changes)
    met = [
        (known[a].when, known[a].found) for a, b in ((one, other), (other, one)) if a in known and known[a].start == b
    ]
    for change in changes:
        if change.state == "applied" and change.merges in (one, other):
            when = change.history[-1].when
            if _scenario_at(changes, when) in {one, other} - {change.merges}:
                met.append((when, left_tree(changes, change.merges, when)))
    if met:
        return max(met, key=lambda each: each[0])[1]
    later = max((name for name in (one, other) if name in known), key=lambda name: known[name].when)
    return common_tree(changes, known[later].start, other if later == one else one)


def replayed(changes: Sequence[Changeset]) -> tuple[Changeset, ...]:
    """Return what was applied since the last switch, taken back or not, in the order in which it was applied first."""
    since = switches(changes)[-1].when if switches(changes) else 0.0
    first = {change.id: next((e.when for e in change.history if e.what == "applied"), 0.0) for change in changes}
    steps = [c for c in changes if c.state in ("applied", "reverted") and not c.scenario and first[c.id] > since]
    return tuple(sorted(steps, key=lambda change: (first[change.id], change.id)))


def require_fresh(change: Changeset, changes: Sequence[Changeset]) -> None:
    """Raise LecternError for a switch that was planned before its scenario was left as it is now."""
    now = current_scenario(changes)
    if now == change.scenario:
        raise LecternError(f"the scenario {now} is the current one already")
    if change.scenario in (MAIN, *forks(changes)):
        wanted = left_tree(changes, change.scenario)
        if wanted != {one.file: one.after for one in change.files}:
            raise LecternError(f"the scenario {change.scenario} has changed since this was planned: plan it anew")


def _scenario_at(changes: Sequence[Changeset], when: float) -> str:
    return next((switch.to for switch in reversed(switches(changes)) if switch.when <= when), MAIN)


def _trees(event: ChangeEvent) -> tuple[Tree, Tree]:
    return {one.file: one.before for one in event.written}, {one.file: one.after for one in event.written}
