"""Long work is started once by its caller's id, survives who started it, and is done only if it says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.studio import started_jobs
from lectern.pipeline.studio.started_jobs import cancel, job, start_work


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    (tmp_path / "ep").mkdir()
    (tmp_path / "ep" / "script.md").write_text("# One\n\nHello.\n")
    return tmp_path / "ep"


def _works_as(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Has a small program in the place of Lectern's own."""
    monkeypatch.setattr(started_jobs, "child_command", lambda *_: [sys.executable, "-I", "-S", "-c", code])


DONE = """print('{"event": "progress", "fraction": 0.5}\\n{"event": "done", "film": "renders/film.mp4"}', flush=True)"""


def test_work_is_started_once_for_an_id_and_says_what_came_of_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _works_as(monkeypatch, DONE)
    start_work(folder, "a-1")
    done = job(folder, "a-1", wait=30)
    assert (done.outcome, done.state, done.result) == ("applied", "done", {"film": "renders/film.mp4"})
    monkeypatch.setattr(subprocess, "Popen", None)  # nothing is started any more
    assert start_work(folder, "a-1") == done


def test_work_goes_on_without_its_server_and_can_be_cancelled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _works_as(monkeypatch, "import time; time.sleep(60)")
    assert start_work(folder, "b").state == "running"
    assert job(folder, "b").outcome == "unchanged"
    assert (cancel(folder, "b").outcome, job(folder, "b").state) == ("applied", "cancelled")
    assert cancel(folder, "b").outcome == "unchanged"


@pytest.mark.parametrize(
    ("code", "outcome", "state"),
    [
        ("import os; os.kill(os.getpid(), 9)", "unknown", "unknown"),
        ("import sys; sys.exit('no room')", "refused", "failed"),
        ("""print('{"event": "failed", "message": "no voice"}')""", "refused", "failed"),
        ("""print('{"event": "progress", "fraction": 1.0}')""", "unknown", "unknown"),
    ],
)
def test_work_that_does_not_say_that_it_is_done_is_no_success(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: str, outcome: str, state: str
) -> None:
    _works_as(monkeypatch, code)
    start_work(folder, "c")
    ended = job(folder, "c", wait=30)
    assert (ended.outcome, ended.state) == (outcome, state)


def test_a_build_with_faults_is_refused_before_it_is_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    (folder / "script.md").write_text("# A\n\n```capture\nkind: nothing\n```\n")
    refused = start_work(folder, "d")
    assert refused.outcome == "refused" and "script.md:" in refused.why


@pytest.mark.parametrize("id", ["../x", "", "a" * 65, "é", "a/b"])
def test_an_id_names_no_other_file(folder: Path, id: str) -> None:
    with pytest.raises(LecternError, match="an id of a job is"):
        start_work(folder, id)


def test_nothing_that_an_agent_starts_is_given_trust_or_money(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, ...]] = []

    def command(*arguments: str) -> list[str]:
        started.append(arguments)
        return [sys.executable, "-I", "-S", "-c", DONE]

    monkeypatch.setattr(started_jobs, "child_command", command)
    start_work(folder, "e")
    start_work(folder, "f", "verify")
    assert started == [("build", str(folder), "--json"), ("verify", str(folder), "--json")]
    assert [job(folder, id, wait=30).state for id in ("e", "f")] == ["done", "unknown"]
