"""What a step expects to see: numbers are whole, spaces don't count, and a claim that fails says what is there."""

import pytest

from lectern.pipeline.capture.text_claims import claim_holds, claim_is_read, nearest_lines


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("3 files", "in all 3 files changed"),
        ("3 files", "3\n  files"),
        ("1024 bytes", "about 1,024 bytes"),
        ("1,024", "1024"),
        ("12", "a total of 12."),
        ("12", "(12)"),
        ("ce/013625", ".git/objects/ce/013625030ba8dba906f756967f9e9ca394464a"),
        ("Done", "Done"),
    ],
)
def test_a_claim_holds_where_the_screen_says_it(claim: str, text: str) -> None:
    assert claim_holds(claim, text)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("3 files", "13 files"),
        ("3 files", "0.3 files"),
        ("takes 1", "takes 10 seconds"),
        ("takes 1", "takes 1.5 seconds"),
        ("takes 1", "takes 12ms"),
        ("1024", "11,024"),
        ("done", "Done"),
    ],
)
def test_a_number_is_whole_and_a_word_is_as_written(claim: str, text: str) -> None:
    assert not claim_holds(claim, text)


def test_what_is_there_instead_begins_with_what_is_nearest() -> None:
    assert nearest_lines("3 files", "Total\n13 files\nReady").startswith('"13 files"')
    assert nearest_lines("3 files", " \n ") == "nothing"


@pytest.mark.parametrize(
    ("claim", "read"),
    [
        ("Total: 10", "TotaI: lO"),
        ("file list", "File List"),
        ("101", "the sum is I0l."),
        ("OK", "0k"),
        ("1,024", "l024 bytes"),
        ("3 items", "3 ltems left"),
    ],
)
def test_a_claim_holds_of_what_a_reader_of_pictures_mistakes(claim: str, read: str) -> None:
    assert claim_is_read(claim, read)
    assert not claim_holds(claim, read)


@pytest.mark.parametrize(
    ("claim", "read"),
    [
        ("1", "I will"),
        ("0", "O"),
        ("10", "110"),
        ("10", "solo"),
        ("10", "10.5"),
        ("12", "l3"),
        ("8", "B"),
        ("Done", "Gone"),
    ],
)
def test_a_reader_is_not_believed_anything_else(claim: str, read: str) -> None:
    assert not claim_is_read(claim, read)
