"""What looks like a secret on a screen is found; what programmers show all day is not."""

import random
import string

import pytest

from lectern.pipeline.base.geometry import Box
from lectern.pipeline.capture.leaks import find_leaks, secrets_in_text, shorten_secret, with_leaks_blurred
from lectern.pipeline.capture.take import BlurredRegions, CaptureTake, TextBox, VisibleText

SEEDED = random.Random(7)


def made(alphabet: str, length: int) -> str:
    return "".join(SEEDED.choice(alphabet) for _ in range(length))


ALNUM = string.ascii_letters + string.digits
SECRETS = {
    "GitHub token": f"ghp_{made(ALNUM, 36)}",
    "AWS key": "AKIA" + made(string.ascii_uppercase + string.digits, 16),
    "OpenAI key": f"sk-proj-{made(ALNUM, 48)}",
    "Google key": f"AIza{made(ALNUM, 35)}",
    "Slack token": f"xoxb-{made(string.digits, 12)}-{made(ALNUM, 24)}",
    "Stripe key": f"sk_live_{made(ALNUM, 24)}",
    "Hugging Face token": f"hf_{made(ALNUM, 34)}",
    "npm token": f"npm_{made(ALNUM, 36)}",
    "GitLab token": f"glpat-{made(ALNUM, 20)}",
    "private key": "-----BEGIN OPENSSH PRIVATE KEY-----",
    "JWT": f"eyJ{made(ALNUM, 30)}.eyJ{made(ALNUM, 40)}.{made(ALNUM, 43)}",
    "e-mail address": "mia.meyer@lamps.de",
    "credit card": "4539 1488 0343 6467",
    "IP address": "84.200.69.80",
    "token": made(ALNUM, 40),
}


@pytest.mark.parametrize(("kind", "secret"), SECRETS.items())
def test_a_secret_is_found_where_it_stands(kind: str, secret: str) -> None:
    text = f"value {secret} end"
    assert [(f.kind, text[f.start : f.end]) for f in secrets_in_text(text)] == [(kind, secret)]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("export DB_PASSWORD=hunter2!", "hunter2!"),
        ('"api_key": "q8w7e6r5t4"', "q8w7e6r5t4"),
        ("token: Ab12Cd34", "Ab12Cd34"),
        ("Authorization: Bearer abcdefghijkl0123", "abcdefghijkl0123"),
        ("postgres://mia:s3cret@db.lamps.de/shop", "mia:s3cret"),
    ],
)
def test_what_is_called_a_secret_is_one(text: str, secret: str) -> None:
    assert secret in [text[f.start : f.end] for f in secrets_in_text(text)]


HARMLESS = """\
commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  film.mp4
index 4ef6b41..29523fd 100644
550e8400-e29b-41d4-a716-446655440000
drwxr-xr-x 2 mia mia 4096 Nov 21 11:18 2026-11-21T11:18:58.123456Z
Successfully installed uv-0.9.11 pydantic_core-2.41.5-cp313-cp313-manylinux_2_17_x86_64
/home/mia/.cache/pip/wheels/ab/cd/really-long-directory-name/with_many_parts.py
password = os.environ["DB_PASSWORD"]
password: str
token = get_token(request)
api_key=YOUR_API_KEY
PASSWORD=<your password>
secret_key = settings.SECRET_KEY
Listening on http://127.0.0.1:8000 and 192.168.1.17, 10.0.0.3, 172.16.4.4
ping 8.8.8.8
Version 144.0.7559.109
imagemagick 8:6.9.11.60+dfsg-1.6
git@github.com:lectern/lectern.git
Author: Mia <mia@example.org>
1234567890123456
3.14159265358979323846
sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==
data-testid="checkoutPaymentMethodSelector"
SomeVeryLongClassNameForTests2FactoryBean
00000000-0000-4a1b-8c3d-abcdefabcdef
root     11469  0.0  0.2 54900372 72356 ?      S    11:58
PWD=/home/mia/project
const CHANNEL_LAYOUT_5POINT1_BACK = 0x3F1;
lectern-0.1.0-py3-none-any.whl (1,204,518 bytes)
"""


@pytest.mark.parametrize("line", HARMLESS.splitlines())
def test_what_programmers_show_all_day_is_no_secret(line: str) -> None:
    assert secrets_in_text(line) == ()


def take(*entries: tuple[float, tuple[TextBox, ...]], **more: object) -> CaptureTake:
    text = tuple(VisibleText(time=time, boxes=boxes) for time, boxes in entries)
    return CaptureTake(
        kind="terminal", size=(1000, 500), pictures="p.mkv", times=(0.0,), duration=5.0, events=(), text=text, **more
    )  # fmt: skip


SAFE = TextBox(text="all is well", box=Box(x=0.1, y=0.1, w=0.5, h=0.1))
TOLD = TextBox(text=f"key {SECRETS['GitHub token']} ok", box=Box(x=0.0, y=0.5, w=0.47, h=0.1))


def test_a_leak_is_told_once_with_its_time_and_no_more_than_its_beginning() -> None:
    (leak,) = find_leaks(take((0.0, (SAFE,)), (1.5, (SAFE, TOLD)), (2.0, (TOLD,))))
    assert (leak.kind, leak.time, leak.masked) == ("GitHub token", 1.5, "ghp_… (40 characters)")
    assert shorten_secret("short") == "s… (5 characters)"
    assert (leak.box.x, leak.box.right) == (pytest.approx(0.04 - 0.015), pytest.approx(0.44 + 0.015))


def test_leaks_are_hidden_for_as_long_as_they_show_beside_what_is_hidden_already() -> None:
    own = Box(x=0.8, y=0.8, w=0.1, h=0.1)
    found = take((0.0, (SAFE,)), (1.5, (TOLD,)), (2.0, (SAFE,)), blurred=(BlurredRegions(time=0.5, boxes=(own,)),))
    hidden = with_leaks_blurred(found)
    assert [(entry.time, len(entry.boxes)) for entry in hidden.blurred] == [(0.0, 0), (0.5, 1), (1.5, 2), (2.0, 1)]
    assert find_leaks(hidden) == ()
    assert with_leaks_blurred(take((0.0, (SAFE,)))) == take((0.0, (SAFE,)))
