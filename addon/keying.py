"""Chroma and difference keys as node groups of Blender's compositor, and keying clips with them.

The groups are in `assets/compositor/keying.blend`, where a person can change them; `build_asset` wrote the file that
Lectern ships. They compute what `pipeline/faces/keying.py` does: the figure's colour is extended outwards from the
pixels that surely show nothing else, and alpha is how far a pixel lies on the way from the background to that colour.
"""

from pathlib import Path
from typing import Any

import bpy

from ..pipeline.base.renderer import ReportProgress
from .compositor import Wiring, node_group, set_exact_render
from .output import literal_path, render_animation

CHROMA = "Chroma Key"
DIFFERENCE = "Difference Key"

KEY = "Key colour"
PLATE = "Background plate"
TOLERANCE = "Tolerance"
NOISE = "Noise"
BAND = "Edge in pixels"
"""The labels of the nodes that a request sets, and of one (the edge) that only a person changes."""

EDGE_PIXELS = 3
"""Width of the figure's edge: antialiasing, and colour at half resolution."""
MIN_ALPHA = 0.02
"""Below this alpha, a pixel's own colour can't be worked out."""

type Socket = bpy.types.NodeSocket


def key(request: dict[str, Any], report: ReportProgress) -> None:
    """Key a clip, given as the values of a `KeyRequest`: QuickTime RLE in, QuickTime RLE with alpha out."""
    with node_group(request["group"], Path(request["asset"])) as nodes:
        _configure(nodes, request)
        scene = bpy.data.scenes.new("Lectern key")
        try:
            strip = scene.sequence_editor_create().strips.new_movie(
                "clip", request["source"], 1, 1, fit_method="ORIGINAL"
            )
            element = strip.elements[0]
            set_exact_render(scene, element.orig_width, element.orig_height)
            _set_output(scene, request)
            strip.modifiers.new(request["group"], "COMPOSITOR").node_group = nodes
            render_animation(scene, request["frames"], report)
        finally:
            bpy.data.scenes.remove(scene)


def build_asset(file: Path) -> None:
    """Write the asset that Lectern ships. Closes the file that is open in Blender."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    for name, background in ((CHROMA, _key_colour), (DIFFERENCE, _plate)):
        wiring = Wiring(name)
        wiring.finish(_keyed(wiring, background(wiring)))
        wiring.tree.asset_mark()
        wiring.tree.use_fake_user = True
    bpy.ops.wm.save_as_mainfile(filepath=str(file), compress=True, copy=True)


def _configure(nodes: bpy.types.NodeTree, request: dict[str, Any]) -> None:
    """Set the group's nodes for this clip. A node that a person has removed is left out."""
    by_label = {node.label: node for node in nodes.nodes}
    for label, value in (
        (KEY, (*request["colour"], 1.0)),
        (TOLERANCE, request["tolerance"]),
        (NOISE, request["noise"]),
    ):
        if label in by_label:
            by_label[label].outputs[0].default_value = value
    if PLATE in by_label:
        by_label[PLATE].image = bpy.data.images.load(request["plate"])


def _set_output(scene: bpy.types.Scene, request: dict[str, Any]) -> None:
    render, image = scene.render, scene.render.image_settings
    scene.frame_start, scene.frame_end = 1, request["frames"]
    render.fps, render.filepath = request["fps"], literal_path(request["destination"])
    image.media_type, image.file_format = "VIDEO", "FFMPEG"
    render.ffmpeg.format, render.ffmpeg.codec, render.ffmpeg.audio_codec = "QUICKTIME", "QTRLE", "NONE"
    image.color_mode = "RGBA"


def _key_colour(w: Wiring) -> Socket:
    """Add the background as a single colour (sRGB)."""
    node = w.node("CompositorNodeRGB", KEY)
    node.outputs[0].default_value = (0.0, 0.75, 0.25, 1.0)
    return node.outputs[0]


def _plate(w: Wiring) -> Socket:
    """Add the background as a picture."""
    return _to_srgb(w, w.node("CompositorNodeImage", PLATE).outputs["Image"])


def _keyed(w: Wiring, background: Socket) -> Socket:
    picture = _to_srgb(w, w.image)
    difference = _vector(w, "SUBTRACT", picture, background, "Off the background")
    is_background = w.math("LESS_THAN", _largest(w, difference), _value(w, TOLERANCE, 1.5 / 255), "Background")
    is_figure = w.math("SUBTRACT", 1.0, _grown(w, is_background), "Figure alone")
    figure = _extended(w, picture, is_figure)
    span = _vector(w, "SUBTRACT", figure, background, "Background to figure")
    alpha = _alpha(w, difference, span, is_background, is_figure)
    colour = _colour(w, picture, background, difference, figure, alpha, is_figure)
    node = w.node("CompositorNodeSetAlpha", "Cut out")
    w.link(_linear(w, colour), node.inputs["Image"])
    w.link(alpha, node.inputs["Alpha"])
    node.inputs["Type"].default_value = "Apply Mask"
    return node.outputs["Image"]


def _alpha(w: Wiring, difference: Socket, span: Socket, is_background: Socket, is_figure: Socket) -> Socket:
    """Project a pixel onto the way from background to figure (0..1); what may be noise counts as 0 or 1."""
    length = w.math("MAXIMUM", _dot(w, span, span), 1e-5, "Length squared")
    projected = w.math("DIVIDE", _dot(w, difference, span), length, "Projected")
    share = w.math(
        "DIVIDE", w.math("MULTIPLY", _value(w, NOISE, 0.0), 2.0, ""), w.math("SQRT", length, 0.0, ""), "Noise"
    )
    noise = w.math("MINIMUM", share, 0.2, "")
    scale = w.math("SUBTRACT", 1.0, w.math("MULTIPLY", noise, 2.0, ""), "")
    edge = w.math("DIVIDE", w.math("SUBTRACT", projected, noise, ""), scale, "Edge", clamp=True)
    visible = w.math("MULTIPLY", edge, w.math("SUBTRACT", 1.0, is_background, ""), "")
    return w.math("MAXIMUM", visible, is_figure, "Alpha")


def _colour(
    w: Wiring, picture: Socket, background: Socket, difference: Socket, figure: Socket, alpha: Socket, is_figure: Socket
) -> Socket:
    """Take the background out of the edge's colour. Where too little is left, use the figure's colour beside it."""
    inverse = w.math("DIVIDE", 1.0, w.math("MAXIMUM", alpha, MIN_ALPHA, ""), "")
    unmixed = _vector(w, "ADD", background, _scaled(w, difference, inverse), "Without background")
    clamped = _vector(w, "MINIMUM", _vector(w, "MAXIMUM", unmixed, (0.0, 0.0, 0.0), ""), (1.0, 1.0, 1.0), "")
    weight = w.math("DIVIDE", w.math("SUBTRACT", alpha, 0.1, ""), 0.3, "Trust", clamp=True)
    return _mix_vectors(w, is_figure, _mix_vectors(w, weight, figure, clamped), picture)


def _extended(w: Wiring, picture: Socket, is_figure: Socket) -> Socket:
    """Extend the colour of the pixels in `is_figure` outwards."""
    alone = w.node("CompositorNodeSetAlpha", "Alone")
    w.link(picture, alone.inputs["Image"])
    w.link(is_figure, alone.inputs["Alpha"])
    node = w.node("CompositorNodeInpaint", "Carried outwards")
    node.inputs["Size"].default_value = 4 * EDGE_PIXELS
    w.link(alone.outputs["Image"], node.inputs["Image"])
    return node.outputs["Image"]


def _to_srgb(w: Wiring, image: Socket) -> Socket:
    return _converted(w, image, "Linear Rec.709", "sRGB")


def _linear(w: Wiring, image: Socket) -> Socket:
    return _converted(w, image, "sRGB", "Linear Rec.709")


def _converted(w: Wiring, image: Socket, source: str, target: str) -> Socket:
    node = w.node("CompositorNodeConvertColorSpace", "")
    node.from_color_space, node.to_color_space = source, target
    w.link(image, node.inputs["Image"])
    return node.outputs["Image"]


def _grown(w: Wiring, mask: Socket) -> Socket:
    node = w.node("CompositorNodeDilateErode", BAND)
    node.inputs["Size"].default_value = EDGE_PIXELS
    w.link(mask, node.inputs["Mask"])
    return node.outputs["Mask"]


def _value(w: Wiring, label: str, value: float) -> Socket:
    node = w.node("ShaderNodeValue", label)
    node.outputs[0].default_value = value
    return node.outputs[0]


def _vector(w: Wiring, operation: str, a: object, b: object, label: str) -> Socket:
    node = w.node("ShaderNodeVectorMath", label)
    node.operation = operation
    for socket, value in zip(node.inputs, (a, b), strict=False):
        if isinstance(value, tuple):
            socket.default_value = value
        else:
            w.link(value, socket)
    return node.outputs["Vector"]


def _scaled(w: Wiring, vector: Socket, factor: Socket) -> Socket:
    node = w.node("ShaderNodeVectorMath", "")
    node.operation = "SCALE"
    w.link(vector, node.inputs[0])
    w.link(factor, node.inputs["Scale"])
    return node.outputs["Vector"]


def _dot(w: Wiring, a: Socket, b: Socket) -> Socket:
    node = w.node("ShaderNodeVectorMath", "")
    node.operation = "DOT_PRODUCT"
    w.link(a, node.inputs[0])
    w.link(b, node.inputs[1])
    return node.outputs["Value"]


def _largest(w: Wiring, vector: Socket) -> Socket:
    """Return the largest absolute component of a vector."""
    parts = w.node("ShaderNodeSeparateXYZ", "")
    w.link(_vector(w, "ABSOLUTE", vector, (0.0, 0.0, 0.0), ""), parts.inputs[0])
    return w.math("MAXIMUM", w.math("MAXIMUM", parts.outputs[0], parts.outputs[1], ""), parts.outputs[2], "")


def _mix_vectors(w: Wiring, factor: Socket, a: Socket, b: Socket) -> Socket:
    node = w.node("ShaderNodeMix", "")
    node.data_type = "VECTOR"
    w.link(factor, node.inputs["Factor"])
    vectors = [socket for socket in node.inputs if socket.type == "VECTOR" and socket.name in "AB"]
    w.link(a, vectors[0])
    w.link(b, vectors[1])
    return next(socket for socket in node.outputs if socket.type == "VECTOR")
