"""The arrays that pictures and sound are held in: their names say what shape and type alone can't."""

import numpy as np
from numpy.typing import NDArray

type RgbImage = NDArray[np.uint8]
"""Shape (height, width, 3), sRGB, 0..255."""

type RgbaImage = NDArray[np.uint8]
"""Shape (height, width, 4), sRGB with straight alpha, 0..255."""

type AnyImage = NDArray[np.uint8]
"""An `RgbImage` or an `RgbaImage`; `shape[2]` says which."""

type GreyImage = NDArray[np.uint8]
"""Shape (height, width), 0..255: brightness, or the alpha of a picture."""

type Mask = NDArray[np.bool_]
"""Shape (height, width): which pixels of a picture are meant."""

type Samples = NDArray[np.float32]
"""Shape (samples, channels), 48 kHz, full scale ±1: sound of one or two channels."""

type MonoSamples = NDArray[np.float32]
"""Shape (samples,), 48 kHz, full scale ±1: the one channel of a voice."""
