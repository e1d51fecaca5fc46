"""`check` names every picture that is cut off or damaged, whatever carries it, and takes every one that is whole."""

import json
import re
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lectern.pipeline.studio.check import CheckResult, check

SIDE = 160
FORMATS = {
    "a.png": ("PNG", {}), "a.jpg": ("JPEG", {}), "b.jpg": ("JPEG", {"progressive": True}), "a.webp": ("WEBP", {}),
    "b.webp": ("WEBP", {"lossless": True}), "a.gif": ("GIF", {}), "a.bmp": ("BMP", {}), "a.tif": ("TIFF", {}), "a.avif": ("AVIF", {}),
}  # fmt: skip
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3">{}<path d="M0 0h4v3z"/></svg>'
CARRIERS = {
    "overlay": "```overlay\nkind: image\nfile: NAME\n```\n",
    "footage": "```capture\nkind: footage\nfile: NAME\n```\n",
    "target": "```capture\nkind: desktop\napp: xterm\nsteps:\n  - click: {image: NAME}\n```\n",
    "blur": "```capture\nkind: desktop\napp: xterm\nblur:\n  - {image: NAME}\nsteps:\n  - press: Enter\n```\n",
    "page": "```capture\nkind: browser\nsteps:\n  - open: site/page.html\n```\n",
    "clip": '```clip\nhtml: |\n  <img src="NAME">\n```\n',
    "photograph": "```avatar\ncharacter: cleo\n```\n",
}
"""What of a script shows the picture NAME."""


def picture(number: int = 1) -> Image.Image:
    noise = np.random.default_rng(number).integers(0, 255, (SIDE, SIDE, 3), np.uint8)
    noise[: SIDE // 2] = np.arange(SIDE, dtype=np.uint8)[:, None]
    return Image.fromarray(noise)


def saved(kind: str, **options) -> bytes:
    written = BytesIO()
    picture().save(written, kind, **options)
    return written.getvalue()


def checked(folder: Path, carrier: str, name: str, content: bytes) -> CheckResult:
    """What `check` says of an episode in which `carrier` shows a file with this content."""
    for place in ("", "site", "characters"):
        (folder / place).mkdir(exist_ok=True)
        (folder / place / name).write_bytes(content)
    (folder / "site/page.html").write_text(f"<title>Page</title><img src={name}>")
    if carrier == "photograph":
        (folder / "characters/cleo.json").write_text(json.dumps({"name": "Cleo", "portrait": name}))
    (folder / "script.md").write_text(f"# A\n\nSay this.\n\n{CARRIERS[carrier].replace('NAME', name)}")
    return check(folder)


def told(result: CheckResult) -> str:
    return "\n".join(map(str, (*result.problems, *result.findings)))


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_that_was_cut_off_anywhere_is_named_and_a_whole_one_is_not(tmp_path: Path, name: str) -> None:
    kind, options = FORMATS[name]
    whole = saved(kind, **options)
    assert checked(tmp_path, "overlay", name, whole).problems == ()
    for left in (0, 3, 20, len(whole) // 10, len(whole) // 2, len(whole) * 9 // 10, len(whole) - 40):
        (problem,) = checked(tmp_path, "overlay", name, whole[:left]).problems
        assert problem.file == "script.md" and problem.line == 7 and name in problem.message, left


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_damaged_picture_is_named_whatever_shows_it(tmp_path: Path, carrier: str) -> None:
    whole = saved("PNG")
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 0xFF
    assert "a.png" not in told(checked(tmp_path, carrier, "a.png", whole))
    for content in (whole[: len(whole) * 2 // 3], bytes(changed)):
        assert re.search(
            r"a\.png was cut off or damaged .*; copy it again", told(checked(tmp_path, carrier, "a.png", content))
        )


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_that_was_cut_off_is_no_footage(tmp_path: Path, kind: str) -> None:
    written, name = BytesIO(), f"a.{kind.lower()}"
    picture().save(written, kind, save_all=True, append_images=[picture(2), picture(3)], duration=100)
    whole = written.getvalue()
    assert checked(tmp_path, "footage", name, whole).problems == ()
    for share in (0.2, 0.5, 0.9):
        assert name in told(checked(tmp_path, "footage", name, whole[: round(share * len(whole))]))


def test_an_svg_that_was_cut_off_or_holds_a_damaged_picture_is_named(tmp_path: Path) -> None:
    png = saved("PNG")
    for held, says in ((png, ""), (png[:-900], r"a picture in tree\.svg was cut off or damaged")):
        image = f'<image width="4" height="3" href="data:image/png;base64,{b64encode(held).decode()}"/>'
        assert re.match(
            says or "$", told(checked(tmp_path, "overlay", "tree.svg", SVG.format(image).encode())).partition(": ")[2]
        )
    drawn = SVG.format("").encode()
    for left in (10, 60, len(drawn) - 3):
        assert "tree.svg" in told(checked(tmp_path, "overlay", "tree.svg", drawn[:left]))
