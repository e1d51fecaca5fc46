"""Plug-in files: Python of an episode or a studio that adds providers. They run once a person trusts exactly them."""

import hashlib
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from ..errors import LecternError, SourceError
from ..model import Frozen
from .registry import Registry

FOLDER = "plugins"


class Plugin(Frozen):
    """A plug-in's file, and the hash of what is in it."""

    file: Path
    digest: str


def plugins_in(homes: Iterable[Path]) -> tuple[Plugin, ...]:
    """The plug-ins in the `plugins/` folders of `homes`, in the order they are loaded. Reads them; runs nothing."""
    files = (file for home in dict.fromkeys(homes) for file in sorted((home / FOLDER).glob("*.py")))
    return tuple(Plugin(file=file, digest=hashlib.sha256(file.read_bytes()).hexdigest()) for file in files)


def add_plugins(registry: Registry, plugins: Iterable[Plugin]) -> None:
    """Runs plug-ins that this person trusts, and adds what they offer.

    SourceError, with the line, where one fails; LecternError where one is not what was trusted any more.
    """
    for plugin in plugins:
        with blamed((plugin,)), registry.adding_from(plugin.digest):
            _providers_of(plugin)(registry)


@contextmanager
def blamed(plugins: tuple[Plugin, ...]) -> Iterator[None]:
    """Turns what goes wrong in the code of one of `plugins` into a SourceError that names its file and line."""
    try:
        yield
    except LecternError:
        raise
    except Exception as error:  # the boundary to code that is not Lectern's
        place = _place(error, plugins)
        if place is None:
            raise
        raise SourceError(*place, f"this plug-in failed ({_said(error)}); mend it, or take the file away") from error


def _providers_of(plugin: Plugin) -> object:
    module = _loaded(plugin)
    if not hasattr(module, "providers"):
        raise SourceError(plugin.file, 1, "a plug-in defines a function providers(registry); this file does not")
    return module.providers


def _loaded(plugin: Plugin) -> ModuleType:
    """The plug-in as a module; each is run once in a process."""
    name = f"lectern_plugin_{plugin.file.stem}_{plugin.digest[:16]}"
    if name not in sys.modules:
        source = plugin.file.read_bytes()
        if hashlib.sha256(source).hexdigest() != plugin.digest:
            raise LecternError(f"{plugin.file} has changed since it was looked at; build again, and look at it again")
        module = ModuleType(name)
        module.__file__ = str(plugin.file)
        sys.modules[name] = module  # pydantic and dataclasses look their classes' module up
        try:
            exec(compile(source, str(plugin.file), "exec"), module.__dict__)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


def _place(error: Exception, plugins: tuple[Plugin, ...]) -> tuple[Path, int] | None:
    """File and line of the plug-in where an error comes from."""
    files = {str(plugin.file): plugin.file for plugin in plugins}
    if isinstance(error, SyntaxError) and error.filename in files:
        return files[error.filename], error.lineno or 1
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
    return (files[frames[-1].filename], frames[-1].lineno or 1) if frames else None


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
