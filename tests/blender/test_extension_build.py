"""The panel's build: a process of its own, watched, stopped, and its timeline taken in."""

import sys
import time
from pathlib import Path

import bpy
import pytest
from two_scenes import episode, film

import lectern
from lectern.addon import child, errands, snapshot
from lectern.addon.progress import STAGES, progress
from lectern.pipeline.episode.model import Settings
from lectern.pipeline.jobs.process import identity
from lectern.pipeline.jobs.queue import Count, Queue, Summary
from lectern.pipeline.jobs.recipe import Recipe
from lectern.pipeline.model import Frozen
from lectern.pipeline.studio.places import Places
from lectern.pipeline.studio.recipes import recipes
from lectern.pipeline.timeline.edits import read_edits

BUILDS = "import pathlib, sys; pathlib.Path(sys.argv[2], 'renders/timeline.json').write_text('''{timeline}''')"
FAILS = "import sys; print('Reading'); print('script.md:3: no such mark'); sys.exit(2)"
SLEEPS = "import time; time.sleep(60)"


class Request(Frozen):
    name: str


RECIPE = Recipe(kind="voice", version=1, request=Request, result=Request, make=lambda request, folder, bench: request)


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """An episode of two scenes, opened in an empty file, and a way to say what its builds do."""
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    lectern.register()
    bpy.ops.lectern.open_episode(directory=str(episode(tmp_path / "ep")))

    def builds(code: str) -> None:
        monkeypatch.setattr(child, "child_command", lambda *arguments: [sys.executable, "-c", code, *arguments])

    yield tmp_path / "ep", builds
    lectern.unregister()


def _attend_until(state: str) -> None:
    until = time.monotonic() + 20
    while snapshot.panel().state != state:
        errands.attend()
        assert time.monotonic() < until, snapshot.panel().state
        time.sleep(0.01)


def test_a_build_lays_what_it_made_on_the_open_scene(opened):
    _, builds = opened
    longer = film().model_copy(update={"strips": film().strips[:1]})
    builds(BUILDS.format(timeline=longer.model_dump_json()))
    assert bpy.ops.lectern.build_episode() == {"FINISHED"}
    assert [s["lectern_id"] for s in bpy.context.scene.sequence_editor.strips_all] == ["plate:first"]
    assert snapshot.panel().state == "DONE"


def test_a_scene_that_goes_away_while_its_timeline_is_laid_is_told(opened):
    folder, builds = opened
    builds(BUILDS.format(timeline=film().model_dump_json()))
    former = bpy.context.scene
    errand = errands.build(folder, former, "build")
    errand.command.process.wait()
    while not errand.laying:
        errands.attend()
    bpy.context.window.scene = bpy.data.scenes.new("Another")
    bpy.data.scenes.remove(former)
    _attend_until("FAILED")
    assert "build again" in snapshot.panel().error


def test_a_build_that_fails_says_why_and_leaves_the_timeline_alone(opened):
    _, builds = opened
    builds(FAILS)
    with pytest.raises(RuntimeError, match=r"script.md:3: no such mark"):
        bpy.ops.lectern.build_episode()
    assert snapshot.panel().state == "FAILED" and len(bpy.context.scene.sequence_editor.strips_all) == 2


def test_a_build_in_the_background_can_be_cancelled(opened):
    folder, builds = opened
    builds(SLEEPS)
    errand = errands.build(folder, bpy.context.scene)
    assert errands.attend() and snapshot.panel().busy
    assert bpy.ops.lectern.cancel_build() == {"FINISHED"}
    _attend_until("CANCELLED")
    assert errand.command.process.returncode < 0


def test_only_one_build_runs_at_a_time(opened):
    folder, builds = opened
    builds(SLEEPS)
    errands.build(folder, bpy.context.scene)
    with pytest.raises(RuntimeError, match="Lectern is at work"):
        bpy.ops.lectern.build_episode()
    errands.abandon()


def test_progress_is_the_queues(opened):
    folder, builds = opened
    builds(SLEEPS)
    errand = errands.build(folder, bpy.context.scene)
    with Queue(Places(folder=folder).database) as queue:
        queue.run = f"{identity(errand.command.process.pid)}/1"
        for name in ("one", "two"):
            queue.add(RECIPE, Request(name=name), label=f"Voice {name}")
        queue.finish(queue.claim(identity()).id, identity())
        queue.progress(queue.claim(identity()).id, identity(), 0.5)
        errands.attend()
    assert snapshot.panel().progress == pytest.approx(0.4 * 0.75)
    assert snapshot.panel().doing == "1 of 2: Voice two"
    errands.abandon()


def test_progress_never_goes_back_when_a_new_stage_begins():
    first = [Count(kind="voice", state="done", number=3)]
    then = [*first, Count(kind="narrator", state="waiting", number=9)]
    assert progress(Summary(counts=first)) == pytest.approx(0.4)
    assert progress(Summary(counts=then)) == pytest.approx(0.5), "there are no clips to be drawn before the narrators"
    last = [Count(kind=kind, state="done", number=1) for kind in recipes(Settings())]
    assert progress(Summary(counts=last)) == pytest.approx(1.0)


def test_every_kind_of_take_belongs_to_a_stage():
    kinds = [kind for _, stage in STAGES for kind in stage]
    assert sorted(kinds) == sorted(recipes(Settings()))


def test_switching_the_extension_off_ends_the_build(opened):
    folder, builds = opened
    builds(SLEEPS)
    errand = errands.build(folder, bpy.context.scene)
    errands.abandon()
    assert errand.command.process.wait(10) < 0


def test_what_a_person_moved_is_kept_before_a_build(opened):
    folder, builds = opened
    bpy.context.scene.sequence_editor.strips_all["second"].mute = True
    builds(BUILDS.format(timeline=film().model_dump_json()))
    bpy.ops.lectern.build_episode()
    assert [(e.id, e.muted) for e in read_edits(folder).strips] == [("plate:second", True)]


def test_the_real_command_line_runs_in_the_child(opened, tmp_path):
    started = child.start(["build", "--help"], tmp_path / "log")
    started.process.wait(30)
    assert started.code == 0 and any("DIR" in line for line in started.lines())


def test_of_a_progress_bar_only_the_last_state_counts(tmp_path):
    log = Path(tmp_path / "log")
    log.write_text("10%\r50%\r100%\n\nDone\n")
    assert child.Child((), log, None).lines() == ["100%", "Done"]
