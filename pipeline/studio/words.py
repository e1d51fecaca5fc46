"""Words that somebody has changed on the timeline go back into script.md, where that says them."""

from collections.abc import Iterable
from pathlib import Path

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..build.blend_file import EpisodeBlend
from ..build.build import Build
from ..changes.author import author
from ..changes.store import ChangesetStore
from ..episode.film_scenes import film_scenes
from ..episode.folder import read_episode
from ..episode.model import Episode
from ..episode.reword import reworded, same_words
from ..episode.source import SCRIPT, exact_text
from ..jobs.editors import ask_editors
from ..timeline.edits import Edit, read_edits
from ..timeline.follow import follow
from ..timeline.model import StripId, read_timeline
from ..timeline.resolve import elements_of

_FIELDS = {"text": "text", "subtitle": "subtitle", "label": "title"}
"""Which field of an overlay a part of it shows, should several say the same."""


class WrittenWords(Frozen):
    """Words of a strip that stand in line `line` of the script (that of their block) in place of `before`."""

    strip: str
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        """Return it as a note says it."""
        return (
            f'{SCRIPT}:{self.line}: "{" ".join(self.before.split())}" is now "{" ".join(self.after.split())}", '
            "as it was written on the timeline"
        )


def write_words(folder: Path) -> tuple[WrittenWords, ...]:
    """Write the changed words of text strips into the script, each exactly where that says the words before.

    What the script doesn't say word for word, or says otherwise by now, stays an edit. Returns what was written. Nothing
    is, if the script can't be read: whoever builds it hears why. Raises LecternError if the file can't be written.
    """
    edits = [edit for edit in read_edits(folder).edits if _is_of_words(edit)]
    scripted = EpisodePaths(folder=folder).scripted
    if not edits or not scripted.is_file():
        return ()
    try:
        episode = read_episode(folder)
    except LecternError:
        return ()
    followed = follow(read_timeline(scripted).elements, elements_of(film_scenes(episode)))
    return _written(episode, ((followed.id_now(e.strip), str(e.script), str(e.value)) for e in edits))


def _written(episode: Episode, changes: Iterable[tuple[str, str, str]]) -> tuple[WrittenWords, ...]:
    """Write words into the script of an episode: for each strip, by its id, the words before and after."""
    script = before = exact_text(episode.folder / SCRIPT, SCRIPT)
    lines = {overlay.id: overlay.line for scene in episode.scenes for overlay in scene.overlays}
    placed: list[tuple[int, str, str, str]] = []
    for strip, was, now in changes:
        if (owner := StripId.parse(strip).owner) in lines:
            placed.append((lines[owner], strip, was, now))
    written: list[WrittenWords] = []
    for line, strip, was, now in sorted(placed, reverse=True):  # from the end, so that the lines before stay
        changed = reworded(script, line, was, now, _FIELDS.get(StripId.parse(strip).part, ""))
        if changed is not None and changed != script:
            script = changed
            written.append(WrittenWords(strip=strip, line=line, before=was, after=now))
    if written:
        ChangesetStore(episode.folder).change(SCRIPT, before, script, author(), "words from the timeline")
    return tuple(reversed(written))


def take_in_words(build: Build) -> tuple[WrittenWords, ...]:
    """Collect what was changed in the episode's .blend, and write its words into the script; see `write_words`.

    A Blender that has the episode open is asked to save before that. Raises LecternError if it has something unsaved and
    does not answer: its .blend is left alone.
    """
    ask_editors(build.paths.database)
    if not build.paths.blend.exists():
        return ()
    EpisodeBlend(build.paths, build.renderer, build.scheduler.note).collect()
    return write_words(build.paths.folder)


def _is_of_words(edit: Edit) -> bool:
    """Return whether an edit has changed what a text says; a piece or a copy is one of several that say it."""
    return (
        edit.property == "text"
        and "#" not in edit.strip
        and isinstance(edit.value, str)
        and isinstance(edit.script, str)
        and not same_words(edit.value, edit.script)
    )
