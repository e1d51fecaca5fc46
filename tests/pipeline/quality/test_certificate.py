"""The certificate: a score that only a faultless film gets in full, and a page that nothing in a script can break."""

from html.parser import HTMLParser

import pytest

from lectern.pipeline.base.errors import FilmFinding
from lectern.pipeline.base.geometry import Box
from lectern.pipeline.film.card import SubtitleCue
from lectern.pipeline.quality.captions import CaptionMeasures
from lectern.pipeline.quality.film import ExpectedFilm, FilmMeasures
from lectern.pipeline.quality.heard import ExpectedLine, ExpectedWord, HeardLine, HeardProblem
from lectern.pipeline.quality.page import CertificatePage, certificate_html, verdict
from lectern.pipeline.quality.score import REMARKS, score_of
from lectern.pipeline.quality.sound import SoundMeasures
from lectern.pipeline.quality.stream import StreamMeasures
from lectern.pipeline.quality.sync import ExpectedStep, SyncResult

LINE = ExpectedLine(
    id="line-1", scene="a", line=7, speaker="ada", words=(ExpectedWord(spoken="hi", written="Hi", start=0.5, end=1.0),)
)
STREAM = StreamMeasures(
    codec="h264", pixels="yuv420p", size=(1920, 1080), rate=30.0, frames=60, seconds=2.0, colours=(1, 1, 1, 1),
    sound_codec="aac", sound_rate=48000, sound_seconds=2.0,
)  # fmt: skip
SOUND = SoundMeasures(seconds=2.0, loudness=-14.0, true_peak=-1.5, clipped=0, longest_silence=0.5)
HEARD = HeardLine(id="line-1", scene="a", line=7, speaker="ada", start=0.5, heard="Hi", share=1.0)
STEPS = tuple(
    ExpectedStep(scene="a", line=9, mark=f"m{n}", frame=30, region=Box(x=0, y=0, w=1, h=1)) for n in range(10)
)


def expected(**more) -> ExpectedFilm:
    planned = {"lines": (LINE,), "captions": (SubtitleCue(start=0.5, end=1, lines=("Hi",)),), "steps": STEPS}
    return ExpectedFilm(frames=60, fps=30, size=(1920, 1080), loudness=-14.0, true_peak=-1.0, **{**planned, **more})


def measures(**more) -> FilmMeasures:
    met = {
        "stream": STREAM, "sound": SOUND, "lips": (), "texts": (), "heard": (HEARD,),
        "steps": tuple(SyncResult(scene="a", line=9, mark=step.mark, late=0) for step in STEPS),
        "captions": (CaptionMeasures(place="the film", wanted=1, right=1),),
    }  # fmt: skip
    return FilmMeasures(**{**met, **more})


def state(score, name: str) -> str:
    return next(row.state for row in score.measures if row.id == name)


def points(score, name: str) -> float:
    return next(row.points for row in score.measures if row.id == name)


def test_a_faultless_film_that_was_measured_whole_gets_all_points() -> None:
    score = score_of(measures(), expected())
    assert (score.percent, score.whole) == (100, True)


def test_what_a_film_does_not_have_does_not_count() -> None:
    score = score_of(measures(steps=(), captions=()), expected(steps=(), captions=()))
    assert (score.percent, score.whole) == (100, True)
    assert state(score, "steps") == state(score, "lips") == "absent"


def test_what_was_not_measured_is_never_full() -> None:
    score = score_of(measures(heard=None), expected())
    assert state(score, "words") == "unmeasured" and points(score, "words") == 0
    assert not score.whole and score.percent < 75


def test_anything_wrong_costs_points_however_small_its_share() -> None:
    late = measures().steps[:-1] + (SyncResult(scene="a", line=9, mark="m9", late=5),)
    score = score_of(measures(steps=late), expected())
    assert points(score, "steps") == 13.0 and score.percent < 100


def test_a_measure_that_fails_throughout_gets_nothing() -> None:
    late = tuple(SyncResult(scene="a", line=9, mark=step.mark, late=None) for step in STEPS)
    assert points(score_of(measures(steps=late), expected()), "steps") == 0


def test_remarks_of_the_build_cost_points_too() -> None:
    assert points(score_of(measures(), expected(), [FilmFinding("a narrator hides a text")]), "build") == REMARKS - 2
    assert points(score_of(measures(), expected(), [FilmFinding(str(n)) for n in range(9)]), "build") == 0


# The page

HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\x1b[31m\u202e"


class Parsed(HTMLParser):
    """The tags of a page, and what would be fetched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.shown = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data) -> None:
        self.shown += data


def page(**more) -> CertificatePage:
    problem = HeardProblem(kind="missing", words="Hi", heard="", start=0.5, end=1.0)
    heard = HEARD.model_copy(update={"problems": (problem,), "share": 0.0, "heard": HOSTILE})
    score = score_of(measures(heard=(heard,)), expected(), [FilmFinding(HOSTILE, 3)])
    given = {
        "title": HOSTILE, "seconds": 2.0, "score": score, "pictures": {0.5: b"\xff\xd8jpeg"}, "waveform": [0.1, 1.0, 0.2],
        "scenes": [(HOSTILE, (0.0, 1.0))], "lines": [LINE], "heard": [heard], "facts": ["0:02"], "synthetic": [HOSTILE],
        "respoken": [HOSTILE], "film": "abc",
    }  # fmt: skip
    return CertificatePage(**{**given, **more})


def test_nothing_that_a_script_says_becomes_a_part_of_the_page() -> None:
    text = certificate_html(page())
    tags = Parsed(text).tags
    assert "script" not in {tag for tag, _ in tags}
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert "alert(1)" in Parsed(text).shown
    assert "\x1b" not in text and "\u202e" not in text


def test_the_page_needs_nothing_but_itself() -> None:
    tags = Parsed(certificate_html(page())).tags
    sources = [attributes[name] or "" for _, attributes in tags for name in ("src", "href") if name in attributes]
    assert sources and all(source.startswith("data:image/jpeg;base64,") for source in sources)
    policy = next(a["content"] for tag, a in tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy


def test_the_page_marks_the_words_that_were_missed_and_shows_the_film_there() -> None:
    text = certificate_html(page())
    assert "<mark>Hi</mark>" in text
    assert text.count("data:image/jpeg") == 2  # the scene, and the finding at 0.5 s


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({}, "Everything was measured, and nothing was found"),
        ({"heard": None}, "Nothing was found. Not measured: words"),
    ],
)
def test_the_verdict_says_whether_all_was_measured(found: dict, words: str) -> None:
    assert words in verdict(page(score=score_of(measures(**found), expected())))
