"""What each step of a page does, as a person would do it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import Error, Frame, Locator

from ...episode.model import Step, Target
from ...errors import LecternError
from ...geometry import Box
from ..keys import browser_keys
from ..picture.dialog_art import Question, dialog_art
from ..pointer import Point
from ..secrets import secret
from ..take import PointerPoint
from .stage import Stage, corner_of
from .targets import described, find, matches

PATIENCE = 30.0
"""Seconds after which a condition that was waited for has failed."""
ASKED = 5.0
"""Seconds within which a question has to come that a step answers."""
_NETWORK = {
    "ERR_NAME_NOT_RESOLVED": "there is no such host (or no network)",
    "ERR_CONNECTION_REFUSED": "nothing answers there",
    "ERR_CONNECTION_RESET": "the connection was cut",
    "ERR_EMPTY_RESPONSE": "the server closed the connection without an answer",
    "ERR_CONNECTION_TIMED_OUT": "nothing answered in time",
    "ERR_TIMED_OUT": "nothing answered in time",
    "ERR_INTERNET_DISCONNECTED": "there is no network",
    "ERR_ADDRESS_UNREACHABLE": "it can't be reached",
    "ERR_TOO_MANY_REDIRECTS": "it leads round in a circle",
    "ERR_CERT": "its certificate can't be trusted",
    "ERR_SSL": "no secure connection could be made",
    "ERR_INVALID_URL": "that is no address",
}
_STATUS = {status.value: status.phrase for status in HTTPStatus}


@dataclass
class Doing:
    """One step under way. `moment` becomes the time at which it acts, `target` what it acts on."""

    phase: str
    index: int
    step: Step
    stage: Stage
    episode: Path
    moment: float = 0.0
    target: Box | None = None

    def __post_init__(self) -> None:
        self.moment = self.moment or self.stage.film.now()

    @property
    def seed(self) -> str:
        return f"{self.stage.request.seed}:{self.phase}:{self.index}"

    def now(self) -> float:
        return self.stage.film.now()

    def find(self, target: Target | None = None, patience: float | None = None) -> Locator:
        wanted = target or self.step.target
        if wanted is None:
            raise LecternError("it has no target; name one as a person would (role and name, label, text)")
        page, rest = self.stage.screen.page, self.stage.film.wait
        return find(page, wanted, rest=rest) if patience is None else find(page, wanted, patience, rest)

    def go_to(self, target: Target | None = None) -> Locator | None:
        """Moves the pointer onto a target, after bringing it into view; None for a mere position."""
        wanted = target or self.step.target
        if wanted and wanted.position:
            width, height = self.stage.window
            self.stage.move((wanted.position[0] * width, wanted.position[1] * height), self.seed)
            return None
        found = self.find(wanted)
        reveal(self, found)
        self.target = self.stage.box_of(found)
        self.stage.move(_spot(found, wanted), self.seed)
        return found


def perform(doing: Doing) -> None:
    """Does the step."""
    if doing.step.action not in _ACTS:
        raise LecternError(f"a browser has no such step; it has {', '.join(sorted(_ACTS))}")
    asked = doing.stage.screen.question()
    if asked and doing.step.action not in ("dialog", "press", "wait"):
        raise LecternError(f'the page asks "{asked.message}"; answer it first: "dialog: accept" or "dialog: dismiss"')
    _ACTS[doing.step.action](doing)


def until(doing: Doing, condition: Callable[[], bool], seconds: float) -> bool:
    """Waits for a condition; whether it came within `seconds`."""
    end = doing.now() + seconds
    while not condition():
        doing.stage.screen.attend()
        if doing.now() > end:
            return False
        doing.stage.film.wait(0.04)
    return True


def shows(doing: Doing, text: str) -> bool:
    """Whether the page says `text`, however it is spaced."""
    return " ".join(text.split()) in " ".join(doing.stage.page_text().split())


def reason(error: Error) -> str:
    """What Playwright says, in words for a person."""
    said = error.message.splitlines()[0]
    known = next((f"{words} ({name})" for name, words in _NETWORK.items() if name in said), "")
    return known or said


# Opening and going about


def _open(doing: Doing) -> None:
    open_page(doing, doing.step.value)


def open_page(doing: Doing, written: str) -> None:
    """Opens what the script names, and waits until it is there with its fonts."""
    stage, address = doing.stage, doing.stage.site.address(written)
    stage.screen.hosts.check(address)
    doing.moment = doing.now()
    try:
        status = stage.film.visit(stage.screen.page, address)
    except Error as error:
        stage.screen.complain()
        raise LecternError(f"{written} can't be opened: {reason(error)}") from error
    stage.screen.complain()
    if status is not None and status >= 400:
        raise LecternError(f"{written} answers {status} {_STATUS.get(status, '')}".rstrip())
    loaded(doing)
    stage.screen.page.evaluate("document.fonts.ready.then(() => true)")


def loaded(doing: Doing) -> None:
    """Waits for a page that a click or a key has gone to."""
    screen = doing.stage.screen
    screen.attend()
    if screen.asked is None:
        try:
            screen.film.loaded(screen.page)
        except Error as error:
            if not screen.page.is_closed():
                raise LecternError(f"the page does not finish loading: {reason(error)}") from error
    screen.attend()


def _tab(doing: Doing) -> None:
    doing.moment = doing.now()
    doing.stage.screen.go_to_tab(doing.step.value.strip())
    loaded(doing)


# Mouse


def _click(doing: Doing) -> None:
    stage, step = doing.stage, doing.step
    doing.go_to()
    stage.film.settle(0.12, 0.5)
    doing.moment = doing.now()
    for time in range(1, step.times + 1):
        stage.press(step.button, time)
        stage.film.wait(0.07)
        stage.release(step.button, time)
        if time < step.times:
            stage.film.wait(0.09)
    _look_for_question(doing)
    loaded(doing)


def _hover(doing: Doing) -> None:
    begun = len(doing.stage.pointer)
    doing.go_to()
    inside = [p.time for p in doing.stage.pointer[begun:] if doing.target is None or _holds(doing.target, p)]
    doing.moment = inside[0] if inside else doing.now()


def _drag(doing: Doing) -> None:
    stage = doing.stage
    if doing.step.to is None:
        raise LecternError('a drag needs to know where "to"')
    doing.go_to()
    stage.film.settle(0.12, 0.5)
    doing.moment = stage.press()
    stage.film.wait(0.1)
    begun, target = doing.now(), doing.target
    doing.go_to(doing.step.to)
    stage.moving.append((begun, doing.now()))
    stage.film.wait(0.1)
    stage.release()
    doing.target = target


def _scroll(doing: Doing) -> None:
    stage, value = doing.stage, doing.step.value.strip()
    found = doing.find() if doing.step.target else None
    doing.moment = doing.now()
    if found and not value:
        reveal(doing, found, middle=True)
        doing.target = stage.box_of(found)
        return
    frame = stage.screen.page.main_frame
    element = found.element_handle() if found else None
    owner = (element.owner_frame() if element else None) or frame
    _moved(doing, owner, "([e, d]) => lecternPage.startScroll(e, d)", [element, _distance(doing, value)])
    doing.target = stage.box_of(found) if found else None


def _distance(doing: Doing, value: str) -> float:
    if value in ("top", "bottom"):
        return -1e6 if value == "top" else 1e6
    try:
        return float(value) if value else 0.8 * doing.stage.window[1]
    except ValueError:
        ways = 'by pixels ("400", "-200"), to "top" or "bottom", or to a target'
        raise LecternError(f'it scrolls {ways}, not by "{value}"') from None


def reveal(doing: Doing, found: Locator, middle: bool = False) -> None:
    """Scrolls, as a person would, until the element is well inside the window, in every frame around it."""
    element = found.element_handle()
    while element is not None:
        owner = element.owner_frame()
        if owner is None:
            return
        if middle or not element.evaluate(_IN_VIEW):
            _moved(doing, owner, "([e, m]) => lecternPage.startReveal(e, m)", [element, middle])
        element = owner.frame_element() if owner.parent_frame else None


_IN_VIEW = """e => { const r = e.getBoundingClientRect();
  if (r.top < 0 || r.bottom > innerHeight || r.left < 0 || r.right > innerWidth) return false;
  for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
    if (p.scrollHeight <= p.clientHeight + 1 || getComputedStyle(p).overflowY === "visible") continue;
    const c = p.getBoundingClientRect();
    if (r.top < c.top - 1 || r.bottom > c.bottom + 1) return false;
  }
  return true; }"""


def _moved(doing: Doing, frame: Frame, start: str, given: list) -> None:
    """Starts a movement in a frame and waits for its end; what was seen on the way is noted."""
    stage, at = doing.stage, (0.0, 0.0)
    if frame.parent_frame:
        at = corner_of(frame) or at
    begun = doing.now()
    frame.evaluate(start, given)
    end = begun + PATIENCE
    while frame.evaluate("lecternPage.motion().busy") and doing.now() < end:
        stage.film.wait(0.03)
    samples = frame.evaluate("lecternPage.motion().samples")
    if samples:
        stage.moving.append((stage.film.moment(samples[0][0]), stage.film.moment(samples[-1][0])))
        stage.note_motion(samples, at)
        stage.film.settle(0.1, 0.6)


def _highlight(doing: Doing) -> None:
    found = doing.find()
    reveal(doing, found)
    element = found.element_handle()
    assert element is not None
    owner = element.owner_frame()
    at = (corner_of(owner) if owner and owner.parent_frame else None) or (0.0, 0.0)
    x, y, w, h = element.evaluate("e => lecternPage.outline(e)")
    doing.target = doing.stage.fraction(x + at[0], y + at[1], w, h)
    doing.moment = doing.now()


# Keyboard and forms


def _type(doing: Doing) -> None:
    stage, step = doing.stage, doing.step
    field_ = _focused(doing) if step.target else None
    text = step.value
    if step.secret:
        text = secret(step.secret)
        stage.secrets.append(text)
        if field_:
            field_.evaluate("e => e.style.webkitTextSecurity = 'disc'")
        elif stage.screen.page.evaluate("document.activeElement?.type") != "password":
            raise LecternError('a secret is typed into a field that is named: "into: {label: …}"')
    doing.moment = stage.write(text, doing.seed)
    if step.enter:
        stage.film.wait(0.3)
        stage.hand.key("Enter")
        _look_for_question(doing)
        loaded(doing)


def _focused(doing: Doing) -> Locator:
    """The step's target, with the caret in it."""
    found = doing.find()
    if not found.evaluate("e => e === document.activeElement || e.contains(document.activeElement) && e !== document.body"):
        _click(replace_step(doing))
        doing.stage.hand.key("End")
        doing.stage.film.settle(0.12, 0.5)
    doing.target = doing.stage.box_of(found)
    return found


def replace_step(doing: Doing) -> Doing:
    """The same step as a plain click on its target."""
    return replace(doing, step=doing.step.model_copy(update={"button": "left", "times": 1}), moment=doing.now())


def _press(doing: Doing) -> None:
    stage = doing.stage
    if doing.step.target:
        _focused(doing)
    written = doing.step.value.split()
    doing.moment = doing.now()
    for name, key in zip(written, browser_keys(doing.step.value), strict=True):
        stage.note_keys(name)
        stage.hand.key(key)
        stage.film.wait(0.16)
    _look_for_question(doing)
    loaded(doing)


def _select(doing: Doing) -> None:
    found = doing.go_to()
    if found is None:
        raise LecternError('it needs the list to select "from": a target')
    options = found.evaluate("e => [...(e.options || [])].map(o => o.label)")
    if doing.step.value not in options:
        raise LecternError(f'it has no option "{doing.step.value}"; its options are: {", ".join(options) or "none"}')
    doing.stage.film.settle(0.12, 0.5)
    doing.moment = doing.now()
    doing.stage.note_pointer(pressed=True)
    doing.stage.film.wait(0.07)
    found.evaluate(_SELECT, doing.step.value)
    doing.stage.note_pointer()


_SELECT = """(e, label) => {
  e.focus();
  e.selectedIndex = [...e.options].findIndex((o) => o.label === label);
  for (const kind of ["input", "change"]) e.dispatchEvent(new Event(kind, { bubbles: true }));
}"""


def _upload(doing: Doing) -> None:
    file = doing.episode / doing.step.value
    found = doing.go_to()
    if found is None:
        raise LecternError('it needs the field to upload "into": a target')
    doing.moment = doing.now()
    if found.evaluate("e => e.tagName === 'INPUT' && e.type === 'file'"):
        return found.set_input_files(file)
    inner = found.locator("input[type=file]")
    if inner.count() == 1:
        return inner.set_input_files(file)
    with doing.stage.screen.page.expect_file_chooser(timeout=ASKED * 1000) as chosen:
        doing.stage.press()
        doing.stage.film.wait(0.07)
        doing.stage.release()
    chosen.value.set_files(file)


# Questions


def _look_for_question(doing: Doing) -> None:
    """Draws what the page asks, if it does."""
    doing.stage.film.wait(0.02)
    question = doing.stage.screen.question()
    if question:
        _draw(doing, question)


def _draw(doing: Doing, question: Question) -> None:
    stage = doing.stage
    stage.art = dialog_art(question, stage.screen.window.size, dict(stage.request.colours))
    stage.film.cover(stage.art.picture)
    stage.note_text(doing.now())


def _dialog(doing: Doing) -> None:
    stage, screen, step = doing.stage, doing.stage.screen, doing.step
    if not until(doing, lambda: screen.asked is not None, ASKED):
        raise LecternError("the page asks nothing now")
    question = screen.question()
    assert question is not None
    if stage.art is None:
        _draw(doing, question)
    answer = step.text or None
    if question.kind == "prompt" and answer is not None:
        _answered(doing, question, answer)
    assert stage.art is not None
    box = stage.art.accept if step.value == "accept" else stage.art.dismiss
    width, height = stage.window
    stage.film.wait(0.35)
    stage.move((box.centre[0] * width, box.centre[1] * height), doing.seed)
    stage.film.wait(0.12)
    stage.note_pointer(pressed=True)
    doing.moment = doing.now()
    stage.film.wait(0.09)
    stage.note_pointer()
    screen.answer(step.value == "accept", answer)
    stage.film.cover(None)
    doing.target, stage.art = box, None
    stage.film.wait(0.05)
    _look_for_question(doing)
    loaded(doing)


def _answered(doing: Doing, question: Question, answer: str) -> None:
    """Types into a prompt, whose own answer is selected at first and goes with the first key."""
    typed = ""

    def key(char: str) -> None:
        nonlocal typed
        typed += char
        _draw(doing, replace(question, answer=typed))

    doing.stage.film.wait(0.3)
    doing.stage.write(answer, doing.seed, key)


# Waiting


def _wait(doing: Doing) -> None:
    wait = doing.step.wait
    if wait is None or wait.prompt or wait.exit is not None:
        raise LecternError("a browser waits for text, gone, a target, an url, a download or idle")
    if wait.idle is not None:
        doing.stage.film.settle(wait.idle, PATIENCE)
    elif wait.target is not None:
        doing.target = doing.stage.box_of(doing.find(wait.target, PATIENCE))
    elif wait.download is not None:
        _wait_for_download(doing, wait.download)
    elif wait.gone is not None:
        if not until(doing, lambda: not shows(doing, wait.gone or ""), PATIENCE):
            raise LecternError(f'"{wait.gone}" was still there after {PATIENCE:g} s')
    elif not until(doing, lambda: wait.url in doing.stage.screen.page.url if wait.url else shows(doing, wait.text or ""), PATIENCE):
        raise LecternError(f'"{wait.url or wait.text}" did not come within {PATIENCE:g} s')


def _wait_for_download(doing: Doing, name: str) -> None:
    downloads = doing.stage.screen.downloads

    def here() -> list:
        return [download for download in downloads if name in download.suggested_filename]

    if not until(doing, lambda: bool(here()), PATIENCE):
        others = ", ".join(d.suggested_filename for d in downloads) or "nothing"
        raise LecternError(f'"{name}" was not downloaded within {PATIENCE:g} s; downloaded was: {others}')
    if failure := here()[-1].failure():
        raise LecternError(f'"{here()[-1].suggested_filename}" was not downloaded: {failure}')


# The terminal of an IDE


_TERMINAL = Target(selector=".terminal-wrapper.active .xterm-screen, .xterm-screen")
_BUSY = 0.8
"""Seconds without any change after which a command has ended, or waits."""


def _run(doing: Doing) -> None:
    """A command in an IDE's terminal, which is opened where none is (Control+`)."""
    stage, page = doing.stage, doing.stage.screen.page
    if not _terminals(doing):
        stage.hand.key("Control+Backquote")
        if not until(doing, lambda: bool(_terminals(doing)), PATIENCE):
            raise LecternError("the page has no terminal, and Control+` opens none")
        stage.film.settle(_BUSY, PATIENCE)
    found = _terminals(doing)[-1]
    if not page.evaluate("document.activeElement?.closest('.xterm') !== null && document.activeElement !== document.body"):
        stage.move(_spot(found, None), doing.seed)
        stage.press(), stage.film.wait(0.07), stage.release()
        stage.film.settle(0.2, 1.0)
    doing.target = stage.box_of(found)
    doing.moment = stage.write(doing.step.value, doing.seed)
    stage.film.wait(0.3)
    stage.hand.key("Enter")
    stage.film.settle(_BUSY, PATIENCE)


def _terminals(doing: Doing) -> list[Locator]:
    return matches(doing.stage.screen.page, _TERMINAL, True)


_ACTS: dict[str, Callable[[Doing], None]] = {
    "open": _open, "click": _click, "type": _type, "press": _press, "select": _select, "hover": _hover, "drag": _drag,
    "scroll": _scroll, "highlight": _highlight, "wait": _wait, "tab": _tab, "dialog": _dialog, "upload": _upload,
    "run": _run,
}  # fmt: skip


def _spot(found: Locator, target: Target | None) -> Point:
    """Where a person would click: near the middle, towards the start of something wide."""
    box = found.bounding_box()
    if box is None:
        raise LecternError(f"{described(target) if target else 'it'} has no place on the page")
    return box["x"] + min(box["width"] * 0.5, 120.0), box["y"] + box["height"] * 0.55


def _holds(box: Box, point: PointerPoint) -> bool:
    return box.x <= point.x <= box.right and box.y <= point.y <= box.bottom
