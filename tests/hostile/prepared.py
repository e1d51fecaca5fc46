"""What an attempt prepares in an episode's folder as if Lectern had made it there: git ignores those folders, so it is made here."""

import json
from collections.abc import Callable
from pathlib import Path

from lectern.pipeline.base.files import digest
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.changes.contents import CONTENTS, FOLDER
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.jobs.queue import Queue
from lectern.pipeline.jobs.recipe import take_key
from lectern.pipeline.providers.episode_providers import Providers
from lectern.pipeline.timeline.model import MovieStrip, SceneSpan, Timeline, Track
from lectern.pipeline.voice.line_request import line_requests
from lectern.pipeline.voice.recipe import voice_recipe


def prepare(path: Path, what: str, **more: str) -> None:
    """Prepare `what` in the episode at `path`."""
    _PREPARED[what](path, **more)


def _queue(path: Path) -> None:
    """Put a queue with a waiting job into the episode: a terminal that runs a command."""
    step = Step(action="run", value=f"touch {path.parent / 'outside' / 'ran'}", line=1)
    (path / ".lectern").mkdir(exist_ok=True)
    with Queue(path / ".lectern" / "lectern.sqlite") as queue:
        request = CaptureRequest(kind="terminal", size=(640, 360), steps=(step,))
        queue.add(CAPTURE, request, label="background", lane="screen", priority=100)


def _take(path: Path, audio: str) -> None:
    """Put a take of the only line's voice into the episode, whose sound is the file `audio`."""
    episode = read_episode(path)
    registry = Providers(episode.settings, ()).registry
    (request,) = line_requests(registry, episode, episode.scenes).values()
    folder = path / "media/voice" / take_key(voice_recipe(registry), request)
    folder.mkdir(parents=True)
    words = [{"index": n, "start": 0.1 * n, "end": 0.1 * n + 0.1} for n in range(len(request.words))]
    result = {"audio": audio, "duration": 1.0, "words": words, "phonemes": [], "tier": "service"}
    (folder / "take.json").write_text(json.dumps({"result": result, "files": {audio: {"size": 1, "hash": "0" * 64}}}))


def _report(path: Path) -> None:
    """Say in a report that a film of one byte is what was built."""
    (path / "renders").mkdir()
    (path / "renders/film.mp4").write_bytes(b"x")
    report = {
        "title": "Attempt", "fingerprint": "0" * 64, "film": digest(b"x"), "duration": 1.0, "frames": 30, "fps": 30,
        "size": [1920, 1080], "loudness": -14.0, "true_peak": -1.0, "narrator_share": 1.0, "smallest_narrator": 0.5,
        "synthetic": [], "scenes": [], "hidden": [], "findings": [], "noticed": [],
        "expected": {"frames": 30, "fps": 30, "size": [1920, 1080], "loudness": -14.0, "true_peak": -1.0},
    }  # fmt: skip
    (path / "renders/report.json").write_text(json.dumps(report))


def _timeline(path: Path, source: str) -> None:
    """Leave a timeline that shows the file `source`."""
    strip = MovieStrip(id="one/x/0", scene="one", name="x", track="Picture A", start=0, end=30, source=source)
    made = Timeline(
        title="Attempt",
        fps=30,
        size=(1920, 1080),
        frames=30,
        tracks=(Track(name="Picture A", channel=1),),
        scenes=(SceneSpan(id="one", title="One", start=0, end=30),),
        strips=(strip,),
    )
    (path / "renders").mkdir()
    (path / "renders/timeline.json").write_text(made.model_dump_json())


def _change(path: Path, file: str, text: str = "changed\n", history: str = "proposed") -> None:
    """Leave a proposed change after which `file` reads `text`, with a trail ("" for none)."""
    here = path / file
    before = here.read_bytes() if here.is_file() and here.resolve().is_relative_to(path) else None
    for content in (before, text.encode()):
        _content(path, content)
    change = {
        "id": "abcdef12", "who": "a model", "why": "because", "state": "proposed",
        "files": [{"file": file, "before": before and digest(before), "after": digest(text), "diff": f"+++ b/{file}\n+{text}"}],
        "history": [{"what": "proposed", "who": "a model", "when": 1.0}] if history else [],
    }  # fmt: skip
    (path / FOLDER / "abcdef12.json").write_text(json.dumps(change))


def _journal(path: Path, file: str) -> None:
    """Leave the journal of a change that was interrupted before it wrote `file`, where one would lie in an episode."""
    _content(path, b"changed\n")
    written = [{"file": file, "before": None, "after": digest("changed\n")}]
    event = {"what": "applied", "who": "Mia", "when": 2.0, "written": written}
    (path / FOLDER / "journal").write_text(json.dumps({"change": "abcdef12", "event": event}))


def _content(path: Path, content: bytes | None) -> None:
    (path / CONTENTS).mkdir(parents=True, exist_ok=True)
    if content is not None:
        (path / CONTENTS / digest(content)).write_bytes(content)


_PREPARED: dict[str, Callable[..., None]] = {
    "queue": _queue, "take": _take, "report": _report, "timeline": _timeline, "change": _change, "journal": _journal,
}  # fmt: skip
