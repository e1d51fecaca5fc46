"""The seam where voices are cloned: a recording of a person goes in; a voice that speaks like them comes out."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel

from ..base.errors import LecternError
from .http import HttpClient, HttpStatusError, Service


@dataclass(frozen=True)
class VoiceSample:
    """A recording of a person's voice, as it is given to a service or a program.

    `wav` are the bytes of `file` (WAV, mono, 48 kHz, 16 bit), which is in the person's profile. `name` is what the voice is called,
    `text` what is said in the recording ("": nobody had to know), `language` a code like ``en``. `consent` is what the person has
    said about whose voice it is, and that it may be cloned.
    """

    name: str
    file: Path
    wav: bytes
    text: str
    language: str
    consent: str


class Cloning[S: BaseModel]:
    """What a voice provider inherits from, too, if it speaks with the voice of a recording.

    A service either keeps the recording and gives it a name (`keeps`; write `enrol`, and `withdraw` where it can delete), or is
    given it with every line: then `VoiceRequest.reference` names it, and `reference_sample` reads it.

    `sample_seconds` is how long the recording has to be at least, and how much of it is used at most. `needs_text` says that
    the service has to know what is said in it, and `shared_with` which other providers can use the voice.
    """

    keeps: ClassVar[bool] = True
    sample_seconds: ClassVar[tuple[float, float]] = (10.0, 60.0)
    needs_text: ClassVar[bool] = False
    shared_with: ClassVar[tuple[str, ...]] = ()

    def text_needed(self, settings: S) -> bool:
        """Return whether the recording's words have to be known with `settings`."""
        return self.needs_text

    def cloning_fault(self, settings: S) -> str:
        """Return why no voice can be cloned with `settings`, and the way out ("": it can)."""
        return ""

    def enrol(self, http: HttpClient, settings: S, sample: VoiceSample) -> str:
        """Give the recording to the service, once; return what the service calls the voice.

        "" if the service keeps nothing. Raises LecternError with the way out.
        """
        return ""

    def withdraw(self, http: HttpClient, settings: S, voice: str) -> bool:
        """Delete the voice at the service, or find that it is gone; return False if the service has no way to do that.

        Raises LecternError if it could not be deleted.
        """
        return False


def sent_once(service: Service) -> Service:
    """Return the service, to which a recording is sent: a second time it would make a second voice, even if it is free."""
    return service.model_copy(update={"paid": True})


def name_taken(error: HttpStatusError, service: Service, name: str) -> HttpStatusError:
    """Return a refusal with the way out if it says that the service has a voice of that name already (409)."""
    if error.status != 409:
        return error
    way_out = f"choose another name; or, if it is yours, add --voice {name} to use it as it is there"
    return HttpStatusError(f'{service.name} has a voice called "{name}" already: {way_out}', error.status)


def name_given(service: Service, name: object, where: str) -> str:
    """Return what a service calls a new voice. Raises LecternError if its answer doesn't say so at `where`."""
    if isinstance(name, str) and name:
        return name
    raise LecternError(
        f"{service.name} took the recording, but its answer has no {where}; look there what the voice is called, and give the "
        "command again with --voice and that name"
    )


def deleted(http: HttpClient, service: Service, path: str, **more: object) -> bool:
    """Delete `path` of a service, or find that it is not there any more; return True."""
    try:
        http.delete(service, path, **more)  # type: ignore[arg-type]
    except HttpStatusError as error:
        if error.status not in (404, 410):
            raise
    return True
