"""The tasks of a Blender without a window: functions of a request (a JSON object) and of a callback for progress."""

from pathlib import Path
from typing import Any

import bpy

from ..pipeline.base.errors import LecternError
from ..pipeline.base.files import content_digest, replacing
from ..pipeline.base.renderer import DamagedBlend, ReportProgress
from ..pipeline.timeline.edits import read_edits
from ..pipeline.timeline.model import read_timeline
from .output import (
    check_media,
    check_rendered,
    check_saved,
    render_animation,
    set_still,
    set_threads,
    set_video,
    unwritten,
)
from .sequencer.collect import collect_again
from .sequencer.compile import compile_timeline
from .sequencer.fingerprint import fingerprint_manual_changes, with_another_speed
from .sequencer.owned import collected_then, has_timeline
from .sequencer.sounds import sounds_by_hand
from .sequencer.strip_transform import blender_frame

_BEFORE_FORMAT_2 = "lectern_strips"
"""A custom property of scenes that earlier versions wrote."""

Request = dict[str, Any]
Result = dict[str, Any]


def compile(request: Request, report: ReportProgress) -> Result:
    """Bring the .blend in line with the timeline, or create it.

    Request: ``timeline`` (file), ``root`` (folder of the episode), ``blend`` (file), ``state`` (the hash of the file, as
    the caller knows it; whoever saved it since would lose what they changed). Result: ``foreign`` (what a person
    did to the picture: name, type, start, end in film frames, fingerprint), ``sounds`` (what a person did to the
    sound, see `sounds_by_hand`) and ``displaced`` (sentences on strips that had to leave their track, on edits that the script
    has overtaken, on sounds that the film can't have, and on speeds that are only in the .blend).
    """
    timeline = read_timeline(Path(request["timeline"]))
    root, blend = Path(request["root"]), Path(request["blend"])
    with replacing(blend, inside=root, beside=True) as draft:  # beside: paths in it are relative to it
        _require_state(blend, request)
        scene = _open_or_create(blend, draft, timeline.title)
        compiled = compile_timeline(timeline, scene, root, read_edits(root), report)
        _write(draft)
        _require_state(blend, request)
    sounds, unheard = sounds_by_hand(scene, root)
    said = [*compiled.displaced, *compiled.conflicts, *unheard, *with_another_speed(scene)]
    return {"foreign": fingerprint_manual_changes(scene), "sounds": sounds, "displaced": said}


def collect(request: Request, report: ReportProgress) -> Result:
    """Return the edits that a person has made in a saved .blend, in the form of edits.json.

    Request: ``root``, ``blend``. Result: ``edits``.
    """
    root = Path(request["root"])
    scene = _load(Path(request["blend"]))
    return {"edits": collect_again(scene, read_edits(root), collected_then(scene)).written.model_dump(mode="json")}


def render(request: Request, report: ReportProgress) -> Result:
    """Render film frames ``start`` to ``end`` (exclusive) of ``blend`` into ``out`` (H.264 in MP4, no sound).

    ``preset`` is Blender's (REALTIME, GOOD, BEST), ``crf`` H.264's constant rate factor, ``gop`` the number of frames
    between key frames, ``threads`` how many threads to use (0: all). Result: ``frames``, the number written.
    """
    _require_state(Path(request["blend"]), request)
    scene = _load(Path(request["blend"]))
    start, end, out = request["start"], request["end"], Path(request["out"])
    check_media(scene)
    set_video(scene, out, request.get("preset", "REALTIME"), request.get("crf", 20), request.get("gop", 60))
    set_threads(scene, request.get("threads", 0))
    scene.frame_start, scene.frame_end = blender_frame(start), blender_frame(end - 1)
    outcome, written = render_animation(scene, end - start, report)
    check_rendered(outcome, out)
    return {"frames": written}


def still(request: Request, report: ReportProgress) -> Result:
    """Render film frame ``frame`` of ``blend`` into ``out`` (PNG)."""
    scene = _load(Path(request["blend"]))
    out = Path(request["out"])
    check_media(scene)
    set_still(scene, out)
    scene.frame_set(blender_frame(request["frame"]))
    check_rendered(bpy.ops.render.render(write_still=True), out)
    return {}


def bake(request: Request, report: ReportProgress) -> Result:
    """Apply node groups of Blender's compositor to pictures.

    Request: ``items``, each with ``source`` and ``destination`` (PNG), ``group`` and ``asset`` (a .blend); see
    `addon.compositor.bake`.
    """
    from .compositor import bake as bake_picture

    items = request["items"]
    for done, item in enumerate(items, start=1):
        bake_picture(Path(item["source"]), Path(item["destination"]), item["group"], Path(item["asset"]))
        report(done / len(items))
    return {}


def key(request: Request, report: ReportProgress) -> Result:
    """Remove the background of a clip in Blender's compositor; see `addon.keying.key`."""
    from .keying import key as key_clip

    key_clip(request, report)
    return {}


def _open_or_create(blend: Path, draft: Path, title: str) -> bpy.types.Scene:
    """Return the scene of the .blend. A new one, written to `draft`, gets Blender's own video editing workspace."""
    if blend.exists():
        return _load(blend)
    bpy.ops.wm.open_mainfile(filepath=str(_template()), load_ui=True, use_scripts=False)
    scene = bpy.context.scene
    scene.name = title or scene.name
    bpy.context.workspace.sequencer_scene = scene
    _write(draft)
    return scene


def _template() -> Path:
    """Return Blender's video editing template, to be opened as a file.

    `read_homefile` with a template, in a Blender started with factory settings, deletes the wheels of every extension
    that the person has installed.
    """
    scripts = Path(bpy.utils.system_resource("SCRIPTS"))
    return scripts / "startup" / "bl_app_templates_system" / "Video_Editing" / "startup.blend"


def _load(blend: Path) -> bpy.types.Scene:
    if not blend.exists():
        raise LecternError(f"{blend} is missing. Build the episode first.")
    try:
        bpy.ops.wm.open_mainfile(filepath=str(blend), load_ui=True, use_scripts=False)
    except RuntimeError as error:
        raise DamagedBlend(f"Blender can't open {blend} ({_first_line(error)})") from error
    if any(_BEFORE_FORMAT_2 in scene for scene in bpy.data.scenes):
        raise DamagedBlend(
            f"{blend} was made by an earlier version of Lectern, which kept a person's edits in another way"
        )
    return next(filter(has_timeline, bpy.data.scenes), bpy.context.scene)


def _write(file: Path) -> None:
    bpy.context.preferences.filepaths.save_version = 0  # no .blend1 beside it
    try:
        bpy.ops.wm.save_as_mainfile(filepath=str(file), check_existing=False, compress=True, relative_remap=False)
    except RuntimeError as error:
        raise unwritten(file, _first_line(error)) from error
    check_saved(file)


def _first_line(error: RuntimeError) -> str:
    return str(error).removeprefix("Error: ").strip().splitlines()[0]


def _require_state(blend: Path, request: Request) -> None:
    """Raise LecternError if the .blend is another one than the caller knows."""
    if content_digest(blend) != request.get("state", content_digest(blend)):
        raise LecternError(f"{blend} was saved in Blender during the build. Nothing of it is lost: build again.")
