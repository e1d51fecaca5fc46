"""Music under the voices, effects of events, and the tone of a room."""

from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.episode.music import Music
from lectern.pipeline.episode.sound_names import BEDS, EFFECTS
from lectern.pipeline.film.sound import mix_sounds
from lectern.pipeline.jobs.recipe import JobContext
from lectern.pipeline.sounds.beds import bed, room_tone, sting
from lectern.pipeline.sounds.effects import VARIANTS, effect
from lectern.pipeline.sounds.takes import (
    EffectsRequest,
    MusicRequest,
    PlayedEffect,
    make_effects,
    make_music,
    music_request,
)
from lectern.pipeline.timeline.model import HandValue, SoundStrip
from lectern.pipeline.timeline.soundtrack_strips import ducked

FPS = 30


def level(sound: Any) -> float:
    return audio.decibels(float(np.sqrt((np.asarray(sound) ** 2).mean())))


def voice(start: int, end: int, *speech: tuple[float, float], source_start: float = 0.0) -> SoundStrip:
    return SoundStrip(
        id="a/line/voice-0", scene="a", name="", track="Voice", start=start, end=end, source="voice.wav",
        source_start=source_start, speech=speech,
    )  # fmt: skip


def music(start: int, end: int) -> SoundStrip:
    return SoundStrip(
        id="a/m/music-0", scene="a", name="", track="Music", start=start, end=end, source="music.wav", duck=6.0206
    )


def levels(strip: SoundStrip) -> dict[float, float]:
    return {key.frame / FPS: key.value for key in strip.level}


def ducked_music(*strips: SoundStrip) -> SoundStrip:
    return next(s for s in ducked(strips, FPS) if isinstance(s, SoundStrip) and s.duck)


def test_music_is_down_before_a_word_and_back_within_six_tenths_of_a_second() -> None:
    found = ducked_music(music(0, 300), voice(90, 180, (0.5, 2.0)))
    times, values = zip(*levels(found).items(), strict=True)
    at = dict(zip(np.arange(0, 10, 0.05).round(2), np.interp(np.arange(0, 10, 0.05), times, values), strict=True))
    assert at[3.1] == pytest.approx(1, abs=0.05) and at[3.4] == pytest.approx(0.5, abs=0.02)
    assert at[5.0] == at[5.1] == pytest.approx(0.5, abs=0.001) and at[5.65] == pytest.approx(1, abs=0.01)
    assert at[0.0] == at[9.9] == 1


def test_music_stays_down_in_a_short_pause_and_comes_up_in_a_long_one() -> None:
    short = ducked_music(music(0, 300), voice(0, 300, (1, 3), (4, 6)))
    long = ducked_music(music(0, 300), voice(0, 300, (1, 3), (5, 7)))
    assert np.interp(3.5, *zip(*levels(short).items(), strict=True)) == pytest.approx(0.5, abs=0.001)
    assert np.interp(4.2, *zip(*levels(long).items(), strict=True)) == 1


def test_music_follows_a_voice_that_was_moved_trimmed_or_taken_out() -> None:
    late = ducked_music(music(0, 300), voice(150, 240, (0.5, 2.0), source_start=0.5))
    assert np.interp(5.2, *zip(*levels(late).items(), strict=True)) == pytest.approx(0.5, abs=0.001)
    cut = ducked_music(music(0, 300), voice(0, 60, (1.0, 9.0)))
    assert np.interp(3.0, *zip(*levels(cut).items(), strict=True)) == 1
    assert set(levels(ducked_music(music(0, 300))).values()) == {1.0}


def test_the_mix_has_the_music_as_the_keyframes_say_unless_a_person_has_set_its_volume(tmp_path: Path) -> None:
    audio.write(tmp_path / "music.wav", np.full((audio.RATE * 10, 2), 0.5, np.float32))
    found = ducked_music(music(0, 300), voice(90, 180, (0.5, 2.0)))
    mixed = mix_sounds([found], 300, FPS, tmp_path)
    assert mixed[audio.RATE * 4, 0] == pytest.approx(0.25, abs=0.002) and mixed[audio.RATE * 9, 0] == pytest.approx(
        0.5, abs=1e-3
    )
    by_hand = found.model_copy(update={"volume": 0.8, "by_hand": (HandValue(property="volume", value=0.8),)})
    mixed = mix_sounds([by_hand], 300, FPS, tmp_path)
    assert mixed[audio.RATE * 4, 0] == pytest.approx(0.4, abs=1e-3)


@pytest.mark.parametrize("name", BEDS)
def test_a_bed_has_no_seam_stays_clear_of_consonants_and_is_whole_in_mono(name: Any) -> None:
    sound = bed(name)
    steps = np.abs(np.diff(sound, axis=0)).mean()
    assert np.abs(sound[0] - sound[-1]).max() < 3 * steps
    spectrum = np.abs(np.fft.rfft(sound.mean(axis=1))) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / audio.RATE)
    assert 10 * np.log10(spectrum[hertz > 1000].sum() / spectrum.sum()) < -20
    assert np.corrcoef(sound.T)[0, 1] > 0.8
    assert level(sting(name)) > -40


def test_beds_and_effects_are_the_same_samples_each_time_and_keys_differ() -> None:
    assert np.array_equal(bed("focus"), bed("focus"))
    assert all(np.array_equal(effect(name, 1), effect(name, 1)) for name in EFFECTS)
    assert not any(np.array_equal(effect("key", a), effect("key", b)) for a, b in pairwise(range(VARIANTS)))
    assert all(np.abs(effect(name)).max() == pytest.approx(1) and effect(name)[-1] == 0 for name in EFFECTS)


def test_a_room_is_never_quite_silent_and_fades_at_the_ends() -> None:
    tone = room_tone(25 * audio.RATE, -62)
    pieces = [level(tone[i : i + 2400]) for i in range(audio.RATE, 24 * audio.RATE, 2400)]
    assert (
        min(pieces) > -66 and max(pieces) < -58 and level(tone[audio.RATE : -audio.RATE]) == pytest.approx(-62, abs=0.5)
    )
    assert tone[0, 0] == 0 and np.corrcoef(tone.T)[0, 1] == pytest.approx(0.5, abs=0.05)
    assert len(room_tone(0, -62)) == 0


def make(request: MusicRequest, folder: Path) -> Any:
    return audio.read(folder / make_music(request, folder, JobContext.scratch(folder)).audio)


def test_a_file_is_brought_to_its_level_and_repeated_without_a_gap(tmp_path: Path) -> None:
    tone = 0.9 * np.sin(2 * np.pi * 440 * np.arange(3 * audio.RATE) / audio.RATE)
    audio.write(tmp_path / "song.wav", tone[:, None].astype(np.float32))
    block = Music(id="m", file="song.wav", gain=2)
    sound = make(music_request(block, 10.0, 0.0, tmp_path), tmp_path)
    assert len(sound) == 10 * audio.RATE and sound.shape[1] == 2
    assert audio.integrated(sound) == pytest.approx(-25, abs=0.5)
    assert min(level(sound[i : i + 2400]) for i in range(0, len(sound), 2400)) > level(sound) - 4


def test_a_file_that_is_not_repeated_ends_where_it_ends_and_an_effect_has_its_peak(tmp_path: Path) -> None:
    audio.write(tmp_path / "song.wav", np.random.default_rng(1).uniform(-0.2, 0.2, (audio.RATE, 1)).astype(np.float32))
    once = make(music_request(Music(id="m", file="song.wav", loop=False), 10.0, 0.1, tmp_path), tmp_path)
    assert len(once) == audio.RATE and once[0, 0] == once[-1, 0] == 0
    bell = make(music_request(Music(id="m", name="success", gain=-2), 0.0, 0.0, tmp_path), tmp_path)
    assert audio.decibels(float(np.abs(bell).max())) == pytest.approx(-30, abs=0.1)


def test_silence_as_music_stays_silent(tmp_path: Path) -> None:
    audio.write(tmp_path / "none.wav", np.zeros((audio.RATE, 2), np.float32))
    assert not make(music_request(Music(id="m", file="none.wav"), 3.0, 1.0, tmp_path), tmp_path).any()


def test_effects_are_heard_at_their_times_and_cut_at_the_scenes_end(tmp_path: Path) -> None:
    played = (PlayedEffect(name="click", time=0.5, peak=-20), PlayedEffect(name="sting", time=1.9, peak=-10))
    take = make_effects(EffectsRequest(effects=played, seconds=2.0), tmp_path, JobContext.scratch(tmp_path))
    sound = audio.read(tmp_path / take.audio)[:, 0]
    assert len(sound) == 2 * audio.RATE and not sound[: audio.RATE // 2].any()
    assert audio.decibels(float(np.abs(sound[: audio.RATE]).max())) == pytest.approx(-20, abs=0.2)
    assert abs(sound[-1]) < 1e-3


def test_each_name_that_may_be_written_has_a_sound() -> None:
    assert set(get_args(PlayedEffect.model_fields["name"].annotation.__value__)) == set(EFFECTS)
    assert all(len(bed(name)) for name in BEDS)
