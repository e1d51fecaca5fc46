"""Findings about the film as a whole: its length, and how long a narrator is on screen."""

from collections.abc import Iterator

from ..base.clock import time_code
from ..base.errors import FilmFinding
from ..episode.frontmatter import tolerated
from ..episode.model import Episode
from ..episode.themes import brand_findings
from ..layout.narrators import LEAST_PRESENCE
from ..layout.obstacles import merge_spans
from .takes import Takes


def film_findings(episode: Episode, takes: Takes) -> tuple[FilmFinding, ...]:
    """Return the findings of all scenes in order, then those of the film."""
    of_scenes = [f for t in takes.scenes for f in (*t.schedule.findings, *t.layout.findings)]
    of_film = (*_length_findings(episode, takes), *_presence_findings(takes), *brand_findings(episode))
    return (*of_scenes, *map(FilmFinding, of_film), *_licence_findings(episode))


def planned_narrator_share(takes: Takes) -> float:
    """Return the share of the film's time (0..1) for which the layout has a narrator on screen."""
    seen = sum(
        end - start
        for t in takes.scenes
        for start, end in merge_spans([(p.start, p.end) for p in t.layout.narrators], 0.0)
    )
    return seen / film_seconds(takes)


def film_seconds(takes: Takes) -> float:
    """Return how long the film lasts."""
    return sum(t.schedule.duration for t in takes.scenes)


def _licence_findings(episode: Episode) -> Iterator[FilmFinding]:
    """Yield sound files that nobody is named for: a platform may take the film down."""
    for music in (music for scene in episode.scenes if scene.enabled for music in scene.music):
        if music.file and not (music.licence and music.credit):
            missing = " and ".join(name for name in ("licence", "credit") if not getattr(music, name))
            yield FilmFinding(
                f"{music.file}: the description can't say whose sound this is and whether it may be used; "
                f"write {missing}: in the music block",
                music.line,
            )


def _length_findings(episode: Episode, takes: Takes) -> list[str]:
    """Report a film that is longer or shorter than its author asked for, and its longest scenes."""
    if episode.length is None:
        return []
    least, most = tolerated(episode.length)
    seconds = film_seconds(takes)
    if least <= seconds <= most:
        return []
    longer = seconds > most
    difference = f"{seconds - most:.0f} s longer" if longer else f"{least - seconds:.0f} s shorter"
    return [
        f"script.md: the film lasts {time_code(round(seconds))}, {difference} than `length:` allows "
        f"({time_code(round(least))} to {time_code(round(most))}); {_longest_scenes(takes)}"
    ]


def _longest_scenes(takes: Takes) -> str:
    longest = sorted(takes.scenes, key=lambda t: -t.schedule.duration)[:3]
    return "its longest scenes: " + ", ".join(f'"{t.schedule.scene}" {t.schedule.duration:.0f} s' for t in longest)


def _presence_findings(takes: Takes) -> list[str]:
    share = planned_narrator_share(takes)
    if share >= LEAST_PRESENCE:
        return []
    absent = [t.schedule.scene for t in takes.scenes if not t.layout.narrators]
    where = f"; not at all in: {', '.join(absent)}" if absent else ""
    return [f"script.md: a narrator is on screen for {share:.0%} of the film, {LEAST_PRESENCE:.0%} are wanted{where}"]
