"""A small episode with a made-up build, and an agent that calls its tools in this process."""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from mcp import Client

from lectern.pipeline.base.geometry import Box
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.mcp.server import server_of
from lectern.pipeline.timeline.model import Marker, SceneSpan, SoundStrip, TextStrip, Timeline, Track

SCRIPT = """---
title: For agents
---

# One {#one}

Hello {go}there, it is warm.

```overlay
id: card
kind: callout
text: Look here
at: go
```

# Two {#two}

Here is the end.
"""


def made_episode(folder: Path) -> Path:
    folder.mkdir()
    (folder / "script.md").write_text(SCRIPT)
    text = {
        "text": "Look here",
        "font": "Inter-SemiBold.otf",
        "size": 40,
        "colour": "#ffffff",
        "box": Box(x=0.1, y=0.1, w=0.3, h=0.1),
    }
    line = read_episode(folder).scenes[0].lines[0].id
    strips = (
        TextStrip(id="one/card/text", scene="one", name="Look", track="Overlays", start=10, end=40, **text),
        SoundStrip(
            id=f"one/{line}/voice-0",
            scene="one",
            name="v",
            track="Voice",
            start=0,
            end=45,
            source="media/voice/k/v.wav",
        ),
    )
    film = Timeline(
        title="For agents", fps=30, size=(320, 180), frames=90, tracks=(Track(name="Overlays", channel=1),),
        scenes=(SceneSpan(id="one", title="One", start=0, end=60), SceneSpan(id="two", title="Two", start=60, end=90)),
        strips=strips, markers=(Marker(name="one/go", frame=10),),
    )  # fmt: skip
    (folder / "renders").mkdir()
    (folder / "renders" / "timeline.json").write_text(film.model_dump_json())
    return folder


class Agent:
    """Calls tools in one session; what is refused is an Error with the sentence."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def raw(self, *calls: tuple[str, Mapping[str, Any]], mode: str = "auto") -> list[Any]:
        return anyio.run(partial(self._all, calls, mode))

    async def _all(self, calls: tuple[tuple[str, Mapping[str, Any]], ...], mode: str) -> list[Any]:
        async with Client(server_of(self.folder), mode=mode) as client:  # type: ignore[arg-type]
            return [await client.call_tool(name, dict(given)) for name, given in calls]

    def __call__(self, name: str, **given: Any) -> Any:
        (answer,) = self.raw((name, given))
        assert not answer.is_error, answer.content[0].text
        assert json.loads(answer.content[0].text) == answer.structured_content
        return answer.structured_content

    def error(self, name: str, **given: Any) -> str:
        (answer,) = self.raw((name, given))
        assert answer.is_error, answer.structured_content
        return answer.content[0].text
