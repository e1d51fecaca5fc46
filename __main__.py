"""`python -m lectern`, or `python FOLDER` if the package's folder has another name, as inside Blender."""

import importlib
import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> int:
    """Run the command line and return its exit code."""
    package = __package__ or "lectern"
    if __package__:
        _forget_current_folder()
    else:
        _import_as(package)
    module = "pipeline.cli.main"
    if sys.argv[1:2] == ["--module"]:  # as base/launch.py starts helpers of ours, which need no command line
        module = sys.argv[2]
        del sys.argv[1:3]
    return int(importlib.import_module(f"{package}.{module}").main() or 0)


def _forget_current_folder() -> None:
    """Take the current folder off the path, where `python -m` has put it: it may be the episode of a stranger's."""
    current = Path.cwd()
    if current != ROOT.parent and not sys.flags.safe_path:
        sys.path[:1] = [entry for entry in sys.path[:1] if Path(entry).resolve() != current]


def _import_as(name: str) -> None:
    """Import this folder as the package `name`, whatever the folder is called."""
    # Python put the folder itself on the path, but its packages can't be imported as top-level ones
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != ROOT]
    spec = importlib.util.spec_from_file_location(name, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])
    assert spec and spec.loader
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


if __name__ == "__main__":
    sys.exit(main())
