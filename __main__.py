"""`python -m lectern`, and `python FOLDER` where the package's folder has another name, as inside Blender."""

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> int:
    """Runs the command line; the exit code."""
    if __package__:
        from .pipeline.cli.main import main
    else:
        _import_as("lectern")
        from lectern.pipeline.cli.main import main
    return main()


def _import_as(name: str) -> None:
    """Makes this folder the package `name`, whatever it is called on the disk."""
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != ROOT]  # its rooms are no packages by themselves
    spec = importlib.util.spec_from_file_location(name, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


if __name__ == "__main__":
    sys.exit(main())
