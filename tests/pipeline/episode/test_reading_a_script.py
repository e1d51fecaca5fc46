import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.frontmatter import EndCard, length_of
from lectern.pipeline.episode.ids import slug
from lectern.pipeline.episode.model import Episode, Line
from lectern.pipeline.episode.spoken.english import code
from lectern.pipeline.episode.targets import Target, Wait
from lectern.pipeline.episode.unsupported import refuse_unsupported

Reading = Callable[[str | bytes], Episode]


def written(line: Line) -> list[str]:
    return [word.written for word in line.words]


def said(line: Line) -> str:
    return " ".join(word.spoken for word in line.words)


def only_line(episode: Episode) -> Line:
    return episode.scenes[0].lines[0]


def test_the_design_page_example_says_what_the_page_says(reading: Reading, design: str) -> None:
    episode = reading(design)
    assert (episode.title, episode.narrator, episode.length) == ("A package manager in five minutes", "ada", (180, 420))
    assert [(s.id, s.title, s.line) for s in episode.scenes] == (
        [("why", "Why one tool", 7), ("new", "Step 1: a new project", 17)]
    )
    why, new = episode.scenes
    assert [(m.name, why.lines[0].words[m.word].written) for m in why.lines[0].marks] == [("four", "Today")]
    assert [(m.name, new.lines[0].words[m.word].written) for m in new.lines[0].marks] == (
        [("init", "One"), ("tree", "and")]
    )
    assert [(line.speaker, line.line) for line in new.lines] == [("ada", 19), ("ben", 38), ("ada", 40)]
    assert said(new.lines[1]) == "And if I already have a requirements file?"


def test_the_design_page_example_shows_what_the_page_shows(reading: Reading, design: str) -> None:
    why, new = reading(design).scenes
    (title,) = why.overlays
    assert (title.kind, title.text, title.subtitle, title.line) == (
        ("title", "One tool", "A package manager in five minutes", 11)
    )
    (capture,) = new.captures
    assert (capture.kind, capture.line) == ("terminal", 21)
    assert [(s.action, s.value, s.at, s.zoom, s.line) for s in capture.steps] == [
        ("type", "uv init hello", "init", None, 24),
        ("wait", "", None, None, 26),
        ("type", "tree hello", "tree", 1.4, 27),
    ]
    assert capture.steps[1].wait == Wait(idle=0.5)
    assert (new.overlays[0].kind, new.overlays[0].at) == ("lower-third", "init")


def test_headings_and_prose_alone_make_an_episode(reading: Reading) -> None:
    episode = reading("# Hello\n\nThis is all.\n\n# Bye\n")
    assert (episode.title, episode.narrator, episode.length) == ("Film", "ada", None)
    assert [(s.id, len(s.lines)) for s in episode.scenes] == [("hello", 1), ("bye", 0)]


@pytest.mark.parametrize(
    ("title", "id"),
    [
        ("Step 1: a new project", "step-1-a-new-project"),
        ("3. Applications", "applications"),
        ("[HTML], [S5]?", "html-s5"),
        ("33", "section"),
        ("Dogs?--in *my* house?", "dogs--in-my-house"),
        ("Größe_x.y", "größe_x.y"),
    ],
)
def test_a_slug_is_the_one_pandoc_makes(title: str, id: str) -> None:
    assert slug(title) == id


@pytest.mark.parametrize(
    ("text", "words", "spoken"),
    [
        ("Install uv{say: you vee}, now.", ["Install", "uv,", "now."], "Install you vee, now."),
        ("C++{say: see plus plus} is old.", ["C++", "is", "old."], "see plus plus is old."),
        ("the uv {say: you vee} tool", ["the", "uv", "tool"], "the you vee tool"),
        ("Run `git-log`.", ["Run", "git-log."], "Run git log."),
        ("Run `uv init --name x`.", ["Run", "uv", "init", "--name", "x."], "Run uv init dash dash name x."),
        ("Run `uv init`{say: the command}!", ["Run", "uv init!"], "Run the command!"),
        ("`a {b} \\{`", ["a", "{b}", "\\{"], "a b backslash"),
        (r"a \{b\} c", ["a", "{b}", "c"], "a {b} c"),
        ("one tool \u2014 and two", ["one", "tool \u2014", "and", "two"], "one tool, and two"),
        ("tool\u2014and", ["tool\u2014and"], "tool, and"),
        (
            "\u201cHi,\u201d she said; it isn\u2019t.",
            ["\u201cHi,\u201d", "she", "said;", "it", "isn\u2019t."],
            "Hi, she said; it isn't.",
        ),
        ("See [the docs](https://x.y/z).", ["See", "the", "docs."], "See the docs."),
        ("At <https://x.org/a>", ["At", "https://x.org/a"], "At x dot org slash ay"),
        ("2020\u20132024", ["2020\u20132024"], "twenty twenty to twenty twenty-four"),
        ("un*believ*able  is\tone", ["unbelievable", "is", "one"], "unbelievable is one"),
        ("\u2014 so it is", ["\u2014 so", "it", "is"], "so it is"),
        ("`uv`'s way", ["uv's", "way"], "uv's way"),
        ("AT&amp;T", ["AT&T"], "AT and T"),
    ],
)
def test_prose_becomes_words_as_written_and_as_spoken(
    reading: Reading, text: str, words: list[str], spoken: str
) -> None:
    line = only_line(reading(f"# A\n\n{text}\n"))
    assert written(line) == words
    assert said(line) == spoken


@pytest.mark.parametrize(
    ("span", "spoken"),
    [
        ("pyproject.toml", "pyproject dot toml"),
        (".venv/bin", "dot vee-env slash bin"),
        ("3.13.1", "three point thirteen point one"),
        ("print()", "print"),
        ("__init__", "dunder init"),
        ("a == b", "ay equals b"),
        ("-m", "dash m"),
        ("x|y", "x pipe y"),
        ("{}", "left curly bracket right curly bracket"),
    ],
)
def test_code_is_said_as_people_read_it(span: str, spoken: str) -> None:
    assert code(span) == spoken


def test_emphasis_lies_on_its_words(reading: Reading) -> None:
    line = only_line(reading("# A\n\nthis is *very much* so, **yes**, (*no*).\n"))
    assert [w.written for w in line.words if w.emphasis] == ["very", "much", "yes,", "(no)."]


def test_a_bold_text_that_is_no_name_is_emphasis(reading: Reading) -> None:
    line = only_line(reading("# A\n\n**Three things really matter:** time.\n"))
    assert (line.speaker, written(line)[0]) == ("ada", "Three")


@pytest.mark.parametrize("label", ["**Ben:**", "**Ben**:", "**ben:**", "**Ben** :"])
def test_a_bold_name_speaks_until_the_scene_ends(reading: Reading, label: str) -> None:
    first, second = reading(f"# A\n\nI.\n\n{label} you\n\nhe\n\n# B\n\nshe\n").scenes
    assert [(line.speaker, said(line)) for line in first.lines] == [("ada", "I."), ("ben", "you"), ("ben", "he")]
    assert second.lines[0].speaker == "ada"


def test_list_items_are_sentences_of_their_own(reading: Reading) -> None:
    scene = reading("# A\n\nThere are:\n\n- one thing\n- two things.\n  1. nested\n").scenes[0]
    assert [said(line) for line in scene.lines] == ["There are:", "one thing.", "two things.", "nested."]
    assert [line.line for line in scene.lines] == [3, 5, 6, 7]
    assert written(scene.lines[1]) == ["one", "thing"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{m}Hello there", 0),
        ("Hello {m}there", 1),
        ("Hello{m} there", 1),
        ("Hello there{m}.", 2),
        ("Hello there. {m}", 2),
        ("({m}Hello) there", 0),
        ("*{m}Hello* there", 0),
        ("well-{m}known", 1),
        ("tool \u2014 {m}and", 1),
        ("tool {m}\u2014 and", 1),
    ],
)
def test_a_mark_is_the_word_that_sounds_next(reading: Reading, text: str, word: int) -> None:
    (mark,) = only_line(reading(f"# A\n\n{text}\n")).marks
    assert mark.word == word


def test_a_pause_is_silent_and_before_its_word(reading: Reading) -> None:
    line = only_line(reading("# A\n\nWait {pause: 0.5} for it. {pause: 2}\n"))
    assert written(line) == ["Wait", "for", "it."]
    assert [(r.word, r.seconds) for r in line.rests] == [(1, 0.5), (3, 2)]


def test_a_speed_is_silent_and_that_of_its_paragraph(reading: Reading) -> None:
    lines = reading("# A\n\nOne {speed: 0.8}two.\n\nThree {speed}four.\n").scenes[0].lines
    assert [(written(line), line.speed) for line in lines] == [(["One", "two."], 0.8), (["Three", "four."], 1)]
    assert [mark.name for mark in lines[1].marks] == ["speed"]


def test_marks_and_pauses_on_their_own_belong_to_the_next_words_or_to_the_end(reading: Reading) -> None:
    scene = reading("# A\n\n{m}\n\nOne two.\n\n{pause: 1} {n}\n").scenes[0]
    (line,) = scene.lines
    assert [(m.name, m.word) for m in line.marks] == [("m", 0), ("n", 2)]
    assert [(r.word, r.seconds) for r in line.rests] == [(2, 1)]


def test_words_and_marks_know_their_lines(reading: Reading) -> None:
    line = only_line(reading("# A\n\none `a\nb` {say: x\ny} two\n{m}three [l\nk](u) four\n"))
    assert [(w.written, w.line) for w in line.words] == (
        [("one", 3), ("a", 3), ("b", 3), ("two", 5), ("three", 6), ("l", 6), ("k", 7), ("four", 7)]
    )
    assert line.marks[0].line == 6


def test_steps_name_their_targets_as_people_do(reading: Reading) -> None:
    steps = (
        reading("""# A

Say {m}this and {n}that.

```capture
kind: browser
hidden:
  - open: page.html
steps:
  - click: Save
    at: m
    until: n
    zoom: 2
  - click: {role: button, name: Save}
  - click: {position: [0.5, 0.25]}
  - type: hello
    into: {label: Name}
    enter: yes
  - select: no
    from: {label: Colour}
  - scroll: 400
  - scroll: {text: Footer}
  - drag: A
    to: {position: [1, 0]}
  - wait: {target: {role: alert}}
    expect: 3 files
  - press: Control+S
finally:
  - open: bye.html
```
""")
        .scenes[0]
        .captures[0]
    )
    assert steps.hidden[0].value == "page.html"
    assert steps.finally_[0].action == "open"
    click, role, place, type_, select, scroll, view, drag, wait, press = steps.steps
    assert (click.target, click.at, click.until, click.zoom) == (Target(text="Save"), "m", "n", 2.0)
    assert role.target == Target(role="button", name="Save")
    assert place.target == Target(position=(0.5, 0.25))
    assert (type_.value, type_.target, type_.enter) == ("hello", Target(label="Name"), True)
    assert (select.value, select.target) == ("no", Target(label="Colour"))
    assert (scroll.value, view.target) == ("400", Target(text="Footer"))
    assert (drag.target, drag.to) == (Target(text="A"), Target(position=(1, 0)))
    assert (wait.wait, wait.expect) == (Wait(target=Target(role="alert")), "3 files")
    assert (press.value, press.enter) == ("Control+S", False)


def test_only_a_terminal_presses_enter_by_itself(reading: Reading) -> None:
    script = "# A\n\n```capture\nkind: {}\nsteps:\n  - type: x\n```\n"
    assert [reading(script.format(kind)).scenes[0].captures[0].steps[0].enter for kind in ("terminal", "browser")] == (
        [True, False]
    )


def test_overlays_take_their_fields(reading: Reading) -> None:
    bullets, image = (
        reading("""# A

One {m}two {n}three.

```overlay
kind: bullets
text: "Rule #1"
items:
  - no
  - {text: two, at: m}
position: [0.25, 0.5]
at: m
until: n
```

```overlay
id: logo
kind: image
file: logo.png
seconds: 3
position: auto
```
""")
        .scenes[0]
        .overlays
    )
    assert (bullets.items, bullets.item_marks, bullets.text) == (("no", "two"), (None, "m"), "Rule #1")
    assert (bullets.position, bullets.at, bullets.until) == ((0.25, 0.5), "m", "n")
    assert (image.id, image.file, image.seconds, image.position) == ("logo", "logo.png", 3, None)


def test_scene_and_avatar_blocks_set_the_scene(reading: Reading) -> None:
    scene = reading("""# A

```scene
transition: cut
seconds: 0
before: 1.5
after: 2
layout: side-by-side
enabled: no
```

```avatar
character: Ben
side: left
size: 0.4
visible: false
mood: cheerful
```
""").scenes[0]
    assert (scene.transition, scene.transition_seconds, scene.before, scene.after) == ("cut", 0, 1.5, 2)
    assert (scene.layout, scene.enabled) == ("side-by-side", False)
    (avatar,) = scene.avatars
    assert (avatar.character, avatar.side, avatar.size, avatar.visible, avatar.mood) == (
        ("ben", "left", 0.4, False, "cheerful")
    )


LATER = """# A

Say.

```scene
transition: wipe
```

```shot
prompt: a whale
characters: [ada]
first_frame: previous
smooth: true
```

```music
file: logo.png
under: [a, film]
gain: -12
```

```capture
kind: desktop
app: gnome-control-center
goal: open the settings
```
"""


def test_what_comes_later_is_read_now_and_refused_with_its_line(reading: Reading) -> None:
    episode = reading(LATER)
    (shot,), (music,) = episode.scenes[0].shots, episode.scenes[0].music
    assert (shot.prompt, shot.characters, shot.first_frame, shot.smooth) == ("a whale", ("ada",), "previous", True)
    assert (music.file, music.under, music.gain) == ("logo.png", ("a", "film"), -12)
    refused = refuse_unsupported(episode)
    assert [p.line for p in refused] == [9, 22, 16]
    assert (
        str(refused[2])
        == "script.md:16: logo.png has no sound in it that can be read; use a WAV, FLAC, MP3, Ogg or M4A file"
    )


TERMINAL = """# A

Say {one}this.

```capture
kind: terminal
steps:
  - run: make
    expect: 3 passed
  - highlight: passed
    at: one
    zoom: true
    spotlight: true
  - scroll: -400
  - scroll: {text: error}
  - type: {secret: TOKEN}
  - press: Ctrl+D
  - wait: {exit: 0}
  - moment: 2.5
```
"""


def test_all_that_a_terminal_does_is_read_and_none_of_it_put_off(reading: Reading) -> None:
    episode = reading(TERMINAL)
    run, highlight, up, to, secret, press, wait, moment = episode.scenes[0].captures[0].steps
    assert (run.value, run.expect, highlight.target) == ("make", "3 passed", Target(text="passed"))
    assert (highlight.at, highlight.zoom, highlight.spotlight) == ("one", 1.4, True)
    assert (up.value, to.target, secret.secret, secret.enter) == ("-400", Target(text="error"), "TOKEN", True)
    assert (press.value, wait.wait, moment.moment) == ("Ctrl+D", Wait(exit=0), 2.5)
    assert refuse_unsupported(episode) == ()


def test_a_disabled_scene_is_not_refused(reading: Reading) -> None:
    assert refuse_unsupported(reading(LATER.replace("transition: wipe", "enabled: false"))) == ()


def test_notes_are_for_the_authors(reading: Reading, design: str) -> None:
    note = "```note\nanything: goes: here {{{\n```\n\n"
    assert [s.id for s in reading(note + "# A\n\nx\n\n" + note).scenes] == ["a"]


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("5m ±2m", (180, 420)),
        ("5m +- 2m", (180, 420)),
        ("90s", (90, 90)),
        ("60s-90s", (60, 90)),
        ("60-90s", (60, 90)),
        ("1m30s to 2m", (90, 120)),
        ("1.5m \u2013 2 min", (90, 120)),
        ("1h", (3600, 3600)),
        ("5", None),
        ("", None),
        ("2m-1m", None),
        ("5m ±9m", None),
        ("1.2.3s", None),
    ],
)
def test_a_length_can_be_written_in_several_ways(written: str, span: tuple[float, float] | None) -> None:
    assert length_of(written) == (span and pytest.approx(span))


def test_bytes_do_not_matter_to_what_is_read(reading: Reading, design: str) -> None:
    plain = reading(design)
    assert reading(design.replace("\n", "\r\n")) == plain
    assert reading("\ufeff" + design) == plain
    assert reading(design.replace("\n", "\r")) == plain


def test_reading_writes_nothing(reading: Reading, design: str, tmp_path: Path) -> None:
    reading(design)
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.rglob("*") if p.is_file()}
    read_episode(tmp_path / "film")
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.rglob("*") if p.is_file()} == before


def test_ids_follow_what_is_said_and_not_where(reading: Reading, design: str) -> None:
    def ids(script: str) -> list[str]:
        scene = next(s for s in reading(script).scenes if s.id == "new")
        return sorted([*(x.id for x in scene.lines), *(x.id for x in scene.captures), *(x.id for x in scene.overlays)])

    overlay = "```overlay\nkind: lower-third\ntext: Step 1. A new project\nat: init\n```\n\n"
    moved = design.replace(overlay, "").replace("Let us make", overlay + "Let us make").replace("# Why", "\n\n# Why")
    assert ids(moved) == ids(design)
    fields = "text: Step 1. A new project\nat: init"
    assert ids(design.replace(fields, "at:   'init' # here\ntext: Step 1. A new project")) == ids(design)
    assert len(set(ids(design)) & set(ids(design.replace("Then you import it", "Then import it")))) == 4


def test_equal_lines_are_told_apart(reading: Reading) -> None:
    here, there = reading("# A\n\nAgain.\n\nAgain.\n\n# B\n\nAgain.\n").scenes
    first, second, third = *here.lines, *there.lines
    assert second.id == f"{first.id}-2"
    assert third.id != first.id


def test_a_character_s_name_may_be_more_than_two_words_of_letters(reading: Reading, tmp_path: Path) -> None:
    (tmp_path / "film" / "characters").mkdir(exist_ok=True)
    (tmp_path / "film" / "characters" / "hal.json").write_text('{"name": "HAL 9000", "portrait": "lectern:ben"}')
    line = only_line(reading("# A\n\n**HAL 9000:** I'm sorry, Dave.\n"))
    assert (line.speaker, written(line)[0]) == ("hal", "I'm")


def test_a_line_end_within_quotes_is_typed_and_that_of_a_block_is_not(reading: Callable[[str], Episode]) -> None:
    steps = '  - type: "x = 1\\n"\n  - type: y\n  - type: |\n      z\n'
    script = f"# A\n\nSay it.\n\n```capture\nkind: editor\nsteps:\n  - open: a.py\n{steps}```\n"
    capture = reading(script).scenes[0].captures[0]
    assert [step.value for step in capture.steps] == ["a.py", "x = 1\n", "y", "z"]


@pytest.mark.parametrize(("written", "pasted"), [
    ('"x = 1\\n"', "x = 1\n"),
    ('"x = 1\\n\\n"', "x = 1\n\n"),
    ('"x\\n  y\\n"', "x\n  y\n"),
    ('"x = 1"', "x = 1"),
    ("x = 1", "x = 1"),
    ("|\n      x = 1", "x = 1"),
    ("|\n      x\n      y", "x\ny"),
])  # fmt: skip
def test_what_is_pasted_ends_as_it_is_quoted(reading: Reading, written: str, pasted: str) -> None:
    script = f"# A\n\nSay it.\n\n```capture\nkind: editor\nsteps:\n  - open: a.py\n  - paste: {written}\n```\n"
    assert reading(script).scenes[0].captures[0].steps[1].value == pasted


@pytest.mark.parametrize(("written", "read"), [
    ('"x"', "x"), ("x", "x"), ("|\n      x", "x"), ("|\n      x\n      y", "x\ny"), ('"x\\n\\n  y"', "x\n\n  y"), ('"x "', "x "),
])  # fmt: skip
def test_the_text_of_a_file_and_of_an_edit_is_read_alike(reading: Reading, written: str, read: str) -> None:
    edit = f"  - edit: 1\n    with: {written}\n"
    files = f"environment:\n  files:\n  - path: b.py\n    text: {written}\n"
    head = "# A\n\nSay it.\n\n```capture\nkind: editor\n"
    capture = reading(f"{head}{files}steps:\n  - open: b.py\n{edit}```\n").scenes[0].captures[0]
    assert (capture.environment.files[0].text, capture.steps[1].text) == (read, read)


_STEP = "# A\n\nSay it.\n\n```capture\nkind: terminal\nsteps:\n  - run: {run}\n    expect: {expect}\n```\n"
_YAML_TAKES = {
    "echo a # b": 'YAML ends a value at " #", so "# b" would be lost',
    "git log --grep #12": 'YAML ends a value at " #", so "#12" would be lost',
    "#12": 'YAML takes what follows "#" for a comment',
    "!ls": 'a value that starts with "!" needs quotes',
    "! true": 'a value that starts with "!" needs quotes',
}
"""What YAML would take for something else, and what is said of it."""
_YAML_KEEPS = {"a#b": "a#b", "Done!": "Done!", "ls !(a)": "ls !(a)", '"a # b"': "a # b", "'! a'": "! a", '"#12"': "#12"}
"""What is read as it is meant, and what that is."""


@pytest.mark.parametrize(("written", "said"), _YAML_TAKES.items())
def test_what_yaml_would_take_for_a_comment_or_a_tag_is_a_fault_with_its_line(
    reading: Reading, written: str, said: str
) -> None:
    scripts = {
        f"script.md:8: .*{re.escape(said)}": _STEP.format(run=written, expect="ok"),
        f"script.md:9: .*{re.escape(said)}": _STEP.format(run="ls", expect=written),
        f"script.md:2: .*{re.escape(said)}": f"---\ntitle: {written}\n---\n# A\n\nSay it.\n",
    }
    for fault, script in scripts.items():
        with pytest.raises(EpisodeErrors, match=fault):
            reading(script)


@pytest.mark.parametrize(("written", "meant"), _YAML_KEEPS.items())
def test_signs_that_yaml_leaves_alone_and_quoted_ones_stay(reading: Reading, written: str, meant: str) -> None:
    (step,) = reading(_STEP.format(run=written, expect=written)).scenes[0].captures[0].steps
    assert (step.value, step.expect) == (meant, meant)
    assert reading(f"---\ntitle: {written}\n---\n# A\n\nSay it.\n").title == meant


@pytest.mark.parametrize("kinds", ["oc", "co", "oooo", "cccc", "cocoo", "oococc"])
def test_a_chapter_cards_number_is_its_place_in_the_film(reading: Reading, kinds: str) -> None:
    """Of overlays ("o") and clips ("c") alike; cards of other kinds between them don't count."""
    blocks = {
        "o": "```overlay\nkind: chapter\ntext: T{}\n```\n```overlay\nkind: title\ntext: U{}\n```\n",
        "c": "```clip\nname: chapter\nwith: {{text: T{}}}\n```\n",
    }
    scenes = [f"# S{i}\n\nSay {i}.\n\n{blocks[kind].format(i, i)}" for i, kind in enumerate(kinds)]
    episode = reading("\n".join(scenes))
    cards = [scene.clips[0].id if scene.clips else scene.overlays[0].id for scene in episode.scenes]
    assert [episode.chapter_number(card) for card in cards] == list(range(1, len(kinds) + 1))


def test_chapter_cards_are_counted_through_the_film_whether_they_are_overlays_or_clips(reading: Reading) -> None:
    overlay = "```overlay\nkind: chapter\ntext: {}\n```\n"
    clip = "```clip\nname: chapter\nwith: {{text: {}}}\n```\n"
    episode = reading(
        f"# A\n\nOne.\n\n{overlay.format('a')}\n# B\n\nTwo.\n\n{clip.format('b')}\n# C\n\nThree.\n\n{overlay.format('c')}"
    )
    first, second, third = episode.scenes
    cards = (first.overlays[0].id, second.clips[0].id, third.overlays[0].id)
    assert [episode.chapter_number(card) for card in cards] == [1, 2, 3]
    assert episode.chapter_number("nothing") == 0


@pytest.mark.parametrize(
    "written", ["highlight: 1-2", "lines: 1-2", "highlight: [1-2]", "highlight_lines: {lines: 1-2}"]
)
def test_code_is_taken_from_its_file_and_lines_of_it_light_up(reading, tmp_path: Path, written: str) -> None:
    (tmp_path / "film/mean.py").write_text("def mean(values):\n    return sum(values)\n", "utf-8")
    (overlay,) = (
        reading(f"# A\n\n```overlay\nkind: code\nfile: mean.py\n{written}\n```\n\nSay it.\n").scenes[0].overlays
    )
    assert overlay.text == "def mean(values):\n    return sum(values)\n"
    assert [lit.lines for lit in overlay.highlight] == [(1, 2)]


@pytest.mark.parametrize("name", ["say", "pause"])
def test_a_mark_may_have_the_name_of_a_cue_where_a_block_uses_it(reading, name: str) -> None:
    block = f"```overlay\nkind: callout\ntext: x\nat: {name}\n```\n"
    (scene,) = reading(f"# A\n\nThis {{{name}}}is uv{{say: you vee}}. {{pause: 1}} Yes.\n\n{block}").scenes
    assert [(mark.name, mark.word) for line in scene.lines for mark in line.marks] == [(name, 1)]
    assert [rest.seconds for line in scene.lines for rest in line.rests] == [1.0]


def test_a_line_end_within_quotes_belongs_to_a_text_wherever_it_is_put_in_and_that_of_a_block_does_not(
    reading: Reading,
) -> None:
    steps = """  - {path: a.txt, text: "one\\n\\n"}
    - {path: b.txt, text: "one"}
    - path: c.txt
      text: |
        one
steps:
  - open: a.txt
  - type: "two\\n"
  - paste: "three\\n"
  - edit: 1
    with: "four\\n"
  - edit: 1
    with: |
      five
  - edit: 1
    with: ""
  - diff: a.txt
    with: "six\\n"
"""
    script = f"# A\n\nHi.\n\n```capture\nkind: editor\nenvironment:\n  files:\n  {steps}```\n"
    capture = reading(script).scenes[0].captures[0]
    assert [file.text for file in capture.environment.files] == ["one\n\n", "one", "one"]
    assert [step.value if step.action in ("type", "paste") else step.text for step in capture.steps[1:]] == [
        "two\n", "three\n", "four\n", "five", "", "six\n",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "card"),
    [
        ("none", None),
        ("Thanks for watching", EndCard(text="Thanks for watching")),
        ("{text: Bye, subtitle: See you, seconds: 12}", EndCard(text="Bye", subtitle="See you", seconds=12.0)),
    ],
)
def test_the_card_at_the_end_is_written_in_the_front_matter(
    reading: Reading, written: str, card: EndCard | None
) -> None:
    assert reading(f"---\nend: {written}\n---\n\n# A\n\nHello.\n").end == card


def test_music_plays_under_the_card_at_the_end(reading: Reading) -> None:
    (music,) = reading("# A\n\nHello.\n\n```music\nname: night\nunder: [a, end]\n```\n").scenes[0].music
    assert music.under == ("a", "end")
