"""A page's pixels reach Blender's strips without loss, and stay legible when the film is encoded."""

from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from strip_stage import in_blender
from support.assets import ASSETS, THEME
from support.contexts import context_in

from lectern.pipeline.base.box_track import CameraView
from lectern.pipeline.base.geometry import Camera
from lectern.pipeline.capture.pictures import PICTURES, write_pictures
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.capture.window import window_boxes
from lectern.pipeline.drawing.closeup import CLOSE_UP, CloseUpRequest
from lectern.pipeline.drawing.footage import FOOTAGE, FootageRequest, footage_request
from lectern.pipeline.film.segments import Encoding
from lectern.pipeline.jobs.take_file import write_card
from lectern.pipeline.timing.fit import FitPiece, FitPlan

SIZE, FRAME, FPS = (1504, 900), (1920, 1080), 30
CAMERA = Camera(scale=1.6, x=0.4, y=0.4)
LINES = ("def total(orders: list[Order]) -> Money:", '    """The sum of all orders, 17 % tax included."""',
         "    return sum(o.price * 1.17 for o in orders)", "", "The quick brown fox jumps over the lazy dog 0123456789")  # fmt: skip


@cache
def drawn() -> Image.Image:
    """Draw dark text on white above bright text on black, at four times the size of the page."""
    w, h = (side * 4 for side in SIZE)
    picture = Image.new("RGB", (w, h), "#ffffff")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, h // 2, w, h), fill="#121829")
    face = ImageFont.truetype(ASSETS / "fonts/JetBrainsMono-Regular.ttf", 120)
    for half, ink in ((0, "#1c2333"), (h // 2, "#dfe6fb")):
        for number, line in enumerate(LINES):
            draw.text((160, half + 160 + 240 * number), line, font=face, fill=ink)
    return picture


def page(scale: int) -> np.ndarray:
    """Return the page as a screen with `scale` times as many pixels shows it."""
    return np.asarray(drawn().reduce(4 // scale))


def recorded(root: Path, sharp: bool) -> FootageRequest:
    """A capture of one still page, and its footage of twelve frames."""
    folder = root / "capture" / f"k{sharp:d}"
    folder.mkdir(parents=True)
    write_pictures(folder / PICTURES, [page(1)])
    if sharp:
        write_pictures(folder / "sharp.mkv", [page(2)])
    take = CaptureTake(
        kind="terminal", size=SIZE, pictures=PICTURES, times=(0.0,), duration=1.5, events=(), title="shop",
        sharp="sharp.mkv" if sharp else "", sharp_of=(0,) if sharp else (), sharpness=2.0 if sharp else 1.0,
    )  # fmt: skip
    write_card(folder, folder.parent.name, folder.name, {"result": take.model_dump(mode="json")})
    plan = FitPlan(pieces=(FitPiece(source_start=0, source_end=1.5, start=0, end=1.5),))
    return footage_request(folder.name, take, plan, FPS, (0, 12), window_boxes(SIZE, FRAME)["left"], FRAME, THEME)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """Frames as Blender shows them, uint8 RGB, and the luma of one as it is encoded."""
    root = tmp_path_factory.mktemp("sharp")
    request = recorded(root, True)
    for name, recipe, wanted in (
        ("footage", FOOTAGE, request),
        ("close", CLOSE_UP, CloseUpRequest(footage=request, cameras=(CameraView(frame=0, camera=CAMERA),))),
        (
            "soft",
            CLOSE_UP,
            CloseUpRequest(footage=recorded(root, False), cameras=(CameraView(frame=0, camera=CAMERA),)),
        ),
    ):
        (root / "media" / name).mkdir(parents=True)
        recipe.make(wanted, root / "media" / name, context_in(root, root))
    in_blender(root, """
from lectern.addon.output import set_video
canvas = (1920, 1080)
tracks = tuple(Track(name=name, channel=number) for number, name in enumerate(("Picture A", "Picture close"), start=1))
near = (CameraKeyframe(frame=12, **camera), CameraKeyframe(frame=48, **camera))
shown = (
    movie("a/footage", "Picture A", 0, 12, "footage/footage.mov"),
    movie("a/again", "Picture A", 12, 48, "footage/footage.mov", camera=near),
    movie("a/soft", "Picture close", 24, 36, "soft/close-up.mov"),
    movie("a/close", "Picture close", 36, 48, "close/close-up.mov"),
)
compile_timeline(Timeline(title="Sharp", fps=30, size=canvas, frames=48, tracks=tracks,
                          scenes=(SceneSpan(id="a", title="A", start=0, end=48),), strips=shown), scene, root)
for name, frame in {"plain": 5, "enlarged": 18, "soft": 30, "close": 42}.items():
    np.save(root / f"{name}.npy", picture(frame, root).astype(np.uint8))
set_video(scene, root / "film.mp4", **encoding)
scene.frame_start, scene.frame_end = 1, 10
bpy.ops.render.render(animation=True)
""", camera=CAMERA.model_dump(), encoding=Encoding().model_dump())  # fmt: skip
    found = {name: np.load(root / f"{name}.npy") for name in ("plain", "enlarged", "soft", "close")}
    with av.open(str(root / "film.mp4")) as film:
        plane = [frame for frame in film.decode(video=0)][8].planes[0]
    found["luma"] = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: FRAME[1], : FRAME[0]]
    return found


def content(picture: np.ndarray) -> np.ndarray:
    left, top, right, bottom = window_boxes(SIZE, FRAME)["left"].pixels(FRAME)
    return picture[top:bottom, left:right]


def luma(rgb: np.ndarray) -> np.ndarray:
    return 16 + 219 / 255 * (rgb.astype(float) @ (0.2126, 0.7152, 0.0722))


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / ((one.astype(float) - other) ** 2).mean()))


def truth() -> np.ndarray:
    """What a screenshot at the zoom's scale would show, where the zoomed text is: the page drawn four times as large."""
    left, top, right, bottom = window_boxes(SIZE, FRAME)["left"].pixels(FRAME)
    large = Image.new("RGB", (4 * FRAME[0], 4 * FRAME[1]))
    large.paste(drawn(), (4 * left, 4 * top))
    half = 0.5 / CAMERA.scale
    edges = [
        e * 4 * s
        for e, s in zip((CAMERA.x - half, CAMERA.y - half, CAMERA.x + half, CAMERA.y + half), FRAME * 2, strict=True)
    ]
    return np.asarray(large.resize(FRAME, Image.Resampling.BOX, box=tuple(edges)))


def test_blender_shows_exactly_the_pages_pixels(seen: dict[str, np.ndarray]) -> None:
    assert np.array_equal(content(seen["plain"]), page(1))


def test_text_has_40_decibels_at_least_after_the_final_encode(seen: dict[str, np.ndarray]) -> None:
    wanted, got = luma(content(seen["plain"])), content(seen["luma"])
    for top in (40, 490):
        for number, line in enumerate(LINES):
            box = np.s_[top + 60 * number : top + 60 * number + 42, 40 : 40 + 18 * len(line)]
            assert not line or psnr(wanted[box], got[box]) >= 40.0, line


def test_a_zoom_shows_the_sharp_picture_and_not_an_enlarged_one(seen: dict[str, np.ndarray]) -> None:
    box = np.s_[60:560, 260:1500]
    wanted = luma(truth())[box]
    enlarged, soft, close = (psnr(luma(seen[name])[box], wanted) for name in ("enlarged", "soft", "close"))
    assert close > enlarged + 6 and close > soft + 4 and soft >= enlarged - 1, (enlarged, soft, close)
