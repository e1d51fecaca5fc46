"""Programs that hang are told from those that take long: by the work they do, not by what they say."""

import itertools
import os
import signal
import subprocess
import sys
import time

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.hangs import ended_if_hung, run_briefly, work_alone, work_of

SPINS = "print(flush=True)\nwhile True: pass"
WAITS = "print(flush=True); __import__('time').sleep(600)"
POSIX = pytest.mark.skipif(os.name == "nt", reason="needs a shell and SIGSTOP")


def started(*argv: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout.readline().strip() == b""
    return process


@POSIX
def test_a_program_that_does_nothing_is_ended_with_all_it_started() -> None:
    process = started("sh", "-c", f'{sys.executable} -c "{WAITS}" & wait')
    with ended_if_hung(process.pid, patience=0.2) as guard:
        assert process.stdout.read() == b""  # nobody holds the pipe any more
    assert guard.hung and process.wait() == -signal.SIGKILL


def test_a_program_is_not_ended_as_long_as_it_works() -> None:
    process, looks = started(sys.executable, "-c", WAITS), itertools.count()

    def worked(pid: int) -> dict[int, float]:
        return {pid: min(next(looks), 30)}  # works, three times as long as the guard's patience

    with ended_if_hung(process.pid, 0.1, worked) as guard:
        process.communicate()
    assert guard.hung and next(looks) >= 40


def test_waiting_for_a_disk_is_no_hanging() -> None:
    process, looks = started(sys.executable, "-c", WAITS), itertools.count()
    with ended_if_hung(process.pid, 0.1, lambda pid: {} if next(looks) < 30 else {pid: 1}) as guard:
        process.communicate()
    assert guard.hung and next(looks) >= 40


@POSIX
def test_work_is_the_processor_time_of_all_that_a_program_has_started_and_none_while_it_is_stopped() -> None:
    process = started("sh", "-c", f'{sys.executable} -c "{SPINS}" & wait')
    try:
        first = work_of(process.pid)
        assert work_alone(process.pid).keys() == {process.pid} < first.keys()
        while work_of(process.pid) == first:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGSTOP)
        while (seen := work_of(process.pid)) != work_of(process.pid):
            time.sleep(0.01)
        assert len(seen) == 2
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert work_of(process.pid) == {}


def test_a_program_that_only_answers_a_question_may_not_take_long() -> None:
    assert run_briefly([sys.executable, "-c", "print('hi')"]).stdout == "hi\n"
    with pytest.raises(LecternError, match="hung: it has not answered for 0.2 seconds, and was ended"):
        run_briefly([sys.executable, "-c", WAITS], seconds=0.2)
