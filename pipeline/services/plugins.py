"""Plug-in files: Python of an episode or a studio that adds providers. They run once a person trusts exactly them."""

import atexit
import json
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

from ..base.errors import LecternError, SourceError
from ..base.files import content_digest, digest
from ..base.frozen import Frozen
from .registry import Registry

FOLDER = "plugins"


class Plugin(Frozen):
    """A plug-in's file, and the hash of what is in it, and of what lies beside it that it can load."""

    file: Path
    digest: str


def plugins_in(homes: Iterable[Path]) -> tuple[Plugin, ...]:
    """Return the plug-ins in the `plugins/` folders of `homes`, in the order they are loaded. Reads them; runs nothing."""
    files = (file for home in dict.fromkeys(homes) for file in sorted((home / FOLDER).glob("*.py")))
    return tuple(Plugin(file=file, digest=_digest(file)) for file in files)


def add_plugins(registry: Registry, plugins: Sequence[Plugin]) -> None:
    """Run plug-ins that this person trusts, and add what they offer.

    Raises SourceError, with the line, if one fails; LecternError if one is not what was trusted any more.
    """
    copies = [(plugin, _unchanged_copy(plugin, tuple(plugins))) for plugin in plugins]  # all, before any of them runs
    for plugin, code in copies:
        with blaming_plugins((plugin,)), registry.adding_from(plugin.digest):
            _providers_of(plugin, code)(registry)


def _unchanged_copy(plugin: Plugin, plugins: tuple[Plugin, ...]) -> Path:
    """Return the copy of a plug-in that is loaded. Raises LecternError if it is not what was trusted any more."""
    together = digest("".join(other.digest for other in plugins if other.file.parent == plugin.file.parent))
    copy = _copied(plugin.file.parent, together) / plugin.file.name
    if _digest(copy) != plugin.digest:
        raise LecternError(f"{plugin.file} has changed since it was looked at; build again, and look at it again")
    return copy


@contextmanager
def blaming_plugins(plugins: tuple[Plugin, ...]) -> Iterator[None]:
    """Turn what goes wrong in the code of one of `plugins` into a SourceError that names its file and line."""
    try:
        yield
    except LecternError:
        raise
    except Exception as error:  # the boundary to code that is not Lectern's
        place = _error_position(error, plugins)
        if place is None:
            raise
        raise SourceError(
            *place, f"this plug-in failed ({_error_message(error)}); mend it, or take the file away"
        ) from error


def _providers_of(plugin: Plugin, code: Path) -> Callable[[Registry], None]:
    module = _load_module(plugin, code)
    if not hasattr(module, "providers"):
        raise SourceError(plugin.file, 1, "a plug-in defines a function providers(registry); this file does not")
    offer: Callable[[Registry], None] = module.providers
    return offer


def _load_module(plugin: Plugin, code: Path) -> ModuleType:
    """Return the plug-in, whose copy is `code`, as a module; each is run once in a process."""
    name = f"lectern_plugin_{plugin.file.stem}_{plugin.digest[:16]}"
    if name not in sys.modules:
        module = ModuleType(name)
        module.__file__ = str(code)
        sys.modules[name] = module  # pydantic and dataclasses look their classes' module up
        try:
            exec(compile(code.read_bytes(), str(plugin.file), "exec"), module.__dict__)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


def _digest(file: Path) -> str:
    """Return the hash of a plug-in, with that of what lies beside it and is no plug-in itself, if anything does."""
    own, folder = content_digest(file), file.parent
    beside = [(path.as_posix(), content_digest(folder / path)) for path in _files_in(folder) if not _is_plugin(path)]
    return digest(json.dumps([own, beside])) if beside else own


def _files_in(folder: Path) -> list[Path]:
    """Return the files in a folder of plug-ins, relative to it: all that one of them can load."""
    return sorted(
        path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )


def _is_plugin(path: Path) -> bool:
    return len(path.parts) == 1 and path.suffix == ".py"


@cache
def _copied(folder: Path, looked_at: str) -> Path:
    """Return a copy of a folder of plug-ins, of this process alone: what is looked at in it is what is loaded."""
    place = Path(tempfile.mkdtemp(prefix="lectern-plugins-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    for path in _files_in(folder):
        (place / FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / path, place / FOLDER / path)
    return place / FOLDER


def _error_position(error: Exception, plugins: tuple[Plugin, ...]) -> tuple[Path, int] | None:
    """Return file and line of the plug-in where an error comes from."""
    files = {str(plugin.file): plugin.file for plugin in plugins}
    if isinstance(error, SyntaxError) and error.filename in files:
        return files[error.filename], error.lineno or 1
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
    return (files[frames[-1].filename], frames[-1].lineno or 1) if frames else None


def _error_message(error: Exception) -> str:
    return f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
