"""A capture that goes on in a later scene: what it has from the earlier ones, and what can't go on."""

import pytest

from lectern.pipeline.build.record_takes import request_of_capture
from lectern.pipeline.capture.fault import CaptureFault, StepFault
from lectern.pipeline.capture.recipes import CAPTURE
from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.episode.capture_block import Capture
from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.model import Episode
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.suspicions import suspicions
from lectern.pipeline.episode.themes import theme_of
from lectern.pipeline.jobs.recipe import take_key
from lectern.pipeline.trust.permissions import permission_requests

FIRST = "kind: terminal\nshell: zsh\nenvironment: {scale: 0.9, env: {A: '1'}}\nblur: [plum]\nhidden:\n  - run: mkdir src\nsteps:\n  - run: cd src"
SECOND = "kind: terminal\ncontinue: true\nsteps:\n  - run: ls"
THIRD = "kind: terminal\ncontinue: two\nblur: [fig]\nsteps:\n  - run: pwd"

SHOP = "kind: browser\nfolder: shop\nserve: ./shop\nport: 8000\nhidden:\n  - open: http://localhost:8000/\nsteps:\n  - click: Add"
CART = "kind: browser\ncontinue: true\nsteps:\n  - click: Cart"
CODE = "kind: editor\nenvironment: {scale: 0.9, files: [{path: a.py, text: x}]}\nsteps:\n  - open: a.py\n  - type: y"
MORE = "kind: editor\ncontinue: true\nsteps:\n  - type: z\n  - open: a.py"


def script(*blocks: str) -> str:
    names = ("one", "two", "three", "four")
    return "\n".join(f"# A {{#{n}}}\n\n```capture\n{b}\n```\n\nSay it.\n" for n, b in zip(names, blocks, strict=False))


def captures(episode: Episode) -> list[Capture]:
    return [capture for scene in episode.scenes for capture in scene.captures]


def requests(episode: Episode) -> list[CaptureRequest]:
    pairs = [(scene, capture) for scene in episode.scenes for capture in scene.captures]
    return [request_of_capture(episode, scene, capture, theme_of(episode)) for scene, capture in pairs]


def done(request: CaptureRequest) -> list[str]:
    """What is done for a recording, in its order; what is filmed is in capitals."""
    unseen = [_named(step.step) for phase in ("hidden", "earlier") for step in request.phase(phase)]
    return [*unseen, *(_named(step).upper() for step in request.steps)]


def _named(step: Step) -> str:
    return step.value or (step.target.text if step.target and step.target.text else "")


def test_what_was_done_before_is_done_again_unseen(reading) -> None:
    first, second, third = requests(reading(script(FIRST, SECOND, THIRD)))
    assert done(first) == ["mkdir src", "CD SRC"] and first.earlier == ()
    assert done(second) == ["mkdir src", "cd src", "LS"]
    assert done(third) == ["mkdir src", "cd src", "ls", "PWD"]


def test_several_can_go_on_from_the_same_one(reading) -> None:
    third = THIRD.replace("two", "one")
    assert done(requests(reading(script(FIRST, SECOND, third)))[2]) == ["mkdir src", "cd src", "PWD"]


def test_a_terminal_is_named_by_its_own_id_too(reading) -> None:
    first = FIRST.replace("kind: terminal", "kind: terminal\nid: shop")
    third = THIRD.replace("two", "shop")
    assert done(requests(reading(script(first, SECOND, third)))[2]) == ["mkdir src", "cd src", "ls", "PWD"]


def test_a_browser_and_an_editor_go_on_too(reading, tmp_path) -> None:
    text = script(SHOP, CODE, CART, MORE)
    (tmp_path / "film/shop").mkdir()
    shop, code, cart, more = requests(reading(text))
    assert done(cart) == ["http://localhost:8000/", "Add", "CART"]
    assert done(more) == ["a.py", "y", "Z", "A.PY"]
    for first, second in ((shop, cart), (code, more)):
        same = ("serve", "port", "folder", "environment", "size", "files", "deterministic")
        assert [getattr(second, name) for name in same] == [getattr(first, name) for name in same]
    assert suspicions(reading(text), lambda scene, capture: None) == ()


def test_the_last_terminal_is_meant_whatever_stands_between(reading) -> None:
    other = "kind: editor\nsteps:\n  - open: a.py\n  - type: x"
    assert done(requests(reading(script(FIRST, other, SECOND)))[2]) == ["mkdir src", "cd src", "LS"]


def test_shell_environment_and_size_are_those_of_the_first_and_what_is_blurred_stays_so(reading) -> None:
    text = script(FIRST, SECOND, THIRD).replace("# A {#two}\n", "# A {#two}\n\n```scene\nlayout: full\n```\n")
    first, second, third = requests(reading(text))
    assert {(r.shell, r.folder, r.environment, r.size) for r in (second, third)} == {
        (first.shell, first.folder, first.environment, first.size)
    }
    assert [target.text for target in third.blur] == ["plum", "fig"]


def test_a_changed_earlier_scene_is_recorded_again_with_those_that_go_on_and_no_other(reading) -> None:
    alone = "kind: terminal\nsteps:\n  - run: date"
    before = [take_key(CAPTURE, r) for r in requests(reading(script(FIRST, SECOND, THIRD, alone)))]
    for changed in (FIRST.replace("cd src", "cd ."), FIRST.replace("mkdir src", "mkdir -p src")):
        after = [take_key(CAPTURE, r) for r in requests(reading(script(changed, SECOND, THIRD, alone)))]
        assert [a == b for a, b in zip(after, before, strict=True)] == [False, False, False, True]


def test_what_only_the_film_makes_of_an_earlier_step_is_no_reason_to_record_again(reading) -> None:
    before = [take_key(CAPTURE, r) for r in requests(reading(script(FIRST, SECOND)))]
    renamed = script(f"{FIRST}\n    zoom: 1.5", SECOND).replace("{#one}", "{#first}").replace("Say it", "Say it so")
    assert [take_key(CAPTURE, r) for r in requests(reading(renamed))][1] == before[1]


def test_a_terminal_on_its_own_keeps_its_key(reading) -> None:
    assert "earlier" not in requests(reading(script(FIRST)))[0].model_dump_json()


def test_a_disabled_scene_that_is_done_again_is_asked_about(reading) -> None:
    text = script(FIRST, SECOND).replace("# A {#one}\n", "# A {#one}\n\n```scene\nenabled: false\n```\n")
    asked = [request.what for request in permission_requests(reading(text))]
    assert [what for what in asked if "src" in what] == ["zsh: mkdir src", "zsh: cd src"]
    both = [request.what for request in permission_requests(reading(script(FIRST, SECOND)))]
    assert both.count("zsh: cd src") == 1


@pytest.mark.parametrize(
    ("phase", "index", "line", "scene"), [("hidden", 0, 9, "one"), ("earlier", 0, 11, "one"), ("earlier", 1, 22, "two")]
)
def test_a_fault_of_what_is_done_again_names_its_scene_and_its_line(reading, phase, index, line, scene) -> None:
    episode = reading(script(FIRST, SECOND, THIRD))
    third = captures(episode)[2]
    error = StepFault(phase, index, third.steps[0], "the command failed")
    said = str(CaptureFault(error, "script.md", episode.scenes[2], third))
    assert said.startswith(f'script.md:{line}: scene "{scene}", done again for scene "three" (continue:): ')


def test_a_command_that_is_run_in_a_program_left_open_in_an_earlier_scene_is_noticed_where_it_is(reading) -> None:
    opened = "kind: terminal\nsteps:\n  - type: python3"
    found = suspicions(reading(script(opened, SECOND)), lambda scene, capture: None)
    assert [(finding.line, finding.message.split(",")[0]) for finding in found] == [
        (17, '"python3" has the terminal here')
    ]


def test_what_is_suspicious_in_an_earlier_scene_is_told_once(reading) -> None:
    sudo = FIRST.replace("mkdir src", "sudo ls").replace("cd src", "sudo id")
    found = suspicions(reading(script(sudo, SECOND, THIRD)), lambda scene, capture: None)
    assert [finding.line for finding in found] == [9, 11]


WRONG = [
    ((SECOND,), 5, "no terminal comes before this one"),
    (("kind: editor\nsteps:\n  - type: x", SECOND), 15, "run it in the editor's own block, by a step - run: COMMAND, or make the same change in hidden:"),
    ((FIRST, THIRD.replace("two", "onee")), 20, 'has the id "onee", and no scene of that id has one (did you mean "one"?)'),
    ((FIRST, f"{SECOND}\nshell: fish"), 20, "can't have another shell:"),
    ((FIRST, f"{SECOND}\nenvironment: {{scale: 1.2}}"), 20, "can't have another scale:"),
    ((FIRST, f"{SECOND}\nhidden:\n  - run: a"), 19, "hidden: would be seen"),
    ((FIRST, SECOND.replace("true", "[a]")), 20, "expected true (the last capture of this kind before this one)"),
    ((FIRST, "kind: browser\ncontinue: true\nsteps:\n  - open: https://example.org"), 20, "no browser comes before this one"),
    (("kind: browser\nsteps:\n  - open: https://example.org", SECOND.replace("true", "one")), 15, 'is a capture of kind: browser, and a terminal goes on from a terminal only'),
    ((FIRST, "kind: desktop\napp: xterm\ncontinue: true\nsteps:\n  - press: F1"), 21, "every other capture starts from nothing"),
    ((SHOP, f"{CART}\nserve: ./other\nport: 8000"), 20, "can't have another serve:"),
    ((SHOP, f"{CART}\nhidden:\n  - click: a"), 19, "write hidden: in the first one"),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "line", "says"), WRONG)
def test_what_can_not_go_on_is_told_at_its_line(reading, blocks: tuple[str, ...], line: int, says: str) -> None:
    with pytest.raises(EpisodeErrors) as caught:
        reading(script(*blocks))
    assert str(caught.value).startswith(f"script.md:{line}: ") and says in str(caught.value)


@pytest.mark.parametrize("again", ["shell: zsh", "environment: {scale: 0.9}", "continue: one"])
def test_what_is_said_again_as_it_is_does_not_conflict(reading, again: str) -> None:
    second = SECOND.replace("continue: true", again) if "continue" in again else f"{SECOND}\n{again}"
    assert captures(reading(script(FIRST, second)))[1].shell == "zsh"


@pytest.mark.parametrize("other", ["session: true", "keep: true", "resume: one", "continues: one", "reuse: yes"])
def test_other_names_of_it_are_understood(reading, other: str) -> None:
    second = SECOND.replace("continue: true", other)
    assert done(requests(reading(script(FIRST, second)))[1]) == ["mkdir src", "cd src", "LS"]
