"""lectern rehearse: a goal in the script becomes steps, proposed as a change that the person accepts or not."""

from collections.abc import Callable
from pathlib import Path

from ..capture.fault import CaptureFault
from ..capture.rehearsal.agent import Task
from ..capture.rehearsal.rehearse import Rehearsed, rehearse as work_out
from ..capture.rehearsal.written import with_steps
from ..capture.request import bare
from ..changes.book import Book
from ..changes.model import Changeset
from ..episode.folder import read_episode
from ..episode.later import SCRIPT
from ..episode.model import Episode, Scene
from ..episode.screen import Capture
from ..episode.script import parse_script
from ..episode.source import exact_text, plain_text
from ..errors import LecternError
from ..services.chat import Chat
from ..services.keys import host_of
from .captures import Desk
from .costs import Agree, NotAgreed, refuse
from .goals import goals, model_of, rehearsal_costs, rehearsal_dangers
from .recording import request_of
from .themes import theme_of
from .trust import is_trusted, require_trust, trust
from .voices import services

WORDS = 8
"""How much of the narration tells which moment a mark is."""

Tell = Callable[[str], None]


def rehearse(
    folder: Path, *, scene: str | None = None, capture: str | None = None, config: Path | None = None,
    trusted: bool = False, agree: Agree = refuse, tell: Tell = lambda line: None,
) -> tuple[Changeset, ...]:  # fmt: skip
    """Works out the goals of the episode (of one scene, one capture) and proposes their steps; script.md stays as it is.

    Raises NotTrusted where the person has not allowed it, NotAgreed where the model costs something.
    """
    episode = read_episode(folder, config)
    wanted = goals(episode, scene, capture)
    if not wanted:
        raise LecternError(_nothing(episode, scene, capture))
    would_run = rehearsal_dangers(episode, wanted, config)
    if trusted and not is_trusted(would_run):
        trust(would_run, folder)
    require_trust(would_run)
    chat = Chat(services(), model_of(episode))
    costs = rehearsal_costs(episode, wanted)
    if not costs.free and not agree(costs):
        raise NotAgreed(costs)
    script = exact_text(episode.folder / SCRIPT)
    worked = [(c, _worked(episode, s, c, chat, tell)) for s, c in wanted]
    return (_propose(episode, script, worked),)


def _worked(episode: Episode, scene: Scene, capture: Capture, chat: Chat, tell: Tell) -> Rehearsed:
    asked = capture.model_copy(update={"steps": ()})
    request = request_of(episode, scene, asked, theme_of(episode))
    tell(f'scene "{scene.id}": {capture.goal}')
    try:
        return work_out(request, _task(episode, scene, capture), chat, Desk(episode.folder), lambda line: tell(f"  {line}"))
    except LecternError as error:
        raise CaptureFault(error, SCRIPT, scene, asked) from error


def _task(episode: Episode, scene: Scene, capture: Capture) -> Task:
    taken = {c.at for c in scene.captures} | {step.at for c in scene.captures if c.id != capture.id for step in c.steps}
    marks = [(mark.name, _spoken(line.words[mark.word : mark.word + WORDS])) for line in scene.lines for mark in line.marks]
    return Task(
        kind=capture.kind, goal=capture.goal or "", limits=capture.limits,
        marks=tuple((name, words) for name, words in marks if name not in taken),
        narration="\n".join(_spoken(line.words) for line in scene.lines), episode=episode.folder,
    )  # fmt: skip


def _spoken(words: tuple) -> str:
    return " ".join(word.written for word in words)


def _propose(episode: Episode, script: str, worked: list[tuple[Capture, Rehearsed]]) -> Changeset:
    """One change for all that was worked out: the last block first, so that the lines of those before stay."""
    changed = script
    for capture, found in sorted(worked, key=lambda pair: -pair[0].line):
        changed = with_steps(changed, capture, found.steps, found.hosts)
    _check(changed, episode, worked)
    settings = model_of(episode)
    why = "; ".join(f"{c.goal} ({len(f.steps)} steps, {f.turns} turns, {f.seconds:.0f} s)" for c, f in worked)
    who = f"rehearsal, {settings.model} at {host_of(settings.base_url)}"
    return Book(episode.folder).propose(SCRIPT, changed, who, why)


def _check(script: str, episode: Episode, worked: list[tuple[Capture, Rehearsed]]) -> None:
    """The changed script says exactly the steps that were worked out."""
    parsed = parse_script(plain_text(script), episode.folder, episode.characters)
    captures = [c for scene in parsed["scenes"] for c in scene.captures if c.goal is not None]
    for capture, found in worked:
        written = next((c for c in captures if c.goal == capture.goal and _said(c.steps) == _said(found.steps)), None)
        if written is None:
            raise LecternError(f"{SCRIPT}:{capture.line}: the steps can't be written into this block by rule; they are:\n"
                               + "\n".join(f"    {line}" for line in found.log))  # fmt: skip


def _said(steps: tuple) -> list[str]:
    """Steps, to be compared: `enter` means something only where something is typed."""
    typed = (step if step.action == "type" else step.model_copy(update={"enter": False}) for step in bare(steps))
    return [step.model_dump_json() for step in typed]


def _nothing(episode: Episode, scene: str | None, capture: str | None) -> str:
    there = [c.id for s in episode.scenes for c in s.captures if c.goal is not None]
    if capture is not None or scene is not None:
        wanted = f'capture "{capture}"' if capture else f'scene "{scene}"'
        return f"there is no goal to work out in {wanted}; captures with a goal are: {', '.join(there) or 'none'}"
    again = "every goal has its steps already; name one to work it out anew: --capture ID"
    return again if there else "no capture has a goal"
