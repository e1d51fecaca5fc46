import random
from collections.abc import Callable

import pytest

from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.model import Episode

Reading = Callable[[str | bytes], Episode]

PIECES = [
    "{",
    "}",
    "{x}",
    "{say: y}",
    "{pause: 1}",
    "```",
    "```overlay\n",
    "\n\n",
    "\n",
    "\t",
    "---\n",
    "# ",
    "**Ben:** ",
    "**",
    "`",
    ": ",
    "- ",
    "[",
    "]",
    "'",
    '"',
    "&a ",
    "*a",
    "!t ",
    "|\n",
    "? ",
    "\\",
    '"\\UFFFFFFFF"',
    '"\\ud800"',
    "\x00",
    "\x07",
    "\u2028",
    "\ufeff",
    "é",
    "\U0001f600",
    "<b>",
    "<!--",
    "|a|b|\n|-|-|\n",
    "![x](y)",
    "\r",
    "    ",
    "%YAML 9\n",
    "<<: ",
    "~",
    ".inf",
    "[[",
]


def mutated(script: str, chance: random.Random) -> bytes:
    """The script with some places cut, doubled, or filled with something strange."""
    text = script
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 0, 1, 3, 20, 200]))
        text = text[:start] + chance.choice([*PIECES, text[start:end] * 2, ""]) + text[end:]
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    if data and chance.random() < 0.05:
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_written_is_read_or_refused_with_a_line(reading: Reading, design: str, seed: int) -> None:
    chance, refused = random.Random(seed), 0
    for _ in range(100):
        try:
            reading(mutated(design, chance))
        except EpisodeErrors as errors:
            refused += 1
            assert all(p.line >= 1 and p.message for p in errors.problems)
    assert 0 < refused < 100
