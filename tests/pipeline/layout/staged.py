"""Scenes, recordings and captures made up for tests of the schedule, the layout and the timeline."""

from pathlib import Path

from support.assets import THEME

from lectern.pipeline.base.geometry import Box, Size, box_of_pixels
from lectern.pipeline.capture.take import (
    CaptureTake,
    PointerPoint,
    StepEvent,
    TextBox,
    VisibleText,
)
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.characters import Character
from lectern.pipeline.episode.model import Episode, Line, Mark, Scene, Word
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.layout.model import SceneLayout
from lectern.pipeline.layout.solve import lay_out
from lectern.pipeline.services.voice import Phoneme, SpokenWord, VoiceTake
from lectern.pipeline.timeline.takes import SceneTakes, Sprite, Takes, pointer_in_frame
from lectern.pipeline.timing.schedule import SceneSchedule, schedule

FRAME: Size = (1920, 1080)
CONTENT: Size = (1504, 900)
ADA = Character(id="ada", name="Ada", portrait="lectern:ada", facing="right")
BEN = Character(id="ben", name="Ben", portrait="lectern:ben", facing="left")
KAI = Character(id="kai", name="Kai", portrait="lectern:kai", facing="right")
WORD = 0.35
"""Seconds a made-up word takes, the last 0.05 of it silent."""
PROSE = "Let us make a project now and one command does it for all of us here today"


def line(id: str, text: str = PROSE, speaker: str = "ada", **marks: int) -> Line:
    """A line; `marks` are the words (by index) at which they stand."""
    words = tuple(Word(written=w, spoken=w, line=5) for w in text.split())
    return Line(
        id=id,
        speaker=speaker,
        words=words,
        line=5,
        marks=tuple(Mark(name=n, word=i, line=5) for n, i in marks.items()),
    )


def voice(of: Line) -> VoiceTake:
    count = len(of.words)
    return VoiceTake(
        audio="voice.wav",
        duration=count * WORD + 0.2,
        words=tuple(SpokenWord(index=i, start=i * WORD, end=(i + 1) * WORD - 0.05) for i in range(count)),
        phonemes=tuple(Phoneme(symbol="a", start=i * WORD, end=i * WORD + 0.2) for i in range(count)),
        tier="service",
    )


def terminal_text(rows: int, columns: int = 40) -> tuple[TextBox, ...]:
    return tuple(
        TextBox(text="x" * columns, box=box_of_pixels(28, 28 + 40 * i, 18 * columns, 40, CONTENT)) for i in range(rows)
    )


def capture(id: str, *marks: str | None, at: str | None = None, zoom: float | None = None) -> Capture:
    """A terminal with a step for each of `marks`."""
    steps = tuple(Step(action="run", value="ls", at=m, zoom=zoom, line=9) for m in marks)
    return Capture(id=id, kind="terminal", steps=steps, at=at, line=8)


def take(of: Capture, rows: int = 8, columns: int = 40, every: float = 1.5, pointer: bool = False) -> CaptureTake:
    """Step i starts at (i + 1) * `every` and its effect is seen 0.2 s later; all text comes with the first picture.

    Something moves all the time, so that nothing of it can be left out.
    """
    starts = [(i + 1) * every for i in range(len(of.steps))]
    target = box_of_pixels(28, 60, 600, 80, CONTENT)
    events = tuple(
        StepEvent(
            index=i, action="run", at=s.at, start=t, effect=t + 0.2, end=t + 0.5, target=target, zoom=s.zoom, line=9
        )
        for i, (s, t) in enumerate(zip(of.steps, starts, strict=True))
    )
    duration = (len(starts) + 1) * every
    return CaptureTake(
        kind="terminal",
        size=CONTENT,
        pictures="pictures.mov",
        times=tuple(i / 10 for i in range(round(duration * 10))),
        duration=duration,
        events=events,
        text=(VisibleText(time=0.0, boxes=terminal_text(rows, columns)),),
        title="shop",
        pointer=_path(starts) if pointer else (),
    )


def _path(starts: list[float]) -> tuple[PointerPoint, ...]:
    points = []
    for i, t in enumerate(starts):
        here = (0.2 + 0.2 * i, 0.3)
        points += [
            PointerPoint(time=t - 0.5, x=0.2 + 0.2 * max(i - 1, 0), y=0.3),
            PointerPoint(time=t - 0.05, x=here[0], y=here[1]),
        ]
        points += [
            PointerPoint(time=t, x=here[0], y=here[1], pressed=True),
            PointerPoint(time=t + 0.1, x=here[0], y=here[1]),
        ]
    return tuple(points)


def scene(id: str = "new", *lines: Line, **fields: object) -> Scene:
    return Scene.model_validate({"id": id, "title": "A new project", "line": 3, "lines": lines, **fields})


def episode(*scenes: Scene, **fields: object) -> Episode:
    return Episode.model_validate(
        {
            "folder": Path("/episode"),
            "title": "One tool",
            "narrator": "ada",
            "scenes": scenes,
            "characters": (ADA, BEN, KAI),
            **fields,
        }
    )


def scheduled(of: Scene, captures: dict[str, CaptureTake] | None = None) -> SceneSchedule:
    return schedule(of, {one.id: voice(one) for one in of.lines}, captures or {}, 30)


def laid_out(
    of: Scene, captures: dict[str, CaptureTake] | None = None, **images: Size
) -> tuple[SceneSchedule, SceneLayout]:
    when = scheduled(of, captures)
    return when, lay_out(of, when, captures or {}, episode(of), THEME, {f"{k}.png": v for k, v in images.items()})


def takes(
    scenes: tuple[Scene, ...], captures: dict[str, CaptureTake] | None = None, images: dict[str, Size] | None = None
) -> Takes:
    """Takes of a whole film with made-up files."""
    film = episode(*scenes)
    made = []
    for one in scenes:
        when = scheduled(one, captures)
        layout = lay_out(one, when, captures or {}, film, THEME, images)
        made.append(
            SceneTakes(
                schedule=when,
                layout=layout,
                plate="media/plate.mov",
                footage={c.id: f"media/{one.id}-{c.id}.mov" for c in one.captures},
                narrators={c.id: f"media/{one.id}-{c.id}.mov" for c in film.characters},
                voices={x.id: f"media/{x.id}.wav" for x in one.lines},
                images={f: "media/image.mov" for f in images or {}},
                pointer=pointer_in_frame(when, layout, captures or {}),
            )
        )
    sprite = Sprite(source="media/pointer.mov", size=(48, 64), hot=(6, 4))
    return Takes(
        scenes=tuple(made),
        pointer=sprite,
        touch=Sprite(source="media/touch.mov", size=(64, 64), hot=(32, 32)),
        ripple=Sprite(source="media/ripple.mov", size=(96, 96), hot=(48, 48), frames=15),
    )


def in_frame(window: Box, boxes: tuple[TextBox, ...]) -> list[Box]:
    return [b.box.within(window) for b in boxes]
