"""Pictures are shown as viewers show them."""

import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.picture import open_picture, seen, seen_size

SIZE = (64, 16)


def saved(file: Path, picture: np.ndarray | Image.Image, **options) -> Path:
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(file, **options)
    return file


def pixels(file: Path) -> np.ndarray:
    with open_picture(file) as image:
        return np.asarray(seen(image)).astype(int)


def swapped_srgb() -> bytes:
    """An ICC profile whose red is the green of sRGB, and the other way round."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {bytes(content[at : at + 4]): at for at in range(132, 132 + 12 * content[131], 12)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    content[red + 4 : red + 12], content[green + 4 : green + 12] = (
        content[green + 4 : green + 12],
        content[red + 4 : red + 12],
    )
    return bytes(content).replace("sRGB".encode("utf-16-be"), "Odd!".encode("utf-16-be"))


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_greys_of_16_bits_keep_their_steps(tmp_path: Path, name: str):
    ramp = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (16, 1))
    shown = pixels(saved(tmp_path / name, ramp))
    assert np.abs(shown[8, :, 0] - ramp[8] / 257).max() <= 1 and (shown[..., 3] == 255).all()


@pytest.mark.parametrize("white", [1.0, 255.0])
def test_greys_in_fractions_are_not_black(tmp_path: Path, white: float):
    ramp = np.tile(np.linspace(0, white, 64, dtype=np.float32), (16, 1))
    assert np.abs(pixels(saved(tmp_path / "a.tif", ramp))[8, :, 0] - np.linspace(0, 255, 64)).max() <= 1


def test_colours_are_those_of_the_profile_and_transparency_stays(tmp_path: Path):
    art = np.zeros((16, 64, 4), np.uint8)
    art[:, :32] = (250, 20, 60, 255)
    shown = pixels(saved(tmp_path / "a.png", art, icc_profile=swapped_srgb()))
    assert np.abs(shown[8, 8] - (20, 250, 60, 255)).max() <= 3 and (shown[8, 40:, 3] == 0).all()


def test_a_profile_of_srgb_changes_no_bit_and_a_damaged_one_stops_nothing(tmp_path: Path):
    art = np.random.default_rng(1).integers(0, 256, (16, 64, 3), np.uint8)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (srgb, b"no profile at all" * 20):
        assert (pixels(saved(tmp_path / "a.png", art, icc_profile=profile))[..., :3] == art).all()


def test_grey_and_palette_pictures_with_a_profile_are_shown(tmp_path: Path):
    grey = saved(tmp_path / "grey.png", Image.new("L", SIZE, 100), icc_profile=swapped_srgb())
    assert pixels(grey)[8, 8].tolist() == [100, 100, 100, 255]  # the profile is none for greys
    palette = Image.new("P", SIZE, 1)
    palette.putpalette([0, 0, 0, 250, 20, 60])
    assert (
        np.abs(pixels(saved(tmp_path / "p.png", palette, icc_profile=swapped_srgb()))[8, 8, :3] - (20, 250, 60)).max()
        <= 3
    )


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photograph_is_turned_and_its_size_is_known_before(tmp_path: Path, orientation: int):
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = BytesIO()
    Image.new("RGB", SIZE, "#ff0000").save(buffer, "JPEG", exif=exif)
    with open_picture(buffer.getvalue()) as image:
        assert seen_size(image) == seen(image).size == (SIZE if orientation in (1, 3) else SIZE[::-1])


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{}</svg>'


def svg(file: Path, inside: str) -> Path:
    file.write_text(SVG.format(inside), encoding="utf-8")
    return file


def test_an_svg_is_drawn_in_its_shape_large_enough_for_a_film(tmp_path: Path):
    drawn = pixels(svg(tmp_path / "a.svg", '<rect width="20" height="20" fill="#f00"/>'))
    assert drawn.shape == (1200, 2400, 4)
    assert drawn[600, 600].tolist() == [255, 0, 0, 255] and drawn[600, 1800].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("family", ["", "Arial", "Comic Sans MS"])
def test_the_text_of_an_svg_is_drawn_whatever_font_it_names(tmp_path: Path, family: str):
    drawn = pixels(svg(tmp_path / "a.svg", f'<text x="2" y="15" font-size="10" font-family="{family}">Über</text>'))
    assert drawn[..., 3].max() == 255


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ('<image href="/etc/hostname"/>', "reads /etc/hostname"),
        ('<image href="file:///etc/hostname"/>', "reads file:///etc/hostname"),
        ('<image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="logo.png"/>', "reads logo.png"),
        ('<image href="https://example.org/a.png"/>', "reads https://example.org/a.png"),
        ('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>', "reads data:image/svg"),
        ('<use href="b.svg#a"/>', "reads b.svg#a"),
        ('<filter id="f"><feImage href="a.png"/></filter>', "reads a.png"),
        ('<rect style="fill: url(b.svg#a)"/>', "reads fill: url"),
        ('<style>@import "a.css";</style>', "reads a style sheet"),
        ("<g>", "is no SVG: mismatched tag"),
        ("".join(f'<g id="a{i}">' + f'<use href="#a{i - 1}"/>' * 10 + "</g>" for i in range(1, 9)) + '<g id="a0"/>', "draws more than"),
    ],
)  # fmt: skip
def test_an_svg_that_leads_out_of_itself_or_is_too_much_is_refused(tmp_path: Path, inside: str, said: str):
    with pytest.raises(LecternError, match="^a.svg " + re.escape(said)), open_picture(svg(tmp_path / "a.svg", inside)):
        pass


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<!DOCTYPE svg [<!ENTITY a "/etc/hostname">]><svg viewBox="0 0 9 9"><image href="&a;"/></svg>', "a.svg"),
        (b"<svg><g/></svg>", "a.svg does not say how large it is"),
        (b"not a picture", "Lectern can't read a.svg as a picture; save it again as one of PNG, .* and SVG"),
    ],
)
def test_what_is_no_drawing_is_said(tmp_path: Path, content: bytes, said: str):
    (tmp_path / "a.svg").write_bytes(content)
    with pytest.raises(LecternError, match=said), open_picture(tmp_path / "a.svg"):
        pass
