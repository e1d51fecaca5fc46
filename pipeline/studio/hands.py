"""Playwright MCP as the hands of a rehearsal: it acts in the browser that is recorded, and its answers become Lectern's steps."""

import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, ClassVar, Protocol

from ..base.errors import LecternError
from ..capture.chromium import debugging_port
from ..capture.rehearsal.browser_policy import BrowserPolicy
from ..capture.rehearsal.tools import Arguments, step_of
from ..capture.secrets import mask_secrets
from ..episode.steps import Step
from ..planning.browser_script import recorded_step
from ..services.chat.values import ChatTool

_ACTIONS = {
    "browser_click": "click", "browser_hover": "hover", "browser_type": "type", "browser_select_option": "select",
    "browser_press_key": "press", "browser_navigate": "open",
}  # fmt: skip
"""Tools of Playwright MCP that are passed on, and the step that each is. Others could do what no step can, or run code."""
_REF = re.compile(r"^\s*- (?P<role>[a-z]+)(?: \"(?P<name>(?:[^\"\\]|\\.)*)\")?[^\n]*\[ref=(?P<ref>\w+)\]", re.MULTILINE)
_CODE = re.compile(r"### Ran Playwright code\n```js\n(.*?)```", re.DOTALL)


class Driver(Protocol):
    """A running Playwright MCP: its `tools` (name, description, schema), and what attaches it to a browser."""

    def tools(self) -> tuple[tuple[str, str, Mapping[str, Any]], ...]:
        """Return its tools, without a browser."""
        ...

    def attached(self, address: str) -> AbstractContextManager["AttachedDriver"]:
        """Return it, attached to the browser at `address` in the context."""
        ...


class AttachedDriver(Protocol):
    """Playwright MCP, attached to a browser."""

    def call(self, name: str, arguments: Arguments) -> "Future[tuple[str, bool]]":
        """Call a tool; the result is its text, and whether it failed."""
        ...


def hands_tools(hands: Driver, own: tuple[ChatTool, ...]) -> tuple[ChatTool, ...]:
    """Return the tools of Playwright MCP that are passed on, with the marks that the steps of `own` can be at."""
    marks = next((json.loads(tool.parameters)["properties"].get("at") for tool in own if tool.name == "click"), None)
    found = []
    for name, about, schema in hands.tools():
        if name in _ACTIONS:
            properties = {**schema["properties"], **({"at": marks} if marks else {})}
            kept = {"type": "object", "properties": properties, "required": schema.get("required", [])}
            found.append(ChatTool(name=name, description=about, parameters=json.dumps(kept)))
    return tuple(found)


def policy_with(driver: Driver) -> type["DrivenPolicy"]:
    """Return the access to a page in which `driver` clicks and types, under the limits and within the hosts of all rehearsals."""
    return type("DrivenPolicy", (DrivenPolicy,), {"driver": driver})


class DrivenPolicy(BrowserPolicy):
    """A page on which Playwright MCP acts; what it may not do is decided here, before it is asked."""

    driver: ClassVar[Driver]
    _address = ""
    _place = ExitStack()
    _attached: AttachedDriver | None = None
    _raw: tuple[str, dict[str, Any]] | None = None
    _snapshot = ""

    @classmethod
    @contextmanager
    def opening(cls) -> Any:
        """Let it take part in the browser that is opened."""
        with debugging_port() as cls._address, ExitStack() as cls._place:
            yield

    def look(self) -> str:
        """Return its snapshot of the page, whose refs its tools take."""
        if self._session.tabs.asked:
            return super().look()
        text, failed = self._asked("browser_snapshot", {})
        if failed:
            raise LecternError(text)
        self._snapshot = text
        return mask_secrets(text, self.screen.secrets)

    def step(self, name: str, arguments: Arguments) -> Step:
        """Return a call as the step that it is meant to be; the element is named as its snapshot has it."""
        self._raw = None
        if name not in _ACTIONS:
            return super().step(name, arguments)
        given = dict(arguments)
        at = given.pop("at", None)
        self._raw = (name, given)
        meant = _meant(name, given, self._named)
        return step_of("browser", _ACTIONS[name], {**meant, "at": at}, self._context.episode)

    def perform(self, index: int, step: Step) -> Step:
        """Have it done, and return the step with the locator that it has answered."""
        if self._raw is None:
            return super().perform(index, step)
        text, failed = self._asked(*self._raw)
        if failed:
            raise LecternError(text[:1000])
        code = _CODE.search(text)
        return _as_answered(step, code[1] if code else "", self._context.episode)

    def _named(self, ref: str) -> dict[str, str]:
        found = next((each for each in _REF.finditer(self._snapshot) if each["ref"] == ref), None)
        if found is None:
            raise LecternError(f"there is no ref {ref[:40]} in the last snapshot: look, and give one of its refs")
        name = re.sub(r"\\(.)", r"\1", found["name"] or "")
        return {"role": found["role"], **({"name": name} if name else {})}

    def _asked(self, name: str, arguments: Arguments) -> tuple[str, bool]:
        """Call it, while the page's own requests are answered here."""
        if self._attached is None:
            self._attached = self._place.enter_context(self.driver.attached(self._address))
        answer = self._attached.call(name, arguments)
        while not answer.done():
            self._session.page.wait_for_timeout(30)
        return answer.result()


def _meant(name: str, given: Mapping[str, Any], named: Callable[[str], dict[str, str]]) -> dict[str, Any]:
    """Return the arguments of Lectern's own tool for a call. Raises LecternError for what a step can't do."""
    odd = {
        key
        for key in ("button", "modifiers", "doubleClick", "submit", "slowly")
        if given.get(key) not in (None, False, [], "left")
    }
    if odd:
        raise LecternError(f"a step has no {', '.join(sorted(odd))}: leave it out")
    target = str(given.get("target", ""))
    match name:
        case "browser_navigate":
            return {"path": str(given.get("url", ""))}
        case "browser_press_key":
            return {"keys": str(given.get("key", ""))}
        case "browser_type":
            return {"text": str(given.get("text", "")), "into": named(target)}
        case "browser_select_option":
            values = given.get("values", [])
            if not isinstance(values, list) or len(values) != 1:
                raise LecternError("give one value: a step chooses one option")
            return {"what": str(values[0]), "from": named(target)}
        case _:
            return {"target": named(target)}


def _as_answered(step: Step, code: str, episode: Any) -> Step:
    """Return a step with the target of the locator in `code`; the step as it was meant where there is none that steps have."""
    written = recorded_step(code.strip())
    key = {"click": "click", "hover": "hover", "type": "into", "select": "from"}.get(step.action)
    target = written.get(key) if written and key else None
    if not isinstance(target, dict) or step.target is None or "selector" in target:
        return step
    try:
        answered = step_of("browser", "hover", {"target": target}, episode)
    except LecternError:
        return step
    return step.model_copy(update={"target": answered.target})
