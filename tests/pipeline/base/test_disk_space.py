"""A full disk is told with its place, also where what failed to write to it doesn't say which one it was."""

import errno
import os
from pathlib import Path

import pytest

from lectern.pipeline.base.disk_space import full_among, no_room, room_in, system_fault
from lectern.pipeline.base.files import write_atomic

MANY = 10**9


@pytest.fixture
def disks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The room on the disks of an episode, of the temporary files, of state and profile; to be changed by a test."""
    room = {"episode": MANY, "temporary": MANY, "state": MANY, "profile": MANY}
    for name in room:
        (tmp_path / name).mkdir()
    variables = {"LECTERN_TEMP": "temporary", "LECTERN_STATE_HOME": "state", "LECTERN_CONFIG_HOME": "profile"}
    for variable, name in variables.items():
        monkeypatch.setenv(variable, str(tmp_path / name))
    monkeypatch.setattr(
        "lectern.pipeline.base.disk_space.room_in", lambda place: room[place.relative_to(tmp_path).parts[0]]
    )
    return room


@pytest.mark.parametrize(
    "full, told",
    [
        ("episode", "no room in {}/episode/media; free some and build again"),
        ("temporary", "no room for temporary files in {}/temporary; free some, or name another folder as TMPDIR"),
        ("state", "no room in {}/state; free some, or name another folder as LECTERN_STATE_HOME"),
    ],
)
def test_the_disk_that_is_full_is_named_with_the_way_out(
    tmp_path: Path, disks: dict[str, int], full: str, told: str
) -> None:
    media = tmp_path / "episode/media"
    assert full_among(media) is None
    disks[full] = 0
    for fault in (full_among(media), system_fault(OSError(errno.ENOSPC, "No space left on device"), media)):
        assert told.format(tmp_path) in str(fault)


def test_a_file_in_the_profile_or_among_the_temporary_ones_is_known_by_its_place(
    tmp_path: Path, disks: dict[str, int]
) -> None:
    assert "as LECTERN_CONFIG_HOME" in str(no_room(tmp_path / "profile"))
    assert "as TMPDIR" in str(no_room(tmp_path / "temporary/lectern-terminal/home"))
    assert "as TMPDIR" not in str(no_room(tmp_path / "temporary/my-episode"))
    assert f"in {tmp_path}/episode/media/voice;" in str(
        no_room(tmp_path / "episode/media/voice/.8c2~12-7-here~ab/made")
    )


@pytest.mark.skipif(not hasattr(os, "statvfs"), reason="needs statvfs")
def test_room_is_that_of_the_next_folder_that_is_there_and_none_without_an_entry_for_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert room_in(tmp_path / "media/voice") > 0
    facts = os.statvfs_result((4096, 4096, 1000, 1000, 1000, 50, 0, 0, 0, 255))
    monkeypatch.setattr("os.statvfs", lambda place: facts)
    assert room_in(tmp_path) == 0


def test_a_write_that_fails_says_which_file_it_was_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(OSError) as caught:
        write_atomic(tmp_path / "film.srt", "1", inside=tmp_path)
    assert caught.value.filename == str(tmp_path / "film.srt") and not list(tmp_path.iterdir())
