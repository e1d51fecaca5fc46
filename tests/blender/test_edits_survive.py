"""What a person does to a strip is collected as an edit and is there again after a rebuild."""

from pathlib import Path

import pytest
from strip_stage import in_blender, write_media

REBUILD = """
def rebuild(edits):
    timeline, conflicts = apply_edits(film(), edits)
    compile_timeline(timeline, scene, root, edits)
    return timeline
"""


def while_rebuilding(root: Path, script: str) -> dict:
    """Run a script in Blender in which `rebuild(edits)` compiles the film with edits; return its `out`."""
    return in_blender(root, REBUILD + script)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_media(tmp_path)
    return tmp_path


def test_an_edit_in_the_sequencer_survives_a_rebuild(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
out["untouched"] = collect(scene, timeline).model_dump()
ada, text, voice = strip("a/ada"), strip("a/text"), strip("a/voice")
ada.content_start += 12
ada.transform.offset_x -= 64
ada.transform.offset_y += 36
text.text = "Two\\nlines"
text.left_handle += 4
voice.volume = 0.4
voice.right_handle -= 6
edits = collect(scene, timeline)
out["edits"] = {edit.id: edit.model_dump(exclude_defaults=True) for edit in edits.strips}
out["again"] = collect(scene, timeline) == edits
by_hand = spots()
timeline = rebuild(edits)
out["place"] = by_hand == spots()
out["still"] = collect(scene, timeline) == edits
scene.sequence_editor.strips.remove(strip("a/cross"))
for other in list(scene.sequence_editor.strips_all):
    scene.sequence_editor.strips.remove(other)
timeline = rebuild(edits)
out["from nothing"] = by_hand == spots()
out["once more"] = collect(scene, timeline) == edits
out["narrator"] = extent(picture(20, root), (200, 40, 30), near=0)
out["keys"] = [key.co[0] for curve in scene.animation_data.action.layers[0].strips[0].channelbags[0].fcurves
               if '"a/ada"' in curve.data_path for key in curve.keyframe_points]
""",
    )
    assert out["untouched"] == {"strips": []}
    assert out["edits"] == {
        "a/ada": {"id": "a/ada", "start_delta": 12, "dx": -0.1, "dy": -0.1},
        "a/text": {"id": "a/text", **out["edits"]["a/text"], "text": "Two\nlines", "text_before": "Hxg"},
        "a/voice": {"id": "a/voice", "trim_end": 6, "volume": 0.5},
    }
    assert out["again"] and out["place"] and out["still"] and out["from nothing"] and out["once more"]
    assert out["narrator"] == [505 - 64, 284 - 36, 541 - 64, 336 - 36]
    assert out["keys"] == [53, 73]


def test_muted_and_deleted_strips_stay_out_of_the_film_until_they_are_switched_on(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
strip("a/ada").mute = True
scene.sequence_editor.strips.remove(strip("a/bar"))
edits = collect(scene, timeline)
out["muted"] = [edit.id for edit in edits.strips if edit.muted]
timeline = rebuild(edits)
out["timeline"] = [s.id for s in timeline.strips]
out["there"] = strip("a/ada").mute
out["kept"] = collect(scene, timeline, edits) == edits
strip("a/ada").mute = False
edits = collect(scene, timeline, edits)
timeline = rebuild(edits)
out["on again"] = [s.id for s in timeline.strips]
""",
    )
    assert out["muted"] == ["a/ada", "a/bar"]
    assert not {"a/ada", "a/bar"} & set(out["timeline"])
    assert out["there"] and out["kept"]
    assert "a/ada" in out["on again"] and "a/bar" not in out["on again"]


def test_the_second_half_of_a_strip_that_was_cut_is_the_persons_own(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
half = strip("a/footage").split(frame=61, split_method="HARD")
half.content_start += 300
edits = collect(scene, timeline)
out["edits"] = [edit.model_dump(exclude_defaults=True) for edit in edits.strips]
before = spot(half)
rebuild(edits)
out["halves"] = [spots()["a/footage"], spot(half) == before, "lectern_id" in half]
""",
    )
    assert out["edits"] == [{"id": "a/footage", "trim_end": 30}]
    assert out["halves"] == [[2, 31, 61], True, False]


def test_a_scaled_clip_is_scaled_after_a_rebuild(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
strip("a/ada").transform.scale_x = strip("a/ada").transform.scale_y = 1.5
strip("a/text").font_size = 60
edits = collect(scene, timeline)
out["scales"] = {edit.id: edit.scale for edit in edits.strips}
timeline = rebuild(edits)
out["scale"] = round(strip("a/ada").transform.scale_x, 2)
out["size"] = strip("a/text").font_size
out["same"] = collect(scene, timeline) == edits
left, top, right, bottom = extent(picture(10, root), (200, 40, 30), near=20)
out["height"] = bottom - top
""",
    )
    assert out["scales"] == {"a/ada": 1.5, "a/text": 1.5}
    assert out["scale"] == pytest.approx(1.5, abs=0.02) and out["size"] == 60 and out["same"]
    assert out["height"] == pytest.approx(52 * 1.5, abs=3)


def test_a_muted_strip_makes_way_for_the_film(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
strip("a/ada").mute = True
edits = collect(scene, timeline)
other = {s.id: s for s in strips()}["a/ada"].model_copy(update={"id": "a/ben", "name": "Ben"})
compile_timeline(apply_edits(film(other), edits)[0], scene, root, edits)
out["spots"] = [spots()["a/ben"], spots()["a/ada"], strip("a/ada").mute, strip("a/ben").mute]
""",
    )
    assert out["spots"] == [[5, 1, 61], [8, 1, 61], True, False]


def test_clips_and_what_lies_over_footage_are_moved_retimed_and_deleted_by_hand_and_stay_so(root: Path) -> None:
    out = in_blender(
        root,
        """
over = lambda id, track, start, end, **more: movie(f"a/shell/{id}", track, start, end, "narrator/1/clip.mov", **more)
box = box_of_pixels(200, 100, 81, 60, SIZE)
fade = lambda start, end: (Keyframe(frame=start, value=0), Keyframe(frame=start + 6, value=1),
                            Keyframe(frame=end - 6, value=1), Keyframe(frame=end, value=0))
made = [
    over("close-up-0", "Cards", 100, 130), over("blur-0", "Text", 40, 60, box=box),
    over("spotlight-1", "Text", 60, 90, opacity=fade(60, 90)), over("outline-1", "Cards", 92, 98, box=box),
    over("keys-0", "Text", 100, 140, box=box, opacity=fade(100, 140)),
    *(over(f"{name}/clip", "Clips", start, start + 30, box=box) for name, start in (("bars", 0), ("card", 40), ("quote", 80))),
]
tracks = (*TRACKS, Track(name="Clips", channel=len(TRACKS) + 1))
def rebuild(edits):
    timeline, conflicts = apply_edits(film(*made).model_copy(update={"tracks": tracks}), edits)
    compile_timeline(timeline, scene, root, edits)
    return timeline
timeline = rebuild(Edits())
strip("a/shell/keys-0").content_start += 5
strip("a/shell/keys-0").transform.offset_x += 32
strip("a/shell/spotlight-1").left_handle += 4
strip("a/shell/spotlight-1").right_handle -= 10
strip("a/shell/outline-1").transform.offset_y -= 36
strip("a/shell/bars/clip").content_start += 7
strip("a/shell/bars/clip").transform.offset_x += 64
strip("a/shell/card/clip").right_handle -= 12
for id in ("a/shell/close-up-0", "a/shell/blur-0", "a/shell/quote/clip"):
    scene.sequence_editor.strips.remove(strip(id))
edits = collect(scene, timeline)
out["edits"] = {edit.id: edit.model_dump(exclude_defaults=True) for edit in edits.strips}
scene.sequence_editor.strips.remove(strip("a/cross"))
for other in list(scene.sequence_editor.strips_all):
    scene.sequence_editor.strips.remove(other)
timeline = rebuild(edits)
out["spots"] = {id: spot[1:] for id, spot in spots().items() if "/shell/" in id}
again = collect(scene, timeline, edits)
out["still"] = again == edits
out["keys"] = extent(picture(115, root), (200, 40, 30), near=0)
""",
    )
    names = ("close-up-0", "blur-0", "spotlight-1", "outline-1", "keys-0", "bars/clip", "card/clip", "quote/clip")
    ids = {name: f"a/shell/{name}" for name in names}
    assert out["edits"] == {
        ids["close-up-0"]: {"id": ids["close-up-0"], "muted": True},
        ids["blur-0"]: {"id": ids["blur-0"], "muted": True},
        ids["spotlight-1"]: {"id": ids["spotlight-1"], "trim_start": 4, "trim_end": 10},
        ids["outline-1"]: {"id": ids["outline-1"], "dy": 0.1},
        ids["keys-0"]: {"id": ids["keys-0"], "start_delta": 5, "dx": 0.05},
        ids["bars/clip"]: {"id": ids["bars/clip"], "start_delta": 7, "dx": 0.1},
        ids["card/clip"]: {"id": ids["card/clip"], "trim_end": 12},
        ids["quote/clip"]: {"id": ids["quote/clip"], "muted": True},
    }
    assert out["spots"] == {
        ids["spotlight-1"]: [65, 81], ids["outline-1"]: [93, 99], ids["keys-0"]: [106, 146], ids["bars/clip"]: [8, 38],
        ids["card/clip"]: [41, 59],
    }  # fmt: skip
    assert (out["still"], out["keys"][:2]) == (True, [236, 104])
