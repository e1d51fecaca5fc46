"""The text that is published with a film: title, description, chapters, and who is seen and heard in it.

YouTube's rules require a note on people who were generated or altered.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from ..base.frozen import Frozen
from ..episode.characters import Character
from ..episode.model import Episode
from ..services.voice import VoiceTake
from ..timeline.model import Timeline, is_narrator
from .chapters import chapters, without_times

type VoiceKind = Literal["synthetic", "cloned", "recorded", "none"]

LONGEST_TITLE = 100
LONGEST = 5000
"""The most bytes that YouTube takes in a description."""
FACES = {False: ("a drawing", "drawings"), True: ("an altered or generated face", "altered or generated faces")}
VOICES: dict[VoiceKind, tuple[str, str]] = {
    "synthetic": (" with a synthetic voice", " with synthetic voices"),
    "cloned": (
        " with a synthetic voice made from a person's recording",
        " with synthetic voices made from people's recordings",
    ),
    "recorded": (" with a person's voice", " with people's voices"),
    "none": ("", ""),
}
"""The words for one, and for several."""


class Credit(Frozen):
    """Somebody who is seen or heard: drawn, or `photographed` (from a picture or a model). `voice` is "none" without lines.

    `rights` is the note that picture and voice require.
    """

    id: str
    name: str
    photographed: bool
    voice: VoiceKind
    rights: str = ""


def description(episode: Episode, timeline: Timeline, credits: Iterable[Credit]) -> str:
    """Return title, description, chapters and credits, as blocks. YouTube refuses angle brackets: they become ‹ ›."""
    title = " ".join(episode.title.split())  # a line of its own can't begin with a time, as a chapter's does
    title = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
    times = chapters(timeline)
    parts: tuple[str, ...] = (
        title,
        episode.description,
        times,
        _pictures(episode),
        sounds(episode),
        disclosure(credits),
    )
    if times:
        parts = (without_times(title), without_times(parts[1]), times, *map(without_times, parts[3:5]), parts[5])
    title, about, *rest = map(_allowed, parts)
    room = max(0, LONGEST - 1 - sum(len(block.encode()) + 2 for block in (title, *rest)))
    blocks = (title, about.encode()[:room].decode(errors="ignore").strip(), *rest)
    return "\n\n".join(filter(None, blocks)) + "\n"


def _pictures(episode: Episode) -> str:
    """Return what the pictures show, for those who can't see them; "" where no script says it."""
    texts = [overlay.alt for scene in episode.scenes if scene.enabled for overlay in scene.overlays if overlay.alt]
    return "Pictures: " + "; ".join(" ".join(text.split()).rstrip(".") for text in texts) + "." if texts else ""


def sounds(episode: Episode) -> str:
    """Return whose music and sounds are heard, and under which licence; "" where no script says it."""
    blocks = [music for scene in episode.scenes if scene.enabled for music in scene.music]
    named = (", ".join(filter(None, (music.credit, music.licence))) for music in blocks)
    found = dict.fromkeys(" ".join(text.split()).rstrip(".") for text in named if text)
    return "Sound: " + "; ".join(found) + "." if found else ""


def credits_of(episode: Episode, timeline: Timeline, voices: Mapping[str, VoiceTake]) -> tuple[Credit, ...]:
    """Return everybody in the film, in the order of the episode's characters; `voices` by line id."""
    lines = [line for scene in episode.scenes if scene.enabled for line in scene.lines]
    takes = {c.id: [voices[line.id] for line in lines if line.speaker == c.id] for c in episode.characters}
    seen = {strip.owner for strip in timeline.strips if is_narrator(strip)}
    return tuple(_credit(c, takes[c.id]) for c in episode.characters if takes[c.id] or c.id in seen)


def disclosure(credits: Iterable[Credit]) -> str:
    """Return a sentence for each kind of narrator, what the film was made with, and the notes on rights, a line each."""
    kinds: dict[tuple[bool, VoiceKind], list[str]] = {}
    rights: dict[str, None] = {}
    for credit in credits:
        kinds.setdefault((credit.photographed, credit.voice), []).append(credit.name)
        rights[credit.rights] = None
    sentences = " ".join((*(_credit_sentence(names, *kind) for kind, names in kinds.items()), "Made with Lectern."))
    return "\n".join((sentences, *filter(None, rights)))


def _credit(character: Character, takes: list[VoiceTake]) -> Credit:
    made: VoiceKind = "cloned" if character.clone else "synthetic"
    voice: VoiceKind = "none" if not takes else made if any(take.synthetic for take in takes) else "recorded"
    return Credit(
        id=character.id, name=character.name, photographed=character.photographed, voice=voice, rights=character.rights
    )  # fmt: skip


def _credit_sentence(names: list[str], photographed: bool, voice: VoiceKind) -> str:
    several = len(names) > 1
    return f"{_listed(names)} {'are' if several else 'is'} {FACES[photographed][several]}{VOICES[voice][several]}."


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _allowed(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›")
