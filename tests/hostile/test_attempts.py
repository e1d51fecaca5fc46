"""Episodes of strangers: nothing runs, nothing is reached and nothing is written outside, without trust.

Every attempt is checked and built in this process, as far as its recordings: the stages behind them draw and render what
is known by then. Workers' jobs are done here, too, so that whatever an attempt starts or calls is heard of.
"""

import re
import resource
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import psutil
import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.build import pipeline, recipes, take_scheduler
from lectern.pipeline.cli.main import main
from lectern.pipeline.jobs import worker
from lectern.pipeline.services import registry

from .attempts import HOME, Attempt, attempts
from .canaries import Audit, Listener, descendants, state_of

MEMORY = 3_000_000_000
"""Bytes of addresses that an attempt may take: pictures and scripts that want more have to be refused."""
EXITS = {"refused": {2}, "asks": {3}, "held": {0, 1, 2}, "any": {0, 1, 2, 3}}
"""The exit codes of a build; one that is "held" ends with 2, too, because no film is made here."""
OWN = ("espeak_child.py", "supervisor_child.py", "tesseract", "fc-list", "chrom", "playwright/driver")
"""Programs that Lectern starts by itself."""
FAR_ENOUGH = "the recordings are made"


@pytest.fixture(scope="module")
def audit() -> Audit:
    return Audit()


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener()


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a build do its workers' jobs itself, and end with them."""

    def make(self: take_scheduler.TakeScheduler) -> None:
        made = recipes.recipes(recipes.Providers(recipes.settings_in(self.paths.folder), ()))
        worker.work(self._queue, self._store, made, self.paths.folder, stop=lambda: True)
        if lost := [job for job in self._queue.jobs() if job.state == "failed"]:
            raise LecternError("\n".join(job.error for job in lost))

    def stop(*_: object) -> None:
        raise LecternError(FAR_ENOUGH)

    monkeypatch.setattr(registry, "entry_points", cache(registry.entry_points))
    monkeypatch.setattr(take_scheduler.TakeScheduler, "make", make)
    monkeypatch.setattr(take_scheduler.TakeScheduler, "_start", lambda self: None)
    monkeypatch.setattr(pipeline, "layout_scenes", stop)


@pytest.fixture
def little_memory() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_AS)
    now = psutil.Process().memory_info().vms
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def marked(attempt: Attempt) -> pytest.param:
    marks = [getattr(pytest.mark, mark) for mark in attempt.needs.split()]
    return pytest.param(attempt, id=attempt.name, marks=marks)


@pytest.mark.parametrize("attempt", [marked(attempt) for attempt in attempts()])
def test_untrusted_nothing_ran_nothing_was_reached_nothing_was_written_outside(
    attempt: Attempt,
    tmp_path: Path,
    audit: Audit,
    listener: Listener,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    episode, outside = tmp_path / "episode", outside_of(tmp_path)
    port = str(listener.port)
    attempt.lay_out(episode, {"OUT": str(outside), "PORT": port, "UDP": str(listener.udp.getsockname()[1])})
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "correct-horse-battery")
    before, running = state_of(outside), descendants()
    listener.came.clear()
    if not attempt.needs:
        request.getfixturevalue("little_memory")
    codes, said = {}, ""
    with audit.watch():
        for command in attempt.commands:
            verb, *rest = command.split()
            words = [verb, rest.pop(0)] if verb == "character" else [verb]
            codes[command] = main([*words, str(episode), *rest])
            said += "".join(capsys.readouterr())
    print(said)
    assert state_of(outside) == before
    assert listener.came == []
    assert not_own(audit.started) == []
    assert audit.called == []
    assert not_own(descendants() - running) == []
    assert "correct-horse-battery" not in said
    assert not {c for c in said if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")} - {"\n", "\t"}
    assert 4 not in codes.values() and "Traceback" not in said and "a fault in Lectern" not in said
    if "build" in codes:
        assert codes["build"] in EXITS[attempt.ends] and (FAR_ENOUGH in said) <= (attempt.ends in ("held", "any"))
    assert re.search(attempt.says, said)


def not_own(commands: Iterable[str]) -> list[str]:
    return [command for command in commands if not any(own in command for own in OWN)]


def outside_of(place: Path) -> Path:
    """Make the folder that no attempt may change."""
    outside = place / "outside"
    (outside / "code").mkdir(parents=True)
    (outside / "precious").write_text("precious\n" * 300_000)
    (outside / "picture.png").write_bytes(b"\x89PNG precious")
    (outside / "code" / "x.py").write_text(f"open({str(outside / 'ran')!r}, 'w')")
    return outside


def test_there_are_more_than_a_hundred_attempts_and_each_says_what_it_tries() -> None:
    assert len(attempts()) > 100
    assert [attempt.name for attempt in attempts() if len(attempt.tries) < 10] == []


def test_every_attempt_tries_something(tmp_path: Path) -> None:
    """Git leaves out what it ignores, so an attempt that lies in such a folder would be gone, and nobody would see it."""
    plain = (HOME / "prepared-queue/script.md").read_bytes()
    nothing = [
        attempt.name
        for attempt in attempts()
        if not attempt.made
        and not attempt.pages
        and {file.name for file in (HOME / attempt.name).rglob("*")} == {"attempt.toml", "script.md"}
        and (HOME / attempt.name / "script.md").read_bytes() == plain
    ]
    assert nothing == []
