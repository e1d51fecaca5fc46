"""How the zip is packed. (Tests in a real Blender cover what it does once it is installed.)"""

import ast
import importlib.util
import os
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path, PurePath

import pytest
from packaging.requirements import Requirement

BLENDERS_MODULES = {"aud", "bpy", "bpy_extras", "mathutils", "gpu", "gpu_extras", "blf", "lectern", "rna_keymap_ui"}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def packing():
    spec = importlib.util.spec_from_file_location("packing", ROOT / "tools" / "extension.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["packing"] = module
    spec.loader.exec_module(module)
    return module


def _wheel(folder: Path, name: str, *requires: str, tag: str = "py3-none-any") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        lines = [f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {r}" for r in requires)]
        wheel.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join(lines))
    return path


def test_what_is_needed_is_what_the_project_says_without_what_blender_brings(packing):
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    left_out = {"numpy", *packing.TOO_LARGE}
    assert packing.TOO_LARGE < {Requirement(d).name for d in declared}
    assert {r.name for r in packing.requirements()} == {Requirement(d).name for d in declared} - left_out


def test_everything_that_the_program_imports_is_in_the_zip_or_an_extra_that_it_asks_for(packing):
    homes = packages_distributions()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    given = {packing.canonicalize_name(r.name) for r in packing.requirements()} | packing.BLENDERS_OWN
    given |= {packing.canonicalize_name(Requirement(each).name) for name in ("ear", "mcp") for each in extras[name]}
    given |= {"mcp-types", "anyio"}  # parts of the extra mcp
    foreign = {top for top in _imports() if top not in sys.stdlib_module_names and top not in BLENDERS_MODULES}
    unmet = {top for top in foreign if given.isdisjoint(map(packing.canonicalize_name, homes.get(top, [])))}
    assert unmet == set()


def _imports() -> set[str]:
    """Return the top-level names of everything that the program imports from elsewhere."""
    files = [f for room in ("pipeline", "addon", "operators", "panels") for f in (ROOT / room).rglob("*.py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    named = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return named | {n.module.split(".")[0] for n in nodes if isinstance(n, ast.ImportFrom) and not n.level and n.module}


def test_every_dependency_has_a_reason(packing):
    assert {packing.canonicalize_name(r.name) for r in packing.requirements()} <= set(packing.REASONS)


@pytest.mark.parametrize(("target", "missing"), [("windows-x64/3.13", ["colour"]), ("linux-x64/3.13", [])])
def test_a_package_that_only_another_system_needs_is_missed_there(packing, tmp_path, monkeypatch, target, missing):
    monkeypatch.setattr(packing, "ROOT", tmp_path)
    target = next(t for t in packing.TARGETS if t.name == target)
    _wheel(target.wheels, "bars", 'colour; platform_system == "Windows"', 'notebook; extra == "notebook"', "numpy>=2")
    assert [r.name for r in packing.unmet(target, [Requirement("bars")])] == missing


def test_blender_accepts_the_manifest_of_every_target(packing, tmp_path):
    for target in packing.TARGETS:
        folder = tmp_path / target.wheels.name
        wheel = _wheel(folder / "wheels", "bars")
        (folder / "blender_manifest.toml").write_text(packing.manifest(target, [wheel.name]))
        (folder / "__init__.py").touch()
        done = subprocess.run([*packing._builder(""), "validate", str(folder)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        manifest = tomllib.loads((folder / "blender_manifest.toml").read_text())
        assert manifest["platforms"] == [target.platform]
        assert manifest["wheels"] == ["./wheels/bars-1.0-py3-none-any.whl"]


def test_what_was_made_stays_out_of_the_zip_and_assets_stay_in(packing, tmp_path):
    names = ["script.md", "short.blend", "media", "renders", ".lectern", "__pycache__", "pages"]
    assert set(names) - packing._clutter("assets/examples/short", names) == {"script.md", "pages"}
    assert packing._clutter("assets/compositor", ["narrator.blend", "narrator.blend1"]) == {"narrator.blend1"}


def test_pip_installs_what_is_in_the_zip(packing):
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    with_it, without = told["package-data"]["lectern"], told["exclude-package-data"]["lectern"]

    def installed(file: PurePath) -> bool:
        return any(map(file.full_match, with_it)) and not any(map(file.full_match, without))

    assert [file for file in _packed(packing) if not installed(file)] == []
    made = ("media/voice/a.wav", "renders/film.mp4", "short.blend", "pages/__pycache__/a.pyc")
    assert not any(installed(PurePath("assets/examples/short", each)) for each in made)


def _packed(packing):
    """Yield the files of the folders in the zip, relative to the project."""
    for name in packing.CONTENT:
        for folder, inner, files in os.walk(ROOT / name):
            clutter = packing._clutter(folder, [*inner, *files])
            inner[:] = [each for each in inner if each not in clutter]
            yield from (Path(folder, file).relative_to(ROOT) for file in files if file not in clutter)


def test_the_table_of_wheels_in_the_documentation_names_every_target(packing):
    table = (ROOT / "docs" / "wheels.md").read_text()
    assert all(target.name in table for target in packing.TARGETS)
