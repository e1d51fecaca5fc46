"""Chapters as YouTube takes them, and the text that goes with a film."""

from pathlib import Path

import pytest

from lectern.pipeline.episode.characters import Character
from lectern.pipeline.episode.model import Episode, Line, Scene
from lectern.pipeline.publish.chapters import chapters, why_no_chapters
from lectern.pipeline.publish.description import Credit, credits_of, description, disclosure
from lectern.pipeline.services.voice import VoiceTake
from lectern.pipeline.timeline.model import MovieStrip, SceneSpan, Timeline


def film(*scenes: tuple[str, float]) -> Timeline:
    spans, start = [], 0
    for number, (title, seconds) in enumerate(scenes):
        end = start + round(seconds * 30)
        spans.append(SceneSpan(id=f"s{number}", title=title, start=start, end=end))
        start = end
    return Timeline(title="Film", fps=30, size=(1920, 1080), frames=start, tracks=(), scenes=tuple(spans), strips=())


def test_chapters_start_at_0_00_and_ascend() -> None:
    assert chapters(film(("One", 61), ("Two", 10), ("Three", 3600), ("Four", 20))) == (
        "0:00 One\n1:01 Two\n1:11 Three\n1:01:11 Four"
    )


def test_a_short_scene_joins_the_one_before_and_a_short_beginning_names_the_first_chapter() -> None:
    timeline = film(("Title", 4), ("Install", 30), ("Use", 20), ("Beyond", 15), ("End", 5))
    assert chapters(timeline) == "0:00 Title\n0:34 Use\n0:54 Beyond"


def test_every_chapter_is_at_least_ten_seconds_long_as_it_is_written() -> None:
    timeline = film(("A", 10.9), ("B", 9.9), ("C", 20), ("D", 10.5), ("E", 30))
    starts = [int(m) * 60 + int(s) for m, s in (line.split()[0].split(":") for line in chapters(timeline).splitlines())]
    assert min(b - a for a, b in zip(starts, starts[1:], strict=False)) >= 10


@pytest.mark.parametrize("scenes", [(), (("A", 100),), (("A", 20), ("B", 20)), (("A", 9), ("B", 9), ("C", 9))])
def test_a_film_with_too_few_has_none_and_says_why(scenes: tuple[tuple[str, float], ...]) -> None:
    assert chapters(film(*scenes)) == ""
    assert "at least 3 chapters" in why_no_chapters(film(*scenes))
    assert why_no_chapters(film(("A", 10), ("B", 10), ("C", 10))) == ""


def episode(about: str = "How uv works.", lines: tuple[tuple[str, str], ...] = ()) -> Episode:
    people = tuple(Character(id=name.lower(), name=name, portrait="") for name in ("Ada", "Ben", "Eve", "Kai"))
    said = tuple(Line(id=id, line=1, speaker=speaker, words=(), marks=()) for id, speaker in lines)
    scenes = (Scene(id="one", title="One", line=1, lines=said),)
    return Episode(
        folder=Path("/film"), title="Use a <b> tag", narrator="ada", description=about, scenes=scenes, characters=people
    )


def credit(name: str, photographed: bool = False, voice: str = "synthetic") -> Credit:
    return Credit(id=name.lower(), name=name, photographed=photographed, voice=voice)


def test_the_description_holds_title_text_chapters_and_what_is_synthetic() -> None:
    assert description(episode(), film(("A", 10), ("B", 10), ("C", 10)), [credit("Ada"), credit("Ben")]) == (
        "Use a ‹b› tag\n\nHow uv works.\n\n0:00 A\n0:10 B\n0:20 C\n\n"
        "Ada and Ben are drawings with synthetic voices. Made with Lectern.\n"
    )


def test_a_long_description_gives_way_to_chapters_and_disclosure() -> None:
    text = description(episode("ä" * 6000), film(("A", 10), ("B", 10), ("C", 10)), [credit("Ada")])
    assert len(text.encode()) <= 5000
    assert text.endswith("Ada is a drawing with a synthetic voice. Made with Lectern.\n") and "0:20 C" in text


def test_only_who_is_seen_or_heard_is_named_and_only_what_is_synthetic_is_called_so() -> None:
    def take(synthetic: bool) -> VoiceTake:
        return VoiceTake(audio="", duration=1, words=(), phonemes=(), tier="service", synthetic=synthetic)

    eve = MovieStrip(id="one/eve/0", scene="one", name="Eve", track="Narrator A", start=0, end=9, source="")
    shown = film(("A", 10)).model_copy(update={"strips": (eve,)})
    spoken = episode(lines=(("a", "ada"), ("b", "ben"), ("c", "ben")))
    found = credits_of(spoken, shown, {"a": take(False), "b": take(True), "c": take(False)})
    assert [(c.name, c.voice) for c in found] == [("Ada", "recorded"), ("Ben", "synthetic"), ("Eve", "none")]
    assert disclosure(found) == (
        "Ada is a drawing with a person's voice. Ben is a drawing with a synthetic voice. Eve is a drawing. Made with Lectern."
    )


def test_viewers_are_told_of_faces_that_were_altered_and_once_of_whose_picture_they_are() -> None:
    eve = credit("Eve", photographed=True).model_copy(update={"rights": "Photograph: Jane Doe"})
    assert disclosure([credit("Ada"), eve, eve]) == (
        "Ada is a drawing with a synthetic voice. Eve and Eve are altered or generated faces with synthetic voices. Made with "
        "Lectern.\nPhotograph: Jane Doe"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10:30 Standup", "10∶30 Standup"),
        ("From 0:00 to 1:02:03", "From 0∶00 to 1∶02∶03"),
        ("At 9:45, we leave", "At 9∶45, we leave"),
        ("Port 127.0.0.1:80", "Port 127.0.0.1:80"),
        ("http://localhost:8080/a:12", "http://localhost:8080/a:12"),
        ("std::vector, 16:9, v1:2", "std::vector, 16:9, v1:2"),
    ],
)
def test_a_title_with_a_time_in_it_is_no_chapter_of_its_own(text: str, shown: str):
    first, second, _ = chapters(film(("Start", 20), (text, 20), ("End", 20))).splitlines()
    assert (first, second) == ("0:00 Start", f"0:20 {shown}")


def test_times_in_a_description_are_no_chapters_where_there_are_some():
    told = Episode(
        folder=Path("/e"), title="0:00 to hero", narrator="ada", scenes=(), characters=(), description="12:30 lunch"
    )
    assert description(told, film(("A", 20), ("B", 20), ("C", 20)), ()).startswith(
        "0∶00 to hero\n\n12∶30 lunch\n\n0:00 A"
    )
    assert description(told, film(("A", 20), ("B", 20)), ()).startswith("0:00 to hero\n\n12:30 lunch\n\nMade")
