import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from lectern.pipeline.episode import blocks, capture, clip, frontmatter, later, model, steps, targets
from lectern.pipeline.episode.gallery import gallery

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "writing.md").read_text("utf-8")
CAPTURES = (DOCS / "captures.md").read_text("utf-8")


def section(title: str, guide: str = GUIDE) -> str:
    """A guide from a heading to the next of its level."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^\1 |\Z)", guide, re.M | re.S)
    assert found, title
    return found[2]


def missing(keys: object, text: str) -> list[str]:
    return [key for key in keys if f"`{key}`" not in text and f"{key}:" not in text]  # type: ignore[attr-defined]


def test_the_writing_guide_names_every_field() -> None:
    assert missing(frontmatter._FIELDS, section("The top of the file")) == []
    assert missing(set(blocks._SCENE) - {"id"}, section("scene")) == []
    assert missing(set(capture._fields_of("")) - {"id"}, section("The block", CAPTURES)) == []
    assert missing(capture._SETTINGS, section("The environment of a capture", CAPTURES)) == []
    assert missing(capture._LIMITS, section("A goal in place of steps", CAPTURES)) == []
    assert missing(steps._ACTIONS, section("Steps", CAPTURES)) == []
    assert missing(targets._TARGET, section("Targets", CAPTURES)) == []
    assert missing(targets._WAIT, section("Waiting", CAPTURES)) == []
    assert missing(set(blocks._OVERLAY) - {"id", "kind"}, section("overlay")) == []
    assert missing(blocks._SHOWS, section("overlay")) == []
    assert missing(set(blocks._AVATAR) - {"id"}, section("avatar")) == []
    assert missing(set(clip._CLIP) - {"id"}, section("clip")) == []
    for designed in gallery().values():
        assert missing([designed.name, *designed.values], section("clip")) == []
    for fields, _ in later._BLOCKS.values():
        assert missing(set(fields) - {"id"}, section("Not yet: shot and music")) == []


@pytest.mark.parametrize("name", ["scene", "capture", "overlay", "avatar", "clip"])
def test_the_examples_of_the_writing_guide_are_right(reading: Callable[[str], model.Episode], name: str) -> None:
    examples = [e for e in re.findall(r"^```yaml\n(.*?)^```", section(name), re.M | re.S) if "\n" in e.strip()]
    examples += re.findall(r"^```yaml\n(.*?)^```", CAPTURES, re.M | re.S) if name == "capture" else []
    assert examples
    for example in examples:
        marks = ("add", "list", "lock", "venv", "code", "run", "test", "passed", "next")
        prose = "# A\n\n" + " ".join(f"{{{mark}}}word" for mark in marks)
        reading(f"{prose}\n\n```{name}\n{example}```\n")


def test_the_writing_guide_shows_the_default_settings() -> None:
    toml = re.search(r"```toml\n(.*?)```", section("Settings"), re.S)
    assert toml
    assert tomllib.loads(toml[1]) == model.Settings().model_dump()
