"""Words of other tools: each is answered by what a script calls it, and spelling is guessed at only where it is nearly right."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from lectern.pipeline.base.errors import SourceError
from lectern.pipeline.episode.blocks import OVERLAYS, AvatarBlock, Clip, Overlay
from lectern.pipeline.episode.canonical import block_name
from lectern.pipeline.episode.capture_block import Environment, capture_fields
from lectern.pipeline.episode.capture_kinds import KINDS
from lectern.pipeline.episode.errors import EpisodeErrors, nearly_same
from lectern.pipeline.episode.fields import declared
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.frontmatter import FrontMatter
from lectern.pipeline.episode.model import Scene
from lectern.pipeline.episode.settings import FilmSettings, Settings
from lectern.pipeline.episode.source import BLOCKS
from lectern.pipeline.episode.steps import ACTIONS
from lectern.pipeline.episode.synonyms import key_advice, sentences
from lectern.pipeline.episode.targets import Target, Wait

PROSE = "# A\n\nSay {one}this and {two}that.\n\n"


def faults(tmp_path: Path, body: str) -> tuple[SourceError, ...]:
    folder = tmp_path / "film"
    folder.mkdir(exist_ok=True)
    (folder / "logo.png").write_bytes(b"")
    (folder / "script.md").write_text(body, encoding="utf-8")
    with pytest.raises(EpisodeErrors) as caught:
        read_episode(folder)
    return caught.value.problems


STEPS = [
    # What a model wrote, on which screen, and what the message has to lead to
    ("terminal", "launch: make\n    at: one", "run:"),

    ("terminal", "input: ls", "type:"), ("terminal", "write: ls", "type:"),
    ("terminal", "sleep: 2", "{pause: 2}"), ("terminal", "pause: 2", "{pause: 2}"), ("terminal", "delay: 2", "{pause: 2}"), ("browser", "clear: true", "run: clear"),
    ("terminal", "screenshot: a.png", "lectern capture"), ("terminal", "focus: ls", "highlight"), ("terminal", "annotate: ls", "highlight"),
    ("terminal", "wait_for: Done", "wait: {text"), ("terminal", "assert: Done", "expect:"), ("terminal", "verify: Done", "expect:"), ("terminal", "cd: src", "run: cd"),
    ("terminal", "setup: ls", "hidden"), ("terminal", "output: a", "expect"), ("terminal", "exit: 0", "run: exit"), ("terminal", "open: a.txt", "run:"), ("terminal", "click: a", "press:"),

    ("browser", "fill: Ada", "type: TEXT"), ("browser", "reload: true", "open: ADDRESS"), ("browser", "back: true", "open: ADDRESS"), ("browser", "refresh: true", "open: ADDRESS"),
    ("browser", "double_click: a", "times: 2"), ("browser", "right_click: a", "button: right"), ("browser", "choose: a", "select:"),
    ("browser", "dropdown: a", "select:"), ("browser", "accept: true", "dialog: accept"), ("browser", "check: a", "click:"), ("browser", "close: true", "tab: close"),
    ("browser", "scroll_to: a", "scroll: {text"), ("browser", "evaluate: x()", "no step runs JavaScript"), ("browser", "run: ls", "runs no commands"), ("browser", "save: a", "click: Save"),
    ("editor", "goto: 3", "highlight: {lines: 3}"), ("editor", "replace: a", "edit:"), ("editor", "delete: 3", "edit:"), ("editor", "insert: a", "{lines: 4}"), ("editor", "find: a", "highlight:"),
    ("editor", "click: a", "highlight:"), ("desktop", "launch: xterm", "run:"), ("desktop", "open: xterm", "run:"), ("desktop", "close: xterm", "press:"), ("footage", "seek: 4", "moment:"),
    ("browser", 'expect: "1"\n    in: "#badge"', "#ID:has-text"), ("terminal", "run: ls\n    hide: true", "hidden:"), ("terminal", 'run: python3\n    prompt: ">>>"', 'wait: {text: '),
    ("terminal", "tpye: ls", "type"), ("terminal", "runn: ls", "run"), ("terminal", "highlihgt: ls", "highlight"), ("browser", "clik: a", "click"),
]  # fmt: skip
NEEDED = {"desktop": "app: xterm\n", "footage": "file: logo.png\n"}


@pytest.mark.parametrize(("kind", "step", "leads"), STEPS)
def test_a_foreign_action_leads_to_ours(tmp_path: Path, kind: str, step: str, leads: str) -> None:
    more = NEEDED.get(kind, "")
    (fault,) = faults(tmp_path, f"{PROSE}```capture\nkind: {kind}\n{more}steps:\n  - {step}\n```\n")
    assert leads in fault.message.split("; its actions")[0].split("; the actions")[0]


KEYS = [
    ("terminal", "timeout: 9", "timeout: 9"), ("desktop", "continue: a", "starts from nothing"), ("terminal", "session: demo", "continue: true"),
    ("terminal", "overlays: [a]", "overlay blocks"), ("terminal", "command: ls", "run: COMMAND"), ("terminal", "duration: 4", "as long as its steps take"),
    ("editor", "language: python", "the name of the file"), ("ide", "project: a", "kind: editor"), ("browser", "folder: pages", "open: pages/index.html"),
    ("footage", "mute: true", "never heard"), ("terminal", "hiden: [a]", '"hidden"'),
    ("terminal", "name: lab", "continue: lab"), ("terminal", "terminal: lab", "id: lab"), ("terminal", "pane: lab", "continue: true"), ("terminal", "session: lab", "continue: ID"),
    *(("terminal", f"{key}: x", "&\", and then - run: curl") for key in ("background", "wait_for", "ready", "server", "serve", "services", "port")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "line", "leads"), KEYS)
def test_a_foreign_key_of_a_capture_leads_to_ours(tmp_path: Path, kind: str, line: str, leads: str) -> None:
    more = NEEDED.get(kind, "") + ("url: http://127.0.0.1:8080\n" if kind == "ide" else "")
    steps = "" if kind == "footage" else "steps:\n  - wait: {idle: 1}\n"
    (fault,) = faults(tmp_path, f"{PROSE}```capture\nkind: {kind}\n{line}\n{more}{steps}```\n")
    assert leads in fault.message.split("; its keys")[0]


BLOCKS_OF_OTHERS = [
    ("bash", "kind: terminal"), ("python", "kind: terminal"), ("diff", "name: diff"), ("chart", "name: bars"), ("mermaid", "name: flow"), ("narration", "plain paragraphs"),
    ("music-file", ""), ("audio", "a music block"), ("notes", "a note block"), ("pause", "{pause: 1}"), ("overley", '"overlay"'), ("capure", '"capture"'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "leads"), BLOCKS_OF_OTHERS)
def test_a_foreign_block_leads_to_ours(tmp_path: Path, name: str, leads: str) -> None:
    (fault,) = faults(tmp_path, f"{PROSE}```{name}\nx = 1\n```\n")
    assert leads in fault.message.split("; there are:")[0]


OTHERS = [
    ("overlay", "kind: title\ntext: x\nstart: 2", "at: mark"), ("overlay", "kind: title\ntext: x\ncolor: red", "[film] theme"), ("overlay", "kind: image\nsrc: logo.png\nfile: logo.png", "file:"),
    ("overlay", "kind: title\ntext: x\ncaption: y", "text:"), ("overlay", "text: x", "one of title, chapter"), ("clip", "kind: list\nname: list\nwith: {items: [a]}", "name:"),
    ("scene", "duration: 9", "as long as"), ("scene", "narrator: ben", "**Name:**"), ("capture", "kind: vscode\nsteps:\n  - wait: {idle: 1}", "kind: ide"),
    ("capture", "kind: terminal\nsteps:\n  - wait: exit", "wait: {exit: 0}"), ("capture", "kind: terminal\nsteps:\n  - wait: idle", "wait: {idle: 0.5}"), ("capture", "kind: terminal\nsteps:\n  - wait: Done", "wait: {text: Done}"),
    ("capture", "kind: terminal\nsteps:\n  - run: a\n    background: true", "&\", and then - run: curl"), ("capture", "kind: terminal\nsteps:\n  - run: a\n    detach: true", "--retry-connrefused"),
    ("overlay", "kind: title\ntext: x\nnear: a", "kind: callout"), ("overlay", "kind: callout\ntext: x\nstyle: warning", "bright plate"), ("capture", "kind: terminal\nsteps:\n  - callout: x\n    on: a", "with zoom: true"),
    *(("clip", f"name: flow\nwith:\n  boxes: [a, b]\n  {key}: [a]", "an arrow goes from each") for key in ("edges", "arrows", "links")),
    *(("clip", f"name: diff\n{key}: x\nwith: {{code: x}}", "those that come with +") for key in ("before", "after", "old")),
    ("clip", "name: table\nwith: {columns: [a, ''], rows: [[b, c]]}", "expected a text"),
    ("clip", "name: flow\nedges: [a]\nwith: {boxes: [a]}", "an arrow goes from each"),
    ("capture", "kind: terminal\nsteps:\n  - wait: {seconds: 2}", "too few on a slower day"), ("capture", "kind: browser\nsteps:\n  - wait: prompt", "wait: {idle: 0.5}"),
    ("capture", "kind: browser\nsteps:\n  - type: {text: Ada, into: Name}", "type: Ada, and into: Name"), ("capture", "kind: browser\nsteps:\n  - type: Ada\n    selector: a", "into:"), ("capture", "kind: browser\nsteps:\n  - click: {css: a}", "selector:"),
    ("capture", "kind: terminal\nsteps:\n  - run: a\n    time_limit: 4", "timeout: 4"), ("capture", "kind: terminal\nsteps:\n  - run: a\n    linger: 4", "hold: 2"), ("capture", "kind: browser\nsteps:\n  - paste: a", "type: TEXT"), ("capture", "kind: terminal\nsteps:\n  - wait: {timeout: 4}", "timeout: 4"), ("capture", "kind: terminal\nenvironment: {cwd: a}\nsteps:\n  - run: a", "folder:"),
    ("capture", "kind: terminal\nsteps:\n  - run: \"a\" b", "write run: '\"a\" b'"), ("capture", "kind: terminal\nsteps:\n  - run: [ -f a ] && b", "write run: '[ -f a ] && b'"), ("overlay", "kind:title\ntext: x", "a space after the colon"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "body", "leads"), OTHERS)
def test_what_is_meant_is_named(tmp_path: Path, block: str, body: str, leads: str) -> None:
    assert leads in faults(tmp_path, f"{PROSE}```{block}\n{body}\n```\n")[0].message.split("; its keys")[0]


NAMED_BY_PROGRAMS = {
    "#layout": {"selector": "#layout"}, "css=.a > b": {"selector": ".a > b"}, 'xpath=//a[@id="x"]': {"selector": 'xpath=//a[@id="x"]'}, "id=go": {"selector": "#go"},
    'role=button[name="Save: now"]': {"role": "button", "name": "Save: now"}, "role=link": {"role": "link"}, 'button:has-text("Save")': {"selector": 'button:has-text("Save")'},
    "page.getByRole('button', { name: 'Save' })": {"role": "button", "name": "Save"}, 'getByLabel("Name")': {"label": "Name"}, "data-testid=go": {"selector": "[data-testid=go]"},
    "label=Your name": {"label": "Your name"}, "placeholder='Search'": {"placeholder": "Search"},
}  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), NAMED_BY_PROGRAMS.items())
@pytest.mark.parametrize("action", ["click", "wait"])
def test_what_a_program_names_leads_to_a_target_that_can_be_read(
    tmp_path: Path, action: str, written: str, meant: dict[str, str]
) -> None:
    step = f"open: https://a.org\n  - {action}: {json.dumps(written)}"
    (fault,) = faults(tmp_path, f"{PROSE}```capture\nkind: browser\nsteps:\n  - {step}\n```\n")
    read = YAML(typ="safe").load(fault.details.instead)
    assert (
        read == (meant if action == "click" else {"wait": {"target": meant}}) and fault.details.instead in fault.message
    )


@pytest.mark.parametrize("text", ["#4", "Done", "- a", "[a]", "{a}"])
def test_advice_with_an_authors_text_is_yaml_that_can_be_read(tmp_path: Path, text: str) -> None:
    step = f"run: ls\n  - wait: {json.dumps(text)}"
    (fault,) = faults(tmp_path, f"{PROSE}```capture\nkind: terminal\nsteps:\n  - {step}\n```\n")
    assert YAML(typ="safe").load(fault.details.instead) == {"wait": {"text": text}}
    advice, instead = key_advice("tagline", "the front matter", (), text)
    assert YAML(typ="safe").load(instead) == {"subtitle": text} and instead in advice


SETTINGS = [
    ('title = "x"', "first lines of script.md"), ("[episode]\ntitle = 'x'", "first lines of script.md"), ("[narrators.Anna]\nvoice = 'x'", "characters/NAME.json"), ("[voice]\nname = 'en'", "characters/NAME.json"),
    ("[subtitles]\nenabled = true", "always made"), ("[music]\nfile = 'a'", "a music block"), ("[video]\nwidth = 1", "[film]"), ("[terminal]\nrows = 2", "environment:"), ("[film]\ntitle = 'x'", "first lines of script.md"), ("[film]\nwidht = 2", '"width"'),
]  # fmt: skip


@pytest.mark.parametrize(("toml", "leads"), SETTINGS)
def test_what_is_no_setting_is_said_where_it_belongs(tmp_path: Path, toml: str, leads: str) -> None:
    (tmp_path / "film").mkdir()
    (tmp_path / "film" / "lectern.toml").write_text(toml)
    assert leads in faults(tmp_path, "# A\n\nx\n")[0].message.split("; its keys")[0]


@pytest.mark.parametrize(
    ("written", "allowed", "near"),
    [("titel", "title", "title"), ("tow", "two one", "two"), ("transiton", "transition", "transition"), ("colour-scheme", "colour_scheme", "colour_scheme"), ("adda", "ada ben", "ada"), ("enviroment", "environment", "environment"),
     ("reload", "upload", ""), ("exec", "select", ""), ("delete", "select", ""), ("video", "ide", ""), ("quote", "note", ""), ("picture", "capture", ""), ("duration", "description", ""), ("files", "title", ""), ("caption", "position", ""), ("target", "text", ""), ("at", "wait", ""), ("setup", "steps", "")],
)  # fmt: skip
def test_a_name_is_proposed_only_where_it_is_nearly_the_same(written: str, allowed: str, near: str) -> None:
    assert nearly_same(written, allowed.split()) == near


def words(tables: dict[str, list[str]]) -> Iterator[str]:
    return (word for listed in tables.values() for word in listed)


def test_no_synonym_is_a_word_that_scripts_have() -> None:
    known = sentences()
    assert [word for word in words(known["blocks"]) if word in BLOCKS or block_name(word)[1]] == []
    assert [word for word in words(known["actions"]) if word in ACTIONS] == []
    own = {
        "front matter": declared(FrontMatter), "scene block": declared(Scene), "overlay block": declared(Overlay), "clip block": declared(Clip), "avatar block": declared(AvatarBlock),
        "a target": declared(Target), "a wait": declared(Wait), "environment": declared(Environment), "lectern.toml": Settings.model_fields, "[film]": FilmSettings.model_fields,
        **{f"{kind} capture block": capture_fields(kind) for kind in KINDS},
    }  # fmt: skip
    assert [(topic, word) for topic in own for word in words(known["keys"].get(topic, {})) if word in own[topic]] == []
    assert [word for word in words(known["kinds"]["overlay block"]) if word in OVERLAYS] == []
    assert [word for word in words(known["kinds"]["capture block"]) if word in KINDS] == []
    assert [
        (kind, word) for kind, table in known["lacking"].items() for word in words(table) if word in KINDS[kind].actions
    ] == []


@pytest.mark.parametrize(
    ("kind", "step", "says"),
    [
        ("terminal", "press: C-c", 'there is no key "C-c"; write press: Control+C'),
        ("terminal", "press: ^C", "; write press: Control+C"),
        ("editor", "press: C-x", "; write press: Control+X"),
        ("editor", "press: <Esc>", "; write press: Escape"),
        ("editor", "press: <C-w>", "; write press: Control+W"),
        ("editor", "press: <CR>", "; write press: Enter"),
        ("terminal", 'press: ":wq"', '; a text is typed: type: ":wq"'),
        ("terminal", "press: Strg+S", 'there is no key "Strg"; keys are letters'),
        ("browser", "delete: x", 'write "type: TEXT" with into: {label: ...}'),
        ("editor", "delete: x", 'write edit: 3-5 with with: ""'),
        ("browser", "submit: x", 'write "press: Enter", or click the button'),
        ("terminal", "send: x", 'write "type:"'),
        ("terminal", "ctrl: c", 'write "press: Control+C"'),
        ("browser", "caption: x", 'a text over the picture is "an overlay block"'),
    ],
)
def test_a_step_in_words_of_other_tools_is_told_what_is_meant(tmp_path: Path, kind: str, step: str, says: str) -> None:
    (tmp_path / "script.md").write_text(f"{PROSE}```capture\nkind: {kind}\nsteps:\n  - {step}\n```\n")
    with pytest.raises(EpisodeErrors) as told:
        read_episode(tmp_path)
    assert says in str(told.value)
