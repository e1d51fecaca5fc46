"""A drawing is checked: every fault with its line, in words that an artist can follow."""

import re
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

import pytest

import lectern
from lectern.pipeline.avatar.artwork_check import faults

AVATARS = Path(lectern.__file__).parent / "assets" / "avatars"
ADA = (AVATARS / "ada.svg").read_text("utf-8")


def found(folder: Path, text: str) -> list[tuple[int, str]]:
    file = folder / "cleo.svg"
    file.write_text(text, "utf-8")
    return [(fault.line, fault.message) for fault in faults(file)]


def line(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize("name", sorted(file.stem for file in AVATARS.glob("*.svg")))
def test_the_narrators_that_lectern_carries_have_no_fault(name: str) -> None:
    assert faults(AVATARS / f"{name}.svg") == []


def test_all_missing_layers_are_named_and_a_label_is_not_taken_for_an_id(tmp_path: Path) -> None:
    named = 'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
    text = ADA.replace('<g id="neck">', '<g id="layer7" inkscape:label="neck">').replace('id="brow_f"', 'id="brow"')
    said = found(tmp_path, text.replace("<svg ", f"<svg {named}"))
    assert (
        line(text, 'id="layer7"'),
        'there is no group with id="neck"; the layer labelled "neck" has the id "layer7": labels don\'t count',
    ) in said
    assert any(message == 'there is no group with id="brow_f"' for _, message in said)


Change = tuple[Callable[[str], str], str, str]
"""What is done to a good drawing, at which element the fault is, and what its message says."""
SPOILT: list[Change] = [
    (lambda t: t.replace('data-facing="right"', ""), "<svg", "data-facing"),
    (lambda t: t.replace('data-head-pivot="346.72 317.76"', 'data-head-pivot="2320"'), "<svg", "data-head-pivot"),
    (lambda t: t.replace("0 0 720 720", "0 0 500 480"), "<svg", 'instead of "0 0 500 480"'),
    (lambda t: t.replace(".cavity {", ".cave {"), "<svg", 'a class "cavity"'),
]
"""After these, a drawing isn't drawn any more, so each is looked at alone."""
CHANGES: list[Change] = [
    (lambda t: t.replace('<g id="features">', '<g id="features" transform="scale(1.1)">'), 'id="features"', "has transform"),
    (lambda t: t.replace('class="gaze"', 'class="iris_group"', 1), 'id="eyes_0"', "needs two groups of class=\"gaze\""),
    (lambda t: t.replace('<g id="body">', '<g id="body"><text x="9" y="99">Hi</text>'), "<svg", "turn it into paths"),
    (lambda t: t.replace('<g id="neck">', '<g id="neck" clip-path="url(#mc_X)">'), 'id="neck"', 'refers to "#mc_X"'),
    (lambda t: t.replace('<g id="hair_back">', '<g id="hair_back" transform="translate(-300 0)">'), 'id="hair_back"', "on the left"),
    (lambda t: t.replace('<g id="body"', '<g id="body" transform="translate(0 -60)"')
        .replace('<g id="collar">', '<g id="collar" transform="translate(0 -60)">'), 'id="body"', "would float"),
    (lambda t: t.replace(".lip {", ".lip2 {").replace(".skin { fill:#f3c3a0 }", ".skin { fill:#5a1a24 }"), 'id="mouth_X"', "looks open"),
]  # fmt: skip


@pytest.fixture(scope="module")
def changed() -> str:
    """A drawing with all changes: to look at one takes a second."""
    texts = list(accumulate((change for change, *_ in CHANGES), lambda text, change: change(text), initial=ADA))
    assert len(set(texts)) == len(CHANGES) + 1, "each of them changes something"
    return texts[-1]


@pytest.fixture(scope="module")
def said_of_changes(changed: str, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, str]]:
    return found(tmp_path_factory.mktemp("changed"), changed)


@pytest.mark.parametrize(("where", "says"), [told for _, *told in CHANGES], ids=[says for *_, says in CHANGES])
def test_a_fault_is_told_with_its_line_and_the_way_out(
    where: str, says: str, changed: str, said_of_changes: list[tuple[int, str]]
) -> None:
    places = {at for at, message in said_of_changes if says in message}
    assert places & {1, line(changed, where)}, said_of_changes


@pytest.mark.parametrize(("change", "where", "says"), SPOILT, ids=[says for *_, says in SPOILT])
def test_a_fault_of_the_whole_drawing_is_told_with_the_way_out(
    change: Callable[[str], str], where: str, says: str, tmp_path: Path
) -> None:
    text = change(ADA)
    assert text != ADA
    said = found(tmp_path, text)
    places = {at for at, message in said if says in message}
    assert places & {1, line(text, where)}, said


def test_a_mouth_that_is_built_otherwise_than_the_resting_one_is_named_with_the_difference(tmp_path: Path) -> None:
    start = ADA.index('<g id="mouth_C"')
    mouth = ADA[start : ADA.index('<g id="mouth_D"')]
    without_tongue = re.sub(r'<ellipse class="tongue"[^>]*/>', "", mouth)
    ((at, message),) = found(tmp_path, ADA.replace(mouth, without_tongue))
    assert at == line(ADA, 'id="mouth_C"') and '"mouth_C" can\'t be blended with "mouth_X"' in message
    assert "move its points without adding or removing any" in message
    another = mouth.replace(" Z", " L 0 0 Z")
    ((_, message),) = found(tmp_path, ADA.replace(mouth, another))
    assert 'has another "d" (M C C L Z, not M C C Z)' in message


def test_a_group_in_the_wrong_place_and_a_broken_file_are_faults_too(tmp_path: Path) -> None:
    nested = ADA.replace('<g id="neck">', '<g id="clothes"><g id="neck">').replace(
        '<g id="collar">', '</g><g id="collar">', 1
    )
    nested = nested.replace('</g><g id="collar">', '</g><g id="collar">')
    assert any('"neck" has to be outside of all other groups' in message for _, message in found(tmp_path, nested))
    ((at, message),) = found(tmp_path, "<svg><g></svg>")
    assert "not well-formed" in message
