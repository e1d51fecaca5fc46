"""What a build writes at its end never goes through a link that somebody has put at one of its names."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from lectern.pipeline.base import files
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.build import join_film
from lectern.pipeline.build.blend_file import EpisodeBlend
from lectern.pipeline.build.join_film import Sidecars, copy_segment, write_sidecars
from lectern.pipeline.build.report import Report, write_report
from lectern.pipeline.film import join
from lectern.pipeline.timeline.edits import Edit, edits_of, write_edits
from lectern.pipeline.timeline.model import Timeline

SIDECARS = ("film.srt", "film.vtt", "chapters.txt", "description.txt")
TIMELINE = Timeline(title="T", fps=30, size=(64, 36), frames=30, tracks=(), scenes=(), strips=())
LINKS = {"to a file": "precious", "to a folder": "folder", "to nothing": "nothing"}


def write_film(paths: EpisodePaths) -> None:
    join.join([], paths.folder, paths.film, inside=paths.folder)


def write_timeline(paths: EpisodePaths) -> None:
    renderer = SimpleNamespace(run=lambda task, request: {})
    EpisodeBlend(paths, renderer, pytest.fail).compile(TIMELINE, TIMELINE)


def write_texts(name: str) -> Callable[[EpisodePaths], None]:
    return lambda paths: write_sidecars(paths, Sidecars((), (), {name: "text"}))


def write_segment(paths: EpisodePaths) -> None:
    copy_segment(paths, SimpleNamespace(), "one")


WRITES: dict[str, Callable[[EpisodePaths], None]] = {
    "renders/film.mp4": write_film,
    "renders/timeline.json": write_timeline,
    "renders/report.json": lambda paths: write_report(paths, Report.model_construct(title="T")),
    "renders/one.mp4": write_segment,
    "edits.json": lambda paths: write_edits(paths.folder, edits_of([Edit(strip="a", property="x", value=0.5)])),
    **{f"renders/{name}": write_texts(name) for name in SIDECARS},
}
"""What writes each file, by its place in the episode."""


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EpisodePaths]:
    """An episode beside a folder `outside` that is found as it was."""
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    monkeypatch.setattr(join, "_check_alike", lambda segments: None)
    monkeypatch.setattr(join, "_write", lambda segments, sound, draft, card: draft.write_bytes(b"film"))
    made = tmp_path / "made.mp4"
    made.write_bytes(b"film")
    monkeypatch.setattr(join_film, "segment_file", lambda segment: made)
    outside = tmp_path / "outside"
    (outside / "folder").mkdir(parents=True)
    (outside / "precious").write_text("precious")
    (tmp_path / "film" / "renders").mkdir(parents=True)
    yield EpisodePaths(folder=tmp_path / "film")
    assert {file.name for file in outside.iterdir()} == {"folder", "precious"}
    assert (outside / "precious").read_text() == "precious" and not list((outside / "folder").iterdir())


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("target", LINKS.values(), ids=LINKS)
def test_a_link_in_the_place_of_a_result_is_refused_by_name(paths: EpisodePaths, name: str, target: str) -> None:
    (paths.folder / name).symlink_to(paths.folder.parent / "outside" / target)
    with pytest.raises(LecternError, match=rf"{name} is a link to .*{target}.*Delete the link"):
        WRITES[name](paths)
    assert (paths.folder / name).is_symlink()


@pytest.mark.parametrize("name", [name for name in WRITES if name.startswith("renders")])
def test_a_link_in_the_place_of_the_folder_of_results_is_refused(paths: EpisodePaths, name: str) -> None:
    (paths.folder / "renders").rmdir()
    (paths.folder / "renders").symlink_to(paths.folder.parent / "outside" / "folder")
    with pytest.raises(LecternError, match="renders is a link to .*Delete the link"):
        WRITES[name](paths)


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("target", LINKS.values(), ids=LINKS)
def test_a_link_that_is_put_there_after_the_look_leads_nowhere(
    paths: EpisodePaths, monkeypatch: pytest.MonkeyPatch, name: str, target: str
) -> None:
    look, file = files._refuse_other_than_file, paths.folder / name

    def swapped(folder: files.HeldFolder, looked_at: str, inside: Path | None) -> None:
        look(folder, looked_at, inside)
        if looked_at == file.name:
            file.unlink(missing_ok=True)
            file.symlink_to(paths.folder.parent / "outside" / target)

    monkeypatch.setattr(files, "_refuse_other_than_file", swapped)
    with suppress(files.LinkRefused):
        WRITES[name](paths)
        assert file.is_file() and not file.is_symlink()


@pytest.mark.parametrize("name", WRITES)
def test_every_result_is_written_where_no_link_is(paths: EpisodePaths, name: str) -> None:
    WRITES[name](paths)
    assert (paths.folder / name).stat().st_size > 0
