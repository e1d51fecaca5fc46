"""A worker process of a build: makes takes until its parent ends it."""

from pathlib import Path

from ..episode.folder import settings_file
from ..episode.model import Settings
from ..episode.settings import read_settings
from ..jobs.queue import Queue
from ..jobs.takes import TakeStore
from ..jobs.worker import serve
from ..services.plugins import Plugin
from .places import Places
from .recipes import recipes


def work(folder: Path, *, config: Path | None = None, plugins: tuple[Plugin, ...] = ()) -> None:
    """Serves the queue of the episode in `folder`; `plugins` are those that the person trusts, as the parent found."""
    file = config or settings_file(folder)
    settings = read_settings(file, str(file)) if file else Settings()
    places = Places(folder=folder)
    store = TakeStore(places.media)
    with Queue(places.database, has=store.has) as queue:
        serve(queue, store, recipes(settings, plugins), folder)
