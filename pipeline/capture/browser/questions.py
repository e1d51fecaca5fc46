"""What a page asks, drawn over it, and the answer that a person gives."""

from dataclasses import replace

from ...errors import LecternError
from ..picture.dialog_art import Question, dialog_art
from .doing import Doing, loaded, until

ASKED = 5.0
"""Seconds within which a question has to come that a step answers."""


def look_for_question(doing: Doing) -> None:
    """Draws what the page asks, if it does."""
    doing.stage.film.wait(0.02)
    question = doing.stage.screen.question()
    if question:
        _draw(doing, question)


def _draw(doing: Doing, question: Question) -> None:
    stage = doing.stage
    stage.art = dialog_art(question, stage.screen.window.size, dict(stage.request.colours))
    stage.film.cover(stage.art.picture)
    stage.note_text(doing.now())


def answer(doing: Doing) -> None:
    """Goes to a button of the question and presses it, after typing what was asked for."""
    stage, screen, step = doing.stage, doing.stage.screen, doing.step
    if not until(doing, lambda: screen.asked is not None, ASKED):
        raise LecternError("the page asks nothing now")
    question = screen.question()
    assert question is not None
    if stage.art is None:
        _draw(doing, question)
    said = step.text or None
    if question.kind == "prompt" and said is not None:
        _answered(doing, question, said)
    assert stage.art is not None
    box = stage.art.accept if step.value == "accept" else stage.art.dismiss
    width, height = stage.window
    stage.film.wait(0.35)
    stage.move((box.centre[0] * width, box.centre[1] * height), doing.seed)
    stage.film.wait(0.12)
    stage.note_pointer(pressed=True)
    doing.moment = doing.now()
    stage.film.wait(0.09)
    stage.note_pointer()
    screen.answer(step.value == "accept", said)
    stage.film.cover(None)
    doing.target, stage.art = box, None
    stage.film.wait(0.05)
    look_for_question(doing)
    loaded(doing)


def _answered(doing: Doing, question: Question, answer: str) -> None:
    """Types into a prompt, whose own answer is selected at first and goes with the first key."""
    typed = ""

    def key(char: str) -> None:
        nonlocal typed
        typed += char
        _draw(doing, replace(question, answer=typed))

    doing.stage.film.wait(0.3)
    doing.stage.write(answer, doing.seed, key)
