"""What recordings and their footage cost, and how exactly marks are met.

    python benchmarks/capture.py

CPU seconds are those of this process and of the programs it started (shells, Chromium).
"""

import tempfile
from pathlib import Path

import av
import numpy as np
from costs import timed

from lectern.pipeline.base.clock import frame_at
from lectern.pipeline.base.theme import Theme
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import capture_request, with_film_fields
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.capture.window import CONTENT, window_boxes
from lectern.pipeline.drawing.footage import FOOTAGE, footage_request
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target
from lectern.pipeline.jobs.recipe import JobContext
from lectern.pipeline.jobs.take_file import write_card
from lectern.pipeline.timing.fit import FitPlan, fit

ROOT = Path(__file__).parents[1]
FRAME, FPS = (1920, 1080), 30
BUTTONS = ("First commit", "Second commit", "A branch")
COMMANDS = ("python3 -c 'print(2**64)'", "ls -la / | head -8", "seq 1 40", "git --version")


def main() -> None:
    """Print one line for each kind of capture."""
    theme = Theme.model_validate_json((ROOT / "assets/themes/night.json").read_text(encoding="utf-8"))
    episode = Episode(folder=ROOT / "assets/examples/full", title="t", narrator="ada", scenes=(), characters=())
    with tempfile.TemporaryDirectory() as scratch:
        for capture in (_terminal(), _browser()):
            _measure(capture, episode, theme, Path(scratch))


def _terminal() -> Capture:
    steps = tuple(Step(action="run", value=command, at=f"m{i}") for i, command in enumerate(COMMANDS))
    return Capture(id="t", kind="terminal", steps=steps)


def _browser() -> Capture:
    clicks = [Step(action="click", target=Target(role="button", name=b), at=f"m{i}") for i, b in enumerate(BUTTONS)]
    return Capture(id="b", kind="browser", steps=(Step(action="open", value="pages/graph/index.html"), *clicks))


def _measure(capture: Capture, episode: Episode, theme: Theme, scratch: Path) -> None:
    folder = scratch / "capture" / capture.kind
    folder.mkdir(parents=True)
    context = JobContext(episode.folder, scratch)
    request = capture_request(episode, capture, theme, CONTENT)
    raw, wall, cpu = timed(lambda: CAPTURE.make(request, folder, context))
    write_card(folder, folder.parent.name, folder.name, {"result": raw.model_dump(mode="json")})
    take = with_film_fields(raw, capture)
    plan = fit(take, {f"m{i}": 1.0 + 3.0 * i for i in range(5)}, 0.0, 14.0, FPS)
    box = window_boxes(CONTENT, FRAME)["left"]
    footage = footage_request(capture.kind, take, plan, FPS, (0, frame_at(plan.pieces[-1].end, FPS)), box, FRAME, theme)
    clip, clip_wall, clip_cpu = timed(lambda: FOOTAGE.make(footage, folder, context))
    seconds, film = take.duration, clip.frames / FPS
    size = (folder / clip.video).stat().st_size / 2**20 / film
    print(  # noqa: T201
        f"{capture.kind}: {seconds:.1f} s recorded, {len(take.times)} pictures, {wall / seconds:.2f} s wall and "
        f"{cpu / seconds:.2f} CPU s a second; footage {clip_wall / film:.2f} s wall and {clip_cpu / film:.2f} CPU s "
        f"a second, {size:.2f} MiB a second; {len(take.gaps)} gaps; "
        f"mark to picture {_errors(folder / clip.video, take, plan)} frames"
    )


def _errors(file: Path, take: CaptureTake, plan: FitPlan) -> list[int]:
    """For each marked step, how many frames after its mark the nearest change of the clip is seen."""
    before, changed = None, []
    with av.open(str(file)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            picture = frame.to_ndarray(format="rgb24")
            if before is not None and not np.array_equal(picture, before):
                changed.append(index)
            before = picture
    rests = {pause.mark: pause.seconds for pause in plan.pauses}
    errors, shift = [], 0.0
    for event in (e for e in take.events if e.at):
        shift += rests.get(event.at, 0.0)
        mark = frame_at(1.0 + 3.0 * int(event.at[1:]) + shift, FPS)
        errors.append(min((c - mark for c in changed), key=abs))
    return errors


if __name__ == "__main__":
    main()
