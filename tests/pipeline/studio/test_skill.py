"""The page of `lectern skill`: its examples can be built, and its lists are those of the declarations."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from lectern.pipeline.cli.main import main
from lectern.pipeline.episode.blocks import OVERLAY_KEYS, OVERLAYS, AvatarBlock
from lectern.pipeline.episode.capture_block import Capture, Environment
from lectern.pipeline.episode.capture_kinds import KINDS
from lectern.pipeline.episode.fields import declared
from lectern.pipeline.episode.frontmatter import FrontMatter
from lectern.pipeline.episode.gallery import ClipValue, gallery
from lectern.pipeline.episode.model import Scene
from lectern.pipeline.episode.settings import FilmSettings, Settings
from lectern.pipeline.episode.source import BLOCKS
from lectern.pipeline.episode.steps import FILMED
from lectern.pipeline.episode.targets import Target, Wait
from lectern.pipeline.studio.check import check
from lectern.pipeline.studio.reference import skill

CARD = skill()
NOT_YET = {"shot", "music", "prompt", "background", "slide", "wipe"}


def named(text: str) -> set[str]:
    """The names in backticks of a text, without the values behind their colons."""
    return {name.split(":")[0].strip("[]") for name in re.findall(r"`([^`]+)`", text)}


def passage(start: str, end: str = "\n\n") -> str:
    assert start in CARD, start
    return CARD[CARD.index(start) :].split(end)[0]


def rows(head: str) -> dict[str, str]:
    """The rows of the table whose first line begins with `head`: what is behind the first name of each."""
    lines = passage(head).split("\n")[2:]
    return {re.findall(r"`([^`]+)`", line)[0]: line.split("|", 2)[2] for line in lines}


def names_of(values: dict[str, ClipValue]) -> Iterable[str]:
    for name, value in values.items():
        yield name
        yield from (*value.of, "at") if value.of else ()


def scripts() -> list[str]:
    """Every example on the page as a whole script."""
    four = re.findall(r"^````markdown\n(.*?)^````$", CARD, re.M | re.S)
    blocks = re.findall(r"^(```\w+\n.*?^```)$", re.sub(r"^````.*?^````$", "", CARD, flags=re.M | re.S), re.M | re.S)
    scene = "# A\n\nSay {one}this and {two}that.\n\n"
    return [text if "# " in text else scene + text for text in four] + [f"{scene}{block}\n" for block in blocks]


def test_there_are_examples_of_all_kinds_of_body() -> None:
    assert len(scripts()) >= 5
    assert any('{"kind"' in script for script in scripts())


@pytest.mark.parametrize("script", scripts())
def test_an_example_is_in_order(tmp_path: Path, script: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "poem.txt").write_text("1\n2\n3\n4\n")
    (tmp_path / "script.md").write_text(script)
    result = check(tmp_path)
    slips = [str(finding) for finding in result.findings if "nothing happens at the mark" not in finding.message]
    assert (result.problems, result.notes, slips) == ((), (), [])


def test_the_example_of_the_readme_is_in_order(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
    (script,) = re.findall(r"^````markdown\n(.*?)^````$", readme, re.M | re.S)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "poem.txt").write_text("1\n2\n3\n4\n")
    (tmp_path / "script.md").write_text(script)
    result = check(tmp_path)
    assert (result.problems, result.findings, result.notes) == ((), (), ())


def test_the_lists_are_those_of_the_program() -> None:
    assert set(re.findall(r"\w+", passage("There are scene", ".)")[10:].split(" is read")[0])) - {"and"} == set(BLOCKS)
    assert named(passage("At the top:", "Nothing else")) == set(declared(FrontMatter))
    assert named(passage("`scene`: ", "\n")) - {"scene"} == set(declared(Scene)) - NOT_YET - {"id"}
    assert named(passage("`avatar`: ", "\n")) - {"avatar"} == set(declared(AvatarBlock)) - {"id"}
    assert named(passage("Keys of the block:", ".\n")) == set(declared(Capture))
    assert named(passage("beside it:", ". `expect`")) == {*FILMED, "expect"}
    assert named(passage("- `environment:` has", ". None")) == {"environment", *declared(Environment)}
    assert named(passage("`wait:` takes one of", ": `wait")) - {"wait"} == set(declared(Wait))
    assert named(passage("Or a mapping:", ".\n")) == set(declared(Target))
    assert named(passage("All of them:", ". An entry")) == {*OVERLAY_KEYS} - {"kind"}


def test_the_tables_are_those_of_the_program() -> None:
    assert {kind: named(row) for kind, row in rows("| `overlay` with").items()} == (
        {kind: set(spec.keys) for kind, spec in OVERLAYS.items()}
    )
    assert {name: named(row) for name, row in rows("| `clip` with").items()} == (
        {name: set(names_of(clip.values)) for name, clip in gallery().items()}
    )
    kinds = {kind: row.split("|")[1] for kind, row in rows("| `kind:` |").items()}
    assert kinds.keys() == KINDS.keys()
    expected = {kind: set(spec.actions) for kind, spec in KINDS.items()} | {"ide": {"browser", "run"}}
    assert {kind: named(row) for kind, row in kinds.items()} == expected
    assert set(KINDS["ide"].actions) == {*KINDS["browser"].actions, "run"}


def test_the_settings_are_those_of_the_program() -> None:
    told = passage("`lectern.toml` has tables only", "Titles")
    tables = {table.split(".")[0] for table in re.findall(r"`\[([\w.]+)\]`", told)}
    assert tables == set(Settings.model_fields)
    assert named(passage("`[film]` (", ")")) - {"film"} == set(FilmSettings.model_fields)


def test_the_command_prints_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["skill"]) == 0
    assert capsys.readouterr().out == CARD
    assert len(CARD) < 12_800
