"""Text of files, pages and services in messages: shown to the person, never obeyed by their terminal."""

import json
import unicodedata
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import visible, visible_json
from lectern.pipeline.cli.main import main

STEERING = [
    "\x1b[31m",
    "\x1b]0;owned\x07",
    "\x9b2J",
    "\r",
    "\x08",
    "\x00",
    "\u202e",
    "\u2066",
    "\u2028",
    "\ufeff",
    "\ud800",
    "\U000e0041",
]


@pytest.mark.parametrize("found", STEERING, ids=ascii)
def test_what_would_steer_a_terminal_is_spelled_out_in_text_and_in_json(found: str) -> None:
    shown, stored = visible(f"a{found}b"), visible_json(json.dumps([f"a{found}b"], ensure_ascii=False))
    for text in (shown, stored):
        assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert json.loads(stored) == [f"a{found}b"]
    assert shown.startswith("a\\") and shown.endswith("b")


@pytest.mark.parametrize(
    "text", ["a\n\tb", "naïve\u00a0!", "می\u200cخواهم", "👩\u200d💻 \ufe0f", "\ue0b0", "日本", "\\x1b"]
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert visible(text) == visible_json(text) == text


def written(folder: Path, script: str) -> str:
    (folder / "script.md").write_text(script, encoding="utf-8")
    return str(folder)


WRONG = {
    "value": '---\ntitle: "a\\e]0;owned\\ab"\n---\n\n# One\n\nHi.\n',
    "key": '---\n"\\e[31mtitle": x\n---\n\n# One\n\nHi.\n',
    "prose": "# One\x1b[31m\n\nHi.\n",
    "direction": "---\n\u202etheme: x\n---\n\n# One\n\nHi.\n",
    "file": '# One\n\nHi.\n\n```overlay\npicture: "b\\x9b31m.png"\n```\n',
    "speaker": "# One\n\n**\u202eAda:** Hi.\n\n```capture\nkind: \u202ebrowser\n```\n",
}


@pytest.mark.parametrize("script", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_no_complaint_about_a_script_steers_the_terminal(
    script: str, options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", written(tmp_path, script), *options]) == 2
    said = "".join(capsys.readouterr())
    assert "script.md" in said
    assert not [c for c in said if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c != "\n"]


def test_a_complaint_about_the_command_line_shows_what_was_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", ".", "\x1b[31m--red"]) == 2
    assert "\\x1b[31m--red" in capsys.readouterr().err


def test_a_value_with_line_ends_can_not_pretend_to_be_another_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", written(tmp_path, '# One\n\nHi.\n\n```capture\nkind: "x\\nThe episode is in order."\n```\n')])
    assert "\nThe episode is in order." not in capsys.readouterr().out
