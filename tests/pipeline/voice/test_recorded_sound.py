"""Recordings as people and services really send them: wired crosswise, with noise, clicks and unfinished headers."""

import struct
from pathlib import Path

import numpy as np
import pytest
from speech import tones, wav

from lectern.pipeline.base import audio
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.http import HttpResponse
from lectern.pipeline.voice.sound import decoded, read_mono, recorded_bounds

SAID = tones("one two three four", audio.RATE)
START, END = 0.4, 1.9
"""Seconds of the first and of the last sound in `SAID`."""


def recorded(file: Path, *channels: np.ndarray) -> np.ndarray:
    audio.write(file, np.stack(channels, axis=1).astype(np.float32))
    return read_mono(file, file.name)


@pytest.mark.parametrize("other", [-1.0, -0.9, 0.0, 0.5, 1.0])
def test_a_voice_on_two_channels_is_heard_however_they_are_wired(tmp_path: Path, other: float):
    heard = recorded(tmp_path / "a.wav", SAID, other * SAID)
    assert np.sqrt((heard**2).mean()) >= 0.45 * np.sqrt((SAID**2).mean())
    assert np.corrcoef(heard, SAID)[0, 1] > 0.999


def test_two_channels_that_differ_are_mixed(tmp_path: Path):
    left, right = SAID.copy(), SAID.copy()
    left[len(SAID) // 2 :], right[: len(SAID) // 2] = 0, 0
    assert np.corrcoef(recorded(tmp_path / "a.wav", left, right), SAID)[0, 1] > 0.999


@pytest.mark.parametrize("offset", [0.2, -0.05, 0.0])
def test_a_constant_offset_is_taken_off(tmp_path: Path, offset: float):
    heard = recorded(tmp_path / "a.wav", SAID + offset)
    assert abs(heard[: audio.RATE // 10]).max() < 0.003
    assert np.abs(np.array(recorded_bounds(heard)) / audio.RATE - (START, END)).max() < 0.1


@pytest.mark.parametrize("noise", [0.0, 1e-4, 1e-3, 3e-3, 0.006])
@pytest.mark.parametrize("clicks", [False, True])
def test_the_noise_of_a_room_and_clicks_of_the_mouse_are_not_kept(noise: float, clicks: bool):
    air = 2 * audio.RATE
    sound = np.pad(SAID, (air, air)) + np.random.default_rng(0).normal(0, noise, len(SAID) + 2 * air).astype(np.float32)
    if clicks:
        sound[9600:9640] = sound[-9640:-9600] = 0.5
    start, end = (place / audio.RATE - 2 for place in recorded_bounds(sound))
    assert START - 0.2 < start <= START - 0.01 and END + 0.05 <= end < END + 0.4


def test_nothing_of_what_is_said_goes_lost_where_all_is_loud_or_short():
    loud = SAID[round(START * audio.RATE) :][: audio.RATE // 4]
    assert recorded_bounds(loud) == (0, len(loud))
    short = np.pad(loud[:1500], (9000, 9000))  # 31 ms are all that there is
    start, end = recorded_bounds(short)
    assert start <= 9000 and end >= 10_500
    assert recorded_bounds(np.zeros(100, np.float32)) == (0, 100)


def patched(content: bytes, size: int, more: bytes = b"") -> bytes:
    at = content.index(b"data") + 4
    return content[:at] + struct.pack("<I", size) + content[at + 4 :] + more


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF, 2_000_000_000])
@pytest.mark.parametrize("rate", [24_000, 48_000])
def test_a_length_that_its_writer_did_not_know_is_no_length(tmp_path: Path, size: int, rate: int):
    content = patched(wav("one two three four", rate), size)
    (tmp_path / "a.wav").write_bytes(content)
    for heard in (
        read_mono(tmp_path / "a.wav", "a.wav"),
        decoded(HttpResponse(body=content, kind="audio/wav"), "It", 18),
    ):
        assert abs(len(heard) - len(SAID)) < 100 and np.abs(heard).max() > 0.25


@pytest.mark.parametrize("rate", [24_000, 48_000])
def test_what_is_behind_the_sound_is_not_heard_and_a_part_of_it_can_be_used(tmp_path: Path, rate: int):
    whole = wav("one two three four", rate)
    size = len(whole) - whole.index(b"data") - 8
    (tmp_path / "a.wav").write_bytes(patched(whole, size, b"LIST" + struct.pack("<I", 4000) + bytes(range(250)) * 16))
    assert abs(read_mono(tmp_path / "a.wav", "a.wav")[-2000:]).max() < 0.01
    (tmp_path / "b.wav").write_bytes(whole[: len(whole) // 2 | 1])
    assert len(read_mono(tmp_path / "b.wav", "b.wav")) > 0.4 * len(SAID)


def test_a_service_that_stops_in_the_middle_is_still_told():
    content = wav("one two three four")
    with pytest.raises(LecternError, match="incomplete sound"):
        decoded(HttpResponse(body=content[: len(content) // 2], kind="audio/wav"), "It")
