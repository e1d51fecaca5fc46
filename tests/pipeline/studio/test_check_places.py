"""`check --json` says of every problem, of all kinds, where it is and what is written there."""

from pathlib import Path

import pytest
from support.written import wrong_scripts

from lectern.pipeline.studio.check import CheckResult, Diagnostic, check

ONE = "# A\n\nSay {one}this, {two}that.\n"
OUTSIDE = ("before the first heading", "front matter", 'a rule ("---")', "needs quotes as a whole")
"""Of what is in no scene and at no key, there is no way to the value."""


def _checked(folder: Path, script: str, **files: str) -> CheckResult:
    (folder / "script.md").write_text(script, encoding="utf-8")
    for name, content in files.items():
        file = folder / name.replace("__", "/").replace("_toml", ".toml").replace("_json", ".json")
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return check(folder)


def _is_placed(told: Diagnostic, text: str) -> bool:
    lines = text.split("\n")
    line = lines[told.line - 1] if told.line <= len(lines) else ""
    pathless = any(part in told.message for part in OUTSIDE)
    return 1 <= told.column <= len(line) + 1 and told.found is not None and bool(told.path or pathless)


@pytest.mark.parametrize(("script", "messages"), wrong_scripts())
def test_every_problem_of_a_script_has_its_place(tmp_path: Path, script: str, messages: list[str]) -> None:
    (tmp_path / "logo.png").write_bytes(b"")
    problems = _checked(tmp_path, script).problems
    assert problems and [told for told in problems if not _is_placed(told, script)] == []


@pytest.mark.parametrize(
    ("files", "file", "line", "column", "path", "found"),
    [
        ({"lectern_toml": "[film]\nfsp = 30\n"}, "lectern.toml", 2, 1, "film.fsp", "fsp"),
        ({"lectern_toml": "[film]\nfps = 'x'\n"}, "lectern.toml", 2, 8, "film.fps", "x"),
        ({"lectern_toml": "[film\n"}, "lectern.toml", 1, 1, "", "[film"),
        ({"characters__bo_json": '{\n  "nam": "Bo"\n}\n'}, "characters/bo.json", 2, 4, "nam", "nam"),
        ({"characters__bo_json": '{\n  "name": "Bo",\n  "mood": "x"\n}'}, "characters/bo.json", 3, 4, "mood", "mood"),
        ({"characters__bo_json": "{,"}, "characters/bo.json", 1, 1, "", "{,"),
    ],
)
def test_so_has_every_problem_of_the_other_files(
    tmp_path: Path, files: dict[str, str], file: str, line: int, column: int, path: str, found: str
) -> None:
    told = next(told for told in _checked(tmp_path, ONE, **files).problems if told.path == path)
    assert (told.file, told.line, told.path, told.found) == (file, line, path, found)
    assert told.column == column, told


@pytest.mark.parametrize(
    ("block", "line", "column", "path", "found"),
    [
        ("capture\nkind: terminal\nsteps:\n  - run: ls\n    expct: x", 9, 5, "captures[0].steps[0].expct", "expct"),
        ("capture\nkind: browser\nsteps:\n  - open: none.html", 8, 11, "captures[0].steps[0].open", "none.html"),
        ("capture\nkind: terminal\nfolder: none\nsteps:\n  - run: ls", 7, 9, "captures[0].folder", "none"),
        ("capture\nkind: terminal\nsteps:\n  - run: ls\n  - drag: x", 9, 5, "captures[0].steps[1]", {"drag": "x"}),
        ("capture\nkind: browser\nsteps:\n  - drag: x", 8, 5, "captures[0].steps[0].drag", "drag"),
        ("overlay\nkind: image\nfile: none.png", 7, 7, "overlays[0].file", "none.png"),
        ("shot\nprompt: x", 5, 4, "shots[0]", "shot"),
    ],
)
def test_a_problem_within_a_block_names_the_way_to_the_field(
    tmp_path: Path, block: str, line: int, column: int, path: str, found: object
) -> None:
    problems = _checked(tmp_path, f"{ONE}\n```{block}\n```\n").problems
    told = next((told for told in problems if told.path.endswith(path)), problems[0])
    assert (told.line, told.column, told.path, told.found) == (line, column, f"scenes[0].{path}", found)


def test_findings_have_their_place_too(tmp_path: Path) -> None:
    (tmp_path / "poem.txt").write_text("x")
    script = f"{ONE}\n```capture\nkind: terminal\nsteps:\n  - run: cat poem.txt\n    at: one\n```\n"
    told = [(told.line, told.path, told.found) for told in _checked(tmp_path, script).findings]
    assert told == [(3, "scenes[0]", "{two}"), (8, "scenes[0].captures[0].steps[0].run", "poem.txt")]


@pytest.mark.parametrize(
    ("kind", "address", "says"),
    [
        (
            "browser",
            "example.org",
            "there is no example.org in film/; a page of the network is open: https://example.org",
        ),
        ("browser", "docs.python.org/3/", "; a page of the network is open: https://docs.python.org/3/"),
        ("browser", "localhost:8000", "; a page of the network is open: http://localhost:8000"),
        ("browser", "index.html", "there is no index.html in film/"),
        ("ide", "main.py", "; a file is opened as in the IDE itself: - press: Control+P"),
    ],
)
def test_a_page_that_is_not_there_is_told_what_else_may_be_meant(
    tmp_path: Path, kind: str, address: str, says: str
) -> None:
    film, url = tmp_path / "film", "url: http://127.0.0.1:8080\n" if kind == "ide" else ""
    film.mkdir()
    found = _checked(film, f"{ONE}\n```capture\nkind: {kind}\n{url}steps:\n  - open: {address}\n```\n").problems
    assert [told.message for told in found if told.message.endswith(says) or says in told.message] != [], found
    assert ("network" in found[0].message) == ("network" in says)
