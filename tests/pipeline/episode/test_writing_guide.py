import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from runpy import run_path

import pytest

from lectern.pipeline.episode.gallery import gallery
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.settings import Settings

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
TOOL = run_path(str(ROOT / "tools/docs.py"))
GUIDE = (DOCS / "writing.md").read_text("utf-8")
CAPTURES = (DOCS / "captures.md").read_text("utf-8")


def section(title: str, guide: str = GUIDE) -> str:
    """A guide from a heading to the next of its level."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^\1 |\Z)", guide, re.M | re.S)
    assert found, title
    return found[2]


def missing(keys: object, text: str) -> list[str]:
    return [key for key in keys if f"`{key}`" not in text and f"{key}:" not in text]  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_the_tables_of_fields_are_those_of_the_declarations(page: Path) -> None:
    text = page.read_text("utf-8")
    assert TOOL["written"](text) == text, "run tools/docs.py"


def test_every_table_of_fields_is_on_a_page() -> None:
    pages = "".join(page.read_text("utf-8") for page in DOCS.glob("*.md"))
    assert sorted(re.findall(r"<!-- fields: ([\w-]+) -->", pages)) == sorted(TOOL["TABLES"])


def test_a_page_that_was_edited_by_hand_is_noticed() -> None:
    assert TOOL["written"](GUIDE.replace("How long the transition takes", "How fast it is")) == GUIDE


def test_the_writing_guide_names_every_designed_clip() -> None:
    for designed in gallery().values():
        assert missing([designed.name, *designed.values], section("clip")) == []


@pytest.mark.parametrize("name", ["scene", "capture", "overlay", "avatar", "clip"])
def test_the_examples_of_the_writing_guide_are_right(reading: Callable[[str], Episode], name: str) -> None:
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
    assert tomllib.loads(toml[1]) == Settings().model_dump()
