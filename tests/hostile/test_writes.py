"""Whatever writes, writes through `pipeline/base/files.py`, or has a reason not to."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OPENS_TO_WRITE = frozenset("wax+")
CALLS = frozenset(
    "write_text write_bytes mkdir makedirs touch unlink rmdir symlink_to hardlink_to rename rmtree copyfile copy2"
    " copytree mkfifo chmod".split()
)
OF_MODULES = frozenset(
    "os.replace os.remove os.rename os.unlink os.link os.symlink os.truncate shutil.copy shutil.move".split()
)
PRIVATE = "a temporary folder, or a take's draft that nobody else can enter"
MADE = "what the same function has just made in a take's draft"
PERSONS = "the person's own profile or state"
NAMED = "a place that the person has named"
ALLOWED = {
    "pipeline/base/files.py": "the functions themselves",
    "pipeline/base/lock.py": PERSONS,
    "pipeline/base/profile.py": PERSONS,
    "pipeline/base/program_files.py": PRIVATE,
    "pipeline/base/renderer.py": PRIVATE,
    "pipeline/base/scratch.py": PRIVATE,
    "pipeline/avatar/treatment.py": PRIVATE,
    "pipeline/base/audio.py": "the draft of `replacing`",
    "pipeline/studio/clone_check.py": PRIVATE,
    "pipeline/studio/started_jobs.py": PERSONS,
    "pipeline/studio/written_episode.py": PRIVATE,
    "pipeline/studio/element_changes.py": "the draft of `replacing`",
    "pipeline/studio/episodes.py": "a new folder beside the episode, in which links stay links",
    "pipeline/base/video.py": PRIVATE,
    "pipeline/build/join_film.py": PRIVATE,
    "pipeline/capture/browser/site.py": PRIVATE,
    "pipeline/capture/desktop/bridge.py": PRIVATE,
    "pipeline/capture/desktop/display.py": PRIVATE,
    "pipeline/capture/desktop/environment.py": PRIVATE,
    "pipeline/capture/desktop/programs.py": PRIVATE,
    "pipeline/capture/devtools.py": PRIVATE,
    "pipeline/capture/drawn.py": PRIVATE,
    "pipeline/capture/pictures.py": PRIVATE,
    "pipeline/capture/recipes.py": PRIVATE,
    "pipeline/capture/recorder.py": MADE,
    "pipeline/capture/sandbox/bubblewrap.py": PRIVATE,
    "pipeline/capture/sandbox/ordinary_user.py": PRIVATE,
    "pipeline/capture/terminal/integration.py": PRIVATE,
    "pipeline/capture/terminal/shell_folders.py": PRIVATE,
    "pipeline/characters/thumbnails.py": PERSONS,
    "pipeline/faces/lips.py": MADE,
    "pipeline/faces/matte.py": MADE,
    "pipeline/faces/portrait.py": MADE,
    "pipeline/faces/video_io.py": PRIVATE,
    "pipeline/film/join.py": "the draft of `replacing`",
    "pipeline/jobs/database.py": PERSONS,
    "pipeline/jobs/supervised.py": PRIVATE,
    "pipeline/jobs/supervisor_child.py": "the kernel's file about this process",
    "pipeline/jobs/take_file.py": "the card of a take's draft, and a note in " + PERSONS,
    "pipeline/jobs/worker.py": "no file: the queue's `touch`",
    "pipeline/jobs/workers.py": PERSONS,
    "pipeline/providers/faces/command.py": PRIVATE,
    "pipeline/providers/faces/compositor.py": MADE,
    "pipeline/providers/faces/pictures.py": PRIVATE,
    "pipeline/providers/faces/replicate.py": MADE,
    "pipeline/providers/voices/command.py": PRIVATE,
    "pipeline/services/chat/programs.py": PRIVATE,
    "pipeline/services/ledger.py": PERSONS,
    "pipeline/services/plugins.py": PRIVATE,
    "pipeline/services/prediction.py": PERSONS,
    "pipeline/studio/doctor.py": PERSONS,
    "pipeline/studio/new.py": NAMED,
    "pipeline/studio/say.py": PRIVATE,
    "pipeline/voice/sound.py": PRIVATE,
    "addon/child.py": PERSONS,
    "addon/compositor.py": "an asset of Lectern's own tree",
    "addon/output.py": PRIVATE,
    "addon/wheels.py": "the extension's own packages",
}
"""The files that may write past `base/files.py`, and why a link of an episode's can't get in their way."""


def writes_of(file: Path) -> list[int]:
    """The lines of a module at which something is written, moved or deleted without `base/files.py`."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and _writes(node)]


def _writes(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    if name in OF_MODULES or (isinstance(call.func, ast.Attribute) and call.func.attr in CALLS):
        return not name.startswith("place.")  # a HeldFolder
    if name == "open" or name.endswith((".open", "fdopen")):
        modes = [a.value for a in (*call.args, *(k.value for k in call.keywords)) if isinstance(a, ast.Constant)]
        return any(isinstance(mode, str) and 0 < len(mode) < 4 and set(mode) & OPENS_TO_WRITE for mode in modes)
    return False


@pytest.mark.parametrize("room", ["pipeline", "addon", "operators", "panels"])
def test_nothing_writes_past_the_functions_that_follow_no_link(room: str) -> None:
    past = {
        f"{path}: lines {', '.join(map(str, lines))}"
        for file in sorted((ROOT / room).rglob("*.py"))
        if (path := file.relative_to(ROOT).as_posix()) not in ALLOWED and (lines := writes_of(file))
    }
    assert past == set()


def test_every_reason_is_still_needed() -> None:
    assert [path for path in ALLOWED if not writes_of(ROOT / path)] == []


def test_a_write_is_found_in_every_way_that_it_is_written(tmp_path: Path) -> None:
    lines = [
        "open(p, 'w')", "p.open('ab')", "p.write_text(t)", "p.mkdir()", "os.replace(a, b)", "shutil.rmtree(p)",
        "shutil.copyfile(a, b)", "av.open(f, 'w', format='mp4')", "p.unlink()", "gzip.open(p, 'wb')",
        "shutil.move(a, b)",
    ]  # fmt: skip
    (tmp_path / "a.py").write_text("\n".join(lines))
    assert writes_of(tmp_path / "a.py") == list(range(1, len(lines) + 1))
    (tmp_path / "b.py").write_text("open(p)\np.open('rb')\nImage.open(p)\np.read_text()\nt.replace('a', 'b')\n")
    assert writes_of(tmp_path / "b.py") == []
