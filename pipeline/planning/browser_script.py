"""Plan an episode from a recorded browser: a script of Playwright's (Python, JavaScript, TypeScript), or a trace (.zip)."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..base.errors import LecternError
from .model import PlannedBlock, PlannedEpisode, Refusal, ScenePlan
from .narration import marked
from .playwright_code import STRING, statements

_ACTION = re.compile(
    r"\.(click|dblclick|fill|type|press|press_sequentially|pressSequentially|check|uncheck|hover|select_option|selectOption|set_input_files|setInputFiles)\("
)
_GOTO = re.compile(rf"\.goto\(\s*{STRING}")
_URL = re.compile(rf"\.(?:to_have_url|toHaveURL|wait_for_url|waitForURL)\(\s*{STRING}")
_KEYBOARD = re.compile(rf"\.keyboard\.(?P<what>press|type|insertText|insert_text)\(\s*{STRING}")
_WHEEL = re.compile(r"\.mouse\.wheel\(\s*(?:delta_x=)?-?[\d.]+\s*,\s*(?:delta_y=)?(?P<pixels>-?\d+)")
_AWAITED = re.compile(rf"\.(?:wait_for_selector|waitForSelector)\(\s*{STRING}")
_RIGHT = re.compile(r"\bbutton\s*[=:]\s*['\"]right['\"]")
_WHERE = "it is below a baseURL that the script does not name; write open: with the whole address"
_NO_STEP = "a capture has no step like that"
_SEES = re.compile(r"\.(to_be_visible|toBeVisible|to_contain_text|toContainText|to_have_text|toHaveText)\(")
_LOCATOR = re.compile(
    r"\.(get_by_role|getByRole|get_by_text|getByText|get_by_label|getByLabel|get_by_placeholder|getByPlaceholder|get_by_test_id|getByTestId|get_by_title|getByTitle|get_by_alt_text|getByAltText|locator)\("
)
_NAME = re.compile(rf"\bname\s*[=:]\s*{STRING}")
_FRAME = re.compile(r"""iframe\[name=\\?['"]?(?P<text>[\w-]+)""")
_SECRET = re.compile(r"pass(?:word|wort|code|phrase)|mot de passe|contraseña|senha|token|secret|\bpin\b", re.IGNORECASE)
_NTH = re.compile(r"\.nth\((\d+)\)|\.(first|last)\b")
_INTERNAL = re.compile(r"""internal:(?P<kind>role|text|label|attr|testid)=(?P<rest>.*)""")
_KINDS = {"get_by_role": "role", "get_by_text": "text", "get_by_label": "label", "get_by_placeholder": "placeholder",
          "get_by_test_id": "data-testid", "get_by_title": "title", "get_by_alt_text": "alt", "locator": "selector"}  # fmt: skip
MOST_STEPS, LARGEST_TRACE = 8, 50_000_000


class _BrowserStep(NamedTuple):
    """A step of a browser capture, and what is said with it."""

    values: dict[str, Any]
    said: str


def plan_browser_script(text: str, title: str) -> PlannedEpisode:
    """Return an episode that does in a browser what a script does; what it can't do is refused by line."""
    steps, refused = list[_BrowserStep](), list[Refusal]()
    for number, written in statements(text):
        if written.startswith(("def ", "test(", "async ")):
            continue
        step = _step(written)
        if step and "open" in step.values and not re.match(r"[a-z]+:", step.values["open"]):
            refused.append(Refusal(line=number, text=written[:80], why=_WHERE))
        elif step:
            steps.append(step)
        elif not re.search(
            r"\.(close|set_default\w*|setDefault\w*|wait_for_timeout|waitForTimeout|wait_for_load_state|waitForLoadState|new_page|newPage)\(|^page\s*=",
            written,
        ):
            refused.append(Refusal(line=number, text=written[:80], why=_NO_STEP))
    return _episode(steps, refused, title)


def recorded_step(line: str) -> dict[str, Any] | None:
    """Return the step that a line of Playwright's code is, as a script has it; None if it is none."""
    found = _step(line)
    return dict(found.values) if found else None


def plan_trace(content: bytes, title: str) -> PlannedEpisode:
    """Return an episode that does what was traced. Raises LecternError for what is no trace of Playwright's."""
    steps, refused = list[_BrowserStep](), list[Refusal]()
    for number, event in enumerate(_events(content), 1):
        if event.get("type") != "before" or event.get("class") not in ("Frame", "Page", "ElementHandle"):
            continue
        method, params = str(event.get("method", "")), event.get("params") or {}
        step = _traced(method, params)
        if step:
            steps.append(step)
        elif method in (
            "click",
            "dblclick",
            "fill",
            "type",
            "press",
            "check",
            "uncheck",
            "hover",
            "selectOption",
            "setInputFiles",
            "dragAndDrop",
            "tap",
        ):
            refused.append(
                Refusal(
                    line=number,
                    text=f"{method} {params.get('selector', '')}"[:80],
                    why=_NO_STEP,
                )
            )
    return _episode(steps, refused, title)


def _episode(steps: list[_BrowserStep], refused: list[Refusal], title: str) -> PlannedEpisode:
    count = -(-len(steps) // MOST_STEPS)
    scenes = []
    for number in range(count):
        piece = steps[number * len(steps) // count : (number + 1) * len(steps) // count]
        paragraphs, written = list[str](), list[dict[str, Any]]()
        for index, step in enumerate(piece):
            mark = f"step{index + 1}"
            if step.said:
                paragraphs.append(marked(step.said, mark))
            written.append({**step.values, **({"at": mark} if step.said and not (number == 0 and index == 0) else {})})
        if number == 0 and paragraphs and piece[0].said:
            paragraphs[0] = piece[0].said
        values = {"kind": "browser", **({"continue": True} if number else {}), "steps": written}
        name = title if count == 1 else f"{title}, part {number + 1}"
        scenes.append(
            ScenePlan(title=name, paragraphs=tuple(paragraphs), blocks=(PlannedBlock(name="capture", values=values),))
        )
    return PlannedEpisode(title=title, scenes=tuple(scenes), taken=len(steps), refused=tuple(refused))


# Scripts


def _step(line: str) -> _BrowserStep | None:
    if found := _GOTO.search(line):
        return _opened(_unescaped(found["text"]))
    if found := _URL.search(line):
        return _BrowserStep({"wait": {"url": _unescaped(found["text"])}}, "")
    if "expect(" in line:
        return _seen(line)
    if found := _KEYBOARD.search(line):
        text = _unescaped(found["text"])
        return _acted("press", None, text) if found["what"] == "press" else _acted("type", None, text)
    if found := _WHEEL.search(line):
        return _BrowserStep({"scroll": int(found["pixels"])}, "Scroll.")
    if found := _AWAITED.search(line):
        target = _selector(_unescaped(found["text"]))
        return _BrowserStep({"wait": {"text": target} if isinstance(target, str) else {"target": target}}, "")
    found = next(iter(reversed(list(_ACTION.finditer(line)))), None)
    if not found:
        return None
    target, rest = _target(line[: found.start()]), line[found.end() :]
    argument = re.match(rf"\s*\[?\s*{STRING}", rest)
    if (
        target is None and argument and re.search(r"\bpage\w*$|\bframe\w*$", line[: found.start()])
    ):  # page.click("#save")
        target, rest = _selector(_unescaped(argument["text"])), rest[argument.end() :].lstrip().removeprefix(",")
        argument = re.match(rf"\s*\[?\s*(?:\{{\s*(?:label|value)\s*:\s*)?{STRING}", rest)
    step = _acted(found[1], target, _unescaped(argument["text"]) if argument else "") if target is not None else None
    if step and "click" in step.values and _RIGHT.search(rest):
        return _BrowserStep({**step.values, "button": "right"}, step.said)
    return step


def _selector(written: str) -> Any:
    """Return the target that a selector of a page's own functions names."""
    return written.removeprefix("text=").strip("\"'") if written.startswith("text=") else {"selector": written}


def _seen(line: str) -> _BrowserStep | None:
    found = _SEES.search(line)
    if not found:
        return None
    argument = re.match(rf"\s*{STRING}", line[found.end() :])
    target = _target(line[: found.start()])
    if argument:
        return _BrowserStep({"wait": {"text": _unescaped(argument["text"])}}, "")
    return (
        _BrowserStep({"wait": {"text": target}} if isinstance(target, str) else {"wait": {"target": target}}, "")
        if target
        else None
    )


def _target(chain: str) -> Any:
    """Return the target that the last locator of a chain names; None if it is of no kind that steps have."""
    found = next(iter(reversed(list(_LOCATOR.finditer(chain)))), None)
    if not found:
        return None
    kind = _KINDS[re.sub(r"(?<!^)(?=[A-Z])", "_", found[1]).lower()]
    rest = chain[found.end() :]
    argument = re.match(rf"\s*{STRING}", rest)
    if not argument:
        return None
    name = _NAME.search(rest)
    nth = _NTH.search(rest)
    if nth and nth[2] == "last":
        return None
    number = int(nth[1]) + 1 if nth and nth[1] else 1 if nth else 0
    target = _named(kind, _unescaped(argument["text"]), _unescaped(name["text"]) if name else "", number)
    frame = _FRAME.search(chain[: found.start()])
    if frame is None:
        return target
    return {**(target if isinstance(target, dict) else {"text": target}), "frame": _unescaped(frame["text"])}


def _named(kind: str, text: str, name: str, nth: int) -> Any:
    if kind == "text":
        target: Any = {"text": text} if nth else text
    elif kind == "role":
        target = {"role": text, **({"name": name} if name else {})}
    elif kind in ("label", "placeholder", "selector"):
        target = {kind: text}
    else:
        target = {"selector": f'[{kind}="{text}"]'}
    return {**target, "nth": nth} if nth and isinstance(target, dict) else target


def _acted(action: str, target: Any, text: str) -> _BrowserStep | None:
    """Return the step of an action on a target, with the text that it was given."""
    action = action.lower().replace("_", "")
    into = {"into": target} if target is not None else {}
    match action:
        case "dblclick":
            return _BrowserStep({"click": target, "times": 2}, f"Click {_shown(target)} twice.")
        case "click" | "check" | "uncheck":
            return _BrowserStep({"click": target}, f"Click {_shown(target)}.")
        case "hover":
            return _BrowserStep({"hover": target}, f"Point at {_shown(target)}.")
        case "fill" | "type" | "presssequentially" if text:
            said = "Type it." if _SECRET.search(str(_shown(target))) else f"Type `{text}`.".replace("``", "`")
            return _BrowserStep({"type": text, **into}, said)
        case "press" if text:
            return _BrowserStep({"press": text}, f"Press {text.replace('+', ' and ')}.")
        case "selectoption" if text:
            return _BrowserStep({"select": text, "from": target}, f"Choose `{text}`.")
        case _:
            return None


def _opened(address: str) -> _BrowserStep:
    return _BrowserStep({"open": address}, "This is the page.")


def _shown(target: Any) -> str:
    if target is None:
        return "here"
    name = (
        target
        if isinstance(target, str)
        else target.get("name") or target.get("label") or target.get("placeholder") or target.get("text")
    )
    return f"`{name}`" if name else "here"


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


# Traces


def _events(content: bytes) -> Iterator[dict[str, Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [
                info
                for info in archive.infolist()
                if info.filename.endswith("trace.trace") or re.fullmatch(r"\d+-trace\.trace|test\.trace", info.filename)
            ]
            if not names:
                raise LecternError("it is no trace of Playwright's: it has no trace.trace")
            if sum(info.file_size for info in names) > LARGEST_TRACE:
                raise LecternError(f"the trace has more than {LARGEST_TRACE // 1_000_000} MB")
            lines = [line for info in names for line in archive.read(info).decode("utf-8", "replace").splitlines()]
    except zipfile.BadZipFile as error:
        raise LecternError(f"it is no zip file that can be read ({error})") from error
    for line in lines:
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            yield event


def _traced(method: str, params: dict[str, Any]) -> _BrowserStep | None:
    if method == "goto":
        return _opened(str(params.get("url", "")))
    text = params.get("value") or params.get("text") or params.get("key") or ""
    if options := params.get("options"):
        first = options[0] if isinstance(options, list) and options else {}
        text = (
            first.get("label") or first.get("value") or first.get("valueOrLabel") or ""
            if isinstance(first, dict)
            else ""
        )
    return _acted(method, _selected(str(params.get("selector", ""))), str(text))


def _selected(selector: str) -> Any:
    """Return the target that a selector of Playwright's own names; None if it is of no kind that steps have."""
    *_, last = selector.split(" >> ")
    nth = 0
    if (found := re.fullmatch(r"nth=(\d+)", last)) and " >> " in selector:
        nth, last = int(found[1]) + 1, selector.split(" >> ")[-2]
    internal = _INTERNAL.fullmatch(last)
    if not internal:
        return _named("selector", last, "", nth) if last and "=" not in last.split("[")[0] else None
    rest = internal["rest"]
    quoted = re.search(r'"((?:\\.|[^"\\])*)"', rest)
    text = _unescaped(quoted[1]) if quoted else ""
    match internal["kind"]:
        case "role":
            role = re.match(r"\w+", rest)
            return _named("role", role[0], text if "name=" in rest else "", nth) if role else None
        case "attr":
            name = re.match(r"\[([\w-]+)=", rest)
            return _named(
                "placeholder" if name and name[1] == "placeholder" else (name[1] if name else "title"), text, "", nth
            )
        case "testid":
            return _named("data-testid", text, "", nth)
        case kind:
            return _named(kind, text, "", nth)
