"""find(): where in the film a text can be read."""

from pathlib import Path

from ..timeline.edits import read_edits
from ..timeline.search import Found, find_text
from .costs import Agree, refuse
from .production import opened, produce, workshop


def find(folder: Path, text: str, *, config: Path | None, trust: bool, agree: Agree = refuse) -> tuple[Found, ...]:
    """Every place in the film at which `text` stands; records and draws what is missing, renders nothing."""
    episode = opened(folder, config, trust)
    with workshop(episode, config, lambda summary: None, agree) as shop:
        production = produce(shop, episode)
        film = production.timeline(read_edits(folder))
        clips = {a.clip_sources[id]: clip.text for a in production.arranged for id, clip in a.clips.items()}
        return find_text(text, film, production.takes, production.recordings.captures, clips)
