"""Lectern's zip in a real Blender: installed, switched on, used from its command line."""

import json
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
from small_film import SIZE, small_film

pytestmark = pytest.mark.blender

HERE = Path(__file__).parent
PROGRAM = ("__init__.py", "__main__.py", "addon", "operators", "panels", "pipeline")


@pytest.fixture(scope="session")
def film(shared: Path) -> Path:
    return small_film(shared / "small-film")


def test_the_zip_is_under_165_megabytes(zips: Path):
    assert [z.stat().st_size < 165_000_000 for z in zips.glob("*.zip")] == [True]


def test_the_zip_holds_the_program_and_nothing_else(zips: Path):
    names = zipfile.ZipFile(next(zips.glob("*.zip"))).namelist()
    listed = subprocess.run(
        ["git", "ls-files", *PROGRAM], cwd=HERE.parents[1], capture_output=True, text=True, check=True
    )
    assert set(listed.stdout.split()) - set(names) == set()
    tops = {*PROGRAM, "assets", "blender_manifest.toml", "wheels", "README.md", "LICENSE"}
    assert {n.split("/")[0] for n in names} <= tops


def test_installed_it_is_switched_on_with_its_own_wheels(installed):
    code = "import bpy, pydantic, av, PIL; print('AT', *(m.__file__ for m in (pydantic, av, PIL)))"
    said = installed.run("-b", "--python-expr", code)
    files = next(line for line in said.splitlines() if line.startswith("AT ")).split()[1:]
    assert len(files) == 3 and all(f.startswith(f"{installed.profile}/extensions/.local") for f in files)


def test_doctor_runs_from_blenders_command_line(installed):
    said = installed.run("-b", "--command", "lectern", "doctor", "--json", code=None)
    found = {f["name"]: f for f in json.loads(said[said.index("[\n") : said.rindex("]") + 1])}
    assert {n: found[n]["ok"] for n in ("Python", "Blender", "video (PyAV)", "speech (eSpeak NG)")} == dict.fromkeys(
        ("Python", "Blender", "video (PyAV)", "speech (eSpeak NG)"), True
    ), found
    assert found["Python"]["found"].startswith(installed.python)


def test_a_fault_on_blenders_command_line_is_its_exit_code(installed, shared):
    assert "There is no folder" in installed.run("-b", "--command", "lectern", "check", shared / "nowhere", code=2)


def test_frames_are_the_same_in_the_real_blender_and_in_the_module(in_both_blenders, film):
    said, pictures = in_both_blenders(film, 1, 12, 45)
    assert "STRIPS 4" in said
    for frame, (real, module) in pictures.items():
        assert real.shape == (*SIZE[::-1], 3) and np.abs(real - module).max() <= 2, frame
