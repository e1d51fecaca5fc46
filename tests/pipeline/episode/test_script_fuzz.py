import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from support.further import further
from support.mutants import mutated

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.themes import read_theme

Reading = Callable[[str | bytes], Episode]

STRANGE = [
    None, True, -1, 0, 10**400, 1e308, float("nan"), "", "x" * 10_000, "\x00", "\ud800", "../../x", "lectern:nobody", [], [[]],
    {}, {"": {}}, {"speed": []},
]  # fmt: skip
"""Values that no key of a character has."""
SETTINGS = """# the studio's
[film]
fps = 25
width = 1280
height = 720
theme = "lectern:dark"
processes = 2

[capture]
seed = 7
typing_speed = 12.5

[voice.elevenlabs]
model = "eleven_multilingual_v2"

[pronunciation]
SQLite = "sequel light"
"nginx" = "engine x"
"""
CHARACTER = json.dumps(
    {
        "name": "Mia",
        "portrait": "lectern:ada",
        "provider": "lectern:drawn",
        "voice": "en-us+f3",
        "facing": "right",
        "settings": {"speed": 1.1, "pitch": 40},
        "palette": {"hair": "#202020"},
    },
    indent=2,
)


def misset(character: str, chance: random.Random) -> bytes:
    """The character with something strange as the value of one of its keys."""
    values = json.loads(character)
    values[chance.choice([*values, "generate", "size", "new"])] = chance.choice(STRANGE)
    return json.dumps(values).encode()


@pytest.mark.parametrize("seed", further(range(5), 2))
def test_whatever_is_written_is_read_or_refused_with_a_line(reading: Reading, design: str, seed: int) -> None:
    chance, refused = random.Random(seed), 0
    for _ in range(100):
        try:
            reading(mutated(design, chance))
        except EpisodeErrors as errors:
            refused += 1
            assert all(p.line >= 1 and p.message for p in errors.problems)
    assert 0 < refused < 100


@pytest.mark.parametrize("seed", further(range(3), 1))
@pytest.mark.parametrize(
    ("name", "written", "change"),
    [
        ("lectern.toml", SETTINGS, mutated),
        ("characters/mia.json", CHARACTER, mutated),
        ("characters/mia.json", CHARACTER, misset),
    ],
    ids=["settings", "a character", "values of a character"],
)
def test_whatever_settings_and_characters_say_is_read_or_refused_with_a_line(
    tmp_path: Path, name: str, written: str, change: Callable[[str, random.Random], bytes], seed: int
) -> None:
    (tmp_path / "characters").mkdir()
    (tmp_path / "script.md").write_text("# A\n\nHello.\n")
    (tmp_path / name).write_text(written)
    read_episode(tmp_path)
    chance, refused = random.Random(seed), 0
    for _ in range(100):
        (tmp_path / name).write_bytes(change(written, chance))
        try:
            read_episode(tmp_path)
        except EpisodeErrors as errors:
            refused += 1
            assert all(p.line >= 1 and p.message and p.file.endswith(name) for p in errors.problems)
    assert refused


@pytest.mark.parametrize("name", ["x" * 256, "é" * 128, "a/" + "x" * 300 + "/b"])
def test_a_files_name_that_no_disk_takes_is_refused_with_a_line(reading: Reading, tmp_path: Path, name: str) -> None:
    with pytest.raises(EpisodeErrors, match="is not a path within the episode"):
        reading(f"# A\n\n```capture\nkind: footage\nfile: {name}.mp4\n```\n\nHello.\n")
    with pytest.raises(LecternError, match="there is no theme"):
        read_theme(f"{name}.json", tmp_path)
