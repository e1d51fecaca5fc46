"""New lines are listened to: what a seeded voice has garbled is spoken once more, and the better take is the film's."""

import time
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import BaseModel

from lectern.pipeline.base import audio
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.build import hear_voices
from lectern.pipeline.build.build import open_build
from lectern.pipeline.build.hear_voices import better_voices, hearing_ahead
from lectern.pipeline.build.record_takes import record_takes
from lectern.pipeline.cli.main import main
from lectern.pipeline.episode.model import Episode, Line, Scene, Word
from lectern.pipeline.jobs.take_file import CARD
from lectern.pipeline.services.registry import Registry
from lectern.pipeline.services.usage import Usage
from lectern.pipeline.services.voice import SpokenWord, VoiceProvider, VoiceRequest, VoiceTake
from lectern.pipeline.studio import build as studio_build
from lectern.pipeline.voice.whisper_process import (
    EAR,
    RATE,
    HeardCuts,
    HeardWord,
    ear_installed,
    ear_samples,
    whisper_process,
)

TEXTS = ("Every test halves the search.", "Six of them are certainly enough.")
PACE = 0.4


class Seeded(BaseModel):
    seed: int = 0


class Voice(VoiceProvider[Seeded]):
    name, settings, local = "seeded", Seeded, True

    def speak(self, context, settings, request, folder):
        raise AssertionError("the takes of these tests are there already")


class Paid(Voice):
    name = "paid"

    def cost(self, settings, request):
        return Usage(service="paid", price=1.0, currency="USD")


class Plain(Voice):
    name, settings = "plain", BaseModel


class Ear:
    """Hears the words of each take as its key says; whoever listens at 1 s of the sound hears the line that is there."""

    def __init__(self, said: dict[str, str]) -> None:
        self.said, self.times = said, 0

    def transcribe(self, sound, language, *, prompt="", beam=5, cuts=None):
        self.times += 1
        return HeardCuts("en", 1.0, tuple(self._words(sound[a:b]) for a, b in cuts or [(0, len(sound))]))

    def _words(self, sound):
        found, at = [], 0
        level = np.abs(sound)
        for number, text in enumerate(self.said.values()):
            here = np.flatnonzero(np.abs(level - 0.1 * (number + 1)) < 0.02)  # each take is as loud as its number says
            if len(here) > RATE / 4:
                at = here[0] / RATE
                found += [
                    HeardWord(word=f" {word}", start=at + i * PACE, end=at + (i + 1) * PACE, sure=0.9)
                    for i, word in enumerate(text.split())
                ]
        return tuple(sorted(found, key=lambda word: word.start))

    def score(self, sound, language, text):
        return tuple((f" {word}", 0.001) for word in text.split())


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Asks for takes that say something, in the order of their keys: first those of the lines, then the second tries."""
    monkeypatch.setenv("LECTERN_STATE_HOME", str(tmp_path / "state"))

    def made(*said: str, provider: str = "seeded", settings: tuple = (), ahead: bool = False, failing: bool = False):
        ear = Ear({f"take{n}": text for n, text in enumerate(said)})
        lines = [
            Line(
                id=f"line-{n}",
                speaker="ada",
                line=10 + n,
                words=tuple(Word(written=w, spoken=w, line=10) for w in text.split()),
            )
            for n, text in enumerate(TEXTS)
        ]
        scene = Scene(id="a", title="A", line=1, lines=tuple(lines))
        registry = Registry()
        for one in (Voice(), Paid(), Plain()):
            registry.add(one)
        notes, wanted = [], []
        build = SimpleNamespace(
            scenes=(scene,),
            paths=EpisodePaths(folder=tmp_path / "episode"),
            providers=SimpleNamespace(registry=registry),
            scheduler=SimpleNamespace(make=lambda: None, note=notes.append),
            episode=SimpleNamespace(language="en"),
        )
        requests = {
            line.id: VoiceRequest(
                provider=provider, voice="", settings=settings, words=tuple(w.spoken for w in line.words)
            )
            for line in lines
        }

        def again(scene, line, request):
            wanted.append(dict(request.settings))
            return handle(tmp_path, len(lines) + len(wanted) - 1, len(line.words))

        voices = {line.id: handle(tmp_path, n, len(line.words)) for n, line in enumerate(lines)}
        if ahead:
            with hearing_ahead(build, voices, requests, ear):
                if failing:
                    raise LecternError("no browser")
                for one in voices.values():
                    (one.folder / CARD).touch()
                while not ear.times:
                    time.sleep(0.01)
        times = ear.times
        kept, told = better_voices(build, voices, requests, again, ear)
        return SimpleNamespace(
            keys=[kept[line.id].key for line in lines],
            told=told,
            wanted=wanted,
            ear=ear,
            notes=notes,
            heard_ahead=times,
        )

    return made


def handle(folder: Path, number: int, words: int) -> SimpleNamespace:
    """A take that is a square wave of a certain level, by which the ear of these tests knows it."""
    place = folder / f"take{number}"
    place.mkdir(exist_ok=True)
    wave = np.sign(np.sin(np.arange(round(words * PACE * audio.RATE)) * 2 * np.pi * 50 / audio.RATE) + 1e-9)
    audio.write(place / "voice.wav", (0.1 * (number + 1) * wave).astype(np.float32)[:, None])
    spoken = tuple(SpokenWord(index=i, start=i * PACE, end=(i + 1) * PACE) for i in range(words))
    take = VoiceTake(audio="voice.wav", duration=words * PACE, words=spoken, phonemes=(), tier="service")
    return SimpleNamespace(key=f"take{number}", folder=place, take=take)


def test_lines_that_are_understood_stay(film) -> None:
    found = film(*TEXTS)
    assert (found.keys, found.told, found.wanted) == (["take0", "take1"], (), [])


def test_a_garbled_line_is_spoken_once_more_with_another_seed_and_the_better_take_kept(film) -> None:
    found = film(TEXTS[0], "Six of them are bananas.", TEXTS[1])
    assert found.wanted == [{"seed": "1"}]
    assert found.keys == ["take0", "take2"]
    assert found.told == (
        'script.md:11: "certainly enough." was not heard as it is written; ada said the line once more, and the second take is '
        "better and in the film",
    )


def test_a_second_take_that_is_no_better_is_not_used_and_that_is_said(film) -> None:
    found = film(TEXTS[0], "Six of them are bananas.", "Six of them are bananas.")
    assert found.keys == ["take0", "take1"]
    assert found.told[0].endswith("the first one was no worse and stayed (neither is right)")


def test_what_was_heard_once_is_not_listened_to_again(film) -> None:
    film(TEXTS[0], "Six of them are bananas.", TEXTS[1])
    again = film(TEXTS[0], "Six of them are bananas.", TEXTS[1])
    assert (again.keys, again.ear.times) == (["take0", "take2"], 0)


@pytest.mark.parametrize(
    ("provider", "settings"),
    [("paid", ()), ("plain", ()), ("seeded", (("seed", "7"),))],
    ids=["paid", "no seed", "own seed"],
)
def test_a_voice_that_charges_or_has_no_other_seed_is_not_asked_again(film, provider: str, settings: tuple) -> None:
    found = film(TEXTS[0], "Six of them are bananas.", provider=provider, settings=settings)
    assert (found.keys, found.wanted, found.ear.times) == (["take0", "take1"], [], 0)


def test_lines_are_listened_to_while_something_else_is_recorded_and_not_again_then(film) -> None:
    found = film(*TEXTS, ahead=True)
    assert (found.keys, found.told, found.ear.times) == (["take0", "take1"], (), 1)
    assert found.heard_ahead == 1


def test_a_build_that_fails_does_not_wait_for_lines_that_are_never_spoken(film) -> None:
    with pytest.raises(LecternError, match="no browser"):
        film(*TEXTS, ahead=True, failing=True)


def test_an_ear_that_fails_stops_no_build_and_is_told(film, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_, **__):
        raise LecternError("it hung")

    monkeypatch.setattr(hear_voices, "hear_film", fails)
    found = film(*TEXTS)
    assert (found.keys, found.notes) == (["take0", "take1"], ["The lines could not be listened to: it hung"])


MUMBLER = '''
"""A neural voice that garbles two words, unless it is asked with another seed."""

from lectern.pipeline.providers.voices.hibari import Hibari
from lectern.pipeline.voice.neural_line import NeuralVoice, speak_neural_line


class Mumbler(Hibari):
    """Mumbles."""

    name = "mumbler"

    def missing(self):
        """Return nothing: hibari is there."""
        return ""

    def speak(self, context, settings, request, folder):
        """Speak by hibari, the first time with two wrong words."""
        said = list(request.words)
        if not settings.seed:
            said[3:5] = "banana", "umbrella"
        asked = request.model_copy(update={"words": tuple(said)})
        return speak_neural_line(NeuralVoice("hibari", "heart"), settings, asked, folder)


def providers(registry):
    """Lectern calls this to find out what the file offers."""
    registry.add(Mumbler())
'''


def test_what_was_said_once_more_is_shown_when_the_film_is_made(tmp_path: Path, monkeypatch, capsys) -> None:
    told = "script.md:11: ada said the line once more"
    opened = SimpleNamespace(
        paths=EpisodePaths(folder=tmp_path),
        scheduler=SimpleNamespace(made=1, reused=0),
        episode=Episode(title="", folder=tmp_path, scenes=(), characters=()),
    )
    monkeypatch.setattr(studio_build, "open_build", lambda folder, **_: nullcontext(opened))
    monkeypatch.setattr(studio_build, "export_film", lambda _: (SimpleNamespace(respoken=(told,), findings=()), True))
    monkeypatch.setattr(studio_build, "note_built", lambda *_: None)
    assert main(["build", str(tmp_path)]) == 0
    assert f"note: {told}" in capsys.readouterr().err


@pytest.mark.workers
def test_a_neural_voice_that_garbles_once_is_heard_by_the_own_ear_and_speaks_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(EAR)
    if not ear_installed():
        pytest.skip("the ear is not installed")
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    folder = tmp_path / "episode"
    for inner, name, text in (
        ("plugins", "mumbler.py", MUMBLER),
        (
            "characters",
            "vera.json",
            '{"name": "Vera", "portrait": "lectern:ada", "provider": "mumbler", "voice": "heart"}',
        ),
        (
            ".",
            "script.md",
            "---\nnarrator: vera\n---\n# One {#one}\n\nThe program prints many numbers on the screen.\n",
        ),
    ):
        (folder / inner).mkdir(parents=True, exist_ok=True)
        (folder / inner / name).write_text(text)
    with open_build(folder, trust=True) as build:
        recorded = record_takes(build)
    (told,) = recorded.respoken
    assert told.startswith('script.md:6: "many') and "vera said the line once more" in told
    assert told.endswith("the second take is better and in the film")
    (line,) = recorded.voices
    heard = whisper_process().transcribe(
        ear_samples(audio.to_mono(audio.read(folder / recorded.voice_file(line)))), "en"
    )
    assert "banana" not in "".join(word.word for word in heard.cuts[0])
