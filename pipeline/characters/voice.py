"""The voice of a character, changed in its file."""

import json
from pathlib import Path
from typing import Any

from ..base.errors import LecternError
from ..base.files import write_changed
from ..episode.speaking import speaker_with
from .cards import card_of, character_called

OF_A_VOICE = ("provider", "voice", "settings", "fallback")
"""What in a character's file belongs to its voice."""


def give_voice(folder: Path, id: str, voice: str, *, provider: str = "", config: Path | None = None) -> Path:
    """Write into a character's file that it speaks with `voice`; return the file, which is the episode's.

    Without a `provider`, the one that has the voice is found. One of Lectern's own characters becomes the episode's, with the
    drawing that it has. The settings and the fallback of the voice before are removed.

    Raises:
        LecternError: There is no such character or voice, or the character is the studio's, where other episodes use it.
    """
    folder = folder.resolve()
    card = card_of(character_called(id, folder, config), folder)
    if card.home == "studio":
        raise LecternError(
            f"{card.name} belongs to the studio, and speaks in all its episodes: change {card.file}, or copy the character: "
            f"lectern character new NAME --from {card.id}"
        )
    speaker_with(voice, provider)
    fields: dict[str, Any] = json.loads(Path(card.file).read_text("utf-8"))
    kept = {key: value for key, value in fields.items() if key not in OF_A_VOICE}
    chosen = {"provider": provider, "voice": voice} if provider else {"voice": voice}
    file = folder / "characters" / f"{card.id}.json"
    write_changed(file, json.dumps(kept | chosen, ensure_ascii=False, indent=2) + "\n", inside=folder)
    return file
