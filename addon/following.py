"""An open Blender follows: what others have changed in the episode appears in it, and is played back step by step."""

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import bpy

from ..pipeline.base.episode_paths import EpisodePaths
from ..pipeline.base.errors import LecternError
from ..pipeline.base.lock import LockHeld
from ..pipeline.changes.merge import EDITS
from ..pipeline.changes.model import Changeset
from ..pipeline.changes.store import FOLDER as CHANGES, ChangesetStore
from ..pipeline.studio.edits import edit_label, value_label
from ..pipeline.timeline.edits import Edit, Edits, apply_edits, edits_of, read_edits
from ..pipeline.timeline.model import Timeline
from . import script_undo, snapshot
from .background import running_command
from .build import SLICE_SECONDS, newest_parts, note_compiled, only_this_writer, shown_edits, wrote_last
from .properties import episode_folder
from .sequencer.compile import CompileResult, compile_in_slices
from .sequencer.owned import made_of, owned_strips, remembered

STEP_SECONDS = 0.8
"""How long each step is to be seen."""
MOST_STEPS = 12
type _Keys = dict[tuple[str, str], Edit]


class _Step(NamedTuple):
    """What one step shows: the strips that are selected, a line of text, and the edits after it (None: it only shows)."""

    strips: tuple[str, ...]
    text: str
    edits: Edits | None


class Playback:
    """The changes of others since the last look, as steps that are played back in the scene called `scene`."""

    def __init__(self, folder: Path, scene: bpy.types.Scene, news: Sequence[Changeset], built: bool) -> None:
        """Collect what the person has changed meanwhile, which wins; `built`: there is a new film.

        Raises LecternError while that can't be done.
        """
        self.folder, self.changes, self._built = folder, tuple(news), built
        self._scene = scene.name  # a reference to the scene would not survive undo
        self._compiling: Generator[float, None, CompileResult] | None = None
        before, theirs = shown_edits(scene), read_edits(folder)
        self._timeline, after = newest_parts(folder, scene)
        self.overruled = tuple(_overruled(before, theirs, after)) if news else ()
        self.steps = [*self._steps(scene, before, after)]
        self.done, self.count = 0, len(self.steps)

    @property
    def why(self) -> str:
        """Who has changed what, and why, in a line."""
        return "; ".join(f"{change.who}: {change.why}" for change in self.changes) or "Changed outside of this Blender"

    def advance(self) -> float | None:
        """Show the next step, or change some more strips for it. Returns the seconds until the next call, None at the end."""
        scene = bpy.data.scenes.get(self._scene)
        if scene is None:
            return None
        if self._compiling is not None:
            return self._compile(self._compiling)
        if not self.steps:
            self._end()
            return None
        step = self.steps.pop(0)
        self.done += 1
        _select(scene, step.strips)
        _say(f"{self.done}/{self.count}  {step.text}")
        if step.edits is not None:
            self._compiling = self._compiled(scene, step.edits)
            return 0.0
        return STEP_SECONDS

    def finish(self) -> None:
        """Do all that is left, without waiting between the steps."""
        while self.advance() is not None:
            pass

    def _compiled(self, scene: bpy.types.Scene, edits: Edits) -> Generator[float, None, CompileResult]:
        timeline = self._timeline
        laid = snapshot.read_last_timeline(self.folder) if timeline is None else apply_edits(timeline, edits)[0]
        return compile_in_slices(laid, scene, self.folder, edits)

    def _compile(self, compiling: Generator[float, None, CompileResult]) -> float:
        deadline = time.monotonic() + SLICE_SECONDS
        try:
            while time.monotonic() < deadline:
                next(compiling)
        except StopIteration:
            self._compiling = None
            return STEP_SECONDS
        return 0.0

    def _end(self) -> None:
        note_compiled(self.folder)
        for change, what in ((change, what) for change in self.changes for what in self.overruled):
            if change.state == "applied":
                ChangesetStore(self.folder).overrule(change.id, "Blender", what)
        _say("")
        snapshot.forget()
        if not bpy.app.background:
            bpy.ops.ed.undo_push(message=self.why[:60])

    def _steps(self, scene: bpy.types.Scene, before: Edits, after: Edits) -> Iterator[_Step]:
        """Yield a step for the film if it was built anew, and then one for each strip that was edited."""
        shown, wanted = _by_key(before), _by_key(after)
        if self._timeline is None:
            seen = (
                "The film was built anew"
                if self._built
                else "To be seen after the next build, the first on this computer"
            )
            yield _Step((), seen, after if self._built else None)
            return
        changed = _changed(scene, apply_edits(self._timeline, remembered(scene).edits)[0]) if self._built else {}
        if changed:
            yield _Step((), f"The film was built anew, with other strips: {len(changed)}", before)
            yield from (_Step((id,), text, None) for id, text in [*changed.items()][:MOST_STEPS])
        strips = list(dict.fromkeys(key[0] for key in (*wanted, *shown) if shown.get(key) != wanted.get(key)))
        for number, strip in enumerate(strips):
            last = number == MOST_STEPS - 1 and len(strips) > MOST_STEPS
            now = (strip, *(strips[number + 1 :] if last else ()))
            text = f"{len(now)} more strips" if last else _told(strip, shown, wanted)
            shown = {key: each for key, each in shown.items() if key[0] not in now}
            shown |= {key: each for key, each in wanted.items() if key[0] in now}
            yield _Step(now, text, edits_of(shown.values()))
            if last:
                return


class _Seen(NamedTuple):
    """The moments at which files of an episode were last taken in."""

    timeline: float
    edits: float
    changes: float


_seen: dict[Path, _Seen] = {}
_playing: list[Playback] = []
_last: list[Playback] = []
"""What was played back last: it can be taken back."""


def follow(scene: bpy.types.Scene) -> float | None:
    """Look for changes of others, and play them back. Returns the seconds until the next call, None if nothing is played."""
    folder = episode_folder(scene)
    if folder is None or not remembered(scene).strips or _is_busy():
        return None
    try:
        if not _playing and not _begin(folder, scene):
            return None
        return _advance()
    except LockHeld:  # a build works on it: afterwards
        return None
    except (LecternError, OSError, ReferenceError) as error:
        _playing.clear()
        _say("")
        snapshot.set_properties(following=f"What others have changed can't be shown: {error}")
        return None


def playing() -> Playback | None:
    """Return what is being played back, or was last."""
    return next(iter((*_playing, *_last)), None)


def skip() -> None:
    """Show the result of what is being played back at once."""
    if _playing:
        _playing[0].finish()
        _ended()


def take_back(who: str) -> tuple[str, ...]:
    """Take back what was played back last, by its changes; return their ids. Raises LecternError if there is nothing, or it doesn't fit."""
    skip()
    if not _last or not _last[0].changes:
        raise LecternError("nothing was changed by others that could be taken back")
    store = ChangesetStore(_last[0].folder)
    return tuple(store.revert(c.id, who).id for c in reversed(_last[0].changes) if store.get(c.id).state == "applied")


def forget() -> None:
    """Take the files as they are for what is shown: another file was opened."""
    _seen.clear()
    _playing.clear()
    _last.clear()


def _begin(folder: Path, scene: bpy.types.Scene) -> bool:
    """Look at the files; return whether there is something to play back."""
    now, then = _state(folder), _seen.get(folder)
    if then is None or now == then:
        _seen[folder] = now
        return False
    if now.timeline == then.timeline and (now.edits == then.edits or wrote_last(folder, read_edits(folder))):
        _seen[folder] = now._replace(changes=then.changes)  # the news of what is yet to be built wait for that
        return False
    with only_this_writer(folder):
        playback = Playback(folder, scene, _news(folder, then.changes), now.timeline != then.timeline)
    _seen[folder] = _state(folder)
    if not playback.steps:
        return False
    _playing.append(playback)
    snapshot.set_properties(following=playback.why, following_left=playback.count)
    return True


def _advance() -> float | None:
    panel, playback = snapshot.panel(), _playing[0]
    if panel.following_paused:
        return None
    delay = playback.advance()
    snapshot.set_properties(following_left=len(playback.steps))
    if delay is None:
        _ended()
    return delay


def _ended() -> None:
    _last[:] = [_playing.pop(0)]
    _seen[_last[0].folder] = _state(_last[0].folder)
    snapshot.set_properties(following_left=0, following_step="")
    snapshot.redraw()


def _is_busy() -> bool:
    """Return whether the person drags something, Blender renders, or a build of this Blender's own lays its strips."""
    dragging = any(len(window.modal_operators) for window in bpy.context.window_manager.windows)
    return dragging or bpy.app.is_job_running("RENDER") or running_command("build") is not None


def _state(folder: Path) -> _Seen:
    changes = [snapshot.modified_time(file) for file in (folder / CHANGES).glob("*.json")]
    timeline = snapshot.modified_time(EpisodePaths(folder=folder).timeline)
    return _Seen(timeline, snapshot.modified_time(folder / EDITS), max(changes, default=0.0))


def _news(folder: Path, since: float) -> list[Changeset]:
    """Return others' changesets that were applied or taken back since (by the time of their files), the oldest first."""
    files = [file for file in (folder / CHANGES).glob("*.json") if snapshot.modified_time(file) > since]
    found = [ChangesetStore(folder).get(file.stem) for file in files]
    decided = [each for each in found if each.state in ("applied", "reverted") and each.who != script_undo.PERSON]
    return sorted(decided, key=lambda change: change.history[-1].when)


def _by_key(edits: Edits) -> _Keys:
    return {(edit.strip, edit.property): edit for edit in edits.edits}


def _overruled(before: Edits, theirs: Edits, after: Edits) -> Iterator[str]:
    """Yield what others have set, and the person meanwhile otherwise."""
    shown, wanted, got = _by_key(before), _by_key(theirs), _by_key(after)
    for key, edit in wanted.items():
        if got.get(key) != edit and key in shown:
            yield f"{edit_label(edit)} of {edit.strip} stays {value_label(shown[key].value)}: a person has just set it in Blender"


def _told(strip: str, shown: Mapping[tuple[str, str], Edit], wanted: Mapping[tuple[str, str], Edit]) -> str:
    """Return what happens to a strip, in a line."""
    said = []
    for key in sorted({*shown, *wanted}):
        if key[0] == strip and shown.get(key) != wanted.get(key):
            now, edit = wanted.get(key), wanted.get(key) or shown[key]
            value = value_label(now.value) if now else f"{value_label(edit.script)}, as in the script"
            said.append(f"{edit_label(edit)} {value}")
    return f"{strip}: {', '.join(said)}"


def _changed(scene: bpy.types.Scene, timeline: Timeline) -> dict[str, str]:
    """Return the strips that a new timeline has otherwise than the scene, but for when they begin, with what happens to them."""
    owned, found = owned_strips(scene), dict[str, str]()
    for strip in timeline.strips:
        if strip.id not in owned:
            found[strip.id] = f"{strip.id}: new, at {strip.start / timeline.fps:.1f} s"
        elif made_of(owned[strip.id]).strip != strip.model_dump_json():
            found[strip.id] = f"{strip.id}: from {strip.start / timeline.fps:.1f} to {strip.end / timeline.fps:.1f} s"
    there = {strip.id for strip in (*timeline.strips, *timeline.off)}
    return found | {id: f"{id}: gone" for id in owned if id not in there}


def _select(scene: bpy.types.Scene, ids: Sequence[str]) -> None:
    """Select Lectern's strips with these ids, and nothing else."""
    owned = owned_strips(scene)
    chosen = [owned[id] for id in ids if id in owned]
    for strip in scene.sequence_editor.strips_all if chosen else ():
        strip.select = False
    for strip in chosen:
        strip.select = True
        scene.sequence_editor.active_strip = strip


def _say(text: str) -> None:
    """Show a line of text in the panel and in the status bar; "" takes it away."""
    snapshot.set_properties(following_step=text)
    snapshot.redraw()
    if not bpy.app.background and bpy.context.workspace:
        bpy.context.workspace.status_text_set(f"Lectern: {text}" if text else None)
