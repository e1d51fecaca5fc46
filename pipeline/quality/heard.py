"""What the lines of a film are, and how they were heard."""

from collections.abc import Iterable
from typing import Literal

from ..base.errors import FilmFinding
from ..base.frozen import Frozen

WHOLE = 0.75
"""The share of a line that has to be missing, for the line to be."""

Kind = Literal["missing", "garbled", "twice", "extra", "language"]


class ExpectedWord(Frozen):
    """A word of the script: as it is spoken and as it is written, in seconds of the film."""

    spoken: str
    written: str
    start: float
    end: float


class ExpectedLine(Frozen):
    """What `speaker` says in a scene, at `line` of the script.

    An `exact` voice follows rules, so it says what it is given, however it sounds to others.
    """

    id: str
    scene: str
    line: int
    speaker: str
    words: tuple[ExpectedWord, ...]
    exact: bool = False

    @property
    def start(self) -> float:
        """When its first word begins, in seconds of the film."""
        return self.words[0].start

    @property
    def end(self) -> float:
        """When its last word ends, in seconds of the film."""
        return max(word.end for word in self.words)

    @property
    def spoken(self) -> tuple[str, ...]:
        """Its words as they are spoken."""
        return tuple(word.spoken for word in self.words)


class HeardProblem(Frozen):
    """Words of a line that a listener misses, or hears otherwise, from `start` to `end` (seconds of the film).

    `words` are those of the script, `heard` what is there instead ("": nothing).
    """

    kind: Kind
    words: str
    heard: str
    start: float
    end: float


class HeardLine(Frozen):
    """A line as it was heard: `share` of its sounds (0..1), and what is wrong with it."""

    id: str
    scene: str
    line: int
    speaker: str
    start: float
    heard: str
    share: float
    problems: tuple[HeardProblem, ...] = ()


def hearing_findings(lines: Iterable[HeardLine]) -> tuple[FilmFinding, ...]:
    """Return what a listener would notice."""
    return tuple(
        FilmFinding(_message(line, problem), line.line, at=problem.start) for line in lines for problem in line.problems
    )


def _message(line: HeardLine, problem: HeardProblem) -> str:
    where = f'scene "{line.scene}", {problem.start:.1f} s'
    match problem.kind:
        case "language":
            return f"{where}: what {line.speaker} says is heard in another language ({problem.heard})"
        case "missing" if line.share <= 1 - WHOLE:
            return f'{where}: the line "{_shortened(problem.words)}" is not heard'
        case "missing":
            return f'{where}: {line.speaker} doesn\'t say "{_shortened(problem.words)}"'
        case "garbled":
            return f'{where}: {line.speaker} says "{_shortened(problem.words)}", and "{_shortened(problem.heard)}" is heard'
        case "twice":
            return f'{where}: {line.speaker} says "{_shortened(problem.heard)}" twice'
        case "extra":
            return f'{where}: "{_shortened(problem.heard)}" is heard, which is not in the script'


def _shortened(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
