"""What a shell finds when it starts: its files, its colours, its prompt; and its clock."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lectern.pipeline.base.assets import themes_folder
from lectern.pipeline.base.colour import contrast
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.theme import Theme
from lectern.pipeline.capture.colours import carried_themes, terminal_colours
from lectern.pipeline.capture.request import CaptureRequest, capture_request, note_content
from lectern.pipeline.capture.sandbox import bubblewrap
from lectern.pipeline.capture.terminal.integration import shell_start
from lectern.pipeline.capture.terminal.page import cells_for_grid, fitting_cells
from lectern.pipeline.capture.terminal.processes import end_session, is_busy
from lectern.pipeline.capture.terminal.shell import _variables
from lectern.pipeline.capture.terminal.shell_folders import COMMIT_DATES, ShellFolders, open_shell_folders
from lectern.pipeline.episode.capture_block import Capture, Environment, FixtureFile
from lectern.pipeline.episode.model import Episode

FILM = Theme.model_validate_json((themes_folder() / "night.json").read_text())
ON_COLOURS = ("background", "cursorAccent", "selectionBackground", "black")
"""What is never the colour of letters on the theme's background."""


def request(episode: Path | None = None, **given: object) -> CaptureRequest:
    if episode:
        capture = Capture(kind="terminal", id="c", line=1, **given)
        given["files"] = capture_request(
            Episode(folder=episode, title="", narrator="", scenes=(), characters=()), capture, FILM, (9, 9)
        ).files
    return CaptureRequest.model_validate({"kind": "terminal", "size": (1504, 900), "steps": (), **given})


@pytest.fixture
def episode(tmp_path) -> Path:
    (tmp_path / "lab" / "sub").mkdir(parents=True)
    (tmp_path / "lab" / "sub" / "a.txt").write_text("one\n")
    return tmp_path


def test_the_folder_is_copied_and_files_are_laid_out_in_it(episode):
    (episode / "logo.svg").write_text("<svg/>")
    files = (FixtureFile(path="in/note.txt", text="hello"), FixtureFile(path="logo.svg", file="logo.svg"))
    with open_shell_folders(request(episode, folder="lab", environment=Environment(files=files)), episode) as place:
        assert place.work == place.home / "lab"
        (place.work / "sub" / "a.txt").write_text("changed")
        assert (place.work / "in/note.txt").read_text() == "hello\n" and (
            place.work / "logo.svg"
        ).read_text() == "<svg/>"
        home = place.home
    assert (episode / "lab/sub/a.txt").read_text() == "one\n" and not home.exists()


@pytest.mark.parametrize("folder", [".", "lab/.."])
def test_of_the_whole_episode_all_is_copied_but_the_script_and_what_lectern_made(episode, folder):
    for name in ("media/take/a.mkv", "lab/media/photo.png", ".lectern/jobs.db", "script.md", "film.blend1"):
        (episode / name).parent.mkdir(parents=True, exist_ok=True)
        (episode / name).write_text("")
    with open_shell_folders(request(episode, folder=folder), episode) as place:
        assert place.work == place.home / episode.name
        found = sorted(f.relative_to(place.work).as_posix() for f in place.work.rglob("*") if f.is_file())
    assert found == ["lab/media/photo.png", "lab/sub/a.txt"]


def test_the_same_capture_starts_at_the_same_path_and_two_at_once_at_two(episode):
    with open_shell_folders(request(), episode) as first, open_shell_folders(request(), episode) as second:
        homes = first.home, second.home
    with open_shell_folders(request(), episode) as third:
        assert third.home == homes[0] != homes[1]


def test_a_commit_has_the_same_hash_whenever_it_is_made(tmp_path):
    said = []
    for number in range(2):
        home = tmp_path / str(number)
        home.mkdir()
        variables = _variables(80, 24, home, os.environ["PATH"])
        ours = {key: variables[key] for key in ("PATH", "HOME", "GIT_CONFIG_NOSYSTEM", *COMMIT_DATES)}
        who = "git -c user.name=Ada -c user.email=ada@example.org"
        script = f"git init -q && echo one > a.txt && git add . && {who} commit -qm one && git log --format='%H %ad'"
        said.append(subprocess.run(["sh", "-c", script], cwd=home, env=ours, capture_output=True, text=True).stdout)
    assert said[0] == said[1] != "" and "Thu Jan 1 09:00:00 2026" in said[0]


@pytest.mark.parametrize("target", ["/etc/hostname", "../outside.txt", "../../.."])
def test_a_link_that_leads_out_of_the_folder_is_refused(episode, target):
    (episode / "outside.txt").write_text("secret")
    (episode / "lab" / "sub" / "link").symlink_to(target)
    if target == "../outside.txt":
        (episode / "lab" / "sub" / "link").unlink()
        (episode / "lab" / "link").symlink_to(target)
    with (
        pytest.raises(LecternError, match="a link that leads out of lab/"),
        open_shell_folders(request(episode, folder="lab"), episode),
    ):
        pass


@pytest.mark.parametrize("change", ["lab/sub/a.txt", "lab/new.sh", "lab/.hidden"])
def test_a_folder_that_changes_after_the_question_is_not_what_runs(episode, change):
    note_content(episode / "lab/sub/a.txt")
    asked = request(episode, folder="lab")
    (episode / change).write_text("two\n")
    with pytest.raises(LecternError, match=f"{change} has changed since"), open_shell_folders(asked, episode):
        pass


def test_a_file_that_changes_between_question_and_request_is_asked_for_as_it_was(episode):
    note_content(episode / "lab/sub/a.txt")
    (episode / "lab/sub/a.txt").write_text("two\n")
    with (
        pytest.raises(LecternError, match="lab/sub/a.txt has changed since"),
        open_shell_folders(request(episode, folder="lab"), episode),
    ):
        pass


def test_a_link_within_the_folder_stays_a_link(episode):
    (episode / "lab" / "link").symlink_to("sub/a.txt")
    with open_shell_folders(request(episode, folder="lab"), episode) as place:
        assert (place.work / "link").is_symlink() and (place.work / "link").read_text() == "one\n"


@pytest.mark.parametrize("name", [name for name in carried_themes() if name != "plain"])
def test_every_theme_can_be_read(name, tmp_path):
    colours = terminal_colours(name, FILM, tmp_path)
    letters = {key: contrast(value, colours["background"]) for key, value in colours.items() if key not in ON_COLOURS}
    assert min(letters.values()) >= 4.5, letters
    assert letters["foreground"] >= 7 and contrast(colours["foreground"], colours["selectionBackground"]) >= 4.5


def test_there_is_a_light_theme_and_there_are_dark_ones(tmp_path):
    assert {"night", "day", "lagoon", "dusk", "ember"} <= set(carried_themes())
    assert contrast(terminal_colours("day", FILM, tmp_path)["background"], "#ffffff") < 1.1
    assert terminal_colours("", FILM, tmp_path) == terminal_colours("night", FILM, tmp_path) == FILM.terminal


def test_a_theme_of_the_episode_is_checked(tmp_path):
    own = (themes_folder() / "terminal" / "day.json").read_text()
    (tmp_path / "own.json").write_text(own)
    assert terminal_colours("own.json", FILM, tmp_path)["background"] == "#fbfaf6"
    (tmp_path / "own.json").write_text(own.replace("#262b36", "#eeeeee"))
    with pytest.raises(LecternError, match=r"nobody can read the theme own.json: its text has a contrast of 1\.1"):
        terminal_colours("own.json", FILM, tmp_path)
    (tmp_path / "own.json").write_text('{"red": "rot"}')
    with pytest.raises(LecternError, match="needs colours like .* for: background, foreground"):
        terminal_colours("own.json", FILM, tmp_path)
    with pytest.raises(LecternError, match='no theme "dsk"; .* day, daylight, dusk, ember, graphite, lagoon'):
        terminal_colours("dsk", FILM, tmp_path)


def test_larger_letters_make_fewer_cells_of_whole_pixels():
    assert (fitting_cells((1504, 900)).columns, fitting_cells((1504, 900)).rows) == (68, 17)
    assert (fitting_cells((1504, 900), 2).columns, fitting_cells((1504, 900), 2).rows) == (34, 9)
    assert all(
        c.width == int(c.width) and c.height == int(c.height)
        for c in (fitting_cells((1504, 900), s / 10) for s in range(5, 31))
    )


def test_an_imported_terminal_gets_the_largest_cells_that_fit():
    grid = cells_for_grid(80, 24, (1504, 900))
    assert (grid.width, grid.height) == (16, 36)
    assert grid.left >= 0 and grid.top >= 0 and 24 * cells_for_grid(80, 24, (1504, 900)).height <= 900


def test_every_shell_tells_where_its_prompt_ends_and_how_a_command_ended(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    for shell, file in {"bash": "bashrc", "zsh": ".zshrc", "fish": "set_up.fish", "pwsh": "profile.ps1"}.items():
        start = shell_start(shell, "", tmp_path)
        said = (tmp_path / file).read_text()
        assert start.command[0] == shell
        assert all(mark in said for mark in ("]133;D;", "]133;A", "]133;B"))
    shell_start("pwsh", "it's \u2019; Remove-Item ~; \u2019", tmp_path)
    assert "'it''s \u2019\u2019; Remove-Item ~; \u2019\u2019'" in (tmp_path / "profile.ps1").read_text(encoding="utf-8")


def test_a_shell_that_is_not_there_is_told_with_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(LecternError, match="shell: pwsh, and pwsh was not found; install it .*powershell"):
        shell_start("pwsh", "", tmp_path)


def test_a_sandbox_that_can_not_be_is_told_with_the_way_out(tmp_path, monkeypatch):
    place = ShellFolders(tmp_path, tmp_path, tmp_path)
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    with pytest.raises(LecternError, match="sudo apt install bubblewrap"):
        bubblewrap.sandbox_command(place, "/usr/bin")
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: str(refusing))
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(LecternError, match="No permissions to create new namespace.*user namespaces"):
        bubblewrap.sandbox_command(place, "/usr/bin")


def test_waiting_is_told_from_working():
    waiting = subprocess.Popen(["sleep", "30"])
    working = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        time.sleep(0.3)
        assert (is_busy(waiting.pid), is_busy(working.pid)) == (False, True)
    finally:
        waiting.kill(), working.kill()
        waiting.wait(), working.wait()


def test_what_left_the_session_is_ended_too(tmp_path):
    daemon = f'{sys.executable} -c \'import time; open("up", "w"); time.sleep(60)\''
    leader = subprocess.Popen(
        ["sh", "-c", f"setsid {daemon} & exec sleep 60"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        start_new_session=True,
    )
    while not (tmp_path / "up").exists():
        time.sleep(0.02)
    end_session(leader, tmp_path)
    time.sleep(0.1)
    left = [p for p in Path("/proc").glob("[0-9]*/environ") if _holds(p, f"HOME={tmp_path}".encode())]
    assert left == []


def _holds(file: Path, text: bytes) -> bool:
    try:
        return text in file.read_bytes()
    except OSError:
        return False
