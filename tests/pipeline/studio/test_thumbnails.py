"""Small pictures of the characters: drawn once, anew when the looks change."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lectern.pipeline.characters.cards import characters
from lectern.pipeline.characters.new import new_character
from lectern.pipeline.characters.thumbnails import PIXELS, draw_thumbnails
from lectern.pipeline.faces.portrait import PortraitRequest, PortraitTake
from lectern.pipeline.faces.provider_call import ProviderChoice
from lectern.pipeline.jobs.take_file import write_card


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    (tmp_path / "script.md").write_text("# A\n\nSay.\n")
    return tmp_path


def drawn(episode: Path, *ids: str) -> dict[str, Path]:
    """The pictures of those characters, or of all."""
    return draw_thumbnails(episode, [one for one in characters(episode) if one.id in ids or not ids])


def test_every_character_gets_a_square_picture_filled_by_its_face(episode: Path) -> None:
    files = drawn(episode)
    assert sorted(files) == ["ada", "ben", "kai", "ruth"]
    pictures = [np.asarray(Image.open(file)) for file in files.values()]
    assert {p.shape for p in pictures} == {(PIXELS, PIXELS, 4)}
    assert all((p[..., 3] > 0).mean() > 0.35 and p[64, 64, 3] == 255 for p in pictures)
    assert len({p.tobytes() for p in pictures}) == 4


def test_a_picture_is_drawn_once_and_anew_when_the_looks_change(episode: Path) -> None:
    card, _ = new_character(episode, "cleo")
    before = drawn(episode, "ada", "cleo")
    times = {id: file.stat().st_mtime_ns for id, file in before.items()}
    assert {id: file.stat().st_mtime_ns for id, file in drawn(episode, "ada", "cleo").items()} == times
    card.write_text(json.dumps(json.loads(card.read_text()) | {"palette": {"skin": "#00ff00"}}))
    after = drawn(episode, "ada", "cleo")
    assert [id for id in after if after[id] != before[id]] == ["cleo"]
    assert not before["cleo"].exists() and after["ada"].exists()


def test_a_photograph_is_cut_to_its_upper_middle(episode: Path) -> None:
    home = episode / "characters"
    home.mkdir()
    photograph = Image.new("RGB", (300, 600), "blue")
    photograph.paste("red", (0, 0, 300, 300))
    photograph.save(home / "mia.png")
    (home / "mia.json").write_text('{"portrait": "mia.png"}')
    picture = Image.open(drawn(episode, "mia")["mia"])
    assert picture.size == (PIXELS, PIXELS)
    assert (picture.getpixel((64, 2)), picture.getpixel((64, 126))) == ((255, 0, 0, 255), (0, 0, 255, 255))


def test_a_generated_face_is_shown_as_soon_as_it_is_there(episode: Path) -> None:
    (episode / "characters").mkdir()
    (episode / "characters" / "mia.json").write_text(
        '{"generate": {"provider": "openai", "price": "0.04"}, "prompt": "a baker"}'
    )
    assert "mia" not in drawn(episode, "mia")

    def made(name: str, prompt: str, colour: str) -> None:
        request = PortraitRequest(generate=ProviderChoice(provider="openai"), prompt=prompt)
        take = PortraitTake(side=200, alpha=False, plain=True, backing=(0, 190, 60))
        (home := episode / "media" / "portrait" / name).mkdir(parents=True)
        Image.new("RGB", (200, 200), colour).save(home / take.picture)
        card = {"request": request.model_dump(mode="json"), "result": take.model_dump(mode="json")}
        write_card(home, "portrait", name, card)

    made("a", "a baker", "red")
    made("b", "a smith", "blue")
    assert Image.open(drawn(episode, "mia")["mia"]).getpixel((64, 64)) == (255, 0, 0, 255)


def test_a_portrait_that_can_not_be_read_costs_nobody_else_their_picture(episode: Path) -> None:
    (episode / "characters").mkdir()
    (episode / "characters" / "mia.png").write_text("no picture")
    (episode / "characters" / "mia.json").write_text('{"portrait": "mia.png"}')
    assert sorted(drawn(episode, "ada", "mia", "ruth")) == ["ada", "ruth"]
