"""Every kind of take that a build makes."""

from collections.abc import Mapping

from ..avatar.live.recipes import face_recipes
from ..avatar.recipe import NARRATOR
from ..avatar.treatment import BakeRequest, treatment_recipe
from ..capture.picture.footage import FOOTAGE
from ..capture.picture.picture import PICTURE
from ..capture.picture.plate import PLATE
from ..capture.recipes import CAPTURE
from ..capture.picture.sprite import SPRITE
from ..episode.model import Settings
from ..film.recipe import segment_recipe
from ..jobs.recipe import Recipe
from ..sound.recipe import SOUND
from ..voice.recipe import voice_recipe
from .faces import faces
from .renderer import Renderer, find_renderer
from .segment_render import renders_with
from .voices import voice_registry


def recipes(settings: Settings) -> Mapping[str, Recipe]:
    """The recipes by kind; Blender is looked for only when one of them needs it."""
    voice = voice_recipe(voice_registry(settings))
    made = (voice, CAPTURE, FOOTAGE, PLATE, SPRITE, PICTURE, NARRATOR, SOUND, *blender_recipes(_Later(settings)))
    made += face_recipes(faces(settings))
    return {recipe.kind: recipe for recipe in made}


def blender_recipes(renderer: Renderer) -> tuple[Recipe, Recipe]:
    """The recipes of treatments and of segments, which Blender makes."""

    def bake(request: BakeRequest) -> None:
        renderer.run("bake", {"items": [{**plate.model_dump(), "asset": request.asset} for plate in request.plates]})

    return treatment_recipe(bake), segment_recipe(renders_with(renderer))


class _Later:
    """A renderer that is found when it is first used: most workers never need one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def run(self, *task: object) -> dict[str, object]:
        return find_renderer(self._settings.blender).run(*task)
