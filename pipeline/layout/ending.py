"""The card a film ends with, where its author made none."""

from ..episode.model import Episode, Overlay, Scene

SECONDS = 4.0


def end_scene(episode: Episode) -> Scene | None:
    """A last scene with the film's title and who spoke in it; None where the last scene is such a card itself."""
    last = next((s for s in reversed(episode.scenes) if s.enabled), None)
    if last is None or last.id == "end" or (last.overlays and last.overlays[-1].kind == "title"):
        return None
    speakers = dict.fromkeys(
        [episode.narrator, *(line.speaker for s in episode.scenes if s.enabled for line in s.lines)]
    )
    name = ", ".join(episode.character(s).name for s in speakers)
    closing = Overlay(
        id="end-title", kind="title", text=episode.title, subtitle=name, seconds=SECONDS, line=last.line
    )
    return Scene(id="end", title=episode.title, line=last.line, overlays=(closing,), before=0.0, after=0.0)
