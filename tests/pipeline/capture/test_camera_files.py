"""Files as cameras, recorders and phones write them become the pictures that players show."""

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.material.decoding import is_still, read_video, video_seconds

SIZE = (64, 36)


def write(
    file: Path, pictures: list[np.ndarray], codec: str = "libx264", rate: int = 30, pix: str = "yuv420p", **more
) -> Path:
    """Write RGB pictures of SIZE; `more`: attributes of the codec's context, and its `options`."""
    with av.open(str(file), "w") as container:
        stream = container.add_stream(codec, rate=rate, options=more.pop("options", {}))
        stream.width, stream.height, stream.pix_fmt = *SIZE, pix
        for name, value in more.items():
            setattr(stream.codec_context, name, value)
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb48le" if picture.dtype == np.uint16 else "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file


def greys(count: int) -> list[np.ndarray]:
    return [np.full((36, 64, 3), 2 * number, np.uint8) for number in range(count)]


def first_grey(file: Path, start: float) -> int:
    return int(next(read_video(file, SIZE, "#000000", start, None))[1][18, 32, 0])


@pytest.mark.parametrize("offset", [0, 95_443], ids=["from zero", "over the end of its clock"])
def test_a_part_of_a_transport_stream_begins_where_it_was_asked_for(tmp_path: Path, offset: int):
    slow = {"options": {"g": "48", "qp": "1"}}
    file = write(tmp_path / "a.ts", greys(120), **slow)
    whole = write(tmp_path / "a.mp4", greys(120), **slow)
    if offset:
        with av.open(str(file)) as old, av.open(str(tmp_path / "b.ts"), "w") as new:
            stream = new.add_stream_from_template(old.streams.video[0])
            for packet in old.demux(video=0):
                if packet.dts is not None:
                    packet.pts, packet.dts, packet.stream = (
                        packet.pts + offset * 90_000,
                        packet.dts + offset * 90_000,
                        stream,
                    )
                    new.mux(packet)
        file = tmp_path / "b.ts"
    for start in (0.0, 0.5, 1.0, 2.05, 3.5, 3.9):
        assert abs(first_grey(file, start) - first_grey(whole, start)) <= 1
        assert abs(first_grey(whole, start) - 2 * int(start * 30 + 1e-6)) <= 2


def test_every_picture_behind_the_start_is_there(tmp_path: Path):
    file = write(tmp_path / "a.ts", greys(120), options={"g": "100", "qp": "1"})
    times = [time for time, _ in read_video(file, SIZE, "#000000", 1.0, 3.0)]
    assert np.allclose(times, np.arange(60) / 30, atol=0.002)


def test_a_cover_in_front_of_the_video_is_passed_over(tmp_path: Path):
    file = write(tmp_path / "a.mp4", greys(60), options={"qp": "1"})
    Image.new("RGB", (8, 8), "#ff0000").save(tmp_path / "cover.png")
    file.write_bytes(with_cover(file.read_bytes(), (tmp_path / "cover.png").read_bytes()))
    with av.open(str(file)) as container:
        assert [stream.codec_context.name for stream in container.streams] == ["png", "h264"]
    assert abs(first_grey(file, 1.0) - 60) <= 2 and video_seconds(file) == pytest.approx(2.0)


def with_cover(mp4: bytes, cover: bytes) -> bytes:
    """Put a cover in front of the tracks, as programs for tags do."""

    def atom(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I4s", len(content) + 8, kind) + content

    data = atom(b"data", struct.pack(">II", 14, 0) + cover)
    handler = atom(b"hdlr", struct.pack(">II4s4sII", 0, 0, b"mdir", b"appl", 0, 0) + b"\0")
    meta = atom(b"udta", atom(b"meta", bytes(4) + handler + atom(b"ilst", atom(b"covr", data))))
    at = mp4.index(b"moov") - 4
    (size,) = struct.unpack(">I", mp4[at : at + 4])
    assert at + size == len(mp4)  # it is behind the pictures, so their places stay
    first = at + 8 + struct.unpack(">I", mp4[at + 8 : at + 12])[0]
    return mp4[:at] + struct.pack(">I", size + len(meta)) + mp4[at + 4 : first] + meta + mp4[first:]


def test_a_sound_with_a_cover_is_no_footage(tmp_path: Path):
    file = write(tmp_path / "a.mp4", greys(1), codec="mjpeg", pix="yuvj420p")
    with av.open(str(file)) as old, av.open(str(tmp_path / "b.mp4"), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        stream.disposition = av.stream.Disposition.attached_pic
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    with pytest.raises(LecternError, match=r"b\.mp4 has no pictures in it"):
        list(read_video(tmp_path / "b.mp4", SIZE, "#000000", 0, None))


@pytest.mark.parametrize(("codec", "name"), [("mpeg2video", "a.mkv"), ("libx264", "a.mp4"), ("prores_ks", "a.mov")])
def test_half_pictures_leave_no_combs_and_lose_no_time(tmp_path: Path, codec: str, name: str):
    moving = [np.zeros((36, 64, 3), np.uint8) for _ in range(40)]
    for number, picture in enumerate(moving):
        picture[:, (3 * number) % 64 :][:, :12] = 235
    combed = [np.where(np.arange(36)[:, None, None] % 2 == 0, moving[k], moving[k + 1]) for k in range(0, 40, 2)]
    pix = "yuv422p10le" if codec == "prores_ks" else "yuv420p"
    options = {"flags": "+ildct+ilme", "qp": "1", "x264-params": "tff=1:interlaced=1"} if codec == "libx264" else {}
    options |= {"flags": "+ildct+ilme"} | ({"g": "1", "qmax": "2"} if codec == "mpeg2video" else {})
    with av.open(str(tmp_path / name), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = *SIZE, pix
        graph = av.filter.Graph()
        source = graph.add_buffer(width=64, height=36, format="rgb24", time_base=Fraction(1, 25))
        parts = [graph.add("format", pix), graph.add("setfield", "tff"), graph.add("buffersink")]
        for before, after in zip([source, *parts], parts, strict=False):
            before.link_to(after)
        graph.configure()
        for number, picture in enumerate(combed):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            source.push(frame)
            container.mux(stream.encode(parts[-1].pull()))
        container.mux(stream.encode())
    shown = list(read_video(tmp_path / name, SIZE, "#000000", 0, None))
    assert np.allclose([time for time, _ in shown], np.arange(20) / 25, atol=0.002)
    grey = shown[8][1][..., 0].astype(int)
    assert grey.max() > 200 and np.abs(grey[1:-1] - (grey[:-2] + grey[2:]) / 2).max() < 60  # a comb: 117 and more


def in_hlg(light: np.ndarray) -> np.ndarray:
    scene = (light * 203 / 1000) ** (1 / 1.2)  # of greys
    return np.where(
        scene <= 1 / 12, np.sqrt(3 * scene), 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    )


def test_films_of_phones_in_hdr_are_not_washed_out(tmp_path: Path):
    """Costs four seconds, in which FFmpeg works out its table of colours."""
    wanted = np.array([0, 40, 90, 128, 190, 255])
    light = np.where(wanted / 255 <= 0.04045, wanted / 255 / 12.92, ((wanted / 255 + 0.055) / 1.055) ** 2.4)
    row = np.repeat(np.append(in_hlg(light), in_hlg(np.array([4.0]))), 9)[:64]  # the last is brighter than white
    picture = np.tile(np.round(np.append(row, row[-1]) * 65535).astype(np.uint16)[None, :64, None], (36, 1, 3))
    file = write(
        tmp_path / "a.mkv", [picture] * 3, codec="ffv1", pix="yuv444p10le",
        color_trc=18, color_primaries=9, colorspace=9, color_range=1,
    )  # fmt: skip
    shown = next(read_video(file, SIZE, "#000000", 0, None))[1][18].astype(int)
    assert np.abs(shown[4:58:9, 0][:6] - wanted).max() <= 5 and shown[60].min() >= 250


def animation(file: Path, seconds: list[float]) -> Path:
    pictures = [Image.new("RGB", SIZE, (40 * number, 0, 0)) for number in range(len(seconds))]
    times = [round(1000 * each) for each in seconds]
    pictures[0].save(file, save_all=True, append_images=pictures[1:], duration=times, loop=0, lossless=True)
    return file


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp"])
def test_an_animation_moves(tmp_path: Path, name: str):
    file = animation(tmp_path / name, [0.5, 0.2, 1.0, 0.3])
    assert not is_still(file) and video_seconds(file) == pytest.approx(2.0)
    shown = list(read_video(file, SIZE, "#000000", 0, None))
    assert [round(time, 3) for time, _ in shown] == [0, 0.5, 0.7, 1.7]
    assert np.abs([int(picture[18, 32, 0]) - 40 * k for k, (_, picture) in enumerate(shown)]).max() <= 4
    part = list(read_video(file, SIZE, "#000000", 0.6, 1.0))
    assert [round(time, 3) for time, _ in part] == [0, 0.1] and abs(int(part[0][1][18, 32, 0]) - 40) <= 4


def test_an_animation_without_times_runs_as_in_browsers(tmp_path: Path):
    assert video_seconds(animation(tmp_path / "a.gif", [0.0, 0.0, 0.01, 0.02])) == pytest.approx(0.32)


def test_a_photograph_is_no_video_whatever_it_is_called(tmp_path: Path):
    Image.new("RGB", SIZE, "#ff0000").save(tmp_path / "a.avif")
    assert is_still(tmp_path / "a.avif")
    box = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"heic", 0, b"mif1", b"heic")
    for name in ("a.heic", "a.HEIF", "a.jxl"):
        (tmp_path / name).write_bytes(box + bytes(400))
        with pytest.raises(LecternError, match=f"can't read {name} as a picture.*; save it again as one of PNG, JPEG"):
            is_still(tmp_path / name)


def test_pages_and_single_pictures_stay_still(tmp_path: Path):
    pages = [Image.new("RGB", SIZE, colour) for colour in ("#ff0000", "#00ff00")]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    pages[0].save(tmp_path / "a.jpg", "MPO", save_all=True, append_images=pages[1:])
    pages[0].save(tmp_path / "a.gif")
    assert is_still(tmp_path / "a.tif") and is_still(tmp_path / "a.gif")
    assert is_still(tmp_path / "a.jpg")  # a photograph with a second view
