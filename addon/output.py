"""Blender's output settings for segments and stills; nothing of it is saved in the .blend."""

from pathlib import Path

import bpy

from ..pipeline.errors import LecternError


def set_video(scene: bpy.types.Scene, out: Path, preset: str, crf: int, gop: int) -> None:
    """H.264 in MP4, no sound. Without B frames segments can be joined without touching their times."""
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
    """RGB, or RGBA where every picture is on: for RGB Blender puts black under every frame, a pass over the canvas.

    A film's pictures fill the frame, so there is nothing to put it under. RGBA can be chosen only while the codec has
    alpha; H.264, set afterwards, leaves it out.
    """
    render = scene.render
    complete = not any(strip.mute for strip in scene.sequence_editor.strips_all if strip.type == "MOVIE")
    render.ffmpeg.format, render.ffmpeg.codec = "QUICKTIME", "QTRLE"
    render.image_settings.color_mode = "RGBA" if complete else "RGB"


def set_still(scene: bpy.types.Scene, out: Path) -> None:
    """An 8 bit PNG of the picture as the film has it."""
    settings = scene.render.image_settings
    settings.media_type, settings.file_format = "IMAGE", "PNG"
    settings.color_mode, settings.color_depth, settings.compression = "RGB", "8", 15
    _set_path(scene, out)


def set_threads(scene: bpy.types.Scene, threads: int) -> None:
    """How many threads Blender may use; 0 for all."""
    scene.render.threads_mode = "FIXED" if threads else "AUTO"
    if threads:
        scene.render.threads = threads


def check_media(scene: bpy.types.Scene) -> None:
    """Raises LecternError for files of strips that are missing, for which Blender would render a hole.

    Also where every picture is muted: Blender would render the 3D scene instead, for minutes a frame.
    """
    if not any(strip.type != "SOUND" and not strip.mute for strip in scene.sequence_editor.strips):
        raise LecternError("nothing on the timeline is to be seen: every picture is muted; switch one on")
    shown = set(map(_file, scene.sequence_editor.strips_all)) - {""}
    if missing := sorted(path for path in shown if not Path(path).is_file()):
        names = ", ".join(missing)
        raise LecternError(f"the timeline shows files that are missing: {names}; build again, or mend the strips")


def rendered(outcome: set[str], out: Path) -> None:
    """Raises LecternError if a render came to nothing."""
    if "FINISHED" not in outcome or not out.is_file() or not out.stat().st_size:
        raise LecternError(f"Blender wrote nothing to {out}; is the disk full, or the folder read-only?")


def _set_path(scene: bpy.types.Scene, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.unlink(missing_ok=True)
    scene.render.filepath, scene.render.use_file_extension = str(out), False
    scene.render.use_overwrite, scene.render.use_placeholder = True, False
    editor = scene.sequence_editor
    editor.use_cache_raw = editor.use_cache_final = editor.use_prefetch = False  # each frame is wanted once


def _file(strip: bpy.types.Strip) -> str:
    if strip.mute:
        return ""
    if strip.type == "MOVIE":
        return bpy.path.abspath(strip.filepath)
    if strip.type == "IMAGE":
        return bpy.path.abspath(f"{strip.directory}{strip.elements[0].filename}")
    return ""
