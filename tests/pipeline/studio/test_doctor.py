"""The doctor finds out by doing, and every lack has a way out."""

import json
import sys
from pathlib import Path

import pytest

from lectern.pipeline.cli.main import main
from lectern.pipeline.episode.settings import BlenderSettings, CaptureSettings, Settings
from lectern.pipeline.studio.doctor import Finding, doctor, install_line


def named(findings: tuple[Finding, ...], name: str) -> Finding:
    return next(f for f in findings if f.name == name)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that says it is an old Blender and is no browser."""
    path = tmp_path / "program"
    path.write_text("#!/bin/sh\necho 'Blender 4.5.1 LTS'\n")
    path.chmod(0o755)
    return path


def test_what_this_computer_has_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    found = doctor()
    assert [f.name for f in found if f.essential and not f.ok] == []
    assert named(found, "speech (eSpeak NG)").found.startswith('says "Hello" in 0.')
    assert named(found, "speech (hibari)").ok and named(found, "speech (kokoro)").ok
    assert "libx264rgb" in named(found, "video (PyAV)").found
    assert named(found, "your profile").found == str(tmp_path / "profile")


def test_every_lack_is_named_with_a_way_out(tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "file" / "profile"))
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setitem(sys.modules, "lectern.pipeline.voice.espeak", None)
    broken = Settings(capture=CaptureSettings(chromium=str(program)), blender=BlenderSettings(program=str(program)))
    lacking = {f.name: f for f in doctor(broken) if not f.ok}
    assert set(lacking) == {"Blender", "Chromium", "speech (eSpeak NG)", "video (PyAV)", "your profile"}
    assert "is Blender 4.5, and Lectern needs 5.2" in lacking["Blender"].found
    assert "did not start" in lacking["Chromium"].found
    assert all(f.way_out and f.essential for f in lacking.values())


def test_the_command_ends_with_1_if_something_essential_is_missing(
    tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    (tmp_path / "lectern.toml").write_text(f'[blender]\nprogram = "{program}"\n')
    monkeypatch.chdir(tmp_path)
    assert main(["doctor"]) == 1
    assert "is Blender 4.5" in capsys.readouterr().out
    assert main(["-c", str(tmp_path / "lectern.toml"), "doctor", "--json"]) == 1
    assert [f["name"] for f in json.loads(capsys.readouterr().out) if not f["ok"]] == ["Blender"]


@pytest.mark.parametrize(
    ("platform", "line"),
    [("linux", "sudo apt install a"), ("darwin", "brew install b"), ("win32", "winget install c")],
)
def test_the_way_out_is_the_platforms_own(platform: str, line: str) -> None:
    assert install_line("a", "b", "c", platform) == line
