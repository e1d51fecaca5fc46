"""Sources as people write them: code in statements of several lines, prompts of all shells, slides of all layouts."""

from pathlib import Path

import pytest
from test_planning import actions, cast, planned, said, steps

# Browsers

TEST = """\
import { test, expect, type Page } from '@playwright/test'
const USER = 'ada@example.org'

test.describe('Shop', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto('http://localhost:8000/')
  })
  test('buys', async ({ page }) => {
    // a comment with page.click in it
    await page.waitForSelector('#shop', { timeout: 5000 })
    const send = page.getByRole('button', { name: /Send to/ })
    await page
      .getByLabel(/User/)
      .fill(` ${USER} `);
    await page.getByLabel('Password').fill('hunter2')
    await expect(send).toBeVisible()
    await send.click({
      button: 'right',
    })
    await page.getByText('Total').first().dblclick()
    await page.fill('#coupon', USER)
    await page.click('text=Apply')
    await page.keyboard.press('Enter')
    await page.mouse.wheel(0, 400)
    await page.locator('iframe[name="pay"]').contentFrame().getByLabel('Card').fill('4242')
    await page.getByRole('row').last().click()
    await expect(page).toHaveURL(/\\/thanks/)
    await expect(page).toHaveURL(/order-\\d+/)
  })
})
"""


def test_statements_of_several_lines_and_names_are_understood_and_nothing_is_passed_over(tmp_path: Path) -> None:
    made, episode = planned(tmp_path, "shop.spec.ts", TEST)
    assert [step.action for step in steps(episode)] == [
        "open", "wait", "type", "type", "wait", "click", "click", "type", "click", "press", "scroll", "type", "wait",
    ]  # fmt: skip
    assert [one.line for one in made.refused] == [26, 28]
    script = (tmp_path / "episode/script.md").read_text()
    for written in (
        'wait: {"target": {"selector": "#shop"}}', 'type: " ada@example.org "', 'into: {"label": "User"}', "button: right",
        'click: {"role": "button", "name": "Send to"}', 'click: {"text": "Total", "nth": 1}\n    times: 2', "click: Apply",
        'into: {"selector": "#coupon"}', "press: Enter", "scroll: 400", '{"label": "Card", "frame": "pay"}', 'wait: {"url": "/thanks"}',
    ):  # fmt: skip
        assert written in script, written
    assert "hunter2" not in said(episode) and episode.title == "Shop"


def test_an_address_below_a_base_that_nobody_names_is_refused(tmp_path: Path) -> None:
    code = "def test(page):\n    page.goto('/login')\n    page.get_by_label('Name').fill('Ada')\n"
    made, _ = planned(tmp_path, "login.py", code)
    assert [(one.line, "baseURL" in one.why) for one in made.refused] == [(2, True)]


# Sessions


@pytest.mark.parametrize(
    "prompt",
    [
        "\x1b[01;32m➜  \x1b[36mshop\x1b[00m git:(main) ✗ ",
        "➜  ~ ",
        "❯ ",
        "PS C:\\Users\\ada> ",
        "C:\\Users\\ada>",
        "ada@host ~/shop> ",
        "root@host:/# ",
        "\x1b]0;ada@host\x07(venv) ada@host:~/shop$ ",
        "[ada@host shop]$ ",
    ],
)
def test_the_prompts_of_all_shells_are_known(tmp_path: Path, prompt: str) -> None:
    _, episode = planned(
        tmp_path, "a.cast", cast([0.1, "o", prompt], [0.5, "o", "make all"], [1.0, "o", "\r\n# done\r\n"])
    )
    assert [step.moment for step in steps(episode)] == [1.0] and "make all" in said(episode)


def test_what_is_copied_in_a_tape_is_pasted_and_its_prompt_is_that_of_the_terminal(tmp_path: Path) -> None:
    tape = 'Source common.tape\nEnv PS1 "> "\nCopy "hello"\nType "echo "\nPaste\nEnter\nType "python3 -q" Enter\nType "1 + 1" Enter\n'
    made, episode = planned(tmp_path, "a.tape", tape)
    assert actions(episode) == [("run", "echo hello"), ("type", "python3 -q"), ("type", "1 + 1")]
    assert episode.scenes[0].captures[0].environment.prompt == "> "
    assert [(one.line, "another tape" in one.why) for one in made.refused] == [(1, True)]


def test_commands_that_need_rights_or_end_the_shell_are_refused_and_what_is_for_programs_is_not_said(
    tmp_path: Path,
) -> None:
    commands = "# shellcheck disable=SC2034\necho one\nsudo make install\nnpm run dev\nexit 0\n"
    made, episode = planned(tmp_path, "a.sh", commands)
    assert actions(episode) == [("run", "echo one")] and "shellcheck" not in said(episode)
    assert [one.line for one in made.refused] == [3, 4, 5]
    assert "sudo asks for a password" in made.refused[0].why


def test_loops_functions_and_texts_of_several_lines_are_one_command(tmp_path: Path) -> None:
    entries = (
        'for n in 1 2; do\n  echo "line $n"  # if\ndone',
        "if [ -f a ]; then\n  for b in a; do wc $b; done\nfi",
        'greet() {\n  echo "Hi, $1"\n}',
        "echo 'one\ntwo'",
        "echo it is not done",
    )
    made, episode = planned(tmp_path, "a.sh", "\n".join(entries) + "\nls | less -R\n")
    assert [value for _, value in actions(episode)] == [*entries] and made.refused[0].text == "ls | less -R"


def test_commits_have_somebody_who_makes_them(tmp_path: Path) -> None:
    _, episode = planned(tmp_path, "a.sh", "git init -q shop\ngit -C shop commit -qm One --allow-empty\n")
    names = dict(episode.scenes[0].captures[0].environment.env)
    assert (names["GIT_AUTHOR_NAME"], names["GIT_COMMITTER_EMAIL"]) == ("Ada", "ada@example.org")
    (tmp_path / "other").mkdir()
    _, episode = planned(tmp_path / "other", "b.sh", "git status\n")
    assert episode.scenes[0].captures[0].environment.env == ()


# Outlines and decks


def test_a_console_with_names_before_its_prompts_is_run(tmp_path: Path) -> None:
    text = "# A\n\n## Run\n\n```shell-session\nada@host:~$ make | tee log\nok\nada@host:~$ exit\n```\n"
    made, episode = planned(tmp_path, "a.md", text)
    assert actions(episode) == [("run", "make | tee log")]
    assert "ends the terminal" in made.refused[0].why


def test_a_heading_with_nothing_below_it_is_said_and_shown(tmp_path: Path) -> None:
    _, episode = planned(tmp_path, "a.md", "# Talk\n\n## Hook\n\nWords.\n\n## Thanks\n")
    assert [scene.title for scene in episode.scenes] == ["Hook", "Thanks"]
    assert episode.scenes[1].overlays[0].kind == "title" and "Thanks." in said(episode)


def test_slides_that_headings_divide_are_scenes(tmp_path: Path) -> None:
    deck = "---\nmarp: true\nheadingDivider: 2\n---\n\n# One\n\nFirst.\n\n## Two\n\nSecond.\n\n### Within\n\nThird.\n"
    _, episode = planned(tmp_path, "a.md", deck)
    assert [scene.title for scene in episode.scenes] == ["One", "Two"]
    listed = deck.replace("headingDivider: 2", "headingDivider: [3]")
    (tmp_path / "other").mkdir()
    _, episode = planned(tmp_path / "other", "b.md", listed)
    assert [scene.title for scene in episode.scenes] == ["One", "Within"]


def test_a_slides_picture_is_shown_and_what_a_deck_can_not_give_is_refused_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "stats.png").write_bytes(b"\x89PNG")
    deck = """\
---
theme: seriph
---

# Start

Hello.

<!--
See the [docs](https://example.org) first
-->

---
layout: image
image: /img/stats.png
---

# Stats

---
src: ./more.md
---

---
layout: two-cols
---

# Left

Words.

::right::

$$
x^2
$$
"""
    made, episode = planned(tmp_path, "a.md", deck)
    assert [scene.title for scene in episode.scenes][:2] == ["Start", "Stats"]
    assert episode.scenes[1].overlays[0].file == "pictures/stats.png"
    assert "docs first" in said(episode) and "example.org" not in said(episode) and "x^2" not in said(episode)
    assert sorted(one.line for one in made.refused) == [21, 32, 34]
