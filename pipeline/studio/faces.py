"""Narrators with a photographed or generated face: who does which step, and the takes that a scene needs."""

from collections.abc import Iterator
from pathlib import Path

from ..avatar.live.face import FACE, FaceRequest
from ..avatar.live.lips import LipsRequest, lips_recipe
from ..avatar.live.matte import AUTO, MatteRequest, matte_recipe
from ..avatar.live.motion import MotionRequest, motion_recipe
from ..avatar.live.portrait import PortraitRequest, portrait_recipe
from ..avatar.live.providers import LOCAL, STILL, out_of_the_box
from ..avatar.live.providers.compositor import KeyRequest
from ..avatar.live.speech import Sound
from ..avatar.live.stretch import STRETCH, StretchRequest
from ..avatar.live.work import Choice, chosen
from ..avatar.sources import name_of
from ..episode.model import Character, Episode, Provider, Settings
from ..errors import LecternError, SourceError
from ..layout.model import NarratorPlace
from ..services.registry import Registry, add_installed
from .arranging import Arranged
from .digests import digest_of
from .recording import Recordings
from .renderer import Report, find_renderer
from .voices import services
from .workshop import Wanted, Workshop


def faces(settings: Settings) -> Registry:
    """What can do the steps of a face, with the person's keys; Blender is looked for only when one of them needs it."""

    def key(request: KeyRequest, report: Report) -> None:
        find_renderer(settings.blender).run("key", request.model_dump(), report)

    registry = out_of_the_box(services(), key)
    add_installed(registry)
    return registry


def refuse_faces(episode: Episode, registry: Registry) -> tuple[SourceError, ...]:
    """What is wrong with the steps of the photographed characters who speak."""
    return tuple(fault for c in photographed(episode) for fault in _faults(c, registry))


def face_findings(episode: Episode) -> tuple[str, ...]:
    """What a viewer would notice."""
    still = [c for c in photographed(episode) if c.lipsync and c.lipsync.provider == STILL]
    return tuple(f'{c.name} speaks with a still mouth, as "lipsync": "{STILL}" in {Path(c.file).name} says' for c in still)


def photographed(episode: Episode) -> tuple[Character, ...]:
    """Those with a face of pixels who speak in the film."""
    speak = {line.speaker for scene in episode.scenes if scene.enabled for line in scene.lines}
    return tuple(c for c in episode.characters if c.photographed and c.id in speak)


def outside(character: Character) -> tuple[Provider, ...]:
    """The steps of a face for which something is contacted or run."""
    steps = (character.generate, character.motion, character.lipsync, character.matting)
    return tuple(step for step in steps if step and step.provider not in LOCAL)


class Faces:
    """One build's photographed narrators."""

    def __init__(self, shop: Workshop, episode: Episode, recordings: Recordings, registry: Registry) -> None:
        self._shop, self._episode, self._recordings, self._registry = shop, episode, recordings, registry
        self._fps = episode.settings.film.fps

    def want(self, arranged: Arranged, place: NarratorPlace) -> Wanted:
        """The clip of a narrator in a scene, and everything it is made of."""
        character, frames = self._episode.character(place.character), arranged.schedule.frames
        where = f'scene "{arranged.scene.id}": {character.name}'
        portrait = self._portrait(character)
        sounds = tuple(self._sounds(arranged, character.id))
        speaks = bool(sounds) and character.lipsync is not None and character.lipsync.provider != STILL
        made = self._lips(character, portrait, sounds, frames, where) if speaks else self._motion(character, portrait)
        matte = MatteRequest(
            portrait=portrait.key, kind="lips" if speaks else "motion", clip=made.key, matting=_choice(character.matting), fps=self._fps
        )  # fmt: skip
        cut = self._shop.want(matte_recipe(self._registry), matte, f"{where}: background", after=[portrait, made])
        face = FaceRequest(
            matte=cut.key, in_step=speaks, pixels=place.pixels, mirrored=place.mirrored, fps=self._fps, frames=frames
        )  # fmt: skip
        return self._shop.want(FACE, face, where, after=[cut])

    def _portrait(self, character: Character) -> Wanted:
        if character.generate:
            request = PortraitRequest(generate=_choice(character.generate), prompt=character.prompt)
        else:
            name = name_of(character.portrait, Path(character.file), self._episode.folder)
            request = PortraitRequest(file=name, digest=digest_of(self._episode.folder / name))
        return self._shop.want(portrait_recipe(self._registry), request, f"{character.name}: portrait", priority=3)

    def _motion(self, character: Character, portrait: Wanted) -> Wanted:
        request = MotionRequest(portrait=portrait.key, motion=_choice(character.motion), fps=self._fps)
        return self._shop.want(motion_recipe(self._registry), request, f"{character.name}: motion", after=[portrait], priority=3)

    def _lips(self, character: Character, portrait: Wanted, sounds: tuple[Sound, ...], frames: int, where: str) -> Wanted:
        provider, settings = chosen(self._registry, "lipsync", _choice(character.lipsync))
        stretch = self._stretch(character, portrait, frames, where) if provider.takes(settings) == "video" else None
        request = LipsRequest(
            portrait=portrait.key, stretch=stretch.key if stretch else None, lipsync=_choice(character.lipsync),
            sounds=sounds, seconds=frames / self._fps,
        )  # fmt: skip
        after = [portrait, *([stretch] if stretch else [])]
        return self._shop.want(lips_recipe(self._registry), request, f"{where}: lips", after=after, priority=2)

    def _stretch(self, character: Character, portrait: Wanted, frames: int, where: str) -> Wanted:
        motion = self._motion(character, portrait)
        request = StretchRequest(motion=motion.key, portrait=portrait.key, frames=frames, fps=self._fps)
        return self._shop.want(STRETCH, request, f"{where}: motion", after=[motion], priority=2)

    def _sounds(self, arranged: Arranged, character: str) -> Iterator[Sound]:
        for line in arranged.schedule.lines:
            if line.speaker == character:
                _, _, key, audio = self._recordings.voice_sources[line.id].split("/")
                for part in line.parts:
                    yield Sound(voice=key, audio=audio, start=part.start, source_start=part.source_start, source_end=part.source_end)


def _choice(provider: Provider) -> Choice:
    return Choice(provider=provider.provider, settings=provider.settings)


def _faults(character: Character, registry: Registry) -> Iterator[SourceError]:
    file = f"characters/{Path(character.file).name}"
    if character.lipsync is None:
        yield SourceError(
            file, 1,
            f'{character.name} speaks, and nobody moves the lips of a photograph by itself; set "lipsync" to one of: '
            f'{", ".join(registry.names("lipsync"))}; or to "{STILL}", if the mouth may stay shut',
        )  # fmt: skip
    steps = (("image", character.generate), ("motion", character.motion), ("lipsync", character.lipsync), ("matting", character.matting))
    for kind, step in steps:
        if step and step.provider != STILL and _choice(step) != AUTO:
            try:
                chosen(registry, kind, _choice(step))
            except LecternError as error:
                yield SourceError(file, 1, str(error))
