"""Random sittings at the timeline: a person edits, the script changes, everything is compiled again.

A `Sitting` runs in Blender. It looks at the strips itself, property by property as Blender has them, before and after each
edit: so it knows what the person has changed without asking what is collected, and what must hold after a compile.
"""

import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import bpy
from strip_stage import SIZE, TRACKS

from lectern.addon.sequencer.animation import Animation
from lectern.addon.sequencer.collect import collect, collect_again
from lectern.addon.sequencer.compile import compile_timeline
from lectern.addon.sequencer.linking import _sequencer_area
from lectern.addon.sequencer.owned import collected_then, foreign_strips, owned_strips, remember_collected, remembered
from lectern.addon.sequencer.text import load_font
from lectern.pipeline.base.geometry import box_of_pixels
from lectern.pipeline.timeline.edits import Edits, apply_edits
from lectern.pipeline.timeline.follow import follow_script
from lectern.pipeline.timeline.model import (
    ColourStrip,
    CrossStrip,
    Element,
    Keyframe,
    MovieStrip,
    SceneSpan,
    SoundStrip,
    Strip,
    TextStrip,
    Timeline,
)

_NOT_EDITED = {
    "rna_type", "select", "select_left_handle", "select_right_handle", "lock", "color_tag", "channel", "name", "frame_start",
    "content_start", "content_end", "content_trim_start", "content_trim_end", "left_handle", "right_handle", "duration",
    "frame_final_start", "frame_final_end", "frame_final_duration", "frame_duration", "frame_offset_start",
    "frame_offset_end", "left_handle_offset", "right_handle_offset", "animation_offset_start", "animation_offset_end",
    "filepath", "sound", "elements", "proxy", "modifiers", "connections", "input_1", "input_2", "fps",
    "show_retiming_keys", "textbox_state", "stream_index", "cursor_offset",
}  # fmt: skip
"""What is looked at apart, or is no value of the strip's."""

_STAYS_IN_THE_BLEND = {
    "use_multiview",
    "views_format",
    "use_proxy",
    "pitch_correction",
    "show_waveform",
    "use_linear_modifiers",
}
"""What edits.json does not keep, since it changes nothing in the film."""

_UNSEEN = {
    "SOUND": {"use_default_fade", "effect_fader", "blend_alpha", "blend_type", "strobe"},
    "PICTURE": {"use_default_fade", "effect_fader"},
}
"""What Blender has on all strips, but means nothing on these."""

type Seen = dict[str, Any]
"""What is seen of a strip: values by the names of properties, its curves ("curve …"), and its place."""


class Part(NamedTuple):
    """One element of the made script: a strip of scene `scene`, `start` to `end` frames after the scene's beginning."""

    scene: str
    name: str
    kind: str
    start: int
    end: int
    word: int
    """Which of several looks it has: its colour, its words, the take that it shows."""
    mended: int = 0
    """How often a typo was mended in it: an element's id is made of its words, so it has another one each time."""

    @property
    def owner(self) -> str:
        """What its strip and its edits know it by."""
        return f"{self.name}-{self.mended}" if self.mended else self.name

    def element(self) -> Element:
        """What the script says of it: words of its own, in which few letters change when a typo is mended."""
        said = _words_of(f"{_first_id(self.scene)}/{self.name}")
        return Element(scene=self.scene, owner=self.owner, kind=self.kind, text=f"{said} {self.mended}")


def _words_of(what: str) -> str:
    random = Random(what)
    return " ".join("".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(8))


def _first_id(id: str) -> str:
    """The id that an element, a scene or a strip had before any typo in it was mended, whatever it is called now."""
    strip, mark, piece = id.partition("#")
    return "/".join(part.partition("-")[0] for part in strip.split("/")) + mark + piece


def _named(sentence: str) -> set[str]:
    """The strips that a sentence names, as they were called first."""
    return {_first_id(id) for id in re.findall(r'["(]([^"()]+)[")]', sentence)}


class Script:
    """A script that changes: scenes in order, each with a few elements."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.scenes: list[tuple[str, int]] = []
        self.parts: list[Part] = []
        self._count = 0
        for _ in range(2):
            self.add_scene()

    def add_scene(self) -> None:
        scene = f"s{self._count}"
        self._count += 1
        self.scenes.insert(self._random.randint(0, len(self.scenes)), (scene, self._random.randint(90, 130)))
        spans = {"footage": (0, 90), "ada": (0, 60), "voice": (0, 60), "bar": (5, 50), "title": (5, 50), "note": (55, 85),
                 "pointer": (20, 70)}  # fmt: skip
        self.parts += [Part(scene, f"{kind}{scene}", kind, *span, 0) for kind, span in spans.items()]

    def change(self) -> None:
        """Change the script as an author would: one thing at a time."""
        self._random.choice((
            self.add_scene, self._remove_scene, self._lengthen, self._remove, self._retime, self._reword, self._reword,
            self._reorder, self._mend, self._rename_scene, self._take_another,
        ))()  # fmt: skip

    def _remove_scene(self) -> None:
        if len(self.scenes) > 2:
            scene = self.scenes.pop(self._random.randrange(len(self.scenes)))[0]
            self.parts = [part for part in self.parts if part.scene != scene]

    def _reorder(self) -> None:
        self._random.shuffle(self.scenes)

    def _lengthen(self) -> None:
        number = self._random.randrange(len(self.scenes))
        self.scenes[number] = (self.scenes[number][0], self.scenes[number][1] + self._random.randint(1, 40))

    def _remove(self) -> None:
        part = self._random.choice(self.parts)
        if part.kind != "footage":
            self.parts.remove(part)

    def _retime(self) -> None:
        self._replace(lambda part: part._replace(start=part.start + self._random.randint(0, 5),
                                                 end=max(part.start + 12, part.end + self._random.randint(-8, 8))))  # fmt: skip

    def _reword(self) -> None:
        self._replace(lambda part: part._replace(word=part.word + 1))

    def _mend(self) -> None:
        self._replace(lambda part: part._replace(mended=part.mended + 1))

    def _rename_scene(self) -> None:
        number = self._random.randrange(len(self.scenes))
        before, length = self.scenes[number]
        first, _, times = before.partition("-")
        now = f"{first}-{int(times or 0) + 1}"
        self.scenes[number] = (now, length)
        self.parts = [part._replace(scene=now) if part.scene == before else part for part in self.parts]

    def _take_another(self) -> None:
        """Record a capture or a line again: its take is longer or shorter than it was, and so is its strip."""
        takes = [part for part in self.parts if part.kind in ("footage", "voice")]
        if not takes:
            return
        part = self._random.choice(takes)
        longer = part._replace(word=part.word + 1, end=max(part.start + 20, part.end + self._random.randint(-20, 25)))
        self.parts[self.parts.index(part)] = longer

    def _replace(self, changed: Callable[[Part], Part]) -> None:
        number = self._random.randrange(len(self.parts))
        self.parts[number] = changed(self.parts[number])

    def timeline(self) -> Timeline:
        """The film as the script alone makes it."""
        spans, begin = [], 0
        for scene, length in self.scenes:
            spans.append(SceneSpan(id=scene, title=scene, start=begin, end=begin + length))
            begin += length
        strips: list[Strip] = []
        footage: list[str] = []
        for number, span in enumerate(spans):
            here = [part for part in self.parts if part.scene == span.id]
            for part in here:
                strips.append(_strip(part, span, number, {other.kind: other.owner for other in here}))
            footage += [f"{span.id}/{part.owner}" for part in here if part.kind == "footage"]
        by_id = {strip.id: strip for strip in strips}
        for first, second in zip(footage, footage[1:], strict=False):
            start, end = by_id[second].start, by_id[first].end
            if by_id[first].track != by_id[second].track and start < end:
                strips.append(CrossStrip(id=f"{second}/cross", scene=by_id[second].scene, name=f"cross {second}",
                                         track="Transitions", start=start, end=end, first=first, second=second))  # fmt: skip
        elements = [
            Element(scene=scene, owner="", kind="scene", text=_words_of(_first_id(scene))) for scene, _ in self.scenes
        ]
        return Timeline(
            title="Film", fps=30, size=SIZE, frames=begin, tracks=TRACKS, scenes=tuple(spans), strips=tuple(strips),
            elements=(*elements, *(part.element() for part in self.parts)),
        )  # fmt: skip


def _strip(part: Part, span: SceneSpan, number: int, beside: dict[str, str]) -> Strip:
    start, end = span.start + part.start, span.start + part.end
    if part.kind == "footage":  # laps over the next scene's, for a crossfade
        end = span.end + 6
    given = {
        "id": f"{part.scene}/{part.owner}",
        "scene": part.scene,
        "name": f"{part.kind} {part.scene}",
        "start": start,
        "end": end,
    }
    box = box_of_pixels(40 + 8 * part.word, 150, 97, 69, SIZE)
    fade = (Keyframe(frame=end - 8, value=1), Keyframe(frame=end, value=0))
    match part.kind:
        case "footage":
            return MovieStrip(**given, track=f"Picture {'AB'[number % 2]}", source=f"media/footage/{1 + part.word % 2}/footage.mov",
                              source_start=3 * (part.word % 3))  # fmt: skip
        case "ada":
            return MovieStrip(**given, track="Narrator", source="media/narrator/1/clip.mov", opacity=fade,
                              box=box_of_pixels(480 - 10 * part.word, 280, 81, 60, SIZE))  # fmt: skip
        case "voice":
            linked = (f"{part.scene}/{beside['ada']}",) if "ada" in beside else ()
            return SoundStrip(**given, track="Voice", source="media/voice/1/voice.wav", source_start=0.5, linked=linked,
                              volume=0.8 - 0.1 * (part.word % 3))  # fmt: skip
        case "bar":
            return ColourStrip(**given, track="Cards", colour=("#ab12ef", "#12abef", "#efab12")[part.word % 3], box=box)
        case "pointer":
            return MovieStrip(**given | {"start": max(start, span.start + 51), "end": max(end, span.start + 64)}, track="Cards",
                              source="media/narrator/1/clip.mov", box=box, mirrored=bool(part.word % 2),
                              position_x=(Keyframe(frame=start + 31, value=0.25), Keyframe(frame=start + 40, value=0.75)),
                              position_y=(Keyframe(frame=start + 31, value=0.5),))  # fmt: skip
        case _:
            return TextStrip(**given, track="Text", text=f"Hxg {part.word}", font="Inter-SemiBold.otf", size=40 + part.word,
                             colour="#fedcba", plate="#102030" if part.kind == "title" else None, padding=10, box=box)  # fmt: skip


class Sitting:
    """A person at the timeline of a film whose script changes meanwhile. `faults` are what was lost."""

    def __init__(self, scene: bpy.types.Scene, root: Path, seed: int) -> None:
        self.scene, self.root, self.random = scene, root, Random(seed)
        self.script = Script(self.random)
        self.edits = Edits()
        self.done: list[str] = []
        self.faults: list[str] = []
        self._touched: dict[str, dict[str, Any]] = {}
        """What must hold: values by strip and property, as they were seen after the person had set them."""
        self._was: dict[str, dict[str, Any]] = {}
        """The same as they were before."""
        self._gone: set[str] = set()
        self._own: dict[str, tuple[str, int, int]] = {}
        """The person's own strips: the scene that they begin in ("": none), how far in it, and their length."""
        self._told: list[str] = []
        self._compile()
        self._notice_own()

    def play(self, edits: int) -> list[str]:
        """Do `edits` edits, with a compile after every few of them; return what was lost, with what was done before it."""
        while edits > 0 and not self.faults:
            count = self.random.randint(3, 14)
            for _ in range(count):
                self._edit()
            edits -= count
            if self.random.random() < 0.25:
                self.scene.frame_set(self.random.randint(1, 200))
            for _ in range(self.random.randint(0, 2)):
                self._script_changes()
            self._compile_again()
        if not self.faults:
            self._compile_from_nothing()
        return self.faults

    # What the person does

    def _edit(self) -> None:
        owned = {_first_id(id): strip for id, strip in owned_strips(self.scene).items()}
        before = self._look()
        kinds = (*self._STRIP_EDITS * 3, *self._OTHER_EDITS)
        do = self.random.choice(kinds)
        if do in self._STRIP_EDITS:
            id = self.random.choice(sorted(owned))
            said = do(self, owned[id])
            self.done.append(f"{do.__name__} {id} {said or ''}")
        else:
            self.done.append(f"{do.__name__} {do(self) or ''}")
        if do == Sitting._reset:
            return
        bpy.context.view_layer.update()
        after = self._after = self._look()
        for id, seen in sorted(after.items(), key=lambda found: found[0] in before):  # the new ones first
            if id not in before:  # what it is a copy or a piece of is among those that were there
                origin = self._origin_of(id, before)
                seen_of = before.get(origin, {})
                held = {name for name in seen if seen[name] != seen_of.get(name)} | self._touched.get(origin, {}).keys()
                self._touched[id] = {name: seen.get(name) for name in held | {"place"}}
                if seen["channel"] == seen_of.get("channel"):  # the track of its strip, also where that had to leave it
                    self._touched[id].pop("channel", None)
                    if (held_there := self._touched.get(origin, {}).get("channel")) is not None:
                        self._touched[id]["channel"] = held_there
                self._was[id] = {**seen_of, **self._was.get(origin, {})}
                self._drop_what_is_as_it_was(id)
                continue
            changed = {name: value for name, value in seen.items() if value != before[id].get(name)}
            changed |= {name: None for name in before[id].keys() - seen.keys() if name.startswith("curve ")}
            animated = {name: value for name, value in before[id].items() if f"curve {name}" in changed}
            held, was = self._touched.setdefault(id, {}), self._was.setdefault(id, {})
            self._was[id] = (
                animated
                | was
                | {
                    name: before[id].get(name)
                    for name in changed.keys() - held.keys()
                    if name in before[id] or name.startswith("curve ")
                }
            )
            held.update(changed)
            self._drop_what_is_as_it_was(id)
            for name in [name for name in held if f"curve {name}" in seen]:
                del held[name]  # it changes over time
        self._gone |= before.keys() - after.keys()
        self._gone -= after.keys()
        self._notice_own()

    def _drop_what_is_as_it_was(self, id: str) -> None:
        held, was = self._touched[id], self._was[id]
        for name in [name for name, value in held.items() if name in was and _as_it_was(name, value, was[name])]:
            del held[name]

    def _origin_of(self, id: str, before: dict[str, Seen]) -> str:
        """The strip that a new one was made of: what is connected is split along, so it need not be the one that was."""
        seen = self._after[id]
        of = [other for other in before if other.partition("#")[0] == id.partition("#")[0]]
        named = self.done[-1].split()[1]
        alike = lambda other: sum(seen[name] == before[other].get(name) for name in seen)  # noqa: E731
        return max(of, key=lambda other: (other == named, alike(other)), default=id)

    def _move(self, strip: bpy.types.Strip) -> str:
        if strip.type == "CROSS":
            return "is no strip to move"
        frames = self.random.randint(-25, 25)
        strip.content_start += frames
        return f"by {frames}"

    def _trim(self, strip: bpy.types.Strip) -> str:
        if strip.type == "CROSS":
            return "is no strip to trim"
        frames = self.random.randint(-6, 12)
        if self.random.random() < 0.5:
            strip.left_handle = min(strip.left_handle + frames, strip.right_handle - 2)
            return f"its beginning by {frames}"
        strip.right_handle = max(strip.right_handle - frames, strip.left_handle + 2)
        return f"its end by {frames}"

    def _slip(self, strip: bpy.types.Strip) -> str:
        if strip.type not in ("MOVIE", "SOUND"):
            return "has nothing to slip"
        start, end, frames = strip.left_handle, strip.right_handle, self.random.randint(-8, 8)
        strip.content_start += frames
        strip.left_handle, strip.right_handle = start, end
        return f"by {frames}"

    def _split(self, strip: bpy.types.Strip) -> str:
        length = int(strip.right_handle - strip.left_handle)
        if strip.type == "CROSS" or length < 6:
            return "is too short"
        frame = int(strip.left_handle) + self.random.randint(2, length - 2)
        try:
            strip.split(frame=frame, split_method=self.random.choice(("SOFT", "HARD")))
        except RuntimeError as error:  # where a crossfade lies on it
            return str(error).strip()
        return f"at {frame}"

    def _duplicate(self, strip: bpy.types.Strip) -> str:
        if strip.type == "CROSS" or len(owned_strips(self.scene)) > 60:
            return "is not duplicated"
        before = {other.name for other in self.scene.sequence_editor.strips_all}
        for other in self.scene.sequence_editor.strips_all:
            other.select = other == strip
        with _sequencer_area(self.scene):
            bpy.ops.sequencer.duplicate()
        for copy in [other for other in self.scene.sequence_editor.strips_all if other.name not in before]:
            copy.select = False
            copy.channel = self.random.randint(9, 14)
            copy.content_start += self.random.randint(-10, 40)
        return ""

    def _delete(self, strip: bpy.types.Strip) -> str:
        if self.random.random() < 0.6:
            return "is left"
        effects = [
            o
            for o in self.scene.sequence_editor.strips_all
            if getattr(o, "input_1", None) == strip or getattr(o, "input_2", None) == strip
        ]
        for effect in effects:
            self.scene.sequence_editor.strips.remove(effect)
        self.scene.sequence_editor.strips.remove(strip)
        return f"and {len(effects)} on it"

    def _mute(self, strip: bpy.types.Strip) -> str:
        strip.mute = not strip.mute
        return str(strip.mute)

    def _channel(self, strip: bpy.types.Strip) -> str:
        if strip.type != "CROSS":
            strip.channel = self.random.randint(1, 13)
        return str(strip.channel)

    def _rename(self, strip: bpy.types.Strip) -> str:
        strip.name = f"mine {self.random.randint(1, 99)}"
        return strip.name

    def _set(self, strip: bpy.types.Strip) -> str:
        """Set any property that has a value."""
        owner, path, rna = self.random.choice(list(_editable(strip)))
        if path == "mute":
            return ""
        value = self._other(rna, getattr(owner, rna.identifier))
        try:
            setattr(owner, rna.identifier, value)
        except TypeError:  # an item that this strip can't have
            return f"{path} can't be {value}"
        return f"{path} = {value}"

    def _other(self, rna: bpy.types.Property, value: Any) -> Any:
        """Another value that the property can have."""
        match rna.type:
            case "BOOLEAN":
                return not value
            case "ENUM":
                return self.random.choice([item.identifier for item in rna.enum_items])
            case "STRING":
                return self.random.choice(("By hand", "Two\nlines", "Größe 2 ≠ 3"))
            case "POINTER":
                return load_font(self.random.choice(("Inter-Regular.otf", "Inter-SemiBold.otf")))
            case "INT":
                return max(rna.hard_min, min(rna.hard_max, value + self.random.randint(-20, 30)))
        low, high = max(rna.soft_min, -400), min(rna.soft_max, 400)
        if getattr(rna, "is_array", False):
            return [round(self.random.uniform(max(low, 0), min(high, 1)), 3) for _ in value]
        return round(self.random.uniform(low, high), 3)

    def _key(self, strip: bpy.types.Strip) -> str:
        """Animate a property: any that Blender can animate, or one of those that people do."""
        choices = {"SOUND": ("volume", "pan"), "TEXT": ("color", "font_size", "blend_alpha", "location"), "CROSS": ("blend_alpha",),
                   "COLOR": ("color", "blend_alpha", "transform.rotation")}  # fmt: skip
        able = [path for _, path, rna in _editable(strip) if rna.is_animatable and path not in _STAYS_IN_THE_BLEND]
        often = choices.get(strip.type, ("transform.offset_x", "transform.scale_x", "blend_alpha"))
        path = self.random.choice((self.random.choice(often), self.random.choice(able)))
        owner, rna = next((owner, rna) for owner, found, rna in _editable(strip) if found == path)
        for _ in range(self.random.randint(1, 3)):
            setattr(owner, rna.identifier, self._other(rna, getattr(owner, rna.identifier)))
            owner.keyframe_insert(rna.identifier, frame=int(strip.left_handle) + self.random.randint(0, 30))
        return path

    def _unkey(self, strip: bpy.types.Strip) -> str:
        """Take an animation away."""
        found = Animation(self.scene).of(strip)
        if not found:
            return "has none"
        path = self.random.choice(sorted(found))
        bag = self.scene.animation_data.action.layers[0].strips[0].channelbags[0]
        for curve in found[path]:
            bag.fcurves.remove(curve)
        return path

    def _shift_key(self, strip: bpy.types.Strip) -> str:
        """Change a key's value and how it goes on."""
        found = Animation(self.scene).of(strip)
        if not found:
            return "has none"
        path = self.random.choice(sorted(found))
        curve = found[path][0]
        key = self.random.choice(list(curve.keyframe_points))
        key.co[1] += 0.125
        key.interpolation = self.random.choice(("LINEAR", "BEZIER", "CONSTANT", "SINE"))
        curve.update()
        return path

    def _add_own(self) -> str:
        self._number = getattr(self, "_number", 0) + 1
        strips, start = self.scene.sequence_editor.strips, self.random.randint(1, 180)
        channel = 15 + self._number
        match self.random.choice(("COLOR", "TEXT", "SOUND", "MOVIE")):
            case "SOUND":
                own = strips.new_sound("own", str(self.root / "media/voice/1/voice.wav"), channel, start)
            case "MOVIE":
                own = strips.new_movie("own", str(self.root / "media/footage/2/footage.mov"), channel, start)
            case kind:
                own = strips.new_effect("own", kind, channel, start, length=self.random.randint(5, 60))
        own.name = f"own {self._number}"
        return f"{own.name} at {start}"

    def _move_own(self) -> str:
        if not (own := foreign_strips(self.scene)):
            return "none"
        strip = self.random.choice(own)
        strip.content_start += self.random.randint(-20, 40)
        return strip.name

    def _mute_track(self) -> str:
        channel = self.scene.sequence_editor.channels[self.random.randint(1, 7)]
        channel.mute = not channel.mute
        return channel.name

    def _reset(self) -> str:
        """Give a strip back to the script, as `lectern edits reset` does: what is not collected yet is collected first."""
        self._collect()
        ids = sorted({edit.strip for edit in self.edits.edits if "#" not in edit.strip and ":" not in edit.strip})
        if not ids or self.random.random() < 0.5:
            return "nothing"
        id = self.random.choice(ids)
        self._compile()
        self.edits = self.edits.without(id)
        self._touched.pop(_first_id(id), None)
        self._was.pop(_first_id(id), None)
        self._gone.discard(_first_id(id))
        self._compile()
        return id

    _STRIP_EDITS = (
        _move,
        _trim,
        _slip,
        _split,
        _duplicate,
        _delete,
        _mute,
        _channel,
        _rename,
        _set,
        _set,
        _set,
        _set,
        _key,
        _unkey,
        _shift_key,
    )
    _OTHER_EDITS = (_add_own, _move_own, _mute_track, _reset)

    # What is seen

    def _look(self) -> dict[str, Seen]:
        """What is seen of each of Lectern's strips, its place counted from where the script alone would have it."""
        scripted, animation = {strip.id: strip for strip in self._scripted.strips}, Animation(self.scene)
        return {
            _first_id(id): self._seen(strip, scripted.get(id.partition("#")[0]), animation)
            for id, strip in owned_strips(self.scene).items()
        }

    def _seen(self, strip: bpy.types.Strip, script: Strip | None, animation: Animation) -> Seen:
        seen: Seen = {"name": strip.name}
        curves = animation.of(strip)
        for owner, path, rna in _editable(strip):
            if path not in curves:
                seen[path] = _plain(getattr(owner, rna.identifier))
        content = strip.content_start if strip.type in ("MOVIE", "SOUND") else None
        begins = strip.left_handle if content is None else content
        for path, found in curves.items():
            seen[f"curve {path}"] = [
                (curve.array_index, round(key.co[0] - begins, 2), round(key.co[1], 3), key.interpolation)
                for curve in found for key in curve.keyframe_points
            ]  # fmt: skip
        if seen.get("use_flip_x"):  # Blender flips the place, too: the same number is another place
            _flip_place(seen)
        if script is not None and strip.type != "CROSS":
            begin = script.start + 1
            skipped = getattr(script, "source_start", 0) * (30 if strip.type == "SOUND" else 1)
            seen["place"] = (
                strip.left_handle - begin,
                strip.right_handle - script.end - 1,
                0 if content is None else content - begin + skipped,
                None if content is None else strip.left_handle - round(content),
                None if content is None else strip.right_handle - round(content),
            )
            seen["channel"] = strip.channel
        return seen

    def _notice_own(self) -> None:
        """Note where the person's own strips stand."""
        self._own = {}
        for strip in foreign_strips(self.scene):
            start = int(strip.left_handle) - 1
            scene = next((span for span in self._scripted.scenes if span.start <= start < span.end), None)
            self._own[strip.name] = (
                (_first_id(scene.id), start - scene.start, int(strip.duration))
                if scene
                else ("", start, int(strip.duration))
            )

    # The script, and compiling

    def _script_changes(self) -> None:
        before = {(p.scene, p.name): p for p in self.script.parts}
        self.script.change()
        now = {(p.scene, p.name): p for p in self.script.parts}
        self.done.append(f"script: {sorted(set(now.items()) ^ set(before.items()))} {self.script.scenes}")

    def _compile(self) -> None:
        self._scripted = self.script.timeline()
        self.edits, _ = follow_script(self.edits, remembered(self.scene).elements, self._scripted)
        timeline, told = apply_edits(self._scripted, self.edits)
        result = compile_timeline(timeline, self.scene, self.root, self.edits)
        bpy.context.view_layer.update()
        self._told = [*told, *result.conflicts, *result.displaced]

    def _collect(self) -> None:
        then = collect_again(self.scene, self.edits, collected_then(self.scene))
        remember_collected(self.scene, then)
        self.edits = then.written

    def _compile_again(self) -> None:
        self._collect()
        self._same("a second collect", self.edits.by_strip(), collect(self.scene, self.edits).by_strip())
        self._compile()
        self._check_held()
        dump, edits = self._dump(), self.edits
        self._collect()
        self._same("collecting after a compile", edits.by_strip(), self.edits.by_strip())
        self._compile()
        self._same("a second compile", dump, self._dump())

    def _check_held(self) -> None:
        """Find what of the person's edits the last compile has lost."""
        now, scripted = self._look(), {_first_id(strip.id) for strip in self._scripted.strips}
        for id, values in self._touched.items():
            element = id.partition("#")[0]
            if not values or id in self._gone:
                continue
            told = [sentence for sentence in self._told if id in _named(sentence)]
            if element not in scripted:
                if values.keys() <= _STAYS_IN_THE_BLEND:
                    continue  # it is gone with its strip, and the film has never shown it
                if not any({id, element} & _named(sentence) for sentence in self._told):
                    self.faults.append(f"{id} is gone from the script, and nothing was said")
                continue
            if id not in now:
                # a crossfade whose pictures do not overlap any more; one that is muted was seen by nobody
                muted = values.get("mute") or "track:Transitions" in self.edits.by_strip()
                if not told and not muted:
                    self.faults.append(f"{id} is gone, and nothing was said")
                continue
            for name, value in values.items():
                if name in _STAYS_IN_THE_BLEND and id.endswith("/cross"):
                    continue  # a crossfade is made anew where its pictures move, and the film does not show this
                if name == "channel" and now[id].get("mute"):
                    continue  # it makes way for the film
                if name == "place" and self._ends_with_its_take(element, now[id].get(name), value):
                    continue
                if not (_same_place if name == "place" else _same)(now[id].get(name), value) and not told:
                    self.faults.append(f"{id} {name}: {value} became {now[id].get(name)}; told: {self._told}")
        for id in self._gone:
            if id in now:
                self.faults.append(f"{id} was deleted, and is there again")
        starts = {_first_id(span.id): span.start for span in self._scripted.scenes}
        for name, (scene, into, length) in self._own.items():
            strip = self.scene.sequence_editor.strips_all.get(name)
            if strip is None:
                self.faults.append(f"the person's own {name} is gone")
            elif scene in starts and (strip.left_handle - 1 - starts[scene], strip.duration) != (into, length):
                self.faults.append(f"{name} was {into} in {scene}, and is {strip.left_handle - 1 - starts[scene]}")
            elif scene and scene not in starts and not any(name in sentence for sentence in self._told):
                self.faults.append(f"{name} stood in {scene}, which is gone, and nothing was said")
        self._notice_own()

    def _ends_with_its_take(self, element: str, now: Any, value: Any) -> bool:
        """Whether a piece ends where its take does, which is shorter than where it was cut: what came after the cut is told of."""
        told = [sentence for sentence in self._told if "its take does not have any more" in sentence]
        cut = any(name.partition("#")[0] == element for sentence in told for name in _named(sentence))
        return bool(cut and now and now[4] < value[4] and _same_place((now[0], value[1], *now[2:4], value[4]), value))

    def _compile_from_nothing(self) -> None:
        """All of it is in edits.json: from an empty sequencer comes the same."""
        own = {strip.name for strip in foreign_strips(self.scene)}
        off = {_first_id(edit.strip) for edit in self.edits.edits if edit.property == "muted"}
        before = {id: seen for id, seen in self._look().items() if id not in off and not self._track_off(id)}
        strips = self.scene.sequence_editor.strips
        for strip in sorted(owned_strips(self.scene).values(), key=lambda one: one.type != "CROSS"):
            if strip.name not in own:
                strips.remove(strip)
        for curve in list(self._curves()):
            if not any(f'"{name}"' in curve.data_path for name in own):
                self._curves().remove(curve)
        self._compile()
        after = self._look()
        for id, seen in before.items():
            only = {name: value for name, value in seen.items() if name not in _STAYS_IN_THE_BLEND}
            self._same("compiling from nothing", {id: only}, {id: {name: after.get(id, {}).get(name) for name in only}})

    def _track_off(self, id: str) -> bool:
        muted = {edit.strip for edit in self.edits.edits if edit.strip.startswith("track:")}
        return bool(muted) and id not in {
            _first_id(strip.id) for strip in apply_edits(self._scripted, self.edits)[0].strips
        }

    def _curves(self) -> Any:
        data = self.scene.animation_data
        return data.action.layers[0].strips[0].channelbags[0].fcurves if data and data.action else ()

    def _dump(self) -> dict[str, Seen]:
        strips, animation = self.scene.sequence_editor.strips_all, Animation(self.scene)
        return {strip.name: self._seen(strip, None, animation) | {"at": (strip.channel, strip.left_handle, strip.right_handle, strip.content_start)}
                for strip in strips}  # fmt: skip

    def _same(self, what: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        for key in sorted(before.keys() | after.keys()):
            one, other = before.get(key), after.get(key)
            if isinstance(one, dict) and isinstance(other, dict):
                for name in sorted(one.keys() | other.keys()):
                    if not _same(one.get(name), other.get(name)):
                        self.faults.append(f"{what}: {key} {name}: {one.get(name)} became {other.get(name)}")
            elif one != other:
                self.faults.append(f"{what}: {key}: {one} became {other}")


def _editable(strip: bpy.types.Strip) -> Iterator[tuple[Any, str, bpy.types.Property]]:
    """The owner, the path and the description of every property of a strip that has a value."""
    for part, path, rna in _editable_of(type(strip)):
        yield getattr(strip, part) if part else strip, path, rna


@cache
def _editable_of(kind: type[bpy.types.Strip]) -> tuple[tuple[str, str, bpy.types.Property], ...]:
    """The same of a type of strips: the part of the strip that has the property ("": the strip itself), path, description."""
    unseen = {bpy.types.SoundStrip: _UNSEEN["SOUND"], bpy.types.CrossStrip: set()}.get(kind, _UNSEEN["PICTURE"])
    found: list[tuple[str, str, bpy.types.Property]] = []
    for rna in kind.bl_rna.properties:
        if rna.identifier in unseen:
            continue
        if rna.identifier in ("transform", "crop"):
            found += [
                (rna.identifier, f"{rna.identifier}.{inner.identifier}", inner)
                for inner in rna.fixed_type.properties
                if not inner.is_readonly and inner.type != "POINTER"
            ]
        elif (
            rna.identifier not in _NOT_EDITED
            and rna.type != "COLLECTION"
            and (rna.identifier == "font" or not (rna.is_readonly or rna.type == "POINTER"))
        ):
            found.append(("", rna.identifier, rna))
    return tuple(found)


def _flip_place(seen: Seen) -> None:
    """Turn the sign of a place across, of the value or of the keys that are seen of it."""
    across = "transform.offset_x"
    if across in seen:
        seen[across] = -seen[across]
    if keys := seen.get(f"curve {across}"):
        seen[f"curve {across}"] = [(index, frame, -value, interpolation) for index, frame, value, interpolation in keys]


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, bpy.types.ID):
        return value.name
    return [_plain(part) for part in value] if value is not None else None


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-5, abs_tol=2e-3)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _as_it_was(name: str, value: Any, was: Any) -> bool:
    """Whether the person has given a property back to what it was: a place to where the script has it, whatever take is there."""
    if name == "place" and value and was:
        return _same(value[:3], was[:3])
    return _same(value, was)


def _same_place(one: Any, other: Any) -> bool:
    """Whether two places are the same, also in a take that is longer or begins elsewhere.

    A sound's offset may put its content between two frames.
    """
    if one is None or other is None or abs(one[2] - other[2]) > 0.5:
        return False
    return all(
        one[side] == other[side] or (one[side + 3] is not None and one[side + 3] == other[side + 3]) for side in (0, 1)
    )
