"""Text on a screen that looks like something nobody should read: keys, tokens, passwords, cards, addresses of people."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..base.frozen import Frozen
from ..base.geometry import Box
from .take import BlurredRegions, CaptureTake, TextBox, VisibleText, entry_at


class Leak(Frozen):
    """Something that looks like a secret: its `kind`, `masked` so that it can be shown, from `time` on, at `box`."""

    kind: str
    masked: str
    time: float
    box: Box


@dataclass(frozen=True)
class SecretMatch:
    """A secret in a text: its kind, and where it is."""

    kind: str
    start: int
    end: int


SHORTEST = 20
"""Characters of a token that is known by nothing but its disorder."""
LEAST_ENTROPY = 3.6
"""Bits a character that such a token has at least."""

_SECRET_PATTERNS: tuple[tuple[str, str], ...] = (
    ("private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    ("GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})"),
    ("GitLab token", r"\bgl(?:pat|ptt|dt|rt|cbt)-[A-Za-z0-9_-]{20,}"),
    ("AWS key", r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b"),
    ("OpenAI key", r"\bsk-(?:proj-|svcacct-|admin-|ant-[a-z0-9]+-|or-v1-)?[A-Za-z0-9_-]{20,}"),
    ("Google key", r"\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{20,}"),
    ("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/[A-Z0-9/a-z]{20,}"),
    ("Stripe key", r"\b(?:[srp]k|rk)_(?:live|test)_[A-Za-z0-9]{16,}|\bwhsec_[A-Za-z0-9]{20,}"),
    ("Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
    ("Replicate token", r"\br8_[A-Za-z0-9]{30,}"),
    ("npm token", r"\bnpm_[A-Za-z0-9]{36}"),
    ("PyPI token", r"\bpypi-[A-Za-z0-9_-]{50,}"),
    ("SendGrid key", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("Telegram token", r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    ("Discord token", r"\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}"),
    ("age key", r"\bAGE-SECRET-KEY-1[A-Z0-9]{50,}"),
    ("JWT", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    ("password in an address", r"(?<=://)[^\s/:@\"'<>]*:[^\s/@\"'<>]{2,}(?=@[\w.-])"),
    ("e-mail address", r"(?<![\w.+/-])[A-Za-z0-9](?:[\w.+-]*[A-Za-z0-9_])?@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}\b"),
)  # fmt: skip
_NAMED = re.compile(
    r"(?i)(?<![A-Za-z0-9])(?:[A-Za-z0-9_.-]*[_.-])?"
    r"(?:passw(?:or)?d|passwd|passphrase|pwd|secret|token|api[_ -]?key|apikey|auth[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key)"
    r"[\"']?\s*(?::=|=>|[:=])\s*[\"']?(?P<value>[^\s\"',;)}\]]{6,})|\bBearer\s+(?P<bearer>[A-Za-z0-9._~+/=-]{12,})"
)
_CARD = re.compile(
    r"(?<![\d.-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{5}|\d{13,16}|\d{19})(?![\d.-]|[ -]\d)"
)
_ADDRESS = re.compile(r"(?<![\w.:+-])(?:\d{1,3}\.){3}\d{1,3}(?![\w+~-]|\.\d)")
_TOKEN = re.compile(rf"(?<![\w/+.=-])[A-Za-z0-9_+/-]{{{SHORTEST},}}={{0,2}}(?![\w/+=-])")
_ORDINARY_TOKEN = re.compile(
    r"^(?:[0-9a-f]+|[0-9A-F]+|\d+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|sha(?:1|256|384|512)-.*|sha\d+:.*)$"
)
"""Hashes, numbers and UUIDs: what programmers show all day."""
_PLACEHOLDER = re.compile(
    r"(?i)^(?:[*•.x_-]+|[~.]{0,2}/.*|<.*>?|\$.*|\{.*|%.*|your[-_].*|.*example.*|changeme|none|null|true|false|undefined|str|string"
    r"|.*\(.*|os\..*|process\..*|env\..*|getenv.*|input.*|self\..*|args\..*|config\..*|settings\..*)$"
)
"""What is written where a secret would be: nothing, a path, a variable, a call."""
_EXAMPLE_ADDRESS = re.compile(
    r"(?i)@(?:[\w-]+\.)*(?:example|test|invalid|localhost|noreply|users\.noreply)\b|^git@|^(?:noreply|no-reply|user|me|you|name)@"
)


def secrets_in_text(text: str) -> tuple[SecretMatch, ...]:
    """Return what looks like a secret in a line of text, in order; nothing twice."""
    found: list[SecretMatch] = []
    for one in (
        *_shape_matches(text),
        *_named_values(text),
        *_card_numbers(text),
        *_public_addresses(text),
        *_random_tokens(text),
    ):
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def find_leaks(take: CaptureTake) -> tuple[Leak, ...]:
    """Return what looks like a secret on the screen of a capture, each at its first appearance, unless it is blurred already."""
    seen: dict[tuple[str, str], Leak] = {}
    for entry in take.text:
        hidden = _blurred_at(take.blurred, entry.time)
        for box, found in _entry_matches(entry):
            place, secret = _match_box(box, found), box.text[found.start : found.end]
            if not any(region.contains(*place.centre) for region in hidden):
                leak = Leak(kind=found.kind, masked=shorten_secret(secret), time=entry.time, box=place)
                seen.setdefault((found.kind, secret), leak)
    return tuple(seen.values())


def with_leaks_blurred(take: CaptureTake) -> CaptureTake:
    """Return the take with all that looks like a secret among what nobody may read."""
    hidden = [
        BlurredRegions(time=e.time, boxes=tuple(_match_box(box, found) for box, found in _entry_matches(e)))
        for e in take.text
    ]
    if not any(entry.boxes for entry in hidden):
        return take
    times = sorted({entry.time for entry in (*hidden, *take.blurred)})
    merged = [
        BlurredRegions(time=time, boxes=(*_blurred_at(take.blurred, time), *_blurred_at(hidden, time)))
        for time in times
    ]
    kept = [entry for i, entry in enumerate(merged) if i == 0 or entry.boxes != merged[i - 1].boxes]
    return take.model_copy(update={"blurred": tuple(kept)})


def shorten_secret(secret: str) -> str:
    """Return as much of a secret as tells which one it is: ``ghp_…`` and its length."""
    shown = 4 if len(secret) >= 16 else 1
    return f"{secret[:shown]}… ({len(secret)} characters)"


def _entry_matches(entry: VisibleText) -> Iterator[tuple[TextBox, SecretMatch]]:
    return ((box, found) for box in entry.boxes for found in secrets_in_text(box.text))


def _blurred_at(regions: Sequence[BlurredRegions], time: float) -> tuple[Box, ...]:
    """Return what is hidden at `time`."""
    entry = entry_at(regions, time)
    return entry.boxes if entry else ()


def _match_box(box: TextBox, found: SecretMatch) -> Box:
    """Return where a part of a line is, with a margin for letters that are not all equally wide."""
    size = max(1, len(box.text))
    left, right = found.start / size, found.end / size
    slack = 0.0 if (found.start, found.end) == (0, size) else min(0.02, 1.5 * box.box.w / size)
    part = Box(x=box.box.x + left * box.box.w, y=box.box.y, w=(right - left) * box.box.w, h=box.box.h).grown(
        slack, 0.004
    )
    x, y = max(0.0, part.x), max(0.0, part.y)
    return Box(x=x, y=y, w=min(1.0, part.right) - x, h=min(1.0, part.bottom) - y)


def _shape_matches(text: str) -> Iterator[SecretMatch]:
    for kind, pattern in _SECRET_PATTERNS:
        for match in re.finditer(pattern, text):
            if kind != "e-mail address" or not _EXAMPLE_ADDRESS.search(match[0]):
                yield SecretMatch(kind, match.start(), match.end())


def _named_values(text: str) -> Iterator[SecretMatch]:
    """Yield values of things that are called a secret."""
    for match in _NAMED.finditer(text):
        group = "value" if match["value"] else "bearer"
        value = match[group].rstrip(".:")
        if not _PLACEHOLDER.match(value) and (group == "bearer" or _looks_like_password(value)):
            yield SecretMatch("password or token", match.start(group), match.start(group) + len(value))


def _looks_like_password(value: str) -> bool:
    """Return whether a value is no ordinary word of code: a password has digits or signs, or both cases."""
    kinds = sum(bool(re.search(pattern, value)) for pattern in ("[a-z]", "[A-Z]", r"\d", r"[^\w.]"))
    code = r"[a-z]+(?:_[a-z]+)*|[a-z]+(?:[A-Z][a-z]+)+|[A-Z][a-z]+|[\w.]+\[.*|\d+(?:\.\d+)*\w?"
    return kinds >= 2 and not re.fullmatch(code, value)


def _card_numbers(text: str) -> Iterator[SecretMatch]:
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if digits[0] in "23456" and len(digits) in (13, 15, 16, 19) and len(set(digits)) > 3 and _luhn(digits):
            yield SecretMatch("credit card", match.start(), match.end())


def _luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of the others (ISO/IEC 7812-1)."""
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _public_addresses(text: str) -> Iterator[SecretMatch]:
    """Yield public IP addresses; those of private networks and of documentation reveal nothing."""
    for match in _ADDRESS.finditer(text):
        parts = [int(part) for part in match[0].split(".")]
        if all(part < 256 for part in parts) and _is_public(parts) and not _is_version(text, match.start()):
            yield SecretMatch("IP address", match.start(), match.end())


def _is_public(parts: list[int]) -> bool:
    a, b, c = parts[:3]
    private = a in (0, 10, 127) or a >= 224 or (a, b) in ((192, 168), (169, 254)) or (a == 172 and 16 <= b <= 31)
    reserved = (a, b, c) in ((192, 0, 2), (198, 51, 100), (203, 0, 113)) or (a == 100 and 64 <= b <= 127)
    return not private and not reserved and parts not in _RESOLVERS


_RESOLVERS = ([8, 8, 8, 8], [8, 8, 4, 4], [1, 1, 1, 1])
"""Addresses that everybody knows and pings."""


def _is_version(text: str, at: int) -> bool:
    return re.search(r"(?i)(?:version|release|chrome/|v|==|[~^@]|-)\s*$", text[:at]) is not None


def _random_tokens(text: str) -> Iterator[SecretMatch]:
    """Yield long tokens in which letters of both cases and digits are mixed without any order."""
    for match in _TOKEN.finditer(text):
        token = match[0]
        if (
            not _ORDINARY_TOKEN.match(token)
            and not _is_path(token)
            and _mixes_cases_and_digits(token)
            and _entropy(token) >= LEAST_ENTROPY
        ):
            yield SecretMatch("token", match.start(), match.end())


def _is_path(token: str) -> bool:
    """Return whether it is made of words: a path, a name in code, a package with its version."""
    parts = [
        part for part in re.split(r"[/_+-]|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", token) if part
    ]
    words = sum(
        len(part) for part in parts if re.fullmatch(r"[A-Za-z]?[a-z]{2,}|[A-Z]{2,6}|\d{1,4}", part) and len(part) > 2
    )
    return words >= 0.6 * len(token.strip("="))


def _mixes_cases_and_digits(token: str) -> bool:
    digits = len(re.findall(r"\d", token))
    turns = len(re.findall(r"(?<=[A-Za-z])\d|\d(?=[A-Za-z])|(?<=[a-z])[A-Z]|(?<=[A-Z])[a-z]", token))
    return (
        digits >= 2 and bool(re.search("[a-z]", token)) and bool(re.search("[A-Z]", token)) and turns >= len(token) / 4
    )


def _entropy(token: str) -> float:
    """Return Shannon's entropy, in bits per character."""
    return -sum(n / len(token) * math.log2(n / len(token)) for n in Counter(token).values())
