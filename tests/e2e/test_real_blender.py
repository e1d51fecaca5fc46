"""Lectern's zip in a real Blender: installed, switched on, used from its command line."""

from pathlib import Path


def test_the_zip_is_under_120_megabytes(zips: Path):
    assert [z.stat().st_size < 120_000_000 for z in zips.glob("*.zip")] == [True]


def test_installed_it_is_switched_on_with_its_own_wheels(installed):
    code = "import bpy, pydantic, av, PIL; print('AT', *(m.__file__ for m in (pydantic, av, PIL))); bpy.ops.lectern.open_episode"
    said = installed.run("-b", "--python-expr", code)
    files = next(line for line in said.splitlines() if line.startswith("AT ")).split()[1:]
    assert len(files) == 3 and all(f.startswith(f"{installed.profile}/extensions/.local") for f in files)
