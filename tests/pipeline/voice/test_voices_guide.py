"""The page about voices names every provider and every setting, and its examples are true."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from lectern.pipeline.services.transcription import TranscriptionSettings
from lectern.pipeline.services.dealings import BOOKKEEPING
from lectern.pipeline.services.voice_settings import BUILT_IN
from lectern.pipeline.voice.recipe import out_of_the_box

GUIDE = (Path(__file__).parents[3] / "docs" / "voices.md").read_text(encoding="utf-8")


def test_every_provider_is_in_the_table() -> None:
    table = GUIDE.partition("| Provider | What it is")[2].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([\w-]+)`", row)}
    assert named == set(out_of_the_box().names("voice"))


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_setting_is_in_the_table(name: str) -> None:
    table = GUIDE.partition("| Provider | More settings")[2].partition("\n\n")[0]
    (row,) = [row for row in table.splitlines() if row.startswith("| `") and f"`{name}`" in row.split("|")[1]]
    known = set(BUILT_IN[name].model_fields) - BOOKKEEPING - {"base_url"}
    if name not in ("localai", "edge-tts"):
        assert set(re.findall(r"`(\w+)`", row.split("|")[2])) >= known


def test_the_examples_can_be_read() -> None:
    for example in re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL):
        values = tomllib.loads(example)
        TranscriptionSettings.model_validate(values.pop("transcription", {}))
        for name, voice in values.pop("voice", {}).items():
            BUILT_IN[voice.pop("like", name)].model_validate(voice)
        assert not values
    assert all(json.loads(example) for example in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL))
