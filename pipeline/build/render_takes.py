"""Fourth stage of a build: footage fitted to the marks, narrators at their final size, and what lies over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..avatar.gaze import glances, new_things
from ..avatar.gestures import gestures
from ..avatar.recipe import NARRATOR
from ..avatar.sources import TREATMENT, drawing_file, name_of, treatment_file
from ..avatar.take import NarratorRequest, NarratorTake
from ..avatar.treatment import TreatmentRequest
from ..base.assets import font_file
from ..base.files import digest, file_digest
from ..base.lettering import needs_picture
from ..drawing.drawn_clip import DrawnClip
from ..drawing.footage import FOOTAGE, FootageRequest, FootageTake, footage_request
from ..drawing.lettering import LETTERING, lettering_request
from ..drawing.picture import PICTURE, picture_request
from ..drawing.plate import PLATE, plate_request
from ..drawing.sprite import SPRITE, SpriteName, SpriteTake, sprite_request
from ..episode.blocks import Mood
from ..episode.characters import Character
from ..episode.model import Episode, Scene
from ..episode.moods import mood_of
from ..layout.model import ImagePlace, NarratorPlace
from ..sounds.takes import MusicTake
from ..timeline.background import background_spans
from ..timeline.overlay_clips import FilmedCapture, filmed_capture, pending_overlays
from ..timeline.takes import OverlayClip, SceneTakes, Sprite, Takes, pointer_in_frame
from ..timing.segments import CaptureSegment
from .build import Build
from .face_takes import FaceTakes
from .layout_scenes import ArrangedScene
from .recipes import blender_recipes
from .record_takes import Recordings
from .sound_takes import placed_music, want_effects, want_music
from .take_scheduler import TakeHandle


def render_takes(
    build: Build, recordings: Recordings, scenes: tuple[ArrangedScene, ...]
) -> tuple[Takes, dict[str, NarratorTake]]:
    """Make every picture that the timeline shows; return them, and the takes of drawn narrators by their clip's file."""
    stage = _RenderStage(build, recordings, scenes)
    stage.allow_costs()
    handles = [stage.schedule_scene(scene) for scene in scenes]
    pointer, touch, ripple = (stage.sprite(name) for name in ("pointer", "touch", "ripple"))
    plate = build.scheduler.want(PLATE, plate_request(build.theme, build.size, build.fps), "background")
    music = want_music(build, scenes)
    build.scheduler.make()
    takes = Takes(
        scenes=tuple(stage.scene_takes(scene, of, plate) for scene, of in zip(scenes, handles, strict=True)),
        music=placed_music(music, build.fps, sum(scene.schedule.frames for scene in scenes)),
        pointer=_sprite(pointer),
        touch=_sprite(touch),
        ripple=_sprite(ripple),
    )
    narrators = [handle for of in handles for handle in of.narrators.values()]
    return takes, {_video(n): n.take for n in narrators if n.recipe.kind == NARRATOR.kind}


def render_narrators(
    build: Build, recordings: Recordings, scenes: tuple[ArrangedScene, ...]
) -> dict[tuple[str, str], str]:
    """Make the narrators' clips and nothing else; return their files, relative to the episode, by (scene, character)."""
    stage = _RenderStage(build, recordings, scenes)
    stage.allow_costs()
    handles = {(scene.scene.id, id): clip for scene in scenes for id, clip in stage.narrators(scene).items()}
    build.scheduler.make()
    return {place: _video(handle) for place, handle in handles.items()}


@dataclass(frozen=True)
class _SceneHandles:
    """What was asked for a scene: footage by capture, narrators by character, images by file, clips over the footage.

    `lettering` are the pictures of texts, by overlay and part; `effects` is what its events sound like.
    """

    footage: dict[str, TakeHandle[FootageTake]]
    narrators: dict[str, TakeHandle[NarratorTake]]
    images: dict[str, TakeHandle[DrawnClip]]
    lettering: dict[str, TakeHandle[DrawnClip]]
    overlays: list[tuple[OverlayClip, TakeHandle[Any]]]
    effects: TakeHandle[MusicTake] | None


class _RenderStage:
    """The fourth stage of one build: asks for takes scene by scene, and reads them when they are made."""

    def __init__(self, build: Build, recordings: Recordings, scenes: tuple[ArrangedScene, ...]) -> None:
        self._build, self._recordings, self._scenes = build, recordings, scenes
        spans = background_spans(tuple(s.scene for s in scenes), tuple(s.schedule for s in scenes))
        self._backgrounds = {(span.scene, span.capture): span for span in spans}
        self._faces = FaceTakes(build, recordings)

    def allow_costs(self) -> None:
        """Ask the person for what photographed narrators would cost, before anything of it is made."""
        episode = self._build.episode
        places = [(scene, place) for scene in self._scenes for place in scene.layout.narrators]
        photographed = [pair for pair in places if episode.character(pair[1].character).photographed]
        self._faces.allow([self._faces.plan(scene, place) for scene, place in photographed])

    def schedule_scene(self, scene: ArrangedScene) -> _SceneHandles:
        """Ask for everything that a scene shows."""
        filmed = tuple(self._filmed_capture(scene, segment) for segment in scene.schedule.segments)
        images = [image for overlay in scene.layout.overlays for image in overlay.images]
        return _SceneHandles(
            footage={capture.segment.capture: self._footage(scene, capture.request) for capture in filmed},
            narrators=self.narrators(scene),
            images={image.file: self._image(image) for image in images},
            lettering=self._lettering(scene),
            overlays=self._overlays(scene, filmed),
            effects=want_effects(self._build, scene, self._recordings.captures),
        )

    def narrators(self, scene: ArrangedScene) -> dict[str, TakeHandle[NarratorTake]]:
        """Ask for the clip of everybody who is seen in a scene; by character."""
        places = {place.character: place for place in scene.layout.narrators}
        return {id: self._narrator(scene, place) for id, place in places.items()}

    def sprite(self, name: SpriteName) -> TakeHandle[SpriteTake]:
        """Ask for a sprite in the theme's colours."""
        return self._build.scheduler.want(SPRITE, sprite_request(name, self._build.theme, self._build.fps), name)

    def scene_takes(self, scene: ArrangedScene, handles: _SceneHandles, plate: TakeHandle[Any]) -> SceneTakes:
        """Return the files that were made for a scene."""
        recordings = self._recordings
        return SceneTakes(
            schedule=scene.schedule,
            layout=scene.layout,
            plate=_video(plate),
            footage={id: _video(handle) for id, handle in handles.footage.items()},
            narrators={id: _video(handle) for id, handle in handles.narrators.items()},
            clips={id: _video(handle) for id, handle in scene.clips.items()},
            images={file: _video(handle) for file, handle in handles.images.items()},
            lettering={part: _video(handle) for part, handle in handles.lettering.items()},
            voices={line.id: recordings.voice_file(line.id) for line in scene.scene.lines},
            pointer=pointer_in_frame(scene.schedule, scene.layout, recordings.captures),
            overlay_clips=tuple(
                clip.model_copy(update={"source": _video(handle)}) for clip, handle in handles.overlays
            ),
            effects=handles.effects.file(handles.effects.take.audio) if handles.effects else "",
        )

    def _lettering(self, scene: ArrangedScene) -> dict[str, TakeHandle[DrawnClip]]:
        """Ask for pictures of the texts that Blender's text strips can't show."""
        build = self._build
        texts = {f"{place.overlay}/{text.part}": text for place in scene.layout.overlays for text in place.texts}
        return {
            part: build.scheduler.want(
                LETTERING,
                lettering_request(text, build.size, build.episode.language, build.fps),
                f'scene "{scene.scene.id}": "{text.text.splitlines()[0][:32]}"',
            )
            for part, text in texts.items()
            if needs_picture(font_file(text.font), text.text)
        }

    def _footage(self, scene: ArrangedScene, request: FootageRequest) -> TakeHandle[FootageTake]:
        return self._build.scheduler.want(FOOTAGE, request, f'scene "{scene.scene.id}": footage')

    def _filmed_capture(self, scene: ArrangedScene, segment: CaptureSegment) -> FilmedCapture:
        background = self._backgrounds[scene.scene.id, segment.capture]
        span = background.footage
        request = footage_request(
            self._recordings.capture_keys[segment.capture],
            self._recordings.captures[segment.capture],
            segment.plan,
            self._build.fps,
            (span.first, span.first + span.frames),
            scene.layout.windows[segment.capture],
            self._build.size,
            self._build.theme,
        )
        return filmed_capture(segment, background, scene.layout, self._recordings.captures[segment.capture], request)

    def _overlays(
        self, scene: ArrangedScene, filmed: tuple[FilmedCapture, ...]
    ) -> list[tuple[OverlayClip, TakeHandle[Any]]]:
        """Ask for the clips over a scene's footage."""
        build, where = self._build, f'scene "{scene.scene.id}"'
        overlays = pending_overlays(
            scene.schedule, scene.layout, self._recordings.captures, filmed, build.theme, build.size
        )
        return [(o.clip, build.scheduler.want(o.recipe, o.request, f"{where}: {o.clip.name}")) for o in overlays]

    def _narrator(self, scene: ArrangedScene, place: NarratorPlace) -> TakeHandle[NarratorTake]:
        character = self._build.episode.character(place.character)
        if character.photographed:
            return self._faces.want(self._faces.plan(scene, place))
        return self._drawn_narrator(scene, place, character)

    def _drawn_narrator(
        self, scene: ArrangedScene, place: NarratorPlace, character: Character
    ) -> TakeHandle[NarratorTake]:
        build, schedule = self._build, scene.schedule
        shading = _treatment_request(character, place, build.episode.folder)
        treatment = build.scheduler.want(
            blender_recipes(build.renderer).treatment,
            shading,
            f"{character.name}: shadow and light at {place.pixels} px",
            priority=2,
        )
        things = new_things(scene.scene, schedule, scene.layout, self._recordings.captures)
        request = NarratorRequest(
            drawing=shading.drawing,
            drawing_hash=shading.drawing_hash,
            palette=shading.palette,
            pixels=shading.pixels,
            mirrored=shading.mirrored,
            character=character.id,
            treatment_hash=shading.asset_hash,
            treatment=treatment.key,
            fps=build.fps,
            frames=schedule.frames,
            phonemes=schedule.phonemes_of(character.id),
            stresses=schedule.stresses_of(character.id),
            listening=schedule.listening(character.id),
            glances=glances(things, place),
            gestures=gestures(scene.scene, schedule, things, place, *_ends_of_film(scene.scene, build.episode)),
            mood=mood_of(scene.scene, character.id),
            moods=mood_changes(scene.scene, character.id, schedule.marks),
            seed=int(digest(f"{scene.scene.id}/{character.id}", 8), 16),
        )
        label = f'scene "{scene.scene.id}": {character.name}'
        return build.scheduler.want(NARRATOR, request, label, after=[treatment])

    def _image(self, image: ImagePlace) -> TakeHandle[DrawnClip]:
        build = self._build
        left, top, right, bottom = image.box.pixels(build.size)
        request = picture_request(build.episode.folder, image.file, (right - left, bottom - top), build.fps)
        return build.scheduler.want(PICTURE, request, image.file)


def _treatment_request(character: Character, place: NarratorPlace, folder: Path) -> TreatmentRequest:
    """Return the request for the shadow and light of a drawn character; `folder` is the episode's."""
    drawing = name_of(character.portrait, Path(character.file), folder)
    return TreatmentRequest(
        drawing=drawing,
        drawing_hash=file_digest(drawing_file(drawing, folder)),
        palette=character.palette,
        pixels=place.pixels,
        mirrored=place.mirrored,
        asset=TREATMENT,
        asset_hash=file_digest(treatment_file(TREATMENT, folder)),
    )


def _ends_of_film(scene: Scene, episode: Episode) -> tuple[bool, bool]:
    """Return whether a scene is the first, and whether it is the last of the film."""
    return scene.id == episode.scenes[0].id, scene.id == episode.scenes[-1].id


def mood_changes(scene: Scene, character: str, marks: Mapping[str, float]) -> tuple[tuple[float, Mood], ...]:
    """Return when a character's mood changes in a scene, in seconds, and to which."""
    blocks = [block for block in scene.avatars if block.character in (character, None)]
    return tuple(sorted((marks[b.at], b.mood) for b in blocks if b.mood and b.at and b.at in marks))


def _sprite(handle: TakeHandle[SpriteTake]) -> Sprite:
    take = handle.take
    hot = (take.hotspot[0] * take.size, take.hotspot[1] * take.size)
    return Sprite(source=_video(handle), size=(take.size, take.size), hot=hot, frames=take.frames)


def _video(handle: TakeHandle[Any]) -> str:
    """Return the clip of a finished take, relative to the episode."""
    return handle.file(handle.take.video)
