"""What is to be said about the film as a whole: its length, and how long somebody is on screen."""

from ..episode.model import Episode
from ..layout.narrators import PRESENT
from ..layout.obstacles import merged
from .takes import Takes


def film_findings(episode: Episode, takes: Takes) -> tuple[str, ...]:
    """The findings of all scenes in order, then those of the film."""
    of_scenes = [f for t in takes.scenes for f in (*t.schedule.findings, *t.layout.findings)]
    return (*of_scenes, *_length(episode, takes), *_presence(takes))


def narrator_share(takes: Takes) -> float:
    """The share of the film's time (0..1) for which a narrator is on screen."""
    seen = sum(
        end - start
        for t in takes.scenes
        for start, end in merged([(p.start, p.end) for p in t.layout.narrators], 0.0)
    )
    return seen / film_seconds(takes)


def film_seconds(takes: Takes) -> float:
    return sum(t.schedule.duration for t in takes.scenes)


def _length(episode: Episode, takes: Takes) -> list[str]:
    """A film outside of the length its author asked for, and the scenes that make it so."""
    if episode.length is None:
        return []
    least, most = episode.length
    seconds = film_seconds(takes)
    if least <= seconds <= most:
        return []
    what, by = ("longer", seconds - most) if seconds > most else ("shorter", least - seconds)
    return [
        f"script.md: the film lasts {clock(seconds)}, {by:.0f} s {what} than `length:` allows "
        f"({clock(least)} to {clock(most)}); {_responsible(takes)}"
    ]


def _responsible(takes: Takes) -> str:
    longest = sorted(takes.scenes, key=lambda t: -t.schedule.duration)[:3]
    return "its longest scenes: " + ", ".join(f'"{t.schedule.scene}" {t.schedule.duration:.0f} s' for t in longest)


def clock(seconds: float) -> str:
    """Minutes and seconds, as in 4:05."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _presence(takes: Takes) -> list[str]:
    share = narrator_share(takes)
    if share >= PRESENT:
        return []
    rarely = [t.schedule.scene for t in takes.scenes if not t.layout.narrators]
    where = f"; not at all in: {', '.join(rarely)}" if rarely else ""
    return [f"script.md: a narrator is on screen for {share:.0%} of the film, {PRESENT:.0%} are wanted{where}"]
