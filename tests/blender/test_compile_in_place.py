"""Compiling again updates what has changed, and leaves alone what a person did."""

from pathlib import Path

import pytest
from strip_stage import in_blender, write_media


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_media(tmp_path)
    return tmp_path


def test_strips_lie_where_the_timeline_says(root: Path) -> None:
    out = in_blender(
        root,
        """
compile_timeline(film(), scene, root)
out["spots"] = spots()
out["channels"] = [channel.name for channel in scene.sequence_editor.channels][1:8]
out["markers"] = [[marker.name, marker.frame] for marker in scene.timeline_markers]
out["linked"] = [other.name for other in strip("a/voice").connections]
out["selected"] = [found.name for found in scene.sequence_editor.strips_all if found.select]
out["voice"] = [strip("a/voice").content_start, round(strip("a/voice").volume, 3)]
out["scene"] = [scene.frame_start, scene.frame_end, scene.render.fps, scene.view_settings.view_transform, scene.render.dither_intensity]
""",
    )
    assert out["spots"]["a/footage"] == [2, 31, 91]
    assert out["spots"]["a/cross"] == [3, 31, 37]
    assert out["spots"]["a/voice"] == [7, 11, 51]
    assert out["voice"] == [11 - 15, 0.8]
    assert out["channels"] == ["Picture A", "Picture B", "Transitions", "Cards", "Narrator", "Text", "Voice"]
    assert out["markers"] == [["a/init", 13]]
    assert out["linked"] == ["a/ada"]
    assert out["selected"] == []
    assert out["scene"] == [1, 150, 30, "Standard", 0.0]


def test_compiling_the_same_twice_touches_no_strip(root: Path) -> None:
    out = in_blender(
        root,
        """
compile_timeline(film(), scene, root)
before = {id: found.as_pointer() for id, found in owned_strips(scene).items() if found.type != "CROSS"}
strip("a/ada").color_tag = "COLOR_03"
compile_timeline(film(), scene, root)
out["same"] = before == {id: found.as_pointer() for id, found in owned_strips(scene).items() if found.type != "CROSS"}
out["count"] = len(scene.sequence_editor.strips_all)
out["markers"] = len(scene.timeline_markers)
out["curves"] = sorted(curve.data_path for curve in scene.animation_data.action.layers[0].strips[0].channelbags[0].fcurves)
out["tag"] = strip("a/ada").color_tag
""",
    )
    assert out["same"] and out["count"] == 9 and out["markers"] == 1
    assert len(out["curves"]) == len(set(out["curves"])) == 1 + 2 + 4
    assert out["tag"] == "COLOR_03"


def test_a_changed_timeline_moves_adds_and_removes(root: Path) -> None:
    out = in_blender(
        root,
        """
compile_timeline(film(), scene, root)
by_id = {s.id: s for s in strips()}
swapped = [later(by_id["a/plate"], 90), by_id["a/ramp"].model_copy(update={"start": 0, "end": 36}),
           by_id["a/cross"].model_copy(update={"first": "a/ramp"})]
compile_timeline(film(*swapped, later(by_id["a/ada"], 7), without=("a/bar",)), scene, root)
out["spots"] = spots()
out["keys"] = [key.co[0] for curve in scene.animation_data.action.layers[0].strips[0].channelbags[0].fcurves
               if '"a/ada"' in curve.data_path for key in curve.keyframe_points]
out["picture"] = pixel(picture(100, root), 300, 10)
compile_timeline(film(), scene, root)
compile_timeline(film(without=("a/plate", "a/cross")), scene, root)  # Blender removes the crossfade with the plate
out["left"] = sorted({"a/plate", "a/cross", "a/ramp"} & set(spots()))
""",
    )
    assert out["left"] == ["a/ramp"]
    assert out["spots"]["a/plate"] == [1, 91, 127]
    assert out["spots"]["a/ramp"] == [1, 1, 37]
    assert out["spots"]["a/cross"] == [3, 31, 37]
    assert out["spots"]["a/ada"] == [5, 8, 68]
    assert "a/bar" not in out["spots"]
    assert out["keys"] == [41, 61]
    assert out["picture"] == [18, 52, 86]


def test_a_new_take_keeps_what_was_hung_on_the_strip(root: Path) -> None:
    out = in_blender(
        root,
        """
compile_timeline(film(), scene, root)
strip("a/footage").modifiers.new("Brighter", "BRIGHT_CONTRAST").bright = 5
remade = {s.id: s for s in strips()}["a/footage"].model_copy(update={"source": "media/footage/2/footage.mov", "end": 110})
before = spots()
compile_timeline(film(remade, without=("a/ramp",)), scene, root)
out["modifiers"] = [modifier.name for modifier in strip("a/footage").modifiers]
out["spot"] = spots()["a/footage"]
strip("a/footage").modifiers.clear()
out["last"] = [pixel(picture(frame, root), 10, 10)[0] for frame in (84, 100)]
""",
    )
    assert out["modifiers"] == ["Brighter"]
    assert out["spot"] == [2, 31, 111]
    assert out["last"] == [10 + 3 * 59] * 2


def test_a_strip_of_the_person_is_never_touched(root: Path) -> None:
    out = in_blender(
        root,
        """
compile_timeline(film(), scene, root)
editor = scene.sequence_editor
theirs = editor.strips.new_effect("a/text", "COLOR", 6, 40, length=40)
logo = editor.strips.new_effect("Logo", "COLOR", 9, 1, length=150)
before = [spot(theirs), spot(logo), theirs.name]
by_id = {s.id: s for s in strips()}
compiled = compile_timeline(film(later(by_id["a/text"], 30)), scene, root)
out["theirs"] = before == [spot(theirs), spot(logo), theirs.name]
out["ours"] = spots()["a/text"]
out["displaced"] = list(compiled.displaced)
again = compile_timeline(film(), scene, root)
out["back"] = [spots()["a/text"], list(again.displaced)]
""",
    )
    assert out["theirs"]
    assert out["ours"] == [8, 36, 56]
    assert "“" not in out["displaced"][0] and 'on "Text", frames 36 to 55' in out["displaced"][0]
    assert out["back"] == [[6, 6, 26], []]


def test_a_missing_take_stops_before_anything_is_changed(root: Path) -> None:
    (root / "media/voice/1/voice.wav").unlink()
    out = in_blender(
        root,
        """
from lectern.pipeline.base.errors import LecternError
try:
    compile_timeline(film(), scene, root)
except LecternError as error:
    out["error"] = str(error)
out["strips"] = len(scene.sequence_editor.strips_all) if scene.sequence_editor else 0
""",
    )
    assert out["error"].startswith('scene "a": media/voice/1/voice.wav, the file of strip "voice", is missing')
    assert out["strips"] == 0
