"""Keys in Blender's compositor: the node groups of their asset, and clips sent through them.

The groups live in `assets/compositor/keying.blend`, where a person opens and changes them; `build_asset` wrote the first.
What they compute is what `pipeline/avatar/live/keying.py` does: the figure's own colour is carried outwards from where it is
surely alone, and the alpha is how far the picture has come from the background to it.
"""

from collections.abc import Callable
from pathlib import Path

import bpy

from .compositor import Wiring, exact, node_group

CHROMA = "Chroma Key"
DIFFERENCE = "Difference Key"

KEY = "Key colour"
PLATE = "Background plate"
TOLERANCE = "Tolerance"
NOISE = "Noise"
BAND = "Edge in pixels"
"""The labels of the nodes that a request sets, and of the one that only a person does."""

PIXELS = 3
"""The edge's width: antialiasing, and colour at half resolution."""
SMALLEST = 0.02
"""The alpha below which a pixel's own colour is not worked out."""

Socket = bpy.types.NodeSocket
Report = Callable[[float], None]


def key(request: dict, report: Report) -> None:
    """Sends a clip through a group (see `KeyRequest` in the pipeline): QuickTime RLE in, QuickTime RLE with alpha out."""
    with node_group(request["group"], Path(request["asset"])) as nodes:
        _set(nodes, request)
        scene = bpy.data.scenes.new("Lectern key")
        try:
            strip = scene.sequence_editor_create().strips.new_movie("clip", request["source"], 1, 1, fit_method="ORIGINAL")
            size = strip.elements[0]
            exact(scene, size.orig_width, size.orig_height)
            _film(scene, request)
            strip.modifiers.new(request["group"], "COMPOSITOR").node_group = nodes
            _rendered(scene, request["frames"], report)
        finally:
            bpy.data.scenes.remove(scene)


def build_asset(file: Path) -> None:
    """Writes the asset as Lectern ships it. What Blender has open is closed for it."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    for name, behind in ((CHROMA, _key_colour), (DIFFERENCE, _plate)):
        wiring = Wiring(name)
        wiring.finish(_keyed(wiring, behind(wiring)))
        wiring.tree.asset_mark()
        wiring.tree.use_fake_user = True
    bpy.ops.wm.save_as_mainfile(filepath=str(file), compress=True, copy=True)


def _set(nodes: bpy.types.NodeTree, request: dict) -> None:
    """Tells the group's nodes what this clip is like; one that a person has taken out is not missed."""
    by_label = {node.label: node for node in nodes.nodes}
    for label, value in ((KEY, (*request["colour"], 1.0)), (TOLERANCE, request["tolerance"]), (NOISE, request["noise"])):
        if label in by_label:
            by_label[label].outputs[0].default_value = value
    if PLATE in by_label:
        by_label[PLATE].image = bpy.data.images.load(request["plate"])


def _film(scene: bpy.types.Scene, request: dict) -> None:
    render, image = scene.render, scene.render.image_settings
    scene.frame_start, scene.frame_end = 1, request["frames"]
    render.fps, render.filepath = request["fps"], request["destination"]
    image.media_type, image.file_format = "VIDEO", "FFMPEG"
    render.ffmpeg.format, render.ffmpeg.codec, render.ffmpeg.audio_codec = "QUICKTIME", "QTRLE", "NONE"
    image.color_mode = "RGBA"


def _rendered(scene: bpy.types.Scene, frames: int, report: Report) -> None:
    done = [0]

    def written(*_: object) -> None:
        done[0] += 1
        report(done[0] / frames)

    bpy.app.handlers.render_write.append(written)
    try:
        bpy.ops.render.render(animation=True, scene=scene.name)
    finally:
        bpy.app.handlers.render_write.remove(written)


def _key_colour(w: Wiring) -> Socket:
    """The background as one colour, given as it is seen (sRGB)."""
    node = w.node("CompositorNodeRGB", KEY)
    node.outputs[0].default_value = (0.0, 0.75, 0.25, 1.0)
    return node.outputs[0]


def _plate(w: Wiring) -> Socket:
    """The background as a picture of itself."""
    return _seen(w, w.node("CompositorNodeImage", PLATE).outputs["Image"])


def _keyed(w: Wiring, behind: Socket) -> Socket:
    seen = _seen(w, w.image)
    off = _vector(w, "SUBTRACT", seen, behind, "Off the background")
    clear = w.math("LESS_THAN", _largest(w, off), _value(w, TOLERANCE, 1.5 / 255), "Background")
    sure = w.math("SUBTRACT", 1.0, _grown(w, clear), "Figure alone")
    figure = _carried(w, seen, sure)
    whole = _vector(w, "SUBTRACT", figure, behind, "Background to figure")
    alpha = _alpha(w, off, whole, clear, sure)
    colour = _colour(w, seen, behind, off, figure, alpha, sure)
    node = w.node("CompositorNodeSetAlpha", "Cut out")
    w.link(_linear(w, colour), node.inputs["Image"])
    w.link(alpha, node.inputs["Alpha"])
    node.inputs["Type"].default_value = "Apply Mask"
    return node.outputs["Image"]


def _alpha(w: Wiring, off: Socket, whole: Socket, clear: Socket, sure: Socket) -> Socket:
    """The projection; what may be noise at either end counts as none or all."""
    length = w.math("MAXIMUM", _dot(w, whole, whole), 1e-5, "Length squared")
    projected = w.math("DIVIDE", _dot(w, off, whole), length, "Projected")
    part = w.math("DIVIDE", w.math("MULTIPLY", _value(w, NOISE, 0.0), 2.0, ""), w.math("SQRT", length, 0.0, ""), "Noise")
    noise = w.math("MINIMUM", part, 0.2, "")
    room = w.math("SUBTRACT", 1.0, w.math("MULTIPLY", noise, 2.0, ""), "")
    edge = w.math("DIVIDE", w.math("SUBTRACT", projected, noise, ""), room, "Edge", clamp=True)
    there = w.math("MULTIPLY", edge, w.math("SUBTRACT", 1.0, clear, ""), "")
    return w.math("MAXIMUM", there, sure, "Alpha")


def _colour(w: Wiring, seen: Socket, behind: Socket, off: Socket, figure: Socket, alpha: Socket, sure: Socket) -> Socket:
    """The edge without its background; where there is next to nothing of it, the figure's colour beside it."""
    inverse = w.math("DIVIDE", 1.0, w.math("MAXIMUM", alpha, SMALLEST, ""), "")
    own = _vector(w, "ADD", behind, _scaled(w, off, inverse), "Without background")
    held = _vector(w, "MINIMUM", _vector(w, "MAXIMUM", own, (0.0, 0.0, 0.0), ""), (1.0, 1.0, 1.0), "")
    trust = w.math("DIVIDE", w.math("SUBTRACT", alpha, 0.1, ""), 0.3, "Trust", clamp=True)
    return _mixed(w, sure, _mixed(w, trust, figure, held), seen)


def _carried(w: Wiring, seen: Socket, sure: Socket) -> Socket:
    alone = w.node("CompositorNodeSetAlpha", "Alone")
    w.link(seen, alone.inputs["Image"])
    w.link(sure, alone.inputs["Alpha"])
    node = w.node("CompositorNodeInpaint", "Carried outwards")
    node.inputs["Size"].default_value = 4 * PIXELS
    w.link(alone.outputs["Image"], node.inputs["Image"])
    return node.outputs["Image"]


def _seen(w: Wiring, image: Socket) -> Socket:
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
    node.inputs["Size"].default_value = PIXELS
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
    """The largest of a vector's parts, whatever their sign."""
    parts = w.node("ShaderNodeSeparateXYZ", "")
    w.link(_vector(w, "ABSOLUTE", vector, (0.0, 0.0, 0.0), ""), parts.inputs[0])
    return w.math("MAXIMUM", w.math("MAXIMUM", parts.outputs[0], parts.outputs[1], ""), parts.outputs[2], "")


def _mixed(w: Wiring, factor: Socket, a: Socket, b: Socket) -> Socket:
    node = w.node("ShaderNodeMix", "")
    node.data_type = "VECTOR"
    w.link(factor, node.inputs["Factor"])
    vectors = [socket for socket in node.inputs if socket.type == "VECTOR" and socket.name in "AB"]
    w.link(a, vectors[0])
    w.link(b, vectors[1])
    return next(socket for socket in node.outputs if socket.type == "VECTOR")
