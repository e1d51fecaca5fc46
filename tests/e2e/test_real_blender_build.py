"""An episode built by a real Blender from its command line, and its timeline in that Blender and in the module."""

from pathlib import Path

import av
import numpy as np
import pytest
from small_episode import write_episode

pytestmark = [pytest.mark.blender, pytest.mark.film]


@pytest.fixture(scope="module")
def built(installed, shared: Path) -> Path:
    """The small episode with its film, made by the real Blender."""
    folder = write_episode(shared / "small", settings="[film]\nwidth = 1280\nheight = 720\n")
    installed.run("-b", "--command", "lectern", "build", folder, "--trust", "--quiet", seconds=600)
    return folder


def test_the_film_is_there_at_its_length(built):
    with av.open(str(built / "renders" / "film.mp4")) as film:
        video, sound = film.streams.video[0], film.streams.audio[0]
        assert (video.width, video.height, video.average_rate) == (1280, 720, 30)
        assert 10 <= video.frames / 30 <= 30
        assert abs(float(sound.duration * sound.time_base) - video.frames / 30) < 0.1


def test_frames_of_the_film_are_the_same_in_the_real_blender_and_in_the_module(in_both_blenders, built):
    for frame, (real, module) in in_both_blenders(built, 60, 300)[1].items():
        assert real.shape == (720, 1280, 3) and np.abs(real - module).max() <= 2, frame
