"""An episode built by a real Blender from its command line, and its timeline in that Blender and in the module."""

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from small_episode import write_episode

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def built(installed, shared: Path) -> Path:
    """The small episode with its film, made by the real Blender."""
    folder = write_episode(shared / "small")
    installed.run("-b", "--command", "lectern", "build", folder, "--trust", "--quiet", seconds=600)
    return folder


def test_the_film_is_there_at_its_length(built):
    with av.open(str(built / "renders" / "film.mp4")) as film:
        video, sound = film.streams.video[0], film.streams.audio[0]
        assert (video.width, video.height, video.average_rate) == (1920, 1080, 30)
        assert 10 <= video.frames / 30 <= 30
        assert abs(float(sound.duration * sound.time_base) - video.frames / 30) < 0.1


@pytest.mark.parametrize("frame", [60, 300])
def test_a_frame_of_the_film_is_the_same_in_the_real_blender_and_in_the_module(installed, built, shared, frame):
    script = shared / "frame_of_episode.py"
    script.write_bytes((HERE / script.name).read_bytes())
    real, module = shared / f"built-real-{frame}.png", shared / f"built-module-{frame}.png"
    installed.run("-b", "--python", script, "--", built, frame, real)
    subprocess.run([sys.executable, script, "--", built, str(frame), module], check=True, capture_output=True)
    difference = np.abs(np.asarray(Image.open(real), int) - np.asarray(Image.open(module), int))
    assert difference.shape == (1080, 1920, 3) and difference.max() <= 2
