"""`lectern edits` lists what was changed by hand, and takes it back."""

import json
from pathlib import Path

import pytest

from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.geometry import FULL
from lectern.pipeline.cli.main import main
from lectern.pipeline.timeline.editable import Curve, CurveKey
from lectern.pipeline.timeline.edits import Edit, edits_of, read_edits, write_edits
from lectern.pipeline.timeline.model import MovieStrip, SceneSpan, TextStrip, Timeline, Track

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


def _strip(id: str) -> TextStrip | MovieStrip:
    given = {"id": id, "scene": "a", "name": id, "track": "T", "start": 0, "end": 30}
    if "text" in id:
        return TextStrip(**given, text="Hi", font="f", size=40, colour="#fff", padding=8, box=FULL)
    return MovieStrip(**given, source="m.mov")


@pytest.fixture
def rebuilt(folder: Path) -> Path:
    """The episode after a build of a script in which Ada's strip has another id, and the title is still there."""
    strips = tuple(map(_strip, ("a/ada/1", "a/title/text", "a/sub/text")))
    film = Timeline(title="T", fps=30, size=(640, 360), frames=30, tracks=(Track(name="T", channel=1),),
                    scenes=(SceneSpan(id="a", title="A", start=0, end=30),), strips=strips)  # fmt: skip
    paths = EpisodePaths(folder=folder)
    paths.scripted.parent.mkdir(parents=True, exist_ok=True)
    paths.scripted.write_text(film.model_dump_json())
    return folder


def test_edits_whose_strip_is_gone_are_named(rebuilt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edits", str(rebuilt)]) == 0
    said = capsys.readouterr().out
    assert "no longer makes a/ada/0." in said and "apply STRIP --to STRIP" in said


def test_edits_whose_strip_is_gone_are_applied_to_another(rebuilt: Path) -> None:
    copy = (
        Edit(strip="a/ada/0#12ab", property="copy_of", value="a/ada/0"),
        Edit(strip="a/ada/0#12ab", property="move", value=9, script=0),
    )
    write_edits(rebuilt, edits_of((*EDITS.edits, *copy)))
    assert main(["edits", str(rebuilt), "apply", "a/ada/0", "--to", "a/ada/1"]) == 0
    now = {(edit.strip, edit.property): (edit.value, edit.script) for edit in read_edits(rebuilt).edits}
    assert now.pop(("a/ada/1", "opacity"))[0] == EDITS.edits[0].value
    assert now == {
        ("a/ada/1", "x"): (0.25, None),
        ("a/ada/1#12ab", "copy_of"): ("a/ada/1", None),
        ("a/ada/1#12ab", "move"): (9, 0),
        ("a/title/text", "muted"): (True, False),
    }


@pytest.mark.parametrize(
    ("strip", "to", "why"),
    [
        ("a/ada/0", "a/ada/3", 'no strip "a/ada/3"; it makes a/ada/1'),
        ("a/ada/9", "a/ada/1", "no edit of a/ada/9"),
        ("a/ada/0", "a/title/text", "was edited itself (muted)"),
    ],
)
def test_a_strip_that_can_not_take_the_edits_says_why(
    rebuilt: Path, capsys: pytest.CaptureFixture[str], strip: str, to: str, why: str
) -> None:
    assert main(["edits", str(rebuilt), "apply", strip, "--to", to]) == 2
    assert why in " ".join(capsys.readouterr().err.split()) and read_edits(rebuilt) == EDITS


def test_a_strip_of_another_kind_does_not_take_the_edits(rebuilt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_edits(rebuilt, edits_of([Edit(strip="a/gone/text", property="bold", value=True, script=False)]))
    assert main(["edits", str(rebuilt), "apply", "a/gone/text", "--to", "a/ada/1"]) == 2
    assert "another kind" in capsys.readouterr().err
    assert main(["edits", str(rebuilt), "apply", "a/gone/text", "--to", "a/sub/text"]) == 0
    assert [(edit.strip, edit.property) for edit in read_edits(rebuilt).edits] == [("a/sub/text", "bold")]


def test_edits_whose_strip_is_gone_are_dropped_and_no_others(rebuilt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edits", str(rebuilt), "drop", "a/title/text"]) == 2
    assert "nothing to drop of a/title/text" in capsys.readouterr().err
    assert main(["edits", str(rebuilt), "drop"]) == 0
    assert [edit.strip for edit in read_edits(rebuilt).edits] == ["a/title/text"]
    assert main(["edits", str(rebuilt), "drop"]) == 2


def test_a_scene_or_the_film_is_given_back_to_the_script(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_edits(folder, edits_of((*EDITS.edits, Edit(strip="b/ada/0", property="x", value=0.5))))
    assert main(["edits", str(folder), "reset", "--scene", "a"]) == 0
    assert [edit.strip for edit in read_edits(folder).edits] == ["b/ada/0"]
    assert "a/title/text" in capsys.readouterr().out
    assert main(["edits", str(folder), "reset", "--scene", "a"]) == 2
    assert 'nothing was changed by hand in scene "a"' in capsys.readouterr().err
    assert main(["edits", str(folder), "reset", "--scene", "b", "--all"]) == 2
    assert main(["edits", str(folder), "reset", "--all"]) == 0
    assert read_edits(folder).edits == ()
