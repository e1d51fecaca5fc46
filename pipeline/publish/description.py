"""The text that goes with a film where it is published."""

from collections.abc import Iterable

from ..episode.model import Episode
from ..timeline.model import Timeline
from .chapters import chapters
from .credits import Credit, disclosure

LONGEST_TITLE = 100
LONGEST = 5000
"""Bytes that YouTube takes in a description."""


def description(episode: Episode, timeline: Timeline, credits: Iterable[Credit]) -> str:
    """Title, description, chapters and who is synthetic, as blocks. YouTube refuses angle brackets: they become ‹ ›."""
    title = episode.title if len(episode.title) <= LONGEST_TITLE else episode.title[: LONGEST_TITLE - 1] + "…"
    parts = (title, episode.description, chapters(timeline), disclosure(credits))
    title, about, *rest = map(_allowed, parts)
    room = max(0, LONGEST - 1 - sum(len(block.encode()) + 2 for block in (title, *rest)))
    blocks = (title, about.encode()[:room].decode(errors="ignore").strip(), *rest)
    return "\n\n".join(filter(None, blocks)) + "\n"


def _allowed(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›")
