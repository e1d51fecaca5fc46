"""An episode from an idea: a brief first, then a script that `check` accepts, mended by the model where it doesn't."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.chat_answers import COUNT, answer, studio_with_model

from lectern.pipeline.base.errors import LecternError, SourceError
from lectern.pipeline.changes.store import ChangesetStore
from lectern.pipeline.planning.prompts import read_prompt
from lectern.pipeline.studio.plan_idea import PlannedIdea, plan_idea
from lectern.pipeline.trust.grants import NotTrusted


def episode(script: str = COUNT, **files: str) -> dict[str, object]:
    named = {"data/a.txt": "one\n"} if not files else {name.replace("__", "/"): text for name, text in files.items()}
    return {"script": script, "files": [{"path": path, "text": text} for path, text in named.items()]}


@pytest.fixture
def studio(tmp_path: Path, server: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    return studio_with_model(tmp_path, server.base, monkeypatch)


def planned(studio: Path, **more: Any) -> PlannedIdea:
    return plan_idea(studio / "film", **{"idea": "count lines", "trust": True, **more})


def test_a_brief_comes_first_and_then_an_episode_that_check_accepts(studio: Path, server: Any, reply: Any) -> None:
    server.on("POST", "/chat/completions", answer(reply, "# Audience\nAll."), answer(reply, episode(), 7))
    (studio / "project").mkdir()
    (studio / "project/README.md").write_text("A counter of lines")
    made = planned(studio, project=studio / "project")
    assert (studio / "film/brief.md").read_text() == "# Audience\nAll.\n"
    assert (studio / "film/script.md").read_text() == COUNT and (studio / "film/data/a.txt").read_text() == "one\n"
    assert (made.rounds, made.tokens, made.change) == (1, 12, "") and made.seconds > 1
    brief, script = (asked.json() for asked in server.asked)
    assert "count lines" in brief["messages"][1]["content"] and "A counter of lines" in brief["messages"][1]["content"]
    assert (
        "Lectern on one page" in script["messages"][0]["content"] and "# Audience" in script["messages"][1]["content"]
    )
    schema = script["response_format"]["json_schema"]["schema"]
    assert set(schema["properties"]) == {"script", "files"} and "maxLength" not in json.dumps(schema)


def test_mistakes_go_back_to_the_model_and_nothing_is_written_before_they_are_mended(
    studio: Path, server: Any, reply: Any
) -> None:
    bad = COUNT.replace("kind: terminal", "kind: termnal")
    server.on(
        "POST", "/chat/completions", answer(reply, "Brief."), answer(reply, episode(bad)), answer(reply, episode())
    )
    assert planned(studio).rounds == 2
    told = server.asked[2].json()["messages"][-1]["content"]
    assert "script.md:" in told and "termnal" in told


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("no json", "it is no JSON"),
        ({"script": COUNT}, "files: Field required"),
        (episode(**{"..__x": "y"}), "no path of a file beside"),
        (episode(**{"lectern.toml": "[film]"}), "lectern.toml"),
        (episode("no front {"), "script.md:"),
    ],
)
def test_an_answer_that_never_fits_is_refused_after_three_and_leaves_no_script(
    studio: Path, server: Any, reply: Any, wrong: object, told: str
) -> None:
    server.on("POST", "/chat/completions", answer(reply, "Brief."), *[answer(reply, wrong)] * 3)
    with pytest.raises(LecternError, match=rf"after 3 tries:\n(?s:.*){told}"):
        planned(studio)
    assert [file.name for file in (studio / "film").iterdir()] == ["brief.md"] and server.count("POST") == 4


def test_a_refusal_is_told_and_so_is_an_answer_in_a_fence_taken(studio: Path, server: Any, reply: Any) -> None:
    server.on("POST", "/chat/completions", answer(reply, "Brief."), answer(reply, "", refusal="No."))
    with pytest.raises(LecternError, match="refuses: No."):
        planned(studio)
    server.on("POST", "/chat/completions", answer(reply, f"Here:\n```json\n{json.dumps(episode())}\n```\n"))
    assert planned(studio).rounds == 1


def test_a_brief_that_a_person_has_changed_is_used_and_a_script_that_is_there_gets_a_change(
    studio: Path, server: Any, reply: Any
) -> None:
    (studio / "film").mkdir()
    (studio / "film/brief.md").write_text("My own brief.")
    (studio / "film/script.md").write_text("# Mine {#mine}\n\nHello.\n")
    server.on("POST", "/chat/completions", answer(reply, episode()))
    made = planned(studio)
    assert "My own brief." in server.asked[0].json()["messages"][1]["content"]
    assert (studio / "film/script.md").read_text().startswith("# Mine") and made.files == ()
    ChangesetStore(studio / "film").apply(made.change, "Mia")
    assert (studio / "film/script.md").read_text() == COUNT


def test_nothing_is_sent_before_the_person_has_allowed_it(studio: Path, server: Any) -> None:
    with pytest.raises(NotTrusted, match="is sent your idea"):
        planned(studio, trust=False)
    assert server.asked == [] and not (studio / "film").exists()


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('{"id": "brief",\n "system": "a",\n "user": }', 3, "no JSON"),
        ('{"id": "brief",\n "system": "a"}', 1, "user: Field required"),
        ('{"id": "brief",\n "system": "a",\n "user": "b",\n "more": 1}', 4, "more: Extra"),
        ('{"id": "other", "system": "a", "user": "b"}', 1, 'its id is "other"'),
        ('{"id": "brief",\n "system": "a",\n "user": "{nothing}"}', 3, "nothing fills {nothing}"),
    ],
)
def test_a_prompt_of_ones_own_is_checked_with_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts/brief.json").write_text(text)
    with pytest.raises(SourceError, match=told) as caught:
        read_prompt("brief", tmp_path / "film")
    assert caught.value.line == line


def test_a_prompt_of_the_studio_goes_before_lecterns_own(tmp_path: Path) -> None:
    assert "{idea}" in read_prompt("brief", tmp_path).prompt.user
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts/brief.json").write_text('{"id": "brief", "system": "s", "user": "My {idea}"}')
    found = read_prompt("brief", tmp_path / "film")
    assert found.prompt.filled({"idea": "x {project}"})[1]["content"] == "My x {project}"
