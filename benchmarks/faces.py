"""What a photographed face costs on this computer: CPU seconds a second of film, for every step that no service does.

`python benchmarks/faces.py` draws two seconds of Ada at 720 px, lays them before a green and before a grey wall, encodes
them as a service would, and times: stretching (ping-pong, encoded for a lip-sync), the built-in chroma and difference keys
(decoding and lossless writing included), and the reduction to a narrator's clip of 400 px. The peer of the keys is FFmpeg's
own `chromakey` and `colorkey` over the same clip, decoded and written the same way. All in one run, in one process. The error
is the mean over the figure's edge of the largest against the exact composite on black, white and a busy picture, in levels;
it is that of a clip whose colours were compressed to half the resolution. Without loss the keys are exact to four levels,
which the tests hold.
"""

import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from costs import cpu_of, say

import lectern
from lectern.pipeline.avatar.artwork import read_artwork
from lectern.pipeline.avatar.clip import write_narrator
from lectern.pipeline.avatar.drawing import Figure
from lectern.pipeline.avatar.pose import Pose
from lectern.pipeline.faces.face import fit_into_square
from lectern.pipeline.faces.frame_mapping import frame_mapping
from lectern.pipeline.faces.video_io import Colour, flatten_alpha, read_frames, write_lossless, write_mp4
from lectern.pipeline.providers.faces.key_providers import ChromaKey, DifferenceKey, KeySettings
from lectern.pipeline.services.face import MattingClip
from lectern.pipeline.services.prediction import PredictionContext

DRAWING = Path(lectern.__file__).parent / "assets" / "avatars" / "ada.svg"
SIDE, SMALL, FPS, FRAMES = 720, 400, 30, 60
SECONDS = FRAMES / FPS
GREEN: Colour = (0, 190, 60)
GREY: Colour = (225, 228, 226)


def main() -> None:
    figures = [np.asarray(image) for image in _drawn()]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        say(f"stretching to twice its length: {_each(lambda: stretch(figures, folder), 2 * SECONDS)}")
        for provider, wall, peer in ((ChromaKey(), GREEN, "chromakey"), (DifferenceKey(), GREY, "colorkey")):
            compare(provider, wall, peer, figures, folder)
        say(f"reducing {SIDE} to {SMALL} px, as a narrator's clip: {_each(lambda: reduce(folder), SECONDS)}")


def compare(
    provider: ChromaKey | DifferenceKey, wall: Colour, peer: str, figures: list[np.ndarray], folder: Path
) -> None:
    """A key and FFmpeg's, over the same clip."""
    clip = folder / "clip.mp4"
    write_mp4(clip, (flatten_alpha(figure, wall) for figure in figures), FPS)
    ours = cpu_of(lambda: key(provider, clip, folder))
    theirs = cpu_of(lambda: key_of_ffmpeg(peer, wall, clip, folder / "peer.mkv"))
    error, other = (edge_error(folder / file, figures) for file in ("matte.mkv", "peer.mkv"))
    say(
        f"{provider.name}: {ours / SECONDS:.2f} CPU s a second of film, its edge off by {error:.0f} levels; "
        f"FFmpeg's {peer}: {theirs / SECONDS:.2f} ({ours / theirs:.1f} times cheaper), off by {other:.0f}"
    )


def stretch(figures: list[np.ndarray], folder: Path) -> None:
    write_mp4(
        folder / "stretched.mp4", (flatten_alpha(figures[i], GREEN) for i in frame_mapping(FRAMES, 2 * FRAMES)), FPS
    )


def key(provider: ChromaKey | DifferenceKey, clip: Path, folder: Path) -> None:
    context = PredictionContext(folder, folder, "benchmark")
    cut = provider.matte(context, KeySettings(), MattingClip(file=clip, fps=FPS, lossy=True), folder)
    write_lossless(folder / "matte.mkv", cut, FPS)


def key_of_ffmpeg(name: str, wall: Colour, clip: Path, out: Path) -> None:
    colour = "0x{:02x}{:02x}{:02x}".format(*wall)
    write_lossless(out, _filtered(clip, ((name, f"{colour}:0.10:0.08"), ("format", "rgba"))), FPS)


def reduce(folder: Path) -> None:
    write_narrator(
        folder / "narrator.mov",
        (fit_into_square(cut, SMALL) for cut in read_frames(folder / "matte.mkv", FPS)),
        SMALL,
        FPS,
        False,
    )


def edge_error(cut: Path, figures: list[np.ndarray]) -> float:
    """The mean error where the figure is mixed with what is behind it; levels."""
    found = [_errors(image, figure) for image, figure in zip(read_frames(cut, FPS), figures, strict=False)]
    return float(np.concatenate(found).mean())


def _each(work: Callable[[], object], seconds: float) -> str:
    return f"{cpu_of(work) / seconds:.2f} CPU s a second of film"


def _drawn() -> Iterator[np.ndarray]:
    figure = Figure(read_artwork(DRAWING), SIDE)
    poses = (Pose(tilt=3 * np.sin(i / 9), dx=2 * np.sin(i / 13)) for i in range(FRAMES))
    return (np.asarray(figure.draw(pose)) for pose in poses)


def _filtered(clip: Path, chain: tuple[tuple[str, str], ...]) -> Iterator[np.ndarray]:
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        graph = av.filter.Graph()
        last = graph.add_buffer(template=stream, time_base=Fraction(stream.time_base))
        for name, arguments in (*chain, ("buffersink", "")):
            step = graph.add(name, arguments)
            last.link_to(step)
            last = step
        graph.configure()
        for frame in container.decode(stream):
            graph.push(frame)
            yield graph.pull().to_ndarray(format="rgba")


def _errors(cut: np.ndarray, figure: np.ndarray) -> np.ndarray:
    edge = (figure[..., 3] > 0) & (figure[..., 3] < 255)
    blocks = np.random.default_rng(1).integers(0, 256, (SIDE // 8, SIDE // 8, 3))
    grounds = (np.zeros(3), np.full(3, 255.0), np.kron(blocks, np.ones((8, 8, 1))))
    return np.max([np.abs(_upon(cut, ground) - _upon(figure, ground)).max(2)[edge] for ground in grounds], 0)


def _upon(image: np.ndarray, ground: np.ndarray) -> np.ndarray:
    alpha = image[..., 3:].astype(np.float32) / 255
    return image[..., :3] * alpha + ground * (1 - alpha)


if __name__ == "__main__":
    main()
