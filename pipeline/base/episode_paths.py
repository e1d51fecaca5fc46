"""Where Lectern keeps what it makes for an episode: results in the episode's folder, the build's state in the profile."""

import os
from pathlib import Path

from .frozen import Frozen
from .profile import episode_state

LONGEST_STEM = 240
"""Bytes. File systems take 255, and Blender adds a letter to the name of what it saves."""


class EpisodePaths(Frozen):
    """The folders and files that Lectern writes for the episode in `folder`."""

    folder: Path

    @property
    def media(self) -> Path:
        """The folder of takes."""
        return self.folder / "media"

    @property
    def state(self) -> Path:
        """The folder of the build's state. It is in the person's profile, and nothing in it comes from the episode."""
        return episode_state(self.folder)

    @property
    def captures(self) -> Path:
        """The file that holds which take each capture had last."""
        return self.state / "captures.json"

    @property
    def renders(self) -> Path:
        """The folder of what is delivered."""
        return self.folder / "renders"

    @property
    def database(self) -> Path:
        """The database of the job queue."""
        return self.state / "lectern.sqlite"

    @property
    def blend(self) -> Path:
        """The Blender file with the timeline, named like the folder (as far as a file's name may be so long)."""
        stem = os.fsencode(self.folder.name)[:LONGEST_STEM].decode(errors="ignore")
        return self.folder / f"{stem}.blend"

    @property
    def timeline(self) -> Path:
        """The timeline that was last compiled into the Blender file."""
        return self.renders / "timeline.json"

    @property
    def scripted(self) -> Path:
        """That timeline as the script alone makes it, without what a person changed in Blender."""
        return self.state / "scripted.json"

    @property
    def compiled(self) -> Path:
        """What Blender reported then: strips that are not Lectern's, which timeline it was, the state of the .blend."""
        return self.state / "compiled.json"

    @property
    def preview(self) -> Path:
        """What Blender's preview shows of that timeline beyond its strips."""
        return self.state / "preview.json"

    @property
    def film(self) -> Path:
        """The finished film."""
        return self.renders / "film.mp4"

    @property
    def subtitles(self) -> Path:
        """The film's subtitles, as most players read them (SubRip)."""
        return self.renders / "film.srt"

    @property
    def film_note(self) -> Path:
        """The file that holds the hash of the report on the film that this person's last build made."""
        return self.state / "film.txt"

    @property
    def report(self) -> Path:
        """The report on the last build."""
        return self.renders / "report.json"

    @property
    def certificate(self) -> Path:
        """The page that shows how good the film is."""
        return self.renders / "report.html"

    @property
    def heard(self) -> Path:
        """What was heard in the film when it was listened to last."""
        return self.state / "heard.json"

    @property
    def heard_lines(self) -> Path:
        """What was heard in the lines' recordings, by the keys of their takes."""
        return self.state / "heard_lines.json"
