"""Programs that answer like a language model: Claude Code, Codex, Gemini's command line, or any command.

Each gets the whole conversation as one text, in an empty folder and with little of the person's environment, since all but the
last are agents with a shell. Flags: `claude --help` 2.1, `codex exec --help` 0.171, `gemini --help` 0.61.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ...base.errors import LecternError
from ..http import NotSent
from ..ledger import Ledger
from ..usage import ConnectionTest
from .chat import Chat, TurnFailed
from .dialects import DIALECTS, Dialect
from .running import Ended, run_program
from .settings import ChatSettings
from .transcript import calls_in, prompt_of
from .values import ChatQuestion, ChatReply, ChatWatch, turn

LARGEST_ARGUMENT = 120_000
"""Bytes of a prompt that fit into an argument on every system (Linux: 128 kB)."""
_PASSING = re.compile(r"rate.?limit|overloaded|too many requests|\b(429|500|502|503|529)\b|temporarily", re.IGNORECASE)
_KEPT = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TERM", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE", "APPDATA",
    "LOCALAPPDATA", "PATHEXT", "COMSPEC", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
)  # fmt: skip
_KEPT_BEGINNINGS = ("LC_", "XDG_")


class ProgramChat(Chat):
    """A conversation with a program, which is started anew for each turn."""

    def __init__(self, settings: ChatSettings, ledger: Ledger | None = None) -> None:
        super().__init__(settings, ledger)
        self._dialect: Dialect = DIALECTS[settings.provider]
        self._program = settings.command or self._dialect.program
        if not self._program:
            raise LecternError(
                '[model] has provider = "command" and no command; write one, such as command = ["my-model", "--json"] '
                "(the question comes on its input, the answer goes to its output)"
            )

    def test(self) -> ConnectionTest:
        """Look whether the program is there; it isn't run."""
        found = shutil.which(os.path.expanduser(self._program[0]))
        return ConnectionTest(
            ok=bool(found), what=f"{self._program[0]} is {found}" if found else _missing(self._program[0])
        )

    def _ask(self, question: ChatQuestion, seconds: float, watch: ChatWatch) -> ChatReply:
        prompt = prompt_of(question, with_schema=question.schema is not None and not self._dialect.takes_schema)
        with tempfile.TemporaryDirectory(prefix="lectern-model-") as place:
            files = _Files(Path(place), prompt, json.dumps(question.schema or {}))
            argv, stdin = self._command(question, files)
            reader = self._dialect.reader(watch.heard or (lambda event: None))
            ended = run_program(
                argv, stdin, files.work, _environment(self._dialect), min(seconds, self.settings.timeout), reader.line, watch.stop
            )  # fmt: skip
            written = files.answer.read_text(encoding="utf-8", errors="replace") if files.answer.is_file() else ""
        found = reader.answer(ended.output, written)
        if found.failure or ended.code != 0:
            raise self._failure(found.failure or ended.last_words, ended)
        if not found.text.strip() and not found.refusal:
            raise TurnFailed(f"{self._program[0]} ended without an answer{_said(ended.last_words)}")
        text, calls = calls_in(found.text) if question.tools else (found.text, ())
        return turn(text, calls, found.refusal, found.cut, found.usage).model_copy(update={"price": found.price})

    def _command(self, question: ChatQuestion, files: "_Files") -> tuple[list[str], Path | None]:
        """Return what is run, and the file that is its input (None: nothing is)."""
        values = {
            "prompt": files.prompt.read_text(encoding="utf-8"), "prompt_file": str(files.prompt), "model": self.settings.model,
            "schema": files.schema.read_text(), "schema_file": str(files.schema), "answer_file": str(files.answer),
        }  # fmt: skip
        own = self._dialect.arguments(self.settings, question.schema is not None)
        argv = [_filled(argument, values) for argument in (*self._program, *own)]
        if any(len(argument.encode()) > LARGEST_ARGUMENT for argument in argv):
            raise NotSent(
                f"the question is too long to be an argument of {self._program[0]}: leave {{prompt}} out of the command, and it comes "
                "on its input, or write {prompt_file}"
            )
        argv[0] = os.path.expanduser(argv[0])
        passed = any(name in argument for argument in self._program for name in ("{prompt}", "{prompt_file}"))
        return argv, None if passed else files.prompt

    def _failure(self, words: str, ended: Ended) -> LecternError:
        if ended.code == 127 and not shutil.which(os.path.expanduser(self._program[0])):
            return NotSent(_missing(self._program[0]))
        message = f"{self._program[0]} failed{f' ({ended.code})' if ended.code else ''}{_said(words)}"
        return TurnFailed(message, pause=5.0) if _PASSING.search(words) else LecternError(message)

    def _wait(self, seconds: float, watch: ChatWatch) -> None:
        from ..http import HttpClient

        HttpClient().wait(seconds, watch.stop)


class _Files:
    """The files of one question, in a folder that goes with it; the program works in an empty one."""

    def __init__(self, place: Path, prompt: str, schema: str) -> None:
        self.prompt, self.schema, self.answer = place / "prompt.txt", place / "schema.json", place / "answer.txt"
        self.work = place / "work"
        self.work.mkdir()
        self.prompt.write_text(prompt, encoding="utf-8")
        self.schema.write_text(schema, encoding="utf-8")


def _environment(dialect: Dialect) -> Mapping[str, str]:
    """Return what a program sees of the person's environment: an agent what it needs, a command all but Lectern's own."""
    if not dialect.variables:
        return {name: value for name, value in os.environ.items() if not name.startswith("LECTERN_")}
    beginnings = (*_KEPT_BEGINNINGS, *dialect.variables)
    return {name: value for name, value in os.environ.items() if name.upper() in _KEPT or name.startswith(beginnings)}


def _filled(argument: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), argument)


def _missing(program: str) -> str:
    return f"{program} is not installed, or not found: install it, or write its whole path as [model] command"


def _said(words: str) -> str:
    return f": {words.strip()[:300]}" if words.strip() else ""
