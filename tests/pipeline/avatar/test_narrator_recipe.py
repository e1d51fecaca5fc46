"""A narrator's clip, judged by its pixels."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from support.contexts import context_in

import lectern
from lectern.pipeline.avatar.artwork import read_artwork
from lectern.pipeline.avatar.drawing import Figure
from lectern.pipeline.avatar.meter import CLOSED, mouth_openness
from lectern.pipeline.avatar.performance import performance
from lectern.pipeline.avatar.recipe import NARRATOR, make_narrator
from lectern.pipeline.avatar.take import NarratorRequest, NarratorTake
from lectern.pipeline.avatar.visemes import silences
from lectern.pipeline.services.voice import Phoneme

AVATARS = Path(lectern.__file__).parent / "assets" / "avatars"
FPS = 30
FRAMES = 180
PIXELS = 320
ONSETS = (0.5, 2.1, 3.97, 5.01)
"""Vowels and consonants with pauses of more than 0.3 s before each of these times."""


Made = tuple[NarratorTake, list[np.ndarray]]


def phonemes() -> tuple[Phoneme, ...]:
    said = []
    for onset in ONSETS:
        for i, symbol in enumerate(("f" if onset > 3 else "s", "ɑː", "m", "iː", "oʊ")):
            said.append(Phoneme(symbol=symbol, start=onset + i * 0.11, end=onset + (i + 1) * 0.11))
    return tuple(said)


def asked(name: str, **fields: object) -> NarratorRequest:
    given = dict(
        character=name, drawing=str(AVATARS / f"{name}.svg"), drawing_hash="", treatment_hash="", pixels=PIXELS
    )
    return NarratorRequest.model_validate(
        {**given, "mirrored": False, "fps": FPS, "frames": FRAMES, "phonemes": phonemes(), "stresses": (2.2,), **fields}
    )


@pytest.fixture(scope="module", params=[("ada", True), ("ben", False), ("kai", False), ("ruth", True)], ids=str)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    name, mirrored = request.param
    folder = tmp_path_factory.mktemp("narrator")
    take = make_narrator(asked(name, mirrored=mirrored), folder, context_in(folder))
    return take, list(_pictures(folder / take.video))


def _pictures(clip: Path) -> Iterator[np.ndarray]:
    """All that is in a clip: RGBA, straight alpha."""
    with av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgba")


def test_the_clip_has_exactly_the_frames_that_were_asked_for(made: Made) -> None:
    take, frames = made
    assert len(frames) == FRAMES == take.frames == len(take.visemes)
    assert frames[0].shape == (PIXELS, PIXELS, 4)


def test_the_mouth_is_shut_in_every_silence(made: Made) -> None:
    take, frames = made
    for start, end in silences(phonemes(), FRAMES / FPS):
        inner = range(round(start * FPS) + 1, min(FRAMES, round(end * FPS) - 2))
        assert max(mouth_openness(frames[i], take) for i in inner) < CLOSED


def test_the_mouth_opens_within_two_frames_of_the_sound(made: Made) -> None:
    take, frames = made
    for onset in ONSETS:
        near = range(round(onset * FPS) - 6, round(onset * FPS) + 7)
        opened = next(i for i in near if mouth_openness(frames[i], take) > CLOSED)
        assert abs(opened - onset * FPS) <= 2


def test_an_m_between_vowels_shuts_the_mouth(made: Made) -> None:
    take, frames = made
    for onset in ONSETS:
        middle = round((onset + 2.5 * 0.11) * FPS) - 1
        assert min(mouth_openness(frames[i], take) for i in range(middle - 1, middle + 2)) < CLOSED
        assert max(mouth_openness(frames[i], take) for i in range(middle - 5, middle)) > 3 * CLOSED


def test_the_clip_holds_the_drawn_pictures_bit_for_bit(tmp_path: Path) -> None:
    request = asked("ben", frames=24, mirrored=True)
    make_narrator(request, tmp_path, context_in(tmp_path))
    artwork = read_artwork(request.drawing)
    figure, poses = Figure(artwork, PIXELS), performance(request, artwork.facing)
    for index, frame in enumerate(_pictures(tmp_path / "narrator.mov")):
        assert np.array_equal(frame[:, ::-1], np.asarray(figure.draw(poses[index])))


def test_a_mirrored_clip_reports_the_mouth_where_it_is_seen(tmp_path: Path) -> None:
    plain, mirrored = (
        make_narrator(asked("ada", frames=2, mirrored=m), tmp_path, context_in(tmp_path)) for m in (False, True)
    )
    assert mirrored.mouth[0] == pytest.approx(1 - plain.mouth[0] - plain.mouth[2])
    assert mirrored.mouth[1:] == plain.mouth[1:]


def test_ffprobe_sees_quicktime_rle_with_alpha_at_a_constant_rate(tmp_path: Path) -> None:
    make_narrator(asked("ada", frames=61), tmp_path, context_in(tmp_path))
    fields = "codec_name,pix_fmt,width,height,nb_read_frames,avg_frame_rate,duration"
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_entries", f"stream={fields}", "-of", "json"]
    found = json.loads(subprocess.run([*command, tmp_path / "narrator.mov"], capture_output=True, check=True).stdout)
    stream = found["streams"][0]
    assert (stream["codec_name"], stream["pix_fmt"], stream["avg_frame_rate"]) == ("qtrle", "argb", "30/1")
    assert (stream["width"], stream["height"], stream["nb_read_frames"]) == (PIXELS, PIXELS, "61")
    assert float(stream["duration"]) == pytest.approx(61 / 30)


def test_the_same_request_makes_the_same_bytes(tmp_path: Path) -> None:
    files = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        make_narrator(asked("ada", frames=24), folder, context_in(tmp_path))
        files.append((folder / "narrator.mov").read_bytes())
    assert files[0] == files[1]


def test_the_recipe_states_its_contract() -> None:
    assert (NARRATOR.kind, NARRATOR.request, NARRATOR.result) == ("narrator", NarratorRequest, NarratorTake)


def test_a_mood_that_stays_is_no_new_part_of_the_takes_key() -> None:
    """Narrators that were made before moods could change are not made again."""
    assert "moods" not in asked("ada", mood="cheerful").model_dump(mode="json")
    change = asked("ada", mood="cheerful", moods=((2.0, "worried"),)).model_dump(mode="json")
    assert change["moods"] == [[2.0, "worried"]]
