"""Secrets are typed and never written down, however a program writes them."""

import base64
import codecs
import json
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from PIL import Image

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.drawn import draw
from lectern.pipeline.capture.secrets import mask_secrets, mask_stream, secret_value, shows_secret
from lectern.pipeline.capture.terminal.asciicast import CastOutput, read_cast, write_cast
from lectern.pipeline.capture.terminal.page import CellGrid
from lectern.pipeline.capture.terminal.session import TerminalSession
from lectern.pipeline.capture.terminal.shell_state import ShellState

PLUM = "hunter2-plum"


def test_a_secret_is_bullets_of_the_same_width():
    assert mask_secrets(f"it is {PLUM}!", [PLUM]) == "it is ••••••••••••!"
    assert mask_secrets("密码密码 ok", ["密码密码"]) == "•••••••• ok"


def test_a_secret_that_comes_in_pieces_is_hidden_in_each():
    pieces = ["a hun", "ter", "", "2-pl", "um b"]
    assert mask_stream(pieces, [PLUM]) == ["a •••", "•••", "", "••••", "•• b"]


def test_colours_and_wrapped_lines_between_its_letters_hide_nothing_from_view():
    written = "\x1b[32mhun\x1b[0;1mter\x1b]0;t\x072\r\n-plum"
    assert mask_secrets(written, [PLUM]) == "\x1b[32m•••\x1b[0;1m•••\x1b]0;t\x07•\r\n•••••"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (PLUM, "aHVudGVyMi1wbHVt"), ("hunter2 plum", r"hunter2\ plum"), ("hunter2 plum", "hunter2%20plum"),
        ('hunter2"plum', r"hunter2\"plum"), ("hunter2'plum", "hunter2'\"'\"'plum"),
    ],
)  # fmt: skip
def test_what_programs_make_of_a_secret_is_hidden_too(value, written):
    assert mask_secrets(f"<{written}>", [value]) == f"<{'•' * len(written)}>"


LONG = "correct-Horse+battery/staple"
FORMS = {
    "hexadecimal": LONG.encode().hex(),
    "hexadecimal in capitals": LONG.encode().hex().upper(),
    "as xxd writes it": "636f 7272 6563 742d 486f 7273 652b 6261",
    "octal": " ".join(f"{byte:03o}" for byte in LONG.encode()),
    "base64": base64.b64encode(LONG.encode()).decode(),
    "base64 for addresses": base64.urlsafe_b64encode(LONG.encode()).decode(),
    "base64 of more": base64.b64encode(f"u:{LONG}:x".encode()).decode(),
    "base64 of a login": base64.b64encode(f"me:{LONG}\n".encode()).decode(),
    "blanks between": " ".join(LONG),
    "as od writes it": "   ".join(LONG),
    "tabs between": "\t".join(LONG),
    "its first ten letters": LONG[:10] + "…",
    "ten letters of its middle": LONG[7:17],
    "backwards": LONG[::-1],
    "capitals": LONG.upper(),
    "for an address": quote(LONG, safe=""),
    "every byte for an address": "".join(f"%{byte:02X}" for byte in LONG.encode()),
    "in JSON": "".join(f"\\u{ord(letter):04x}" for letter in LONG),
    "in Python": "".join(f"\\x{byte:02x}" for byte in LONG.encode()),
    "in C": "{" + ", ".join(f"0x{byte:02X}" for byte in LONG.encode()) + "}",
    "HTML's numbers": "".join(f"&#{byte};" for byte in LONG.encode()),
    "HTML's hexadecimal numbers": "".join(f"&#x{byte:X};" for byte in LONG.encode()),
    "ROT13": codecs.encode(LONG, "rot13"),
}


@pytest.mark.parametrize("written", FORMS.values(), ids=FORMS)
def test_a_longer_secret_is_hidden_in_other_forms_too(written: str) -> None:
    masked = mask_secrets(f"<{written}>", [LONG])
    assert not shows_secret(masked, [LONG]) and shows_secret(f"<{written}>", [LONG])
    assert masked.startswith("<") and masked.endswith(">")
    left = [letter for letter, before in zip(masked, f"<{written}>") if letter == before and letter.isalnum()]
    assert len(left) <= 0.25 * len(written)


class EndlessPage:
    """A terminal on which everything stays that was ever written."""

    def __init__(self) -> None:
        self.written = ""
        picture = BytesIO()
        Image.new("RGB", (16, 16)).save(picture, "PNG")
        self._picture = picture.getvalue()

    def show(self, entries: list[CastOutput]) -> "EndlessPage":
        self.written += "".join(entry.text for entry in entries)
        return self

    def png_after(self, before: bytes) -> bytes:
        return self._picture


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_no_form_of_a_secret_gets_into_a_cast_or_what_is_drawn_of_it(tmp_path: Path, size: int) -> None:
    said = "".join(f"{form}\r\nhere it was\r\n" for form in FORMS.values())
    session = TerminalSession(None, SimpleNamespace(cells=CellGrid((16, 16), 80, 21)), ShellState())
    session._secrets.append(LONG)
    chunks = [said[start : start + size] for start in range(0, len(said), size)]
    session._outputs += [CastOutput(time=at / 100, text=text) for at, text in enumerate(chunks)]
    write_cast(tmp_path / "terminal.cast", session.cast())
    cast, page = read_cast(tmp_path / "terminal.cast"), EndlessPage()
    draw([(at, [output]) for at, output in enumerate(cast.outputs)], page, tmp_path, (16, 16), secrets=[LONG])
    assert page.written.count("here it was") == len(FORMS) and "•" * 10 in page.written
    assert [name for name, form in FORMS.items() if form in page.written] == []
    written = (tmp_path / "terminal.cast").read_text(encoding="utf-8")
    assert not any(json.dumps(form)[1:-1] in written for form in FORMS.values())
    for form in FORMS.values():  # each would have been seen
        with pytest.raises(LecternError, match="nothing was kept"):
            draw([(0, [CastOutput(time=0, text=form)])], EndlessPage(), tmp_path, (16, 16), secrets=[LONG])


def test_ordinary_words_are_not_taken_for_forms_of_a_secret() -> None:
    said = "The CORRECT horse has a battery; staple it. 63 6f 72 72, Y29ycmVj"
    assert mask_secrets(said, [LONG]) == said and not shows_secret(said, [LONG])
    assert mask_secrets("Anna and nana, A N N A", ["anna"]) == "Anna and nana, A N N A"


def test_of_two_secrets_the_longer_one_goes_first():
    assert mask_secrets("plumtree plum", ["plum", "plumtree"]) == "•••••••• ••••"


def test_a_screen_reveals_a_secret_even_where_it_is_wrapped():
    assert shows_secret("lab > hunter\n2-plum", [PLUM]) and not shows_secret("lab > hunter", [PLUM])


def test_a_secret_comes_from_the_environment_or_from_the_key_file(tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"DEMO_PW": "from-the-file"}))
    keys.chmod(0o600)
    home = {"LECTERN_CONFIG_HOME": str(tmp_path)}
    assert secret_value("DEMO_PW", home) == "from-the-file"
    assert secret_value("DEMO_PW", home | {"DEMO_PW": PLUM}) == PLUM


def test_a_secret_that_is_missing_or_too_short_to_hide_is_told_with_the_way_out(tmp_path):
    home = {"LECTERN_CONFIG_HOME": str(tmp_path)}
    with pytest.raises(LecternError, match="there is no secret DEMO_PW: set the environment variable DEMO_PW"):
        secret_value("DEMO_PW", home)
    with pytest.raises(LecternError, match="needs 4 characters") as fault:
        secret_value("DEMO_PW", home | {"DEMO_PW": "abc"})
    assert "abc" not in str(fault.value)
