"""Clips drawn by a real chromium-headless-shell: at their marks, the same bytes each time, faults as a card."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from support.assets import THEME
from support.contexts import context_in
from support.further import further

from lectern.pipeline.base.files import digest, file_digest
from lectern.pipeline.build.layout_scenes import clip_faults
from lectern.pipeline.capture import stepped_page
from lectern.pipeline.capture.html import record
from lectern.pipeline.capture.html.record import make_clip
from lectern.pipeline.capture.html.request import ClipFault, ClipRequest, ClipTake, clip_request
from lectern.pipeline.episode.clip import unknown_name
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.gallery import gallery
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.jobs.recipe import Cancelled, JobContext
from lectern.pipeline.layout.clip_places import clip_size

pytestmark = pytest.mark.browser

MARKS = {"one": 0.5, "two": 1.3, "three": 2.1}
SIZE = (640, 360)
TOML = "[film]\nwidth = 640\nheight = 360\n"


def read(folder: Path, block: str) -> Episode:
    (folder / "lectern.toml").write_text(TOML)
    (folder / "script.md").write_text("# A\n\nSay {one}this, {two}that, {three}then.\n\n```clip\n" + block + "```\n")
    return read_episode(folder, None)


def request(folder: Path, block: str, seconds: float = 2.3, marks: Mapping[str, float] = MARKS) -> ClipRequest:
    episode = read(folder, block)
    scene = episode.scenes[0]
    size = clip_size(scene, scene.clips[0], SIZE)
    return clip_request(episode, scene, scene.clips[0], THEME, size, round(seconds * 30), marks)


def drawn(folder: Path, block: str, **more: Any) -> tuple[ClipTake, np.ndarray]:
    """The take and its frames: RGBA, (frames, height, width, 4)."""
    out = folder / f"take-{digest(block, 8)}"
    out.mkdir(exist_ok=True)
    take = make_clip(request(folder, block, **more), out, context_in(folder))
    with av.open(str(out / take.video)) as video:
        return take, np.stack([frame.to_ndarray(format="rgba") for frame in video.decode(video=0)])


def appears(frames: np.ndarray, since: int) -> int:
    """The first frame from `since` on that differs from the one before."""
    return next(i for i in range(since, len(frames)) if (frames[i] != frames[i - 1]).any())


ITEMS = "name: list\nwith:\n  items: [{text: a, at: one}, {text: b, at: two}, {text: c, at: three}]\n"
BOXES = "name: flow\nwith:\n  boxes: [{text: a, at: one}, {text: b, at: two}, {text: c, at: three}]\n"
BARS = "name: bars\nwith:\n  bars: [{label: a, value: 1, at: one}, {label: b, value: 2, at: three}]\n"
OWN = '<p data-at="one">a</p><p data-at="two">b</p><p data-at="three">c</p>\n'


LAST = (
    "name: bars\nwith:\n  note: from me\n  highlight: b\n  bars: [{label: a, value: 1}, {label: b, value: 2, at: two}]\n",
    "name: flow\nwith:\n  boxes: [a, {text: b, at: one, back: a, back_at: two}]\n",
    "name: table\nwith:\n  columns: [A, B]\n  rows: [[a, 1], {cells: [b, 2], at: two}]\n",
    "name: list\nwith:\n  items: [a, {text: b, at: two}]\n",
    "name: diff\nwith:\n  at: two\n  code: |2\n     a\n    -b\n    +c\n",
)


@pytest.mark.parametrize("block", further(LAST, 2))
def test_what_comes_last_is_there_whole_when_its_sheet_says_so(tmp_path: Path, block: str) -> None:
    _, frames = drawn(tmp_path, block, seconds=3.4)
    arrives = gallery()[block.split("\n")[0].removeprefix("name: ")].arrives
    changed = [i for i in range(1, len(frames)) if (frames[i] != frames[i - 1]).any()]
    assert MARKS["two"] < changed[-1] / 30 <= MARKS["two"] + arrives + 1 / 30


@pytest.mark.parametrize("block", further([ITEMS, OWN, BOXES], 2))
def test_every_entry_is_first_seen_in_the_frame_of_its_mark(tmp_path: Path, block: str) -> None:
    _, frames = drawn(tmp_path, block)
    rest = frames[14]
    assert (frames[1:15] == rest).all()
    for mark, entry in zip((15, 39, 63), "abc", strict=True):
        settled = mark - 1 if entry == "a" else mark - 2
        assert appears(frames, settled) == mark, entry


def test_a_chart_grows_from_its_marks_on(tmp_path: Path) -> None:
    _, frames = drawn(tmp_path, BARS)
    assert (appears(frames, 5), appears(frames, 60)) == (15, 63)


def test_a_change_of_code_begins_at_its_mark(tmp_path: Path) -> None:
    _, frames = drawn(tmp_path, "name: diff\nwith:\n  at: three\n  code: |\n    -a\n    +b\n")
    assert appears(frames, 30) == 63


@pytest.mark.parametrize("name", gallery())
def test_designed_clips_keep_their_words_apart_and_inside(tmp_path: Path, name: str) -> None:
    example = gallery()[name].example
    for mark, own in {"add": "one", "list": "two", "lock": "three"}.items():
        example = example.replace(f"at: {mark}", f"at: {own}")
    take, frames = drawn(tmp_path, example, seconds=3.4)
    assert take.fault is None and frames[-1][..., 3].max() == 255
    words = [piece.box for piece in take.text[-1].boxes if piece.text != "picture"]
    assert words and all(-0.002 <= b.x and b.right <= 1.002 and -0.002 <= b.y and b.bottom <= 1.002 for b in words)
    assert (frames[-1] == frames[-2]).all()


@pytest.mark.thorough  # what draws clips gives the same bytes: test_stepped_pages.py
def test_two_drawings_are_the_same_bytes(tmp_path: Path) -> None:
    moving = (
        "<style>i { position: absolute; width: 90px; height: 90px; border-radius: 50%; background: #fb5; animation: go 1s infinite alternate }"
        "@keyframes go { to { transform: translate(300px, 200px) } }</style><i></i><textarea rows=2></textarea><script>"
        "setInterval(() => { const t = document.querySelector('textarea'); t.value += Math.random().toFixed(2) + '\\n'; t.scrollTop += 9 }, 70)"
        "</script>\n"
    )
    asked = request(tmp_path, moving)
    digests = []
    for run in ("a", "b"):
        (tmp_path / run).mkdir()
        take = make_clip(asked, tmp_path / run, context_in(tmp_path))
        digests.append((file_digest(tmp_path / run / take.video, 64), take))
    assert digests[0] == digests[1]
    assert digests[0][1].drawn == 69


def test_edges_keep_their_colour(tmp_path: Path) -> None:
    _, frames = drawn(
        tmp_path, "<div style='width:200px;height:200px;border-radius:50%;background:#ffb454'></div>\n", seconds=0.2
    )
    disc = frames[-1].reshape(-1, 4).astype(int)
    edge = disc[(disc[:, 3] > 24) & (disc[:, 3] < 230)]
    assert len(edge) > 100
    assert np.abs(edge[:, :3] - [0xFF, 0xB4, 0x54]).max() <= 10


def faulty(folder: Path, block: str) -> tuple[ClipFault, np.ndarray]:
    take, frames = drawn(folder, block, seconds=0.4)
    assert take.fault is not None and take.text[0].boxes[0].text == "This clip can’t be shown"
    return take.fault, frames


def test_faults_of_a_clip_become_a_card_that_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepped_page, "_MAX_LOADING_FRAMES", 40)
    (tmp_path / "later.png").write_bytes(b"")
    for block, said, line in (
        ("<p>\n<script>\nnope()\n</script>\n", "ReferenceError: nope is not defined", 3),
        ("<script>setTimeout(() => confirm('Go on?'), 100)</script>\n",
         'its script asks "Go on?" (confirm), and nobody can answer in a film', 0),
        ("<script>lectern.wait(new Promise(() => {}))</script>\n", record.UNREADY, 0),
        ("<script>lectern.with.colour</script>\n", 'ReferenceError: there is no value "colour"; there are: none', 1),
        ("<script>lectern.marks.four</script>\n", 'ReferenceError: there is no mark "four"; there are: one, two, three', 1),
        ("<img src=gone.png>\n", 'it asks for "gone.png", and there is no such file in the episode', 0),
        ("<img id=i><script>i.src = 'lat' + 'er.png'</script>\n",
         'it asks for "later.png", which it does not name in full; add it to the "files:" of the clip', 0),
        ("<img src=https://example.com/a.png>\n",
         "it asks for https://example.com/a.png, but clips have no network: put the file into the episode", 0),
    ):  # fmt: skip
        fault, frames = faulty(tmp_path, block)
        assert (fault.message, fault.line) == (said, line)
        assert frames[0][..., 3].max() == 255 and (frames[0] == frames[-1]).all()


def test_a_name_that_no_clip_has_becomes_a_card(tmp_path: Path) -> None:
    fault, _ = faulty(tmp_path, "name: titel\n")
    assert fault.message == unknown_name(read(tmp_path, "name: titel\n").scenes[0].clips[0])


def test_an_endless_loop_becomes_a_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "HANG_SECONDS", 1.5)
    fault, _ = faulty(tmp_path, "<script>setTimeout(() => { for (;;); }, 100)</script>\n")
    assert "endless loop" in fault.message


def test_a_cancelled_clip_ends_and_one_without_room_does(tmp_path: Path) -> None:
    def cancel(done: float) -> None:
        raise Cancelled("not wanted any more")

    asked, out = request(tmp_path, "<p>Hi</p>\n", seconds=0.4), tmp_path / "out"
    out.mkdir()
    with pytest.raises(Cancelled):
        make_clip(asked, out, JobContext(tmp_path, tmp_path, cancel))
    (out / "clip.mov").unlink(missing_ok=True)
    (out / "clip.mov").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        make_clip(asked, out, context_in(tmp_path))


def test_a_fault_is_found_with_scene_and_line(tmp_path: Path) -> None:
    block = "<p>\n<script>\nnope()\n</script>\n"
    take, _ = drawn(tmp_path, block, seconds=0.4)
    episode = read(tmp_path, block)
    assert tuple(map(str, clip_faults(episode.scenes, {episode.scenes[0].clips[0].id: take}))) == (
        'script.md:8: the clip of scene "a" can\'t be shown: ReferenceError: nope is not defined',
    )


def test_a_page_of_the_episode_finds_what_it_names_and_is_drawn_anew_when_that_changes(tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips/page.html").write_text("<link rel=stylesheet href=page.css><div></div>")
    (tmp_path / "clips/page.css").write_text("div { width: 40px; height: 40px; background: #00ff00 }")
    take, frames = drawn(tmp_path, "file: clips/page.html\n", seconds=0.2)
    assert take.fault is None and frames[-1][20, 20].tolist() == [0, 255, 0, 255]
    before = request(tmp_path, "file: clips/page.html\n")
    (tmp_path / "clips/page.css").write_text("div { width: 40px; height: 40px; background: #ff0000 }")
    assert request(tmp_path, "file: clips/page.html\n") != before
    assert json.loads(before.variables)["marks"] == MARKS
