"""The block that says what is heard under the narration, or at a mark of it."""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

from ..base.errors import SourceError
from ..base.frozen import Frozen
from .blocks import read_block
from .errors import did_you_mean, list_names
from .fields import BLOCK_ID, Key, Rule, Rules
from .nodes import Node, SequenceNode
from .sound_names import BEDS, EFFECTS
from .values import (
    IDENTIFIER_VALUE,
    FileName,
    Identifier,
    MarkName,
    ValidationContext,
    choice,
    entries,
    number,
    value,
)

type MusicKind = Literal["music", "ambient", "effect"]

END = "end"
"""The id of the card at the end, where the author made none."""
FILM = "film"
"""What music is under that is heard in the whole film."""
DUCK: dict[MusicKind, float] = {"music": 14.0, "ambient": 15.0, "effect": 0.0}
"""dB below the voices at which each kind is heard while somebody speaks (Torcoli and others 2019: experts ask for 10 dB for
music and 15 for ambience, other listeners for 4 more)."""
FADE: dict[MusicKind, float] = {"music": 1.5, "ambient": 1.0, "effect": 0.0}
"""Seconds in which each kind comes and goes."""

_ONE_SOUND = 'a music block has a "file" or a "name", but has: {given}'


def _read_scope(node: Node, context: ValidationContext) -> tuple[str, ...]:
    """Return `film` or ids of scenes (which scenes there are is checked when all are known)."""
    if isinstance(node, SequenceNode):
        found: tuple[str, ...] = _SCENE_IDS.read(node, context)
        return found
    return (IDENTIFIER_VALUE.read(node, context),)


_SCENE_IDS = entries(IDENTIFIER_VALUE, "scenes")
_SCOPE = value(_read_scope, {"anyOf": [IDENTIFIER_VALUE.schema(""), _SCENE_IDS.schema("")]})


class Music(Frozen):
    """A sound of the film: `file` is the author's, `name` one of Lectern's (exactly one of them is set).

    Music and ambience last from `at` until `until`, else as long as what they are `under` (the block's own scene, if
    nothing is said). An effect is heard once, at `at`.
    """

    id: Annotated[Identifier, BLOCK_ID]
    file: Annotated[FileName, Key("A sound file of the episode (WAV, FLAC, MP3, Ogg …)", required=False)] = ""
    name: Annotated[
        str,
        choice(*BEDS, *EFFECTS, of="music block"),
        Key(
            "One of Lectern's own sounds (`lectern sounds` lists them)", default="one of `file` and `name` is required"
        ),
    ] = ""
    kind: Annotated[
        MusicKind | None,
        choice(*DUCK),
        Key(
            "`music`; `ambient`: the sound of a place; `effect`: heard once",
            default="`music`; of one of Lectern's effects: `effect`",
        ),
    ] = None
    under: Annotated[
        tuple[str, ...],
        _SCOPE,
        Key(
            "What it plays under: `film`, a scene's id, or a list of scenes; `end` is the card at the end",
            default="the scene it is written in",
        ),
    ] = ()
    gain: Annotated[
        float, number(-60, 12, "decibels"), Key("How much louder or quieter than Lectern would have it, in decibels")
    ] = 0.0
    duck: Annotated[
        float | None,
        number(0, 60, "decibels"),
        Key("How far it is below the voices while somebody speaks, in decibels", default="14; `ambient`: 15"),
    ] = None
    fade: Annotated[
        float | None,
        number(0, 30, "seconds"),
        Key("How long it takes to fade in and out, in seconds", default="1.5; `ambient`: 1; `effect`: 0"),
    ] = None
    loop: Annotated[
        bool, Key("`false`: it ends where the file ends, and is not begun again; effects are never repeated")
    ] = True
    licence: Annotated[str, Key("The licence of the file, like CC BY 4.0; it is written into the description")] = ""
    credit: Annotated[str, Key("Whom to name for the file; it is written into the description")] = ""
    at: Annotated[MarkName | None, Key("The mark at which it starts", default="the start of what it is under")] = None
    until: Annotated[MarkName | None, Key("The mark at which it ends", default="the end of what it is under")] = None
    line: int = 0

    rules: ClassVar[Rules] = (Rule(("file", "name"), missing=_ONE_SOUND, many=_ONE_SOUND),)

    @property
    def sort(self) -> MusicKind:
        """Which kind of sound it is."""
        return self.kind or ("effect" if self.name in EFFECTS else "music")

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or self.file


def read_music(node: Node, id: str, line: int, context: ValidationContext) -> Music:
    """Return a music block; its faults go to `context`."""
    return Music(**read_block(Music, "a music block", node, line, context) | {"id": id, "line": line})


def misplaced_music(scenes: Iterable[tuple[str, Iterable[Music]]], file: str) -> Iterator[SourceError]:
    """Yield a fault for music under a scene that does not exist; `scenes` are ids and their music."""
    found = [(id, tuple(music)) for id, music in scenes]
    ids = [id for id, _ in found]
    for music in (music for _, every in found for music in every):
        for name in (name for name in music.under if name not in (FILM, END, *ids)):
            yield SourceError(
                file,
                music.line,
                f'"under": there is no scene "{name}"{did_you_mean(name, ids)}'
                f"; write film, or one of the scenes: {list_names(ids)}",
            )
