"""The smallest episode that shows something: two scenes, no voice, no picture but a colour."""

from pathlib import Path

from lectern.pipeline.base.geometry import FULL
from lectern.pipeline.timeline.model import ColourStrip, SceneSpan, Timeline, Track

SCRIPT = """---
title: Two scenes
---

# The first {#first}

Some words.

# The second {#second}

More words.
"""

BLUE = "#204060"
SPANS = (
    SceneSpan(id="first", title="The first", start=0, end=30),
    SceneSpan(id="second", title="The second", start=30, end=75),
)


def episode(folder: Path, script: str = SCRIPT, timeline: bool = True) -> Path:
    """Writes the episode, as if it had been built (or, without `timeline`, not yet)."""
    (folder / "renders").mkdir(parents=True)
    (folder / "script.md").write_text(script)
    if timeline:
        (folder / "renders" / "timeline.json").write_text(film().model_dump_json())
    return folder


def film() -> Timeline:
    """Two and a half seconds: a blue strip for each scene."""
    strips = tuple(
        ColourStrip(
            id=f"plate:{s.id}", scene=s.id, name=s.id, track="Screen", start=s.start, end=s.end, colour=BLUE, box=FULL
        )
        for s in SPANS
    )
    return Timeline(
        title="Two scenes",
        fps=30,
        size=(1920, 1080),
        frames=75,
        tracks=(Track(name="Screen", channel=1),),
        scenes=SPANS,
        strips=strips,
    )
