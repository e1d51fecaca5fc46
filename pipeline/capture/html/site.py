"""Answers what a clip's page asks for: files of the episode that it names, fonts, designed clips."""

import mimetypes
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ...base.assets import ASSETS
from ..stepped_page import PageResponse
from .request import ClipFault, ClipRequest

ASSET_FOLDERS = ("fonts", "clips", "pages")
HOME = "https://episode/"
MISSING = PageResponse(status=404)


class ClipSite:
    """The site of one clip; `faults` are the addresses that it asked for in vain."""

    def __init__(self, request: ClipRequest, episode: Path) -> None:
        self.faults: list[ClipFault] = []
        self._html, self._files, self._episode = request.html, {file for file, _ in request.files}, episode

    def __call__(self, address: str) -> PageResponse:
        """Return the response to an address; a fault is noted if there is none for it."""
        parts = urlsplit(address)
        path = unquote(parts.path).lstrip("/")
        if parts.scheme == "https" and parts.netloc == "lectern":
            return self._own(path)
        if parts.scheme == "https" and parts.netloc == "episode":
            return PageResponse(self._html.encode(), "text/html; charset=utf-8") if not path else self._of_episode(path)
        return self._refused(f"it asks for {address}, but clips have no network: put the file into the episode")

    def _own(self, path: str) -> PageResponse:
        file = (ASSETS / path).resolve()
        inside = any(file.is_relative_to(ASSETS / folder) for folder in ASSET_FOLDERS)
        return (
            _file_response(file)
            if inside and file.is_file()
            else self._refused(f'Lectern has no file "{path}" for clips')
        )

    def _of_episode(self, path: str) -> PageResponse:
        file = self._episode / path
        if path in self._files and file.is_file():
            return _file_response(file)
        if path == "favicon.ico":
            return MISSING
        if file.is_file() and file.resolve().is_relative_to(self._episode.resolve()):
            return self._refused(
                f'it asks for "{path}", which it does not name in full; add it to the "files:" of the clip'
            )
        return self._refused(f'it asks for "{path}", and there is no such file in the episode')

    def _refused(self, message: str) -> PageResponse:
        self.faults.append(ClipFault(message=message))
        return MISSING


def _file_response(file: Path) -> PageResponse:
    type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return PageResponse(file.read_bytes(), f"{type}; charset=utf-8" if type.startswith("text/") else type)
