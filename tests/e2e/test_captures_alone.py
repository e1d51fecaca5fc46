"""Captures without a film: recorded, seen step by step, and done again to see whether they are still so."""

import os
import stat
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.cli.main import main
from lectern.pipeline.studio.capture import capture, preview, sheet, stale_captures
from lectern.pipeline.trust.grants import NotTrusted

pytestmark = pytest.mark.browser

SCRIPT = """# Files {#files}

Words {see}to say.

```capture
kind: terminal
id: tool
environment:
  size: [800, 480]
  env: {P: PROGRAM}
steps:
  - run: $P one
    at: see
    expect: 3 files
  - run: $P two
```
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The product that the film shows: it lies outside the episode."""
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    return _says(tmp_path / "tool", 'echo "$1: 3 files"; date')


def _says(file: Path, does: str) -> Path:
    file.write_text(f"#!/bin/sh\n{does}\n")
    os.chmod(file, stat.S_IRWXU)
    return file


@pytest.fixture
def episode(tmp_path: Path, program: Path) -> Path:
    folder = tmp_path / "episode"
    folder.mkdir()
    (folder / "script.md").write_text(SCRIPT.replace("PROGRAM", str(program)))
    return folder


def test_captures_are_recorded_alone_and_checked_against_the_product(
    episode: Path, program: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(NotTrusted):
        capture(episode)
    first = preview(episode, tmp_path / "before.png", step=1, trust=True)
    assert not (episode / "media/capture").exists()
    (made,) = capture(episode)
    assert (made.scene, made.capture, made.kind, made.steps, made.line) == ("files", "tool", "terminal", 2, 5)
    kept = np.asarray(Image.open(preview(episode, tmp_path / "kept.png", step=1)))
    quick = np.asarray(Image.open(first))
    assert quick.shape == kept.shape
    assert (np.abs(quick.astype(int) - kept).max(axis=2) > 25).mean() < 0.01
    drawn = np.asarray(Image.open(sheet(episode, tmp_path / "sheet.png", scene="files").file))
    assert drawn.shape[1] == 1704
    with pytest.raises(LecternError, match='"tool" has 2 steps, so there is no step 3'):
        preview(episode, tmp_path / "none.png", step=3)

    takes = sorted((episode / "media/capture").iterdir())
    assert main(["capture", str(episode), "--check", "--quiet"]) == 0

    _says(program, 'echo "$1: 3 files"; date; [ "$1" = one ] || echo more')
    capsys.readouterr()
    assert main(["capture", str(episode), "--check", "--quiet"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f'{episode}/script.md:15: scene "files", capture "tool": step 2: the text is different'
    assert said[1:] == ["    +more"]
    script = episode / "script.md"
    script.write_text(script.read_text().replace("kind: terminal\n", "kind: terminal\ncheck: false\n"))
    assert main(["capture", str(episode), "--check"]) == 0
    assert "not compared: 1 " in capsys.readouterr().out
    assert sorted((episode / "media/capture").iterdir()) == takes


def test_a_film_whose_claim_fails_is_not_recorded(episode: Path, program: Path) -> None:
    _says(program, 'echo "$1: 13 files"')
    with pytest.raises(
        LecternError, match=r'script.md:12: scene "files": steps\[1\].*"3 files" should be on the screen'
    ) as caught:
        capture(episode, trust=True)
    assert '"one: 13 files"' in str(caught.value)
    (found,) = stale_captures(episode)
    assert (found.stale, found.compared) == (True, False)
    assert found.fault == str(caught.value) and Path(found.picture).is_relative_to(episode / ".lectern")


def test_a_sheet_shows_what_could_be_recorded_where_another_capture_fails(episode: Path, tmp_path: Path) -> None:
    more = (
        "\n# Wrong {#wrong}\n\nMore.\n\n```capture\nkind: terminal\nsteps:\n  - run: exit 3\n    expect: nothing\n```\n"
    )
    with (episode / "script.md").open("a") as script:
        script.write(more)
    with pytest.raises(LecternError, match=r"(?s)wrong.*sheet\.png shows the captures that were recorded"):
        sheet(episode, tmp_path / "sheet.png", trust=True)
    assert Image.open(tmp_path / "sheet.png").height > 200
