"""Which Blender is used, and which stretch of the film a segment's render asks it for."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lectern.pipeline.base import renderer
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.renderer import HEADLESS, BlenderProcess, DamagedBlend, find_renderer
from lectern.pipeline.build.blend_file import EpisodeBlend, read_compiled
from lectern.pipeline.build.render_film import FilmParts
from lectern.pipeline.build.segment_take import render_segment, segment_request
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.film.segments import Encoding, ForeignStrip, segments
from lectern.pipeline.timeline.edits import Edit, Edits, edits_of
from lectern.pipeline.timeline.model import MovieStrip, SceneSpan, Timeline, Track


def program(path: Path, version: str) -> str:
    path.write_text(f"#!/bin/sh\necho 'Blender {version}'\n")
    path.chmod(0o755)
    return str(path)


def test_the_program_of_the_settings_comes_first(tmp_path: Path) -> None:
    mine = program(tmp_path / "blender", "5.2.2 LTS")
    command = find_renderer(mine, running="/other/blender").command
    assert command[0] == mine
    assert command[-3:] == ("--python", str(HEADLESS), "--")


def test_a_blender_that_is_too_old_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match="is Blender 5.1, and Lectern needs 5.2; install Blender 5.2"):
        find_renderer(program(tmp_path / "blender", "5.1.0"))


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(LecternError, match="/nowhere/blender can't be started"):
        find_renderer("/nowhere/blender")


def test_the_blender_lectern_runs_in_comes_before_the_module() -> None:
    assert find_renderer(running="/opt/blender").command[0] == "/opt/blender"
    assert find_renderer(running="").command == (sys.executable, str(HEADLESS))


def test_without_module_and_program_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(renderer, "_module_version", lambda: ())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LecternError, match="Lectern can.t find Blender, .* pip install bpy"):
        find_renderer(running="")
    found = program(tmp_path / "blender", "5.3.0")
    assert find_renderer(running="").command[0] == found


DIES = """#!/bin/sh
echo again >> "{log}"
[ $(wc -l < "{log}") -lt {times} ] && kill -9 $$
echo '{{"result": {{"frames": 3}}}}'
"""


@pytest.mark.parametrize("times,starts", ((1, 1), (3, 3), (9, 4)))
def test_a_blender_that_is_killed_is_started_again(tmp_path: Path, times: int, starts: int) -> None:
    file, log = tmp_path / "blender", tmp_path / "log"
    file.write_text(DIES.format(log=log, times=times))
    file.chmod(0o755)
    if times <= starts:
        assert BlenderProcess((str(file),)).run("render", {}) == {"frames": 3}
    else:
        with pytest.raises(LecternError, match="Blender ended during “render” with code -9"):
            BlenderProcess((str(file),)).run("render", {})
    assert len(log.read_text().split()) == starts


class Asked:
    """A renderer that only notes what it is asked."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, Mapping[str, Any]]] = []

    def run(self, task: str, request: Mapping[str, Any], report: Callable[[float], None] = print) -> dict[str, Any]:
        self.requests.append((task, request))
        return {}


def film(first: int) -> Timeline:
    """Two scenes; the second begins after `first` frames."""
    strips = [
        MovieStrip(id=id, scene=id, name=id, track="A", start=start, end=end, source=f"{id}.mov")
        for id, start, end in (("a", 0, first), ("b", first, first + 60))
    ]
    spans = tuple(SceneSpan(id=s.id, title=s.id, start=s.start, end=s.end) for s in strips)
    return Timeline(title="T", fps=30, size=(64, 36), frames=first + 60, tracks=(Track(name="A", channel=1),), scenes=spans,
                    strips=tuple(strips))  # fmt: skip


LOGO = ForeignStrip(name="Logo", type="IMAGE", start=0, end=10, channel=5, fingerprint="x")


def compiled(folder: Path, timeline: Timeline) -> EpisodePaths:
    places = EpisodePaths(folder=folder)
    places.renders.mkdir(exist_ok=True)
    places.timeline.write_text(timeline.model_dump_json())
    places.compiled.write_text(json.dumps({"foreign": [LOGO.model_dump()]}))
    return places


def test_a_segment_is_rendered_where_its_scene_lies_now(tmp_path: Path) -> None:
    request = segment_request(segments(film(30), (LOGO,))[1], (64, 36), 30)
    places, asked = compiled(tmp_path, film(45)), Asked()
    render_segment(asked, request, places, tmp_path / "out.mp4", print)
    task, said = asked.requests[0]
    assert (task, said["start"], said["end"], said["blend"]) == ("render", 45, 105, str(places.blend))
    assert {name: said[name] for name in Encoding.model_fields} == Encoding().model_dump()


def test_a_scene_that_changed_meanwhile_is_not_rendered_in_its_place(tmp_path: Path) -> None:
    request = segment_request(segments(film(30), (LOGO,))[0], (64, 36), 30)
    places = compiled(tmp_path, film(45))
    with pytest.raises(LecternError, match='scene "a" has changed since its render was asked for'):
        render_segment(Asked(), request, places, tmp_path / "out.mp4", print)


def test_a_timeline_whose_compiling_was_cut_short_is_compiled_again(tmp_path: Path) -> None:
    places, asked = EpisodePaths(folder=tmp_path), []
    film = Timeline(title="T", fps=30, size=(1920, 1080), frames=0, tracks=(), scenes=(), strips=())

    class Crashes:
        def run(self, task: str, request: Mapping[str, Any], report: Any = None) -> dict[str, Any]:
            asked.append(task)
            if len(asked) == 2:
                raise LecternError("Blender ended")
            places.blend.write_text(film.title)
            return {"foreign": [], "displaced": []}

    EpisodeBlend(places, Crashes(), print).compile(film, film)
    film = film.model_copy(update={"title": "Another"})
    with pytest.raises(LecternError):
        EpisodeBlend(places, Crashes(), print).compile(film, film)
    for _ in range(2):
        EpisodeBlend(places, Crashes(), print).compile(film, film)
    assert (len(asked), places.blend.read_text()) == (3, "Another")


MUTED = edits_of([Edit(strip="a", property="muted", value=True)])


class Blender:
    """Writes the timeline's title as the .blend; can't open one that is garbage, as Blender itself."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def run(self, task: str, request: Mapping[str, Any], report: Any = None) -> dict[str, Any]:
        self.asked.append(task)
        if request["blend"].exists() and request["blend"].read_text() == "garbage":
            raise DamagedBlend(f"Blender can't open {request['blend']}")
        if task == "collect":
            return {"edits": MUTED.model_dump(mode="json")}
        request["blend"].write_text(json.loads(request["timeline"].read_text())["title"])
        return {"foreign": [], "displaced": ["the logo was in the way"]}


@pytest.mark.parametrize("record", ["", "{", "[]", '{"foreign": 7}', '{"timeline": []}', "\x00"])
def test_a_damaged_record_of_the_last_compile_is_made_again(tmp_path: Path, record: str) -> None:
    places, blender, said = EpisodePaths(folder=tmp_path), Blender(), []
    EpisodeBlend(places, blender, said.append).compile(film(0), film(0))
    places.compiled.write_text(record)
    assert EpisodeBlend(places, blender, said.append).compile(film(0), film(0)) == ("the logo was in the way",)
    assert EpisodeBlend(places, blender, said.append).compile(film(0), film(0)) == ("the logo was in the way",)
    assert (blender.asked, said, read_compiled(places).displaced) == (["compile"] * 2, [], ("the logo was in the way",))


@pytest.mark.parametrize("built", [True, False])
def test_a_blend_that_blender_can_not_open_is_kept_beside_and_made_again(tmp_path: Path, built: bool) -> None:
    places, blender, said = EpisodePaths(folder=tmp_path), Blender(), []
    if built:
        EpisodeBlend(places, blender, said.append).compile(film(0), film(0))
    places.blend.write_text("garbage")
    blend = EpisodeBlend(places, blender, said.append)
    assert blend.collect() == Edits()
    blend.compile(film(0), film(0))
    assert (places.blend.read_text(), len(said)) == ("T", 1)
    assert (tmp_path / f"{places.blend.name}.damaged-1").read_text() == "garbage" and "damaged-1" in said[0]


def test_what_was_changed_in_the_blend_is_collected_also_where_the_timeline_is_damaged(tmp_path: Path) -> None:
    """What the strips were compiled with is in the .blend."""
    places, blender, said = EpisodePaths(folder=tmp_path), Blender(), []
    EpisodeBlend(places, blender, said.append).compile(film(0), film(0))
    places.timeline.write_text("[]")
    places.blend.write_text("moved by hand")
    blend = EpisodeBlend(places, blender, said.append)
    assert (blend.collect(), blend.compile(film(0), film(0))) == (MUTED, ("the logo was in the way",))
    assert places.timeline.read_text() == film(0).model_dump_json() and said == []


def test_a_timeline_that_is_damaged_while_the_blend_is_as_compiled_is_written_again(tmp_path: Path) -> None:
    places, blender, said = EpisodePaths(folder=tmp_path), Blender(), []
    EpisodeBlend(places, blender, said.append).compile(film(0), film(0))
    places.timeline.write_text("[]")
    blend = EpisodeBlend(places, blender, said.append)
    blend.collect()
    blend.compile(film(0), film(0))
    assert places.timeline.read_text() == film(0).model_dump_json() and said == []


def test_a_blend_that_was_changed_at_the_same_size_and_time_is_collected(tmp_path: Path) -> None:
    places, blender = EpisodePaths(folder=tmp_path), Blender()
    EpisodeBlend(places, blender, print).compile(film(0), film(0))
    before = places.blend.stat()
    places.blend.write_text("t")
    os.utime(places.blend, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert EpisodeBlend(places, blender, print).collect() == MUTED


def test_a_film_is_another_where_only_its_captions_description_or_wanted_length_are() -> None:
    parts = FilmParts(segments={}, sound=SimpleNamespace(key="sound"))
    episode = Episode(folder=Path("/film"), title="T", narrator="ada", scenes=(), characters=())
    others = [
        episode.model_copy(update=change)
        for change in ({}, {"description": "D"}, {"language": "de"}, {"length": (60, 90)})
    ]
    prints = [parts.fingerprint(other, film(0), {"film.srt": "uv"}) for other in others]
    assert len({*prints, parts.fingerprint(episode, film(0), {"film.srt": "UV"})}) == 5
    assert prints[0] == parts.fingerprint(episode, film(0), {"film.srt": "uv"})
