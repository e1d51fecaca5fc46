"""`lectern schema`: what the schemas accept is what the readers accept. The judge is the jsonschema library.

Every script that another test of this folder reads without a fault is held against the schema, too (conftest.py).
"""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from support.written import as_texts, as_yaml, misfit, script_data, wrong_scripts

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.cli.main import main
from lectern.pipeline.episode.gallery import gallery
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.schema import BLOCKS
from lectern.pipeline.studio.reference import schema

ASSETS = Path(__file__).parents[3] / "assets"
STRUCTURAL = re.compile(
    r'has no "(?!depth)|shows no|is not one of|expected |needs "|needs either|needs the|not both|this can only|'
    r"is one of|does one thing|needs an action|can't wait for|not filmed|is made of \"key|has either|an aspect is|"
    r"a language is|the format is|in format|a place is|a target needs|goes with its|not a condition|one condition"
)
"""Messages about what a schema can see; where marks, files, ids and characters are is not among it."""
NOT_OF_FORM = re.compile(r'no mark "|no character "|no file "|no brace|says nothing|has no title|used')


@pytest.mark.parametrize("script", sorted(ASSETS.glob("examples/*/script.md")), ids=lambda p: p.parent.name)
@pytest.mark.parametrize("load", [as_texts, as_yaml])
def test_the_example_episodes_fit_the_schema(script: Path, load: Callable[[str, str], object]) -> None:
    assert misfit(script_data(script.read_text("utf-8"), load)) == ""


@pytest.mark.parametrize("file", sorted(ASSETS.glob("**/lectern.toml")), ids=lambda p: p.parent.name)
def test_their_settings_fit_the_schema(file: Path) -> None:
    assert misfit(tomllib.loads(file.read_text("utf-8")), "settings") == ""


@pytest.mark.parametrize("file", sorted(ASSETS.glob("**/characters/*.json")), ids=lambda p: p.stem)
def test_their_characters_fit_the_schema(file: Path) -> None:
    assert misfit(json.loads(file.read_bytes()), "character") == ""


@pytest.mark.parametrize("name", gallery())
def test_the_examples_of_the_designed_clips_fit_the_schema(name: str) -> None:
    assert misfit(as_yaml(gallery()[name].example, "clip"), "block", "clip") == ""


def structurally_wrong() -> list[str]:
    """The wrong scripts that can be read as data and have a fault that a schema can see."""
    found = []
    for script, messages in wrong_scripts():
        try:
            script_data(script)
        except LecternError:
            continue
        if any(STRUCTURAL.search(message) and not NOT_OF_FORM.search(message) for message in messages):
            found.append(script)
    return found


@pytest.mark.parametrize("script", structurally_wrong())
def test_a_structural_fault_does_not_fit_the_schema(script: str) -> None:
    assert misfit(script_data(script, as_yaml)) != ""


def test_there_are_many_structural_faults() -> None:
    assert len(structurally_wrong()) >= 50


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"film": {"widht": 1}}, "widht"),
        ({"film": {"width": 1921}}, "multiple of 2"),
        ({"capture": {"typing_speed": 0}}, "minimum of 0"),
        ({"voices": {}}, "voices"),
        ({"voice": {"openai": {"speed": 9}}}, "maximum of 4"),
        ({"voice": {"mine": {"api_key": "x"}}}, "api_key"),
        ({"voice": {"mine": {"like": "pipr"}}}, "pipr"),
        ({"pronunciation": {"uv": 1}}, "'string'"),
    ],
)
def test_wrong_settings_do_not_fit_the_schema(wrong: object, fault: str) -> None:
    assert fault in misfit(wrong, "settings")


def test_settings_of_every_kind_fit_the_schema() -> None:
    toml = """
        [voice.openai]
        speed = 1.1
        [voice.attic]
        like = "command"
        command = ["tts", "{audio}"]
        [voice.a-plug-in]
        anything = true
        [transcription]
        model = "whisper-1"
        [model]
        base_url = "http://localhost:11434/v1"
        model = "qwen3"
        [pronunciation]
        uv = "you vee"
    """
    assert misfit(tomllib.loads(toml), "settings") == ""


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"name": "Eve"}, "not valid under any of"),
        ({"portrait": "lectern:ada", "generate": "openai", "prompt": "x"}, "valid under each of"),
        ({"generate": "openai"}, "'prompt' is a dependency"),
        ({"portrait": "eve.gif"}, "does not match"),
        ({"portrait": "lectern:ada", "voise": "x"}, "voise"),
        ({"portrait": "lectern:ada", "motion": {"model": "x"}}, "'provider' is a required property"),
    ],
)
def test_a_wrong_character_does_not_fit_the_schema(wrong: object, fault: str) -> None:
    assert fault in misfit(wrong, "character")


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_has_a_schema_of_its_own(block: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "block", block]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == schema("block", block)
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_field_is_described() -> None:
    for block in BLOCKS:
        properties = schema("block", block).get("properties", {})
        assert [name for name, field in properties.items() if not field.get("description")] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["schema", "block", "ovrlay"], 'there is no "ovrlay" block (did you mean "overlay"?)'),
        (["schema", "scrpt"], 'There is no schema of "scrpt" (did you mean "script"?)'),
        (["schema", "block"], "Say which block; the blocks are: scene, capture"),
    ],
)
def test_a_schema_that_does_not_exist_is_an_error_with_the_way_out(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_a_script_as_data_is_what_was_written(reading: Callable[[str], Episode], design: str) -> None:
    data = script_data(design)
    assert data["front_matter"]["narrator"] == reading(design).narrator
    assert [next(iter(block)) for block in data["blocks"]] == ["overlay", "capture", "overlay"]
