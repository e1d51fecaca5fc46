"""`lectern sounds`: the music and the effects that come with Lectern."""

from pathlib import Path

from ..base import audio
from ..base.arrays import Samples
from ..base.frozen import Frozen
from ..episode.sound_names import ABOUT, BEDS, EFFECTS
from ..sounds.beds import bed
from ..sounds.effects import effect

_HALF = 0.5


class SoundCard(Frozen):
    """A sound that comes with Lectern: `kind` is "bed" or "effect", `seconds` how long it is (a bed: until it begins again).

    `sample` is a WAV file that was written.
    """

    name: str
    kind: str
    about: str
    seconds: float
    sample: Path | None = None


def sounds(*, samples: Path | None = None) -> tuple[SoundCard, ...]:
    """Return Lectern's sounds, beds first; with `samples`, write a WAV file of each into that folder.

    Raises LecternError if a file can't be written.
    """
    recordings = {name: bed(name) for name in BEDS} | {name: effect(name)[:, None] for name in EFFECTS}
    return tuple(
        SoundCard(
            name=name,
            kind="bed" if name in BEDS else "effect",
            about=ABOUT[name],
            seconds=round(len(sound) / audio.RATE, 2),
            sample=_sample(samples.absolute() / f"{name}.wav", sound * _HALF) if samples else None,
        )
        for name, sound in recordings.items()
    )


def _sample(file: Path, sound: Samples) -> Path:
    audio.write(file, sound, inside=None)
    return file
