"""The film is joined from segments without encoding pictures again; ffprobe and ffmpeg are the judges."""

import json
import subprocess
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.film.card import Chapter, FilmCard, SubtitleCue
from lectern.pipeline.film.join import join

OPTIONS = {"preset": "superfast", "crf": "20", "g": "20", "bf": "0"}


def segment(path: Path, levels: range, options: dict[str, str] = OPTIONS) -> Path:
    """A grey picture a frame, its level telling which."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", 30, options)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for level in levels:
            frame = av.VideoFrame.from_ndarray(np.full((36, 64, 3), level * 2, np.uint8), format="rgb24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def sound(path: Path, seconds: float, click: float | None = None) -> Path:
    samples = np.zeros(int(seconds * 48000), np.int16)
    if click is not None:
        samples[int(click * 48000) :][:480] = (np.sin(np.arange(480) * 0.8) * 20000).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(samples.tobytes())
    return path


def probe(file: Path, *what: str) -> dict:
    return json.loads(
        subprocess.run(["ffprobe", "-v", "error", "-of", "json", *what, file], capture_output=True, check=True).stdout
    )


def levels(file: Path) -> list[int]:
    with av.open(str(file)) as film:
        return [round(frame.to_ndarray(format="rgb24").mean() / 2) for frame in film.decode(video=0)]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    card = FilmCard(
        title="Film",
        description="About",
        chapters=(Chapter(start=0, title="One"), Chapter(start=1.0, title="Two — 2")),
        subtitles=(
            SubtitleCue(start=0.5, end=1.2, lines=("Hello",)),
            SubtitleCue(start=1.2, end=2.0, lines=("wörld",)),
        ),
    )
    parts = [segment(tmp_path / "1.mp4", range(30)), segment(tmp_path / "2.mp4", range(30, 67))]
    assert join(parts, sound(tmp_path / "s.wav", 2.0, click=1.5), tmp_path / "film.mp4", card) == 67
    return tmp_path / "film.mp4"


def test_every_frame_is_there_once_in_order(film: Path) -> None:
    assert levels(film) == pytest.approx(list(range(67)), abs=1)


def test_every_frame_decodes_and_the_times_are_even(film: Path) -> None:
    said = subprocess.run(
        ["ffmpeg", "-v", "warning", "-xerror", "-i", film, "-f", "null", "-"], capture_output=True, text=True
    )
    assert (said.returncode, said.stderr) == (0, "")
    times = [
        float(f["pts_time"]) for f in probe(film, "-select_streams", "v", "-show_entries", "frame=pts_time")["frames"]
    ]
    assert times == pytest.approx([number / 30 for number in range(67)], abs=1e-4)


def test_picture_and_sound_are_equally_long_and_begin_together(film: Path) -> None:
    streams = {s["codec_type"]: s for s in probe(film, "-show_streams")["streams"]}
    assert streams["video"]["nb_frames"] == "67"
    assert streams["video"]["r_frame_rate"] == streams["video"]["avg_frame_rate"] == "30/1"
    assert float(streams["video"]["start_time"]) == float(streams["audio"]["start_time"]) == 0
    assert float(streams["audio"]["duration"]) == pytest.approx(67 / 30, abs=1 / 30)
    assert (streams["audio"]["codec_name"], streams["audio"]["sample_rate"], streams["audio"]["channels"]) == (
        "aac",
        "48000",
        2,
    )


def test_a_click_is_heard_when_it_was(film: Path) -> None:
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", film, "-map", "0:a", "-f", "f32le", "-"], capture_output=True, check=True
    )
    heard = np.frombuffer(raw.stdout, np.float32).reshape(-1, 2)
    assert np.argmax(np.abs(heard[:, 0]) > 0.2) / 48000 == pytest.approx(1.5, abs=0.002)


def test_chapters_title_and_subtitles_are_in_it(film: Path) -> None:
    said = probe(film, "-show_chapters", "-show_format")
    assert [(c["start_time"], c["end_time"], c["tags"]["title"]) for c in said["chapters"]] == [
        ("0.000000", "1.000000", "One"), ("1.000000", "2.233000", "Two — 2"),
    ]  # fmt: skip
    assert said["format"]["tags"]["title"] == "Film"
    text = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", film, "-map", "0:s", "-f", "srt", "-"], capture_output=True, check=True
    )
    assert text.stdout.decode().split("\n\n")[:2] == [
        "1\n00:00:00,500 --> 00:00:01,200\nHello", "2\n00:00:01,200 --> 00:00:02,000\nwörld",
    ]  # fmt: skip


def test_the_index_stands_before_the_pictures(film: Path) -> None:
    data = film.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_segments_that_were_encoded_differently_are_refused(tmp_path: Path) -> None:
    parts = [
        segment(tmp_path / "1.mp4", range(9)),
        segment(tmp_path / "2.mp4", range(9), OPTIONS | {"refs": "3", "preset": "slow"}),
    ]
    with pytest.raises(LecternError, match="not encoded alike"):
        join(parts, sound(tmp_path / "s.wav", 1.0), tmp_path / "film.mp4")
    assert not list(tmp_path.glob("*film*"))


HOSTILE = [
    "--> 0\n00:00",
    "<script>alert(1)</script>",
    "a=b;#c\\\n[CHAPTER]\ntitle=x",
    "x" * 300,
    "\u202e数字 😀",
    "'\"`$(id)",
]


def test_hostile_titles_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    titles = tuple(Chapter(start=number / 10, title=title) for number, title in enumerate(HOSTILE))
    lines = (SubtitleCue(start=0.1, end=0.9, lines=("--> <b>{\\an8}", "a & b")),)
    card = FilmCard(title=HOSTILE[2], description="\n".join(HOSTILE), chapters=titles, subtitles=lines)
    parts = [segment(tmp_path / "1.mp4", range(30))]
    join(parts, sound(tmp_path / "s.wav", 1.0), tmp_path / "film.mp4", card)
    found = probe(tmp_path / "film.mp4", "-show_format", "-show_chapters")
    assert found["format"]["tags"]["title"] == card.title
    assert found["format"]["tags"]["comment"] == card.description
    stored = [chapter["tags"]["title"] for chapter in found["chapters"]]
    assert stored == HOSTILE
