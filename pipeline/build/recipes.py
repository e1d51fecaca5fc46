"""Every kind of take that a build makes, and the worker processes that make them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..avatar.recipe import NARRATOR
from ..avatar.treatment import TreatmentRequest, TreatmentTake, treatment_recipe
from ..base.episode_paths import EpisodePaths
from ..base.frozen import Frozen
from ..base.renderer import LazyRenderer, Renderer
from ..capture.html.record import CLIP
from ..capture.recipes import CAPTURE
from ..drawing.footage import FOOTAGE
from ..drawing.lettering import LETTERING
from ..drawing.picture import PICTURE
from ..drawing.plate import PLATE
from ..drawing.sprite import SPRITE
from ..episode.folder import settings_in
from ..faces.face import face_recipes
from ..film.sound import SOUND
from ..jobs.queue import Queue
from ..jobs.recipe import JobContext, Recipe
from ..jobs.takes import TakeStore
from ..jobs.worker import serve
from ..providers.episode_providers import Providers
from ..services.plugins import Plugin, blaming_plugins
from ..sounds.takes import EFFECTS, MUSIC
from ..timeline.overlay_clips import OVERLAY_RECIPES
from ..voice.recipe import voice_recipe
from .segment_take import SegmentRequest, SegmentTake, segment_recipe


class BlenderRecipes(NamedTuple):
    """The recipes of what Blender makes: the narrators' shadow and light, and the film's segments."""

    treatment: Recipe[TreatmentRequest, TreatmentTake]
    segment: Recipe[SegmentRequest, SegmentTake]


def blender_recipes(renderer: Renderer) -> BlenderRecipes:
    """Return the recipes of what `renderer` makes."""
    return BlenderRecipes(treatment_recipe(renderer), segment_recipe(renderer))


def recipes(providers: Providers) -> Mapping[str, Recipe[Any, Any]]:
    """Return all recipes by kind; Blender is looked for only when one of them needs it."""
    every: tuple[Recipe[Any, Any], ...] = (
        voice_recipe(providers.registry),
        CAPTURE,
        FOOTAGE,
        *OVERLAY_RECIPES,
        PLATE,
        SPRITE,
        PICTURE,
        LETTERING,
        CLIP,
        NARRATOR,
        MUSIC,
        EFFECTS,
        SOUND,
        *blender_recipes(LazyRenderer(providers.settings.blender.program)),
        *face_recipes(providers.registry),
    )
    return {recipe.kind: _blaming_plugins(recipe, providers.plugins) for recipe in every}


def work(
    folder: Path,
    *,
    run: str,
    config: Path | None = None,
    plugins: tuple[Plugin, ...] = (),
    programs: Path | None = None,
) -> None:
    """Make the takes of the episode in `folder` that the parent's `run` asks for, until the parent ends or says so.

    `plugins` are those that the person trusts, as the parent found them; programs run in the copy `programs`.
    """
    paths, providers = EpisodePaths(folder=folder), Providers(settings_in(folder, config), plugins, programs)
    store = TakeStore(paths.media)
    with Queue(paths.database, has=store.has, run=run) as queue:
        serve(queue, store, recipes(providers), folder)


def _blaming_plugins(recipe: Recipe[Any, Any], plugins: tuple[Plugin, ...]) -> Recipe[Any, Any]:
    """Return the recipe; a fault in a plug-in's code while it makes a take names the plug-in's file and line."""

    def make(request: Frozen, folder: Path, context: JobContext) -> Frozen:
        with blaming_plugins(plugins):
            take: Frozen = recipe.make(request, folder, context)
        return take

    return recipe.model_copy(update={"make": make}) if plugins else recipe
