"""Finding what a step names among pixels: exactly one thing, or an error that says what is there instead."""

import time
from pathlib import Path

import numpy as np
from PIL import Image

from ...episode.model import Target
from ...errors import LecternError
from ...geometry import Box
from ...services.reading import ReadingRequest, ReadWord
from ..claims import instead
from ..pixels.images import ALIKE, find_image
from ..pixels.reader import need_reader
from ..pixels.words import all_text, find_text
from ..request import CaptureRequest
from .view import View, box_at

PATIENCE = 5.0
"""Seconds within which a target has to appear."""
SPOT = (0.12, 0.05)
"""Width and height (fractions of the content) of what is blurred around a mere position."""


def find(scene: View, target: Target, episode: Path, patience: float = PATIENCE) -> Box:
    """The one box that `target` names; a position is a box without extent. LecternError tells how many there are."""
    if target.position:
        return box_at(target.position)
    end = time.monotonic() + patience
    while True:
        picture = scene.picture()
        boxes, said = scene.meanwhile(lambda: found_in(picture, target, scene.request, episode))
        if target.nth is not None and len(boxes) >= target.nth:
            return boxes[target.nth - 1]
        if target.nth is None and len(boxes) == 1:
            return boxes[0]
        if (len(boxes) > 1 and target.nth is None) or time.monotonic() > end:
            raise LecternError(_complaint(target, boxes, said))
        scene.check()
        scene.wait(0.1)


def read(picture: np.ndarray, request: CaptureRequest) -> tuple[ReadWord, ...]:
    """The words of a picture, in the language that its programs speak."""
    language = dict(request.environment.env).get("LANG", "en")
    return need_reader().read(ReadingRequest(picture=picture, language=language[:2]))


def found_in(picture: np.ndarray, target: Target, request: CaptureRequest, episode: Path) -> tuple[list[Box], str]:
    """All boxes of a picture that `target` may mean, and what there is instead."""
    if target.image:
        return _images(picture, target.image, episode)
    if target.text:
        words = read(picture, request)
        size = picture.shape[1], picture.shape[0]
        return find_text(words, target.text, size), f"It reads: {instead(target.text, all_text(words), 8)}"
    raise LecternError("on a desktop, things are named by text:, image: or position:")


def covered(picture: np.ndarray, target: Target, request: CaptureRequest, episode: Path) -> list[Box]:
    """All that has to be covered so that nobody sees `target`."""
    if target.position:
        return [box_at(target.position).grown(SPOT[0] / 2, SPOT[1] / 2)]
    return [box.grown(0.004, 0.006) for box in found_in(picture, target, request, episode)[0]]


def _images(picture: np.ndarray, name: str, episode: Path) -> tuple[list[Box], str]:
    with Image.open(episode / name) as image:
        wanted = np.asarray(image.convert("RGB"))
    try:
        matches = find_image(picture, wanted)
    except ValueError as error:
        raise LecternError(f"{name} can't be looked for: {error}") from error
    said = "It is like the picture (1 is the same) by " + ", ".join(
        f"{match.score:.2f} at [{match.box.centre[0]:.2f}, {match.box.centre[1]:.2f}]" for match in matches[:4]
    )
    boxes = [match.box for match in matches if match.score >= ALIKE]
    return sorted(boxes, key=lambda box: (round(box.y * 60), box.x)), f"{said}; {ALIKE} is needed"


def _complaint(target: Target, boxes: list[Box], said: str) -> str:
    name = ", ".join(f"{key}: {value}" for key, value in target.model_dump(exclude_none=True).items())
    if not boxes:
        return f"nothing on the screen is {name}. {said}"
    places = ", ".join(f"[{box.centre[0]:.2f}, {box.centre[1]:.2f}]" for box in boxes)
    return f"{name} is on the screen {len(boxes)} times, at {places}; choose one with nth:, or say more. {said}"
