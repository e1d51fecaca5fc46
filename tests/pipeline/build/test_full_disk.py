"""A disk that is full, in the place of everything that Lectern writes: a sentence, nothing half written, and then it goes on."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from support.contexts import context_in

from lectern.pipeline.avatar.clip import write_narrator
from lectern.pipeline.base import audio
from lectern.pipeline.base.disk_space import system_fault
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.files import replacing, write_changed
from lectern.pipeline.base.frozen import Frozen
from lectern.pipeline.base.profile import episode_state
from lectern.pipeline.base.signature import _key, signature_of
from lectern.pipeline.base.video import write_clip
from lectern.pipeline.build.join_film import Sidecars, copy_segment, write_sidecars
from lectern.pipeline.capture.browser.logins import _save_login
from lectern.pipeline.capture.editor.edit_log import EditLog, write_log
from lectern.pipeline.capture.fault import keep_picture
from lectern.pipeline.capture.pictures import write_pictures
from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.capture.terminal.asciicast import Asciicast, write_cast
from lectern.pipeline.characters.new import new_character
from lectern.pipeline.film.join import join
from lectern.pipeline.jobs.queue import Queue
from lectern.pipeline.jobs.recipe import JobContext, Recipe
from lectern.pipeline.jobs.takes import TakeStore
from lectern.pipeline.services.keys import store_key
from lectern.pipeline.services.ledger import write_answer
from lectern.pipeline.studio.new import new
from lectern.pipeline.timeline.edits import Edit, Edits, write_edits
from lectern.pipeline.trust.grants import grant_trust
from lectern.pipeline.trust.request import PermissionRequest

SIZE = "1m"
"""How large the disk is that gets full: a few pictures have room on it."""
Write = Callable[[Path, int], object]


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk with little room."""
    place = tmp_path_factory.mktemp("disk")
    mounted = (
        os.name == "posix"
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(place)], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("only root can make a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def disk(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same, empty, with an episode and the person's profile on it."""
    episode = small_disk / "episode"
    episode.mkdir()
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(small_disk / "profile"))
    monkeypatch.delenv("LECTERN_STATE_HOME", raising=False)
    _key.cache_clear()
    yield small_disk
    _key.cache_clear()
    subprocess.run(f"rm -rf {small_disk}/*", shell=True, check=True)


def fill(disk: Path) -> Path:
    """Leave no room."""
    filler = disk / "filler"
    with filler.open("wb") as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
            file.flush()
    return filler


def contents(disk: Path) -> dict[str, bytes]:
    """All files by their paths, except those that hold nothing: locks, and what a database is about to write."""
    kept = (
        f
        for f in disk.rglob("*")
        if f.is_file() and f.name != "filler" and not f.name.endswith((".lock", "-wal", "-shm"))
    )
    return {str(file.relative_to(disk)): file.read_bytes() for file in kept}


def pictures(number: int, count: int = 6) -> list[np.ndarray]:
    return list(np.random.default_rng(number).integers(0, 255, (count, 96, 128, 3), np.uint8))


def in_place_of(file: Path, make: Callable[[Path], object]) -> None:
    """Write a file as recipes and joiners do: as a draft that takes its place when it is whole."""
    with replacing(file, inside=None) as draft:
        make(draft)


class Wish(Frozen):
    """What is asked for, with so much text that it needs room."""

    number: int
    text: str = "x" * 200_000


class Thing(Frozen):
    """What is made."""

    files: tuple[str, ...]


def make(request: Wish, folder: Path, context: JobContext) -> Thing:
    (folder / "a").write_text(request.text)
    return Thing(files=("a",))


RECIPE = Recipe(kind="thing", version=1, request=Wish, result=Thing, make=make)


def write_job(episode: Path, number: int) -> None:
    queue = Queue(episode / "lectern.sqlite", has=lambda *_: False)
    try:
        queue.add(RECIPE, Wish(number=number), label="thing")
    finally:
        queue.close()


def write_film(episode: Path, number: int) -> None:
    segment, sound = episode.parent / "profile/segment.mp4", episode.parent / "profile/sound.wav"
    if not segment.exists():
        segment.parent.mkdir(exist_ok=True)
        with av.open(str(segment), "w") as file:
            stream = file.add_stream("libx264", 30, {"g": "20", "bf": "0"})
            stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
            for picture in pictures(1):
                file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            file.mux(stream.encode(None))
        audio.write(sound, np.zeros((9600, 2), np.float32))
    join([segment], sound, episode / "renders/film.mp4", inside=episode)


def edits(number: int) -> Edits:
    return Edits(edits=(Edit(strip="a", property="muted", value=float(number)),))


def rendered(episode: Path) -> Any:
    return SimpleNamespace(folder=episode.parent / "profile", take=SimpleNamespace(video="segment.mp4"))


WRITERS: dict[str, Write] = {
    "report": lambda e, n: write_changed(e / "renders/report.json", f'{{"n": {n}}}', inside=e),
    "subtitles": lambda e, n: write_sidecars(EpisodePaths(folder=e), Sidecars((), (), {"film.srt": f"{n}", "film.vtt": f"{n}"})),
    "edits.json": lambda e, n: write_edits(e, edits(n)),
    "film": write_film,
    "segment": lambda e, n: in_place_of(e / "a.mp4", lambda draft: write_clip(draft, iter(pictures(n)), (128, 96), 30)),
    "mix": lambda e, n: audio.write(e / "media/mix.wav", np.full((9600, 2), n / 9, np.float32), inside=e),
    "take": lambda e, n: TakeStore(e / "media").put(RECIPE, Wish(number=n), context_in(e)),
    "database": write_job,
    "grants": lambda e, n: grant_trust((PermissionRequest(kind="terminal", where="script.md:3", what=f"ls {n}"),), e),
    "scene": lambda e, n: (write_film(e, n), copy_segment(EpisodePaths(folder=e), rendered(e), f"a-{n}")),
    "signing key": lambda e, n: (_key.cache_clear(), n > 1 and (e.parent / "profile/signing.key").unlink(True), signature_of(b"a")),
    "keys": lambda e, n: store_key(e.parent / "profile/keys.json", "example.org", f"{n}"),
    "login": lambda e, n: _save_login("work", {"n": n}),
    "answer of a service": lambda e, n: write_answer(e.parent / "profile/answer", b"%d" % n),
    "state": lambda e, n: episode_state(e if n == 1 else e / "other"),
    "cast": lambda e, n: write_cast(e / "session.cast", Asciicast(columns=80, rows=n, duration=1.0, outputs=())),
    "log of an editor": lambda e, n: write_log(e / "edits.log", EditLog(size=(640, 360), duration=n, entries=())),
    "pictures of a screen": lambda e, n: in_place_of(e / "screen.mkv", lambda draft: write_pictures(draft, pictures(n))),
    "narrator": lambda e, n: in_place_of(
        e / "narrator.mov", lambda draft: write_narrator(draft, (Image.fromarray(p[:96, :96]).convert("RGBA") for p in pictures(n)), 96, 30)
    ),
    "character": lambda e, n: new_character(e, f"someone-{n}", source="ada"),
    "new episode": lambda e, n: new(e / f"new-{n}"),
}  # fmt: skip
"""What Lectern writes: each is given an episode, and a number that is in what it writes."""


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_told_in_a_sentence_and_what_was_there_stays_until_there_is_room(disk: Path, name: str) -> None:
    write, episode = WRITERS[name], disk / "episode"
    write(episode, 1)
    before, filler = contents(disk), fill(disk)
    with pytest.raises((OSError, LecternError)) as caught:
        write(episode, 2)
    told = str(caught.value if isinstance(caught.value, LecternError) else system_fault(caught.value, episode))
    assert "full" in told or "No space left" in told
    assert str(disk) in told and "\n" not in told
    assert "free some" in told or "name a" in told
    if name != "signing key":  # whoever deletes it has none
        assert contents(disk) == before
    filler.unlink()
    write(episode, 2)
    assert contents(disk) != before or name == "film"


def test_there_are_twenty_and_a_picture_of_a_fault_is_left_out_where_it_has_no_room(disk: Path) -> None:
    assert len(WRITERS) >= 20
    fill(disk)
    assert (
        keep_picture(
            b"png" * 9000, disk / "episode", CaptureRequest(kind="terminal", size=(64, 36), steps=()), "steps", 0
        )
        is None
    )
    assert [file.name for file in disk.rglob("*") if file.is_file()] == ["filler"]
