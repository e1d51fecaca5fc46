"""Speaks with eSpeak NG. Run as a file: ``python -I -S espeak_child.py LIBRARY``; it ends with its stdin.

eSpeak NG keeps global state: only a fresh process with a fixed seed makes the same recording twice. Starting one takes
longer than speaking a line, so this process loads the library once, and a copy of it (fork) speaks each utterance. Windows
has no fork: there it speaks one, and ends. It is run as a file and needs only the standard library, because inside Blender
the package has another name and its Python does not find it.

On stdin, a line of JSON each: ``{"voice", "parameters": [[number, value], ...], "texts": [...], "markup": bool,
"phonemes": bool}``, where `markup` says that the texts are SSML, and `phonemes` that some are in double brackets. On stdout, a
line of JSON: ``{"rate", "stretches": [{"samples", "phonemes": [[sample, IPA, position], ...]}]}`` or ``{"error": ...}``, and
then the samples (mono, 16 bit, native order). There is one stretch for each text; `position` counts the text's characters
from 0, markup included, and pauses have an empty IPA.
"""

import ctypes
import json
import os
import signal
import sys
from typing import Any

LONGEST = 120
"""Seconds that an utterance may take."""

SYNCHRONOUS, PHONEME_EVENTS, IPA, NO_EXIT = 2, 1, 2, 0x8000
UTF8, SSML, PHONEMES, END_PAUSE = 1, 0x10, 0x100, 0x1000
END_OF_LIST, PHONEME = 0, 7

type Message = dict[str, Any]
"""A line of JSON: a request, or the header of a reply."""

type PhonemeEvent = tuple[int, str, int]
"""Sample, IPA and position in the text."""


class EspeakFailure(Exception):
    """eSpeak NG refused a request; the message says what."""


class EspeakEventId(ctypes.Union):
    """The C union `espeak_EVENT.id`."""

    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_void_p), ("string", ctypes.c_char * 8)]


class EspeakEvent(ctypes.Structure):
    """The C structure `espeak_EVENT`; `sample` is exact, `audio_position` in milliseconds, `text_position` counts from 1."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", EspeakEventId),
    ]


Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(EspeakEvent))


def main() -> None:
    """Answer the requests on stdin."""
    library, espeak = os.path.abspath(sys.argv[1]), None
    for line in sys.stdin.buffer:
        try:
            espeak = espeak or prepared(library)
        except (EspeakFailure, OSError) as error:
            send({"error": str(error)})
            continue
        if not hasattr(os, "fork"):
            return answer(espeak, json.loads(line))
        answer_in_fork(espeak, json.loads(line))


def answer_in_fork(espeak: ctypes.CDLL, request: Message) -> None:
    """Answer in a copy of this process, so that this one stays as it was."""
    copy = os.fork()
    if copy == 0:
        status = 1
        try:
            signal.alarm(LONGEST)
            answer(espeak, request)
            status = 0
        finally:
            os._exit(status)
    ended = os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
    if ended == -getattr(signal, "SIGALRM", 0):
        send({"error": "slow"})
    elif ended:
        send({"error": f"it stopped ({ended})"})


def answer(espeak: ctypes.CDLL, request: Message) -> None:
    """Speak, and send the reply."""
    try:
        send(*spoken(espeak, request))
    except EspeakFailure as error:
        send({"error": str(error)})


def send(reply: Message, pcm: bytes = b"") -> None:
    """Send a reply: the header, then the samples."""
    sys.stdout.buffer.write(json.dumps(reply).encode() + b"\n" + pcm)
    sys.stdout.buffer.flush()


def prepared(library: str) -> ctypes.CDLL:
    """Return the loaded library, ready to speak."""
    espeak = ctypes.CDLL(library)
    # eSpeak NG refuses data paths over 160 characters, which a user's profile on Windows can have; "." never is.
    os.chdir(os.path.dirname(library))
    rate = espeak.espeak_Initialize(SYNCHRONOUS, 0, b".", PHONEME_EVENTS | IPA | NO_EXIT)
    if rate <= 0:
        raise EspeakFailure("its data is not beside the library")
    espeak.espeak_ng_SetRandSeed(1)
    return espeak


def spoken(espeak: ctypes.CDLL, request: Message) -> tuple[Message, bytes]:
    """Return the header and the samples of the reply to a request."""
    set_voice(espeak, request)
    flags = UTF8 | END_PAUSE | (SSML if request["markup"] else 0) | (PHONEMES if request.get("phonemes") else 0)
    said = [speak(espeak, text, flags) for text in request["texts"]]
    stretches = [{"samples": len(pcm) // 2, "phonemes": phonemes} for pcm, phonemes in said]
    return {"rate": espeak.espeak_ng_GetSampleRate(), "stretches": stretches}, b"".join(pcm for pcm, _ in said)


def set_voice(espeak: ctypes.CDLL, request: Message) -> None:
    """Choose the voice, and set its parameters."""
    if espeak.espeak_SetVoiceByName(request["voice"].encode()):
        raise EspeakFailure("voice")
    for number, value in request["parameters"]:
        espeak.espeak_SetParameter(number, value, 0)


def speak(espeak: ctypes.CDLL, text: str, flags: int) -> tuple[bytes, list[PhonemeEvent]]:
    """Return the samples and the phonemes of one text."""
    pcm = bytearray()
    phonemes: list[PhonemeEvent] = []

    def heard(wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            pcm.extend(ctypes.string_at(wave, 2 * count))
        phonemes.extend(phonemes_of(events))
        return 0

    callback = Callback(heard)
    espeak.espeak_SetSynthCallback(callback)
    data = text.encode() + b"\0"
    if espeak.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 1, 0, flags, None, None):
        raise EspeakFailure("it could not speak this text")
    espeak.espeak_Synchronize()
    return bytes(pcm), phonemes


def phonemes_of(events: Any) -> list[PhonemeEvent]:
    """Return the phonemes in an array of events, which ends with one of type 0."""
    found: list[PhonemeEvent] = []
    index = 0
    while events[index].type != END_OF_LIST:
        event = events[index]
        if event.type == PHONEME:
            symbol = event.id.string.decode("utf-8", "ignore").strip("ˈˌ_:")
            found.append((event.sample, symbol, event.text_position - 1))
        index += 1
    return found


if __name__ == "__main__":
    main()
