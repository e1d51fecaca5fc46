"""The house, read as text: names, sizes, circles, docstrings. Which room may import which is import-linter's (`make lint`)."""

import ast
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("pipeline", "addon", "operators", "panels")
FEW_LINES = 40
ONE_FILE_EACH = ("pipeline/studio/", "pipeline/providers/")
"""Rooms in which a verb, or a provider, is one file however small it is."""
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 40
DOCSTRING_OPENINGS = frozenset(
    "a an the this that these those it its he she they them their who whom whose what which whether when where why how".split()
)
"""Words that no function's docstring opens with: it says what the function does."""


@cache
def modules(room: str) -> list[tuple[str, ast.Module]]:
    """(path below the root, syntax tree) of every module of a room."""
    files = sorted((ROOT / room).rglob("*.py"))
    return [(file.relative_to(ROOT).as_posix(), ast.parse(file.read_text(encoding="utf-8"))) for file in files]


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """All nodes of a module."""
    return tuple(ast.walk(tree))


@cache
def without_imports_for_types(tree: ast.Module) -> ast.Module:
    """A module without what is imported under `if TYPE_CHECKING:`, which never runs."""
    body = [node for node in tree.body if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")]
    return ast.Module(body, tree.type_ignores)


def imported(path: str, tree: ast.Module) -> Iterator[str]:
    """What a module imports, relative names resolved below the root (``pipeline.clock``)."""
    parts = path.split("/")[:-1]
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = parts[: len(parts) - node.level + 1]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from (".".join([*base, name]) for name in names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def imported_modules(path: str, tree: ast.Module) -> Iterator[str]:
    """The modules that a module reads: names that it imports from a package may be modules, too."""
    yield from imported(path, tree)
    parts = path.split("/")[:-1]
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom) and node.level and node.module:
            base = [*parts[: len(parts) - node.level + 1], node.module]
            yield from (".".join([*base, alias.name]) for alias in node.names)


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions and methods without a leading underscore that are no properties."""
    for node in nodes(tree):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            if not any("property" in ast.unparse(decorator) for decorator in node.decorator_list):
                yield node


def _imports(room: str, wanted: tuple[str, ...]) -> list[tuple[str, str]]:
    """(module, import) for every import in `room` from one of `wanted`."""
    return [
        (path, name) for path, tree in modules(room) for name in imported(path, tree) if name.split(".")[0] in wanted
    ]


def test_every_room_imports_relatively() -> None:
    found = [pair for room in ROOMS for pair in _imports(room, ("lectern",))]
    assert found == []


def test_the_root_imports_nothing_until_register_is_called() -> None:
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    assert [type(node).__name__ for node in tree.body] == ["Expr", "FunctionDef", "FunctionDef"]


def test_importing_every_module_of_the_pipeline_loads_no_bpy() -> None:
    """In a process where importing bpy is an error."""
    names = [
        path[:-3].replace("/", ".").removesuffix(".__init__")
        for path, _ in modules("pipeline")
        if not path.endswith("_child.py")
    ]
    code = "import importlib, sys; sys.modules['bpy'] = None\nfor name in sys.argv[1:]: importlib.import_module('lectern.' + name)"
    done = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_class_name_is_there_twice() -> None:
    homes: dict[str, set[str]] = defaultdict(set)
    for path, tree in modules("pipeline"):
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                homes[node.name.strip("_")].add(path)
    assert {name: sorted(found) for name, found in homes.items() if len(found) > 1} == {}


def test_no_file_and_no_function_is_too_long_to_read_at_once() -> None:
    long = []
    for path, tree in (pair for room in ROOMS for pair in modules(room)):
        functions = [node for node in nodes(tree) if isinstance(node, ast.FunctionDef)]
        sizes = [(f"{path}:{f.lineno} {f.name}", (f.end_lineno or 0) - f.lineno + 1) for f in functions]
        long += [(where, lines) for where, lines in sizes if lines > MOST_LINES_OF_A_FUNCTION]
        lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
        long += [(path, lines)] if lines > MOST_LINES else []
    assert long == []


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    named = {path.removesuffix(".py").replace("/", "."): (path, tree) for room in ROOMS for path, tree in modules(room)}
    imports = {
        name: set(imported_modules(path, without_imports_for_types(tree))) & named.keys()
        for name, (path, tree) in named.items()
    }
    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def test_no_room_is_excepted_from_the_lint() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    ruff = [files for files in tools["ruff"]["lint"]["per-file-ignores"] if files.startswith("pipeline")]
    mypy = [part["module"] for part in tools["mypy"]["overrides"] if part.get("ignore_errors")]
    assert (ruff, mypy) == ([], [])


def test_a_module_of_few_lines_has_more_than_one_reader() -> None:
    """What is small and has a single reader belongs into that reader."""
    trees = dict(modules("pipeline"))
    readers: dict[str, set[str]] = defaultdict(set)
    for path, tree in [*trees.items(), *(pair for room in ROOMS[1:] for pair in modules(room))]:
        for name in imported_modules(path, tree):
            readers[name].add(path)
    lonely = [
        path
        for path in trees
        if not path.endswith("__init__.py")
        and not path.startswith(ONE_FILE_EACH)
        and len((ROOT / path).read_text(encoding="utf-8").splitlines()) < FEW_LINES
        and len(readers[path[:-3].replace("/", ".")]) == 1
    ]
    assert lonely == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_functions_docstring_opens_with_what_it_does(room: str) -> None:
    opened_otherwise = [
        f"{path}:{node.lineno} {node.name}: {words[0]} …"
        for path, tree in modules(room)
        for node in public_functions(tree)
        if (words := (ast.get_docstring(node) or "").split()) and words[0].lower().strip(",:") in DOCSTRING_OPENINGS
    ]
    assert opened_otherwise == []
