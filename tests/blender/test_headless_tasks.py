"""Blender's tasks in processes of their own: compile, collect, render, still."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from strip_stage import film, in_blender, write_media

from lectern.addon import tasks
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.files import LinkRefused
from lectern.pipeline.base.renderer import HEADLESS, BlenderProcess, DamagedBlend, find_renderer
from lectern.pipeline.build.segment_take import SegmentRequest, check_segment
from lectern.pipeline.film.segments import Encoding
from lectern.pipeline.timeline.edits import Edits, apply_edits, write_edits


@pytest.fixture(scope="module")
def blender() -> BlenderProcess:
    return find_renderer()


@pytest.fixture(scope="module")
def episode(tmp_path_factory: pytest.TempPathFactory, blender: BlenderProcess) -> Path:
    root = tmp_path_factory.mktemp("episode with spaces")
    write_media(root)
    (root / "timeline.json").write_text(film().model_dump_json())
    reports: list[float] = []
    assert blender.run("compile", compiling(root), reports.append) == {"foreign": [], "sounds": [], "displaced": []}
    assert reports == sorted(reports) and len(reports) == 9
    return root


def compiling(root: Path) -> dict:
    return {"timeline": root / "timeline.json", "root": root, "blend": root / "film.blend"}


def test_the_blend_opens_with_everything_and_relative_paths(episode: Path) -> None:
    assert sorted(file.name for file in episode.iterdir() if file.suffix.startswith(".blend")) == ["film.blend"]
    out = in_blender(
        episode,
        """
bpy.ops.wm.open_mainfile(filepath=str(root / "film.blend"))
scene = bpy.context.scene
out["paths"] = sorted({s.filepath for s in scene.sequence_editor.strips_all if s.type == "MOVIE"})
out["sounds"] = [sound.filepath for sound in bpy.data.sounds]
out["fonts"] = [[font.filepath, font.packed_file is not None] for font in bpy.data.fonts]
out["areas"] = sorted({area.type for area in bpy.context.window.screen.areas})
out["linked"] = [other.name for other in scene.sequence_editor.strips["voice"].connections]
out["shown"] = bpy.context.workspace.sequencer_scene.name
""",
    )
    assert out["paths"] == [
        "//media/footage/1/footage.mov",
        "//media/footage/3/ramp.mov",
        "//media/narrator/1/clip.mov",
        "//media/plate/1/plate.mov",
    ]
    assert out["sounds"] == ["//media/voice/1/voice.wav"]
    assert out["fonts"] == [["//fonts/Inter-SemiBold.otf", True]]
    assert "SEQUENCE_EDITOR" in out["areas"]
    assert out["linked"] == ["a/ada"]
    assert out["shown"] == "Film"


def test_a_segment_is_exactly_what_the_film_needs(episode: Path, blender: BlenderProcess) -> None:
    out, reports = episode / "renders" / "part.mp4", []
    request = {
        "blend": episode / "film.blend",
        "start": 30,
        "end": 75,
        "out": out,
        "threads": 1,
        **Encoding(gop=20).model_dump(),
    }
    assert blender.run("render", request, reports.append) == {"frames": 45}
    assert reports[-1] == 1.0 and len(reports) == 45
    check_segment(
        out, SegmentRequest(scene="a", fingerprint="", frames=45, size=(640, 360), fps=30, encoding=Encoding())
    )
    stream = json.loads(
        subprocess.run(
            [
                "ffprobe",
                "-v",
                "error",
                "-of",
                "json",
                "-show_streams",
                "-show_frames",
                "-show_entries",
                "stream=codec_name,profile,pix_fmt,color_range,color_space,color_primaries,color_transfer,r_frame_rate,has_b_frames:frame=key_frame",
                out,
            ],
            capture_output=True,
            check=True,
        ).stdout
    )
    keys = [number for number, frame in enumerate(stream["frames"]) if frame["key_frame"]]
    assert keys[0] == 0 and max(np.diff([*keys, 45])) <= 20
    facts = stream["streams"][0]
    del facts["disposition"], facts["tags"]
    assert facts == {
        "codec_name": "h264", "profile": "High", "has_b_frames": 0, "pix_fmt": "yuv420p", "color_range": "tv", "color_space": "bt709",
        "color_transfer": "bt709", "color_primaries": "bt709", "r_frame_rate": "30/1",
    }  # fmt: skip


def test_a_still_is_the_films_frame(episode: Path, blender: BlenderProcess) -> None:
    blender.run("still", {"blend": episode / "film.blend", "frame": 10, "out": episode / "still.png"})
    picture = np.asarray(Image.open(episode / "still.png"))
    assert picture.shape == (360, 640, 3)
    assert picture[10, 300].tolist() == [18, 52, 86]


def test_what_a_person_saved_is_collected_and_survives_the_next_compile(episode: Path, blender: BlenderProcess) -> None:
    in_blender(
        episode,
        """
bpy.ops.wm.open_mainfile(filepath=str(root / "film.blend"))
scene = bpy.context.scene
strips = scene.sequence_editor.strips
strips["bar"].content_start += 3
logo = strips.new_effect("Logo", "COLOR", 20, 11, length=20)
strips["a/footage"].color_saturation = 0.5
bpy.ops.wm.save_as_mainfile(filepath=str(root / "mine.blend"))
""",
    )
    request = compiling(episode) | {"blend": episode / "mine.blend"}
    edits = Edits.model_validate_json(json.dumps(blender.run("collect", request)["edits"]))
    assert [(e.strip, e.property, e.value) for e in edits.edits] == [
        ("a/bar", "move", 3),
        ("a/footage", "saturation", 0.5),
    ]
    write_edits(episode, edits)
    request["timeline"] = episode / "edited.json"
    request["timeline"].write_text(apply_edits(film(), edits)[0].model_dump_json())
    first = blender.run("compile", request)
    assert [(strip["name"], strip["start"], strip["end"]) for strip in first["foreign"]] == [("Logo", 10, 30)]
    assert blender.run("compile", request) == first
    assert blender.run("collect", request)["edits"] == edits.model_dump(mode="json")
    (episode / "edits.json").unlink()


def test_a_missing_file_stops_a_render_and_is_named(episode: Path, blender: BlenderProcess) -> None:
    take = episode / "media/narrator/1/clip.mov"
    take.rename(take.with_suffix(".away"))
    try:
        with pytest.raises(LecternError, match=r"files that are missing: .*narrator/1/clip\.mov"):
            blender.run("render", {"blend": episode / "film.blend", "start": 0, "end": 9, "out": episode / "x.mp4"})
    finally:
        take.with_suffix(".away").rename(take)
    assert not (episode / "x.mp4").exists()


@pytest.mark.skipif(not shutil.which("prlimit"), reason="needs prlimit")
def test_a_blend_that_could_only_be_saved_in_part_does_not_take_the_place_of_the_whole_one(episode: Path) -> None:
    whole = (episode / "film.blend").read_bytes()
    scarce = BlenderProcess(("prlimit", f"--fsize={len(whole) // 2}", sys.executable, str(HEADLESS)))
    with pytest.raises(LecternError, match="Blender can't write .*Is the disk full"):
        scarce.run("compile", compiling(episode))
    assert (episode / "film.blend").read_bytes() == whole and not list(episode.glob(".~*"))


def test_a_cancel_ends_the_render_at_once(episode: Path, blender: BlenderProcess) -> None:
    class Stop(Exception):
        pass

    def stop(done: float) -> None:
        raise Stop

    with pytest.raises(Stop):
        blender.run("render", {"blend": episode / "film.blend", "start": 0, "end": 150, "out": episode / "y.mp4"}, stop)


def test_a_blender_that_falls_silent_is_ended(tmp_path: Path) -> None:
    program = tmp_path / "blender"
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)
    with pytest.raises(LecternError, match="Blender hung: it did nothing for 0.3 seconds"):
        BlenderProcess((str(program),), patience=0.3).run("still", {})
    with pytest.raises(LecternError, match="has finished no frame"):
        BlenderProcess((str(program),), longest=0.3).run("still", {})


def test_a_blender_that_dies_says_its_last_words(tmp_path: Path) -> None:
    program = tmp_path / "blender"
    program.write_text("#!/bin/sh\necho out of memory\nexit 11\n")
    program.chmod(0o755)
    with pytest.raises(LecternError, match="(?s)code 11.*out of memory"):
        BlenderProcess((str(program),)).run("still", {})


def test_a_timeline_on_which_all_pictures_are_muted_is_not_rendered(episode: Path, blender: BlenderProcess) -> None:
    in_blender(
        episode,
        """
bpy.ops.wm.open_mainfile(filepath=str(root / "film.blend"))
for found in bpy.context.scene.sequence_editor.strips:
    found.mute = found.type != "SOUND"
bpy.ops.wm.save_as_mainfile(filepath=str(root / "muted.blend"))
""",
    )
    with pytest.raises(LecternError, match="every picture is muted"):
        blender.run("still", {"blend": episode / "muted.blend", "frame": 0, "out": episode / "z.png"})


def test_a_blend_that_blender_can_not_open_is_damaged(blender: BlenderProcess, episode: Path, tmp_path: Path) -> None:
    whole = (episode / "film.blend").read_bytes()
    for content in (b"BLENDER garbage", whole[: len(whole) // 2]):
        (tmp_path / "film.blend").write_bytes(content)
        with pytest.raises(DamagedBlend, match="Blender can't open .*film.blend"):
            blender.run("collect", compiling(episode) | {"blend": tmp_path / "film.blend"})


def test_a_blend_that_was_saved_since_it_was_looked_at_is_not_overwritten(
    blender: BlenderProcess, episode: Path
) -> None:
    before = (episode / "film.blend").read_bytes()
    with pytest.raises(LecternError, match="was saved in Blender during the build. Nothing of it is lost"):
        blender.run("compile", compiling(episode) | {"state": "0" * 64})
    assert (episode / "film.blend").read_bytes() == before


SCRIPTED = """
bpy.ops.wm.open_mainfile(filepath=str(root / "film.blend"))
text = bpy.data.texts.new("start.py")
text.from_string(f"import pathlib; pathlib.Path({str(root / 'ran')!r}).write_text('text')")
text.use_module = True
scene = bpy.context.scene
curve = scene.sequence_editor.strips["bar"].driver_add("blend_alpha")
curve.driver.expression = f"[].append(__import__('pathlib').Path({str(root / 'ran')!r}).write_text('driver')) or 1"
bpy.ops.wm.save_as_mainfile(filepath=str(root / "scripted.blend"))
"""


def test_no_task_runs_what_is_in_a_strangers_blend(blender: BlenderProcess, episode: Path, tmp_path: Path) -> None:
    in_blender(episode, SCRIPTED)
    opening = """
bpy.ops.wm.open_mainfile(filepath=str(root / "scripted.blend"), use_scripts=True)
bpy.context.scene.frame_set(7)
"""
    in_blender(episode, opening)
    (episode / "ran").unlink()  # it would have
    blend = {"blend": episode / "scripted.blend"}
    for task, more in {
        "collect": compiling(episode),
        "compile": compiling(episode),
        "still": {"frame": 10, "out": tmp_path / "still.png"},
        "render": {"start": 10, "end": 12, "out": tmp_path / "part.mp4", "threads": 1},
    }.items():
        blender.run(task, more | blend)
        assert not (episode / "ran").exists(), task


@pytest.mark.parametrize("target", ["precious", "folder", "nothing"])
def test_a_blend_is_not_compiled_through_a_link(tmp_path: Path, target: str) -> None:
    (root := tmp_path / "film").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "precious").write_text("precious")
    (root / "timeline.json").write_text(film().model_dump_json())
    (root / "film.blend").symlink_to(tmp_path / target)
    with pytest.raises(LinkRefused, match=rf"film.blend is a link to .*{target}.*Delete the link"):
        tasks.compile(compiling(root), lambda done: None)
    assert (tmp_path / "precious").read_text() == "precious" and not list((tmp_path / "folder").iterdir())
    assert sorted(file.name for file in tmp_path.iterdir()) == ["film", "folder", "precious"]


def test_a_link_that_takes_the_place_of_the_blend_while_it_is_compiled_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_media(tmp_path)
    (tmp_path / "timeline.json").write_text(film().model_dump_json())
    (tmp_path / "precious").write_text("precious")
    write = tasks._write

    def swapped(draft: Path) -> None:
        write(draft)
        (tmp_path / "film.blend").unlink(missing_ok=True)
        (tmp_path / "film.blend").symlink_to(tmp_path / "precious")

    monkeypatch.setattr(tasks, "_write", swapped)
    tasks.compile(compiling(tmp_path), lambda done: None)
    assert (tmp_path / "precious").read_text() == "precious" and not (tmp_path / "film.blend").is_symlink()


def test_blender_starts_without_what_looks_for_extensions_on_the_internet() -> None:
    program = f"import runpy, sys; found = runpy.run_path({str(HEADLESS)!r}); found['_main_in_package'](); import lectern.addon.tasks\n"
    program += "print('asks', 'requests' in sys.modules, 'bpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1:] == ["asks False True"], done.stdout + done.stderr
