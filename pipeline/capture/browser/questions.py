"""What a page asks, drawn over it, and the answer that a person gives."""

from dataclasses import replace

from ...base.errors import LecternError
from .dialog_art import Question, dialog_art
from .step_context import BrowserStepContext, wait_for_load, wait_until

QUESTION_SECONDS = 5.0
"""Seconds within which a question has to come that a step answers."""


def show_question(current: BrowserStepContext) -> None:
    """Draw what the page asks, if it does."""
    current.session.film.wait(0.02)
    question = current.session.tabs.question()
    if question:
        _draw_question(current, question)


def _draw_question(current: BrowserStepContext, question: Question) -> None:
    session = current.session
    session.art = dialog_art(question, session.tabs.window.size, dict(session.request.colours))
    session.film.cover(session.art.picture)
    session.note_text(current.now())


def answer_question(current: BrowserStepContext) -> None:
    """Type what was asked for, go to a button of the question and press it."""
    session, tabs, step = current.session, current.session.tabs, current.step
    if not wait_until(current, lambda: tabs.asked is not None, QUESTION_SECONDS):
        raise LecternError("the page asks nothing now")
    question = tabs.question()
    assert question is not None
    if session.art is None:
        _draw_question(current, question)
    text = step.text or None
    if question.kind == "prompt" and text is not None:
        _type_answer(current, question, text)
    assert session.art is not None
    box = session.art.accept if step.value == "accept" else session.art.dismiss
    width, height = session.window
    session.film.wait(0.35)
    session.move((box.centre[0] * width, box.centre[1] * height), current.seed)
    session.film.wait(0.12)
    session.note_pointer(pressed=True)
    current.moment = current.now()
    session.film.wait(0.09)
    session.note_pointer()
    tabs.answer(step.value == "accept", text)
    session.film.cover(None)
    current.target, session.art = box, None
    session.film.wait(0.05)
    show_question(current)
    wait_for_load(current)


def _type_answer(current: BrowserStepContext, question: Question, answer: str) -> None:
    """Type into a prompt, whose own answer is selected at first and goes with the first key."""
    typed = ""

    def key(char: str) -> None:
        nonlocal typed
        typed += char
        _draw_question(current, replace(question, answer=typed))

    current.session.film.wait(0.3)
    current.session.write(answer, current.seed, key=key)
