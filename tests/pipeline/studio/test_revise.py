"""A wish becomes a proposed change, and a project becomes ideas; each is a run that tells what was asked and what it used."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.chat_answers import COUNT, answer, studio_with_model

from lectern.pipeline.base.errors import LecternError, SourceError
from lectern.pipeline.base.profile import asked_folder
from lectern.pipeline.changes.store import ChangesetStore
from lectern.pipeline.cli.main import main
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.services.ledger import BudgetExceeded, Ledger
from lectern.pipeline.studio.conversation import note_so_far, thread_of
from lectern.pipeline.studio.ideas import ideas
from lectern.pipeline.studio.language_model import ModelChoice
from lectern.pipeline.studio.plan_idea import plan_idea
from lectern.pipeline.studio.prompts import own_prompt, prompts
from lectern.pipeline.studio.revise import Revision, WrittenRevision, revise
from lectern.pipeline.studio.runs import run_events, runs
from lectern.pipeline.studio.usage import usage
from lectern.pipeline.trust.grants import NotTrusted

LONGER = COUNT.replace("One command {wc}counts.", "How long is a file? One command {wc}counts its lines.")
WHERE = "/chat/completions"


@pytest.fixture
def film(tmp_path: Path, server: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    film = studio_with_model(tmp_path, server.base, monkeypatch) / "film"
    (film / "data").mkdir(parents=True)
    (film / "script.md").write_text(COUNT)
    (film / "data/a.txt").write_text("one\n")
    return film


def revision(script: str = LONGER, **files: str) -> dict[str, object]:
    named = [{"path": path.replace("__", "/"), "text": text} for path, text in files.items()]
    return {"script": script, "files": named, "note": "It begins with a question."}


def revised(film: Path, **more: Any) -> Revision:
    return revise(film, **{"wish": "begin with a question", "trust": True, **more})


def test_a_wish_becomes_a_proposed_change_and_no_file_changes(film: Path, server: Any, reply: Any) -> None:
    server.on("POST", WHERE, answer(reply, revision()))
    made = revised(film)
    assert (film / "script.md").read_text() == COUNT
    assert "+How long is a file? One command {wc}counts its lines." in made.diff and made.rounds == 1
    asked = server.asked[0].json()["messages"]
    assert "begin with a question" in asked[1]["content"] and "=== data/a.txt ===\none" in asked[1]["content"]
    change = ChangesetStore(film).get(made.change)
    assert (change.state, change.run, change.why) == ("proposed", made.run, "wished: begin with a question")
    ChangesetStore(film).apply(made.change, "Mia")
    assert (film / "script.md").read_text() == LONGER


def test_only_what_is_newly_wrong_goes_back_to_the_model(film: Path, server: Any, reply: Any) -> None:
    (film / "script.md").write_text(COUNT + "\n# Words {#words}\n\nNothing is seen here.\n")
    kept = LONGER + "\n# Words {#words}\n\nNothing is seen here.\n"
    server.on("POST", WHERE, answer(reply, revision(kept.replace("{wc}", ""))), answer(reply, revision(kept)))
    assert revised(film).rounds == 2
    told = server.asked[1].json()["messages"][-1]["content"]
    assert "wc" in told and "shows nothing" not in told


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (revision(COUNT), "nothing is changed"),
        (revision(brief__md="x") | {"files": [{"path": "lectern.toml", "text": "[model]"}]}, "lectern.toml"),
        (revision() | {"files": [{"path": "plugins/x.py", "text": "import os"}]}, "plugins/x.py"),
        (revision() | {"files": [{"path": "../out", "text": "x"}]}, "no path of a file"),
        (revision() | {"files": [{"path": "data/secret.env", "text": "x"}]}, "was not shown to you"),
        (revision("# broken {\n"), "script.md:"),
    ],
)  # fmt: skip
def test_what_may_not_be_changed_is_refused_after_three_and_nothing_is_proposed(
    film: Path, server: Any, reply: Any, wrong: object, told: str
) -> None:
    (film / "data/secret.env").write_text("KEY=1")
    server.on("POST", WHERE, answer(reply, wrong))
    with pytest.raises(LecternError, match=rf"after 3 tries:\n(?s:.*){told}"):
        revised(film)
    assert ChangesetStore(film).all() == () and runs(film)[0].state == "failed"
    assert not any("KEY=1" in json.dumps(asked.json()) for asked in server.asked)


def test_a_run_tells_what_was_asked_with_which_prompt_and_what_it_used(film: Path, server: Any, reply: Any) -> None:
    server.on("POST", WHERE, answer(reply, "no json", 7), answer(reply, revision(), 9))
    made = revised(film)
    (run,) = runs(film)
    assert (run.id, run.kind, run.state, run.title) == (made.run, "revise", "done", "begin with a question")
    assert run.about["model"] == "m" and run.about["provider"] == "openai"
    (asked,) = [event.data for event in run_events(film, run.id) if event.kind == "asked"]
    card = next(card for card in prompts(film) if card.id == "revise")
    assert asked == {"prompt": "revise", "file": card.file, "hash": card.hash}
    assert run.result["change"] == made.change and len(run.result["usage"]) == 2
    report = usage(film, by="run")
    assert [(row.name, row.requests, row.tokens.total, row.price) for row in report.rows] == [(run.id, 2, 16, {})]


def test_a_budget_in_lectern_toml_stops_before_anything_is_asked(film: Path, server: Any, reply: Any) -> None:
    settings = film.parent / "lectern.toml"
    settings.write_text(settings.read_text() + "price = 0.5\n\n[budget]\nlimit = 0.9\n")
    server.on("POST", WHERE, answer(reply, "no json"))
    with pytest.raises(BudgetExceeded, match=r"may cost 0.5000 USD, and 0.5000 of the budget of 0.90 USD"):
        revised(film, agree=lambda costs: True)
    assert server.count("POST") == 1 and server.asked[0].json()["max_tokens"] == 16_000
    (row,) = usage(film).budgets
    assert (row.spent, row.budget.limit) == (0.5, 0.9)


def test_the_persons_own_model_needs_no_trust_and_an_episodes_command_does(
    film: Path, tmp_path: Path, server: Any, reply: Any
) -> None:
    server.on("POST", WHERE, answer(reply, revision()))
    settings = film.parent / "lectern.toml"
    (tmp_path / "profile").mkdir(exist_ok=True)
    (tmp_path / "profile/lectern.toml").write_text(settings.read_text())
    settings.write_text("")
    assert revised(film, trust=False).rounds == 1
    settings.write_text('[model]\nprovider = "command"\ncommand = ["my-model"]\n')
    with pytest.raises(NotTrusted, match="program +my-model, as the language model command"):
        revised(film, trust=False)
    settings.write_text('[model]\nprovider = "command"\ncommand = ["sh", "data/a.txt"]\n')
    with pytest.raises(LecternError, match="names data/a.txt, a file of the episode"):
        revised(film)


def test_a_prompt_is_read_anew_before_each_question_and_its_mistake_stops_the_run(
    film: Path, server: Any, reply: Any
) -> None:
    server.on("POST", WHERE, answer(reply, revision()))
    file = own_prompt(film, "revise")
    before = next(card for card in prompts(film) if card.id == "revise")
    file.write_text(json.dumps({"id": "revise", "system": "Be brief.", "user": "Do: {wish}\n{files}"}))
    revised(film)
    assert server.asked[0].json()["messages"][0]["content"] == "Be brief."
    after = next(card for card in prompts(film) if card.id == "revise")
    assert before.own and after.own and before.hash != after.hash
    file.write_text('{"id": "revise",\n"system": "x",\n"user": "{wsih}"}')
    with pytest.raises(SourceError, match=r"revise.json:3: nothing fills \{wsih\}"):
        revised(film)
    assert server.count("POST") == 1
    file.unlink()
    file.symlink_to("/etc/passwd")
    with pytest.raises(LecternError, match="link"):
        revised(film)


def test_ideas_come_from_the_model_and_name_only_files_that_are_there(
    film: Path, tmp_path: Path, server: Any, reply: Any
) -> None:
    project = film.parent / "counter"
    project.mkdir()
    (project / "README.md").write_text("# Counter\n\n```sh\ncounter .\n```\n")
    idea = {"title": "Count", "idea": "Count lines.", "reason": "README.md shows it"}
    wrong, right = {**idea, "files": ["src/none.py"]}, {**idea, "files": ["README.md:3"]}
    server.on("POST", WHERE, answer(reply, {"ideas": [wrong]}), answer(reply, {"ideas": [right]}))
    found = ideas(project, trust=True)
    assert (found.by, found.ideas[0].files) == ("model", ("README.md:3",))
    assert "src/none.py, which is no file" in server.asked[1].json()["messages"][-1]["content"]
    assert ideas(project, rules=True).by == "rules" and server.count("POST") == 2
    assert list(project.iterdir()) == [project / "README.md"]


def test_a_plan_is_told_what_is_weak_in_it_and_keeps_what_is_not_mended(film: Path, server: Any, reply: Any) -> None:
    weak = {
        "script": COUNT.replace("counts.", "is 40 percent faster."),
        "files": [{"path": "data/a.txt", "text": "one\n"}],
    }
    server.on("POST", WHERE, answer(reply, "Brief."), answer(reply, weak))
    made = plan_idea(film.parent / "new", idea="count lines", trust=True, length="20s")
    assert made.rounds == 3 and any("claim without its source" in finding.message for finding in made.findings)
    assert "40 percent" in server.asked[2].json()["messages"][-1]["content"]
    assert "Length (20s)" in server.asked[0].json()["messages"][1]["content"]


def test_the_commands_print_for_people_and_for_programs(
    film: Path, server: Any, reply: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST", WHERE, answer(reply, revision()))
    assert main(["revise", str(film), "begin with a question", "--trust"]) == 0
    out = capsys.readouterr().out
    assert "+How long is a file?" in out and f"lectern changes {film} apply" in out
    run = runs(film)[0].id
    for arguments, told in (
        (["runs", str(film)], run), (["runs", str(film), run], "prompt=revise"), (["runs", str(film), run, "--follow"], "state=done"),
        (["usage", str(film)], "m "), (["prompts", str(film)], "Lectern's"), (["prompts", str(film), "show", "revise"], "{wish}"),
        (["prompts", str(film), "copy", "brief"], "prompts/brief.json"), (["usage", str(film), "--prices"], "prices.toml"),
        (["prompts", str(film), "schema"], '"properties"'),
    ):  # fmt: skip
        assert main(arguments) == 0
        assert told in capsys.readouterr().out
    assert main(["runs", str(film), run, "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [events[0]["kind"], events[-1]["kind"]] == ["begin", "end"]
    assert main(["runs", str(film), run, "--after", str(events[-2]["seq"]), "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert main(["usage", str(film), "--by", "day", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["requests"] == 1
    assert main(["runs", str(film), "nothing"]) == 2
    assert Ledger(asked_folder(film)).entries()[0].run == run


def test_a_run_that_somebody_cancels_ends_its_command_with_130(film: Path, server: Any, reply: Any) -> None:
    def cancelled(asked: Any) -> Any:
        assert main(["runs", str(film), runs(film)[0].id, "--cancel"]) == 0
        return answer(reply, "no json")

    server.on("POST", WHERE, cancelled, answer(reply, revision()))
    assert main(["revise", str(film), "shorter", "--trust", "--quiet"]) == 130
    assert runs(film)[0].state == "cancelled" and ChangesetStore(film).all() == ()


# Conversations


def test_a_question_is_answered_without_a_change(
    film: Path, server: Any, reply: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST", WHERE, answer(reply, {"note": "It lasts 20 s.", "script": "", "files": []}))
    made = revised(film, wish="how long is it?")
    assert (made.change, made.note) == ("", "It lasts 20 s.") and ChangesetStore(film).all() == ()
    assert main(["revise", str(film), "how long is it?", "--quiet"]) == 0
    assert capsys.readouterr().out == "It lasts 20 s.\n"


def test_a_follow_up_goes_on_from_what_was_said_and_from_the_change_that_waits(
    film: Path, server: Any, reply: Any
) -> None:
    shorter = LONGER.replace("counts its lines", "counts")
    server.on(
        "POST", WHERE, answer(reply, revision()), answer(reply, revision(shorter)), answer(reply, revision(COUNT))
    )
    first = revised(film)
    second = revised(film, wish="now shorter", after=first.run)
    asked = server.asked[1].json()["messages"][1]["content"]
    assert "They wished: begin with a question\nYou answered: It begins with a question." in asked
    assert (
        "It is not applied yet:\n--- a/script.md" in asked and "How long is a file? One command {wc}counts its" in asked
    )
    states = {change.id: change.state for change in ChangesetStore(film).all()}
    assert states == {first.change: "superseded", second.change: "proposed"}
    assert "-One command {wc}counts." in second.diff and (film / "script.md").read_text() == COUNT
    ChangesetStore(film).apply(second.change, "Mia")
    third = revised(film, wish="as it was", after=second.run)
    assert "It was applied" in server.asked[2].json()["messages"][1]["content"]
    assert {thread_of(run) for run in runs(film)} == {first.run} and third.change
    with pytest.raises(LecternError, match="there is no run"):
        revised(film, after="nothing")


def test_a_change_that_waits_is_taken_back_in_the_conversation(film: Path, server: Any, reply: Any) -> None:
    server.on("POST", WHERE, answer(reply, revision()), answer(reply, revision(COUNT)))
    first = revised(film)
    assert revised(film, wish="no, as it was", after=first.run).change == ""
    (change,) = ChangesetStore(film).all()
    assert (change.id, change.state) == (first.change, "refused") and (film / "script.md").read_text() == COUNT


def test_a_wish_says_what_it_is_about(film: Path, server: Any, reply: Any) -> None:
    server.on("POST", WHERE, answer(reply, revision()))
    scene = read_episode(film).scenes[0]
    revised(film, about=scene.id)
    assert f"It is about the scene {scene.id}" in server.asked[0].json()["messages"][1]["content"]
    assert runs(film)[0].about["on"] == scene.id
    for about, told in (("gone", 'no scene "gone"'), ("gone/x/0", "not built yet")):
        with pytest.raises(LecternError, match=told):
            revised(film, about=about)
    assert server.count("POST") == 1


def test_model_thinking_and_prompt_are_chosen_for_one_question(film: Path, server: Any, reply: Any) -> None:
    server.on("POST", WHERE, answer(reply, revision()))
    file = own_prompt(film, "revise.formal")
    assert json.loads(file.read_text())["id"] == "revise.formal"
    file.write_text(json.dumps({"id": "revise.formal", "system": "Be formal.", "user": "Do: {wish}\n{files}"}))
    assert main(["revise", str(film), "shorter", "--trust", "--quiet", "--model", "large", "--thinking", "high", "--prompt", "revise.formal"]) == 0  # fmt: skip
    sent = server.asked[0].json()
    assert (sent["model"], sent["reasoning_effort"], sent["messages"][0]["content"]) == ("large", "high", "Be formal.")
    (run,) = runs(film)
    assert run.about["model"] == "large" and run.about["settings"]["thinking"] == "high"
    assert "revise.formal" in [card.id for card in prompts(film)]
    for prompt, told in (("brief", "asked for something else"), ("revise.gone", "there are: .*revise.formal")):
        with pytest.raises(LecternError, match=told):
            revised(film, choice=ModelChoice(prompt=prompt))
    assert server.count("POST") == 1


@pytest.mark.parametrize(
    ("arrived", "said"),
    [
        ('{"note": "It beg', "It beg"),
        ('{"note": "Say \\"hi\\" \\u00e', 'Say "hi" '),
        ('{\n"note" : "Two\\nlines", "script": "# One', "Two\nlines"),
        ('{"no', ""),
        ('```json\n{"note": "a', "a"),
    ],
)
def test_what_a_model_says_is_read_while_its_answer_arrives(arrived: str, said: str) -> None:
    assert note_so_far(arrived) == said


def test_what_a_model_says_comes_first_in_the_form_that_it_is_asked_for() -> None:
    assert next(iter(WrittenRevision.model_json_schema()["properties"])) == "note"
