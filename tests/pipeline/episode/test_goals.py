"""A goal in the script: worked out once, filmed from its steps ever after."""

from collections.abc import Callable

from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.unsupported import refuse_captures, refuse_unsupported

Reading = Callable[[str], Episode]
GOAL = "# A\n\n```capture\nkind: browser\ngoal: buy a lamp\n```\n"


def test_a_build_that_meets_a_goal_without_steps_says_what_to_run(reading: Reading) -> None:
    said = ['script.md:3: not yet: the steps to the goal "buy a lamp" are not worked out; run: lectern rehearse']
    assert [str(p) for p in refuse_unsupported(reading(GOAL))] == said
    assert [str(p) for p in refuse_captures(reading(GOAL).scenes)] == said


def test_with_steps_the_goal_says_what_they_are_for(reading: Reading) -> None:
    both = reading(GOAL.replace("lamp\n", "lamp\nsteps:\n  - open: https://lamps.example\n"))
    assert refuse_unsupported(both) == ()
    assert (both.scenes[0].captures[0].goal, len(both.scenes[0].captures[0].steps)) == ("buy a lamp", 1)
