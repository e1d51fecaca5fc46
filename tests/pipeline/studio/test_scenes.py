"""`lectern scenes`: the state of every scene, and changes of the script that leave everything else as it is."""

import json
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.geometry import FULL
from lectern.pipeline.changes.author import author, made_by
from lectern.pipeline.changes.store import ChangesetStore
from lectern.pipeline.cli.main import main
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.gallery import gallery
from lectern.pipeline.studio import scene_changes
from lectern.pipeline.studio.scenes import note_built, scenes
from lectern.pipeline.timeline.model import ColourStrip, SceneSpan, Timeline, Track

SCRIPT = """---
title: Three
---

# One {#one}

{go}Hello there.

# Two

Good day.

```overlay
kind: title
text: Card
id: card
```

# Three

```scene
enabled: false
```

Bye.
"""


@pytest.fixture(autouse=True)
def _profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ep").mkdir()
    (tmp_path / "ep" / "script.md").write_text(SCRIPT)
    return tmp_path / "ep"


def _text(folder: Path) -> str:
    return (folder / "script.md").read_text()


def _built(folder: Path) -> None:
    """Leave what a build of the first two scenes leaves."""
    episode = read_episode(folder)
    spans = (SceneSpan(id="one", title="One", start=0, end=30), SceneSpan(id="two", title="Two", start=30, end=90))
    owners = [("one", episode.scenes[0].lines[0].id), ("two", episode.scenes[1].lines[0].id), ("two", "card")]
    strips = [
        ColourStrip(id=f"{s}/{o}/x", scene=s, name=o, track="T", start=0, end=9, colour="#000000", box=FULL)
        for s, o in owners
    ]
    film = Timeline(
        title="Three",
        fps=30,
        size=(1920, 1080),
        frames=90,
        tracks=(Track(name="T", channel=1),),
        scenes=spans,
        strips=strips,
    )
    (folder / "renders").mkdir()
    (folder / "renders" / "timeline.json").write_text(film.model_dump_json())
    note_built(episode, _text(folder))


def test_a_scene_is_made_changed_new_or_off(folder):
    assert [card.state for card in scenes(folder)] == ["new", "new", "off"]
    _built(folder)
    assert [(card.state, card.number, card.start) for card in scenes(folder)] == [
        ("made", 1, 0),
        ("made", 2, 1),
        ("off", 0, 0),
    ]
    scene_changes.set_block_value(folder, scenes(folder)[1].takes[1].line, "text", "Other")
    scene_changes.add_scene(folder, "Four")
    assert [card.state for card in scenes(folder)] == ["made", "changed", "off", "new"]


def test_what_a_scene_is_made_of_is_told_with_its_line(folder):
    _built(folder)
    scene_changes.say_instead(folder, 7, "{go}Hello again.")
    assert [(t.kind, t.label, t.line, t.made) for card in scenes(folder)[:2] for t in card.takes] == [
        ("line", "Hello again.", 7, False),
        ("line", "Good day.", 11, True),
        ("overlay", "Card", 13, True),
    ]


def test_changes_of_scenes_are_undone_one_by_one_and_done_again(folder):
    scene_changes.shift_scene(folder, "two", -1)
    assert scene_changes.copy_scene(folder, "two") == "two-2"
    scene_changes.delete_scene(folder, "one")
    scene_changes.retitle_scene(folder, "two-2", "Copy")
    assert [(card.id, card.title) for card in scenes(folder)] == [("two", "Two"), ("two-2", "Copy"), ("three", "Three")]
    last = _text(folder)
    told = [scene_changes.undo_change(folder) for _ in range(4)]
    assert told == ['rename "two-2"', 'delete "one"', 'duplicate "two"', 'move "two"'] and _text(folder) == SCRIPT
    with pytest.raises(LecternError, match="no change of script.md that could be taken back"):
        scene_changes.undo_change(folder)
    for _ in range(4):
        scene_changes.undo_change(folder, again=True)
    assert _text(folder) == last


def test_a_change_from_elsewhere_is_not_undone_away(folder):
    scene_changes.set_scene_enabled(folder, "three", True)
    (folder / "script.md").write_text(_text(folder).replace("Good day.", "Good evening."))
    assert scene_changes.undo_change(folder) == 'enable "three"'
    assert _text(folder) == SCRIPT.replace("Good day.", "Good evening.")
    scene_changes.retitle_scene(folder, "one", "Uno")
    (folder / "script.md").write_text(written := _text(folder).replace("Uno", "Eins"))
    with pytest.raises(LecternError, match="has changed in the same places"):
        scene_changes.undo_change(folder)
    assert _text(folder) == written


def test_a_change_of_the_script_stands_in_the_history_beside_those_of_others(folder):
    scene_changes.shift_scene(folder, "two", -1)
    store = ChangesetStore(folder)
    store.apply(store.propose({"script.md": _text(folder) + "\nMore.\n"}, "an agent", "more words").id, "Mia")
    assert [(c.who, c.why, c.state) for c in store.all()] == [
        (author(), 'move "two"', "applied"), ("an agent", "more words", "applied")]  # fmt: skip
    assert [scene_changes.undo_change(folder) for _ in range(2)] == ["more words", 'move "two"'] and _text(
        folder
    ) == SCRIPT
    with made_by("Ada"):
        scene_changes.undo_change(folder, again=True)
    assert store.all()[0].history[-1].who == "Ada"


def test_a_change_that_the_script_does_not_survive_is_refused(folder):
    with pytest.raises(LecternError, match="script.md is as it was"):
        scene_changes.add_to_scene(folder, "two", "callout", "Look", at="nowhere")
    with pytest.raises(LecternError, match="script.md is as it was"):
        scene_changes.retitle_scene(folder, "one", "A {#b} title")
    assert _text(folder) == SCRIPT


def test_an_episode_that_was_read_is_not_read_again_unless_its_script_has_changed(folder, monkeypatch):
    episode, script = read_episode(folder), _text(folder)
    with monkeypatch.context() as without:
        without.setattr(scene_changes, "read_episode", None)
        with scene_changes.already_read(script, episode):
            scene_changes.shift_scene(folder, "two", -1)
    with scene_changes.already_read(script, episode):
        scene_changes.shift_scene(folder, "two", -1)  # it is the first by now
    assert [card.id for card in scenes(folder)] == ["two", "one", "three"]


def test_the_last_scene_of_the_film_stays_in_it(folder):
    scene_changes.set_scene_enabled(folder, "one", False)
    with pytest.raises(LecternError, match="only scene of the film"):
        scene_changes.set_scene_enabled(folder, "two", False)


def test_every_overlay_and_designed_clip_is_added_ready_to_build(folder):
    for name in dict.fromkeys(("title", "chapter", "lower-third", "bullets", "callout", "caption", *gallery())):
        scene_changes.add_named_to_scene(folder, "one", name, at="go")
    for name in ("bars", "diff"):
        scene_changes.add_to_scene(folder, "two", "clip", name=name)
    scene_changes.add_to_scene(folder, "two", "callout", 'She said: "#1" {now}')
    one, two, _ = read_episode(folder).scenes
    assert [o.kind for o in one.overlays] == ["title", "chapter", "lower-third", "bullets", "callout", "caption"]
    assert sorted(c.name for c in one.clips) == sorted({*gallery()} - {"title", "chapter"})
    assert {o.at for o in (*one.overlays, *one.clips)} == {"go"} and two.overlays[1].text == 'She said: "#1" {now}'
    with pytest.raises(LecternError, match='no "poster" to add'):
        scene_changes.add_named_to_scene(folder, "one", "poster")


def test_the_command_changes_scenes_and_tells_how_to_take_it_back(folder, capsys):
    assert main(["scenes", str(folder), "up", "two"]) == 0
    assert "lectern scenes" in capsys.readouterr().out
    assert main(["scenes", str(folder), "--json"]) == 0
    assert [card["id"] for card in json.loads(capsys.readouterr().out)] == ["two", "one", "three"]
    assert main(["scenes", str(folder), "undo"]) == 0 and _text(folder) == SCRIPT
    assert main(["scenes", str(folder), "delete"]) == 2
    assert "which scene?" in capsys.readouterr().err


def test_script_md_that_is_a_link_is_not_written_through(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere.md"
    elsewhere.write_text(SCRIPT)
    (folder / "script.md").unlink()
    (folder / "script.md").symlink_to(elsewhere)
    with pytest.raises(LecternError, match="is a link"):
        scene_changes.shift_scene(folder, "two", -1)
    assert elsewhere.read_text() == SCRIPT
