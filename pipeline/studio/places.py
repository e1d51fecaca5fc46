"""Where an episode keeps what was made for it."""

from pathlib import Path

from ..model import Frozen


class Places(Frozen):
    """The folders and files below an episode's `folder` that Lectern writes."""

    folder: Path

    @property
    def media(self) -> Path:
        """The takes."""
        return self.folder / "media"

    @property
    def captures(self) -> Path:
        """Which take each capture had last."""
        return self.media / "captures.json"

    @property
    def renders(self) -> Path:
        """What is delivered."""
        return self.folder / "renders"

    @property
    def database(self) -> Path:
        """The job queue."""
        return self.folder / ".lectern" / "lectern.sqlite"

    @property
    def blend(self) -> Path:
        """The timeline in Blender, named like the folder."""
        return self.folder / f"{self.folder.name}.blend"

    @property
    def timeline(self) -> Path:
        """The timeline as it was last compiled."""
        return self.renders / "timeline.json"

    @property
    def compiled(self) -> Path:
        """What Blender said when it compiled: the strips that are not Lectern's; which timeline, and the state of the .blend then."""
        return self.renders / "compiled.json"

    @property
    def film(self) -> Path:
        return self.renders / "film.mp4"

    @property
    def report(self) -> Path:
        return self.renders / "report.json"
