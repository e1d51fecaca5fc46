"""The pages of an episode, served to the browser on this machine alone."""

import shutil
from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from ...episode.screen import LaidFile
from ...errors import LecternError
from ..loopback import serving
from ..request import is_material, local_page


class Site:
    """Turns a page of the episode into an address on this machine, and back; each folder is served once.

    `laid` is a folder whose files stand beside every page, before the episode's own.
    """

    def __init__(self, episode: Path, laid: Path, stack: ExitStack) -> None:
        self._episode, self._laid, self._stack = episode.resolve(), laid, stack
        self._served = dict[Path, str]()

    def address(self, written: str) -> str:
        """Where the browser finds what the script opens."""
        if written.startswith("file:"):
            written = self._of_file(written)
        if not local_page(written):
            return written
        path, mark, rest = _cut(written)
        folder, _, name = path.rpartition("/")
        root = (self._episode / folder).resolve()
        if not root.is_relative_to(self._episode):
            raise LecternError(f"{written} lies outside the episode; copy it into {self._episode.name}/")
        if root not in self._served:
            given = partial(_Material, directory=str(root), episode=self._episode, laid=self._laid)
            self._served[root] = self._stack.enter_context(serving(given))
        return f"{self._served[root]}/{name}{mark}{rest}"

    def written(self, address: str) -> str:
        """What a window's bar shows for `address`: a page of the episode as the script names it, others without scheme."""
        for root, base in self._served.items():
            if address.startswith(base + "/"):
                path = root.relative_to(self._episode).as_posix()
                return _short(f"{'' if path == '.' else path + '/'}{address[len(base) + 1 :]}")
        return "" if address.startswith(("about:", "data:")) else _short(address.split("://", 1)[-1])

    def _of_file(self, address: str) -> str:
        path = Path(url2pathname(unquote(urlsplit(address).path)))
        if not path.is_relative_to(self._episode):
            raise LecternError(f"{address} lies outside the episode; only files of {self._episode.name}/ can be opened")
        return path.relative_to(self._episode).as_posix()


def lay_out(files: tuple[LaidFile, ...], episode: Path, folder: Path) -> Path:
    """Writes the files of an environment into `folder`."""
    for laid in files:
        file = folder / laid.path
        file.parent.mkdir(parents=True, exist_ok=True)
        if laid.file:
            shutil.copyfile(episode / laid.file, file)
        else:
            file.write_text(laid.text, encoding="utf-8")
    return folder


class _Material(SimpleHTTPRequestHandler):
    """Gives away material of the episode and what is laid out; wherever a link leads beside, there is nothing."""

    def __init__(self, *given: object, directory: str, episode: Path, laid: Path) -> None:
        self._episode, self._laid = episode, laid
        super().__init__(*given, directory=directory)  # type: ignore[arg-type]

    def translate_path(self, path: str) -> str:
        own = super().translate_path(path)
        beside = self._laid / Path(own).relative_to(self.directory)
        return str(beside) if beside.is_file() else own

    def send_head(self) -> BinaryIO | None:  # type: ignore[override]
        asked = Path(self.translate_path(self.path))
        index = (asked / name for name in self.index_pages)
        if not self._may_give(next((page for page in index if page.is_file()), asked).resolve()):
            return self.send_error(HTTPStatus.NOT_FOUND)
        return super().send_head()  # type: ignore[return-value]

    def _may_give(self, file: Path) -> bool:
        if file == self._episode or file.is_relative_to(self._laid.resolve()):
            return True
        return file.is_relative_to(self._episode) and is_material(file.relative_to(self._episode))

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


def _cut(address: str) -> tuple[str, str, str]:
    """A path, and the query or fragment behind it."""
    for index, char in enumerate(address):
        if char in "?#":
            return address[:index], char, address[index + 1 :]
    return address, "", ""


def _short(address: str) -> str:
    path, mark, rest = _cut(address)
    return f"{path.removesuffix('index.html')}{mark}{rest}".rstrip("/")
