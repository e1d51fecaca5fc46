"""The choreography of a narrator."""

from typing import get_args

import numpy as np
import pytest

from lectern.pipeline.avatar.performance import MANNERS, mouth_track, performance
from lectern.pipeline.avatar.pose import Pose
from lectern.pipeline.avatar.take import Glance, NarratorRequest
from lectern.pipeline.episode.blocks import Mood
from lectern.pipeline.services.voice import Phoneme

SYLLABLE = 0.18


def talk(*spans: tuple[float, float]) -> tuple[Phoneme, ...]:
    """Syllables that fill the spans."""
    return tuple(
        Phoneme(symbol=symbol, start=start + i * SYLLABLE, end=start + (i + 1) * SYLLABLE)
        for start, end in spans
        for i, symbol in enumerate("mɑlisoʊ" * 40)
        if start + (i + 1) * SYLLABLE <= end
    )


def request(**fields: object) -> NarratorRequest:
    given = dict(character="ada", drawing="", drawing_hash="", treatment_hash="", pixels=400, mirrored=False, fps=30)
    return NarratorRequest.model_validate({**given, "frames": 600, "seed": 1, **fields})


def column(poses: list[Pose], name: str) -> np.ndarray:
    return np.array([getattr(pose, name) for pose in poses])


def test_the_same_request_is_performed_the_same_and_another_seed_is_not() -> None:
    one = performance(request(phonemes=talk((1, 8))), "right")
    assert one == performance(request(phonemes=talk((1, 8))), "right")
    assert one != performance(request(phonemes=talk((1, 8)), seed=2), "right")
    assert len(one) == 600


@pytest.mark.parametrize("seed", range(8))
def test_blinks_come_at_natural_intervals_and_close_the_eyes_wholly(seed: int) -> None:
    asked = request(frames=1800, seed=seed, phonemes=talk((1, 9), (10, 25), (26, 50)))
    lids = column(performance(asked, "right"), "lid")
    starts = np.flatnonzero((lids[1:] > 0) & (lids[:-1] == 0)) / 30
    assert 10 <= len(starts) <= 30
    assert np.diff(starts).min() > 1.0 and np.diff(starts).max() < 6.0
    assert all(3 in lids[int(start * 30) : int(start * 30) + 6] for start in starts)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_jumps_from_one_frame_to_the_next(seed: int) -> None:
    stresses = tuple(1 + 0.4 * i for i in range(18))
    poses = performance(request(seed=seed, phonemes=talk((1, 9)), stresses=stresses, listening=((10, 19),)), "right")
    limits = {"tilt": 0.4, "dx": 0.5, "dy": 1.6, "breath": 0.06, "turn": 0.15, "brow": 0.4}
    steps = {name: np.abs(np.diff(column(poses, name))).max() for name in limits}
    assert {name: step for name, step in steps.items() if step > limits[name]} == {}


def test_the_head_sways_but_little() -> None:
    poses = performance(request(phonemes=talk((1, 19))), "right")
    assert 0.1 < np.abs(column(poses, "tilt")).max() < 2.5
    assert np.abs(column(poses, "dx")).max() < 5


def test_a_listener_looks_at_the_speaker_nods_and_keeps_the_mouth_shut() -> None:
    poses = performance(request(listening=((2, 18),)), "left")
    gaze, dy = column(poses, "gaze_x"), column(poses, "dy")
    assert gaze[90:510].max() < -0.2 and abs(np.median(gaze[:50])) < 0.3
    assert np.sum((dy[1:-1] > 2) & (dy[1:-1] >= dy[:-2]) & (dy[1:-1] > dy[2:])) >= 3
    assert {pose.mouth_to for pose in poses} == {"X"}


def test_a_glance_goes_where_it_is_told_on_the_screen_also_when_mirrored() -> None:
    glances = (Glance(time=2, x=-0.9, y=0.2), Glance(time=4, x=0, y=0))
    seen = column(performance(request(glances=glances), "right"), "gaze_x")
    flipped = column(performance(request(glances=glances, mirrored=True), "right"), "gaze_x")
    assert np.median(seen[70:115]) < -0.6 and abs(np.median(seen[130:170])) < 0.3
    assert np.median(flipped[70:115]) > 0.6


def test_brows_rise_on_a_stressed_word() -> None:
    brow = column(performance(request(phonemes=talk((1, 9)), stresses=(5.0,)), "right"), "brow")
    assert brow[150:156].max() > 0.3 > brow[30:120].max()


def test_the_mouth_goes_through_an_in_between_but_closes_at_once() -> None:
    track = list(mouth_track("XXXXDDDDDAADDDXX"))
    assert track[4] == Pose("X", "D", 0.5) and track[5] == Pose("X", "D", 0.75) and track[6] == Pose("D", "D")
    assert track[8] == Pose("D", "A", 0.5) and track[9] == Pose("A", "A") == track[10]
    assert list(mouth_track("XXGGX"))[:3] == [Pose(), Pose(), Pose("G", "G")]
    assert track[14] == Pose("D", "X", 0.5) and track[15] == Pose("X", "X")


def test_moods_move_brows_and_corners_of_the_mouth_and_without_one_a_narrator_is_neutral() -> None:
    assert performance(request(mood="neutral"), "right") == performance(request(), "right")
    brows, slants, smiles = (
        {mood: column(performance(request(mood=mood), "right"), part).mean() for mood in MANNERS}
        for part in ("brow", "slant", "smile")
    )
    assert smiles["worried"] < -3 < 0 < smiles["neutral"] < 3 < smiles["cheerful"]
    assert smiles["neutral"] == pytest.approx(smiles["cheerful"] * 0.35, abs=0.2)  # friendly at rest
    assert brows["serious"] < brows["neutral"] - 0.3 < brows["neutral"] + 0.3 < brows["surprised"]
    assert slants["worried"] < -5 < slants["neutral"] == 0 < slants["serious"]


def test_a_mood_changes_at_its_time_and_stays() -> None:
    smile = column(performance(request(mood="cheerful", moods=((4.0, "worried"), (8.0, "neutral"))), "right"), "smile")
    cheerful, worried = MANNERS["cheerful"].smile, MANNERS["worried"].smile
    assert smile[:90] == pytest.approx(cheerful) and smile[150:210] == pytest.approx(worried)
    assert smile[270:] == pytest.approx(MANNERS["neutral"].smile) and cheerful > smile[112] > worried == pytest.approx(
        smile[120]
    )


def test_every_mood_that_a_script_may_name_can_be_played() -> None:
    assert set(MANNERS) == set(get_args(Mood))


@pytest.mark.parametrize("frames", [1, 2, 5])
def test_the_shortest_clips_are_performed_too(frames: int) -> None:
    assert len(performance(request(frames=frames, phonemes=talk((0, 1)), stresses=(0.0,)), "right")) == frames
