"""How fast a voice speaks is measured in what was recorded, and known when the next film is planned."""

from pathlib import Path

import pytest

from lectern.pipeline.build.paces import pace_of
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.studio.runs import run_events, runs
from lectern.pipeline.studio.voice import voice

SAID = "The quick brown fox jumps over the lazy dog, and everybody in the village talks about it for a week. "


def test_a_pace_is_measured_when_lines_are_spoken_and_that_is_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    film = tmp_path / "film"
    film.mkdir()
    (film / "characters").mkdir()
    (film / "characters/eva.json").write_text(
        '{"name": "Eva", "portrait": "lectern:ada", "provider": "espeak", "voice": "en-us"}'
    )
    (film / "script.md").write_text(f"---\nnarrator: eva\n---\n\n# One {{#one}}\n\n{SAID * 5}\n")
    assert pace_of(read_episode(film), "eva") is None
    (line,) = voice(film, trust=True)
    letters = sum(
        len(word.spoken) for scene in read_episode(film).scenes for each in scene.lines for word in each.words
    )
    assert pace_of(read_episode(film), "eva") == pytest.approx(line.seconds / letters, rel=0.01)
    (run,) = runs(film)
    kinds = [event.kind for event in run_events(film, run.id)]
    assert (run.kind, run.state) == ("build", "done") and kinds[0] == "begin" and kinds[-1] == "end"
    assert [event.data["state"] for event in run_events(film, run.id) if event.kind == "job"] == ["running", "done"]
