"""Markdown of which nothing would be said or shown, or whose signs would be read aloud: none of it vanishes in silence."""

from collections.abc import Callable

import pytest

from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.model import Episode

Reading = Callable[[str], Episode]


@pytest.mark.parametrize(
    ("prose", "found", "instead"),
    [
        ("[Ada]: Hello", "[Ada]:", "**Ada:**"),
        ("[ben]:\nHello", "[ben]:", "**Ben:**"),
        ("> [Ada]: Hello", "[Ada]:", "**Ada:**"),
        ("- [Ada]: Hello", "[Ada]:", "**Ada:**"),
        ("[Ada]: Hello\n[Ada]: Again", "[Ada]:", "**Ada:**"),
        ("[Note]: http://x.org", "[Note]:", ""),
        ("[^1]: Later", "[^1]:", ""),
        ("Hello.\n[Ada]: Hi there", "[Ada]:", "\n\n**Ada:**"),
        ("Hello.\nBen: Hi there", "Ben:", "\n\n**Ben:**"),
        ("1986. What a year.", "1986.", "1986\\."),
        ("42) is the answer", "42)", "42\\)"),
        ("3. Oktober 1990: ein Feiertag.", "3.", "3\\."),
        ("- [ ] wash up", "[ ]", ""),
        ("1. [x] wash up", "[x]", ""),
        ("> [!WARNING]\n> Hot.", "[!WARNING]", "```note"),
        (":::note", ":::note", "```note"),
        ("#Intro", "#Intro", "# Intro"),
        ("#Add a file", "#Add a file", "# Add a file"),
        ("##Two words", "##Two words", "## Two words"),
        ("####### deep", "#######", "#"),
        ("See [[Home]] now.", "[[Home]]", "Home"),
        ("See [[Home|the start]] now.", "[[Home|the start]]", "the start"),
        ("So $x^2$ grows.", "$x^2$", ""),
        ("So $$\\sum_i i$$ grows.", "$$\\sum_i i$$", ""),
        ("Well :smile: done.", ":smile:", ""),
        ("A word^[and a note] here.", "^[and a note]", ""),
        ("See [](http://x.org) now.", "[](http://x.org)", ""),
        ("*[HTML]: Hyper Text", "*[HTML]:", ""),
        ("Say this\\", "\\", ""),
        ("Say <!-- this", "<!--", "```note"),
    ],
)
def test_it_is_a_problem_at_its_line_that_says_what_to_write(
    reading: Reading, prose: str, found: str, instead: str
) -> None:
    with pytest.raises(EpisodeErrors) as caught:
        reading(f"# A\n\nFirst.\n\n{prose}\n")
    told = caught.value.problems
    assert {(p.details.found.strip(), p.details.instead) for p in told} == {(found, instead)}, told
    assert all(5 <= p.line <= 6 for p in told)


@pytest.mark.parametrize(
    ("prose", "said"),
    [
        ("See [the page][p] and [p].\n\n[p]: http://x.org", "See the page and p."),
        ("Salt &amp; pepper", "Salt & pepper"),
        ("Say this  \nand that\\\nand more.", "Say this and that and more."),
        ("See <https://example.com>.", "See https://example.com."),
        ("\\*a\\* \\[x\\] \\[\\[y\\]\\] \\#Intro", "*a* [x] [[y]] #Intro"),
        ("1. one\n2. two", "one two"),
        ("- one\n  - two", "one two"),
        ("5. is where we go on", "is where we go on"),
        ("> She said so.", "She said so."),
        ("It costs $5 to $10 + tax, or $x.", "It costs $5 to $10 + tax, or $x."),
        ("At 10:30:15 use `[[ $a ]]`, `:smile:` and `$x^2$`.", "At 10:30:15 use [[ $a ]], :smile: and $x^2$."),
        ("#FFF is white, and #ff8800 is orange.", "#FFF is white, and #ff8800 is orange."),
        ("C++::std is a :: b.", "C++::std is a :: b."),
        ("1986\\. What a year.", "1986. What a year."),
        ("An \\[x\\] marks it, and a[0] is first.", "An [x] marks it, and a[0] is first."),
    ],
)
def test_what_is_meant_is_said(reading: Reading, prose: str, said: str) -> None:
    lines = reading(f"# A\n\n{prose}\n").scenes[0].lines
    assert " ".join(word.written for line in lines for word in line.words) == said


@pytest.mark.parametrize("title", ["See ![a cat](cat.png)", "This <b>bold</b> one"])
def test_what_no_title_can_show_is_a_problem(reading: Reading, title: str) -> None:
    with pytest.raises(EpisodeErrors, match="in a heading is shown nowhere"):
        reading(f"# {title}\n\nSay.\n")


@pytest.mark.parametrize(
    "block",
    ["<!-- no -->", "<div>x</div>", "    code", "***", "| a |\n|---|\n| b |", "Title\n=====", "Title\n-----", "![a](b.png)",
     "Say<br>this.", "<?php x ?>", "<!DOCTYPE x>", "<script>x</script>", "Word[^1]."],
)  # fmt: skip
def test_what_is_neither_said_nor_shown_is_a_problem(reading: Reading, block: str) -> None:
    with pytest.raises(EpisodeErrors) as caught:
        reading(f"# A\n\nFirst.\n\n{block}\n")
    assert all(5 <= problem.line <= 6 for problem in caught.value.problems)


def test_a_rule_is_named_as_it_is_written(reading: Reading) -> None:
    with pytest.raises(EpisodeErrors, match=r'a rule \("\*\*\*"\)'):
        reading("# A\n\nFirst.\n\n***\n")
