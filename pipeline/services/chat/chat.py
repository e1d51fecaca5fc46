"""The seam where language models plug in: a conversation goes in; words and calls of tools come out."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from ...base.errors import LecternError
from ..answer import Stopped
from ..http import HttpStatusError, ResponseLost
from ..ledger import Ledger
from ..policy import is_charged
from ..prices import read_prices
from ..usage import ConnectionTest, TokenUsage, Usage
from .anthropic import ANSWER_TOKENS
from .settings import ChatSettings
from .values import UNWATCHED, ChatEvent, ChatMessage, ChatQuestion, ChatReply, ChatTool, ChatWatch, ToolCall

ATTEMPTS = 3
"""How often a turn is requested if its answer is lost or the service fails."""
SILENCES = 10
"""An answer that arrives in pieces may take so many times as long as the service may be silent."""
LETTERS_A_TOKEN = 2.5
"""Letters of a token at least, in the languages that scripts are written in: an estimate has to be no less than what is used."""
PROMPT_TOKENS = 8_000
"""The tokens of a prompt that are expected where it isn't written yet."""
SERVICE = "Language model"


class TurnFailed(LecternError):
    """A turn came to nothing, and the same question may be answered after `pause` seconds."""

    def __init__(self, message: str, pause: float = 1.0) -> None:
        self.pause = pause
        super().__init__(message)


class Chat(ABC):
    """A conversation with the language model of the settings. What each turn has used is noted in the `ledger`, if there is one.

    A turn that failed for a while is asked for again: what that may cost twice is a turn.
    """

    def __init__(self, settings: ChatSettings, ledger: Ledger | None = None) -> None:
        self.settings, self._ledger = settings, ledger

    def reply(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ChatTool] = (),
        seconds: float | None = None,
        schema: Mapping[str, Any] | None = None,
        watch: ChatWatch = UNWATCHED,
    ) -> ChatReply:
        """Return the model's next turn, waiting for at most `seconds`; with a JSON `schema`, its text should fit that.

        Raises LecternError with the way out, BudgetExceeded before anything is asked, and Stopped if `watch` stops it.
        """
        question = ChatQuestion(messages, tools, schema)
        longest = self.settings.timeout * (SILENCES if watch.heard else 1)
        end = time.monotonic() + (seconds if seconds is not None else ATTEMPTS * longest)
        for attempt in range(1, ATTEMPTS + 1):
            if watch.stop and watch.stop():
                raise Stopped(f"{self.settings.title} was not asked: its answer is no longer wanted")
            try:
                return self._charged(question, end - time.monotonic(), watch)
            except (TurnFailed, ResponseLost, HttpStatusError) as error:
                pause = self._pause(error, attempt)
                if pause is None or attempt == ATTEMPTS or time.monotonic() + pause >= end:
                    raise self._explained(error, self.settings.timeout if seconds is None else seconds) from error
                if watch.heard:
                    watch.heard(ChatEvent("again", str(error)))
            self._wait(pause, watch)
        raise AssertionError("the last attempt returns or raises")

    def cost(self, requests: int) -> Usage | None:
        """Return what so many turns would use at most, as far as that is known; None if they are free."""
        usage = self._usage(TokenUsage(prompt=PROMPT_TOKENS * requests, output=self._most_output * requests), requests)
        usage = read_prices().applied(usage).model_copy(update={"at_most": True, "wait": 4.0 * requests})
        return None if usage.price == 0 else usage

    @abstractmethod
    def test(self) -> ConnectionTest:
        """Return whether it answers, found out without a charge."""

    @abstractmethod
    def _ask(self, question: ChatQuestion, seconds: float, watch: ChatWatch) -> ChatReply:
        """Return the answer to one request. Raises as `reply`, and TurnFailed, ResponseLost or HttpStatusError."""

    @abstractmethod
    def _wait(self, seconds: float, watch: ChatWatch) -> None:
        """Wait before the next attempt. Raises Stopped if that is no longer wanted."""

    def _pause(self, error: LecternError, attempt: int) -> float | None:
        """Return the seconds after which the same question may be answered; None if it will not be."""
        return error.pause if isinstance(error, TurnFailed) else None

    def _explained(self, error: LecternError, seconds: float) -> LecternError:
        """Return the error of the last attempt as the person reads it."""
        return error

    @property
    def _most_output(self) -> int:
        """The tokens of an answer and of what is thought before it."""
        return self.settings.most_tokens or ANSWER_TOKENS + self.settings.thought_tokens

    @property
    def _keeps_to_budget(self) -> bool:
        """Whether an answer has to be bounded because there is a budget: without that, nobody knows what it will cost."""
        return self._ledger is not None and self._ledger.budget() is not None

    def _charged(self, question: ChatQuestion, seconds: float, watch: ChatWatch) -> ChatReply:
        if self._ledger is None:
            return self._ask(question, seconds, watch)
        prompt = int(len(json.dumps(_written(question), ensure_ascii=False)) / LETTERS_A_TOKEN)
        estimate = self._usage(TokenUsage(prompt=prompt, output=self._most_output))
        return self._ledger.charged(
            f"an answer of {self.settings.title}",
            estimate,
            lambda: self._ask(question, seconds, watch),
            self._used,
            self.settings.place,
        )

    def _used(self, reply: ChatReply) -> Usage:
        usage = self._usage(reply.usage)
        return usage.model_copy(update={"price": reply.price, "currency": "USD"}) if self._says_price(reply) else usage

    def _says_price(self, reply: ChatReply) -> bool:
        return reply.price is not None and self.settings.price is None

    def _usage(self, tokens: TokenUsage, requests: int = 1) -> Usage:
        """Return the use of some turns: of a known price, if the settings say one or nothing is charged."""
        price, address = self.settings.price, self.settings.address
        free = price == 0 or bool(address and not is_charged(price, address))
        known = 0.0 if free else None if price is None else price * requests
        return Usage(
            service=SERVICE, model=self.settings.title, requests=requests, tokens=tokens, price=known,
            currency=self.settings.currency,
        )  # fmt: skip


def tool_result(call: ToolCall, text: str) -> dict[str, str]:
    """Return the turn that gives a model the result of its call."""
    return {"role": "tool", "tool_call_id": call.id, "name": call.name, "content": text}


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """Return a call's arguments. Raises LecternError, in words for the model, if they are no JSON object."""
    try:
        found = json.loads(call.arguments.strip() or "{}")
    except ValueError as error:
        raise LecternError(f"the arguments of {call.name} are not JSON ({error}); send one JSON object") from error
    if not isinstance(found, dict):
        raise LecternError(f"the arguments of {call.name} are no JSON object; send one like {{}}")
    return found


def _written(question: ChatQuestion) -> object:
    return [list(question.messages), [tool.model_dump() for tool in question.tools], question.schema]
