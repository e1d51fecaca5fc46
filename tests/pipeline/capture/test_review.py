"""A recording of today beside the kept one: what an eye would see, and what a reader would read."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from support.assets import THEME

from lectern.pipeline.base.geometry import Box
from lectern.pipeline.capture.pictures import PICTURES, write_pictures
from lectern.pipeline.capture.review.compare import compare_recordings, difference_mask, visible_lines
from lectern.pipeline.capture.review.contact_sheet import SheetCapture, contact_sheet
from lectern.pipeline.capture.review.moments import step_moments
from lectern.pipeline.capture.take import BlurredRegions, CaptureTake, StepEvent, TextBox, VisibleText
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target

SIZE = (320, 200)
BLANK = np.full((200, 320, 3), 240, np.uint8)


def with_square(left: int, colour: int = 40, side: int = 40) -> np.ndarray:
    picture = BLANK.copy()
    picture[60 : 60 + side, left : left + side] = colour
    return picture


def slanted(shift: float) -> np.ndarray:
    """A smoothed slanted line, drawn a fraction of a pixel aside."""
    large = Image.new("L", (1280, 800), 240)
    ImageDraw.Draw(large).line((100 + 4 * shift, 60, 900 + 4 * shift, 700), fill=20, width=12)
    return np.repeat(np.asarray(large.resize(SIZE, Image.Resampling.BOX))[..., None], 3, axis=2)


def filmed(folder: Path, *pictures: np.ndarray, text: tuple[str, ...] = (), **more: object) -> CaptureTake:
    """A take with a step a second, each of which shows the next picture and text."""
    folder.mkdir(parents=True)
    write_pictures(folder / PICTURES, pictures)
    events = tuple(
        StepEvent(index=i, action="click", start=i + 0.1, effect=i + 0.0 if not i else i, end=i + 0.9)
        for i in range(len(pictures))
    )
    seen = tuple(
        VisibleText(time=float(i), boxes=(TextBox(text=t, box=Box(x=0.1, y=0.1, w=0.5, h=0.1)),))
        for i, t in enumerate(text)
    )
    return CaptureTake(
        kind="browser", size=SIZE, pictures=PICTURES, times=tuple(float(i) for i in range(len(pictures))),
        duration=float(len(pictures)), events=events, text=seen, **more,
    )  # fmt: skip


def test_each_step_is_seen_as_it_has_come_to_rest(tmp_path: Path) -> None:
    take = filmed(tmp_path / "a", with_square(10), with_square(100), with_square(200), text=("one", "two", "three"))
    found = step_moments(take, tmp_path / "a")
    assert [int(np.argmin(m.picture[80, :, 0])) for m in found] == [10, 100, 200]
    assert [m.text[0].text for m in found] == ["one", "two", "three"]
    assert [m.event.index for m in step_moments(take, tmp_path / "a", [1])] == [1]


def test_smoothed_edges_a_fraction_aside_are_no_difference_and_a_moved_thing_is() -> None:
    one, other = slanted(0), slanted(0.4)
    assert (np.abs(one.astype(int) - other).max(axis=2) > 25).mean() > 0.006
    assert difference_mask(one, other).mean() < 0.0002
    assert difference_mask(BLANK, BLANK + 10).mean() == 0
    moved = difference_mask(with_square(100), with_square(110))
    assert moved[60:100, 101:109].all()
    assert moved.sum() == pytest.approx(2 * 10 * 40, rel=0.25)


def test_the_same_again_is_not_stale(tmp_path: Path) -> None:
    kept, now = (filmed(tmp_path / name, with_square(10), text=("Saved at 10:31:07",)) for name in "ab")
    assert compare_recordings(kept, tmp_path / "a", now, tmp_path / "b") == ()


def test_another_picture_and_another_text_are_told_with_their_step(tmp_path: Path) -> None:
    kept = filmed(tmp_path / "a", BLANK, with_square(10), text=("Hello", "3 files"))
    now = filmed(tmp_path / "b", BLANK, with_square(250), text=("Hello", "3 files"))
    (change,) = compare_recordings(kept, tmp_path / "a", now, tmp_path / "b")
    assert (change.index, change.what) == (1, "the picture differs in 5.0% of its area, in the middle")
    now = filmed(tmp_path / "c", BLANK, with_square(10), text=("Hello", "4 files"))
    (change,) = compare_recordings(kept, tmp_path / "a", now, tmp_path / "c")
    assert (change.index, change.diff) == (1, ("-3 files", "+4 files"))


def test_clocks_and_what_is_blurred_do_not_count(tmp_path: Path) -> None:
    hidden = {"blurred": (BlurredRegions(time=0.0, boxes=(Box(x=0.0, y=0.25, w=0.3, h=0.35),)),)}
    kept = filmed(tmp_path / "a", with_square(10), text=("done in 3.2 s",), **hidden)
    now = filmed(tmp_path / "b", with_square(10, colour=200), text=("done in 4.75 s",), **hidden)
    assert compare_recordings(kept, tmp_path / "a", now, tmp_path / "b") == ()


@pytest.mark.parametrize(
    "line",
    [
        "10:31",
        "2026-11-21 11:18",
        "Sat Nov 21 11:18:58",
        "took 12ms",
        "5 minutes ago",
        "http://localhost:43127/",
        "/tmp/lectern-x1/a",
    ],
)
def test_volatile_text_reads_the_same_on_every_run(line: str) -> None:
    assert "…" in visible_lines([TextBox(text=line, box=Box(x=0, y=0, w=1, h=0.1))])[0]


def test_text_is_read_in_lines_from_the_top() -> None:
    boxes = [("b", 0.5, 0.1), ("c", 0.1, 0.3), ("a", 0.1, 0.105)]
    assert visible_lines([TextBox(text=t, box=Box(x=x, y=y, w=0.1, h=0.05)) for t, x, y in boxes]) == ["a b", "c"]


def test_a_sheet_shows_every_step_with_its_number_in_the_colours_of_the_film(tmp_path: Path) -> None:
    take = filmed(tmp_path / "a", with_square(10), with_square(100), with_square(200), with_square(250))
    steps = tuple(Step(action="click", target=Target(text=f"Thing {n}"), at=f"m{n}", line=n) for n in range(4))
    sheet = np.asarray(contact_sheet([SheetCapture("The shop", steps, step_moments(take, tmp_path / "a"))], THEME))
    accent = np.array([int(THEME.accent[i : i + 2], 16) for i in (1, 3, 5)])
    badges = (np.abs(sheet.astype(int) - accent).max(axis=2) < 4).sum()
    assert badges > 4 * 30 * 30 * 0.7
    assert (sheet[0, 0] == [int(THEME.background[0][i : i + 2], 16) for i in (1, 3, 5)]).all()
    assert sheet.shape[1] == 2 * 44 + 3 * 520 + 2 * 28


def test_a_sheet_writes_every_script(tmp_path: Path) -> None:
    take = filmed(tmp_path / "a", with_square(10))
    moments = step_moments(take, tmp_path / "a")
    said = ("\u65e5\u672c", "\u4e2d\u56fd", "\U0001f600\U0001f600")
    sheets = [contact_sheet([SheetCapture(text, (Step(action="run", value=text),), moments)], THEME) for text in said]
    assert len({sheet.tobytes() for sheet in sheets}) == len(said)  # what a font lacks would be the same box


def test_what_was_only_slower_is_not_stale(tmp_path: Path) -> None:
    def one(name: str, *pictures: np.ndarray, end: float) -> CaptureTake:
        take = filmed(tmp_path / name, *pictures, text=("ready",))
        return take.model_copy(update={"events": (StepEvent(index=0, action="click", start=0.0, effect=0.0, end=end),)})

    kept = one("a", with_square(10), with_square(100), end=0.9)
    now = one("b", with_square(60), with_square(100), end=1.9)
    assert compare_recordings(kept, tmp_path / "a", now, tmp_path / "b") == ()
    gone = one("c", with_square(60), with_square(250), end=1.9)
    assert len(compare_recordings(kept, tmp_path / "a", gone, tmp_path / "c")) == 1
