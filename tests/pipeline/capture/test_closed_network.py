"""What fails in a sandbox because it has no network is told with the way out, whichever program says so."""

from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.fault import StepFault
from lectern.pipeline.capture.recorder import do_unfilmed
from lectern.pipeline.capture.request import CaptureRequest, PhaseStep
from lectern.pipeline.capture.sandbox.network import network_hint
from lectern.pipeline.episode.capture_block import Environment
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.jobs.recipe import JobContext

CLOSED = Environment(sandbox=True)
SAID = {
    "curl": "curl: (6) Could not resolve host: example.org",
    "curl by number": "curl: (7) Failed to connect to 1.1.1.1 port 80 after 0 ms: Couldn't connect to server",
    "git": "fatal: unable to access 'https://github.com/a/b/': Could not resolve host: github.com",
    "git by ssh": "ssh: Could not resolve hostname github.com: Temporary failure in name resolution",
    "wget": "wget: unable to resolve host address ‘example.org’",
    "pip": "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by "
    "'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7fd09662b650>: Failed to establish a new "
    "connection: [Errno -3] Temporary failure in name resolution')': /simple/lamp/",
    "npm": "npm error code EAI_AGAIN\nnpm error syscall getaddrinfo\nnpm error errno EAI_AGAIN",
    "cargo": "Caused by:\n  [6] Could not resolve hostname (Could not resolve host: index.crates.io)",
    "apt": "W: Failed to fetch http://deb.debian.org/debian/dists/bookworm/InRelease  Temporary failure resolving 'deb.debian.org'",
    "node": "  [cause]: Error: getaddrinfo EAI_AGAIN example.org",
    "python": "urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>",
    "bash": "bash: connect: Network is unreachable",
    "across lines": "curl: (6) Could not\nresolve host: example.org",
}
"""The last that programs write where there is no network."""
OTHERS = (
    "ModuleNotFoundError: No module named 'lamp'",
    "curl: (7) Failed to connect to localhost port 8000 after 0 ms: Couldn't connect to server",
    'error: could not compile `p` (bin "p") due to 1 previous error',
    "error[E0433]: failed to resolve: use of undeclared crate or module `lamp`",
    "npm error ERESOLVE could not resolve\nnpm error Could not resolve dependency:",
    '✘ [ERROR] Could not resolve "lamp"',
    "Unmet dependencies. Try 'apt --fix-broken install'",
)


@pytest.mark.parametrize("program", SAID)
def test_a_program_that_reaches_nobody_in_a_sandbox_is_told_with_the_way_out(program: str):
    assert "write network: true below environment:" in network_hint(SAID[program], CLOSED)


def test_nothing_is_added_where_there_is_a_network_or_it_is_not_the_reason():
    for environment in (Environment(), Environment(sandbox=True, network=True)):
        assert {network_hint(said, environment) for said in SAID.values()} == {""}
    assert {network_hint(said, CLOSED) for said in OTHERS} == {""}


class Screen:
    """A terminal in which a command has failed."""

    secrets = ()

    def do(self, current: PhaseStep):
        raise LecternError("the command failed (status 6)")

    def text(self) -> str:
        return SAID["curl"]

    def picture(self) -> None:
        return None


def test_the_way_out_stands_in_the_fault_of_the_step(tmp_path: Path):
    step = Step(action="run", value="curl example.org")
    request = CaptureRequest(kind="terminal", size=(640, 360), steps=(step,), environment=CLOSED)
    with pytest.raises(StepFault, match=r"(?s)status 6\)\n.*has no network; .* network: true"):
        do_unfilmed(request.phase("steps")[0], Screen(), request, JobContext.scratch(tmp_path))
