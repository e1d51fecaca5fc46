"""A mark is put before another word, and nothing else of the script changes."""

from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.mark_edit import with_mark_at

SCRIPT = """---
title: Marks
narrator: ada
---

# A scene {#a}

```overlay
kind: callout
text: Here
at: here
```

Two *books*, {here}twelve euros each.
The total is "twelve", and {pause: 0.5} that is wrong.

**Ben:** It *was {old}right* once.
"""


def _moved(tmp_path: Path, mark: str, line: int, word: int, script: str = SCRIPT) -> str:
    (tmp_path / "script.md").write_text(script)
    episode = read_episode(tmp_path)
    scene = episode.scenes[0]
    return with_mark_at(script, episode, "a", mark, scene.lines[line].id, word)


@pytest.mark.parametrize(
    "line, word, there",
    [
        (0, 0, "{here}Two *books*, twelve"), (0, 1, "Two {here}*books*, twelve"), (0, 4, "twelve euros {here}each."),
        (0, 8, 'is {here}"twelve", and'), (0, 10, "and {here}{pause: 0.5} that is"), (0, 13, "that is wrong.{here}\n"),
        (1, 1, "**Ben:** It {here}*was {old}right* once."), (1, 4, "once.{here}\n"),
    ],
)  # fmt: skip
def test_a_mark_stands_before_the_word_and_nothing_else_changes(
    tmp_path: Path, line: int, word: int, there: str
) -> None:
    found = _moved(tmp_path, "here", line, word)
    assert there in found
    assert found.replace("{here}", "") == SCRIPT.replace("{here}", "")


def test_a_mark_that_is_there_already_changes_nothing(tmp_path: Path) -> None:
    assert _moved(tmp_path, "here", 0, 2) == SCRIPT


def test_a_mark_of_another_scene_or_in_another_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match="says something else by now"):
        _moved(tmp_path, "nowhere", 0, 1)
    with pytest.raises(LecternError, match="can't stand there"):
        _moved(tmp_path, "here", 0, 99)
