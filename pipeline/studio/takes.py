"""`lectern ask DIR takes` and `say`: the takes of an episode, a person's own recordings among them, and one line spoken for a trial."""

from pathlib import Path

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.files import digest
from ..base.frozen import Frozen
from ..build.costs import CostDeclined
from ..trust.grants import NotTrusted
from .element_changes import recorded_takes
from .paging import piece_of
from .proposals import Outcome
from .say import say
from .scenes import TakeCard, scenes


class TakesPage(Frozen):
    """What is made for the scenes; of a `line`, also a person's own `recordings`, and the one that is `chosen`."""

    items: tuple[TakeCard, ...]
    recordings: tuple[str, ...] = ()
    chosen: str = ""
    next_cursor: str = ""


class SaidLine(Frozen):
    """A line that was spoken for a trial, as a WAV file in renders; refused: `why` says what a person has to do first."""

    outcome: Outcome
    file: str = ""
    seconds: float = 0.0
    why: str = ""


def takes(folder: Path, scene: str = "", line: str = "", cursor: str = "") -> TakesPage:
    """Return the takes of a `scene` ("": all); of a `line` (its id) also its recordings, and the one that is used."""
    cards = scenes(folder)
    if scene and scene not in {card.id for card in cards}:
        raise LecternError(f'there is no scene "{scene}"; there are: {", ".join(card.id for card in cards)}')
    lines = {take.id for card in cards for take in card.takes if take.kind == "line"}
    if line and line not in lines:
        raise LecternError(f'there is no line "{line[:100]}" in the script: give the id of a line, as takes lists them')
    own, chosen = recorded_takes(folder, line) if line else ((), None)
    fitting = [take for card in cards for take in card.takes if scene in ("", card.id) and line in ("", take.id)]
    items, rest = piece_of(fitting, cursor)
    names = tuple(file.name for file in own)
    return TakesPage(items=items, recordings=names, chosen=chosen.name if chosen else "", next_cursor=rest)


def say_line(folder: Path, text: str, character: str, language: str = "") -> SaidLine:
    """Speak `text` as a character of the episode does, into a WAV file in its renders. Nothing is trusted, and nothing paid."""
    paths = EpisodePaths(folder=folder)
    file = paths.renders / "said" / f"{digest(f'{character}/{language}/{text}', 12)}.wav"
    try:
        spoken = say(text, file, folder=folder, character=character, language=language)
    except NotTrusted:
        why = "this voice runs things that the person has not allowed: only they can, by lectern say in a terminal"
        return SaidLine(outcome="refused", why=why)
    except CostDeclined:
        return SaidLine(
            outcome="refused", why="this voice costs money: the person has to ask for it, by lectern say in a terminal"
        )
    return SaidLine(outcome="applied", file=file.relative_to(folder).as_posix(), seconds=round(spoken.seconds, 2))
