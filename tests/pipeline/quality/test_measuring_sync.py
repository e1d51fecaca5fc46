"""Whether marked steps are on their marks, measured on films that are right and on films that are wrong."""

from collections.abc import Callable
from pathlib import Path

import made_films
import numpy as np
import pytest

from lectern.pipeline.base.geometry import Box
from lectern.pipeline.quality.frames import decoded_frames, probe_frames
from lectern.pipeline.quality.sync import CoveredArea, ExpectedStep, judge_sync, sync_findings, sync_probe

MARK, FRAMES = 30, 60
WINDOW = Box(x=0.1, y=0.1, w=0.8, h=0.8)
CORNER = Box(x=0.7, y=0.6, w=0.2, h=0.3)

Draw = Callable[[int, np.ndarray], object]


def step(**fields: object) -> ExpectedStep:
    return ExpectedStep.model_validate(
        {"scene": "a", "line": 7, "mark": "go", "frame": MARK, "region": WINDOW, **fields}
    )


def late(folder: Path, draw: Draw, expected: ExpectedStep = step()) -> int | None:
    """By how much the step is late in a film that `draw` draws upon."""
    frames = [made_films.plain() for _ in range(FRAMES)]
    for number, frame in enumerate(frames):
        draw(number, frame)
    film = made_films.write_film(folder / "film.mp4", frames)
    probe_frames(film, [probe := sync_probe([expected])])
    return judge_sync([expected], probe.seen)[0].late


def patch(frame: np.ndarray, left: int = 60, top: int = 60, value: int = 200) -> None:
    frame[top : top + 20, left : left + 24] = value


@pytest.mark.parametrize("shift", (-7, -2, 0, 1, 5, 11))
def test_a_step_is_as_late_as_its_first_changed_picture(tmp_path: Path, shift: int) -> None:
    assert late(tmp_path, lambda n, frame: patch(frame) if n >= MARK + shift else None) == shift


def test_a_step_that_changes_nothing_is_not_seen(tmp_path: Path) -> None:
    assert late(tmp_path, lambda n, frame: None) is None


def test_a_change_too_far_from_the_mark_is_not_taken_for_it(tmp_path: Path) -> None:
    assert late(tmp_path, lambda n, frame: patch(frame) if n >= MARK + 20 else None) is None


def test_typed_letters_are_one_change_that_begins_with_the_first(tmp_path: Path) -> None:
    def letters(n: int, frame: np.ndarray) -> None:
        for letter in range(min(8, (n - MARK + 4) // 2 + 1)):
            patch(frame, left=40 + 28 * letter)

    assert late(tmp_path, letters) == -4


def test_an_answer_below_a_line_that_was_typed_right_before_is_a_change_of_its_own(tmp_path: Path) -> None:
    def line_and_answer(n: int, frame: np.ndarray) -> None:
        for letter in range(max(0, min(8, (n - MARK + 16) // 2))):
            patch(frame, left=40 + 28 * letter, top=40)
        if n >= MARK + 1:
            patch(frame, top=100)

    assert late(tmp_path, line_and_answer) == 1


def test_a_caret_that_is_put_where_the_answer_comes_right_after_is_not_the_answer(tmp_path: Path) -> None:
    def caret_and_answer(n: int, frame: np.ndarray) -> None:
        if n >= MARK - 3:
            patch(frame)
        if n >= MARK:
            frame[60:80, 60:140] = 200

    assert late(tmp_path, caret_and_answer) == 0


def test_what_happens_beneath_a_cover_is_not_the_footage_s_doing(tmp_path: Path) -> None:
    def mouth_and_step(n: int, frame: np.ndarray) -> None:
        patch(frame, left=240, top=120, value=90 + 80 * (n // 5 % 2))
        if n >= MARK + 5:
            patch(frame)

    assert late(tmp_path, mouth_and_step, step(covers=(CoveredArea(start=0, end=FRAMES, box=CORNER),))) == 5


def test_a_cover_counts_only_while_it_is_there(tmp_path: Path) -> None:
    def one(n: int, frame: np.ndarray) -> None:
        if n >= MARK + 5:
            patch(frame, left=240, top=120)

    assert late(tmp_path, one, step(covers=(CoveredArea(start=0, end=MARK, box=CORNER),))) == 5


def test_a_pointer_that_moves_is_followed(tmp_path: Path) -> None:
    def pointer_and_step(n: int, frame: np.ndarray) -> None:
        frame[40:56, 4 * n : 4 * n + 16] = 255
        if n >= MARK + 5:
            patch(frame, left=280, top=40)

    boxes = [Box(x=4 * n / 320, y=40 / 180, w=16 / 320, h=16 / 180) for n in range(FRAMES)]
    path = tuple(CoveredArea(start=n, end=n + 1, box=box) for n, box in enumerate(boxes))
    assert late(tmp_path, pointer_and_step) != 5
    assert late(tmp_path, pointer_and_step, step(covers=path)) == 5


def test_nothing_is_said_while_the_view_moves(tmp_path: Path) -> None:
    def zoom_and_step(n: int, frame: np.ndarray) -> None:
        patch(frame, left=40 + 2 * min(max(n - 15, 0), 12), top=100)
        if n >= MARK + 4:
            patch(frame)

    assert late(tmp_path, zoom_and_step, step(moving=((15, 27),))) == 4


def test_the_noise_of_encoding_is_no_change(tmp_path: Path) -> None:
    random = np.random.default_rng(3)

    def noise(n: int, frame: np.ndarray) -> None:
        frame += random.integers(0, 5, frame.shape, np.uint8)

    assert late(tmp_path, noise) is None


def test_a_step_off_by_three_frames_is_a_finding_with_its_line() -> None:
    met = judge_sync([step()], {n: np.full((22, 40), 200.0 * (n >= MARK + 3), np.float16) for n in range(FRAMES)})
    assert tuple(map(str, sync_findings(met))) == ('script.md:7: the step at "go" of scene "a" shows 3 frames late',)
    met = judge_sync([step()], {n: np.full((22, 40), 200.0 * (n >= MARK - 2), np.float16) for n in range(FRAMES)})
    assert sync_findings(met) == ()


def test_frames_are_found_by_their_number_across_gaps(tmp_path: Path) -> None:
    grey = [made_films.plain((value, value, value)) for value in range(20, 220)]
    film = made_films.write_film(tmp_path / "film.mp4", grey)
    wanted = [0, 3, 150, 151, 199]
    seen = {n: picture.rgb(Box(x=0, y=0, w=1, h=1)).mean() for n, picture in decoded_frames(film, wanted)}
    assert {n: round(value) for n, value in seen.items()} == pytest.approx({n: 20 + n for n in wanted}, abs=2)
