"""An agent at the recorder's own browser, and at an IDE in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Error, Frame, Page, Route

from ...episode.screen import Limits, Step, Target
from ...errors import LecternError
from ...jobs.recipe import Bench
from ..browser.hosts import Hosts, hosts_of
from ..browser.record import act, prepare
from ..browser.screen import navigates
from ..browser.stage import Stage, stage
from ..browser.targets import find, frames_of
from ..request import CaptureRequest, local_page
from ..secrets import masked
from .line import CommandLine, enters
from .seen import Stand, shortened
from .words import forbidden_click


@contextmanager
def at_page(request: CaptureRequest, limits: Limits, bench: Bench) -> Iterator[Stand]:
    """A page as the hidden steps, or the block's own address, lead to it."""
    with stage(request, bench.episode) as scene:
        at = _Page(scene, limits, bench, hosts_of(request))
        prepare(request, scene, bench)
        yield at


class _Page:
    def __init__(self, scene: Stage, limits: Limits, bench: Bench, hosts: Hosts) -> None:
        self._scene, self._limits, self._bench, self._hosts = scene, limits, bench, hosts
        self._line = CommandLine(limits)
        self._turned_away: list[str] = []
        self._seen: dict[str, None] = {}
        scene.page.context.route("**/*", self._guard)

    def look(self) -> str:
        page, asked = self._scene.page, self._scene.screen.asked
        if asked:
            return f"The page asks ({asked.type}), and stands still until the tool dialog answers: {asked.message}"
        return shortened(self._told(f"Address: {page.url}\nTitle: {page.title()}\n{_patient(self._tree, page)}"))

    def text(self) -> str:
        return self._told(_patient(self._scene.page_text, self._scene.page))

    def objection(self, step: Step) -> str:
        asked = self._scene.screen.asked
        if asked:
            return self._clicks(asked.message) if step.value == "accept" else ""
        if step.action == "run":
            return self._line.objection(step)
        if step.action in ("type", "press"):
            return self._keyed(step)
        if step.action not in ("click", "select", "drag"):
            return ""
        return self._clicks(" ".join([step.value, *(self._called(t) for t in (step.target, step.to) if t)]))

    def do(self, index: int, step: Step) -> None:
        if step.action == "open" and not local_page(step.value):
            self._hosts.check(step.value)
        self._turned_away.clear()
        if self._is_for_terminal(step):
            self._line.note(step)
        act(self._scene, "steps", index, step, self._bench)
        self._scene.film.settle(0.2, 1.0)
        self._scene.page.wait_for_timeout(100)
        self._seen[_host(self._scene.page.url)] = None
        if self._turned_away:
            away = ", ".join(dict.fromkeys(self._turned_away))
            raise LecternError(f"it leads to {away}, where this capture may not go; the page stays as it is")

    def visited(self) -> tuple[str, ...]:
        return tuple(host for host in self._seen if host and not host.startswith(("127.0.0.1", "localhost", "[::1]")))

    def _told(self, seen: str) -> str:
        """What is seen, without the secrets that hidden steps typed: what a field holds is read even where it shows dots."""
        return masked(seen, self._scene.secrets.values())

    def _clicks(self, said: str) -> str:
        return forbidden_click(said, self._limits.never, self._limits.allow)

    def _called(self, target: Target) -> str:
        """All that a thing is called, by the model and on the page."""
        named = target.name or target.text or target.label or ""
        return f"{named} {_own_line(find(self._scene.page, target).aria_snapshot())}"

    def _keyed(self, step: Step) -> str:
        """Keys press the thing that has them: in a terminal they run a line, elsewhere Enter and the space bar click."""
        has = self._having_keys(step.target)
        if has["terminal"] is not None:
            return self._line.objection(step, has["terminal"])
        presses = enters(step) or (step.action == "press" and "space" in step.value.casefold())
        return self._clicks(has["pressed"]) if presses else ""

    def _is_for_terminal(self, step: Step) -> bool:
        keyed = step.action in ("type", "press") and not self._scene.screen.asked
        return keyed and self._having_keys(step.target)["terminal"] is not None

    def _having_keys(self, target: Target | None) -> dict[str, Any]:
        if target:
            return find(self._scene.page, target).evaluate(_HAVING_KEYS)
        found = (has for frame in frames_of(self._scene.page) if (has := _focused(frame)))
        return next(found, {"terminal": None, "pressed": ""})

    def _guard(self, route: Route) -> None:
        """A page at another host is answered with nothing, so that the one before stays."""
        request = route.request
        if navigates(request) and not self._hosts.allow(request.url):
            self._turned_away.append(_host(request.url))
            route.fulfill(status=204)
        else:
            route.fallback()

    def _tree(self) -> str:
        frames = [frame for frame in self._scene.page.frames if not frame.is_detached()]
        trees = [frame.locator("body").aria_snapshot(timeout=3000) for frame in frames[:6]]
        return "\n".join(f"[in iframe {frame.name or frame.url}]\n{tree}" if frame.parent_frame else tree
                         for frame, tree in zip(frames, trees, strict=False))  # fmt: skip


_HAVING_KEYS = """e => {
  const terminal = e.closest(".xterm"), f = e.form;
  const sends = f && f.querySelector("button:not([type=button]), input[type=submit]");
  const b = e.closest("button, a, [role=button]") || sends;
  return {
    terminal: terminal ? terminal.innerText : null,
    pressed: b ? [b.innerText, b.value, b.ariaLabel, b.title].filter(Boolean).join(" ") : "",
  };
}"""
"""What a thing does with keys: the text of the terminal it is in, and what Enter presses (it, or what sends its form)."""


def _focused(frame: Frame) -> dict[str, Any] | None:
    """What the thing of a frame that has the focus does with keys; None where another frame has it."""
    try:
        focused = "document.hasFocus() && document.activeElement && document.activeElement.tagName !== 'IFRAME'"
        return frame.evaluate(f"() => {focused} ? ({_HAVING_KEYS})(document.activeElement) : null")
    except Error:  # it went away meanwhile
        return None


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


def _own_line(snapshot: str) -> str:
    """What a thing is called; of something with much in it, only its own line."""
    return snapshot if len(snapshot) <= 200 else snapshot.splitlines()[0][:200]


def _host(address: str) -> str:
    return address.split("://")[-1].split("/")[0] if "://" in address else ""
