"""Footage that can't be shown is a problem that `check` names; what can be shown keeps what is transparent."""

import re
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from lectern.pipeline.base.video import _says_alpha
from lectern.pipeline.capture.material.decoding import read_video, video_seconds
from lectern.pipeline.studio.check import check

SIZE = (64, 48)
BEHIND = "#336699"


def encoded(file: Path, codec: str, pix: str, frames: int = 50, **options: str) -> Path:
    """Write frames with an opaque square on a transparent ground, and noise that no codec makes small."""
    with av.open(str(file), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = *SIZE, pix
        for number in range(frames):
            picture = np.zeros((SIZE[1], SIZE[0], 4), np.uint8)
            picture[..., 1] = np.random.default_rng(number).integers(0, 255, picture.shape[:2])
            picture[10:30, 10:30, 3] = 255
            frame = av.VideoFrame.from_ndarray(picture, format="rgba")
            container.mux(stream.encode(frame.reformat(format=pix)))
        container.mux(stream.encode(None))
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An episode with files of many kinds."""
    film = tmp_path / "film"
    (film / "shots").mkdir(parents=True)
    (film / "none").mkdir()
    for number in (1, 2):
        Image.new("RGBA", (8, 8)).save(film / "shots" / f"frame_{number:04d}.png")
    for name in ("bad.png", "bad.mp4", "notes.txt"):
        (film / name).write_bytes(b"no video")
    with wave.open(str(film / "talk.wav"), "wb") as sound:
        sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(8000)
        sound.writeframes(bytes(16000))
    encoded(film / "good.mp4", "libx264", "yuv420p")
    encoded(film / "whole.avi", "mjpeg", "yuvj420p")
    (film / "cut.avi").write_bytes((film / "whole.avi").read_bytes()[:-9000])
    encoded(film / "whole.mkv", "libx264", "yuv420p", g="5")
    (film / "cut.mkv").write_bytes((film / "whole.mkv").read_bytes()[: (film / "whole.mkv").stat().st_size * 6 // 10])
    (film / "cut.mp4").write_bytes((film / "good.mp4").read_bytes()[:-3000])
    return film


SEQUENCE = "is a sequence of pictures, and Lectern takes one file; .*ffmpeg -framerate 25 -i shots/frame_%04d.png -c:v png shots.mov"


@pytest.mark.parametrize(
    ("block", "line", "says"),
    [
        ("file: bad.png", 7, "can't read bad.png as a picture"),
        ("file: bad.mp4", 7, "bad.mp4 can't be read as a video: .*convert it"),
        ("file: notes.txt", 7, "notes.txt can't be read as a video"),
        ("file: talk.wav", 7, "talk.wav has no pictures in it"),
        ("file: cut.mp4", 7, "cut.mp4 can't be read as a video: .*cut off or damaged"),
        ("file: cut.avi", 7, "cut.avi can't be read as a video: .*cut off or damaged"),
        (
            "file: cut.mkv",
            7,
            r"cut.mkv was cut off: it ends at 1\.\d s, and says that it is longer; copy it again, or write end: 1\.\d",
        ),
        ("file: cut.mkv\nend: 0.8", 0, ""),
        ("file: whole.mkv", 0, ""),
        ("file: shots/frame_%04d.png", 7, SEQUENCE),
        ("file: shots/frame_####.png", 7, SEQUENCE),
        ("file: shots", 7, SEQUENCE),
        ("file: none", 7, '"none" is a folder; name a file in it'),
        ("file: none/a_%03d.png", 7, "is a sequence of pictures"),
        ("file: good.mp4\nstart: 9", 7, "start: 9 is beyond the end of good.mp4, which lasts 2.00 s"),
        ("file: good.mp4\nend: 0", 7, "end: 0 is not after start: 0"),
        ("file: good.mp4\nsteps:\n  - moment: 2.5", 9, "2.5 s is outside of what is shown of good.mp4: 0 to 2.00 s"),
        ("file: good.mp4\nsteps:\n  - moment: 1.5", 0, ""),
        ("file: shots/frame_0001.png\nsteps:\n  - moment: 1.5", 0, ""),
    ],
)
def test_what_can_not_be_shown_is_named_before_anything_is_built(
    folder: Path, block: str, line: int, says: str
) -> None:
    (folder / "script.md").write_text(f"# A\n\nSay this.\n\n```capture\nkind: footage\n{block}\n```\n")
    problems = check(folder).problems
    if not says:
        assert problems == ()
        return
    assert [told.line for told in problems] == [line]
    assert re.search(says, problems[0].message), problems[0].message


def test_a_video_as_a_picture_is_told_what_shows_videos(folder: Path) -> None:
    (folder / "script.md").write_text("# A\n\nSay this.\n\n```overlay\nkind: image\nfile: good.mp4\n```\n")
    assert [told.message for told in check(folder).problems] == [
        "good.mp4 is a video, and an image is a picture; a video is shown by a capture block with kind: footage"
    ]


@pytest.mark.parametrize(
    ("name", "codec", "pix", "options"),
    [
        ("a.mov", "png", "rgba", {}),
        ("b.mov", "qtrle", "argb", {}),
        ("c.mov", "prores_ks", "yuva444p10le", {"profile": "4"}),
        ("d.mov", "cfhd", "gbrap12le", {}),
        ("e.mkv", "ffv1", "bgra", {}),
        ("f.avi", "utvideo", "gbrap", {}),
        ("g.webm", "libvpx", "yuva420p", {"auto-alt-ref": "0"}),
        ("h.webm", "libvpx-vp9", "yuva420p", {}),
    ],
)
def test_what_is_transparent_stays_so(tmp_path: Path, name: str, codec: str, pix: str, options: dict[str, str]) -> None:
    file = encoded(tmp_path / name, codec, pix, 10, **options)
    pictures = list(read_video(file, SIZE, BEHIND, 0, None))
    assert len(pictures) == 10 and video_seconds(file) == pytest.approx(0.4, abs=0.01)
    assert abs(pictures[0][1][2, 2].astype(int) - (0x33, 0x66, 0x99)).max() <= 1
    assert pictures[0][1][20, 20, 2] < 0x40


def _described(*units: tuple[int, bytes]) -> bytes:
    """An MP4's description of HEVC with such units."""
    return bytes(23) + b"".join(bytes([0x80 | kind, 0, 1, 0, len(unit)]) + unit for kind, unit in units)


@pytest.mark.parametrize(
    ("extra", "alpha"),
    [
        (_described((32, b"\x40\x01\x0c"), (39, b"\x4e\x01\xa5\x04abcd")), True),
        (_described((32, b"\x40\x01\x0c"), (39, b"\x4e\x01\x05\x04abcd")), False),
        (_described((32, b"\x40\x01\x0c\xa5")), False),
        (b"", False),
        (_described((39, b"\x4e\x01\xa5"))[:-1], False),
    ],
)
def test_an_alpha_layer_is_known_by_what_the_file_says_of_it(extra: bytes, alpha: bool) -> None:
    assert _says_alpha(extra) is alpha
