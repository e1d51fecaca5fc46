"""The voice out of the box, judged by its own audio and by ffmpeg."""

import re
import signal
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest
from support.contexts import context_in
from support.providers import VOICE

from lectern.pipeline.base import audio
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.files import file_digest
from lectern.pipeline.services.voice import VoiceRequest, VoiceTake
from lectern.pipeline.voice.espeak import speak_line
from lectern.pipeline.voice.espeak_process import EspeakProcess, espeak_process

PARAGRAPH = (
    "Welcome back to the workshop. Today we build a small robot, step by step, in Blender. First, open the side panel; "
    "then choose the physics tab. Don't worry, nothing moves yet. Now, if you like, press play. "
    "Every project starts with tools, and today, at last, we use one."
)


Pauses = tuple[tuple[int, float], ...]


def ask(text: str, voice: str = "en-us+f3", pauses: Pauses = (), **settings: str) -> VoiceRequest:
    return VoiceRequest(
        provider="espeak", voice=voice, words=tuple(text.split()), pauses=pauses, settings=tuple(settings.items())
    )


def spoken(request: VoiceRequest, folder: Path) -> tuple[VoiceTake, np.ndarray]:
    folder.mkdir(parents=True, exist_ok=True)
    take = VOICE.make(request, folder, context_in(folder))
    return take, audio.read(folder / take.audio)[:, 0]


def symbols(take: VoiceTake) -> list[list[str]]:
    """The phonemes of every word."""
    return [[p.symbol for p in take.phonemes if word.start <= p.start < word.end] for word in take.words]


def onsets(sound: np.ndarray, times: list[float]) -> list[float]:
    """Where the sound really starts around each time: the first millisecond over -40 dB."""
    envelope = np.abs(sound[: len(sound) // 48 * 48]).reshape(-1, 48).max(axis=1)
    found = []
    for time in times:
        first = int(time * 1000) - 60
        found.append((first + int(np.argmax(envelope[first : first + 120] > 0.01 * envelope.max()))) / 1000)
    return found


def test_words_start_where_the_sound_starts(tmp_path: Path) -> None:
    errors = []
    for number, voice in enumerate(("en-us+f3", "en-us+m3", "en-gb")):
        take, sound = spoken(ask(PARAGRAPH, voice), tmp_path / str(number))
        after_rest = [b.start for a, b in zip(take.words, take.words[1:], strict=False) if b.start - a.end > 0.1]
        errors += [found - told for found, told in zip(onsets(sound, after_rest), after_rest, strict=True)]
    assert len(errors) >= 30
    assert abs(np.median(errors)) <= 0.002
    assert np.percentile(np.abs(errors), 95) <= 0.003


def test_the_same_words_make_the_same_bytes(tmp_path: Path) -> None:
    request = ask(PARAGRAPH, pauses=((5, 0.4),))
    takes = [spoken(request, tmp_path / name)[0] for name in "ab"]
    hashes = {file_digest(tmp_path / name / "voice.wav", 64) for name in "ab"}
    assert takes[0] == takes[1]
    assert len(hashes) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Version 5.2 shipped in 2026, costs $0!",
        "Well 🙂 done — really (yes) state-of-the-art uv_init() --help.",
        "It is one of the best in the world, to be honest.",
        "— the first of the words is a dash; & the last one too —",
        "Press Ctrl+C, go to /etc/hosts & see 50 % of it.",
        "👩‍💻 starts 3,000,000 times 🎉🎉 … and ends ☕",
    ],
)
def test_every_word_is_heard_exactly_once(text: str, tmp_path: Path) -> None:
    take, _ = spoken(ask(text), tmp_path)
    assert [word.index for word in take.words] == list(range(len(text.split())))
    assert all(word.start < word.end for word in take.words)
    assert all(a.end <= b.start for a, b in zip(take.words, take.words[1:], strict=False))
    assert take.words[-1].end <= take.duration


def test_a_number_lasts_as_long_as_its_words(tmp_path: Path) -> None:
    take, _ = spoken(ask("Version 5.2 shipped in 2026, costs nothing."), tmp_path)
    lengths = [round(word.end - word.start, 1) for word in take.words]
    phonemes = symbols(take)
    assert lengths[1] > 0.8 and lengths[4] > 1.4
    assert phonemes[1] == ["f", "aɪ", "v", "p", "ɔɪ", "n", "t", "t", "uː"]
    assert phonemes[4][:2] == ["t", "uː"] and phonemes[4][-2:] == ["k", "s"]


def test_words_that_melt_together_share_their_sounds(tmp_path: Path) -> None:
    take, _ = spoken(ask("One of the best."), tmp_path)
    assert symbols(take)[1:3] == [["ʌ", "v"], ["ð", "ə"]]


def test_a_dash_is_silent_and_takes_nothing_from_the_word_after_it(tmp_path: Path) -> None:
    take, _ = spoken(ask("And now — the result.", pauses=((2, 1.0),)), tmp_path)
    dash, the = take.words[2:4]
    assert dash.end - dash.start <= 0.0101
    assert the.end - the.start > 0.08


def test_rests_last_exactly_as_long_as_they_are_written(tmp_path: Path) -> None:
    pauses = ((0, 0.3), (2, 1.0), (4, 0.5), (7, 0.8))
    take, sound = spoken(ask("And now we have the result here.", pauses=pauses), tmp_path)
    quiet = np.abs(sound) < 0.01 * np.abs(sound).max()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(int)))
    silences = [(b - a) / 48000 for a, b in edges.reshape(-1, 2) if b - a > 0.25 * 48000]
    echo = 0.12  # of the voice itself; it sounds into the rest
    missing = np.array([0.35, 1.0, 0.5, 0.95]) - silences
    assert (missing > -0.02).all() and (missing < echo).all()
    assert take.words[2].start - take.words[1].end == pytest.approx(1.0, abs=0.006)
    assert take.words[4].start - take.words[3].end == pytest.approx(0.5, abs=0.006)


def test_a_recording_starts_and_ends_in_a_little_silence(tmp_path: Path) -> None:
    take, sound = spoken(ask("Good evening."), tmp_path)
    heard = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max()) / 48000
    assert heard[0] == pytest.approx(0.05, abs=0.012)
    assert len(sound) / 48000 - heard[-1] == pytest.approx(0.15, abs=0.03)
    assert take.duration == pytest.approx(len(sound) / 48000)


def test_phonemes_follow_each_other_and_carry_no_stress_marks(tmp_path: Path) -> None:
    take, _ = spoken(ask(PARAGRAPH), tmp_path)
    assert all(p.symbol and p.start < p.end and not set(p.symbol) & set("ˈˌ_") for p in take.phonemes)
    assert all(a.end <= b.start + 1e-9 for a, b in zip(take.phonemes, take.phonemes[1:], strict=False))


def loudness(file: Path) -> float:
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(file), "-af", "ebur128", "-f", "null", "-"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", report)[-1])


@pytest.mark.parametrize("voice", ["en-us+f3", "en-us+m3", "en-gb", "de+f5"])
def test_every_line_of_every_speaker_is_equally_loud(voice: str, tmp_path: Path) -> None:
    for number, text in enumerate((PARAGRAPH, "Yes.", "One command does it.")):
        spoken(ask(text, voice), tmp_path / str(number))
    assert [loudness(tmp_path / str(n) / "voice.wav") for n in range(3)] == pytest.approx([-20] * 3, abs=1.0)


def test_the_recording_is_mono_of_48_kHz_and_16_bit(tmp_path: Path) -> None:
    spoken(ask("Good evening."), tmp_path)
    with wave.open(str(tmp_path / "voice.wav")) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, 48000, 2)


def test_the_rate_is_words_a_minute(tmp_path: Path) -> None:
    slow, fast = (spoken(ask(PARAGRAPH, rate=rate), tmp_path / rate)[0].duration for rate in ("120", "240"))
    assert slow / fast == pytest.approx(2.0, rel=0.2)


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (ask(""), "no words to speak"),
        (ask("— …"), "no words to speak"),
        (ask("Hello.", "xx"), 'no voice "xx"; write'),
        (ask("Hello.", "en-us+nobody"), r'no variant "\+nobody"; it has: .*f3'),
        (ask("Hello.", rate="9000"), "rate: .*450"),
        (ask("Hello.", speed="1"), "there are: rate, pitch, range, word_gap"),
        (
            VoiceRequest(provider="nobody", voice="", words=("a",)),
            'no voice provider called "nobody"; there are: .*espeak',
        ),
    ],
)
def test_what_cannot_be_spoken_is_refused_with_the_way_out(
    request_: VoiceRequest, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(LecternError, match=sentence):
        VOICE.make(request_, tmp_path, context_in(tmp_path))


def test_lines_are_said_by_one_process_and_its_end_is_not_noticed(tmp_path: Path) -> None:
    import espeakng_loader

    def said() -> bytes:
        speak_line(ask("Hello there."), tmp_path)
        return (tmp_path / "voice.wav").read_bytes()

    process = espeak_process(Path(espeakng_loader.get_library_path()))
    first, child = said(), process._child
    assert said() == first and process._child is child
    child.kill()
    child.wait()
    assert said() == first and process._child is not child


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs SIGSTOP")
def test_a_speaking_process_that_is_stopped_is_replaced() -> None:
    import espeakng_loader

    process = EspeakProcess(Path(espeakng_loader.get_library_path()), patience=0.5)
    question = {"voice": "en-us", "parameters": [], "texts": ["Hi."], "markup": False}
    first, child = process.ask(question), process._child
    child.send_signal(signal.SIGSTOP)
    assert process.ask(question) == first and process._child is not child


def test_a_missing_library_is_named(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match="nowhere.*pip install"):
        speak_line(ask("Hello."), tmp_path, tmp_path / "nowhere.so")


def test_it_speaks_from_a_folder_whose_path_is_longer_than_espeak_bears(tmp_path: Path) -> None:
    import espeakng_loader

    deep = tmp_path.joinpath(*["x" * 40] * 5)
    deep.mkdir(parents=True)
    for file in Path(espeakng_loader.get_library_path()).parent.iterdir():
        (deep / file.name).symlink_to(file)
    library = deep / Path(espeakng_loader.get_library_path()).name
    assert len(str(library)) > 200
    assert speak_line(ask("Hello."), tmp_path, library).duration > 0.4
