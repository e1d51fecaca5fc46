"""What films a project could have, by rules alone: each with its reason, and the files that speak for it."""

import re
from collections import Counter
from collections.abc import Iterator

from ..base.frozen import Frozen
from .project import Project, TextFile

MOST = 8
_HEADING = re.compile(r"^(#{1,3})\s+(?P<title>.+?)\s*#*$", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^ {0,3}```", re.MULTILINE | re.DOTALL)
_SHELL = ("", "sh", "shell", "bash", "console", "zsh", "text", "powershell")
_FIRST = ("install", "try it", "quick", "getting started", "usage", "first steps", "setup", "start")
_ITEM = re.compile(r"^\s*[-*]\s+(?P<text>.{3,300})$", re.MULTILINE)
_KIND = re.compile(r"^(?P<kind>feat|fix|perf)(\([^)]*\))?!?:\s*(?P<what>.+)$", re.IGNORECASE)
_ADDS = re.compile(r"^(add|let|support|allow|introduce|implement)\b", re.IGNORECASE)
_MENDS = re.compile(r"^(fix|mend|repair|prevent|correct)\b", re.IGNORECASE)
_NO_PLACE = ("test", "docs", "changelog", "readme", ".github", "package-lock", "uv.lock", "cargo.lock", "version")


class Idea(Frozen):
    """A film that a project could have: what it is about (`idea`, as `lectern plan --idea` takes it), why, and from which files.

    A file may have a line: ``README.md:12``.
    """

    title: str
    idea: str
    reason: str
    files: tuple[str, ...]


def ideas_by_rules(project: Project, count: int = MOST) -> tuple[Idea, ...]:
    """Return at most `count` ideas, the ones that viewers need first at the front; none of a project that says nothing of itself."""
    found = [*_from_readme(project), *_from_changelog(project), *_from_commits(project), *_from_examples(project)]
    found += [*_from_tests(project), *_from_tasks(project), *_from_busy_places(project)]
    once = {idea.title.casefold(): idea for idea in reversed(found)}
    return tuple(idea for idea in found if once[idea.title.casefold()] is idea)[:count]


def _from_readme(project: Project) -> Iterator[Idea]:
    readme = project.text_of("readme")
    sections = list(_sections(readme)) if readme else []
    shown = [(title, line, commands) for title, line, commands in sections if commands]
    first = [one for one in shown if any(word in one[0].casefold() for word in _FIRST)]
    if readme and first:
        places = tuple(f"{readme.file}:{line}" for _, line, _ in first[:3])
        number = sum(len(commands) for _, _, commands in first)
        yield Idea(
            title=f"First steps with {project.name}",
            idea=f"Install {project.name} and use it for the first time, with the commands of {readme.file}: {_listed(first[0][2])}",
            reason=f"{readme.file} shows {number} command{'s'[: number != 1]} for it, and a newcomer needs that first",
            files=places,
        )
    for title, line, commands in shown:
        if readme and (title, line, commands) not in first:
            yield Idea(
                title=f"{title} with {project.name}",
                idea=f"What {project.name} does: {title}, shown with {_listed(commands)}",
                reason=f"{readme.file} has a section on it with {len(commands)} command{'s'[: len(commands) != 1]} that can be shown",
                files=(f"{readme.file}:{line}",),
            )


def _from_changelog(project: Project) -> Iterator[Idea]:
    log = project.text_of("changelog")
    if log is None:
        return
    headings = [
        found
        for found in _HEADING.finditer(log.text)
        if re.search(r"\d+\.\d+|unreleased", found["title"], re.IGNORECASE)
    ]
    if not headings:
        return
    newest = headings[0]
    end = headings[1].start() if len(headings) > 1 else len(log.text)
    items = [item["text"].strip() for item in _ITEM.finditer(log.text, newest.end(), end)]
    version = re.sub(r"[\[\]]", "", newest["title"]).strip()
    if items:
        yield Idea(
            title=f"What is new in {project.name} {version}",
            idea=f"What is new in {project.name} {version}: {'; '.join(_plain(item) for item in items[:4])}",
            reason=f"{log.file} lists {len(items)} change{'s'[: len(items) != 1]} for {version}, its newest version",
            files=(f"{log.file}:{_line(log.text, newest.start())}",),
        )


def _from_commits(project: Project) -> Iterator[Idea]:
    for verb, wanted, kinds in (("new", _ADDS, ("feat",)), ("mended", _MENDS, ("fix",))):
        for commit in project.commits:
            found = _KIND.match(commit.subject)
            what = found["what"] if found else commit.subject
            if (found and found["kind"].lower() in kinds) or (not found and wanted.match(commit.subject)):
                tested = any("test" in file.lower() for file in commit.files)
                about = "What is new" if verb == "new" else "A bug and how it was mended"
                shown = "; its tests show it" if tested else ""
                yield Idea(
                    title=f"{about}: {_plain(what)}",
                    idea=f"{about} in {project.name}: {_plain(what)}. Show it before and after commit {commit.hash}.",
                    reason=f"commit {commit.hash} of {commit.day} changed {len(commit.files)} files for it{shown}",
                    files=commit.files[:6],
                )
                break


def _from_examples(project: Project) -> Iterator[Idea]:
    shown = [file for file in project.files if re.match(r"(examples?|demos?|samples?)/", file)]
    if shown:
        folder = shown[0].partition("/")[0]
        yield Idea(
            title=f"{project.name} by example",
            idea=f"What {project.name} can do, shown with its own examples: {', '.join(shown[:4])}",
            reason=f"{folder}/ has {len(shown)} file{'s'[: len(shown) != 1]} that were made to be shown",
            files=tuple(shown[:6]),
        )


def _from_tests(project: Project) -> Iterator[Idea]:
    for results in project.tests:
        if results.failed:
            name = results.failed[0].rpartition("::")[2][:80]
            yield Idea(
                title=f"Why {name} fails",
                idea=f"How to find out why the test {name} of {project.name} fails: run it, read what it says, look at what it calls",
                reason=f"{results.file} says that {results} last",
                files=(results.file,),
            )
            return


def _from_tasks(project: Project) -> Iterator[Idea]:
    by_file = Counter(task.file for task in project.tasks)
    for file, number in by_file.most_common(1):
        tasks = [task for task in project.tasks if task.file == file]
        yield Idea(
            title=f"What is still open in {file}",
            idea=f"For contributors: what is open in {file} of {project.name}, and where to begin: {'; '.join(t.text for t in tasks[:3])}",
            reason=f"{number} note{'s'[: number != 1]} to do something are in it, more than in any other file",
            files=tuple(f"{file}:{task.line}" for task in tasks[:6]),
        )


def _from_busy_places(project: Project) -> Iterator[Idea]:
    places = Counter(
        place
        for commit in project.commits
        for place in {file.rpartition("/")[0] for file in commit.files}
        if _is_place(place)
    )
    for place, number in places.most_common(1):
        if number >= 3:
            files = Counter(
                file for commit in project.commits for file in commit.files if file.rpartition("/")[0] == place
            )
            yield Idea(
                title=f"How {place} of {project.name} works",
                idea=f"How {place} of {project.name} works, by the files that change the most: {', '.join(dict(files.most_common(3)))}",
                reason=f"{number} of the last {len(project.commits)} commits changed it",
                files=tuple(file for file, _ in files.most_common(6)),
            )


def _sections(text: TextFile) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Yield the headings of a README outside of code, with their line and the commands in what is below them."""
    fences = list(_FENCE.finditer(text.text))
    inside = [(fence.start(), fence.end()) for fence in fences]
    headings = [h for h in _HEADING.finditer(text.text) if not any(start <= h.start() < end for start, end in inside)]
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        end = following.start() if following else len(text.text)
        within = [f for f in fences if heading.end() <= f.start() < end and f["language"].lower() in _SHELL]
        commands = tuple(command for fence in within for command in _commands(fence["body"], fence["language"]))
        yield _plain(heading["title"]), _line(text.text, heading.start()), commands


def _commands(body: str, language: str) -> Iterator[str]:
    prompted = [line[2:].strip() for line in body.splitlines() if line.startswith("$ ")]
    named = language.lower() in ("sh", "shell", "bash", "zsh", "powershell")
    plain = [line.strip() for line in body.splitlines() if line.strip() and not line.startswith((" ", "#", "\t"))]
    yield from (re.sub(r"\s+#\s.*$", "", command) for command in (prompted or (plain if named else []))[:12])


def _listed(commands: tuple[str, ...]) -> str:
    return ", ".join(f"`{command[:60]}`" for command in commands[:3])


def _plain(text: str) -> str:
    """Return Markdown's text on a line without its signs and links."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"[`*]", "", text))
    return " ".join(text.split()).rstrip(".")[:160]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _is_place(place: str) -> bool:
    return bool(place) and not any(word in place.lower() for word in _NO_PLACE)
