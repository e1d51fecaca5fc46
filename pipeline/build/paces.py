"""How fast voices speak, as measured in the recordings of builds: kept in the person's profile, for films that are planned next."""

from collections.abc import Iterable, Mapping

from pydantic import TypeAdapter, ValidationError

from ..base.files import read_own, write_atomic
from ..base.frozen import Frozen
from ..base.profile import state_folder
from ..episode.model import Episode, Line
from ..services.voice import VoiceTake

FILE = "paces.json"
LEAST = 300
"""Letters that have to be measured for a pace: about 20 s of speech."""
MOST = 50_000
"""Letters after which older recordings count half, so that a voice that has changed is known soon."""


class MeasuredPace(Frozen):
    """So many letters of spoken words were said in so many seconds, pauses included, at the usual speed of a line."""

    letters: float = 0.0
    seconds: float = 0.0


_PACES = TypeAdapter(dict[str, MeasuredPace])


def note_paces(episode: Episode, lines: Iterable[Line], voices: Mapping[str, VoiceTake]) -> None:
    """Add what was recorded to what is known of the voices."""
    known = _known()
    for line in lines:
        if take := voices.get(line.id):
            key, letters = _key(episode, line.speaker), sum(len(word.spoken) for word in line.words)
            before = known.get(key, MeasuredPace())
            weight = 0.5 if before.letters > MOST else 1.0
            seconds = (take.duration - sum(rest.seconds for rest in line.rests)) * line.speed
            known[key] = MeasuredPace(
                letters=before.letters * weight + letters, seconds=before.seconds * weight + max(seconds, 0.0)
            )
    write_atomic(state_folder() / FILE, _PACES.dump_json(known), inside=None, private=True)


def pace_of(episode: Episode, speaker: str) -> float | None:
    """Return the seconds that a letter takes in the voice of a character, None if too little was ever measured of it."""
    found = _known().get(_key(episode, speaker), MeasuredPace())
    return found.seconds / found.letters if found.letters >= LEAST and found.seconds > 0 else None


def paces_of(episode: Episode) -> dict[str, float]:
    """Return the seconds that a letter takes, by speaker, as far as that was ever measured."""
    speakers = {line.speaker for scene in episode.scenes for line in scene.lines}
    return {speaker: pace for speaker in speakers if (pace := pace_of(episode, speaker))}


def _key(episode: Episode, speaker: str) -> str:
    character = episode.character(speaker)
    settings = " ".join(f"{name}={value}" for name, value in sorted(character.settings))
    return f"{character.provider}/{character.voice}/{episode.language}/{settings}".rstrip("/")


def _known() -> dict[str, MeasuredPace]:
    try:
        return _PACES.validate_json(read_own(state_folder() / FILE, inside=None) or b"{}")
    except ValidationError:  # of another version
        return {}
