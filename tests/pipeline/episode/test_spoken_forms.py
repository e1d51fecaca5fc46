"""What is written, and how a programmer reads it aloud."""

import re
import string
from collections.abc import Callable

import pytest

from lectern.pipeline.episode.model import Episode, Word
from lectern.pipeline.episode.spoken.dictionary import Dictionary
from lectern.pipeline.episode.spoken.numerals import cardinal, ordinal, spelt
from lectern.pipeline.episode.spoken.speech import SpeechRules, WrittenWord, spoken_forms

Reading = Callable[[str | bytes], Episode]

PAIRS = """
# terms and names in code
Call useState first. | Call yooz State first.
`getElementById` | get Element By ID
O(log n), not Θ(n) | big O of log n, not big theta of n
the README, a todo, the src | the read-me, a to-do, the source
Bézier `Bézier` | bez-ee-ay bez-ee-ay
a RESTful API | a restful API
`APIs` and `YAML's` | A-P-I's and yammel's
`don't` or `'x'` | don't or x
`SELECT * FROM users` | SELECT star FROM users
`f(a)` with `-m "add a file"` | f ay with dash m add a file
IEEE 754 | I triple E seven fifty-four
CORS, CIDR and JIT | cores, cider and jit
(see O(1)) | (see big O of one)
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
Version v1.2.3-rc.1 of it | Version one point two point three release candidate one of it
Release v2 of it | Release two of it
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
£15.21each and $5each | fifteen pounds twenty-one each and five dollars each
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
HTTP/2 is O(n^2) | HTTP two is big O of n squared
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
`parseJSON` | parse jay-son
`HTTPServer` | HTTP Server
`kebab-case` | kebab case
`os.path` | OS dot path
`setup.py` | setup dot pie
`--force` | dash dash force
`-m` | dash m
`a == b` | ay equals b
`a != b` | ay not equals b
`x -> y` | x arrow y
`x => y` | x arrow y
`a && b` | ay and b
`ls | wc` | LS pipe W-C
`a || b` | ay or b
`x += 1` | x plus equals one
`n >= 10` | n greater or equal ten
`python3.13` | python three point thirteen
`0xFF` | hex F-F
`1e-6` | one e minus six
`~/.config` | tilde slash dot config
`git add .` | git add dot
`a - b` | ay minus b
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
`a<b && b>c` | ay less than b and b greater than c
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
# names, telephones, dates, formulas and other marks
World War II ended in 1945. | World War two ended in nineteen forty-five.
Henry VIII had six wives. | Henry the eighth had six wives.
Chapter IV and Part III | Chapter four and Part three
Star Wars Episode V | Star Wars Episode five
Elizabeth II and Louis XIV | Elizabeth the second and Louis the fourteenth
Final Fantasy VII | Final Fantasy seven
Act I, Scene II | Act one, Scene two
Type I error | Type one error
the i9 CPU | the i nine CPU
From about 1493 to 1479 BC. | From about fourteen ninety-three to fourteen seventy-nine BC.
in 44 BC and 1066 AD | in forty-four BC and ten sixty-six AD
300 BCE | three hundred BCE
It is 10m (32ft) long, with a 40cm gap. | It is ten meters (thirty-two feet) long, with a forty centimeter gap.
5 ft 6 in | five feet six inches
The 24th of May, the 2nd try, the 111th time. | The twenty-fourth of May, the second try, the one hundred eleventh time.
the 1st, 3rd, 12th, 100th | the first, third, twelfth, one hundredth
The current time is 1:49 PM. | The current time is one forty-nine PM.
The price will be $100 after 9:30PM. | The price will be one hundred dollars after nine thirty PM.
at 9 am, 5pm, 12 a.m. | at nine am, five PM, twelve a.m.
at 17:00 and 00:30 | at seventeen hundred and zero thirty
14:05:33 | fourteen oh five thirty-three
10:30-11:45 | ten thirty to eleven forty-five
9-5 | nine to five
9am-5pm | nine AM to five PM
from 10:30 to 11:45 | from ten thirty to eleven forty-five
Mon-Fri 9:00-17:00 | Monday to Friday nine o'clock to seventeen hundred
Open Sat–Sun. | Open Saturday to Sunday.
Tue-Thurs, Jan-Mar 2026 | Tuesday to Thursday, January to March twenty twenty-six
Monday-Wednesday or Sept.-Nov. | Monday to Wednesday or September to November.
a Sun-Star, Mon-Jan, May-be | a Sun-Star, Mon-Jan, May-be
It costs $43,000. | It costs forty-three thousand dollars.
$1.50 and $0.99 | one dollar fifty and ninety-nine cents
$99,070.01 | ninety-nine thousand seventy dollars and one cent
$3.05, £2.01 and €1.09 | three dollars and five cents, two pounds and one penny and one euro and nine cents
£0.99 or £0.01 | ninety-nine pence or one penny
¥100.50 | one hundred yen fifty
3bn rows, $2tn | three billion rows, two trillion dollars
$1,234.56 | one thousand two hundred thirty-four dollars fifty-six
€20 or 20 € | twenty euros or twenty euros
$5M and $1.2bn | five million dollars and one point two billion dollars
$1k a month | one thousand dollars a month
5 USD and EUR 20 | five USD and EUR twenty
10¢ | ten cents
IPv6, ipv4 and ID3. | I-P-V six, I-P-V four and ID three.
TDAE claims | T-D-A-E claims
the AWS CLI | the A-W-S C-L-I
SQL's JOIN | sequel's JOIN
an XKCD comic | an X-K-C-D comic
HTTP/2 and HTTP/3 | HTTP two and HTTP three
TLS 1.3 | TLS one point three
UTF-8 and UTF-16 | UTF-eight and UTF-sixteen
x86_64 and arm64 | x eighty-six sixty-four and arm sixty-four
Use x64, not x86. | Use x sixty-four, not x eighty-six.
ES6 and ES2015 | ES six and ES twenty fifteen
Python3 and Python 3 | Python three and Python three
C99 and C++17 | C ninety-nine and C plus plus seventeen
1.234.567 euro | one million two hundred thirty-four thousand five hundred sixty-seven euro
1 000 000 users | one million users
1 000 000 users | one million users
1'000'000 users | one million users
1_000_000 | one million
12,345,678 | twelve million three hundred forty-five thousand six hundred seventy-eight
The serial is EM3985771. | The serial is EM three nine eight five seven seven one.
call 555-1234 | call five five five, one two three four
call (555) 123-4567 | call (five five five) one two three, four five six seven
+1 555 123 4567 | plus one five five five one two three four five six seven
+49 30 123456 | plus four nine three zero one two three four five six
1-800-FLOWERS | one, eight zero zero, FLOWERS
call 911 | call nine one one
ISBN 978-3-16-148410-0 | I-S-B-N nine seven eight, three, one six, one four eight four one zero, zero
5kg at 60km/h | five kilograms at sixty kilometers per hour
3/4 of it, and 24/7 support | three quarters of it, and twenty-four seven support
1/2, 1/3, 2/3, 1/4, 5/8, 7/10 | one half, one third, two thirds, one quarter, five eighths, seven tenths
1 1/2 cups | one and a half cups
2½ hours | two and a half hours
Between 10-12 users | Between ten to twelve users
pages 10–12 | pages ten to twelve
Version 3.10, Section 3.10, and 3.10 dollars | Version three point ten, Section three point one zero, and three point one zero dollars
v2.0.1-beta.3 | version two point zero point one beta three
3.13.0rc1 | three point thirteen point zero release candidate one
Ubuntu 24.04 | Ubuntu twenty-four point zero four
iOS 17.4 | iOS seventeen point four
Section 4.2.1 | Section four point two point one
AT&amp;T and &lt;b&gt; | AT and T and less than b greater than
Q&A and R&D | Q and A and R and D
This is ==marked== text. | This is marked text.
This is ~~struck~~ text. | This is struck text.
This is ++inserted++ text. | This is inserted text.
H~2~O and x^2^ | H two O and x squared
He_said_it and _emphasis_ here. | He said it and emphasis here.
a [link](https://example.org) here | a link here
100% of 50°C is -5°F | one hundred percent of fifty degrees Celsius is minus five degrees Fahrenheit
about 3.5% | about three point five percent
x^2 + y^2 = z^2 | x squared plus y squared equals z squared
2^10 bytes | two to the power of ten bytes
2^n and n^k | two to the n and n to the k
10^9 and 10^-3 | ten to the power of nine and ten to the power of minus three
2**8 | two to the power of eight
2³ and 10⁶ | two cubed and ten to the power of six
x₁ and H₂O | x one and H two O
O(n), O(1), O(n^2), O(n²) | big O of n, big O of one, big O of n squared, big O of n squared
f(x) = 2x + 1 | f(x) equals two x plus one
a + b = c | a plus b equals c
5 x 3 and 5 × 3 | five times three and five times three
5 * 3 | five times three
3 - 2 | three minus two
7 - 5 = 2 | seven minus five equals two
-5 degrees | minus five degrees
−5 degrees | minus five degrees
6/2 | six over two
n/2 | n over two
n-1 and n+1 | n minus one and n plus one
i++ | i plus plus
1 < 2 and 3 > 2 | one less than two and three greater than two
x >= 5 | x at least five
a != b | a is not b
≥ 5 and ≤ 3 | at least five and at most three
± 3 | plus or minus three
√2 and π | the square root of two and pi
∞ | infinity
0.5s, 250ms, 3min, 2h | zero point five seconds, two hundred fifty milliseconds, three minutes, two hours
1h30m and 2m30s | one hour thirty minutes and two minutes thirty seconds
5 mins, 3 secs, 2 hrs | five minutes, three seconds, two hours
30 s | thirty seconds
100 kB/s | one hundred kilobytes per second
16 GB of RAM | sixteen gigabytes of RAM
500 GB/day | five hundred gigabytes per day
1080p, 720p, 4K, 8k | ten eighty p, seven hundred twenty p, four K, eight k
3:1 | three to one
a 2-1 win | a two to one win
24 fps, 60 Hz, 16 GB, 4K | twenty-four frames per second, sixty hertz, sixteen gigabytes, four K
144Hz | one hundred forty-four hertz
3.5mm | three point five millimeters
100mAh | one hundred milliamp hours
-70 dB | minus seventy decibels
10-15 ms | ten to fifteen milliseconds
5-10% | five to ten percent
10k users, 5M rows | ten thousand users, five million rows
3k lines | three thousand lines
2.5k stars | two point five thousand stars
1M+ downloads | one million plus downloads
100+ people | one hundred plus people
50+% | fifty plus percent
3x faster, 10x | three times faster, ten times
2-3x | two to three times
1e9 and 3e-4 s | one e nine and three e minus four seconds
6.02e23 | six point zero two e twenty-three
0xFF, 0b1010, 0o755 | hex F-F, binary one zero one zero, octal seven five five
#ff8800 | hash F F eight eight zero zero
#FFF | hash F F F
№ 5 § 3 ¶ | number five section three paragraph
issue #42 | issue number forty-two
PR #7 | PR number seven
Rule #1: be kind | Rule number one: be kind
@user and #tag | at user and hash tag
2026-02-30 | two zero two six, zero two, three zero
2026-11-29 | November twenty-ninth, twenty twenty-six
29.11.2026 | November twenty-ninth, twenty twenty-six
11/29/2026 | November twenty-ninth, twenty twenty-six
29 Nov 2026 | twenty-ninth of November twenty twenty-six
Nov 29, 2026 | November twenty-ninth, twenty twenty-six
November 29 | November twenty-ninth
1 January | first of January
the 1990s, the '90s, the 80s | the nineteen nineties, the 'nineties, the eighties
in 2026 and 1984 | in twenty twenty-six and nineteen eighty-four
in 2000, 2005, 2010 | in two thousand, two thousand five, twenty ten
year 1900 | year nineteen hundred
1800 items | one thousand eight hundred items
99.99% | ninety-nine point nine nine percent
Ph.D. thesis, U.S. law | P-H-D thesis, U-S law
Dr. Smith and Mr. Jones | doctor Smith and mister Jones
St. Peter | saint Peter
e.g. this, i.e. that, etc. | for example this, that is that, et cetera.
Fig. 3 and No. 5 | figure three and number five
vs. and vs | versus and versus
approx. 10 | approximately ten
CO2 and H2O | CO two and H two O
I/O and TCP/IP | I-O and TCP IP
he/she | he slash she
C++, C#, F#, .NET and Node.js | C plus plus, C sharp, F sharp, dot net and Node dot JS
Vue.js, Next.js | Vue dot JS, Next dot JS
A* search | A star search
the URLs, the APIs, the IDs and the PRs | the U-R-L's, the A-P-I's, the I-D's and the P-R's
CDs and DVDs | C-D's and D-V-D's
the '90s | the 'nineties
The tests don’t run | The tests don't run
It wonʼt work | It won't work
It won＇t work | It won't work
It won`t work | It won't work
It won´t work | It won't work
Ten files ﬁt | Ten files fit
co‐operation | co-operation
:-) ok | ok
🎉 party | party popper party
👍🏽 | thumbs up sign
→ next | to next
A → B | A to B
Ctrl+C, Cmd-S | control C, command S
Ctrl-C | control C
Alt+F4 | alt F four
F5 | F five
Shift+Enter | shift Enter
⌘S | command S
⌃C | control C
Esc | escape
npm i | NPM i
git push -f | git push dash f
rm -rf / | rm dash R-F slash
Never run rm -rf /. | Never run rm dash R-F slash.
cd / and ls | cd slash and ls
Linux / macOS | Linux slash macOS
6 / 2 | six divided by two
`rm -rf /` | RM dash R-F slash
./run.sh | dot slash run dot SH
~/.bashrc | tilde slash dot bash R-C
src/main.py | source slash main dot pie
*.py | star dot pie
.gitignore | dot git ignore
.env | dot env
README.md | read-me dot MD
docker-compose.yml | docker compose dot yammel
package.json | package dot jay-son
https://example.org/a?b=c&d=1 | example dot org slash ay b equals c and d equals one
http://localhost:8080 | local host eighty eighty
me@example.org | me at example dot org
127.0.0.1 | one twenty-seven dot zero dot zero dot one
192.168.1.10:8080 | one ninety-two dot one sixty-eight dot one dot ten eighty eighty
10.0.0.0/8 | ten dot zero dot zero dot zero slash eight
port 8080 | port eighty eighty
localhost:3000 | local host three thousand
404 and 500 | four hundred four and five hundred
a 404 | a four oh four
HTTP 200 | HTTP two hundred
error 1045 | error ten forty-five
RFC 7231 | RFC seventy-two thirty-one
PEP 8 | PEP eight
ISO 8601 | ISO eighty-six oh one
CVE-2024-1234 | CVE twenty twenty-four, twelve thirty-four
CVE-2021-44228 | CVE twenty twenty-one, four four two two eight
CVE-2014-0160 | CVE twenty fourteen, zero one six zero
CVE-2024-2012 is fixed | CVE twenty twenty-four, twenty twelve is fixed
`CVE-2023-4863` | CVE twenty twenty-three, forty-eight sixty-three
2024-2026 | twenty twenty-four to twenty twenty-six
SHA-256, MD5 | SHA-two fifty-six, MD five
base64 | base sixty-four
a1b2c3d | a one b two c three d
commit a1b2c3d | commit a one b two c three d
v1 | version one
k8s | kubernetes
iPhone 15 | iPhone fifteen
MySQL | my sequel
NoSQL | no sequel
nginx | engine-ex
YAML, TOML, JSON | yammel, tommel, jay-son
kubectl | cube control
GUI, CLI | gooey, C-L-I
WYSIWYG | wizzy-wig
LaTeX | lay-tek
async/await | a-sync slash await
try/except | try slash except
if/else | if slash else
True/False | True slash False
__init__ | init
__main__.py | main dot pie
my_func() | my func
user.name | user dot name
df.head() | D-F dot head
foo[0] | foo[zero]
key=value | key equals value
--help | dash dash help
$HOME | dollar HOME
$PATH | dollar PATH
*args | star args
**kwargs | star star keyword args
a && b | a and b
a || b | a or b
~5 | about five
≈ 3 | is about three
~100 ms | about one hundred milliseconds
<5 ms | less than five ms
5% off | five percent off
1st-class | first-class
2D and 3D | two D and three D
5G and 4G | five G and four G
A4 | A four
B2B | B two B
p2p | p two p
24-bit | twenty-four-bit
64bit | sixty-four bit
32-bit | thirty-two-bit
8-core | eight-core
M1 | M one
RTX 4090 | RTX forty ninety
ThinkPad X1 | ThinkPad X one
Boeing 747 | Boeing seven hundred forty-seven
COVID-19 | COVID-nineteen
Apollo 11 | Apollo eleven
7-Eleven | seven-Eleven
3M | three M
3M tape by 3M | three M tape by three M
3M users, over 3M | three million users, over three million
it grew to 3M. | it grew to three million.
$3M and 5M | three million dollars and five million
100K | one hundred thousand
401k | four oh one K
a 401(k) plan | a four oh one K plan
403(b) and 457b | four oh three B and four fifty-seven B
401k users | four hundred one thousand users
$401k, 402k | four hundred one thousand dollars, four hundred two thousand
9/11 | nine eleven
50/50 | fifty fifty
80/20 | eighty twenty
1-on-1 | one-on-one
N/A | not applicable
w/o | without
10 lbs | ten pounds
6 oz | six ounces
5 mi | five miles
60 mph | sixty miles per hour
98.6°F | ninety-eight point six degrees Fahrenheit
20 °C | twenty degrees Celsius
1 kWh | one kilowatt hour
$9.99/mo | nine dollars ninety-nine per month
€5/month | five euros per month
2 GB/s | two gigabytes per second
10 req/s | ten requests per second
3 m² | three square meters
5 km² | five square kilometers
10 m/s | ten meters per second
1:100 | one to one hundred
1:1 | one to one
§ 5 | section five
© 2026 | copyright twenty twenty-six
¼ and ¾ | one quarter and three quarters
# breath
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
    assert len(TABLE) >= 400
    assert len({written for written, _ in TABLE}) == len(TABLE)


@pytest.mark.parametrize(("written", "how"), TABLE)
def test_what_is_written_is_said_as_a_programmer_reads_it(reading: Reading, written: str, how: str) -> None:
    guard = "\\" if written[0] in "~+-" and " " in written[:2] else ""
    assert spoken(words_of(reading, guard + written)) == how


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Run *it*, *e.g.* with `--help`.", "Run it, for example with dash dash help."),
        ("About [JSON](https://json.org) & <https://json.org>", "About jay-son and jay-son dot org"),
        ("(`uv`)'s **5** ms", "(uv)'s five milliseconds"),
        ("5 ms{say: em ess}", "five em ess"),
        ("un*believ*able 1,0*24*", "unbelievable one thousand twenty-four"),
        ("tool{say: thing} — and", "thing, and"),
        ("etc. Then", "et cetera. Then"),
    ],
)
def test_rules_hold_across_marks_of_markdown(reading: Reading, text: str, how: str) -> None:
    assert spoken(words_of(reading, text)) == how


PLAIN = (
    "Welcome back to the workshop. Today we build a small robot, step by step, in Blender! First, open the side panel; "
    "then choose the tab: don't worry, nothing (really) moves yet… Is JavaScript on GitHub? "
    "Yes, NASA's OK is state-of-the-art."
)


def one(text: str, language: str = "en") -> str:
    return spoken_forms([WrittenWord(((text, False),))], SpeechRules(language))[0]


def test_plain_words_are_said_as_they_are_written() -> None:
    assert [one(word) for word in PLAIN.split()] == PLAIN.split()


def test_what_is_said_is_said_the_same_when_it_is_written_out(reading: Reading) -> None:
    settled = [how for written, how in TABLE if not re.search(r"[A-Z.'`]", how)]
    assert len(settled) > 100
    lines = reading("# A\n\n" + "\n\n".join(settled)).scenes[0].lines
    assert [spoken(line.words) for line in lines] == settled


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
