"""Piper's three servers: each is found out once, and spoken to as it wants."""

from typing import Any

import numpy as np
import pytest
from speech import GAP, QUIET, WORD, as_json, ask, bursts, wav

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.voice import VoiceProvider

TEXT = "Hello — you there."
HTML = b"<title>Piper</title>"


class PretendedPiper:
    """A server of one of the three protocols; the newest remembers what it said last."""

    def __init__(self, server: Any, reply: Any, protocol: str) -> None:
        self.last: dict[str, Any] | None = None
        self.reply = reply
        not_found = reply(b"<h1>Not Found</h1>", 404, "text/html")
        server.on("POST", "/", self.plain if protocol == "plain" else self.speak if protocol == "json" else not_found)
        server.on("POST", "/synthesize", self.speak if protocol == "synthesize" else not_found)
        server.on("GET", "/info", self.info if protocol == "synthesize" else not_found)
        server.on(
            "GET",
            "/voices",
            not_found if protocol == "plain" else reply(as_json({"en_US-lessac-medium": {}, "de": {}})),
        )
        server.on("GET", "/", reply(HTML, kind="text/html"))

    def plain(self, asked: Any) -> Any:
        return self.reply(wav(asked.body.decode(), 22050), kind="text/html")

    def speak(self, asked: Any) -> Any:
        text = asked.json()["text"]
        self.last = {"text": text, "synthesize_seconds": 0.1, "phonemes": [], "alignments": phonemes(text)}
        return self.reply(wav(text, 22050), kind="text/html")

    def info(self, asked: Any) -> Any:
        return self.reply(as_json({"voice": {"name": "x", "language": "en", "num_speakers": 1}, "last": self.last}))


def phonemes(text: str) -> list[dict[str, Any]]:
    """Two sounds a word, as long as the tones; a word that says nothing has none, and its tone is one of silence."""
    told = [{"phoneme": "^", "seconds": QUIET}]
    for word in text.split():
        sounds = [{"phoneme": p, "seconds": WORD / 2} for p in "hə"] if word.strip("—") else []
        told += [*sounds, {"phoneme": " ", "seconds": GAP if sounds else WORD + GAP}]
    return [*told[:-1], {"phoneme": "$", "seconds": QUIET}]


@pytest.fixture
def piper(studio: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(studio.registry.find(VoiceProvider, "piper"), "_protocols", {})  # it has met no server yet
    studio.sections["piper"] = {"base_url": studio.base}
    return studio


@pytest.mark.parametrize(
    ("protocol", "path", "probes"), [("synthesize", "/synthesize", 1), ("json", "/", 2), ("plain", "/", 2)]
)
def test_each_protocol_is_found_out_once_and_spoken_to(
    piper: Any, aligning: Any, server: Any, reply: Any, protocol: str, path: str, probes: int
) -> None:
    PretendedPiper(server, reply, protocol)
    for _ in range(2):
        take, _ = piper.speak(ask(TEXT, "piper", voice="de", settings={"length_scale": "1.2"}))
        assert len(take.words) == 4
    posts = [asked for asked in server.asked if asked.method == "POST"]
    assert [asked.path for asked in posts] == [path, path]
    gets = [asked.path for asked in server.asked if asked.method == "GET"]
    assert gets[:probes] == ["/info", "/voices"][:probes] and len(gets) == probes + 2 * (protocol == "synthesize")
    sent = posts[0].body.decode() if protocol == "plain" else posts[0].json()
    assert sent == (TEXT if protocol == "plain" else {"text": TEXT, "voice": "de", "length_scale": 1.2})


def test_the_newest_tells_the_times_of_its_phonemes(piper: Any, server: Any, reply: Any) -> None:
    PretendedPiper(server, reply, "synthesize")
    take, samples = piper.speak(ask(TEXT, "piper"))
    assert take.tier == "service"
    heard = [
        span for i, span in enumerate(bursts(samples)) if i != 1
    ]  # the dash is a tone, too, in this pretended voice
    assert np.allclose([(w.start, w.end) for i, w in enumerate(take.words) if i != 1], heard, atol=0.01)
    assert [p.symbol for p in take.phonemes] == ["h", "ə"] * 3


@pytest.mark.parametrize(
    "last", [None, {"text": "something else", "alignments": phonemes(TEXT)}, {"text": TEXT, "alignments": []}]
)
def test_what_it_said_to_somebody_else_is_not_believed(
    piper: Any, aligning: Any, server: Any, reply: Any, last: Any
) -> None:
    PretendedPiper(server, reply, "synthesize")
    server.on("GET", "/info", reply(as_json({"voice": {}, "last": last})))
    assert piper.speak(ask(TEXT, "piper"))[0].tier == "alignment"


def test_it_is_tested_without_speaking(piper: Any, server: Any, reply: Any) -> None:
    PretendedPiper(server, reply, "json")
    found = piper.test("piper")
    assert found.ok and "piper1-gpl 1.3 or 1.4" in found.what and found.voices == ("en_US-lessac-medium", "de")
    assert server.count("POST") == 0


def test_a_server_that_is_not_there_is_told(studio: Any) -> None:
    studio.sections["piper"] = {"base_url": "http://127.0.0.1:9"}
    with pytest.raises(LecternError, match="Piper can't be reached at http://127.0.0.1:9"):
        studio.speak(ask(TEXT, "piper"))
    assert "can't be reached" in studio.test("piper").what
