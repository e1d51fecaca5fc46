"""Whatever a person does between changes of the script is kept: random sittings of fifty edits and more."""

import os
from pathlib import Path

import pytest
from strip_stage import in_blender, write_media

SITTINGS = int(os.environ.get("LECTERN_TEST_SITTINGS", "3"))
"""How many; `make soak` has more of them."""
EDITS = 50


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sittings")
    write_media(folder)
    return folder


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(SITTINGS))
def test_every_edit_holds_through_changes_of_the_script(media: Path, seed: int) -> None:
    """Each holds as long as its strip exists, or what became of it is said; a second compile changes nothing.

    And from an empty sequencer, edits.json alone brings back the same.
    """
    code = "from edit_sequences import Sitting\nsitting = Sitting(scene, root, seed)\nout['lost'] = sitting.play(edits)\nout['done'] = sitting.done"
    out = in_blender(media, code, seed=seed, edits=EDITS)
    assert out["lost"] == [], "\n".join(out["done"])
    assert len(out["done"]) >= EDITS
