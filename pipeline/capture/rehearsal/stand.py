"""Where an agent stands while it works a goal out: the recorder's own stage, or its own shell."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from playwright.sync_api import Error, Page, Route

from ...episode.model import Limits, Step
from ...errors import LecternError
from ...jobs.recipe import Bench
from ..browser.hosts import Hosts, hosts_of
from ..browser.record import act as act_on_page
from ..browser.stage import Stage, stage
from ..browser.targets import find
from ..chromium import chromium
from ..request import CaptureRequest, local_page
from ..terminal.record import act as act_in_terminal
from ..terminal.record import open_session
from ..terminal.session import Session
from .words import forbidden_click, forbidden_command

MOST_SEEN = 8000
"""Characters of a screen that an agent is shown at a time."""


class Stand(Protocol):
    """A screen at which steps are done as they will be when it is filmed."""

    def look(self) -> str:
        """What it shows, for a model."""
        ...

    def text(self) -> str:
        """All that can be read on it."""
        ...

    def objection(self, step: Step) -> str:
        """The word for which `step` may not be done ("" where it may)."""
        ...

    def do(self, index: int, step: Step) -> None:
        """Does a step; StepFault where it fails, LecternError where it leads to where it may not go."""
        ...

    def visited(self) -> tuple[str, ...]:
        """The hosts whose pages were shown."""
        ...


def stand(request: CaptureRequest, limits: Limits, bench: Bench) -> AbstractContextManager[Stand]:
    """The stand of the request's kind, with its hidden steps done."""
    return _STANDS[request.kind](request, limits, bench)


@contextmanager
def _at_page(request: CaptureRequest, limits: Limits, bench: Bench) -> Iterator[Stand]:
    environment = request.environment.model_copy(update={"hosts": (*request.environment.hosts, *limits.hosts)})
    allowed = request.model_copy(update={"environment": environment})
    with stage(allowed, bench.episode) as scene:
        at = _Page(scene, limits, bench, hosts_of(allowed))
        for index, step in enumerate(request.hidden):
            act_on_page(scene, "hidden", index, step, bench)
        yield at


class _Page:
    def __init__(self, scene: Stage, limits: Limits, bench: Bench, hosts: Hosts) -> None:
        self._scene, self._limits, self._bench, self._hosts = scene, limits, bench, hosts
        self._turned_away: list[str] = []
        self._seen: dict[str, None] = {}
        scene.page.context.route("**/*", self._guard)

    def look(self) -> str:
        page, asked = self._scene.page, self._scene.screen.asked
        if asked:
            return f"The page asks ({asked.type}), and stands still until the tool dialog answers: {asked.message}"
        return _shortened(f"Address: {page.url}\nTitle: {page.title()}\n{_patient(self._tree, page)}")

    def text(self) -> str:
        return _patient(lambda: self._scene.page.evaluate("lecternPage.pageText()"), self._scene.page)

    def objection(self, step: Step) -> str:
        never, allow, asked = self._limits.never, self._limits.allow, self._scene.screen.asked
        if asked:
            return forbidden_click(asked.message, never, allow) if step.value == "accept" else ""
        if step.action == "press":
            if not any(key in step.value.casefold() for key in ("enter", "return", "space")):
                return ""
            return forbidden_click(str(self._scene.page.evaluate(_PRESSED)), never, allow)
        if step.action not in ("click", "select") or step.target is None:
            return ""
        found = find(self._scene.page, step.target)
        called = step.target.name or step.target.text or step.target.label or ""
        return forbidden_click(f"{called} {step.value} {_named(found.aria_snapshot())}", never, allow)

    def do(self, index: int, step: Step) -> None:
        if step.action == "open" and not local_page(step.value):
            self._hosts.check(step.value)
        self._turned_away.clear()
        act_on_page(self._scene, "steps", index, step, self._bench)
        self._scene.film.settle(0.2, 1.0)
        self._scene.page.wait_for_timeout(100)
        self._seen[_host(self._scene.page.url)] = None
        if self._turned_away:
            away = ", ".join(dict.fromkeys(self._turned_away))
            raise LecternError(f"it leads to {away}, where this capture may not go; the page stays as it is")

    def visited(self) -> tuple[str, ...]:
        return tuple(host for host in self._seen if host and not host.startswith(("127.0.0.1", "localhost", "[::1]")))

    def _guard(self, route: Route) -> None:
        """A page at another host is answered with nothing, so that the one before stays."""
        request = route.request
        if request.is_navigation_request() and request.frame.parent_frame is None and not self._hosts.allow(request.url):
            self._turned_away.append(_host(request.url))
            route.fulfill(status=204)
        else:
            route.fallback()

    def _tree(self) -> str:
        frames = [frame for frame in self._scene.page.frames if not frame.is_detached()]
        trees = [frame.locator("body").aria_snapshot(timeout=3000) for frame in frames[:6]]
        return "\n".join(f"[in iframe {frame.name or frame.url}]\n{tree}" if frame.parent_frame else tree
                         for frame, tree in zip(frames, trees, strict=False))  # fmt: skip


_PRESSED = """() => {
  const e = document.activeElement, f = e && e.form;
  const sends = f && f.querySelector("button:not([type=button]), input[type=submit]");
  const b = e && e.closest("button, a, [role=button]") || sends;
  return b ? [b.innerText, b.value, b.ariaLabel, b.title].filter(Boolean).join(" ") : "";
}"""
"""What Enter would press: the thing with the focus, or the button that sends its form."""


@contextmanager
def _at_terminal(request: CaptureRequest, limits: Limits, bench: Bench) -> Iterator[Stand]:
    with chromium(request.chromium) as browser, open_session(request, bench.episode, browser) as session:
        for index, step in enumerate(request.hidden):
            act_in_terminal(session, request, "hidden", index, step)
        session.begin()
        yield _Terminal(session, request, limits)


class _Terminal:
    def __init__(self, session: Session, request: CaptureRequest, limits: Limits) -> None:
        self._session, self._request, self._limits = session, request, limits
        self._pending = ""

    def look(self) -> str:
        state = "at the prompt" if self._session.at_prompt else "a program runs"
        return _shortened(f"[{state}]\n{self._session.text().rstrip()}")

    def text(self) -> str:
        return self._session.text()

    def objection(self, step: Step) -> str:
        """A line is judged as a whole, however it was typed; before Enter also as it stands on the screen, edited or recalled."""
        line = self._pending + (step.value if step.action in ("run", "type") else "")
        shown = [row for row in self._session.text().splitlines() if row.strip()] if _enters(step) else []
        said = f"{shown[-1]}\n{line}" if shown and step.action != "run" else line
        return forbidden_command(said, self._limits.never, self._limits.allow)

    def do(self, index: int, step: Step) -> None:
        self._pending = "" if _enters(step) else self._pending + (step.value if step.action == "type" else "")
        act_in_terminal(self._session, self._request, "steps", index, step)

    def visited(self) -> tuple[str, ...]:
        return ()


def _enters(step: Step) -> bool:
    """Whether a step ends a line of a terminal."""
    keys = step.value.casefold().split() if step.action == "press" else []
    return step.action == "run" or (step.action == "type" and step.enter) or any(
        key in ("enter", "return", "ctrl+m", "ctrl+j", "ctrl+o", "control+m", "control+j", "control+o", "ctrl+c", "control+c") for key in keys
    )


_STANDS = {"browser": _at_page, "terminal": _at_terminal}


def _patient(see: Callable[[], str], page: Page) -> str:
    """What is seen, tried again while the page changes to another; LecternError where it never stays."""
    for _ in range(5):
        try:
            return see()
        except Error as error:
            if "has been closed" in str(error):
                raise
            page.wait_for_timeout(200)
    raise LecternError(f"{page.url} can't be looked at: it changes all the time")


def _named(snapshot: str) -> str:
    """What a thing is called; of something with much in it, only its own line."""
    return snapshot if len(snapshot) <= 200 else snapshot.splitlines()[0][:200]


def _host(address: str) -> str:
    return address.split("://")[-1].split("/")[0] if "://" in address else ""


def _shortened(seen: str) -> str:
    more = len(seen) - MOST_SEEN
    return seen if more <= 0 else f"{seen[:MOST_SEEN]}\n… ({more} characters more: scroll, or open a part)"
