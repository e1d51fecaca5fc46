"""Words that are changed on a text strip go into the script, and with undo out of it."""

from pathlib import Path

import bpy
from two_scenes import SCRIPT, episode, film

from lectern.addon import script_undo
from lectern.addon.build import compile_last_timeline, save_edits
from lectern.addon.sequencer.owned import owned_strips
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.episode.film_scenes import film_scenes
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.studio.words import write_words
from lectern.pipeline.timeline.edits import read_edits
from lectern.pipeline.timeline.model import TextStrip, Timeline, Track
from lectern.pipeline.timeline.resolve import elements_of

TITLE = "\n```overlay\nkind: title\ntext: Hello word\n```\n"


def built(folder: Path, text: str) -> str:
    """Leaves the timeline that a build of the script would leave; returns the id of its title."""
    elements = tuple(elements_of(film_scenes(read_episode(folder))))
    owner = next(element.owner for element in elements if element.kind == "overlay title")
    title = TextStrip(
        id=f"second/{owner}/text", scene="second", name="title", track="Text", start=30, end=70, text=text,
        font="Inter-SemiBold.otf", size=80, colour="#ffffff", box={"x": 0.1, "y": 0.1, "w": 0.5, "h": 0.2},
    )  # fmt: skip
    two = film()
    timeline = Timeline.model_validate(two.model_dump() | {
        "elements": elements, "strips": (*two.strips, title), "tracks": (*two.tracks, Track(name="Text", channel=2))})  # fmt: skip
    for file in (EpisodePaths(folder=folder).scripted, EpisodePaths(folder=folder).timeline):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(timeline.model_dump_json())
    return title.id


def test_undo_takes_words_out_of_the_script_again(panel, tmp_path: Path) -> None:
    folder = episode(tmp_path / "ep", SCRIPT + TITLE, timeline=False)
    was = built(folder, "Hello word")
    assert bpy.ops.lectern.open_episode(directory=str(folder)) == {"FINISHED"}
    scene = bpy.context.scene
    compile_last_timeline(folder, scene)
    strip = owned_strips(scene)[was]
    strip.text = "Hello world"
    strip.color = (1, 0, 0, 1)
    save_edits(folder, scene)
    script_undo.note_before(scene, folder)
    before = scene.lectern.script
    (written,) = write_words(folder)
    script_undo.note_now(scene, folder)
    assert "Hello world" in str(written)
    assert (folder / "script.md").read_text() == SCRIPT + TITLE.replace("word", "world")
    now = built(folder, "Hello world")
    compile_last_timeline(folder, scene)
    assert was != now and [(e.strip, e.property) for e in read_edits(folder).edits] == [(now, "colour")]
    assert owned_strips(scene)[now].text == "Hello world" and tuple(owned_strips(scene)[now].color) == (1, 0, 0, 1)
    after, scene.lectern.script = scene.lectern.script, before  # as undo leaves it
    assert script_undo.follow(scene, after)
    assert (folder / "script.md").read_text() == SCRIPT + TITLE
    scene.lectern.script = after
    assert script_undo.follow(scene, before)
    assert (folder / "script.md").read_text() == SCRIPT + TITLE.replace("word", "world")
