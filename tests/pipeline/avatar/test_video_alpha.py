"""A clip of a face keeps its alpha, whatever it comes in."""

from pathlib import Path

import numpy as np
import pytest
from support.transparent import CARRIERS, Carrier, still_video

from lectern.pipeline.faces.video_io import facts_of, read_frames

OF_FACES = [carrier for carrier in CARRIERS if carrier.codec != "apng"]


@pytest.mark.parametrize("carrier", OF_FACES, ids=[carrier.codec for carrier in OF_FACES])
def test_a_clip_keeps_its_alpha(tmp_path: Path, carrier: Carrier) -> None:
    picture = np.zeros((64, 64, 4), np.uint8)
    picture[:, :32] = (200, 120, 40, 255)
    file = still_video(tmp_path, carrier, picture, count=5)
    assert facts_of(file, "somebody").alpha
    seen = list(read_frames(file, 30))
    assert len(seen) == 5
    assert seen[2].shape == (64, 64, 4)
    assert seen[2][32, 8, 3] >= 250 and seen[2][32, 56, 3] <= 5
    assert np.abs(seen[2][32, 8, :3].astype(int) - (200, 120, 40)).max() <= 8
