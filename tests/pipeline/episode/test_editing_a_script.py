import random

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.episode.edit import (
    field_source,
    paragraph_source,
    quoted,
    replace_paragraph,
    set_field,
)
from lectern.pipeline.episode.nodes import node_content, read_yaml

ENDS = [("", "\n"), ("", "\r\n"), ("\ufeff", "\n"), ("\ufeff", "\r\n")]


@pytest.fixture(params=ENDS, ids=["lf", "crlf", "bom", "bom-crlf"])
def script(request: pytest.FixtureRequest, design: str) -> str:
    """The design page's example as several editors save it, with trailing spaces and a comment."""
    mark, end = request.param
    odd = design.replace("text: One tool", "text:  One tool   # why").replace("use one.", "use one.  ")
    return mark + odd.replace("\n", end)


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    pairs = zip(before.splitlines(keepends=True), after.splitlines(keepends=True), strict=True)
    return [(a, b) for a, b in pairs if a != b]


@pytest.mark.parametrize(
    ("line", "path", "source"),
    [
        (11, ("text",), '"Another: one"'),
        (11, ("text",), "'#'"),
        (21, ("steps", 0, "at"), "tree"),
        (21, ("steps", 1, "wait", "idle"), "0.7"),
        (21, ("steps", 1, "wait"), "{text: done}"),
        (21, ("steps", 2), "{type: b}"),
        (21, ("steps",), "\n  - type: x\n    at: init\n  - type: y"),
        (21, ("steps",), "[type: x]"),
        (1, ("title",), "X"),
        (32, ("at",), "tree"),
    ],
)
def test_a_field_set_and_set_back_gives_the_same_bytes(
    script: str, line: int, path: tuple[str | int, ...], source: str
) -> None:
    old = field_source(script, line, path)
    changed = set_field(script, line, path, source)
    assert changed != script
    assert set_field(changed, line, path, old) == script


def test_setting_a_field_changes_its_line_alone(script: str) -> None:
    ((before, after),) = changed_lines(script, set_field(script, 11, ("text",), quoted("Two: tools")))
    assert (before.rstrip(), after.rstrip()) == ("text:  One tool   # why", 'text:  "Two: tools"   # why')


@pytest.mark.parametrize(
    ("line", "path", "source"),
    [
        (11, ("at",), "four"),
        (21, ("steps", 2, "until"), "tree"),
        (21, ("steps", 0, "expect"), '"x"'),
        (1, ("description",), '"a: b"'),
        (21, ("title",), "Shell"),
    ],
)
def test_a_key_added_and_taken_away_gives_the_same_bytes(
    script: str, line: int, path: tuple[str | int, ...], source: str
) -> None:
    changed = set_field(script, line, path, source)
    assert field_source(changed, line, path) == source
    assert set_field(changed, line, path, None) == script


def test_a_key_is_added_to_a_mapping_in_braces() -> None:
    script = "# A\n\n```overlay\nkind: bullets\nitems: [{text: x}]\n```\n"
    assert "items: [{text: x, at: m}]" in set_field(script, 3, ("items", 0, "at"), "m")


@pytest.mark.parametrize("line", [9, 19, 38])
def test_a_paragraph_replaced_and_replaced_back_gives_the_same_bytes(script: str, line: int) -> None:
    old = paragraph_source(script, line)
    changed = replace_paragraph(script, line, "Other {init}words\non two lines, {tree}so.")
    assert paragraph_source(changed, line).replace("\r\n", "\n") == "Other {init}words\non two lines, {tree}so."
    assert replace_paragraph(changed, line, old) == script


def test_a_list_item_keeps_its_bullet() -> None:
    assert replace_paragraph("# A\n\n- one\n- two  \n", 4, "three") == "# A\n\n- one\n- three  \n"


@pytest.mark.parametrize(
    "change",
    [
        lambda s: replace_paragraph(s, 9, "# x"),
        lambda s: replace_paragraph(s, 9, "a\n\nb"),
        lambda s: replace_paragraph(s, 10, "x"),
        lambda s: replace_paragraph(s, 7, "x"),
        lambda s: set_field(s, 11, ("text",), "a: b"),
        lambda s: set_field(s, 11, ("text",), "x\nat: four"),
        lambda s: set_field(s, 11, ("text",), "x\n```"),
        lambda s: set_field(s, 11, ("nothing",), None),
        lambda s: set_field(s, 12, ("text",), "x"),
        lambda s: set_field(s, 21, ("steps", 7, "at"), "x"),
        lambda s: set_field(s, 21, ("steps", 0, "type"), None),
        lambda s: set_field(s, 11, (), "x"),
    ],
)
def test_a_change_that_would_alter_more_is_refused(design: str, change: object) -> None:
    with pytest.raises(LecternError):
        change(design)  # type: ignore[operator]


def test_a_text_is_quoted_where_yaml_would_read_it_otherwise() -> None:
    values = [
        "plain",
        "a: b",
        "#1",
        "- x",
        "",
        " x",
        "x ",
        "true",
        "[a]",
        "two\nlines",
        'say "hi"',
        "\u00fcber",
        "`x`",
        "a #b",
        "*",
        "\\",
    ]
    script = "# A\n\n```overlay\nkind: bullets\nitems: [x]\ntext: x\n```\n"
    for value in values:
        changed = set_field(set_field(script, 3, ("text",), quoted(value)), 3, ("items", 0), quoted(value))
        assert node_content(read_yaml(changed.split("```")[1].removeprefix("overlay\n"), "x", 1)) == (
            {"kind": "bullets", "items": [value], "text": value}
        )


def test_many_edits_undone_in_reverse_give_the_same_bytes(script: str) -> None:
    chance, undo, text = random.Random(1), [], script
    for step in range(60):
        line, path = chance.choice([(11, ("text",)), (11, ("subtitle",)), (21, ("steps", 0, "at")), (32, ("text",))])
        if chance.random() < 0.5:
            old = field_source(text, line, path)
            undo.append(lambda t, line=line, path=path, old=old: set_field(t, line, path, old))
            text = set_field(text, line, path, quoted(f"value: {step}" if step % 2 else f"value {step}"))
        else:
            old = paragraph_source(text, 19)
            undo.append(lambda t, old=old: replace_paragraph(t, 19, old))
            text = replace_paragraph(text, 19, f"Paragraph {step} of {{init}}many,\nor {{tree}}so.")
            if "\n" not in old:
                undo[-1], text = (lambda t: t), replace_paragraph(text, 19, old)
    for back in reversed(undo):
        text = back(text)
    assert text == script
