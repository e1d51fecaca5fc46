"""The tasks of a Blender without a window: functions of a request (plain values) and of a way to report progress."""

import os
from collections.abc import Callable, Generator
from pathlib import Path

import bpy

from ..pipeline.errors import LecternError
from ..pipeline.timeline.edits import read_edits
from ..pipeline.timeline.kept import read_timeline
from ..pipeline.timeline.model import Timeline
from .sequencer.collect import collect as collect_edits
from .output import check_media, rendered, set_still, set_threads, set_video
from .sequencer.compile import Compiled, compile_in_slices
from .sequencer.fingerprint import by_hand
from .sequencer.placement import blender_frame

Report = Callable[[float], None]


def compile(request: dict, report: Report) -> dict:
    """Brings the .blend to the timeline, making it where there is none.

    Request: ``timeline`` (file), ``root`` (folder of the episode), ``blend`` (file). Result: ``foreign`` (what a person
    did to the picture: name, type, start, end in film frames, fingerprint) and ``blocked`` (sentences).
    """
    timeline = _timeline(request)
    root, blend = Path(request["root"]), Path(request["blend"])
    scene = _open(blend, timeline.title)
    steps = compile_in_slices(timeline, scene, root, read_edits(root))
    compiled = _driven(steps, report)
    _save(blend)
    return {"foreign": by_hand(scene), "blocked": list(compiled.blocked)}


def collect(request: dict, report: Report) -> dict:
    """The edits that a saved .blend shows, as they would stand in edits.json.

    Request: ``timeline`` (file; the one last compiled), ``root``, ``blend``. Result: ``edits``.
    """
    root = Path(request["root"])
    scene = _load(Path(request["blend"]))
    return {"edits": collect_edits(scene, _timeline(request), read_edits(root)).model_dump(mode="json")}


def render(request: dict, report: Report) -> dict:
    """Renders film frames ``start`` to ``end`` (exclusive) of ``blend`` into ``out`` (H.264 in MP4, no sound).

    ``preset`` is Blender's (REALTIME, GOOD, BEST), ``crf`` H.264's constant rate factor, ``gop`` frames between key
    frames, ``threads`` 0 for all.
    """
    scene = _load(Path(request["blend"]))
    start, end, out = request["start"], request["end"], Path(request["out"])
    check_media(scene)
    set_video(scene, out, request.get("preset", "REALTIME"), request.get("crf", 20), request.get("gop", 60))
    set_threads(scene, request.get("threads", 0))
    scene.frame_start, scene.frame_end = blender_frame(start), blender_frame(end - 1)
    done = [0]

    def written(*_: object) -> None:
        done[0] += 1
        report(done[0] / (end - start))

    bpy.app.handlers.render_write.append(written)
    rendered(bpy.ops.render.render(animation=True), out)
    return {"frames": done[0]}


def still(request: dict, report: Report) -> dict:
    """Renders film frame ``frame`` of ``blend`` into ``out`` (PNG)."""
    scene = _load(Path(request["blend"]))
    out = Path(request["out"])
    check_media(scene)
    set_still(scene, out)
    scene.frame_set(blender_frame(request["frame"]))
    rendered(bpy.ops.render.render(write_still=True), out)
    return {}


def bake(request: dict, report: Report) -> dict:
    """Runs pictures through node groups of Blender's compositor.

    Request: ``items``, each with ``source`` and ``destination`` (PNG), ``group`` and ``asset`` (a .blend); see
    `addon.compositor.bake`.
    """
    from .compositor import bake as bake_picture

    items = request["items"]
    for done, item in enumerate(items, start=1):
        bake_picture(Path(item["source"]), Path(item["destination"]), item["group"], Path(item["asset"]))
        report(done / len(items))
    return {}


def key(request: dict, report: Report) -> dict:
    """Removes a clip's background in Blender's compositor; see `addon.keying.key`."""
    from .keying import key as key_clip

    key_clip(request, report)
    return {}


def _timeline(request: dict) -> Timeline:
    return read_timeline(Path(request["timeline"]))


def _open(blend: Path, title: str) -> bpy.types.Scene:
    """The scene of the .blend; a new one comes with Blender's own video editing workspace."""
    if blend.exists():
        return _load(blend)
    bpy.ops.wm.open_mainfile(filepath=str(_template()), load_ui=True, use_scripts=False)
    scene = bpy.context.scene
    scene.name = title or scene.name
    bpy.context.workspace.sequencer_scene = scene
    blend.parent.mkdir(parents=True, exist_ok=True)
    _write(_sibling(blend))
    return scene


def _template() -> Path:
    """Blender's video editing file, opened as a file: `read_homefile` with a template in a Blender started with factory
    settings deletes the wheels of every extension that the person has."""
    scripts = Path(bpy.utils.system_resource("SCRIPTS"))
    return scripts / "startup" / "bl_app_templates_system" / "Video_Editing" / "startup.blend"


def _load(blend: Path) -> bpy.types.Scene:
    if not blend.exists():
        raise LecternError(f"{blend} is missing; build the timeline first")
    bpy.ops.wm.open_mainfile(filepath=str(blend), load_ui=True, use_scripts=False)
    return next((scene for scene in bpy.data.scenes if "lectern_strips" in scene), bpy.context.scene)


def _save(blend: Path) -> None:
    _write(_sibling(blend))
    os.replace(_sibling(blend), blend)


def _write(file: Path) -> None:
    bpy.context.preferences.filepaths.save_version = 0  # no .blend1 beside it
    bpy.ops.wm.save_as_mainfile(filepath=str(file), check_existing=False, compress=True, relative_remap=False)


def _sibling(blend: Path) -> Path:
    """Beside the .blend, so that relative paths are the same."""
    return blend.with_name(f".{blend.stem}.new.blend")


def _driven(steps: Generator[float, None, Compiled], report: Report) -> Compiled:
    while True:
        try:
            report(next(steps))
        except StopIteration as done:
            return done.value
