"""Code that was typed onto a line that was there already is told; what goes on with a line is not."""

import pytest

from lectern.pipeline.base.geometry import Box
from lectern.pipeline.capture.run_together import run_together
from lectern.pipeline.capture.take import CaptureTake, StepEvent, TextBox, VisibleText
from lectern.pipeline.episode.steps import Step


def told(value: str, before: list[str], after: list[str]) -> str:
    """Return what is said where the lines `before` a text was typed are those `after` it."""
    step = Step(action="type", value=value, line=9)
    event = StepEvent(index=0, action="type", start=1.0, effect=1.5, end=2.0)
    entries = tuple(
        VisibleText(time=time, boxes=tuple(TextBox(text=line.strip(), box=Box(x=0, y=n / 20, w=0.5, h=0.04)) for n, line in enumerate(lines)))
        for time, lines in ((0.0, before), (1.6, after))
    )  # fmt: skip
    take = CaptureTake(
        kind="editor", size=(8, 8), pictures="p", times=(0.0,), duration=3.0, events=(event,), text=entries
    )
    return " ".join(message for _, message in run_together(take, [step]))


@pytest.mark.parametrize(
    ("value", "before", "after"),
    [
        ("display: grid;", [".photos {", "}"], [".photos {", "}display: grid;"]),
        ("    return total", ["return 1"], ["return 1    return total"]),
        ("  done) sed -i;;", ["*) echo;;"], ["*) echo;;  done) sed -i;;"]),
        ("b = 2\nc = 3", ["a = 1"], ["a = 1b = 2", "c = 3"]),
    ],
)
def test_a_line_of_code_behind_another_one_is_told(value: str, before: list[str], after: list[str]) -> None:
    assert f'stands behind "{before[-1]}", on one line' in told(value, before, after)


def test_code_that_ends_in_front_of_a_line_is_told() -> None:
    said = told("A = 1\nB = 2", ["def total(items):"], ["A = 1", "B = 2def total(items):"])
    assert 'ends in front of "def total(items):", on one line: end it with a line break' in said


@pytest.mark.parametrize(
    ("value", "before", "after"),
    [
        (", 19", ["total(12"], ["total(12, 19"]),
        ("  # a remark", ["x = 1"], ["x = 1  # a remark"][:0] or ["x = 1", "  # a remark"]),
        ("\ny = 2;", ["x = 1"], ["x = 1", "y = 2;"]),
        ("y = 2\n", ["x = 1"], ["y = 2", "x = 1"]),
        ("if x:\n    ", ["return 1"], ["if x:", "    return 1"]),
        ("world", ["hello "], ["hello world"]),
        ("x = 1;", [], ["x = 1;"]),
    ],
)
def test_what_goes_on_with_a_line_and_what_has_its_own_is_not_told(
    value: str, before: list[str], after: list[str]
) -> None:
    assert told(value, before, after) == ""
