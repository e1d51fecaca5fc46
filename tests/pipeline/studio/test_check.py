"""`lectern check`: what is surely wrong, what is likely a slip, how long the film will be, and all of it for programs."""

import json
from pathlib import Path

import pytest
from PIL import Image

from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.studio.check import CheckResult, check
from lectern.pipeline.timing.expected_length import expected_scenes
from lectern.pipeline.trust import captures, secret_scan

EXAMPLES = Path(__file__).parents[3] / "assets" / "examples"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """An episode's folder, with some files beside script.md."""
    folder = tmp_path / "film"
    (folder / "data").mkdir(parents=True)
    for name in ("poem.txt", "greet.py", "sea.mp4", "logo.png", "data/menu.txt", "page.html"):
        (folder / name).write_bytes(b"")
    return folder


def checked(folder: Path, script: str) -> CheckResult:
    (folder / "script.md").write_text(script, encoding="utf-8")
    return check(folder)


def capture(kind: str, steps: str, more: str = "") -> str:
    return f"# A\n\nSay {{one}}this.\n\n```capture\nkind: {kind}\nat: one\n{more}steps:\n{steps}\n```\n"


def told(result: CheckResult) -> str:
    assert result.problems == ()
    return "\n".join(map(str, result.findings))


@pytest.mark.parametrize(
    ("steps", "more", "says"),
    [
        ("  - run: cat poem.txt", "", '"poem.txt" is beside script.md, and this capture starts in an empty folder'),
        ("  - run: cat ./poem.txt | wc", "", '"poem.txt" is beside script.md'),
        ("  - run: ls data/menu.txt", "", '"data/menu.txt" is beside script.md, and this capture starts in an empty folder; folder: data'),
        ("  - run: cat menu.txt", "folder: data\n", ""),
        ("  - run: cat poem.txt", "environment:\n  files: [{path: poem.txt, text: x}]\n", ""),
        ("  - run: touch new.txt\n  - run: cat new.txt", "", ""),
        ("  - run: sudo ls", "", "sudo asks for a password"),
        ("  - run: echo sudo", "", ""),
        ("  - run: ls", "environment:\n  env: {PS1: '> '}\n", "knows when a command has ended; write prompt: '> ' in environment"),
        ("  - run: export PS1='$ '", "", "PS1 changes nothing: by its own prompt, Lectern"),
        ("  - run: echo $PS1", "environment:\n  env: {PS2: more}\n", ""),
        ("  - type: ls\n  - press: Enter", "", '"type" presses Enter by itself in a terminal'),
        ("  - {type: ls, enter: false}\n  - press: Enter", "", ""),
        ("  - type: ls\n  - highlight: a\n  - wait: {idle: 1}\n  - press: Enter", "", '"type" presses Enter by itself in a terminal'),
        ("  - type: npm init\n  - wait: {text: package name}\n  - press: Enter", "", ""),
        ("  - type: ls\n  - press: Down\n  - press: Enter", "", ""),
        *((f"  - run: {command}", "", f'write type: {command}, then wait') for command in
          ("vim a.txt", "htop", "top", "less a.txt", "python3", "ssh me@host", "tail -f log", "npm run dev", "python3 -m http.server 8000", "flask run", "node",
           "python3 -q", "ipython --no-banner", "node -i", "psql -q", "irb -q", "R --vanilla", "bc -l", "sqlite3 -box a.db")),
        *((f"  - run: {command}", "", "") for command in
          ("python3 a.py", "top -b -n1", "vim --version", "node a.js", "python3 -V", "psql -f a.sql", "sqlite3 -version", "npm test", "python3 -m http.server 8000 &", "tail -n 3 log", "lessons", "moreutils")),
        ("  - run: echo \u201chi\u201d", "", 'write echo "hi"'),
        ("  - run: git log \u2013oneline", "", "write git log --oneline"),
        (f"  - run: echo {'x' * 160}", "", "no scale makes room for it; break it with"),
        (f"  - run: cd deep/poems-of-spring\n  - run: echo {'x' * 55}", "", "this line of 60 characters will be broken: after the prompt, 50 fit"),
        (f"  - run: cd poems-of-spring && cd\n  - run: echo {'x' * 55}", "", ""),
        (f"  - run: echo {'x' * 80}", "", "this line of 85 characters will be broken: after the prompt, 64 fit into a line of the terminal; scale: 0.75 below"),
        (f"  - run: echo {'x' * 80}", "environment: {scale: 0.7}\n", ""),
    ],
)  # fmt: skip
def test_a_slip_in_a_terminal_is_a_finding(film: Path, steps: str, more: str, says: str) -> None:
    found = told(checked(film, capture("terminal", steps, more)))
    assert says in found if says else found == ""


def test_a_long_line_is_broken_in_an_editors_terminal_and_not_in_its_file(film: Path) -> None:
    long = "x" * 160
    steps = f"  - open: greet.py\n  - type: {long}\n  - edit: 1\n    with: {long}\n  - paste: {long}"
    assert told(checked(film, capture("editor", steps, "environment:\n  files: [{path: greet.py, text: x}]\n"))) == ""
    assert "will be broken" in told(checked(film, capture("editor", f"  - run: echo {long}")))
    assert "will be broken" in told(
        checked(film, capture("editor", f"  - run: cat\n  - {{type: {long}, into: terminal}}"))
    )


@pytest.mark.parametrize(
    ("scenes", "line"),
    [
        ("# Lines\n\n# More\n\nSo.\n\n```overlay\nkind: title\ntext: Lines!\n```\n", 9),
        ("# Lines\n\nSo.\n\n```clip\nname: title\nwith: {text: lines}\n```\n\n# Lines {#b}\n\nGo.\n", 10),
        (
            "# A\n\nSo.\n\n```overlay\nkind: title\ntext: Lines\n```\n\n```overlay\nkind: chapter\ntext: Lines\n```\n",
            12,
        ),
        ("# Lines\n\nSo.\n\n# Words\n\nGo.\n", 0),
        ("# Lines\n\nSo.\n\n```overlay\nkind: bullets\nitems: [a]\n```\n\n# Lines {#b}\n\nGo.\n", 0),
    ],
)
def test_a_card_that_says_the_same_as_the_one_before_is_told(film: Path, scenes: str, line: int) -> None:
    found = [finding for finding in checked(film, scenes).findings if "says the same" in finding.message]
    assert [finding.line for finding in found] == ([line] if line else [])


def test_each_voice_is_expected_to_speak_at_its_own_pace(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_FALLBACK_VOICES", "never")
    spoken = {}
    for who in ("ada", "ben", "kai"):
        checked(film, f"---\nnarrator: {who}\n---\n\n# A\n\n{'Some words are said. ' * 20}\n")
        (scene, _) = expected_scenes(read_episode(film))
        spoken[who] = scene.spoken
    assert spoken["ada"] == pytest.approx(20 * len("Somewordsaresaid.") * 0.074, rel=0.02)
    assert spoken["kai"] < spoken["ada"] < spoken["ben"]
    checked(film, f"---\nnarrator: ada\n---\n\n# A\n\n{{speed: 0.5}} {'Some words are said. ' * 20}\n")
    assert expected_scenes(read_episode(film))[0].spoken == pytest.approx(2 * spoken["ada"], rel=0.02)


def test_a_long_line_of_a_terminal_that_goes_on_is_mended_where_the_terminal_begins(film: Path) -> None:
    second = capture("terminal", f"  - run: echo {'x' * 80}", "continue: true\n").replace("# A", "# Then")
    found = told(checked(film, capture("terminal", "  - run: ls") + "\n" + second))
    assert 'below environment: of the terminal of scene "a", which goes on here, or \\ at the end' in found, found


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_picture_that_moves_and_would_stand_still_is_a_finding(film: Path, name: str, count: int) -> None:
    pictures = [Image.new("RGB", (8, 8), (60 * number, 0, 0)) for number in range(count)]
    pictures[0].save(film / name, save_all=count > 1, append_images=pictures[1:], duration=100)
    result = checked(film, f"# A\n\nSee.\n\n```overlay\nkind: image\nfile: {name}\n```\n")
    says = f"{name} moves, and an overlay shows its first picture only; to see it move, write a capture block"
    assert says in told(result) if count > 1 else told(result) == ""


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (capture("editor", "  - open: greet.py"), '"greet.py" is beside script.md'),
        (capture("browser", "  - open: page.html\n  - wait: {gone: '#spinner'}"), '"#spinner" is looked for as a text'),
        ("# A\n\nSay {one}this.\n", 'script.md:3:5: nothing happens at the mark "one"'),
        ("# A\n\n" + "word " * 151 + "\n", "this paragraph has 151 words"),
        ("# A\n\nHi.\n\n```scene\nbackground: a.png\n```\n", '"background" changes nothing yet'),
        ("# A\n\n" + "A sentence of some words. " * 25 + "\n", "of narration with nothing to look at but the narrator"),
        ("---\nlength: 60s-90s\n---\n\n# A\n\nToo few words.\n", "the film will be about 6 s long (3 words), but its length should be 60 to 90 s: it is too short"),
        ("---\nlength: 10s\n---\n\n# A\n\n" + "A sentence of some words. " * 20 + "\n", "it is too long"),
    ],
)  # fmt: skip
def test_a_slip_in_a_script_is_a_finding(film: Path, script: str, says: str) -> None:
    assert says in told(checked(film, script))


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (capture("browser", "  - click: Save"), "script.md:5:1: this browser never opens a page"),
        ("# A\n\n```clip\nfile: sea.mp4\n```\n", '"sea.mp4" is not a page, and a clip is drawn from a page; a video is a capture block with kind: footage'),
        ("# A\n\n```clip\nfile: logo.png\n```\n", "a picture is an overlay block with kind: image"),
        ("# A\n\n```clip\nfile: poem.txt\n```\n", "a page ends with one of: .html, .htm, .xhtml, .svg"),
        *((capture("browser", f"  - open: page.html\n  - click: '{css}'"), f'"{css}" looks like CSS') for css in ("#name", ".btn", "button[type=submit]", "div > p")),
    ],
)  # fmt: skip
def test_what_can_t_show_what_is_meant_is_a_problem(film: Path, script: str, says: str) -> None:
    assert [says in str(problem) for problem in checked(film, script).problems] == [True]


def test_everything_that_is_wrong_is_told_at_once(film: Path) -> None:
    picture = "```overlay\nkind: image\nfile: lost.png\n```\n"
    page = "```capture\nkind: browser\nsteps:\n  - open: lost.html\n```\n"
    film_of_it = "```clip\nfile: sea.mp4\n```\n"
    found = checked(film, f"# A\n\nHi {{x y}}.\n\n{picture}\n{page}\n{film_of_it}").problems
    assert [problem.line for problem in found] == [3, 7, 13, 17]
    slip = checked(film, capture("terminal", "  - run: cat poem.txt\n  - tap: x"))
    assert (len(slip.problems), ["poem.txt" in str(finding) for finding in slip.findings]) == (1, [True])


def test_notes_are_told_beside_problems(film: Path) -> None:
    result = checked(film, capture("terminal", "  - key: Enter\n  - check: x"))
    assert ([problem.line for problem in result.problems], [note.instead for note in result.notes]) == (
        [10],
        ["press: Enter"],
    )


def test_a_page_that_is_opened_under_another_name_is_not_missing_besides(film: Path) -> None:
    found = checked(film, capture("browser", "  - load: page.html\n  - click: Save")).problems
    assert [(problem.line, problem.instead) for problem in found] == [(9, "open:")]
    found = checked(film, capture("browser", "  - check: Save")).problems
    assert [(problem.line, problem.instead) for problem in found] == [(5, "- open: ..."), (9, "click: ...")]


def test_programs_are_told_place_path_what_was_found_what_is_allowed_and_what_to_write(film: Path) -> None:
    steps = "  - open: page.html\n  - click: {rolle: button}\n  - hover: Save\n    at: tow"
    script = f"# Z\n\n# A\n\nSay {{one}}this, {{two}}that.\n\n```overlay\ntext: x\n```\n\n```capture\nkind: browser\nsteps:\n{steps}\n```\n"
    kind, key, mark = (json.loads(problem.model_dump_json()) for problem in checked(film, script).problems)
    assert (kind["line"], kind["path"]) == (8, "scenes[1].overlays[0]")
    assert (key["line"], key["column"], key["path"], key["found"], key["instead"]) == (
        (15, 13, "scenes[1].captures[0].steps[1].click.rolle", "rolle", "role")
    )
    assert "selector" in key["allowed"]
    assert (mark["line"], mark["column"], mark["path"], mark["found"], mark["allowed"], mark["instead"]) == (
        (17, 9, "scenes[1].captures[0].steps[2].at", "tow", ["one", "two"], "two")
    )


def test_fix_writes_the_canonical_form_and_tells_what_it_changed(film: Path) -> None:
    script = capture("terminal", "  - key: Enter\n  - wait: prompt")
    noted = checked(film, script)
    assert [str(note) for note in noted.notes] == [
        'script.md:9: "key: Enter" was read as "press: Enter"',
        'script.md:10: "wait: prompt" was read as "wait: {prompt: true}"',
    ]
    result = check(film, fix=True)
    assert (result.fixed, result.notes, result.problems) == (noted.notes, (), ())
    assert (film / "script.md").read_text() == script.replace("key:", "press:").replace(
        "wait: prompt", "wait: {prompt: true}"
    )
    assert read_episode(film).scenes[0].captures[0].id == read_episode(film).scenes[0].captures[0].id


@pytest.mark.parametrize(("example", "seconds"), [("short", 84.9), ("full", 246.3)])
def test_the_length_of_the_examples_is_foretold(example: str, seconds: float) -> None:
    """The films that were built of them with fallback voices have been so long."""
    scenes = expected_scenes(read_episode(EXAMPLES / example))
    assert sum(scene.seconds for scene in scenes) == pytest.approx(seconds, rel=0.05)


def test_so_is_that_of_a_film_with_the_voices_of_a_usual_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_FALLBACK_VOICES", "never")
    scenes = expected_scenes(read_episode(EXAMPLES / "short"))
    assert sum(scene.seconds for scene in scenes) == pytest.approx(71.8, rel=0.04)


@pytest.mark.parametrize("example", ["short", "full"])
def test_the_examples_are_in_order(example: str) -> None:
    result = check(EXAMPLES / example)
    assert (result.problems, result.notes) == ((), ())
    assert [str(finding) for finding in result.findings if finding.file == "script.md"] == []


def test_a_mood_at_a_mark_is_used_and_what_cannot_change_there_is_said(film: Path) -> None:
    blocks = [
        ("cheerful", "side: left"),
        ("worried", "at: one"),
        ("serious", "side: left\nat: one"),
        ("neutral", "side: right\nat: two"),
    ]
    body = "\n".join(f"```avatar\ncharacter: ada\nmood: {mood}\n{more}\n```\n" for mood, more in blocks)
    found = checked(film, f"# A\n\nSay {{one}}this and {{two}}that.\n\n{body}\n```avatar\nat: two\n```\n")
    assert [(one.line, one.message) for one in found.findings] == [
        (24, 'only the mood changes at a mark; "side" holds for the whole scene, see line 5'),
        (31, 'this avatar block changes nothing at "two"; write mood: beside at:'),
    ]


def test_an_svg_is_a_picture(film: Path) -> None:
    (film / "tree.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path d="M0 0h4v3z"/></svg>'
    )
    result = checked(film, "# A\n\nSay this.\n\n```overlay\nkind: image\nfile: tree.svg\nalt: A tree\n```\n")
    assert (result.problems, result.findings, result.notes) == ((), (), ())


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ("  - open: new.py\n  - type: x = 1", ""),
        ("  - open: new.py\n  - paste: x = 1", ""),
        ("  - open: new.py\n  - wait: {idle: 1}\n  - type: x = 1", ""),
        ("  - open: new.py\n  - press: Enter\n  - paste: x = 1", ""),
        (
            "  - open: new.py\n  - open: main.py\n  - type: x = 1",
            'there is no "new.py" in "code"; a new file is typed into, and named when it is saved: - type: ..., then - save: new.py',
        ),
        (
            "  - open: new.py\n  - highlight: x",
            'there is no "new.py" in "code"; a new file is typed into, and named when it is saved: - type: ..., then - save: new.py',
        ),
        ("  - open: mian.py\n  - highlight: x", 'there is no "mian.py" in "code" (did you mean "main.py"?)'),
        (
            "  - open: mian.py\n  - type: x = 1",
            'there is no "mian.py" in "code" (did you mean "main.py"?); a new file is typed into, and named when it is saved: '
            "- type: ..., then - save: mian.py",
        ),
        ("  - open: main.py\n  - highlight: x", ""),
        ("  - run: touch new.py\n  - open: new.py", ""),
        ("  - type: x = 1\n  - save: new.py\n  - open: new.py", ""),
    ],
)
def test_a_file_that_an_editor_opens_and_is_not_there_is_new_or_a_slip(film: Path, steps: str, says: str) -> None:
    (film / "code").mkdir()
    (film / "code" / "main.py").write_text("x = 1\n")
    found = checked(film, f"# A\n\nSay.\n\n```capture\nkind: editor\nfolder: code\nsteps:\n{steps}\n```\n").findings
    assert [finding.message for finding in found] == ([says] if says else [])


def test_a_desktop_that_opens_its_program_by_a_step_has_it_as_its_app(film: Path) -> None:
    steps = "  - open: mousepad list.txt\n    at: start\n  - press: Control+End"
    found = checked(film, f"# A\n\nWe {{start}}start it.\n\n```capture\nkind: desktop\nsteps:\n{steps}\n```\n")
    assert found.problems == ()
    (note,) = found.notes
    assert '"open: mousepad list.txt" was read as "app: mousepad list.txt, above steps:"' in note.message
    (unused,) = [one for one in found.findings if "start" in one.message]
    assert unused.message.endswith("a program that comes at this word is a step - run: PROGRAM with at: start")


def test_keys_and_places_of_other_editors_are_told_with_what_this_one_has(film: Path) -> None:
    steps = "  - type: x = 1\n  - press: Ctrl+H\n  - press: Control+F\n  - press: Control+Z"
    found = checked(film, f"# A\n\nSay.\n\n```capture\nkind: editor\nsteps:\n{steps}\n```\n").findings
    assert [one.line for one in found] == [9, 10]
    assert found[0].message.startswith('this editor has no key "Ctrl+H": it has no panel for finding')


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        ("  - type: sqlite3 a.db\n  - run: SELECT 1;", [9]),
        ("  - type: python3\n  - run: print(1)\n  - type: exit()\n  - run: ls", [9]),
        ("  - type: python3\n  - press: Control+D\n  - run: ls", []),
        ("  - type: vim a.txt\n  - type: ':q'\n  - run: ls", []),
        ("  - type: nano a.txt\n  - press: Escape\n  - wait: {prompt: true}\n  - run: ls", []),
        ("  - type: ssh-keygen\n  - run: ls", []),
        ("  - type: ssh a.org\n  - run: ls", [9]),
        ("  - run: sqlite3 a.db 'SELECT 1;'\n  - run: ls", []),
        ("  - run: sqlite3 a.db", [8]),
        ("  - run: git commit", [8]),
        ("  - run: git commit -m x\n  - run: docker run hello", []),
        ("  - run: docker run --rm -it alpine", [8]),
    ],
)
def test_what_is_run_while_a_program_has_the_terminal_is_a_finding(film: Path, steps: str, lines: list[int]) -> None:
    found = checked(film, capture("terminal", steps).replace("# Z\n\n", "")).findings
    assert [finding.line for finding in found if "run" in finding.message] == [line + 1 for line in lines]


def test_problems_and_slips_are_told_in_one_go(film: Path) -> None:
    blocks = "```overlay\nkind: nonsense\nat: two\n```\n"
    result = checked(film, f"---\nlength: 90s\n---\n\n# A\n\nSay {{one}}this, {{two}}that.\n\n{blocks}")
    assert [problem.line for problem in result.problems] == [10]
    assert [(finding.line, finding.message.split(";")[0]) for finding in result.findings] == [
        (7, 'nothing happens at the mark "one"'),
        (1, "the film will be about 3 s long (3 words), but its length should be 90 s: it is too short"),
    ]


def test_unused_marks_of_every_scene_are_told_beside_problems(film: Path) -> None:
    steps = "steps:\n  - run: echo run\n  - open: run\n    at: two\n"
    block = f"```capture\nkind: terminal\n{steps}```\n"
    result = checked(film, f"# A\n\nSay {{run}}this, {{echo}}so, {{two}}that.\n\n{block}\n# B\n\nAnd {{two}}now.\n")
    assert result.problems
    told = [finding.found for finding in result.findings]
    assert told == ["{echo}", "{two}"]  # (a value of one word may be the mark: `open: run`)


@pytest.mark.parametrize("prose", ["**Ben (proud):** Few.", "**Ben:** Few."])
def test_the_length_is_told_whatever_else_is_wrong(film: Path, prose: str) -> None:
    (film / "lectern.toml").write_text('size = "1080x1920"\n[film]\ntheme = "neon"\n')
    result = checked(
        film, f"---\nlength: 90s\nformat: square\n---\n\n# A\n\n{prose}\n\n```overlay\nkind: nonsense\n```\n"
    )
    assert any("its length" in finding.message for finding in result.findings)
    places = [(problem.file, problem.line) for problem in result.problems]
    assert places[:3] == [("lectern.toml", 1), ("lectern.toml", 3), ("script.md", 3)] and places[-1] == (
        "script.md",
        11,
    )
    assert "width = 1080 and height = 1920 below a line [film]" in result.problems[0].message


@pytest.mark.parametrize(("words", "told"), [(60, "50 more words"), (93, ""), (130, ""), (170, "60 fewer words")])
def test_a_tenth_more_or_less_is_no_finding_and_the_words_to_add_are_enough(film: Path, words: int, told: str) -> None:
    result = checked(film, f"---\nlength: 40s-50s\n---\n\n# A\n\n{'many ' * words}now.\n".replace("many", "word"))
    about = [finding.message for finding in result.findings if "its length" in finding.message]
    assert (told in about[0]) if told else about == []


@pytest.mark.parametrize("columns", [40, 68, 80, 90, 100, 120, 136])
def test_as_many_columns_fit_as_a_terminal_is_wanted_to_have(film: Path, columns: int) -> None:
    run = "x" * (columns - 4)
    result = checked(film, capture("terminal", f"  - run: {run}", f"size: {columns}x24\n"))
    assert (result.problems, result.findings) == ((), ())


def test_what_can_not_be_rewritten_is_told_apart_from_what_can(tmp_path: Path) -> None:
    boxes = "with:\n  boxes: [a, b, c]\n  edges: [[a, b], [b, c], [c, a]]\n"
    overlay = "```overlay\nkind: bullets\npoints: [One]\n```\n"
    (tmp_path / "script.md").write_text(f"# A\n\nHi there.\n\n```clip\nname: flow\n{boxes}```\n\n{overlay}")
    before, after = check(tmp_path), check(tmp_path, fix=True)
    assert ([note.line for note in before.notes], [note.line for note in before.by_hand]) == ([9, 14], [9])
    assert [note.line for note in after.fixed] == [14]
    assert [note.line for note in after.notes] == [note.line for note in after.by_hand] == [9]


def test_a_chain_of_captures_that_go_on_is_looked_at_step_by_step_not_again_and_again(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    for module, name in ((captures, "_of_step"), (secret_scan, "secrets_in_text")):
        real = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a, real=real: looked.append(a) or real(*a))

    def looks(scenes: int) -> int:
        looked.clear()
        more = (
            capture("terminal", f"  - run: echo {n}", "continue: true\n").replace("# A", f"# A{n}")
            for n in range(scenes)
        )
        told(checked(film, "\n".join((capture("terminal", "  - run: ls"), *more))))
        return len(looked)

    assert looks(40) < 2.2 * looks(20)


ICON, NEWER = "\uf09b", "\U000f0a1e"


@pytest.mark.parametrize(
    ("kind", "steps", "more", "where"),
    [
        ("terminal", f'  - run: "echo {ICON} {NEWER}"', "", "run:"),
        ("terminal", "  - run: ls", f'environment: {{prompt: "{ICON} {NEWER}"}}\n', "prompt:"),
        ("terminal", "  - run: ls", f'environment: {{env: {{ICONS: "{ICON}{NEWER}"}}}}\n', "ICONS:"),
        ("terminal", "  - run: ls", f'environment:\n  files: [{{path: .bashrc, text: "{ICON}{NEWER}"}}]\n', ".bashrc:"),
        ("terminal", "  - run: ls", "folder: data\n", ".config/starship.toml:"),
        ("editor", "  - open: icons.txt", "folder: data\n", "icons.txt:"),
        ("editor", f'  - open: menu.txt\n  - type: "{ICON}{NEWER}"', "folder: data\n", "type:"),
    ],
)
def test_icons_that_no_font_of_a_terminal_has_are_a_finding(
    film: Path, kind: str, steps: str, more: str, where: str
) -> None:
    (film / "data/.config").mkdir()
    name = ".config/starship.toml" if "starship" in where else "icons.txt"
    (film / "data" / name).write_text(f"format = '{ICON}{NEWER}'", encoding="utf-8")
    (found,) = checked(film, capture(kind, steps, more)).findings
    assert found.message.startswith(where) and "boxes for U+F09B, U+F0A1E: icons of a" in found.message


def test_signs_that_a_terminal_can_draw_are_no_finding(film: Path) -> None:
    assert told(checked(film, capture("terminal", '  - run: "echo \ue0b0 ❯ ✔ é ─"'))) == ""
