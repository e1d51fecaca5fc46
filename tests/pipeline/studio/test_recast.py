"""Another narrator: only who speaks changes in script.md, in one scene or in all."""

from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.characters.replace import recast
from lectern.pipeline.episode.folder import read_episode

SCRIPT = """---
title: Talk
narrator: ada
---

# One {#one}

{go}Every *project* starts here.
And goes on.

**Ben:** Why?

**ada**: Because {it}it does.

**Ada:** And {pause: 1}so on.

```avatar
character: ada
mood: serious
```

# Two {#two}

- First, this.
- **Ben:** Then that.

# Three {#three}

Alone again.
"""


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    return written(tmp_path, SCRIPT)


def written(folder: Path, script: str) -> Path:
    (folder / "script.md").write_bytes(script.encode())
    return folder


def speakers(folder: Path) -> list[list[str]]:
    return [[line.speaker for line in scene.lines] for scene in read_episode(folder).scenes]


def test_the_whole_episode_gets_another_narrator_and_no_other_byte_changes(episode: Path) -> None:
    done = recast(episode, "kai")
    assert (done.roles, done.lines) == ({"ada": "kai"}, {"one": 3, "two": 1, "three": 1})
    wanted = SCRIPT.replace("narrator: ada", "narrator: kai").replace("**ada**: B", "**Kai**: B")
    wanted = wanted.replace("**Ada:** And", "**Kai:** And").replace("character: ada", "character: kai")
    assert (episode / "script.md").read_text("utf-8") == wanted
    assert speakers(episode) == [["kai", "ben", "kai", "kai"], ["kai", "ben"], ["kai"]]


def test_one_scene_gets_another_narrator_who_is_named_where_she_starts(episode: Path) -> None:
    recast(episode, "Ruth", scene="two")
    assert (episode / "script.md").read_text("utf-8") == SCRIPT.replace("- First, this.", "- **Ruth:** First, this.")
    recast(episode, "ruth", scene="one")
    script = (episode / "script.md").read_text("utf-8")
    assert "**Ruth:** {go}Every *project* starts here.\nAnd goes on." in script and "narrator: ada" in script
    assert speakers(episode) == [["ruth", "ben", "ruth", "ruth"], ["ruth", "ben"], ["ada"]]


def test_somebody_else_than_the_narrator_is_replaced_too(episode: Path) -> None:
    recast(episode, "kai", old="ben")
    assert (episode / "script.md").read_text("utf-8") == SCRIPT.replace("**Ben:**", "**Kai:**")


def test_two_swap_and_swap_back(episode: Path) -> None:
    with pytest.raises(LecternError, match="ben speaks in this episode already.*--swap"):
        recast(episode, "ben")
    assert (episode / "script.md").read_text("utf-8") == SCRIPT
    recast(episode, "ben", swap=True)
    assert speakers(episode) == [["ben", "ada", "ben", "ben"], ["ben", "ada"], ["ben"]]
    recast(episode, "ada", swap=True)
    assert speakers(episode) == [["ada", "ben", "ada", "ada"], ["ada", "ben"], ["ada"]]


@pytest.mark.parametrize(("before", "after"), [
    ("# A\n\nSay.\n", "---\nnarrator: ben\n---\n\n# A\n\nSay.\n"),
    ("\ufeff# A\r\n\r\nSay.\r\n", "\ufeff---\r\nnarrator: ben\r\n---\r\n\r\n# A\r\n\r\nSay.\r\n"),
    ("---\ntitle: T\n---\n# A\n\nSay.\n", "---\ntitle: T\nnarrator: ben\n---\n# A\n\nSay.\n"),
])  # fmt: skip
def test_a_script_that_names_no_narrator_names_one_afterwards(before: str, after: str, tmp_path: Path) -> None:
    recast(written(tmp_path, before), "ben")
    assert (tmp_path / "script.md").read_bytes().decode() == after


@pytest.mark.parametrize(("options", "says"), [
    ({"new": "kay"}, 'no character "kay"; there are: ada, ben, kai, ruth'),
    ({"new": "ada"}, "ada is the narrator already"),
    ({"new": "kai", "old": "ruth"}, "ruth says nothing in this episode; there speak: ada, ben"),
    ({"new": "kai", "scene": "four"}, 'no scene "four"; there are: one, two, three'),
])  # fmt: skip
def test_what_can_not_be_done_is_said_with_what_can(options: dict[str, str], says: str, episode: Path) -> None:
    with pytest.raises(LecternError, match=says):
        recast(episode, **options)


def test_the_narrator_takes_back_a_scene_that_somebody_else_told(episode: Path) -> None:
    recast(episode, "kai", scene="three")
    assert speakers(episode)[2] == ["kai"]
    assert recast(episode, "ada", scene="three").roles == {"kai": "ada"}
    assert speakers(episode)[2] == ["ada"]
