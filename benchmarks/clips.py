"""Clips: are they the same bytes on every run, and how long does a second of one take?

    python benchmarks/clips.py [--seconds 60] [--runs 3]

One clip with an animation, typing and scrolling at 1920x1080 and 30 frames a second, drawn `runs` times, each by a browser of
its own, then two of them side by side. Prints the digests of the videos, how many seconds of film a second makes, and how many
CPU seconds (of the browser, all its processes, and of this one) a second of film takes: of two cores there are two a second.
"""

import argparse
import hashlib
import json
import os
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from lectern.pipeline.base.theme import Theme
from lectern.pipeline.capture.html.record import make_clip
from lectern.pipeline.capture.html.request import ClipRequest, theme_fonts, theme_variables
from lectern.pipeline.jobs.recipe import JobContext

ROOT = Path(__file__).parents[1]
HTML = """<style>
  #disc { position: absolute; right: 120px; top: 120px; width: 300px; height: 300px; border-radius: 50%; opacity: 0.8;
    background: conic-gradient(var(--accent), var(--blue), var(--accent)); animation: turn 4s linear infinite, drift 3s ease-in-out infinite alternate; }
  @keyframes turn { to { rotate: 360deg; } } @keyframes drift { to { translate: -500px 300px; } }
  #text { width: 1100px; height: 900px; margin: 60px; padding: 30px; overflow: hidden; white-space: pre-wrap; box-sizing: border-box;
    background: var(--surface); font: 34px/1.4 var(--mono); }
</style><div id="text"></div><div id="disc"></div>
<script>
  const words = "def total(prices): return round(sum(prices), 2)  # ", text = document.querySelector("#text");
  let typed = 0;
  setInterval(() => { text.textContent += Math.random() < 0.06 ? "\\n" : words[typed++ % words.length]; }, 70);
  requestAnimationFrame(function scroll() {
    text.scrollTop += (text.scrollHeight - text.clientHeight - text.scrollTop) * 0.12;
    requestAnimationFrame(scroll);
  });
</script>"""


def request(seconds: float) -> ClipRequest:
    theme = Theme.model_validate_json((ROOT / "assets" / "themes" / "night.json").read_bytes())
    variables = {
        "with": {}, "film": "", "scene": "", "number": 0, "theme": theme_variables(theme), "fonts": theme_fonts(theme),
        "marks": {}, "seconds": seconds, "fps": 30, "width": 1920, "height": 1080, "unit": 1, "place": "frame",
    }  # fmt: skip
    return ClipRequest(
        html=HTML, variables=json.dumps(variables), size=(1920, 1080), fps=30, frames=round(seconds * 30)
    )


class BrowserTime(threading.Thread):
    """Adds up the CPU seconds of all processes of the sessions that this process started, while they live."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over, self._used = threading.Event(), dict[str, float]()

    @property
    def seconds(self) -> float:
        return sum(self._used.values())

    def run(self) -> None:
        while not self.over.wait(0.5):
            stats = [self._stat(entry) for entry in os.listdir("/proc") if entry.isdigit()]
            own = {s[0] for s in stats if s and s[2] == os.getpid() and s[3] == int(s[0])}
            self._used.update({s[0]: s[1] for s in stats if s and str(s[3]) in own})

    def _stat(self, process: str) -> tuple[str, float, int, int] | None:
        """Process, CPU seconds, parent, session."""
        try:
            fields = (Path("/proc") / process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return process, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(fields[1]), int(fields[3])


def drawn(seconds: float) -> tuple[str, int, float, float]:
    """The digest of the video, how many of its frames differ from the one before, how long it took, and its CPU seconds."""
    browser, own = BrowserTime(), time.process_time()
    browser.start()
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        take = make_clip(request(seconds), Path(folder), JobContext.scratch(ROOT))
        took = time.monotonic() - started
        browser.over.set()
        cpu = browser.seconds + time.process_time() - own
        assert take.fault is None, take.fault
        return hashlib.sha256((Path(folder) / take.video).read_bytes()).hexdigest(), take.drawn, took, cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    digests = set()
    for _ in range(options.runs):
        digest, changed, took, cpu = drawn(options.seconds)
        digests.add(digest)
        print(
            f"{digest[:16]}  {changed} of {options.seconds * 30:.0f} frames differ  {took:.1f} s: {options.seconds / took:.2f} x real time, {cpu / options.seconds:.2f} CPU s a second"
        )
    started = time.monotonic()
    with ProcessPoolExecutor(2) as pool:
        digests.update(digest for digest, *_ in pool.map(drawn, [options.seconds] * 2))
    took = time.monotonic() - started
    print(f"two side by side: {2 * options.seconds / took:.2f} x real time")
    print("identical" if len(digests) == 1 else "DIFFERENT")


if __name__ == "__main__":
    main()
