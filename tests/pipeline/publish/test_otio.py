"""What other editing programs get of a film, read back with OpenTimelineIO's own library."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from lectern.pipeline.base.geometry import Box
from lectern.pipeline.base.video import write_clip
from lectern.pipeline.cli.main import main
from lectern.pipeline.studio.export import export
from lectern.pipeline.timeline.model import (
    ColourStrip,
    CrossStrip,
    Element,
    Keyframe,
    Marker,
    MovieStrip,
    SceneSpan,
    SoundStrip,
    TextStrip,
    Timeline,
    Track,
)

otio = pytest.importorskip("opentimelineio")
SCRIPT = "---\ntitle: Two\n---\n\n# One {#one}\n\nHello {go}there.\n\n# Two {#two}\n\nThe end.\n"
FPS = 30


def _strips() -> tuple[object, ...]:
    def movie(id: str, track: str, start: int, end: int, **more: object) -> MovieStrip:
        source = f"media/{more.pop('of', 'moving picture')}.mov"
        scene = id.partition("/")[0]
        return MovieStrip(id=id, scene=scene, name=id, track=track, start=start, end=end, source=source, **more)

    def sound(id: str, start: int, end: int, skip: float, **more: object) -> SoundStrip:
        return SoundStrip(
            id=id, scene="one", name=id, track="Voice", start=start, end=end, source="media/v.wav", source_start=skip,
            **more,
        )  # fmt: skip

    words = {"font": "Inter-SemiBold.otf", "size": 40, "colour": "#ffffff", "box": Box(x=0.1, y=0.1, w=0.3, h=0.1)}
    look = {"scene": "one", "name": "card", "start": 10, "end": 40}
    fade = (Keyframe(frame=10, value=0.0), Keyframe(frame=16, value=1.0))
    return (
        movie("one/plate/0", "Picture A", 0, 66, of="still"),
        movie("two/cart/footage", "Picture B", 54, 120, source_start=6),
        CrossStrip(
            id="two/cart/cross", scene="two", name="Cross", track="Transitions", start=54, end=66,
            first="one/plate/0", second="two/cart/footage",
        ),
        movie("one/ada/0", "Narrator A", 0, 60, box=Box(x=0.5, y=0.5, w=0.5, h=0.5), opacity=fade, mirrored=True),
        TextStrip(id="one/card/text", text="Look\nhere", track="Text 1", **look, **words),
        ColourStrip(id="one/card/bar", colour="#ffb454", box=words["box"], track="Cards", **look),
        sound("one/line-1/voice-0", 6, 30, 0.25),
        sound("one/line-1/voice-1", 33, 90, 1.5, volume=0.5),
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An episode whose film is 120 frames long; its clip has 90, its still one, and its sound 60."""
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    folder = tmp_path / "an episode"
    (folder / "media").mkdir(parents=True)
    (folder / "renders").mkdir()
    (folder / "script.md").write_text(SCRIPT)
    picture = np.zeros((90, 160, 3), np.uint8)
    write_clip(folder / "media" / "moving picture.mov", [picture + n for n in range(90)], (160, 90), FPS)
    write_clip(folder / "media" / "still.mov", [picture], (160, 90), FPS)
    with wave.open(str(folder / "media" / "v.wav"), "wb") as file:
        file.setparams((1, 2, 48000, 96000, "NONE", ""))
        file.writeframes(bytes(2 * 96000))
    strips = _strips()
    film = Timeline(
        title="Two", fps=FPS, size=(160, 90), frames=120, strips=strips,
        tracks=tuple(Track(name=n, channel=i) for i, n in enumerate(dict.fromkeys(s.track for s in strips), 1)),
        scenes=(SceneSpan(id="one", title="One", start=0, end=60), SceneSpan(id="two", title="", start=60, end=120)),
        markers=(Marker(name="one/go", frame=10),),
        elements=(Element(scene="one", owner="line-1", kind="line", text="Hello there."),),
    )  # fmt: skip
    (folder / "renders" / "timeline.json").write_text(film.model_dump_json())
    return folder


def _read(folder: Path) -> "otio.schema.Timeline":
    return otio.adapters.read_from_file(str(folder / "renders" / "film.otio"))


def _frames(range: "otio.opentime.TimeRange") -> tuple[float, float]:
    return range.start_time.to_frames(), range.end_time_exclusive().to_frames()


def test_every_strip_is_where_it_is_in_the_film(folder: Path) -> None:
    done = export(folder)
    film = _read(folder)
    assert (done.outcome, done.file, done.missing) == ("applied", "renders/film.otio", ())
    assert (film.name, film.duration().to_frames(), film.duration().rate) == ("Two", 120, FPS)
    found = {
        (track.name, track.kind, clip.metadata["lectern"]["id"], *_frames(clip.trimmed_range_in_parent()))
        for track in film.tracks
        for clip in track.find_clips()
    }
    assert found == {
        ("Picture", "Video", "one/plate/0", 0, 60),
        ("Picture", "Video", "two/cart/footage", 60, 120),
        ("Narrator A", "Video", "one/ada/0", 0, 60),
        ("Text 1", "Video", "one/card/text", 10, 40),
        ("Cards", "Video", "one/card/bar", 10, 40),
        ("Voice", "Audio", "one/line-1/voice-0", 6, 30),
        ("Voice", "Audio", "one/line-1/voice-1", 33, 48),  # there the sound ends
    }
    assert (done.clips, done.tracks) == (len(found), 5)


def test_clips_show_the_same_stretch_of_their_files(folder: Path) -> None:
    export(folder)
    film = _read(folder)
    clips = {clip.metadata["lectern"]["id"]: clip for clip in film.find_clips()}
    footage = clips["two/cart/footage"]
    assert _frames(footage.source_range) == (12, 72) and _frames(footage.media_reference.available_range) == (0, 90)
    assert clips["one/line-1/voice-0"].source_range.start_time.to_seconds() == pytest.approx(0.25)
    assert [type(effect).__name__ for effect in clips["one/plate/0"].effects] == ["FreezeFrame"]
    for clip in clips.values():
        if isinstance(reference := clip.media_reference, otio.schema.ExternalReference):
            file = otio.url_utils.filepath_from_url(reference.target_url)
            assert (folder / "renders" / file).resolve().is_file(), file


def test_a_crossfade_is_a_transition_with_its_frames_on_both_sides(folder: Path) -> None:
    export(folder)
    film = _read(folder)
    (picture,) = (track for track in film.tracks if track.name == "Picture")
    (dissolve,) = (item for item in picture if isinstance(item, otio.schema.Transition))
    assert (dissolve.in_offset.to_frames(), dissolve.out_offset.to_frames()) == (6, 6)
    assert _frames(picture[2].visible_range()) == (6, 72)


def test_a_strip_that_outlasts_its_file_stands_still_at_the_end(folder: Path) -> None:
    timeline = folder / "renders" / "timeline.json"
    film = Timeline.model_validate_json(timeline.read_bytes())
    longer = [s.model_copy(update={"source_start": 60}) if s.id == "one/ada/0" else s for s in film.strips]
    timeline.write_text(film.model_copy(update={"strips": tuple(longer)}).model_dump_json())
    export(folder)
    read = _read(folder)
    (narrator,) = (track for track in read.tracks if track.name == "Narrator A")
    moving, still = narrator
    assert _frames(moving.source_range) == (60, 90) and not moving.effects
    assert _frames(still.trimmed_range_in_parent()) == (30, 60) and still.source_range.start_time.to_frames() == 89
    assert isinstance(still.effects[0], otio.schema.FreezeFrame)


def test_texts_words_marks_scenes_and_places_are_told(folder: Path) -> None:
    export(folder)
    film = _read(folder)
    clips = {clip.metadata["lectern"]["id"]: clip for clip in film.find_clips()}
    text = clips["one/card/text"]
    assert text.name == "Look here" and text.media_reference.parameters["text"] == "Look\nhere"
    assert clips["one/line-1/voice-0"].metadata["lectern"]["says"] == "Hello there."
    assert [(m.name, *_frames(m.marked_range)) for m in film.tracks.markers] == [
        ("One", 0, 60), ("two", 60, 120), ("one/go", 10, 11),
    ]  # fmt: skip
    bounds = clips["one/ada/0"].media_reference.available_image_bounds
    assert (bounds.min.x, bounds.min.y, bounds.max.x, bounds.max.y) == (80, 0, 160, 45)


def test_what_the_format_cannot_carry_is_said(folder: Path) -> None:
    (folder / "media" / "v.wav").unlink()
    (folder / "script.md").write_text(SCRIPT.replace("The end", "An end"))
    done = export(folder)
    said = " ".join(done.left_out)
    assert all(what in said for what in ("fades and opacity of one strip", "level of one", "mirroring", "rectangles"))
    assert "camera" not in said and "crossfades" not in said
    assert done.missing == ("media/v.wav",)


def test_the_library_reads_and_writes_it_again(folder: Path) -> None:
    export(folder)
    film, copy = _read(folder), folder / "renders" / "copy.otio"
    otio.adapters.write_to_file(film, str(copy))
    assert otio.adapters.read_from_file(str(copy)).is_equivalent_to(film)


def test_the_command_line_writes_where_it_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = folder.parent / "elsewhere" / "a.otio"
    there.parent.mkdir()
    assert main(["export", str(folder), "-o", str(there), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == str(there)
    urls = {
        clip.media_reference.target_url
        for clip in otio.adapters.read_from_file(str(there)).find_clips()
        if isinstance(clip.media_reference, otio.schema.ExternalReference)
    }
    assert "../an%20episode/media/v.wav" in urls
    assert main(["export", str(folder), "-o", str(there.with_suffix(".xml"))]) == 2
    assert "ends with .otio" in capsys.readouterr().err
