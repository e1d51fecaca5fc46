"""The language model that an episode's person uses: which one it is, what asking it would do, and its runs."""

import json
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from ..base.episode_paths import EpisodePaths
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.profile import profile_folder
from ..episode.folder import settings_file, settings_in
from ..episode.model import Episode
from ..episode.settings import SETTINGS_FILE, read_settings
from ..jobs.runs import RunLog, running
from ..planning.prompts import PromptFile, kind_of, read_prompt
from ..providers.episode_providers import http_client, keep_budget
from ..services.chat.chat import Chat
from ..services.chat.models import open_chat
from ..services.chat.settings import ChatSettings, Thinking
from ..services.chat.values import ChatEvent, ChatMessage, ChatReply, ChatTool, ChatWatch
from ..services.usage import Usage
from ..trust.programs import where_set
from ..trust.request import PermissionRequest
from ..trust.services import key_clause
from .messages import MessageListener

SECONDS_OF_TEXT = 0.3
"""Pieces of an answer that arrive within so many seconds are one event."""


class ModelChoice(Frozen):
    """What a person chooses for one question: another `model` of the same service, how much it thinks, which prompt; "": as set."""

    model: str = ""
    thinking: Thinking | Literal[""] = ""
    prompt: str = ""

    def settings_of(self, settings: ChatSettings) -> ChatSettings:
        """Return the settings with what was chosen. Raises LecternError if that doesn't go together."""
        chosen = {"model": self.model, "thinking": self.thinking}
        try:
            return ChatSettings.model_validate(settings.model_dump() | {k: v for k, v in chosen.items() if v})
        except ValidationError as error:
            raise LecternError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error

    def prompt_for(self, kind: str, folder: Path) -> PromptFile:
        """Return the prompt of a `kind` for what is in `folder`: the chosen one, if it is of that kind."""
        return read_prompt(self.prompt if kind_of(self.prompt) == kind else kind, folder)

    def require_prompt_for(self, *kinds: str) -> None:
        """Raise LecternError if a prompt of another kind was chosen."""
        if self.prompt and kind_of(self.prompt) not in kinds:
            raise LecternError(f'"{self.prompt}" is asked for something else: here, choose one of {" or ".join(kinds)}')


AS_SET = ModelChoice()


class ChosenModel(NamedTuple):
    """The settings of the model; `own`: the person's, from their profile, and no file of an episode or studio."""

    settings: ChatSettings
    own: bool


def model_of(episode: Episode, choice: ModelChoice = AS_SET) -> ChosenModel:
    """Return the language model of lectern.toml, else that of the person's profile, with what they have chosen.

    Raises LecternError, with what to write there, if there is none.
    """
    if episode.settings.model is not None:
        return ChosenModel(choice.settings_of(episode.settings.model), own=False)
    if settings := own_model():
        return ChosenModel(choice.settings_of(settings), own=True)
    raise LecternError(
        "no language model is set. Write into lectern.toml, for example:\n\n"
        '    [model]\n    base_url = "http://localhost:11434/v1"\n    model = "qwen3"\n\n'
        f'or, with a program that you are logged in to: provider = "claude-code" (or "codex", "gemini-cli"). In '
        f"{profile_folder() / SETTINGS_FILE}, it is for all that you make. Or write the script by hand"
    )


def model_permissions(episode: Episode, config: Path | None, sent: str) -> tuple[PermissionRequest, ...]:
    """Return what asking the model would do, which is `sent` something: contact a host, or run a program.

    Raises LecternError if the program is one of the episode.
    """
    settings, own = model_of(episode)
    where = where_set(
        config or settings_file(episode.folder), ("model", "command" if settings.is_program else "base_url")
    )
    if not settings.is_program:
        what = f"{settings.title} at {settings.place} is sent {sent}{key_clause(settings.place)}"
        return (PermissionRequest(kind="model", where=where, what=what),)
    command = shlex.join(settings.command) if settings.command else settings.place
    requests = (PermissionRequest(kind="model", where=where, what=f"{settings.title} ({command}) is sent {sent}"),)
    if own:
        return requests
    _refuse_own_files(episode, settings, where)
    program = PermissionRequest(
        kind="program", where=where, what=f"{command}, as the language model {settings.title}", personal=True
    )
    return (program, *requests)


def _refuse_own_files(episode: Episode, settings: ChatSettings, where: str) -> None:
    """Raise LecternError if a command names a file of the episode: what it runs would change with every change of that."""
    folder = episode.folder.resolve()
    for argument in settings.command:
        place = folder / argument
        if argument and place.resolve().is_relative_to(folder) and place.is_file():
            raise LecternError(
                f"{where}: the command of [model] names {argument}, a file of the episode. Put it elsewhere, and name it by its whole path"
            )


def has_model(folder: Path, config: Path | None) -> bool:
    """Return whether a language model is set for what is in `folder`, or by the person for all that they make."""
    return settings_in(folder, config).model is not None or own_model() is not None


def own_model() -> ChatSettings | None:
    """Return the model that the person has set in their profile."""
    own = profile_folder() / SETTINGS_FILE
    return read_settings(own, str(own)).model if own.is_file() else None


class ModelRun:
    """A run in which a language model is asked: what it says and what is done is told to the run and to `listen`."""

    def __init__(self, chat: Chat, log: RunLog, listen: MessageListener) -> None:
        self.chat, self.log, self._listen = chat, log, listen
        self._text, self._since = "", 0.0
        self.watch = ChatWatch(self._heard, log.stop_wanted)

    def tell(self, message: str) -> None:
        """Say what is being done. Raises RunCancelled if the run was cancelled."""
        self._flush()
        self.log.require_wanted()
        self._listen(message)
        self.log.tell("note", message=message)

    def reply(
        self, messages: Sequence[ChatMessage], tools: Sequence[ChatTool] = (), seconds: float | None = None
    ) -> ChatReply:
        """Return the model's next turn. Raises RunCancelled if the run was cancelled."""
        return self.chat.reply(messages, tools, seconds, watch=self.watch)

    def asked(self, **about: Any) -> None:
        """Note what the model is asked: the prompt with its file and hash."""
        self._flush()
        self.log.tell("asked", **about)

    def answered(self, **about: Any) -> None:
        """Note what an answer has used."""
        self._flush()
        self.log.tell("answered", **about)

    def close(self, used: Sequence[Usage]) -> None:
        """Note what all requests have used."""
        self._flush()
        log_of = [usage.model_dump(mode="json") for usage in used]
        self.log.tell("used", usage=log_of)
        self.log.result(usage=log_of)

    def _heard(self, event: ChatEvent) -> None:
        if event.kind == "again":
            self._flush()
            self.log.tell("again", why=event.text)
            return
        if event.kind == "thought":
            return
        self._text += event.text
        if time.monotonic() - self._since > SECONDS_OF_TEXT:
            self._flush()

    def _flush(self) -> None:
        if self._text:
            self.log.tell("text", text=self._text)
        self._text, self._since = "", time.monotonic()


@contextmanager
def model_run(
    episode: Episode, kind: str, title: str, listen: MessageListener, about: Mapping[str, Any] | None = None,
    choice: ModelChoice = AS_SET,
) -> Iterator[ModelRun]:  # fmt: skip
    """Yield a run of a `kind` in which the episode's language model is asked; what it uses is in the episode's ledger.

    The person has to have allowed it before.
    """
    settings = model_of(episode, choice).settings
    known = {"provider": settings.provider, "model": settings.title, "place": settings.place}
    tuned = json.loads(settings.model_dump_json(exclude_unset=True, exclude={"command", "base_url"}))
    with running(
        EpisodePaths(folder=episode.folder).database, kind, title, {**known, "settings": tuned, **(about or {})}
    ) as log:
        ledger = keep_budget(episode)
        chat = open_chat(http_client(), settings, ledger.of_run(log.id))
        run = ModelRun(chat, log, listen)
        try:
            yield run
        finally:
            run.close([entry.usage for entry in ledger.entries() if entry.run == log.id])
