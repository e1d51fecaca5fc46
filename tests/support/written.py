"""What is written in a script as data, and whether that fits Lectern's JSON Schemas, as an independent library sees it."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from ruamel.yaml import YAML

from lectern.pipeline.episode.clip import clip_body
from lectern.pipeline.episode.frontmatter import split
from lectern.pipeline.episode.markdown import line_of, tokens_of
from lectern.pipeline.episode.nodes import node_content, read_yaml
from lectern.pipeline.episode.schema import BLOCKS
from lectern.pipeline.episode.source import plain_text
from lectern.pipeline.studio.reference import schema

Load = Callable[[str, str], Any]


def wrong_scripts() -> list[tuple[str, list[str]]]:
    """The scripts of wrong_scripts.txt and the messages below each."""
    parts = (Path(__file__).parents[1] / "pipeline/episode/wrong_scripts.txt").read_text("utf-8").split("\n%%\n")[1:]
    return [
        (re.sub(r"^%% .*\n?", "", part + "\n", flags=re.M), re.findall(r"^%% (\d+: .*)$", part, flags=re.M))
        for part in parts
    ]


def as_texts(body: str, block: str) -> Any:
    """Return a block's content as Lectern takes it: every value a text."""
    return node_content((clip_body if block == "clip" else read_yaml)(body, "script.md", 1))


def as_yaml(body: str, block: str) -> Any:
    """Return a block's content as an editor takes it: numbers and flags by YAML's own rules. HTML is left out."""
    if block == "clip" and "\n---\n" in f"\n{body}":
        head, _, html = f"\n{body}".partition("\n---\n")
        return {**(YAML(typ="safe").load(head) or {}), "html": html}
    return {"html": body} if block == "clip" and body.lstrip().startswith("<") else YAML(typ="safe").load(body)


def script_data(script: str, load: Load = as_texts) -> dict[str, Any]:
    """Return the front matter and the blocks of a script that can be read."""
    front, body = split(plain_text(script), "script.md")
    fences = [t for t in tokens_of(body) if t.type == "fence" and t.info.strip() in BLOCKS and line_of(t)]
    blocks = [
        {t.info.strip(): t.content or " " if t.info.strip() == "note" else load(t.content, t.info.strip())}
        for t in fences
    ]
    return {"front_matter": load(front, "") or {}, "blocks": blocks}


@cache
def validator(of: str = "script", block: str = "") -> Draft202012Validator:
    """Return the judge of what `lectern schema` prints."""
    found = schema(of, block)
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def misfit(data: Any, of: str = "script", block: str = "") -> str:
    """Return what does not fit the schema; "" where all does."""
    found = best_match(validator(of, block).iter_errors(data))
    return f"{found.json_path}: {found.message}" if found else ""
