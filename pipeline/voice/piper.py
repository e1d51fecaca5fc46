"""Piper's HTTP server in its three shapes, which don't understand each other; which one it is, is found out once."""

import base64
import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from threading import Lock
from types import MappingProxyType
from typing import Any, Literal

from .. import audio
from ..errors import LecternError
from ..services.http import Answer, Http, Refused, Service
from ..services.listing import names_in
from ..services.usage import Tested
from ..services.voice import Lane, Phoneme, VoiceRequest
from ..services.voice_settings import PiperSettings
from .parts import Part
from .sound import decoded
from .speaking import Means, Said, ServiceVoice
from .words import Span

Shape = Literal["synthesize", "json", "plain"]
"""piper1-gpl 1.5 and later (``POST /synthesize``), piper1-gpl 1.3 and 1.4 (``POST /`` with JSON), and rhasspy/piper
(``POST /`` with text)."""

CALLED = {"synthesize": "piper1-gpl 1.5 or later", "json": "piper1-gpl 1.3 or 1.4", "plain": "rhasspy/piper"}

SEPARATORS = frozenset(" _^$")
"""What Piper's phonemes hold besides sounds: blanks between words, padding, start and end."""

MARKS = frozenset("ˈˌː̩̃.,;:!?…—–-'\"()")
DRIFT = 0.05
"""Seconds by which Piper's phonemes may differ from its sound: more, and they belong to something else."""


class Piper(ServiceVoice[PiperSettings]):
    """The provider. It asks one thing at a time, because the server tells the phonemes of its last synthesis alone."""

    most = 1000

    def __init__(
        self,
        name: str,
        settings: type[PiperSettings],
        http: Http,
        label: str,
        standing: Mapping[str, str] = MappingProxyType({}),
        means: Means = Means(),
    ) -> None:
        super().__init__(name, settings, http, label, standing, means)
        self._shapes: dict[str, Shape] = {}
        self._turn = Lock()

    def lane(self, request: VoiceRequest) -> Lane | None:
        """One line at a time, whoever asks."""
        return super().lane(request).model_copy(update={"most": 1})

    def ask(self, service: Service, settings: PiperSettings, request: VoiceRequest, part: Part) -> bytes:
        with self._turn:
            shape = self._shape(service)
            answer = self._synthesised(service, shape, _body(settings, request.voice, part.text), part.text)
            info = self._info(service) if shape == "synthesize" else None
        return json.dumps({"audio": base64.b64encode(answer.body).decode(), "kind": answer.kind, "info": info}).encode()

    def heard(self, service: Service, part: Part, kept: bytes) -> Said:
        answer = json.loads(kept)
        sent = Answer(body=base64.b64decode(answer["audio"]), kind=answer["kind"])
        sound = decoded(sent, service.name, len(part.text))
        last = (answer["info"] or {}).get("last") or {}
        if last.get("text") != part.text:
            return Said(sound)
        return _timed(part, sound, last.get("alignments") or [])

    def test(self, settings: PiperSettings) -> Tested:
        service = self.service(settings)
        try:
            shape = self._shape(service)
            voices = names_in(self.http.get(service, "/voices").json(service)) if shape != "plain" else ()
        except LecternError as error:
            return Tested(ok=False, what=str(error))
        return Tested(ok=True, what=f"{service.name} answers at {service.base} ({CALLED[shape]})", voices=voices)

    def _shape(self, service: Service) -> Shape:
        if service.base not in self._shapes:
            self._shapes[service.base] = _probed(self.http, service)
        return self._shapes[service.base]

    def _synthesised(self, service: Service, shape: Shape, body: dict[str, Any], text: str) -> Answer:
        try:
            if shape == "plain":
                return self.http.submit(service, "/", content=text.encode())
            return self.http.submit(service, "/synthesize" if shape == "synthesize" else "/", json=body)
        except Refused as error:
            self._shapes.pop(service.base, None)  # the server may be another one by now
            raise Refused(f'{error} (the voice is "{body.get("voice", "the default one")}")', error.status) from error

    def _info(self, service: Service) -> Any:
        """What the server tells about its last synthesis; nothing is lost if it doesn't."""
        try:
            return self.http.get(service, "/info").json(service)
        except LecternError:
            return None


def _probed(http: Http, service: Service) -> Shape:
    if isinstance(_read(http, service, "/info"), dict):
        return "synthesize"
    return "json" if isinstance(_read(http, service, "/voices"), dict) else "plain"


def _read(http: Http, service: Service, path: str) -> Any:
    """What is at `path`; None where there is nothing, or no JSON. A server that does not answer at all is an error."""
    try:
        return json.loads(http.get(service, path).body)
    except (Refused, ValueError):
        return None


def _body(settings: PiperSettings, voice: str, text: str) -> dict[str, Any]:
    names = ("speaker", "speaker_id", "length_scale", "noise_scale", "noise_w_scale")
    more = {"voice": voice or None, **{name: getattr(settings, name) for name in names}}
    return {"text": text, **{key: value for key, value in more.items() if value not in (None, "")}}


def _timed(part: Part, sound: Any, alignments: Sequence[Mapping[str, Any]]) -> Said:
    """The sound with the times that Piper told, where they are whole: a run of phonemes for each word."""
    phonemes = _placed(alignments)
    place = phonemes[-1][2] if phonemes else 0.0
    words = [list(run) for sounds, run in groupby(phonemes, key=lambda p: p[0] not in SEPARATORS) if sounds]
    sounding = [index for index, word in enumerate(part.words) if any(map(str.isalnum, word))]
    if not phonemes or abs(place - len(sound) / audio.RATE) > DRIFT or len(words) != len(sounding):
        return Said(sound)
    spans: list[Span | None] = [None] * len(part.words)
    for index, run in zip(sounding, words, strict=True):
        spans[index] = run[0][1], run[-1][2]
    heard = tuple(Phoneme(symbol=s, start=a, end=b) for run in words for s, a, b in run if s not in MARKS and b > a)
    return Said(sound, tuple(spans), heard)


def _placed(alignments: Sequence[Mapping[str, Any]]) -> list[tuple[str, float, float]]:
    """Phonemes with their starts and ends; none where the server tells them in another way."""
    placed, place = [], 0.0
    try:
        for entry in alignments:
            placed.append((str(entry["phoneme"]), place, place + float(entry["seconds"])))
            place += float(entry["seconds"])
    except (KeyError, TypeError, ValueError):
        return []
    return placed
