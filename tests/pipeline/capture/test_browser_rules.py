"""Where a page may go, how smoothly it was filmed, and the room that a device takes: what needs no browser."""

from contextlib import ExitStack
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.browser.devices import device_of
from lectern.pipeline.capture.browser.hosts import Hosts, hosts_of
from lectern.pipeline.capture.browser.screencast import Screencast
from lectern.pipeline.capture.browser.site import EpisodeSite
from lectern.pipeline.capture.browser.smoothness import dropped_frames
from lectern.pipeline.capture.fault import StepFault
from lectern.pipeline.capture.recorder import retake
from lectern.pipeline.capture.request import CaptureRequest
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.capture.window import PHONE, TABLET, frame_insets, window_around, window_boxes
from lectern.pipeline.episode.capture_block import Environment
from lectern.pipeline.episode.steps import Step

FRAME = (1920, 1080)
KNOWN = {
    "Pixel 7": {"viewport": {"width": 412, "height": 839}, "user_agent": "pixel"},
    "Galaxy Tab S9 landscape": {"viewport": {"width": 1024, "height": 640}, "user_agent": "tab"},
}
STEADY = [i / 60 for i in range(60)]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://shop.test/a?b", True),
        ("https://shop.test:8443/", True),
        ("https://SHOP.test/", True),
        ("https://evil.test/shop.test", False),
        ("https://shop.test.evil.test/", False),
        ("https://shop.test@evil.test/", False),
        ("https://a.free.test/", True),
        ("https://free.test/", False),
        ("https://xfree.test/", False),
        ("http://127.0.0.1:1234/", True),
        ("about:blank", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
    ],
)
def test_a_page_goes_only_to_hosts_that_are_named(address, allowed):
    hosts = Hosts(["shop.test", "*.free.test", "127.0.0.1"])
    assert hosts.allow(address) is allowed
    if address.startswith(("http", "file")):
        assert (hosts.foreign().match(address.lower()) is None) is allowed


def test_offline_even_a_named_host_is_refused_but_this_computer_is_not():
    hosts = Hosts(["shop.test", "localhost"], offline=True)
    assert not hosts.allow("https://shop.test/") and hosts.allow("http://localhost:80/")
    assert "online access is not allowed" in hosts.refusal("https://shop.test/")
    assert hosts.foreign().match("https://shop.test/") and not hosts.foreign().match("http://localhost:80/")


def test_where_no_online_access_is_allowed_a_capture_is_told(monkeypatch):
    monkeypatch.setenv("LECTERN_OFFLINE", "1")
    request = CaptureRequest(kind="ide", url="https://shop.test/", size=(800, 600), steps=())
    assert hosts_of(request).here_only and not hosts_of(request).allow("https://shop.test/")


@pytest.mark.parametrize(
    ("named", "address", "allowed"),
    [
        ("127.0.0.1:4711", "http://127.0.0.1:4711/a", True),
        ("127.0.0.1:4711", "http://127.0.0.1:4712/", False),
        ("http://localhost:3000/shop", "http://localhost:3000/", True),
        ("http://localhost:3000/shop", "http://127.0.0.1:3000/", True),
        ("http://localhost:3000/shop", "http://localhost:3001/", False),
        ("http://localhost:3000/shop", "http://localhost/", False),
        ("localhost", "http://localhost:3001/", True),
        ("localhost:80", "http://localhost/", True),
        ("shop.test", "http://localhost/", False),
        ("shop.test", "http://sub.localhost:80/", False),
        ("shop.test", "http://127.1.2.3/", False),
    ],
)
def test_of_this_computer_a_page_reaches_only_what_is_named_with_its_port(named, address, allowed):
    hosts = Hosts([named]) if named[0].isalpha() else Hosts([], own=[named])
    assert hosts.allow(address) is allowed
    assert (hosts.foreign().match(address) is None) is allowed


def test_a_refusal_says_which_hosts_are_allowed():
    with pytest.raises(LecternError, match=r'"hosts: \[evil.test\]" allows it \(allowed: localhost, shop.test\)'):
        Hosts(["shop.test", "localhost"]).check("https://evil.test/")


@pytest.mark.parametrize(
    ("opened", "hosts", "alone"),
    [
        ("pages/a.html", (), True),
        ("data:text/html,<img src=http://evil.test/>", (), True),
        ("http://localhost:3000/", (), False),
        ("https://shop.test/", (), False),
        ("pages/a.html", ("cdn.test",), False),
    ],
)
def test_pages_of_the_episode_alone_ask_no_other_computer(opened, hosts, alone):
    steps, environment = (Step(action="open", value=opened),), Environment(hosts=hosts)
    found = hosts_of(CaptureRequest(kind="browser", size=(800, 600), steps=steps, environment=environment))
    assert found.here_only is alone and not found.offline
    assert (
        found.withheld("http://evil.test/x")
        == 'a page of the episode asks evil.test for something; "hosts: [evil.test]" allows it'
    )


def test_the_episodes_server_gives_away_nothing_that_lies_elsewhere_or_is_no_material(tmp_path):
    episode, laid = tmp_path / "episode", tmp_path / "laid"
    (episode / "pages/private").mkdir(parents=True)
    laid.mkdir()
    (tmp_path / "key").write_text("PRIVATE")
    for name, text in (("pages/a.html", "page"), ("logo.svg", "logo"), ("script.md", "script")):
        (episode / name).write_text(text)
    (laid / "lamps.json").write_text("[]")
    for link, target in (
        ("key", tmp_path / "key"),
        ("private/index.html", tmp_path / "key"),
        ("logo", "../logo.svg"),
        ("script", "../script.md"),
    ):
        (episode / "pages" / link).symlink_to(target)

    def given(path: str) -> str:
        try:
            return urlopen(site.address("pages/a.html").replace("a.html", path)).read().decode()
        except HTTPError as error:
            return str(error.code)

    with ExitStack() as stack:
        site = EpisodeSite(episode, laid, stack)
        asked = {
            path: given(path) for path in ("a.html", "lamps.json", "logo", "key", "private/", "script", "../script.md")
        }
    assert list(asked.values()) == ["page", "[]", "logo", "404", "404", "404", "404"]


def test_an_animation_at_full_rate_lacks_nothing_and_typing_is_no_animation():
    assert dropped_frames(STEADY, []) == ((), 0.0)
    assert dropped_frames([0.0, 0.09, 0.2, 0.31, 0.9], []) == ((), 0.0)


def test_frames_that_an_animation_lacks_are_counted_and_the_gap_is_told():
    times = [*STEADY, *(t + 1.0 + 4 / 30 for t in STEADY)]
    gaps, share = dropped_frames(times, [])
    assert gaps == ((pytest.approx(59 / 60), pytest.approx(1 + 4 / 30)),)
    assert 0.04 < share < 0.08


def test_a_rest_between_two_short_movements_lacks_nothing():
    assert dropped_frames([*(t for t in STEADY if t < 0.3), *(t + 0.65 for t in STEADY if t < 0.3)], []) == ((), 0.0)


def test_a_scroll_that_jerks_lacks_frames_even_if_it_is_short():
    assert dropped_frames([0.0, 0.03, 0.2, 0.23], [(0.0, 0.23)])[1] == pytest.approx(4 / 7, abs=0.05)
    assert dropped_frames([0.0, 0.03, 0.2, 0.23], [(0.0, 0.23)], [(0.05, 0.18)])[1] == 0


def test_the_rest_between_two_scrolls_lacks_nothing():
    times = [*STEADY, *(t + 1.6 for t in STEADY)]
    assert dropped_frames(times, [(0.0, 1.02), (1.6, 2.62)]) == ((), 0.0)
    assert dropped_frames(times, [(0.0, 59 / 60 - 0.001), (1.6, 2.62)]) == (
        (),
        0.0,
    )  # its last picture comes when it is over


def test_a_film_knows_whether_what_it_films_stood_still_for_so_long():
    assert Screencast().settle(quiet=0.01, most=1.0) and not Screencast().settle(quiet=9.0, most=0.02)


def _rough(dropped_: float) -> CaptureTake:
    return CaptureTake(
        kind="browser", size=(8, 8), pictures="p.mkv", times=(0.0,), duration=1.0, events=(), dropped=dropped_
    )


@pytest.mark.parametrize("second", [0.1, 0.3, StepFault("steps", 1, Step(action="click"), "it is sold out now")])
def test_the_better_of_two_recordings_is_kept_and_a_second_one_that_fails_loses_nothing(tmp_path, second):
    def record(beside):
        if isinstance(second, StepFault):
            raise second
        (beside / "p.mkv").write_text("second")
        return _rough(second)

    (tmp_path / "p.mkv").write_text("first")
    kept = retake(_rough(0.2), tmp_path, record)
    better = second == 0.1
    assert (kept.dropped, (tmp_path / "p.mkv").read_text()) == ((0.1, "second") if better else (0.2, "first"))
    assert [file.name for file in tmp_path.iterdir()] == ["p.mkv"]


@pytest.mark.parametrize(("shape", "content"), [("phone", PHONE), ("tablet", TABLET)])
def test_a_device_stands_whole_within_the_frame_at_every_side(shape, content):
    for side, box in window_boxes(content, FRAME, shape).items():
        left, top, right, bottom = window_around(box, FRAME, shape).pixels(FRAME)
        assert left >= 95 and right <= 1825 and top >= 30 and bottom <= 1050, side
        assert (right - left, bottom - top) == (
            content[0] + frame_insets(shape).left + frame_insets(shape).right, content[1] + frame_insets(shape).top + frame_insets(shape).bottom,
        )  # fmt: skip


def _device(size, **environment):
    return device_of(CaptureRequest(kind="browser", size=size, steps=(), environment=Environment(**environment)), KNOWN)


def test_a_phone_is_360_px_wide_whatever_the_films_size():
    assert _device(PHONE, device="phone").css == (360, 576) and _device(PHONE, device="phone").scale == 1.5
    assert _device((270, 432), device="phone").css == (360, 576)
    assert _device(PHONE, device="phone", scale=1.2).css == (300, 480)
    assert _device(TABLET, device="tablet").css == (900, 600) and _device((1504, 900)) is None


def test_a_named_device_keeps_its_proportions_and_an_unknown_one_is_an_error():
    named = _device((1504, 900), device="Pixel 7")
    assert named.shape == "phone" and named.size[1] == 864 and abs(named.size[0] / named.size[1] - 412 / 839) < 0.01
    with pytest.raises(
        LecternError, match=r'no device "Pixl 7" \(did you mean "Pixel 7"\?\); there are phone, tablet, Pixel 7'
    ):
        _device((1504, 900), device="Pixl 7")
