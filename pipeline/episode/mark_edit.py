"""Put a mark of the narration before another word, and change nothing else of the script."""

import re
from collections.abc import Iterator

from ..base.errors import LecternError
from .edit import paragraph_source, replace_paragraph
from .errors import EpisodeErrors
from .model import Episode, Line, Scene
from .script import parse_script
from .source import plain_text

_TOKEN = re.compile(r"\S+")
_OPENS = re.compile(r"[*_\"'“‘(\[{]+")
"""What a word may begin with that belongs to it; a mark stands before or behind that."""


def with_mark_at(script: str, episode: Episode, scene: str, mark: str, line: str, word: int) -> str:
    """Return the script with the mark before word `word` of a line of its scene (the number of its words: behind the last).

    Raises LecternError if there is no such mark or line, or if a mark can't stand there.
    """
    found = next((each for each in episode.scenes if each.id == scene), None)
    lines = found.lines if found else ()
    before = next((each for each in lines if any(m.name == mark for m in each.marks)), None)
    target = next((each for each in lines if each.id == line), None)
    if found is None or before is None or target is None:
        raise LecternError(f'The script says something else by now: build, and move the mark "{mark}" then')
    was = next(m.word for m in before.marks if m.name == mark)
    if before is target and was == word:
        return script
    taken = _without(script, before, mark)
    for source in _sources(paragraph_source(taken, target.line), mark, word):
        changed = replace_paragraph(taken, target.line, source)
        if _is_there(changed, episode, found, mark, lines.index(target), word):
            return changed
    raise LecternError(f'The mark "{mark}" can\'t stand there: put it where you want it in the script')


def _without(script: str, line: Line, mark: str) -> str:
    source, written = paragraph_source(script, line.line), f"{{{mark}}}"
    if source.count(written) != 1:
        raise LecternError(f'The script has the mark "{mark}" in another form: move it there')
    return replace_paragraph(script, line.line, source.replace(written, "", 1))


def _sources(source: str, mark: str, word: int) -> Iterator[str]:
    """Yield the paragraph with the mark at each place where it could stand, the likeliest first."""
    starts = [(number, match) for number, match in enumerate(_TOKEN.finditer(source))]
    ends = [(len(starts), len(source))]
    places = [(number, match.start()) for number, match in starts]
    places += [
        (number, opening.end())
        for number, match in starts
        if (opening := _OPENS.match(source, match.start())) and opening.end() < match.end()
    ]
    for _, at in sorted((*places, *ends), key=lambda place: abs(place[0] - word)):
        yield f"{source[:at]}{{{mark}}}{source[at:]}"


def _is_there(script: str, episode: Episode, scene: Scene, mark: str, line: int, word: int) -> bool:
    """Return whether the mark is where it is wanted in the changed script, and the scene says the same as before."""
    try:
        scenes: tuple[Scene, ...] = parse_script(plain_text(script), episode.folder, episode.characters)["scenes"]
    except EpisodeErrors:
        return False
    now = next((each for each in scenes if each.id == scene.id), None)
    if now is None or _written(now) != _written(scene):
        return False
    return [each.word for each in now.lines[line].marks if each.name == mark] == [word]


def _written(scene: Scene) -> list[list[str]]:
    return [[word.written for word in line.words] for line in scene.lines]
