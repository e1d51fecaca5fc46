"""Opens an episode as a person does, and writes one frame of what then lies on the timeline.

Run by Blender (`blender -b --python this -- EPISODE FRAME OUT`) or by a Python with the bpy module.
"""

import sys

import bpy

episode, frame, out = sys.argv[sys.argv.index("--") + 1 :]
if not bpy.app.binary_path:
    import lectern

    lectern.register()
bpy.ops.lectern.open_episode(directory=episode)
scene = bpy.context.scene
scene.frame_set(int(frame))
scene.render.image_settings.file_format = "PNG"
scene.render.image_settings.color_mode = "RGB"
scene.render.filepath = out
bpy.ops.render.render(write_still=True)
print("STRIPS", len(scene.sequence_editor.strips_all))
