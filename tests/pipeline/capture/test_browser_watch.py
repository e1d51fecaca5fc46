"""The watch over a browser: what ends it, what it says, and that it never fails unseen."""

import asyncio
import subprocess
from collections.abc import Iterator

import psutil
import pytest

from lectern.pipeline.capture import browser_process, browser_watch, chromium
from lectern.pipeline.capture.browser_process import BrowserProcess
from lectern.pipeline.capture.browser_watch import BrowserWatch
from lectern.pipeline.capture.fault import BrowserDied, BrowserTookAll, StepFault, read_fault, retry_on_browser_death
from lectern.pipeline.capture.heartbeat import Heartbeat
from lectern.pipeline.episode.steps import Step


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """A process that stands for a browser, the first of a group of its own."""
    for name in ("WATCH_INTERVAL", "_DRIVER_SECONDS"):
        monkeypatch.setattr(browser_watch, name, 0.01)
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as process:
        yield process
        process.kill()


def watched(program: subprocess.Popen[bytes]) -> BrowserProcess:
    return BrowserProcess(psutil.Process(program.pid))


def test_what_waits_for_a_browser_that_hangs_goes_on_with_its_end(program):
    with pytest.raises(BrowserDied, match="could do no more: it sleeps"), BrowserWatch() as watch:
        watch.begin(watched(program), lambda: "it sleeps")
        program.wait(10)


def test_a_step_is_named_at_which_the_browser_hung(program):
    fault = StepFault("steps", 2, Step(action="press", value="Enter"), "nothing came")
    with pytest.raises(BrowserDied, match=r"steps\[3\] \(press Enter\): .*it sleeps"), BrowserWatch() as watch:
        watch.begin(watched(program), lambda: "it sleeps")
        program.wait(10)
        raise fault


def test_a_browser_whose_pages_take_all_memory_is_ended_and_not_tried_again(program, monkeypatch):
    monkeypatch.setattr(browser_process, "MOST_MEMORY", 1000)
    tries = []

    def record() -> None:
        tries.append(1)
        with BrowserWatch() as watch:
            watch.begin(watched(program))
            program.wait(10)
            raise BrowserDied.at(StepFault("steps", 2, Step(action="wait"), "the page crashed"))

    with pytest.raises(
        BrowserTookAll, match=r"steps\[3\] \(wait\): its pages took .* MB of memory.*needs less"
    ) as caught:
        retry_on_browser_death(record, 3)
    assert len(tries) == 1
    assert str(read_fault(caught.value.record(), "")) == str(caught.value)


def test_a_browser_that_downloads_without_end_is_ended_and_says_so(program, tmp_path, monkeypatch):
    monkeypatch.setattr(chromium, "MOST_DOWNLOADED", 1000)
    assert chromium._hoard(tmp_path / "none") == ""
    with pytest.raises(BrowserTookAll, match="its pages downloaded"), BrowserWatch() as watch:
        watch.begin(watched(program), hoard=lambda: chromium._hoard(tmp_path))
        (tmp_path / "small").write_bytes(bytes(999))
        watch._over.wait(0.1)
        watch.require_alive()
        (tmp_path / "more").write_bytes(bytes(2))
        program.wait(10)


def test_a_watch_that_fails_ends_the_browser_and_is_told(program):
    def broken() -> str:
        raise TypeError("send() takes another argument")

    with pytest.raises(TypeError, match="another argument"), BrowserWatch() as watch:
        watch.begin(watched(program), broken)
        program.wait(10)


def test_a_browser_that_ends_when_it_is_no_longer_used_is_no_fault(program):
    with BrowserWatch() as watch:
        watch.begin(watched(program))
        watch.close()
        program.kill()
        watch._thread.join(10)


def test_a_browser_that_ends_while_it_is_used_is_told_even_if_nothing_else_fails(program):
    with pytest.raises(BrowserDied, match="was ended"), BrowserWatch() as watch:
        watch.begin(watched(program))
        program.kill()
        watch._thread.join(10)
        watch.require_alive()


def test_a_process_that_is_held_for_a_moment_is_no_fault(program, monkeypatch):
    browser = BrowserProcess(psutil.Process(program.pid))
    browser._driver = None
    said = []
    for state in ("stopped", "sleeping", "stopped", "stopped"):
        monkeypatch.setattr(browser_process, "_status", lambda process, state=state: state)
        said.append(browser.fault())
    assert said[:3] == [""] * 3
    assert "was stopped" in said[3]


class Mute:
    """A browser that is asked and never answers."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def new_browser_cdp_session(self):
        import greenlet

        return greenlet.getcurrent().parent.switch()


def test_a_browser_that_does_not_answer_hangs_only_where_somebody_listens():
    browser = Mute()
    heart = Heartbeat(browser)
    assert {heart.fault() for _ in range(50)} == {""}
    said = []
    for _ in range(50):
        browser._loop.run_until_complete(asyncio.sleep(0))
        said.append(heart.fault())
    browser._loop.close()
    assert said[:10] == [""] * 10
    assert "did not answer" in said[-1]
