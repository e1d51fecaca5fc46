"""What a program means to wait is known also where the recorder has to wait for the processor itself."""

import pytest

from lectern.pipeline.capture.terminal.waiting import MeasuredWait


def meant(*rounds: list[tuple[str, float]]) -> list[float]:
    """What is told at the end of each round of looks.

    "idle", "tail" and "work" are so many seconds of waiting, of waiting up to an output, and of work.
    """
    wait, told = MeasuredWait(), []
    for looks in rounds:
        for what, seconds in looks:
            if what == "work":
                wait.add_work(seconds)
            else:
                wait.add(seconds, sure=what == "idle")
        told.append(round(wait.end(), 4))
    return told


def slept(seconds: float, late: float = 0.0, look: float = 0.004) -> list[tuple[str, float]]:
    """A program that sleeps, and is heard `late` seconds after it wrote."""
    whole = int(seconds / look)
    return [("work", 0.003), *[("idle", look)] * whole, ("tail", seconds - whole * look + late)]


@pytest.mark.parametrize("late", [0.0, 0.005, 0.014, 0.02, 0.024])
@pytest.mark.parametrize("seconds", [0.1, 0.05, 0.2, 0.3, 0.5, 1.0])
def test_a_recorder_that_hears_too_late_tells_the_same_wait(seconds, late) -> None:
    assert meant(slept(seconds, late)) == [seconds]


@pytest.mark.parametrize("late", [0.008, 0.015, 0.02, 0.024])
def test_what_it_heard_too_late_makes_the_next_wait_no_shorter(late) -> None:
    heard = slept(0.1 - late)
    assert meant(slept(0.1, late), heard) == [0.1, 0.1]


@pytest.mark.parametrize("late", [0.012, 0.015, 0.02, 0.035])
def test_a_recorder_that_is_late_takes_no_delay_of_its_own_for_a_wait(late) -> None:
    assert meant([("work", 0.004), ("tail", late)]) == [0.0]


@pytest.mark.parametrize("seconds", [1 / 60, 1 / 30, 0.08])
def test_animations_keep_their_pace(seconds) -> None:
    assert meant(*[slept(seconds)] * 5) == [round(seconds, 4)] * 5


def test_a_key_begins_anew() -> None:
    wait = MeasuredWait()
    wait.add(0.1, sure=False)
    wait.begin()
    assert wait.end() == 0.0
