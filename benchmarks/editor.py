"""An editor's minute: is it the same bytes on every run, and how fast is it recorded and drawn?

    python benchmarks/editor.py [--runs 3] [--sharp]

A session of a minute and more with typing, scrolling, edits, a diff that grows and programs in the terminal, recorded once,
then drawn `runs` times, each by a browser of its own. Prints the digests of the videos, and how many seconds of film a second
makes, by the wall and by the CPU seconds of all processes (two cores have two of them a second). `--sharp` draws every
picture a second time, twice as large, as for a zoom.
"""

import argparse
import tempfile
from pathlib import Path

from capture import ROOT
from costs import timed

from lectern.pipeline.base.files import file_digest
from lectern.pipeline.base.theme import Theme
from lectern.pipeline.capture.chromium import chromium
from lectern.pipeline.capture.editor.edit_log import read_log
from lectern.pipeline.capture.editor.footage import LOG, draw_log
from lectern.pipeline.capture.editor.metrics import EditorMetrics
from lectern.pipeline.capture.editor.page import EditorPage
from lectern.pipeline.capture.pictures import PICTURES
from lectern.pipeline.capture.recorder import record_screen
from lectern.pipeline.capture.request import CaptureRequest, capture_request
from lectern.pipeline.capture.window import CONTENT
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target
from lectern.pipeline.jobs.recipe import JobContext

STEPS = "".join(
    f'def step_{i}(value):\n    """Step {i} of many."""\n    return value * {i} + 0x{i:x}\n\n\n' for i in range(80)
)
PROGRAM = '''from steps import step_2, step_3


def main():
    """Adds what two steps give: a → b, and 😀 too."""
    values = [step_2(1), step_3(2)]
    for number, value in enumerate(values):
        if value > 3:
            print(f"{number}: {value}")
    print("done", sum(values))


main()
'''


def main() -> None:
    """Record, draw and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sharp", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        request = _request(Path(scratch), 2.0 if options.sharp else 1.0)
        take, wall, cpu = timed(
            lambda: record_screen(request, _folder(scratch, "take"), JobContext.scratch(Path(scratch)))
        )
        seconds = take.duration
        _say("recorded and drawn", _digest(Path(scratch, "take")), seconds, len(take.times), wall, cpu)
        for number in range(options.runs):
            folder = _folder(scratch, f"run{number}")
            _, wall, cpu = timed(lambda: _draw(Path(scratch, "take"), folder, request))  # noqa: B023
            _say(f"drawn again, {number + 1}", _digest(folder), seconds, len(take.times), wall, cpu)


def _request(folder: Path, sharpness: float) -> CaptureRequest:
    (folder / "lab").mkdir()
    (folder / "lab/steps.py").write_text(STEPS, encoding="utf-8")
    (folder / "lab/main.py").write_text("\n", encoding="utf-8")
    theme = Theme.model_validate_json((ROOT / "assets/themes/night.json").read_text(encoding="utf-8"))
    episode = Episode(folder=folder, title="t", narrator="ada", scenes=(), characters=())
    request = capture_request(episode, Capture(id="e", kind="editor", folder="lab", steps=_steps()), theme, CONTENT)
    return request.model_copy(update={"sharpness": sharpness})


def _steps() -> tuple[Step, ...]:
    better = PROGRAM.replace("value > 3", "value > 10 and number").replace("\nmain()\n", "\nmain()\nprint('bye')\n")
    return (
        Step(action="open", value="steps.py"),
        Step(action="scroll", value="2400"),
        Step(action="scroll", target=Target(text="def step_50")),
        Step(action="highlight", target=Target(lines=(16, 18))),
        Step(action="open", value="main.py"),
        Step(action="type", value=PROGRAM),
        Step(action="run", value="python3 main.py", expect="done 13"),
        Step(action="diff", value="main.py", text=better),
        Step(
            action="run", value="for i in 1 2 3 4 5 6; do echo step $i; sleep 0.3; done; python3 main.py", expect="bye"
        ),
        Step(action="open", value="steps.py"),
        Step(action="edit", target=Target(lines=(396, 398)), text="# the end of all steps\n" * 8 + "print('steps')"),
        Step(action="press", value="Shift+Up Shift+Up Backspace Ctrl+Z"),
        Step(action="scroll", target=Target(lines=(1, 2))),
        Step(action="run", value="python3 steps.py && ls -la && seq 1 60", expect="60"),
    )


def _draw(take: Path, folder: Path, request: CaptureRequest) -> None:
    with chromium() as browser:
        page = EditorPage(browser, request, EditorMetrics(request.size), terminal=True)
        draw_log(read_log(take / LOG), page, folder, request.sharpness, (), lambda done: None)


def _folder(scratch: str, name: str) -> Path:
    folder = Path(scratch, name)
    folder.mkdir()
    return folder


def _digest(folder: Path) -> str:
    return file_digest(folder / PICTURES, 16)


def _say(what: str, digest: str, seconds: float, pictures: int, wall: float, cpu: float) -> None:
    print(  # noqa: T201
        f"{what}: {seconds:.1f} s, {pictures} pictures, {digest}; {seconds / wall:.2f} x real time by the wall, "
        f"{2 * seconds / cpu:.2f} x by the CPU of two cores ({cpu / seconds:.2f} CPU s a second)"
    )


if __name__ == "__main__":
    main()
