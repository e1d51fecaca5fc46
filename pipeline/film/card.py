"""What players show beside the picture: title, chapters and subtitles."""

from ..base.frozen import Frozen


class Chapter(Frozen):
    """A chapter of the film, from `start` (seconds) until the next one."""

    start: float
    title: str


class SubtitleCue(Frozen):
    """What is written from `start` to `end` (seconds of the film); cues follow each other and never overlap."""

    start: float
    end: float
    lines: tuple[str, ...]


class FilmCard(Frozen):
    """What players show beside the picture. `language` is a tag like ``en``; no subtitles, no subtitle track."""

    title: str = ""
    description: str = ""
    language: str = "en"
    chapters: tuple[Chapter, ...] = ()
    subtitles: tuple[SubtitleCue, ...] = ()
