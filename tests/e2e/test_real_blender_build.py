"""An episode built by a real Blender from its command line, and its timeline in that Blender and in the module."""

from pathlib import Path

import av
import numpy as np
import pytest
from small_episode import write_episode

pytestmark = [pytest.mark.blender, pytest.mark.film]

SIZE, FPS = (640, 360), 10
SETTINGS = f"[film]\nwidth = {SIZE[0]}\nheight = {SIZE[1]}\nfps = {FPS}\n"


@pytest.fixture(scope="module")
def built(installed, shared: Path) -> Path:
    """The small episode with its film, made by the real Blender."""
    folder = write_episode(shared / "small", settings=SETTINGS)
    installed.run("-b", "--command", "lectern", "build", folder, "--trust", "--quiet", seconds=600)
    return folder


def test_the_film_is_there_at_its_length(built):
    with av.open(str(built / "renders" / "film.mp4")) as film:
        video, sound = film.streams.video[0], film.streams.audio[0]
        assert (video.width, video.height, video.average_rate) == (*SIZE, FPS)
        assert 10 <= video.frames / FPS <= 30
        assert abs(float(sound.duration * sound.time_base) - video.frames / FPS) < 0.1


def test_frames_of_the_film_are_the_same_in_the_real_blender_and_in_the_module(in_both_blenders, built):
    for frame, (real, module) in in_both_blenders(built, 20, 100)[1].items():
        assert real.shape == (*SIZE[::-1], 3) and np.abs(real - module).max() <= 2, frame
