"""What strips hide while they are moved: where, when, and in words."""

import numpy as np

from lectern.pipeline.base.geometry import Box
from lectern.pipeline.quality.visibility import (
    COLUMNS,
    ROWS,
    Cover,
    SightSpan,
    hidden_shares,
    hidden_sights,
    hidden_spans,
    seen_shares,
    told,
)

LEFT, RIGHT = Box(x=0, y=0, w=0.5, h=1), Box(x=0.5, y=0, w=0.5, h=1)
TOTAL = SightSpan("total: 12", 0.1, 0.1, 0.4, 0.2, 30, 90)
POINTER = SightSpan("the pointer", 0.3, 0.5, 0.4, 0.6, 60, 120)


def test_a_cover_hides_what_it_lies_over_while_both_are_there() -> None:
    found = hidden_sights((TOTAL, POINTER), [Cover("ada", LEFT, 50, 80)])
    assert [(h.what, h.start, h.end) for h in found] == [("total: 12", 50, 80), ("the pointer", 60, 80)]
    assert hidden_sights((TOTAL, POINTER), [Cover("ada", RIGHT, 0, 120), Cover("ada", LEFT, 0, 30)]) == ()


def test_what_only_touches_hides_nothing() -> None:
    assert hidden_sights((TOTAL,), [Cover("ada", Box(x=0.4, y=0, w=0.5, h=1), 0, 120)]) == ()


def test_a_cell_says_for_which_share_of_the_scene_something_there_has_to_be_seen() -> None:
    shares = seen_shares((TOTAL, POINTER), 120)
    at = [shares[int(y * ROWS), int(x * COLUMNS)] for x, y in ((0.2, 0.15), (0.35, 0.55), (0.8, 0.8))]
    assert at == [0.5, 0.5, 0.0]


def test_overlapping_sights_count_once_and_only_what_is_shared_is_hidden() -> None:
    twice = (TOTAL, TOTAL._replace(what="12"))
    assert seen_shares(twice, 120).max() == 0.5
    hidden = hidden_shares(hidden_sights(twice, [Cover("ada", Box(x=0.2, y=0, w=0.1, h=1), 0, 60)]), 120)
    assert hidden.max() == 0.25
    columns = np.nonzero(hidden.any(axis=0))[0]
    assert (columns.min() / COLUMNS, (columns.max() + 1) / COLUMNS) == (19 / 96, 29 / 96)


def test_spans_and_seconds_of_what_is_hidden_are_joined() -> None:
    found = hidden_sights((TOTAL, POINTER), [Cover("ada", LEFT, 50, 80), Cover("keys", LEFT, 70, 100)])
    assert hidden_spans(found) == ((50, 100),)
    assert told(found, 30) == 'hides "total: 12", the pointer, for 1.7 s'


def test_long_lists_and_long_words_are_cut_and_nothing_hidden_says_nothing() -> None:
    sights = [SightSpan(f"{n} " + "x" * 40, 0, 0, 1, 1, 0, 30 + n) for n in range(5)]
    said = told(hidden_sights(sights, [Cover("ada", LEFT, 0, 60)]), 30)
    assert said.startswith(f'hides "4 {"x" * 29}…"') and said.endswith(" and 2 more, for 1.1 s")
    assert told((), 30) == ""


def test_a_scene_of_many_frames_is_looked_at_evenly() -> None:
    shares = seen_shares([SightSpan("a", 0, 0, 1, 1, 0, 5000)], 10_000)
    assert shares.min() == shares.max() == 0.5
