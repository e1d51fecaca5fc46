"""One strip of the timeline in Blender: the script's values first, then what a person has set."""

from pathlib import Path

import bpy

from ...pipeline.timeline.editable import BY_NAME, Value
from ...pipeline.timeline.model import CrossStrip, MovieStrip, SoundStrip, Strip, Timeline, as_scripted
from .animation import remove_curve
from .apply_strip import apply_strip, write_curves
from .create_strip import make_strip
from .fingerprint import untabled_values
from .owned import Made, made_of, name_in_blender, remember
from .strip_position import StripPosition, current_position, move_to, position_of
from .values import Curves, Values, read_curves, read_values, write_value


class StripCompiler:
    """Compiles the strips of a timeline, whose files are below `root`, into a scene.

    `conflicts` are sentences on edits that the script has overtaken, or that Blender did not take.
    """

    def __init__(self, scene: bpy.types.Scene, root: Path, timeline: Timeline) -> None:
        """Compile into `scene`."""
        self._scene, self._root, self._canvas = scene, root, timeline.size
        self._fps = timeline.fps
        self._channels = {track.name: track.channel for track in timeline.tracks}
        self.conflicts: list[str] = []

    def compile(self, strip: Strip, vse_strip: bpy.types.Strip | None, position: StripPosition) -> bpy.types.Strip:
        """Make `vse_strip` (None: there is none yet) show what `strip` says, at `position`; return it.

        If neither the script nor a person has changed it since it was compiled, nothing is written.
        """
        made = made_of(vse_strip) if vse_strip else None
        origin = _origin(strip, position)
        if vse_strip and made:
            if self._is_unchanged(vse_strip, made, strip, position, origin):
                return vse_strip
            self._take_back(vse_strip, made)
        else:
            vse_strip = make_strip(strip, self._scene, self._root)
        vse_strip.name = name_in_blender(strip)
        curves = apply_strip(vse_strip, as_scripted(strip), self._scene, self._root, self._canvas)
        _move_into_position(vse_strip, strip, position)
        write_curves(vse_strip, self._scene, curves)
        script, script_curves = self._read(vse_strip, origin)
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
        remember(vse_strip, strip.id, made)
        return vse_strip

    def _read(self, vse_strip: bpy.types.Strip, origin: int) -> tuple[Values, Curves]:
        return read_values(vse_strip, self._canvas), read_curves(vse_strip, self._scene, self._canvas, origin)

    def _write(self, vse_strip: bpy.types.Strip, name: str, value: Value, origin: int) -> str:
        return write_value(vse_strip, self._scene, name, value, self._canvas, self._root, origin)

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
            remove_curve(self._scene, vse_strip, BY_NAME[name].path)
        for name, value in values.items():
            if name in made.script and (name in curves or value != made.script[name]):
                self._write(vse_strip, name, made.script[name], made.origin)

    def _scripted_position(self, strip: Strip) -> StripPosition:
        """Return where the script alone would have the strip."""
        script = as_scripted(strip)
        return position_of(script, self._channels.get(script.track, 0), self._fps)

    def _is_unchanged(
        self, vse_strip: bpy.types.Strip, made: Made, strip: Strip, position: StripPosition, origin: int
    ) -> bool:
        if made.is_new or made.strip != strip.model_dump_json():
            return False
        if current_position(vse_strip) != within_meta(vse_strip, position):
            return False
        values, curves = self._read(vse_strip, origin)
        return curves == made.curves and all(
            made.values.get(name) == value for name, value in values.items() if name not in curves
        )


def _origin(strip: Strip, position: StripPosition) -> int:
    """Return the frame from which a strip's keyframes are counted: where its content begins, trimmed or not."""
    trimmed = next((int(c.value) for c in strip.by_hand if c.property == "trim_start" and isinstance(c.value, int)), 0)
    return position.content if isinstance(strip, MovieStrip | SoundStrip) else position.start - trimmed


def _move_into_position(vse_strip: bpy.types.Strip, strip: Strip, position: StripPosition) -> None:
    if isinstance(strip, CrossStrip):
        vse_strip.channel = position.channel
    else:
        move_to(vse_strip, within_meta(vse_strip, position))


def within_meta(strip: bpy.types.Strip, position: StripPosition) -> StripPosition:
    """Return `position`, but on the strip's own channel if a person has put it into a meta strip."""
    return position._replace(channel=strip.channel) if strip.parent_meta() else position
