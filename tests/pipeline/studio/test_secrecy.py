"""Secrets on a film's screens: told, blurred, or a reason to stop, as lectern.toml says; and those a script gives away."""

from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.geometry import Box
from lectern.pipeline.capture.take import CaptureTake, TextBox, VisibleText
from lectern.pipeline.episode.capture_block import Capture, Environment
from lectern.pipeline.episode.model import Episode, Scene
from lectern.pipeline.episode.settings import CaptureSettings, Settings
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.trust.secret_scan import redact_secrets, refuse_secrets, secret_findings, typed_findings

KEY = "ghp_" + "a1B2c3D4e5F6" * 3


def episode(secrets: str, *steps: Step, environment: Environment = Environment()) -> Episode:
    capture = Capture(id="c", kind="terminal", steps=steps, environment=environment, line=7)
    return Episode(
        folder=Path("/e"), title="T", narrator="ada", scenes=(Scene(id="a", title="A", line=1, captures=(capture,)),),
        characters=(), settings=Settings(capture=CaptureSettings(secrets=secrets)),
    )  # fmt: skip


TAKE = CaptureTake(
    kind="terminal", size=(100, 50), pictures="p", times=(0.0,), duration=3.0, events=(),
    text=(VisibleText(time=1.5, boxes=(TextBox(text=KEY, box=Box(x=0.1, y=0.5, w=0.5, h=0.1)),)),),
)  # fmt: skip


def test_a_secret_on_the_screen_is_a_finding_with_scene_time_and_way_out() -> None:
    (said,) = map(str, secret_findings(episode("report"), {"c": TAKE}))
    assert said.startswith(
        'script.md:7: scene "a", 1.5 s into the recording: the screen shows what looks like a GitHub token, ghp_… (40'
    )
    assert KEY not in said
    assert redact_secrets(episode("report"), TAKE) == TAKE
    refuse_secrets(episode("report"), {"c": TAKE})


def test_blur_hides_it_and_says_nothing() -> None:
    hidden = redact_secrets(episode("blur"), TAKE)
    assert [(r.time, len(r.boxes)) for r in hidden.blurred] == [(1.5, 1)]
    assert secret_findings(episode("blur"), {"c": hidden}) == ()


def test_stop_makes_no_film() -> None:
    with pytest.raises(LecternError, match='ghp_… .*\n.*secrets = "stop"'):
        refuse_secrets(episode("stop"), {"c": TAKE})
    refuse_secrets(episode("stop"), {"c": TAKE.model_copy(update={"text": ()})})


def test_a_secret_that_the_script_writes_is_told_before_anything_is_recorded() -> None:
    typed = Step(action="type", value=f"export TOKEN={KEY}", line=9)
    wrong = episode("report", typed, environment=Environment(env=(("API_KEY", "q8w7e6r5t4"), ("LANG", "C"))))
    said = tuple(map(str, typed_findings(wrong.scenes)))
    assert [line.split(":")[1] for line in said] == ["9", "7"]
    assert "{secret: NAME}" in said[0]
    assert "API_KEY looks like a secret" in said[1]
    assert typed_findings(episode("report", Step(action="type", value="mail mia@lamps.de", line=9)).scenes) == ()
