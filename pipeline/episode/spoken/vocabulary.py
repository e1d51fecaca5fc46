"""What programmers say: English tables. Words are looked up like those of a pronunciation dictionary."""

from collections.abc import Mapping
from types import MappingProxyType

from .dictionary import Dictionary, Entry, merge_entries
from .terms import TERMS

Table = Mapping[str, str]


def _letters(words: str) -> dict[str, str]:
    """Return a word said letter by letter. Voices do so by themselves for capitals."""
    return {word: word.upper() for word in words.split()}


def _letters_apart(words: str) -> dict[str, str]:
    """Return a word said letter by letter, though its capitals can be read as a word ("CLI" as "kly")."""
    return {word: "-".join(word.upper()) for word in words.split()}


_LETTERS = _letters(
    "api sdk cpu gpu css html http https xml svg png pdf csv tsv npm pnpm url dns ssh ssl tls tcp udp ftp sftp smtp rgb "
    "rgba hsl hdr ssd usb vpn db jpg mkv mp3 mp4 jsx tsx llm gpt nlp ocr tts xss csrf jwt uuid gcc rpc ui js ts md"
)
_LETTERS_APART = _letters_apart(
    "cli ide uri aws orm otio imap UX CI OOP EOF EOL ETL FAQ EC2 AVI UEFI ASGI IoT POC ROI OKR"
)

_ACRONYMS: tuple[Entry, ...] = tuple(
        {
            **_LETTERS,
            **_LETTERS_APART,
            "sql": "sequel", "mysql": "my sequel", "sqlite": "sequel lite", "postgresql": "postgres sequel",
            "nosql": "no sequel", "json": "jay-son", "jsonl": "jay-son lines", "yaml": "yammel", "TOML": "tommel",
            "scsi": "scuzzy", "wysiwyg": "wizzy-wig", "401(k)": "four oh one K", "esc": "escape", "yml": "yammel",
            "gui": "gooey", "gif": "gif", "jpeg": "jay-peg", "mpeg": "em-peg", "ffmpeg": "F-F em-peg", "wasm": "wazm",
            "ascii": "askey", "latex": "lay-tek", "nginx": "engine-ex", "kubectl": "cube control", "k8s": "kubernetes",
            "i18n": "internationalization", "l10n": "localization", "a11y": "accessibility", "numpy": "num-pie",
            "scipy": "sigh-pie", "pypi": "pie-P-I", "pytest": "pie-test", "regex": "reg-ex", "oauth": "oh-auth",
            "ci/cd": "C-I C-D", "tcp/ip": "TCP IP", "i/o": "I-O", "and/or": "and or", "n/a": "not applicable",
            "a/b": "A-B", "24/7": "twenty-four seven", "c++": "C plus plus", "g++": "G plus plus", "c#": "C sharp",
            "f#": "F sharp", ".net": "dot net", "at&t": "AT and T", "SaaS": "sass", "enum": "ee-num",
            "enums": "ee-nums", "async": "a-sync", "kwargs": "keyword args", "libc": "lib-C", "argc": "arg-C",
            "argv": "arg-V", "sqlalchemy": "sequel alchemy", "scikit-learn": "sigh-kit learn", "eslint": "E-S lint",
            "ipv4": "I-P-V four", "ipv6": "I-P-V six", "h.264": "H two sixty-four",
            "h.265": "H two sixty-five", "localhost": "local host", "stdin": "standard in", "stdout": "standard out",
            "stderr": "standard error",
    }.items()
)  # fmt: skip

WORDS = Dictionary(merge_entries((_ACRONYMS, TERMS)))
"""Acronyms and names, in prose and in code."""

CODE_WORDS = Dictionary(
    tuple(
        {
            "id": "ID", "ids": "I-D's", "os": "OS", "ip": "IP", "src": "source", "tmp": "temp", "usr": "user",
            "etc": "et-see", "cmd": "command", "ctrl": "control", "cfg": "config", "msg": "message", "btn": "button",
            "idx": "index", "std": "standard", "str": "string", "ls": "LS", "cd": "CD",
            "cp": "CP",
            "mv": "MV", "rm": "RM", "pwd": "PWD", "mkdir": "make dir", "rmdir": "remove dir", "chmod": "change mode",
            "wget": "W get", "utf": "UTF", "io": "I-O", "ai": "AI", "tty": "TTY", "www": "WWW", "wc": "W-C", "bashrc": "bash R-C",
            "zshrc": "Z S H R-C", "vimrc": "vim R-C", "npmrc": "NPM R-C", "ps": "P-S", "df": "D-F", "du": "D-U", "ln": "L-N",
            "tr": "T-R", "fn": "F-N", "ctx": "context", "req": "request", "res": "result", "addr": "address", "len": "len",
            "cmp": "compare", "dst": "destination", "dest": "destination", "tmpfs": "temp F-S", "num": "num", "err": "err",
        }.items()
    )
)  # fmt: skip
"""Parts of identifiers, commands and paths; in prose they are other words."""

ENDINGS: Table = MappingProxyType(
    {
        "py": "pie", "pyi": "pie-I", "ipynb": "notebook", "js": "JS", "mjs": "M-J-S", "ts": "TS", "rs": "RS",
        "rb": "RB",
        "sh": "SH", "md": "MD", "txt": "text", "cpp": "C-P-P", "hpp": "H-P-P", "exe": "E-X-E", "c": "C", "h": "H",
    }
)  # fmt: skip
"""Ends of file names that are said otherwise than the same letters elsewhere."""

FILES = (
    "py pyi ipynb js mjs ts jsx tsx rs rb go sh md txt cpp hpp c h java kt swift css html xml svg png jpg jpeg gif webp pdf "
    "csv tsv json jsonl yaml yml toml ini cfg lock log zip gz tar blend mov mp4 mkv mp3 wav srt vtt exe sql db env"
)
DOMAINS = "com org net io dev ai app edu gov co uk de eu fr me"

ABBREVIATIONS: Table = MappingProxyType(
    {
        "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus", "cf.": "compare", "approx.":
        "approximately", "ca.": "about", "Fig.": "figure", "fig.": "figure", "w/o": "without", "w/": "with",
        "a.k.a.": "A-K-A", "et al.": "and others", "vs": "versus",
    }
)  # fmt: skip

SYMBOLS: Table = MappingProxyType(
    {
        "+/-": "plus or minus", "&": "and", "@": "at", "#": "hash", "%": "percent", "+": "plus", "=": "equals", "~": "tilde", "*": "star",
        "<": "less than", ">": "greater than", "\u2264": "at most", "\u2265": "at least", "\u2260": "is not",
        "\u2248": "is about", "\u2192": "to", "\u2190": "from", "\u21d2": "so", "->": "to", "=>": "to", "<=": "at most",
        ">=": "at least", "==": "equals", "!=": "is not", "&&": "and", "||": "or", "|": "pipe", "\u00d7": "times",
        "\u00f7": "divided by", "\u00b1": "plus or minus", "\u2212": "minus", "\u00b0C": "degrees Celsius",
        "\u00b0F": "degrees Fahrenheit", "\u00b0": "degrees", "\u00a9": "copyright", "\u00ae": "", "\u2122": "",
        "\u00a7": "section", "\u20ac": "euros", "$": "dollars", "\u00a3": "pounds", "\u00a5": "yen",
        "\u00bd": "one half",
        "\u00bc": "one quarter", "\u00be": "three quarters", "\u221e": "infinity", "\u00b5": "micro", "\u2713": "check",
        "^": "caret", "\\": "backslash", "_": "", "\u2116": "number", "\u00b6": "paragraph", "\u221a": "the square root of",
        "\u03b1": "alpha", "\u03b2": "beta", "\u03b3": "gamma", "\u03b4": "delta", "\u0394": "delta", "\u03b5": "epsilon",
        "\u03b8": "theta", "\u03bb": "lambda", "\u03bc": "mu", "\u03c0": "pi", "\u03c3": "sigma", "\u03a3": "sigma",
        "\u03c4": "tau", "\u03c6": "phi", "\u03c9": "omega", "\u03a9": "omega", "\u00bf": "", "\u00a1": "",
    }
)  # fmt: skip
"""Signs in prose."""

OPERATORS: Table = MappingProxyType(
    {
        "===": "triple equals", "!==": "not triple equals", "==": "equals", "!=": "not equals", "<=": "less or equal",
        ">=": "greater or equal", "->": "arrow", "=>": "arrow", "|>": "pipe", "&&": "and", "||": "or",
        "**": "to the power of",
        "++": "plus plus", "+=": "plus equals", "-=": "minus equals", "*=": "times equals", "/=": "divide equals",
        ":=": "walrus", "::": "colon colon", ">>": "double greater", "<<": "double less", "...": "dot dot dot",
        "..": "dot dot", "://": "colon slash slash", "=": "equals", "&": "and", "|": "pipe", "/": "slash",
        "\\": "backslash",
        "@": "at", "#": "hash", "$": "dollar", "%": "percent", "+": "plus", "*": "star", "~": "tilde", "^": "caret",
        "<": "less than", ">": "greater than",
    }
)  # fmt: skip
"""Signs in code. What is in no table (brackets, quotes, commas) is not said."""

UNITS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        unit: (one, many or f"{one}s")
        for unit, one, many in (
            ("ns", "nanosecond", ""), ("\u00b5s", "microsecond", ""), ("us", "microsecond", ""),
            ("ms", "millisecond", ""),
            ("s", "second", ""), ("sec", "second", ""), ("min", "minute", ""), ("h", "hour", ""), ("hr", "hour", ""),
            ("B", "byte", ""), ("kB", "kilobyte", ""), ("KB", "kilobyte", ""), ("MB", "megabyte", ""),
            ("GB", "gigabyte", ""),
            ("TB", "terabyte", ""), ("PB", "petabyte", ""), ("KiB", "kibibyte", ""), ("MiB", "mebibyte", ""),
            ("GiB", "gibibyte", ""), ("TiB", "tebibyte", ""), ("kbit", "kilobit", ""), ("Mbit", "megabit", ""),
            ("Gbit", "gigabit", ""), ("kbps", "kilobit per second", "kilobits per second"),
            ("Mbps", "megabit per second", "megabits per second"),
            ("Gbps", "gigabit per second", "gigabits per second"),
            ("Hz", "hertz", "hertz"), ("kHz", "kilohertz", "kilohertz"), ("MHz", "megahertz", "megahertz"),
            ("GHz", "gigahertz", "gigahertz"), ("px", "pixel", ""), ("em", "em", ""), ("rem", "rem", ""),
            ("pt", "point", ""),
            ("dpi", "dot per inch", "dots per inch"), ("fps", "frame per second", "frames per second"),
            ("rpm", "revolution per minute", "revolutions per minute"), ("dB", "decibel", ""),
            ("LUFS", "luffs", "luffs"),
            ("nm", "nanometer", ""), ("\u00b5m", "micrometer", ""), ("mm", "millimeter", ""),
            ("mins", "minute", ""), ("secs", "second", ""), ("hrs", "hour", ""), ("ft", "foot", "feet"),
            ("mi", "mile", ""), ("mph", "mile per hour", "miles per hour"), ("lb", "pound", ""), ("lbs", "pound", ""),
            ("oz", "ounce", ""), ("mAh", "milliamp hour", ""), ("Wh", "watt hour", ""), ("mW", "milliwatt", ""),
            ("MW", "megawatt", ""), ("kV", "kilovolt", ""), ("ml", "milliliter", ""), ("mg", "milligram", ""),
            ("m\u00b2", "square meter", ""), ("km\u00b2", "square kilometer", ""), ("m\u00b3", "cubic meter", ""),
            ("Nm", "newton meter", ""), ("\u03a9", "ohm", ""), ("\u2126", "ohm", ""), ("k\u03a9", "kilohm", ""),
            ("psi", "P-S-I", "P-S-I"), ("hPa", "hectopascal", ""), ("Pa", "pascal", ""), ("kPa", "kilopascal", ""),
            ("MPa", "megapascal", ""), ("bar", "bar", "bar"), ("mol", "mole", ""), ("gal", "gallon", ""),
            ("qt", "quart", ""), ("yd", "yard", ""), ("L", "liter", ""), ("l", "liter", ""), ("dl", "deciliter", ""),
            ("cl", "centiliter", ""), ("ha", "hectare", ""), ("lm", "lumen", ""), ("lx", "lux", "lux"),
            ("kJ", "kilojoule", ""), ("kcal", "kilocalorie", ""), ("cal", "calorie", ""), ("bpm", "beat per minute", "beats per minute"),
            ("ppm", "part per million", "parts per million"), ("ppi", "pixel per inch", "pixels per inch"),
            ("mV", "millivolt", ""), ("GW", "gigawatt", ""), ("MWh", "megawatt hour", ""), ("GWh", "gigawatt hour", ""),
            ("Mbit/s", "megabit per second", "megabits per second"), ("pF", "picofarad", ""), ("nF", "nanofarad", ""),
            ("\u00b5F", "microfarad", ""), ("THz", "terahertz", "terahertz"), ("cm\u00b2", "square centimeter", ""),
            ("cm\u00b3", "cubic centimeter", ""), ("rad", "radian", ""), ("inch", "inch", "inches"),
            ("req", "request", ""), ("\u00a2", "cent", ""), ("MP", "megapixel", ""),
            ("Kbps", "kilobit per second", "kilobits per second"),
            ("cm", "centimeter", ""),
            ("m", "meter", ""), ("km", "kilometer", ""), ("g", "gram", ""), ("kg", "kilogram", ""), ("W", "watt", ""),
            ("kW", "kilowatt", ""), ("kWh", "kilowatt hour", ""), ("V", "volt", ""), ("mA", "milliamp", ""),
            ("\u00b0C", "degree Celsius", "degrees Celsius"), ("\u00b0F", "degree Fahrenheit", "degrees Fahrenheit"),
            ("\u00b0", "degree", ""), ("%", "percent", "percent"),
        )
    }
)  # fmt: skip
"""What follows a number: one of it, and several."""

PER: Table = MappingProxyType(
    {
        "s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "hour": "hour", "day": "day",
        "week": "week", "month": "month", "mo": "month", "year": "year", "yr": "year", "user": "user", "seat": "seat",
    }
)  # fmt: skip
"""Behind an amount and a slash: what it is counted by."""

SIZES: Table = MappingProxyType(
    {
        "k": "thousand",
        "K": "thousand",
        "M": "million",
        "m": "million",
        "B": "billion",
        "bn": "billion",
        "tn": "trillion",
    }
)
"""Behind an amount of money, or of what is counted."""

CURRENCIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "$": ("dollar", "dollars"), "\u20ac": ("euro", "euros"), "\u00a3": ("pound", "pounds"), "\u00a5": ("yen",
        "yen"),
    }
)  # fmt: skip

COINS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"dollar": ("cent", "cents"), "euro": ("cent", "cents"), "pound": ("penny", "pence")}
)
"""What a hundredth of a currency is called: one of it, and several."""

MONTHS = "January February March April May June July August September October November December".split()

NUMBERED = frozenset(
    "act annex appendix article book chapter class division episode figure fig grade group level mark module movie "
    "movement number page part phase quadrant scene season section stage step sub table theme tier title type unit "
    "volume vol war".split()
)
"""Words before a Roman numeral of any length: Type I, Chapter V, World War II."""

DATE_CUES = frozenset("after before by due from on since till until".split())
"""Words before a day."""

SCORE_CUES = frozenset(
    "beat defeat down draw finish lead loss lost majority record result score series tie up victory vote win won wins".split()
)
"""Words beside a result: a 2-1 win."""

YEAR_CUES = frozenset(
    f"in since until till from by of before after around during {' '.join(MONTHS).lower()} early late mid spring summer "
    "autumn fall winter".split()
)
"""Words before a year."""

VERSION_CUES = frozenset(
    "version release v python blender node java ruby go php django rust ubuntu macos ios android".split()
)
"""Words before a version, whose parts are numbers: Python 3.13 is "three point thirteen"."""

STAGES: Table = MappingProxyType(
    {"alpha": "alpha", "beta": "beta", "rc": "release candidate", "dev": "dev", "pre": "pre", "preview": "preview"}
)
"""Behind a version that is not yet out."""

NAME_CUES = frozenset("port ports error status code localhost".split())
"""Words before a number that is a name: port 5432 is "fifty-four thirty-two"."""

COUNTED_CUES = frozenset(
    "parameters parameter params model models tokens people users rows views downloads requests lines".split()
)
"""Words after a size that counts: 7B parameters are seven billion."""

AMOUNT_CUES = frozenset("about almost nearly of over past reached than to under".split())
"""Words before an amount: over 3M is three million, and 3M alone a company."""

SHOUTED = frozenset(
    "ABORT ADD ALL ALTER ALWAYS AND ANY ARE ASC BAD BEGIN BIG BODY BUG BUT CALL CASE CAN CLEAR COPY CUT DATA DATE DEBUG DESC "
    "DO DONE DOES DOWN DROP EACH ELSE END ENTER ERROR EVEN EVER EVERY EXIT FAIL FALSE FAST FATAL FILE FILL FIX FOR FREE FROM "
    "FULL GET GO GOOD GRANT GROUP HALT HAS HAVE HEAD HELP HERE HOLD HOME HOT HOW HUGE INDEX INFO INNER INTO ITS JOIN JUST "
    "KEEP KEY KILL LAST LEFT LESS LIKE LIMIT LIST LIVE LOCK LONG LOOP LOSE LOST LOW MAIN MAKE MANY MAX MAY MIN MINE MODE MORE "
    "MOST MUST NAME NEED NEVER NEW NEXT NO NONE NOT NOTE NOW NULL OFF OLD ON ONCE ONE ONLY OPEN OR ORDER OUT OUTER OVER OWN "
    "PART PASS PATCH PATH PAUSE PLAY POP POST PULL PUSH PUT QUIT QUERY READ READY REAL REDO REF RIGHT RUN SAFE SALE SAME SAVE "
    "SEE SELF SEND SET SHELL SHIFT SHOULD SHOW SIGN SIZE SKIP SLOW SOME SOON START STATE STEP STOP SUM TABLE TAKE TEST TEXT "
    "THAN THAT THE THEIR THEM THEN THERE THEY THIS TIME TODO TOO TOP TRUE TURN TWO TYPE UNDO UNION UNTIL UP USE USER VALUE VERY "
    "VIEW VIEWS WAIT WARN WAS WE WERE WHAT WHEN WHERE WHICH WHILE WHY WILL WITH WORD WRITE WRONG YES YOU YOUR ZERO".split()
)
"""Words that people, SQL, HTTP and logs write in capitals."""

KEYS: Table = MappingProxyType(
    {"Ctrl": "control", "Control": "control", "Cmd": "command", "Command": "command", "Alt": "alt", "Shift": "shift",
     "Option": "option", "Meta": "meta", "Win": "windows"}
)  # fmt: skip

KEY_SIGNS: Table = MappingProxyType(
    {"\u2318": "command", "\u2303": "control", "\u2325": "option", "\u21e7": "shift", "\u23ce": "return", "\u238b": "escape",
     "\u232b": "backspace", "\u21e5": "tab"}
)  # fmt: skip
