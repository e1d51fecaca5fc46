"""What a narrator costs a film: CPU milliseconds a frame, drawn, treated and encoded, against two other ways.

`python benchmarks/narrator.py` prints, for clips of 320, 400 and 480 px: the narrator's recipe, with its plates baked
beforehand (their cost is stated, and spread over the clip); the same poses drawn whole by resvg, frame by frame; and
(once) Blender's compositor laying the shadow under every frame. All in one run and in one process, CPU seconds.
"""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import av
import bpy
from costs import cpu_of, say
from PIL import Image

import lectern
from lectern.addon.compositor import SHADOW, bake
from lectern.pipeline.avatar.arms import arm_svg
from lectern.pipeline.avatar.artwork import Artwork, markup, read_artwork, translate_svg
from lectern.pipeline.avatar.clip import write_narrator
from lectern.pipeline.avatar.drawing import Figure
from lectern.pipeline.avatar.features import face, features, jaw
from lectern.pipeline.avatar.grid import rasterize_svg
from lectern.pipeline.avatar.performance import performance
from lectern.pipeline.avatar.pose import Pose
from lectern.pipeline.avatar.recipe import make_narrator
from lectern.pipeline.avatar.rig import ARMS
from lectern.pipeline.avatar.take import Gesture, GestureKind, NarratorRequest
from lectern.pipeline.avatar.treatment import TreatmentRequest, make_treatment
from lectern.pipeline.jobs.recipe import JobContext
from lectern.pipeline.jobs.take_file import write_card
from lectern.pipeline.services.voice import Phoneme

ASSETS = Path(lectern.__file__).parent / "assets"
DRAWING = ASSETS / "avatars" / "ada.svg"
ASSET = ASSETS / "compositor" / "narrator.blend"
FRAMES = 900
FEW = 30
SPEECH = "wɛlkəm bæk tʊ ðə wɜːkʃɑp tədeɪ wi bɪld ə smɔːl ɹoʊbɑt fɜːst oʊpən ðə saɪd pænəl "


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for pixels in (320, 400, 480):
            measure(pixels, Path(folder) / str(pixels))
        say(f"Blender lays a shadow under every frame, 400 px: {compositor_ms(400, Path(folder)):.1f} ms a frame")


def measure(pixels: int, folder: Path) -> None:
    folder.mkdir()
    request = narrator(pixels)
    context, treated = JobContext(folder, folder), folder / "treatment" / "plates"
    treated.mkdir(parents=True)
    plates = cpu_of(lambda: make_treatment(InBlender(), treatment(pixels), treated, context))
    write_card(treated, treated.parent.name, treated.name, {"result": {}})
    ours = cpu_of(lambda: make_narrator(request, folder, context))
    artwork = read_artwork(DRAWING)
    poses = performance(request, artwork.facing, artwork.rig)[:FEW]
    whole = cpu_of(
        lambda: write_narrator(folder / "whole.mov", (drawn_whole(artwork, p, pixels) for p in poses), pixels, 30)
    )
    size = (folder / "narrator.mov").stat().st_size / FRAMES / 1024
    each, other = ours / FRAMES * 1000, whole / FEW * 1000
    say(
        f"{pixels} px: {each:.2f} ms a frame ({size:.0f} KB), plates {plates:.2f} s once "
        f"(+{plates / FRAMES * 1000:.2f} ms over {FRAMES} frames); resvg whole {other:.2f} ms, {other / each:.1f} times"
    )


def narrator(pixels: int) -> NarratorRequest:
    said = [(i * 0.08, symbol) for i, symbol in enumerate(SPEECH * 5) if symbol != " "]
    sounds = [Phoneme(symbol=symbol, start=0.5 + at, end=0.58 + at) for at, symbol in said]
    return NarratorRequest(
        character="ada", drawing=str(DRAWING), drawing_hash="", treatment_hash="", treatment="plates", pixels=pixels,
        mirrored=False, fps=30, frames=FRAMES, phonemes=tuple(sounds), stresses=tuple(range(1, 29)), gestures=moves(),
    )  # fmt: skip


def moves() -> tuple[Gesture, ...]:
    """A gesture every three seconds."""
    kinds: tuple[GestureKind, ...] = ("beat", "point", "beat", "open", "one", "beat", "point", "two", "beat")
    return tuple(Gesture(kind=k, apex=2.0 + 3 * i, until=3.0 + 3 * i, x=2.0, y=0.3) for i, k in enumerate(kinds))


def treatment(pixels: int) -> TreatmentRequest:
    return TreatmentRequest(
        drawing=str(DRAWING), drawing_hash="", pixels=pixels, mirrored=False, asset=str(ASSET), asset_hash=""
    )


class InBlender:
    """A renderer that is the Blender in which this runs."""

    def run(self, task: str, request: Mapping[str, Any], report: Callable[[float], None] = print) -> dict[str, Any]:
        for item in request["items"]:
            bake(Path(item["source"]), Path(item["destination"]), item["group"], Path(item["asset"]))
        return {}


def drawn_whole(artwork: Artwork, pose: Pose, pixels: int) -> Image.Image:
    """The pose as one SVG, without its treatment."""
    groups = artwork.groups
    turned = f'<g transform="translate({pose.dx} {pose.dy}) rotate({pose.tilt} {artwork.pivot[0]} {artwork.pivot[1]})">'
    parts = translate_svg(pose.turn * 3, pose.pitch * 3, "".join(f.svg(f.state(pose)) for f in features(artwork)))
    moving = {"face": face(artwork, jaw(pose)), "features": parts}
    head = "".join(moving.get(e.get("id", "")) or markup(e) for e in groups["head"])
    back, bust = markup(groups["hair_back"]), markup(groups["body"], groups["neck"], groups["collar"])
    arms = (
        {n: arm_svg(artwork, n, artwork.rig.arm(n), getattr(pose, n) or artwork.rig.arm(n).rest) for n in ARMS}
        if artwork.rig
        else {}
    )
    svg = f"{turned}{back}</g>{bust}{arms.get('far', '')}{turned}{head}</g>{arms.get('near', '')}"
    return rasterize_svg(artwork, svg, (0, 0, pixels, pixels), pixels / artwork.canvas)


def compositor_ms(pixels: int, folder: Path) -> float:
    """CPU milliseconds a frame where a clip goes through the shadow's node group as a strip modifier."""
    figure = Figure(read_artwork(DRAWING), pixels)
    write_narrator(folder / "plain.mov", (figure.draw(Pose(tilt=i / 10)) for i in range(FEW)), pixels, 30)
    scene = bpy.data.scenes.new("frame by frame")
    scene.render.resolution_x = scene.render.resolution_y = pixels
    scene.frame_start, scene.frame_end = 1, FEW
    strips = scene.sequence_editor_create().strips
    strip = strips.new_movie("clip", str(folder / "plain.mov"), 1, 1, fit_method="ORIGINAL")
    with bpy.data.libraries.load(str(ASSET)) as (_, wanted):
        wanted.node_groups = [SHADOW]
    strip.modifiers.new("shadow", "COMPOSITOR").node_group = wanted.node_groups[0]
    image = scene.render.image_settings
    image.media_type, image.file_format = "VIDEO", "FFMPEG"
    scene.render.ffmpeg.format, scene.render.ffmpeg.codec = "QUICKTIME", "QTRLE"
    image.color_mode = "RGBA"
    scene.render.filepath = str(folder / "shadowed.mov")
    spent = cpu_of(lambda: bpy.ops.render.render(animation=True, scene=scene.name))
    with av.open(str(folder / "shadowed.mov")) as clip:
        assert sum(1 for _ in clip.decode(video=0)) == FEW
    return spent / FEW * 1000


if __name__ == "__main__":
    main()
