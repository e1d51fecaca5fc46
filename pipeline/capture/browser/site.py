"""The pages of an episode, served to the browser on this machine alone."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from ...episode.screen import LaidFile
from ...errors import LecternError
from ..request import local_page


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
            self._served[root] = self._stack.enter_context(served(root, self._laid))
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


@contextmanager
def served(folder: Path, laid: Path | None = None) -> Iterator[str]:
    """Serves `folder` (and before it `laid`) on the loopback interface; yields its address, without a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder), laid=laid))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def __init__(self, *given: object, laid: Path | None = None, **more: object) -> None:
        self._laid = laid
        super().__init__(*given, **more)  # type: ignore[arg-type]

    def translate_path(self, path: str) -> str:
        own = super().translate_path(path)
        if self._laid is not None:
            beside = self._laid / Path(own).relative_to(self.directory)
            return str(beside) if beside.is_file() else own
        return own

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
