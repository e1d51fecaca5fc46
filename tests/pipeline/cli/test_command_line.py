"""The command line: what it hands to the studio, what it says, and the code it ends with."""

import errno
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError, SourceError
from lectern.pipeline.base.frozen import Frozen
from lectern.pipeline.build.costs import Costs
from lectern.pipeline.cli import progress
from lectern.pipeline.cli.main import main
from lectern.pipeline.jobs.summary import JobCount, QueueSummary, RunningJob
from lectern.pipeline.quality.film import FilmMeasures
from lectern.pipeline.services.usage import Usage
from lectern.pipeline.studio import build, check, timeline
from lectern.pipeline.studio.check import CheckResult, Diagnostic
from lectern.pipeline.timeline.model import MovieStrip, SceneSpan, Timeline, Track
from lectern.pipeline.trust.grants import NotTrusted
from lectern.pipeline.trust.request import PermissionRequest

ROOT = Path(__file__).parents[3]
HALF = QueueSummary(
    counts=(JobCount(kind="voice", state="done", number=1), JobCount(kind="voice", state="running", number=1)),
    running=(RunningJob(id=2, kind="voice", label="scene new: voice", progress=0.5),),
    fraction=0.75,
)
FILM = Timeline(
    title="T", fps=30, size=(1920, 1080), frames=90,
    tracks=(Track(name="picture", channel=1),), scenes=(SceneSpan(id="a", title="A", start=0, end=90),),
    strips=(MovieStrip(id="a.p", scene="a", name="plate", track="picture", start=30, end=90, source="media/p.mov"),),
)  # fmt: skip


class Result(Frozen):
    """Like the studio's results."""

    film: Path = Path("renders/film.mp4")
    made: int = 3
    reused: int = 9
    findings: tuple[str, ...] = ()
    seconds: float = 75.2
    up_to_date: bool = False
    notes: tuple[str, ...] = ()


class Studio:
    """Stands for the studio: notes how it was called, answers what it was told to."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.calls: list[tuple[str, Path, dict[str, object]]] = []
        self.answer: object = Result()
        for module, verb in ((build, "build"), (build, "render"), (timeline, "timeline"), (check, "check")):
            patch.setattr(module, verb, self._verb(verb, getattr(module, verb)))

    def _verb(self, verb: str, real: Callable[..., object]) -> Callable[..., object]:
        """A function with the signature of the studio's."""

        @wraps(real)
        def fake(folder: Path, **options: object) -> object:
            return self._answer(verb, folder, options)

        return fake

    def _answer(self, verb: str, folder: Path, options: dict[str, object]) -> object:
        listen = options.pop("listen", None)
        self.agree = options.pop("agree", None)
        self.calls.append((verb, folder, options))
        if listen:
            listen(HALF)
            listen(HALF)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> Studio:
    return Studio(monkeypatch)


def test_build_hands_on_its_options_wherever_they_stand(studio: Studio, tmp_path: Path) -> None:
    config = tmp_path / "x.toml"
    assert main(["--trust", "--no-wait", "build", str(tmp_path), "-c", str(config)]) == 0
    assert main(["-c", str(config), "build", "--trust", "--no-wait", str(tmp_path)]) == 0
    assert main(["build", str(tmp_path)]) == 0
    given = {"config": config, "trust": True, "wait": False}
    plain = {"config": None, "trust": False, "wait": True}
    assert studio.calls == [("build", tmp_path, o) for o in (given, given, plain)]


@pytest.mark.parametrize(
    "error, told",
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/film/media/x"),
            "the disk is full: there is no room in /film/media",
        ),
        (
            OSError(errno.EDQUOT, "Disk quota exceeded"),
            "the disk is full: there is no room",
        ),
        (shutil.Error("[Errno 28] No space left on device"), "the disk is full"),
        (
            PermissionError(errno.EACCES, "Permission denied", "/film/renders"),
            "/film/renders: Permission denied. Is something",
        ),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "/film/media"), "/film/media: Not a directory"),
        (MemoryError(), "there is too little memory for Lectern"),
        (OSError(errno.EROFS, "Read-only file system", "/film/edits.json"), "/film/edits.json: Read-only file system"),
    ],
)
def test_an_error_of_the_system_is_told_with_its_place_and_no_traceback(
    studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str], error: Exception, told: str
) -> None:
    studio.answer = error
    assert main(["--quiet", "build", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(told) and "Traceback" not in said


def test_render_takes_one_scene(studio: Studio, tmp_path: Path) -> None:
    assert main(["render", str(tmp_path), "--scene", "new"]) == 0
    assert studio.calls == [("render", tmp_path, {"config": None, "trust": False, "wait": True, "scene": "new"})]


def test_a_script_pays_for_nothing_unless_it_was_told_yes(studio: Studio, tmp_path: Path) -> None:
    costs = Costs(asked=(Usage(service="ElevenLabs", characters=900, price=0.2, currency="USD"),))
    main(["build", str(tmp_path)])
    assert studio.agree(costs) is False
    main(["build", str(tmp_path), "--yes"])
    assert studio.agree(costs) is True


def test_the_folder_is_this_one_if_none_is_named(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["build"])
    assert studio.calls[0][1] == tmp_path


def test_a_build_says_what_was_made_and_each_job_once(
    studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["build", str(tmp_path)])
    said = capsys.readouterr()
    assert said.out == "renders/film.mp4\n3 takes made, 9 reused, in 1 min 15 s.\n"
    assert said.err == "[75%] scene new: voice\n"


def test_a_build_with_nothing_to_do_says_so(studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    studio.answer = Result(up_to_date=True, seconds=0.44)
    assert main(["build", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "Nothing has changed: renders/film.mp4 is up to date (0.4 s).\n"


def test_quiet_says_nothing_but_findings(studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    studio.answer = Result(findings=("scene new is 3 s too long",))
    assert main(["--quiet", "build", str(tmp_path)]) == 0
    assert capsys.readouterr() == ("", "finding: scene new is 3 s too long\n")


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (SourceError("script.md", 12, "there is no mark"), 2, "script.md:12: there is no mark\n"),
        (LecternError("the disk is full"), 2, "the disk is full\n"),
        (
            NotTrusted((PermissionRequest(kind="terminal", where="script.md:3", what="ls"),)),
            3,
            "script.md:3  terminal  ls",
        ),
        (KeyboardInterrupt(), 130, "Interrupted."),
        (ZeroDivisionError("by nothing"), 4, "a fault in Lectern"),
    ],
)
def test_every_end_has_its_code_and_one_clear_message(
    studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, says: str
) -> None:
    studio.answer = error
    assert main(["--quiet", "build", str(tmp_path)]) == code
    said = capsys.readouterr().err
    assert says in said
    assert ("Traceback" in said) == (code == 4)


def test_wrong_usage_is_code_2_and_help_is_0(studio: Studio, capsys: pytest.CaptureFixture[str]) -> None:
    assert [main(["bild"]), main([]), main(["build", "--nope"]), main(["--help"])] == [2, 2, 2, 0]
    assert "exit codes" in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_answered_with_how_to_make_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "no such film"]) == 2
    assert "lectern new 'no such film'" in capsys.readouterr().err


def test_the_timeline_as_json_is_the_timeline(
    studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    studio.answer = FILM
    assert main(["timeline", str(tmp_path), "--json"]) == 0
    assert Timeline.model_validate_json(capsys.readouterr().out) == FILM
    main(["timeline", str(tmp_path)])
    assert capsys.readouterr().out.splitlines()[1].split() == ["1.00", "3.00", "picture", "movie", "a", "plate"]


def test_check_tells_problems_findings_and_what_would_run(
    studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = PermissionRequest(kind="terminal", where="script.md:3", what="ls")
    studio.answer = CheckResult(problems=())
    unmade = "The script is in order. There is no film yet.\n"
    assert (main(["check", str(tmp_path)]), capsys.readouterr().out) == (0, unmade)
    studio.answer = CheckResult(problems=(), film=FilmMeasures.model_construct())
    assert (main(["check", str(tmp_path)]), capsys.readouterr().out) == (0, "The episode is in order.\n")
    studio.answer = CheckResult(problems=(), permissions=(request,))
    assert (main(["check", str(tmp_path)]), "1 thing would run" in capsys.readouterr().out) == (0, True)
    problem = Diagnostic(
        file="script.md", line=4, column=7, path="title", message="no", found="a", allowed=("b",), instead="b"
    )
    studio.answer = CheckResult(problems=(problem,), permissions=(request,))
    assert main(["check", str(tmp_path), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["problems"] == [json.loads(problem.model_dump_json())]


def test_check_ends_with_a_code_that_a_hook_can_use(
    studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Diagnostic(file="script.md", line=4, message="no")
    for problems, findings, code in (((), (), 0), ((), (told,), 1), ((told,), (), 2), ((told,), (told,), 2)):
        studio.answer = CheckResult(problems=problems, findings=findings, notes=(told,))
        assert main(["check", str(tmp_path)]) == code
    assert capsys.readouterr().out.splitlines()[:3] == (
        [
            "The script is in order. There is no film yet.",
            "note: script.md:4: no",
            "note: lectern check --fix writes that into script.md",
        ]
    )


def test_check_offers_to_rewrite_only_what_it_can(
    studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = tuple(Diagnostic(file="script.md", line=line, message="no") for line in (4, 9))
    ways = []
    for by_hand in ((), notes[1:], notes):
        studio.answer = CheckResult(problems=(), notes=notes, by_hand=by_hand)
        main(["check", str(tmp_path)])
        ways.append(capsys.readouterr().out.splitlines()[-1])
    assert ways == [
        "note: lectern check --fix writes that into script.md",
        "note: lectern check --fix writes that into script.md, except for line 9: that is for you to write, or to leave as it is",
        "note: --fix can't write lines 4, 9 for you; Lectern reads it as it is",
    ]


def test_build_tells_what_it_took_something_for(
    studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    studio.answer = Result(notes=("script.md:9: this was read as that",))
    assert main(["build", str(tmp_path)]) == 0
    assert "note: script.md:9: this was read as that" in capsys.readouterr().err


def test_new_writes_an_episode_and_says_how_to_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", str(tmp_path / "my film")]) == 0
    assert (tmp_path / "my film" / "script.md").is_file()
    assert f"lectern build '{tmp_path}/my film' --trust" in capsys.readouterr().out
    assert main(["new", str(tmp_path / "my film")]) == 2


def test_on_a_terminal_progress_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", Screen())
    with progress.progress(quiet=False) as listen:
        listen(HALF)
    assert "75%" in sys.stderr.getvalue() and "scene new: voice" in sys.stderr.getvalue()


@pytest.mark.parametrize("way", ["module", "folder", "link"])
def test_the_command_runs_as_a_module_and_as_a_folder_of_any_name(tmp_path: Path, way: str) -> None:
    (tmp_path / "bl_ext_lectern").symlink_to(ROOT)
    start = {"module": ["-m", "lectern"], "folder": [str(ROOT)], "link": [str(tmp_path / "bl_ext_lectern")]}[way]
    run = subprocess.run([sys.executable, *start, "new", "film"], cwd=tmp_path, capture_output=True, text=True)
    assert (run.returncode, run.stderr, (tmp_path / "film/script.md").is_file()) == (0, "", True)


def test_no_module_of_the_folder_that_one_is_in_runs(tmp_path: Path) -> None:
    for name in ("argparse", "tqdm", "yaml", "platformdirs"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    done = subprocess.run([sys.executable, "-m", "lectern", "clips"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "ran").exists()
