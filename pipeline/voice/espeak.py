"""The voice eSpeak NG: works out of the box, from its wheel, with exact times of words and phonemes."""

import os
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ..base import audio
from ..base.arrays import Samples
from ..base.errors import LecternError
from ..episode.spoken.phonetic import in_espeak_letters
from ..services.voice import Phoneme, SpokenWord, VoiceRequest, VoiceTake
from .espeak_process import espeak_process
from .utterances import EngineOutput, EspeakRecording, Utterance, join_utterances, split_at_rests, with_emphasis
from .words import spoken_words

RECORDING = "voice.wav"
IN_BLENDER = "in Blender: install the extension again"

TREATMENT: tuple[audio.Filter, ...] = (
    ("aresample", str(audio.RATE)),
    ("highpass", "f=85"),
    ("equalizer", "f=180:t=q:w=1:g=2.5"),
    ("equalizer", "f=3200:t=q:w=1.2:g=-2"),
    ("deesser", "i=0.3"),
    ("acompressor", "threshold=-22dB:ratio=3:attack=6:release=120:makeup=4dB"),
    ("aecho", "0.9:0.5:11|19|27:0.10|0.07|0.05"),
)
"""Filters that soften the synthesis and put it into a small room. They add no delay, so times stay valid."""


class EspeakSettings(BaseModel):
    """How eSpeak NG speaks."""

    model_config = ConfigDict(extra="forbid")

    rate: int = Field(160, ge=80, le=450, description="Words per minute")
    pitch: int = Field(48, ge=0, le=99, description="How high the voice is")
    range: int = Field(60, ge=0, le=99, description="How lively the melody is")
    word_gap: int = Field(1, ge=0, le=50, description="Rest between words, in 10 ms")


PRESETS: dict[str, dict[str, int]] = {"m3": {"rate": 158, "pitch": 42, "range": 62}}
"""Settings that suit a variant of the voice (after the +) better than the defaults."""

_OTHER_PROVIDERS = "use a voice that does, or record your own (docs/voices.md names them)"
_UNCALLABLE = frozenset({"zh", "zh-cmn", "zh-yue", "no"})
"""Codes in eSpeak NG's data that stand for others of them."""

ALIASES = {"en-gb": "en"}
"""Names for languages whose codes `espeak_SetVoiceByName` refuses."""


def rate_of(settings: Mapping[str, str], voice: str) -> int:
    """Return how many words a minute `voice` speaks with `settings`. Raises ValidationError where these are wrong."""
    return _settings(settings, voice.partition("+")[2]).rate


def _settings(given: Mapping[str, str], variant: str) -> EspeakSettings:
    return EspeakSettings.model_validate({**PRESETS.get(variant, {}), **given})


def voice_in(language: str, voice: str) -> str:
    """Return eSpeak NG's voice for `language`, with the variant of `voice`; `voice` itself where it speaks the language.

    A language that eSpeak NG doesn't have also leaves it as it is.
    """
    own, _, variant = voice.partition("+")
    code = _code_of(language)
    if primary_language(own) == primary_language(code) or not code:
        return voice
    return code + (f"+{variant}" if variant else "")


def language_fault(voice: str, language: str, text: str) -> str:
    """Return why eSpeak NG's `voice` can't speak `text` of `language`, and the way out; "" where it can."""
    code, own = _code_of(language), voice.partition("+")[0]
    if not code:
        return f"eSpeak NG does not speak {language}; {_OTHER_PROVIDERS}"
    if primary_language(own) != primary_language(code):
        if own.lower() not in _languages(_library_path()):
            return (
                f'eSpeak NG has no voice "{voice}"; its voices are languages, like en-gb+f2. If it is a cloned voice, it is on the '
                "computer on which it was cloned (lectern voice list shows those of this one)"
            )
        return (
            f'the voice "{voice}" speaks {primary_language(own)}, and the film\'s language is {language}: '
            f'write "voice": "{voice_in(language, voice)}", or the film\'s `language` into the top of script.md'
        )
    if primary_language(code) == "ja" and any(
        unicodedata.name(letter, "").startswith("CJK UNIFIED") for letter in text
    ):
        return f"eSpeak NG reads kana, but no kanji: write such words as 漢字{{say: かんじ}}, or {_OTHER_PROVIDERS}"
    return ""


def primary_language(code: str) -> str:
    """Return the language of a code without its country or script; Mandarin and Bokmål as the film's codes have them."""
    primary = code.replace("_", "-").partition("-")[0].lower()
    return {"cmn": "zh", "nb": "no", "yue": "zh"}.get(primary, primary)


def _code_of(language: str) -> str:
    """Return eSpeak NG's code for a film's language: the nearest one that it has ("" if there is none)."""
    wanted = language.replace("_", "-").lower()
    primary = wanted.partition("-")[0]
    preferred = {"zh": "cmn", "no": "nb", "pt": "pt"}.get(primary, primary)
    if wanted in ("zh-hk", "zh-yue", "zh-mo"):
        return "yue"
    known = known_languages()
    return next((code for code in (wanted, preferred) if code in known), "")


def known_languages() -> frozenset[str]:
    """Return the codes of the languages that eSpeak NG has. Raises LecternError if it is not installed."""
    return _languages(_library_path())


@cache
def _languages(library: Path) -> frozenset[str]:
    """Return the codes of the languages that eSpeak NG has."""
    files = (library.parent / "espeak-ng-data" / "lang").rglob("*")
    lines = (line for file in files if file.is_file() for line in file.read_bytes().splitlines())
    return frozenset(line.split()[1].decode() for line in lines if line.startswith(b"language ")) - _UNCALLABLE


def speak_line(request: VoiceRequest, folder: Path, library: Path | None = None) -> VoiceTake:
    """Write the recording of a line into `folder` and return its take."""
    recording = record_untreated(request, library)
    sound = _apply_treatment(recording)
    audio.write(folder / RECORDING, sound)
    return _take(request, recording, len(sound) / audio.RATE)


def phonemes_of_line(request: VoiceRequest) -> tuple[str, ...]:
    """Return the IPA of each word of a line, as eSpeak NG says them; of words that it says as one, the first has it."""
    sounds = record_untreated(request).sounds
    return tuple(
        "".join(sound.symbol for sound in sounds if sound.word == index) for index in range(len(request.words))
    )


def record_untreated(request: VoiceRequest, library: Path | None = None) -> EspeakRecording:
    """Return what eSpeak NG says, without treatment, with the times of its phonemes.

    Raises LecternError where the voice or its settings are wrong, or eSpeak NG does not work.
    """
    library = library or _library_path()
    words = tuple(map(in_espeak_letters, request.words))
    parts = split_at_rests(words, request.pauses)
    if request.emphasis:
        parts = tuple(with_emphasis(part, frozenset(request.emphasis)) for part in parts)
    return join_utterances(parts, _synthesize(library, _question(request, parts, library)))


def _library_path() -> Path:
    if find_spec("espeakng_loader") is None:
        raise LecternError(f"eSpeak NG is not installed; run: pip install espeakng-loader ({IN_BLENDER})")
    import espeakng_loader

    return Path(espeakng_loader.get_library_path())


def _question(request: VoiceRequest, parts: tuple[Utterance, ...], library: Path) -> dict[str, object]:
    language, _, variant = request.voice.partition("+")
    _check_variant(variant, library)
    settings = _settings(dict(request.settings), variant)
    parameters = [(1, settings.rate), (3, settings.pitch), (4, settings.range), (7, settings.word_gap)]
    voice = ALIASES.get(language.lower(), language) + (f"+{variant}" if variant else "")
    texts = [part.text for part in parts]
    return {
        "voice": voice,
        "parameters": parameters,
        "texts": texts,
        "markup": bool(request.emphasis),
        "phonemes": any("[[" in text for text in texts),
    }


def _check_variant(variant: str, library: Path) -> None:
    """Raise LecternError for an unknown variant: eSpeak NG itself ignores it in silence."""
    folder = library.parent / "espeak-ng-data" / "voices" / "!v"
    known = sorted(os.listdir(folder)) if folder.is_dir() else [variant]
    if variant and variant not in known:
        raise LecternError(f'eSpeak NG has no variant "+{variant}"; it has: {", ".join(known)}')


def _synthesize(library: Path, question: dict[str, object]) -> tuple[EngineOutput, ...]:
    reply, pcm = _ask_process(library, question)
    if "error" in reply:
        raise LecternError(_error_sentence(reply["error"], question))
    samples = np.frombuffer(pcm, np.int16)
    ends = np.cumsum([part["samples"] for part in reply["stretches"]])
    return tuple(
        EngineOutput(pcm=block, rate=reply["rate"], phonemes=tuple(map(tuple, part["phonemes"])))
        for block, part in zip(np.split(samples, ends[:-1]), reply["stretches"], strict=True)
    )


def _ask_process(library: Path, question: dict[str, object]) -> tuple[dict[str, Any], bytes]:
    try:
        return espeak_process(library).ask(question)
    except OSError as error:
        raise LecternError(f"eSpeak NG stopped ({error}); run: lectern doctor") from error


def _error_sentence(error: str, question: dict[str, object]) -> str:
    if error == "voice":
        return f'eSpeak NG has no voice "{question["voice"]}"; write a language (en-us, en-gb, de), with a variant if you like (+f3, +m3)'
    if error == "slow":
        return "eSpeak NG did not finish in time; make the paragraph shorter"
    return f"eSpeak NG does not work: {error}; run: pip install --force-reinstall espeakng-loader ({IN_BLENDER})"


def _apply_treatment(recording: EspeakRecording) -> Samples:
    """Return the treated recording at 48 kHz, with headroom: (samples, 1)."""
    pcm = recording.pcm[:, None].astype(np.float32) / np.float32(32768)
    sound = audio.apply_filter(pcm, TREATMENT, recording.rate)
    wanted = round(len(recording.pcm) * audio.RATE / recording.rate)
    sound = np.pad(sound, ((0, max(0, wanted - len(sound))), (0, 0)))[:wanted]
    return sound * np.float32(0.7 / max(0.7, np.abs(sound).max()))


def _take(request: VoiceRequest, recording: EspeakRecording, duration: float) -> VoiceTake:
    times = spoken_words(request.words, recording.sounds, duration)
    return VoiceTake(
        audio=RECORDING,
        duration=duration,
        words=tuple(SpokenWord(index=i, start=start, end=end) for i, (start, end) in enumerate(times)),
        phonemes=tuple(Phoneme(symbol=s.symbol, start=s.start, end=s.end) for s in recording.sounds),
        tier="service",
    )
