"""How a command calls a function of the studio: with the options that are named like its parameters."""

import shlex
from argparse import Namespace
from collections.abc import Callable
from contextlib import nullcontext
from inspect import Parameter, signature
from pathlib import Path
from typing import get_args

from ..base.errors import LecternError
from .console import cost_prompt
from .progress import progress

DONE, FINDINGS, FAULT, NOT_TRUSTED, OWN_FAULT, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""The exit codes; `EXIT_CODES` says what they mean."""

EXIT_CODES = """exit codes:
  0    done; check: the script is sound
  1    check or verify has findings, capture --check something out of date, find found nothing, doctor misses something, or a
       service does not work
  2    the script, the settings or the command line have a fault; the message says where and how to mend it
  3    the episode would run things that you have not allowed (see --trust)
  4    a fault in Lectern itself
  130  interrupted; what was made is kept, and the same command goes on from there"""


def call[T](function: Callable[..., T], options: Namespace, *, events: bool = False, **more: object) -> T:
    """Call `function` with those `options` (and `more`) that are named like its parameters; return its result.

    A parameter `listen` gets what shows progress, and `folder` an absolute path that exists, unless `more` has others;
    `agree` gets what asks before paying. With `events`, progress is written as JSON. Raises LecternError if there is no such folder.
    """
    parameters = _parameters_of(function)
    shows_progress = "listen" in parameters and "listen" not in more
    with progress(options.quiet, events) if shows_progress else nullcontext() as listen:
        known = {**vars(options), "agree": cost_prompt(options.yes), "listen": listen, **more}
        if "folder" in parameters and "folder" not in more:
            known["folder"] = existing_folder(options.folder)
        return function(**{name: known[name] for name in parameters if name in known})


def _parameters_of(function: Callable[..., object]) -> set[str]:
    """Return the names of all parameters of a function, those of an unpacked TypedDict (`**options`) among them."""
    found = signature(function).parameters.values()
    rest = [parameter.annotation for parameter in found if parameter.kind is Parameter.VAR_KEYWORD]
    own = {parameter.name for parameter in found if parameter.kind is not Parameter.VAR_KEYWORD}
    return own.union(*(options.__annotations__ for unpacked in rest for options in get_args(unpacked)))


def existing_folder(folder: Path) -> Path:
    """Return the absolute path of a folder. Raises LecternError if there is none."""
    if not folder.is_dir():
        way_out = f"A new episode is made with: lectern new {shlex.quote(str(folder))}"
        raise LecternError(f"There is no folder {folder}. {way_out}")
    return folder.resolve()
