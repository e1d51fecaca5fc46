"""Changing the scenes of an episode: their order, what is in them, and what is said.

Every change is one of script.md in which all other bytes stay. It is refused if the script could not be read any more, and
it can be undone.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from ..base.errors import LecternError
from ..changes.author import author
from ..changes.store import ChangesetStore
from ..episode.edit import replace_paragraph, set_field
from ..episode.errors import EpisodeErrors
from ..episode.folder import read_episode
from ..episode.gallery import gallery
from ..episode.ids import slug
from ..episode.model import Episode, Scene
from ..episode.nodes import quoted
from ..episode.scene_edit import (
    add_block,
    duplicate_scene,
    enable_scene,
    insert_scene,
    move_scene,
    remove_block,
    remove_scene,
    rename_scene,
)
from ..episode.script import parse_script
from ..episode.source import SCRIPT, exact_text, plain_text
from .scenarios import collect_open

BlockKind = Literal["title", "chapter", "lower-third", "bullets", "callout", "caption", "clip"]
"""What `add_to_scene` can add."""


class ReadScript(NamedTuple):
    """A script and what it says."""

    script: str
    episode: Episode


_read_already: ContextVar[ReadScript | None] = ContextVar("_read_already", default=None)


@contextmanager
def already_read(script: str, episode: Episode | None) -> Iterator[None]:
    """Let changes in the block not read an episode again whose script still says `script`: that takes time."""
    token = _read_already.set(ReadScript(script, episode) if episode else None)
    try:
        yield
    finally:
        _read_already.reset(token)


_NEW_SCENE = "# {title} {{#{id}}}\n\n{text}\n"
_PLACEHOLDERS = {
    "title": "Title",
    "chapter": "Part",
    "lower-third": "Name",
    "callout": "Look here",
    "caption": "Caption",
}
_MARK = re.compile(r",\s*at: \w+(?=\})|^\s*at: \w+\n", re.M)


def shift_scene(folder: Path, scene: str, by: int, *, config: Path | None = None) -> None:
    """Move a scene `by` places down (up, if negative), as far as there are any."""
    change_script(
        folder, config, f'move "{scene}"', lambda text, episode: move_scene(text, _scene(episode, scene).line, by)
    )


def set_scene_enabled(folder: Path, scene: str, enabled: bool, *, config: Path | None = None) -> None:
    """Leave a scene out of the film, or take it in again."""

    def change(text: str, episode: Episode) -> str:
        others = [each for each in episode.scenes if each.enabled and each.id != scene]
        if not enabled and not others:
            raise LecternError("this is the only scene of the film: a film without one can't be made")
        return enable_scene(text, _scene(episode, scene).line, enabled)

    change_script(folder, config, f'{"enable" if enabled else "leave out"} "{scene}"', change)


def add_scene(folder: Path, title: str, *, after: str = "", text: str = "", config: Path | None = None) -> str:
    """Add a scene below the one called `after` ("": at the end); return its id. `text` is what is said in it."""
    made = list[str]()

    def change(script: str, episode: Episode) -> str:
        made.append(_free(slug(title), _ids(episode)))
        above = _scene(episode, after) if after else episode.scenes[-1]
        source = _NEW_SCENE.format(title=title.strip(), id=made[0], text=text or "Write here what is said.")
        return insert_scene(script, above.line, source)

    change_script(folder, config, f'add "{title}"', change)
    return made[0]


def copy_scene(folder: Path, scene: str, *, config: Path | None = None) -> str:
    """Add a copy of a scene below it; return the copy's id."""
    made = list[str]()

    def change(script: str, episode: Episode) -> str:
        made.append(_free(scene, _ids(episode)))
        return duplicate_scene(script, _scene(episode, scene).line, made[0], _ids(episode))

    change_script(folder, config, f'duplicate "{scene}"', change)
    return made[0]


def delete_scene(folder: Path, scene: str, *, config: Path | None = None) -> None:
    """Delete a scene from the script."""
    change_script(
        folder, config, f'delete "{scene}"', lambda text, episode: remove_scene(text, _scene(episode, scene).line)
    )


def retitle_scene(folder: Path, scene: str, title: str, *, config: Path | None = None) -> None:
    """Give a scene another title; it keeps its id, so that takes and edits stay its own."""
    change_script(
        folder, config, f'rename "{scene}"', lambda text, episode: rename_scene(text, _scene(episode, scene).line, title, scene)
    )  # fmt: skip


def add_to_scene(
    folder: Path,
    scene: str,
    kind: BlockKind,
    text: str = "",
    *,
    at: str = "",
    name: str = "",
    config: Path | None = None,
) -> None:
    """Add an overlay to a scene, or (`clip`) the designed clip called `name`. `at` is the mark at which it appears.

    It has an id of its own, so that what is done to it by hand stays with it when its text changes.
    """
    block, body = ("clip", _clip_body(name, text)) if kind == "clip" else ("overlay", _overlay_body(kind, text))
    at_line = f"at: {at}\n" if at else ""

    def change(script: str, episode: Episode) -> str:
        id_line = f"id: {_free(name or kind, _ids(episode))}\n"
        return add_block(script, _scene(episode, scene).line, block, body + id_line + at_line)

    change_script(folder, config, f'add a {name or kind} to "{scene}"', change)


def add_named_to_scene(
    folder: Path, scene: str, name: str, text: str = "", *, at: str = "", config: Path | None = None
) -> None:
    """Add the overlay or the designed clip called `name`; where there are both, the overlay."""
    if name in get_args(BlockKind):
        add_to_scene(folder, scene, name, text, at=at, config=config)  # type: ignore[arg-type]
    elif name in gallery():
        add_to_scene(folder, scene, "clip", text, at=at, name=name, config=config)
    else:
        there = dict.fromkeys((*get_args(BlockKind)[:-1], *gallery()))
        raise LecternError(f'There is no "{name}" to add; there are: {", ".join(there)}')


def remove_from_scene(folder: Path, line: int, *, config: Path | None = None) -> None:
    """Delete the block whose fence opens at a `line` of script.md."""
    change_script(folder, config, f"delete the block at line {line}", lambda text, _: remove_block(text, line))


def say_instead(folder: Path, line: int, text: str, *, config: Path | None = None) -> None:
    """Write another text (Markdown) in place of the paragraph that begins at a `line` of script.md."""
    change_script(folder, config, f"change line {line}", lambda script, _: replace_paragraph(script, line, text))


def set_block_value(folder: Path, line: int, key: str, source: str | None, *, config: Path | None = None) -> None:
    """Write YAML as the value of `key` in the block at a `line` of script.md; None takes the key away."""
    change_script(folder, config, f"change {key} at line {line}", lambda text, _: set_field(text, line, (key,), source))


def undo_change(folder: Path, *, again: bool = False) -> str:
    """Take the last change of script.md back, or apply the one `again` that was taken back last; return which one that was.

    Whoever has made it, and whatever else it has changed. Raises LecternError if there is none, or where it does not fit.
    """
    collect_open(folder)
    store = ChangesetStore(folder)
    if again:
        return store.apply(store.last_reverted(SCRIPT).id, author()).why
    return store.revert(store.last_applied(SCRIPT).id, author()).why


def change_script(folder: Path, config: Path | None, why: str, change: Callable[[str, Episode], str]) -> None:
    """Change script.md. Raises LecternError, and leaves it as it was, if it could not be read then, or can't be now."""
    folder = folder.resolve()
    before, known = exact_text(folder / SCRIPT, SCRIPT), _read_already.get()
    is_known = known is not None and known.script == before and known.episode.folder == folder
    episode = known.episode if known and is_known else read_episode(folder, config)
    after = change(before, episode)
    if after == before:
        return
    try:
        parse_script(plain_text(after), folder, episode.characters)
    except EpisodeErrors as error:
        raise LecternError(
            f"{SCRIPT} is as it was, because it could not be read any more: {error.problems[0]}"
        ) from error
    collect_open(folder)
    ChangesetStore(folder).change(SCRIPT, before, after, author(), why)


def _scene(episode: Episode, id: str) -> Scene:
    found = next((scene for scene in episode.scenes if scene.id == id), None)
    if found is None:
        raise LecternError(f'There is no scene "{id}"; there are: {", ".join(scene.id for scene in episode.scenes)}')
    return found


def _ids(episode: Episode) -> list[str]:
    """Return every id that scenes and blocks have."""
    lists = ((s.captures, s.overlays, s.avatars, s.clips, s.shots, s.music) for s in episode.scenes)
    return [*(scene.id for scene in episode.scenes), *(block.id for scene in lists for each in scene for block in each)]


def _free(id: str, taken: Sequence[str]) -> str:
    used = {other.casefold() for other in taken}
    names = (id, *(f"{id}-{number}" for number in range(2, len(used) + 3)))
    return next(name for name in names if name.casefold() not in used)


def _overlay_body(kind: str, text: str) -> str:
    if kind == "bullets":
        items = [line.strip() for line in text.splitlines() if line.strip()] or ["First", "Second"]
        return "kind: bullets\nitems:\n" + "".join(f"  - {quoted(item)}\n" for item in items)
    return f"kind: {kind}\ntext: {quoted(text.strip() or _PLACEHOLDERS[kind])}\n"


def _clip_body(name: str, text: str) -> str:
    """Return the example of a designed clip, without its marks (they are another script's), with `text` as its text."""
    clip = gallery().get(name)
    if clip is None:
        raise LecternError(f'There is no clip "{name}"; there are: {", ".join(gallery())}')
    if text and "text" in clip.values:
        return f"name: {name}\nwith:\n  text: {quoted(text.strip())}\n"
    return _MARK.sub("", clip.example)
