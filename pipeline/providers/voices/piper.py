"""Piper's HTTP server in its three versions, each with a protocol of its own, which is found out once."""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from threading import Lock
from typing import Any, Literal

from pydantic import Field

from ...base import audio
from ...base.clock import Span
from ...base.errors import LecternError
from ...services.connection_test import voice_names_in
from ...services.http import HttpClient, HttpResponse, HttpStatusError, Service
from ...services.provider import Lane
from ...services.registry import Registry
from ...services.usage import ConnectionTest
from ...services.voice import Phoneme, VoiceServiceSettings
from ...voice.espeak import primary_language
from ...voice.parts import Part
from ...voice.service_voice import ServiceCall, ServiceVoice, SynthesizedPart
from ...voice.sound import decoded

PiperProtocol = Literal["synthesize", "json", "plain"]
"""piper1-gpl 1.5 and later (``POST /synthesize``), piper1-gpl 1.3 and 1.4 (``POST /`` with JSON), and rhasspy/piper
(``POST /`` with text)."""

CALLED = {"synthesize": "piper1-gpl 1.5 or later", "json": "piper1-gpl 1.3 or 1.4", "plain": "rhasspy/piper"}

SEPARATORS = frozenset(" _^$")
"""What Piper's phonemes hold besides sounds: blanks between words, padding, start and end."""

MARKS = frozenset("ˈˌː̩̃.,;:!?…—–-'\"()")
DRIFT = 0.05
"""Seconds by which Piper's phonemes may differ from its sound: more, and they belong to something else."""


class PiperSettings(VoiceServiceSettings):
    """A Piper server."""

    base_url: str = "http://localhost:5000"
    speaker: str = Field("", description="A speaker of a voice that has several, by name")
    speaker_id: int | None = Field(None, ge=0, description="The same, by number")
    length_scale: float | None = Field(None, gt=0, le=10, description="How slow it speaks (1: as it was trained)")
    noise_scale: float | None = Field(None, ge=0, le=2, description="How lively it speaks")
    noise_w_scale: float | None = Field(None, ge=0, le=2, description="How much the lengths of sounds vary")
    price: float | None = Field(0.0, ge=0, description="What 1000 characters cost")


class Piper(ServiceVoice[PiperSettings]):
    """The provider. It asks one thing at a time, because the server tells the phonemes of its last synthesis alone."""

    name, label, settings = "piper", "Piper", PiperSettings
    most = 1000

    def __init__(self) -> None:
        self._protocols: dict[str, PiperProtocol] = {}
        self._turn = Lock()

    def language_fault(self, settings: PiperSettings, voice: str, language: str, text: str) -> str:
        """Return what language the voice speaks, as its name (``de_DE-thorsten-medium``) says, if it is another one."""
        named = re.match(r"([a-z]{2,3})_[A-Z]{2}-", voice)
        if not named or named[1] == primary_language(language):
            return ""
        return f'the voice "{voice}" speaks {named[1]}, and the film\'s language is {language}: choose one of that language'

    def at_speed(self, settings: Mapping[str, str], voice: str, speed: float) -> Mapping[str, str]:
        """Return the settings with another scale of lengths."""
        usual = self.settings_from(settings).length_scale or 1.0
        return {**settings, "length_scale": f"{usual / speed:.4g}"}

    def lane(self, settings: PiperSettings) -> Lane | None:
        """Return a lane for one line at a time, whoever asks."""
        lane = super().lane(settings)
        return lane and lane.model_copy(update={"most": 1})

    def ask(self, call: ServiceCall[PiperSettings], part: Part) -> bytes:
        """Ask for the sound of a part, and then for its phonemes."""
        with self._turn:
            protocol = self._protocol(call.http, call.service)
            answer = self._synthesised(call, protocol, _body(call.settings, call.request.voice, part.text), part.text)
            info = _info(call.http, call.service) if protocol == "synthesize" else None
        return json.dumps({"audio": base64.b64encode(answer.body).decode(), "kind": answer.kind, "info": info}).encode()

    def heard(self, service: Service, part: Part, kept: bytes) -> SynthesizedPart:
        """Return the sound, with the times of the phonemes if the server told those of this part."""
        answer = json.loads(kept)
        sent = HttpResponse(body=base64.b64decode(answer["audio"]), kind=answer["kind"])
        sound = decoded(sent, service.name, len(part.text))
        last = (answer["info"] or {}).get("last") or {}
        if last.get("text") != part.text:
            return SynthesizedPart(sound)
        return _timed(part, sound, last.get("alignments") or [])

    def test(self, settings: PiperSettings, http: HttpClient) -> ConnectionTest:
        """Find out which of the three servers it is; two of them list their voices."""
        service = self.service(settings)
        try:
            protocol = self._protocol(http, service)
            voices = voice_names_in(http.get(service, "/voices").json(service)) if protocol != "plain" else ()
        except LecternError as error:
            return ConnectionTest(ok=False, what=str(error))
        return ConnectionTest(
            ok=True, what=f"{service.name} answers at {service.base} ({CALLED[protocol]})", voices=voices
        )

    def _protocol(self, http: HttpClient, service: Service) -> PiperProtocol:
        if service.base not in self._protocols:
            self._protocols[service.base] = _probed(http, service)
        return self._protocols[service.base]

    def _synthesised(
        self, call: ServiceCall[PiperSettings], protocol: PiperProtocol, body: dict[str, Any], text: str
    ) -> HttpResponse:
        try:
            if protocol == "plain":
                return call.http.submit(call.service, "/", content=text.encode())
            return call.http.submit(call.service, "/synthesize" if protocol == "synthesize" else "/", json=body)
        except HttpStatusError as error:
            self._protocols.pop(call.service.base, None)  # the server may be another one by now
            raise HttpStatusError(
                f'{error} (the voice is "{body.get("voice", "the default one")}")', error.status
            ) from error


def _info(http: HttpClient, service: Service) -> Any:
    """Return what the server tells about its last synthesis; nothing is lost if it doesn't."""
    try:
        return http.get(service, "/info").json(service)
    except LecternError:
        return None


def _probed(http: HttpClient, service: Service) -> PiperProtocol:
    if isinstance(_read(http, service, "/info"), dict):
        return "synthesize"
    return "json" if isinstance(_read(http, service, "/voices"), dict) else "plain"


def _read(http: HttpClient, service: Service, path: str) -> Any:
    """Return what is at `path`; None where there is nothing, or no JSON. A server that does not answer at all is an error."""
    try:
        return json.loads(http.get(service, path).body)
    except (HttpStatusError, ValueError):
        return None


def _body(settings: PiperSettings, voice: str, text: str) -> dict[str, Any]:
    names = ("speaker", "speaker_id", "length_scale", "noise_scale", "noise_w_scale")
    more = {"voice": voice or None, **{name: getattr(settings, name) for name in names}}
    return {"text": text, **{key: value for key, value in more.items() if value not in (None, "")}}


def _timed(part: Part, sound: Any, alignments: Sequence[Mapping[str, Any]]) -> SynthesizedPart:
    """Return the sound with the times that Piper told, where they are whole: a run of phonemes for each word."""
    phonemes = _phoneme_spans(alignments)
    place = phonemes[-1][2] if phonemes else 0.0
    words = [list(run) for sounds, run in groupby(phonemes, key=lambda p: p[0] not in SEPARATORS) if sounds]
    sounding = [index for index, word in enumerate(part.words) if any(map(str.isalnum, word))]
    if not phonemes or abs(place - len(sound) / audio.RATE) > DRIFT or len(words) != len(sounding):
        return SynthesizedPart(sound)
    spans: list[Span | None] = [None] * len(part.words)
    for index, run in zip(sounding, words, strict=True):
        spans[index] = run[0][1], run[-1][2]
    heard = tuple(Phoneme(symbol=s, start=a, end=b) for run in words for s, a, b in run if s not in MARKS and b > a)
    return SynthesizedPart(sound, tuple(spans), heard)


def _phoneme_spans(alignments: Sequence[Mapping[str, Any]]) -> list[tuple[str, float, float]]:
    """Return phonemes with their starts and ends; none where the server tells them in another way."""
    placed, place = [], 0.0
    try:
        for entry in alignments:
            placed.append((str(entry["phoneme"]), place, place + float(entry["seconds"])))
            place += float(entry["seconds"])
    except (KeyError, TypeError, ValueError):
        return []
    return placed


def providers(registry: Registry) -> None:
    """Add the voice."""
    registry.add(Piper())
