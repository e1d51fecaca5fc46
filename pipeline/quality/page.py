"""The film's certificate as a page: what was measured, what a viewer would notice, and what it looks like there.

The page needs nothing but itself. Titles, lines and messages come from scripts of strangers, so all of them are escaped, and
the page may run no script and load nothing.
"""

import base64
import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import pi

from ..base.assets import page_file
from ..base.clock import Span, time_code
from ..base.errors import FilmFinding, visible
from .heard import ExpectedLine, HeardLine
from .score import RULE, FilmScore, MeasureScore, State

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
MARKS: Mapping[State, str] = {"passed": "✓", "failed": "!", "unmeasured": "?", "absent": "–"}
WIDTH, HEIGHT, MIDDLE = 1000, 132, 62
"""The waveform's drawing, in its own units."""
RADIUS = 70
TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600)
"""Seconds between two times under the waveform; there are at most ten."""
LOW = 60
"""The score below which its ring is red."""


@dataclass(frozen=True)
class CertificatePage:
    """What is on the page. `pictures` are JPEG files by the time of the film that they show (seconds).

    `waveform` are the film's peaks (0..1) at even distances; `scenes` their titles and spans; `facts` short sentences about the
    film; `respoken` which lines were spoken once more; `film` is its SHA-256.
    """

    title: str
    seconds: float
    score: FilmScore
    pictures: Mapping[float, bytes]
    waveform: Sequence[float]
    scenes: Sequence[tuple[str, Span]]
    lines: Sequence[ExpectedLine]
    heard: Sequence[HeardLine] | None
    facts: Sequence[str]
    synthetic: Sequence[str]
    respoken: Sequence[str]
    film: str

    @property
    def findings(self) -> list[FilmFinding]:
        """All findings, by time; those without one are last."""
        found = dict.fromkeys(finding for measure in self.score.measures for finding in measure.findings)
        return sorted(found, key=lambda one: one.at if one.at is not None else self.seconds + 1)


def certificate_html(page: CertificatePage) -> str:
    """Return the page as HTML."""
    style = page_file("report.css").read_text(encoding="utf-8")
    parts = (_top(page), _strip(page), _wave(page), _measures(page.score), _findings(page), _heard(page), _footer(page))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{_text(page.title)}: report</title>'
        f"<style>{style}</style></head>\n<body><main>\n{''.join(parts)}</main></body></html>\n"
    )


def _text(text: str) -> str:
    return html.escape(visible(text), quote=True)


def verdict(page: CertificatePage) -> str:
    """Return what the score says, in a sentence or two."""
    number, whole = len(page.findings), page.score.whole
    missed = [row.title.lower() for row in page.score.measures if row.state == "unmeasured"]
    unmeasured = f" Not measured: {', '.join(missed)}; that keeps the score below 100." if missed else ""
    if number:
        things = "1 thing; it" if number == 1 else f"{number} things; each"
        return f"A viewer would notice {things} is below, with its picture.{unmeasured}"
    return (
        "Everything was measured, and nothing was found that a viewer would notice."
        if whole
        else f"Nothing was found.{unmeasured}"
    )


def _top(page: CertificatePage) -> str:
    facts = " · ".join(map(_text, page.facts))
    return (
        f'<div class="top"><div><p class="eyebrow">Film report</p><h1>{_text(page.title)}</h1>'
        f'<p class="verdict">{_text(verdict(page))}</p><p class="soft">{facts}</p></div>{_ring(page)}</div>\n'
    )


def _ring(page: CertificatePage) -> str:
    percent = page.score.percent
    length = 2 * pi * RADIUS
    look = "good" if percent == 100 else "bad" if percent < LOW or page.findings else "open"
    return (
        f'<svg class="ring" viewBox="0 0 172 172" role="img" aria-label="{percent} of 100 points">'
        f'<circle class="track" cx="86" cy="86" r="{RADIUS}" fill="none" stroke-width="14"/>'
        f'<circle class="{look}" cx="86" cy="86" r="{RADIUS}" fill="none" stroke-width="14" stroke-linecap="round" '
        f'stroke-dasharray="{length * percent / 100:.1f} {length:.1f}" transform="rotate(-90 86 86)"/>'
        f'<text x="86" y="98" text-anchor="middle" font-size="46">{percent}</text>'
        '<text class="of" x="86" y="120" text-anchor="middle" font-size="14">of 100</text></svg>'
    )


def _strip(page: CertificatePage) -> str:
    shown = [(title, start, _nearest(page.pictures, (start + end) / 2)) for title, (start, end) in page.scenes]
    figures = (
        f'<figure>{_image(picture, title)}<figcaption title="{_text(title)}">{time_code(start)} · {_text(title)}</figcaption></figure>'
        for title, start, picture in shown
        if picture
    )
    return f'<div class="strip">{"".join(figures)}</div>\n'


def _image(picture: bytes, about: str) -> str:
    return f'<img alt="{_text(about)}" src="data:image/jpeg;base64,{base64.b64encode(picture).decode()}">'


def _nearest(pictures: Mapping[float, bytes], time: float) -> bytes | None:
    near = min(pictures, key=lambda at: abs(at - time), default=None)
    return None if near is None or abs(near - time) > 0.6 else pictures[near]


# The waveform


def _wave(page: CertificatePage) -> str:
    scale = WIDTH / max(page.seconds, 0.1)
    step = WIDTH / max(1, len(page.waveform))
    upper = [f"{i * step:.1f},{MIDDLE - 46 * peak:.1f}" for i, peak in enumerate(page.waveform)]
    lower = [f"{i * step:.1f},{MIDDLE + 46 * peak:.1f}" for i, peak in enumerate(page.waveform)]
    body = f'<polygon class="body" points="{" ".join([*upper, *reversed(lower)])}"/>' if page.waveform else ""
    voices = "".join(_line_bar(line, scale) for line in page.lines)
    pins = "".join(_pin(number, one, scale) for number, one in enumerate(page.findings, 1) if one.at is not None)
    found = '<span><i style="background:var(--bad)"></i>a finding, by its number below</span>' if pins else ""
    return (
        '<h2>The sound</h2><div class="card wave">'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" aria-label="The film\'s sound over time">'
        f"{_ticks(page.seconds, scale)}{body}{voices}{pins}</svg>"
        '<div class="key"><span><i style="background:var(--wave)"></i>how loud the film is</span>'
        f'<span><i style="background:var(--voice)"></i>a line of the script</span>{found}</div></div>\n'
    )


def _line_bar(line: ExpectedLine, scale: float) -> str:
    said, wide = _text(" ".join(word.written for word in line.words)), max(1.0, (line.end - line.start) * scale)
    place = f'x="{line.start * scale:.1f}" y="110" width="{wide:.1f}" height="5" rx="2"'
    return f'<rect class="voice" {place}><title>{said}</title></rect>'


def _ticks(seconds: float, scale: float) -> str:
    step = next((tick for tick in TICKS if seconds / tick <= 10), 1200)
    return "".join(
        f'<line class="grid" x1="{at * scale:.1f}" x2="{at * scale:.1f}" y1="12" y2="108"/>'
        f'<text class="time" x="{at * scale + 3:.1f}" y="130" font-size="11">{time_code(at)}</text>'
        for at in range(0, int(seconds) + 1, step)
    )


def _pin(number: int, finding: FilmFinding, scale: float) -> str:
    x = (finding.at or 0.0) * scale
    return (
        f'<g><title>{_text(str(finding))}</title><rect class="fault" x="{x - 1.5:.1f}" y="16" width="3" height="94"/>'
        f'<circle class="pin" cx="{x:.1f}" cy="9" r="8.5"/>'
        f'<text class="pin-text" x="{x:.1f}" y="13" text-anchor="middle" font-size="11">{number}</text></g>'
    )


# The tables


def _measures(score: FilmScore) -> str:
    rows = "".join(map(_measure, score.measures))
    return (
        f'<h2>What was measured</h2><p class="lead">On the finished file, not on the plan.</p><div class="card measures">{rows}</div>'
        f"<details><summary>How the score is computed</summary><p>{_text(RULE)}</p></details>\n"
    )


def _measure(row: MeasureScore) -> str:
    said = {"unmeasured": "Not measured.", "absent": "The film has nothing of this kind."}.get(row.state, row.figures)
    points = "doesn't count" if row.state == "absent" else f"{row.points:g} of {row.most:g}"
    share = 0 if row.state == "absent" else 100 * row.points / row.most
    return (
        f'<div class="measure {row.state}"><span class="mark" aria-label="{row.state}">{MARKS[row.state]}</span>'
        f'<div><b>{_text(row.title)}</b><div class="asks">{_text(row.asks)}</div><div class="figures">{_text(said)}</div></div>'
        f'<div class="points">{points}<div class="bar"><span style="width:{share:.0f}%"></span></div></div></div>'
    )


def _findings(page: CertificatePage) -> str:
    if not page.findings:
        return ""
    cards = "".join(_finding(number, one, page.pictures) for number, one in enumerate(page.findings, 1))
    return f"<h2>What a viewer would notice</h2>{cards}\n"


def _finding(number: int, finding: FilmFinding, pictures: Mapping[float, bytes]) -> str:
    picture = None if finding.at is None else _nearest(pictures, finding.at)
    when = "" if finding.at is None else f'<span class="chip">{time_code(finding.at)}</span>'
    where = f'<span class="chip">{_text(finding.file)}, line {finding.line}</span>' if finding.line else ""
    shown = _image(picture, "the film at that time") if picture else ""
    return (
        f'<div class="card finding{"" if shown else " plain"}">{shown}<div><p><span class="number">{number}</span>{when}{where}</p>'
        f"<p>{_text(finding.message)}</p></div></div>"
    )


def _heard(page: CertificatePage) -> str:
    if not page.heard:
        return ""
    words = {line.id: [word.written for word in line.words] for line in page.lines}
    rows = "".join(map(partial(_heard_row, words), page.heard))
    return (
        "<h2>What was heard</h2><p class=\"lead\">The film's sound was written down by a program that doesn't know the script. It spells "
        "words its own way, so their sounds are compared.</p>"
        '<div class="card"><table class="heard"><tr><th>Time</th><th>Script</th><th>Heard</th><th>Alike</th></tr>'
        f"{rows}</table></div>{''.join(f'<p class="soft">{_text(one)}.</p>' for one in page.respoken)}\n"
    )


def _heard_row(words: Mapping[str, Sequence[str]], one: HeardLine) -> str:
    written = _text(" ".join(words.get(one.id, ())))
    for missed in _longest_first(problem.words for problem in one.problems if problem.words):
        written = written.replace(_text(missed), f"<mark>{_text(missed)}</mark>", 1)
    return (
        f'<tr><td class="number-cell">{time_code(one.start)}</td><td>{written}</td><td>{_text(one.heard)}</td>'
        f'<td class="number-cell">{one.share:.0%}</td></tr>'
    )


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(set(texts), key=len, reverse=True)


def _footer(page: CertificatePage) -> str:
    synthetic = f"<p>Synthetic in this film: {_text('; '.join(page.synthetic))}.</p>" if page.synthetic else ""
    return f"<footer>{synthetic}<p>film.mp4, SHA-256 {_text(page.film)}. Measured by Lectern.</p></footer>\n"
