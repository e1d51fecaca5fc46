"""What a strip stands for is told, and can be changed from the timeline."""

from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.geometry import FULL
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.studio.element_changes import (
    add_recording,
    appear_at,
    choose_recording,
    forget_take,
    place_narrator,
    recorded_takes,
    replace_file,
    speak_as,
)
from lectern.pipeline.studio.elements import ElementCard, Known, element_of
from lectern.pipeline.timeline.model import ColourStrip, HandValue, Marker, SceneSpan, SoundStrip, Timeline, Track

SCRIPT = """---
title: Elements
---

# One {#one}

Hello {go}there, *you*.

**Ben:** And me.

And on I go.

```capture
id: shell
kind: terminal
steps:
  - run: echo   one
  - {run: echo two, at: go}
```

```overlay
id: card
kind: callout
text: Look
at: go
```

```overlay
id: photo
kind: image
file: pictures/old.png
```

```avatar
character: ada
side: left
```
"""


@pytest.fixture(autouse=True)
def _profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ep" / "pictures").mkdir(parents=True)
    (tmp_path / "ep" / "pictures" / "old.png").write_bytes(b"png")
    (tmp_path / "ep" / "script.md").write_text(SCRIPT)
    return tmp_path / "ep"


def _known(folder: Path) -> Known:
    episode = read_episode(folder)
    ids = ["shell/footage", "card/text", "photo/image", "ada/0", "plate/", "gone/text"]
    colour = {"scene": "one", "name": "x", "track": "T", "kind": "colour", "colour": "#000000", "box": FULL}
    hand = (HandValue(property="x", value=0.25, script=0.91),)
    strips = [
        ColourStrip(id=f"one/{id}", start=30, end=90, by_hand=hand if id == "ada/0" else (), **colour) for id in ids
    ]
    voices = [
        SoundStrip(
            id=f"one/{line.id}/voice-0",
            scene="one",
            name="v",
            track="V",
            start=9 * n,
            end=9 * n + 9,
            source="media/voice/k/v.wav",
        )
        for n, line in enumerate(episode.scenes[0].lines)
    ]
    film = Timeline(
        title="Elements", fps=30, size=(1920, 1080), frames=90, tracks=(Track(name="T", channel=1),),
        scenes=(SceneSpan(id="one", title="One", start=0, end=90),), strips=(*strips, *voices),
        markers=(Marker(name="one/go", frame=12),),
    )  # fmt: skip
    return Known(episode, (folder / "script.md").read_text(), film)


def _lines(folder: Path) -> list[str]:
    return [line.id for line in read_episode(folder).scenes[0].lines]


def _of(folder: Path, owner: str) -> ElementCard:
    return element_of(_known(folder), f"one/{owner}")


def test_a_voice_strip_is_a_line_with_its_words_marks_and_speaker(folder):
    card = _of(folder, f"{_lines(folder)[0]}/voice-0")
    assert (card.kind, card.line, card.text, card.speaker) == ("line", 7, "Hello {go}there, *you*.", "Ada")
    assert [(mark.name, mark.word, mark.frame) for mark in card.marks] == [("go", "there,", 12)]
    assert "it waits where go would be seen too late" in card.why[0]
    assert 'after "Hello there, you."' in _of(folder, f"{_lines(folder)[1]}/voice-0").why[0]


def test_a_line_that_was_changed_since_the_build_is_still_known(folder):
    known = _known(folder)
    (folder / "script.md").write_text(SCRIPT.replace("And me.", "And somebody else."))
    changed = Known(read_episode(folder), (folder / "script.md").read_text(), known.film)
    card = element_of(changed, f"one/{known.episode.scenes[0].lines[1].id}/voice-0")
    assert card.text == "**Ben:** And somebody else." and "spoken anew" not in card.why[0] and len(card.why) == 2


def test_a_capture_has_its_steps_as_they_are_written(folder):
    card = _of(folder, "shell/footage")
    assert (card.kind, card.line, card.steps) == ("capture", 13, ("run: echo one", "{run: echo two, at: go}"))


def test_an_overlay_and_a_narrator_say_when_and_why_they_are_where_they_are(folder):
    assert _of(folder, "card/text").why[0] == 'It appears at the mark "go", as long as usual'
    ada = _of(folder, "ada/0")
    assert ada.why[0] == "Ada stands on the left, as the script says" and ada.by_hand == ("x: 0.25, not 0.91",)


def test_pieces_and_copies_are_what_they_are_pieces_of(folder):
    assert _of(folder, "card/text#1f2e").id == "card"


def test_a_strip_that_nothing_stands_for_says_so(folder):
    assert _of(folder, "plate/").kind == "other" and "something else by now" in _of(folder, "gone/text").why[0]
    with pytest.raises(LecternError, match="not in the last build"):
        _of(folder, "never/text")


def test_another_speaks_one_line_and_the_next_lines_stay_whose_they_were(folder):
    speak_as(folder, _lines(folder)[1], "ada")
    assert [line.speaker for line in read_episode(folder).scenes[0].lines] == ["ada", "ada", "ben"]
    assert "**Ada:** And me.\n\n**Ben:** And on I go." in (folder / "script.md").read_text()
    with pytest.raises(LecternError, match='no character "nobody"'):
        speak_as(folder, _lines(folder)[0], "nobody")


def test_an_overlay_appears_at_another_mark_or_with_its_scene(folder):
    appear_at(folder, _of(folder, "card/text"), "")
    assert (folder / "script.md").read_text() == SCRIPT.replace("text: Look\nat: go\n", "text: Look\n")
    appear_at(folder, _of(folder, "card/text"), "go")
    assert (folder / "script.md").read_text() == SCRIPT
    with pytest.raises(LecternError, match="only overlays and clips"):
        appear_at(folder, _of(folder, "ada/0"), "go")


def test_a_narrator_is_put_on_a_side_of_the_scene(folder):
    place_narrator(folder, "one", "ada", "right")
    assert (folder / "script.md").read_text() == SCRIPT.replace("side: left", "side: right")
    place_narrator(folder, "one", "ben", "left")
    assert [(b.character, b.side) for b in read_episode(folder).scenes[0].avatars] == [
        ("ada", "right"),
        ("ben", "left"),
    ]
    place_narrator(folder, "one", "ben", "auto")
    assert read_episode(folder).scenes[0].avatars[1].side == "auto"
    with pytest.raises(LecternError, match='no character "nobody"'):
        place_narrator(folder, "one", "nobody", "left")


def test_a_take_is_deleted_so_that_it_is_made_anew(folder, tmp_path):
    take = folder / "media" / "voice" / "k"
    take.mkdir(parents=True)
    (take / "v.wav").write_bytes(b"sound")
    forget_take(folder, "media/voice/k/v.wav")
    assert not take.exists()
    with pytest.raises(LecternError, match="not there any more"):
        forget_take(folder, "media/voice/k/v.wav")
    with pytest.raises(LecternError, match="not a file of a take"):
        forget_take(folder, "pictures/old.png")
    (tmp_path / "mine").mkdir()
    (folder / "media" / "face").symlink_to(tmp_path / "mine")
    (tmp_path / "mine" / "k").mkdir()
    with pytest.raises(LecternError, match="is a link"):
        forget_take(folder, "media/face/k/v.wav")
    assert (tmp_path / "mine" / "k").exists()


def test_own_recordings_are_counted_and_one_of_them_is_chosen(folder, tmp_path):
    line, sound = _lines(folder)[0], tmp_path / "take one.WAV"
    sound.write_bytes(b"sound")
    for name in (f"{line}.wav", f"{line}.2.wav", f"{line}.3.wav"):
        assert add_recording(folder, line, sound) == folder / "recordings" / name
    assert choose_recording(folder, line, f"{line}.2.wav").name == f"{line}.2.chosen.wav"
    assert choose_recording(folder, line, f"{line}.wav").name == f"{line}.chosen.wav"
    takes, used = recorded_takes(folder, line)
    assert [take.name for take in takes] == [f"{line}.chosen.wav", f"{line}.2.wav", f"{line}.3.wav"] and used == takes[
        0
    ]
    add_recording(folder, line, sound)
    assert recorded_takes(folder, line)[1].name == f"{line}.4.wav"


def test_what_is_no_recording_and_what_is_no_line_is_refused(folder, tmp_path):
    with pytest.raises(LecternError, match="is no recording that Lectern reads"):
        add_recording(folder, _lines(folder)[0], tmp_path / "notes.txt")
    with pytest.raises(LecternError, match="no line"):
        recorded_takes(folder, "line-0")


def test_a_picture_is_replaced_by_a_copy_beside_the_old_one(folder, tmp_path):
    (tmp_path / "old.png").write_bytes(b"new")
    copy = replace_file(folder, _of(folder, "photo/image"), tmp_path / "old.png")
    assert copy == folder / "pictures" / "old-2.png" and copy.read_bytes() == b"new"
    assert (folder / "script.md").read_text() == SCRIPT.replace("pictures/old.png", "pictures/old-2.png")
    with pytest.raises(LecternError, match="shows no picture"):
        replace_file(folder, _of(folder, "card/text"), tmp_path / "old.png")
