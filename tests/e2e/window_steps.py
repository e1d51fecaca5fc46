"""Run inside a real Blender with a window: do what a person does with the panel, and write down what happened.

`blender --python this -- EPISODE OUT`: pictures and `seen.json` go to the folder OUT.
"""

import importlib
import json
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import bpy

EPISODE, OUT = sys.argv[sys.argv.index("--") + 1 :]
SECONDS = 200
seen: dict[str, object] = {"progress": [], "activity": []}


def steps() -> Iterator[float]:
    """Do what a person does; each `yield` is how long Blender then runs by itself."""
    bpy.context.preferences.use_preferences_save = False
    bpy.context.preferences.view.show_splash = False
    bpy.ops.wm.read_homefile(app_template="Video_Editing")
    _open("LECTERN_PT_characters", "LECTERN_PT_voices")
    yield 1.0
    area = _sequencer()
    area.spaces.active.show_region_ui = True
    yield 1.0
    next(r for r in area.regions if r.type == "UI").active_panel_category = "Lectern"
    yield 0.5
    bpy.ops.lectern.open_episode(directory=EPISODE)
    yield 1.0
    seen["title"], seen["trusted_before"] = _panel().title, _panel().trusted
    _picture("opened")
    yield from _trust()
    yield from _build()
    yield 1.5
    _picture("built")
    yield from _drag()
    yield from _characters()


def _trust() -> Iterator[float]:
    """Look at the question about an episode of somebody else's, then trust it as one's own."""
    yield from _answer("stranger", "Escape")
    seen["trusted_by_escape"] = _panel().trusted
    grants = importlib.import_module(f"{type(_panel()).__module__.split('.addon.')[0]}.pipeline.trust.grants")
    grants.note_own(Path(EPISODE))
    for _attempt in range(4):  # on a busy computer, the key can come before the question is there
        yield from _answer("trust", "Return")
        if _panel().trusted:
            break
        _keys("Escape")
        yield 1.5
    seen["trusted"] = _panel().trusted


def _answer(picture: str, key: str) -> Iterator[float]:
    """Have the question asked that the Trust button asks, take its picture, and answer it with a key."""
    with bpy.context.temp_override(**_place()):
        bpy.ops.lectern.trust_episode("INVOKE_DEFAULT")
    yield 1.0
    _picture(picture)
    _keys(key)
    yield 1.5


def _build() -> Iterator[float]:
    with bpy.context.temp_override(**_place()):
        seen["build"] = list(bpy.ops.lectern.build_episode("INVOKE_DEFAULT"))
    until, photographed = time.monotonic() + SECONDS, False
    while _panel().is_building and time.monotonic() < until:
        seen["progress"].append(round(_panel().build_progress, 3))
        seen["activity"].append(_panel().build_activity)
        if not photographed and _panel().build_progress > 0.3:
            photographed = True
            _picture("building")
        yield 0.2
    scene = bpy.context.sequencer_scene
    strips = scene.sequence_editor.strips_all if scene.sequence_editor else ()
    seen["state"], seen["error"], seen["strips"] = _panel().build_state, _panel().build_error, len(strips)
    seen["selected"] = sum(strip.select for strip in strips)
    seen["scenes"] = [(row.name, row.frame) for row in _panel().scenes]


def _drag() -> Iterator[float]:
    """Drag the lower third by its handle in the preview, and click a word over the voice."""
    scene = bpy.context.sequencer_scene
    strips = [strip for strip in scene.sequence_editor.strips_all if strip.type == "TEXT"]
    scene.sequence_editor.active_strip = min(strips, key=lambda strip: strip.left_handle)
    scene.frame_set(strips[0].left_handle + 20)
    _panel().preview_shows = {"HANDLES", "WORDS", "HEAT", "CAPTIONS", "MARGINS", "THIRDS", "FREE"}
    yield 1.5
    handles, draw, overview, paint = (_module(f"addon.preview.{n}") for n in ("handles", "draw", "overview", "paint"))
    preview = next(a for a in _sequencers() if a.spaces.active.view_type == "PREVIEW")
    region = next(r for r in preview.regions if r.type == "PREVIEW")
    box = overview.placed(scene)[0].box
    frame = draw.frame_rectangle(region, scene)
    x, y = handles.handle_places(paint.inside(frame, box), bpy.context.preferences.system.ui_scale, region.height)[
        "MOVE"
    ]
    yield from _pulled(region.x + x, region.y + y, (frame[2] - frame[0]) / 8, 0)
    seen["dragged"] = [overview.placed(scene)[0].box.x - box.x, len(overview.placed(scene)[0].strips)]
    _picture("preview")
    main = next(r for r in _sequencer().regions if r.type == "WINDOW")
    spot, (left, bottom, right, top) = draw.word_rectangles(main, scene, bpy.context.preferences.system.ui_scale)[1]
    yield from _pulled(main.x + (left + right) / 2, main.y + (bottom + top) / 2, 0, 0)
    seen["word"] = [scene.frame_current, round(spot.start)]
    scene.sequence_editor.active_strip = None


def _pulled(x: float, y: float, across: float, up: float) -> Iterator[float]:
    """Press the mouse at a point of the window (px from its lower left corner), move it and release it."""
    height = bpy.context.window_manager.windows[0].height
    for step, wait in ((-0.02, 0.4), (0.0, 0.8)):
        _mouse("mousemove", x + step * across - 2 * bool(step), height - y)
        yield wait
    _mouse("mousedown", 1)
    yield 0.4
    for step in range(1, 9) if across or up else ():
        _mouse("mousemove", x + across * step / 8, height - y - up * step / 8)
        yield 0.15
    _mouse("mouseup", 1)
    yield 1.5


def _mouse(action: str, *numbers: float) -> None:
    subprocess.run(["xdotool", action, *(str(round(number)) for number in numbers)], check=True)


def _module(name: str) -> object:
    return importlib.import_module(f"{type(_panel()).__module__.split('.addon.')[0]}.{name}")


def _sequencers() -> list[bpy.types.Area]:
    areas = bpy.context.window_manager.windows[0].screen.areas
    return [area for area in areas if area.type == "SEQUENCE_EDITOR"]


def _characters() -> Iterator[float]:
    with bpy.context.temp_override(**_place()):
        bpy.ops.screen.screen_full_area()
    yield 1.0
    next(r for r in _sequencer().regions if r.type == "UI").active_panel_category = "Lectern"
    seen["characters"] = [[row.name, row.icon > 0] for row in _panel().characters]
    _panel().active_character = 1
    with bpy.context.temp_override(**_place()):
        bpy.ops.lectern.hear_character("INVOKE_DEFAULT")
        bpy.ops.lectern.new_character("INVOKE_DEFAULT")
    yield 1.0
    _picture("new-character")
    _keys("Return", "Return")
    yield 2.0
    deadline = time.monotonic() + 60
    while not all(row.icon for row in _panel().characters) and time.monotonic() < deadline:
        yield 0.2
    yield 1.0
    seen["with_copy"], seen["selected_character"] = (
        [[row.name, row.icon > 0] for row in _panel().characters],
        _panel().active_character,
    )
    _picture("characters")
    yield from _voices()
    with bpy.context.temp_override(**_place()):
        bpy.ops.lectern.narrate_scene("INVOKE_DEFAULT")
    yield 3.0
    seen["lines"], seen["sample_error"] = (
        {row.name: row.line_count for row in _panel().characters},
        _panel().sample_error,
    )


def _voices() -> Iterator[float]:
    with bpy.context.temp_override(**_place()):
        bpy.ops.lectern.list_voices("INVOKE_DEFAULT")
    deadline = time.monotonic() + 60
    while not _panel().voices and time.monotonic() < deadline:
        yield 0.2
    yield 1.0
    seen["voices"] = {row.name: [row.provider, row.missing] for row in _panel().voices}
    _picture("voices")


def _panel() -> bpy.types.PropertyGroup:
    return bpy.context.window_manager.lectern


def _place() -> dict[str, object]:
    """Return the sequencer's sidebar as a context, as if the pointer were in it."""
    window = bpy.context.window_manager.windows[0]
    area = _sequencer()
    return {"window": window, "area": area, "region": next(r for r in area.regions if r.type == "UI")}


def _open(*panels: str) -> None:
    """Open panels that are closed at first."""
    for cls in (getattr(bpy.types, name) for name in panels):
        bpy.utils.unregister_class(cls)
        cls.bl_options = set()
        bpy.utils.register_class(cls)


def _sequencer() -> bpy.types.Area:
    areas = bpy.context.window_manager.windows[0].screen.areas
    return next(a for a in areas if a.type == "SEQUENCE_EDITOR" and a.spaces.active.view_type != "PREVIEW")


def _picture(name: str) -> None:
    subprocess.run(["import", "-window", "root", str(Path(OUT, f"{name}.png"))], check=True)


def _keys(*keys: str) -> None:
    subprocess.run(["xdotool", "key", *keys], check=True)


_steps = steps()


def _advance() -> float | None:
    try:
        return next(_steps)
    except StopIteration:
        pass
    except Exception:  # the process's one boundary: the test has to learn what went wrong
        seen["fault"] = traceback.format_exc()
    Path(OUT, "seen.json").write_text(json.dumps(seen, indent=1))
    bpy.ops.wm.quit_blender()
    return None


bpy.app.timers.register(_advance, first_interval=2.0, persistent=True)
