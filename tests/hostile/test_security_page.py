"""SECURITY.md: its table of attempts is that of the folders, and the tests that it names are there."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "SECURITY.md"
GROUPS = {
    "link": "links in the place of what Lectern writes", "prepared": "what lies prepared in the folder",
    "pipe": "pipes in the place of files", "run": "commands and programs", "settings": "programs in lectern.toml",
    "plug": "plug-ins", "voice": "voices that are programs or services", "face": "faces that are programs",
    "goal": "language models", "login": "logins", "secret": "secrets", "hosts": "hosts",
    "open": "addresses", "path": "files outside of the episode", "portrait": "portraits outside of the episode",
    "yaml": "YAML", "text": "text", "id": "names that are paths", "character": "files of characters",
    "bomb": "what fills memory or time", "svg": "drawings", "cast": "recorded sessions", "footage": "footage",
    "escape": "escape sequences in messages", "page": "pages that ask around",
}  # fmt: skip


def table() -> str:
    """The table of SECURITY.md: how many attempts there are of each kind, and how they are called."""
    names = sorted(folder.name for folder in (ROOT / "tests/hostile/attempts").iterdir())
    rows = ["| Attempts | Number | Folders |", "|---|---|---|"]
    for prefix, what in GROUPS.items():
        found = [name for name in names if name.split("-")[0] == prefix]
        rows.append(f"| {what} | {len(found)} | `{prefix}*` |")
    return "\n".join([*rows, f"| together | {len(names)} | |"])


def page_with(rows: str) -> str:
    """SECURITY.md with those rows as its table."""
    return re.sub(
        r"(?<=<!-- attempts -->\n).*?(?=<!-- end -->)", lambda _: f"{rows}\n", PAGE.read_text("utf-8"), flags=re.S
    )


def test_the_table_of_attempts_is_that_of_the_folders() -> None:
    assert PAGE.read_text("utf-8") == page_with(table()), "run: python tests/hostile/test_security_page.py"


def test_every_attempt_is_of_a_kind_that_the_page_names() -> None:
    names = [folder.name for folder in (ROOT / "tests/hostile/attempts").iterdir()]
    assert [name for name in names if name.split("-")[0] not in GROUPS] == []


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", PAGE.read_text("utf-8"))
    assert named and [name for name in named if not (ROOT / name).is_file()] == []


if __name__ == "__main__":
    sys.exit(PAGE.write_text(page_with(table()), "utf-8") and None)
