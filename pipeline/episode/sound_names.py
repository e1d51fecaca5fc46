"""The sounds that come with Lectern, by name."""

from typing import Literal, get_args

type BedName = Literal["night", "day", "focus", "lift"]
type EffectName = Literal["key", "click", "whoosh", "success", "error", "pop", "sting"]

BEDS: tuple[BedName, ...] = get_args(BedName.__value__)
EFFECTS: tuple[EffectName, ...] = get_args(EffectName.__value__)

ABOUT: dict[str, str] = {
    "night": "calm, 72 beats a minute, with a few high notes",
    "day": "friendly, 92 beats a minute, plucked, with a soft beat",
    "focus": "very calm, 60 beats a minute, nothing but chords",
    "lift": "glad, 104 beats a minute, with a shaker",
    "key": "a key of a keyboard",
    "click": "the button of a mouse",
    "whoosh": "something flies past",
    "success": "two bells, rising",
    "error": "two dull notes, falling",
    "pop": "something appears",
    "sting": "a chord that ends a chapter or begins one",
}
"""What each sounds like."""
