"""The narrators' treatment in Blender's compositor: the node groups of its asset, and baking pictures through them.

The groups live in `assets/compositor/narrator.blend`, where a person opens and changes them; `build_asset` wrote the
first. A group takes a picture and gives one: what lies behind the figure (`SHADOW`) or upon it (`RIM`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

from ..pipeline.errors import LecternError

SHADOW = "Narrator Shadow"
RIM = "Narrator Rim"

SHADOW_COLOUR = (0.0015, 0.002, 0.006, 1.0)
SHADOW_STRENGTH = 0.6
SHADOW_SOFTNESS = 0.045
SHADOW_DROP = 0.012
RIM_COLOUR = (0.78, 0.88, 1.0, 1.0)
RIM_STRENGTH = 0.42
RIM_SOFTNESS = 0.01
RIM_WIDTH = 0.01
"""Colours are linear; lengths are fractions of the picture's width."""

COLUMN = 220


def bake(source: Path, destination: Path, group: str, asset: Path) -> None:
    """Writes the picture `source` as `group` of the file `asset` makes it; PNG, RGBA, 8 bit, straight alpha.

    Raises LecternError where the asset has no such group.
    """
    with node_group(group, asset) as nodes, _stage(source) as scene:
        scene.sequence_editor.strips[0].modifiers.new(group, "COMPOSITOR").node_group = nodes
        scene.render.filepath = str(destination)
        bpy.ops.render.render(write_still=True, scene=scene.name)


def build_asset(file: Path, preview: Path) -> None:
    """Writes the asset as Lectern ships it, with a scene that shows the groups at work on the picture `preview`.

    What Blender has open is closed for it. (Writing a scene with `bpy.data.libraries.write` crashes Blender 5.2.3.)
    """
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    for name, wire in ((SHADOW, _shadow), (RIM, _rim)):
        _new_group(name, wire)
    scene = bpy.data.scenes[0]
    scene.name, scene.compositing_node_group = "Narrator", _preview(preview)
    file.parent.mkdir(parents=True, exist_ok=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(file), compress=True, copy=True)


@contextmanager
def node_group(name: str, asset: Path) -> Iterator[bpy.types.NodeTree]:
    with bpy.data.libraries.load(str(asset), link=False) as (source, wanted):
        if name not in source.node_groups:
            have = ", ".join(source.node_groups) or "none"
            raise LecternError(f'{asset}: there is no node group "{name}"; there are: {have}; rename one of them')
        wanted.node_groups = [name]
    nodes = wanted.node_groups[0]
    try:
        yield nodes
    finally:
        bpy.data.node_groups.remove(nodes)


@contextmanager
def _stage(source: Path) -> Iterator[bpy.types.Scene]:
    """A scene of the picture's size with the picture as its only strip, set to give back what goes in, bit for bit."""
    scene = bpy.data.scenes.new("Lectern bake")
    try:
        strip = scene.sequence_editor_create().strips.new_image(source.stem, str(source), 1, 1, fit_method="ORIGINAL")
        size = strip.elements[0]
        exact(scene, size.orig_width, size.orig_height)
        yield scene
    finally:
        bpy.data.scenes.remove(scene)


def exact(scene: bpy.types.Scene, width: int, height: int) -> None:
    render = scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = width, height, 100
    render.dither_intensity = 0
    render.film_transparent = True
    render.use_file_extension = False
    scene.view_settings.view_transform = "Standard"
    scene.frame_start = scene.frame_end = 1
    image = render.image_settings
    image.file_format, image.color_mode, image.color_depth = "PNG", "RGBA", "8"


def _new_group(name: str, wire: Callable[["Wiring"], bpy.types.NodeSocket]) -> bpy.types.NodeTree:
    wiring = Wiring(name)
    wiring.finish(wire(wiring))
    wiring.tree.asset_mark()
    wiring.tree.use_fake_user = True
    return wiring.tree


def _shadow(w: "Wiring") -> bpy.types.NodeSocket:
    soft = w.blurred(w.alpha(w.image), SHADOW_SOFTNESS, "Softness")
    thin = w.math("MULTIPLY", soft, SHADOW_STRENGTH, "Strength")
    return w.shifted(w.coloured(SHADOW_COLOUR, thin, "Shadow colour"), SHADOW_DROP, "Drop")


def _rim(w: "Wiring") -> bpy.types.NodeSocket:
    """Light from above: what the figure covers, but not the figure moved down."""
    alpha = w.alpha(w.image)
    below = w.blurred(w.shifted(alpha, RIM_WIDTH, "Width"), RIM_SOFTNESS, "Softness")
    edge = w.math("MULTIPLY", w.math("SUBTRACT", 1.0, below, "Not below", clamp=True), alpha, "At the edge")
    return w.coloured(RIM_COLOUR, w.math("MULTIPLY", edge, RIM_STRENGTH, "Strength"), "Light colour")


def _preview(picture: Path) -> bpy.types.NodeTree:
    """Shadow, figure and rim put together, to be looked at in the compositor."""
    w = Wiring("Narrator Preview", takes_picture=False)
    image = bpy.data.images.load(str(picture))
    image.pack()
    node = w.node("CompositorNodeImage", "A narrator at rest")
    node.image = image
    figure = node.outputs["Image"]
    treated = w.over(w.over(w.through(SHADOW, figure), figure), w.through(RIM, figure))
    w.link(treated, w.node("CompositorNodeViewer", "").inputs["Image"])
    w.finish(treated)
    return w.tree


class Wiring:
    """A compositor node group being wired, laid out from left to right in the order in which its nodes are made."""

    def __init__(self, name: str, takes_picture: bool = True) -> None:
        self.tree = bpy.data.node_groups.new(name, "CompositorNodeTree")
        self.tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
        if takes_picture:
            self.tree.interface.new_socket("Image", in_out="INPUT", socket_type="NodeSocketColor")
            self.image = self.node("NodeGroupInput", "").outputs["Image"]

    def finish(self, result: bpy.types.NodeSocket) -> None:
        self.link(result, self.node("NodeGroupOutput", "").inputs["Image"])

    def node(self, kind: str, label: str) -> bpy.types.Node:
        node = self.tree.nodes.new(kind)
        node.label, node.location = label, (COLUMN * (len(self.tree.nodes) - 1), 0)
        return node

    def link(self, source: bpy.types.NodeSocket, target: bpy.types.NodeSocket) -> None:
        self.tree.links.new(source, target)

    def alpha(self, image: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        node = self.node("CompositorNodeSeparateColor", "Silhouette")
        self.link(image, node.inputs["Image"])
        return node.outputs["Alpha"]

    def pixels(self, fraction: float, label: str) -> bpy.types.NodeSocket:
        """A length as a fraction of the picture's width: the node's second input and its first output."""
        node = self.node("CompositorNodeRelativeToPixel", label)
        node.data_type, node.reference_dimension = "FLOAT", "X"
        node.inputs[1].default_value = fraction
        self.link(self.image, node.inputs["Image"])
        return node.outputs[0]

    def blurred(self, image: bpy.types.NodeSocket, fraction: float, label: str) -> bpy.types.NodeSocket:
        size = self.pixels(fraction, label)
        node = self.node("CompositorNodeBlur", "")
        self.link(image, node.inputs["Image"])
        self.link(size, node.inputs["Size"])
        return node.outputs["Image"]

    def shifted(self, image: bpy.types.NodeSocket, fraction: float, label: str) -> bpy.types.NodeSocket:
        """Moved down by whole pixels."""
        down = self.math("MULTIPLY", self.pixels(fraction, label), -1.0, "Down")
        node = self.node("CompositorNodeTranslate", "")
        self.link(image, node.inputs["Image"])
        self.link(self.math("ROUND", down, 0.0, ""), node.inputs["Y"])
        return node.outputs["Image"]

    def math(self, operation: str, a: object, b: object, label: str, clamp: bool = False) -> bpy.types.NodeSocket:
        node = self.node("ShaderNodeMath", label)
        node.operation, node.use_clamp = operation, clamp
        for socket, value in zip(node.inputs, (a, b), strict=False):
            if isinstance(value, float):
                socket.default_value = value
            else:
                self.link(value, socket)
        return node.outputs[0]

    def coloured(self, colour: tuple[float, ...], mask: bpy.types.NodeSocket, label: str) -> bpy.types.NodeSocket:
        node = self.node("CompositorNodeSetAlpha", label)
        node.inputs["Image"].default_value = colour
        self.link(mask, node.inputs["Alpha"])
        return node.outputs["Image"]

    def over(self, under: bpy.types.NodeSocket, upper: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        node = self.node("CompositorNodeAlphaOver", "")
        self.link(under, node.inputs["Background"])
        self.link(upper, node.inputs["Foreground"])
        return node.outputs["Image"]

    def through(self, group: str, image: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        node = self.node("CompositorNodeGroup", "")
        node.node_tree = bpy.data.node_groups[group]
        self.link(image, node.inputs["Image"])
        return node.outputs["Image"]
