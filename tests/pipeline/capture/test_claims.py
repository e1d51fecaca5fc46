"""What a step expects to see: numbers are whole, spaces don't count, and a claim that fails says what is there."""

import pytest

from lectern.pipeline.capture.text_claims import claim_holds, nearest_lines


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
