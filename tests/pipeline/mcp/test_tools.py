"""What agents are told about an episode, what they may change in it, and what they are refused."""

import json
import subprocess
import threading
from pathlib import Path

import pytest
from agents_episode import SCRIPT, Agent, made_episode
from mcp_types import Tool as ListedTool

from lectern.pipeline.changes import transaction
from lectern.pipeline.changes.store import ChangesetStore
from lectern.pipeline.cli.main import main
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.mcp.prompts import INSTRUCTIONS, PROMPTS, RESOURCES, prompt_text
from lectern.pipeline.mcp.server import MOST, listed
from lectern.pipeline.mcp.tools import TOOLS
from lectern.pipeline.studio import proposals
from lectern.pipeline.studio.agent_settings import agent_settings
from lectern.pipeline.studio.element_changes import choose_recording
from lectern.pipeline.studio.proposals import apply_edit
from lectern.pipeline.timeline.edits import Edit, Edits, edits_of, read_edits, write_edits


@pytest.fixture(autouse=True)
def _profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))


@pytest.fixture
def agent(tmp_path: Path) -> Agent:
    return Agent(made_episode(tmp_path / "ep"))


def _replace(find: str, text: str) -> dict[str, object]:
    return {"operations": [{"op": "replace", "file": "script.md", "find": find, "text": text}], "why": "it is better"}


def _set(value: object, strip: str = "one/card/text", property: str = "opacity") -> dict[str, object]:
    return {"operations": [{"op": "set", "strip": strip, "property": property, "value": value}], "why": "seen better"}


# The list


def test_the_list_of_tools_is_small_enough_to_be_sent_each_time() -> None:
    """Tokens are counted as three and a half characters of JSON."""
    tools = [listed(tool).model_dump(by_alias=True, exclude_none=True) for tool in TOOLS.values()]
    assert len(tools) <= 30
    assert len(json.dumps(tools)) / 3.5 <= 9000
    assert [tool["name"] for tool in tools if len(tool["description"]) >= 2000] == []
    assert len(INSTRUCTIONS) < 2000


def test_every_tool_says_what_it_takes_and_does() -> None:
    tools: list[ListedTool] = [listed(tool) for tool in TOOLS.values()]
    for tool in tools:
        marks = tool.annotations
        assert marks and None not in (marks.read_only_hint, marks.destructive_hint, marks.idempotent_hint)
        assert tool.input_schema["additionalProperties"] is False
        assert (tool.output_schema is None) == (tool.name in ("see_frame", "see_sheet", "see_wave"))


def test_no_tool_runs_what_it_is_given_or_gives_trust() -> None:
    arguments = {argument for tool in TOOLS.values() for argument in tool.arguments.model_fields}
    assert arguments.isdisjoint({"command", "program", "trust", "yes", "force", "config", "output"})


NO_VERB = {
    "list": "scenes, character list, clips: by what is listed",
    "read": "any editor reads files",
    "search": "find looks into the pictures, too, and may record for that",
    "locate": "timeline --json has it all, for programs",
    "explain": "the sidebar in Blender shows it",
    "status": "scenes, jobs, check and changes say it for people",
    "plan_edit": "people write files",
    "conflicts": "changes apply shows them",
    "see_frame": "any player shows a frame",
    "see_sheet": "renders/report.html shows one",
    "see_wave": "any player and Blender show one",
    "activity": "people look and listen",
    "place": "people see where there is room",
    "takes": "scenes --json; recordings are chosen in Blender",
    "estimate": "build asks before it pays",
    "job": "build shows its progress",
    "cancel": "Ctrl-C, and jobs cancel",
}
"""Tools without a command of their own, and what people use; `lectern ask` calls them all the same."""
VERBS = {"apply_edit": "changes", "revert": "changes", "history": "changes", "diff": "changes"}


def test_every_tool_is_a_command_or_says_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    commands = capsys.readouterr().out
    for name in TOOLS:
        assert name in NO_VERB or f"    {VERBS.get(name, name)} " in commands, name
    assert set(NO_VERB) <= set(TOOLS)


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("status", {}),
        ("list", {"kind": "marks"}),
        ("read", {"first": 2}),
        ("search", {"text": "look"}),
        ("locate", {"mark": "one/go"}),
        ("timeline", {"scene": "one"}),
        ("explain", {"strip": "one/card/text"}),
        ("place", {"scene": "one", "width": 0.3, "height": 0.2}),
        ("estimate", {}),
        ("usage", {"by": "day"}),
        ("check", {}),
    ],
)
def test_the_command_line_gives_the_answer_that_agents_get(
    agent: Agent, tool: str, given: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", str(agent.folder), tool, json.dumps(given), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == agent(tool, **given)


# Know


def test_the_revision_changes_with_what_is_written_and_not_with_looking(agent: Agent) -> None:
    first = agent("status")["revision"]
    agent("list")
    assert agent("status", since=first) == {"revision": first, "unchanged": True}
    (agent.folder / "ep.blend").write_bytes(b"the playhead was moved")
    assert agent("status")["revision"] == first
    (agent.folder / "notes.txt").write_text("new")
    assert agent("status")["revision"] != first


def test_a_script_that_cannot_be_read_is_a_status_with_its_faults(agent: Agent) -> None:
    (agent.folder / "script.md").write_text("# A\n\n```capture\nkind: nothing\n```\n")
    assert any("script.md:" in problem for problem in agent("status")["problems"])


def test_lines_are_read_with_the_hash_of_the_whole_file(agent: Agent) -> None:
    whole, part = agent("read"), agent("read", first=5, lines=2)
    assert (part["text"], part["last"], part["hash"]) == ("# One {#one}\n", 6, whole["hash"])
    assert whole["text"] == SCRIPT.rstrip("\n")


def test_a_long_file_is_read_in_pieces_that_fit(agent: Agent) -> None:
    (agent.folder / "long.txt").write_text("\n".join(f"line {n} {'é' * 40}" for n in range(3000)))
    first, lines = 1, list[str]()
    while True:
        piece = agent("read", file="long.txt", first=first, lines=2000)
        assert len(json.dumps(piece, ensure_ascii=False)) < MOST
        lines += piece["text"].split("\n")
        if piece["last"] == piece["lines"]:
            break
        first = piece["last"] + 1
    assert len(lines) == 3000 and lines[-1].startswith("line 2999")


def test_a_mark_a_line_a_strip_and_a_moment_lead_to_each_other(agent: Agent) -> None:
    (mark,) = agent("locate", mark="one/go")["spots"]
    assert (mark["start"], mark["scene"], mark["marks"]) == (10, "one", {"go": 10})
    (strip,) = agent("locate", strip="one/card/text")["spots"]
    assert (strip["start"], strip["end"]) == (10, 40)
    (there,) = agent("locate", frame=20, x=0.2, y=0.15)["spots"]
    assert [each["id"] for each in there["strips"]] == ["one/card/text"]
    (beside,) = agent("locate", frame=20, x=0.9, y=0.9)["spots"]
    assert "strips" not in beside
    assert "give one of" in agent.error("locate", frame=2, seconds=1.0)
    assert "there are: one/go" in agent.error("locate", mark="one/gone")


def test_the_timeline_is_code_without_what_is_usual(agent: Agent) -> None:
    code = agent("timeline", first=12, last=30)["code"]
    assert 'text("one/card/text", 10, 40, ' in code and "box=(0.1, 0.1, 0.3, 0.1)" in code
    assert "volume" not in code and "padding" not in code


def test_a_free_place_is_where_nothing_is(agent: Agent) -> None:
    found = agent("place", scene="one", width=0.3, height=0.2)
    assert found["places"][0]["covered"] == 0
    worst = max(
        TOOLS["place"].run(agent.folder, {"scene": "one", "width": 0.9, "height": 0.9}).places, key=lambda p: p.covered
    )  # type: ignore[attr-defined]
    assert worst.covered == pytest.approx(0.3 * 0.1 / 0.81, abs=0.01)


# Change


def test_a_plan_writes_nothing_and_applying_it_says_what_has_changed(agent: Agent) -> None:
    script = agent.folder / "script.md"
    planned = agent("plan_edit", **_replace("it is warm", "it is {hot}hot today, as you know"))
    assert planned["outcome"] == "proposed" and "+Hello {go}there, it is {hot}hot" in planned["diff"]
    assert script.read_text() == SCRIPT
    done = agent("apply_edit", id=planned["id"])
    assert done["outcome"] == "applied" and "hot today" in script.read_text()
    assert (done["effect"]["changed"], done["effect"]["appeared"]) == (["one"], ["one/hot"])
    assert [shift["scene"] for shift in done["effect"]["shifted"]] == ["two"]
    assert agent("revert", id=planned["id"])["outcome"] == "applied"
    assert script.read_text() == SCRIPT


def test_what_vanishes_with_a_change_is_told(agent: Agent) -> None:
    planned = agent("plan_edit", **_replace(SCRIPT[SCRIPT.index("```overlay") : SCRIPT.index("# Two")], ""))
    assert agent("apply_edit", id=planned["id"])["effect"]["vanished"] == ["one/card"]


def test_a_reply_that_was_lost_and_is_asked_for_again_applies_once(agent: Agent) -> None:
    id = agent("plan_edit", **_replace("the end", "the {end}end"))["id"]
    agent("apply_edit", id=id)
    (agent.folder / "script.md").write_text((agent.folder / "script.md").read_text() + "\nA person goes on.\n")
    again = agent("apply_edit", id=id)
    assert (again["outcome"], again["repeated"]) == ("applied", True) and "changed again" in again["why"]
    assert (agent.folder / "script.md").read_text().count("{end}") == 1
    events = [event.what for event in ChangesetStore(agent.folder).get(id).history]
    assert events == ["proposed", "applied"]


def test_a_process_killed_between_write_and_reply_has_applied_once(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = agent("plan_edit", **_replace("the end", "the {end}end"))["id"]
    with monkeypatch.context() as killed:
        killed.setattr("lectern.pipeline.changes.store.ChangesetStore._keep", _killed)
        with pytest.raises(KeyboardInterrupt):
            apply_edit(agent.folder, id)
    assert transaction.journal_file(agent.folder).exists()
    done = agent("apply_edit", id=id)
    assert (done["outcome"], done["repeated"]) == ("applied", True)
    assert (agent.folder / "script.md").read_text().count("{end}") == 1


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_two_callers_at_once_apply_a_change_once(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "_PATIENCE", 120.0)  # however busy the machine is
    id = agent("plan_edit", **_replace("the end", "the {end}end"))["id"]
    answers: list[proposals.Decision] = []
    callers = [threading.Thread(target=lambda: answers.append(apply_edit(agent.folder, id))) for _ in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted((one.outcome, one.repeated) for one in answers) == [("applied", False), ("applied", True)]


def test_a_plan_that_the_grammar_refuses_is_not_offered(agent: Agent) -> None:
    planned = agent("plan_edit", **_replace("kind: callout", "kind: nonsense"))
    assert planned["outcome"] == "refused" and planned["problems"][0]["file"] == "script.md"
    assert agent("history")["items"] == []


def test_a_plan_of_what_is_written_already_is_unchanged(agent: Agent) -> None:
    write = {"op": "write", "file": "script.md", "text": SCRIPT}
    assert agent("plan_edit", operations=[write], why="no reason")["outcome"] == "unchanged"


def test_a_plan_on_a_file_that_has_changed_since_it_was_read_is_refused(agent: Agent) -> None:
    hash = agent("read")["hash"]
    (agent.folder / "script.md").write_text(SCRIPT.replace("Hello", "Hi"))
    operation = {"op": "replace", "file": "script.md", "find": "the end", "text": "it", "hash": hash}
    planned = agent("plan_edit", operations=[operation], why="shorter")
    assert planned["outcome"] == "refused" and "read it again" in planned["why"]


def test_a_place_that_a_person_has_changed_too_is_shown_with_both_values_and_resolved(agent: Agent) -> None:
    id = agent("plan_edit", **_replace("Here is the end.", "The end is here."))["id"]
    (agent.folder / "script.md").write_text(SCRIPT.replace("Here is the end.", "That was all."))
    refused = agent("apply_edit", id=id)
    assert refused["outcome"] == "refused" and "That was all" in (agent.folder / "script.md").read_text()
    (overlap,) = agent("conflicts", id=id)["overlaps"]
    assert (overlap["current"], overlap["proposed"]) == ("That was all.\n", "The end is here.\n")
    assert agent("conflicts", id=id, take=[])["resolution"]["outcome"] == "unchanged"
    new = agent("conflicts", id=id, take=[0])["resolution"]
    assert agent("apply_edit", id=new["id"])["outcome"] == "applied"
    assert "The end is here." in (agent.folder / "script.md").read_text()


def test_an_agent_sets_what_it_has_set_itself_and_never_what_a_person_has(agent: Agent) -> None:
    mine = agent("plan_edit", **_set(0.5))
    assert agent("apply_edit", id=mine["id"])["outcome"] == "applied"
    assert agent("plan_edit", **_set(0.7))["outcome"] == "proposed"
    by_hand = Edit(strip="one/card/text", property="x", value=0.25, script=0.1)
    write_edits(agent.folder, edits_of((*read_edits(agent.folder).edits, by_hand)))
    refused = agent("plan_edit", **_set(0.9, property="x"))
    assert refused["outcome"] == "refused" and "a person has set x" in refused["why"]
    assert by_hand in read_edits(agent.folder).edits


@pytest.mark.parametrize(
    ("strip", "property"), [("one/gone/text", "x"), ("one/card/text", "volume"), ("one/card/text", "eval")]
)
def test_a_strip_or_property_that_is_not_there_is_refused_with_what_is(agent: Agent, strip: str, property: str) -> None:
    assert agent("plan_edit", **_set(1.0, strip, property))["outcome"] == "refused"
    assert read_edits(agent.folder) == Edits()


def _recordings(agent: Agent) -> tuple[str, dict[str, bytes]]:
    """Record a line three times, which no text can be; the second is used. Returns the line's id, and the files."""
    line = read_episode(agent.folder).scenes[0].lines[0].id
    place = agent.folder / "recordings"
    place.mkdir()
    takes = {f"{line}.wav": b"RIFF\xff1", f"{line}.2.chosen.wav": b"RIFF\xff2", f"{line}.3.wav": b"RIFF\xff3"}
    for name, content in takes.items():
        (place / name).write_bytes(content)
    return line, takes


def _on_disk(agent: Agent) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (agent.folder / "recordings").iterdir()}


def test_another_take_of_a_line_is_chosen_by_a_planned_change_and_taken_back(agent: Agent) -> None:
    line, takes = _recordings(agent)
    assert agent("takes", line=line)["chosen"] == f"{line}.2.chosen.wav"
    choose = {"op": "choose", "line": line, "take": f"{line}.wav"}
    planned = agent("plan_edit", operations=[choose], why="it is calmer")
    assert _on_disk(agent) == takes and "no text" in planned["diff"]
    assert agent("apply_edit", id=planned["id"])["outcome"] == "applied"
    now = {f"{line}.chosen.wav": takes[f"{line}.wav"], f"{line}.2.wav": takes[f"{line}.2.chosen.wav"]}
    assert _on_disk(agent) == now | {f"{line}.3.wav": takes[f"{line}.3.wav"]}
    assert agent("takes", line=line)["chosen"] == f"{line}.chosen.wav"
    chosen = {**choose, "take": f"{line}.chosen.wav"}
    assert agent("plan_edit", operations=[chosen], why="w")["outcome"] == "unchanged"
    assert agent("revert", id=planned["id"])["outcome"] == "applied" and _on_disk(agent) == takes
    gone = agent("plan_edit", operations=[{**choose, "take": "../x.wav"}], why="w")
    assert gone["outcome"] == "refused" and f"there are: {line}.wav" in gone["why"]


def test_the_take_that_a_person_has_chosen_meanwhile_stays(agent: Agent) -> None:
    line, _ = _recordings(agent)
    choose = {"op": "choose", "line": line, "take": f"{line}.wav"}
    planned = agent("plan_edit", operations=[choose], why="it is calmer")
    choose_recording(agent.folder, line, f"{line}.3.wav")
    before = _on_disk(agent)
    refused = agent("apply_edit", id=planned["id"])
    assert refused["outcome"] == "refused" and f"{line}.3.chosen.wav" in refused["why"]
    assert _on_disk(agent) == before


def test_a_scenario_is_begun_compared_switched_to_and_merged_by_planned_changes(agent: Agent) -> None:
    def go(op: str, name: str) -> None:
        planned = agent("plan_edit", operations=[{"op": op, "scenario": name}], why="a shorter film")
        assert agent("apply_edit", id=planned["id"])["outcome"] == "applied"

    go("branch", "short")
    agent("apply_edit", id=agent("plan_edit", **_replace("Here is the end.", "The end."))["id"])
    go("switch", "main")
    assert (agent.folder / "script.md").read_text() == SCRIPT
    assert [(s["id"], s.get("state")) for s in agent("list", kind="scenarios")["items"]] == [
        ("main", "current"),
        ("short", None),
    ]
    assert "+The end." in agent("diff", id="short")["diff"]
    go("merge", "short")
    assert "The end." in (agent.folder / "script.md").read_text()
    mixed = [{"op": "switch", "scenario": "short"}, {"op": "delete", "file": "x"}]
    assert "plan it alone" in agent("plan_edit", operations=mixed, why="w")["why"]
    assert (
        "there are: main, short" in agent("plan_edit", operations=[{"op": "switch", "scenario": "x"}], why="w")["why"]
    )


# Hostile arguments

OUTSIDE = [
    "../outside.txt",
    "/etc/passwd",
    "a/../../outside.txt",
    ".git/config",
    ".lectern/changes/x.json",
    "media/x",
    "..\\x",
    "a\0b",
    ".",
]


@pytest.mark.parametrize("file", OUTSIDE)
def test_a_path_that_leads_elsewhere_is_neither_read_nor_written(agent: Agent, file: str) -> None:
    assert "not a file of the episode" in agent.error("read", file=file)
    assert "not a file of the episode" in agent.error(
        "plan_edit", operations=[{"op": "write", "file": file, "text": "x"}], why="w"
    )
    assert not (agent.folder.parent / "outside.txt").exists()


def test_a_link_is_neither_read_nor_written_through(agent: Agent) -> None:
    (agent.folder.parent / "secret.txt").write_text("secret")
    (agent.folder / "notes.txt").symlink_to("../secret.txt")
    (agent.folder / "inner").symlink_to("..")
    for file in ("notes.txt", "inner/secret.txt"):
        assert "is a link" in agent.error("read", file=file)
        assert "is a link" in agent.error("plan_edit", operations=[{"op": "write", "file": file, "text": "x"}], why="w")
    assert (agent.folder.parent / "secret.txt").read_text() == "secret"
    assert "notes.txt" not in [each["id"] for each in agent("list", kind="files")["items"]]


def test_a_film_that_is_a_link_is_not_looked_at(agent: Agent) -> None:
    (agent.folder / "renders" / "film.mp4").symlink_to("/etc/passwd")
    assert "is a link" in agent.error("see_frame", frame=0)


@pytest.mark.parametrize("content", ["é".encode("latin-1"), b"\x89PNG\r\n\x1a\n\x00\xff", "a".encode("utf-16")])
def test_a_file_that_is_no_text_is_refused(agent: Agent, content: bytes) -> None:
    (agent.folder / "odd.bin").write_bytes(content)
    assert "no text in UTF-8" in agent.error("read", file="odd.bin")


def test_a_file_or_an_argument_of_ten_megabytes_is_refused(agent: Agent) -> None:
    (agent.folder / "large.txt").write_text("a" * 10_000_000)
    assert "up to" in agent.error("read", file="large.txt")
    refused = agent.error("plan_edit", operations=[{"op": "write", "file": "a.txt", "text": "a" * 10_000_000}], why="w")
    assert "at most" in refused and len(refused) < 300


def test_arguments_that_are_unknown_or_of_another_type_are_refused_and_not_repeated(agent: Agent) -> None:
    assert "did you mean first?" in agent.error("read", frist=2)
    assert "valid integer" in agent.error("read", first="7")
    assert "did you" not in (told := agent.error("search", text="x" * 2000)) and "xxx" not in told
    assert "there is no tool" in agent.error("exec", command="ls")
    assert "op" in agent.error("plan_edit", operations=[{"op": "run", "file": "a"}], why="w")
    assert "Extra inputs" in agent.error("plan_edit", operations=[{"op": "write", "path": "a"}], why="w")


def test_what_a_file_says_cannot_steer_a_terminal_through_an_answer(agent: Agent) -> None:
    (agent.folder / "notes.txt").write_text("a\x1b]0;owned\x07b\x9b\u202ec")
    (answer,) = agent.raw(("read", {"file": "notes.txt"}))
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(answer.content[0].text)


def test_a_change_is_applied_by_its_whole_id_alone(agent: Agent) -> None:
    id = agent("plan_edit", **_replace("the end", "it"))["id"]
    assert "pattern" in agent.error("apply_edit", id=id[:4])
    assert "there is no change" in agent.error("apply_edit", id="0" * 8)


# Prompts and resources


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_needs_no_arguments_and_takes_no_unknown_ones(name: str) -> None:
    assert "{" not in prompt_text(name, {})
    argument = next(iter(PROMPTS[name].arguments))
    assert "{odd} value" in prompt_text(name, {argument: "{odd} value"})
    with pytest.raises(Exception, match="takes"):
        prompt_text(name, {"other": "x"})


def test_prompts_name_only_tools_and_resources_that_there_are() -> None:
    texts = " ".join([INSTRUCTIONS, *(prompt.text for prompt in PROMPTS.values())])
    named = {word.strip(".,;:()") for word in texts.split() if "_" in word or "://" in word}
    assert named <= {*TOOLS, *RESOURCES}


def test_the_settings_for_an_agent_start_this_very_server(agent: Agent, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mcp", str(agent.folder), "--settings"]) == 0
    settings, _, command = capsys.readouterr().out.splitlines()
    server = json.loads(settings)["mcpServers"]["lectern"]
    assert Path(server["command"]).is_file() and server["args"] == ["mcp", str(agent.folder)]
    assert command == f"claude mcp add lectern -- {server['command']} mcp {agent.folder}"
    shown = subprocess.run([server["command"], *server["args"], "--settings"], capture_output=True, text=True)
    assert shown.stdout.splitlines()[0] == settings


def test_where_there_is_no_command_of_lecterns_the_settings_say_how_to_get_one(
    agent: Agent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    found = agent_settings(agent.folder)
    assert '"command": "lectern"' in found.settings and 'pip install "lectern[mcp]"' in found.note
