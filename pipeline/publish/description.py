"""The text that goes with a film where it is published."""

from ..episode.model import Character, Episode
from ..timeline.model import Timeline
from .chapters import chapters

LONGEST_TITLE = 100
LONGEST = 5000
"""Bytes that YouTube takes in a description."""


def description(episode: Episode, timeline: Timeline) -> str:
    """Title, description, chapters and what is synthetic, as blocks. YouTube refuses angle brackets: they become ‹ ›."""
    title = episode.title if len(episode.title) <= LONGEST_TITLE else episode.title[: LONGEST_TITLE - 1] + "…"
    parts = (title, episode.description, chapters(timeline), disclosure(episode.characters))
    title, about, *rest = map(_allowed, parts)
    room = LONGEST - 1 - sum(len(block.encode()) + 2 for block in (title, *rest))
    blocks = (title, about.encode()[:room].decode(errors="ignore").strip(), *rest)
    return "\n\n".join(filter(None, blocks)) + "\n"


def _allowed(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›")


def disclosure(characters: tuple[Character, ...]) -> str:
    """What a viewer should know of the narrators: YouTube's rules ask that synthetic people be named as such."""
    if not characters:
        return "Made with Lectern."
    drawn = [character.name for character in characters if not character.photographed]
    faces = [character.name for character in characters if character.photographed]
    said = (_of(drawn, "is a drawing", "are drawings"), _of(faces, "is an altered or generated face", "are altered or generated faces"))
    return " ".join((*filter(None, said), "Made with Lectern."))


def _of(names: list[str], one: str, many: str) -> str:
    if not names:
        return ""
    what = f"{one} with a synthetic voice" if len(names) == 1 else f"{many} with synthetic voices"
    return f"{_listed(names)} {what}."


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
