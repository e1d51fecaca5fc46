"""`lectern mcp DIR --capture ID`: somebody's agent works out a goal at the very screen that will be recorded.

The agent is in the place of the language model of `lectern rehearse`: the same tools, limits, trust and replay, and the same change.
"""

import json
import queue
import threading
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..base.errors import LecternError
from ..capture.rehearsal.tools import DONE, GIVE_UP, LOOK, tools_of
from ..episode.folder import read_episode
from ..services.chat.values import ChatMessage, ChatReply, ChatTool, ToolCall
from ..trust.allowed import Trust, allow
from .goals import agent_permissions, open_goals
from .hands import Driver, hands_tools, policy_with
from .rehearse import propose_steps, rehearse_capture, task_of

PATIENCE = 120.0
"""Seconds that a call may take: a page may load, and at the end all is done once more from a fresh start."""


class StageAnswer(NamedTuple):
    """What a call has come to, and whether the rehearsal has ended with it: with the id of a `change`, or without."""

    text: str
    ended: bool = False
    change: str = ""


class AgentStage:
    """The screen of the capture `capture` of the episode in `folder`, for an agent called `who`; it opens with the first call."""

    def __init__(
        self, folder: Path, capture: str, who: str = "an agent", *, config: Path | None = None, trust: Trust = False,
        hands: Driver | None = None,
    ) -> None:  # fmt: skip
        """Look whether it may be opened; `hands`: another program clicks and types in the browser.

        Raises NotTrusted where the person has not allowed it, LecternError without such a goal.
        """
        episode = read_episode(folder, config)
        goals = open_goals(episode, capture=capture)
        if not goals:
            there = ", ".join(c.id for s in episode.scenes for c in s.captures if c.goal is not None) or "none"
            raise LecternError(f'there is no capture "{capture}" with a goal; those with one are: {there}')

        def requests(form: Any) -> Any:
            return agent_permissions(form, open_goals(form, capture=capture), who, config)

        self._episode = allow(episode, requests, trust)
        self._scene, self._capture = open_goals(self._episode, capture=capture)[0]
        self._who, self._relay = who, _Relay()
        self._thread: threading.Thread | None = None
        self._hands = hands
        if hands and self._capture.kind != "browser":
            raise LecternError(f"only browsers are driven by other programs, and {capture} is a {self._capture.kind}")
        self.task = task_of(self._episode, self._scene, self._capture)

    @property
    def tools(self) -> tuple[ChatTool, ...]:
        """The tools of this kind of screen."""
        own = tools_of(self.task.kind, tuple(name for name, _ in self.task.marks))
        if self._hands is None:
            return own
        return (*(tool for tool in own if tool.name in (LOOK, "wait", DONE, GIVE_UP)), *hands_tools(self._hands, own))

    def call(self, name: str, arguments: Mapping[str, Any]) -> StageAnswer:
        """Call a tool, and return what it has answered. Raises LecternError once the rehearsal has ended."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._rehearse, daemon=True)
            self._thread.start()
            if (begun := self._relay.answer()).ended:
                return begun
            if name == "look":
                return begun
        return self._relay.ask(name, arguments)

    def close(self) -> None:
        """End the rehearsal, and wait until its screen is closed."""
        self._relay.close()
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def _rehearse(self) -> None:
        """Rehearse; whatever ends it is the last answer."""
        policy = policy_with(self._hands) if self._hands else None
        try:
            found = rehearse_capture(self._episode, self._scene, self._capture, self.task, self._relay, policy=policy)
            change = propose_steps(self._episode, [(self._capture, found)], self._who)
        except LecternError as error:
            self._relay.end(StageAnswer(f"Not reached: {error}", ended=True))
        except Exception as error:  # a thread's outermost level
            self._relay.end(StageAnswer(f"{type(error).__name__}: {error}. This is a fault in Lectern", ended=True))
        else:
            log = "\n".join(f"  {line}" for line in found.log)
            text = f"Done, and done once more from a fresh start. Proposed as the change {change.id}:\n{log}"
            self._relay.end(StageAnswer(text, ended=True, change=change.id))


class _Relay:
    """A language model whose turns are the calls of somebody else: it waits for the next one, and hands over what came of it."""

    def __init__(self) -> None:
        self._calls: queue.Queue[ToolCall | None] = queue.Queue()
        self._answers: queue.Queue[StageAnswer] = queue.Queue()
        self._ended: StageAnswer | None = None

    # The rehearsal's side

    def reply(
        self, messages: Sequence[ChatMessage], tools: Sequence[ChatTool], seconds: float | None = None
    ) -> ChatReply:
        """Return the next call as a model's turn. Raises LecternError if none comes within `seconds`, or none will come."""
        self._answers.put(StageAnswer(str(messages[-1]["content"])))
        try:
            call = self._calls.get(timeout=seconds)
        except queue.Empty:
            raise LecternError("its limit of seconds has been reached while nothing was called") from None
        if call is None:
            raise LecternError("the agent has gone")
        listed = {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        return ChatReply(calls=(call,), message=json.dumps({"role": "assistant", "tool_calls": [listed]}))

    def end(self, answer: StageAnswer) -> None:
        """Answer the last call, and all after it."""
        self._ended = answer
        self._answers.put(answer)

    # The agent's side

    def ask(self, name: str, arguments: Mapping[str, Any]) -> StageAnswer:
        """Have a call done, and return what came of it. Raises LecternError once all has ended."""
        if self._ended is not None:
            raise LecternError(f"the rehearsal has ended, start it anew to go on. {self._ended.text}"[:2000])
        self._calls.put(ToolCall(id=uuid.uuid4().hex[:12], name=name, arguments=json.dumps(dict(arguments))))
        return self.answer()

    def answer(self) -> StageAnswer:
        """Return the next answer. Raises LecternError if none comes."""
        try:
            return self._answers.get(timeout=PATIENCE)
        except queue.Empty:
            raise LecternError(
                f"the screen has not answered for {PATIENCE:g} seconds; what was done is unknown"
            ) from None

    def close(self) -> None:
        """Say that no call will come any more."""
        self._calls.put(None)
