"""Scenes are moved, copied, added and left out of a script; every other byte stays."""

import random

import pytest

from lectern.pipeline.base.errors import LecternError, SourceError
from lectern.pipeline.episode.scene_edit import (
    add_block,
    duplicate_scene,
    enable_scene,
    insert_scene,
    move_scene,
    remove_block,
    remove_scene,
    rename_scene,
    scene_source,
    scene_sources,
)

SCRIPT = """\ufeff---
title: Three   # a remark
---


# One {#one}

First  words.\t

```overlay
kind: title
id: card
text: "# no heading"
```


## Two

```scene
layout: full   # large
enabled: true
```

Second words.
# Three {#three}
Third words."""


def _lines(script: str) -> list[int]:
    return [scene.line for scene in scene_sources(script)]


def _names(script: str) -> list[str]:
    return [script[scene.start : scene.end].split("\n")[0] for scene in scene_sources(script)]


def test_a_scene_is_moved_and_moved_back_to_the_same_bytes():
    moved = move_scene(SCRIPT, _lines(SCRIPT)[0], 1)
    assert _names(moved) == ["## Two", "# One {#one}", "# Three {#three}"]
    assert move_scene(moved, _lines(moved)[1], -1) == SCRIPT
    assert move_scene(SCRIPT, _lines(SCRIPT)[0], -5) == SCRIPT


def test_a_scene_without_an_end_of_line_can_be_moved_up():
    moved = move_scene(SCRIPT, _lines(SCRIPT)[2], -2)
    assert _names(moved) == ["# Three {#three}", "# One {#one}", "## Two"]
    assert "Third words.\n\n\n" not in SCRIPT and moved.startswith(SCRIPT[: SCRIPT.index("# One")])


def test_windows_line_ends_stay():
    script = SCRIPT.replace("\n", "\r\n")
    for changed in (
        move_scene(script, _lines(script)[0], 2),
        enable_scene(script, _lines(script)[0], False),
        add_block(script, _lines(script)[1], "overlay", "kind: callout\ntext: Look\n"),
        duplicate_scene(script, _lines(script)[0], "again", ["card"]),
    ):
        assert changed.count("\n") == changed.count("\r\n")


def test_leaving_a_scene_out_and_taking_it_in_again_is_no_change():
    line = _lines(SCRIPT)[0]
    off = enable_scene(SCRIPT, line, False)
    assert "# One {#one}\n\n```scene\nenabled: false\n```\n\nFirst" in off
    assert enable_scene(off, line, True) == SCRIPT


def test_other_fields_of_a_scene_block_stay():
    line = _lines(SCRIPT)[1]
    off = enable_scene(SCRIPT, line, False)
    assert off == SCRIPT.replace("enabled: true", "enabled: false")
    assert enable_scene(off, line, True) == SCRIPT.replace("enabled: true\n", "")


def test_a_copy_has_ids_of_its_own():
    script = SCRIPT.replace("Third words.", "Third.\n\n```capture\nid: cap\nkind: editor\ncontinues: card\n```")
    copied = duplicate_scene(script, _lines(script)[0], "one-2", ["one", "card", "card-2"])
    copy = scene_source(copied, _lines(copied)[1])
    assert copy.startswith("# One {#one-2}\n\nFirst  words.\t\n") and "id: card-3" in copy
    assert copied.replace(copy + "\n\n", "") == script


def test_a_removed_scene_takes_its_empty_lines_along():
    first, second, third = _lines(SCRIPT)
    assert _names(remove_scene(SCRIPT, first)) == ["## Two", "# Three {#three}"]
    assert remove_scene(SCRIPT, third).endswith("Second words.")
    assert _names(remove_scene(remove_scene(SCRIPT, third), first)) == ["## Two"]


def test_the_only_scene_stays():
    with pytest.raises(LecternError, match="only scene"):
        remove_scene("# One\n\nWords.\n", 1)


def test_a_new_scene_is_added_below_another_or_before_all():
    line = _lines(SCRIPT)[2]
    assert insert_scene(SCRIPT, line, "# New\n\nWords.\n") == SCRIPT + "\n\n# New\n\nWords."
    assert _names(insert_scene(SCRIPT, None, "# New"))[:2] == ["# New", "# One {#one}"]


def test_a_renamed_scene_keeps_its_id():
    assert rename_scene(SCRIPT, _lines(SCRIPT)[1], "Second", "two") == SCRIPT.replace("## Two", "## Second {#two}")
    assert rename_scene(SCRIPT, _lines(SCRIPT)[0], "First", "x") == SCRIPT.replace("# One {#one}", "# First {#one}")


def test_a_block_is_added_and_removed_again():
    added = add_block(SCRIPT, _lines(SCRIPT)[2], "overlay", "kind: caption\ntext: ````")
    assert added.endswith("Third words.\n\n`````overlay\nkind: caption\ntext: ````\n`````")
    line = added.split("\n").index("`````overlay") + 1
    assert remove_block(added, line) == SCRIPT


def test_what_would_change_other_scenes_is_refused():
    open_fence = SCRIPT + "\n\n```overlay\nkind: title\n"
    with pytest.raises(LecternError, match="more of the script"):
        move_scene(open_fence, _lines(open_fence)[2], -1)
    with pytest.raises(LecternError, match="more of the script"):
        insert_scene(SCRIPT, _lines(SCRIPT)[0], "# New\n\n```overlay\n")
    with pytest.raises(SourceError, match="no scene starts here"):
        move_scene(SCRIPT, 2, 1)


def test_moves_in_any_order_keep_every_scene_byte_for_byte():
    rng, script = random.Random(4), SCRIPT
    texts = sorted(script[scene.start : scene.end] for scene in scene_sources(script))
    for _ in range(30):
        script = move_scene(script, rng.choice(_lines(script)), rng.choice([-2, -1, 1, 2]))
        assert sorted(script[scene.start : scene.end] for scene in scene_sources(script)) == texts
        assert len(script) == len(SCRIPT)
