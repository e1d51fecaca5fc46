"""What films a project could have: read from its own words, within bounds, without secrets, links and anything that runs."""

import subprocess
from pathlib import Path

import pytest

from lectern.pipeline.planning.ideas import ideas_by_rules
from lectern.pipeline.planning.project import read_project, read_text
from lectern.pipeline.planning.project_text import project_text

README = "# Counter\n\nCounts lines.\n\n## Install\n\n```sh\npip install counter\n```\n\n## Filters\n\n```console\n$ counter --only py .\n12\n```\n\n## Thanks\n"
CHANGES = "# Changes\n\n## 2.1.0\n\n- Counts [Rust](x) files\n- Colours\n\n## 2.0.0\n\n- Older thing\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "counter"
    (folder / "src").mkdir(parents=True)
    (folder / "README.md").write_text(README)
    (folder / "CHANGELOG.md").write_text(CHANGES)
    (folder / "src/core.py").write_text(
        'x = 1\n# TODO: count tabs, too\n# FIXME(ada): wrong for CRLF\ns = "# TODO: no comment"\nTODO: neither\n'
    )
    (folder / "junit.xml").write_text(
        '<testsuites><testsuite tests="2"><testcase classname="t" name="ok"/><testcase classname="t" name="crlf">'
        '<failure message="x">no</failure></testcase></testsuite></testsuites>'
    )
    return folder


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def committed(folder: Path, *subjects: str) -> None:
    git(folder, "init", "-q")
    for number, subject in enumerate(subjects):
        (folder / "src/core.py").write_text(f"x = {number}\n# TODO: count tabs, too\n# FIXME: wrong\n")
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", subject)


def test_every_idea_has_its_reason_and_the_files_that_speak_for_it(project: Path) -> None:
    committed(project, "Begin", "feat: count Rust files", "Fix CRLF", "Fix more")
    found = {idea.title: idea for idea in ideas_by_rules(read_project(project), 20)}
    assert (
        found["First steps with counter"].files == ("README.md:5",)
        and "`pip install counter`" in found["First steps with counter"].idea
    )
    assert found["Filters with counter"].files == ("README.md:11",)
    assert "Thanks with counter" not in found  # nothing to show
    new = found["What is new in counter 2.1.0"]
    assert new.files == ("CHANGELOG.md:3",) and "Counts Rust files; Colours" in new.idea and "Older" not in new.idea
    assert "1 of 2 tests failed" in found["Why t.crlf fails"].reason
    assert found["What is still open in src/core.py"].files == ("src/core.py:2", "src/core.py:3")
    assert found["What is new: count Rust files"].files == ("src/core.py",)
    assert "A bug and how it was mended: Fix more" in found
    assert "4 of the last 4 commits" in found["How src of counter works"].reason
    assert len(ideas_by_rules(read_project(project), 3)) == 3


def test_a_project_that_says_nothing_gives_no_ideas(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\0\1")
    assert ideas_by_rules(read_project(tmp_path)) == ()


def test_what_a_model_is_told_has_everything_that_speaks_for_ideas(project: Path) -> None:
    committed(project, "Begin", "feat: count Rust files")
    text = project_text(project)
    for part in (
        "README.md",
        "Counts lines.",
        "feat: count Rust files",
        "+x = 1",
        "count tabs, too",
        "1 of 2 tests failed: t.crlf",
    ):
        assert part in text


def test_secrets_are_neither_opened_nor_told(project: Path) -> None:
    key = "sk-proj-" + "a1B2c3D4e5" * 4
    for name in (".env", "prod.env", "server.key", "id_rsa", "my-credentials.json", "secrets.py"):
        (project / name).write_text(f"# TODO: {name} password={key}\n")
        assert read_text(project, name) == ""
    (project / "README.md").write_text(f"{README}\nUse `export OPENAI_API_KEY={key}`.\n")
    (project / "src/core.py").write_text(f"# TODO: do not use {key} here\n")
    committed(project, "Begin", f"feat: use {key}")
    assert key not in project_text(project) and key not in read_project(project).model_dump_json()
    assert "prod.env password" not in project_text(project)


def test_links_are_not_followed(project: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/private.md").write_text("# TODO: this is private\n")
    (project / "linked").symlink_to(tmp_path / "outside")
    (project / "src/link.md").symlink_to(tmp_path / "outside/private.md")
    (project / "CHANGELOG.md").unlink()
    (project / "CHANGELOG.md").symlink_to(tmp_path / "outside/private.md")
    (project / ".pytest_cache").symlink_to(tmp_path / "outside")
    assert "private" not in read_project(project).model_dump_json()
    assert not any("linked" in file for file in read_project(project).files)


def test_a_repository_that_would_run_a_program_runs_none(project: Path, tmp_path: Path) -> None:
    committed(project, "Begin", "Second")
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "filter.x.clean",
        "filter.x.smudge",
        "diff.x.textconv",
        "diff.x.command",
        "gpg.program",
    ):
        git(project, "config", name, str(trap))
    (project / ".git/info/attributes").write_text("* filter=x diff=x\n")
    git(project, "config", "log.showSignature", "true")
    read_project(project)
    assert not (tmp_path / "sprung").exists()


def test_hostile_sizes_are_bounded(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lectern.pipeline.planning import project as room

    monkeypatch.setattr(room, "MOST_FILES", 20)
    monkeypatch.setattr(room, "LARGEST", 1000)
    for number in range(50):
        (project / f"src/{number}.py").write_text("# TODO: again\n" * 200)
    found = read_project(project)
    assert len(found.files) == 20 and found.more and len(found.tasks) <= room.MOST_TODOS
    (project / "README.md").write_text("#" * 5000 + " a\n" * 5000)
    (project / "junit.xml").write_text("<testsuite>" + "<testcase " * 100_000)
    read_project(project)


def test_the_repository_around_a_folder_is_not_its_own(project: Path) -> None:
    committed(project, "Begin")
    assert read_project(project / "src").commits == ()
