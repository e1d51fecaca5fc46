"""The takes that photographed narrators need: planned scene by scene, paid for with the person's consent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ..avatar.sources import name_of, treatment_file
from ..avatar.take import NarratorTake
from ..base.files import file_digest
from ..base.frozen import Frozen
from ..episode.characters import Character, NamedProvider
from ..faces.face import FACE, FaceRequest, face_recipes
from ..faces.lips import LipsRequest, VoiceSpan
from ..faces.matte import AUTO, MatteRequest
from ..faces.motion import MotionRequest
from ..faces.portrait import PortraitRequest
from ..faces.provider_call import ProviderChoice, resolve_provider
from ..faces.stretch import STRETCH, StretchRequest
from ..jobs.recipe import Recipe, take_key
from ..layout.model import NarratorPlace
from ..providers.episode_faces import STILL, choice_of
from ..services.face import ImageProvider, LipsProvider, MattingProvider, MotionProvider
from ..services.provider import AnyProvider, Lane
from ..services.usage import Usage
from .build import Build
from .costs import estimate
from .layout_scenes import ArrangedScene
from .record_takes import Recordings
from .take_scheduler import TakeHandle


@dataclass(frozen=True)
class PlannedTake[T: Frozen]:
    """A take that a narrator needs: what it is made of and after, what it would use, and the lane that it waits in."""

    recipe: Recipe[Any, T]
    request: Frozen
    label: str
    after: tuple["PlannedTake[Any]", ...] = ()
    usage: Usage | None = None
    priority: int = 0
    lane: Lane | None = None

    @cached_property
    def key(self) -> str:
        """The key of the take."""
        return take_key(self.recipe, self.request)

    def all(self) -> Iterator["PlannedTake[Any]"]:
        """Yield all that it needs, then this one."""
        for before in self.after:
            yield from before.all()
        yield self


class FaceTakes:
    """One build's photographed narrators."""

    def __init__(self, build: Build, recordings: Recordings) -> None:
        self._scheduler, self._episode, self._recordings = build.scheduler, build.episode, recordings
        self._registry, self._fps = build.providers.registry, build.fps
        self._recipes = {recipe.kind: recipe for recipe in face_recipes(self._registry)}

    def allow(self, planned: Iterable[PlannedTake[Any]]) -> None:
        """Ask the person, once, for what is missing and would be paid; limit what is asked of a service at once."""
        steps = {step.key: step for clip in planned for step in clip.all()}
        missing = [step for step in steps.values() if self._scheduler.missing(step.recipe, [step.request])]
        self._scheduler.allow(estimate(step.usage for step in missing))
        self._scheduler.limit(step.lane for step in steps.values() if step.lane)

    def want[T: Frozen](self, planned: PlannedTake[T]) -> TakeHandle[T]:
        """Ask for a take and everything it is made of."""
        return self._scheduler.want(
            planned.recipe,
            planned.request,
            planned.label,
            after=[self.want(before) for before in planned.after],
            lane=planned.lane,
            at_service=planned.lane is not None,
            priority=planned.priority,
        )

    def plan(self, arranged: ArrangedScene, place: NarratorPlace) -> PlannedTake[NarratorTake]:
        """Return the clip of a narrator in a scene, with everything it is made of. Raises LecternError for wrong settings."""
        character, frames = self._episode.character(place.character), arranged.schedule.frames
        label = f'scene "{arranged.scene.id}": {character.name}'
        portrait, spoken = self._portrait(character), tuple(self._spoken(arranged, character.id))
        lipsync = character.lipsync if spoken and character.lipsync and character.lipsync.provider != STILL else None
        clip = (
            self._lips(character, lipsync, portrait, spoken, frames, label)
            if lipsync
            else self._motion(character, portrait)
        )
        matte = self._matte(character, portrait, clip, frames / self._fps, label)
        face = FaceRequest(
            matte=matte.key,
            in_step=lipsync is not None,
            pixels=place.pixels,
            mirrored=place.mirrored,
            fps=self._fps,
            frames=frames,
        )
        return PlannedTake(FACE, face, label, (matte,))

    def _portrait(self, character: Character) -> PlannedTake[Any]:
        label, recipe = f"{character.name}: portrait", self._recipes["portrait"]
        if not character.generate:
            name = name_of(character.portrait, Path(character.file), self._episode.folder)
            photograph = PortraitRequest(file=name, digest=file_digest(self._episode.folder / name))
            return PlannedTake(recipe, photograph, label, priority=3)
        provider, settings = self._resolve(ImageProvider, character.generate)
        choice = self._choice(ImageProvider, character, character.generate)
        request = PortraitRequest(generate=choice, prompt=character.prompt)
        usage, lane = provider.cost(settings), provider.lane(settings)
        return PlannedTake(recipe, request, label, usage=usage, priority=3, lane=lane)

    def _motion(self, character: Character, portrait: PlannedTake[Any]) -> PlannedTake[Any]:
        provider, settings = self._resolve(MotionProvider, character.motion)
        choice = self._choice(MotionProvider, character, character.motion)
        request = MotionRequest(portrait=portrait.key, motion=choice, fps=self._fps)
        label, lane = f"{character.name}: motion", provider.lane(settings)
        return PlannedTake(self._recipes["motion"], request, label, (portrait,), provider.cost(settings), 3, lane)

    def _lips(
        self,
        character: Character,
        lipsync: NamedProvider,
        portrait: PlannedTake[Any],
        spoken: tuple[VoiceSpan, ...],
        frames: int,
        label: str,
    ) -> PlannedTake[Any]:
        provider, settings = self._resolve(LipsProvider, lipsync)
        stretch = self._stretch(character, portrait, frames, label) if provider.takes(settings) == "video" else None
        seconds = frames / self._fps
        request = LipsRequest(
            portrait=portrait.key,
            stretch=stretch.key if stretch else None,
            lipsync=self._choice(LipsProvider, character, lipsync),
            sounds=spoken,
            seconds=seconds,
        )
        after, usage = (portrait, stretch) if stretch else (portrait,), provider.cost(settings, seconds)
        return PlannedTake(self._recipes["lips"], request, f"{label}: lips", after, usage, 2, provider.lane(settings))

    def _stretch(self, character: Character, portrait: PlannedTake[Any], frames: int, label: str) -> PlannedTake[Any]:
        motion = self._motion(character, portrait)
        request = StretchRequest(motion=motion.key, portrait=portrait.key, frames=frames, fps=self._fps)
        return PlannedTake(STRETCH, request, f"{label}: motion", (portrait, motion), priority=2)

    def _matte(
        self, character: Character, portrait: PlannedTake[Any], clip: PlannedTake[Any], seconds: float, label: str
    ) -> PlannedTake[Any]:
        choice = self._choice(MattingProvider, character, character.matting)
        kind: Literal["motion", "lips"] = "lips" if clip.recipe.kind == "lips" else "motion"
        request = MatteRequest(portrait=portrait.key, kind=kind, clip=clip.key, matting=choice, fps=self._fps)
        usage = lane = None
        if choice != AUTO:
            provider, settings = self._resolve(MattingProvider, character.matting)
            usage, lane = provider.cost(settings, seconds), provider.lane(settings)
        label = f"{label}: background"
        return PlannedTake(self._recipes["matte"], request, label, (portrait, clip), usage, lane=lane)

    def _resolve[P: AnyProvider](self, kind: type[P], step: NamedProvider) -> tuple[P, Any]:
        return resolve_provider(self._registry, kind, choice_of(step))

    def _choice(self, kind: type[AnyProvider], character: Character, step: NamedProvider) -> ProviderChoice:
        """Return who does a step, with the hashes of the files that do it.

        What is asked for in words begins with how the character looks.
        """
        choice = choice_of(step)
        if choice == AUTO:
            return choice
        settings = self._resolve(kind, step)[1]
        files = {"plugin": self._registry.origin(kind, step.provider), "asset": self._asset_hash(settings)}
        prompt = getattr(settings, "prompt", None)
        if not character.prompt or prompt is None:
            return choice.model_copy(update=files)
        words = ". ".join(filter(None, [character.prompt.rstrip(" ."), prompt]))
        pairs = tuple({**dict(choice.settings), "prompt": words}.items())
        return choice.model_copy(update={"settings": pairs, **files})

    def _asset_hash(self, settings: Any) -> str:
        """Return the hash of the node groups that a step's settings name ("": none)."""
        name = getattr(settings, "asset", "")
        return file_digest(treatment_file(name, self._episode.folder)) if name else ""

    def _spoken(self, arranged: ArrangedScene, character: str) -> Iterator[VoiceSpan]:
        """Yield what a character says in a scene: parts of recordings, and when they are heard."""
        recordings = self._recordings
        for line in (line for line in arranged.schedule.lines if line.speaker == character):
            for part in line.parts:
                yield VoiceSpan(
                    voice=recordings.voice_handles[line.id].key,
                    audio=recordings.voices[line.id].audio,
                    start=part.start,
                    source_start=part.source_start,
                    source_end=part.source_end,
                )
