"""What each step of a page does, as a person would do it."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from playwright.sync_api import Error, Locator

from ...errors import LecternError
from ...geometry import Box
from ..keys import browser_keys
from ..secrets import secret
from ..take import PointerPoint
from . import questions
from .doing import PATIENCE, Doing, loaded, reason, reveal, scrolled, shows, until
from .questions import answer, look_for_question
from .stage import corner_of
from .terminal import run

_STATUS = {status.value: status.phrase for status in HTTPStatus}


def perform(doing: Doing) -> None:
    """Does the step."""
    if doing.step.action not in _ACTS:
        raise LecternError(f"a browser has no such step; it has {', '.join(sorted(_ACTS))}")
    asked = doing.stage.screen.question()
    if asked and doing.step.action not in ("dialog", "press", "wait"):
        raise LecternError(f'the page asks "{asked.message}"; answer it first: "dialog: accept" or "dialog: dismiss"')
    _ACTS[doing.step.action](doing)


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
    look_for_question(doing)
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
    scrolled(doing, owner, "([e, d]) => lecternPage.startScroll(e, d)", [element, _distance(doing, value)])
    doing.target = stage.box_of(found) if found else None


def _distance(doing: Doing, value: str) -> float:
    if value in ("top", "bottom"):
        return -1e6 if value == "top" else 1e6
    try:
        return float(value) if value else 0.8 * doing.stage.window[1]
    except ValueError:
        ways = 'by pixels ("400", "-200"), to "top" or "bottom", or to a target'
        raise LecternError(f'it scrolls {ways}, not by "{value}"') from None


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
    if field_ and field_.evaluate(_TYPED_INTO_NOTHING):
        raise LecternError("what the step names takes no text; name the field itself: into: {label: …} or {placeholder: …}")
    text = step.value
    if step.secret:
        text = secret(step.secret)
        stage.secrets[doing.phase, doing.index] = text
        if field_:
            field_.evaluate("e => e.style.webkitTextSecurity = 'disc'")
        elif stage.screen.page.evaluate("document.activeElement?.type") != "password":
            raise LecternError('a secret is typed into a field that is named: "into: {label: …}"')
    doing.moment = stage.write(text, doing.seed)
    if step.enter:
        stage.film.wait(0.3)
        stage.hand.key("Enter")
        look_for_question(doing)
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


_TYPED_INTO_NOTHING = "e => [null, document.body].includes(document.activeElement) && !e.closest('canvas')"
"""Whether no field has the caret after a click on an element. (What is painted may listen to keys without one.)"""


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
    look_for_question(doing)
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
    with doing.stage.screen.page.expect_file_chooser(timeout=questions.ASKED * 1000) as chosen:
        doing.stage.press()
        doing.stage.film.wait(0.07)
        doing.stage.release()
    chosen.value.set_files(file)


# Waiting


def _wait(doing: Doing) -> None:
    wait = doing.step.wait
    if wait is None or wait.prompt or wait.exit is not None:
        raise LecternError("a browser waits for text, gone, a target, an url, a download or idle")
    if wait.idle is not None:
        if not doing.stage.film.settle(wait.idle, PATIENCE):
            raise LecternError(f"the page did not stand still for {wait.idle:g} s within {PATIENCE:g} s")
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
    found = here()[-1]
    coming = found._loop.create_task(found._impl_obj.failure())  # type: ignore[attr-defined]  # its own call would wait for ever
    if not until(doing, coming.done, PATIENCE):
        coming.cancel()
        raise LecternError(f'"{found.suggested_filename}" was not downloaded to its end within {PATIENCE:g} s')
    if failure := coming.result():
        raise LecternError(f'"{found.suggested_filename}" was not downloaded: {failure}')


_ACTS: dict[str, Callable[[Doing], None]] = {
    "open": _open, "click": _click, "type": _type, "press": _press, "select": _select, "hover": _hover, "drag": _drag,
    "scroll": _scroll, "highlight": _highlight, "wait": _wait, "tab": _tab, "dialog": answer, "upload": _upload,
    "run": run,
}  # fmt: skip


def _holds(box: Box, point: PointerPoint) -> bool:
    return box.x <= point.x <= box.right and box.y <= point.y <= box.bottom
