"""A Chromium that can do no more is ended, so that what waits for it fails and can begin again."""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from e2e.harmed_browser import HARMS

pytestmark = [pytest.mark.browser, pytest.mark.skipif(sys.platform != "linux", reason="zygotes are Linux's")]


DEAR = ("its helper is held", "its helper is killed")
"""What ends as it does where the browser is held or killed."""


@pytest.mark.parametrize(
    "harm", [pytest.param(harm, marks=pytest.mark.thorough) if harm in DEAR else harm for harm in HARMS]
)
def test_a_browser_that_can_do_no_more_is_told_and_ended(harm: str) -> None:
    script = Path(__file__).with_name("harmed_browser.py")
    run = subprocess.run([sys.executable, script, harm], stdout=subprocess.PIPE, text=True, timeout=60)
    family, told = run.stdout.splitlines()
    assert "the browser was ended while it was used" in told
    until = time.monotonic() + 10
    while (left := alive(family.split())) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


def alive(family: list[str]) -> list[str]:
    """The commands of those processes that still run."""
    found = []
    for process in family:
        with suppress(psutil.NoSuchProcess):
            if (known := psutil.Process(int(process))).status() != psutil.STATUS_ZOMBIE:
                found.append(known.name())
    return found
