"""`lectern plan --idea`: a language model writes a brief, which a person may change, and from that an episode."""

from collections.abc import Mapping
from pathlib import Path

from ..base.assets import ASSETS
from ..base.errors import LecternError
from ..base.files import make_folder, write_atomic
from ..base.frozen import Frozen
from ..build.costs import CostApproval, decline_costs, estimate, require_agreement
from ..changes.store import ChangesetStore
from ..episode.folder import settings_file
from ..episode.model import Episode
from ..episode.source import SCRIPT, exact_text
from ..planning.project_text import project_text
from ..services.chat.models import open_chat
from ..services.chat.structured import ROUNDS, Structured, ask_structured
from ..services.http import HttpClient
from ..trust.allowed import Trust, allow
from ..trust.programs import settings_permissions
from .check import Diagnostic
from .language_model import AS_SET, ModelChoice, ModelRun, model_of, model_permissions, model_run
from .messages import MessageListener, ignore_message
from .say import character_called, episode_of
from .written_episode import BRIEF, Reviewer, WrittenEpisode, told_pace

LENGTH = "60 to 300 seconds"
"""How long a film is where nobody says."""


class PlannedIdea(Frozen):
    """What was planned: the `brief`, the `files` that were written, or the id of the `change` that waits to be applied.

    `rounds` is how often the model was asked for the script, `tokens` what all questions used, `findings` what is still weak. `run` is
    the run that tells all of it.
    """

    brief: Path
    files: tuple[Path, ...]
    change: str
    seconds: float
    rounds: int
    tokens: int
    findings: tuple[Diagnostic, ...]
    run: str


def plan_idea(
    folder: Path,
    *,
    idea: str,
    project: Path | None = None,
    length: str = "",
    choice: ModelChoice = AS_SET,
    rehearse: bool = False,
    config: Path | None = None,
    trust: Trust = False,
    listen: MessageListener = ignore_message,
    agree: CostApproval = decline_costs,
) -> PlannedIdea:
    """Write a brief for `idea` into `folder`, unless one is there, and from it an episode; of a `project`, its own words are sent.

    Where a script is there already, the new one is a proposed change. Nothing is written but the brief until the script is one that
    `check` accepts; with `rehearse`, its captures have worked in the sandbox, too. Raises NotTrusted, CostDeclined, BudgetExceeded,
    or LecternError if the model's script has mistakes after three tries.
    """
    choice.require_prompt_for("brief", "script")
    folder = folder.absolute()
    config = config or settings_file(folder)
    episode = allowed_for_model(
        folder, config, f"your idea{f' and what {project} says of itself' if project else ''}", trust
    )
    agree_to_model(episode, 1 + ROUNDS, agree, choice)
    make_folder(folder, inside=None)
    with model_run(episode, "plan", idea, listen, {"project": str(project or "")}, choice) as run:
        about = project_text(project) if project else ""
        brief, tokens = _brief(run, choice, folder, idea, about, length)
        values = {"brief": brief, "project": about, "pace": told_pace(episode)}
        reviewer = Reviewer(config, f"{brief}\n{about}\n{idea}", rehearse=rehearse)
        answer = _script(run, choice, folder, values, reviewer)
        files, change = _keep(folder, answer.value, idea, run)
        run.log.result(files=[str(file) for file in files], change=change, rounds=answer.rounds)
        return PlannedIdea(
            brief=folder / BRIEF, files=files, change=change, seconds=reviewer.last.seconds, rounds=answer.rounds,
            tokens=tokens + answer.tokens, findings=reviewer.last.left, run=run.log.id,
        )  # fmt: skip


def _script(
    run: ModelRun, choice: ModelChoice, folder: Path, values: Mapping[str, str], reviewer: Reviewer
) -> Structured[WrittenEpisode]:
    """Have the script written, and mended until `reviewer` accepts it."""
    run.tell("writing the script")
    prompt = choice.prompt_for("script", folder)
    run.asked(**prompt.told())
    talk = prompt.prompt.filled({**values, "card": (ASSETS / "skill.md").read_text(encoding="utf-8")})
    answer = ask_structured(run.chat, talk, WrittenEpisode, reviewer.faults, run.watch)
    run.answered(rounds=answer.rounds)
    run.log.require_wanted()
    return answer


def allowed_for_model(folder: Path, config: Path | None, sent: str, trust: Trust) -> Episode:
    """Return an episode with the settings of `folder`, once the person has allowed that its model is `sent` something."""
    episode = episode_of("Hello.", character_called("ada", folder, config), folder, config, "en")
    requests = model_permissions(episode, config, sent)
    if not model_of(episode).own:  # their own model does what they have just said
        allow(episode, lambda form: (*requests, *settings_permissions(form, config)), trust)
    return episode


def agree_to_model(episode: Episode, requests: int, agree: CostApproval, choice: ModelChoice = AS_SET) -> None:
    """Raise CostDeclined unless the person agrees to what so many requests to the model cost at most."""
    require_agreement(estimate([open_chat(HttpClient(), model_of(episode, choice).settings).cost(requests)]), agree)


def _brief(run: ModelRun, choice: ModelChoice, folder: Path, idea: str, about: str, length: str) -> tuple[str, int]:
    """Return the brief that is there, or write one, and the tokens that it took."""
    if (folder / BRIEF).is_file():
        run.tell(f"using {folder / BRIEF}")
        return exact_text(folder / BRIEF), 0
    run.tell("writing the brief")
    prompt = choice.prompt_for("brief", folder)
    run.asked(**prompt.told())
    talk = prompt.prompt.filled({"idea": idea, "project": about, "length": length or LENGTH})
    reply = run.reply(talk)
    run.answered(usage=reply.usage.model_dump())
    if reply.cut:
        raise LecternError("the language model's brief breaks off: give it more room with [model] max_tokens")
    if reply.refusal or not reply.text.strip():
        raise LecternError(f"the language model wrote no brief{f': {reply.refusal}' if reply.refusal else ''}")
    write_atomic(folder / BRIEF, f"{reply.text.strip()}\n", inside=folder)
    return reply.text, reply.tokens


def _keep(folder: Path, written: WrittenEpisode, idea: str, run: ModelRun) -> tuple[tuple[Path, ...], str]:
    """Write the episode, or propose it where there is one; return the files, or the id of the change."""
    if (folder / SCRIPT).exists():
        who = run.chat.settings.title
        return (), ChangesetStore(folder).propose(written.texts, who, f"planned: {idea}", run.log.id).id
    for name, text in written.texts.items():
        write_atomic(folder / name, text or "", inside=folder)
    return tuple(folder / name for name in written.texts), ""
