"""A Chromium that can do no more is ended, so that what waits for it fails and can begin again."""

import json
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil
import pytest
from e2e.harmed_browser import HARMS

pytestmark = [pytest.mark.browser, pytest.mark.skipif(sys.platform != "linux", reason="zygotes are Linux's")]


DEAR = ("its helper is held", "its helper is killed")
"""What ends as it does where the browser is held or killed."""
USUAL = tuple(harm for harm in HARMS if harm not in DEAR)


@cache
def harmed(*harms: str) -> dict[str, tuple[list[int], str]]:
    """Return which processes each harmed browser had, and what was told of it."""
    script = Path(__file__).with_name("harmed_browser.py")
    run = subprocess.run([sys.executable, script, *harms], stdout=subprocess.PIPE, text=True, timeout=400)
    return {harm: (family, told) for harm, family, told in map(json.loads, run.stdout.splitlines())}


@pytest.mark.parametrize("harm", [*USUAL, *(pytest.param(harm, marks=pytest.mark.thorough) for harm in DEAR)])
def test_a_browser_that_can_do_no_more_is_told_and_ended(harm: str) -> None:
    family, told = harmed(*(DEAR if harm in DEAR else USUAL))[harm]
    assert "the browser was ended while it was used" in told
    until = time.monotonic() + 10
    while (left := alive(family)) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


def alive(family: list[int]) -> list[str]:
    """The commands of those processes that still run."""
    found = []
    for process in family:
        with suppress(psutil.NoSuchProcess):
            if (known := psutil.Process(process)).status() != psutil.STATUS_ZOMBIE:
                found.append(known.name())
    return found
