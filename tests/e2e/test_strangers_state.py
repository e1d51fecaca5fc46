"""What an episode's folder brings along, or what was damaged in it: nothing of it runs, and all of it is mended."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from small_episode import environment, lectern, read, takes, watched, write_episode
from support.further import further

from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.jobs.queue import Queue

pytestmark = pytest.mark.film

SETTINGS = "[film]\nwidth = 640\nheight = 360\nfps = 10\nprocesses = 1\n"
SCRIPT = (
    "---\ntitle: Plain\n---\n\n# One {#one}\n\nHi friend.\n\n# Two {#end}\n\n```avatar\nvisible: false\n```\n\nBye.\n"
)
"""A narrator in one scene, and no card at the end: what is quickly built."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stranger")


@pytest.fixture(scope="module")
def built(place: Path) -> Path:
    """An episode that came with a prepared queue, in which a command waits, and was built without trust in anything."""
    folder = write_episode(place / "plain", SCRIPT, SETTINGS)
    _prepare_queue(folder / ".lectern" / "lectern.sqlite", f"id > {place}/canary")
    _prepare_queue(EpisodePaths(folder=folder).database, f"id > {place}/canary")
    lectern(place / "profile", "build", folder)
    return folder


def _prepare_queue(database: Path, command: str) -> None:
    steps = (Step(action="run", value=command),)
    with Queue(database) as queue:
        request = CaptureRequest(kind="terminal", size=(640, 360), steps=steps)
        queue.add(CAPTURE, request, label="background", lane="screen", priority=100)
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("UPDATE asks SET run = 'theirs', process = '1-1-attackerhost'")
        db.execute("PRAGMA journal_mode = DELETE")


@pytest.fixture(autouse=True, scope="module")
def profile(place: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LECTERN_CONFIG_HOME", str(place / "profile"))
        yield place / "profile"


def test_a_prepared_queue_runs_nothing_wherever_it_lies(built: Path, place: Path) -> None:
    assert (built / "renders/film.mp4").stat().st_size > 10_000
    assert not (place / "canary").exists()


def test_everything_that_is_damaged_is_told_and_mended_by_one_build(built: Path, profile: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "plain", ignore=shutil.ignore_patterns(".lectern")))
    (folder / "plain.blend").write_bytes(b"BLENDER garbage")
    (folder / "renders/film.mp4").write_bytes(b"x")
    lectern(profile, "check", folder, code=1)
    for pattern in ("segment/*/segment.mp4", "voice/*/*.wav", "sound/*/*.wav"):
        file = next(folder.glob(f"media/{pattern}"))
        file.write_bytes(b"x" * file.stat().st_size)
    next(folder.glob("media/narrator/*/take.json")).write_text('{"files": [], "result": {}}')
    (folder / "media/voice/.a~b~c").mkdir()
    paths = EpisodePaths(folder=folder)
    for file in (paths.compiled, paths.captures, paths.film_note, paths.database):
        file.write_bytes(b"[]")
    said = lectern(profile, "build", folder)
    for told in ("The queue was damaged", "damaged, and so made again", "not made on this computer, or changed since"):
        assert told in said
    assert "Traceback" not in said and (folder / "plain.blend.damaged-1").read_bytes() == b"BLENDER garbage"
    assert read(folder / "renders/report.json")["frames"] == read(built / "renders/report.json")["frames"]
    said, started = watched(profile, "build", folder)
    assert "is up to date" in said and started == 0


def test_a_film_of_one_byte_is_not_up_to_date(built: Path, profile: Path) -> None:
    (built / "renders/film.mp4").write_bytes(b"x")
    said = lectern(profile, "build", built)
    assert "was damaged or replaced" in said and (built / "renders/film.mp4").stat().st_size > 10_000
    assert (built / "renders/film.mp4.damaged-1").read_bytes() == b"x"


def test_takes_of_another_computer_are_used_once_they_are_adopted(built: Path, tmp_path: Path) -> None:
    folder, before = Path(shutil.copytree(built, tmp_path / "plain")), takes(built)
    said = lectern(tmp_path / "other", "adopt", folder)
    assert f"{len(before)} takes of another computer" in said
    assert "0 takes made" in lectern(tmp_path / "other", "build", folder)


@pytest.mark.thorough
def test_of_two_builds_at_once_one_waits_and_says_for_whom(built: Path, profile: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "plain"))
    shutil.rmtree(next(folder.glob("media/segment/*")))  # one of them has to render a scene
    command = [sys.executable, "-m", "lectern", "build", str(folder)]
    builds = [
        subprocess.Popen(command, env=environment(profile), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    said = [build.communicate(timeout=300)[0] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], said
    waited = [text for text in said if "waiting for a build (process " in text]
    assert len(waited) == 1 and "is up to date" in waited[0]
    assert "Traceback" not in "".join(said)


@pytest.mark.parametrize("name", further(["media", "renders"], 1))
def test_a_file_in_place_of_a_folder_is_named(built: Path, profile: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "plain"))
    shutil.rmtree(folder / name)
    (folder / name).write_text("")
    said = lectern(profile, "build", folder, code=2)
    assert str(folder / name) in said and "Traceback" not in said
