"""What the author wrote, parsed and validated. Nothing here is ever changed; a new reading makes a new episode."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from ..model import Frozen
from ..services.chat import ChatSettings
from ..services.transcription import TranscriptionSettings
from .screen import Capture

OverlayKind = Literal["title", "chapter", "lower-third", "bullets", "callout", "code", "image", "caption"]


class Word(Frozen):
    """A word of the narration: as captions write it (punctuation included) and as the voice says it."""

    written: str
    spoken: str
    line: int
    emphasis: bool = False


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
    """A paragraph by one speaker, spoken as one recording. `id` is stable: made of what it says, not of where it stands."""

    id: str
    speaker: str
    words: tuple[Word, ...]
    marks: tuple[Mark, ...] = ()
    rests: tuple[Rest, ...] = ()
    line: int = 0


class Overlay(Frozen):
    """Something written or shown over the picture from `at` until `until` (marks; none: the scene's start and end).

    `items` are a list's entries; an item may carry its own mark in `item_marks` (None: comes with the overlay).
    `position` is the centre as a fraction of the frame (None: placed where it hides nothing).
    """

    id: str
    kind: OverlayKind
    text: str = ""
    subtitle: str = ""
    items: tuple[str, ...] = ()
    item_marks: tuple[str | None, ...] = ()
    file: str | None = None
    language: str = ""
    position: tuple[float, float] | None = None
    at: str | None = None
    until: str | None = None
    seconds: float | None = None
    line: int = 0


Mood = Literal["neutral", "cheerful", "serious", "surprised", "worried"]
"""How a narrator looks."""


class AvatarBlock(Frozen):
    """How a narrator stands in the scene. `character` None: all of them. `size` is a height as a fraction of the frame."""

    id: str
    character: str | None = None
    side: Literal["auto", "left", "right"] = "auto"
    size: float | None = None
    visible: bool = True
    mood: Mood | None = None
    line: int = 0


class Clip(Frozen):
    """HTML that is drawn frame by frame with a transparent background: exactly one of `html`, `file` and `name`.

    `html_line` is the line of the script on which `html` begins; `name` is that of a designed clip; `values` are those of
    `with`, as JSON; `files` are what it may use besides what it names. It stands on the `stage`, beside the narrators, or
    fills the `frame`, from `at` for `seconds` or until `until` (none: as long as a designed one lasts, or the scene).
    """

    id: str
    html: str = ""
    html_line: int = 0
    file: str = ""
    name: str = ""
    values: str = ""
    files: tuple[str, ...] = ()
    place: Literal["stage", "frame"] = "stage"
    at: str | None = None
    until: str | None = None
    seconds: float | None = None
    line: int = 0


class Later(Frozen):
    """A valid block whose capability is not built yet (`shot`, `music`): a build that meets one says so."""

    id: str
    block: str
    fields: tuple[tuple[str, str], ...] = ()
    line: int = 0


class Scene(Frozen):
    """A heading and all that is below it. Times are seconds; `number` counts from 1 over enabled scenes."""

    id: str
    title: str
    line: int
    lines: tuple[Line, ...] = ()
    captures: tuple[Capture, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    avatars: tuple[AvatarBlock, ...] = ()
    clips: tuple[Clip, ...] = ()
    later: tuple[Later, ...] = ()
    transition: Literal["cut", "fade", "slide", "wipe"] = "fade"
    transition_seconds: float = 0.4
    transition_line: int = 0
    before: float = 0.6
    after: float = 0.8
    layout: Literal["auto", "full", "side-by-side", "inset", "narrator-only"] = "auto"
    background: str = ""
    prompt: str = ""
    enabled: bool = True


class Provider(Frozen):
    """Who does a step of a photographed face, and the provider's own settings as they are written."""

    provider: str
    settings: tuple[tuple[str, str], ...] = ()


PHOTOGRAPHS = (".png", ".jpg", ".jpeg")


class Character(Frozen):
    """A narrator of `characters/<id>.json`: who appears and who is heard.

    `portrait` is a layered SVG (a path relative to the character's file, or `lectern:NAME` for one that Lectern
    carries), or a photograph (PNG or JPEG), which may also be generated (`generate`, of `prompt`); such a face is brought
    to life by `motion`, `lipsync` (None: nobody was chosen) and `matting`; `facing` is the side the drawing looks to;
    `palette` recolours its CSS classes (class, colour). `rights` is what the description says of whose picture and voice
    they are.
    """

    id: str
    name: str
    portrait: str = ""
    facing: Literal["left", "right"] = "right"
    mirror: bool = True
    side: Literal["auto", "left", "right"] = "auto"
    size: float | None = None
    provider: str = "espeak"
    voice: str = "en-us+f3"
    settings: tuple[tuple[str, str], ...] = ()
    palette: tuple[tuple[str, str], ...] = ()
    prompt: str = ""
    rights: str = ""
    generate: Provider | None = None
    motion: Provider = Provider(provider="sway")
    lipsync: Provider | None = None
    matting: Provider = Provider(provider="auto")
    file: str = ""

    @property
    def photographed(self) -> bool:
        """Whether it is a face of pixels, which goes through the steps of `avatar/live`, and no drawing."""
        return self.generate is not None or self.portrait.lower().endswith(PHOTOGRAPHS)


class FilmSettings(Frozen):
    """`[film]` of lectern.toml: size in pixels, frames per second, loudness (LUFS), true peak (dBTP), H.264 quality."""

    width: int = Field(1920, ge=160, le=7680, multiple_of=2)
    height: int = Field(1080, ge=90, le=7680, multiple_of=2)
    fps: int = Field(30, ge=1, le=120)
    loudness: float = Field(-14.0, ge=-40, le=-5)
    true_peak: float = Field(-1.0, ge=-20, le=0)
    theme: str = "lectern:night"
    processes: int = Field(2, ge=1, le=64)


class CaptureSettings(Frozen):
    """`[capture]` of lectern.toml: where Chromium is (empty: found), typing speed (characters per second), its seed.

    `secrets`: what is done about text on a screen that looks like a secret.
    """

    chromium: str = ""
    typing_speed: float = Field(14.0, gt=0, le=1000)
    seed: int = 1
    secrets: Literal["report", "blur", "stop"] = "report"


class BlenderSettings(Frozen):
    """`[blender]` of lectern.toml: the Blender program (empty: the bpy module, or the Blender Lectern runs in)."""

    program: str = ""


class Settings(Frozen):
    """lectern.toml, the nearest above the episode."""

    film: FilmSettings = FilmSettings()
    capture: CaptureSettings = CaptureSettings()
    blender: BlenderSettings = BlenderSettings()
    voice: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = Field((), exclude_if=lambda sections: not sections)
    """`[voice.NAME]`: the settings of voice providers, by name. Keys of services are never among them."""
    transcription: TranscriptionSettings | None = Field(None, exclude_if=lambda settings: settings is None)
    """`[transcription]`: who writes down what is said, where the times of a voice are not sure."""
    model: ChatSettings | None = Field(None, exclude_if=lambda settings: settings is None)
    """`[model]`: the language model that works out goals."""
    pronunciation: tuple[tuple[str, str], ...] = Field((), exclude_if=lambda entries: not entries)
    """`[pronunciation]` of this file alone: words, and how they are said."""


class Episode(Frozen):
    """One film as written. `folder` is absolute; `length` is (least, most) seconds wanted, or None."""

    folder: Path
    title: str
    narrator: str
    description: str = ""
    language: str = "en"
    length: tuple[float, float] | None = None
    scenes: tuple[Scene, ...]
    characters: tuple[Character, ...]
    settings: Settings = Settings()

    def character(self, id: str) -> Character:
        """The character called `id` (every speaker of a parsed episode has one)."""
        return next(c for c in self.characters if c.id == id)
