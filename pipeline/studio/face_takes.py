"""The takes that photographed narrators need: planned scene by scene, paid for with the person's consent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..avatar.live.face import FACE, FaceRequest
from ..avatar.live.lips import LipsRequest
from ..avatar.live.matte import AUTO, MatteRequest
from ..avatar.live.motion import MotionRequest
from ..avatar.live.portrait import PortraitRequest
from ..avatar.live.providers import STILL
from ..avatar.live.recipes import face_recipes
from ..avatar.live.speech import Sound
from ..avatar.live.stretch import STRETCH, StretchRequest
from ..avatar.live.work import Choice, chosen
from ..avatar.sources import name_of, treatment_file
from ..episode.model import Character, Episode, Provider
from ..jobs.recipe import Recipe
from ..jobs.takes import take_key
from ..layout.model import NarratorPlace
from ..model import Frozen
from ..services.keys import host_of
from ..services.registry import Registry
from ..services.usage import Usage
from ..services.voice import Lane
from .arranging import Arranged
from .costs import estimate
from .digests import digest_of
from .faces import choice_of
from .recording import Recordings
from .spoken import strictest
from .workshop import ELSEWHERE, Wanted, Workshop


@dataclass(frozen=True)
class Planned:
    """A take that a narrator needs: what it is made of and after, what it would use, and the lane that it waits in."""

    recipe: Recipe
    request: Frozen
    label: str
    after: tuple["Planned", ...] = ()
    usage: Usage | None = None
    priority: int = 0
    lane: Lane | None = None

    @cached_property
    def key(self) -> str:
        return take_key(self.recipe, self.request)

    def all(self) -> Iterator["Planned"]:
        """This one, after all that it needs."""
        for before in self.after:
            yield from before.all()
        yield self


class Faces:
    """One build's photographed narrators."""

    def __init__(self, shop: Workshop, episode: Episode, recordings: Recordings, registry: Registry) -> None:
        self._shop, self._episode, self._recordings, self._registry = shop, episode, recordings, registry
        self._fps = episode.settings.film.fps
        self._recipes = {recipe.kind: recipe for recipe in face_recipes(registry)}

    def allow(self, planned: Iterable[Planned]) -> None:
        """Asks the person, once, for what is not there yet and would be paid; limits what is asked for at once."""
        steps = {step.key: step for clip in planned for step in clip.all()}
        missing = (step for step in steps.values() if self._shop.missing(step.recipe, [step.request]))
        self._shop.allow(estimate(step.usage for step in missing))
        for lane in strictest(step.lane for step in steps.values() if step.lane):
            self._shop.limit(lane.name, lane.most)

    def want(self, planned: Planned) -> Wanted:
        """Asks for the take and everything it is made of."""
        after = [self.want(before) for before in planned.after]
        lane = planned.lane.name if planned.lane else ""
        return self._shop.want(planned.recipe, planned.request, planned.label, after=after, lane=lane, priority=planned.priority)

    def plan(self, arranged: Arranged, place: NarratorPlace) -> Planned:
        """The clip of a narrator in a scene."""
        character, frames = self._episode.character(place.character), arranged.schedule.frames
        where = f'scene "{arranged.scene.id}": {character.name}'
        portrait, sounds = self._portrait(character), tuple(self._sounds(arranged, character.id))
        speaks = bool(sounds) and character.lipsync is not None and character.lipsync.provider != STILL
        made = self._lips(character, portrait, sounds, frames, where) if speaks else self._motion(character, portrait)
        cut = self._matte(character, portrait, made, frames / self._fps, where)
        face = FaceRequest(
            matte=cut.key, in_step=speaks, pixels=place.pixels, mirrored=place.mirrored, fps=self._fps, frames=frames
        )  # fmt: skip
        return Planned(FACE, face, where, (cut,))

    def _portrait(self, character: Character) -> Planned:
        label, recipe = f"{character.name}: portrait", self._recipes["portrait"]
        if not character.generate:
            name = name_of(character.portrait, Path(character.file), self._episode.folder)
            return Planned(recipe, PortraitRequest(file=name, digest=digest_of(self._episode.folder / name)), label, priority=3)
        provider, settings = self._chosen("image", character.generate)
        request = PortraitRequest(generate=self._choice("image", character, character.generate), prompt=character.prompt)
        return Planned(recipe, request, label, usage=provider.cost(settings), priority=3, lane=_lane(provider, settings))

    def _motion(self, character: Character, portrait: Planned) -> Planned:
        provider, settings = self._chosen("motion", character.motion)
        request = MotionRequest(portrait=portrait.key, motion=self._choice("motion", character, character.motion), fps=self._fps)
        label, lane = f"{character.name}: motion", _lane(provider, settings)
        return Planned(self._recipes["motion"], request, label, (portrait,), provider.cost(settings), 3, lane)

    def _lips(self, character: Character, portrait: Planned, sounds: tuple[Sound, ...], frames: int, where: str) -> Planned:
        provider, settings = self._chosen("lipsync", character.lipsync)
        stretch = self._stretch(character, portrait, frames, where) if provider.takes(settings) == "video" else None
        seconds = frames / self._fps
        request = LipsRequest(
            portrait=portrait.key, stretch=stretch.key if stretch else None, lipsync=self._choice("lipsync", character, character.lipsync),
            sounds=sounds, seconds=seconds,
        )  # fmt: skip
        after, usage = (portrait, stretch) if stretch else (portrait,), provider.cost(settings, seconds)
        return Planned(self._recipes["lips"], request, f"{where}: lips", after, usage, 2, _lane(provider, settings))

    def _stretch(self, character: Character, portrait: Planned, frames: int, where: str) -> Planned:
        motion = self._motion(character, portrait)
        request = StretchRequest(motion=motion.key, portrait=portrait.key, frames=frames, fps=self._fps)
        return Planned(STRETCH, request, f"{where}: motion", (portrait, motion), priority=2)

    def _matte(self, character: Character, portrait: Planned, made: Planned, seconds: float, where: str) -> Planned:
        choice = self._choice("matting", character, character.matting)
        request = MatteRequest(portrait=portrait.key, kind=made.recipe.kind, clip=made.key, matting=choice, fps=self._fps)
        usage = lane = None
        if choice != AUTO:
            provider, settings = self._chosen("matting", character.matting)
            usage, lane = provider.cost(settings, seconds), _lane(provider, settings)
        return Planned(self._recipes["matte"], request, f"{where}: background", (portrait, made), usage, lane=lane)

    def _chosen(self, kind: str, step: Provider) -> tuple[Any, Any]:
        return chosen(self._registry, kind, choice_of(step))

    def _choice(self, kind: str, character: Character, step: Provider) -> Choice:
        """The choice of a step, with the hashes of the files that do it. What is asked for in words begins with how the
        character looks."""
        choice = choice_of(step)
        if choice == AUTO:
            return choice
        settings = self._chosen(kind, step)[1]
        files = {"plugin": self._registry.origin(kind, step.provider), "asset": self._asset(settings)}
        asked = getattr(settings, "prompt", None)
        if not character.prompt or asked is None:
            return choice.model_copy(update=files)
        said = {**dict(choice.settings), "prompt": ". ".join(filter(None, [character.prompt.rstrip(" ."), asked]))}
        return choice.model_copy(update={"settings": tuple(said.items()), **files})

    def _asset(self, settings: Any) -> str:
        """The hash of the node groups that a step's settings name ("": none)."""
        name = getattr(settings, "asset", "")
        return digest_of(treatment_file(name, self._episode.folder)) if name else ""

    def _sounds(self, arranged: Arranged, character: str) -> Iterator[Sound]:
        for line in arranged.schedule.lines:
            if line.speaker == character:
                _, _, key, audio = self._recordings.voice_sources[line.id].split("/")
                for part in line.parts:
                    yield Sound(voice=key, audio=audio, start=part.start, source_start=part.source_start, source_end=part.source_end)


def _lane(provider: Any, settings: Any) -> Lane | None:
    """How many takes of a step are asked for at once; those of one host share a lane. None: what Lectern does itself."""
    most, address = getattr(settings, "parallel", None), getattr(settings, "base_url", "")
    return Lane(name=f"{ELSEWHERE}{host_of(address) if address else provider.name}", most=most) if most else None
