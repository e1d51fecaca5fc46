"""Secrets are typed and never written down, however a program writes them."""

import json

import pytest

from lectern.pipeline.capture.secrets import masked, masked_pieces, reveals, secret
from lectern.pipeline.errors import LecternError

PLUM = "hunter2-plum"


def test_a_secret_is_bullets_of_the_same_width():
    assert masked(f"it is {PLUM}!", [PLUM]) == "it is ••••••••••••!"
    assert masked("密码密码 ok", ["密码密码"]) == "•••••••• ok"


def test_a_secret_that_comes_in_pieces_is_hidden_in_each():
    pieces = ["a hun", "ter", "", "2-pl", "um b"]
    assert masked_pieces(pieces, [PLUM]) == ["a •••", "•••", "", "••••", "•• b"]


def test_colours_and_wrapped_lines_between_its_letters_hide_nothing_from_view():
    written = "\x1b[32mhun\x1b[0;1mter\x1b]0;t\x072\r\n-plum"
    assert masked(written, [PLUM]) == "\x1b[32m•••\x1b[0;1m•••\x1b]0;t\x07•\r\n•••••"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (PLUM, "aHVudGVyMi1wbHVt"), ("hunter2 plum", r"hunter2\ plum"), ("hunter2 plum", "hunter2%20plum"),
        ('hunter2"plum', r"hunter2\"plum"), ("hunter2'plum", "hunter2'\"'\"'plum"),
    ],
)  # fmt: skip
def test_what_programs_make_of_a_secret_is_hidden_too(value, written):
    assert masked(f"<{written}>", [value]) == f"<{'•' * len(written)}>"


def test_of_two_secrets_the_longer_one_goes_first():
    assert masked("plumtree plum", ["plum", "plumtree"]) == "•••••••• ••••"


def test_a_screen_reveals_a_secret_even_where_it_is_wrapped():
    assert reveals("lab > hunter\n2-plum", [PLUM]) and not reveals("lab > hunter", [PLUM])


def test_a_secret_comes_from_the_environment_or_from_the_key_file(tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"DEMO_PW": "from-the-file"}))
    keys.chmod(0o600)
    home = {"LECTERN_CONFIG_HOME": str(tmp_path)}
    assert secret("DEMO_PW", home) == "from-the-file"
    assert secret("DEMO_PW", home | {"DEMO_PW": PLUM}) == PLUM


def test_a_secret_that_is_missing_or_too_short_to_hide_is_told_with_the_way_out(tmp_path):
    home = {"LECTERN_CONFIG_HOME": str(tmp_path)}
    with pytest.raises(LecternError, match="there is no secret DEMO_PW: set the environment variable DEMO_PW"):
        secret("DEMO_PW", home)
    with pytest.raises(LecternError, match="needs 4 characters") as fault:
        secret("DEMO_PW", home | {"DEMO_PW": "abc"})
    assert "abc" not in str(fault.value)
