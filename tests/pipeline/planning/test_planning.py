"""Episodes made by rules alone: everything of the source is taken over or refused by its line, and the script can be read."""

import io
import json
import zipfile
from pathlib import Path
from textwrap import dedent

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.studio.plan import PlannedFiles, plan


def planned(tmp_path: Path, name: str, content: str | bytes) -> tuple[PlannedFiles, Episode]:
    source = tmp_path / name
    source.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
    made = plan(tmp_path / "episode", source=source)
    return made, read_episode(tmp_path / "episode")


def steps(episode: Episode) -> list[Step]:
    return [
        step for scene in episode.scenes for capture in scene.captures for step in (*capture.hidden, *capture.steps)
    ]


def actions(episode: Episode) -> list[tuple[str, str]]:
    return [(step.action, step.value or "") for step in steps(episode)]


def said(episode: Episode) -> str:
    return " ".join(word.written for scene in episode.scenes for line in scene.lines for word in line.words)


# Shell commands


def test_every_command_is_run_in_one_terminal_and_comments_are_said(tmp_path: Path) -> None:
    made, episode = planned(
        tmp_path,
        "git-basics.sh",
        """\
        #!/bin/bash
        ## Make a repository
        # A repository is a folder with a history
        git init -q notes && cd notes
        $ echo "hello: world # no comment" > hello.txt

        ## Commit
        git commit \\
            -qm "Add {it}"
        vim hello.txt
        cat <<EOF > list.txt
        one
        EOF
        """,
    )
    assert [bool(capture.earlier) for scene in episode.scenes for capture in scene.captures] == [False, True]
    assert [scene.title for scene in episode.scenes] == ["Make a repository", "Commit"]
    assert actions(episode) == [
        ("run", "git init -q notes && cd notes"),
        ("run", 'echo "hello: world # no comment" > hello.txt'),
        ("run", 'git commit -qm "Add {it}"'),
        ("run", "cat <<EOF > list.txt\none\nEOF"),
    ]
    assert "A repository is a folder with a history" in said(episode)
    assert [(one.line, one.text) for one in made.refused] == [(10, "vim hello.txt")] and made.taken == 4
    assert all(step.at for step in steps(episode))


@pytest.mark.parametrize(
    "commands",
    [
        "ls\n",
        "echo '- [x] {a}'\n" * 20,
        "# only\n\nmake test\n",
        "echo `date`\necho $((1+1)) | cat\n",
        "echo a; echo b\n#!x\n",
    ],
)
def test_lists_of_commands_of_all_kinds_can_be_read(tmp_path: Path, commands: str) -> None:
    made, episode = planned(tmp_path, "list.txt", commands)
    assert made.refused == () and len(steps(episode)) == made.taken > 0


# Tapes


def test_a_tape_is_typed_hidden_pressed_and_waited_for(tmp_path: Path) -> None:
    made, episode = planned(
        tmp_path,
        "demo.tape",
        """\
        # Where to write the GIF
        Output demo.gif
        Require echo
        Set Shell "bash"
        Set FontSize 32
        Env HELLO "WORLD"
        Hide
        Type "mkdir work" Enter
        Show
        # We greet the world
        Type@10ms "echo 'Welcome'" Sleep 500ms Enter
        Sleep 5s
        Type "cat" Enter
        Type "typed" Enter
        Ctrl+D
        Type "sleep 1; echo ready" Enter
        Wait+Screen /ready/
        Wait /[a-z]+\\d/
        Left 3
        Screenshot a.png
        Foo bar
        """,
    )
    (capture,) = (capture for scene in episode.scenes[:1] for capture in scene.captures)
    assert (capture.shell, dict(capture.environment.env)) == ("bash", {"HELLO": "WORLD"})
    assert [(s.action, s.value) for s in capture.hidden] == [("run", "mkdir work")]
    assert [pair for pair in actions(episode) if pair != ("run", "mkdir work")] == [
        ("run", "echo 'Welcome'"), ("type", "cat"), ("type", "typed"), ("press", "Control+D"), ("wait", ""),
        ("type", "sleep 1; echo ready"), ("wait", ""), ("press", "Left Left Left"),
    ]  # fmt: skip
    assert (steps(episode)[1].hold, steps(episode)[1].speed) == (5.0, 100.0)
    assert said(episode).startswith("We greet the world") and "GIF" not in said(episode)
    assert [(one.line, one.text.split()[0]) for one in made.refused] == [
        (2, "Output"),
        (18, "Wait"),
        (20, "Screenshot"),
        (21, "Foo"),
    ]


@pytest.mark.parametrize(
    ("tape", "expected"),
    [
        ('Type "ls" Enter', [("run", "ls")]),
        ("Type 'a' Type \"b\"\nEnter 2", [("run", "ab"), ("press", "Enter")]),
        ('Type "ls" Ctrl+C', [("type", "ls"), ("press", "Control+C")]),
        ('Set TypingSpeed 0.1\nType `say "hi"`\nEnter', [("run", 'say "hi"')]),
        ('Type "python3" Enter Type "exit()" Enter Type "ls" Enter', [("type", "python3"), ("type", "exit()"), ("run", "ls")]),
        ('Type "vim a"\nEnter\nType "i" Escape\nType ":wq" Enter', [("type", "vim a"), ("type", "i"), ("press", "Escape"), ("type", ":wq")]),
    ],
)  # fmt: skip
def test_tapes_in_other_forms(tmp_path: Path, tape: str, expected: list[tuple[str, str]]) -> None:
    made, episode = planned(tmp_path, "x.tape", tape)
    assert (actions(episode), made.refused) == (expected, ())


# Casts


def cast(*events: list[object], version: int = 2) -> str:
    header = (
        {"version": 2, "width": 80, "height": 24} if version == 2 else {"version": 3, "term": {"cols": 80, "rows": 24}}
    )
    return "\n".join(json.dumps(line) for line in (header, *events)) + "\n"


@pytest.mark.parametrize("version", [2, 3])
def test_the_commands_at_a_casts_prompts_are_its_moments(tmp_path: Path, version: int) -> None:
    events = (
        [0.1, "o", "\x1b[32m~\x1b[0m $ "],
        [0.4, "o", "lx\bs\r\n"],
        [0.3, "o", "a.txt\r\n~ $ "],
        [0.7, "o", "cat a.txt\r\nhello\r\n"],
    )
    times = [0.1, 0.5, 0.8, 1.5] if version == 2 else [0.1, 0.4, 0.3, 0.7]
    recorded = cast(*([time, *event[1:]] for time, event in zip(times, events, strict=True)), version=version)
    made, episode = planned(tmp_path, "rec.cast", recorded)
    assert [step.moment for step in steps(episode)] == [0.5, 1.5]
    assert "ls" in said(episode) and "cat a.txt" in said(episode)
    assert (tmp_path / "episode/casts/rec.cast").read_text() == recorded and made.taken == 2


def test_the_markers_of_a_cast_go_before_its_prompts_and_one_without_either_says_so(tmp_path: Path) -> None:
    _, episode = planned(
        tmp_path, "a.cast", cast([0.1, "o", "$ ls\r\n"], [2.0, "m", "Now it is done"], [3.0, "o", "x"])
    )
    assert [step.moment for step in steps(episode)] == [2.0] and said(episode) == "Now it is done."
    (tmp_path / "other").mkdir()
    made, episode = planned(tmp_path / "other", "b.cast", cast([0.1, "o", "hello"]))
    assert "markers" in made.refused[0].why and steps(episode) == []


# Outlines and decks


def test_an_outline_becomes_scenes_lists_code_terminals_quotes_and_tables(tmp_path: Path) -> None:
    (tmp_path / "shop.png").write_bytes(b"\x89PNG")
    made, episode = planned(
        tmp_path,
        "outline.md",
        """\
        # SQLite in five minutes

        One file, *no* server. That is `sqlite3`.

        ## Why

        - It is a library
        - One file
          - which you can copy

        ## Try it

        ```console
        $ sqlite3 a.db "create table t(x)"
        nothing is shown
        $ vim a.db
        ```

        ```python
        print(1)
        ```

        > Small. Fast. — D. Richard Hipp

        | engine | server |
        |---|---|
        | SQLite | no |

        ![A shop](shop.png)

        ![nothing](missing.png)

        <Counter :count="10" />
        """,
    )
    assert episode.title == "SQLite in five minutes"
    assert [scene.title for scene in episode.scenes] == ["SQLite in five minutes", "Why", "Try it"]
    why, tried = episode.scenes[1:]
    assert (
        [item.text for item in why.overlays[0].item_cues] == ["It is a library", "One file"]
        if hasattr(why.overlays[0], "item_cues")
        else True
    )
    assert actions(episode) == [("run", 'sqlite3 a.db "create table t(x)"')]
    assert [(o.kind, bool(o.until)) for o in tried.overlays] == [("code", True), ("image", False)]
    assert [clip.name for clip in tried.clips] == ["quote", "table"]
    assert (tmp_path / "episode/pictures/shop.png").is_file()
    assert [one.line for one in made.refused] == [16, 31, 33]
    assert "sqlite3" in said(episode) and "which you can copy" in said(episode).lower()


def test_a_deck_says_its_presenters_notes_and_passes_over_its_looks(tmp_path: Path) -> None:
    made, episode = planned(
        tmp_path,
        "slides.md",
        """\
        ---
        theme: seriph
        title: Welcome to Git
        ---

        # Welcome to Git

        A talk

        <!-- Hello, and welcome. -->

        ---
        layout: two-cols
        ---

        # What it is

        - distributed

        <!-- _class: lead -->

        ---

        ```md
        ---
        ```
        """,
    )
    assert episode.title == "Welcome to Git"
    assert [scene.title for scene in episode.scenes] == ["Welcome to Git", "What it is", "Slide 3"]
    assert said(episode).startswith("Hello, and welcome. Distributed.")
    assert [one.text for one in made.refused] == ["<!-- _class: lead -->"]


@pytest.mark.parametrize(
    "text",
    [
        "Just a paragraph with {braces}, [links](http://x) and `code`.\n",
        "# A\n\n# B\n\n1. one\n2. two: three\n",
        "---\nmarp: true\n---\n\n# One\n\n---\n\n# Two\n\n- a\n",
        "## Deep\n\n### Deeper\n\n* x `y`\n\n~~~js\nlet a = 1\n~~~\n",
        "# Same\n\n## Same\n\ntext\n\n## Same\n\nmore\n",
        "# Ünïcödé — 日本\n\n- ✓ done # not a comment\n- - nested\n",
    ],
)  # fmt: skip
def test_outlines_and_decks_of_all_kinds_can_be_read(tmp_path: Path, text: str) -> None:
    _, episode = planned(tmp_path, "x.md", text)
    assert episode.scenes and said(episode)


# Browsers

PYTHON = """\
def run(playwright: Playwright) -> None:
    page = context.new_page()
    page.goto("http://localhost:8000/")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_placeholder("Search").press("Enter")
    page.locator("#size").select_option("L")
    page.get_by_text("Lamp").nth(1).hover()
    page.get_by_test_id("buy").click()
    expect(page.get_by_text("2 items")).to_be_visible()
    page.evaluate("alert(1)")
    page.close()
"""
TYPESCRIPT = """\
test('test', async ({ page }) => {
  await page.goto('http://localhost:8000/');
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByPlaceholder('Search').press('Enter');
  await page.locator('#size').selectOption('L');
  await page.getByText('Lamp').nth(1).hover();
  await page.getByTestId('buy').click();
  await expect(page.getByText('2 items')).toBeVisible();
  await page.evaluate('alert(1)');
});
"""


@pytest.mark.parametrize(("name", "text", "line"), [("shop.py", PYTHON, 11), ("shop.spec.ts", TYPESCRIPT, 10)])
def test_what_playwright_has_recorded_is_done_again(tmp_path: Path, name: str, text: str, line: int) -> None:
    made, episode = planned(tmp_path, name, text)
    assert [step.action for step in steps(episode)] == [
        "open",
        "click",
        "type",
        "press",
        "select",
        "hover",
        "click",
        "wait",
    ]
    assert [one.line for one in made.refused] == [line]
    script = (tmp_path / "episode/script.md").read_text()
    for written in ('click: {"role": "button", "name": "Add to cart"}', 'into: {"label": "Your name"}', 'from: {"selector": "#size"}',
                    'hover: {"text": "Lamp", "nth": 2}', "data-testid", 'wait: {"text": "2 items"}'):  # fmt: skip
        assert written in script


def test_a_trace_is_done_again(tmp_path: Path) -> None:
    events = [
        {"type": "before", "class": "Frame", "method": "goto", "params": {"url": "http://localhost:8000/"}},
        {
            "type": "before",
            "class": "Frame",
            "method": "click",
            "params": {"selector": 'internal:role=button[name="Add to cart"i]'},
        },
        {
            "type": "before",
            "class": "Frame",
            "method": "fill",
            "params": {"selector": 'internal:label="Your name"i', "value": "Ada"},
        },
        {
            "type": "before",
            "class": "Frame",
            "method": "click",
            "params": {"selector": 'internal:attr=[placeholder="Search"i] >> nth=1'},
        },
        {"type": "before", "class": "Frame", "method": "dragAndDrop", "params": {"selector": "a"}},
        {"type": "after"},
    ]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("trace.trace", "\n".join(map(json.dumps, events)) + "\nno json\n")
    made, episode = planned(tmp_path, "trace.zip", file.getvalue())
    assert [step.action for step in steps(episode)] == ["open", "click", "type", "click"] and len(made.refused) == 1


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.pdf", b"", "plans from files that end with"),
        ("x.sh", b"# nothing\n", "nothing that Lectern could show"),
        ("x.sh", b"\xff\xfe", "no text in UTF-8"),
        ("x.zip", b"PK", "no zip file"),
        ("x.cast", b"hello", "x.cast"),
    ],
)
def test_what_can_not_be_planned_from_is_told_and_nothing_is_written(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    with pytest.raises(LecternError, match=told):
        planned(tmp_path, name, content)
    assert not (tmp_path / "episode").exists()
