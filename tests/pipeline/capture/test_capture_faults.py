"""What went wrong at a step: it passes through a worker and the queue as data, and gets file, line and scene in the build."""

from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.frozen import Frozen
from lectern.pipeline.base.geometry import Box
from lectern.pipeline.capture import recipes
from lectern.pipeline.capture.fault import BrowserDied, CaptureFault, StepFault, read_fault
from lectern.pipeline.capture.request import CaptureRequest, with_film_fields, without_film_fields
from lectern.pipeline.capture.take import CaptureTake, StepEvent, TextBox, VisibleText
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.model import Scene
from lectern.pipeline.episode.steps import Step, StepInFilm
from lectern.pipeline.jobs.queue import Queue
from lectern.pipeline.jobs.recipe import JobContext, Recipe, take_key
from lectern.pipeline.jobs.takes import TakeStore
from lectern.pipeline.jobs.worker import work

CLICK = Step(action="click", value="Save", line=9)
CAPTURE = Capture(
    id="c", kind="browser", line=4, hidden=(Step(action="open", line=6),), steps=(CLICK,), **{"finally": (CLICK,)}
)
SCENE = Scene(id="shop", title="Shop", line=1, captures=(CAPTURE,))
FAULT = StepFault("steps", 0, CLICK, "nothing is called Save:\nhidden[1] (open)", Path("/faults/click.png"))


def located(error: LecternError) -> str:
    return str(CaptureFault(error, "script.md", SCENE, CAPTURE))


class Nothing(Frozen):
    """A take that is never made."""


@pytest.mark.parametrize("error", [FAULT, BrowserDied.at(FAULT), BrowserDied("it has closed its connection")])
def test_a_fault_comes_out_of_the_queue_as_it_was_raised(tmp_path: Path, error: LecternError) -> None:
    def fail(request: Nothing, folder: Path, context: JobContext) -> Nothing:
        raise error

    recipe = Recipe(kind="capture", version=1, request=Nothing, result=Nothing, make=fail)
    with Queue(tmp_path / "jobs.sqlite") as queue:
        id = queue.add(recipe, Nothing()).id
        work(queue, TakeStore(tmp_path / "media"), {"capture": recipe}, tmp_path, stop=lambda: True)
        job = queue.job(id)
    read = read_fault(job.fault, job.error)
    assert (type(read), str(read), located(read)) == (type(error), str(error), located(error))
    assert getattr(read, "picture", None) == getattr(error, "picture", None)


@pytest.mark.parametrize(
    ("error", "line", "text"),
    [
        (FAULT, 9, "steps[1] (click Save): nothing is called Save:"),
        (BrowserDied.at(FAULT), 9, "steps[1] (click Save): nothing"),
        (StepFault("hidden", 0, CAPTURE.hidden[0], "it answers 404"), 6, "hidden[1] (open): it answers 404"),
        (StepFault("finally", 0, CLICK, "it is gone"), 9, "finally[1] (click Save): it is gone"),
        (StepFault("url", 0, Step(action="open", value="http://a/"), "it answers 404"), 4, "url (open http://a/): it"),
        (LecternError("steps[1] is only what this message begins with"), 4, "steps[1] is only"),
    ],
)
def test_a_fault_is_told_at_the_line_of_its_step_or_of_its_capture(error: LecternError, line: int, text: str) -> None:
    assert located(error).startswith(f'script.md:{line}: scene "shop": {text}')


def test_what_the_film_makes_of_a_step_is_no_part_of_the_recording_and_is_put_back_on_its_take() -> None:
    said = {"at": "now", "until": "then", "zoom": 2.0, "spotlight": True, "hold": 2.0, "badge": False, "line": 7}
    assert said.keys() == StepInFilm.model_fields.keys()
    bare, filmed = Step(action="click", value="Save"), Step(action="click", value="Save", **said)
    assert without_film_fields((filmed,)) == (bare,)
    event = StepEvent(index=0, action="click", start=0.0, effect=0.1, end=0.2)
    take = CaptureTake(kind="browser", size=(8, 8), pictures="p", times=(0.0,), duration=1.0, events=(event,))
    shown = with_film_fields(take, Capture(id="c", kind="browser", steps=(filmed,))).events[0]
    assert shown == StepEvent(index=0, action="click", start=0.0, effect=0.1, end=0.2, **said)


def test_the_key_of_a_recording_stays_what_it_was_when_films_were_made_with_it() -> None:
    request = CaptureRequest(kind="browser", size=(640, 360), url="http://x/", steps=without_film_fields((CLICK,)))
    assert take_key(recipes.CAPTURE, request) == "753747ddd4d86cd80b75"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/tmp/lectern-1a2b3c4d/home/lab", "(/tmp/lectern-1a2b3c4d), in which"),
        ('  File "/tmp/lectern-1a2b3c4d-2/home/a.py", line 3', "(/tmp/lectern-1a2b3c4d-2), in which"),
        ("/home/me/lab", ""),
        ("git clone https://example.org/lectern-guide", ""),
    ],
)
def test_a_path_of_lecterns_own_that_a_viewer_reads_is_told_with_the_way_out(said: str, told: str) -> None:
    text = (VisibleText(time=0.0, boxes=(TextBox(text=said, box=Box(x=0, y=0, w=1, h=0.1)),)),)
    take = CaptureTake(
        kind="terminal", size=(640, 360), pictures="p.mov", times=(0.0,), duration=1.0, events=(), text=text
    )
    notes = recipes.place_notes(take)
    assert (told in notes[0] and "environment: {sandbox: true}" in notes[0]) if told else notes == ()
