"""A Blender that has the episode open shows what others change in it, step by step, and the person wins."""

from pathlib import Path

import bpy
import pytest
from two_scenes import BLUE, episode, film

from lectern.addon import following
from lectern.addon.build import save_edits
from lectern.addon.sequencer.owned import owned_strips
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.geometry import FULL
from lectern.pipeline.changes.store import ChangesetStore
from lectern.pipeline.studio.plan_edit import Operation, plan_edit
from lectern.pipeline.studio.proposals import apply_edit
from lectern.pipeline.studio.status import status
from lectern.pipeline.timeline.edits import read_edits
from lectern.pipeline.timeline.model import ColourStrip, Timeline

FIRST, SECOND = "plate:first", "plate:second"


@pytest.fixture
def folder(panel, tmp_path: Path) -> Path:
    """An episode that was built, open in Blender, which has looked at it once."""
    folder = episode(tmp_path / "ep")
    _build(folder, film())
    assert bpy.ops.lectern.open_episode(directory=str(folder)) == {"FINISHED"}
    following.forget()
    assert following.follow(bpy.context.scene) is None
    return folder


def _build(folder: Path, timeline: Timeline) -> None:
    """Leaves what a build of another program leaves."""
    paths = EpisodePaths(folder=folder)
    paths.scripted.parent.mkdir(parents=True, exist_ok=True)
    for file in (paths.scripted, paths.timeline):
        file.write_text(timeline.model_dump_json())


def _set(folder: Path, *changes: tuple[str, str, float]) -> str:
    operations = [Operation(op="set", strip=strip, property=p, value=value) for strip, p, value in changes]
    planned = plan_edit(folder, operations, "calmer")
    assert apply_edit(folder, planned.id).outcome == "applied"
    return planned.id


def _strip(id: str) -> bpy.types.Strip:
    return owned_strips(bpy.context.scene)[id]


def _played() -> list[tuple[str, list[str], float, float]]:
    """Plays all back; of each step its line, what is selected, and both strips' opacity when it is done."""
    seen = []
    while (delay := following.follow(bpy.context.scene)) is not None:
        if delay:
            chosen = [id for id, strip in owned_strips(bpy.context.scene).items() if strip.select]
            alphas = [_strip(id).blend_alpha for id in (FIRST, SECOND)]
            seen.append((bpy.context.window_manager.lectern.following_step, chosen, *alphas))
    return seen


def test_what_an_agent_applies_is_played_back_strip_by_strip(folder: Path) -> None:
    _set(folder, (FIRST, "opacity", 0.5), (SECOND, "opacity", 0.25))
    assert [(chosen, *alphas) for _, chosen, *alphas in _played()] == [([FIRST], 0.5, 1.0), ([SECOND], 0.5, 0.25)]
    assert bpy.context.window_manager.lectern.following == "an agent: calmer"
    assert _played() == []


def test_each_step_says_in_a_line_what_happens(folder: Path) -> None:
    _set(folder, (FIRST, "opacity", 0.5))
    following.follow(bpy.context.scene)
    assert bpy.context.window_manager.lectern.following_step == "1/1  plate:first: opacity 0.5"


def test_playback_can_be_paused_and_gone_to_its_end(folder: Path) -> None:
    panel = bpy.context.window_manager.lectern
    _set(folder, (FIRST, "opacity", 0.5), (SECOND, "opacity", 0.25))
    while not following.follow(bpy.context.scene):
        pass
    panel.following_paused = True
    assert following.follow(bpy.context.scene) is None and _strip(SECOND).blend_alpha == 1.0
    assert bpy.ops.lectern.skip_playback() == {"FINISHED"}
    assert (_strip(SECOND).blend_alpha, panel.following_left, panel.following_paused) == (0.25, 0, False)


def test_what_was_played_back_is_taken_back_and_the_persons_own_stays(folder: Path) -> None:
    id = _set(folder, (FIRST, "opacity", 0.5))
    _played()
    _strip(SECOND).blend_alpha = 0.75
    assert bpy.ops.lectern.take_back() == {"FINISHED"}
    _played()
    assert [_strip(each).blend_alpha for each in (FIRST, SECOND)] == [1.0, 0.75]
    assert ChangesetStore(folder).get(id).state == "reverted"
    assert [(e.strip, e.value) for e in read_edits(folder).edits] == [(SECOND, 0.75)]


def test_a_person_who_edits_the_same_property_wins_and_the_agent_is_told(folder: Path) -> None:
    id = _set(folder, (FIRST, "opacity", 0.5), (SECOND, "opacity", 0.25))
    _strip(FIRST).blend_alpha = 0.75
    _played()
    assert [_strip(each).blend_alpha for each in (FIRST, SECOND)] == [0.75, 0.25]
    assert status(folder).overruled == (
        f"{id}: opacity of plate:first stays 0.75: a person has just set it in Blender",
    )
    assert ChangesetStore(folder).get(id).state == "applied"


def test_another_property_of_the_same_strip_is_changed_beside_the_persons(folder: Path) -> None:
    _set(folder, (FIRST, "opacity", 0.5))
    _strip(FIRST).transform.rotation = 0.25
    _played()
    assert (_strip(FIRST).blend_alpha, _strip(FIRST).transform.rotation) == (0.5, 0.25)
    assert status(folder).overruled == ()


def test_a_film_that_was_built_by_another_program_appears(folder: Path) -> None:
    extra = ColourStrip(
        id="plate:new", scene="second", name="n", track="Screen", start=75, end=90, colour=BLUE, box=FULL
    )
    _build(folder, film().model_copy(update={"strips": (*film().strips, extra), "frames": 90}))
    _strip(FIRST).blend_alpha = 0.75
    lines = [line for line, *_ in _played()]
    assert lines == ["1/2  The film was built anew, with other strips: 1", "2/2  plate:new: new, at 2.5 s"]
    assert "plate:new" in owned_strips(bpy.context.scene) and _strip(FIRST).blend_alpha == 0.75


def test_what_this_blender_writes_itself_is_not_played_back(folder: Path) -> None:
    _strip(FIRST).blend_alpha = 0.75
    save_edits(folder, bpy.context.scene)
    assert _played() == []


def test_nothing_is_shown_while_another_process_builds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lectern.addon.build import only_this_writer

    _set(folder, (FIRST, "opacity", 0.5))
    with only_this_writer(folder):
        assert _played() == [] and _strip(FIRST).blend_alpha == 1.0
    assert len(_played()) == 1
