"""Plan an episode from a recorded terminal session (asciinema v1, v2, v3): its markers, or the commands at its prompts, are said."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..capture.terminal.asciicast import Asciicast
from .model import PlannedBlock, PlannedEpisode, Refusal, ScenePlan
from .narration import marked, said_command, sentence

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*\x1b\\|[ -/]*[0-~])")
_PROMPT = re.compile(
    r"(?:(?:[\w.~:@/ \[\]()-]{0,60})?[$%❯➜»λ]\s|[➜❯]\s+\S+(?: (?:git|hg):\([^)]*\))?(?: ?[✗✔*!?])*\s+"
    r"|PS [A-Za-z]:[^>]{0,80}>\s?|[A-Za-z]:\\[^>]{0,80}>|[\w.-]+@[\w.-]+[ :][^#>]{0,60}[#>]\s)(?P<command>\S.{0,200})"
)
"""A line that a shell's prompt begins: of bash, zsh and its themes, fish, PowerShell and cmd, and root's."""
_NO_MOMENTS = "it has no markers and no prompt that Lectern knows; write its moments yourself"
MOST_STEPS = 8


class _Moment(NamedTuple):
    """At `time` (s) begins what is said with `label`; `command`: it is what was typed."""

    time: float
    label: str
    command: str = ""


def plan_cast(cast: Asciicast, content: bytes, name: str, title: str) -> PlannedEpisode:
    """Return an episode that shows the session `cast`, whose file has this `name` and `content`."""
    moments = list(_markers(cast)) or list(_commands(cast))
    file = f"casts/{name}"
    unknown = Refusal(line=1, text=name, why=_NO_MOMENTS)
    count = max(1, -(-len(moments) // MOST_STEPS))
    size = -(-len(moments) // count)
    pieces = [moments[n * size : (n + 1) * size] for n in range(count)]
    scenes = tuple(_scene(piece, n, count, file, title) for n, piece in enumerate(pieces))
    return PlannedEpisode(
        title=title, scenes=scenes, files={file: content}, taken=len(moments), refused=() if moments else (unknown,)
    )


def _markers(cast: Asciicast) -> Iterator[_Moment]:
    return (_Moment(m.time, m.label) for m in cast.markers)


def _commands(cast: Asciicast) -> Iterator[_Moment]:
    """Yield the commands at prompts, when their line ends."""
    line = ""
    for output in cast.outputs:
        for piece in re.split(r"(\r?\n)", _ESCAPES.sub("", output.text)):
            if "\n" in piece:
                if found := _PROMPT.fullmatch(_typed(line).strip()):
                    yield _Moment(output.time, "", found["command"])
                line = ""
            else:
                line += piece


def _typed(line: str) -> str:
    """Return what a line shows after its backspaces and returns."""
    shown: list[str] = []
    for sign in line:
        if sign == "\b":
            del shown[-1:]
        elif sign == "\r":
            shown.clear()
        elif sign.isprintable():
            shown.append(sign)
    return "".join(shown)


def _scene(moments: list[_Moment], number: int, count: int, file: str, title: str) -> ScenePlan:
    steps: list[dict[str, object]] = []
    paragraphs = [] if moments else ["This is the session, as it was recorded."]
    for index, moment in enumerate(moments):
        mark = f"step{index + 1}"
        paragraphs.append(
            said_command(index, moment.command, mark)
            if moment.command
            else marked(sentence(moment.label or "Now look at this"), mark)
        )
        steps.append({"moment": round(moment.time, 2), "at": mark})
    values: dict[str, object] = {"kind": "terminal", "cast": file, **({"steps": steps} if steps else {})}
    name = title if count == 1 else f"{title}, part {number + 1}"
    return ScenePlan(title=name, paragraphs=tuple(paragraphs), blocks=(PlannedBlock(name="capture", values=values),))
