"""Ways of writing that have one meaning: read as the canonical form, told, and written into the script by --fix."""

from collections.abc import Callable
from typing import Any

import pytest

from lectern.pipeline.episode.canonical import canonical_brace
from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.respelled import respell
from lectern.pipeline.episode.respeller import seconds_of

Reading = Callable[[str | bytes], Episode]
HEAD = "# A\n\nSay {one}this and {two}that.\n\n"


def capture(kind: str, body: str) -> str:
    return f"{HEAD}```capture\nkind: {kind}\n{body}\n```\n"


def block(name: str, body: str) -> str:
    return f"{HEAD}```{name}\n{body}\n```\n"


SAME: list[tuple[str, str]] = [
    # The name of a kind is the block's
    (block("terminal", "steps:\n  - run: ls"), block("capture", "kind: terminal\nsteps:\n  - run: ls")),
    (block("terminal", '{"steps": [{"run": "ls"}]}'), block("capture", '{"kind": "terminal", "steps": [{"run": "ls"}]}')),
    (block("footage", "file: robot.mp4"), block("capture", "kind: footage\nfile: robot.mp4")),
    (block("image", "file: logo.png"), block("overlay", "kind: image\nfile: logo.png")),
    (block("callout", "text: Look\nat: one"), block("overlay", "kind: callout\ntext: Look\nat: one")),
    (block("quote", "text: Be kind\nby: Ada"), block("clip", "name: quote\nwith:\n  text: Be kind\n  by: Ada")),
    (block("editor", "kind: editor\nsteps:\n  - run: ls"), block("capture", "kind: editor\nsteps:\n  - run: ls")),
    (block("video", "file: robot.mp4\nfrom: 2s\nto: 4"), block("capture", "kind: footage\nfile: robot.mp4\nstart: 2\nend: 4")),
    (block("code", "text: x = 1\nlanguage: python"), block("overlay", "kind: code\ntext: x = 1\nlanguage: python")),
    (block("diff", "with: {code: '- a'}"), block("clip", "name: diff\nwith: {code: '- a'}")),
    # Keys
    (capture("terminal", "steps:\n  - key: Enter\n    at: one"), capture("terminal", "steps:\n  - press: Enter\n    at: one")),
    (capture("terminal", "steps:\n  - {keys: Enter, at: one}"), capture("terminal", "steps:\n  - {press: Enter, at: one}")),
    (capture("terminal", "steps:\n  - keys: [Ctrl, Shift, c]"), capture("terminal", "steps:\n  - press: Ctrl+Shift+c")),
    (capture("terminal", "steps:\n  - press: [Down, Down, Enter]"), capture("terminal", "steps:\n  - press: Down Down Enter")),
    (capture("terminal", "steps:\n  - keys:\n      - Down\n      - Enter"), capture("terminal", "steps:\n  - press: Down Enter")),
    # Waits
    (capture("terminal", "steps:\n  - run: ls\n  - wait: prompt"), capture("terminal", "steps:\n  - run: ls\n  - wait: {prompt: true}")),
    (capture("terminal", "steps:\n  - run: ls\n    at: one\n    wait: {prompt: true}"), capture("terminal", "steps:\n  - run: ls\n    at: one\n  - wait: {prompt: true}")),
    (capture("terminal", "steps:\n  - run: ls\n    wait: prompt\n    at: one"), capture("terminal", "steps:\n  - run: ls\n    at: one\n  - wait: {prompt: true}")),
    (capture("terminal", "steps:\n  - {run: ls, wait: prompt, expect: a}"), capture("terminal", "steps:\n  - {run: ls}\n  - {wait: {prompt: true}, expect: a}")),
    (capture("terminal", "steps:\n  - type: ls\n    wait: {idle: 1s}\n    expect: a"), capture("terminal", "steps:\n  - type: ls\n  - wait: {idle: 1}\n    expect: a")),
    # Claims
    (capture("terminal", "steps:\n  - run: ls\n  - expect: a b\n    at: one"), capture("terminal", "steps:\n  - run: ls\n  - wait: {text: a b}\n    expect: a b\n    at: one")),
    (capture("terminal", 'steps:\n  - {"expect": "Fix #12"}\n  - run: ls'), capture("terminal", 'steps:\n  - {wait: {text: "Fix #12"}, "expect": "Fix #12"}\n  - run: ls')),
    (capture("terminal", "steps:\n  - run: ls\n    expect: {text: pears}"), capture("terminal", "steps:\n  - run: ls\n    expect: pears")),
    (capture("terminal", "steps:\n  - run: ls\n    expect:\n      text: pears"), capture("terminal", "steps:\n  - run: ls\n    expect: pears")),
    # The environment
    (capture("terminal", "size: [1280, 720]\nsteps:\n  - run: ls"), capture("terminal", "environment:\n  size: [1280, 720]\nsteps:\n  - run: ls")),
    (capture("terminal", "env:\n  A: b\n\n  C: d\nsteps:\n  - run: ls"), capture("terminal", "environment:\n  env:\n    A: b\n\n    C: d\nsteps:\n  - run: ls")),
    (capture("terminal", "environment:\n  scale: 1.2\nsize: [900, 600] # px\nsteps:\n  - run: ls"), capture("terminal", "environment:\n  scale: 1.2\n  size: [900, 600] # px\nsteps:\n  - run: ls")),
    (capture("terminal", "environment: {scale: 1.2}\nprompt: '> '\nsteps:\n  - run: ls"), capture("terminal", "environment: {scale: 1.2, prompt: '> '}\nsteps:\n  - run: ls")),
    (capture("browser", "device: phone\ncolour_scheme: dark\nsteps:\n  - open: https://a.org"), capture("browser", "environment:\n  device: phone\n  colour_scheme: dark\nsteps:\n  - open: https://a.org")),
    (block("capture", '{"kind": "terminal", "scale": 1.2, "steps": [{"run": "ls"}]}'), block("capture", '{"kind": "terminal", "environment": {"scale": 1.2}, "steps": [{"run": "ls"}]}')),
    # Where a browser starts
    (capture("browser", "url: https://a.org\nsteps:\n  - click: Save"), capture("browser", "steps:\n  - open: https://a.org\n  - click: Save")),
    (capture("browser", "url: https://a.org\nsteps: [{click: Save}]"), capture("browser", "steps: [{open: https://a.org}, {click: Save}]")),
    (capture("browser", "url: https://a.org\nhidden:\n  - click: Accept\nsteps:\n  - click: Save"), capture("browser", "hidden:\n  - open: https://a.org\n  - click: Accept\nsteps:\n  - click: Save")),
    (capture("browser", "url: https://a.org\nblur: [Mail]"), capture("browser", "steps:\n  - open: https://a.org\nblur: [Mail]")),
    (block("browser", '{"url": "https://a.org", "steps": [{"click": "Save"}]}'), block("capture", '{"kind": "browser", "steps": [{"open": "https://a.org"}, {"click": "Save"}]}')),
    # Lines of an editor
    (capture("editor", "steps:\n  - open: a.py\n  - highlight: [3, 4, 5]"), capture("editor", "steps:\n  - open: a.py\n  - highlight: {lines: 3-5}")),
    (capture("editor", "steps:\n  - highlight: lines 3-5"), capture("editor", "steps:\n  - highlight: {lines: 3-5}")),
    # What stays, what clears, what is pressed one after the other
    (capture("terminal", "steps:\n  - run: vim a.txt\n    wait: false\n    at: one"), capture("terminal", "steps:\n  - type: vim a.txt\n    at: one")),
    (capture("terminal", "steps:\n  - run: make\n    wait: true"), capture("terminal", "steps:\n  - run: make")),
    (capture("terminal", "steps:\n  - clear: true\n    at: one"), capture("terminal", "steps:\n  - run: clear\n    at: one")),
    (capture("terminal", "steps:\n  - keys: 3@a\n  - press: 'I\"'"), capture("terminal", "steps:\n  - press: \"3 @ a\"\n  - press: \"I \\\"\"")),
    (capture("terminal", "steps:\n  - type: ls\n  - wait: b.png"), capture("terminal", "steps:\n  - type: ls\n  - wait: {text: b.png}")),
    (capture("editor", "environment: {theme: dark}\nsteps:\n  - type: x"), capture("editor", "environment: {theme: night}\nsteps:\n  - type: x")),
    (capture("desktop", "program: xcalc\nsteps:\n  - press: Enter"), capture("desktop", "app: xcalc\nsteps:\n  - press: Enter")),
    (capture("editor", "file: a.py\nsteps:\n  - open: a.py\n  - type: x"), capture("editor", "steps:\n  - open: a.py\n  - type: x")),
    (capture("browser", "open: https://a.org\nsteps:\n  - click: Save"), capture("browser", "steps:\n  - open: https://a.org\n  - click: Save")),
    # Overlays of code, and callouts
    (block("overlay", "kind: code\ntitle: a.py\ncode: x = 1"), block("overlay", "kind: code\ntitle: a.py\ntext: x = 1")),
    (block("overlay", "kind: code\nfilename: a.py\ntext: x = 1"), block("overlay", "kind: code\ntitle: a.py\ntext: x = 1")),
    (block("overlay", "kind: callout\ntext: x\nnear: Done\nat: one\nto: two"), block("overlay", "kind: callout\ntext: x\ntarget: Done\nat: one\nuntil: two")),
    (HEAD.replace("---", "").join(("---\nnarrator: [ben, ada]\n---\n\n", "")), HEAD.join(("---\nnarrator: ben\n---\n\n", ""))),
    # Seconds
    (block("overlay", "kind: callout\ntext: x\nduration: 3"), block("overlay", "kind: callout\ntext: x\nseconds: 3")),
    (block("overlay", "kind: callout\ntext: x\nseconds: 3s"), block("overlay", "kind: callout\ntext: x\nseconds: 3")),
    (block("overlay", "kind: callout\ntext: x\nduration: 1500ms"), block("overlay", "kind: callout\ntext: x\nseconds: 1.5")),
    (block("clip", "name: list\nseconds: 2 s\nwith:\n  items: [a]"), block("clip", "name: list\nseconds: 2\nwith:\n  items: [a]")),
    (block("scene", "before: 1s\nafter: 500ms"), block("scene", "before: 1\nafter: 0.5")),
    (capture("footage", "file: robot.mp4\nstart: 4s\nsteps:\n  - moment: 6s"), capture("footage", "file: robot.mp4\nstart: 4\nsteps:\n  - moment: 6")),
    ("---\nduration: 90s\n---\n\n# A\n\nx\n", "---\nlength: 90s\n---\n\n# A\n\nx\n"),
    ("# A\n\nx {pause: 1s} y\n", "# A\n\nx {pause: 1} y\n"),
    ("# A\n\nx\n\n- y {pause 500ms}z `{pause 1}`\n", "# A\n\nx\n\n- y {pause: 0.5}z `{pause 1}`\n"),
    # Overlays and clips
    (block("overlay", "kind: list\nitems: [a, b]"), block("overlay", "kind: bullets\nitems: [a, b]")),
    (block("overlay", "kind: caption\ntext: x\nposition: bottom"), block("overlay", "kind: caption\ntext: x\nposition: [0.5, 0.88]")),
    (block("overlay", "kind: caption\ntext: x\nposition: top-right"), block("overlay", "kind: caption\ntext: x\nposition: [0.8, 0.12]")),
    (block("overlay", "kind: caption\ntext: x\nposition: center"), block("overlay", "kind: caption\ntext: x\nposition: [0.5, 0.5]")),
    (block("clip", "name: title\ntext: Hello\nat: one"), block("clip", "name: title\nwith:\n  text: Hello\nat: one")),
    (block("overlay", "kind: question\ntext: Why?"), block("overlay", "kind: callout\ntext: Why?")),
    (block("overlay", "kind: callout\ntitle: Look"), block("overlay", "kind: callout\ntext: Look")),
    (block("overlay", "kind: image\nsrc: logo.png\ncaption: Ours"), block("overlay", "kind: image\nfile: logo.png\ntext: Ours")),
    (block("overlay", '{"kind": "bullets", "title": "T", "points": ["a"]}'), block("overlay", '{"kind": "bullets", "text": "T", "items": ["a"]}')),
    (block("title", "text: Hello"), block("overlay", "kind: title\ntext: Hello")),
    (block("chapter", "title: One"), block("overlay", "kind: chapter\ntext: One")),
    (block("title", "with: {text: Hello}"), block("clip", "name: title\nwith: {text: Hello}")),
    (block("card", "title: Hello"), block("overlay", "kind: title\ntext: Hello")),
    (block("picture", "path: logo.png"), block("overlay", "kind: image\nfile: logo.png")),
    (block("list", "items: [a]"), block("overlay", "kind: bullets\nitems: [a]")),
    (block("overlay", "kind: quote\ntext: Be kind\nat: one"), block("clip", "name: quote\nwith:\n  text: Be kind\nat: one")),
    (block("overlay", '{"kind": "quote", "with": {"text": "Be kind"}}'), block("clip", '{"name": "quote", "with": {"text": "Be kind"}}')),
    (block("overlay", "kind: video\nfile: robot.mp4"), block("capture", "kind: footage\nfile: robot.mp4")),
    (block("clip", "name: callout\ntext: Look"), block("overlay", "kind: callout\ntext: Look")),
    (block("clip", "kind: list\nwith: {items: [a]}"), block("clip", "name: list\nwith: {items: [a]}")),
    (block("avatar", "name: Ben\nemotion: happy\nposition: left"), block("avatar", "character: Ben\nmood: cheerful\nside: left")),
    (block("capture", "kind: shell\nsteps:\n  - run: ls"), block("capture", "kind: terminal\nsteps:\n  - run: ls")),
    # What else steps and their keys are called
    (capture("terminal", "setup:\n  - mkdir a\nsteps:\n  - run: ls"), capture("terminal", "hidden:\n  - run: mkdir a\nsteps:\n  - run: ls")),
    (capture("terminal", "steps: [ls -l, {run: ls}]"), capture("terminal", "steps: [{run: ls -l}, {run: ls}]")),
    (capture("terminal", 'steps:\n  - "echo: a"'), capture("terminal", 'steps:\n  - run: "echo: a"')),
    (block("terminal", '{"steps": ["ls"]}'), block("capture", '{"kind": "terminal", "steps": [{"run": "ls"}]}')),
    (capture("editor", "file: a.py\nsteps:\n  - save"), capture("editor", "steps:\n  - open: a.py\n  - save: true")),
    (capture("terminal", "steps:\n  - exec: ls"), capture("terminal", "steps:\n  - run: ls")),
    (capture("browser", "steps:\n  - goto: https://a.org"), capture("browser", "steps:\n  - open: https://a.org")),
    (capture("browser", "steps:\n  - open: https://a.org\n  - type: Ada\n    field: {label: Name}\n    mark: one"), capture("browser", "steps:\n  - open: https://a.org\n  - type: Ada\n    into: {label: Name}\n    at: one")),
    (capture("browser", "steps:\n  - open: https://a.org\n  - click: Add\n    repeat: 2\n    shows: Two"), capture("browser", "steps:\n  - open: https://a.org\n  - click: Add\n    times: 2\n    expect: Two")),
    (capture("browser", "steps:\n  - open: https://a.org\n  - scroll: down"), capture("browser", "steps:\n  - open: https://a.org\n  - scroll: 400")),
    (capture("terminal", "steps:\n  - run: ls\n  - zoom: '503'\n    at: one"), capture("terminal", "steps:\n  - run: ls\n  - highlight: '503'\n    zoom: true\n    at: one")),
    (capture("terminal", "steps:\n  - run: ls\n  - {spotlight: 503}"), capture("terminal", "steps:\n  - run: ls\n  - {highlight: 503, spotlight: true}")),
    (capture("browser", "steps:\n  - open: https://a.org\n  - wait: 1s"), capture("browser", "steps:\n  - open: https://a.org\n  - wait: {idle: 1}")),
    (capture("terminal", 'steps:\n  - type: "SELECT 1;\\n"'), capture("terminal", 'steps:\n  - type: "SELECT 1;"')),
    (capture("browser", "steps:\n  - open: https://a.org\n  - click: text=Phone"), capture("browser", "steps:\n  - open: https://a.org\n  - click: Phone")),
    (capture("browser", "steps:\n  - open: https://a.org\n  - highlight: 'text=\"No: 4\"'"), capture("browser", "steps:\n  - open: https://a.org\n  - highlight: \"No: 4\"")),
    (capture("browser", "steps:\n  - open: https://a.org\n  - wait: text=Done"), capture("browser", "steps:\n  - open: https://a.org\n  - wait: {text: Done}")),
    # Where a page, and how large a screen is
    (capture("browser", "folder: pages\nsteps:\n  - open: index.html"), capture("browser", "steps:\n  - open: pages/index.html")),
    (capture("browser", "folder: pages\nsteps:\n  - open: pages/index.html"), capture("browser", "steps:\n  - open: pages/index.html")),
    (capture("browser", "viewport: 1280x720\nsteps:\n  - open: https://a.org"), capture("browser", "environment:\n  size: [1280, 720]\nsteps:\n  - open: https://a.org")),
    (capture("terminal", "environment: {size: 1280 x 720}\ncwd: data\nsteps:\n  - run: ls"), capture("terminal", "environment: {size: [1280, 720]}\nfolder: data\nsteps:\n  - run: ls")),
    (capture("terminal", "size: 90x24\nsteps:\n  - run: ls"), capture("terminal", "environment:\n  scale: 0.75\nsteps:\n  - run: ls")),
    (capture("terminal", "environment:\n  files:\n    - {name: a.txt, content: x}\nsteps:\n  - run: ls"), capture("terminal", "environment:\n  files:\n    - {path: a.txt, text: x}\nsteps:\n  - run: ls")),
    (capture("terminal", "steps:\n  - press: Ctrl-C alt-x"), capture("terminal", "steps:\n  - press: Ctrl+C alt+x")),
    (block("scene", "transition: crossfade\nlayout: split"), block("scene", "transition: fade\nlayout: side-by-side")),
    (block("clip", "name: table\nwith:\n  headers: [a]\n  data:\n    - [b]"), block("clip", "name: table\nwith:\n  columns: [a]\n  rows:\n    - [b]")),
    (block("clip", "name: flow\nnodes: [a, b]"), block("clip", "name: flow\nwith:\n  boxes: [a, b]")),
    (block("clip", "name: quote\nwith: {quote: Be kind, author: Ada}"), block("clip", "name: quote\nwith: {text: Be kind, by: Ada}")),
    ("# A\n\nSay {mark: one}this {@two}x {at=three}y.\n", "# A\n\nSay {one}this {two}x {three}y.\n"),
    (capture("terminal", "environment: {size: 60x20}\nsteps:\n  - run: ls"), capture("terminal", "environment: {scale: 1}\nsteps:\n  - run: ls")),
    # One way to name lines
    (capture("editor", "steps:\n  - open: a.py\n  - select: {lines: 3-5}"), capture("editor", "steps:\n  - open: a.py\n  - select: 3-5")),
    (capture("editor", "steps:\n  - open: a.py\n  - select: lines 3 to 5"), capture("editor", "steps:\n  - open: a.py\n  - select: 3-5")),
    (capture("editor", "steps:\n  - open: a.py\n  - select: lines 3..5"), capture("editor", "steps:\n  - open: a.py\n  - select: 3-5")),
    (capture("editor", "steps:\n  - open: a.py\n  - select: Lines 3 through 5"), capture("editor", "steps:\n  - open: a.py\n  - select: 3-5")),
    (capture("editor", "steps:\n  - open: a.py\n  - select: L3-L5"), capture("editor", "steps:\n  - open: a.py\n  - select: 3-5")),
    (capture("editor", "steps:\n  - open: a.py\n  - select: [3, 5]"), capture("editor", "steps:\n  - open: a.py\n  - select: 3-5")),
    (capture("editor", "steps:\n  - open: a.py\n  - select: {lines: [3, 5]}"), capture("editor", "steps:\n  - open: a.py\n  - select: 3-5")),
    (capture("editor", "steps:\n  - open: a.py\n  - select: {from: 3, to: 5}"), capture("editor", "steps:\n  - open: a.py\n  - select: 3-5")),
    (capture("editor", "steps:\n  - open: a.py\n  - select: {start: 3, end: 5}"), capture("editor", "steps:\n  - open: a.py\n  - select: 3-5")),
    (capture("editor", "steps:\n  - open: a.py\n  - select: {text: total}"), capture("editor", "steps:\n  - open: a.py\n  - select: total")),
    (capture("editor", "steps:\n  - open: a.py\n  - edit: {lines: 3}\n    with: x"), capture("editor", "steps:\n  - open: a.py\n  - edit: 3\n    with: x")),
    (capture("editor", "steps:\n  - open: a.py\n  - edit:\n      lines: 3-5\n    with: x"), capture("editor", "steps:\n  - open: a.py\n  - edit: 3-5\n    with: x")),
    (capture("editor", "steps:\n  - open: a.py\n  - highlight: {line: 3}"), capture("editor", "steps:\n  - open: a.py\n  - highlight: {lines: 3}")),
    (block("editor", '{"steps": [{"open": "a.py"}, {"select": {"lines": "3-5"}}]}'), block("capture", '{"kind": "editor", "steps": [{"open": "a.py"}, {"select": "3-5"}]}')),
    ("---\nlang: de\nname: x\n---\n\n# A\n\nx\n", "---\nlanguage: de\ntitle: x\n---\n\n# A\n\nx\n"),
    (block("clip", "kind: diff\nfile: a.py\nlanguage: python\nbefore: |\n  a\n  b\nafter: |\n  a\n  c"), block("clip", "name: diff\nwith:\n  title: a.py\n  code: |2-\n     a\n    -b\n    +c")),
    (block("clip", "kind: diff\nbefore: one long line\nafter: |\n  quite\n  another"), block("clip", "name: diff\nwith:\n  code: |2-\n    -one long line\n    +quite\n    +another")),
    (block("clip", "name: list\nwith:\n  title: T\nitems:\n  - a\n  - b"), block("clip", "name: list\nwith:\n  title: T\n  items:\n    - a\n    - b")),
]  # fmt: skip


def without_lines(value: Any) -> Any:
    """What was read, whatever the lines on which it is written."""
    if isinstance(value, dict):
        left = {k: v for k, v in value.items() if k not in ("line", "html_line", "transition_line", "respellings")}
        return {k: without_lines(v) for k, v in left.items()}
    return [without_lines(v) for v in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize(("written", "canonical"), SAME)
def test_what_has_one_meaning_is_read_as_the_canonical_form(reading: Reading, written: str, canonical: str) -> None:
    meant, read = reading(canonical), reading(written)
    assert without_lines(read.model_dump()) == without_lines(meant.model_dump())
    assert meant.respellings == () and read.respellings != ()


@pytest.mark.parametrize(("written", "canonical"), SAME)
def test_the_canonical_form_is_written_into_the_script(written: str, canonical: str) -> None:
    changed, done, left = respell(written)
    assert (changed, left) == (canonical, ()) and done
    assert respell(changed) == (changed, (), ())


def test_a_note_says_what_was_written_and_what_it_was_taken_for(reading: Reading) -> None:
    episode = reading(capture("terminal", "scale: 1.2\nsteps:\n  - key: Enter\n    at: one\n  - wait: prompt"))
    assert [(found.line, str(found)) for found in episode.respellings] == [
        (7, '"scale: 1.2" was read as "environment: scale: 1.2"'),
        (9, '"key: Enter" was read as "press: Enter"'),
        (11, '"wait: prompt" was read as "wait: {prompt: true}"'),
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_and_everything_else_stay_as_they_are(ends: str) -> None:
    prose = "\ufeff---\ntitle:   x   # mine\n---\n\n# A\n\nSay *this*  .\n\n~~~capture\nkind:   terminal\nsteps:\n"
    script = (prose + "   - key:  Enter   # now\n   - {run: 'ls'}\n~~~\n\n\n").replace("\n", ends)
    assert respell(script)[0] == script.replace("key:", "press:")


def test_what_stands_twice_or_is_faulty_is_left_to_the_author() -> None:
    both = capture("terminal", "steps:\n  - key: Enter\n    press: Tab")
    broken = block("overlay", "kind: [title")
    for script in (both, broken):
        assert respell(script) == (script, (), ())


LEFT = [
    block("clip", "name: flow\nnodes: [a, b]\nedges: [[a, b], [b, a]]\nsteps:\n  - {show: a, at: one}"),
    block("clip", '{"name": "diff", "file": "a.py", "before": "a", "after": "b"}'),
    block("clip", "{name: diff, file: a.py, lines: [-a, +b]}"),
    block("clip", "name: bars\nbars:\n  - {label: a, value: 1, best: true}"),
]
"""Written in ways of their own that only their author can write otherwise."""


@pytest.mark.parametrize("script", LEFT)
def test_writing_the_canonical_form_ends_with_what_only_the_author_can_write(script: str) -> None:
    changed, _, left = respell(script)
    assert left
    assert respell(changed) == (changed, (), left)


def test_a_wait_that_stands_before_its_action_is_told_but_not_rewritten() -> None:
    script = capture("terminal", "steps:\n  - wait: {prompt: true}\n    run: ls")
    changed, done, left = respell(script)
    assert (changed, done, [str(found) for found in left]) == (
        (script, (), ['"run and wait in one step" was read as "run, then wait"'])
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", "1"),
        ("2 s", "2"),
        ("500ms", "0.5"),
        ("1.5sec", "1.5"),
        ("2 min", "120"),
        (".5s", "0.5"),
        ("3", ""),
        ("s", ""),
        ("1h", ""),
    ],
)
def test_a_time_is_read_with_its_unit(text: str, seconds: str) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    ("brace", "meant"),
    [
        ("{pause: 1s}", "{pause: 1}"),
        ("{pause 1s}", "{pause: 1}"),
        ("{pause=2}", "{pause: 2}"),
        ("{pause: 1}", "{pause: 1}"),
        ("{pause:1}", "{pause:1}"),
        ("{pause}", "{pause}"),
        ("{pause: x}", "{pause: x}"),
        ("{paused}", "{paused}"),
    ],
)
def test_a_pause_is_read_with_its_unit(brace: str, meant: str) -> None:
    assert canonical_brace(brace) == meant


def test_a_block_that_is_named_by_one_kind_and_says_another_is_a_problem(reading: Reading) -> None:
    script = block("terminal", "kind: browser\nsteps:\n  - run: ls")
    with pytest.raises(
        EpisodeErrors, match='this block is called "terminal", and its kind is "browser"; keep one of them'
    ):
        reading(script)
    assert respell(script) == (script, (), ())
