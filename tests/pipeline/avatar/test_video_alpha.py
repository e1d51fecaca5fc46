"""A clip of a face keeps its alpha, whatever it comes in."""

from pathlib import Path

import numpy as np
import pytest
from support.transparent import CARRIERS, Carrier, still_video

from lectern.pipeline.base.errors import LecternError
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


def test_a_clip_whose_alpha_nobody_can_read_is_refused_by_name(tmp_path: Path) -> None:
    file = still_video(
        tmp_path,
        Carrier(".mkv", "libx265", "yuv420p", {"x265-params": "log-level=none:bframes=0"}),
        np.zeros((64, 64, 4), np.uint8),
        count=2,
    )
    assert not facts_of(file, "somebody").alpha
    told, alpha = (
        bytes.fromhex("4e0105"),
        bytes.fromhex("4e01a5"),
    )  # what x265 says of itself becomes what Apple says of alpha
    file.write_bytes(file.read_bytes().replace(told, alpha, 1))
    with pytest.raises(LecternError, match="what somebody sent is HEVC with alpha.*ProRes 4444"):
        facts_of(file, "somebody")
