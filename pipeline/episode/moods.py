"""What moods are called, by people and by other tools."""

from typing import get_args

from .blocks import Mood
from .model import Line, Scene

MOOD_SYNONYMS = {
    **dict.fromkeys(
        (
            "happy", "smiling", "smile", "smiles", "friendly", "excited", "joyful", "amused", "laughing", "laughs", "grinning",
            "proud", "delighted", "relieved", "enthusiastic",
        ),
        "cheerful",
    ),
    **dict.fromkeys(("thoughtful", "thinking", "focused", "calm", "stern"), "serious"),
    **dict.fromkeys(("shocked", "amazed", "astonished"), "surprised"),
    **dict.fromkeys(("concerned", "anxious", "nervous", "confused", "sad"), "worried"),
    **dict.fromkeys(("normal", "default", "none"), "neutral"),
}  # fmt: skip
"""Other words for the moods."""
MOOD_WORDS = (*get_args(Mood), *(word for word in MOOD_SYNONYMS if word not in ("none", "normal", "default")))
"""The words that mean a mood."""


def mood_of_word(word: str) -> str:
    """Return the mood that a word means ("happy": cheerful); "" where it means none."""
    plain = word.strip().casefold()
    return MOOD_SYNONYMS.get(plain, plain if plain in get_args(Mood) else "")


def mood_of(scene: Scene, character: str) -> Mood | None:
    """Return a character's mood in a scene: what is asked of this one, else what is asked of all."""
    moods = {block.character: block.mood for block in scene.avatars if block.mood and not block.at}
    return moods.get(character, moods.get(None))


def mood_at(scene: Scene, character: str, line: Line) -> Mood | None:
    """Return a character's mood as a line of the scene begins."""
    begun = [mark.name for each in scene.lines[: scene.lines.index(line)] for mark in each.marks]
    begun += [mark.name for mark in line.marks if mark.word == 0]
    changes = {block.at: block.mood for block in scene.avatars if block.at and block.character in (character, None)}
    return next((mood for at in reversed(begun) if (mood := changes.get(at))), mood_of(scene, character))
