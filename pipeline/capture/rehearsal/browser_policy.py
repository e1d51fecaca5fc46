"""The policy for a page, or an IDE in it: what an agent is shown, and what it may not do."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Error, Frame, Page, Route

from ...base.errors import LecternError
from ...episode.capture_block import Limits
from ...episode.steps import Step
from ...episode.targets import Target
from ...jobs.recipe import JobContext
from ..browser.screen import BrowserScreen
from ..browser.tabs import is_navigation
from ..browser.targets import find_element, frames_of
from ..request import CaptureRequest, is_episode_page
from ..secrets import mask_secrets
from .forbidden import forbidden_click
from .policy import Policy, shorten_for_agent
from .terminal_policy import CommandLine, presses_button


class BrowserPolicy(Policy[BrowserScreen]):
    """A page that the hidden steps, or the block's own address, have opened. It stays at the hosts that the script names."""

    def __init__(self, screen: BrowserScreen, request: CaptureRequest, limits: Limits, context: JobContext) -> None:
        super().__init__(screen, request, limits, context)
        self._session, self._hosts, self._line = screen.session, screen.session.tabs.hosts, CommandLine(limits)
        self._turned_away: list[str] = []
        self._seen: dict[str, None] = {}
        self._session.page.context.route("**/*", self._guard)

    def look(self) -> str:
        """Return the page's address, title and accessibility tree, or what it asks."""
        page, asked = self._session.page, self._session.tabs.asked
        if asked:
            return f"The page asks ({asked.type}), and stands still until the tool dialog answers: {asked.message}"
        seen = f"Address: {page.url}\nTitle: {page.title()}\n{_retry_on_navigation(self._tree, page)}"
        return shorten_for_agent(mask_secrets(seen, self.screen.secrets))

    def text(self) -> str:
        """Return all that the page says."""
        return _retry_on_navigation(self.screen.text, self._session.page)

    def objection(self, step: Step) -> str:
        """Return the word for which a thing may not be clicked, or a line not be run."""
        asked = self._session.tabs.asked
        if asked:
            return self._clicks(asked.message) if step.value == "accept" else ""
        if step.action == "run":
            return self._line.objection(step)
        if step.action in ("type", "press"):
            return self._keyed(step)
        if step.action not in ("click", "select", "drag"):
            return ""
        return self._clicks(" ".join([step.value, *(self._called(t) for t in (step.target, step.to) if t)]))

    def do(self, index: int, step: Step) -> Step:
        """Do a step. Raises LecternError where it leads to another host."""
        if step.action == "open" and not is_episode_page(step.value):
            self._hosts.check(step.value)
        self._turned_away.clear()
        if self._is_for_terminal(step):
            self._line.note(step)
        done = super().do(index, step)
        self.screen.wait_until_still()
        self._seen[_host(self._session.page.url)] = None
        if self._turned_away:
            away = ", ".join(dict.fromkeys(self._turned_away))
            raise LecternError(f"it leads to {away}, where this capture may not go; the page stays as it is")
        return done

    def visited(self) -> tuple[str, ...]:
        """Return the hosts whose pages were shown."""
        return tuple(host for host in self._seen if host and not host.startswith(("127.0.0.1", "localhost", "[::1]")))

    def _clicks(self, words: str) -> str:
        return forbidden_click(words, self.limits.never, self.limits.allow)

    def _called(self, target: Target) -> str:
        """Return every name of a thing: the model's and the page's."""
        named = target.name or target.text or target.label or ""
        return f"{named} {_element_name(find_element(self._session.page, target).aria_snapshot())}"

    def _keyed(self, step: Step) -> str:
        """Return the word for which keys may not be pressed.

        They go to what has the focus: in a terminal they run a line, elsewhere Enter and the space bar click.
        """
        receiver = self._key_receiver(step.target)
        if receiver.terminal is not None:
            return self._line.objection(step, receiver.terminal)
        return self._clicks(receiver.pressed) if presses_button(step) else ""

    def _is_for_terminal(self, step: Step) -> bool:
        keyed = step.action in ("type", "press") and not self._session.tabs.asked
        return keyed and self._key_receiver(step.target).terminal is not None

    def _key_receiver(self, target: Target | None) -> "_KeyReceiver":
        if target:
            return _KeyReceiver(**find_element(self._session.page, target).evaluate(_RECEIVER_SCRIPT))
        found = (receiver for frame in frames_of(self._session.page) if (receiver := _focused(frame)))
        return next(found, _KeyReceiver())

    def _guard(self, route: Route) -> None:
        """Answer a page of another host with nothing, so that the page before it stays."""
        request = route.request
        if is_navigation(request) and not self._hosts.allow(request.url):
            self._turned_away.append(_host(request.url))
            route.fulfill(status=204)
        else:
            route.fallback()

    def _tree(self) -> str:
        frames = frames_of(self._session.page)
        trees = [frame.locator("body").aria_snapshot(timeout=3000) for frame in frames[:6]]
        return "\n".join(f"[in iframe {frame.name or frame.url}]\n{tree}" if frame.parent_frame else tree
                         for frame, tree in zip(frames, trees, strict=False))  # fmt: skip


@dataclass(frozen=True)
class _KeyReceiver:
    """A thing that gets keys: the text of the terminal it is in, and the name of what Enter presses."""

    terminal: str | None = None
    pressed: str = ""


_RECEIVER_SCRIPT = """e => {
  const terminal = e.closest(".xterm"), f = e.form;
  const sends = f && f.querySelector("button:not([type=button]), input[type=submit]");
  const b = e.closest("button, a, [role=button]") || sends;
  return {
    terminal: terminal ? terminal.innerText : null,
    pressed: b ? [b.innerText, b.value, b.ariaLabel, b.title].filter(Boolean).join(" ") : "",
  };
}"""
"""Returns a thing as a key receiver; Enter presses the thing itself, or the button that sends its form."""


def _focused(frame: Frame) -> _KeyReceiver | None:
    """Return the focused thing of a frame; None if another frame has the focus."""
    try:
        focused = "document.hasFocus() && document.activeElement && document.activeElement.tagName !== 'IFRAME'"
        found = frame.evaluate(f"() => {focused} ? ({_RECEIVER_SCRIPT})(document.activeElement) : null")
        return _KeyReceiver(**found) if found else None
    except Error:  # it went away meanwhile
        return None


def _retry_on_navigation(see: Callable[[], str], page: Page) -> str:
    """Return what `see` returns, tried again while the page navigates. Raises LecternError if it never stops."""
    for _ in range(5):
        try:
            return see()
        except Error as error:
            if "has been closed" in str(error):
                raise
            page.wait_for_timeout(200)
    raise LecternError(f"{page.url} can't be looked at: it changes all the time")


def _element_name(snapshot: str) -> str:
    """Return the name of a thing; if it contains much, only its own line."""
    return snapshot if len(snapshot) <= 200 else snapshot.splitlines()[0][:200]


def _host(address: str) -> str:
    return address.split("://")[-1].split("/")[0] if "://" in address else ""
