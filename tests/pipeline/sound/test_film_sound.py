"""The film's sound, judged by ffmpeg's own meter on the file and after its AAC encoder."""

import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from support.contexts import context_in
from support.providers import VOICE

from lectern.pipeline.base import audio
from lectern.pipeline.base.audio import measure
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.episode.settings import Settings
from lectern.pipeline.film.sound import (
    SOUND,
    HandSound,
    SoundRequest,
    master,
    mix_sounds,
    sound_request,
    sound_strips,
)
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.timeline.model import SoundStrip, Timeline

WORDS = (
    "Every project starts with the same four tools, and today we use one. It makes the project, it keeps the versions, "
    "and it runs the tests! Is that all? Not quite: it also installs Python."
)
FRAMES = 600


def strip(source: str, start: int, end: int, source_start: float = 0.0, volume: float = 1.0) -> SoundStrip:
    return SoundStrip(
        id=f"{source}{start}", scene="s", name="", track="voice", start=start, end=end,
        source=source, source_start=source_start, volume=volume,
    )  # fmt: skip


def judged(file: Path) -> tuple[float, float]:
    """Integrated loudness and true peak by the program ffmpeg."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(file), "-af", "ebur128=peak=true", "-f", "null", "-"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    peak = re.findall(r"Peak:\s+(-?[\d.]+|-inf) dBFS", report)[-1]
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", report)[-1]), float(peak)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two speakers and a quiet one in between, mixed and mastered: the folder of the take."""
    root = tmp_path_factory.mktemp("episode")
    for voice in ("en-us+f3", "en-us+m3"):
        (root / voice).mkdir()
        request = VoiceRequest(provider="espeak", voice=voice, words=tuple(WORDS.split()))
        VOICE.make(request, root / voice, context_in(root / voice))
    strips = (
        strip("en-us+f3/voice.wav", 20, 220),
        strip("en-us+m3/voice.wav", 240, 440),
        strip("en-us+f3/voice.wav", 460, 560, source_start=1.0, volume=0.3),
    )
    request = SoundRequest(strips=strips, frames=FRAMES, fps=30)
    context = SimpleNamespace(episode=root, report=lambda done: None)
    for name in ("take", "again"):
        (root / name).mkdir()
        (root / name / "take.json").write_text(SOUND.make(request, root / name, context).model_dump_json())
    return root


def test_the_film_is_at_minus_14_lufs_and_under_minus_1_dbtp(film: Path) -> None:
    loudness, peak = judged(film / "take" / "sound.wav")
    assert loudness == pytest.approx(-14.0, abs=0.3)
    assert peak <= -1.0


@pytest.mark.parametrize("bit_rate", ["128k", "192k", "320k"])
def test_it_still_is_after_aac(film: Path, bit_rate: str, tmp_path: Path) -> None:
    made = ["ffmpeg", "-loglevel", "error", "-i", str(film / "take" / "sound.wav"), "-c:a", "aac", "-b:a", bit_rate]
    subprocess.run([*made, "-aac_coder", "fast", str(tmp_path / "sound.m4a")], check=True)
    loudness, peak = judged(tmp_path / "sound.m4a")
    assert loudness == pytest.approx(-14.0, abs=0.3)
    assert peak <= -1.0


def test_the_sound_is_exactly_as_long_as_the_picture(film: Path) -> None:
    assert audio.read(film / "take" / "sound.wav").shape == (FRAMES * 1600, 2)


def test_the_same_strips_make_the_same_bytes(film: Path) -> None:
    assert (film / "take" / "sound.wav").read_bytes() == (film / "again" / "sound.wav").read_bytes()
    assert (film / "take" / "take.json").read_text() == (film / "again" / "take.json").read_text()


def test_mastering_delays_nothing(film: Path) -> None:
    voice, sound = audio.read(film / "en-us+f3" / "voice.wav")[:, 0], audio.read(film / "take" / "sound.wav")[:, 0]
    there = sound[20 * 1600 : 20 * 1600 + 144000]
    lags = range(-300, 301)
    alike = [float(np.dot(there[1000:100000], voice[1000 - lag : 100000 - lag])) for lag in lags]
    assert lags[int(np.argmax(alike))] == 0


def test_our_meter_agrees_with_ffmpegs(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 0.05, (480000, 2)).astype(np.float32)
    audio.write(tmp_path / "noise.wav", noise, bits=24)
    found = measure(noise)
    assert (found.integrated, found.true_peak) == pytest.approx(judged(tmp_path / "noise.wav"), abs=0.06)


def test_a_film_without_sound_is_silent_and_says_so(tmp_path: Path) -> None:
    context = SimpleNamespace(episode=tmp_path, report=lambda done: None)
    take = SOUND.make(SoundRequest(strips=(), frames=30, fps=30), tmp_path, context)
    sound = audio.read(tmp_path / take.audio)
    assert sound.shape == (48000, 2) and not sound.any()
    assert (take.loudness, take.true_peak) == (-70.0, -120.0)


def test_near_silence_is_not_blown_up() -> None:
    hiss = np.random.default_rng(1).normal(0, 0.0005, (480000, 2)).astype(np.float32)
    assert np.array_equal(master(hiss), hiss)


def test_a_strip_starts_and_ends_on_its_frames_at_its_volume(tmp_path: Path) -> None:
    audio.write(tmp_path / "one.wav", np.full((96000, 1), 0.5, np.float32))
    sound = mix_sounds([strip("one.wav", 3, 6, volume=0.5)], 10, 30, tmp_path)
    assert sound.shape == (16000, 2)
    assert not sound[: 3 * 1600].any() and not sound[6 * 1600 :].any()
    assert sound[3 * 1600 : 6 * 1600 - 240] == pytest.approx(0.25)


def test_a_cut_inside_sound_is_faded_within_5_ms(tmp_path: Path) -> None:
    audio.write(tmp_path / "one.wav", np.full((96000, 2), 0.5, np.float32))
    sound = mix_sounds([strip("one.wav", 3, 6, source_start=0.5)], 10, 30, tmp_path)
    assert np.abs(np.diff(sound[:, 0])).max() <= 0.5 / 239 + 1e-6
    assert sound[3 * 1600 + 240 : 6 * 1600 - 240] == pytest.approx(0.5)


def test_sounds_that_overlap_add_up_and_past_its_end_a_file_is_silent(tmp_path: Path) -> None:
    audio.write(tmp_path / "one.wav", np.full((4800, 1), 0.25, np.float32))
    sound = mix_sounds([strip("one.wav", 0, 30), strip("one.wav", 2, 30)], 30, 30, tmp_path)
    assert sound[4000, 0] == pytest.approx(0.5) and sound[7000, 0] == pytest.approx(0.25)
    assert not sound[8000:].any()


@pytest.mark.parametrize(
    ("start", "end", "source_start", "heard"),
    [
        (-10, 20, 0.0, (0, 20)),
        (-40, -10, 0.0, None),
        (80, 110, 0.0, (80, 100)),
        (120, 150, 0.0, None),
        (10, 60, -0.5, (25, 55)),
    ],
)
def test_what_a_hand_moved_out_of_the_film_is_not_heard(
    tmp_path: Path, start: int, end: int, source_start: float, heard: tuple[int, int] | None
) -> None:
    audio.write(tmp_path / "a.wav", np.full((48000, 1), 0.5, np.float32))
    moved = strip("a.wav", start, end, source_start)
    film = Timeline(title="", fps=30, size=(2, 2), frames=100, tracks=(), scenes=(), strips=(moved,))
    found = np.flatnonzero(np.abs(mix_sounds(sound_strips(film), 100, 30, tmp_path)[:, 0]) > 1e-6)
    assert (heard is None and not len(found)) or (found[0] / 1600, (found[-1] + 1) / 1600) == pytest.approx(
        heard, abs=0.01
    )


def own(tmp_path: Path, start: int, end: int, **more: object) -> HandSound:
    audio.write(tmp_path / "own.wav", np.full((96000, 1), 0.5, np.float32))
    return HandSound(name="music", source=str(tmp_path / "own.wav"), start=start, end=end, **more)


def test_a_persons_own_sound_is_in_the_film(tmp_path: Path) -> None:
    sound = mix_sounds([], 30, 30, tmp_path, [own(tmp_path, 10, 20, volume=0.5)])
    assert not sound[: 10 * 1600].any() and not sound[20 * 1600 :].any()
    assert sound[10 * 1600 : 20 * 1600 - 240] == pytest.approx(0.25)


def test_of_a_sound_that_reaches_out_of_the_film_the_part_within_is_heard(tmp_path: Path) -> None:
    sound = mix_sounds([], 30, 30, tmp_path, [own(tmp_path, -10, 99, gains=tuple(n / 109 for n in range(109)))])
    assert sound[8000, 0] == pytest.approx(0.5 * (10 + 5) / 109, abs=1e-3)
    assert sound[-8000, 0] == pytest.approx(0.5 * (10 + 25) / 109, abs=1e-3)


def test_volume_and_pan_over_time_are_heard_frame_by_frame(tmp_path: Path) -> None:
    audio.write(tmp_path / "one.wav", np.full((96000, 1), 0.5, np.float32))
    line = strip("one.wav", 0, 30, volume=0.8)
    dip = tuple(0.8 if n < 10 or n >= 20 else 0.08 for n in range(30))
    by_hand = HandSound(strip=line.id, name="", source="", start=0, end=30, volume=0.8, gains=dip, pan=0.5)
    sound = mix_sounds([line], 30, 30, tmp_path, [by_hand])
    assert sound[5 * 1600, 1] == pytest.approx(0.4) and sound[15 * 1600, 1] == pytest.approx(0.04)
    assert sound[5 * 1600, 0] == pytest.approx(0.2) and sound[25 * 1600, 0] == pytest.approx(0.2)


def test_the_request_changes_with_the_persons_file(tmp_path: Path) -> None:
    film = Timeline(title="", fps=30, size=(2, 2), frames=100, tracks=(), scenes=(), strips=())
    music = own(tmp_path, 0, 9)
    first = sound_request(film, Settings(), tmp_path, [music])
    audio.write(tmp_path / "own.wav", np.full((96000, 1), 0.25, np.float32))
    assert sound_request(film, Settings(), tmp_path, [music]) != first
    assert sound_request(film, Settings(), tmp_path, [own(tmp_path, 100, 120)]).by_hand == ()


def test_a_recording_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(LecternError, match="gone.wav.*build"):
        mix_sounds([strip("gone.wav", 0, 30)], 30, 30, tmp_path)
