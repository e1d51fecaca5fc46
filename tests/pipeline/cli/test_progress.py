"""How far a build is, as people and programs see it."""

import io
import json
import sys
from pathlib import Path

import pytest

from lectern.pipeline.build.progress import FILM_STAGES, JOINING, STRIPS, BuildProgress
from lectern.pipeline.build.recipes import recipes
from lectern.pipeline.cli.console import name_files_from, with_folder
from lectern.pipeline.cli.main import main
from lectern.pipeline.cli.progress import ProgressEvents, ProgressLines, progress
from lectern.pipeline.episode.settings import Settings
from lectern.pipeline.jobs.summary import JobCount, QueueSummary, RunningJob
from lectern.pipeline.providers.episode_providers import Providers
from lectern.pipeline.studio.build import BuildResult


class Watch:
    """A stopwatch that stands where it was set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def _summary(**done_of: tuple[int, int]) -> QueueSummary:
    """A run with so many of so many takes done, by kind."""
    counts = [
        JobCount(kind=kind, state=state, number=number)
        for kind, (done, all_) in done_of.items()
        for state, number in (("done", done), ("waiting", all_ - done))
    ]
    return QueueSummary(counts=tuple(counts))


def test_every_kind_of_take_belongs_to_a_stage() -> None:
    assert sorted(kind for stage in FILM_STAGES for kind in stage.kinds) == sorted(recipes(Providers(Settings())))
    assert sum(stage.share for stage in FILM_STAGES) == pytest.approx(1.0)


def test_what_there_is_to_do_never_grows_when_a_stage_asks_for_its_takes() -> None:
    progress = BuildProgress(FILM_STAGES)
    seen = [
        progress.follow(_summary(voice=(0, 3)), {}).fraction,
        progress.follow(_summary(voice=(3, 3)), {}).fraction,
        progress.follow(_summary(voice=(3, 3), narrator=(0, 90)), {}).fraction,
        progress.follow(_summary(voice=(3, 3), narrator=(90, 90)), {}).fraction,
        progress.begin(STRIPS).fraction,
        progress.follow(_summary(voice=(3, 3), narrator=(90, 90), segment=(0, 2)), {}).fraction,
        progress.follow(_summary(voice=(3, 3), narrator=(90, 90), segment=(2, 2)), {}).fraction,
        progress.begin(JOINING).fraction,
    ]
    assert seen == sorted(seen) and seen[0] == 0.0 and 0.9 < seen[-1] < 1.0
    assert seen[1] == pytest.approx(0.38) and seen[2] < 0.5, "no clips are drawn: that is no great leap"


def test_what_was_there_already_is_no_work_and_little_is_expected_behind_it() -> None:
    progress = BuildProgress(FILM_STAGES)
    kept = {"voice": 9}
    assert progress.follow(_summary(voice=(9, 10)), kept).fraction == 0.0
    assert progress.follow(_summary(voice=(10, 10)), kept).fraction == pytest.approx(0.038 / 0.145, rel=0.05)
    assert progress.begin(STRIPS).fraction == pytest.approx(0.038 / 0.112, rel=0.05), "no leap over what is not needed"


def test_the_time_that_is_left_follows_from_the_time_that_has_passed() -> None:
    watch = Watch()
    progress = BuildProgress(FILM_STAGES, watch)
    assert progress.follow(_summary(voice=(1, 4)), {}).seconds_left is None, "it has just begun"
    watch.now = 38.0
    assert progress.follow(_summary(voice=(4, 4)), {}).seconds_left == pytest.approx(62.0)
    watch.now = 97.0
    progress.follow(_summary(voice=(4, 4), clip=(1, 1), narrator=(9, 9), segment=(2, 2)), {})
    assert progress.begin(JOINING).seconds_left == pytest.approx(3.0, abs=0.1)


def test_without_stages_the_takes_are_all_there_is() -> None:
    assert BuildProgress().follow(QueueSummary(fraction=0.5), {}).fraction == 0.5


RUNNING = QueueSummary(
    running=(RunningJob(id=4, kind="voice", label='scene "a": voice', progress=0.5),), fraction=0.4, seconds_left=130.0
)
FAILED = QueueSummary(faults=('script.md:9: scene "a": there is no Save',), fraction=0.4)
LAST = QueueSummary(step=JOINING, fraction=0.97, seconds_left=12.0)


def test_without_a_terminal_each_step_and_each_fault_has_its_line_up_to_the_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show = ProgressLines()
    for summary in (RUNNING, RUNNING, FAILED, LAST):
        show(summary)
    assert capsys.readouterr().err.splitlines() == [
        '[40%] scene "a": voice (about 2 min left)',
        'failed: script.md:9: scene "a": there is no Save',
        "[97%] joining the film and looking at it (less than a minute left)",
    ]


def test_on_a_terminal_a_fault_stands_above_the_bar_and_the_last_step_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", Screen())
    with progress(quiet=False) as show:
        for summary in (RUNNING, FAILED, LAST):
            show(summary)
    said = sys.stderr.getvalue()
    assert 'failed: script.md:9: scene "a": there is no Save\n' in said and "about 2 min left" in said
    assert said.index("failed:") < said.index(JOINING) and "97%" in said


def test_programs_get_events(capsys: pytest.CaptureFixture[str]) -> None:
    show = ProgressEvents()
    for summary in (QueueSummary(notes=("wait",)), RUNNING, RUNNING, FAILED, LAST):
        show(summary)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told == [
        {"event": "note", "message": "wait"},
        {"event": "progress", "fraction": 0.4, "doing": ['scene "a": voice'], "seconds_left": 130},
        {"event": "fault", "message": FAILED.faults[0]},
        {"event": "progress", "fraction": 0.4, "doing": [], "seconds_left": None},
        {"event": "progress", "fraction": 0.97, "doing": [JOINING], "seconds_left": 12},
    ]


@pytest.mark.parametrize("made", ["build", "render"])
def test_a_finished_film_is_an_event_that_names_it(
    made: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = BuildResult(
        film=tmp_path / "film.mp4", made=2, reused=1, findings=("dark",), seconds=1.5, up_to_date=False
    )
    monkeypatch.setattr(f"lectern.pipeline.studio.build.{made}", lambda folder, **named: result)
    assert main([made, str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "event": "done", "film": str(tmp_path / "film.mp4"), "made": 2, "reused": 1, "findings": ["dark"],
        "seconds": 1.5, "up_to_date": False, "notes": [],
    }  # fmt: skip


def test_a_build_that_can_not_begin_is_an_event_with_its_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "script.md").write_text("# A\n\nSay.\n\n```overlay\nkind: titel\ntext: x\n```\n")
    assert main(["build", str(tmp_path), "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["event"] == "failed" and told["problems"][0]["line"] == 6 and told["problems"][0]["column"] == 7


@pytest.mark.parametrize(("said", "printed"), [
    ("script.md:9: x", "film/script.md:9: x"),
    ("script.md:9:5: x", "film/script.md:9:5: x"),
    ("see script.md:9, script.md:12", "see film/script.md:9, film/script.md:12"),
    ("(script.md:9)", "(film/script.md:9)"),
    ('"characters/ada.md:2" is', '"film/characters/ada.md:2" is'),
    ("script.md: x", "script.md: x"),
    ("missing.md:3: x", "missing.md:3: x"),
    ("other/script.md:3: x", "other/script.md:3: x"),
    ("/tmp/script.md:3: x", "/tmp/script.md:3: x"),
    ("https://script.md:80/", "https://script.md:80/"),
])  # fmt: skip
def test_only_places_in_files_of_the_episode_get_its_folder(
    said: str, printed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "film" / "characters").mkdir(parents=True)
    for name in ("script.md", "characters/ada.md"):
        (tmp_path / "film" / name).write_text("")
    monkeypatch.chdir(tmp_path)
    name_files_from(Path("film"))
    try:
        assert with_folder(said) == printed
    finally:
        name_files_from(None)


def test_a_place_in_a_message_has_the_folder_so_that_a_click_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    film = tmp_path / "film"
    (film / "characters").mkdir(parents=True)
    (film / "script.md").write_text("# A\n\nSay.\n\n```overlay\nkind: titel\ntext: x\n```\n")
    (film / "characters" / "ada.md").write_text("")
    monkeypatch.chdir(tmp_path)
    main(["check", "film"])
    assert capsys.readouterr().out.startswith("film/script.md:6:7: ")
    name_files_from(Path("film"))
    said = 'note: script.md:9: see (characters/ada.md:2), none.md:3: and "http://script.md:80" and 10:30'
    assert with_folder(said) == (
        'note: film/script.md:9: see (film/characters/ada.md:2), none.md:3: and "http://script.md:80" and 10:30'
    )
    monkeypatch.chdir(film / "characters")
    name_files_from(film)
    assert with_folder("script.md:9: x") == f"{film}/script.md:9: x"
    monkeypatch.chdir(film)
    main(["check"])
    assert capsys.readouterr().out.startswith("script.md:6:7: ")
    name_files_from(None)
