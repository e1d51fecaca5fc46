"""Blender's end of the `Renderer` protocol: runs one task in a Blender without a window, or in the bpy module.

``blender -b --factory-startup --python addon/headless.py -- TASK request.json``, or ``python addon/headless.py TASK
request.json`` with a Python that has the bpy module. Progress, the result and an error are each a line of JSON on
stdout; all other lines are Blender's. After an error the exit code is 1.
"""

import importlib
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import threading
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

TaskFunction = Callable[[dict[str, Any], Callable[[float], None]], dict[str, Any]]


def main(argv: list[str]) -> int:
    """Run the task named in `argv` with the request in the file it names; return the exit code."""
    _end_with_parent()
    try:
        name, request = argv
        result = _task(name)(json.loads(Path(request).read_text(encoding="utf-8")), _report)
    except Exception as error:  # the outermost level: the process that started this one has to learn what failed
        _send_message({**_error_message(error), "trace": traceback.format_exc()})
        return 1
    _send_message({"result": result})
    return 0


def _end_with_parent() -> None:
    """End this process when the one that started it is gone: it holds the other end of this one's input."""
    if os.environ.get("LECTERN_SUPERVISED"):
        from ..pipeline.base.launch import follow_parent

        follow_parent(getattr(signal, "SIGKILL", signal.SIGTERM))
        threading.Thread(target=_await_end_of_input, daemon=True).start()


def _await_end_of_input() -> None:
    while os.read(0, 1):
        continue
    os._exit(1)


def _task(name: str) -> TaskFunction:
    from ..pipeline.base.renderer import TASKS
    from . import tasks

    if name not in TASKS:
        raise ValueError(f'There is no task "{name}". The tasks are: {", ".join(TASKS)}')
    task: TaskFunction = getattr(tasks, name)
    return task


def _error_message(error: Exception) -> dict[str, Any]:
    """Return what to say of an error, and whether it is one that a person can do something about."""
    from ..pipeline.base.errors import LecternError
    from ..pipeline.base.memory import memory_fault
    from ..pipeline.base.renderer import DamagedBlend

    error = memory_fault(error, "Blender") or error
    message = str(error) or type(error).__name__
    return {"error": message, "expected": isinstance(error, LecternError), "damaged": isinstance(error, DamagedBlend)}


def _report(done: float) -> None:
    _send_message({"done": round(done, 4)})


def _send_message(message: dict[str, Any]) -> None:
    try:
        sys.stdout.write("\n" + json.dumps(message) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(1)  # the reader is gone; Blender would swallow the exception and go on rendering


def _main_in_package() -> Callable[[list[str]], int]:
    """Import the package from the folder that this file lies in, whatever its name, and return its `main`.

    This file is run as a script, which knows no package, so it can't use relative imports.
    """
    root = Path(__file__).resolve().parents[1]
    addon = root / "addon"  # Python put it on the path, but its files can't be imported as top-level modules
    sys.path[:] = [path for path in sys.path if Path(path or ".").resolve() != addon]
    _find_packages()
    _leave_out_extensions()
    spec = importlib.util.spec_from_file_location(
        "lectern", root / "__init__.py", submodule_search_locations=[str(root)]
    )
    assert spec and spec.loader
    sys.modules["lectern"] = package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
    main: Callable[[list[str]], int] = importlib.import_module("lectern.addon.headless").main
    return main


def _find_packages() -> None:
    """Add the folder of Lectern's packages to the search path.

    The process that started Blender names it in LECTERN_PACKAGES; otherwise it is where Blender keeps the wheels of
    extensions. Reports an error and ends the process if neither fits this Python.
    """
    if importlib.util.find_spec("pydantic"):
        return
    found = next((path for path in _candidates() if _fits(path)), None)
    if found is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        error = f"This Blender (Python {version}) does not have the packages that Lectern needs."
        remedy = "Install the Lectern extension in it, or leave `program` in [blender] empty."
        _send_message({"expected": True, "error": f"{error} {remedy}"})
        os._exit(1)
    sys.path.append(found)


def _leave_out_extensions() -> None:
    """Put an add-on that does nothing in the place of the one that looks for extensions on the internet.

    Nothing here needs that, and it is a quarter of what starting the bpy module costs (0.16 of 0.66 CPU s). A Blender
    program has started by now, with all its add-ons.
    """
    if "bpy" in sys.modules:
        return
    sys.modules["bl_pkg"] = nothing = types.ModuleType("bl_pkg")
    values = {"__file__": __file__, "__time__": os.path.getmtime(__file__), "register": int, "unregister": int}
    vars(nothing).update(values)


def _candidates() -> list[str]:
    import bpy

    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    extensions = Path(bpy.utils.user_resource("EXTENSIONS")) / ".local"
    named = os.environ.get("LECTERN_PACKAGES", "").split(os.pathsep)
    installed = [extensions / "lib" / version / "site-packages", extensions / "Lib" / "site-packages"]
    return [*filter(None, named), *map(str, installed)]


def _fits(path: str) -> bool:
    """Return whether the packages in the folder `path` are compiled for this Python."""
    compiled = Path(path, "pydantic_core").glob("_pydantic_core*")
    return any(file.name.endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES)) for file in compiled)


if __name__ == "__main__":
    if __package__:
        sys.exit(main(sys.argv[1:]))
    arguments = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]
    code = _main_in_package()(arguments)
    sys.stdout.flush()
    os._exit(code)  # Blender itself would go on, and end with code 0
