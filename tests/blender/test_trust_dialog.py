"""The dialog of the button Trust: which answer is selected before a person chooses one."""

from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest
from panel_drawn import Layout
from two_scenes import SCRIPT, episode

from lectern.operators import trust
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.trust.allowed import allowed_form
from lectern.pipeline.trust.grants import is_own, note_own
from lectern.pipeline.trust.permissions import permission_requests

TERMINAL = """
```capture
kind: terminal
steps:
  - run: rm -rf build
```
"""

ASKED = ("invoke", "draw", "make_change", "_consequences")


@pytest.fixture
def dialog(panel, monkeypatch):
    """What the button Trust shows, as Blender would ask it with a window: an answer is selected, and can be changed."""
    operator = {name: vars(trust.LECTERN_OT_trust_episode)[name] for name in ASKED}
    shown: list[str] = []
    asked = type("Asked", (), {**operator, "layout": Layout(shown), "shown": shown})()
    asked.way = bpy.ops.lectern.trust_episode.get_rna_type().properties["way"].default
    manager = SimpleNamespace(lectern=panel, invoke_props_dialog=lambda *_, **how: {"RUNNING_MODAL"})
    asked.context = SimpleNamespace(window_manager=manager, scene=bpy.context.scene)
    monkeypatch.setattr(trust, "open_episode_folder", lambda context: Path(panel.folder))
    return asked


def test_a_strangers_episode_is_run_in_the_sandbox_unless_the_person_chooses_otherwise(panel, tmp_path, dialog):
    folder = episode(tmp_path / "ep", SCRIPT + TERMINAL, timeline=False)
    bpy.ops.lectern.open_episode(directory=str(folder))
    assert dialog.invoke(dialog.context, None) == {"RUNNING_MODAL"}
    dialog.draw(dialog.context)
    assert "way: sandboxed" in dialog.shown
    assert "This episode was neither made nor built on this computer before." in dialog.shown
    assert "Its programs can use the system and your tools, and see none of your files." in " ".join(dialog.shown)
    dialog.make_change(dialog.context)
    allowed = allowed_form(read_episode(folder), permission_requests)
    assert [capture.environment.sandbox for scene in allowed.scenes for capture in scene.captures] == [True]
    assert not is_own(folder)


def test_ones_own_episode_is_run_with_ones_rights_unless_the_person_chooses_otherwise(panel, tmp_path, dialog):
    folder = episode(tmp_path / "ep", SCRIPT + TERMINAL, timeline=False)
    note_own(folder)
    bpy.ops.lectern.open_episode(directory=str(folder))
    dialog.invoke(dialog.context, None)
    dialog.draw(dialog.context)
    assert "way: full" in dialog.shown and not any("neither made" in line for line in dialog.shown)
    dialog.make_change(dialog.context)
    made = read_episode(folder)
    assert allowed_form(made, permission_requests) == made
