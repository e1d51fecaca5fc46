"""One strip of the timeline in Blender: the script's values first, then what a person has set."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import bpy

from ...pipeline.base.files import digest
from ...pipeline.timeline.editable import BY_NAME, Value
from ...pipeline.timeline.model import MovieStrip, SoundStrip, Strip, Timeline, as_scripted, is_transition
from .animation import Animation
from .apply_strip import apply_strip, write_curves
from .create_strip import make_strip
from .fingerprint import untabled_values
from .owned import Made, State, made_of, name_in_blender, remember, state_then
from .strip_position import StripPosition, anchor, current_position, move_to, position_of
from .values import Curves, Values, read_curves, read_values, state_of, write_value


class StripCompiler:
    """Compiles the strips of a timeline, whose files are below `root`, into a scene.

    `conflicts` are sentences on edits that the script has overtaken, or that Blender did not take.
    """

    def __init__(
        self,
        scene: bpy.types.Scene,
        root: Path,
        timeline: Timeline,
        animation: Animation,
        owned: dict[str, bpy.types.Strip],
        hidden: Collection[str] = (),
    ) -> None:
        """Compile into `scene`, whose curves are `animation`; strips are added to `owned`, Lectern's by id.

        Those called `hidden` are muted, though nobody has muted them: they had to leave a track that is.
        """
        self._scene, self._root, self._canvas = scene, root, timeline.size
        self._fps, self._hidden = timeline.fps, hidden
        self._animation, self._owned = animation, owned
        self._channels = {track.name: track.channel for track in timeline.tracks}
        self.conflicts: list[str] = []

    def compile(self, strip: Strip, position: StripPosition) -> None:
        """Make the strip's own in Blender show what `strip` says, at `position`; create it if there is none yet.

        If neither the script nor a person has changed it since it was compiled, nothing is written; and if only its place is
        another, it is only moved.
        """
        vse_strip, by_script = self._owned.get(strip.id), self._digest(strip)
        if vse_strip and self._is_done(vse_strip, by_script, strip, position):
            return
        origin, made = _origin(strip, position), made_of(vse_strip) if vse_strip else None
        if vse_strip and made:
            self._take_back(vse_strip, made)
        else:
            vse_strip = self._make(strip, position)
        if vse_strip.name != name_in_blender(strip):
            self._animation.rename_strip(vse_strip, name_in_blender(strip))
        vse_strip.mute = strip.id in self._hidden
        curves = apply_strip(vse_strip, as_scripted(strip), self._scene, self._root, self._canvas)
        _move_into_position(vse_strip, strip, position)
        write_curves(vse_strip, self._animation, curves)
        values, now = self._read(vse_strip, origin)
        # where another strip has its name already, Blender adds a number
        script, script_curves = values | {"name": name_in_blender(strip)}, now
        if script.keys() & {change.property for change in strip.by_hand}:
            self._apply_by_hand(vse_strip, strip, origin, script, script_curves)
            values, now = self._read(vse_strip, origin)
        made = Made(
            strip=strip.model_dump_json(),
            position=current_position(vse_strip),
            scripted=self._scripted_position(strip),
            origin=origin,
            values=values,
            curves=now,
            script=script,
            script_curves=script_curves,
            copied=next((str(c.value) for c in strip.by_hand if c.property == "copy_of"), ""),
            untabled=made.untabled if made else untabled_values(vse_strip),
        )
        self._owned[strip.id] = vse_strip
        self._remember(vse_strip, strip, made, by_script)

    def _make(self, strip: Strip, position: StripPosition) -> bpy.types.Strip:
        vse_strip = make_strip(strip, position, self._scene, self._root, self._owned)
        for path in list(self._animation.of(vse_strip)):  # of a deleted strip that had its name
            self._animation.remove(vse_strip, path)
        return vse_strip

    def _is_done(self, vse_strip: bpy.types.Strip, by_script: str, strip: Strip, position: StripPosition) -> bool:
        """Return whether the strip shows already what it shall; it is moved if nothing else is missing."""
        then, place = state_then(vse_strip), within_meta(vse_strip, position)
        if then.values != self._state(vse_strip):
            return False
        if then.strip == by_script and current_position(vse_strip) == place:
            return True
        if is_transition(strip) or then.relative != self._digest(_from_its_beginning(strip)):
            return False
        move_to(vse_strip, place)
        if then.values != self._state(vse_strip):  # Blender has not moved its curves along
            return False
        made = made_of(vse_strip).model_copy(
            update={
                "strip": strip.model_dump_json(),
                "position": current_position(vse_strip),
                "scripted": self._scripted_position(strip),
                "origin": _origin(strip, position),
            }
        )
        self._remember(vse_strip, strip, made, by_script)
        return True

    def _remember(self, vse_strip: bpy.types.Strip, strip: Strip, made: Made, by_script: str) -> None:
        state = State(by_script, self._digest(_from_its_beginning(strip)), str(made.position), self._state(vse_strip))
        remember(vse_strip, strip.id, made, state)

    def _digest(self, strip: Strip) -> str:
        return digest(f"{self._canvas} {self._fps} {strip.id in self._hidden} {strip.model_dump_json()}", 16)

    def _state(self, vse_strip: bpy.types.Strip) -> str:
        return state_of(vse_strip, self._animation.of(vse_strip), anchor(vse_strip))

    def _read(self, vse_strip: bpy.types.Strip, origin: int) -> tuple[Values, Curves]:
        curves = self._animation.of(vse_strip)
        return read_values(vse_strip, curves, self._canvas), read_curves(vse_strip, curves, self._canvas, origin)

    def _write(self, vse_strip: bpy.types.Strip, name: str, value: Value, origin: int) -> str:
        return write_value(vse_strip, self._animation, name, value, self._canvas, self._root, origin)

    def _apply_by_hand(
        self, vse_strip: bpy.types.Strip, strip: Strip, origin: int, script: Values, script_curves: Curves
    ) -> None:
        """Write what a person has set over the values `script`; note what does not go, and what is overtaken."""
        by_hand = {change.property: change for change in strip.by_hand}
        for name in (name for name in script if name in by_hand):
            change, now = by_hand[name], script_curves.get(name) or script[name]
            of = f'strip "{strip.name}" ({strip.id})'
            if fault := self._write(vse_strip, name, change.value, origin):
                self.conflicts.append(f"{of}: {fault}; the script's value is shown")
            elif change.script is not None and change.script != now:
                self.conflicts.append(
                    f"{of}: {BY_NAME[name].label} was set to {change.value} by hand where the script had "
                    f"{change.script}; the script has {now} now, and what was set by hand is shown"
                )

    def _take_back(self, vse_strip: bpy.types.Strip, made: Made) -> None:
        """Remove all curves, and give properties that a person has changed the script's values again."""
        values, curves = self._read(vse_strip, made.origin)
        for name in curves:
            self._animation.remove(vse_strip, BY_NAME[name].path)
        for name, value in values.items():
            if name in made.script and (name in curves or value != made.script[name]):
                self._write(vse_strip, name, made.script[name], made.origin)

    def _scripted_position(self, strip: Strip) -> StripPosition:
        """Return where the script alone would have the strip."""
        script = as_scripted(strip)
        return position_of(script, self._channels.get(script.track, 0), self._fps)


def _from_its_beginning(strip: Strip) -> Strip:
    """Return the strip as if the film began with it: equal for strips that only lie elsewhere."""
    by = strip.start
    keys = {
        name: tuple(key.model_copy(update={"frame": key.frame - by}) for key in getattr(strip, name, ()))
        for name in ("opacity", "camera", "position_x", "position_y", "level")
        if hasattr(strip, name)
    }
    script = tuple((name, _earlier(name, value, by)) for name, value in strip.script)
    return strip.model_copy(update={"start": 0, "end": strip.end - by, "script": script, **keys})


def _earlier(name: str, value: Any, by: int) -> Any:
    """Return a field of a strip's `script`, `by` frames earlier."""
    if name in ("start", "end"):
        return value - by
    if name in ("camera", "position_x", "position_y"):
        return [key | {"frame": key["frame"] - by} for key in value]
    return value


def _origin(strip: Strip, position: StripPosition) -> int:
    """Return the frame from which a strip's keyframes are counted: where its content begins, trimmed or not."""
    trimmed = next((int(c.value) for c in strip.by_hand if c.property == "trim_start" and isinstance(c.value, int)), 0)
    return position.content if isinstance(strip, MovieStrip | SoundStrip) else position.start - trimmed


def _move_into_position(vse_strip: bpy.types.Strip, strip: Strip, position: StripPosition) -> None:
    if is_transition(strip):
        vse_strip.channel = position.channel
    else:
        move_to(vse_strip, within_meta(vse_strip, position))


def within_meta(strip: bpy.types.Strip, position: StripPosition) -> StripPosition:
    """Return `position`, but on the strip's own channel if a person has put it into a meta strip."""
    return position._replace(channel=strip.channel) if strip.parent_meta() else position
