"""The narrators' shadow and rim light as node groups of Blender's compositor, and baking pictures with them.

The groups are in `assets/compositor/narrator.blend`, where a person can change them; `build_asset` wrote the file that
Lectern ships. Each group turns a picture into another: what lies behind the figure (`SHADOW`) or on top of it (`RIM`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

from ..pipeline.base.errors import LecternError
from .output import literal_path

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
"""Colours are linear RGBA; softness, drop and width are fractions of the picture's width."""

COLUMN = 220
"""Horizontal distance of nodes in Blender's node editor."""


def bake(source: Path, destination: Path, group: str, asset: Path) -> None:
    """Apply the node group `group` of the file `asset` to the picture `source`, and write the result to `destination`.

    Both are PNG, RGBA, 8 bit, straight alpha. Raises LecternError if the asset has no such group.
    """
    with node_group(group, asset) as nodes, _bake_scene(source) as scene:
        scene.sequence_editor.strips[0].modifiers.new(group, "COMPOSITOR").node_group = nodes
        scene.render.filepath = literal_path(destination)
        bpy.ops.render.render(write_still=True, scene=scene.name)


def build_asset(file: Path, preview: Path) -> None:
    """Write the asset that Lectern ships, with a scene that shows the groups at work on the picture `preview`.

    Closes the file that is open in Blender: `bpy.data.libraries.write`, which would not, crashes Blender 5.2.3 when it
    writes a scene.
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
    """Append a node group from the file `asset`, and remove it in the end. Raises LecternError if it is not there."""
    with bpy.data.libraries.load(str(asset), link=False) as (available, appended):
        if name not in available.node_groups:
            others = ", ".join(available.node_groups) or "none"
            raise LecternError(f'{asset} has no node group "{name}", only: {others}. Rename one of them.')
        appended.node_groups = [name]
    nodes = appended.node_groups[0]
    try:
        yield nodes
    finally:
        bpy.data.node_groups.remove(nodes)


@contextmanager
def _bake_scene(source: Path) -> Iterator[bpy.types.Scene]:
    """Add a scene with the picture as its only strip, which would render it unchanged, bit for bit; remove it in the end."""
    scene = bpy.data.scenes.new("Lectern bake")
    try:
        strip = scene.sequence_editor_create().strips.new_image(source.stem, str(source), 1, 1, fit_method="ORIGINAL")
        element = strip.elements[0]
        set_exact_render(scene, element.orig_width, element.orig_height)
        yield scene
    finally:
        bpy.data.scenes.remove(scene)


def set_exact_render(scene: bpy.types.Scene, width: int, height: int) -> None:
    """Set `scene` to render frame 1 as an RGBA PNG of that size, in which pixels come out as they went in."""
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
    """Wire light from above: the pixels that the figure covers and the figure moved down does not."""
    alpha = w.alpha(w.image)
    below = w.blurred(w.shifted(alpha, RIM_WIDTH, "Width"), RIM_SOFTNESS, "Softness")
    edge = w.math("MULTIPLY", w.math("SUBTRACT", 1.0, below, "Not below", clamp=True), alpha, "At the edge")
    return w.coloured(RIM_COLOUR, w.math("MULTIPLY", edge, RIM_STRENGTH, "Strength"), "Light colour")


def _preview(picture: Path) -> bpy.types.NodeTree:
    """Wire shadow, figure and rim together, for a person to look at in the compositor."""
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
    """A compositor node group that is being wired. Its nodes lie from left to right in the order they are added."""

    def __init__(self, name: str, takes_picture: bool = True) -> None:
        """Create the group `name`. Its output is a picture, and so is its input, `image`, if it takes one."""
        self.tree = bpy.data.node_groups.new(name, "CompositorNodeTree")
        self.tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
        if takes_picture:
            self.tree.interface.new_socket("Image", in_out="INPUT", socket_type="NodeSocketColor")
            self.image = self.node("NodeGroupInput", "").outputs["Image"]

    def finish(self, result: bpy.types.NodeSocket) -> None:
        """Make `result` the output of the group."""
        self.link(result, self.node("NodeGroupOutput", "").inputs["Image"])

    def node(self, kind: str, label: str) -> bpy.types.Node:
        """Add a node of Blender's type `kind`."""
        node = self.tree.nodes.new(kind)
        node.label, node.location = label, (COLUMN * (len(self.tree.nodes) - 1), 0)
        return node

    def link(self, source: bpy.types.NodeSocket, target: bpy.types.NodeSocket) -> None:
        """Link an output to an input."""
        self.tree.links.new(source, target)

    def alpha(self, image: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        """Return the alpha of `image` as a value."""
        node = self.node("CompositorNodeSeparateColor", "Silhouette")
        self.link(image, node.inputs["Image"])
        return node.outputs["Alpha"]

    def pixels(self, fraction: float, label: str) -> bpy.types.NodeSocket:
        """Return a length in pixels that a person sets as a fraction of the picture's width."""
        node = self.node("CompositorNodeRelativeToPixel", label)
        node.data_type, node.reference_dimension = "FLOAT", "X"
        node.inputs[1].default_value = fraction
        self.link(self.image, node.inputs["Image"])
        return node.outputs[0]

    def blurred(self, image: bpy.types.NodeSocket, fraction: float, label: str) -> bpy.types.NodeSocket:
        """Blur `image` over a fraction of the picture's width."""
        size = self.pixels(fraction, label)
        node = self.node("CompositorNodeBlur", "")
        self.link(image, node.inputs["Image"])
        self.link(size, node.inputs["Size"])
        return node.outputs["Image"]

    def shifted(self, image: bpy.types.NodeSocket, fraction: float, label: str) -> bpy.types.NodeSocket:
        """Move `image` down by a fraction of the picture's width, in whole pixels."""
        down = self.math("MULTIPLY", self.pixels(fraction, label), -1.0, "Down")
        node = self.node("CompositorNodeTranslate", "")
        self.link(image, node.inputs["Image"])
        self.link(self.math("ROUND", down, 0.0, ""), node.inputs["Y"])
        return node.outputs["Image"]

    def math(self, operation: str, a: object, b: object, label: str, clamp: bool = False) -> bpy.types.NodeSocket:
        """Compute with two values, each a number or an output of a node; `operation` is Blender's name for it."""
        node = self.node("ShaderNodeMath", label)
        node.operation, node.use_clamp = operation, clamp
        for socket, value in zip(node.inputs, (a, b), strict=False):
            if isinstance(value, float):
                socket.default_value = value
            else:
                self.link(value, socket)
        return node.outputs[0]

    def coloured(self, colour: tuple[float, ...], mask: bpy.types.NodeSocket, label: str) -> bpy.types.NodeSocket:
        """Return a picture of one colour (linear RGBA) with `mask` as its alpha."""
        node = self.node("CompositorNodeSetAlpha", label)
        node.inputs["Image"].default_value = colour
        self.link(mask, node.inputs["Alpha"])
        return node.outputs["Image"]

    def over(self, background: bpy.types.NodeSocket, foreground: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        """Put `foreground` over `background`."""
        node = self.node("CompositorNodeAlphaOver", "")
        self.link(background, node.inputs["Background"])
        self.link(foreground, node.inputs["Foreground"])
        return node.outputs["Image"]

    def through(self, group: str, image: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        """Send `image` through another node group of the open file."""
        node = self.node("CompositorNodeGroup", "")
        node.node_tree = bpy.data.node_groups[group]
        self.link(image, node.inputs["Image"])
        return node.outputs["Image"]
