"""Real scripts with some places changed: `check` says something of each of them, and none keeps it busy."""

import os
import random
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.mutants import mutated

from lectern.pipeline.cli.main import main

EXAMPLES = Path(__file__).parents[2] / "assets/examples"
MUTANTS = int(os.environ.get("LECTERN_TEST_MUTANTS", "24"))
"""How many changed scripts are checked, of all examples together. `make soak` checks thousands."""
BUSY = 30.0
"""Seconds of this process's processor time after which a check counts as one that never ends; the examples take 0.3."""


class NeverEnds(BaseException):
    """A check that is still at work. No handler of errors catches it."""


@pytest.fixture
def bounded() -> Iterator[None]:
    def end(*_: object) -> None:
        raise NeverEnds

    before = signal.signal(signal.SIGVTALRM, end)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.soak
@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("example", sorted(folder.name for folder in EXAMPLES.iterdir()))
def test_a_changed_script_is_in_order_or_refused_in_sentences(
    example: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    episode, chance = tmp_path / "episode", random.Random(example)
    shutil.copytree(EXAMPLES / example, episode)
    script, codes = (episode / "script.md").read_text(encoding="utf-8"), []
    for number in range(MUTANTS // len(list(EXAMPLES.iterdir()))):
        (episode / "script.md").write_bytes(mutated(script, chance))
        signal.setitimer(signal.ITIMER_VIRTUAL, BUSY)
        codes.append(main(["check", str(episode)]))
        said = "".join(capsys.readouterr())
        kept = f"mutant {number}:\n{(episode / 'script.md').read_bytes()!r}\n{said}"
        assert codes[-1] in (0, 1, 2), kept
        assert said.strip() and "Traceback" not in said and "a fault in Lectern" not in said, kept
    assert 2 in codes
