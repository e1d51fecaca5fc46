"""Another narrator in a scene or in the whole episode: script.md is edited, and every other byte of it stays."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from ..base.errors import LecternError, SourceError
from ..base.files import write_atomic
from ..base.frozen import Frozen
from ..episode.edit import paragraph_source, replace_paragraph, set_field
from ..episode.folder import read_episode
from ..episode.model import Episode, Scene
from ..episode.script import parse_script
from ..episode.source import SCRIPT, exact_text, plain_text
from ..episode.values import find_character
from .cards import character_called

LABEL = re.compile(r"(?P<before>(?:\{[^}]*\}\s*)*(?:\*\*|__)\s*)(?P<name>[^*_:]+?)(?P<after>\s*:?\s*(?:\*\*|__))")

Roles = Mapping[str, str]
"""The new speaker of each former one, by id."""


class Recast(Frozen):
    """What was changed: the speakers, and how many lines of narration are spoken by another now, by scene."""

    roles: dict[str, str]
    lines: dict[str, int]


def recast(
    folder: Path,
    new: str,
    *,
    old: str | None = None,
    scene: str | None = None,
    swap: bool = False,
    config: Path | None = None,
) -> Recast:
    """Let `new` speak what `old` says, in one scene or in all; with `swap`, the other way round as well.

    `old` is the narrator, if nobody is named; in a scene where the narrator is silent, who says most there. Only the
    script changes; a build then makes the voices and narrators that depend on it, and nothing else.
    """
    episode = read_episode(folder, config)
    roles = _roles(episode, new, old, swap, scene, config)
    file = episode.folder / SCRIPT
    write_atomic(file, recast_script(exact_text(file), episode, roles, scene), inside=episode.folder)
    lines = {part.id: _spoken_by(part, roles) for part in _scenes(episode, scene)}
    return Recast(roles=dict(roles), lines={id: number for id, number in lines.items() if number})


def recast_script(script: str, episode: Episode, roles: Roles, scene: str | None = None) -> str:
    """Return the script with `roles` given to others. Raises LecternError rather than change anything else."""
    changed = script
    for part in _scenes(episode, scene):
        speaking = roles.get(episode.narrator, episode.narrator) if scene is None else episode.narrator
        for line in part.lines:
            wanted = roles.get(line.speaker, line.speaker)
            changed = _labelled(changed, line.line, episode, wanted, needed=wanted != speaking)
            speaking = wanted
        for block in part.avatars:
            if block.character and block.character in roles:
                changed = set_field(changed, block.line, ("character",), roles[block.character])
    if scene is None and episode.narrator in roles:
        changed = _narrated_by(changed, roles[episode.narrator])
    _require_same_words(changed, episode, roles, scene)
    return changed


def line_spoken_by(script: str, episode: Episode, line: str, character: str) -> str:
    """Return the script with `character` as the speaker of one line, given by its id; all others keep theirs.

    Raises LecternError if there is no such line or character.
    """
    scene = next((scene for scene in episode.scenes if line in [each.id for each in scene.lines]), None)
    new = find_character(episode.characters, character)
    if scene is None or new is None:
        raise LecternError(
            f'There is no {"line" if scene is None else "character"} "{line if scene is None else character}"'
        )
    changed, speaking = script, episode.narrator
    for each in scene.lines:
        wanted = new.id if each.id == line else each.speaker
        changed = _labelled(changed, each.line, episode, wanted, needed=wanted != speaking)
        speaking = wanted
    return changed


def _roles(episode: Episode, new: str, old: str | None, swap: bool, scene: str | None, config: Path | None) -> Roles:
    after = character_called(new, episode.folder, config).id
    parts = _scenes(episode, scene)
    before = character_called(old or _narrating(parts, episode.narrator), episode.folder, config).id
    speakers = {line.speaker for part in parts for line in part.lines}
    where = f'in scene "{scene}"' if scene else "in this episode"
    if after == before:
        raise LecternError(f"{after} is the narrator already: name somebody else")
    if before not in speakers:
        raise LecternError(f"{before} says nothing {where}; there speak: {', '.join(sorted(speakers)) or 'nobody'}")
    if after in speakers and not swap:
        raise LecternError(
            f"{after} speaks {where} already and would be both: name another, or change both with --swap"
        )
    return {before: after, **({after: before} if swap else {})}


def _narrating(parts: tuple[Scene, ...], narrator: str) -> str:
    """Return the narrator, unless only others speak: then who says most."""
    lines = Counter(line.speaker for part in parts for line in part.lines)
    return narrator if narrator in lines or not lines else lines.most_common(1)[0][0]


def _scenes(episode: Episode, scene: str | None) -> tuple[Scene, ...]:
    parts = tuple(part for part in episode.scenes if scene in (None, part.id))
    if not parts:
        raise LecternError(f'There is no scene "{scene}"; there are: {", ".join(part.id for part in episode.scenes)}')
    return parts


def _spoken_by(scene: Scene, roles: Roles) -> int:
    return sum(line.speaker in roles for line in scene.lines)


def _labelled(script: str, line: int, episode: Episode, speaker: str, needed: bool) -> str:
    """Return the script with the paragraph at `line` said by `speaker`, in place of whom it names or, if `needed`, named."""
    paragraph, name = paragraph_source(script, line), episode.character(speaker).name
    found = LABEL.match(paragraph)
    named = find_character(episode.characters, found["name"]) if found else None
    if found and named and named.id != speaker:
        return replace_paragraph(script, line, found["before"] + name + found["after"] + paragraph[found.end() :])
    return replace_paragraph(script, line, f"**{name}:** {paragraph}") if needed and named is None else script


def _narrated_by(script: str, narrator: str) -> str:
    """Return the script with its top naming the narrator."""
    if re.match(r"\ufeff?---[ \t]*[\r\n]", script):
        return set_field(script, 1, ("narrator",), narrator)
    mark = "\ufeff" if script.startswith("\ufeff") else ""
    end = "\r\n" if "\r\n" in script else "\n"
    return f"{mark}---{end}narrator: {narrator}{end}---{end}{end}{script.removeprefix(mark)}"


def _require_same_words(script: str, episode: Episode, roles: Roles, scene: str | None) -> None:
    """Raise SourceError unless the changed script says the same, by those who are wanted."""
    parsed = parse_script(plain_text(script), episode.folder, episode.characters)
    for before, after in zip(episode.scenes, parsed["scenes"], strict=True):
        given = roles if scene in (None, before.id) else {}
        wanted = [(given.get(line.speaker, line.speaker), [w.written for w in line.words]) for line in before.lines]
        if wanted != [(line.speaker, [w.written for w in line.words]) for line in after.lines]:
            raise SourceError(SCRIPT, before.line, "its speakers can't be changed by rule; change their names by hand")
