"""Names that Blender can't hold: longer than its 63 bytes, cut in the middle of a letter, with its own signs in them."""

import shutil
from pathlib import Path

import pytest
from PIL import Image
from strip_stage import NAMES, film, in_blender, write_media

from lectern.pipeline.base.renderer import BlenderProcess, find_renderer
from lectern.pipeline.timeline.model import Marker, MovieStrip, SceneSpan, Strip, Timeline, Track

LONG = "Ж" * 200
"""Its 63rd byte is in the middle of a letter."""
SIGNS = "a{b}#%d\"q'\n\\x//$é日本"
FOLDER = "media {x}#%d 'q\" é日本 " + "n" * 60


def worst(number: int, name: str) -> str:
    """Return one of two names, each of which is like the others' as far as Blender keeps it."""
    return f"{LONG}{name}" if number % 2 else f"{SIGNS}{LONG}{name}"


def moved(strip: Strip, number: int) -> Strip:
    source = {"source": strip.source.replace("media/", f"{FOLDER}/")} if isinstance(strip, MovieStrip) else {}
    return strip.model_copy(update={"name": worst(number, strip.name), **source})


def worst_film() -> Timeline:
    plain = film()
    tracks = {name: worst(number, name) for number, name in enumerate(NAMES)}
    strips = [moved(s, number).model_copy(update={"track": tracks[s.track]}) for number, s in enumerate(plain.strips)]
    return plain.model_copy(
        update={
            "title": SIGNS + LONG, "scenes": (SceneSpan(id="a", title=LONG, start=0, end=150),), "strips": tuple(strips),
            "tracks": tuple(Track(name=tracks[t.name], channel=t.channel) for t in plain.tracks),
            "markers": (Marker(name=f"{LONG}/init", frame=12), Marker(name=f"{LONG}/done", frame=20)),
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def blender() -> BlenderProcess:
    return find_renderer()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("names")
    write_media(root)
    shutil.copytree(root / "media", root / FOLDER)
    return root


def test_strips_with_names_that_blender_cuts_are_built_and_read_back(root: Path, blender: BlenderProcess) -> None:
    request = {"timeline": root / "timeline.json", "root": root, "blend": root / f"{'Ж' * 110}.blend"}
    request["timeline"].write_text(worst_film().model_dump_json())
    assert blender.run("compile", request) == {"foreign": [], "sounds": [], "displaced": []}
    assert blender.run("collect", request)["edits"]["edits"] == []
    count = in_blender(root, MOVE, blend=str(request["blend"]))
    assert count == {"strips": 9, "markers": [12, 20], "names": 9}
    assert [edit["strip"] for edit in blender.run("collect", request)["edits"]["edits"]] == ["a/bar"]
    assert blender.run("compile", request)["foreign"] == []
    assert in_blender(root, COUNT, blend=str(request["blend"])) == count
    out = root / FOLDER / "still {x}#%d.png"
    blender.run("still", {"blend": request["blend"], "frame": 50, "out": out})
    assert Image.open(out).getpixel((300, 100)) == pytest.approx((10 + 3 * 25, 100, 200), abs=6)


COUNT = """
bpy.ops.wm.open_mainfile(filepath=blend)
scene = next(scene for scene in bpy.data.scenes if "lectern_compiled" in scene)
found = scene.sequence_editor.strips_all
out |= {"strips": len(found), "markers": sorted(m.frame - 1 for m in scene.timeline_markers)}
out["names"] = len({strip.name for strip in found})
"""
MOVE = f"""{COUNT}
bar = next(strip for strip in found if strip.get("lectern_id") == "a/bar")
bar.frame_start += 5
bpy.ops.wm.save_mainfile()
"""
