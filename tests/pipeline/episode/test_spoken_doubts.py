"""Written forms that no rule can read for sure: check asks about these, and about no others."""

from collections.abc import Callable

import pytest

from lectern.pipeline.episode.model import Episode, Word
from lectern.pipeline.episode.spoken.dictionary import Dictionary
from lectern.pipeline.episode.spoken.speech import SpeechRules, WrittenWord, doubts_of, spoken_forms
from lectern.pipeline.episode.suspicions import suspicions

Reading = Callable[[str | bytes], Episode]

DOUBTFUL = """
We met on 03/04/2025. | 03/04/2025. | March 4, 2025 or April 3, 2025
We met on 3/4/25. | 3/4/25. | March 4, 2025 or April 3, 2025
We met on 03-04-2025. | 03-04-2025. | March 4, 2025 or April 3, 2025
It is due by 1/2. | 1/2. | January 2 or February 1
Then Baker St. Ada waits. | St. | a street or a saint
Is it four? No. 5 it is. | No. | the answer or a number
It takes 1,5 gigabytes. | 1,5 | 1.5 or 1 and 5
It has 1.500 users. | 1.500 | 1,500 or 1 and a part
We use Godot 4.10 here. | 4.10 | a version or a number
See Section 3.10 of it. | 3.10 | a version or a number
This is II of it. | II | a Roman numeral or letters
They had an IV drip. | IV | a Roman numeral or letters
It has a 27" screen. | 27" | inches, or the end of a quotation
It waits for 5m here. | 5m | meters, minutes or millions
That is 5-3 here. | 5-3 | a difference or a range
We count 10–5 here. | 10–5 | a difference or a range
Then I read it. | read | "reed" or "red"
All of it is content. | content. | "kun-tent" or "kon-tent"
Take a bow now. | bow | "boh" or "bau"
Send my resume to them. | resume | "rezz-oo-may" or "re-zoom"
It was wound up. | wound | "wownd" or "woond"
There is a tear here. | tear | "tair" or "teer"
These are minute details. | minute | "my-newt" or "minnit"
Our SIEM tells us. | SIEM | a word or letters
It runs in VOSA modules. | VOSA | a word or letters
It moves 3 Mb of it. | Mb | megabits or megabytes
It moves 100Mb/s here. | 100Mb/s | megabits or megabytes
Copy the tmpl. file there. | tmpl. | a short form
It has 12qz of it. | 12qz | a unit that the voice doesn't know
"""

SURE = """
We met on 13/04/2025, on 04/13/25 and on 2025-04-03. | We met on April thirteenth, twenty twenty-five, on April thirteenth, twenty twenty-five and on April third, twenty twenty-five.
It was 04/04/2025, or 13-04-2025. | It was April fourth, twenty twenty-five, or April thirteenth, twenty twenty-five.
By 12/25 we have 3/4 of it, on 1/2 of it. | By December twenty-fifth we have three quarters of it, on one half of it.
Step 1/2, part 2/3 and 1/2 of it. | Step one of two, part two of three and one half of it.
Go to Main St. now, to St. Peter and St. Ives. | Go to Main street now, to saint Peter and saint Ives.
Sunset Dr. is far. Then Dr. Who came. | Sunset drive is far. Then doctor Who came.
No. 5 is alive. | number five is alive.
Ask the IT department of the WHO in the US, or an IT team. | Ask the I-T department of the W-H-O in the U-S, or an I-T team.
Use IT NOW, and US ONLY. | Use IT NOW, and US ONLY.
Part II of Rocky III, by Henry VIII. | Part two of Rocky three, by Henry the eighth.
He is 5'11" tall. | He is five foot eleven tall.
It is 12 Nm, 5 Ω, 3 psi, 5 L and 100 hPa. | It is twelve newton meters, five ohms, three P-S-I, five liters and one hundred hectopascals.
Play 2048 in 2048. | Play two thousand forty-eight in twenty forty-eight.
He said "it is 42" to me. | He said it is forty-two to me.
A 5m cable, 5 minutes and a 5-3 win. | A five meter cable, five minutes and a five to three win.
You can read it, and I read it every day. | You can read it, and I read it every day.
Then we read the file, and they have read it. | Then we read the file, and they have read it.
She is content with the content of it. | She is content with the content of it.
Click Resume to resume it. | Click Resume to resume it.
DO NOT PANIC, says NASA, vs. EUR 5, from 9-5. | DO NOT PANIC, says NASA, versus EUR five, from nine to five.
The ONLY QUERY is ALWAYS READY, and NEXT a TYPE. | The ONLY QUERY is ALWAYS READY, and NEXT a TYPE.
Python 3.10 and 3.14 of it. | Python three point ten and three point one four of it.
It has 1,024 rows, 1.5 GB and 10-15 ms. | It has one thousand twenty-four rows, one point five gigabytes and ten to fifteen milliseconds.
"""


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(line.split(" | ")) for line in table.strip().splitlines()]


def words_of(reading: Reading, text: str, front: str = "") -> tuple[Word, ...]:
    return reading(f"{front}# A\n\n{text}\n").scenes[0].lines[0].words


def test_what_may_be_two_things_is_asked_about(reading: Reading) -> None:
    asked = {text: words_of(reading, text) for text, _, _ in rows(DOUBTFUL)}
    found = [(text, w.written, w.doubt.may_be) for text, words in asked.items() for w in words if w.doubt]
    assert found == rows(DOUBTFUL)


def test_what_a_rule_knows_is_said_and_not_asked_about(reading: Reading) -> None:
    read = [words_of(reading, text) for text, _ in rows(SURE)]
    assert [" ".join(word.spoken for word in words) for words in read] == [said for _, said in rows(SURE)]
    assert [word.written for words in read for word in words if word.doubt] == []


@pytest.mark.parametrize("text", ["SIEM{say: seam}", "`SIEM`", "03/04/2025{say: the third of April}", "read{say: red}"])
def test_what_the_author_has_said_is_not_asked_about(reading: Reading, text: str) -> None:
    assert [w for w in words_of(reading, f"Then I {text} it") if w.doubt and w.written in text] == []


def test_no_rule_of_english_asks_about_another_language(reading: Reading) -> None:
    words = words_of(reading, "Am 03/04/2025 sind es 1.500 Leute, SIEM", "---\nlanguage: de\n---\n")
    assert [word for word in words if word.doubt] == []


def test_check_asks_once_about_each_written_form_and_says_what_to_write(reading: Reading) -> None:
    episode = reading("# A\n\nOur SIEM sees it.\n\nThe SIEM, on 03/04/2025.\n")
    found = [(one.line, one.message) for one in suspicions(episode, lambda scene, capture: None)]
    assert found == [
        (3, '"SIEM" may be a word or letters, and the voice says "SIEM"; write SIEM{say: S-I-E-M} or SIEM{say: siem}, or once '
         'in pronunciation.toml: SIEM = "S-I-E-M"'),
        (5, '"03/04/2025" may be March 4, 2025 or April 3, 2025, and the voice says "March fourth, twenty twenty-five"; write '
         "the month in letters: March 4, 2025"),
    ]  # fmt: skip


def test_a_dictionary_of_the_episode_answers() -> None:

    words = [WrittenWord(((text, False),)) for text in ("our", "SIEM", "logs")]
    speech = SpeechRules("en", Dictionary((("SIEM", "seam"),)))
    assert doubts_of(words, spoken_forms(words, speech), speech) == {}
