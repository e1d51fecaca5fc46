"""What was changed by hand stays with its line, overlay or scene when that is called otherwise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.timeline.edits import Edit, edits_of
from lectern.pipeline.timeline.follow import edits_now, follow
from lectern.pipeline.timeline.model import Element
from lectern.pipeline.timeline.resolve import elements_of

SCRIPT = """---
title: Count
narrator: ada
---

# The first

How long is the peom? One comand says it.

Four lines, and that is all.

```overlay
kind: title
text: Count the lines
subtitle: One comand is enough
```

# The second

And what else can it count? Words and letters.
"""


@pytest.fixture
def elements(tmp_path: Path) -> Callable[[str], tuple[Element, ...]]:
    """What a script is made of."""

    def read(script: str) -> tuple[Element, ...]:
        (tmp_path / "script.md").write_text(script)
        return tuple(elements_of(read_episode(tmp_path).scenes))

    return read


def owner(elements: tuple[Element, ...], begins: str) -> str:
    """The scene and the owner of the element whose text begins so, as its strips' ids begin."""
    return next("/".join(element.key) for element in elements if element.text.startswith(begins))


def hand(*strips: str) -> tuple[Edit, ...]:
    return tuple(Edit(strip=strip, property="volume", value=0.5, script=1.0) for strip in strips)


@pytest.mark.parametrize(
    ("old", "new", "begins", "is_now"),
    [
        ("peom? One comand", "poem? One command", "How long", "How long"),
        ("\nFour lines", "\nThese are the words of a new line.\n\nFour lines", "Four", "Four"),
        ("One comand is enough", "One command is enough", "title Count", "title Count"),
        ("# The first", "# Lines of a poem", "Four", "Four"),
        ("# The first", "# Lines of a poem", "title Count", "title Count"),
        ("How long is the peom? One comand says it.\n\n", "", "Four", "Four"),
    ],
)
def test_edits_stay_with_what_was_mended(
    elements: Callable[[str], tuple[Element, ...]], old: str, new: str, begins: str, is_now: str
) -> None:
    before, now = elements(SCRIPT), elements(SCRIPT.replace(old, new))
    was, at = owner(before, begins), owner(now, is_now)
    edits = edits_of((*hand(f"{was}/voice-0", f"{was}/voice-0#1a2b"),
                      Edit(strip=f"{was}/voice-0#1a2b", property="copy_of", value=f"{was}/voice-0")))  # fmt: skip
    kept, _ = edits_now(edits, follow(before, now))
    assert [edit.strip for edit in kept.edits] == [f"{at}/voice-0", f"{at}/voice-0#1a2b", f"{at}/voice-0#1a2b"]
    assert next(edit.value for edit in kept.edits if edit.property == "copy_of") == f"{at}/voice-0"


def test_a_line_that_was_moved_to_another_scene_takes_its_edits_along(
    elements: Callable[[str], tuple[Element, ...]],
) -> None:
    line = "Four lines, and that is all.\n\n"
    before, now = elements(SCRIPT), elements(SCRIPT.replace(line, "") + f"\n{line}")
    was, at = owner(before, "Four"), owner(now, "Four")
    kept, told = edits_now(edits_of(hand(f"{was}/voice-0")), follow(before, now))
    assert at.startswith("the-second/") and kept.edits[0].strip == f"{at}/voice-0"
    assert told == (f'what was changed by hand on {was} is now on {at}: "Four lines, and that is all."',)


def test_nobody_guesses_which_of_two_lines_a_third_has_become(
    elements: Callable[[str], tuple[Element, ...]],
) -> None:
    before = elements(SCRIPT)
    two = "Four lines, and this is all.\n\nFour lines, and that is it."
    now = elements(SCRIPT.replace("Four lines, and that is all.", two))
    was = owner(before, "Four")
    edits = edits_of(hand(f"{was}/voice-0"))
    kept, told = edits_now(edits, follow(before, now))
    assert kept == edits
    assert len(told) == 1 and "could be" in told[0] and "lectern edits DIR apply" in told[0]


def test_what_became_something_else_leaves_its_edits_behind(
    elements: Callable[[str], tuple[Element, ...]],
) -> None:
    before = elements(SCRIPT)
    now = elements(SCRIPT.replace("Four lines, and that is all.", "Quite another sentence stands here now."))
    edits = edits_of(hand(f"{owner(before, 'Four')}/voice-0", "track:Voice"))
    assert edits_now(edits, follow(before, now)) == (edits, ())


def test_strips_of_a_scene_go_along_with_its_new_title(elements: Callable[[str], tuple[Element, ...]]) -> None:
    before, now = elements(SCRIPT), elements(SCRIPT.replace("# The first", "# Lines of a poem"))
    kept, told = edits_now(edits_of(hand("the-first/ada/0")), follow(before, now))
    assert kept.edits[0].strip == "lines-of-a-poem/ada/0"
    assert told == ('scene "the-first" is called "lines-of-a-poem" now; what was changed by hand in it stays',)
