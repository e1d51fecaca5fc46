"""What a clip's page gets for the addresses it asks for: files of the episode that it names, fonts, designed clips."""

import mimetypes
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..stepped import Answer
from .request import ClipFault, ClipRequest

ASSETS = Path(__file__).parents[3] / "assets"
OWN = ("fonts", "clips", "pages")
HOME = "https://episode/"
MISSING = Answer(status=404)


class Site:
    """Serves one clip; `faults` are the addresses it asked for in vain."""

    def __init__(self, request: ClipRequest, episode: Path) -> None:
        self.faults: list[ClipFault] = []
        self._html, self._files, self._episode = request.html, {file for file, _ in request.files}, episode

    def __call__(self, address: str) -> Answer:
        parts = urlsplit(address)
        path = unquote(parts.path).lstrip("/")
        if parts.scheme == "https" and parts.netloc == "lectern":
            return self._own(path)
        if parts.scheme == "https" and parts.netloc == "episode":
            return Answer(self._html.encode(), "text/html; charset=utf-8") if not path else self._of_episode(path)
        return self._refused(f"it asks for {address}, but clips have no network: put the file into the episode")

    def _own(self, path: str) -> Answer:
        file = (ASSETS / path).resolve()
        inside = any(file.is_relative_to(ASSETS / folder) for folder in OWN)
        return _answer(file) if inside and file.is_file() else self._refused(f'Lectern has no file "{path}" for clips')

    def _of_episode(self, path: str) -> Answer:
        file = self._episode / path
        if path in self._files and file.is_file():
            return _answer(file)
        if path == "favicon.ico":
            return MISSING
        if file.is_file() and file.resolve().is_relative_to(self._episode.resolve()):
            return self._refused(f'it asks for "{path}", which it does not name in full; add it to the "files:" of the clip')
        return self._refused(f'it asks for "{path}", and there is no such file in the episode')

    def _refused(self, message: str) -> Answer:
        self.faults.append(ClipFault(message=message))
        return MISSING


def _answer(file: Path) -> Answer:
    type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Answer(file.read_bytes(), f"{type}; charset=utf-8" if type.startswith("text/") else type)
