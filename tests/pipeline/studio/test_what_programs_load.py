"""Trust covers what a program can load, not its command line alone, and what was asked about is what runs."""

import shlex
import sys
import wave
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.program_files import program_copy, program_files
from lectern.pipeline.episode.settings import Settings
from lectern.pipeline.providers.episode_providers import plugins_of, provider_registry
from lectern.pipeline.studio import say as saying
from lectern.pipeline.studio.say import say
from lectern.pipeline.trust.grants import NotTrusted

PYTHON = shlex.quote(sys.executable)
SPEAKS = f"""{PYTHON} -c 'import sys, wave; w = wave.open(sys.argv[1], "wb"); w.setparams((1, 2, 8000, 0, "NONE", ""))
w.writeframes(b"\\1\\20" * 8000)' "$LECTERN_AUDIO"\n"""
VOICES = {
    "sh voice.sh": {"voice.sh": ". ./helper.sh\n", "helper.sh": SPEAKS},
    "make -s voice": {"Makefile": "voice:\n\t@sh deep/er/speak.sh\n", "deep/er/speak.sh": SPEAKS},
    "sh -c 'sh ./x'": {"x": ". ./y\n", "y": SPEAKS},
    f"{PYTHON} voice.py": {
        "voice.py": "import helper\n",
        "helper.py": "import os, subprocess\nsubprocess.run(['sh', 'speak.sh'], check=True)\n",
        "speak.sh": SPEAKS,
    },
}
"""Commands of a voice, and the files that they load; the last one can be loaded only by way of the others."""


def episode(folder: Path, command: str) -> Path:
    """An episode whose narrator speaks by a command; its files lie beside the script."""
    files = {
        "script.md": "---\ntitle: T\nnarrator: ada\n---\n# One {#one}\n\nHi.\n",
        "characters/ada.json": '{"portrait": "lectern:ada", "provider": "mine"}',
        **VOICES[command],
    }
    files["lectern.toml"] = f'[voice.mine]\nlike = "command"\ncommand = """{command}"""\n'
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("command", VOICES)
def test_a_changed_file_that_a_program_loads_is_asked_about_by_its_name(tmp_path: Path, command: str) -> None:
    made, left = episode(tmp_path / "film", command), tmp_path / "left"
    say("Hello there.", tmp_path / "a.wav", folder=made, trust=True)
    assert wave.open(str(tmp_path / "a.wav")).getnframes() > 0
    changed = list(VOICES[command])[-1]
    (made / changed).write_text(f"touch {left}\n{SPEAKS}")
    with pytest.raises(NotTrusted, match=f"it can load everything in film/, {len(VOICES[command])} files") as asked:
        say("Hello again.", tmp_path / "b.wav", folder=made)
    assert f"files have changed. changed: {changed}.\n" in str(asked.value)
    assert not left.exists()
    (made / changed).write_text(VOICES[command][changed])
    say("Hello again.", tmp_path / "b.wav", folder=made)


def test_a_file_that_changes_after_the_question_is_not_what_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, left = episode(tmp_path / "film", "sh voice.sh"), tmp_path / "left"
    allowed = saying.allow_voices

    def swap(*given: object, **how: object) -> None:
        allowed(*given, **how)
        (made / "helper.sh").write_text(f"touch {left}\n{SPEAKS}")

    monkeypatch.setattr(saying, "allow_voices", swap)
    say("Hello there.", tmp_path / "a.wav", folder=made, trust=True)
    assert (tmp_path / "a.wav").exists() and not left.exists()


def test_prose_pictures_and_what_lectern_makes_are_not_asked_about_and_not_there(tmp_path: Path) -> None:
    made = episode(tmp_path / "film", "sh voice.sh")
    before = program_files(made)
    for name in (
        "script.md", "notes.md", "media/voice/x/a.sh", "renders/x.sh", "talk.mp4", "film.blend", ".git/hooks/x", "edits.json",
        "__pycache__/helper.pyc", "plugins/own.py", "characters/bob.json", "pictures/a.PNG",
    ):  # fmt: skip
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text("more")
    assert program_files(made) == before
    assert dict(program_files(made, ["talk.mp4"])).keys() == {"helper.sh", "voice.sh", "talk.mp4"}
    with program_copy(made) as copy:
        assert program_files(copy) == before
        assert {path.name for path in copy.rglob("*")} == {"helper.sh", "voice.sh", "script.md"}


def test_a_link_out_of_the_episode_is_not_there_for_programs(tmp_path: Path) -> None:
    made = episode(tmp_path / "film", "sh voice.sh")
    (tmp_path / "outside.sh").write_text("")
    (made / "link.sh").symlink_to("../outside.sh")
    (made / "inner.sh").symlink_to("helper.sh")
    (made / "folder").symlink_to("..")
    assert [name for name, _ in program_files(made)] == ["helper.sh", "inner.sh", "voice.sh"]


def test_more_than_can_be_asked_about_is_refused_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lectern.pipeline.base.program_files.MOST_FILES", 1)
    with pytest.raises(LecternError, match="keep the programs in a folder of their own, outside of the episode"):
        program_files(episode(tmp_path / "film", "sh voice.sh"))


PLUGIN = """
from pathlib import Path
def providers(registry):
    exec(Path(__file__).with_name("deep").joinpath("helper.py").read_text())
"""


def test_a_module_beside_a_plug_in_is_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "script.md").write_text("")
    helper, left = tmp_path / "plugins/deep/helper.py", tmp_path / "left"
    helper.parent.mkdir(parents=True)
    (tmp_path / "plugins/own.py").write_text(PLUGIN)
    alone = plugins_of(tmp_path)
    helper.write_text("pass")
    (before,) = plugins_of(tmp_path)
    provider_registry(Settings(), (before,))
    helper.write_text(f"open({str(left)!r}, 'w')")
    (after,) = plugins_of(tmp_path)
    assert len({alone[0].digest, before.digest, after.digest}) == 3
    provider_registry(Settings(), (before,))
    assert not left.exists()  # the copy that was looked at is what is loaded


def test_a_plug_in_that_changed_since_the_question_is_not_loaded(tmp_path: Path) -> None:
    helper, left = tmp_path / "plugins/deep/helper.py", tmp_path / "left"
    helper.parent.mkdir(parents=True)
    (tmp_path / "plugins/own.py").write_text(PLUGIN)
    helper.write_text("pass")
    (asked,) = plugins_of(tmp_path)
    helper.write_text(f"open({str(left)!r}, 'w')")
    with pytest.raises(LecternError, match="has changed since it was looked at"):
        provider_registry(Settings(), (asked,))
    assert not left.exists()
