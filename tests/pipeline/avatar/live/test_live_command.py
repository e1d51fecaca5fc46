"""Lip-sync by programs on this computer."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from face_stage import clip_bytes

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.jobs.recipe import Cancelled
from lectern.pipeline.providers.faces.command import PRESETS, CommandLips, LipsCommandSettings
from lectern.pipeline.services.prediction import PredictionContext

NAMES = tuple(PRESETS)


@pytest.fixture
def context(tmp_path: Path) -> PredictionContext:
    return PredictionContext(tmp_path, tmp_path / "asked", "x")


def program(folder: Path, code: str) -> Path:
    file = folder / "engine.py"
    file.write_text(f"import sys, json, pathlib, time\n{code}\n")
    return file


def run(context: PredictionContext, name: str, settings: LipsCommandSettings, folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    lips = CommandLips(name, PRESETS[name])
    return lips.sync(context, settings, folder / "a face.mp4", folder / "speech.wav", 1.0, folder).file


def test_a_program_gets_the_face_the_voice_and_a_place_for_its_clip(tmp_path: Path, context: PredictionContext) -> None:
    (tmp_path / "served.mp4").write_bytes(clip_bytes(1.0))
    code = (
        f"out = pathlib.Path(sys.argv[3]); out.write_bytes(pathlib.Path({str(tmp_path / 'served.mp4')!r}).read_bytes())"
    )
    code += f"; pathlib.Path({str(tmp_path / 'said.json')!r}).write_text(json.dumps(sys.argv[1:]))"
    program(tmp_path, code)
    command = f"{sys.executable} engine.py {{face}} {{speech}} {{out}}"
    settings = LipsCommandSettings.model_validate({"command": command, "home": "."})
    assert run(context, "command", settings, tmp_path / "draft") == "lips.mp4"
    assert json.loads((tmp_path / "said.json").read_text())[:2] == [
        str(tmp_path / "draft" / "a face.mp4"),
        str(tmp_path / "draft" / "speech.wav"),
    ]
    assert [file.name for file in (tmp_path / "draft").iterdir()] == ["lips.mp4"]


@pytest.mark.parametrize("name", NAMES)
def test_every_engine_is_known_by_its_own_command_line(name: str) -> None:
    preset = PRESETS[name]
    assert preset.command == () or {"{face}", "{config}"} & set(preset.command)
    if preset.config:
        filled = preset.config.replace("{face}", '"f.mp4"').replace("{speech}", '"s.wav"')
        assert "f.mp4" in str(json.loads(filled)) and "s.wav" in str(json.loads(filled))


def test_musetalk_finds_its_settings_and_its_clip_is_found_in_any_folder(
    tmp_path: Path, context: PredictionContext
) -> None:
    (tmp_path / "served.mp4").write_bytes(clip_bytes(1.0))
    code = "task = json.load(open(sys.argv[1]))['task_0']; out = pathlib.Path(sys.argv[2], 'v15'); out.mkdir()"
    code += f"; (out / 'x.mp4').write_bytes(pathlib.Path({str(tmp_path / 'served.mp4')!r}).read_bytes()); assert task['video_path'].endswith('a face.mp4')"
    settings = LipsCommandSettings(command=(sys.executable, str(program(tmp_path, code)), "{config}", "{folder}"))
    assert run(context, "musetalk", settings, tmp_path / "draft") == "lips.mp4"


@pytest.mark.parametrize(("code", "said"), [
    ("print('CUDA out of memory'); sys.exit(3)", "failed with code 3.*\n.*CUDA out of memory"),
    ("print('all good')", "wrote no video.*\n.*all good"),
    ("pathlib.Path(sys.argv[1]).write_bytes(b'no')", "not a complete video"),
])  # fmt: skip
def test_an_engine_that_fails_is_quoted(tmp_path: Path, context: PredictionContext, code: str, said: str) -> None:
    settings = LipsCommandSettings(command=(sys.executable, str(program(tmp_path, code)), "{out}"))
    with pytest.raises(LecternError, match=said):
        run(context, "command", settings, tmp_path / "draft")


def test_an_engine_that_is_not_there_is_told_with_its_folder(tmp_path: Path, context: PredictionContext) -> None:
    with pytest.raises(LecternError, match="can't be started in /nowhere.*home"):
        run(context, "latentsync-local", LipsCommandSettings(home="/nowhere"), tmp_path / "draft")


def test_no_command_is_told(tmp_path: Path, context: PredictionContext) -> None:
    with pytest.raises(LecternError, match="needs a command"):
        run(context, "command", LipsCommandSettings(), tmp_path / "draft")


def test_a_cancelled_engine_ends_with_what_it_started(tmp_path: Path) -> None:
    def report(done: float) -> None:
        if (tmp_path / "pid").exists():
            raise Cancelled("it was cancelled.")

    context = PredictionContext(tmp_path, tmp_path / "asked", "x", report)
    settings = LipsCommandSettings(
        command=("sh", "-c", f"sleep 60 & echo $! > {tmp_path}/part; mv {tmp_path}/part {tmp_path}/pid; wait")
    )
    with pytest.raises(Cancelled):
        run(context, "command", settings, tmp_path / "draft")
    assert not _lives(int((tmp_path / "pid").read_text()))


def test_an_engine_ends_where_its_worker_is_killed(tmp_path: Path) -> None:
    code = f"""
import pathlib, sys
sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(Path(__file__).parents[3])!r}]
from test_live_command import LipsCommandSettings, PredictionContext, run
folder = pathlib.Path({str(tmp_path)!r})
command = ("sh", "-c", f"echo $$ > {{folder}}/part; mv {{folder}}/part {{folder}}/pid; sleep 60")
run(PredictionContext(folder, folder / "asked", "x"), "command", LipsCommandSettings(command=command), folder / "draft")
"""
    worker = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    _until(lambda: (tmp_path / "pid").exists())
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    _until(lambda: not _lives(int((tmp_path / "pid").read_text())))


def _lives(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def _until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not so():
        assert time.monotonic() < end
        time.sleep(0.02)
