"""What the author wrote, parsed and validated. Nothing here is ever changed; a new reading makes a new episode."""

from pathlib import Path
from typing import Annotated, Literal

from ..base.frozen import Frozen
from .blocks import AvatarBlock, Clip, Overlay, Shot
from .capture_block import Capture
from .characters import Character
from .fields import BLOCK_ID, Key
from .frontmatter import FrontMatter
from .music import Music
from .nodes import Respelling
from .settings import Settings
from .spoken.doubts import Doubt
from .values import Identifier, number


class Word(Frozen):
    """A word of the narration: as captions write it (punctuation included) and as the voice says it.

    `doubt` is what else it may be, where no rule can know how it is said.
    """

    written: str
    spoken: str
    line: int
    emphasis: bool = False
    doubt: Doubt | None = None


class Mark(Frozen):
    """The instant at which word `word` of its line is spoken (`len(words)`: the end of the line)."""

    name: str
    word: int
    line: int


class Rest(Frozen):
    """`{pause: seconds}` before word `word` of its line."""

    word: int
    seconds: float


class Line(Frozen):
    """A paragraph by one speaker, spoken as one recording, `speed` times as fast as usual.

    `id` is stable: made of what it says, not of where it is.
    """

    id: str
    speaker: str
    words: tuple[Word, ...]
    marks: tuple[Mark, ...] = ()
    rests: tuple[Rest, ...] = ()
    line: int = 0
    speed: float = 1.0


class Scene(Frozen):
    """A heading and all that is below it. Times are seconds."""

    id: Annotated[Identifier, BLOCK_ID]
    title: str
    line: int
    lines: tuple[Line, ...] = ()
    captures: tuple[Capture, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    avatars: tuple[AvatarBlock, ...] = ()
    clips: tuple[Clip, ...] = ()
    shots: tuple[Shot, ...] = ()
    music: tuple[Music, ...] = ()
    transition: Annotated[
        Literal["auto", "cut", "fade", "push", "slide", "wipe"],
        Key(
            "How the scene starts: `cut`, `fade`, `push` (one picture pushes the other part of the way), `slide` (all of the way), "
            "`wipe`, `auto` (another window is pushed in, a window that goes on is cut, a card fades)"
        ),
    ] = "auto"
    transition_seconds: Annotated[
        float,
        number(0, 5, "seconds"),
        Key("How long the transition takes, in seconds", "seconds", default="as its kind needs"),
    ] = 0.4
    before: Annotated[
        float,
        number(0, 30, "seconds"),
        Key("Silence before the first word, in seconds", default="0.2; 0.6 in a scene that begins a chapter"),
    ] = 0.2
    after: Annotated[
        float,
        number(0, 30, "seconds"),
        Key("Silence after the last word, in seconds", default="0.25; more where a chapter or the film ends"),
    ] = 0.25
    layout: Annotated[
        Literal["auto", "full", "side-by-side", "inset", "narrator-only"],
        Key("`full` (the footage is large), `side-by-side` (room for the narrator), `inset`, `narrator-only`, `auto`"),
    ] = "auto"
    background: Annotated[
        str, Key("What is behind everything else (not yet: it changes nothing)", default="the theme's")
    ] = ""
    prompt: Annotated[str, Key("What the generated shots of the scene have in common")] = ""
    enabled: Annotated[bool, Key("`false` leaves the scene out of the film")] = True


class Episode(FrontMatter):
    """One film as written. `folder` is absolute; `respellings` are what was read otherwise than it is written."""

    folder: Path
    scenes: tuple[Scene, ...]
    characters: tuple[Character, ...]
    settings: Settings = Settings()
    respellings: tuple[Respelling, ...] = ()

    def character(self, id: str) -> Character:
        """Return the character called `id` (every speaker of a parsed episode has one)."""
        return next(c for c in self.characters if c.id == id)

    def chapter_number(self, id: str) -> int:
        """Return the number (from 1) of the chapter that a card opens, an overlay or a clip; 0 for what opens none."""
        scenes = [scene for scene in self.scenes if scene.enabled]
        overlays = [(o.line, o.id) for scene in scenes for o in scene.overlays if o.kind == "chapter"]
        clips = [(c.line, c.id) for scene in scenes for c in scene.clips if c.name == "chapter"]
        cards = [card for _, card in sorted(overlays + clips)]
        return cards.index(id) + 1 if id in cards else 0
