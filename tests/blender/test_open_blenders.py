"""Who builds or writes asks a Blender that has the episode open for what is not saved there: two processes, one of them a Blender."""

import subprocess
import sys
from pathlib import Path

import pytest
from two_scenes import episode, film

from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.changes.store import ChangesetStore
from lectern.pipeline.jobs import editors
from lectern.pipeline.jobs.editors import ask_editors
from lectern.pipeline.studio.edits import reset_all_edits
from lectern.pipeline.studio.proposals import apply_edit
from lectern.pipeline.studio.scene_changes import delete_scene
from lectern.pipeline.timeline.edits import read_edits

OPEN = """
import sys, time
from pathlib import Path
import bpy, lectern
from lectern.addon import editing
from lectern.addon.build import compile_last_timeline
from lectern.addon.sequencer.owned import owned_strips
folder, answers = Path(sys.argv[1]), sys.argv[2] == "answers"
lectern.register()
bpy.ops.lectern.open_episode(directory=str(folder))
scene = bpy.context.scene
compile_last_timeline(folder, scene)
bpy.ops.wm.save_as_mainfile(filepath=str(folder / f"{folder.name}.blend"))
owned_strips(scene)["plate:first"].blend_alpha = 0.25
bpy.ops.ed.undo_push(message="Dragged")
editing.answer_builds(scene)
print("open", bpy.data.is_dirty, flush=True)
while answers:
    editing.answer_builds(scene)
    time.sleep(0.05)
sys.stdin.read()
"""


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    folder = episode(tmp_path / "ep")
    scripted = EpisodePaths(folder=folder).scripted
    scripted.parent.mkdir(parents=True, exist_ok=True)
    scripted.write_text(film().model_dump_json())
    return folder


@pytest.mark.parametrize("answers", ["answers", "is silent"])
def test_what_is_not_saved_in_an_open_blender_is_saved_first_or_left_alone(
    built: Path, answers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drag that nobody has collected holds through a change of the script that an agent proposed and another process applies."""
    script = (built / "script.md").read_text()
    change = ChangesetStore(built).propose(
        {"script.md": script.replace("Some words", "Other words")}, "an agent", "better"
    )
    command = [sys.executable, "-c", OPEN, str(built), answers]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as blender:
        try:
            while not (line := blender.stdout.readline()).startswith("open"):
                assert line, "it has ended"
            before = EpisodePaths(folder=built).blend.read_bytes()
            assert line == "open True\n"
            if answers == "answers":
                monkeypatch.setattr(editors, "PATIENCE", 60)
                apply_edit(built, change.id, "an agent")
                assert "Other words" in (built / "script.md").read_text()
                assert [(e.strip, e.property, e.value) for e in read_edits(built).edits] == [
                    ("plate:first", "opacity", 0.25)
                ]
                assert EpisodePaths(folder=built).blend.read_bytes() != before
            else:
                monkeypatch.setattr(editors, "PATIENCE", 0.3)
                refused = apply_edit(built, change.id, "an agent")
                assert refused.outcome == "refused" and "did not answer for 0.3 seconds" in refused.why
                for write in (
                    lambda: reset_all_edits(built),
                    lambda: delete_scene(built, "second"),
                    lambda: ask_editors(EpisodePaths(folder=built).database),
                ):
                    with pytest.raises(LecternError, match="did not answer for 0.3 seconds"):
                        write()
                assert (built / "script.md").read_text() == script
                assert read_edits(built).edits == () and EpisodePaths(folder=built).blend.read_bytes() == before
        finally:
            blender.kill()
