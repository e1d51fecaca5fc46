"""A film from nothing through the command line, judged by ffprobe, by ffmpeg's meters and by its own pixels."""

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from small_episode import PAGE, SCRIPT, lectern, program, read, takes, watched, write_episode

from lectern.pipeline.base.files import content_digest
from lectern.pipeline.episode.speaking import FALLBACK_VOICES

pytestmark = pytest.mark.film

SIZE, FPS = (640, 360), 30
SETTINGS = "[film]\nwidth = 640\nheight = 360\n"
"""Less than what a film has without settings: it costs a third."""
AROUND = 10
"""Frames before and after a mark that are looked at."""
FRAMES_LATE = 2
WORST_NAME = "-a b 'q\" {x} {{#}} #1 %03d %s $HOME `id` ;&|<!-- \n ünï 数字 😀\u202e" + "n" * 138 + " ."
"""What a folder may be called: everything that some program takes for something else, and long."""


@dataclass(frozen=True)
class Built:
    """An episode that was built, and whose profile allowed it."""

    folder: Path
    profile: Path

    @property
    def film(self) -> Path:
        return self.folder / "renders/film.mp4"

    @property
    def report(self) -> dict:
        return read(self.folder / "renders/report.json")

    @property
    def timeline(self) -> dict:
        return read(self.folder / "renders/timeline.json")

    def mark(self, name: str) -> int:
        """The frame of a mark ("scene/mark")."""
        return next(m["frame"] for m in self.timeline["markers"] if m["name"] == name)


@pytest.fixture(scope="module", autouse=True)
def voices_as_they_are() -> Iterator[None]:
    """This film is spoken as everybody's is: by a neural voice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(FALLBACK_VOICES)
        yield


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    place = tmp_path_factory.mktemp("film")
    folder = write_episode(place / WORST_NAME, settings=SETTINGS)
    program(place / "profile", "--trust", "build", folder)
    return Built(folder, place / "profile")


# What Blender's preview shows of it


def test_the_preview_knows_every_word_and_what_has_to_be_seen(built: Built) -> None:
    known = read(next(built.profile.rglob("preview.json")))
    said = [word for line in built.report["expected"]["lines"] for word in line["words"]]
    assert [word[0] for _, words in known["lines"].values() for word in words] == [word["written"] for word in said]
    sights = known["sights"]["count"]
    assert {"that is all", "the window's title"} <= {sight[0] for sight in sights} and known["sights"]["start"] == []
    span = next(scene for scene in built.timeline["scenes"] if scene["id"] == "count")
    assert all(0 <= sight[5] < sight[6] <= span["end"] - span["start"] for sight in sights)


# The file


def test_ffprobe_sees_the_film_that_youtube_wants(built: Built) -> None:
    picture, sound = (_probed(built.film, kind) for kind in "va")
    assert (picture["codec_name"], picture["pix_fmt"], picture["width"], picture["height"]) == (
        "h264",
        "yuv420p",
        *SIZE,
    )
    assert (picture["r_frame_rate"], picture["avg_frame_rate"]) == ("30/1", "30/1")
    assert int(picture["nb_read_packets"]) == built.timeline["frames"]
    tags = ("color_range", "color_space", "color_transfer", "color_primaries")
    assert [picture[tag] for tag in tags] == ["tv", "bt709", "bt709", "bt709"]
    assert (sound["codec_name"], sound["sample_rate"], sound["channels"]) == ("aac", "48000", 2)
    assert abs(float(picture["duration"]) - float(sound["duration"])) < 1 / FPS
    assert 12 < float(picture["duration"]) < 40


def test_every_frame_can_be_decoded_and_follows_the_last(built: Built) -> None:
    said = _ffmpeg("-v", "warning", "-i", built.film, "-f", "null", "-").stderr.decode()
    assert said == ""
    stamps = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0", built.film],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    times = sorted(float(stamp.strip(",")) for stamp in stamps)
    assert np.diff(times) == pytest.approx(1 / FPS, abs=1e-4)


def test_the_sound_is_as_loud_as_youtube_plays_it(built: Built) -> None:
    said = _ffmpeg("-i", built.film, "-af", "ebur128=peak=true", "-f", "null", "-").stderr.decode()
    summary = said[said.rindex("Summary:") :]
    assert float(re.search(r"I:\s+(-?[\d.]+) LUFS", summary)[1]) == pytest.approx(-14, abs=0.5)
    assert float(re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)[1]) <= -1


def test_the_subtitles_say_the_script_word_by_word_while_it_is_spoken(built: Built) -> None:
    blocks = (built.folder / "renders/film.srt").read_text().strip().split("\n\n")
    cues = [re.fullmatch(r"(\d+)\n(\S+) --> (\S+)\n(.+)", block, re.DOTALL).groups() for block in blocks]
    assert [int(number) for number, *_ in cues] == list(range(1, len(cues) + 1))
    times = [second for _, start, end, _ in cues for second in (_seconds(start), _seconds(end))]
    assert times == sorted(times) and times[-1] < built.timeline["frames"] / FPS
    prose = [block for block in SCRIPT.split("---\n")[2].strip().split("\n\n") if block[0] not in "#`"]
    spoken = re.sub(r"\{\w+\}", "", " ".join(prose)).split()
    assert " ".join(text for *_, text in cues).split() == spoken
    assert (built.folder / "renders/film.vtt").read_text().startswith("WEBVTT\n")
    assert _probed(built.film, "s")["codec_name"] == "mov_text"


# The pictures


@pytest.mark.parametrize("mark", ("count/numbers", "count/all"))
def test_a_command_s_output_is_seen_on_its_word_and_its_typing_before(built: Built, mark: str) -> None:
    frame, typed = built.mark(mark), 6
    before, *pictures = _gray(built.film, frame - typed, frame + AROUND, _upper(_region(built, mark)))
    changed = [
        n for n, picture in enumerate(pictures, frame - typed + 1) if np.abs(picture.astype(int) - before).max() > 40
    ]
    assert abs(changed[0] - frame) <= FRAMES_LATE


def test_the_page_turns_green_on_the_word_that_presses_the_button(built: Built) -> None:
    frame = built.mark("page/press")
    pictures = _rgb(built.film, frame - AROUND, frame + AROUND, _region(built, "page/press"))
    green = [n for n, p in enumerate(pictures, frame - AROUND) if _share_near(p, (0, 208, 64)) > 0.05]
    assert abs(green[0] - frame) <= FRAMES_LATE
    assert green == list(range(green[0], frame + AROUND + 1))


def test_nothing_in_the_film_hides_any_text(built: Built) -> None:
    assert built.report["hidden"] == []


def test_the_narrator_is_there_and_large_enough(built: Built) -> None:
    assert built.report["narrator_share"] >= 0.7
    assert built.report["smallest_narrator"] >= 0.18


def test_lectern_s_own_check_finds_nothing_and_has_looked_at_everything(built: Built) -> None:
    checked = json.loads(lectern(built.profile, "check", "--json", built.folder))
    film = checked["film"]
    assert checked["problems"] == []
    assert checked["findings"] == []
    assert {step["mark"]: abs(step["late"]) <= FRAMES_LATE for step in film["steps"]} == {
        m: True for m in ("numbers", "all", "press")
    }
    assert sum(lips["silent"] for lips in film["lips"]) > 4
    assert [lips["gaping"] for lips in film["lips"]] == [[]] * len(film["lips"])
    onsets = [onset["late"] for lips in film["lips"] for onset in lips["onsets"]]
    assert len(onsets) >= 3 and all(late is not None and abs(late) <= FRAMES_LATE for late in onsets)
    assert len(film["texts"]) >= 4 and all(text["contrast"] >= 4.5 for text in film["texts"])


def test_the_check_fails_where_the_pictures_come_five_frames_late(built: Built, tmp_path: Path) -> None:
    folder = write_episode(tmp_path / "numbers", settings=SETTINGS)
    shutil.copytree(built.folder / "renders", folder / "renders")
    late = "tpad=start=5:start_mode=clone"
    encoded = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-frames:v", str(built.timeline["frames"]))
    _ffmpeg(
        "-y",
        "-i",
        built.film,
        "-map",
        "0:v",
        "-map",
        "0:a",
        "-vf",
        late,
        *encoded,
        "-c:a",
        "copy",
        folder / "renders/film.mp4",
    )
    about_it = built.report | {"film": content_digest(folder / "renders/film.mp4")}
    (folder / "renders/report.json").write_text(json.dumps(about_it))
    checked = json.loads(lectern(built.profile, "check", "--json", folder, code=1))
    *late, edit = [step["late"] for step in checked["film"]["steps"]]
    assert late == pytest.approx([5, 5], abs=1)
    assert abs(edit) > 2, "before an edit the caret moves, and that may be nearer to its word"
    assert sum("the step at" in finding["message"] for finding in checked["findings"]) == 3
    assert sum("after the voice" in finding["message"] for finding in checked["findings"]) >= 3


# Building again


def test_a_second_build_says_so_and_starts_nothing(built: Built) -> None:
    before = _files(built.folder)
    said, started = watched(built.profile, "build", built.folder)
    assert "is up to date" in said
    assert started == 0
    assert _files(built.folder) == before


def test_the_same_takes_give_the_same_timeline(built: Built) -> None:
    said = [lectern(built.profile, "timeline", "--json", built.folder) for _ in range(2)]
    assert said[0] == said[1]
    assert json.loads(said[0]) == built.timeline


def test_one_changed_word_makes_one_scene_anew_and_films_nothing(built: Built, tmp_path: Path) -> None:
    """The scene is between cuts; a neighbour that it fades into shows some of it, and is rendered anew as well."""
    folder = Path(shutil.copytree(built.folder, tmp_path / "numbers"))
    before = takes(folder)
    (folder / "script.md").write_text(SCRIPT.replace("they come", "they arrive"))
    lectern(built.profile, "build", folder)
    after = takes(folder)
    new = Counter(take.partition("/")[0] for take in after.keys() - before.keys())
    assert new == {"voice": 1, "footage": 1, "narrator": 1, "segment": 1, "sound": 1}
    assert {take: after[take] for take in before} == before
    assert "they arrive" in (folder / "renders/film.srt").read_text().replace("\n", " ")


# What is not built


def test_an_episode_from_a_stranger_shows_what_it_would_run_and_runs_nothing(tmp_path: Path) -> None:
    folder = write_episode(tmp_path / "numbers")
    said, started = watched(tmp_path / "profile", "build", folder, code=3)
    assert "seq 3" in said and "echo that is all" in said and "--trust" in said
    assert started == 0
    assert sorted(f.name for f in folder.iterdir()) == ["page.html", "script.md"]


def test_a_shot_is_not_yet_and_names_its_line(tmp_path: Path) -> None:
    script = SCRIPT + '\n```shot\nprompt: "a river at dawn"\n```\n'
    line = script[: script.index("```shot")].count("\n") + 1
    said = lectern(tmp_path / "profile", "--trust", "build", write_episode(tmp_path / "numbers", script), code=2)
    assert re.search(rf'script\.md:{line}: not yet: a "shot" block', said)


def test_a_page_that_is_not_there_stops_the_build_with_scene_and_line(tmp_path: Path) -> None:
    script = SCRIPT.replace("open: page.html", "open: pages/lost.html")
    line = script[: script.index("open: pages")].count("\n") + 1
    folder = write_episode(tmp_path / "numbers", script)
    said = lectern(tmp_path / "profile", "--trust", "build", folder, code=2)
    assert "lost.html" in said and "page" in said
    assert re.search(rf"script\.md:{line}\b", said)
    assert not (folder / "renders/film.mp4").exists()


def test_the_page_is_as_the_test_believes() -> None:
    assert "#00d040" in PAGE


def _probed(film: Path, kind: str) -> dict:
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-count_packets", "-select_streams", f"{kind}:0", "-show_streams", "-of", "json", film],
        capture_output=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)["streams"][0]


def _ffmpeg(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["ffmpeg", "-nostdin", *map(str, arguments)], capture_output=True, check=True)


def _seconds(stamp: str) -> float:
    hours, minutes, seconds = stamp.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _region(built: Built, mark: str) -> tuple[int, int, int, int]:
    """Left, top, width, height in px of what a capture shows at a mark; even numbers."""
    scene, name = mark.split("/")
    box = next(s["region"] for s in built.report["expected"]["steps"] if (s["scene"], s["mark"]) == (scene, name))
    left, top = (int(box[k] * size) // 2 * 2 + 2 for k, size in zip("xy", SIZE, strict=True))
    width, height = (int(box[k] * size) // 2 * 2 - 4 for k, size in zip("wh", SIZE, strict=True))
    return left, top, width, height


def _upper(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """The part of a window in which neither a narrator nor a lower third stands."""
    left, top, width, height = box
    return left, top, width, height // 4 * 2


def _gray(film: Path, first: int, last: int, box: tuple[int, int, int, int]) -> np.ndarray:
    return _decoded(film, first, last, box, "gray", 1)[..., 0]


def _rgb(film: Path, first: int, last: int, box: tuple[int, int, int, int]) -> np.ndarray:
    return _decoded(film, first, last, box, "rgb24", 3)


def _decoded(
    film: Path, first: int, last: int, box: tuple[int, int, int, int], pixels: str, channels: int
) -> np.ndarray:
    """Frames `first` to `last` as ffmpeg decodes them: uint8, shape (frames, height, width, channels)."""
    left, top, width, height = box
    chain = f"select='between(n,{first},{last})',crop={width}:{height}:{left}:{top}"
    raw = _ffmpeg(
        "-i",
        film,
        "-vf",
        chain,
        "-fps_mode",
        "passthrough",
        "-frames:v",
        last - first + 1,
        "-f",
        "rawvideo",
        "-pix_fmt",
        pixels,
        "-",
    ).stdout
    return np.frombuffer(raw, np.uint8).reshape(last - first + 1, height, width, channels)


def _share_near(picture: np.ndarray, colour: tuple[int, int, int]) -> float:
    return float((np.abs(picture.astype(int) - colour).max(axis=2) < 24).mean())


def _files(folder: Path) -> dict[str, int]:
    """Every file but the job queue's own, and when it was last written."""
    found = (f for f in folder.rglob("*") if f.is_file() and ".lectern" not in f.parts)
    return {str(f.relative_to(folder)): f.stat().st_mtime_ns for f in found}
