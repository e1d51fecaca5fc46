"""The recipes of all steps of a photographed face."""

from ...jobs.recipe import Recipe
from ...services.registry import Registry
from .face import FACE
from .lips import lips_recipe
from .matte import matte_recipe
from .motion import motion_recipe
from .portrait import portrait_recipe
from .stretch import STRETCH


def face_recipes(registry: Registry) -> tuple[Recipe, ...]:
    """From the portrait to the narrator's clip, with the providers of `registry`."""
    return (
        portrait_recipe(registry), motion_recipe(registry), STRETCH, lips_recipe(registry), matte_recipe(registry), FACE
    )  # fmt: skip
