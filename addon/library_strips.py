"""Strips of the person's own, made from files of the library."""

from pathlib import Path

import bpy

from ..pipeline.base.errors import LecternError

STILL_SECONDS = 5
"""How long a picture is shown."""


def add_strip(scene: bpy.types.Scene, folder: Path, file: Path, kind: str) -> bpy.types.Strip:
    """Add a file at the playhead of `scene`, above everything that is there, and make it the active strip; return it.

    `kind` is that of the library; paths are relative to the .blend if that is saved in the episode's `folder`. Raises
    LecternError if the file is gone or Blender can't read it.
    """
    if not file.is_file():
        raise LecternError(f"{file} is not there any more")
    editor = scene.sequence_editor or scene.sequence_editor_create()
    path = (
        bpy.path.relpath(str(file))
        if Path(bpy.data.filepath).parent == folder and file.is_relative_to(folder)
        else str(file)
    )
    frame, is_sound = (
        scene.frame_current,
        file.suffix.lower() in (".wav", ".mp3", ".m4a", ".flac", ".ogg", ".opus", ".aac"),
    )
    try:
        channel = _top(editor) + 1
        if is_sound:
            strip = editor.strips.new_sound(file.stem, path, channel, frame)
        elif kind == "image":
            strip = editor.strips.new_image(file.stem, path, channel, frame, fit_method="FIT")
            strip.right_handle = frame + round(STILL_SECONDS * scene.render.fps)
        else:
            strip = editor.strips.new_movie(file.stem, path, channel, frame, fit_method="FIT")
    except RuntimeError as error:
        raise LecternError(f"Blender can't read {file.name}: {error}") from error
    strip.channel = _free_channel(editor, strip)
    for other in editor.strips:
        other.select = other == strip
    editor.active_strip = strip
    return strip


def _top(editor: bpy.types.SequenceEditor) -> int:
    return max((strip.channel for strip in editor.strips), default=0)


def _free_channel(editor: bpy.types.SequenceEditor, strip: bpy.types.Strip) -> int:
    """Return the lowest channel above all that is under a strip's time."""
    others = [other for other in editor.strips if other != strip]
    meanwhile = [o.channel for o in others if o.left_handle < strip.right_handle and strip.left_handle < o.right_handle]
    return max(meanwhile, default=0) + 1
