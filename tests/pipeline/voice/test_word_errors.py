"""The measure of the hard sentences: a spelling is no error, and a wrong word is one."""

import pytest
from support.word_errors import word_errors

SAME = """
Hello there, you. | hello there you
HTTP four oh four instead of a jay-son body | HTTP 404 instead of a JSON body.
cube control get pods shows three pods | kubectl get pods shows 3 pods.
the H T T P A-P-I's | the HTTP APIs
a WebSocket stays open | A web socket stays open.
one ninety-two dot one sixty-eight dot zero dot one | 192.168.0.1
on November twenty-eighth, twenty twenty-four | on November 28th, 2024
port fifty-four thirty-two is open | Port 5432 is open
Python three point thirteen | Python 3.13
one hundred twenty-eight thousand tokens | 128,000 tokens
It takes three hundred milliseconds. | It takes 300 milliseconds.
two point five percent | 2.5%
read-me dot MD | readme.md
C sharp and F sharp | C# and F#
big O of n squared | Big O of N squared.
the caf\u00e9 | the cafe
push dash dash force | push-dash-force
press control shift P | Press Control-Shift-P.
LS dash L-A lists | LS-LA lists
cat access dot log pipe grep five hundred pipe W-C dash l | cataccess.logPipeGrep500PipeWC-L.
the color F F eight eight zero zero | the color ff8800
the yooz State hook of Vitest | The use state hook of VTest.
"""

WRONG = """
push the stash to main | Push the stash domain. | 2
one two three | one two | 1
one two | one two three | 1
the state of the use | the stake of the use | 1
a jay-son body | a JPEG body | 1
HTTP four oh four | HTTP 405 | 3
go home | go home go home | 2
a b c | | 3
rebase dash i HEAD | rebase-x-head | 1
git push | Get push. | 1
a coroutine | a quarantine | 1
"""


def rows(table: str) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in table.strip().splitlines()]


@pytest.mark.parametrize(("told", "heard"), rows(SAME))
def test_another_spelling_of_the_same_is_no_error(told: str, heard: str) -> None:
    assert word_errors(told, heard)[0] == 0


@pytest.mark.parametrize(("told", "heard", "errors"), rows(WRONG))
def test_a_word_that_is_wrong_missing_or_too_many_is_an_error(told: str, heard: str, errors: str) -> None:
    found, words = word_errors(told, heard)
    assert found == int(errors)
    assert words == len(told.split())
