"""`lectern ideas`: what films a project could have, with the reason and the files that speak for each."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..build.costs import CostApproval, decline_costs
from ..episode.folder import settings_file
from ..planning.ideas import MOST, Idea, ideas_by_rules
from ..planning.project import Project, read_project
from ..planning.project_text import text_of_project
from ..services.chat.structured import ROUNDS, ask_structured
from ..trust.allowed import Trust
from .language_model import AS_SET, ModelChoice, has_model, model_run
from .messages import MessageListener, ignore_message
from .plan_idea import agree_to_model, allowed_for_model


class Ideas(Frozen):
    """What films a project could have, and who says so: its own files by rules, or the language model of a `run`."""

    project: str
    by: Literal["rules", "model"]
    ideas: tuple[Idea, ...]
    run: str = ""
    tokens: int = 0


class _WrittenIdea(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=200)
    idea: str = Field(min_length=1, max_length=600)
    reason: str = Field(min_length=1, max_length=600)
    files: list[str] = Field(min_length=1, max_length=12)


class _WrittenIdeas(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ideas: list[_WrittenIdea] = Field(min_length=1, max_length=30)


def ideas(
    folder: Path,
    *,
    count: int = MOST,
    rules: bool = False,
    choice: ModelChoice = AS_SET,
    config: Path | None = None,
    trust: Trust = False,
    listen: MessageListener = ignore_message,
    agree: CostApproval = decline_costs,
) -> Ideas:
    """Return at most `count` ideas for films about the project in `folder`: the language model's, or, without one, by `rules`.

    Nothing of the project is run or changed. Raises NotTrusted, CostDeclined, BudgetExceeded, or LecternError if the project says nothing
    of itself, or the model names files that aren't there, three times.
    """
    choice.require_prompt_for("ideas")
    project = read_project(folder)
    config = config or settings_file(folder)
    if rules or not has_model(folder, config):
        found = ideas_by_rules(project, count)
        if not found:
            raise LecternError(
                f"{folder} says too little of itself: there is no README with commands, no change log, no commit and no task in it"
            )
        return Ideas(project=project.name, by="rules", ideas=found)
    episode = allowed_for_model(folder, config, f"what {folder} says of itself", trust)
    agree_to_model(episode, ROUNDS, agree, choice)
    with model_run(episode, "ideas", project.name, listen, choice=choice) as run:
        run.tell(f"reading {project.name}: {len(project.files)} files, {len(project.commits)} commits")
        prompt = choice.prompt_for("ideas", folder)
        run.asked(**prompt.told())
        talk = prompt.prompt.filled({"project": text_of_project(project), "count": str(count)})
        answer = ask_structured(
            run.chat, talk, _WrittenIdeas, lambda written, number: _faults(written, project), run.watch
        )
        made = tuple(Idea(**{**one.model_dump(), "files": tuple(one.files)}) for one in answer.value.ideas[:count])
        run.log.result(ideas=[one.title for one in made], rounds=answer.rounds)
        return Ideas(project=project.name, by="model", ideas=made, run=run.log.id, tokens=answer.tokens)


def _faults(written: _WrittenIdeas, project: Project) -> list[str]:
    """Return which files that ideas name are not in the project."""
    there = {*project.files, *(one.file for one in project.tests), *(file for c in project.commits for file in c.files)}
    named = [(idea.title, file, file.rpartition(":")[0] if file.rpartition(":")[2].isdecimal() else file)
             for idea in written.ideas for file in idea.files]  # fmt: skip
    return [
        f'"{title}" names {file}, which is no file of the project' for title, file, name in named if name not in there
    ]
