"""Blender's output settings for rendering segments and stills. They are never saved in the .blend."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import bpy

from ..pipeline.base.disk_space import full_among
from ..pipeline.base.errors import LecternError


def set_video(scene: bpy.types.Scene, out: Path, preset: str, crf: int, gop: int) -> None:
    """Render H.264 in MP4 to `out`, without sound.

    There are no B frames, so that segments can be joined without rewriting their timestamps.
    """
    render, ffmpeg = scene.render, scene.render.ffmpeg
    render.image_settings.media_type = "VIDEO"
    render.image_settings.file_format = "FFMPEG"
    _set_colours(scene)
    ffmpeg.format, ffmpeg.codec, ffmpeg.audio_codec = "MPEG4", "H264", "NONE"
    ffmpeg.ffmpeg_preset = preset
    ffmpeg.constant_rate_factor, ffmpeg.custom_constant_rate_factor = "CUSTOM", crf
    ffmpeg.gopsize, ffmpeg.use_max_b_frames, ffmpeg.max_b_frames = gop, True, 0
    ffmpeg.use_autosplit = False
    _set_path(scene, out)


def _set_colours(scene: bpy.types.Scene) -> None:
    """Choose RGB, or RGBA if no picture is muted.

    For RGB Blender puts black under every frame, which costs a pass over the canvas. The film's pictures fill the frame
    unless one is muted, so black is not needed. RGBA can be chosen only while the codec has alpha; H.264, which is set
    afterwards, leaves it out.
    """
    render = scene.render
    complete = not any(strip.mute for strip in scene.sequence_editor.strips_all if strip.type == "MOVIE")
    render.ffmpeg.format, render.ffmpeg.codec = "QUICKTIME", "QTRLE"
    render.image_settings.color_mode = "RGBA" if complete else "RGB"


def set_still(scene: bpy.types.Scene, out: Path) -> None:
    """Render an 8 bit RGB PNG to `out`."""
    settings = scene.render.image_settings
    settings.media_type, settings.file_format = "IMAGE", "PNG"
    settings.color_mode, settings.color_depth, settings.compression = "RGB", "8", 15
    _set_path(scene, out)


def literal_path(file: Path | str) -> str:
    """Return `file` as Blender's output settings name it, where braces stand for variables and are written twice."""
    return str(file).replace("{", "{{").replace("}", "}}")


def set_threads(scene: bpy.types.Scene, threads: int) -> None:
    """Limit the number of threads that Blender renders with; 0 means all."""
    scene.render.threads_mode = "FIXED" if threads else "AUTO"
    if threads:
        scene.render.threads = threads


def check_media(scene: bpy.types.Scene) -> None:
    """Raise LecternError if the file of a strip is missing, or if every picture is muted.

    Blender would leave a hole for a missing file. With every picture muted it would render the 3D scene instead, which
    takes minutes a frame.
    """
    if not any(strip.type != "SOUND" and not strip.mute for strip in scene.sequence_editor.strips):
        raise LecternError("The timeline shows nothing: every picture is muted. Unmute at least one strip.")
    files = set(map(_file, scene.sequence_editor.strips_all)) - {""}
    if missing := sorted(path for path in files if not Path(path).is_file()):
        names = ", ".join(missing)
        raise LecternError(
            f"The timeline uses files that are missing: {names}. Build again, or correct the strips' paths."
        )


def render_animation(scene: bpy.types.Scene, frames: int, report: Callable[[float], None]) -> tuple[set[str], int]:
    """Render the frame range of `scene` and report after each of its `frames` how much is done (0..1).

    Returns what Blender's operator returned, and the number of frames it has written.
    """
    written = 0

    def count_frame(*_: object) -> None:
        nonlocal written
        written += 1
        report(written / frames)

    bpy.app.handlers.render_write.append(count_frame)
    try:
        return bpy.ops.render.render(animation=True, scene=scene.name), written
    finally:
        bpy.app.handlers.render_write.remove(count_frame)


def check_rendered(outcome: set[str], out: Path) -> None:
    """Raise LecternError if a render, which returned `outcome`, has left no file at `out`."""
    if "FINISHED" not in outcome or not out.is_file() or not out.stat().st_size:
        raise full_among(out.parent) or LecternError(
            f"Blender wrote nothing to {out}. Check that the disk is not full and the folder is not read-only."
        )


def check_saved(file: Path) -> None:
    """Raise LecternError unless Blender can read a file that it has saved: on a full disk it saves half of one, and is content."""
    with tempfile.TemporaryDirectory(prefix="lectern-") as place:
        copy = Path(place) / "saved.blend"  # Blender doesn't look into a file that is the open one
        shutil.copyfile(file, copy)
        try:
            with bpy.data.libraries.load(str(copy)) as (found, _):
                if found.scenes:
                    return
        except OSError as error:
            raise unwritten(file, str(error).strip()) from error
    raise unwritten(file, "there is nothing in it")


def unwritten(file: Path, reason: str) -> LecternError:
    """Return the fault that Blender can't write a file: a full disk, if one is full."""
    return full_among(file.parent) or LecternError(f"Blender can't write {file} ({reason}). Is the disk full?")


def _set_path(scene: bpy.types.Scene, out: Path) -> None:
    out.unlink(missing_ok=True)
    scene.render.filepath, scene.render.use_file_extension = literal_path(out), False
    scene.render.use_overwrite, scene.render.use_placeholder = True, False
    editor = scene.sequence_editor
    editor.use_cache_raw = editor.use_cache_final = editor.use_prefetch = False  # each frame is rendered once


def _file(strip: bpy.types.Strip) -> str:
    if strip.mute:
        return ""
    if strip.type == "MOVIE":
        return bpy.path.abspath(strip.filepath)
    if strip.type == "IMAGE":
        return bpy.path.abspath(f"{strip.directory}{strip.elements[0].filename}")
    return ""
