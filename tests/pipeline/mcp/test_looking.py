"""Agents see and hear the film: stills, sheets, and what happens in it as text."""

import base64
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import anyio
import av
import numpy as np
import pytest
from agents_episode import Agent, made_episode
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from PIL import Image

from lectern.pipeline.base.geometry import Box
from lectern.pipeline.base.launch import child_environment
from lectern.pipeline.quality.contrast import TextArea
from lectern.pipeline.studio import activity
from lectern.pipeline.timeline.model import MovieStrip


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Agent:
    folder = made_episode(tmp_path_factory.mktemp("looking") / "ep")
    _write_film(folder / "renders" / "film.mp4")
    return Agent(folder)


def _write_film(file: Path) -> None:
    """Two seconds of red, the first with a tone, and one of blue."""
    with av.open(str(file), "w") as film:
        picture = film.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
        voice = film.add_stream("aac", 48_000, layout="stereo")
        for number in range(90):
            frame = np.full((180, 320, 3), (200, 30, 30) if number < 60 else (30, 30, 200), np.uint8)
            film.mux(picture.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        film.mux(picture.encode(None))
        tone = np.sin(np.arange(144_000) / 48_000 * 2765) * 0.2 * (np.arange(144_000) < 48_000)
        sound = av.AudioFrame.from_ndarray(
            np.repeat(tone.astype(np.float32)[None], 2, axis=0), format="fltp", layout="stereo"
        )
        sound.rate = 48_000
        film.mux(voice.encode(sound))
        film.mux(voice.encode(None))


def _seen(agent: Agent, tool: str, **given: object) -> tuple[str, Image.Image, int]:
    (answer,) = agent.raw((tool, given))
    assert not answer.is_error, answer.content[0].text
    text, image = answer.content
    data = base64.b64decode(image.data)
    return text.text, Image.open(io.BytesIO(data)).convert("RGB"), len(image.data)


@pytest.mark.media
def test_a_still_has_its_frame_in_words_and_its_strips_boxes_on_demand(agent: Agent) -> None:
    text, bare, size = _seen(agent, "see_frame", frame=20)
    assert "frame 20 of 90" in text and "one/card/text" not in text and size <= 2**20
    boxed_text, boxed, _ = _seen(agent, "see_frame", frame=20, boxes=True)
    assert "one/card/text: x 0.100 y 0.100 w 0.300 h 0.100" in boxed_text
    edge = round(0.1 * boxed.width), round(0.16 * boxed.height)
    assert boxed.getpixel(edge)[2] > bare.getpixel(edge)[2] + 100  # type: ignore[index]


@pytest.mark.media
def test_a_sheet_shows_the_middle_of_every_scene_with_its_time(agent: Agent) -> None:
    text, sheet, size = _seen(agent, "see_sheet")
    assert text.splitlines() == ["1: frame 30, 1.00 s", "2: frame 75, 2.50 s"] and size <= 2**20
    reds = [sheet.getpixel((x, sheet.height // 2 + 40))[0] for x in (100, 420)]  # type: ignore[index]
    assert reds[0] > 150 > 80 > reds[1]


@pytest.mark.media
def test_activity_tells_when_the_picture_and_the_sound_change(agent: Agent) -> None:
    rows = agent("activity", step=1.0)["rows"]
    changes = [float(row.split()[2]) for row in rows]
    assert changes[1] == 0 and changes[2] > 1
    assert "still" in rows[1] and "moves 100% in x 0.00-1.00 y 0.00-1.00" in rows[2]
    assert "dB" in rows[0] and "silent" in rows[2]


@pytest.mark.media
def test_a_waveform_is_high_where_there_is_sound_and_names_the_marks(agent: Agent) -> None:
    text, image, size = _seen(agent, "see_wave")
    assert "0.33 mark one/go" in text and size <= 2**20
    middle, wave = 74 - 8, (90, 200, 250)
    near = [all(abs(a - b) < 60 for a, b in zip(image.getpixel((x, middle)), wave, strict=True)) for x in (300, 700)]  # type: ignore[arg-type]
    assert near == [True, False]
    assert "give a start before the end" in agent.error("see_wave", start=9.0)


@pytest.mark.media
def test_a_frame_that_the_film_has_not_is_refused_with_those_that_it_has(agent: Agent) -> None:
    assert "frames 0 to 89" in agent.error("see_frame", frame=90)
    assert "either seconds or frame" in agent.error("see_frame")


def test_the_largest_picture_of_noise_still_fits() -> None:
    from lectern.pipeline.studio.stills import LARGEST_PICTURE, jpeg

    noise = np.random.default_rng(1).integers(0, 256, (1080, 1920, 3), dtype=np.uint8)
    assert len(base64.b64encode(jpeg(Image.fromarray(noise)))) <= LARGEST_PICTURE


def test_the_server_speaks_nothing_but_the_protocol_and_refuses_what_needs_trust(agent: Agent) -> None:
    """Over stdin and stdout, with the handshake that most agents still have."""
    folder = made_episode(agent.folder.parent / "untrusted")
    script = folder / "script.md"
    script.write_text(script.read_text() + "\n```capture\nkind: terminal\nsteps:\n  - run: echo hello\n```\n")
    root = Path(__file__).parents[3]
    program = StdioServerParameters(
        command=sys.executable, args=[str(root), "mcp", str(folder)], env=child_environment()
    )

    async def talk() -> None:
        async with Client(program, mode="legacy") as client:
            assert len((await client.list_tools()).tools) <= 30
            built = (await client.call_tool("build", {"id": "first"})).structured_content
            assert (built["outcome"], built["state"]) == ("refused", "failed") and "Only they can" in built["why"]
            assert (await client.call_tool("read", {"wrong": 1})).is_error
            brief = await client.get_prompt("brief", {"topic": "pipes"})
            assert "Topic: pipes" in brief.messages[0].content.text
            skill = await client.read_resource("lectern://script")
            assert "echo hello" in skill.contents[0].text
            (folder / "brief.md").write_text("For beginners.\n")
            assert (await client.read_resource("lectern://brief")).contents[0].text == "For beginners.\n"

    anyio.run(talk)
    assert not (folder / ".lectern").exists()


def test_a_text_that_a_narrator_covers_is_told_with_its_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TextArea(
        id="card", scene="one", text="Look", colour="#ffffff", size=40, box=Box(x=0.1, y=0.1, w=0.4, h=0.2), start=5, end=30
    )  # fmt: skip
    narrator = MovieStrip(
        id="one/ada/avatar", scene="one", name="ada", track="Narrator", start=0, end=60, source="media/a.mov",
        box=Box(x=0.3, y=0.0, w=0.4, h=0.5),
    )  # fmt: skip
    monkeypatch.setattr(activity, "read_report", lambda _: SimpleNamespace(expected=SimpleNamespace(texts=(text,))))
    monkeypatch.setattr(activity, "last_timeline", lambda _: SimpleNamespace(strips=(narrator,)))
    assert [activity._Covered(tmp_path).at(frame) for frame in (4, 5, 30)] == ["", "covered: card 50%  ", ""]
