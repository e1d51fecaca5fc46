"""Arms: their rig, what a drawing with them shows, and how they move."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import lectern
from lectern.pipeline.avatar.arm_moves import aimed_arm, arm_track, least_jerk
from lectern.pipeline.avatar.arms_check import gaping_joints
from lectern.pipeline.avatar.artwork import read_artwork
from lectern.pipeline.avatar.artwork_check import faults
from lectern.pipeline.avatar.drawing import Figure
from lectern.pipeline.avatar.performance import WEIGHT, performance
from lectern.pipeline.avatar.pose import Pose
from lectern.pipeline.avatar.rig import Arm, Rig
from lectern.pipeline.avatar.sheet import FACES, poses_of
from lectern.pipeline.avatar.take import Gesture, NarratorRequest
from lectern.pipeline.base.errors import LecternError

AVATARS = Path(lectern.__file__).parent / "assets" / "avatars"
BUST = Path(__file__).parent / "bust.svg"
ARMED = sorted(file.stem for file in AVATARS.glob("*.svg") if "arm_near" in file.read_text("utf-8"))
FPS, CANVAS = 30, 720


@cache
def figure(name: str) -> Figure:
    return Figure(read_artwork(AVATARS / f"{name}.svg"), 240)


def rig_of(name: str) -> Rig:
    rig = figure(name).artwork.rig
    assert rig
    return rig


def track(*gestures: Gesture, mirrored: bool = False, frames: int = 240) -> dict:
    return arm_track(gestures, rig_of("ada"), CANVAS, frames, FPS, mirrored)


def test_a_straight_arm_that_is_raised_level_points_to_its_own_side() -> None:
    arm = Arm((500, 400), (500, 560), (500, 700), 1)
    assert (arm.rest.upper, arm.rest.fore) == (0, 0)
    assert arm.joints(arm.rest._replace(upper=90, fore=90))[2] == pytest.approx((800, 400))
    other = replace(arm, outwards=-1)
    assert other.joints(other.rest._replace(upper=90, fore=180))[2] == pytest.approx((340, 260))


@pytest.mark.parametrize("name", ARMED)
def test_arms_posed_as_they_are_drawn_look_as_they_are_drawn(name: str) -> None:
    fig, rig = figure(name), rig_of(name)
    drawn, posed = (np.asarray(fig.draw(p)) for p in (Pose(), Pose(near=rig.near.rest, far=rig.far.rest)))
    assert (np.abs(drawn.astype(int) - posed) > 24).mean() < 0.01  # angles are rounded to whole degrees


@pytest.mark.parametrize("name", ARMED)
def test_every_gesture_is_another_picture_and_stays_on_the_canvas(name: str) -> None:
    fig = figure(name)
    pictures = [np.asarray(fig.draw(pose)) for pose in poses_of(fig.artwork)[len(FACES) :]]
    assert len({picture.tobytes() for picture in pictures}) == len(pictures) > 10
    for picture in pictures:
        assert picture[:, :2, 3].max() == picture[:, -2:, 3].max() == 0


@pytest.mark.parametrize("name", ARMED)
def test_the_lower_edge_is_closed_however_the_body_leans(name: str) -> None:
    for lean in (-WEIGHT, WEIGHT):
        alpha = np.asarray(figure(name).draw(Pose(lean=lean)))[..., 3]
        assert (alpha[-1] == 255).mean() > 0.33


@pytest.mark.parametrize(("x", "y"), [(1500, 200), (1500, 500), (1500, 900), (-600, 300)])
def test_an_index_finger_is_on_the_line_from_the_elbow_to_what_it_points_at(x: float, y: float) -> None:
    rig = rig_of("ada")
    arm = rig.far if x > CANVAS else rig.near
    pose = aimed_arm(arm, (x, y), CANVAS)
    _, elbow, wrist = arm.joints(pose)
    aim, drawn = np.arctan2(y - elbow[1], x - elbow[0]), np.arctan2(wrist[1] - elbow[1], wrist[0] - elbow[0])
    assert abs(np.degrees(np.angle(np.exp(1j * (aim - drawn))))) < 4
    assert 0 < wrist[0] < CANVAS


def test_a_pointing_arm_is_there_at_its_apex_holds_and_goes_back_to_rest() -> None:
    far = track(Gesture(kind="point", apex=3.0, until=4.5, x=2.0, y=0.3))["far"]
    assert far[60] is None and far[-1] is None
    held = far[90 + 2 : 135]
    assert {pose.shape for pose in held} == {"point"} and max(abs(p.fore - held[0].fore) for p in held) < 0.5
    steps = [abs(b.fore - a.fore) for a, b in zip(far[72:170], far[73:170], strict=False) if a and b]
    assert max(steps) < 22  # degrees a frame: it goes there, and doesn't jump


def test_what_is_on_the_other_side_is_pointed_at_with_the_other_hand_and_mirrored_the_other_way_round() -> None:
    there = Gesture(kind="point", apex=3.0, until=4.0, x=-1.0, y=0.3)
    assert track(there)["near"][95].shape == "point" and track(there)["far"][95] is None
    assert track(there, mirrored=True)["far"][95].shape == "point"


def test_gestures_that_would_run_into_the_ends_of_a_scene_are_left_out() -> None:
    early, late = (Gesture(kind="beat", apex=t, until=t + 0.1) for t in (0.3, 7.8))
    assert all(pose is None for arm in track(early, late).values() for pose in arm)


def test_a_movement_begins_and_ends_slowly() -> None:
    assert [least_jerk(t) for t in (0, 0.5, 1)] == [0, 0.5, 1]
    assert least_jerk(0.1) < 0.01 and least_jerk(0.9) > 0.99


def test_the_weight_shifts_now_and_then_and_a_bust_without_arms_only_nods() -> None:
    request = NarratorRequest(
        character="ada", drawing="", drawing_hash="", treatment_hash="", pixels=240, mirrored=False, fps=FPS, frames=900,
        gestures=(Gesture(kind="beat", apex=4, until=4.1),),
    )  # fmt: skip
    armed, bust = performance(request, "right", rig_of("ada")), performance(request, "right")
    assert {pose.lean for pose in bust} == {0} and {pose.near for pose in bust} == {None}
    assert max(abs(pose.lean) for pose in armed) == pytest.approx(WEIGHT)
    assert any(pose.near for pose in armed) or any(pose.far for pose in armed)


def test_a_bust_without_arms_is_still_a_narrator() -> None:
    assert faults(BUST) == []
    bust = Figure(read_artwork(BUST), 160)
    assert bust.artwork.rig is None and poses_of(bust.artwork) == FACES
    assert bust.draw(Pose("D", "D")).size == (160, 160)


def test_a_joint_that_gapes_is_named() -> None:
    artwork = figure("ada").artwork
    rig = rig_of("ada")
    assert list(gaping_joints(artwork, rig)) == []
    x, y = rig.far.elbow
    moved = replace(rig, far=replace(rig.far, elbow=(x + 34, y)))
    assert [(group, "elbow of the far arm gapes" in why) for group, why in gaping_joints(artwork, moved)][:1] == [
        ("fore_far", True)
    ]


def test_arms_without_a_hand_or_a_joint_are_refused_with_its_name(tmp_path: Path) -> None:
    text = (AVATARS / "ada.svg").read_text("utf-8")
    file = tmp_path / "x.svg"
    for spoilt, named in ((text.replace('id="hand_two_far"', 'id="hand2"'), 'id="hand_two_far"'),
                          (text.replace("data-elbow-near", "data-elbow"), "data-elbow-near with 2 numbers")):  # fmt: skip
        file.write_text(spoilt, "utf-8")
        assert any(named in fault.message for fault in faults(file))
        with pytest.raises(LecternError, match=named):
            read_artwork(file)
