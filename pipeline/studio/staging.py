"""Third stage of a build: footage fitted to the marks, narrators at their final size, and the small things around them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..avatar.looks import glances
from ..avatar.recipe import NARRATOR
from ..avatar.sources import TREATMENT, drawing_file, name_of, treatment_file
from ..avatar.take import NarratorRequest
from ..avatar.treatment import TreatmentRequest
from ..capture.picture.footage import FOOTAGE, FootageRequest, footage_request
from ..capture.picture.picture import PICTURE, picture_request
from ..capture.picture.plate import PLATE, plate_request
from ..capture.picture.sprite import SPRITE, Name, sprite_request
from ..episode.model import Character, Episode, Scene
from ..jobs.recipe import Recipe
from ..layout.model import ImagePlace, NarratorPlace
from ..layout.theme import Theme
from ..timeline.base import Base, FootageSpan, bases, footage_span
from ..timeline.takes import Patch, SceneTakes, Sprite, Takes, pointer_in_frame
from .arranging import Arranged
from .digests import digest_of
from .face_takes import Faces
from .faces import faces
from .patching import Dress, veiled, wishes
from .recording import Recordings
from .workshop import Wanted, Workshop


def stage(
    shop: Workshop, episode: Episode, theme: Theme, recordings: Recordings, arranged: tuple[Arranged, ...], treatment: Recipe
) -> Takes:
    """Makes every picture that the timeline shows; `treatment` is the recipe of the narrators' plates."""
    set_ = _Set(shop, episode, theme, recordings, arranged, treatment)
    set_.allow(arranged)
    scenes = [set_.scene(scene) for scene in arranged]
    pointer, touch, ripple = (set_.sprite(name) for name in ("pointer", "touch", "ripple"))
    plate = set_.plate()
    shop.make()
    return Takes(
        scenes=tuple(set_.scene_takes(scene, wanted, plate) for scene, wanted in zip(arranged, scenes, strict=True)),
        pointer=set_.sprite_of(pointer),
        touch=set_.sprite_of(touch),
        ripple=set_.sprite_of(ripple),
    )


def stage_narrators(
    shop: Workshop, episode: Episode, theme: Theme, recordings: Recordings, arranged: tuple[Arranged, ...], treatment: Recipe
) -> dict[tuple[str, str], str]:
    """Makes the narrators' clips of `arranged` and nothing else; their files, relative to the episode, by (scene, character)."""
    set_ = _Set(shop, episode, theme, recordings, arranged, treatment)
    set_.allow(arranged)
    wanted = {(scene.scene.id, id): clip for scene in arranged for id, clip in set_.narrators(scene).items()}
    shop.make()
    return {place: set_.video(clip) for place, clip in wanted.items()}


_Patched = tuple[Patch, Wanted]


@dataclass(frozen=True)
class _Wants:
    """What was asked for a scene: footage by capture, narrators by character, images by file, and patches."""

    footage: dict[str, Wanted]
    narrators: dict[str, Wanted]
    images: dict[str, Wanted]
    patches: list[_Patched]


class _Set:
    """One build's third stage."""

    def __init__(
        self, shop: Workshop, episode: Episode, theme: Theme, recordings: Recordings, arranged: tuple[Arranged, ...],
        treatment: Recipe,
    ) -> None:  # fmt: skip
        self._shop, self._episode, self._theme, self._recordings = shop, episode, theme, recordings
        self._scenes, self._schedules = tuple(a.scene for a in arranged), tuple(a.schedule for a in arranged)
        self._treatment = treatment
        self._faces = Faces(shop, episode, recordings, faces(episode.settings, shop.plugins))
        film = episode.settings.film
        self._fps, self._size = film.fps, (film.width, film.height)

    def allow(self, scenes: tuple[Arranged, ...]) -> None:
        """Asks for what photographed narrators would cost, before anything of it is made."""
        places = ((scene, place) for scene in scenes for place in scene.layout.narrators)
        pixels = [pair for pair in places if self._episode.character(pair[1].character).photographed]
        self._faces.allow([self._faces.plan(scene, place) for scene, place in pixels])

    def scene(self, arranged: Arranged) -> _Wants:
        pictures = [image for overlay in arranged.layout.overlays for image in overlay.images]
        filmed = self._filmed(arranged)
        return _Wants(
            footage={id: self._footage(arranged, request) for id, (_, _, request) in filmed.items()},
            narrators=self.narrators(arranged),
            images={image.file: self._image(image) for image in pictures},
            patches=self._patches(arranged, filmed),
        )

    def narrators(self, arranged: Arranged) -> dict[str, Wanted]:
        places = {place.character: place for place in arranged.layout.narrators}
        return {id: self._narrator(arranged, place) for id, place in places.items()}

    def scene_takes(self, arranged: Arranged, wanted: _Wants, plate: Wanted) -> SceneTakes:
        return SceneTakes(
            schedule=arranged.schedule,
            layout=arranged.layout,
            plate=self.video(plate),
            footage={id: self.video(w) for id, w in wanted.footage.items()},
            narrators={id: self.video(w) for id, w in wanted.narrators.items()},
            clips=arranged.clip_sources,
            images={file: self.video(w) for file, w in wanted.images.items()},
            voices={line.id: self._recordings.voice_sources[line.id] for line in arranged.scene.lines},
            pointer=pointer_in_frame(arranged.schedule, arranged.layout, self._recordings.captures),
            patches=tuple(p.model_copy(update={"source": self.video(clip)}) for p, clip in wanted.patches),
        )

    def plate(self) -> Wanted:
        return self._shop.want(PLATE, plate_request(self._theme, self._size, self._fps), "background")

    def sprite(self, name: Name) -> Wanted:
        return self._shop.want(SPRITE, sprite_request(name, self._theme, self._fps), name)

    def sprite_of(self, wanted: Wanted) -> Sprite:
        clip = self._shop.result(wanted)
        hot = (clip.hotspot[0] * clip.size, clip.hotspot[1] * clip.size)
        return Sprite(source=self.video(wanted), size=(clip.size, clip.size), hot=hot, frames=clip.frames)

    def video(self, wanted: Wanted) -> str:
        return f"{wanted.source}/{self._shop.result(wanted).video}"

    def _footage(self, arranged: Arranged, request: FootageRequest) -> Wanted:
        return self._shop.want(FOOTAGE, request, f'scene "{arranged.scene.id}": footage')

    def _filmed(self, arranged: Arranged) -> dict[str, tuple[Base, FootageSpan, FootageRequest]]:
        """By capture: the stretch of the film in which it is seen, the frames of its footage, and the footage's request."""
        stretches = {(b.scene, b.capture): b for b in bases(self._scenes, self._schedules)}
        found = {}
        for shot in arranged.layout.shots:
            span = footage_span(self._scenes, self._schedules, arranged.scene.id, shot.capture)
            request = footage_request(
                self._recordings.capture_keys[shot.capture],
                self._recordings.captures[shot.capture],
                arranged.schedule.plans[shot.capture],
                self._fps,
                (span.first, span.first + span.frames),
                shot.window,
                self._size,
                self._theme,
            )
            base = stretches[arranged.scene.id, shot.capture]
            view = next(view for view in arranged.schedule.views if view.capture == shot.capture)
            found[shot.capture] = base, span, veiled(request, arranged, view, self._recordings, base, span)
        return found

    def _patches(self, arranged: Arranged, filmed: dict[str, tuple[Base, FootageSpan, FootageRequest]]) -> list[_Patched]:
        """What lies over the footage."""
        ids = [scene.id for scene in self._scenes]
        origin = sum(schedule.frames for schedule in self._schedules[: ids.index(arranged.scene.id)])
        dress = Dress(self._theme, self._size, self._fps)
        return [
            (wish.patch, self._shop.want(wish.recipe, wish.request, f'scene "{arranged.scene.id}": {wish.patch.name}'))
            for wish in wishes(arranged, self._recordings, filmed, origin, dress)
        ]

    def _narrator(self, arranged: Arranged, place: NarratorPlace) -> Wanted:
        character, schedule = self._episode.character(place.character), arranged.schedule
        if character.photographed:
            return self._faces.want(self._faces.plan(arranged, place))
        drawing = drawing_name(character, self._episode)
        shared = {
            "drawing": drawing, "drawing_hash": digest_of(drawing_file(drawing, self._episode.folder)),
            "palette": character.palette, "pixels": place.pixels, "mirrored": place.mirrored,
        }  # fmt: skip
        asset_hash = digest_of(treatment_file(TREATMENT, self._episode.folder))
        plates = self._shop.want(
            self._treatment,
            TreatmentRequest(**shared, asset=TREATMENT, asset_hash=asset_hash),
            f"{character.name}: shadow and light at {place.pixels} px",
            priority=2,
        )
        request = NarratorRequest(
            **shared,
            character=character.id,
            treatment_hash=asset_hash,
            treatment=plates.key,
            fps=self._fps,
            frames=schedule.frames,
            phonemes=schedule.phonemes_of(character.id),
            stresses=schedule.stresses_of(character.id),
            listening=schedule.listening(character.id),
            glances=glances(schedule, arranged.layout, self._recordings.captures, place),
            mood=mood_of(arranged.scene, character.id),
            seed=int(hashlib.sha256(f"{arranged.scene.id}/{character.id}".encode()).hexdigest()[:8], 16),
        )
        return self._shop.want(NARRATOR, request, f'scene "{arranged.scene.id}": {character.name}', after=[plates])

    def _image(self, image: ImagePlace) -> Wanted:
        left, top, right, bottom = image.box.pixels(self._size)
        request = picture_request(self._episode.folder, image.file, (right - left, bottom - top), self._fps)
        return self._shop.want(PICTURE, request, image.file)


def drawing_name(character: Character, episode: Episode) -> str:
    """The name of a character's drawing (see avatar/sources.py)."""
    return name_of(character.portrait, Path(character.file), episode.folder)


def mood_of(scene: Scene, character: str) -> str | None:
    """A character's mood in a scene: what is asked of this one, else what is asked of all."""
    moods = {block.character: block.mood for block in scene.avatars if block.mood}
    return moods.get(character, moods.get(None))
