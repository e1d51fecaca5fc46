"""Scripts and settings as nobody means them: real ones with some places changed."""

import random

PIECES = [
    "{", "}", "{x}", "{say: y}", "{pause: 1}", "```", "```overlay\n", "\n\n", "\n", "\t", "---\n", "# ", "**Ben:** ",
    "**", "`", ": ", "- ", "[", "]", "'", '"', "&a ", "*a", "!t ", "|\n", "? ", "\\", '"\\UFFFFFFFF"', '"\\ud800"',
    "\x00", "\x07", "\u2028", "\ufeff", "é", "\U0001f600", "<b>", "<!--", "|a|b|\n|-|-|\n", "![x](y)", "\r", "    ",
    "%YAML 9\n", "<<: ", "~", ".inf", "[[",
]  # fmt: skip
"""What is put into a text: what scripts are made of, and what no text should hold."""


def mutated(script: str, chance: random.Random) -> bytes:
    """The text with some places cut, doubled, or filled with something strange."""
    text = script
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 0, 1, 3, 20, 200]))
        text = text[:start] + chance.choice([*PIECES, text[start:end] * 2, ""]) + text[end:]
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    if data and chance.random() < 0.05:
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)
