"""What makes a plan weak though it can be built."""

from pathlib import Path

import pytest

from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.planning.lints import pace_text, plan_findings

TERMINAL = "```capture\nkind: terminal\nsteps:\n{steps}```\n"
SHOWN = "```overlay\nkind: title\ntext: Lines\n```\n"


def findings(folder: Path, *scenes: str, sources: str = "", front: str = "", **paces: float) -> list[str]:
    (folder / "script.md").write_text(f"---\ntitle: T\n{front}---\n\n" + "\n".join(scenes))
    return [f"{one.line}: {one.message}" for one in plan_findings(read_episode(folder), sources, paces)]


def steps(*marks: str) -> str:
    return TERMINAL.format(
        steps="".join(f"  - run: ls\n{f'    at: {mark}{chr(10)}' if mark else ''}" for mark in marks)
    )


def test_a_sound_plan_has_no_findings(tmp_path: Path) -> None:
    scene = f"# Count {{#count}}\n\nOne command {{go}}counts the lines of the file, and that is all there is to it.\n\n{steps('go')}"
    assert findings(tmp_path, scene) == []


@pytest.mark.parametrize(
    ("scene", "sources", "told"),
    [
        (
            f"# A {{#a}}\n\n{'We say it on and on ' * 6}now. Short one.\n\n{SHOWN}",
            "",
            'the sentence "We say it on and on …" has 37 words',
        ),
        ("# A {#a}\n\nNothing is seen here.\n", "", 'scene "a" shows nothing of what it says'),
        (f"# A {{#a}}\n\n{steps('', '')}", "", "nothing is said about the 2 steps"),
        (
            f"# A {{#a}}\n\n{'We list the files in the folder. ' * 6}\n\n{steps('', '', '', '')}",
            "",
            "4 steps follow each other without a word",
        ),
        (
            f"# A {{#a}}\n\nWe {{one}}list {{two}}it {{three}}now {{four}}here.\n\n{steps('one', 'two', 'three', 'four')}",
            "",
            "has 4 steps in",
        ),
        (f"# A {{#a}}\n\nIt is 40 percent smaller.\n\n{SHOWN}", "", '"40 percent" is a claim without its source'),
        (f"# A {{#a}}\n\nIt is faster than anything.\n\n{SHOWN}", "", '"faster than" is a claim without its source'),
        (
            f"# A {{#a}}\n\nIt is 40 percent smaller.\n\n{SHOWN}",
            "Sources: our benchmark, 140 percent",
            "claim without its source",
        ),
    ],
)
def test_what_is_weak_is_told_with_its_line(tmp_path: Path, scene: str, sources: str, told: str) -> None:
    (found,) = findings(tmp_path, scene, sources=sources)
    assert told in found and not found.startswith("0:")


@pytest.mark.parametrize("sources", ["Sources: 40 percent, by our benchmark", ""])
def test_a_claim_that_the_brief_names_or_the_scene_shows_is_none(tmp_path: Path, sources: str) -> None:
    shown = SHOWN.replace("Lines", "40 percent") if not sources else SHOWN
    assert findings(tmp_path, f"# A {{#a}}\n\nIt is 40 percent smaller.\n\n{shown}", sources=sources) == []


def test_two_scenes_that_say_the_same_are_told(tmp_path: Path) -> None:
    said = "The branch keeps every commit that we made yesterday, while the stash holds unfinished work safely aside."
    again = "Remember: stash holds unfinished work safely aside, while every commit that we made yesterday stays on the branch."
    (found,) = findings(tmp_path, f"# A {{#a}}\n\n{said}\n\n{SHOWN}", f"# B {{#b}}\n\n{again}\n\n{SHOWN}")
    assert 'scene "b" says the same as "a"' in found
    other = "Finally we merge, look into the log, and delete what nobody needs any longer on this machine."
    assert findings(tmp_path, f"# A {{#a}}\n\n{said}\n\n{SHOWN}", f"# B {{#b}}\n\n{other}\n\n{SHOWN}") == []


def test_the_length_is_judged_by_the_measured_pace_of_the_voice(tmp_path: Path) -> None:
    scene = f"# A {{#a}}\n\n{'We list every file in the folder now. ' * 20}\n\n{SHOWN}"
    assert findings(tmp_path, scene, front="length: 55s\n") == []
    (slow,) = findings(tmp_path, scene, front="length: 55s\n", ada=0.18)
    assert "too long" in slow
    episode = read_episode(tmp_path)
    assert "measured" in pace_text(episode, "ada", 0.06) and "213 words" in pace_text(episode, "ada", 0.06)
    assert "as voices usually do" in pace_text(episode, "ada", None)
