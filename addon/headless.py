"""Blender's end of the renderer: one task in a Blender without a window, or in a Python with the bpy module.

``blender -b --factory-startup --python addon/headless.py -- TASK request.json``, or with any Python that has the bpy
module ``python addon/headless.py TASK request.json``. Progress and the result are lines of JSON on stdout (other lines
are Blender's); a failure is one such line and exit code 1.
"""

import importlib
import importlib.machinery
import importlib.util
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

TASKS = ("compile", "collect", "render", "still", "bake", "key")


def main(argv: list[str]) -> int:
    """Runs the task; returns the exit code."""
    try:
        name, request = argv
        result = _task(name)(json.loads(Path(request).read_text(encoding="utf-8")), _report)
    except Exception as error:  # the process's one boundary: whoever started it has to learn why it ended
        said = str(error) or type(error).__name__
        _say({"error": said, "trace": traceback.format_exc(), "expected": _is_expected(error)})
        return 1
    _say({"result": result})
    return 0


def _task(name: str) -> Callable[[dict, Callable[[float], None]], dict]:
    from . import tasks

    if name not in TASKS:
        raise ValueError(f'there is no task "{name}"; there are: {", ".join(TASKS)}')
    return getattr(tasks, name)


def _is_expected(error: Exception) -> bool:
    from ..pipeline.errors import LecternError

    return isinstance(error, LecternError)


def _report(done: float) -> None:
    _say({"done": round(done, 4)})


def _say(message: dict) -> None:
    try:
        sys.stdout.write("\n" + json.dumps(message) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(1)  # whoever asked is gone; Blender would swallow the exception and render on


def _as_package() -> Callable[[list[str]], int]:
    """This file's `main` within its package, when it is run as a lone file: the folder may be called anything."""
    root = Path(__file__).resolve().parents[1]
    here = root / "addon"  # not a place to import from: its files are no modules of their own
    sys.path[:] = [path for path in sys.path if Path(path or ".").resolve() != here]
    _find_packages()
    file, places = root / "__init__.py", [str(root)]
    spec = importlib.util.spec_from_file_location("lectern", file, submodule_search_locations=places)
    package = importlib.util.module_from_spec(spec)
    sys.modules["lectern"] = package
    spec.loader.exec_module(package)
    return importlib.import_module("lectern.addon.headless").main


def _find_packages() -> None:
    """Adds to the search path what whoever started Blender told, else where Blender keeps the wheels of extensions."""
    if importlib.util.find_spec("pydantic"):
        return
    found = next((path for path in _candidates() if _fits(path)), None)
    if found is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        way_out = "Install the Lectern extension in it, or leave `program` in [blender] empty."
        error = f"This Blender's Python ({version}) has none of the packages that Lectern needs. {way_out}"
        _say({"expected": True, "error": error})
        os._exit(1)
    sys.path.append(found)


def _candidates() -> list[str]:
    import bpy

    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    extensions = Path(bpy.utils.user_resource("EXTENSIONS")) / ".local"
    told = os.environ.get("LECTERN_PACKAGES", "").split(os.pathsep)
    own = [extensions / "lib" / version / "site-packages", extensions / "Lib" / "site-packages"]
    return [*filter(None, told), *map(str, own)]


def _fits(path: str) -> bool:
    """Whether the packages there are compiled for this Python."""
    compiled = Path(path, "pydantic_core").glob("_pydantic_core*")
    return any(file.name.endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES)) for file in compiled)


if __name__ == "__main__":
    if __package__:
        sys.exit(main(sys.argv[1:]))
    arguments = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]
    code = _as_package()(arguments)
    sys.stdout.flush()
    os._exit(code)  # Blender would go on with code 0
