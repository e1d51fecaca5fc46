"""Who is seen and heard in a film, and what viewers have to be told of them.

YouTube's rules ask that people who were generated or altered are named as such.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from ..episode.model import Character, Episode
from ..model import Frozen
from ..services.voice import VoiceTake
from ..timeline.model import MovieStrip, Timeline

FACES = {False: ("a drawing", "drawings"), True: ("an altered or generated face", "altered or generated faces")}
VOICES = {
    "synthetic": (" with a synthetic voice", " with synthetic voices"),
    "recorded": (" with a person's voice", " with people's voices"),
    "none": ("", ""),
}
"""What one is, and what several are."""


class Credit(Frozen):
    """Somebody who is seen or heard: drawn, or `photographed` (from a picture or a model); "none": who says nothing.

    `rights` is what has to be said of picture and voice.
    """

    id: str
    name: str
    photographed: bool
    voice: Literal["synthetic", "recorded", "none"]
    rights: str = ""


def credits_of(episode: Episode, timeline: Timeline, voices: Mapping[str, VoiceTake]) -> tuple[Credit, ...]:
    """Everybody in the film, in the order of the episode's characters; `voices` by line id."""
    lines = [line for scene in episode.scenes if scene.enabled for line in scene.lines]
    heard = {c.id: [voices[line.id] for line in lines if line.speaker == c.id] for c in episode.characters}
    narrators = (s for s in timeline.strips if isinstance(s, MovieStrip) and s.track.startswith("Narrator"))
    seen = {strip.id.split("/")[1] for strip in narrators}
    return tuple(_credit(c, heard[c.id]) for c in episode.characters if heard[c.id] or c.id in seen)


def disclosure(credits: Iterable[Credit]) -> str:
    """A sentence for each kind of narrator, and what the film was made with; whose rights it uses, a line each."""
    kinds: dict[tuple[bool, str], list[str]] = {}
    rights: dict[str, None] = {}
    for credit in credits:
        kinds.setdefault((credit.photographed, credit.voice), []).append(credit.name)
        rights[credit.rights] = None
    said = " ".join((*(_said(names, *kind) for kind, names in kinds.items()), "Made with Lectern."))
    return "\n".join((said, *filter(None, rights)))


def _credit(character: Character, takes: list[VoiceTake]) -> Credit:
    voice = "none" if not takes else "synthetic" if any(take.synthetic for take in takes) else "recorded"
    return Credit(
        id=character.id, name=character.name, photographed=character.photographed, voice=voice, rights=character.rights
    )  # fmt: skip


def _said(names: list[str], photographed: bool, voice: str) -> str:
    several = len(names) > 1
    return f"{_listed(names)} {'are' if several else 'is'} {FACES[photographed][several]}{VOICES[voice][several]}."


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
