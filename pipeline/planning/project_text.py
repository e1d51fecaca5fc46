"""A project as text, as far as a language model needs it to plan a film about it."""

from collections.abc import Iterable
from pathlib import Path

from .project import Project, read_project

MOST_LISTED = 150
MOST_LETTERS, MOST_DIFF = 6_000, 8_000


def project_text(folder: Path) -> str:
    """Return what a project says of itself, at most some 30,000 letters."""
    return text_of_project(read_project(folder))


def text_of_project(project: Project) -> str:
    """Return the project's name, files, README, change log, commits with their diff, open tasks and test results as text."""
    more = "\nand more" if project.more or len(project.files) > MOST_LISTED else ""
    parts = [f"The project {project.name} has these files:\n{_lines(project.files[:MOST_LISTED])}{more}"]
    parts += [f"{one.file}:\n{one.text[:MOST_LETTERS]}" for one in project.about]
    if project.commits:
        parts.append(
            f"Its last commits:\n{_lines(f'{one.day} {one.hash} {one.subject}' for one in project.commits[:30])}"
        )
    if project.changes.strip():
        parts.append(f"What they changed:\n{project.changes[:MOST_DIFF]}")
    if project.tasks:
        parts.append(
            f"What is open in it:\n{_lines(f'{one.file}:{one.line}: {one.text}' for one in project.tasks[:40])}"
        )
    parts += [f"{one.file}: {one}{': ' * bool(one.failed)}{', '.join(one.failed[:10])}" for one in project.tests]
    return "\n\n".join(parts)


def _lines(each: Iterable[str]) -> str:
    return "\n".join(each)
