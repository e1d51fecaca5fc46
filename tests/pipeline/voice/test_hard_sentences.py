"""The hard sentences are told to voices as a programmer reads them, and are understood (benchmarks/reading.py hears them all)."""

from pathlib import Path

import pytest

from lectern.pipeline.episode.characters import Character
from lectern.pipeline.episode.script import parse_script

ADA = Character(id="ada", name="Ada", portrait="lectern:ada")
LINES = Path(__file__).with_name("hard_sentences.txt").read_text("utf-8").splitlines()
PAIRS = [line.rsplit(" | ", 1) for line in LINES if " | " in line and not line.startswith("#")]


def test_there_are_enough_of_them_and_half_have_code_or_acronyms() -> None:
    plain, code = " ".join(LINES).count("# plain"), len(PAIRS)
    assert plain == 1 and code >= 200
    assert sum(written != told for written, told in PAIRS) >= 80


@pytest.mark.parametrize(("written", "told"), PAIRS)
def test_a_hard_sentence_is_told_as_a_programmer_reads_it(written: str, told: str) -> None:
    (line,) = parse_script(f"# A\n\n{written}\n", Path(), [ADA])["scenes"][0].lines
    assert " ".join(word.spoken for word in line.words) == told
