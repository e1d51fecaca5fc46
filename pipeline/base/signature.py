"""Signatures of what was made on this computer, so that a stranger's work, or a change, is noticed.

The key is in the person's profile. Who has it can sign; an episode's folder never holds it.
"""

import hashlib
import hmac
import secrets
from functools import cache
from pathlib import Path

from .errors import LecternError
from .files import write_atomic
from .lock import locked
from .profile import profile_folder

FILE = "signing.key"
_BYTES = 32


def signature_of(content: bytes) -> str:
    """Return the signature of `content` by this person: 64 hex digits."""
    return hmac.new(_key(profile_folder() / FILE), content, hashlib.sha256).hexdigest()


def is_signed(content: bytes, signature: str) -> bool:
    """Return whether this person's Lectern signed exactly `content`."""
    return hmac.compare_digest(signature_of(content).encode(), signature.encode())


@cache
def _key(file: Path) -> bytes:
    """Return the key in `file`, made if need be. Raises LecternError if there can be none."""
    try:
        if not file.exists():
            with locked(file.with_suffix(".lock"), "making a key", f"{file} can't be made"):
                if not file.exists():
                    write_atomic(file, secrets.token_hex(_BYTES), inside=None, private=True)
        key = bytes.fromhex(file.read_text(encoding="ascii"))
    except OSError as error:
        way_out = "name a folder that can be written as LECTERN_CONFIG_HOME"
        raise LecternError(f"Lectern can't keep its key in {file} ({error.strerror}): {way_out}") from error
    except ValueError as error:
        raise LecternError(_damaged(file)) from error
    if len(key) != _BYTES:
        raise LecternError(_damaged(file))
    return key


def _damaged(file: Path) -> str:
    return f"{file} is damaged. Delete it; then keep your episodes' takes with: lectern adopt DIR"
