"""What a person does to a strip is collected as an edit and is there again after a rebuild."""

from pathlib import Path

import numpy as np
import pytest
from strip_stage import in_blender, write_media

REBUILD = """
def rebuild(edits, timeline=None):
    timeline, conflicts = apply_edits(timeline or film(), edits)
    out["conflicts"] = [*conflicts, *compile_timeline(timeline, scene, root, edits).conflicts]
    return timeline

def from_nothing(edits, timeline=None):
    while strips_left := sorted(scene.sequence_editor.strips_all, key=lambda strip: strip.type != "CROSS"):
        scene.sequence_editor.strips.remove(strips_left[0])
    if scene.animation_data:
        scene.animation_data_clear()
    return rebuild(edits, timeline)

def shifted(frames):
    moved = [later(s, frames).model_copy(update={
        field: tuple(key.model_copy(update={"frame": key.frame + frames}) for key in getattr(s, field))
        for field in ("opacity", "camera", "position_x", "position_y") if hasattr(s, field)}) for s in strips()]
    span = SceneSpan(id="a", title="A", start=frames, end=frames + 150)
    return film(*moved).model_copy(update={"scenes": (SceneSpan(id="new", title="N", start=0, end=frames), span), "frames": 150 + frames})

def values_of(edits):
    return {edit.strip + " " + edit.property: edit.model_dump(mode="json")["value"] for edit in edits.edits}
"""


def while_rebuilding(root: Path, code: str) -> dict:
    """Run `code` in Blender with the functions above."""
    return in_blender(root, REBUILD + code)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_media(tmp_path)
    return tmp_path


def test_an_edit_in_the_sequencer_survives_a_rebuild(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
out["untouched"] = values_of(collect(scene))
ada, text, voice = strip("a/ada"), strip("a/text"), strip("a/voice")
ada.content_start += 12
ada.transform.offset_x -= 64
ada.transform.offset_y += 36
text.text = "Two\\nlines"
text.left_handle += 4
voice.volume = 0.4
voice.right_handle -= 6
strip("a/bar").transform.offset_x += 32
edits = collect(scene)
out["edits"] = values_of(edits)
out["again"] = collect(scene, edits) == edits
by_hand = spots()
timeline = rebuild(edits)
out["place"] = by_hand == spots()
out["still"] = collect(scene, edits) == edits
timeline = rebuild(edits, shifted(7))
out["later"] = {id: [at[1] - 7, at[2] - 7] for id, at in spots().items()} == {id: at[1:] for id, at in by_hand.items()}
timeline = from_nothing(edits)
out["from nothing"] = by_hand == spots()
out["once more"] = collect(scene, edits) == edits
out["narrator"] = extent(picture(20, root), (200, 40, 30), near=0)
out["keys"] = [key.co[0] for curve in scene.animation_data.action.layers[0].strips[0].channelbags[0].fcurves
               if '"a/ada"' in curve.data_path for key in curve.keyframe_points]
""",
    )
    assert out["untouched"] == {}
    x, y = out["edits"].pop("a/ada x"), out["edits"].pop("a/ada y")
    assert (x, y) == pytest.approx(((501 + 40.5 - 64) / 640, (280 + 30 - 36) / 360), abs=0.001)
    bar = out["edits"].pop("a/bar x")
    assert bar == pytest.approx((33 + 50.5 + 32) / 640, abs=0.001)
    assert out["edits"] == {
        "a/ada move": 12,
        "a/text text": "Two\nlines",
        "a/text trim_start": 4,
        "a/voice trim_end": 6,
        "a/voice volume": 0.4,
    }
    assert out["again"] and out["place"] and out["still"] and out["later"] and out["from nothing"] and out["once more"]
    assert out["narrator"] == [505 - 64, 284 - 36, 541 - 64, 336 - 36]
    assert out["keys"] == [53, 73]


def test_whatever_is_set_on_a_strip_is_kept_put_back_and_taken_back(root: Path) -> None:
    """Every property of the table, on a strip of every type."""
    out = while_rebuilding(
        root,
        """
from lectern.addon.sequencer.values import read_values
from lectern.addon.sequencer.text import load_font
from lectern.pipeline.timeline.editable import properties_of

def other(strip, prop):
    *parents, name = prop.path.split(".")
    owner = strip
    for parent in parents:
        owner = getattr(owner, parent)
    if name.isdecimal():
        owner[int(name)] += 0.0625
        return
    rna, value = owner.bl_rna.properties[name], getattr(owner, name)
    if rna.type == "BOOLEAN":
        value = not value
    elif rna.type == "ENUM":
        value = next(i.identifier for i in rna.enum_items if i.identifier not in (value, "REPLACE"))
    elif rna.type == "INT":
        value = value + 8
    elif rna.type == "STRING":
        value = "By hand"
    elif rna.type == "POINTER":
        value = load_font("Inter-Regular.otf" if value.get("lectern_font") != "Inter-Regular.otf" else "Inter-SemiBold.otf")
    elif getattr(rna, "is_array", False):
        value = [part * 0.5 + 0.125 for part in value]
    else:
        value = value + (32 if prop.unit.value in ("across", "down", "height") else 0.25)
        value = value if value <= rna.hard_max else value - 0.5
    setattr(owner, name, value)

timeline = rebuild(Edits())
fresh = {id: read_values(strip(id), {}, timeline.size) for id in ("a/plate", "a/text", "a/bar", "a/voice")}
for id in fresh:
    for prop in properties_of(strip(id).type):
        if prop.name != "muted":
            other(strip(id), prop)
    fresh_names = {prop.name for prop in properties_of(strip(id).type)} - {"muted"}
    out[f"unchanged {id}"] = sorted(n for n in fresh_names if read_values(strip(id), {}, timeline.size)[n] == fresh[id][n])
edits = collect(scene)
out["missing"] = [f"{id} {name}" for id in fresh for name in fresh[id] if name != "muted"
                  and not any(e.strip == id and e.property == name for e in edits.edits)]
by_hand = {id: read_values(strip(id), {}, timeline.size) for id in fresh}

def lost(now):
    return [f"{id} {name} {by_hand[id][name]!r} {value!r}" for id in fresh
            for name, value in now[id].items() if value != by_hand[id][name]]

timeline = rebuild(edits)
out["lost"] = lost({id: read_values(strip(id), {}, timeline.size) for id in fresh})
out["still"] = collect(scene, edits) == edits
timeline = rebuild(edits, shifted(9))
out["lost later"] = lost({id: read_values(strip(id), {}, timeline.size) for id in fresh})
out["told"] = out["conflicts"]
timeline = from_nothing(edits, shifted(9))
out["lost from nothing"] = lost({id: read_values(strip(id), {}, timeline.size) for id in fresh})
out["still from nothing"] = collect(scene, edits) == edits
timeline = rebuild(Edits())
out["taken back"] = [f"{id} {name} {value!r} {fresh[id][name]!r}" for id in fresh
                     for name, value in read_values(strip(id), {}, timeline.size).items() if value != fresh[id][name]]
""",
    )
    assert [out[f"unchanged {id}"] for id in ("a/plate", "a/text", "a/bar", "a/voice")] == [[]] * 4, (
        "the test changes all"
    )
    assert out["missing"] == [] and out["told"] == []
    assert out["lost"] == [] and out["lost later"] == [] and out["lost from nothing"] == []
    assert out["still"] and out["still from nothing"] and out["taken back"] == []


def test_keyframes_of_a_persons_are_kept_and_travel_with_their_strip(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
voice, bar, ada = strip("a/voice"), strip("a/bar"), strip("a/ada")
for frame, volume in ((15, 0.8), (25, 0.1), (40, 0.8)):
    voice.volume = volume
    voice.keyframe_insert("volume", frame=frame)
for frame, red in ((1, 0.0), (20, 1.0)):
    bar.color[0] = red
    bar.keyframe_insert("color", index=0, frame=frame)
curve = scene.animation_data.action.layers[0].strips[0].channelbags[0].fcurves.find('sequence_editor.strips_all["a/ada"].blend_alpha')
curve.keyframe_points[0].co[1] = 0.5
curve.update()
pointer = scene.animation_data.action.layers[0].strips[0].channelbags[0].fcurves.find('sequence_editor.strips_all["a/pointer"].transform.offset_x')
scene.animation_data.action.layers[0].strips[0].channelbags[0].fcurves.remove(pointer)
strip("a/pointer").transform.offset_x = 0
edits = collect(scene)
out["edited"] = sorted(values_of(edits))
def curves():
    bag = scene.animation_data.action.layers[0].strips[0].channelbags[0]
    return {f"{c.data_path} {c.array_index}": [[round(k.co[0], 2), round(k.co[1], 4), k.interpolation, *(round(v, 3) for v in (*k.handle_left, *k.handle_right))]
            for k in c.keyframe_points] for c in bag.fcurves}
before = curves()
timeline = rebuild(edits)
out["kept"] = curves() == before
out["still"] = collect(scene, edits) == edits
timeline = from_nothing(edits)
out["from nothing"] = {path: keys for path, keys in curves().items() if keys != before.get(path)}
timeline = rebuild(edits, shifted(7))
out["travelled"] = all([k[0] + 7 for k in keys] == [k[0] for k in curves()[path]] for path, keys in before.items())
out["told"] = out["conflicts"]
timeline = rebuild(Edits())
out["taken back"] = sorted(curves())
out["values"] = [round(strip("a/voice").volume, 3), [round(c, 3) for c in strip("a/bar").color]]
""",
    )
    assert out["edited"] == ["a/ada opacity", "a/bar colour", "a/pointer x", "a/voice volume"]
    assert out["kept"] and out["still"] and out["from nothing"] == {} and out["travelled"] and out["told"] == []
    assert not [path for path in out["taken back"] if "volume" in path or "color" in path]
    assert any("a/pointer" in path and "offset_x" in path for path in out["taken back"])
    assert out["values"] == [0.8, [0.671, 0.071, 0.937]]


def test_muted_and_deleted_strips_stay_out_of_the_film_until_they_are_switched_on(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
strip("a/ada").mute = True
scene.sequence_editor.strips.remove(strip("a/bar"))
edits = collect(scene)
out["edits"] = values_of(edits)
timeline = rebuild(edits)
out["timeline"] = [s.id for s in timeline.strips]
out["there"] = strip("a/ada").mute
out["kept"] = collect(scene, edits) == edits
strip("a/ada").mute = False
edits = collect(scene, edits)
timeline = rebuild(edits)
out["on again"] = [s.id for s in timeline.strips]
timeline = rebuild(edits.without("a/bar"))
out["brought back"] = [s.id for s in timeline.strips]
scene.sequence_editor.channels[5].mute = True
edits = collect(scene, Edits())
out["channel"] = values_of(edits)
timeline = rebuild(edits)
out["without track"] = ["a/ada" in [s.id for s in timeline.strips], "a/ada" in spots(), collect(scene, edits) == edits]
scene.sequence_editor.channels[5].mute = False
timeline = rebuild(collect(scene, edits))
out["with track"] = "a/ada" in [s.id for s in timeline.strips]
""",
    )
    assert out["edits"] == {"a/ada muted": True, "a/bar deleted": True}
    assert not {"a/ada", "a/bar"} & set(out["timeline"])
    assert out["there"] and out["kept"]
    assert "a/ada" in out["on again"] and "a/bar" not in out["on again"]
    assert {"a/ada", "a/bar"} <= set(out["brought back"])
    assert out["channel"] == {"track:Narrator muted": True}
    assert out["without track"] == [False, True, True] and out["with track"]


def test_the_pieces_of_a_strip_and_its_copies_stay_lecterns_and_travel(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
voice, footage = strip("a/voice"), strip("a/footage")
half = voice.split(frame=31, split_method="SOFT")
half.content_start += 20
half.volume = 0.3
piece = footage.split(frame=61, split_method="HARD")
piece.transform.scale_x = 0.5
edits = collect(scene)
out["edits"] = values_of(edits)
out["owned"] = sorted(spots())
out["again"] = collect(scene, edits) == edits
before = spots()
timeline = rebuild(edits)
out["film"] = {s.id: [s.start, s.end, getattr(s, "source_start", None), getattr(s, "volume", None)] for s in timeline.strips if "#" in s.id or s.id == "a/voice"}
out["place"] = spots() == before
out["still"] = collect(scene, edits) == edits
timeline = rebuild(edits, shifted(11))
out["later"] = {id: [at[1] - 11, at[2] - 11] for id, at in spots().items()} == {id: at[1:] for id, at in before.items()}
timeline = from_nothing(edits)
out["from nothing"] = spots() == before
out["scale"] = [round(strip(id).transform.scale_x, 3) for id in sorted(spots()) if id.startswith("a/footage")]
scene.sequence_editor.strips.remove(strip(next(id for id in spots() if id.startswith("a/voice#"))))
edits = collect(scene, edits)
timeline = rebuild(edits)
out["deleted piece"] = sorted(id for id in spots() if id.startswith("a/voice"))
""",
    )
    halves = sorted(id for id in out["owned"] if "#" in id)
    assert [id.partition("#")[0] for id in halves] == ["a/ada", "a/footage", "a/voice"]
    assert out["film"]["a/voice"] == [10, 30, 0.5, 0.8]
    assert out["film"][halves[2]] == pytest.approx([50, 70, 0.5 + 20 / 30, 0.3])
    assert out["again"] and out["place"] and out["still"] and out["later"] and out["from nothing"]
    assert out["scale"] == [1.0, 0.5] and out["deleted piece"] == ["a/voice"]


def test_a_strip_stays_on_the_channel_that_it_was_put_on(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
strip("a/bar").channel = 9
strip("a/text").channel = 4
edits = collect(scene)
out["edits"] = values_of(edits)
timeline = rebuild(edits)
out["channels"] = [strip("a/bar").channel, strip("a/text").channel]
out["still"] = collect(scene, edits) == edits
timeline = from_nothing(edits)
out["from nothing"] = [strip("a/bar").channel, strip("a/text").channel]
timeline = rebuild(Edits())
out["taken back"] = [strip("a/bar").channel, strip("a/text").channel]
""",
    )
    assert out["edits"] == {"a/bar channel": "By hand 2", "a/text channel": "Cards"}
    assert out["channels"] == out["from nothing"] == [9, 4] and out["still"] and out["taken back"] == [4, 6]


def test_own_strips_and_markers_travel_with_the_scene_that_they_stand_in(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
own = scene.sequence_editor.strips.new_effect("mine", "COLOR", 9, 41, length=20)
over = scene.sequence_editor.strips.new_effect("over mine", "TEXT", 10, 45, length=5)
behind = scene.sequence_editor.strips.new_effect("behind the film", "COLOR", 9, 200, length=20)
scene.timeline_markers.new("mine", frame=50)
own.blend_alpha = 0.5
own.keyframe_insert("blend_alpha", frame=41)
timeline = rebuild(collect(scene), shifted(30))
out["spots"] = [spot(own), spot(over), spot(behind), scene.timeline_markers["mine"].frame]
out["key"] = [k.co[0] for c in scene.animation_data.action.layers[0].strips[0].channelbags[0].fcurves if '"mine"' in c.data_path for k in c.keyframe_points]
own.content_start += 3
timeline = rebuild(collect(scene), shifted(30))
out["moved"] = spot(own)
other = film().model_copy(update={"scenes": (SceneSpan(id="other", title="O", start=0, end=150),)})
timeline = rebuild(Edits(), other)
out["gone"] = [spot(own), out["conflicts"]]
""",
    )
    assert out["spots"] == [[9, 71, 91], [10, 75, 80], [9, 200, 220], 80] and out["key"] == [71]
    assert out["moved"] == [9, 74, 94]
    assert out["gone"][0] == [9, 74, 94] and 'your strip "mine" stood in scene "a", which is gone' in out["gone"][1][0]


def test_what_the_script_has_changed_below_an_edit_is_told_and_the_edit_is_shown(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
strip("a/bar").color = (0, 0, 1)
strip("a/ada").use_flip_x = True
edits = collect(scene)
out["edits"] = sorted(values_of(edits))
bar = {s.id: s for s in strips()}["a/bar"]
timeline = rebuild(edits, film(bar.model_copy(update={"colour": "#00ff00"})))
out["told"] = out["conflicts"]
out["colour"] = list(strip("a/bar").color)
out["kept"] = collect(scene, edits) == edits
out["mirrored"] = [strip("a/ada").use_flip_x, round(strip("a/ada").transform.offset_x)]
timeline = rebuild(edits.without("a/bar"), film(bar.model_copy(update={"colour": "#00ff00"})))
out["reset"] = [round(c, 2) for c in strip("a/bar").color]
""",
    )
    (said,) = out["told"]
    assert "colour" in said and "a/bar" in said and "by hand" in said
    assert out["colour"] == [0, 0, 1] and out["kept"] and out["reset"] == [0, 1, 0]
    assert out["edits"] == ["a/ada flip_x", "a/ada x", "a/bar colour"]
    assert out["mirrored"][0] is True


def test_edits_from_elsewhere_are_laid_beside_those_of_the_scene(root: Path) -> None:
    """Another person's edits come with git, while this one's are not collected yet: both hold."""
    out = while_rebuilding(
        root,
        """
from lectern.pipeline.timeline.edits import Edit, edits_of
timeline = rebuild(Edits())
strip("a/ada").transform.rotation = 0.25
theirs = edits_of([Edit(strip="a/ada", property="opacity", value=0.5), Edit(strip="a/bar", property="x", value=0.5)])
edits = collect(scene, theirs)
out["both"] = values_of(edits)
timeline = rebuild(edits)
out["shown"] = [round(strip("a/ada").transform.rotation, 3), round(strip("a/ada").blend_alpha, 3), strip("a/bar").transform.offset_x]
out["still"] = collect(scene, edits) == edits
out["taken away"] = values_of(collect(scene, edits.without("a/bar")))
""",
    )
    assert out["both"] == {"a/ada opacity": 0.5, "a/ada rotation": 0.25, "a/bar x": 0.5}
    assert out["shown"] == [0.25, 0.5, 0] and out["still"]
    assert out["taken away"] == {"a/ada opacity": 0.5, "a/ada rotation": 0.25}


def test_the_sounds_that_a_person_added_or_animated_are_told_to_the_mixer(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
from lectern.addon.sequencer.sounds import sounds_by_hand
timeline = rebuild(Edits())
out["none"] = sounds_by_hand(scene, root)
path = str(root / "media/voice/1/voice.wav")
music = scene.sequence_editor.strips.new_sound("music", path, 12, 31)
music.left_handle, music.volume = 41, 0.25
quiet = scene.sequence_editor.strips.new_sound("quiet", path, 13, 1)
quiet.mute = True
gone = scene.sequence_editor.strips.new_sound("gone", path, 14, 1)
gone.sound = gone.sound.copy()
gone.sound.filepath = str(root / "gone.wav")
voice = strip("a/voice")
for frame, volume in ((11, 1.0), (21, 0.0)):
    voice.volume = volume
    voice.keyframe_insert("volume", frame=frame)
sounds, out["unheard"] = sounds_by_hand(scene, root)
out["sounds"] = {s["name"]: {k: v for k, v in s.items() if k != "gains"} for s in sounds}
out["gains"] = next(s["gains"] for s in sounds if s["name"] == "voice")
""",
    )
    assert out["none"] == [[], []]
    assert out["sounds"]["music"] == {
        "strip": "", "name": "music", "source": "media/voice/1/voice.wav", "start": 40, "end": out["sounds"]["music"]["end"], "source_start": pytest.approx(10 / 30),
        "volume": 0.25, "pan": 0, "pans": [],
    }  # fmt: skip
    assert set(out["sounds"]) == {"music", "voice"} and out["sounds"]["voice"]["strip"] == "a/voice"
    assert len(out["gains"]) == 40 and (out["gains"][0], out["gains"][10], out["gains"][-1]) == (1, 0, 0)
    (said,) = out["unheard"]
    assert '"gone"' in said and "gone.wav is missing" in said


def test_a_muted_strip_makes_way_for_the_film(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
timeline = rebuild(Edits())
strip("a/ada").mute = True
edits = collect(scene)
other = {s.id: s for s in strips()}["a/ada"].model_copy(update={"id": "a/ben", "name": "Ben"})
rebuild(edits, film(other))
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
edits = collect(scene)
out["edits"] = {f"{e.strip} {e.property}": e.value for e in edits.edits}
scene.sequence_editor.strips.remove(strip("a/cross"))
for other in list(scene.sequence_editor.strips_all):
    scene.sequence_editor.strips.remove(other)
timeline = rebuild(edits)
out["spots"] = {id: spot[1:] for id, spot in spots().items() if "/shell/" in id}
again = collect(scene, edits)
out["still"] = again == edits
out["keys"] = extent(picture(115, root), (200, 40, 30), near=0)
""",
    )
    names = ("close-up-0", "blur-0", "spotlight-1", "outline-1", "keys-0", "bars/clip", "card/clip", "quote/clip")
    ids = {name: f"a/shell/{name}" for name in names}
    places = {key: out["edits"].pop(key) for key in list(out["edits"]) if key.endswith((" x", " y"))}
    assert out["edits"] == {
        f"{ids['close-up-0']} deleted": True,
        f"{ids['blur-0']} deleted": True,
        f"{ids['spotlight-1']} trim_start": 4,
        f"{ids['spotlight-1']} trim_end": 10,
        f"{ids['keys-0']} move": 5,
        f"{ids['bars/clip']} move": 7,
        f"{ids['card/clip']} trim_end": 12,
        f"{ids['quote/clip']} deleted": True,
    }
    assert places == pytest.approx({
        f"{ids['outline-1']} y": (130 + 36) / 360, f"{ids['keys-0']} x": (240.5 + 32) / 640,
        f"{ids['bars/clip']} x": (240.5 + 64) / 640,
    }, abs=0.002)  # fmt: skip
    assert out["spots"] == {
        ids["spotlight-1"]: [65, 81], ids["outline-1"]: [93, 99], ids["keys-0"]: [106, 146], ids["bars/clip"]: [8, 38],
        ids["card/clip"]: [41, 59],
    }  # fmt: skip
    assert (out["still"], out["keys"][:2]) == (True, [236, 104])


def test_music_steps_back_in_blender_as_in_the_film_until_a_person_takes_over(root: Path) -> None:
    out = while_rebuilding(
        root,
        """
from lectern.addon.sequencer.sounds import sounds_by_hand
from lectern.pipeline.timeline.model import Track
from lectern.pipeline.timeline.soundtrack_strips import ducked
bed = SoundStrip(id="a/bed/music-0", scene="a", name="night", track="Music", start=0, end=60,
                 source="media/voice/1/voice.wav", duck=6.0206)
voice = next(s for s in strips() if s.id == "a/voice").model_copy(update={"speech": ((0.5, 1.0),)})
made = film(bed, voice)
made = made.model_copy(update={"tracks": (*made.tracks, Track(name="Music", channel=8)), "strips": ducked(made.strips, 30)})
timeline = rebuild(Edits(), made)
bed = strip("a/bed/music-0")
curve = next(c for c in scene.animation_data.action.layers[0].strips[0].channelbags[0].fcurves if "night" in c.data_path)
out["volume"] = [round(curve.evaluate(frame + 1), 3) for frame in (0, 20, 59)]
out["keys"] = {s.id: [[k.frame, k.value] for k in s.level] for s in timeline.strips if s.id == "a/bed/music-0"}["a/bed/music-0"]
out["untouched"] = [values_of(collect(scene)), sounds_by_hand(scene, root)]
curve.keyframe_points[1].co[1] = 0.9
curve.update()
edits = collect(scene)
out["edited"] = sorted(values_of(edits))
rebuild(edits, made)
out["heard"] = [len(s["gains"]) for s in sounds_by_hand(scene, root)[0]]
out["again"] = collect(scene, edits) == edits
""",
    )
    frames, values = zip(*out["keys"], strict=True)
    assert out["volume"] == pytest.approx(np.interp([0, 20, 59], frames, values), abs=0.002) and min(values) == 0.5
    assert out["untouched"] == [{}, [[], []]]
    assert out["edited"] == ["a/bed/music-0 volume"] and out["heard"] == [60] and out["again"]
