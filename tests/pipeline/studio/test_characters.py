"""Characters are listed, copied, and tested with their drawings."""

import json
from pathlib import Path

import pytest
from PIL import Image

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.characters.cards import character, characters
from lectern.pipeline.characters.check import check_characters
from lectern.pipeline.characters.new import new_character
from lectern.pipeline.characters.remove import remove_character


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    (tmp_path / "lectern.toml").write_text("")
    folder = tmp_path / "film"
    folder.mkdir()
    (folder / "script.md").write_text("# A\n\nSay.\n")
    return folder


def test_a_copy_is_the_episodes_own_with_its_own_drawing_and_keeps_the_voice(episode: Path) -> None:
    card, drawing = new_character(episode, "cleo", source="ruth")
    assert json.loads(card.read_text("utf-8")) | {"prompt": ""} == {
        "name": "Cleo", "portrait": "cleo.svg", "facing": "left", "provider": "kokoro", "voice": "bf_emma",
        "fallback": {"provider": "espeak", "voice": "en-gb+f4", "settings": {"rate": "142", "pitch": "34"}}, "prompt": "",
    }  # fmt: skip
    found = character(episode, "Cleo")
    assert (found.home, found.portrait, found.facing) == ("episode", str(drawing), "left")
    assert [c.id for c in characters(episode)] == ["ada", "ben", "cleo", "kai", "ruth"]
    with pytest.raises(LecternError, match="exists and is not overwritten"):
        new_character(episode, "cleo")


def test_a_drawing_becomes_a_character_of_the_whole_studio_and_a_photograph_one_whose_mouth_is_still(
    episode: Path,
) -> None:
    drawing = episode / "mine.svg"
    drawing.write_bytes(Path(character(episode, "ben").portrait).read_bytes())
    card, _ = new_character(episode, "dan", source=str(drawing), name="Old Dan", studio=True)
    assert card == episode.parent / "characters" / "dan.json"
    found = character(episode, "dan")
    assert (found.name, found.home, found.facing) == ("Old Dan", "studio", "left")
    Image.new("RGB", (8, 8)).save(episode / "Me.JPG")
    card, photograph = new_character(episode, "me", source=str(episode / "Me.JPG"))
    assert (photograph.name, json.loads(card.read_text("utf-8"))["lipsync"], character(episode, "me").drawn) == (
        "me.jpg",
        "still",
        False,
    )


def test_a_drawing_with_faults_is_no_character_yet(episode: Path) -> None:
    drawing = episode / "mine.svg"
    drawing.write_text(Path(character(episode, "ben").portrait).read_text("utf-8").replace('id="neck"', 'id="throat"'))
    with pytest.raises(LecternError, match=r'mine.svg:\d+: there is no group with id="neck"'):
        new_character(episode, "dan", source=str(drawing))
    assert not (episode / "characters").exists()


def test_all_drawings_of_an_episode_are_tested_and_drawn(episode: Path) -> None:
    card, _ = new_character(episode, "cleo", source="ada")
    card.write_text(json.dumps({"portrait": "cleo.svg", "facing": "left"}))
    other = {"portrait": "cleo.svg", "facing": "right", "palette": {"cape": "#ffffff"}}
    card.with_name("dora.json").write_text(json.dumps(other))
    found = check_characters(episode)
    assert found.faults[0] == (
        'characters/cleo.json:1: "facing" is left, but the drawing looks to the right: write "right"'
    )
    assert len(found.faults) == 2 and 'characters/dora.json:1: the palette names a class "cape"' in found.faults[1]
    assert found.drawings == 6 and Image.open(found.sheet).width == 6 * 240


def test_a_character_of_ones_own_is_removed_with_its_drawing(episode: Path) -> None:
    files = new_character(episode, "cleo", source="ruth")
    assert remove_character(episode, "cleo") == files
    assert list((episode / "characters").iterdir()) == []
    assert [c.id for c in characters(episode)] == ["ada", "ben", "kai", "ruth"]


def test_a_drawing_that_somebody_else_has_stays(episode: Path) -> None:
    card, drawing = new_character(episode, "cleo")
    (episode / "characters" / "dora.json").write_text('{"portrait": "cleo.svg"}')
    assert remove_character(episode, "cleo") == (card,)
    assert drawing.exists()


@pytest.mark.parametrize("script", [
    "---\nnarrator: cleo\n---\n# A\n\n**Ada:** Say.\n",
    "# A\n\nSay.\n\n**Cleo:** And this.\n",
    "# A\n\nSay.\n\n**Cleo:** This.\n\n```avatar\ncharacter: cleo\nmood: serious\n```\n",
])  # fmt: skip
def test_whom_the_script_needs_is_not_removed(episode: Path, script: str) -> None:
    files = new_character(episode, "cleo")
    (episode / "script.md").write_text(script)
    with pytest.raises(LecternError, match=r"script.md needs Cleo.*lectern character replace WHO .* --for cleo"):
        remove_character(episode, "cleo")
    assert all(file.exists() for file in files)


def test_a_studios_character_is_removed_where_the_studio_is_once_no_episode_needs_it(episode: Path) -> None:
    files = new_character(episode, "cleo", studio=True)
    with pytest.raises(LecternError, match=f"the studio's.*lectern character remove cleo {episode.parent}"):
        remove_character(episode, "cleo")
    (episode / "script.md").write_text("---\nnarrator: cleo\n---\n# A\n\nSay.\n")
    with pytest.raises(LecternError, match="film/script.md needs Cleo"):
        remove_character(episode.parent, "cleo")
    (episode / "script.md").write_text("# A\n\nSay.\n")
    assert remove_character(episode.parent, "cleo") == files


def test_lecterns_own_characters_are_not_removed(episode: Path) -> None:
    with pytest.raises(LecternError, match="Lectern's own"):
        remove_character(episode, "kai")
