"""Plan an episode from a list of shell commands: comments are said, headings in comments begin scenes."""

import re
from collections.abc import Iterator

from .model import PlannedBlock, PlannedEpisode, Refusal, ScenePlan
from .narration import marked, said_command, sentence

_HEADING = re.compile(r"#{2,}\s*(?P<title>.+)|#\s*[-=]{3,}\s*(?P<ruled>[^-=].*?)\s*[-=]*$")
_STAYS = re.compile(
    r"(?:sudo\s+)?(?:vim?|nano|emacs|less|more|man|htop|top|watch|ssh|tail\s+-\w*f|python3?|node|irb|psql|mysql|sqlite3|cat)(?:\s+[^-\s|;&]*)?$"
)
"""Commands that wait for keys when they are run like this."""
_SHEBANG = re.compile(r"#!")
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
    return bool(_STAYS.fullmatch(command.strip())) and not re.fullmatch(r"(?:cat|node|python3?) \S+", command.strip())


def _scenes(text: str, title: str, refused: list[Refusal]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the title of each scene, with its commands and what is said with them ("": nothing was written)."""
    name, steps, said = title, list[tuple[str, str]](), list[str]()
    for number, command in _entries(text):
        if heading := _HEADING.fullmatch(command):
            if steps:
                yield name, steps
            name, steps, said = (heading["title"] or heading["ruled"]).strip(), [], []
        elif command.startswith("#"):
            if not _SHEBANG.match(command) and (words := command.lstrip("#").strip()):
                said.append(words)
        elif stays(command):
            refused.append(
                Refusal(line=number, text=command, why="it waits for keys; write its steps with type and press")
            )
        else:
            if len(steps) == MOST_STEPS:
                yield name, steps
                name, steps = f"{title}, part {name.count('part') + 2}" if name == title else name, []
            steps.append((command, " ".join(sentence(words) for words in said)))
            said = []
    if steps:
        yield name, steps


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """Yield commands and comments with their first line; a line that ends with a backslash, and a here-document, go on."""
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
        if entry:
            yield first, entry


def _scene(name: str, steps: list[tuple[str, str]], number: int) -> ScenePlan:
    paragraphs, written = list[str](), list[dict[str, object]]()
    for index, (command, said) in enumerate(steps):
        mark = f"step{index + 1}"
        paragraphs.append(marked(said, mark) if said else said_command(index, command, mark))
        written.append({"run": command, "at": mark})
    capture: dict[str, object] = {"kind": "terminal", **({"continue": True} if number else {}), "steps": written}
    return ScenePlan(title=name, paragraphs=tuple(paragraphs), blocks=(PlannedBlock(name="capture", values=capture),))
