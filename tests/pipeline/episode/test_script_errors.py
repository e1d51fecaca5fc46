from collections.abc import Callable
from pathlib import Path

import pytest
from support.written import wrong_scripts

from lectern.pipeline.base.errors import SourceError
from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.nodes import read_yaml
from lectern.pipeline.episode.values import ValidationContext, parse_file

Reading = Callable[[str | bytes], Episode]


@pytest.mark.parametrize(("script", "messages"), wrong_scripts())
def test_a_wrong_script_is_told_its_line_what_was_found_and_what_is_allowed(
    reading: Reading, script: str, messages: list[str]
) -> None:
    with pytest.raises(EpisodeErrors) as caught:
        reading(script)
    assert str(caught.value).split("\n") == [f"script.md:{message}" for message in messages]


def test_there_are_many_wrong_scripts() -> None:
    assert len(wrong_scripts()) >= 100


def test_line_ends_do_not_move_the_lines_of_errors(reading: Reading) -> None:
    script = "# A\r\n\r\nSay.\r\n\r\n```overlay\r\nkind: titel\r\ntext: x\r\n```\r\n"
    with pytest.raises(EpisodeErrors) as caught:
        reading(script)
    assert [p.line for p in caught.value.problems] == [6]


def test_a_file_that_is_not_utf_8_is_an_error_with_its_line(reading: Reading) -> None:
    with pytest.raises(EpisodeErrors, match="^script.md:3: byte 0xEF is not UTF-8; save the file as UTF-8$"):
        reading(b"# A\n\nna\xefve\n")


def test_an_empty_script_is_an_error(reading: Reading) -> None:
    message = '^script.md:1: there is no scene; a scene starts with a heading, like "# Hello"$'
    with pytest.raises(EpisodeErrors, match=message):
        reading("")


def test_a_folder_without_a_script_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EpisodeErrors, match=r'script.md:1: there is no such file; "lectern new .*" starts an episode'):
        read_episode(tmp_path)


def test_deep_nesting_is_an_error(reading: Reading) -> None:
    with pytest.raises(EpisodeErrors, match="^script.md:4: this is nested too deeply$"):
        reading("# A\n\n```overlay\ntext: " + "[" * 600 + "\n```\n")


def test_all_errors_are_told_at_once_in_the_order_of_their_lines(reading: Reading) -> None:
    script = "---\ntitel: x\n---\n\n# A\n\nx {y z}\n\n```scene\nlayout: wide\n```\n\n```overlay\ntext: x\n```\n\n# A\n"
    with pytest.raises(EpisodeErrors) as caught:
        reading(script)
    assert [p.line for p in caught.value.problems] == [2, 7, 10, 14, 17]
    assert len(str(caught.value).split("\n")) == 5


@pytest.mark.parametrize("name", ["../secret.png", "link.png"])
def test_a_file_that_lies_outside_of_the_episode_is_not_shown(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "film"
    folder.mkdir()
    (tmp_path / "secret.png").write_text("")
    (folder / "link.png").symlink_to("../secret.png")
    with pytest.raises(SourceError, match="lies outside the episode; copy it into film/"):
        parse_file(read_yaml(name, "script.md", 1), ValidationContext("script.md", folder))
