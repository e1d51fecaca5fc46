"""Words that were changed on the timeline go back into script.md, unless that says something else by now."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.episode.film_scenes import film_scenes
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.studio.words import take_in_words, write_words
from lectern.pipeline.timeline.edits import Edit, Edits, apply_edits, edits_of, write_edits
from lectern.pipeline.timeline.follow import follow_script
from lectern.pipeline.timeline.model import TextStrip, Timeline, Track
from lectern.pipeline.timeline.resolve import elements_of

SCRIPT = """---
title: Count
---

# One {#one}

Some words are said.

```overlay
kind: title
text: Count the lines
subtitle: It is enough
```
"""
HAND = "Count all the lines of the poem: now"


def film(folder: Path, text: str) -> Timeline:
    """What the script makes of its title, as far as it matters here."""
    elements = tuple(elements_of(film_scenes(read_episode(folder))))
    title = next(element for element in elements if element.kind == "overlay title")
    strip = TextStrip(
        id=f"one/{title.owner}/text", scene="one", name="title", track="Text", start=0, end=30, text=text,
        font="Inter-SemiBold.otf", size=40, colour="#fedcba", box={"x": 0, "y": 0, "w": 0.5, "h": 0.5},
    )  # fmt: skip
    return Timeline(title="Count", fps=30, size=(640, 360), frames=30, tracks=(Track(name="Text", channel=1),), scenes=(),
                    strips=(strip,), elements=elements)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An episode whose title somebody has changed on the timeline, in words and in colour."""
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    folder = tmp_path / "film"
    folder.mkdir()
    (folder / "script.md").write_text(SCRIPT)
    before = film(folder, "Count the\nlines")
    scripted = EpisodePaths(folder=folder).scripted
    scripted.parent.mkdir(parents=True, exist_ok=True)
    scripted.write_text(before.model_dump_json())
    write_edits(folder, edits(before.strips[0].id))
    return folder


def edits(id: str) -> Edits:
    return edits_of((
        Edit(strip=id, property="text", value=HAND, script="Count the\nlines"),
        Edit(strip=id, property="colour", value=(1, 1, 0, 1), script=(1, 1, 1, 1)),
    ))  # fmt: skip


def test_changed_words_are_written_into_the_script_and_are_no_edit_any_more(folder: Path) -> None:
    before = film(folder, "Count the\nlines")
    (written,) = write_words(folder)
    assert (folder / "script.md").read_text() == SCRIPT.replace("text: Count the lines", f'text: "{HAND}"')
    assert str(written) == f'script.md:9: "Count the lines" is now "{HAND}", as it was written on the timeline'
    assert write_words(folder) == ()
    now = film(folder, HAND.replace(" the poem", "\nthe poem"))
    left, told = follow_script(edits(before.strips[0].id), before.elements, now)
    assert [(edit.strip, edit.property) for edit in left.edits] == [(now.strips[0].id, "colour")]
    assert before.strips[0].id != now.strips[0].id and len(told) == 1


def test_words_that_the_script_says_otherwise_by_now_stay_an_edit_that_is_shown(folder: Path) -> None:
    before = film(folder, "Count the\nlines")
    theirs = SCRIPT.replace("Count the lines", "Count the verses")
    (folder / "script.md").write_text(theirs)
    assert write_words(folder) == ()
    assert (folder / "script.md").read_text() == theirs
    now = film(folder, "Count the\nverses")
    left, _ = follow_script(edits(before.strips[0].id), before.elements, now)
    timeline, conflicts = apply_edits(now, left)
    assert timeline.strips[0].text == HAND
    assert len(conflicts) == 1 and f'"{HAND}" was written by hand' in conflicts[0] and "verses" in conflicts[0]


def test_other_line_breaks_of_the_same_words_stay_an_edit(folder: Path) -> None:
    before = film(folder, "Count the\nlines")
    id = before.strips[0].id
    breaks = Edit(strip=id, property="text", value="Count\nthe\nlines", script="Count the\nlines")
    write_edits(folder, edits_of((breaks,)))
    assert write_words(folder) == ()
    assert follow_script(edits_of((breaks,)), before.elements, before)[0].edits == (breaks,)


def test_a_script_that_can_not_be_read_is_left_alone(folder: Path) -> None:
    (folder / "script.md").write_text(SCRIPT.replace("kind: title", "kind: tilte"))
    before = (folder / "script.md").read_text()
    assert write_words(folder) == () and (folder / "script.md").read_text() == before


def test_a_build_collects_each_state_of_the_blend_once_before_it_reads_the_script(folder: Path) -> None:
    asked: list[str] = []

    def run(task: str, _request: dict[str, Any]) -> dict[str, Any]:
        asked.append(task)
        return {"edits": edits(film(folder, "Count the\nlines").strips[0].id).model_dump(mode="json")}

    paths = EpisodePaths(folder=folder)
    build: Any = SimpleNamespace(paths=paths, renderer=SimpleNamespace(run=run), scheduler=SimpleNamespace(note=print))
    write_edits(folder, Edits())
    paths.blend.write_bytes(b"saved by a person")
    assert [words.after for words in take_in_words(build)] == [HAND]
    assert take_in_words(build) == () and asked == ["collect"]
    paths.blend.write_bytes(b"saved once more")
    take_in_words(build)
    assert asked == ["collect", "collect"]
