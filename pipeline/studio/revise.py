"""`lectern revise`: a language model changes an episode as somebody wishes; what it writes is a proposed change, and nothing more."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import Field

from ..base.assets import ASSETS
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..build.costs import CostApproval, decline_costs
from ..changes.model import CLOSED
from ..changes.store import ChangesetStore
from ..episode.folder import read_episode, settings_file
from ..episode.source import SCRIPT
from ..planning.project import read_text
from ..planning.prompts import read_prompt
from ..services.chat.structured import ROUNDS, ask_structured
from ..trust.allowed import Trust, allow
from ..trust.programs import settings_permissions
from .check import Diagnostic
from .language_model import model_of, model_permissions, model_run
from .messages import MessageListener, ignore_message
from .plan_idea import agree_to_model
from .written_episode import BRIEF, NOT_WRITTEN, Reviewer, WrittenEpisode, told_pace

MOST_FILES, LARGEST_SENT = 40, 20_000
_CLOSED = (*CLOSED, "characters", "plugins", "prompts", "recordings")


class Revision(Frozen):
    """A proposed change of the episode: its id, its unified diff, and what the model says that it did.

    `findings` are what is still weak in what it changed; `run` is the run that tells all of it.
    """

    change: str
    diff: str
    note: str
    rounds: int
    tokens: int
    seconds: float
    findings: tuple[Diagnostic, ...]
    run: str


class WrittenRevision(WrittenEpisode):
    """An episode as a model has changed it, and what it did."""

    note: str = Field(max_length=600)


def revise(
    folder: Path,
    *,
    wish: str,
    rehearse: bool = False,
    config: Path | None = None,
    trust: Trust = False,
    listen: MessageListener = ignore_message,
    agree: CostApproval = decline_costs,
) -> Revision:
    """Propose a change of the episode that does what is wished; its files stay as they are until the person applies it.

    With `rehearse`, its captures have worked in the sandbox. Raises NotTrusted, CostDeclined, BudgetExceeded, or LecternError if the
    model changes nothing, or what it writes has mistakes after three tries.
    """
    config = config or settings_file(folder)
    episode, store = read_episode(folder, config), ChangesetStore(folder)
    requests = model_permissions(episode, config, "the script and the files of the episode, and your wish")
    if not model_of(episode).own:
        allow(episode, lambda form: (*requests, *settings_permissions(form, config)), trust)
    agree_to_model(episode, ROUNDS, agree)
    sent = dict(_texts(folder))
    with model_run(episode, "revise", wish, listen) as run:
        run.tell("changing the script")
        prompt = read_prompt("revise", folder)
        run.asked(**prompt.told())
        values = _values(wish, sent, told_pace(episode))
        reviewer = Reviewer(config, f"{wish}\n{values['brief']}\n{values['files']}", base=folder, rehearse=rehearse)

        def faults(written: WrittenRevision, number: int) -> Sequence[str]:
            return [*_faults(folder, written, sent), *reviewer.faults(written, number)]

        answer = ask_structured(run.chat, prompt.prompt.filled(values), WrittenRevision, faults, run.watch)
        run.log.require_wanted()
        change = store.propose(answer.value.texts, run.chat.settings.title, f"wished: {wish}", run.log.id)
        run.log.result(change=change.id, note=answer.value.note, rounds=answer.rounds)
        return Revision(
            change=change.id, diff=change.diff, note=answer.value.note, rounds=answer.rounds, tokens=answer.tokens,
            seconds=reviewer.last.seconds, findings=reviewer.last.left, run=run.log.id,
        )  # fmt: skip


def _values(wish: str, sent: Mapping[str, str], pace: str) -> dict[str, str]:
    """Return what fills the prompt's places."""
    return {
        "card": (ASSETS / "skill.md").read_text(encoding="utf-8"),
        "wish": wish,
        "brief": f"The brief:\n{sent[BRIEF]}" if BRIEF in sent else "",
        "pace": pace,
        "files": "\n\n".join(f"=== {name} ===\n{text}" for name, text in sent.items() if name != BRIEF),
    }


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the script and the texts beside it that a model may see: not large ones, no settings, no links, no secrets."""
    script = read_text(folder, SCRIPT)
    if not script:
        raise LecternError(f"{folder / SCRIPT} is no text that can be sent")
    yield SCRIPT, script
    count = 0
    for place, folders, names in os.walk(folder):
        here = Path(place)
        at_top = here == folder
        folders[:] = sorted(n for n in folders if not n.startswith(".") and not (at_top and n in _CLOSED))
        for name in sorted(names):
            file = (here / name).relative_to(folder).as_posix()
            if (
                file == SCRIPT
                or (file in NOT_WRITTEN and file != BRIEF)
                or (here / name).lstat().st_size > LARGEST_SENT
            ):
                continue
            if text := read_text(folder, file):
                yield file, text
                count += 1
            if count >= MOST_FILES:
                return


def _faults(folder: Path, written: WrittenRevision, sent: dict[str, str]) -> Iterator[str]:
    """Yield which changes can't be proposed: none, or of files that the model hasn't seen as they are."""
    if all(sent.get(name) == text for name, text in written.texts.items()):
        yield "nothing is changed; do what is wished"
    for name in written.texts:
        file = folder / name
        if file.exists() and (name not in sent or file.read_bytes() != sent[name].encode("utf-8")):
            yield f'files: "{name}" can\'t be changed: it was not shown to you as it is'
