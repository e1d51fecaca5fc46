"""A recording that never ends, or lies outside of the episode, is refused and not read."""

from pathlib import Path

import numpy as np
import pytest

from lectern.pipeline.base import audio
from lectern.pipeline.base.errors import LecternError


@pytest.mark.parametrize("seconds", [0.9, 1.1])
def test_sound_that_is_longer_than_is_read_is_refused_while_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setattr(audio, "LONGEST", 1)
    audio.write(tmp_path / "a.wav", np.zeros((round(seconds * audio.RATE), 1), np.float32), bits=24)
    if seconds < 1:
        assert len(audio.read(tmp_path / "a.wav")) == round(seconds * audio.RATE)
    else:
        with pytest.raises(LecternError, match="longer than .* the most that is read"):
            audio.read(tmp_path / "a.wav")
