"""The page about voices names every provider and every setting, and its examples are true."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from support.providers import registry_with

from lectern.pipeline.episode.settings import FilmSettings
from lectern.pipeline.episode.voices import settings_of_kind
from lectern.pipeline.providers.transcription import OpenAITranscriptionSettings
from lectern.pipeline.services.policy import BOOKKEEPING
from lectern.pipeline.services.voice import VoiceProvider

GUIDE = (Path(__file__).parents[3] / "docs" / "voices.md").read_text(encoding="utf-8")


def test_every_provider_is_in_the_table() -> None:
    table = GUIDE.partition("| Provider | What it is")[2].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([\w-]+)`", row)}
    assert named == set(registry_with().names(VoiceProvider))


VOICES = settings_of_kind(VoiceProvider)


@pytest.mark.parametrize("name", sorted(VOICES.keys() - {"espeak"}))
def test_every_setting_is_in_the_table(name: str) -> None:
    table = GUIDE.partition("| Provider | More settings")[2].partition("\n\n")[0]
    (row,) = [row for row in table.splitlines() if row.startswith("| `") and f"`{name}`" in row.split("|")[1]]
    known = set(VOICES[name].model_fields) - BOOKKEEPING - {"base_url"}
    if name not in ("localai", "edge-tts"):
        assert set(re.findall(r"`(\w+)`", row.split("|")[2])) >= known


def test_the_examples_can_be_read() -> None:
    for example in re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL):
        values = tomllib.loads(example)
        OpenAITranscriptionSettings.model_validate(values.pop("transcription", {}))
        for name, voice in values.pop("voice", {}).items():
            VOICES[voice.pop("like", name)].model_validate(voice)
        FilmSettings.model_validate(values.pop("film", {}), strict=True)
        assert not values
    assert all(json.loads(example) for example in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL))
