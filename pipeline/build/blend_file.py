"""The episode's .blend: what the person changed in it is collected, then the timeline is compiled into it."""

import json
from collections.abc import Callable

from pydantic import ValidationError

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import content_digest, digest, read_own, set_aside, write_changed
from ..base.frozen import Frozen
from ..base.renderer import DamagedBlend, Renderer
from ..film.segments import ForeignStrip
from ..film.sound import HandSound
from ..timeline.edits import Edits, read_edits, write_edits
from ..timeline.follow import follow_script
from ..timeline.model import Timeline, read_timeline


class CompiledBlend(Frozen):
    """What is known since the last compile: the hashes of the `timeline` and of the .blend that shows it.

    `foreign` are the person's own strips, `sounds` what they changed in the sound beyond the timeline, `displaced` sentences
    on what was in the way. `collected` is the hash of the .blend whose changes are in edits.json.
    """

    timeline: str = ""
    blend: str = ""
    foreign: tuple[ForeignStrip, ...] = ()
    sounds: tuple[HandSound, ...] = ()
    displaced: tuple[str, ...] = ()
    collected: str = ""


def read_compiled(paths: EpisodePaths) -> CompiledBlend:
    """Return what is known since the last compile; nothing if there was none, or if the record is damaged."""
    try:
        return CompiledBlend.model_validate_json(read_own(paths.compiled, inside=None) or b"{}")
    except (ValidationError, LecternError):
        return CompiledBlend()


class EpisodeBlend:
    """The .blend of one build. A damaged one is set aside, and `note` is called with a sentence that says so."""

    def __init__(self, paths: EpisodePaths, renderer: Renderer, note: Callable[[str], None]) -> None:
        self._paths, self._renderer, self._note = paths, renderer, note
        self._seen = content_digest(paths.blend)

    def collect(self) -> Edits:
        """Return all edits; what the person changed in the .blend since it was last compiled is written down first."""
        paths = self._paths
        self._seen, compiled = content_digest(paths.blend), read_compiled(paths)
        if self._seen not in (compiled.blend, compiled.collected) and paths.blend.exists():
            try:
                answer = self._renderer.run("collect", self._request())
                write_edits(paths.folder, Edits.model_validate_json(json.dumps(answer["edits"])))
                noted = compiled.model_copy(update={"collected": self._seen})
                write_changed(paths.compiled, noted.model_dump_json(indent=1), inside=None)
            except DamagedBlend as damage:
                self._set_aside(str(damage))
        return read_edits(paths.folder)

    def follow(self, edits: Edits, scripted: Timeline) -> Edits:
        """Return the edits of what elements are called in `scripted` that were called otherwise; they are written down."""
        if not edits.edits or not self._paths.scripted.is_file():
            return edits
        now, told = follow_script(edits, read_timeline(self._paths.scripted).elements, scripted)
        if now != edits:
            write_edits(self._paths.folder, now)
        for sentence in told:
            self._note(sentence)
        return now

    def compile(self, timeline: Timeline, scripted: Timeline) -> tuple[str, ...]:
        """Bring the .blend to `timeline`, unless it shows it already; return what was in the way, in sentences.

        `scripted` is the same without edits: a Blender that has the episode open lays newer edits over it.
        Raises LecternError if somebody saved the file since its changes were collected: they would be lost.
        """
        paths, text = self._paths, timeline.model_dump_json()
        compiled = read_compiled(paths)
        in_place = read_own(paths.timeline, inside=paths.folder) == text.encode("utf-8") and self._seen
        if not in_place or (compiled.timeline, compiled.blend) != (digest(text), self._seen):
            write_changed(paths.timeline, text, inside=paths.folder)
            write_changed(paths.scripted, scripted.model_dump_json(), inside=None)
            answer = self._compile()
            compiled = CompiledBlend(timeline=digest(text), blend=content_digest(paths.blend), **answer)
            write_changed(paths.compiled, compiled.model_dump_json(indent=1), inside=None)
        return compiled.displaced

    def _compile(self) -> dict[str, tuple[object, ...]]:
        try:
            return self._renderer.run("compile", self._request())
        except DamagedBlend as damage:
            self._set_aside(str(damage))
            return self._renderer.run("compile", self._request())

    def _request(self) -> dict[str, object]:
        paths = self._paths
        return {"timeline": paths.timeline, "root": paths.folder, "blend": paths.blend, "state": self._seen}

    def _set_aside(self, why: str) -> None:
        kept = set_aside(self._paths.blend, inside=self._paths.folder)
        self._seen = ""
        self._note(f"{why}. It is kept as {kept}, and a new one is made from the script and edits.json.")
