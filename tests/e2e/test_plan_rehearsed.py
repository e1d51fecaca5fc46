"""A plan whose captures are tried: what fails goes back to the model, and nothing leaves the sandbox."""

import json
from pathlib import Path

import pytest
from scripted_model import ScriptedModel
from support.chat_answers import COUNT, studio_with_model

from lectern.pipeline.studio.plan_idea import plan_idea

pytestmark = pytest.mark.browser


def test_a_step_that_fails_when_it_is_tried_goes_back_to_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside").mkdir()
    escape = COUNT.replace("run: wc -l a.txt", f"run: wc -l a.txt > {tmp_path}/outside/trace; wc -l a.txt").replace(
        "    at: wc", '    at: wc\n    expect: "7 a.txt"'
    )
    turns = [
        {"content": json.dumps({"script": script, "files": [{"path": "data/a.txt", "text": "one\n"}]})}
        for script in (escape, COUNT)
    ]
    with ScriptedModel(*turns) as model:
        studio = studio_with_model(tmp_path, model.base, monkeypatch)
        (studio / "film").mkdir()
        (studio / "film/brief.md").write_text("Count lines.")
        made = plan_idea(studio / "film", idea="count lines", trust=True, rehearse=True)
    assert made.rounds == 2 and (studio / "film/script.md").read_text() == COUNT
    assert '"7 a.txt"' in model.asked[1]["messages"][-1]["content"]
    assert list((tmp_path / "outside").iterdir()) == [] and not (studio / "film/media").exists()
