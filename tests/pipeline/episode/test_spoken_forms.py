"""What is written, and how a programmer reads it aloud."""

import re
import string
from collections.abc import Callable

import pytest

from lectern.pipeline.episode.model import Episode, Word
from lectern.pipeline.episode.spoken.dictionary import Dictionary
from lectern.pipeline.episode.spoken.numerals import cardinal, ordinal, spelt
from lectern.pipeline.episode.spoken.speech import Speech, Written, said

Reading = Callable[[str | bytes], Episode]

PAIRS = """
# numbers
3 files | three files
1,024 bytes | one thousand twenty-four bytes
1,234,567 rows | one million two hundred thirty-four thousand five hundred sixty-seven rows
3.14 | three point one four
0.05 | zero point zero five
-40 degrees | minus forty degrees
−3 | minus three
007 | zero zero seven
It is 100. | It is one hundred.
(42) | (forty-two)
3, 4 and 5 | three, four and five
0x1F | hex one F
0xFF | hex F-F
0b101 | binary one zero one
0o755 | octal seven five five
1e-6 | one e minus six
2.5e9 | two point five e nine
12345678901234567 | one two three four five six seven eight nine zero one two three four five six seven
# years and dates
In 2026 we ship. | In twenty twenty-six we ship.
since 2005, | since two thousand five,
1999 | nineteen ninety-nine
1900 | nineteen hundred
1905 | nineteen oh five
2000 | two thousand
2026 files | two thousand twenty-six files
1500 ms | one thousand five hundred milliseconds
in 2024 researchers | in twenty twenty-four researchers
the 1990s | the nineteen nineties
the 80s | the eighties
2026-11-21 | November twenty-first, twenty twenty-six
# versions
5.2.3 | five point two point three
v2 | version two
v1.2.3 | version one point two point three
Python 3.13 | Python three point thirteen
Blender 5.2 | Blender five point two
3.10.0 | three point ten point zero
192.168.0.1 | one ninety-two dot one sixty-eight dot zero dot one
127.0.0.1:8080 | one twenty-seven dot zero dot zero dot one eighty eighty
2.0.0-beta.1 and 3.x | two point zero point zero beta one and three point x
v1.2-rc4 | version one point two release candidate four
# names of digits
a 404, port 5432, RFC 2616 | a four oh four, port fifty-four thirty-two, RFC twenty-six sixteen
a 500 ms delay, 404 files | a five hundred millisecond delay, four hundred four files
localhost:8080 SHA-256 | local host eighty eighty SHA-two fifty-six
# ordinals
1st | first
2nd | second
3rd, | third,
21st | twenty-first
100th | one hundredth
12th | twelfth
20th | twentieth
# ranges, sizes, fractions
3–5 | three to five
10-20 | ten to twenty
2020–2024 | twenty twenty to twenty twenty-four
3–5 ms | three to five milliseconds
3-5ms | three to five milliseconds
16:9 | sixteen to nine
1920x1080 | nineteen twenty by ten eighty
1504×900 | fifteen oh four by nine hundred
1080p | ten eighty p
1/2 | one half
3/4 | three quarters
½ | one half
10x | ten times
24/7 | twenty-four seven
# percentages and money
50% | fifty percent
12.5% | twelve point five percent
50 % | fifty percent
5–10% | five to ten percent
$5 | five dollars
$1 | one dollar
$5.99 | five dollars ninety-nine
$0! | zero dollars!
$1.5M | one point five million dollars
€20 | twenty euros
20€ | twenty euros
£3.50 | three pounds fifty
20 € | twenty euros
$0.002/1K | zero point zero zero two dollars per one K
$20/month and 10k requests/s | twenty dollars per month and ten k requests per second
7B parameters, 1.5M users | seven billion parameters, one point five million users
16M of RAM, a 70B model | sixteen M of RAM, a seventy billion model
# times
10:30 | ten thirty
9:05 | nine oh five
10:00 | ten o'clock
9:00 a.m. on Nov 21st | nine a.m. on November twenty-first
10:30pm | ten thirty PM
# units
5ms | five milliseconds
5 ms | five milliseconds
1 ms | one millisecond
1s, | one second,
0.5 s. | zero point five seconds.
20 kB | twenty kilobytes
64 MiB | sixty-four mebibytes
3.2GHz | three point two gigahertz
48 kHz | forty-eight kilohertz
12px | twelve pixels
30 fps | thirty frames per second
1 fps | one frame per second
100 MB/s | one hundred megabytes per second
-14 LUFS | minus fourteen luffs
21°C | twenty-one degrees Celsius
90° | ninety degrees
8 GB | eight gigabytes
a 2TB SSD | a two terabyte SSD
s and ms | s and ms
64-bit | sixty-four-bit
5-minute | five-minute
# references
Step 3 | Step three
Step 3: | Step three:
Section 2.1 | Section two point one
#1 | number one
Issue #42 | Issue number forty-two
Figure 7 | Figure seven
# acronyms
JSON | jay-son
json, | jay-son,
SQL | sequel
SQLite | sequel lite
PostgreSQL | postgres sequel
GUI | gooey
an API. | an API.
APIs, PRs and VMs | A-P-I's, P-R's and V-M's
URLs | U-R-L's
CPUs | C-P-U's
CLI | C-L-I
IDEs | I-D-E's
npm | NPM
HTTP | HTTP
https | HTTPS
CSS | CSS
PNG | PNG
GIF | gif
YAML | yammel
JPEG | jay-peg
JSON-based | jay-son-based
CI/CD | C-I C-D
I/O | I-O
C++ | C plus plus
C# | C sharp
.NET | dot net
regex | reg-ex
NumPy | num-pie
i18n | internationalization
UTF-8 | UTF-eight
GPT-4 | GPT-four
MP3 | MP3
x86 | x eighty-six
SaaS | sass
# Latin
e.g. this | for example this
(i.e., that) | (that is, that)
and so on, etc. | and so on, et cetera.
a, b, etc. and | a, b, et cetera and
tabs vs. spaces | tabs versus spaces
tabs vs spaces in VS Code | tabs versus spaces in VS Code
cf. chapter 2 | compare chapter two
# signs
salt & pepper | salt and pepper
AT&T | AT and T
R&D | R and D
1 + 1 = 2 | one plus one equals two
~20 | about twenty
≈ 5 | is about five
a → b | a to b
3 × 4 | three times four
± 2, +/- 5 | plus or minus two, plus or minus five
x > y | x greater than y
x <= y | x at most y
@ada | at ada
Ctrl+C | control C
Ctrl+Shift+P | control shift P
client/server | client slash server
and/or | and or
HTTP/2 is O(n^2) | HTTP two is O(n squared)
# code in prose
snake_case | snake case
my_file.py | my file dot pie
pyproject.toml | pyproject dot toml
main.rs, | main dot RS,
--force | dash dash force
-v | dash v
/etc/hosts | slash et-see slash hosts
~/notes.txt | tilde slash notes dot text
src/app/main.py | source slash app slash main dot pie
os.path.join | OS dot path dot join
print() | print
https://example.org/docs. | example dot org slash docs.
www.python.org | WWW dot python dot org
me@example.com | me at example dot com
node.js | node dot JS
docs.python.org/3 | docs dot python dot org slash three
# code spans
`snake_case` | snake case
`getElementById` | get Element By ID
`parseJSON` | parse jay-son
`HTTPServer` | HTTP Server
`kebab-case` | kebab case
`os.path` | OS dot path
`setup.py` | setup dot pie
`--force` | dash dash force
`-m` | dash m
`a == b` | a equals b
`a != b` | a not equals b
`x -> y` | x arrow y
`x => y` | x arrow y
`a && b` | a and b
`ls | wc` | LS pipe wc
`a || b` | a or b
`x += 1` | x plus equals one
`n >= 10` | n greater or equal ten
`python3.13` | python three point thirteen
`0xFF` | hex F-F
`1e-6` | one e minus six
`~/.config` | tilde slash dot config
`git add .` | git add dot
`a - b` | a minus b
`cd ..` | CD dot dot
`std::vector` | standard colon colon vector
`#include` | hash include
`user@host` | user at host
`utf8` | UTF eight
`x**2` | x to the power of two
`1,024` | one thousand twenty-four
`print("hi")` | print hi
`!done` | not done
`__init__` | dunder init
`Vec<Box<u8>>` | Vec of Box of u eight
`a<b && b>c` | a less than b and b greater than c
`rm -rf -sSL -out` | RM dash R-F dash S-S-L dash out
`-p 8080:80` | dash p eighty eighty colon eighty
`--port 5432` | dash dash port fifty-four thirty-two
`C:\\temp` | C backslash temp
`f({})` | f
# pictures, quotation, breath
🎉 | party popper
🎉🎉 done | party popper done
“quoted” | quoted
it’s | it's
one — two | one, two
one - two | one, two
tool—and | tool, and
well… | well…
"""

TABLE = [tuple(line.rsplit(" | ", 1)) for line in PAIRS.strip().splitlines() if not line.startswith("# ")]


def words_of(reading: Reading, text: str, front: str = "") -> tuple[Word, ...]:
    return reading(f"{front}# A\n\n{text}\n").scenes[0].lines[0].words


def spoken(words: tuple[Word, ...]) -> str:
    return " ".join(word.spoken for word in words)


def test_the_table_is_long_and_says_nothing_twice() -> None:
    assert len(TABLE) >= 150
    assert len({written for written, _ in TABLE}) == len(TABLE)


@pytest.mark.parametrize(("written", "how"), TABLE)
def test_what_is_written_is_said_as_a_programmer_reads_it(reading: Reading, written: str, how: str) -> None:
    guard = "\\" if written[0] in "~+-" and " " in written[:2] else ""
    assert spoken(words_of(reading, guard + written)) == how


@pytest.mark.parametrize(("text", "how"), [
    ("Run *it*, *e.g.* with `--help`.", "Run it, for example with dash dash help."),
    ("About [JSON](https://json.org) & <https://json.org>", "About jay-son and jay-son dot org"),
    ("(`uv`)'s **5** ms", "(uv)'s five milliseconds"),
    ("5 ms{say: em ess}", "five em ess"),
    ("un*believ*able 1,0*24*", "unbelievable one thousand twenty-four"),
    ("tool{say: thing} — and", "thing, and"),
    ("etc. Then", "et cetera. Then"),
])
def test_rules_hold_across_marks_of_markdown(reading: Reading, text: str, how: str) -> None:
    assert spoken(words_of(reading, text)) == how


PLAIN = (
    "Welcome back to the workshop. Today we build a small robot, step by step, in Blender! First, open the side panel; "
    "then choose the tab: don't worry, nothing (really) moves yet… Is JavaScript on GitHub? "
    "Yes, NASA's OK is state-of-the-art."
)


def one(text: str, language: str = "en") -> str:
    return said([Written(((text, False),))], Speech(language))[0]


def test_plain_words_are_said_as_they_are_written() -> None:
    assert [one(word) for word in PLAIN.split()] == PLAIN.split()


def test_what_is_said_is_said_the_same_when_it_is_written_out(reading: Reading) -> None:
    settled = [how for written, how in TABLE if not re.search(r"[A-Z.'`]", how)]
    assert len(settled) > 100
    assert [how for how in settled if spoken(words_of(reading, how)) != how] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_word_keeps_its_place_and_none_with_letters_or_digits_is_mute(reading: Reading, language: str) -> None:
    front = f"---\nlanguage: {language}\n---\n"
    paragraphs = "\n\n".join(f"Start {written} end" for written, _ in TABLE)
    lines = reading(f"{front}# A\n\n{paragraphs}\n").scenes[0].lines
    for (written, _), words in zip(TABLE, (line.words for line in lines), strict=True):
        assert words[0].spoken.startswith("Start") and words[-1].spoken == "end"
        assert len(words) <= len(written.split()) + 2
        assert [w for w in words if any(map(str.isalnum, w.written)) and not any(map(str.isalnum, w.spoken))] == []
        assert all(word.spoken and word.spoken == " ".join(word.spoken.split()) for word in words)


def test_any_sequence_of_signs_is_said_as_something() -> None:
    signs = string.punctuation + "–—…→×°€½🎉a1 "
    for first in signs:
        for second in signs:
            text = f"{first}{second}7x{second}{first}".replace(" ", "")
            how = one(text)
            assert "seven" in how or "ex" in how or any(map(str.isalnum, how)), text
            assert how == how.strip() and "  " not in how


def test_numbers_have_names() -> None:
    assert [cardinal(n) for n in (0, 13, 40, 99, 100, 1001, 10**6)] == [
        "zero", "thirteen", "forty", "ninety-nine", "one hundred", "one thousand one", "one million",
    ]  # fmt: skip
    assert [ordinal(n) for n in (1, 5, 8, 9, 20, 22, 101)] == [
        "first", "fifth", "eighth", "ninth", "twentieth", "twenty-second", "one hundred first",
    ]  # fmt: skip
    assert spelt("1" + "0" * 15) == "one" + " zero" * 15
    assert one("9" * 5000).split() == ["nine"] * 5000
    assert Dictionary().pattern.search("anything at all") is None
