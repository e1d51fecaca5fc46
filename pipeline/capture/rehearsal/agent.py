"""The conversation in which a language model works out how to reach a goal: one tool call at a time, within limits."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ...base.errors import LecternError
from ...episode.capture_block import Limits
from ...episode.steps import Step
from ...episode.targets import Wait
from ...services.chat.chat import arguments_of, tool_result
from ...services.chat.values import ChatMessage, ChatReply, ChatTool, ToolCall
from ..fault import StepFault, step_text, target_text
from ..text_claims import claim_holds, nearest_lines
from .policy import Policy
from .tools import DONE, GIVE_UP, LOOK, tools_of
from .turns import most_turns

MAX_SILENT_TURNS = 3
"""Turns in a row without a tool call that end a rehearsal."""
MAX_REPEATS = 4
"""Times that the same call with the same result ends a rehearsal."""


class ChatModel(Protocol):
    """A language model that can call tools, such as `services.chat.chat.Chat`."""

    def reply(
        self, messages: Sequence[ChatMessage], tools: Sequence[ChatTool], seconds: float | None = None
    ) -> ChatReply:
        """Return the next turn of the conversation. Raises LecternError if none comes within `seconds`."""
        ...


@dataclass(frozen=True)
class RehearsalTask:
    """What is to be worked out.

    `marks` are the moments of the narration in order, each with the words that are spoken there. `episode` is the folder
    whose pictures a target may name. `prompt` returns the conversation that begins with what the task is.
    """

    kind: str
    goal: str
    limits: Limits
    marks: tuple[tuple[str, str], ...] = ()
    narration: str = ""
    episode: Path = Path()
    prompt: Callable[[str], list[dict[str, str]]] = lambda task: [{"role": "user", "content": task}]


@dataclass
class AgentResult:
    """How it went: the steps that reach the goal, the text that proves it, and a `log` with one line for each event."""

    steps: list[Step] = field(default_factory=list)
    shows: str = ""
    log: list[str] = field(default_factory=list)
    turns: int = 0
    tokens: int = 0


def work_out_steps(
    task: RehearsalTask, at: Policy[Any], model: ChatModel, end: float, note: str = "", tell: Callable[[str], None] = lambda line: None,
    clock: Callable[[], float] = time.monotonic,
) -> AgentResult:  # fmt: skip
    """Let `model` reach the goal at a screen before `end` (a time of `clock`), and return the steps.

    Raises LecternError, with what was done so far, if it doesn't.
    """
    talk = _Conversation(task, at, tell)
    messages: list[ChatMessage] = [*task.prompt(_first_message(task, at.look(), note))]
    tools = tools_of(task.kind, tuple(name for name, _ in task.marks))
    silent = 0
    for talk.worked.turns in range(1, most_turns(task.limits) + 1):
        if clock() >= end:
            raise talk.stopped(f"its limit of {task.limits.seconds:g} seconds has been reached")
        reply = model.reply(messages, tools, end - clock())
        talk.worked.tokens += reply.tokens
        messages.append(json.loads(reply.message))
        if not reply.calls:
            silent += 1
            messages.append(talk.answer_silence(reply, silent))
            continue
        silent = 0
        messages += talk.answer(reply.calls)
        if talk.worked.shows:
            return talk.finished()
    raise talk.stopped(f"the model has answered {talk.worked.turns} times without reaching it")


class _Conversation:
    """One conversation: what was done so far, and the answers to what the model asks for next."""

    def __init__(self, task: RehearsalTask, at: Policy[Any], tell: Callable[[str], None]) -> None:
        self.worked, self._task, self._at, self._tell = AgentResult(), task, at, tell
        self._results: dict[tuple[str, str, str], int] = {}

    def answer(self, calls: Sequence[ToolCall]) -> list[dict[str, str]]:
        """Do the calls and return an answer to each. Once one has failed, those after it are not done."""
        answers, failed = [], False
        for call in calls:
            answer, good = (
                ("not done: the call before it failed or was the last", False) if failed else self._called(call)
            )
            failed = failed or not good or bool(self.worked.shows)
            answers.append(tool_result(call, answer))
        return answers

    def answer_silence(self, reply: ChatReply, silent: int) -> dict[str, str]:
        """Return the message to a model that has called no tool. Raises LecternError if it will never call one."""
        if reply.refusal:
            raise self.stopped(f"the model refuses: {reply.refusal}")
        if reply.cut:
            raise self.stopped("the model's answer was cut off; give it more room with [model] max_tokens")
        if silent >= MAX_SILENT_TURNS:
            words = f'; it says: "{reply.text.strip()[:300]}"' if reply.text.strip() else ""
            raise self.stopped(f"the model uses none of its tools{words}")
        return {
            "role": "user",
            "content": "Use the tools. Call done when the goal is reached, or give_up with the reason.",
        }

    def finished(self) -> AgentResult:
        """Return the result, with a last step that waits for the text that proves the goal, and expects it."""
        proof, last = Wait(text=self.worked.shows), self.worked.steps[-1]
        if last.action == "wait" and last.wait == proof:
            self.worked.steps.pop()
        mark = last.at if last.action == "wait" and last.wait == proof else None
        self.worked.steps.append(Step(action="wait", wait=proof, expect=self.worked.shows, at=mark))
        return self.worked

    def stopped(self, why: str) -> "_RehearsalEnded":
        """Return the error of a rehearsal that didn't reach its goal."""
        done = "\n".join(f"    {line}" for line in self.worked.log) or "    nothing"
        return _RehearsalEnded(f'"{self._task.goal}" was not worked out: {why}. What was done:\n{done}')

    def _called(self, call: ToolCall) -> tuple[str, bool]:
        """Do a call, and return its result and whether it succeeded."""
        try:
            answer, good = self._done(call), True
        except StepFault as fault:
            answer, good = f"failed: {fault.detail}", False
        except _RehearsalEnded:
            raise
        except LecternError as error:
            answer, good = f"failed: {error}", False
        if not good:
            self._note(f"{call.name} {call.arguments[:120]}: {answer.splitlines()[0][:200]}")
        self._refuse_circles(call, answer)
        return answer, good

    def _done(self, call: ToolCall) -> str:
        arguments = arguments_of(call)
        if call.name == LOOK:
            return self._at.look()
        if call.name == GIVE_UP:
            raise self.stopped(f"the model gives up: {arguments.get('reason') or 'it says no reason'}")
        if call.name == DONE:
            return self._end(str(arguments.get("shows") or ""))
        return self._step(self._at.step(call.name, arguments))

    def _end(self, shows: str) -> str:
        if not self.worked.steps:
            raise LecternError("nothing has been done yet")
        if not shows.strip():
            raise LecternError("done needs shows: a short text on the screen that proves it")
        if not claim_holds(shows, self._at.text()):
            raise LecternError(f'the screen does not show "{shows}"; it shows {nearest_lines(shows, self._at.text())}')
        self.worked.shows = " ".join(shows.split())
        return "Thank you."

    def _step(self, step: Step) -> str:
        limits = self._task.limits
        if len(self.worked.steps) >= limits.steps:
            raise self.stopped(f"the {limits.steps} steps of its limits are used up")
        self._check_mark(step)
        if word := self._at.objection(step):
            never = word in limits.never
            way = (
                "this script forbids it" if never else f'only the author can permit it (limits: {{allow: ["{word}"]}})'
            )
            raise LecternError(f'refused because of "{word}": {way}. Reach the goal without it, or give up')
        step = self._at.do(len(self.worked.steps), step)
        self.worked.steps.append(step)
        self._note(f"wait {target_text(step.wait)}" if step.wait else step_text(step))
        return f"done. The screen now:\n{self._at.look()}"

    def _check_mark(self, step: Step) -> None:
        names = [name for name, _ in self._task.marks]
        if step.at is None:
            return
        if step.at not in names:
            raise LecternError(f'there is no mark "{step.at}"; there are: {", ".join(names) or "none"}')
        used = [names.index(s.at) for s in self.worked.steps if s.at]
        if used and names.index(step.at) <= max(used):
            raise LecternError(f'the mark "{step.at}" is past or taken; marks come in their order, once each')

    def _refuse_circles(self, call: ToolCall, answer: str) -> None:
        key = (call.name, call.arguments, answer)
        self._results[key] = self._results.get(key, 0) + 1
        if self._results[key] >= MAX_REPEATS:
            raise self.stopped(f"the model goes in circles ({call.name}, {MAX_REPEATS} times to the same end)")

    def _note(self, line: str) -> None:
        self.worked.log.append(line)
        self._tell(line)


class _RehearsalEnded(LecternError):
    """A rehearsal that has ended without a result."""


def _first_message(task: RehearsalTask, look: str, note: str) -> str:
    limits = task.limits
    parts = [f"Goal: {task.goal}", f"At most {limits.steps} steps."]
    if limits.never:
        parts.append(f"Never click: {', '.join(limits.never)}.")
    if task.narration:
        parts.append(f"It is filmed to this narration:\n{task.narration}")
    if task.marks:
        moments = "\n".join(f'- {name}: at "{words}"' for name, words in task.marks)
        parts.append(
            f"Give the step whose effect belongs to one of these moments its mark (at), in this order:\n{moments}"
        )
    return "\n\n".join([*parts, *([note] if note else []), f"The screen now:\n{look}"])
