"""Words that were changed on the timeline are written exactly where the script says them, and nowhere else."""

import difflib

import pytest

from lectern.pipeline.episode.edit import texts_in
from lectern.pipeline.episode.reword import reworded

SCRIPT = """---
title: "Count"
---

# One {#one}

```overlay
kind: title
text: Count the lines  # as a title
subtitle: 'It''s enough'
```

```overlay
kind: bullets
text: wc counts
items:
  - {text: words with -w, at: words}
  - letters with "-m"
```

```overlay
kind: code
text: |
  print(1)

  print(2)
```

```overlay
kind: title
text: Twice
subtitle: Twice
```
"""
TITLE, BULLETS, CODE, TWICE = 7, 13, 21, 29


@pytest.mark.parametrize(
    ("line", "before", "after", "removed", "added"),
    [
        (TITLE, "Count the\nlines", "Count all\nlines", "text: Count the lines  # as a title",
         "text: Count all lines  # as a title"),
        (TITLE, "Count the\nlines", "Count: {all}\nlines", "text: Count the lines  # as a title",
         'text: "Count: {all} lines"  # as a title'),
        (TITLE, "Count the lines", "true", "text: Count the lines  # as a title", 'text: "true"  # as a title'),
        (TITLE, "It's enough", "It's more", "subtitle: 'It''s enough'", "subtitle: 'It''s more'"),
        (BULLETS, '•  words with -w\n\n•  letters with "-m"', '•  words, with -w\n\n•  letters with "-m"',
         "  - {text: words with -w, at: words}", '  - {text: "words, with -w", at: words}'),
        (BULLETS, '•  words with -w\n•  letters with\n   "-m"', "•  words with -w\n•  letters, too",
         '  - letters with "-m"', "  - letters, too"),
        (CODE, "print(1)\n\nprint(2)", "print(1)\n\nprint('a: 3')", "  print(2)", "  print('a: 3')"),
    ],
)  # fmt: skip
def test_the_place_that_says_the_words_is_rewritten_and_nothing_else(
    line: int, before: str, after: str, removed: str, added: str
) -> None:
    for script in (SCRIPT, "\ufeff" + SCRIPT.replace("\n", "\r\n")):
        changed = reworded(script, line, before, after)
        assert changed is not None
        ends = "\r\n" if "\r\n" in script else "\n"
        lines = (script.split(ends), changed.split(ends))
        assert [row for row in difflib.ndiff(*lines) if row[:1] in "+-"] == [f"- {removed}", f"+ {added}"]


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        (TITLE, "Count the words", "Count"),
        (TITLE, "Count the lines", " "),
        (BULLETS, "•  words with -w", "•  words with -w\n•  another entry"),
        (TWICE, "Twice", "Once"),
    ],
)
def test_words_that_the_script_does_not_say_in_one_place_stay_an_edit(line: int, before: str, after: str) -> None:
    assert reworded(SCRIPT, line, before, after) is None


def test_where_two_fields_say_the_same_that_of_the_strip_is_meant() -> None:
    changed = reworded(SCRIPT, TWICE, "Twice", "Once", "subtitle")
    assert changed is not None
    assert dict(texts_in(changed, TWICE))[("text",)] == "Twice"
    assert dict(texts_in(changed, TWICE))[("subtitle",)] == "Once"
