"""Plan an episode from a VHS tape: what it types and presses becomes the steps of a terminal."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple

from ..base.errors import SourceError
from .commands import stays
from .model import PlannedBlock, PlannedEpisode, Refusal, ScenePlan
from .narration import marked, said_command, said_typed, sentence

_TOKEN = re.compile(r"""\s*("(?:[^"])*"|'[^']*'|`[^`]*`|/(?:\\/|[^/])+/|[^\s]+)""")
_KEYS = {
    "Enter": "Enter", "Backspace": "Backspace", "Delete": "Delete", "Insert": "Insert", "Tab": "Tab", "Space": "Space",
    "Escape": "Escape", "Up": "Up", "Down": "Down", "Left": "Left", "Right": "Right", "PageUp": "PageUp", "PageDown": "PageDown",
    "Home": "Home", "End": "End",
}  # fmt: skip
_CHORD = re.compile(r"(?:(?:Ctrl|Alt|Shift)\+)+\S+")
_SHELLS = ("bash", "zsh", "fish", "sh")
_FILM = {
    "Output": "the film is made by `lectern build`",
    "Theme": "the colours are those of the film's theme, or of environment: {theme: …}",
    "Source": "it is another tape; plan that, too, or put its lines here",
    "Screenshot": "a picture of every step is made by `lectern capture --sheet`",
}
_LOOKS = ("FontSize", "FontFamily", "Width", "Height", "Padding", "Margin", "MarginFill", "BorderRadius", "WindowBar", "WindowBarSize",
          "LetterSpacing", "LineHeight", "Framerate", "PlaybackSpeed", "LoopOffset", "CursorBlink")  # fmt: skip
_LEAVES = ("exit", "quit", "exit()", "quit()", "\\q", ":q", ":q!", ":wq", ":x")
"""What is typed to leave a program that stays."""
MOST_STEPS = 8
LONG_PAUSE = 3.0
"""Seconds of sleep that are kept as a hold; shorter ones are what a viewer needs anyway."""


class _TapeLine(NamedTuple):
    number: int
    words: tuple[str, ...]
    text: str


class _TapePlan:
    """The steps so far, what has been typed and not yet sent, and what is said."""

    def __init__(self) -> None:
        self.steps, self.hidden = list[dict[str, Any]](), list[dict[str, Any]]()
        self.said = list[str]()
        self.comments, self.refused = list[str](), list[Refusal]()
        self.environment, self.shell, self.is_hidden, self.taken = dict[str, Any](), "", False, 0
        self.typed: tuple[str, str] | None = None
        self.stays, self.copied = False, ""

    def add(self, **step: Any) -> None:
        self.flush()
        (self.hidden if self.is_hidden else self.steps).append(step)
        if not self.is_hidden:
            self.said.append(" ".join(sentence(words) for words in self.comments))
            self.comments = []

    def flush(self) -> None:
        """Type what has not been sent with Enter."""
        if self.typed:
            text, speed = self.typed
            self.typed = None
            self.add(type=text, enter=False, **_speed(speed))

    def refuse(self, line: _TapeLine, why: str) -> None:
        self.refused.append(Refusal(line=line.number, text=line.text, why=why))


def plan_tape(text: str, title: str) -> PlannedEpisode:
    """Return an episode that does in a terminal what the tape `text` does. Raises SourceError for what is no tape."""
    plan = _TapePlan()
    for line in _lines(text):
        before = len(plan.refused)
        _take(plan, line)
        plan.taken += len(plan.refused) == before
    plan.flush()
    scenes = tuple(_scenes(plan, title))
    return PlannedEpisode(title=title, scenes=scenes, taken=plan.taken, refused=tuple(plan.refused))


def _lines(text: str) -> Iterator[_TapeLine]:
    """Yield every command; a line may hold several."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().startswith("#"):
            yield _TapeLine(number, ("#", line.strip().lstrip("# ")), line.strip())
            continue
        words = [found[1] for found in _TOKEN.finditer(line)]
        words = words[: next((n for n, word in enumerate(words) if word.startswith("#")), len(words))]
        starts = [n for n, word in enumerate(words) if n == 0 or (_begins(word) and words[0] not in ("Set", "Env"))]
        for start, end in pairwise([*starts, len(words)]):
            yield _TapeLine(number, tuple(words[start:end]), " ".join(words[start:end]))


def _begins(word: str) -> bool:
    name = word.partition("@")[0]
    return name == "Type" or name in _KEYS or name in _ACTIONS or bool(_CHORD.fullmatch(name))


def _take(plan: _TapePlan, line: _TapeLine) -> None:
    name, _, suffix = line.words[0].partition("@")
    if name == "#":
        plan.comments.append(line.words[1])
    elif name == "Type":
        _type(plan, "".join(_bare(word) for word in line.words[1:]), suffix)
    elif name == "Enter":
        _enter(plan, line)
    elif name in _KEYS or _CHORD.fullmatch(name):
        _press(plan, _key(name), _count(line))
    elif name in _ACTIONS:
        if name in ("Set", "Require", "Env"):
            plan.comments = []  # they are about the tape
        _ACTIONS[name](plan, line)
    elif name in _FILM:
        plan.comments = []
        plan.refuse(line, _FILM[name])
    else:
        plan.refuse(line, "it is no command of a tape that Lectern knows")


def _type(plan: _TapePlan, text: str, speed: str) -> None:
    before = plan.typed[0] if plan.typed else ""
    plan.typed = before + text, speed


def _enter(plan: _TapePlan, line: _TapeLine) -> None:
    """Send what was typed: a command that ends is run, what a program reads that stays is typed."""
    if not plan.typed:
        _press(plan, "Enter", _count(line))
        return
    text, speed = plan.typed
    plan.typed = None
    if plan.stays or stays(text):
        plan.stays = not plan.stays or text.strip() not in _LEAVES
        plan.add(type=text, **_speed(speed))
    else:
        plan.add(run=text, **_speed(speed))
    if _count(line) > 1:
        _press(plan, "Enter", _count(line) - 1)


def _press(plan: _TapePlan, key: str, count: int) -> None:
    plan.add(press=" ".join([key] * count))
    if plan.stays and key in ("Control+C", "Control+D"):
        plan.stays = False
        plan.add(wait={"prompt": True})


def _sleep(plan: _TapePlan, line: _TapeLine) -> None:
    seconds = _seconds(line.words[1]) if len(line.words) > 1 else 0.0
    if seconds >= LONG_PAUSE and plan.steps and not plan.is_hidden and not plan.typed:
        plan.steps[-1]["hold"] = seconds


def _wait(plan: _TapePlan, line: _TapeLine) -> None:
    pattern = next((word[1:-1] for word in line.words[1:] if word.startswith("/")), "")
    plain = re.sub(r"\\([^\w\s])", r"\1", pattern.removeprefix("^"))
    if not plain or plain.strip() in (">", "$", "%", ">$"):
        plan.flush()
    elif re.search(r"[\[\](){}*+?|^]|(?<!\\)\.|\$$|\\\w", pattern.removeprefix("^").replace("\\.", "")):
        plan.refuse(line, "a wait is for a text that is shown, not for a pattern; write wait: {text: …}")
    else:
        _stay(plan)
        plan.add(wait={"text": plain})


def _stay(plan: _TapePlan) -> None:
    """Let the last command be typed, not run: what waits for its words goes on while it works."""
    plan.flush()
    if plan.steps and "run" in plan.steps[-1] and not plan.is_hidden:
        plan.steps[-1] = {"type": plan.steps[-1]["run"], **{k: v for k, v in plan.steps[-1].items() if k != "run"}}


def _set(plan: _TapePlan, line: _TapeLine) -> None:
    name, value = line.words[1] if len(line.words) > 1 else "", _bare(" ".join(line.words[2:]))
    if name == "Shell" and value in _SHELLS:
        plan.shell = value
    elif name == "TypingSpeed" or name in _LOOKS:
        pass  # the film has a rhythm, a size and a look of its own
    elif name in _FILM:
        plan.refuse(line, _FILM[name])
    else:
        plan.refuse(line, f"Lectern has no setting {name} for it")


def _env(plan: _TapePlan, line: _TapeLine) -> None:
    if len(line.words) == 3 and line.words[1] in ("PS1", "PROMPT"):
        plan.environment["prompt"] = _bare(line.words[2])
    elif len(line.words) == 3:
        plan.environment.setdefault("env", {})[_bare(line.words[1])] = _bare(line.words[2])
    else:
        plan.refuse(line, "it names no variable with its value")


def _hide(plan: _TapePlan, line: _TapeLine) -> None:
    plan.flush()
    if plan.steps:
        plan.refuse(line, "what is hidden can only come before the recording; put it there, or show it")
    else:
        plan.is_hidden = True


def _show(plan: _TapePlan, line: _TapeLine) -> None:
    plan.flush()
    plan.is_hidden = False


def _copy(plan: _TapePlan, line: _TapeLine) -> None:
    plan.copied = _bare(" ".join(line.words[1:]))


def _paste(plan: _TapePlan, line: _TapeLine) -> None:
    """Type what was copied: what is typed before and after it is one line with it."""
    if plan.copied:
        _type(plan, plan.copied, "")
    else:
        plan.refuse(line, "nothing was copied before")


def _require(plan: _TapePlan, line: _TapeLine) -> None:
    """Take note of nothing: a program that isn't there fails when it is run."""


_ACTIONS: dict[str, Callable[[_TapePlan, _TapeLine], None]] = {
    "Sleep": _sleep, "Wait": _wait, "Wait+Screen": _wait, "Wait+Line": _wait, "Set": _set, "Env": _env, "Hide": _hide,
    "Show": _show, "Require": _require, "Copy": _copy, "Paste": _paste,
}  # fmt: skip


def _scenes(plan: _TapePlan, title: str) -> Iterator[ScenePlan]:
    """Yield scenes of a few steps each, in one terminal."""
    count = ceil(len(plan.steps) / MOST_STEPS)
    edges = [round(n * len(plan.steps) / count) for n in range(count + 1)] if count else []
    pieces = [range(start, end) for start, end in pairwise(edges)]
    for number, piece in enumerate(pieces):
        paragraphs, steps = list[str](), list[dict[str, Any]]()
        for index in piece:
            step, said, mark = plan.steps[index], plan.said[index], f"step{index + 1}"
            command = step.get("run") or (step.get("type") if step.get("enter") is not False else None)
            if said or command:
                paragraphs.append(marked(said, mark) if said else _said(index, step, mark))
                step = {**step, "at": mark}
            steps.append(step)
        begin = {"shell": plan.shell, "environment": plan.environment, "hidden": plan.hidden}
        start: dict[str, Any] = {"continue": True} if number else {key: value for key, value in begin.items() if value}
        values = {"kind": "terminal", **start, "steps": steps}
        name = title if len(pieces) == 1 else f"{title}, part {number + 1}"
        yield ScenePlan(title=name, paragraphs=tuple(paragraphs), blocks=(PlannedBlock(name="capture", values=values),))


def _said(index: int, step: Mapping[str, Any], mark: str) -> str:
    typed = str(step.get("type", ""))
    return (
        said_typed(typed, mark)
        if typed and not stays(typed)
        else said_command(index, str(step.get("run") or typed), mark)
    )


def _bare(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] in "\"'`" and word[-1] == word[0] else word


def _key(name: str) -> str:
    return _KEYS.get(name) or name.replace("Ctrl+", "Control+")


def _count(line: _TapeLine) -> int:
    return next((int(word) for word in line.words[1:] if word.isdecimal() and 0 < int(word) <= 100), 1)


def _seconds(text: str) -> float:
    found = re.fullmatch(r"([\d.]+)(ms|s|m)?", text)
    return float(found[1]) * {"ms": 0.001, "s": 1.0, "m": 60.0, None: 1.0}[found[2]] if found else 0.0


def _speed(suffix: str) -> dict[str, float]:
    """Return letters a second for a tape's time between two letters."""
    seconds = _seconds(suffix)
    return {"speed": round(min(100.0, max(1.0, 1 / seconds)), 1)} if seconds else {}


def require_tape(text: str, file: str) -> None:
    """Raise SourceError for a text without any command of a tape."""
    known = {"Type", "Enter", "Sleep", "Output", "Set", "Hide", "Show", *_KEYS}
    words = [line.words[0].partition("@")[0] for line in _lines(text) if line.words[0] != "#"]
    if not any(word in known for word in words):
        raise SourceError(file, 1, 'no line is a command of a tape, like Type "ls" or Enter')
