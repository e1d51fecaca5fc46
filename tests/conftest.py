"""Which tests need what, and how they share the workers of pytest-xdist.

A worker gets one file after the other, so that what a file shares is made once. What is filmed while it happens counts as
one file, so that no two films are recorded beside each other, and so does what logs what happens, whose pictures are drawn
afterwards. Both have right of way: the other workers are nicer, and use the processor while these wait. What takes long
comes first, so that the many short files fill the workers evenly at the end.
"""

import functools
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling
from xdist.workermanage import WorkerController

if TYPE_CHECKING:
    from support.browser_driver import SharedDriver

HERE = Path(__file__).parent
MEDIA = (
    "avatar/live/", "avatar/test_drawing", "avatar/test_narrator_recipe", "base/test_picture", "capture/test_camera_files",
    "capture/test_footage", "capture/test_material", "capture/test_patches", "cli/test_cast_commands",
    "quality/test_captions_in_films", "quality/test_measuring", "sound/", "studio/test_characters", "studio/test_cloned_voices",
    "studio/test_damaged_pictures", "studio/test_doctor", "studio/test_thumbnails", "voice/test_align", "voice/test_own_ear",
    "voice/test_retakes", "voice/test_speech", "voice/test_voice_faults", "voice/test_voice_sample",
)  # fmt: skip
"""The beginnings of paths in `pipeline/` whose tests make sound, pictures or clips and measure them: half of all the time."""
MARKS = {"blender/": "blender", **{f"pipeline/{start}": "media" for start in MEDIA}}
"""The beginnings of paths, and the mark of all tests below them."""
UNITS = {
    "e2e/test_capture_editor": "logged", "e2e/test_capture_terminal": "logged",
    "e2e/test_capture": "filmed", "e2e/test_rehears": "filmed", "e2e/test_real_blender": "real Blender",
}  # fmt: skip
"""The beginnings of paths, and what the files below them are together: one worker runs them."""
TURNS = (
    "e2e/test_capture", "e2e/test_rehears", "e2e/test_kills", "e2e/test_film", "e2e/test_dialogue",
    "e2e/", "blender/", "e2e/test_real_blender", "",
)  # fmt: skip
"""The beginnings of paths, in the order in which their tests have their turn: of two, the longer one counts.

Of those with the same turn, what makes sound and pictures comes first: the last file must not keep one worker busy for long.

The real Blender comes late, because it may have to be installed first.
"""
RIGHT_OF_WAY, GIVING_WAY = ("filmed", "logged"), 10
"""The units that need the processor at once, and how much nicer all others are: they get a tenth of a core that both want."""
BYTECODE = HERE.parent / "build/bytecode"

# The processes that tests start import Lectern hundreds of times: its byte-code is kept, but not between the sources.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
sys.pycache_prefix = os.environ.setdefault("PYTHONPYCACHEPREFIX", str(BYTECODE))
# So is that of Playwright's driver, which starts with every browser.
os.environ.setdefault("NODE_COMPILE_CACHE", str(BYTECODE.with_name("driver")))


# Films of tests are listened to where that is what is tested: the ear takes three seconds to load.
os.environ["LECTERN_EAR"] = "off"
# They speak with eSpeak NG where the voice is not what is tested: a neural voice takes a second to load.
os.environ["LECTERN_FALLBACK_VOICES"] = "always"


def pytest_configure(config: pytest.Config) -> None:
    """Keep the profile of whoever runs the tests out of them."""
    profile = tempfile.mkdtemp(prefix="lectern-tests-")
    os.environ["LECTERN_CONFIG_HOME"] = profile
    os.environ.pop("LECTERN_STATE_HOME", None)
    config.add_cleanup(lambda: shutil.rmtree(profile, ignore_errors=True))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without looking for garbage: thousands of objects are made, and they all stay to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if mark := _below(MARKS, _place(item.path)):
            item.add_marker(mark)
    items.sort(key=lambda item: _turn(_place(item.path)))


@pytest.fixture(scope="session")
def _one_driver() -> Iterator["SharedDriver"]:
    """Let all that this process records use one driver of Playwright's. What builds record, in workers, has its own."""
    from support.browser_driver import SharedDriver  # only for those: it costs a moment

    from lectern.pipeline.capture import chromium
    from lectern.pipeline.capture.browser import lockstep, session

    driver = SharedDriver()
    with pytest.MonkeyPatch.context() as patch:
        for module in (chromium, session, lockstep):
            patch.setattr(module, "sync_playwright", driver.use)
        yield driver
    driver.stop()


@pytest.fixture(scope="module", autouse=True)
def _cheap_recordings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give files that are marked as needing a browser one driver, and one Chromium for screens that are only drawn in it.

    And nothing of theirs is recorded a second time because a busy machine has dropped frames of the first.
    """
    if not request.node.get_closest_marker("browser"):
        yield
        return
    from lectern.pipeline.capture import recorder
    from lectern.pipeline.capture.desktop import remote_desktop
    from lectern.pipeline.capture.editor import screen as editor
    from lectern.pipeline.capture.terminal import import_cast, screen as terminal

    driver = request.getfixturevalue("_one_driver")
    with pytest.MonkeyPatch.context() as patch:
        for module in (editor, terminal, import_cast, remote_desktop):
            patch.setattr(module, "chromium", driver.chromium)
        patch.setattr(recorder, "MAX_DROPPED", 1.0)
        yield
    driver.close_browser()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give way to recordings, from the first test on that is none. (Nobody can become less nice again, so those come first.)"""
    if "PYTEST_XDIST_WORKER" in os.environ and _below(UNITS, _place(item.path)) not in RIGHT_OF_WAY:
        _give_way()


@functools.cache
def _give_way() -> None:
    if hasattr(os, "nice"):
        os.nice(GIVING_WAY)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    config.option.loadscopereorder = False
    return _FileScheduling(config, log)


class _FileScheduling(LoadScopeScheduling):
    """Deals out files in their order. (xdist's own `loadgroup` changes node ids, which pytest 9.2 no longer allows.)"""

    def remove_node(self, node: WorkerController) -> str | None:
        """Go on behind the test of which a worker has died. (xdist would run that again, and again.)"""
        left = [(unit, test) for unit in self.assigned_work[node].values() for test, done in unit.items() if not done]
        for unit, test in left[:1]:
            unit[test] = True
        super().remove_node(node)
        return left[0][1] if left else None

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0].removeprefix("tests/")
        return _below(UNITS, path) or path


def _below(starts: dict[str, str], path: str) -> str | None:
    return next((value for start, value in starts.items() if path.startswith(start)), None)


@functools.cache
def _place(file: Path) -> str:
    return file.relative_to(HERE).as_posix()


@functools.cache
def _turn(path: str) -> tuple[int, bool]:
    """Return the place of a path in `TURNS`, and whether it comes behind those beside it that take long."""
    start = max((start for start in TURNS if path.startswith(start)), key=len)
    return TURNS.index(start), _below(MARKS, path) is None
