"""What a recording depends on: the author's material, and nothing that Lectern writes beside it."""

from pathlib import Path

from support.assets import THEME

from lectern.pipeline.capture.request import CaptureRequest, capture_request
from lectern.pipeline.episode.folder import read_episode

SCRIPT = (
    "---\ntitle: A page\n---\n\n# One {#one}\n\n```capture\nkind: browser\nsteps:\n  - open: page.html\n```\n\nLook.\n"
)


def request(folder: Path) -> CaptureRequest:
    episode = read_episode(folder, None)
    return capture_request(episode, episode.scenes[0].captures[0], THEME, (1504, 900))


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_a_page_beside_the_script_is_not_filmed_again_for_what_lectern_writes(tmp_path: Path) -> None:
    before = request(written(tmp_path, {"script.md": SCRIPT, "page.html": "<p>One", "look.css": "p {}"}))
    assert [name for name, _ in before.files] == ["look.css", "page.html"]
    made = (
        "media/voice/1/take.json",
        "renders/film.mp4",
        ".lectern/lectern.sqlite",
        "edits.json",
        "a.blend",
        "a.blend1",
        ".hidden",
    )
    assert request(written(tmp_path, dict.fromkeys(made, "new"))) == before
    assert request(written(tmp_path, {"script.md": SCRIPT.replace("Look.", "Look here.")})) == before


def test_a_step_without_the_options_that_came_later_is_recorded_as_before(tmp_path: Path) -> None:
    recorded = request(written(tmp_path, {"script.md": SCRIPT, "page.html": "<p>One"}))
    said = recorded.model_dump_json()
    assert not [name for name in ("hold", "speed", "timeout") if f'"{name}"' in said]


def test_holding_a_picture_needs_no_other_recording(tmp_path: Path) -> None:
    plain = request(written(tmp_path, {"script.md": SCRIPT, "page.html": "<p>One"}))
    held = SCRIPT.replace("open: page.html\n", "open: page.html\n    hold: 2s\n")
    assert request(written(tmp_path, {"script.md": held})) == plain
    assert read_episode(tmp_path, None).scenes[0].captures[0].steps[0].hold == 2


def test_a_page_is_filmed_again_when_it_or_what_lies_beside_it_changes(tmp_path: Path) -> None:
    before = request(written(tmp_path, {"script.md": SCRIPT, "page.html": "<p>One", "look.css": "p {}"}))
    after = request(written(tmp_path, {"look.css": "p { color: red }"}))
    assert after != before
    assert request(written(tmp_path, {"sub/picture.svg": "<svg/>"})) != after
