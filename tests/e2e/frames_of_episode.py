"""Opens an episode as a person does, and writes frames of what then lies on the timeline, as OUT-FRAME.png.

Run by Blender (`blender -b --python this -- EPISODE OUT FRAME ...`) or by a Python with the bpy module.
"""

import sys

import bpy

episode, out, *frames = sys.argv[sys.argv.index("--") + 1 :]
if not bpy.app.binary_path:
    import lectern

    lectern.register()
bpy.ops.lectern.open_episode(directory=episode)
scene = bpy.context.scene
scene.render.image_settings.file_format = "PNG"
scene.render.image_settings.color_mode = "RGB"
for frame in frames:
    scene.frame_set(int(frame))
    scene.render.filepath = f"{out}-{frame}.png"
    bpy.ops.render.render(write_still=True)
print("STRIPS", len(scene.sequence_editor.strips_all))
