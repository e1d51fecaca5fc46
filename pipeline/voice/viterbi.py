"""The Viterbi aligner: finds the path through a text that explains a recording best.

A hidden Markov model, solved by dynamic programming (Viterbi 1967), one frame of the recording at a time. Its states are the
frames of a reference that says the same words. Between any two words the speaker may rest, say something that is not in
the text, or leave words out; within words the pace is free, up to three times the reference's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .features import Features
from .product import product

STEPS = ((0, 1.0), (1, 0.0), (2, 1.0), (3, 2.3))
"""The numbers of reference frames that may pass in one frame of the recording, each with its cost."""

DIGRESS = 30.0
"""The cost of saying something that is not in the text."""

LEAVE_OUT, LEAVE_OUT_FRAME = 80.0, 0.05
"""The cost of leaving out words, and of each frame of them."""

WIDTH = 3000
"""The width of the beam: states that are searched around the best one (a minute)."""

BESIDE = 500
"""States that are searched on either side of a path that is roughly known."""

ROWS = 128
"""Frames whose distances are computed at once."""

REST, OTHER = -1, -2
"""The states of frames that say nothing of the text."""

NEVER = np.float32(1e30)

type States = NDArray[np.int64]
"""Numbers of states: one for each frame, or for each word."""

type CostArray = NDArray[np.float32]
"""Costs, or sums of them: one for each frame, state or word."""


@dataclass(frozen=True)
class ReferenceStates:
    """The reference.

    `features` has the shape (states, features); `starts` is the first state of each word (words,); `rests` what a rest
    costs before each word and after the last (words + 1,).
    """

    features: Features
    starts: States
    rests: CostArray

    @property
    def ends(self) -> States:
        """Return the last state of each word."""
        return np.append(self.starts[1:], len(self.features)) - 1

    @property
    def places(self) -> CostArray:
        """Return what it costs to leave out everything before each word, and everything: (words + 1,)."""
        return np.append(self.starts, len(self.features)).astype(np.float32) * np.float32(LEAVE_OUT_FRAME)


@dataclass(frozen=True)
class Observation:
    """The recording: `features` (frames, features), and what each frame costs as a rest and as other speech (frames,)."""

    features: Features
    rest: CostArray
    other: CostArray


@dataclass(frozen=True)
class AlignmentPath:
    """The state of every frame, or REST or OTHER (frames,), and the mean cost of a frame."""

    states: States
    cost: float


def viterbi(text: ReferenceStates, heard: Observation, width: int = WIDTH, near: States | None = None) -> AlignmentPath:
    """Find the cheapest path through `text`.

    Args:
        text: The reference.
        heard: The recording.
        width: The beam: how many states are searched around the best one so far.
        near: The states of a known path; only those within `BESIDE` states of it are searched.
    """
    blocks = list(_forward(text, heard, width, near))
    cost, node = _finish(text, blocks[-1], len(heard.features) - 1)
    return AlignmentPath(_backtrack(text, len(heard.features), blocks, node), cost / len(heard.features))


def path_cost(text: ReferenceStates, heard: Observation, width: int = WIDTH) -> float:
    """Return the mean cost of a frame on the cheapest path."""
    for block in _forward(text, heard, width):
        last = block
    return _finish(text, last, len(heard.features) - 1)[0] / len(heard.features)


def distances(some: Features, others: Features) -> CostArray:
    """Return the Euclidean distances of all frames (n, features) to all others (m, features): (n, m)."""
    squares: CostArray = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None] - 2 * product(some, others.T)
    np.maximum(squares, 0, out=squares)
    return np.sqrt(squares, out=squares)


@dataclass
class _ScoreBlock:
    """The scores of the frames from `top` on.

    `speech` has those in a word (rows, states from `low` on); `rest` and `other` those of a rest or other speech before each
    word and after the last (rows, words + 1).
    """

    top: int
    low: int
    speech: CostArray
    rest: CostArray
    other: CostArray

    def score(self, frame: int, state: int) -> float:
        """Return the score of one state; those outside the beam are never reached."""
        column = state - self.low
        inside = 0 <= column < self.speech.shape[1]
        return float(self.speech[frame - self.top, column]) if inside else float(NEVER)

    def ended(self, frame: int, ends: States) -> CostArray:
        """Return the scores of having just said the word before each word, and the last: (words + 1,)."""
        columns = ends - self.low
        inside = (columns >= 0) & (columns < self.speech.shape[1])
        found = self.speech[frame - self.top, np.where(inside, columns, 0)]
        return np.append(NEVER, np.where(inside, found, NEVER))


def _forward(text: ReferenceStates, heard: Observation, most: int, near: States | None = None) -> Iterator[_ScoreBlock]:
    states, words = len(text.features), len(text.starts)
    speech, rest, other = (np.full(size, NEVER, np.float32) for size in (states, words + 1, words + 1))
    for top in range(0, len(heard.features), ROWS):
        best = _best_state(text, speech, rest, other) if top else 0
        low, width = _band_around(best, min(states, most), states)
        if near is not None and len(known := _states_near(near, top)):
            first, last = int(known.min()), int(known.max())
            low, width = _band_around((first + last) // 2, min(states, last - first + 2 * BESIDE), states)
        block = _score_rows(text, heard, top, low, width, (speech[low : low + width], rest, other))
        yield block
        speech[:] = NEVER
        speech[low : low + width] = block.speech[-1]
        rest, other = block.rest[-1], block.other[-1]


def _band_around(middle: int, width: int, states: int) -> tuple[int, int]:
    """Return the first of `width` states around `middle`, and how many they are."""
    return int(np.clip(middle - width // 2, 0, states - width)), width


def _states_near(near: States, top: int) -> States:
    """Return the states of a known path in the block at `top`, and in those beside it."""
    here = near[max(0, top - ROWS) : top + 2 * ROWS]
    return here[here >= 0]


def _best_state(text: ReferenceStates, speech: CostArray, rest: CostArray, other: CostArray) -> int:
    """Return the state that the best path so far has reached."""
    between = np.minimum(rest, other)
    if between.min() < speech.min():
        return int(np.append(text.starts, len(speech))[between.argmin()])
    return int(speech.argmin())


type Scores = tuple[CostArray, CostArray, CostArray]
"""In a word (states,), in a rest, and in other speech (words + 1,)."""


def _score_rows(
    text: ReferenceStates, heard: Observation, top: int, low: int, width: int, scores: Scores
) -> _ScoreBlock:
    """Return the scores of ROWS frames, from those of the frame before."""
    local = distances(heard.features[top : top + ROWS], text.features[low : low + width])
    rows, words = len(local), len(text.starts) + 1
    block = _ScoreBlock(top, low, local, np.empty((rows, words), np.float32), np.empty((rows, words), np.float32))
    ends, places = text.ends, text.places
    inside = np.flatnonzero((text.starts >= low) & (text.starts < low + width))
    entries = text.starts[inside] - low
    seen = np.flatnonzero((ends >= low) & (ends < low + width))
    ended = np.full(words, NEVER, np.float32)
    for row in range(rows):
        speech, rest, other = scores
        ended[seen + 1] = speech[ends[seen] - low]
        ended[0] = NEVER if top + row else 0.0
        enter = _word_entry_scores(ended, rest, other, places)
        new = _within_speech(speech)
        new[entries] = np.minimum(new[entries], enter[inside])
        block.rest[row] = np.minimum(np.minimum(rest, other), ended + text.rests) + heard.rest[top + row]
        block.other[row] = np.minimum(other, np.minimum(rest, ended) + np.float32(DIGRESS)) + heard.other[top + row]
        block.speech[row] += new
        scores = block.speech[row], block.rest[row], block.other[row]
    return block


def _within_speech(speech: CostArray) -> CostArray:
    """Return the best score of reaching each state from one before it without a rest."""
    new = speech + np.float32(STEPS[0][1])
    for step, price in STEPS[1:]:
        np.minimum(new[step:], speech[:-step] + np.float32(price), out=new[step:])
    return new


def _word_entry_scores(ended: CostArray, rest: CostArray, other: CostArray, places: CostArray) -> CostArray:
    """Return the best score of beginning each word after a rest, other speech, or words that are left out."""
    between = np.minimum(rest, other)
    left = np.minimum(ended, between) - places
    enter: CostArray = np.minimum(between, np.minimum.accumulate(left) + places + np.float32(LEAVE_OUT))
    enter[0] = min(enter[0], ended[0])
    return enter


type _LatticeNode = tuple[int, int]
"""A state of a word: (state, 0); a rest or other speech before word k: (REST, k) or (OTHER, k)."""


def _finish(text: ReferenceStates, block: _ScoreBlock, frame: int) -> tuple[float, _LatticeNode]:
    """Return the cost of the cheapest path, and where it ends; words at the end may be left out."""
    ended, rest, other = block.ended(frame, text.ends), block.rest[-1], block.other[-1]
    final = np.minimum(np.minimum(ended, rest), other) + text.places[-1] - text.places + np.float32(LEAVE_OUT)
    final[-1] -= np.float32(LEAVE_OUT)
    word = int(final.argmin())
    return float(final[word]), _best_word_exit(text, block, frame, word)


def _backtrack(text: ReferenceStates, frames: int, blocks: list[_ScoreBlock], node: _LatticeNode) -> States:
    """Return the state of every frame, found from the last one back."""
    words = {int(state): word for word, state in enumerate(text.starts)}
    states = np.empty(frames, np.int64)
    for frame in range(frames - 1, 0, -1):
        states[frame] = node[0]
        block = blocks[(frame - 1) // ROWS]
        options = _speech_predecessors if node[0] >= 0 else _silence_predecessors
        node = min(options(text, block, frame - 1, node, words), key=lambda option: option[0])[1]
    states[0] = node[0]
    return states


type _Predecessor = tuple[float, _LatticeNode]


def _speech_predecessors(
    text: ReferenceStates, block: _ScoreBlock, frame: int, node: _LatticeNode, words: dict[int, int]
) -> list[_Predecessor]:
    state = node[0]
    options = [(block.score(frame, state - step) + price, (state - step, 0)) for step, price in STEPS if state >= step]
    if state in words:
        word, row = words[state], frame - block.top
        options += [(float(block.rest[row, word]), (REST, word)), (float(block.other[row, word]), (OTHER, word))]
        options += _skipping_predecessors(text, block, frame, word)
    return options


def _skipping_predecessors(text: ReferenceStates, block: _ScoreBlock, frame: int, word: int) -> list[_Predecessor]:
    """Return the predecessor that left out the words before `word`."""
    row, places = frame - block.top, text.places
    ended = block.ended(frame, text.ends)
    left = (np.minimum(np.minimum(ended, block.rest[row]), block.other[row]) - places)[: word + 1]
    before = int(left.argmin())
    return [(float(left[before] + places[word]) + LEAVE_OUT, _best_word_exit(text, block, frame, before))]


def _silence_predecessors(
    text: ReferenceStates, block: _ScoreBlock, frame: int, node: _LatticeNode, words: dict[int, int]
) -> list[_Predecessor]:
    kind, word = node
    row = frame - block.top
    begin, change = (float(text.rests[word]), 0.0) if kind == REST else (DIGRESS, DIGRESS)
    options = [(float(block.rest[row, word]) + change, (REST, word)), (float(block.other[row, word]), (OTHER, word))]
    return [*options, *((block.score(frame, int(e)) + begin, (int(e), 0)) for e in text.ends[max(0, word - 1) : word])]


def _best_word_exit(text: ReferenceStates, block: _ScoreBlock, frame: int, word: int) -> _LatticeNode:
    """Return the best node between the word before `word` and `word`."""
    row = frame - block.top
    options = [(float(block.rest[row, word]), (REST, word)), (float(block.other[row, word]), (OTHER, word))]
    options += [(block.score(frame, int(end)), (int(end), 0)) for end in text.ends[max(0, word - 1) : word]]
    return min(options, key=lambda option: option[0])[1]
