"""The clip block: HTML alone, keys and HTML, files, and designed clips whose values are checked."""

import json
from collections.abc import Callable

import pytest

from lectern.pipeline.episode.blocks import Clip
from lectern.pipeline.episode.clip import clip_findings
from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.gallery import gallery
from lectern.pipeline.episode.model import Episode

Reading = Callable[[str | bytes], Episode]
PROSE = "# A\n\nSay {one}this and {two}that.\n\n"


def clip(reading: Reading, body: str) -> Clip:
    return reading(f"{PROSE}```clip\n{body}```\n").scenes[0].clips[0]


def faults(reading: Reading, body: str) -> list[str]:
    with pytest.raises(EpisodeErrors) as caught:
        clip(reading, body)
    return [str(problem) for problem in caught.value.problems]


def test_html_alone_is_a_clip_of_the_stage(reading: Reading) -> None:
    one = clip(reading, "<b>hello: {x}</b>\n")
    assert (one.html, one.html_line, one.place, one.seconds, one.values) == ("<b>hello: {x}</b>", 6, "stage", None, "")


def test_keys_stand_above_a_rule_and_the_html_below_it(reading: Reading) -> None:
    one = clip(reading, "at: one\nwith: {n: 3, at: two}\nplace: frame\n---\n<p>\n---\n")
    assert (one.html, one.html_line, one.at, one.place) == ("<p>\n---", 10, "one", "frame")
    assert json.loads(one.values) == {"n": 3.0, "at": "two"}


def test_html_in_a_key_knows_its_line(reading: Reading) -> None:
    assert clip(reading, "seconds: 2\nhtml: |\n  <p>\n  <b>x</b>\n").html_line == 8


def test_entries_of_a_list_may_be_texts_or_have_a_mark(reading: Reading) -> None:
    one = clip(reading, "name: list\nwith:\n  items: [{text: a, at: two}, b]\n")
    assert json.loads(one.values) == {"items": [{"text": "a", "at": "two"}, {"text": "b"}]}


def test_the_corner_of_a_table_may_be_empty(reading: Callable[[str], Episode]) -> None:
    table = 'name: table\nwith:\n  columns: ["", Areas]\n  rows:\n    - [Easy, "yes"]\n'
    (clip,) = reading(f"# A\n\nHello.\n\n```clip\n{table}```\n").scenes[0].clips
    assert json.loads(clip.values)["columns"] == ["", "Areas"]


@pytest.mark.parametrize("name", gallery())
def test_the_example_of_every_designed_clip_can_be_read(reading: Reading, name: str) -> None:
    prose = "# A\n\n" + " ".join(f"{{{mark}}}word" for mark in ("add", "list", "lock")) + "\n\n"
    one = reading(f"{prose}```clip\n{gallery()[name].example}```\n").scenes[0].clips[0]
    assert (one.name, one.place) == (name, gallery()[name].place)


def test_values_of_designed_clips_are_checked_with_their_lines(reading: Reading) -> None:
    body = "name: bars\nwith:\n  titel: x\n  bars:\n    - {label: a, value: many}\n    - {label: b, at: tow}\n    - {value: -1}\n"
    assert faults(reading, body) == [
        'script.md:8: the clip "bars" has no "titel" (did you mean "title"?); its keys are: title, bars, unit, highlight, note',
        'script.md:10: "value": expected a number from 0 to 1e+12, not "many"',
        'script.md:11: "at": there is no mark "tow" in scene "a" (did you mean "two"?); its marks are: one, two',
        'script.md:11: an entry of the clip "bars" needs "value": the number',
        'script.md:12: "value": expected a number from 0 to 1e+12, not "-1"',
        'script.md:12: an entry of the clip "bars" needs "label": what was counted',
    ]


def test_what_a_designed_clip_can_not_be_without_is_said(reading: Reading) -> None:
    assert faults(reading, "name: quote\n") == ['script.md:5: the clip "quote" needs "text": what was said']
    assert faults(reading, "name: title\nwith: {text: x}\nuntil: two\nseconds: 2\n") == [
        'script.md:5: a clip goes away after "seconds" or at "until", not both'
    ]
    assert "at most 8 entries" in faults(reading, f"name: list\nwith:\n  items: {list('abcdefghi')}\n")[0]


def test_a_name_that_no_clip_has_is_a_finding_and_stops_nothing(reading: Reading) -> None:
    episode = reading(f"{PROSE}```clip\nname: titel\nwith: {{text: x}}\n```\n")
    assert tuple(map(str, clip_findings(episode))) == (
        'script.md:5: the clip of scene "a" can\'t be shown: there is no clip "titel" (did you mean "title"?); '
        "the clips are: bars, chapter, diff, flow, list, quote, table, title",
    )


def values_of(reading: Reading, body: str) -> object:
    return json.loads(clip(reading, f"{body}\n").values)


def test_a_diff_is_made_of_two_texts(reading: Reading) -> None:
    body = "kind: diff\nfile: a.py\nlanguage: python\nbefore: |\n  a\n  b\n  c\nafter: |\n  a\n  x\n  c"
    assert values_of(reading, body) == {"title": "a.py", "code": " a\n-b\n+x\n c"}
    assert values_of(reading, "name: diff\nwith:\n  lines: ['- a', '+ b']") == {"code": "- a\n+ b"}


def test_arrows_to_the_next_box_need_no_words_and_one_back_is_kept(reading: Reading) -> None:
    boxes = "nodes:\n  - {id: b, text: Browser, at: one}\n  - {id: s, text: Server}"
    edges = "edges:\n  - {from: b, to: s}\n  - {from: s, to: b, at: two}"
    read = {"boxes": [{"text": "Browser", "at": "one"}, {"text": "Server", "back": "Browser", "back_at": "two"}]}
    assert values_of(reading, f"kind: flow\n{boxes}\n{edges}") == read
    circle = (
        "direction: circle\nnodes: [Red, Green]\nedges: [[Red, Green], Green -> Red]\nsteps:\n  - {show: Red, at: one}"
    )
    assert values_of(reading, f"kind: flow\n{circle}") == {
        "boxes": [{"text": "Red", "at": "one"}, {"text": "Green", "back": "Red"}]
    }


def test_a_flow_that_branches_is_told_what_it_can_show(reading: Reading) -> None:
    edges = "edges:\n  - {from: a, to: b}\n  - {from: a, to: c}"
    with pytest.raises(EpisodeErrors, match=r"back to an earlier one .* branches is a drawing of yours"):
        values_of(
            reading,
            f"kind: flow\nnodes:\n  - {{id: a, text: A}}\n  - {{id: b, text: B}}\n  - {{id: c, text: C}}\n{edges}",
        )


def test_what_lights_up_is_read_where_it_is_written(reading: Reading) -> None:
    columns = "kind: table\ncolumns: [Title, Year]\nrows: [[Emma, 1815]]\nhighlight:\n  - {column: Title, at: one}\n  - {row: Emma}"
    table = {"columns": ["Title", "Year"], "rows": [{"cells": ["Emma", "1815"]}]}
    assert values_of(reading, columns) == table | {"highlight": [{"column": "Title", "at": "one"}, {"row": "Emma"}]}
    bars = "kind: bars\nbars:\n  - {label: pip, value: 3}\n  - {label: uv, value: 1, highlight: true}"
    two = [{"label": "pip", "value": 3}, {"label": "uv", "value": 1}]
    assert values_of(reading, bars) == {"bars": two, "highlight": "uv"}


TABLE = "name: table\nwith:\n  columns: [Month, Birds]\n  rows: [[April, 12], [May, 18]]\n"
FLOW = "name: flow\nwith:\n  boxes: [Ask, {text: Answer, back: "


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            f"{TABLE}  highlight: [{{row: 2}}, {{column: Bird}}]\n",
            [
                '10: "row": the first cell of the row, and none is "2" (did you mean "May"?); there are: April, May',
                '10: "column": the head of the column, and none is "Bird" (did you mean "Birds"?); there are: Month, Birds',
            ],
        ),
        (f"{TABLE}  highlight: [{{at: one}}]\n", ['10: an entry of "highlight" needs one of: column, row']),
        (
            "name: table\nwith:\n  columns: [A]\n  rows:\n    - [1, 2]\n    - {cells: [1, 2, 3]}\n",
            ["10: 2 cells do not fit below 1 columns", "11: 3 cells do not fit below 1 columns"],
        ),
        (
            "name: bars\nwith:\n  highlight: uvx\n  bars: [{label: pip, value: 3}, {label: uv, value: 1}]\n",
            ['8: "highlight": the label of the bar that matters, and none is "uvx"; there are: pip, uv'],
        ),
        (
            f"{FLOW}Done}}, Done]\n",
            [
                '8: "back": the text of an earlier box to which an arrow leads back from it, and none is "Done"; '
                "there are before this one: Ask"
            ],
        ),
        (
            "name: flow\nwith:\n  boxes: [Ask, {text: Answer, back_at: one}]\n",
            ['8: "back_at" is shown with "back" only, which is not there'],
        ),
        (
            "name: quote\nwith: {text: Hello, role: poet}\n",
            ['7: "role" is shown with "by" only, which is not there'],
        ),
    ],
)  # fmt: skip
def test_what_a_clip_names_has_to_be_there(reading: Reading, body: str, told: list[str]) -> None:
    assert faults(reading, body) == [f"script.md:{one}" for one in told]


def test_what_a_clip_names_is_found_as_it_is_written(reading: Reading) -> None:
    lit = [{"row": "May", "column": "Birds"}]
    assert values_of(reading, f"{TABLE}  highlight: [{{row: May, column: Birds}}]")["highlight"] == lit  # type: ignore[index]
    assert values_of(reading, f"{FLOW}Ask}}]")["boxes"][1]["back"] == "Ask"  # type: ignore[index]
