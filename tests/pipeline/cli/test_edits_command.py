"""`lectern edits` lists what was changed by hand, and takes it back."""

import json
from pathlib import Path

import pytest

from lectern.pipeline.cli.main import main
from lectern.pipeline.timeline.editable import Curve, CurveKey
from lectern.pipeline.timeline.edits import Edit, edits_of, read_edits, write_edits

EDITS = edits_of(
    [
        Edit(strip="a/ada/0", property="x", value=0.25, script=0.91),
        Edit(strip="a/ada/0", property="opacity", value=Curve(keys=(CurveKey(frame=0, value=0), CurveKey(frame=9, value=1)))),
        Edit(strip="a/title/text", property="muted", value=True, script=False),
    ]
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "script.md").write_text("# A\n\nHello.\n")
    write_edits(tmp_path, EDITS)
    return tmp_path


def test_every_edit_is_listed_with_both_values(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edits", str(folder)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["a/ada/0", "x", "x", "0.91", "0.25"] in lines
    assert ["a/ada/0", "opacity", "opacity", "not", "known", "2", "keyframes"] in lines
    assert ["a/title/text", "muted", "muted", "no", "yes"] in lines


def test_programs_get_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edits", str(folder), "--json"]) == 0
    assert {"strip": "a/ada/0", "property": "x", "value": 0.25, "script": 0.91}.items() <= _of(capsys)[1].items()


def _of(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    answer = json.loads(capsys.readouterr().out)
    return answer if isinstance(answer, list) else next(v for v in answer.values() if isinstance(v, list) and v)


def test_a_strip_or_one_property_goes_back_to_the_script(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edits", str(folder), "reset", "a/ada/0", "x"]) == 0
    assert "0.25" in capsys.readouterr().out
    assert read_edits(folder) == EDITS.without("a/ada/0", "x")
    assert main(["edits", str(folder), "reset", "a/ada/0"]) == 0
    assert [edit.strip for edit in read_edits(folder).edits] == ["a/title/text"]


def test_what_is_not_there_can_not_be_taken_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edits", str(folder), "reset", "a/ada/7"]) == 2
    said = capsys.readouterr().err
    assert "no edit of a/ada/7" in said and "a/ada/0, a/title/text" in said
    assert main(["edits", str(folder), "reset"]) == 2
    assert "reset STRIP" in capsys.readouterr().err and read_edits(folder) == EDITS


def test_without_edits_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edits", str(tmp_path)]) == 0
    assert "Nothing was changed by hand" in capsys.readouterr().out
