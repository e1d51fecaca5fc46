"""What moods are called, by people and by other tools."""

from typing import get_args

from .blocks import Mood

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
