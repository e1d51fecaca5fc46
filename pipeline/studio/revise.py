"""`lectern revise`: a language model changes an episode as somebody wishes; what it writes is a proposed change, and nothing more."""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, Field

from ..base.assets import ASSETS
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..build.costs import CostApproval, decline_costs
from ..changes.model import CLOSED, Changeset
from ..changes.store import ChangesetStore
from ..episode.folder import read_episode, settings_file
from ..episode.source import SCRIPT
from ..planning.project import read_text
from ..services.chat.structured import ROUNDS, ask_structured
from ..trust.allowed import Trust, allow
from ..trust.programs import settings_permissions
from .check import Diagnostic
from .conversation import WISH, Before, context_of, proposed_texts, said_before
from .language_model import AS_SET, ModelChoice, ModelRun, model_of, model_permissions, model_run
from .messages import MessageListener, ignore_message
from .plan_idea import agree_to_model
from .written_episode import BRIEF, LARGEST_FILE, NOT_WRITTEN, Reviewer, WrittenEpisode, told_pace

MOST_FILES, LARGEST_SENT = 40, 20_000
_CLOSED = (*CLOSED, "characters", "plugins", "prompts", "recordings")


class Revision(Frozen):
    """A proposed change of the episode: its id, its unified diff, and what the model says that it did; no `change`: it only answers.

    `findings` are what is still weak in what it changed; `run` is the run that tells all of it.
    """

    note: str
    rounds: int
    tokens: int
    run: str
    change: str = ""
    diff: str = ""
    seconds: float = 0.0
    findings: tuple[Diagnostic, ...] = ()


class _Answer(BaseModel):
    note: str = Field(min_length=1, max_length=4000)


class WrittenRevision(WrittenEpisode, _Answer):
    """What a model says first, and an episode as it has changed it; no script: nothing shall change."""

    script: str = Field(max_length=LARGEST_FILE)

    @property
    def is_change(self) -> bool:
        """Whether it is more than an answer."""
        return bool(self.script or self.files)

    @property
    def changed(self) -> dict[str, str | None]:
        """What all files shall read, by their path."""
        return {name: text for name, text in self.texts.items() if name != SCRIPT or text}


def revise(
    folder: Path,
    *,
    wish: str,
    about: str = "",
    after: str = "",
    choice: ModelChoice = AS_SET,
    rehearse: bool = False,
    config: Path | None = None,
    trust: Trust = False,
    listen: MessageListener = ignore_message,
    agree: CostApproval = decline_costs,
) -> Revision:
    """Propose a change of the episode that does what is wished; its files stay as they are until the person applies it.

    The wish is `about` a strip or scene (their id; "": the film), and goes on from the run `after`, if one is given: a change of it
    that waits is changed further, in its place. With `rehearse`, captures have worked in the sandbox. Raises NotTrusted,
    CostDeclined, BudgetExceeded, or LecternError if what the model writes has mistakes, or changes nothing, after three tries.
    """
    config = config or settings_file(folder)
    choice.require_prompt_for(WISH)
    episode, asked = read_episode(folder, config), _Asked.read(folder, wish, about, after)
    requests = model_permissions(episode, config, "the script and the files of the episode, and your wish")
    if not model_of(episode).own:
        allow(episode, lambda form: (*requests, *settings_permissions(form, config)), trust)
    agree_to_model(episode, ROUNDS, agree, choice)
    with model_run(episode, WISH, wish, listen, {"on": about, **asked.before.told()}, choice) as run:
        run.tell("reading the script")
        prompt = choice.prompt_for(WISH, folder)
        run.asked(**prompt.told())
        values = _values(asked.text, asked.sent, told_pace(episode))
        reviewer = Reviewer(config, f"{wish}\n{values['brief']}\n{values['files']}", base=folder, rehearse=rehearse)
        talk, faults = prompt.prompt.filled(values), partial(asked.faults, reviewer)
        answer = ask_structured(run.chat, talk, WrittenRevision, faults, run.watch)
        run.log.require_wanted()
        change = asked.propose(answer.value, run)
        run.log.result(change=change.id if change else "", note=answer.value.note, rounds=answer.rounds)
        made = Revision(note=answer.value.note, rounds=answer.rounds, tokens=answer.tokens, run=run.log.id)
        found = {"seconds": reviewer.last.seconds, "findings": reviewer.last.left}
        return made.model_copy(update={"change": change.id, "diff": change.diff, **found}) if change else made


class _Asked(NamedTuple):
    """What is asked: a wish in its context, the texts that are `there`, and those that are `sent`, as a change that waits has them."""

    folder: Path
    wish: str
    context: str
    before: Before
    there: Mapping[str, str]
    waiting: Mapping[str, str | None]

    @classmethod
    def read(cls, folder: Path, wish: str, about: str, after: str) -> "_Asked":
        context, before = context_of(folder, about), said_before(folder, after)
        return cls(folder, wish, context, before, dict(_texts(folder)), proposed_texts(folder, before.waiting))

    @property
    def sent(self) -> dict[str, str]:
        return {name: text for name, text in {**self.there, **self.waiting}.items() if text is not None}

    @property
    def text(self) -> str:
        """The wish, with what it is about and what was said before."""
        if not self.before.text:
            return f"{self.context}{self.wish}"
        waits = "\nThe files above are as that last change would make them." if self.before.waiting else ""
        return f"{self.wish}\n{self.context}\nIt goes on from what was said before:\n{self.before.text}{waits}"

    def faults(self, reviewer: Reviewer, written: WrittenRevision, number: int) -> Sequence[str]:
        """Return what is wrong with what a model has written; nothing with a mere answer."""
        if not written.is_change:
            return []
        whole = written if written.script else written.model_copy(update={"script": self.sent[SCRIPT]})
        return [*_faults(self.folder, whole, self.sent, self.there), *reviewer.faults(whole, number)]

    def propose(self, written: WrittenRevision, run: ModelRun) -> Changeset | None:
        """Propose what was written, in place of what waits; None for an answer that changes nothing, or takes back what waits."""
        if not written.is_change:
            return None
        store, who, why = ChangesetStore(self.folder), run.chat.settings.title, f"wished: {self.wish}"
        wanted, waits = {**self.waiting, **written.changed}, self.before.waiting
        if waits and all(store.reads(file, text) for file, text in wanted.items()):
            store.refuse(waits.id, who, why)
            return None
        return store.propose(wanted, who, why, run.log.id, (waits.id,) if waits else ())


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


def _faults(folder: Path, written: WrittenRevision, sent: dict[str, str], there: Mapping[str, str]) -> Iterator[str]:
    """Yield which changes can't be proposed: none, or of files that the model hasn't seen as they are."""
    if all(sent.get(name) == text for name, text in written.texts.items()):
        yield "nothing is changed; do what is wished"
    for name in written.texts:
        file = folder / name
        if file.exists() and (name not in there or file.read_bytes() != there[name].encode("utf-8")):
            yield f'files: "{name}" can\'t be changed: it was not shown to you as it is'
