"""Writing below a folder that came from somebody else: whole or not at all, and never through a link."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from support.contexts import context_in

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.files import (
    LinkRefused,
    content_digest,
    file_digest,
    make_folder,
    read_own,
    remove_file,
    replacing,
    write_atomic,
    write_changed,
)
from lectern.pipeline.base.frozen import Frozen
from lectern.pipeline.jobs.takes import TakeStore

Write = Callable[[Path, Path], object]
"""Writes a file that is in an episode."""


WRITES: dict[str, Write] = {
    "write_atomic": lambda file, episode: write_atomic(file, "new", inside=episode),
    "write_changed": lambda file, episode: write_changed(file, "new", inside=episode),
    "make_folder": lambda file, episode: make_folder(file, inside=episode),
}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder with a file that must stay as it is."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "precious").write_text("precious")
    return tmp_path / "outside"


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    (tmp_path / "episode").mkdir()
    return tmp_path / "episode"


def assert_untouched(outside: Path) -> None:
    assert {file.name: file.read_text() for file in outside.iterdir()} == {"precious": "precious"}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_link_on_the_way_or_at_its_end_is_refused_by_name(
    write: Write, depth: int, episode: Path, outside: Path
) -> None:
    parts = ["a", "b", "c"]
    above = episode.joinpath(*parts[:depth])
    above.mkdir(parents=True, exist_ok=True)
    (above / parts[depth]).symlink_to(outside / "precious" if depth == 2 else outside)
    with pytest.raises(LinkRefused, match=rf"{parts[depth]} is a link to .*outside.*Delete the link"):
        write(episode / "a" / "b" / "c", episode)
    assert_untouched(outside)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_link_to_the_episode_itself_is_the_persons_and_is_followed(write: Write, episode: Path) -> None:
    linked = episode.with_name("linked")
    linked.symlink_to(episode)
    write(linked / "a" / "b", linked)
    assert (episode / "a" / "b").exists()


def test_a_folder_that_becomes_a_link_while_a_draft_is_written_leads_nowhere(episode: Path, outside: Path) -> None:
    with pytest.raises(LinkRefused, match="renders is a link"):
        with replacing(episode / "renders" / "film.mp4", inside=episode) as draft:
            (episode / "renders").rename(episode / "moved")
            (episode / "renders").symlink_to(outside)
            draft.write_text("film")
    assert_untouched(outside)
    assert list((episode / "moved").iterdir()) == []


def test_a_folder_that_becomes_a_link_after_a_draft_was_written_gets_nothing(episode: Path, outside: Path) -> None:
    with replacing(episode / "renders" / "film.mp4", inside=episode) as draft:
        draft.write_text("film")
        (episode / "renders").rename(episode / "moved")
        (episode / "renders").symlink_to(outside)
    assert_untouched(outside)
    assert (episode / "moved" / "film.mp4").read_text() == "film"


def test_a_file_that_becomes_a_link_while_its_draft_is_written_is_replaced_not_followed(
    episode: Path, outside: Path
) -> None:
    with replacing(episode / "film.mp4", inside=episode) as draft:
        draft.write_text("film")
        (episode / "film.mp4").symlink_to(outside / "precious")
    assert_untouched(outside)
    assert not (episode / "film.mp4").is_symlink() and (episode / "film.mp4").read_text() == "film"


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes in folders")
def test_a_pipe_in_place_of_a_file_is_named_and_not_waited_for(episode: Path) -> None:
    os.mkfifo(episode / "edits.json")
    with pytest.raises(LecternError, match=r"edits.json is no ordinary file.*rename or delete it"):
        read_own(episode / "edits.json", inside=episode)


def test_a_file_that_is_larger_than_any_of_ours_is_not_read(episode: Path) -> None:
    with (episode / "report.json").open("wb") as file:
        file.truncate(5_000_000)
    with pytest.raises(LecternError, match="report.json has 5.0 MB, and the most that is read is 4 MB"):
        read_own(episode / "report.json", inside=episode, most=4_000_000)


def test_nothing_is_read_or_deleted_through_a_link(episode: Path, outside: Path) -> None:
    (episode / "a").symlink_to(outside)
    for use in (read_own, remove_file):
        with pytest.raises(LinkRefused):
            use(episode / "a" / "precious", inside=episode)
    assert_untouched(outside)


def test_what_a_link_leads_to_stays_when_the_link_is_deleted(episode: Path, outside: Path) -> None:
    (episode / "a").symlink_to(outside / "precious")
    remove_file(episode / "a", inside=episode)
    assert not (episode / "a").is_symlink()
    assert_untouched(outside)


def test_a_draft_is_nobody_elses_and_is_gone_when_its_writing_fails(episode: Path) -> None:
    with pytest.raises(ZeroDivisionError), replacing(episode / "film.mp4", inside=episode) as draft:
        assert stat.S_IMODE(draft.parent.stat().st_mode) == 0o700
        draft.write_text("half")
        raise ZeroDivisionError
    assert list(episode.iterdir()) == []


class Wish(Frozen):
    number: int = 1


def test_takes_are_not_made_through_links(episode: Path, outside: Path) -> None:
    from lectern.pipeline.jobs.recipe import Recipe

    def make(request: Wish, folder: Path, context: object) -> Wish:
        (folder / "part").write_text("x")
        return request

    recipe = Recipe(kind="voice", version=1, request=Wish, result=Wish, make=make)
    for link in (episode / "media", episode / "media" / "voice"):
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(outside)
        with pytest.raises(LinkRefused, match=f"{link.name} is a link"):
            TakeStore(episode / "media").put(recipe, Wish(), context_in(episode))
        link.unlink()
    assert_untouched(outside)


def test_a_kind_of_takes_that_becomes_a_link_while_one_is_made_leads_nowhere(episode: Path, outside: Path) -> None:
    from lectern.pipeline.jobs.recipe import Recipe

    def make(request: Wish, folder: Path, context: object) -> Wish:
        (episode / "media").rename(episode / "moved")
        (episode / "media").symlink_to(outside)
        (folder / "part").write_text("x")
        return request

    recipe = Recipe(kind="voice", version=1, request=Wish, result=Wish, make=make)
    with pytest.raises(FileNotFoundError):
        TakeStore(episode / "media").put(recipe, Wish(), context_in(episode))
    assert_untouched(outside)


def test_sweeping_deletes_nothing_behind_a_link(episode: Path, outside: Path) -> None:
    left = outside / "voice" / ".key~1-1-nowhere~1"
    left.mkdir(parents=True)
    (episode / "media").symlink_to(outside)
    with pytest.raises(LinkRefused):
        TakeStore(episode / "media", clock=lambda: 1e12).sweep()
    assert left.exists()


def test_a_file_that_is_nothing_but_size_is_refused_and_not_read_for_hours(tmp_path: Path) -> None:
    with (tmp_path / "page.html").open("wb") as sparse:
        sparse.truncate(1_000_000_000_000)
    with pytest.raises(LecternError, match=r"page\.html has 1,000 GB, and Lectern takes files of up to 50 GB"):
        file_digest(tmp_path / "page.html")
    assert content_digest(tmp_path / "page.html") == ""
