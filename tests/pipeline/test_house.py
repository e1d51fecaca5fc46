"""The house: what may import what. These tests read the code itself."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("pipeline", "addon", "operators", "panels")
BLENDER = ("bpy", "bmesh", "mathutils", "gpu", "blf")


def modules(room: str) -> Iterator[tuple[str, ast.Module]]:
    """(path below the root, syntax tree) of every module of a room."""
    for file in sorted((ROOT / room).rglob("*.py")):
        yield file.relative_to(ROOT).as_posix(), ast.parse(file.read_text(encoding="utf-8"))


def imported(path: str, tree: ast.Module) -> Iterator[str]:
    """What a module imports, relative names resolved below the root (``pipeline.clock``)."""
    parts = path.split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = parts[: len(parts) - node.level + 1]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from (".".join([*base, name]) for name in names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _imports(room: str, wanted: tuple[str, ...]) -> list[tuple[str, str]]:
    """(module, import) for every import in `room` from one of `wanted`."""
    return [(path, name) for path, tree in modules(room) for name in imported(path, tree) if name.split(".")[0] in wanted]


def test_the_pipeline_never_imports_blender() -> None:
    found = _imports("pipeline", BLENDER)
    assert found == []


def test_every_room_imports_relatively() -> None:
    found = [pair for room in ROOMS for pair in _imports(room, ("lectern",))]
    assert found == []


def test_dependencies_point_one_way() -> None:
    for number, room in enumerate(ROOMS):
        later = ROOMS[number + 1 :]
        found = _imports(room, later)
        assert found == []


def test_the_root_imports_nothing_until_register_is_called() -> None:
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    assert [type(node).__name__ for node in tree.body] == ["Expr", "FunctionDef", "FunctionDef"]


def test_importing_every_module_of_the_pipeline_loads_no_bpy() -> None:
    """In a process where importing bpy is an error."""
    names = [path[:-3].replace("/", ".").removesuffix(".__init__") for path, _ in modules("pipeline") if not path.endswith("_child.py")]
    code = "import importlib, sys; sys.modules['bpy'] = None\nfor name in sys.argv[1:]: importlib.import_module('lectern.' + name)"
    done = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
