"""What a person has allowed: an episode runs something only after they have allowed exactly that.

Kept in the person's profile, never in the episode, as the hash of everything that would run; any change asks again.
"""

import json
import time
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from ..base.errors import LecternError, escape_invisible
from ..base.files import digest, write_atomic
from ..base.frozen import Frozen
from ..base.profile import episode_state, profile_folder
from .request import PermissionRequest

_OWN = "own"
"""The file in an episode's state that says that the person knows the episode."""
_MOST_NAMES = 12
"""How many changed files are named."""

FULL_TRUST = (
    "give the command again with --trust, or press Trust in Lectern's panel in Blender. You are asked again when any of it "
    "changes."
)
_ADVICE = f"Nothing was run. If you want all of it to run, {FULL_TRUST}"


class Grant(Frozen):
    """What a person allowed for the `episode` in a folder, at the epoch second `trusted_at`: so many `things`.

    `files` are those that it covers, each with the hash of what was in it.
    """

    model_config = ConfigDict(extra="ignore")  # a newer Lectern may note more

    episode: str = ""
    trusted_at: float = 0.0
    things: int = 0
    sandboxed: bool = False
    files: dict[str, str] | None = None


_GRANTS = TypeAdapter(dict[str, Grant])


class NotTrusted(LecternError):
    """The episode would do what `requests` say, and this person has not allowed it; `advice` says what they can do."""

    def __init__(
        self,
        requests: tuple[PermissionRequest, ...],
        advice: str = _ADVICE,
    ) -> None:
        self.requests = requests
        super().__init__(
            "This episode would do the following on your computer, and you have not allowed it yet:\n\n"
            f"{_table(requests)}\n\n{advice}"
        )


def require_trust(
    requests: tuple[PermissionRequest, ...],
    episode: Path | None = None,
    *,
    trust: bool = False,
    profile: Path | None = None,
) -> None:
    """Raise `NotTrusted`, which shows what would run, unless this person has allowed exactly `requests`.

    With `trust` they allow it now, for the episode in the folder `episode`: it is noted first.
    """
    if trust and episode is not None and not is_trusted(requests, profile):
        grant_trust(requests, episode, profile)
    if not is_trusted(requests, profile):
        changed = changes_since_grant(requests, episode, profile) if episode else ""
        raise NotTrusted(requests, f"{changed}{_ADVICE}")


def is_trusted(requests: tuple[PermissionRequest, ...], profile: Path | None = None) -> bool:
    """Return whether this person has allowed exactly `requests`. Nothing dangerous needs no trust."""
    return not requests or _digest(requests) in _read_grants(_file(profile))


def grants_cover(granted: tuple[PermissionRequest, ...], requests: tuple[PermissionRequest, ...]) -> bool:
    """Return whether whoever allows `granted` allows all of `requests`, wherever in the episode they come from."""
    return {_identity_of(request) for request in requests} <= {_identity_of(request) for request in granted}


def grant_trust(
    requests: tuple[PermissionRequest, ...], episode: Path, profile: Path | None = None, *, sandboxed: bool = False
) -> None:
    """Note that this person allows exactly `requests`. Called for a person's `--trust` or button, and nothing else.

    Whoever allows it without the sandbox (`sandboxed`) says that they know the episode.
    """
    file = _file(profile)
    grant = Grant(
        episode=str(episode),
        trusted_at=time.time(),
        things=len(requests),
        sandboxed=sandboxed,
        files=dict(sorted(file for request in requests for file in request.files)),
    )
    _write_grants(file, _read_grants(file) | {_digest(requests): grant})
    if not sandboxed:
        note_own(episode)


def withdraw_trust(requests: tuple[PermissionRequest, ...], profile: Path | None = None) -> None:
    """Forget that this person allows `requests`."""
    file = _file(profile)
    grants = _read_grants(file)
    if requests and _digest(requests) in grants:
        del grants[_digest(requests)]
        _write_grants(file, grants)


def changes_since_grant(requests: tuple[PermissionRequest, ...], episode: Path, profile: Path | None = None) -> str:
    """Return which covered files differ from those of the episode's last grant, as a paragraph; "" if none does."""
    grants = [grant for grant in _read_grants(_file(profile)).values() if grant.episode == str(episode)]
    last = max(grants, key=lambda grant: grant.trusted_at, default=Grant())
    before, now = last.files, dict(file for request in requests for file in request.files)
    if before is None or before == now:
        return ""
    kinds = {
        "changed": sorted(name for name in now.keys() & before.keys() if now[name] != before[name]),
        "new": sorted(now.keys() - before.keys()),
        "gone": sorted(before.keys() - now.keys()),
    }
    parts = (f"{kind}: {_shortened(names)}" for kind, names in kinds.items() if names)
    return f"Since you last allowed it, files have changed. {'; '.join(parts)}.\n\n"


def note_own(episode: Path) -> None:
    """Note that the episode in a folder is the person's own, or one that they know: they made it or let it run."""
    file = episode_state(episode) / _OWN
    if not file.exists():
        write_atomic(file, "", inside=None, private=True)


def is_own(episode: Path) -> bool:
    """Return whether the episode in a folder was made or built on this computer by this person before."""
    return (episode_state(episode) / _OWN).exists()


def _shortened(names: list[str]) -> str:
    """Return names as a list that can be read."""
    shown = [escape_invisible(name) for name in names[:_MOST_NAMES]]
    return ", ".join(shown) + (f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else "")


def _digest(requests: tuple[PermissionRequest, ...]) -> str:
    """Return the hash of what would run. Lines are left out: prose may be edited without being asked again."""
    return digest(json.dumps([_identity_of(request) for request in requests], ensure_ascii=False))


def _identity_of(request: PermissionRequest) -> tuple[str, str, str]:
    return request.kind, request.what, request.content


def _table(requests: tuple[PermissionRequest, ...]) -> str:
    wide = max(len(request.where) for request in requests)
    return "\n".join(f"  {r.where:<{wide}}  {r.kind:<8}  {escape_invisible(r.what)}" for r in requests)


def _file(profile: Path | None) -> Path:
    return (profile or profile_folder()) / "trust.json"


def _write_grants(file: Path, grants: dict[str, Grant]) -> None:
    text = _GRANTS.dump_json(grants, indent=1, exclude_none=True).decode()
    write_atomic(file, text, inside=None, private=True)


def _read_grants(file: Path) -> dict[str, Grant]:
    """Return what was allowed, by the hash of the requests. Raises LecternError if the file is damaged."""
    try:
        return _GRANTS.validate_json(file.read_bytes())
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        why = error.errors()[0]["msg"]
        raise LecternError(
            f"{file} can't be read ({why}). Delete it: you will be asked for your trust again."
        ) from error
