"""Voices as a build's worker processes make them: plug-ins, many at once, times that have to be written down."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from speech import as_json, base64_of, spans_of, wav

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.build.costs import CostDeclined
from lectern.pipeline.cli.main import main
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.studio.say import say
from lectern.pipeline.studio.voice import voice
from lectern.pipeline.trust.grants import NotTrusted, grant_trust
from lectern.pipeline.trust.permissions import permission_requests

pytestmark = pytest.mark.workers

NUMBERS = "one two three four five six".split()
TEXT = "This is line number one."
GUIDE = Path(__file__).parents[3] / "docs" / "plugins.md"
HUM = GUIDE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
"""The first example of the page about plug-ins, as it is there."""


@pytest.fixture(autouse=True)
def profile(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path_factory.mktemp("profile")))


def episode(folder: Path, lines: int, toml: str, more: str = "", **character: object) -> Path:
    (folder / "characters").mkdir()
    (folder / "characters" / "vera.json").write_text(
        json.dumps({"name": "Vera", "portrait": "lectern:ada", **character})
    )
    said = "\n\n".join(f"This is line number {number}.{more}" for number in NUMBERS[:lines])
    (folder / "script.md").write_text(f"---\nnarrator: vera\n---\n# One {{#one}}\n\n{said}\n")
    (folder / "lectern.toml").write_text(toml)
    return folder


def with_plugin(folder: Path, source: str = HUM) -> Path:
    (folder / "plugins").mkdir(exist_ok=True)
    (folder / "plugins" / "hum.py").write_text(source)
    return folder


def test_the_example_plugin_of_the_guide_speaks_once_it_is_trusted(tmp_path: Path) -> None:
    made = with_plugin(episode(tmp_path, 2, "[voice.hum]\npitch = 180\n", provider="hum"))
    with pytest.raises(NotTrusted, match="plug-in"):
        voice(made)
    lines = voice(made, trust=True)
    assert [s.provider for s in lines] == ["hum", "hum"] and all(s.seconds > 1 for s in lines)
    assert say("Hello.", tmp_path / "x.wav", character="vera", folder=made).seconds > 0.1


def test_a_changed_plugin_is_asked_about_and_makes_its_lines_anew(tmp_path: Path) -> None:
    made = with_plugin(episode(tmp_path, 1, "", provider="hum"))
    (first,) = voice(made, trust=True)
    with_plugin(made, HUM + "\n# better\n")
    with pytest.raises(NotTrusted):
        voice(made)
    (second,) = voice(made, trust=True)
    assert first.file != second.file


def test_a_plugin_that_fails_in_a_worker_is_named_with_its_line(tmp_path: Path) -> None:
    broken = HUM.replace("        samples, ", "        1 / 0\n        samples, ", 1)
    line = broken.splitlines().index("        1 / 0") + 1
    made = with_plugin(episode(tmp_path, 1, "", provider="hum"), broken)
    with pytest.raises(LecternError, match=rf"plugins/hum\.py:{line}: this plug-in failed \(ZeroDivisionError"):
        voice(made, trust=True)


def caption(text: str) -> bytes:
    times = [
        {"word": w, "start_time": s, "end_time": e} for w, (s, e) in zip(text.split(), spans_of(text), strict=True)
    ]
    return as_json({"audio": base64_of(wav(text)), "audio_format": "audio/wav", "timestamps": times})


class Busy:
    """A Kokoro that takes a while; how many it was asked at once at most."""

    def __init__(self, reply: Any) -> None:
        self._reply, self._lock, self.now, self.most = reply, threading.Lock(), 0, 0

    def __call__(self, asked: Any) -> Any:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.12)
        answer = self._reply(caption(asked.json()["input"]), kind="application/json")
        with self._lock:
            self.now -= 1
        return answer


@pytest.mark.parametrize(("parallel", "most"), [(1, 1), (2, 2)])
def test_a_service_is_asked_for_as_much_at_once_as_it_bears_by_all_processes_together(
    parallel: int, most: int, tmp_path: Path, server: Any, reply: Any
) -> None:
    busy = Busy(reply)
    server.on("POST", "/dev/captioned_speech", busy)
    toml = f'[film]\nprocesses = 2\n[voice.kokoro-server]\nbase_url = "{server.base}"\nparallel = {parallel}\n'
    long = " And so on and on, for as long as it takes." * 8  # more than is asked for in one part
    lines = voice(episode(tmp_path, 4, toml, long, provider="kokoro-server"), trust=True)
    assert (len(lines), server.count("POST"), busy.most) == (4, 8, most)
    assert {s.tier for s in lines} == {"service"}


LISTENER = '[transcription]\nbase_url = "{0}/heard"\n'


def test_times_that_nothing_else_finds_are_written_down_by_the_service_of_lectern_toml(
    tmp_path: Path, server: Any, reply: Any
) -> None:
    spoken = reply(wav(TEXT))
    server.on("POST", "/speech/audio/speech", spoken)
    words = [{"word": w, "start": s, "end": e} for w, (s, e) in zip(TEXT.split(), spans_of(TEXT), strict=True)]
    server.on(
        "POST", "/heard/audio/transcriptions", reply(as_json({"text": TEXT, "words": words}), kind="application/json")
    )
    toml = f'[voice.openai]\nbase_url = "{server.base}/speech"\nprice = 0\n'
    made = episode(tmp_path, 1, toml, provider="openai")
    (alone,) = voice(made, trust=True)
    (tmp_path / "lectern.toml").write_text(toml + LISTENER.format(server.base))
    assert any("is sent recordings whose words" in d.what for d in permission_requests(read_episode(made)))
    (written,) = voice(made, trust=True)
    assert (alone.tier, written.tier) == ("loudness", "transcription")
    assert alone.file != written.file and written.confidence > 0.9


def test_lines_that_were_sure_before_are_not_spoken_again_for_a_transcription(
    tmp_path: Path, server: Any, reply: Any
) -> None:
    server.on(
        "POST", "/dev/captioned_speech", lambda asked: reply(caption(asked.json()["input"]), kind="application/json")
    )
    toml = f'[voice.kokoro-server]\nbase_url = "{server.base}"\n'
    made = episode(tmp_path, 2, toml, provider="kokoro-server")
    alone = voice(made, trust=True)
    (tmp_path / "lectern.toml").write_text(toml + LISTENER.format(server.base))
    assert voice(made, trust=True) == alone and server.count("POST") == 2


def test_a_transcription_that_fails_is_a_finding_and_the_line_is_kept(
    tmp_path: Path, server: Any, reply: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST", "/speech/audio/speech", reply(wav(TEXT)))
    server.on(
        "POST", "/heard/audio/transcriptions", reply(b'{"error": "no such model"}', status=400, kind="application/json")
    )
    toml = f'[voice.openai]\nbase_url = "{server.base}/speech"\nprice = 0\n' + LISTENER.format(server.base)
    made = episode(tmp_path, 1, toml, provider="openai")
    assert main(["voice", str(made), "--trust"]) == 0
    said = capsys.readouterr()
    assert f"finding: {made}/script.md:6: Transcription refused this (400: no such model)" in said.err
    assert "loudness" in said.out


def test_a_voice_that_costs_is_said_only_after_a_yes(tmp_path: Path, server: Any, reply: Any) -> None:
    server.on(
        "POST", "/dev/captioned_speech", lambda asked: reply(caption(asked.json()["input"]), kind="application/json")
    )
    toml = f'[voice.kokoro-server]\nbase_url = "{server.base}"\nprice = 0.5\n'
    made, asked = episode(tmp_path, 1, toml, provider="kokoro-server"), []
    out, how = tmp_path / "x.wav", {"character": "vera", "folder": made, "trust": True}
    with pytest.raises(CostDeclined, match="Kokoro.*0.02 USD"):
        say("Hello there, all of you.", out, **how, agree=lambda costs: asked.append(costs))
    assert server.count("POST") == 0 and asked[0].asked[0].characters == 24
    assert say("Hello there, all of you.", out, **how, agree=lambda costs: True).seconds > 0.5


def test_a_line_that_a_service_fails_at_costs_the_others_nothing(tmp_path: Path, server: Any, reply: Any) -> None:
    failed: list[str] = []

    def answer(asked: Any) -> Any:
        said = asked.json()["input"]
        if "two" in said and not failed:
            failed.append(said)
            return reply(b"oops", status=500)
        return reply(caption(said), kind="application/json")

    server.on("POST", "/dev/captioned_speech", answer)
    made = episode(
        tmp_path, 3, f'[voice.kokoro-server]\nbase_url = "{server.base}"\nprice = 0.5\n', provider="kokoro-server"
    )
    asked: list[int] = []
    paid: dict[str, Any] = {"trust": True, "agree": lambda costs: not asked.append(costs.asked[0].requests)}
    with pytest.raises(
        LecternError, match=r'vera says "This is line number two\.": .*failed \(500: oops\); it was not sent again'
    ):
        voice(made, **paid)
    assert (server.count("POST"), len(voice(made, **paid)), server.count("POST"), asked) == (3, 3, 4, [3, 1])


def test_trust_in_the_whole_episode_holds_for_one_voice_of_it(tmp_path: Path, server: Any, reply: Any) -> None:
    server.on(
        "POST", "/dev/captioned_speech", lambda asked: reply(caption(asked.json()["input"]), kind="application/json")
    )
    made = episode(tmp_path, 1, f'[voice.kokoro-server]\nbase_url = "{server.base}"\n', provider="kokoro-server")
    script = (made / "script.md").read_text() + "\n```capture\nkind: terminal\nsteps:\n  - run: make\n```\n"
    (made / "script.md").write_text(script)
    with pytest.raises(NotTrusted) as refused:
        say("Hello.", tmp_path / "x.wav", character="vera", folder=made)
    assert "make" not in str(refused.value) and "is sent what Vera says" in str(refused.value)
    grant_trust(permission_requests(read_episode(made)), made)
    assert say("Hello.", tmp_path / "x.wav", character="vera", folder=made).seconds > 0.1
