"""Proxies are for playing: videos that are larger than the film get one, and the film never has it."""

from pathlib import Path

import av
import bpy
import numpy as np
import pytest
from PIL import Image
from two_scenes import episode

from lectern.addon.proxies import heavy_strips

RED, BLUE = (200, 30, 30), (30, 30, 200)


def _video(file: Path, colour: tuple[int, int, int], size: tuple[int, int], codec: str, pixels: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(file), "w") as container:
        stream = container.add_stream(codec, rate=30)
        (stream.width, stream.height), stream.pix_fmt = size, pixels
        picture = np.full((size[1], size[0], 3), colour, np.uint8)
        for _ in range(4):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return file


def _strip(scene: bpy.types.Scene, file: Path) -> bpy.types.MovieStrip:
    return scene.sequence_editor.strips.new_movie(file.stem, str(file), 9, 100)


def test_a_video_larger_than_the_film_plays_a_proxy_and_the_film_has_the_original(panel, tmp_path):
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep")))
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = 320, 180
    strip = _strip(scene, _video(tmp_path / "large.mp4", RED, (640, 360), "libx264", "yuv420p"))
    _video(tmp_path / "BL_proxy/large.mp4/proxy_50.avi", BLUE, (320, 180), "mjpeg", "yuvj420p")
    assert bpy.ops.lectern.make_proxies() == {"FINISHED"}
    assert (strip.use_proxy, strip.proxy.build_50, strip.proxy.build_25) == (True, True, False)
    scene.frame_set(101)
    scene.render.filepath = str(tmp_path / "frame.png")
    scene.render.image_settings.file_format = "PNG"
    bpy.ops.render.render(write_still=True)
    seen = Image.open(tmp_path / "frame.png").convert("RGB").getpixel((160, 90))
    assert seen == pytest.approx(RED, abs=3)


def test_what_is_as_large_as_the_film_needs_none_and_the_button_says_so(panel, tmp_path):
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep")))
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = 320, 180
    _strip(scene, _video(tmp_path / "same.mp4", RED, (320, 180), "libx264", "yuv420p"))
    assert [*heavy_strips(scene)] == []
    with pytest.raises(RuntimeError, match="No video here is larger than the film"):
        bpy.ops.lectern.make_proxies()
