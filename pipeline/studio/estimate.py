"""`lectern ask DIR estimate`: how long the film is going to be, how much of it has to be made anew, and what services ask for that."""

from pathlib import Path

from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..build.costs import Costs, voice_costs
from ..build.paces import paces_of
from ..episode.folder import read_episode
from ..episode.model import Episode
from ..providers.episode_providers import Providers
from ..timing.expected_length import expected_scenes
from ..voice.line_request import line_requests
from .scenes import last_timeline, scene_cards


class Estimate(Frozen):
    """What a build takes. `share` (0..1) of the film's `seconds` is in scenes that have changed or are new.

    `lines` and `captures` are not made as they are written. `price` by currency is at most what services ask for these lines;
    `note` says what is not known.
    """

    seconds: float
    share: float
    scenes: int
    lines: int
    captures: int
    price: dict[str, float] = {}
    note: str = ""


def estimate_build(folder: Path) -> Estimate:
    """Return what a build of the episode in `folder` takes. Nothing is asked of anybody. Raises EpisodeErrors."""
    episode = read_episode(folder)
    cards = [card for card in scene_cards(episode, last_timeline(folder)) if card.state in ("changed", "new")]
    seconds = {scene.id: scene.seconds for scene in expected_scenes(episode, paces_of(episode))}
    missing = [take for card in cards for take in card.takes if not take.made]
    lines = {take.id for take in missing if take.kind == "line"}
    costs, note = _costs(episode, lines)
    whole = sum(seconds.values())
    return Estimate(
        seconds=round(whole, 1), share=round(sum(seconds.get(card.id, 0.0) for card in cards) / whole, 3) if whole else 0.0,
        scenes=len(cards), lines=len(lines), captures=sum(take.kind == "capture" for take in missing),
        price=dict(costs.prices), note=note,
    )  # fmt: skip


def _costs(episode: Episode, lines: set[str]) -> tuple[Costs, str]:
    """Return what speaking some lines costs, and what is not known of that. The episode's own plug-ins are not run for it."""
    registry = Providers(episode.settings).registry
    try:
        requests = line_requests(registry, episode, episode.scenes)
        wanted = [request for line, request in requests.items() if line in lines]
        costs = voice_costs(registry, wanted, episode.settings.transcription)
    except LecternError as error:
        return Costs(), f"the price is not known: {error}"
    return costs, "some prices are not known" if costs.unknown else ""
