"""The process in which a neural voice speaks: it loads a model once, and answers whoever connects to it.

It ends by itself as soon as nobody has been connected for `LINGER` seconds. Whoever is connected is a process of a build, and a
process that ends, killed or not, is disconnected; so the server never outlives a build.

On stdout, one line of JSON when it is ready: ``{"address", "key"}``, or ``{"error": ...}``. On a connection, which starts with
proof that both know the key: a request of JSON, ``{"words", "emphasis", "british", "voice", "speed", "pitch", "seed"}`` of a
sentence (`emphasis`: which of its words; `pitch`: semitones), and then
``{"pieces": [{"text", "owners", "durations", "samples"}, ...]}`` or ``{"error": ...}``, and the samples of all pieces
(mono, 32-bit floats, `neural_models.RATE`). `text` are the phonemes of a piece, and `owners` the word that each belongs to.
"""

import json
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing.connection import Connection, Listener
from typing import Any

from .delivery import delivery_of, rise_of, with_stresses
from .neural_models import ModelFault, NeuralModel, SpokenPhonemes, load_model
from .phonemes import CLAUSES, STOPS, has_sounds, joined_phonemes, phonemes_of_words

LINGER = 2.0
"""Seconds without a connection after which the server ends."""

FIRST = 30.0
"""The same, before the first connection."""

LONGEST = 120.0
"""Seconds that a piece may take to be spoken."""

TICK = 0.25

LONGEST_PATH = 100
"""Bytes of a socket's path that every system can hold."""

type Message = dict[str, Any]


@dataclass(frozen=True)
class PhonemePiece:
    """Phonemes that a model is given at once, and the index of the word that each character belongs to."""

    text: str
    owners: tuple[int, ...]


def main() -> None:
    """Serve the model that the command line names; its second argument is what the names of sockets begin with."""
    try:
        model = load_model(sys.argv[1])
        phonemes_of_words(("ready",))
    except (ModelFault, OSError, ImportError) as error:
        _tell({"error": str(error)})
        return
    key, path = secrets.token_bytes(32), f"{sys.argv[2]}-{os.getpid()}"
    address = path if hasattr(socket, "AF_UNIX") and len(os.fsencode(path)) < LONGEST_PATH else ("127.0.0.1", 0)
    with Listener(address, authkey=key) as listener:
        _tell({"address": listener.address, "key": key.hex()})
        sys.stdout.close()
        serve(model, listener)


def serve(model: NeuralModel, listener: Listener) -> None:
    """Answer everybody who connects, one request at a time; end the process when nobody is connected any more."""
    state = _State()
    threading.Thread(target=_end_when_alone, args=(state, listener), daemon=True).start()
    while True:
        with suppress(OSError, EOFError):  # whoever it was did not know the key, or is gone
            connection = listener.accept()
            state.note_connection(1)
            threading.Thread(target=_serve_one, args=(model, connection, state), daemon=True).start()


def answer(model: NeuralModel, request: Message) -> tuple[Message, list[SpokenPhonemes]]:
    """Return the header of the reply to a request, and what is spoken."""
    emphasised = frozenset(request["emphasis"])
    words = with_stresses(phonemes_of_words(request["words"], british=request["british"]), emphasised)
    pieces = list(split_phonemes(words, model.longest))
    said = [
        model.speak(
            piece.text,
            request["voice"],
            delivery_of(
                piece.text,
                piece.owners,
                emphasised=emphasised,
                rise=rise_of(request["words"]) if piece is pieces[-1] else 0.0,
                speed=request["speed"],
                pitch=request["pitch"],
            ),
            request["seed"],
        )
        for piece in pieces
    ]
    told = [
        {"text": p.text, "owners": p.owners, "durations": s.durations, "samples": len(s.sound)}
        for p, s in zip(pieces, said, strict=True)
    ]
    return {"pieces": told}, said


def split_phonemes(words: Sequence[str], longest: int) -> Iterator[PhonemePiece]:
    """Yield the phonemes of a sentence's words in pieces of at most `longest` characters.

    They end with a clause where one ends, else with a word; a word that is longer itself is cut. A piece in which nothing is heard is
    left out.
    """
    text, owners = joined_phonemes(words)
    cuts = [0]
    while cuts[-1] < len(text):
        cuts.append(_end_of_piece(text, cuts[-1], longest))
    for start, end in pairwise(cuts):
        if has_sounds(text[start:end]):
            skipped = len(text[start:end]) - len(text[start:end].lstrip())
            yield PhonemePiece(text[start:end].strip(), owners[start + skipped : end][: len(text[start:end].strip())])


def _end_of_piece(text: str, start: int, longest: int) -> int:
    limit = start + longest
    if limit >= len(text):
        return len(text)
    blanks = [at for at in range(start + 1, limit + 1) if text[at].isspace()]
    for marks in (STOPS, CLAUSES):
        if ends := [at for at in blanks if text[at - 1] in marks]:
            return ends[-1]
    return blanks[-1] if blanks else limit


@dataclass
class _State:
    """Who is connected, and what is done."""

    connected: int = 0
    alone_since: float = field(default_factory=time.monotonic)
    patience: float = FIRST
    busy_since: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def note_connection(self, change: int) -> None:
        """Note that somebody has connected (1) or is gone (-1)."""
        with self.lock:
            self.connected += change
            self.alone_since, self.patience = time.monotonic(), LINGER

    @contextmanager
    def taking_turns(self) -> Iterator[None]:
        """Run the block alone."""
        with self.turn:
            self.busy_since = time.monotonic()
            try:
                yield
            finally:
                self.busy_since = None

    def is_over(self) -> bool:
        """Return whether nobody is connected any more, or a piece takes too long."""
        with self.lock:
            alone = not self.connected and time.monotonic() - self.alone_since > self.patience
        busy = self.busy_since
        return alone or (busy is not None and time.monotonic() - busy > LONGEST)


def _end_when_alone(state: _State, listener: Listener) -> None:
    """Wait until the state is over, and end the process, whatever it is doing."""
    while not state.is_over():
        time.sleep(TICK)
    with suppress(OSError):
        listener.close()
    os._exit(0)


def _serve_one(model: NeuralModel, connection: Connection, state: _State) -> None:
    with suppress(OSError, EOFError), connection:
        while True:
            request = json.loads(connection.recv_bytes())
            with state.taking_turns():
                reply, said = _answer_or_error(model, request)
            connection.send_bytes(json.dumps(reply).encode())
            for piece in said:
                connection.send_bytes(memoryview(piece.sound).cast("B"))
    state.note_connection(-1)


def _answer_or_error(model: NeuralModel, request: Mapping[str, Any]) -> tuple[Message, list[SpokenPhonemes]]:
    try:
        return answer(model, dict(request))
    except Exception as error:  # the process's boundary: whoever asked is told, and the others go on
        return {"error": str(error) or type(error).__name__}, []


def _tell(message: Message) -> None:
    sys.stdout.write(f"{json.dumps(message)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
