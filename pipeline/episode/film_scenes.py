"""The scenes that a film has: those of the script that are enabled, and a card at the end."""

from .blocks import Overlay
from .model import Episode, Scene
from .music import END
from .rhythm import with_rhythm


def film_scenes(episode: Episode) -> tuple[Scene, ...]:
    """Return the scenes of the film in order: those that are enabled, and the end card where the author made none.

    What their author leaves to Lectern, their rests and transitions, is decided.
    """
    closing = end_scene(episode)
    return with_rhythm([s for s in episode.scenes if s.enabled] + ([closing] if closing else []))


def end_scene(episode: Episode) -> Scene | None:
    """Return a last scene with the film's title and who spoke in it, or what the front matter says.

    None where it says so, or where the last scene is such a card itself.
    """
    card = episode.end
    last = next((s for s in reversed(episode.scenes) if s.enabled), None)
    if card is None or last is None or last.id == END or (last.overlays and last.overlays[-1].kind == "title"):
        return None
    if last.clips and last.clips[-1].name == "title":
        return None
    speakers = dict.fromkeys(
        [episode.narrator, *(line.speaker for s in episode.scenes if s.enabled for line in s.lines)]
    )
    name = ", ".join(episode.character(s).name for s in speakers)
    closing = Overlay(
        id="end-title",
        kind="title",
        text=card.text or episode.title,
        subtitle=card.subtitle or name,
        seconds=card.seconds,
        line=last.line,
    )
    return Scene(id=END, title=episode.title, line=last.line, overlays=(closing,), before=0.0, after=0.0)
