"""Trust in the sandbox: the answer that is suggested for an episode of somebody else's, and what it can't hold."""

from pathlib import Path

import pytest
from support.trusted import browser, episode, open_, run, terminal

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.cli.options import parser
from lectern.pipeline.episode.capture_block import Capture, Environment
from lectern.pipeline.episode.characters import Character
from lectern.pipeline.episode.settings import BlenderSettings, Settings
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.studio.new import new
from lectern.pipeline.trust.allowed import allow, allowed_form, in_sandbox, suggests_sandbox
from lectern.pipeline.trust.grants import NotTrusted, is_own, note_own
from lectern.pipeline.trust.permissions import permission_requests


def test_an_episode_in_the_sandbox_is_another_thing_to_allow(tmp_path: Path) -> None:
    made = episode(tmp_path, terminal(run("ls")), browser(open_("page.html")))
    boxed = in_sandbox(made)
    assert [c.environment.sandbox for c in boxed.scenes[0].captures] == [True, False]
    with pytest.raises(NotTrusted, match="neither made nor built on this computer before.*--trust=sandboxed"):
        allow(made, permission_requests, False)
    assert allow(made, permission_requests, "sandboxed") == boxed
    assert allow(made, permission_requests, False) == allowed_form(made, permission_requests) == boxed
    assert not is_own(tmp_path)
    assert allow(made, permission_requests, True) is made and is_own(tmp_path)
    assert allow(made, permission_requests, False) is made
    allow(made, permission_requests, "sandboxed")
    assert allow(made, permission_requests, False) == boxed


@pytest.mark.parametrize("more", [
    {"settings": Settings(blender=BlenderSettings(program="/opt/blender"))},
    {"characters": (Character(id="ada", name="Ada", provider="command", settings=(("command", "sh voice.sh"),)),)},
])  # fmt: skip
def test_what_no_sandbox_holds_is_refused_there_by_name(tmp_path: Path, more: dict[str, object]) -> None:
    made = episode(tmp_path, terminal(run("ls")), **more)
    with pytest.raises(NotTrusted, match=r"program .*\n\nNo sandbox holds this") as refused:
        allow(made, permission_requests, "sandboxed")
    assert "ls" not in [request.what for request in refused.value.requests]
    assert allowed_form(made, permission_requests) is None
    with pytest.raises(NotTrusted, match="It can't run in the sandbox, because no sandbox holds this"):
        allow(made, permission_requests, False)


@pytest.mark.parametrize("capture", [
    browser(Step(action="click"), environment=Environment(login="work")),
    terminal(Step(action="type", secret="TOKEN")),
    browser(open_("file:///etc/passwd")),
    Capture(id="i", kind="ide", url="https://ide.example", steps=(run("ls"),), line=5),
])  # fmt: skip
def test_what_is_done_in_the_persons_name_is_refused_in_the_sandbox(tmp_path: Path, capture: Capture) -> None:
    with pytest.raises(NotTrusted, match="No sandbox holds this"):
        allow(episode(tmp_path, capture), permission_requests, "sandboxed")


def test_the_sandbox_is_suggested_for_somebody_elses_episode_only(tmp_path: Path) -> None:
    made = episode(tmp_path, terminal(run("ls"), environment=Environment(network=True, hosts=("example.org",))))
    assert suggests_sandbox(made, permission_requests)
    with pytest.raises(NotTrusted, match=r"Beyond that, it asks for:\n.*example.org\n.*with network"):
        allow(made, permission_requests, False)
    note_own(tmp_path)
    assert not suggests_sandbox(made, permission_requests)
    with pytest.raises(NotTrusted, match="With --trust=sandboxed") as told:
        allow(made, permission_requests, False)
    assert "neither made" not in str(told.value)


def test_a_new_episode_is_ones_own(tmp_path: Path) -> None:
    new(tmp_path / "mine")
    assert is_own(tmp_path / "mine") and not is_own(tmp_path)


def test_without_a_sandbox_on_this_computer_it_is_said_and_nothing_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lectern.pipeline.capture.sandbox.bubblewrap.sys.platform", "darwin")
    made = episode(tmp_path, terminal(run("ls without")))
    with pytest.raises(LecternError, match="there is no sandbox on this system"):
        allow(made, permission_requests, "sandboxed")
    with pytest.raises(NotTrusted, match="It can't run in a sandbox: there is no sandbox on this system"):
        allow(made, permission_requests, False)
    assert not suggests_sandbox(made, permission_requests)


def test_the_sandbox_is_chosen_on_the_command_line(tmp_path: Path) -> None:
    for typed, meant in (([], False), (["--trust"], True), (["--trust=sandboxed"], "sandboxed")):
        assert parser("lectern").parse_args(["build", *typed, str(tmp_path)]).trust == meant
        assert parser("lectern").parse_args([*typed, "build", str(tmp_path)]).trust == meant


def test_a_page_s_server_is_asked_about_and_can_be_in_the_sandbox(tmp_path: Path) -> None:
    opened = open_("http://localhost:8000/")
    made = episode(tmp_path, browser(opened, serve="python3 server.py", port=8000), browser(opened))
    assert "serve python3 server.py" in [request.what for request in permission_requests(made)]
    boxed = in_sandbox(made)
    assert [c.environment.sandbox for c in boxed.scenes[0].captures] == [True, False]
    assert not any(request.personal for request in permission_requests(boxed))
