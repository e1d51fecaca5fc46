"""Every kind of take that a build makes."""

from collections.abc import Mapping
from pathlib import Path

from ..avatar.live.recipes import face_recipes
from ..avatar.recipe import NARRATOR
from ..avatar.treatment import BakeRequest, treatment_recipe
from ..capture.html.record import CLIP
from ..capture.picture.footage import FOOTAGE
from ..capture.picture.picture import PICTURE
from ..capture.picture.plate import PLATE
from ..capture.recipes import CAPTURE
from ..capture.picture.sprite import SPRITE
from ..episode.model import Settings
from ..film.recipe import segment_recipe
from ..jobs.recipe import Bench, Recipe
from ..model import Frozen
from ..services.plugins import Plugin, blamed
from ..sound.recipe import SOUND
from ..voice.recipe import voice_recipe
from .faces import faces
from .patching import PATCHES
from .renderer import Renderer, find_renderer
from .segment_render import renders_with
from .voices import voice_registry


def recipes(settings: Settings, plugins: tuple[Plugin, ...] = ()) -> Mapping[str, Recipe]:
    """The recipes by kind; Blender is looked for only when one of them needs it. `plugins` have to be trusted."""
    voice = voice_recipe(voice_registry(settings, plugins))
    made = (voice, CAPTURE, FOOTAGE, *PATCHES, PLATE, SPRITE, PICTURE, CLIP, NARRATOR, SOUND, *blender_recipes(_Later(settings)))
    made += face_recipes(faces(settings, plugins))
    return {recipe.kind: _blaming(recipe, plugins) for recipe in made}


def blender_recipes(renderer: Renderer) -> tuple[Recipe, Recipe]:
    """The recipes of treatments and of segments, which Blender makes."""

    def bake(request: BakeRequest) -> None:
        renderer.run("bake", {"items": [{**plate.model_dump(), "asset": request.asset} for plate in request.plates]})

    return treatment_recipe(bake), segment_recipe(renders_with(renderer))


def _blaming(recipe: Recipe, plugins: tuple[Plugin, ...]) -> Recipe:
    """The recipe; what goes wrong in a plug-in's code while it makes is told with the plug-in's file and line."""

    def make(request: Frozen, folder: Path, bench: Bench) -> Frozen:
        with blamed(plugins):
            return recipe.make(request, folder, bench)

    return recipe.model_copy(update={"make": make}) if plugins else recipe


class _Later:
    """A renderer that is found when it is first used: most workers never need one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def run(self, *task: object) -> dict[str, object]:
        return find_renderer(self._settings.blender).run(*task)
