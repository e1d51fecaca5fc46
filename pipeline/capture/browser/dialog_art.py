"""What a page asks, drawn as a browser draws it: a headless one asks without showing it to anybody."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from ...base.geometry import Box, Size, box_of_pixels
from ...base.svg import render_svg, svg_text, svg_text_width
from ...base.text_runs import clusters
from ..take import TextBox

_WIDTH = 780
_ROOM = 38
"""Px between a dialog's edge and what is in it."""
_TITLE, _TEXT = 30, 28
_LINE = 40
_BUTTON, _FIELD = 60, 62
_RADIUS = 20
_SHADOW = 46


@dataclass(frozen=True)
class Question:
    """What is asked: `kind` alert, confirm, prompt or beforeunload; `answer` is what has been typed so far."""

    kind: str
    asker: str
    message: str
    answer: str = ""


@dataclass(frozen=True)
class DialogArt:
    """A dialog over a page of some size: its picture (RGBA), its buttons, and its text, as fractions of the page."""

    picture: np.ndarray
    accept: Box
    dismiss: Box
    text: tuple[TextBox, ...]


def dialog_art(question: Question, size: Size, colours: Mapping[str, str]) -> DialogArt:
    """Draw a question at the top of a page of `size` px; `colours`: card, text, muted, line, field, accent, accent_text."""
    plan = _lay_out_dialog(question, size)
    picture = _scrim(size, plan.card)
    drawing = render_svg(_svg(plan, size, colours))
    return DialogArt(
        picture=_composite_over(drawing, picture),
        accept=box_of_pixels(*plan.accept, size),
        dismiss=box_of_pixels(*(plan.dismiss or plan.accept), size),
        text=tuple(
            TextBox(text=text, box=box_of_pixels(x, y, w, h, size))
            for text, x, y, w, h, *_ in plan.words
            if text.strip()
        ),
    )


_Rect = tuple[float, float, float, float]
_Words = tuple[str, float, float, float, float, str]
"""Text, left, top, width, height, and the role that gives its size and colour."""


@dataclass(frozen=True)
class _DialogLayout:
    """Where all of it goes, in px."""

    card: _Rect
    words: tuple[_Words, ...]
    field: _Rect | None
    accept: _Rect
    dismiss: _Rect | None


def _lay_out_dialog(question: Question, size: Size) -> _DialogLayout:
    width = min(_WIDTH, size[0] - 48)
    left, inner = (size[0] - width) / 2, width - 2 * _ROOM
    lines = [line for part in question.message.splitlines() or [""] for line in _wrapped(part, inner)]
    height = (
        _ROOM
        + _LINE
        + 14
        + _LINE * len(lines)
        + (22 + _FIELD if question.kind == "prompt" else 0)
        + 30
        + _BUTTON
        + _ROOM
        - 8
    )
    top = max(24.0, min(0.09 * size[1], (size[1] - height) / 2)) if size[0] > size[1] else (size[1] - height) / 2
    words = [_words(question.asker, left + _ROOM, top + _ROOM, "title")]
    words += [_words(line, left + _ROOM, top + _ROOM + _LINE + 14 + _LINE * i, "text") for i, line in enumerate(lines)]
    field, bottom = None, top + height - _ROOM + 8 - _BUTTON
    if question.kind == "prompt":
        field = (left + _ROOM, bottom - 30 - _FIELD, inner, _FIELD)
        words.append(
            _words(_visible_tail(question.answer, inner - 40), field[0] + 18, field[1] + (_FIELD - _LINE) / 2, "answer")
        )
    accept, dismiss = _buttons(question, left + width - _ROOM, bottom)
    for label, box, role in ((_labels(question)[0], accept, "accept"), (_labels(question)[1], dismiss, "dismiss")):
        if box:
            words.append(_centred(label, box, role))
    return _DialogLayout((left, top, width, height), tuple(words), field, accept, dismiss)


def _labels(question: Question) -> tuple[str, str]:
    return ("Leave", "Stay") if question.kind == "beforeunload" else ("OK", "Cancel")


def _buttons(question: Question, right: float, top: float) -> tuple[_Rect, _Rect | None]:
    wide = max(132.0, *(_length(label, "title") + 60 for label in _labels(question)))
    accept = (right - wide, top, wide, _BUTTON)
    return accept, None if question.kind == "alert" else (right - 2 * wide - 18, top, wide, _BUTTON)


def _words(text: str, x: float, y: float, role: str) -> _Words:
    return text, x, y, _length(text, role), _LINE, role


def _centred(text: str, box: _Rect, role: str) -> _Words:
    wide = _length(text, role)
    return text, box[0] + (box[2] - wide) / 2, box[1] + (box[3] - _LINE) / 2, wide, _LINE, role


def _length(text: str, role: str) -> float:
    return svg_text_width(text, _TITLE if role == "title" else _TEXT, bold=role not in ("text", "answer"))


def _wrapped(text: str, width: float) -> list[str]:
    lines, line = list[str](), ""
    for word in text.split():
        if line and _length(f"{line} {word}", "text") > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line]


def _visible_tail(text: str, width: float) -> str:
    """Return the end of what is typed, as much as a field shows."""
    while text and _length(text, "answer") > width:
        text = "".join(clusters(text)[1:])
    return text


def _svg(plan: _DialogLayout, size: Size, colours: Mapping[str, str]) -> str:
    parts = [_rect(plan.card, _RADIUS, colours["card"], colours["line"], 1.5)]
    if plan.field:
        parts.append(_rect(plan.field, 10, colours["field"], colours["accent"], 2.5))
    if plan.dismiss:
        parts.append(_rect(plan.dismiss, _BUTTON / 2, "none", colours["line"], 2))
    parts.append(_rect(plan.accept, _BUTTON / 2, colours["accent"], "none", 0))
    parts += [_text(words, colours) for words in plan.words]
    parts += [_caret(words, colours) for words in plan.words if words[5] == "answer"]
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}">{"".join(parts)}</svg>'


def _rect(box: _Rect, radius: float, fill: str, stroke: str, width: float) -> str:
    x, y, w, h = box
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="{width}"/>'


def _text(words: _Words, colours: Mapping[str, str]) -> str:
    text, x, y, _, high, role = words
    colour = {"text": "text", "answer": "text", "title": "text", "accept": "accent_text", "dismiss": "text"}[role]
    size, bold = _TITLE if role == "title" else _TEXT, role not in ("text", "answer")
    baseline = y + high / 2 + 0.36 * size
    return svg_text(text, x, baseline, size, colours[colour], bold=bold, more=' xml:space="preserve"')


def _caret(words: _Words, colours: Mapping[str, str]) -> str:
    _, x, y, wide, high, _ = words
    return f'<rect x="{x + wide + 2}" y="{y + 4}" width="2.5" height="{high - 8}" fill="{colours["accent"]}"/>'


def _scrim(size: Size, card: _Rect) -> np.ndarray:
    """Darken the page behind, most of all below the dialog's edge."""
    x, y, w, h = card
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}">'
        f'<rect x="{x}" y="{y + 14}" width="{w}" height="{h}" rx="{_RADIUS}" fill-opacity="0.7"/></svg>'
    )
    shadow = Image.fromarray(render_svg(svg)[..., 3]).filter(ImageFilter.GaussianBlur(_SHADOW / 2))
    alpha = np.asarray(shadow).astype(np.uint16)
    veil = np.zeros((size[1], size[0], 4), dtype=np.uint8)
    veil[..., 3] = (alpha + (255 - alpha) * 82 // 255).astype(np.uint8)
    return veil


def _composite_over(drawing: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return one picture with straight alpha of two: `drawing` over a black veil."""
    alpha, under = drawing[..., 3:].astype(np.float32) / 255, below[..., 3:].astype(np.float32) / 255
    whole = alpha + under * (1 - alpha)
    colour = drawing[..., :3].astype(np.float32) * alpha / np.maximum(whole, 1e-6)
    return np.concatenate((np.rint(colour), np.rint(whole * 255)), axis=2).astype(np.uint8)
