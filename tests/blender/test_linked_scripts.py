"""Scripts in what an episode's .blend links to: opened as the panel and the tasks open it, nothing of them runs."""

from pathlib import Path

from strip_stage import in_blender

LIBRARY = """
text = bpy.data.texts.new("start.py")
text.from_string(f"import pathlib; pathlib.Path({str(root / 'ran')!r}).write_text('text')")
text.use_module = True
thing = bpy.data.objects.new("Thing", None)
bpy.context.scene.collection.objects.link(thing)
curve = thing.driver_add("location", 0)
curve.driver.expression = f"[].append(__import__('pathlib').Path({str(root / 'ran')!r}).write_text('driver')) or 1"
bpy.ops.wm.save_as_mainfile(filepath=str(root / "library.blend"))
bpy.ops.wm.read_homefile(use_empty=True)
with bpy.data.libraries.load(str(root / "library.blend"), link=True) as (found, linked):
    linked.texts, linked.objects, linked.scenes = found.texts, found.objects, found.scenes
for thing in linked.objects:
    bpy.context.scene.collection.objects.link(thing)
    thing.override_create(remap_local_usages=True)
strips = bpy.context.scene.sequence_editor_create().strips
strips.new_scene("Linked", linked.scenes[0], 1, 1)
bpy.ops.wm.save_as_mainfile(filepath=str(root / "episode.blend"))
"""
OPENED = """
bpy.context.preferences.filepaths.use_scripts_auto_execute = True
bpy.ops.wm.open_mainfile(filepath=str(root / "episode.blend"), use_scripts=SCRIPTS)
bpy.context.scene.frame_set(7)
bpy.context.view_layer.update()
out["linked"] = sorted(library.name for library in bpy.data.libraries)
out["ran"] = (root / "ran").exists()
"""


def test_scripts_of_a_linked_blend_do_not_run_even_if_the_person_lets_scripts_run(tmp_path: Path) -> None:
    in_blender(tmp_path, LIBRARY)
    assert in_blender(tmp_path, OPENED.replace("SCRIPTS", "True"))["ran"]  # they would
    (tmp_path / "ran").unlink()
    assert in_blender(tmp_path, OPENED.replace("SCRIPTS", "False")) == {"linked": ["library.blend"], "ran": False}
