"""The plug-in files that serve an episode."""

from pathlib import Path

from ..episode.folder import settings_file
from ..services.plugins import Plugin, plugins_in


def plugins_of(folder: Path, config: Path | None = None) -> tuple[Plugin, ...]:
    """Those of the episode in `folder`, and of the folder of the lectern.toml that serves it (`config`: another one).

    They are only read; to run them needs trust.
    """
    settings = config or settings_file(folder)
    return plugins_in([folder.resolve(), settings.resolve().parent if settings else folder.resolve()])
