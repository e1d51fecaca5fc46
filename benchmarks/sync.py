"""Is every marked step on its word in a long film, whatever the pages take? Measured on the film's frames.

    python benchmarks/sync.py [FOLDER]

Writes an episode of ten minutes with sixty marks (pages of a server that answers after 0 to 5 seconds, terminals with
programs that take their time, an editor), builds its film into FOLDER (default: a folder that is deleted again), and
prints by how many frames the first visible change of each step misses its mark, by minute of the film.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

SCENES, MARKS = 10, 6
SLOWEST = 5.0
"""Seconds after which the slowest page answers."""
KINDS = ("browser", "terminal", "editor", "browser", "terminal")
SENTENCES = (
    "A shelf holds what somebody once thought worth keeping, and a good shelf says why.",
    "Every book has a place, and every place has a number that a stranger can read.",
    "What is lent out is written down at once, because nobody remembers it a week later.",
    "A reader who asks for one title often wants another, and a good clerk listens twice.",
    "Old catalogues were drawers full of cards, and a card could stand in one drawer only.",
    "Numbers alone are a poor order, so the subject comes first and the author second.",
    "Whoever sorts a thousand books by hand learns to trust a machine with the next thousand.",
    "The list is short in the morning and long in the evening, like most lists.",
)


def main(folder: Path) -> None:
    with _slow_pages(Random(7)) as address:
        write_episode(folder, address)
        environment = {**os.environ, "LECTERN_CONFIG_HOME": str(folder / "profile")}
        lectern = [sys.executable, "-m", "lectern"]
        subprocess.run([*lectern, "--trust", "--quiet", "build", folder], check=True, env=environment)
    checked = subprocess.run([*lectern, "check", folder, "--json"], capture_output=True, text=True, env=environment)
    _show(json.loads(checked.stdout)["film"]["steps"], json.loads((folder / "renders/report.json").read_text()))


def _show(met: list[dict], report: dict) -> None:
    due = {(step["scene"], step["mark"]): step["frame"] for step in report["expected"]["steps"]}
    late = [(due[step["scene"], step["mark"]] / report["fps"], step["late"]) for step in met]
    print(f"{report['duration']:.1f} s of film, {len(late)} marked steps")
    for minute in range(int(report["duration"] / 60) + 1):
        here = Counter(str(frames) for second, frames in late if minute * 60 <= second < minute * 60 + 60)
        print(f"  minute {minute + 1:2}: " + ", ".join(f"{n} x {frames} frames" for frames, n in sorted(here.items())))
    missed = [frames for _, frames in late if frames is None or abs(frames) > 1]
    print(f"within one frame: {len(late) - len(missed)} of {len(late)}; the others: {missed or 'none'}")


def write_episode(folder: Path, address: str) -> None:
    """Write the script: `SCENES` scenes, each with `MARKS` marks and a capture whose steps hang on them."""
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(1)
    scenes = [_scene(number, KINDS[number % len(KINDS)], address, random) for number in range(SCENES)]
    (folder / "script.md").write_text("---\ntitle: Sixty marks\nlength: 10m ±2m\n---\n\n" + "\n".join(scenes))


def _scene(number: int, kind: str, address: str, random: Random) -> str:
    prose = [random.choice(SENTENCES)]
    for mark in range(MARKS):
        prose.append(f"{{m{mark}}}Now look. " + " ".join(random.sample(SENTENCES, 2 - mark % 2)))
    steps = "\n".join(_step(kind, number, mark, random) for mark in range(MARKS))
    before = f"hidden:\n  - open: {address}/{number}/0\n" if kind == "browser" else ""
    first = "  - open: words.py\n" if kind == "editor" else ""
    laid = (
        "environment:\n  files:\n    - path: words.py\n      text: |\n        first = 1\n" if kind == "editor" else ""
    )
    return f"# Part {number + 1} {{#part-{number + 1}}}\n\n```capture\nkind: {kind}\n{laid}{before}steps:\n{first}{steps}\n```\n\n{' '.join(prose)}\n"


def _step(kind: str, number: int, mark: int, random: Random) -> str:
    if kind == "browser":
        return f'  - click: Next\n    at: m{mark}\n    expect: "Page {mark + 1} of part {number}"'
    if kind == "terminal":
        return f'  - run: sleep {random.uniform(0, 2):.1f}; echo "line {mark}"\n    at: m{mark}'
    return f'  - type: "value_{mark} = {number}\\n"\n    at: m{mark}'


@contextmanager
def _slow_pages(random: Random) -> Iterator[str]:
    """A server of pages that take up to `SLOWEST` seconds to answer."""
    lock = threading.Lock()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with lock:
                delay = random.uniform(0, SLOWEST)
            time.sleep(delay)
            body = _page(self.path).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def _page(path: str) -> str:
    parts = path.strip("/").split("/")
    part, page = (parts + ["0"])[:2] if len(parts) > 1 else ("", "0")
    following = f"/{part}/{int(page) + 1}" if page.isdigit() else "/"
    return (
        "<!doctype html><meta charset=utf-8><title>Slow</title><body style='font:40px sans-serif;margin:80px'>"
        f"<h1>Page {page} of part {part}</h1><p>It took its time.</p><a href='{following}'>Next</a>"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]).resolve())
    else:
        with tempfile.TemporaryDirectory(prefix="lectern-benchmark-") as place:
            main(Path(place) / "sixty-marks")
