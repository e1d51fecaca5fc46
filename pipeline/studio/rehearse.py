"""`lectern rehearse`: a goal in the script becomes steps, proposed as a change that the person accepts or not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from ..base.errors import LecternError
from ..build.costs import CostApproval, decline_costs, require_agreement
from ..build.record_takes import request_of_capture
from ..capture.fault import CaptureFault
from ..capture.rehearsal.agent import ChatModel, RehearsalTask
from ..capture.rehearsal.policy import Policy
from ..capture.rehearsal.rehearse import RehearsalResult, rehearse_goal
from ..capture.rehearsal.step_source import with_steps
from ..capture.request import without_film_fields
from ..changes.model import Changeset
from ..changes.store import ChangesetStore
from ..episode.capture_block import Capture
from ..episode.folder import read_episode
from ..episode.model import Episode, Scene
from ..episode.script import parse_script
from ..episode.source import SCRIPT, exact_text, plain_text
from ..episode.themes import theme_of
from ..jobs.recipe import JobContext
from ..planning.prompts import read_prompt
from ..trust.allowed import Trust, allow
from .goals import open_goals, rehearsal_costs, rehearsal_permissions
from .language_model import ModelRun, model_of, model_run
from .messages import MessageListener, ignore_message

WORDS = 8
"""How much of the narration tells which moment a mark is."""


def rehearse(
    folder: Path,
    *,
    scene: str | None = None,
    capture: str | None = None,
    config: Path | None = None,
    trust: Trust = False,
    listen: MessageListener = ignore_message,
    agree: CostApproval = decline_costs,
) -> tuple[Changeset, ...]:
    """Work out the goals of the episode (of one scene, one capture) and propose their steps; script.md stays as it is.

    Raises NotTrusted if the person has not allowed it (`trust` allows it), CostDeclined if the model costs something and
    `agree` says no.
    """
    episode = read_episode(folder, config)
    goals = open_goals(episode, scene, capture)
    if not goals:
        raise LecternError(_no_goals_message(episode, scene, capture))
    episode = allow(episode, lambda form: rehearsal_permissions(form, open_goals(form, scene, capture), config), trust)
    goals = open_goals(episode, scene, capture)
    require_agreement(rehearsal_costs(episode, goals), agree)
    script = exact_text(episode.folder / SCRIPT)
    with model_run(episode, "rehearse", "; ".join(c.goal or c.id for _, c in goals), listen) as run:
        results = [(c, _rehearse_by_model(episode, s, c, run)) for s, c in goals]
        settings = model_of(episode).settings
        who = f"rehearsal, {settings.title} at {settings.place}"
        change = propose_steps(episode, results, who, script, run.log.id)
        run.log.result(change=change.id)
    return (change,)


def _rehearse_by_model(episode: Episode, scene: Scene, capture: Capture, run: ModelRun) -> RehearsalResult:
    prompt = read_prompt("rehearse", episode.folder)
    run.tell(f'scene "{scene.id}": {capture.goal}')
    run.asked(**prompt.told())
    task = replace(task_of(episode, scene, capture), prompt=lambda said: prompt.prompt.filled({"task": said}))
    return rehearse_capture(episode, scene, capture, task, run, lambda line: run.tell(f"  {line}"))


def rehearse_capture(
    episode: Episode, scene: Scene, capture: Capture, task: RehearsalTask, model: ChatModel,
    listen: MessageListener = ignore_message, policy: type[Policy[Any]] | None = None,
) -> RehearsalResult:  # fmt: skip
    """Have `model` work out the steps of a capture. Raises CaptureFault, which says where, if it doesn't."""
    without_steps = capture.model_copy(update={"steps": ()})
    request = request_of_capture(episode, scene, without_steps, theme_of(episode))
    try:
        return rehearse_goal(request, task, model, JobContext.scratch(episode.folder), listen, policy)
    except LecternError as error:
        raise CaptureFault(error, SCRIPT, scene, without_steps) from error


def task_of(episode: Episode, scene: Scene, capture: Capture) -> RehearsalTask:
    """Return what is to be worked out for a capture."""
    taken = {c.at for c in scene.captures} | {step.at for c in scene.captures if c.id != capture.id for step in c.steps}
    marks = [
        (mark.name, _written_text(line.words[mark.word : mark.word + WORDS]))
        for line in scene.lines
        for mark in line.marks
    ]
    return RehearsalTask(
        kind=capture.kind, goal=capture.goal or "", limits=capture.limits,
        marks=tuple((name, words) for name, words in marks if name not in taken),
        narration="\n".join(_written_text(line.words) for line in scene.lines), episode=episode.folder,
    )  # fmt: skip


def _written_text(words: tuple) -> str:
    return " ".join(word.written for word in words)


def propose_steps(
    episode: Episode, results: list[tuple[Capture, RehearsalResult]], who: str, script: str = "", run: str = ""
) -> Changeset:
    """Propose one change for everything that was worked out, in `script` ("": as it is now). Raises LecternError where it has no place."""
    changed = script = script or exact_text(episode.folder / SCRIPT)
    for capture, found in sorted(results, key=lambda pair: -pair[0].line):  # from the end: earlier lines stay
        changed = with_steps(changed, capture, found.steps, found.hosts)
    _require_steps(changed, episode, results)
    why = "; ".join(f"{c.goal} ({len(f.steps)} steps, {f.turns} turns, {f.seconds:.0f} s)" for c, f in results)
    return ChangesetStore(episode.folder).propose({SCRIPT: changed}, who, why, run)


def _require_steps(script: str, episode: Episode, results: list[tuple[Capture, RehearsalResult]]) -> None:
    """Raise LecternError unless the changed script says exactly the steps that were worked out."""
    parsed = parse_script(plain_text(script), episode.folder, episode.characters)
    written = [(c.goal, _step_signatures(c.steps)) for scene in parsed["scenes"] for c in scene.captures]
    for capture, found in results:
        if (capture.goal, _step_signatures(found.steps)) not in written:
            raise LecternError(
                f"{SCRIPT}:{capture.line}: the steps can't be written into this block by rule; they are:\n"
                + "\n".join(f"    {line}" for line in found.log)
            )


def _step_signatures(steps: tuple) -> list[str]:
    """Return steps in a form to be compared: `enter` means something only where something is typed."""
    typed = (
        step if step.action == "type" else step.model_copy(update={"enter": False})
        for step in without_film_fields(steps)
    )
    return [step.model_dump_json() for step in typed]


def _no_goals_message(episode: Episode, scene: str | None, capture: str | None) -> str:
    there = [c.id for s in episode.scenes for c in s.captures if c.goal is not None]
    if capture is not None or scene is not None:
        wanted = f'capture "{capture}"' if capture else f'scene "{scene}"'
        return f"there is no goal to work out in {wanted}; captures with a goal are: {', '.join(there) or 'none'}"
    again = "every goal has its steps already; name one to work it out again: --capture ID"
    return again if there else "no capture has a goal"
