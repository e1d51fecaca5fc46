"""Plan an episode from a list of shell commands: comments are said, headings in comments begin scenes."""

import re
from collections.abc import Iterator

from ..episode.capture_suspicions import needs_rights, never_ends
from .model import PlannedBlock, PlannedEpisode, Refusal, ScenePlan
from .narration import marked, said_command, sentence

_HEADING = re.compile(r"#{2,}\s*(?P<title>.+)|#\s*[-=]{3,}\s*(?P<ruled>[^-=].*?)\s*[-=]*$")
_STAYS = re.compile(
    r"(?:sudo\s+)?(?:vim?|nano|emacs|less|more|man|htop|top|watch|ssh|tail\s+-\w*f|python3?|node|irb|psql|mysql|sqlite3|cat)(?:\s+[^-\s|;&]*)?$"
)
"""Commands that wait for keys when they are run like this."""
_FOR_PROGRAMS = re.compile(r"#!|#\s*(?:shellcheck\b|vim?:|-\*-|SPDX-|pylint:|yamllint\b)")
"""Comments that no person reads."""
_COMMITS = re.compile(r"\bgit\b.*\b(?:commit|merge|rebase|cherry-pick|revert|am|pull|tag\s+-[am])\b")
_IDENTITY = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
             for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))}  # fmt: skip
_OPENS = re.compile(r"(?:^|[;&|\n]|\b(?:do|then|else)\b)\s*(?:for|while|until|if|case|select)\b")
_CLOSES = re.compile(r"(?:^|[;&|\n])\s*(?:done|fi|esac)\b")
MOST_LINES = 60
"""Lines that a command goes on for at most."""
_PAGED = re.compile(r"\|\s*(?:less|more|most)(?:\s+-\S+)*\s*$")
_LEAVES = re.compile(r"(?:exit|logout)(?:\s+\d+)?")
MOST_STEPS = 6
"""Commands of a scene without headings: more than this are divided."""


def plan_commands(text: str, title: str) -> PlannedEpisode:
    """Return an episode that runs every command of `text` in one terminal that goes on from scene to scene."""
    refused: list[Refusal] = []
    scenes = list(_scenes(text, title, refused))
    taken = sum(len(steps) for _, steps in scenes)
    planned = [_scene(name, steps, number) for number, (name, steps) in enumerate(scenes)]
    return PlannedEpisode(title=title, scenes=tuple(planned), taken=taken, refused=tuple(refused))


def stays(command: str) -> bool:
    """Return whether a command waits for keys, as an editor, a pager or a bare `cat` does."""
    bare = command.strip()
    return (
        never_ends(bare)
        or bool(_PAGED.search(bare))
        or (bool(_STAYS.fullmatch(bare)) and not re.fullmatch(r"(?:cat|node|python3?) \S+", bare))
    )


def why_not_run(command: str) -> str:
    """Return why a command can't be run in a capture; "" if it can."""
    if stays(command):
        return "it waits for keys; write its steps with type and press"
    if needs_rights(command):
        return "sudo asks for a password, which nobody types; show it without sudo, or play a recording (cast:)"
    return "it ends the terminal; the capture ends by itself" if _LEAVES.fullmatch(command.strip()) else ""


def with_identity(planned: PlannedEpisode) -> PlannedEpisode:
    """Return an episode whose terminals can commit: git asks who it is, and a capture has none of a person's settings."""
    scenes = list(planned.scenes)
    captures = [(n, m, b) for n, s in enumerate(scenes) for m, b in enumerate(s.blocks) if b.name == "capture"]
    first = next(
        ((n, m, b) for n, m, b in captures if b.values.get("kind") == "terminal" and "cast" not in b.values), None
    )
    steps = [
        step for *_, block in captures for step in (*block.values.get("hidden", ()), *block.values.get("steps", ()))
    ]
    if first is None or not any(_COMMITS.search(str(step.get("run") or step.get("type") or "")) for step in steps):
        return planned
    number, place, block = first
    environment = dict(block.values.get("environment", {}))
    environment["env"] = {**_IDENTITY, **environment.get("env", {})}
    kind, rest = {"kind": "terminal"}, {k: v for k, v in block.values.items() if k not in ("kind", "environment")}
    blocks = [*scenes[number].blocks]
    blocks[place] = PlannedBlock(name="capture", values={**kind, "environment": environment, **rest})
    scenes[number] = scenes[number].model_copy(update={"blocks": tuple(blocks)})
    return planned.model_copy(update={"scenes": tuple(scenes)})


def _scenes(text: str, title: str, refused: list[Refusal]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the title of each scene, with its commands and what is said with them ("": nothing was written)."""
    name, steps, said = title, list[tuple[str, str]](), list[str]()
    for number, command in _entries(text):
        if heading := _HEADING.fullmatch(command):
            if steps:
                yield name, steps
            name, steps, said = (heading["title"] or heading["ruled"]).strip(), [], []
        elif command.startswith("#"):
            if not _FOR_PROGRAMS.match(command) and (words := command.lstrip("#").strip()):
                said.append(words)
        elif why := why_not_run(command):
            refused.append(Refusal(line=number, text=command, why=why))
        else:
            if len(steps) == MOST_STEPS:
                yield name, steps
                name, steps = f"{title}, part {name.count('part') + 2}" if name == title else name, []
            steps.append((command, " ".join(sentence(words) for words in said)))
            said = []
    if steps:
        yield name, steps


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """Yield commands and comments with their first line; what ends with a backslash, here-documents, loops and functions go on."""
    lines, number = text.splitlines(), 0
    while number < len(lines):
        first, entry = number + 1, lines[number].strip()
        number += 1
        while entry.endswith("\\") and not entry.startswith("#") and number < len(lines):
            entry = f"{entry[:-1].rstrip()} {lines[number].strip()}"
            number += 1
        if (ends := re.search(r"<<-?\s*['\"]?(\w+)['\"]?", entry)) and not entry.startswith("#"):
            while number < len(lines) and lines[number - 1].strip() != ends[1]:
                entry += f"\n{lines[number]}"
                number += 1
        entry = re.sub(r"^[$%❯>]\s+", "", entry)
        if (more := _rest_of(entry, lines[number:])) and "<<" not in entry:
            entry, number = "\n".join([entry, *more]), number + len(more)
        if entry:
            yield first, entry


def _rest_of(entry: str, following: list[str]) -> list[str]:
    """Return the lines that end what an entry begins (a loop, an if, a function, a text in quotes); none if it is whole."""
    if entry.startswith("#") or not _is_open(entry):
        return []
    for count in range(1, min(len(following), MOST_LINES) + 1):
        if not _is_open("\n".join([entry, *following[:count]])):
            return [line.rstrip() for line in following[:count]]
    return []


def _is_open(text: str) -> bool:
    bare = re.sub(r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"", "", text, flags=re.DOTALL)
    bare = re.sub(r"(?:^|\s)#.*", "", bare)
    if "'" in bare or '"' in bare:
        return True
    opened = len(_OPENS.findall(bare)) + len(re.findall(r"(?:^|\s|\))\{(?=\s|$)", bare))
    return opened > len(_CLOSES.findall(bare)) + len(re.findall(r"(?:^|[\s;])\}(?=\s|;|$)", bare))


def _scene(name: str, steps: list[tuple[str, str]], number: int) -> ScenePlan:
    paragraphs, written = list[str](), list[dict[str, object]]()
    for index, (command, said) in enumerate(steps):
        mark = f"step{index + 1}"
        paragraphs.append(marked(said, mark) if said else said_command(index, command, mark))
        written.append({"run": command, "at": mark})
    capture: dict[str, object] = {"kind": "terminal", **({"continue": True} if number else {}), "steps": written}
    return ScenePlan(title=name, paragraphs=tuple(paragraphs), blocks=(PlannedBlock(name="capture", values=capture),))
