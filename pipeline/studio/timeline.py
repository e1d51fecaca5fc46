"""timeline(): every strip of the film, made as far as it has to be known."""

from pathlib import Path

from ..timeline.edits import read_edits
from ..timeline.model import Timeline
from .costs import Agree, refuse
from .production import opened, produce, workshop


def timeline(folder: Path, *, config: Path | None, trust: bool, agree: Agree = refuse) -> Timeline:
    """The film's strips; records and draws what is missing, renders nothing."""
    episode = opened(folder, config, trust)
    with workshop(episode, config, lambda summary: None, agree) as shop:
        return produce(shop, episode).timeline(read_edits(folder))
