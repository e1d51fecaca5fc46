"""A server that a page needs: started in a copy of its folder, waited for, and ended with the capture."""

import socket
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.files import file_digest
from lectern.pipeline.capture.browser import served
from lectern.pipeline.capture.browser.hosts import hosts_of
from lectern.pipeline.capture.browser.served import PageServer, serve
from lectern.pipeline.capture.request import DIGEST_LENGTH, CaptureRequest
from lectern.pipeline.capture.sandbox.bubblewrap import sandbox_missing
from lectern.pipeline.episode.capture_block import Environment, FixtureFile
from lectern.pipeline.episode.steps import Step

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its command is run by a Unix shell")

SERVER = "python3 -m http.server --bind 127.0.0.1 $PORT"


def request_of(command: str, **more) -> CaptureRequest:
    return CaptureRequest(kind="browser", size=(640, 360), steps=(), serve=command, **more)


def said_at(port: int, path: str = "") -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
        return answer.read().decode()


@pytest.mark.parametrize("sandbox", [False, pytest.param(True, marks=pytest.mark.skipif(bool(sandbox_missing()), reason="bwrap"))])  # fmt: skip
def test_a_server_works_on_a_copy_until_its_capture_ends(tmp_path: Path, sandbox: bool):
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "page.txt").write_text("as it was")
    laid = Environment(files=(FixtureFile(path="laid.txt", text="laid out"),), env=(("WORD", "told"),), sandbox=sandbox)
    request = request_of(f'echo "$WORD" > made.txt && {SERVER}', folder="server", environment=laid)
    page = "server/page.txt"
    request = request.model_copy(update={"files": ((page, file_digest(tmp_path / page, DIGEST_LENGTH)),)})
    before = set(psutil.Process().children(recursive=True))
    with serve(request, tmp_path) as server:
        said = [said_at(server.port, name) for name in ("page.txt", "laid.txt", "made.txt")]
        below = set(psutil.Process().children(recursive=True)) - before
    assert below
    assert said == ["as it was", "laid out\n", "told\n"]
    assert not [process for process in below if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    assert [file.name for file in (tmp_path / "server").iterdir()] == ["page.txt"]
    with pytest.raises(OSError):
        said_at(server.port)


def test_a_capture_without_a_server_has_none(tmp_path):
    with serve(request_of(""), tmp_path) as server:
        assert server is None


@pytest.mark.parametrize(
    "command, said",
    [
        ("echo no database >&2; exit 3", r"has ended \(exit status 3\).*no database"),
        ("nosuchserver --port 80", r"has ended \(exit status 127\).*nosuchserver"),
        ("true", r"has ended \(exit status 0\).*keeps running"),
        ("echo waiting for nobody; sleep 60", r"nobody answers at port \d+ within.*waiting for nobody"),
    ],
)
def test_a_server_that_does_not_come_up_says_why(tmp_path, monkeypatch, command, said):
    monkeypatch.setattr(served, "ANSWER_SECONDS", 0.5 if "sleep" in command else 30.0)
    with pytest.raises(LecternError, match=f"(?s){said}"), serve(request_of(command), tmp_path):
        pass


def test_a_port_that_is_taken_is_told_with_who_has_it(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LecternError, match=rf"port {port} is taken by .*process \d+.*leave port: out"):
            with serve(request_of(SERVER, port=port), tmp_path):
                pass


@pytest.mark.parametrize(
    "opened", ["http://localhost:$PORT/x", "http://localhost:8123/x", "http://127.0.0.1:8123/", "http://[::1]:8123/"]
)
def test_pages_reach_their_own_server_and_nothing_else(opened):
    request = request_of("x", port=None if "$PORT" in opened else 8123)
    request = request.model_copy(update={"steps": (Step(action="open", value=opened),)})
    server = PageServer(8123, chosen="$PORT" in opened)
    hosts = hosts_of(request, server.hosts)
    assert hosts.here_only
    assert hosts.allow(server.address(opened))
    assert not any(map(hosts.allow, ("http://localhost:8124/", "http://localhost/", "https://example.org/")))


def test_a_port_that_lectern_chose_is_not_in_the_film():
    assert PageServer(8123, chosen=True).written("http://localhost:8123/a:8123") == "http://localhost/a:8123"
    assert PageServer(8000, chosen=False).written("http://localhost:8000/a") == "http://localhost:8000/a"
