"""The pages of an episode, served to the browser on this machine alone."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import BinaryIO
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from ...base.errors import LecternError
from ...base.files import as_on_disk
from ...episode.capture_block import FixtureFile
from ..request import CaptureRequest, is_episode_page, is_material
from .hosts import Hosts, hosts_of
from .served import PageServer, serve

_MOST_FOLDERS = 8
"""From how many folders one capture can open pages."""


class EpisodeSite:
    """Turns a page of the episode into an address on this machine, and back; each folder is served at a port of its own.

    The ports, `hosts`, are there from the beginning: a browser is told when it starts what it may reach. `laid` is a folder
    whose files are beside every page, before the episode's own. `server` is the capture's own server, where it has one.
    """

    def __init__(self, episode: Path, laid: Path, stack: ExitStack) -> None:
        self._episode, self._laid, self._stack = episode.resolve(), laid, stack
        self.server: PageServer | None = None
        self._served = dict[Path, str]()
        self._servers = [_LoopbackServer(("127.0.0.1", 0), BaseHTTPRequestHandler) for _ in range(_MOST_FOLDERS)]
        self._free = iter(self._servers)
        for server in self._servers:
            stack.callback(server.server_close)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Where pages of the episode are served."""
        return tuple(f"127.0.0.1:{server.server_port}" for server in self._servers)

    def address(self, written: str) -> str:
        """Return where the browser finds what the script opens."""
        if written.startswith("file:"):
            written = self._of_file(written)
        if not is_episode_page(written):
            return self.server.address(written) if self.server else written
        path, mark, rest = _split_address(written)
        folder, _, name = path.rpartition("/")
        root = (self._episode / folder).resolve()
        if not root.is_relative_to(self._episode):
            raise LecternError(f"{written} lies outside the episode; copy it into {self._episode.name}/")
        if root not in self._served:
            self._served[root] = self._serve(root)
        return f"{self._served[root]}/{name}{mark}{rest}"

    def written(self, address: str) -> str:
        """Return what a window's bar shows for `address`: a page of the episode as the script names it, others without scheme."""
        for root, base in self._served.items():
            if address.startswith(base + "/"):
                path = root.relative_to(self._episode).as_posix()
                return _short_address(f"{'' if path == '.' else path + '/'}{address[len(base) + 1 :]}")
        if self.server:
            address = self.server.written(address)
        return "" if address.startswith(("about:", "data:")) else _short_address(address.split("://", 1)[-1])

    def _serve(self, root: Path) -> str:
        """Serve a folder, and return its address without a slash at the end."""
        server = next(self._free, None)
        if server is None:
            raise LecternError(
                f"a capture opens pages of {_MOST_FOLDERS} folders at most; put them into fewer, or make it two captures"
            )
        server.serve_folder = partial(_EpisodeFileHandler, directory=str(root), episode=self._episode, laid=self._laid)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self._stack.callback(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def _of_file(self, address: str) -> str:
        path = Path(url2pathname(unquote(urlsplit(address).path)))
        if not path.is_relative_to(self._episode):
            raise LecternError(f"{address} lies outside the episode; only files of {self._episode.name}/ can be opened")
        return path.relative_to(self._episode).as_posix()


def write_files(files: tuple[FixtureFile, ...], episode: Path, folder: Path) -> Path:
    """Write the files of an environment into `folder`."""
    for laid in files:
        file = folder / laid.path
        file.parent.mkdir(parents=True, exist_ok=True)
        if laid.file:
            shutil.copyfile(episode / laid.file, file)
        else:
            file.write_text(laid.text, encoding="utf-8")
    return folder


class _LoopbackServer(ThreadingHTTPServer):
    """Waits for nobody at its end: a desktop's socket stays open as long as its page."""

    daemon_threads = True
    block_on_close = False
    serve_folder: Callable[..., BaseHTTPRequestHandler]

    def finish_request(self, request: object, client_address: object) -> None:
        """Answer from the folder that is served here."""
        self.serve_folder(request, client_address, self)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore that a page is closed while it is served."""


class _EpisodeFileHandler(SimpleHTTPRequestHandler):
    """Gives away material of the episode and what is laid out; wherever a link leads beside, there is nothing."""

    def __init__(self, *given: object, directory: str, episode: Path, laid: Path) -> None:
        self._episode, self._laid = episode, laid
        super().__init__(*given, directory=directory)  # type: ignore[arg-type]

    def translate_path(self, path: str) -> str:
        own = super().translate_path(path)
        name = as_on_disk(Path(self.directory), Path(own).relative_to(self.directory).as_posix())
        beside = self._laid / name
        return str(beside) if beside.is_file() else own if Path(own).exists() else str(Path(self.directory, name))

    def send_head(self) -> BytesIO | BinaryIO | None:
        asked = Path(self.translate_path(self.path))
        index = (asked / name for name in self.index_pages)
        if not self._may_give(next((page for page in index if page.is_file()), asked).resolve()):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def _may_give(self, file: Path) -> bool:
        if not (file.is_file() or file.is_dir()):  # a pipe would block
            return False
        if file == self._episode or file.is_relative_to(self._laid.resolve()):
            return True
        return file.is_relative_to(self._episode) and is_material(file.relative_to(self._episode))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


def _split_address(address: str) -> tuple[str, str, str]:
    """Return a path, and the query or fragment after it."""
    for index, char in enumerate(address):
        if char in "?#":
            return address[:index], char, address[index + 1 :]
    return address, "", ""


def _short_address(address: str) -> str:
    path, mark, rest = _split_address(address)
    return f"{path.removesuffix('index.html')}{mark}{rest}".rstrip("/")


@contextmanager
def served_hosts(request: CaptureRequest, episode: Path, site: EpisodeSite) -> Iterator[Hosts]:
    """Run the request's own server, if it has one, until the block ends; yield what its pages may reach."""
    with serve(request, episode) as server:
        site.server = server
        yield hosts_of(request, (*site.hosts, *(server.hosts if server else ())))
