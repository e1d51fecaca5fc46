"""Programs that end when Lectern does, however it ends (on Windows: when they are closed)."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_KEEPER = Path(__file__).parent / "keeper_child.py"


class Kept:
    """A program that runs, with what it wrote in `log`. Close it in the end."""

    def __init__(
        self, argv: list[str], log: Path, environment: Mapping[str, str], folder: Path | None = None, said: bool = False
    ) -> None:
        self.name, self._log = Path(argv[0]).name, log
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, str(_KEEPER), *argv] if os.name == "posix" else argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if said else out,
                stderr=out,
                env=environment,
                cwd=folder,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )

    @property
    def ended(self) -> int | None:
        """Its exit status; None while it, or anything it started, runs."""
        return self._process.poll()

    @property
    def output(self) -> int:
        """The file descriptor from which what it says is read (`said`)."""
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def last_words(self) -> str:
        """The end of what it wrote, for a message."""
        said = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        lines = [line for line in said if line.strip() and not line.startswith("dbus-daemon[")]
        return "\n".join(f"    {line[:300]}" for line in lines[-8:]) or "    (it wrote nothing)"

    def close(self) -> None:
        """Ends it and all it started."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(3.0)
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
