"""What would be read aloud although nobody means it to."""

from collections.abc import Callable

import pytest

from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.model import Episode


@pytest.mark.parametrize(
    ("prose", "instead"),
    [
        ("Ada: Hello.", "**Ada:**"),
        ("ADA: Hello.", "**Ada:**"),
        ("ben (whispering): Hello.", "**Ben:**"),
        ("**Ada** (calmly): Hello.", "**Ada:**"),
        ("[Ada] Hello.", "**Ada:**"),
        ("{ada}: Hello.", "**Ada:**"),
        ("Hello. **Ben:** Hi.", "\n\n**Ben:**"),
        ("Narrator: Hello.", ""),
        ("Speaker 2: Hello.", ""),
        ("Now [pause: 1.5s] go.", "{pause: 1.5}"),
        ("Now (pause) go.", "{pause: 1}"),
        ("Well, *[laughs]* no.", ""),
        ("[scene: two] Well.", ""),
        ("00:00:34,074 --> 00:00:37,050", ""),
        ("00:01.000 --> 00:02.500 align:start", ""),
        ("[00:12] Then it goes.", ""),
        ("Then [1:02:03.5] it goes.", ""),
        ("// look at this again", "```note"),
        ("[SQL](pronounce: sequel) it is.", "SQL{say: sequel}"),
        ("[SQL](pronounce:sequel) it is.", "{say: sequel}"),
    ],
)
def test_it_is_a_problem_that_says_what_to_write(reading: Callable[[str], Episode], prose: str, instead: str) -> None:
    with pytest.raises(EpisodeErrors) as caught:
        reading(f"# A\n\n{prose}\n")
    assert [(p.line, p.details.instead) for p in caught.value.problems] == [(3, instead)]


@pytest.mark.parametrize(
    ("prose", "leads"),
    [
        ("**Ben (sceptical):** Hello.", "Ben, mood: NAME"),
        ("**Ben (proud):** Hello.", "Ben, mood: cheerful"),
        ("**Ben (laughing):** Hello.", "Ben, mood: cheerful"),
        ("**Ben [to Ada]:** Hello.", "Ben, mood: NAME"),
        ("**Ben, happy:** Hello.", "Ben, mood: cheerful"),
        ("**Ben \u2014 doubtful:** Hello.", "Ben, mood: NAME"),
        ("**Ben** (sceptical): Hello.", "neutral, cheerful, serious, surprised, worried"),
        ("**Ben (laughing)**: Hello.", "Ben, mood: cheerful"),
        ("**Ben:** (with a grin) Hello.", "Ben, mood: NAME"),
        ("**Ben:** [sceptical] Hello.", "Ben, mood: NAME"),
        ("**Ben:** (laughs) Hello.", "mood: cheerful"),
    ],
)
def test_how_somebody_speaks_is_told_once_whatever_the_word(
    reading: Callable[[str], Episode], prose: str, leads: str
) -> None:
    with pytest.raises(EpisodeErrors) as caught:
        reading(f"# A\n\n{prose}\n")
    (fault,) = caught.value.problems
    assert leads in fault.message


@pytest.mark.parametrize(
    "prose",
    ["**Ben:** (By the way, this is fine.) Yes.", "**Ben:** f(x) is read.", "Note: this is fine.", "A list (sound familiar?) is.", "Use array[0] here.", "At [10] and at 10:30 (12:45 there) it goes on.", "A --> B is an arrow.", "Ada is a name: fine.", "Say *Ada:* to it.",
     "The [docs](https://a.org) say so.", "It costs // nothing.", "A pause (of a second) helps.", "`[pause]` is code."],
)  # fmt: skip
def test_plain_prose_stays_prose(reading: Callable[[str], Episode], prose: str) -> None:
    assert reading(f"# A\n\n{prose}\n").scenes[0].lines
