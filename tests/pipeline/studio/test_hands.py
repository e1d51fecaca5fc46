"""What Playwright MCP is asked and answers becomes Lectern's steps."""

from pathlib import Path
from typing import Any

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.rehearsal.tools import step_of, tools_of
from lectern.pipeline.studio.hands import _ACTIONS, _REF, _as_answered, _meant, hands_tools

SNAPSHOT = """### Snapshot
```yaml
- generic [active] [ref=e1]:
  - textbox "Your \\"own\\" name" [ref=e3]
  - button "Go" [disabled] [ref=e4]
"""


def _named(ref: str) -> dict[str, str]:
    return {"role": "button", "name": ref}


def test_refs_are_read_with_role_and_name() -> None:
    found = {each["ref"]: (each["role"], each["name"]) for each in _REF.finditer(SNAPSHOT)}
    assert found == {"e1": ("generic", None), "e3": ("textbox", 'Your \\"own\\" name'), "e4": ("button", "Go")}


@pytest.mark.parametrize(
    ("name", "given", "meant"),
    [
        ("browser_click", {"target": "e4", "element": "Go"}, {"target": {"role": "button", "name": "e4"}}),
        ("browser_type", {"target": "e3", "text": "Mia"}, {"text": "Mia", "into": {"role": "button", "name": "e3"}}),
        ("browser_press_key", {"key": "Enter"}, {"keys": "Enter"}),
        ("browser_navigate", {"url": "https://x.example/"}, {"path": "https://x.example/"}),
        (
            "browser_select_option",
            {"target": "e5", "values": ["large"]},
            {"what": "large", "from": {"role": "button", "name": "e5"}},
        ),
    ],
)
def test_each_call_is_meant_as_a_step(name: str, given: dict[str, Any], meant: dict[str, Any]) -> None:
    assert _meant(name, given, _named) == meant
    assert step_of("browser", _ACTIONS[name], meant).action == _ACTIONS[name]


@pytest.mark.parametrize(
    "given",
    [{"target": "e", "button": "right"}, {"target": "e", "modifiers": ["Shift"]}, {"target": "e", "submit": True}],
)
def test_what_no_step_can_do_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(LecternError, match="leave it out"):
        _meant("browser_click", given, _named)


@pytest.mark.parametrize(
    ("code", "label", "role"),
    [
        ("await page.getByLabel('Name').fill('Mia');", "Name", None),
        ("await page.locator('#x').fill('Mia');", None, "textbox"),
        ("nothing that is known", None, "textbox"),
    ],
)
def test_the_locator_that_is_answered_is_the_steps_unless_it_is_a_selector(
    code: str, label: str | None, role: str | None
) -> None:
    step = step_of("browser", "type", {"text": "Mia", "into": {"role": "textbox", "name": "Name"}})
    target = _as_answered(step, code, Path()).target
    assert target and (target.label, target.role) == (label, role)


def test_only_tools_that_are_steps_are_passed_on_with_the_marks() -> None:
    class Hand:
        def tools(self) -> tuple[tuple[str, str, dict[str, Any]], ...]:
            schema = {"type": "object", "properties": {"target": {"type": "string"}}, "required": ["target"]}
            return ("browser_click", "Click", schema), ("browser_evaluate", "Run code", schema)

        def attached(self, address: str) -> Any:
            raise AssertionError

    (tool,) = hands_tools(Hand(), tools_of("browser", ("go",)))
    assert tool.name == "browser_click" and '"enum": ["go"]' in tool.parameters
