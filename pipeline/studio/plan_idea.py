"""`lectern plan --idea`: a language model writes a brief, which a person may change, and from that an episode."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ..base.assets import ASSETS
from ..base.errors import LecternError
from ..base.files import make_folder, write_atomic
from ..base.frozen import Frozen
from ..build.costs import CostApproval, decline_costs, estimate, require_agreement
from ..changes.model import is_changeable
from ..changes.store import ChangesetStore
from ..episode.folder import settings_file
from ..episode.source import SCRIPT, exact_text
from ..planning.project import project_text
from ..planning.prompts import read_prompt
from ..providers.episode_providers import http_client
from ..services.chat import Chat
from ..services.keys import host_of
from ..services.structured import ROUNDS, ask_structured
from ..trust.allowed import Trust, allow
from ..trust.programs import settings_permissions, where_set
from ..trust.request import PermissionRequest
from ..trust.services import key_clause
from .check import CheckResult, Diagnostic, check
from .goals import model_of
from .messages import MessageListener, ignore_message
from .say import character_called, episode_of

BRIEF = "brief.md"
MOST_FILES, LARGEST_FILE = 40, 200_000
NOT_WRITTEN = (SCRIPT, BRIEF, "lectern.toml", "edits.json")
"""Files that are no model's to write beside a script: settings can name programs."""


class WrittenFile(BaseModel):
    """A file beside the script."""

    model_config = ConfigDict(extra="forbid")

    path: str = Field(max_length=200)
    text: str = Field(max_length=LARGEST_FILE)


class WrittenEpisode(BaseModel):
    """An episode as a model writes it."""

    model_config = ConfigDict(extra="forbid")

    script: str = Field(min_length=1, max_length=LARGEST_FILE)
    files: list[WrittenFile] = Field(max_length=MOST_FILES)


class PlannedIdea(Frozen):
    """What was planned: the `brief`, the `files` that were written, or the id of the `change` that waits to be applied.

    `rounds` is how often the model was asked for the script, `tokens` what all questions used, `findings` what check still says.
    """

    brief: Path
    files: tuple[Path, ...]
    change: str
    seconds: float
    rounds: int
    tokens: int
    findings: tuple[Diagnostic, ...]


def plan_idea(
    folder: Path,
    *,
    idea: str,
    project: Path | None = None,
    config: Path | None = None,
    trust: Trust = False,
    listen: MessageListener = ignore_message,
    agree: CostApproval = decline_costs,
) -> PlannedIdea:
    """Write a brief for `idea` into `folder`, unless one is there, and from it an episode; of a `project`, its own words are sent.

    Where a script is there already, the new one is a proposed change. Nothing is written but the brief until the script is one that
    `check` accepts. Raises NotTrusted, CostDeclined, or LecternError if the model's script has mistakes after three tries.
    """
    folder = folder.absolute()
    config = config or settings_file(folder)
    chat, model = _allowed_chat(folder, config, project, trust)
    require_agreement(estimate([chat.cost(1 + ROUNDS)]), agree)
    about = project_text(project) if project else ""
    brief, tokens = _brief(folder, chat, idea, about, listen)
    listen("writing the script")
    results: list[CheckResult] = []

    def faults(written: WrittenEpisode, number: int) -> Sequence[str]:
        results.append(_checked(written, config))
        wrong = [*results[-1].problems, *(results[-1].findings if number == 1 else ())]
        return [*_file_faults(written), *(f"{each.file}:{each.line}: {each.message}" for each in wrong)]

    prompt = read_prompt("script", folder, ("card", "brief", "project"))
    card = (ASSETS / "skill.md").read_text(encoding="utf-8")
    talk = prompt.prompt.filled({"card": card, "brief": brief, "project": about})
    answer = ask_structured(chat, talk, WrittenEpisode, faults)
    files, change = _keep(folder, answer.value, idea, model)
    return PlannedIdea(
        brief=folder / BRIEF, files=files, change=change, seconds=results[-1].seconds, rounds=answer.rounds,
        tokens=tokens + answer.tokens, findings=results[-1].findings,
    )  # fmt: skip


def _allowed_chat(folder: Path, config: Path | None, project: Path | None, trust: Trust) -> tuple[Chat, str]:
    """Return the language model and its name, if the person has allowed what is sent to it."""
    episode = episode_of("Hello.", character_called("ada", folder, config), folder, config, "en")
    settings = model_of(episode)
    host = host_of(settings.address)
    about = f" and what {project} says of itself" if project else ""
    sent = f"{settings.model} at {host} is sent your idea{about}{key_clause(host)}"
    request = PermissionRequest(kind="model", where=where_set(config, ("model", "base_url")), what=sent)
    allow(episode, lambda form: (request, *settings_permissions(form, config)), trust)
    return Chat(http_client(), settings), settings.model


def _brief(folder: Path, chat: Chat, idea: str, about: str, listen: MessageListener) -> tuple[str, int]:
    """Return the brief that is there, or write one, and the tokens that it took."""
    if (folder / BRIEF).is_file():
        listen(f"using {folder / BRIEF}")
        return exact_text(folder / BRIEF), 0
    listen("writing the brief")
    prompt = read_prompt("brief", folder, ("idea", "project"))
    reply = chat.reply(prompt.prompt.filled({"idea": idea, "project": about}), ())
    if reply.refusal or not reply.text.strip():
        raise LecternError(f"the language model wrote no brief{f': {reply.refusal}' if reply.refusal else ''}")
    make_folder(folder, inside=None)
    write_atomic(folder / BRIEF, f"{reply.text.strip()}\n", inside=folder)
    return reply.text, reply.tokens


def _checked(written: WrittenEpisode, config: Path | None) -> CheckResult:
    """Return what `check` says of an episode, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="lectern-plan-") as scratch:
        place = Path(scratch) / "episode"
        make_folder(place, inside=None)
        for file in [WrittenFile(path=SCRIPT, text=written.script), *written.files]:
            if is_changeable(file.path):
                write_atomic(place / file.path, file.text, inside=place)
        return check(place, config=config)


def _file_faults(written: WrittenEpisode) -> list[str]:
    wrong = [file.path for file in written.files if not is_changeable(file.path) or file.path in NOT_WRITTEN]
    return [f'files: "{path}" is no path of a file beside the script' for path in wrong]


def _keep(folder: Path, written: WrittenEpisode, idea: str, model: str) -> tuple[tuple[Path, ...], str]:
    """Write the episode, or propose it where there is one; return the files, or the id of the change."""
    texts: dict[str, str | None] = {SCRIPT: written.script, **{file.path: file.text for file in written.files}}
    if (folder / SCRIPT).exists():
        return (), ChangesetStore(folder).propose(texts, model, f"planned: {idea}").id
    make_folder(folder, inside=None)
    for name, text in texts.items():
        write_atomic(folder / name, text or "", inside=folder)
    return tuple(folder / name for name in texts), ""
