"""The way through a text that explains a recording best.

A hidden Markov model solved by Viterbi (1967), a frame of the recording at a time. Its states are the frames of a
reference that says the same words. Between any two words the speaker may rest, say what is not in the text, or leave
words out; within words the pace is free, from standing still to three times the reference's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .product import product

STEPS = ((0, 1.0), (1, 0.0), (2, 1.0), (3, 2.3))
"""How many frames of the reference may pass in one of the recording, and what it costs."""

DIGRESS = 30.0
"""What it costs to say something that is not in the text."""

LEAVE_OUT, LEAVE_OUT_FRAME = 80.0, 0.05
"""What it costs to leave out words, and each frame of them."""

WIDTH = 3000
"""States that are looked at around the best one (a minute)."""

BESIDE = 500
"""States that are looked at on either side of a way that is known already, roughly."""

ROWS = 128
"""Frames whose distances are computed at once."""

REST, OTHER = -1, -2
"""What a frame is that says nothing of the text."""

NEVER = np.float32(1e30)


@dataclass(frozen=True)
class Text:
    """The reference: its features (states, features), the first state of each word (words,), and what a rest costs
    before each word and after the last (words + 1,)."""

    features: np.ndarray
    starts: np.ndarray
    rests: np.ndarray

    @property
    def ends(self) -> np.ndarray:
        """The last state of each word."""
        return np.append(self.starts[1:], len(self.features)) - 1

    @property
    def places(self) -> np.ndarray:
        """What it costs to leave out everything before each word, and all of it."""
        return np.append(self.starts, len(self.features)).astype(np.float32) * np.float32(LEAVE_OUT_FRAME)


@dataclass(frozen=True)
class Heard:
    """The recording: its features (frames, features), and what each frame costs as a rest and as other speech."""

    features: np.ndarray
    rest: np.ndarray
    other: np.ndarray


@dataclass(frozen=True)
class Way:
    """The state of every frame, or REST or OTHER, and what the whole way costs a frame."""

    states: np.ndarray
    cost: float


def way(text: Text, heard: Heard, width: int = WIDTH, near: np.ndarray | None = None) -> Way:
    """The cheapest way through `text`, of those within `width` states around the best one, or BESIDE the states `near`."""
    blocks = list(_forward(text, heard, width, near))
    cost, node = _finish(text, blocks[-1], len(heard.features) - 1)
    return Way(_back(text, len(heard.features), blocks, node), cost / len(heard.features))


def cost(text: Text, heard: Heard, width: int = WIDTH) -> float:
    """What the cheapest way costs a frame."""
    for block in _forward(text, heard, width):
        last = block
    return _finish(text, last, len(heard.features) - 1)[0] / len(heard.features)


def distances(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Euclidean, of every frame of one to every frame of the other."""
    squares = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None] - 2 * product(some, others.T)
    return np.sqrt(np.maximum(squares, 0, out=squares), out=squares)


@dataclass
class _Block:
    """The scores of frames from `top` on: in speech (rows, states from `low` on), resting and digressing before each
    word and after the last (rows, words + 1)."""

    top: int
    low: int
    speech: np.ndarray
    rest: np.ndarray
    other: np.ndarray

    def score(self, frame: int, state: int) -> float:
        """Of one state; those beyond the window are never reached."""
        column = state - self.low
        inside = 0 <= column < self.speech.shape[1]
        return float(self.speech[frame - self.top, column]) if inside else float(NEVER)

    def ended(self, frame: int, ends: np.ndarray) -> np.ndarray:
        """Of having just said the word before each word, and the last."""
        columns = ends - self.low
        inside = (columns >= 0) & (columns < self.speech.shape[1])
        found = self.speech[frame - self.top, np.where(inside, columns, 0)]
        return np.append(NEVER, np.where(inside, found, NEVER))


def _forward(text: Text, heard: Heard, most: int, near: np.ndarray | None = None) -> Iterator[_Block]:
    states, words = len(text.features), len(text.starts)
    speech, rest, other = (np.full(size, NEVER, np.float32) for size in (states, words + 1, words + 1))
    for top in range(0, len(heard.features), ROWS):
        best = _best(text, speech, rest, other) if top else 0
        low, width = _around(best, min(states, most), states)
        if near is not None and len(known := _known(near, top)):
            low, width = _around((known.min() + known.max()) // 2, min(states, np.ptp(known) + 2 * BESIDE), states)
        block = _rows(text, heard, top, low, width, (speech[low : low + width], rest, other))
        yield block
        speech[:] = NEVER
        speech[low : low + width] = block.speech[-1]
        rest, other = block.rest[-1], block.other[-1]


def _around(middle: int, width: int, states: int) -> tuple[int, int]:
    """The first of `width` states around `middle`, and how many they are."""
    return int(np.clip(middle - width // 2, 0, states - width)), int(width)


def _known(near: np.ndarray, top: int) -> np.ndarray:
    """The states of a known way in the block at `top`, and in those beside it."""
    here = near[max(0, top - ROWS) : top + 2 * ROWS]
    return here[here >= 0]


def _best(text: Text, speech: np.ndarray, rest: np.ndarray, other: np.ndarray) -> int:
    """Where in the text the best way so far has come."""
    between = np.minimum(rest, other)
    if between.min() < speech.min():
        return int(np.append(text.starts, len(speech))[between.argmin()])
    return int(speech.argmin())


Scores = tuple[np.ndarray, np.ndarray, np.ndarray]
"""In speech (states,), resting and digressing (words + 1,)."""


def _rows(text: Text, heard: Heard, top: int, low: int, width: int, scores: Scores) -> _Block:
    """The scores of ROWS frames."""
    local = distances(heard.features[top : top + ROWS], text.features[low : low + width])
    rows, words = len(local), len(text.starts) + 1
    block = _Block(top, low, local, np.empty((rows, words), np.float32), np.empty((rows, words), np.float32))
    ends, places = text.ends, text.places
    inside = np.flatnonzero((text.starts >= low) & (text.starts < low + width))
    entries = text.starts[inside] - low
    seen = np.flatnonzero((ends >= low) & (ends < low + width))
    ended = np.full(words, NEVER, np.float32)
    for row in range(rows):
        speech, rest, other = scores
        ended[seen + 1] = speech[ends[seen] - low]
        ended[0] = NEVER if top + row else 0.0
        enter = _entering(ended, rest, other, places)
        new = _walked(speech)
        new[entries] = np.minimum(new[entries], enter[inside])
        block.rest[row] = np.minimum(np.minimum(rest, other), ended + text.rests) + heard.rest[top + row]
        block.other[row] = np.minimum(other, np.minimum(rest, ended) + np.float32(DIGRESS)) + heard.other[top + row]
        block.speech[row] += new
        scores = block.speech[row], block.rest[row], block.other[row]
    return block


def _walked(speech: np.ndarray) -> np.ndarray:
    """The best score of having come to each state from one before it in the same stretch of speech."""
    new = speech + np.float32(STEPS[0][1])
    for step, price in STEPS[1:]:
        np.minimum(new[step:], speech[:-step] + np.float32(price), out=new[step:])
    return new


def _entering(ended: np.ndarray, rest: np.ndarray, other: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The best score of beginning each word after a rest, other speech, or words that are left out."""
    between = np.minimum(rest, other)
    left = np.minimum(ended, between) - places
    enter = np.minimum(between, np.minimum.accumulate(left) + places + np.float32(LEAVE_OUT))
    enter[0] = min(enter[0], ended[0])
    return enter


Node = tuple[int, int]
"""A state of speech (state, 0), or REST or OTHER before word k (REST, k)."""


def _finish(text: Text, block: _Block, frame: int) -> tuple[float, Node]:
    """The cost of the cheapest way, and where it ends; words at the end may be left out."""
    ended, rest, other = block.ended(frame, text.ends), block.rest[-1], block.other[-1]
    final = np.minimum(np.minimum(ended, rest), other) + text.places[-1] - text.places + np.float32(LEAVE_OUT)
    final[-1] -= np.float32(LEAVE_OUT)
    word = int(final.argmin())
    return float(final[word]), _leaving(text, block, frame, word)


def _back(text: Text, frames: int, blocks: list[_Block], node: Node) -> np.ndarray:
    """The state of every frame, from the last one back."""
    words = {int(state): word for word, state in enumerate(text.starts)}
    states = np.empty(frames, np.int64)
    for frame in range(frames - 1, 0, -1):
        states[frame] = node[0]
        block = blocks[(frame - 1) // ROWS]
        options = _into_speech if node[0] >= 0 else _into_silence
        node = min(options(text, block, frame - 1, node, words), key=lambda option: option[0])[1]
    states[0] = node[0]
    return states


Option = tuple[float, Node]


def _into_speech(text: Text, block: _Block, frame: int, node: Node, words: dict[int, int]) -> list[Option]:
    state = node[0]
    options = [(block.score(frame, state - step) + price, (state - step, 0)) for step, price in STEPS if state >= step]
    if state in words:
        word, row = words[state], frame - block.top
        options += [(float(block.rest[row, word]), (REST, word)), (float(block.other[row, word]), (OTHER, word))]
        options += _over_words(text, block, frame, word)
    return options


def _over_words(text: Text, block: _Block, frame: int, word: int) -> list[Option]:
    """To have left out the words before `word`."""
    row, places = frame - block.top, text.places
    ended = block.ended(frame, text.ends)
    left = (np.minimum(np.minimum(ended, block.rest[row]), block.other[row]) - places)[: word + 1]
    before = int(left.argmin())
    return [(float(left[before] + places[word]) + LEAVE_OUT, _leaving(text, block, frame, before))]


def _into_silence(text: Text, block: _Block, frame: int, node: Node, words: dict[int, int]) -> list[Option]:
    kind, word = node
    row = frame - block.top
    begin, change = (float(text.rests[word]), 0.0) if kind == REST else (DIGRESS, DIGRESS)
    options = [(float(block.rest[row, word]) + change, (REST, word)), (float(block.other[row, word]), (OTHER, word))]
    return [*options, *((block.score(frame, int(e)) + begin, (int(e), 0)) for e in text.ends[max(0, word - 1) : word])]


def _leaving(text: Text, block: _Block, frame: int, word: int) -> Node:
    """The best place between the words before and from `word` on."""
    row = frame - block.top
    options = [(float(block.rest[row, word]), (REST, word)), (float(block.other[row, word]), (OTHER, word))]
    options += [(block.score(frame, int(end)), (int(end), 0)) for end in text.ends[max(0, word - 1) : word]]
    return min(options, key=lambda option: option[0])[1]
