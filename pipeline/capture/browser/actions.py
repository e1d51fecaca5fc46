"""What each step of a page does, as a person would do it."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from playwright.sync_api import Download, Error, Locator

from ...base.errors import LecternError
from ...base.geometry import Box
from ...episode.targets import Target
from ..chromium import playwright_reason, retry_on_navigation
from ..keys import browser_keys
from ..secrets import secret_value
from . import questions
from .questions import answer_question, show_question
from .session import corner_of
from .step_context import (
    PATIENCE,
    BrowserStepContext,
    click_point,
    is_seen,
    page_contains,
    scroll_into_view,
    wait_for_load,
    wait_for_scroll,
    wait_until,
    wait_until_gone,
)
from .targets import matching_elements

_STATUS = {status.value: status.phrase for status in HTTPStatus}


def perform(current: BrowserStepContext) -> None:
    """Do the step."""
    if current.step.action not in _ACTIONS:
        raise LecternError(f"a browser has no such step; it has {', '.join(sorted(_ACTIONS))}")
    asked = current.session.tabs.question()
    if asked and current.step.action not in ("dialog", "press", "wait"):
        raise LecternError(f'the page asks "{asked.message}"; answer it first: "dialog: accept" or "dialog: dismiss"')
    _ACTIONS[current.step.action](current)


# Opening and going about


def _open(current: BrowserStepContext) -> None:
    """Open what the script names, and wait until it is there with its fonts."""
    session, written = current.session, current.step.value
    address = session.site.address(written)
    session.tabs.hosts.check(address)
    current.moment = current.now()
    try:
        status = session.film.visit(session.tabs.page, address)
    except Error as error:
        session.tabs.complain()
        raise LecternError(f"{written} can't be opened: {playwright_reason(error)}") from error
    session.tabs.complain()
    if status is not None and status >= 400:
        raise LecternError(f"{written} answers {status} {_STATUS.get(status, '')}".rstrip())
    wait_for_load(current)
    retry_on_navigation(lambda: session.tabs.page.evaluate("document.fonts.ready.then(() => true)"))


def _switch_tab(current: BrowserStepContext) -> None:
    current.moment = current.now()
    current.session.tabs.go_to_tab(current.step.value.strip())
    wait_for_load(current)


# Mouse


def _click(current: BrowserStepContext) -> None:
    session, step = current.session, current.step
    current.go_to()
    session.film.settle(0.12, 0.5)
    current.moment = current.now()
    for time in range(1, step.times + 1):
        session.press(step.button, time)
        session.film.wait(0.07)
        session.release(step.button, time)
        if time < step.times:
            session.film.wait(0.09)
    show_question(current)
    wait_for_load(current)


def _hover(current: BrowserStepContext) -> None:
    begun = len(current.session.pointer)
    current.go_to()
    inside = [
        p.time for p in current.session.pointer[begun:] if current.target is None or current.target.contains(p.x, p.y)
    ]
    current.moment = inside[0] if inside else current.now()


def _drag(current: BrowserStepContext) -> None:
    session = current.session
    if current.step.to is None:
        raise LecternError('a drag needs to know where "to"')
    current.go_to()
    session.film.settle(0.12, 0.5)
    current.moment = session.press()
    session.film.wait(0.1)
    begun, target = current.now(), current.target
    current.go_to(current.step.to)
    session.moving.append((begun, current.now()))
    session.film.wait(0.1)
    session.release()
    current.target = target


def _scroll(current: BrowserStepContext) -> None:
    session, value = current.session, current.step.value.strip()
    found = current.find() if current.step.target else None
    current.moment = current.now()
    if found and not value:
        retry_on_navigation(lambda: scroll_into_view(current, found, middle=True))
        current.target = session.box_of(found)
        return
    distance = _distance(current, value)
    retry_on_navigation(lambda: _scroll_by(current, found, distance))
    current.target = session.box_of(found) if found else None


def _scroll_by(current: BrowserStepContext, found: Locator | None, distance: float) -> None:
    """Scroll what is `found` (None: the page) by so many px."""
    element = found.element_handle() if found else None
    owner = (element.owner_frame() if element else None) or current.session.tabs.page.main_frame
    wait_for_scroll(current, owner, "([e, d]) => lecternPage.startScroll(e, d)", [element, distance])


def _distance(current: BrowserStepContext, value: str) -> float:
    if value in ("top", "bottom"):
        return -1e6 if value == "top" else 1e6
    try:
        return float(value) if value else 0.8 * current.session.window[1]
    except ValueError:
        ways = 'by pixels ("400", "-200"), to "top" or "bottom", or to a target'
        raise LecternError(f'it scrolls {ways}, not by "{value}"') from None


def _highlight(current: BrowserStepContext) -> None:
    found = current.find()
    retry_on_navigation(lambda: scroll_into_view(current, found))
    current.target = retry_on_navigation(lambda: _outline(current, found))
    current.moment = current.now()


def _outline(current: BrowserStepContext, found: Locator) -> Box:
    """Return where what an element says is."""
    element = found.element_handle()
    owner = element.owner_frame()
    at = (corner_of(owner) if owner and owner.parent_frame else None) or (0.0, 0.0)
    x, y, w, h = element.evaluate("e => lecternPage.outline(e)")
    return current.session.fraction(x + at[0], y + at[1], w, h)


# Keyboard and forms


def _type(current: BrowserStepContext) -> None:
    session, step = current.session, current.step
    field_ = _focus_target(current) if step.target else None
    if field_ and retry_on_navigation(lambda: field_.evaluate(_NOTHING_FOCUSED)):
        raise LecternError(
            "what the step names takes no text; name the field itself: into: {label: …} or {placeholder: …}"
        )
    text = step.value
    if step.secret:
        text = secret_value(step.secret)
        session.typed_secrets[current.placed.phase, current.placed.index] = text
        if field_:
            field_.evaluate("e => e.style.webkitTextSecurity = 'disc'")
        elif retry_on_navigation(lambda: session.tabs.page.evaluate("document.activeElement?.type")) != "password":
            raise LecternError('a secret is typed into a field that is named: "into: {label: …}"')
    current.moment = session.write(text, current.seed, step.speed)
    if step.enter:
        session.film.wait(0.3)
        current.moment = current.now()
        session.hand.key("Enter")
        show_question(current)
        wait_for_load(current)


def _focus_target(current: BrowserStepContext) -> Locator:
    """Return the step's target, with the caret in it."""
    found = current.find()
    if not retry_on_navigation(lambda: found.evaluate(_HAS_CARET)):
        _click(as_click_step(current))
        current.session.hand.key("End")
        current.session.film.settle(0.12, 0.5)
    current.target = current.session.box_of(found)
    return found


_HAS_CARET = "e => e === document.activeElement || e.contains(document.activeElement) && e !== document.body"
_NOTHING_FOCUSED = "e => [null, document.body].includes(document.activeElement) && !e.closest('canvas')"
"""Whether no field has the caret after a click on an element. (What is painted may listen to keys without one.)"""


def as_click_step(current: BrowserStepContext) -> BrowserStepContext:
    """Return the same step as a plain click on its target."""
    step = current.step.model_copy(update={"button": "left", "times": 1})
    return replace(current, placed=replace(current.placed, step=step), moment=current.now())


def _press(current: BrowserStepContext) -> None:
    session = current.session
    if current.step.target:
        _focus_target(current)
    written = current.step.value.split()
    current.moment = current.now()
    for name, key in zip(written, browser_keys(current.step.value), strict=True):
        session.note_keys(name)
        session.hand.key(key)
        session.film.wait(0.16)
    show_question(current)
    wait_for_load(current)


def _select(current: BrowserStepContext) -> None:
    found = current.go_to()
    if found is None:
        raise LecternError('it needs the list to select "from": a target')
    options = retry_on_navigation(lambda: found.evaluate("e => [...(e.options || [])].map(o => o.label)"))
    if current.step.value not in options:
        raise LecternError(f'it has no option "{current.step.value}"; its options are: {", ".join(options) or "none"}')
    current.session.film.settle(0.12, 0.5)
    current.moment = current.now()
    current.session.note_pointer(pressed=True)
    current.session.film.wait(0.07)
    found.evaluate(_SELECT, current.step.value)
    current.session.note_pointer()


_SELECT = """(e, label) => {
  e.focus();
  e.selectedIndex = [...e.options].findIndex((o) => o.label === label);
  for (const kind of ["input", "change"]) e.dispatchEvent(new Event(kind, { bubbles: true }));
}"""


def _upload(current: BrowserStepContext) -> None:
    file = current.episode / current.step.value
    found = current.go_to()
    if found is None:
        raise LecternError('it needs the field to upload "into": a target')
    current.moment = current.now()
    if retry_on_navigation(lambda: found.evaluate("e => e.tagName === 'INPUT' && e.type === 'file'")):
        return found.set_input_files(file)
    inner = found.locator("input[type=file]")
    if inner.count() == 1:
        return inner.set_input_files(file)
    with current.session.tabs.page.expect_file_chooser(timeout=questions.QUESTION_SECONDS * 1000) as chosen:
        current.session.press()
        current.session.film.wait(0.07)
        current.session.release()
    chosen.value.set_files(file)


# An IDE's terminal

_TERMINAL = Target(selector=".terminal-wrapper.active .xterm-screen, .xterm-screen")
_TERMINAL_HAS_CARET = "document.activeElement?.closest('.xterm') !== null && document.activeElement !== document.body"
_BUSY = 0.8
"""Seconds without any change after which a command has ended, or waits."""


def _run_in_terminal(current: BrowserStepContext) -> None:
    """Run a command in an IDE's terminal, which is opened first where there is none (Control+`)."""
    session, page = current.session, current.session.tabs.page
    if not _terminals(current):
        session.hand.key("Control+Backquote")
        if not wait_until(current, lambda: bool(_terminals(current)), PATIENCE):
            raise LecternError("the page has no terminal, and Control+` opens none")
        session.film.settle(_BUSY, PATIENCE)
    found = _terminals(current)[-1]
    if not retry_on_navigation(lambda: page.evaluate(_TERMINAL_HAS_CARET)):
        session.move(click_point(found, None), current.seed)
        session.press()
        session.film.wait(0.07)
        session.release()
        session.film.settle(0.2, 1.0)
    current.target = session.box_of(found)
    session.write(current.step.value, current.seed, current.step.speed)
    session.film.wait(0.3)
    current.moment = current.now()
    session.hand.key("Enter")
    session.film.settle(_BUSY, current.patience(PATIENCE))


def _terminals(current: BrowserStepContext) -> list[Locator]:
    return matching_elements(current.session.tabs.page, _TERMINAL, "exact")


# Waiting


def _wait(current: BrowserStepContext) -> None:
    wait, patience = current.step.wait, current.patience(PATIENCE)
    if wait is None or wait.prompt or wait.exit is not None:
        raise LecternError("a browser waits for text, gone, a target, an url, a download or idle")
    if wait.idle is not None:
        if not current.session.film.settle(wait.idle, patience):
            raise LecternError(f"the page did not stand still for {wait.idle:g} s within {patience:g} s")
    elif wait.target is not None:
        current.target = current.session.box_of(current.find(wait.target, patience))
    elif wait.download is not None:
        _wait_for_download(current, wait.download)
    elif wait.gone is not None:
        wait_until_gone(current, wait.gone, patience)
    elif wait.text is not None:
        _wait_for_text(current, wait.text, patience)
    elif not wait_until(current, lambda: (wait.url or "") in current.session.tabs.page.url, patience):
        raise LecternError(f'"{wait.url}" did not come within {patience:g} s')


def _wait_for_text(current: BrowserStepContext, text: str, patience: float) -> None:
    if wait_until(current, lambda: page_contains(current, text) and is_seen(current, text), patience):
        return
    if page_contains(current, text):
        raise LecternError(
            f'"{text}" is on the page, but outside the picture; write - scroll: {{text: {text}}} instead'
        )
    raise LecternError(f'"{text}" did not come within {patience:g} s')


def _wait_for_download(current: BrowserStepContext, name: str) -> None:
    downloads, patience = current.session.tabs.downloads, current.patience(PATIENCE)

    def here() -> list[Download]:
        return [download for download in downloads if name in download.suggested_filename]

    if not wait_until(current, lambda: bool(here()), patience):
        others = ", ".join(d.suggested_filename for d in downloads) or "nothing"
        raise LecternError(f'"{name}" was not downloaded within {patience:g} s; downloaded was: {others}')
    found = here()[-1]
    coming = found._loop.create_task(found._impl_obj.failure())  # its own call would wait for ever
    if not wait_until(current, coming.done, patience):
        coming.cancel()
        raise LecternError(f'"{found.suggested_filename}" was not downloaded to its end within {patience:g} s')
    if failure := coming.result():
        raise LecternError(f'"{found.suggested_filename}" was not downloaded: {failure}')


_ACTIONS: dict[str, Callable[[BrowserStepContext], None]] = {
    "open": _open, "click": _click, "type": _type, "press": _press, "select": _select, "hover": _hover, "drag": _drag,
    "scroll": _scroll, "highlight": _highlight, "wait": _wait, "tab": _switch_tab, "dialog": answer_question, "upload": _upload,
    "run": _run_in_terminal,
}  # fmt: skip
