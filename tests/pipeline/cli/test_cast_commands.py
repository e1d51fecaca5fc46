"""The commands about characters and voices: what they print, and the code they end with."""

import json
from pathlib import Path

import pytest

from lectern.pipeline.cli.main import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    (tmp_path / "script.md").write_text("# One {#one}\n\nHello.\n\n# Two {#two}\n\nAgain.\n")
    return tmp_path


def said(capsys: Captured, *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_characters_are_listed_and_shown_to_people_and_to_programs(episode: Path, capsys: Captured) -> None:
    code, out, _ = said(capsys, "character", "list", episode)
    assert code == 0 and [row.split()[0] for row in out.splitlines()] == ["character", "ada", "ben", "kai", "ruth"]
    cards = json.loads(said(capsys, "character", "list", episode, "--json")[1])
    assert [(c["id"], c["facing"], c["home"]) for c in cards][3] == ("ruth", "left", "lectern")
    assert "settings  rate = 142, pitch = 34" in said(capsys, "character", "show", "ruth", episode)[1]
    code, _, err = said(capsys, "character", "show", "rut", episode)
    assert code == 2 and "there are: ada, ben, kai, ruth" in err


def test_a_new_character_and_another_narrator(episode: Path, capsys: Captured) -> None:
    code, out, _ = said(capsys, "character", "new", "cleo", episode, "--from", "ben")
    assert code == 0 and "cleo.json" in out and "lectern character test" in out
    code, out, _ = said(capsys, "character", "replace", "cleo", episode, "--scene", "two")
    assert code == 0 and out.startswith("cleo in place of ada: 1 line in 1 scene of script.md.")
    assert "**Cleo:** Again." in (episode / "script.md").read_text("utf-8")
    code, out, _ = said(capsys, "character", "replace", "ben", episode, "--json")
    assert json.loads(out) == {"roles": {"ada": "ben"}, "lines": {"one": 1}}


def test_a_character_is_removed_once_nobody_speaks_with_it(episode: Path, capsys: Captured) -> None:
    said(capsys, "character", "new", "cleo", episode)
    said(capsys, "character", "replace", "cleo", episode)
    code, _, err = said(capsys, "character", "remove", "cleo", episode)
    assert code == 2 and "script.md needs Cleo" in err
    said(capsys, "character", "replace", "ada", episode)
    code, out, _ = said(capsys, "character", "remove", "cleo", episode)
    assert code == 0 and "cleo.json is deleted" in out and "cleo.svg is deleted" in out


def test_thumbnails_are_drawn_and_named(episode: Path, capsys: Captured) -> None:
    code, out, _ = said(capsys, "character", "thumbnails", episode, "--json")
    files = json.loads(out)
    assert code == 0 and list(files) == ["ada", "ben", "kai", "ruth"] and all(Path(f).is_file() for f in files.values())


def test_a_drawing_is_tested_and_its_faults_are_findings(episode: Path, capsys: Captured) -> None:
    said(capsys, "character", "new", "cleo", episode)
    drawing = episode / "characters" / "cleo.svg"
    code, out, err = said(capsys, "character", "test", drawing)
    assert (code, err) == (0, "") and "1 drawing in order." in out and drawing.with_suffix(".sheet.png").is_file()
    drawing.write_text(drawing.read_text("utf-8").replace('id="neck"', 'id="throat"'), "utf-8")
    code, out, err = said(capsys, "character", "test", drawing)
    assert code == 1 and 'there is no group with id="neck"' in err and "Nothing can be drawn yet." in out
    code, out, _ = said(capsys, "character", "test", drawing, "--json")
    assert code == 1 and json.loads(out)["sheet"] is None


@pytest.mark.workers
def test_a_text_and_an_episode_are_spoken(episode: Path, capsys: Captured) -> None:
    code, out, _ = said(capsys, "say", "Hello there.", "--character", "kai", "-o", episode / "x.wav", "--in", episode)
    assert code == 0 and out.startswith(f"{episode / 'x.wav'}  ") and out.rstrip().endswith("s, kai")
    code, out, _ = said(capsys, "voice", episode, "--scene", "two")
    heading, row, total = out.splitlines()
    assert code == 0 and heading.split()[:3] == ["line", "speaker", "provider"]
    assert row.split()[:3] == ["7", "ada", "espeak"] and row.split()[4:] == ["service", "100%", "Again."]
    assert total.endswith("s are spoken in 1 line.")
    assert [line["scene"] for line in json.loads(said(capsys, "voice", episode, "--json", "--quiet")[1])] == [
        "one",
        "two",
    ]
